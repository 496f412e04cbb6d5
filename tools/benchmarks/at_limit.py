"""How fast one task subscribes many users, at 20 calls per second and 200 ms per answer.

python -m tools.benchmarks.at_limit
"""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tools.benchmarks import children
from tools.benchmarks.table import Bound, Line, report

NAME = "at_limit"
CALLS_PER_SECOND = 20
LATENCY = 0.2
USERS = 200
#: A loop gets fewer users, because a loop waits for each answer.
USERS_IN_A_LOOP = 60
THREADS = 8
HOW = (
    f"{USERS} users are subscribed to a calendar. The server allows {CALLS_PER_SECOND} calls per second "
    f"and takes {LATENCY * 1000:.0f} ms per answer. We use one SubscribeCalendarOperator. The official "
    f"SDK, with one token, works in a loop ({USERS_IN_A_LOOP} users) or in {THREADS} threads. Only "
    "successful calls count as calls per second."
)
#: The minimum rate, as a fraction of the limit.
LEAST = 0.95
THROTTLED = 403
CONNECTION = "AIRFLOW_CONN_DINGTALK_DEFAULT"


@dataclass(frozen=True)
class Measured:
    """One run.

    :param seconds: The duration of the run, including the token request.
    :param throttled: The number of calls answered with 403.
    :param subscribed: The number of subscribed users at the end.
    """

    seconds: float
    throttled: int
    subscribed: int

    @property
    def rate(self) -> float:
        """Successful calls per second."""
        return self.subscribed / self.seconds

    def __str__(self) -> str:
        return (
            f"{self.seconds:.2f} s, {self.rate:.1f} calls per second "
            f"({self.rate / CALLS_PER_SECOND:.0%} of the limit), "
            f"{self.throttled} throttled, {self.subscribed} subscribed"
        )


def run(number: int, subscribe: Callable[[DingTalkEmulator, str, list[str]], float]) -> Measured:
    """Subscribe users on a new emulator.

    :param number: The number of users.
    :param subscribe: Takes the emulator, the calendarId and the users. Returns the duration in seconds.
    """
    from airflow_provider_dingtalk_calendar.client.auth.token_memory import TokenMemory
    from airflow_provider_dingtalk_calendar.hooks import clients
    from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook

    before = os.environ.get(CONNECTION)
    with DingTalkEmulator(qps_limit=CALLS_PER_SECOND, latency=LATENCY) as emulator:
        os.environ[CONNECTION] = emulator.airflow_connection()
        try:
            with DingTalkHook().get_conn() as client:
                calendar_id = client.create_subscribed_calendar(
                    "owner", name="Releases", subscribe_scope={"corp_ids": ["dingcorp"]}
                )
            clients.TOKENS = TokenMemory()
            seconds = subscribe(emulator, calendar_id, [f"user-{index}" for index in range(number)])
        finally:
            os.environ.pop(CONNECTION)
            if before is not None:
                os.environ[CONNECTION] = before
        throttled = [entry for entry in emulator.journal if entry.status == THROTTLED]
        return Measured(seconds, len(throttled), len(emulator.calendars[0].subscribers))


def by_operator(_: DingTalkEmulator, calendar_id: str, users: list[str]) -> float:
    """Subscribe the users with one task and return the duration of the task in seconds."""
    from airflow_provider_dingtalk_calendar.operators.calendars import SubscribeCalendarOperator

    operator = SubscribeCalendarOperator(
        task_id="subscribe", calendar_id=calendar_id, union_id=users, fail_on_error=False
    )
    begun = time.monotonic()
    operator.execute({})
    return time.monotonic() - begun


def measure() -> list[Line]:
    """Measure each way in turn, so that the measurements do not compete for the CPU."""
    with children.sdk_child() as sdk:

        def by_sdk(
            emulator: DingTalkEmulator, calendar_id: str, users: list[str], *, threads: int = 1
        ) -> float:
            app = {"client_id": emulator.client_id, "client_secret": emulator.client_secret}
            about = {"url": emulator.url, "calendar_id": calendar_id, "users": users, "threads": threads}
            seconds: float = sdk.ask(do="subscribe", **app, **about)
            return seconds

        ours = run(USERS, by_operator)
        others = {
            "the official SDK in a loop": run(USERS_IN_A_LOOP, by_sdk),
            f"the official SDK in {THREADS} threads": run(USERS, functools.partial(by_sdk, threads=THREADS)),
        }
    what = "calls per second at a limit of 20"
    lines = [
        Line(NAME, what, ours.rate, "the limit", CALLS_PER_SECOND, "/s", Bound(LEAST, at_least=True)),
        *(Line(NAME, what, ours.rate, name, other.rate, "/s") for name, other in others.items()),
    ]
    for name, other in others.items():
        what = f"throttled calls of {USERS_IN_A_LOOP if 'loop' in name else USERS}"
        lines.append(Line(NAME, what, ours.throttled, name, other.throttled, "", Bound(0, of="ours")))
    lines.append(Line(NAME, "users subscribed", ours.subscribed, "users", USERS, "", Bound(1, at_least=True)))
    return lines


if __name__ == "__main__":
    with children.airflow_home():
        raise SystemExit(report(measure()))
