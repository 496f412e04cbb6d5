"""The example DAGs run unchanged against the emulator."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pendulum
import pytest
from airflow.providers.common.compat.version_compat import AIRFLOW_V_3_1_PLUS

from airflow_provider_dingtalk_calendar.client import DingTalkClient
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from tests.client.both import settings_for
from tests.in_airflow.fixtures import EXAMPLES

FIRST_DAY = pendulum.datetime(2026, 5, 6, tz="UTC")
NEW_YEAR = pendulum.datetime(2026, 1, 1, tz="Asia/Shanghai")
FESTIVALS_OF_2026 = {
    "Spring Festival 春节": "2026-02-17",
    "Lantern Festival 元宵节": "2026-03-03",
    "Qingming Festival 清明节": "2026-04-05",
    "Dragon Boat Festival 端午节": "2026-06-19",
    "Qixi Festival 七夕节": "2026-08-19",
    "Zhongyuan Festival 中元节": "2026-08-27",
    "Mid-Autumn Festival 中秋节": "2026-09-25",
    "Double Ninth Festival 重阳节": "2026-10-18",
    "Laba Festival 腊八节": "2027-01-15",
    "New Year's Eve 除夕": "2027-02-05",
}


def test_every_example_is_run_here() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == {
        "approved_calendar.py",
        "daily_calendar.py",
        "department_calendar.py",
        "festival_calendar.py",
        "freeze_gate.py",
        "mapped_calendars.py",
        "minimal_calendar.py",
        # Only a real scheduler and triggerer can run this one: tests/end_to_end/test_watched.py.
        "on_event.py",
        "pipeline_calendar.py",
        "release_calendar.py",
        "wait_for_window.py",
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
        # Both runs share one process and therefore one token.
        "ListCalendars",
    ]
    assert connection.journal[2].body == {
        "name": "Month-end close 2026 Q2 · 月末结账",
        "description": "Closing dates of 2026 Q2.",
        "managers": ["controller-union-id"],
        "subscribeScope": {"corpIds": ["dingcorp"], "unionIds": ["auditor-union-id"]},
    }


def test_daily_without_a_date(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    # Airflow 3 passes on no date if a run is triggered without one.
    run = run_dag(EXAMPLES / "daily_calendar.py", logical_date=None)
    (calendar,) = connection.calendars
    assert run.state == "success"
    assert run.xcom("announce") == {
        "calendar_id": calendar.calendar_id,
        "day": pendulum.now("UTC").to_date_string(),
    }


def test_mapped(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    run = run_dag(EXAMPLES / "mapped_calendars.py")
    held = {calendar.name: calendar.calendar_id for calendar in connection.calendars}
    assert run.state == "success"
    assert set(held) == {"On call: Payments", "On call: Search", "On call: 物流"}
    assert {run.xcom("create_calendar", index) for index in range(3)} == set(held.values())
    assert run.xcom("count") == 3


def festivals(emulator: DingTalkEmulator) -> dict[str, str]:
    found = {(event.summary, event.fields["start"]["date"]) for event in emulator.events}
    assert len(found) == len(emulator.events)
    return dict(sorted(found, key=lambda one: one[1]))


def test_festivals_from_month_to_month(run_dag: Callable[..., Any], people: DingTalkEmulator) -> None:
    of_january = dict(sorted(FESTIVALS_OF_2026.items(), key=lambda one: one[1]))
    laba = {"Laba Festival 腊八节": "2026-01-26", "New Year's Eve 除夕": "2026-02-16"}
    # The window is 360 days long, so the last two festivals of the lunar year fall outside.
    in_the_window = {name: day for name, day in of_january.items() if day < "2026-12-27"} | laba
    run = run_dag(EXAMPLES / "festival_calendar.py", logical_date=NEW_YEAR)
    (calendar,) = people.calendars
    assert run.xcom("sync_festivals")["created"] == 10
    assert calendar.subscribe_scope["unionIds"] == ("alice-union-id", "bob-union-id")
    assert festivals(people) == dict(sorted(in_the_window.items(), key=lambda one: one[1]))
    for event in people.events:
        assert (event.calendar_id, event.organizer) == (calendar.calendar_id, "owner-union-id")
        assert (event.fields["isAllDay"], event.fields["reminders"]) == (True, [])

    again = run_dag(EXAMPLES / "festival_calendar.py", logical_date=NEW_YEAR)
    assert again.xcom("sync_festivals")["unchanged"] == 10
    later = run_dag(EXAMPLES / "festival_calendar.py", logical_date=NEW_YEAR.add(months=3))
    assert later.xcom("sync_festivals")["created"] == 4
    assert len(people.calendars) == 1
    starts = [event.fields["start"]["date"] for event in people.events]
    assert sorted(starts)[-4:] == ["2027-01-15", "2027-02-05", "2027-02-06", "2027-02-20"]


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    """A copy of the examples that read ``releases.csv``. Returns their folder."""
    for name in ("release_calendar.py", "approved_calendar.py", "releases.csv"):
        (tmp_path / name).write_text((EXAMPLES / name).read_text("utf-8"), "utf-8")
    return tmp_path


def test_releases_from_day_to_day(
    run_dag: Callable[..., Any], people: DingTalkEmulator, releases: Path
) -> None:
    table, monday = releases / "releases.csv", pendulum.datetime(2026, 1, 5, tz="UTC")
    days = iter(range(4))

    def run_the_day() -> dict[str, int]:
        run = run_dag(releases / "release_calendar.py", logical_date=monday.add(days=next(days)))
        assert run.state == "success"
        counts = run.xcom("sync_releases")
        return {kind: number for kind, number in counts.items() if number}

    assert run_the_day() == {"created": 6}
    (calendar,) = people.calendars
    assert sorted(calendar.subscribers) == ["alice-union-id", "bob-union-id"]
    assert {event.calendar_id for event in people.events} == {calendar.calendar_id}
    february = next(event for event in people.events if "2026.02" in event.summary)
    assert february.fields["start"] == {"dateTime": "2026-02-11T22:00:00+08:00", "timeZone": "Asia/Shanghai"}
    assert february.fields["location"] == {"displayName": "Room 7"}

    assert run_the_day() == {"unchanged": 6}

    lines = table.read_text("utf-8").replace("2026-04-15 22:00", "2026-04-15 21:00").splitlines()
    # A spreadsheet program has saved the file.
    table.write_text("\n".join([*lines[:-1], "hotfix,Hotfix,2026-03-01,,,"]) + "\n", "utf-8-sig")
    assert run_the_day() == {"created": 1, "updated": 1, "deleted": 1, "unchanged": 4}
    assert [event.summary for event in people.events if "2026.10" in event.summary] == []
    assert run_the_day() == {"unchanged": 6}
    assert len(people.calendars) == 1


@pytest.mark.skipif(not AIRFLOW_V_3_1_PLUS, reason="people approve from Airflow 3.1 on")
def test_an_approved_plan_is_carried_out(
    run_dag: Callable[..., Any], people: DingTalkEmulator, releases: Path
) -> None:
    run = run_dag(
        releases / "approved_calendar.py",
        logical_date=pendulum.datetime(2026, 1, 5, tz="UTC"),
        # Nobody can approve in DAG.test, so this task is only marked.
        mark_success_pattern="approve",
    )
    assert run.state == "success"
    assert run.xcom("plan") == run.xcom("apply")
    assert run.pulled("plan", "fingerprint") == run.pulled("apply", "fingerprint")
    assert len(people.events) == 6


def freeze(connection: DingTalkEmulator, title: str) -> None:
    """Create an event that began an hour ago and ends in an hour."""
    now = pendulum.now("Asia/Shanghai")
    with DingTalkClient(settings_for(connection)) as client:
        client.create_event(
            "owner-union-id", summary=title, start=now.subtract(hours=1), end=now.add(hours=1)
        )
    connection.journal.clear()


def test_freeze_gate(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    freeze(connection, "Team lunch")
    run = run_dag(EXAMPLES / "freeze_gate.py")
    assert (run.state, str(run.tasks["load", -1].state)) == ("success", "success")
    assert connection.journal.operations.count("ListEventsView") == 1
    assert "Calendar 'primary' of 'owner-union-id' is open: no event that denies is running" in run.log


@pytest.mark.parametrize(("conf", "state"), [({}, "skipped"), ({"ignore_calendar": True}, "success")])
def test_freeze_gate_in_a_freeze(
    conf: dict[str, Any], state: str, run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    freeze(connection, "双十一封网")
    run = run_dag(EXAMPLES / "freeze_gate.py", run_conf=conf)
    assert (run.state, str(run.tasks["load", -1].state)) == ("success", state)
    assert connection.journal.operations.count("ListEventsView") == (0 if conf else 1)
    assert ("is true in the run" in run.log) == bool(conf)


def test_wait_for_window(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    freeze(connection, "Release window of the week")
    run = run_dag(EXAMPLES / "wait_for_window.py")
    assert run.state == "success"
    assert run.xcom("deploy") == 'deployed: "Release window of the week" is running, and no event that denies'
    assert connection.journal.operations.count("ListEventsView") == 1


def test_pipeline(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    run = run_dag(EXAMPLES / "pipeline_calendar.py")
    calendar_id = run.xcom("create_calendar")
    assert run.state == "success"
    assert connection.journal.operations == [
        *("GetAccessToken", "ListCalendars", "CreateSubscribedCalendar"),
        *("CreateEvent", "DeleteSubscribedCalendar"),
    ]
    assert connection.journal[2].body["name"].startswith("Reload manual__")
    event = connection.journal[3].body
    assert event["start"]["timeZone"] == event["end"]["timeZone"] == "Asia/Shanghai"
    first, end = (pendulum.parse(event[name]["dateTime"]) for name in ("start", "end"))
    assert (end - first).in_hours() == 2
    assert f"reloading, as {calendar_id} says" in run.log
    assert run.xcom("delete_calendar") is True
    assert connection.calendars == []
    assert connection.events == []


def test_pipeline_that_fails(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    connection.order(Fault.error(400, "invalidParameter", "no").on("CreateEvent"))
    run = run_dag(EXAMPLES / "pipeline_calendar.py")
    states = {task_id: str(instance.state) for (task_id, _), instance in run.tasks.items()}
    assert run.state == "failed"
    assert states == {
        "create_calendar": "success",
        "announce": "failed",
        "reload": "upstream_failed",
        "delete_calendar": "success",
    }
    assert connection.journal.operations.count("CreateSubscribedCalendar") == 1
    assert connection.calendars == []


def test_pipeline_twice(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    for _ in range(2):
        run_dag(EXAMPLES / "pipeline_calendar.py", logical_date=FIRST_DAY, run_after=FIRST_DAY)
    assert connection.journal.operations.count("CreateSubscribedCalendar") == 2
    assert connection.calendars == []


def test_department(run_dag: Callable[..., Any], people: DingTalkEmulator) -> None:
    run = run_dag(EXAMPLES / "department_calendar.py")
    (calendar,) = people.calendars
    members = ("alice-union-id", "bob-union-id")
    assert run.state == "success"
    assert (calendar.author, calendar.name) == ("owner-union-id", "Department dates · 部门日历")
    assert calendar.subscribe_scope["unionIds"] == members
    assert sorted(calendar.subscribers) == list(members)
    assert run.xcom("subscribe_members") == {member: {"ok": True} for member in members}


def test_somebody_joins_the_department(run_dag: Callable[..., Any], people: DingTalkEmulator) -> None:
    run_dag(EXAMPLES / "department_calendar.py", logical_date=FIRST_DAY, run_after=FIRST_DAY)
    people.add_user(userid="carol", union_id="carol-union-id")
    people.add_department(7, ["alice", "carol"])
    run_dag(EXAMPLES / "department_calendar.py", logical_date=FIRST_DAY, run_after=FIRST_DAY)
    (calendar,) = people.calendars
    assert people.journal.operations.count("CreateSubscribedCalendar") == 1
    assert calendar.subscribe_scope["unionIds"] == ("alice-union-id", "carol-union-id")
    assert sorted(calendar.subscribers) == ["alice-union-id", "bob-union-id", "carol-union-id"]


def test_another_department(run_dag: Callable[..., Any], people: DingTalkEmulator) -> None:
    people.add_department(8, ["bob"])
    conf = {"owner": "somebody-else", "department": 8}
    run_dag(EXAMPLES / "department_calendar.py", run_conf=conf)
    (calendar,) = people.calendars
    assert (calendar.author, calendar.subscribers) == ("somebody-else", ("bob-union-id",))
