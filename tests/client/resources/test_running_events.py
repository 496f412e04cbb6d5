"""Events that are running at a given moment, with both clients against the emulator."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from airflow_provider_dingtalk_calendar import exceptions as errors
from airflow_provider_dingtalk_calendar.client.resources.events.records import Event, Recurrence
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from tests.client.engine.test_paging import Taken

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2027, 1, 20, 12, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)


def running(call: Any, moment: datetime | str, **more: Any) -> list[str]:
    taken = Taken(call, "iter_running_events", "u", running_at=moment, **more).take()
    return [event.summary for event in taken]


def test_an_event_runs_from_its_start_up_to_its_end(call: Any) -> None:
    call("create_event", "u", summary="before", start=NOON - HOUR, end=NOON)
    call("create_event", "u", summary="long", start=NOON - timedelta(days=40), end=NOON + HOUR)
    call("create_event", "u", summary="from noon", start=NOON, end=NOON + HOUR)
    call("create_event", "u", summary="of no length", start=NOON, end=NOON)
    call("create_event", "u", summary="after", start=NOON + timedelta(seconds=1), end=NOON + HOUR)
    assert running(call, NOON) == ["long", "from noon"]
    assert running(call, "2027-01-20T03:59:59Z") == ["long", "before"]
    assert running(call, NOON + HOUR) == []
    # The plain list filters by start, so it omits the long event.
    listed = call("list_events", "u", time_min=NOON, time_max=NOON + HOUR).items
    assert "long" not in [event.summary for event in listed]


def test_the_instance_of_a_series_runs(call: Any) -> None:
    call("create_event", "u", summary="s", start=NOON, end=NOON + HOUR, recurrence=Recurrence("daily"))
    third = NOON + timedelta(days=2)
    (event,) = call("list_running_events", "u", running_at=third + HOUR / 2).items
    assert (event.start.value, event.end.value) == (third, third + HOUR)
    assert running(call, third + HOUR) == []


@pytest.mark.parametrize(
    ("zone", "first", "last"),
    [
        (None, "2027-01-20T00:00:00+00:00", "2027-01-21T23:59:59+00:00"),
        ("Asia/Shanghai", "2027-01-20T00:00:00+08:00", "2027-01-21T23:59:59+08:00"),
        (SHANGHAI, "2027-01-20T00:00:00+08:00", "2027-01-21T23:59:59+08:00"),
        ("Pacific/Kiritimati", "2027-01-20T00:00:00+14:00", "2027-01-21T23:59:59+14:00"),
        ("Etc/GMT+12", "2027-01-20T00:00:00-12:00", "2027-01-21T23:59:59-12:00"),
        (timezone(timedelta(hours=8)), "2027-01-20T00:00:00+08:00", "2027-01-21T23:59:59+08:00"),
    ],
)
def test_an_all_day_event_runs_from_midnight_to_midnight_of_the_zone(
    zone: Any, first: str, last: str, call: Any
) -> None:
    call("create_event", "u", summary="freeze", start=date(2027, 1, 20), end=date(2027, 1, 21))
    begin, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
    second = timedelta(seconds=1)
    for moment in (begin, end):
        assert running(call, moment, time_zone=zone) == ["freeze"]
    for moment in (begin - second, end + second):
        assert running(call, moment, time_zone=zone) == []


def test_a_naive_moment_is_wall_clock_time_of_the_zone(call: Any) -> None:
    call("create_event", "u", summary="s", start=NOON, end=NOON + HOUR)
    assert running(call, "2027-01-20T12:30:00", time_zone="Asia/Shanghai") == ["s"]
    assert running(call, "2027-01-20T12:30:00", time_zone="UTC") == []


def test_all_pages_are_read_and_100_events_cost_one_call(
    call: Any, dingtalk_emulator: DingTalkEmulator
) -> None:
    for hour in range(5):
        call("create_event", "u", summary=str(hour), start=NOON + hour * HOUR, end=NOON + (hour + 1) * HOUR)
    dingtalk_emulator.journal.clear()
    assert running(call, NOON + 4 * HOUR, max_results=2) == ["4"]
    assert dingtalk_emulator.journal.operations == ["ListEventsView"] * 3
    assert running(call, NOON + 4 * HOUR) == ["4"]
    assert "maxResults=100" in dingtalk_emulator.journal[-1].target
    assert len(dingtalk_emulator.journal) == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"running_at": "2027-01-20T12:30:00"}, "running_at must have a time zone"),
        ({"running_at": "2027-01-20"}, "running_at must be a datetime"),
        ({"running_at": None}, "running_at must be a datetime with a time zone, not NoneType"),
        ({"running_at": NOON, "time_zone": "Mars/Olympus"}, "time_zone must be a TZ database name"),
        ({"running_at": datetime.min.replace(tzinfo=timezone.utc)}, "running_at must be within the years"),
        ({"running_at": datetime.max.replace(tzinfo=timezone.utc)}, "running_at must be within the years"),
    ],
)
def test_a_wrong_moment_is_refused_before_anything_is_sent(
    arguments: dict[str, Any], message: str, call: Any, dingtalk_emulator: DingTalkEmulator
) -> None:
    with pytest.raises(errors.InvalidArgumentError, match=f"^{message}"):
        call("list_running_events", "u", **arguments)
    assert list(dingtalk_emulator.journal) == []


@pytest.mark.parametrize(
    "event",
    [{"id": "e"}, {"id": "e", "start": {"dateTime": "soon"}, "end": {"date": "2027-01-21"}}],
)
def test_an_event_without_readable_times_may_be_running(
    event: dict[str, Any], call: Any, dingtalk_emulator: DingTalkEmulator
) -> None:
    dingtalk_emulator.order(Fault.answer(200, {"events": [event]}).on("ListEventsView"))
    with pytest.raises(errors.UnexpectedAnswerError, match="the event 'e' has no start and end that can be"):
        call("list_running_events", "u", running_at=NOON)
    dingtalk_emulator.order(
        Fault.answer(200, {"events": [event | {"status": "cancelled"}]}).on("ListEventsView")
    )
    assert call("list_running_events", "u", running_at=NOON).items == ()


def test_a_time_without_an_offset_is_in_its_own_zone() -> None:
    wire = {"dateTime": "2027-01-20T12:00:00", "timeZone": "Asia/Shanghai"}
    event = Event.from_wire({"id": "e", "start": wire, "end": wire | {"dateTime": "2027-01-20T13:00:00"}})
    assert event.is_running(NOON)
    assert not event.is_running(NOON + HOUR)
    del wire["timeZone"]
    later = {"dateTime": "2027-01-20T13:00:00"}
    event = Event.from_wire({"id": "e", "start": wire, "end": later})
    assert event.is_running(NOON, SHANGHAI)
    assert not event.is_running(NOON)


def test_the_hour_that_comes_twice() -> None:
    new_york = ZoneInfo("America/New_York")
    event = Event.from_wire(
        {
            "id": "e",
            "start": {"dateTime": "2026-11-01T01:30:00-04:00"},
            "end": {"dateTime": "2026-11-01T01:10:00-05:00"},
        }
    )
    assert event.is_running(datetime(2026, 11, 1, 1, 40, tzinfo=new_york))
    assert not event.is_running(datetime(2026, 11, 1, 1, 20, tzinfo=new_york))
    assert not event.is_running(datetime(2026, 11, 1, 1, 20, tzinfo=new_york, fold=1))
