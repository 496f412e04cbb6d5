"""The example DAGs run as they stand, against the emulator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pendulum

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tests.provider.conftest import EXAMPLES

FIRST_DAY = pendulum.datetime(2026, 5, 6, tz="UTC")


def test_every_example_is_run_here() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == {
        "daily_calendar.py",
        "mapped_calendars.py",
        "minimal_calendar.py",
    }


def test_minimal(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    run = run_dag(EXAMPLES / "minimal_calendar.py")
    (calendar,) = connection.calendars
    assert run.state == "success"
    assert run.xcom("create_calendar") == calendar.calendar_id
    assert (calendar.name, calendar.author) == ("Release windows", "owner-union-id")
    assert connection.journal[-1].body == {
        "name": "Release windows",
        "subscribeScope": {"corpIds": ["dingcorp"]},
    }


def test_daily_for_two_days(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    runs = [
        run_dag(EXAMPLES / "daily_calendar.py", logical_date=FIRST_DAY.add(days=days)) for days in range(2)
    ]
    (calendar,) = connection.calendars
    assert [run.state for run in runs] == ["success", "success"]
    assert [run.xcom("announce") for run in runs] == [
        {"calendar_id": calendar.calendar_id, "day": "2026-05-06"},
        {"calendar_id": calendar.calendar_id, "day": "2026-05-07"},
    ]
    assert connection.journal.operations == [
        *("GetAccessToken", "ListCalendars", "CreateSubscribedCalendar"),
        # Both runs are in one process here, which needs one token.
        "ListCalendars",
    ]
    assert connection.journal[2].body == {
        "name": "Month-end close 2026 Q2 · 月末结账",
        "description": "Closing dates of the quarter that 2026-05 belongs to.",
        "managers": ["controller-union-id"],
        "subscribeScope": {"corpIds": ["dingcorp"], "unionIds": ["auditor-union-id"]},
    }


def test_mapped(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    run = run_dag(EXAMPLES / "mapped_calendars.py")
    held = {calendar.name: calendar.calendar_id for calendar in connection.calendars}
    assert run.state == "success"
    assert set(held) == {"On call: Payments", "On call: Search", "On call: 物流"}
    assert {run.xcom("create_calendar", index) for index in range(3)} == set(held.values())
    assert run.xcom("count") == 3
