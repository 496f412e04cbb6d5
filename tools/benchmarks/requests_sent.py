"""The number of requests needed to create 1, 10 and 100 calendars. DingTalk meters calls.

python -m tools.benchmarks.requests_sent
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable

from airflow_provider_dingtalk_calendar.client import IfExists
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tools.benchmarks import children
from tools.benchmarks.table import Bound, Line, report

NAME = "requests_sent"
HOW = (
    "The figures count all requests that reach the emulator, including those for tokens. *One task* "
    "uses one client. *Mapped tasks* execute one operator per calendar, each with an empty token memory, "
    "as if each ran in a process of its own. With the token cache `variable`, the token is stored in a "
    "Variable of a real Airflow database. For each calendar, the official SDK gets a token and creates the "
    "calendar, as in a PythonOperator."
)
NUMBERS = (1, 10, 100)
CONNECTION = "AIRFLOW_CONN_DINGTALK_DEFAULT"
SCOPE = {"corp_ids": ["dingcorp"]}
SDK = "the official SDK"


def in_one_task(number: int, if_exists: IfExists, _: DingTalkEmulator) -> None:
    """Create all calendars with one client."""
    from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook

    with DingTalkHook().get_conn() as client:
        for index in range(number):
            client.ensure_subscribed_calendar(
                "owner",
                name=f"calendar {index}",
                subscribe_scope=SCOPE,
                if_exists=if_exists,
            )


def in_mapped_tasks(number: int, if_exists: IfExists, _: DingTalkEmulator) -> None:
    """Create each calendar with its own operator."""
    from airflow_provider_dingtalk_calendar.client.auth.token_memory import TokenMemory
    from airflow_provider_dingtalk_calendar.hooks import clients
    from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import (
        CreateSubscribedCalendarOperator,
    )

    for index in range(number):
        clients.TOKENS = TokenMemory()
        operator = CreateSubscribedCalendarOperator(
            task_id=f"create_{index}",
            union_id="owner",
            name=f"calendar {index}",
            subscribe_scope=SCOPE,
            if_exists=if_exists,
        )
        operator.execute({})


def count(number: int, run: Callable[[DingTalkEmulator], object], **extra: object) -> int:
    """Create calendars on a new emulator and return the number of requests.

    :param number: The number of calendars that must exist at the end.
    :param run: Creates the calendars.
    :param extra: More fields for the connection's extra.
    """
    from airflow_provider_dingtalk_calendar.client.auth.token_memory import TokenMemory
    from airflow_provider_dingtalk_calendar.hooks import clients

    clients.TOKENS = TokenMemory()
    with DingTalkEmulator(qps_limit=None, monthly_quota=None) as emulator:
        os.environ[CONNECTION] = emulator.airflow_connection(calls_per_second=10_000, **extra)
        run(emulator)
        made = {calendar.name for calendar in emulator.calendars}
        if len(made) != number or len(emulator.calendars) != number:
            msg = f"{len(emulator.calendars)} calendars instead of {number}"
            raise RuntimeError(msg)
        return len(emulator.journal)


def measure() -> list[Line]:
    """Count the requests in every mode."""
    ways: dict[str, tuple[Callable[..., None], IfExists, str]] = {
        "one task, create": (in_one_task, "create", "process"),
        "one task, reuse": (in_one_task, "reuse", "process"),
        "one task, fail": (in_one_task, "fail", "process"),
        "mapped tasks, create, token cache process": (in_mapped_tasks, "create", "process"),
        "mapped tasks, create, token cache variable": (in_mapped_tasks, "create", "variable"),
        "mapped tasks, reuse, token cache process": (in_mapped_tasks, "reuse", "process"),
        "mapped tasks, reuse, token cache variable": (in_mapped_tasks, "reuse", "variable"),
        "mapped tasks, fail, token cache process": (in_mapped_tasks, "fail", "process"),
        "mapped tasks, fail, token cache variable": (in_mapped_tasks, "fail", "variable"),
    }
    with children.sdk_child() as sdk:
        theirs = {number: count(number, functools.partial(_by_sdk, sdk, number)) for number in NUMBERS}
    lines = []
    for what, (way, if_exists, cache) in ways.items():
        for number in NUMBERS:
            ours = count(number, functools.partial(way, number, if_exists), cache=cache)
            # One request for a token, and one for each calendar.
            is_bound = if_exists == "create" and not (way is in_mapped_tasks and cache == "process")
            bound = Bound(number + 1, of="ours") if is_bound else None
            text = f"requests for {number} calendar{'s' if number > 1 else ''}, {what}"
            lines.append(Line(NAME, text, ours, SDK, theirs[number], "", bound))
    return lines


def _by_sdk(sdk: children.Child, number: int, emulator: DingTalkEmulator) -> None:
    app = {"client_id": emulator.client_id, "client_secret": emulator.client_secret}
    sdk.ask(do="create_in_tasks", url=emulator.url, number=number, **app)


if __name__ == "__main__":
    with children.airflow_home():
        raise SystemExit(report(measure()))
