"""The cost of keeping events equal to a list: calls, time at the rate limit, and the growth of the plan.

python -m tools.benchmarks.events_kept
"""

from __future__ import annotations

import os
import time
from collections import Counter
from datetime import date, datetime, timedelta, timezone
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tools.benchmarks import children
from tools.benchmarks.table import Bound, Line, report

NAME = "events_kept"
HOW = (
    "Metered calls that reach the emulator, for a list of 100 events: the first run, a run with the same "
    "list, and runs in which one event and ten events moved. *CreateEventOperator* and a hand-written loop "
    "over the official SDK create each row anew in every run, as a program without a memory does, and leave "
    "the events of earlier runs in the calendar. The first run of 1,000 events is measured at a limit of 20 "
    "calls per second. It sends one request at a time, and the emulator answers at once. The least possible "
    "time is the number of calls divided by 20. The time of the plan is the median for a list that is "
    "checked and compared with an equal calendar."
)
CONNECTION = "AIRFLOW_CONN_DINGTALK_DEFAULT"
OPERATOR, SDK = "CreateEventOperator", "the official SDK in a loop"
#: The user in whose calendar each way creates events.
USERS = {OPERATOR: "operator", SDK: "sdk"}
EVENTS = 100
SHORT, LONG = 1_000, 10_000
ROUNDS = 3
#: How much longer the plan of an event may take in a long list.
MOST_GROWTH = 2.0
CALLS_PER_SECOND = 20
THROTTLED = 403
#: The maximum time at the rate limit, as a multiple of the least possible time.
MOST_TIME = 1.1
FIRST_DAY = date(2027, 1, 1)
WINDOW: dict[str, Any] = {"window_start": f"{FIRST_DAY}"}


def rows(number: int, moved: int = 0) -> list[dict[str, Any]]:
    """Return the rows of a list. The first ``moved`` rows are a day later than otherwise."""
    days = [FIRST_DAY + timedelta(days=index % 300 + (index < moved)) for index in range(number)]
    return [
        {"key": f"k{index}", "summary": f"Release {index}", "start": f"{day}"}
        for index, day in enumerate(days)
    ]


def metered(emulator: DingTalkEmulator) -> int:
    """Return the number of calls since the journal was cleared, and clear it."""
    number = sum(name != "GetAccessToken" for name in emulator.journal.operations)
    emulator.journal.clear()
    return number


def sync(events: list[dict[str, Any]]) -> None:
    """Make the calendar of ``ours`` equal to the list."""
    from airflow_provider_dingtalk_calendar.operators.events import SyncEventsOperator

    SyncEventsOperator(task_id="s", union_id="ours", namespace="n", events=events, **WINDOW).execute({})


def by_operator(events: list[dict[str, Any]]) -> None:
    """Create each event with an operator of its own."""
    from airflow_provider_dingtalk_calendar.operators.events import CreateEventOperator

    for event in events:
        content = {name: event[name] for name in ("summary", "start")}
        CreateEventOperator(task_id="c", union_id=USERS[OPERATOR], **content).execute({})


def calls() -> list[Line]:
    """Count the metered calls of each way, and the events that each way leaves."""
    # One call lists the calendar, and each change takes one call. The first run finds no events, and makes
    # one more call to check this.
    cases = {"first run": (0, EVENTS + 2), "same list": (0, 1), "one moved": (1, 2), "ten moved": (10, 11)}
    lines = []
    with (
        children.sdk_child() as sdk,
        DingTalkEmulator(qps_limit=None, daily_event_limit=None, monthly_quota=None) as emulator,
    ):
        os.environ[CONNECTION] = emulator.airflow_connection(calls_per_second=10_000)
        app = {"client_id": emulator.client_id, "client_secret": emulator.client_secret}

        def by_sdk(events: list[dict[str, Any]]) -> None:
            ends = [f"{date.fromisoformat(event['start']) + timedelta(days=1)}" for event in events]
            given = [{**event, "end": end} for event, end in zip(events, ends, strict=True)]
            sdk.ask(do="create_events", url=emulator.url, user=USERS[SDK], events=given, **app)

        others = {OPERATOR: by_operator, SDK: by_sdk}
        moved = 0
        for case, (more, bound) in cases.items():
            moved += more
            events = rows(EVENTS, moved)
            sync(events)
            ours = metered(emulator)
            text = f"metered calls for {EVENTS} events, {case}"
            for name, other in others.items():
                other(events)
                lines.append(Line(NAME, text, ours, name, metered(emulator), "", Bound(bound, of="ours")))
        held = Counter(event.organizer for event in emulator.events)
        for name in others:
            theirs = held[USERS[name]]
            most = Bound(EVENTS, of="ours")
            lines.append(Line(NAME, "events in the end", held["ours"], name, theirs, "", most))
    return lines


def at_limit() -> list[Line]:
    """Time the first run of a long list at the rate limit."""
    with DingTalkEmulator(qps_limit=CALLS_PER_SECOND, daily_event_limit=None, monthly_quota=None) as emulator:
        os.environ[CONNECTION] = emulator.airflow_connection()
        begun = time.monotonic()
        sync(rows(SHORT))
        seconds = time.monotonic() - begun
        throttled = sum(entry.status == THROTTLED for entry in emulator.journal)
        least = metered(emulator) / CALLS_PER_SECOND
        if len(emulator.events) != SHORT:
            msg = f"{len(emulator.events)} events instead of {SHORT}"
            raise RuntimeError(msg)
    text = f"first run of {SHORT:,} events at a limit of {CALLS_PER_SECOND}"
    return [
        Line(NAME, f"time of the {text}", seconds, "the least possible", least, "s", Bound(MOST_TIME)),
        Line(NAME, f"throttled calls of the {text}", throttled, "events", SHORT, "", Bound(0, of="ours")),
    ]


def seconds_of_plan(number: int) -> float:
    """Return the time to check a list and to compare it with an equal calendar."""
    from airflow_provider_dingtalk_calendar.client.resources.events.records import Event
    from airflow_provider_dingtalk_calendar.client.workflows.sync_events.held import contents
    from airflow_provider_dingtalk_calendar.client.workflows.sync_events.plan import make_plan
    from airflow_provider_dingtalk_calendar.client.workflows.sync_events.rows import read_rows
    from airflow_provider_dingtalk_calendar.client.workflows.sync_events.window import Window

    zone, given = ZoneInfo("UTC"), rows(number)
    events = [Event.from_wire({"id": row.key, **row.body}) for row in read_rows(given, "n", None, zone)]
    start = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=timezone.utc)
    window = Window(start, start + timedelta(days=360))
    begun = time.perf_counter()
    plan = make_plan(
        read_rows(given, "n", None, zone), contents(events, "n", zone, organizer=None), window, zone
    )
    seconds = time.perf_counter() - begun
    if len(plan.unchanged) != number:
        msg = f"{len(plan.unchanged)} rows are unchanged instead of {number}"
        raise RuntimeError(msg)
    return seconds


def measure() -> list[Line]:
    """Count calls, and time a long first run and the plan."""
    times = {
        number: median(seconds_of_plan(number) for _ in range(ROUNDS)) / number * 1e6
        for number in (SHORT, LONG)
    }
    text = f"time of the plan of an event, {LONG:,} events"
    growth = Line(NAME, text, times[LONG], f"{SHORT:,} events", times[SHORT], "µs", Bound(MOST_GROWTH))
    return [*calls(), *at_limit(), growth]


if __name__ == "__main__":
    with children.airflow_home():
        raise SystemExit(report(measure()))
