"""The cost of keeping 100 events equal to a list, and the growth of the plan.

python -m tools.benchmarks.events_kept
"""

from __future__ import annotations

import os
import time
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
    "list, and runs in which one event and ten events moved. *CreateEventOperator* creates each row anew in "
    "every run, as a DAG without a memory does, and leaves the events of earlier runs in the calendar. The "
    "time of the plan is the median for a list that is checked and compared with an equal calendar."
)
EVENTS = 100
SHORT, LONG = 1_000, 10_000
ROUNDS = 3
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


def calls() -> list[Line]:
    """Count the metered calls of both ways."""
    from airflow_provider_dingtalk_calendar.operators.events import CreateEventOperator, SyncEventsOperator

    # One call lists the calendar, and each change takes one call. The first run finds no events, and makes
    # one more call to check this.
    cases = {"first run": (0, EVENTS + 2), "same list": (0, 1), "one moved": (1, 2), "ten moved": (10, 11)}
    lines = []
    with DingTalkEmulator(qps_limit=None, daily_event_limit=None, monthly_quota=None) as emulator:
        os.environ["AIRFLOW_CONN_DINGTALK_DEFAULT"] = emulator.airflow_connection(calls_per_second=10_000)
        moved = 0
        for case, (more, bound) in cases.items():
            moved += more
            events = rows(EVENTS, moved)
            SyncEventsOperator(task_id="s", union_id="ours", namespace="n", events=events, **WINDOW).execute(
                {}
            )
            ours = metered(emulator)
            for event in events:
                content = {name: event[name] for name in ("summary", "start")}
                CreateEventOperator(task_id="c", union_id="theirs", **content).execute({})
            text = f"metered calls for {EVENTS} events, {case}"
            theirs = metered(emulator)
            lines.append(Line(NAME, text, ours, "CreateEventOperator", theirs, "", Bound(bound, of="ours")))
        held = sum(event.organizer == "ours" for event in emulator.events)
        naive = sum(event.organizer == "theirs" for event in emulator.events)
        lines.append(
            Line(
                NAME,
                "events in the end",
                held,
                "CreateEventOperator",
                naive,
                "",
                Bound(EVENTS, of="ours"),
            )
        )
    return lines


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
    """Count calls, and time the plan."""
    times = {
        number: median(seconds_of_plan(number) for _ in range(ROUNDS)) / number * 1e6
        for number in (SHORT, LONG)
    }
    text = f"time of the plan of an event, {LONG:,} events"
    growth = Line(NAME, text, times[LONG], f"{SHORT:,} events", times[SHORT], "µs", Bound(2.0))
    return [*calls(), growth]


if __name__ == "__main__":
    with children.airflow_home():
        raise SystemExit(report(measure()))
