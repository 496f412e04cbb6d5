"""Reading records from an answer: required fields, fields of the wrong type, and unknown fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_dingtalk_calendar.client.resources import (
    calendars,
    check_in,
    directory,
    free_busy,
    sdk_only,
    sharing,
)
from airflow_provider_dingtalk_calendar.client.resources.check_in import Presence
from airflow_provider_dingtalk_calendar.client.resources.events import records
from airflow_provider_dingtalk_calendar.client.resources.events.records import Attendee, Event, EventTime
from airflow_provider_dingtalk_calendar.client.resources.free_busy import Schedule
from airflow_provider_dingtalk_calendar.client.resources.sdk_only import CaldavAccount, Plugin
from airflow_provider_dingtalk_calendar.client.resources.sharing import Acl
from airflow_provider_dingtalk_calendar.client.wire import readers
from airflow_provider_dingtalk_calendar.client.wire.records import Page, Record, wire_name
from airflow_provider_dingtalk_calendar.client.wire.records import given as fields_given

TIME = {"dateTime": "2026-01-31T09:00:00+08:00", "timeZone": "Asia/Shanghai"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
RECORDS = sorted(
    {
        kind
        for module in (calendars, check_in, directory, free_busy, records, sdk_only, sharing)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Record) and kind is not Record
    },
    key=lambda kind: kind.__name__,
)


@dataclass(frozen=True)
class Inner(Record):
    inner_id: str
    count: int | None = None


@dataclass(frozen=True)
class Outer(Record):
    outer_id: str
    number: int = 7
    is_open: bool = False
    ratio: float | None = None
    inner: Inner | None = None
    several: tuple[Inner, ...] = ()
    words: tuple[str, ...] = ()
    free: Mapping[str, Any] | None = None
    renamed: str | None = field(default=None, metadata={"key": "odd_key"})


def test_every_field_is_read_by_its_name_in_the_api() -> None:
    wire = {
        "outerId": "o",
        "number": 3,
        "isOpen": True,
        "ratio": 0.5,
        "inner": {"innerId": "i", "count": 0},
        "several": [{"innerId": "a"}, {"innerId": "b"}],
        "words": ["x", "y"],
        "free": {"a": [1]},
        "odd_key": "r",
    }
    record = Outer.from_wire(wire)
    assert record == Outer(
        "o", 3, True, 0.5, Inner("i", 0), (Inner("a"), Inner("b")), ("x", "y"), {"a": [1]}, "r"
    )
    assert record.to_wire() == wire


def test_what_is_not_named_is_in_wire_and_makes_no_difference() -> None:
    wire = {"outerId": "o", "new": {"field": 1}, "inner": {"innerId": "i", "more": 2}}
    record = Outer.from_wire(wire)
    assert record.wire is wire
    assert record.inner is not None
    assert record.inner.wire == {"innerId": "i", "more": 2}
    assert record == Outer("o", inner=Inner("i"))
    assert "new" not in repr(record)
    assert record.to_wire() == {"outerId": "o", "number": 7, "isOpen": False, "inner": {"innerId": "i"}} | {
        "several": [],
        "words": [],
    }
    with pytest.raises(FrozenInstanceError):
        record.number = 8  # type: ignore[misc]


@pytest.mark.parametrize("value", [None, "", " ", 7, True, ["o"], {"o": "o"}])
def test_what_has_no_default_has_to_be_there(value: object) -> None:
    with pytest.raises(ValueError, match=r"^the answer has no outerId$"):
        Outer.from_wire({"outerId": value})
    with pytest.raises(ValueError, match=r"^the answer has no outerId$"):
        Outer.from_wire({"outer_id": "o"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number", "3"),
        ("number", True),
        ("number", 1.5),
        ("number", None),
        ("isOpen", 1),
        ("isOpen", "true"),
        ("ratio", "0.5"),
        ("inner", "i"),
        ("inner", []),
        ("inner", {"count": 1}),
        ("several", {"innerId": "a"}),
        ("several", None),
        ("words", "xy"),
        ("free", [1]),
        ("odd_key", 7),
    ],
)
def test_what_is_of_another_type_takes_its_default(name: str, value: object) -> None:
    assert Outer.from_wire({"outerId": "o", name: value}) == Outer("o")


def test_of_a_list_what_can_be_read_is_kept() -> None:
    several = [{"innerId": "a"}, None, 7, {"count": 1}, {"innerId": "b", "count": "2"}]
    record = Outer.from_wire({"outerId": "o", "several": several, "words": ["x", 7, None, "y"]})
    assert record == Outer("o", several=(Inner("a"), Inner("b")), words=("x", "y"))


@pytest.mark.parametrize("kind", RECORDS)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_no_answer_breaks_a_record(kind: type[Record], data: st.DataObject) -> None:
    named = [wire_name(name) for name in kind.__dataclass_fields__] + ["self"]
    wire = data.draw(st.dictionaries(st.sampled_from(named) | st.text(max_size=5), JSON, max_size=6))
    try:
        record = kind.from_wire(wire)
    except ValueError as error:
        said = re.match(r"the answer has no |the \w+ of the answer (has|holds) ", str(error))
        assert said
    else:
        assert record.wire is wire
        assert kind.from_wire(record.to_wire()) == record


def test_the_spelling_of_the_api() -> None:
    assert [wire_name(name) for name in ("id", "time_zone", "is_all_day")] == ["id", "timeZone", "isAllDay"]
    assert fields_given(max_results=0, push_notification=False, next_token=None, scope="") == {
        "maxResults": 0,
        "pushNotification": False,
        "scope": "",
    }


def test_an_event_as_its_page_shows_one() -> None:
    event = Event.from_wire(
        {
            "id": "e",
            "summary": "s",
            "start": TIME,
            "end": {"date": "2026-02-01"},
            "isAllDay": False,
            "status": "confirmed",
            "organizer": {"id": "u1", "self": True, "responseStatus": "accepted"},
            "attendees": [{"id": "u2", "isOptional": True, "displayName": "U"}, {"displayName": "no id"}],
            "recurrence": {"pattern": {"type": "daily"}},
            "seriesMasterId": "m",
            "createTime": "2026-01-01T10:15:30+08:00",
            "reminders": [{"method": "dingtalk", "minutes": "15"}],
        }
    )
    assert event.start == EventTime(date_time=TIME["dateTime"], time_zone="Asia/Shanghai")
    assert event.organizer == Attendee("u1", response_status="accepted", is_self=True)
    assert event.attendees == (Attendee("u2", display_name="U", is_optional=True),)
    assert (event.series_master_id, event.create_time) == ("m", "2026-01-01T10:15:30+08:00")
    assert event.recurrence == {"pattern": {"type": "daily"}}
    assert event.wire["reminders"] == [{"method": "dingtalk", "minutes": "15"}]


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (TIME, datetime(2026, 1, 31, 9, tzinfo=timezone(timedelta(hours=8)))),
        ({"dateTime": "2026-01-31T01:00:00Z"}, datetime(2026, 1, 31, 1, tzinfo=timezone.utc)),
        ({"date": "2026-01-31"}, date(2026, 1, 31)),
        ({"date": "", "dateTime": "2026-01-31T01:00:00Z"}, datetime(2026, 1, 31, 1, tzinfo=timezone.utc)),
        ({}, None),
        ({"date": "tomorrow"}, None),
        ({"dateTime": "soon"}, None),
        ({"dateTime": 7}, None),
    ],
)
def test_the_value_of_a_time(time: dict[str, Any], expected: object) -> None:
    value = EventTime.from_wire(time).value
    assert (value, type(value)) == (expected, type(expected))


def test_what_surrounds_events() -> None:
    read = readers.records("scheduleInformation", Schedule)
    item = {"status": "BUSY", "start": TIME, "end": TIME, "eventId": "e"}
    wire = {"userId": "u", "scheduleItems": [item]}
    denied, schedule = read({"scheduleInformation": [{"roomId": "r", "error": "no right"}, wire]})
    assert (denied.room_id, denied.error, denied.schedule_items) == ("r", "no right", ())
    assert schedule.user_id == "u"
    assert (schedule.schedule_items[0].status, schedule.schedule_items[0].event_id) == ("BUSY", "e")
    acl = Acl.from_wire({"aclId": "a", "privilege": "reader", "scope": {"scopeType": "user", "userId": "u"}})
    assert acl.scope is not None
    assert (acl.acl_id, acl.privilege, acl.scope.user_id) == ("a", "reader", "u")
    assert Presence.from_wire({"userId": "u", "checkInTime": 7}) == Presence("u", check_in_time=7)
    plugin = Plugin.from_wire({"pluginId": "p", "subscribers": {"deptIds": ["1"], "unionIds": ["u"]}})
    assert plugin.subscribers is not None
    assert (plugin.subscribers.dept_ids, plugin.subscribers.union_ids) == (("1",), ("u",))


def test_a_password_is_in_no_repr() -> None:
    account = CaldavAccount.from_wire({"username": "u", "password": "the-password"})
    assert account.password == "the-password"
    assert "the-password" not in repr(account)


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        ({"attendees": []}, Page(())),
        ({"attendees": [{"id": "u"}], "nextToken": "n"}, Page((Attendee("u"),), "n")),
        ({"attendees": [], "nextToken": None, "syncToken": "s"}, Page((), None, "s")),
        ({"attendees": [], "nextToken": "", "syncToken": ""}, Page(())),
        ({"attendees": [], "nextToken": 7}, Page((), "7")),
    ],
)
def test_a_page(wire: dict[str, Any], expected: Page[Attendee]) -> None:
    assert readers.page("attendees", Attendee)(wire) == expected


@pytest.mark.parametrize(
    ("wire", "pattern"),
    [
        ({}, "^the answer has no attendees"),
        ({"attendees": {"id": "u"}}, "^the answer has no attendees"),
        ({"attendees": [None]}, "^attendees holds something that is not a JSON object"),
        # If the whole result is a list, a bad item is an error and is never dropped silently.
        ({"attendees": [{"id": "u"}, {"displayName": "x"}]}, "^the answer has no id"),
    ],
)
def test_no_page(wire: dict[str, Any], pattern: str) -> None:
    with pytest.raises(ValueError, match=pattern):
        readers.page("attendees", Attendee)(wire)
