"""The content of an event: the client converts valid arguments to the API's form and rejects others."""

from __future__ import annotations

import copy
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_dingtalk_calendar.client.resources.events.content import (
    EventContent,
    attendees_to_wire,
    event_to_wire,
    recurrence_to_wire,
)
from airflow_provider_dingtalk_calendar.client.resources.events.records import (
    NewAttendee,
    Recurrence,
    Reminder,
)
from airflow_provider_dingtalk_calendar.client.resources.events.single import (
    CREATE_EVENT,
    CREATE_EVENT_BY_ME,
    PATCH_EVENT,
)
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

NINE = datetime(2026, 1, 31, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
TEN = NINE + timedelta(hours=1)
TIMES = {
    "start": {"dateTime": "2026-01-31T09:00:00+08:00", "timeZone": "Asia/Shanghai"},
    "end": {"dateTime": "2026-01-31T10:00:00+08:00", "timeZone": "Asia/Shanghai"},
    "isAllDay": False,
}
DAY = {"start": {"date": "2026-01-31"}, "end": {"date": "2026-02-01"}, "isAllDay": True}


def created(**content: Any) -> dict[str, Any]:
    return event_to_wire(CREATE_EVENT, {"summary": "s", "start": NINE, "end": TEN} | content)  # type: ignore[arg-type, return-value]


def changed(**content: Any) -> dict[str, Any]:
    return event_to_wire(PATCH_EVENT, content, changing=True)  # type: ignore[arg-type]


def refused(pattern: str, **content: Any) -> None:
    for make in (created, changed):
        with pytest.raises(InvalidArgumentError, match=pattern) as raised:
            make(**content)
        assert len(str(raised.value)) < 300


def test_every_argument_is_sent_in_the_spelling_of_the_api() -> None:
    body = created(
        description="d",
        attendees=["u1", NewAttendee("u2", is_optional=True), {"id": "u3", "more": 1}],
        recurrence=Recurrence("daily", occurrences=3),
        reminders=[15, Reminder(60), {"method": "dingtalk", "minutes": 5}],
        location="Room 7",
        online_meeting_info="dingtalk",
        extra={"noPushNotification": "true"},
        ui_configs=[{"uiName": "comment", "uiStatus": "hide"}],
        rich_text_description="<b>d</b>",
        card_instances=[{"a": 1}],
        categories=[{"b": 2}],
        event_config={"c": 3},
        free_busy_status="free",
    )
    assert body == TIMES | {
        "summary": "s",
        "description": "d",
        "attendees": [{"id": "u1"}, {"id": "u2", "isOptional": True}, {"id": "u3", "more": 1}],
        "recurrence": {
            "pattern": {"type": "daily", "interval": 1},
            "range": {"type": "numbered", "numberOfOccurrences": 3},
        },
        "reminders": [
            {"method": "dingtalk", "minutes": 15},
            {"method": "dingtalk", "minutes": 60},
            {"method": "dingtalk", "minutes": 5},
        ],
        "location": {"displayName": "Room 7"},
        "onlineMeetingInfo": {"type": "dingtalk"},
        "extra": {"noPushNotification": "true"},
        "uiConfigs": [{"uiName": "comment", "uiStatus": "hide"}],
        "richTextDescription": {"text": "<b>d</b>"},
        "cardInstances": [{"a": 1}],
        "categories": [{"b": 2}],
        "eventConfig": {"c": 3},
        "freeBusyStatus": "free",
    }
    assert set(body) == set(CREATE_EVENT.body), "the body has every field of the operation"


def test_none_is_not_sent_but_an_empty_value_is() -> None:
    nothing: Any = dict.fromkeys(EventContent.__annotations__)
    assert event_to_wire(PATCH_EVENT, nothing, changing=True) == {}
    empty = {"description": "", "attendees": [], "reminders": [], "location": "", "extra": {}}
    assert changed(**empty) == empty | {"location": {"displayName": ""}}
    assert changed() == {}


def test_a_new_event_needs_a_summary_a_start_and_an_end() -> None:
    with pytest.raises(InvalidArgumentError, match=r"^summary must be a string"):
        created(summary=None)
    with pytest.raises(InvalidArgumentError, match=r"^start must be given"):
        created(start=None)
    with pytest.raises(InvalidArgumentError, match=r"^end must be given"):
        created(end=None)
    with pytest.raises(InvalidArgumentError, match=r"^start must be given"):
        created(start=None, end=date(2026, 1, 31))
    assert created(start=date(2026, 1, 31), end=None) == DAY | {"summary": "s"}
    assert changed(end=TEN) == {"end": TIMES["end"], "isAllDay": False}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"start": NINE, "end": TEN, "is_all_day": False}, TIMES),
        ({"start": date(2026, 1, 31), "is_all_day": True}, {"start": DAY["start"], "isAllDay": True}),
        ({"start": DAY["start"], "end": DAY["end"], "is_all_day": True}, DAY),
        ({"is_all_day": False}, {"isAllDay": False}),
        ({"start": TIMES["start"], "end": TIMES["end"], "is_all_day": False}, TIMES),
    ],
)
def test_is_all_day_follows_from_the_start(content: dict[str, Any], expected: dict[str, Any]) -> None:
    assert changed(**content) == expected


@pytest.mark.parametrize(
    "content",
    [
        {"start": NINE, "end": TEN, "is_all_day": True},
        {"start": date(2026, 1, 31), "end": None, "is_all_day": False},
        {"start": DAY["start"], "end": DAY["end"], "is_all_day": False},
        {"start": NINE, "end": TEN, "is_all_day": 0},
    ],
)
def test_an_all_day_event_has_no_hours(content: dict[str, Any]) -> None:
    refused("^is_all_day must match start and end", **content)


@pytest.mark.parametrize(
    ("name", "longest"),
    [("summary", 2048), ("description", 5000)],
)
def test_a_text_may_be_as_long_as_documented(name: str, longest: int) -> None:
    assert created(**{name: "日" * longest})[name] == "日" * longest
    refused(
        f"^{name} must have at most {longest} characters, not {longest + 1}", **{name: "a" * (longest + 1)}
    )
    refused(f"^{name} must be a string, not list", **{name: ["a"]})
    refused(f"^{name} holds a lone surrogate", **{name: "a\ud800"})


@pytest.mark.parametrize("blank", ["", " ", "\n\t"])
def test_a_summary_is_not_blank(blank: str) -> None:
    refused("^summary must not be blank", summary=blank)


@pytest.mark.parametrize(
    "name", ["title", "isAllDay", "id", "richTextDescription", "is_all__day", "", "client"]
)
@pytest.mark.parametrize("value", [None, "x"])
def test_an_unknown_argument_is_rejected(name: str, value: object) -> None:
    for make, operation in ((created, "CreateEvent"), (changed, "PatchEvent")):
        with pytest.raises(TypeError, match=f"^{operation} has no argument '{name}'"):
            make(**{name: value})


def test_an_argument_of_another_operation_is_rejected() -> None:
    with pytest.raises(TypeError, match=r"^PatchEvent has no argument 'event_config'"):
        changed(event_config={})
    with pytest.raises(TypeError, match=r"^CreateEventByMe has no argument 'categories'"):
        event_to_wire(CREATE_EVENT_BY_ME, {"summary": "s", "start": NINE, "end": TEN, "categories": []})


@pytest.mark.parametrize(
    ("attendees", "pattern"),
    [
        ("u1", "^attendees must be a list, not str"),
        (b"u1", "^attendees must be a list, not bytes"),
        ({"id": "u1"}, "^attendees must be a list, not dict"),
        ({"u1"}, "^attendees must be a list, not set"),
        (7, "^attendees must be a list, not int"),
        (range(2**62), "^attendees must be a list, not range"),
        ([7], r"^attendees\[0\] must be a string, not int"),
        (["u1", None], r"^attendees\[1\] must be a string, not NoneType"),
        (["u1", " "], r"^attendees\[1\] must not be blank"),
        ([NewAttendee("")], r"^attendees\[0\] must not be blank"),
        (["u1", "None"], r"^attendees\[1\] must not be the text 'None'"),
        ([{"name": "u1"}], r"^attendees\[0\].id must be a string, not NoneType"),
        (["u1", {"id": ""}], r"^attendees\[1\].id must not be blank"),
        (["\ud800"], r"^attendees\[0\] holds a lone surrogate"),
        (["u"] * 501, "^attendees must have at most 500 items a call, not 501"),
    ],
)
def test_wrong_attendees_are_rejected(attendees: Any, pattern: str) -> None:
    refused(pattern, attendees=attendees)


def test_the_limit_of_attendees() -> None:
    assert len(created(attendees=["u"] * 500)["attendees"]) == 500
    assert attendees_to_wire("x", ["u"] * 3, limit=3) == [{"id": "u"}] * 3
    with pytest.raises(InvalidArgumentError, match=r"^x must have at most 2 items"):
        attendees_to_wire("x", ("u",) * 3, limit=2)


@pytest.mark.parametrize(
    ("reminders", "pattern"),
    [
        (15, "^reminders must be a list, not int"),
        ("15", "^reminders must be a list, not str"),
        ([-1], r"^reminders\[0\] must be a number of minutes"),
        ([5, "1.5"], r"^reminders\[1\] must be a number of minutes before the start, not '1.5'"),
        ([True], r"^reminders\[0\] must be a number of minutes"),
        ([0.5], r"^reminders\[0\] must be a number of minutes"),
        ([None], r"^reminders\[0\] must be a number of minutes"),
        ([Reminder(-5)], r"^reminders\[0\] must be a number of minutes"),
        (range(2**62), "^reminders must be a list, not range"),
    ],
)
def test_wrong_reminders_are_rejected(reminders: Any, pattern: str) -> None:
    refused(pattern, reminders=reminders)


@pytest.mark.parametrize(
    ("name", "key"),
    [("location", "displayName"), ("online_meeting_info", "type"), ("rich_text_description", "text")],
)
def test_a_string_becomes_a_mapping(name: str, key: str) -> None:
    wire = {"location": "location", "online_meeting_info": "onlineMeetingInfo"}.get(
        name, "richTextDescription"
    )
    assert changed(**{name: "x"}) == {wire: {key: "x"}}
    mapping = {key: "x", "more": 1}
    assert changed(**{name: MappingProxyType(mapping)}) == {wire: mapping}
    refused(f"^{name} must have {key}$", **{name: {"name": "x"}})
    refused(f"^{name} must have {key}$", **{name: {key: None}})
    refused(rf"^{name}\.{key} must be a string, not int", **{name: {key: 7}})
    for shown in ('{"displayName": "x"}', "{'displayName': 'x'}", " {} "):
        refused(f"^{name} must be a string or a mapping, not the text of a mapping", **{name: shown})
    assert changed(**{name: "{x} [7]"}) == {wire: {key: "{x} [7]"}}
    refused(f"^{name} must be a string, not int", **{name: 7})
    refused(f"^{name} holds a lone surrogate", **{name: "\udc80"})


@pytest.mark.parametrize(
    ("recurrence", "pattern", "limits"),
    [
        (Recurrence("daily"), {"type": "daily", "interval": 1}, {"type": "noEnd"}),
        (
            Recurrence("weekly", 365, days_of_week=("monday", "friday"), first_day_of_week="monday"),
            {"type": "weekly", "interval": 365, "daysOfWeek": "monday,friday", "firstDayOfWeek": "monday"},
            {"type": "noEnd"},
        ),
        (
            Recurrence("absoluteMonthly", day_of_month=31, until=NINE),
            {"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31},
            {"type": "endDate", "endDate": "2026-01-31T09:00:00+08:00"},
        ),
        (
            # One weekday, already in the API's form.
            Recurrence("relativeMonthly", days_of_week="monday", index="last", until="2026-12-31T00:00:00Z"),  # type: ignore[arg-type]
            {"type": "relativeMonthly", "interval": 1, "daysOfWeek": "monday", "index": "last"},
            {"type": "endDate", "endDate": "2026-12-31T00:00:00+00:00"},
        ),
        (
            Recurrence("absoluteYearly", day_of_month=31, occurrences=99),
            {"type": "absoluteYearly", "interval": 1, "dayOfMonth": 31},
            {"type": "numbered", "numberOfOccurrences": 99},
        ),
    ],
)
def test_a_recurrence_in_the_form_of_the_api(
    recurrence: Recurrence, pattern: dict[str, Any], limits: dict[str, Any]
) -> None:
    assert recurrence_to_wire(recurrence) == {"pattern": pattern, "range": limits}


@pytest.mark.parametrize(
    ("recurrence", "pattern"),
    [
        ("daily", "^recurrence must be a Recurrence or a mapping, not str"),
        (7, "^recurrence must be a Recurrence or a mapping, not int"),
        (Recurrence("hourly"), "^recurrence.type must be one of daily, weekly, .*, not 'hourly'"),
        (Recurrence(None), "^recurrence.type must be one of"),  # type: ignore[arg-type]
        (Recurrence("daily", 0), "^recurrence.interval must be a whole number from 1 to 365, not 0"),
        (Recurrence("daily", 366), "^recurrence.interval must be .*, not 366"),
        (Recurrence("daily", True), "^recurrence.interval must be"),
        (Recurrence("daily", 10**5000), "^recurrence.interval must be .*, not of type int"),
        (Recurrence("daily", "2"), "^recurrence.interval must be .*, not '2'"),  # type: ignore[arg-type]
        (Recurrence("daily", occurrences=0), "^recurrence.occurrences must be .* from 1 to 99, not 0"),
        (Recurrence("daily", occurrences=100), "^recurrence.occurrences must be .*, not 100"),
        (
            Recurrence("daily", occurrences=5, until=NINE),
            "^recurrence must have until or occurrences, not both",
        ),
        (Recurrence("daily", until="2026-12-31T00:00:00"), "^recurrence.until must have a time zone"),
        (Recurrence("daily", until=date(2026, 12, 31)), "^recurrence.until must be a datetime"),  # type: ignore[arg-type]
        (Recurrence("absoluteMonthly", day_of_month=0), "^recurrence.day_of_month must be .* from 1 to 31"),
        (Recurrence("absoluteMonthly", day_of_month=32), "^recurrence.day_of_month must be .*, not 32"),
        (Recurrence("weekly", days_of_week=(1,)), r"^recurrence.days_of_week\[0\] must be a string"),  # type: ignore[arg-type]
        (Recurrence("weekly", days_of_week=7), "^recurrence.days_of_week must be a list"),  # type: ignore[arg-type]
        (Recurrence("weekly"), "^recurrence.days_of_week must be given with the type weekly"),
        (
            Recurrence("weekly", days_of_week="None"),  # type: ignore[arg-type]
            "^recurrence.days_of_week must be given with the type weekly",
        ),
        (
            {"pattern": {"type": "weekly", "daysOfWeek": " "}},
            "^recurrence.pattern.daysOfWeek must be given with the type weekly",
        ),
        (Recurrence("weekly", days_of_week=("",)), r"^recurrence.days_of_week\[0\] must not be blank"),
        (
            Recurrence("absoluteMonthly"),
            "^recurrence.day_of_month must be given with the type absoluteMonthly",
        ),
        (Recurrence("absoluteYearly"), "^recurrence.day_of_month must be given with the type absoluteYearly"),
        (
            Recurrence("relativeMonthly", days_of_week=("monday",)),
            "^recurrence.index must be given with the type relativeMonthly",
        ),
        (
            Recurrence("relativeMonthly", index="last"),
            "^recurrence.days_of_week must be given with the type relativeMonthly",
        ),
        ({"type": "daily"}, "^recurrence must have a mapping as pattern, not NoneType"),
        ({"pattern": "daily"}, "^recurrence must have a mapping as pattern, not str"),
        ({"pattern": {}}, "^recurrence.pattern.type must be one of daily, .*, not of type NoneType"),
        ({"pattern": {"type": "yearly"}}, "^recurrence.pattern.type must be one of daily, .*, not 'yearly'"),
        (
            {"pattern": {"type": "weekly"}},
            "^recurrence.pattern.daysOfWeek must be given with the type weekly",
        ),
        ({"pattern": {"type": "weekly", "daysOfWeek": ""}}, "^recurrence.pattern.daysOfWeek must be given"),
        (
            {"pattern": {"type": "absoluteYearly", "interval": 1}},
            "^recurrence.pattern.dayOfMonth must be given with the type absoluteYearly",
        ),
    ],
)
def test_a_wrong_recurrence_is_rejected(recurrence: Any, pattern: str) -> None:
    refused(pattern, recurrence=recurrence)


def test_a_naive_end_of_a_series_is_in_the_zone_of_the_event() -> None:
    body = created(
        start="2026-01-31T09:00",
        end="2026-01-31T10:00",
        time_zone="Asia/Shanghai",
        recurrence=Recurrence("daily", until="2026-12-31T23:59:59"),
    )
    assert {name: body[name] for name in TIMES} == TIMES
    assert body["recurrence"]["range"] == {"type": "endDate", "endDate": "2026-12-31T23:59:59+08:00"}


def test_arguments_are_neither_changed_nor_shared() -> None:
    content: dict[str, Any] = {
        "start": dict(TIMES["start"]),  # type: ignore[call-overload]
        "end": dict(TIMES["end"]),  # type: ignore[call-overload]
        "attendees": [{"id": "u1"}, "u2"],
        "recurrence": {"pattern": {"type": "daily"}, "range": {"type": "noEnd"}},
        "reminders": [{"minutes": 5}],
        "location": {"displayName": "x"},
    }
    before = copy.deepcopy(content)
    body = changed(**content)
    assert {name: body[name] for name in content} == before | {"attendees": [{"id": "u1"}, {"id": "u2"}]}
    body["start"]["dateTime"] = body["location"]["displayName"] = body["attendees"][0]["id"] = "another"
    body["reminders"][0]["minutes"] = body["recurrence"]["more"] = 1
    body["attendees"].clear()
    assert content == before


@given(
    is_optional=st.lists(st.tuples(st.text("abc", min_size=1), st.sampled_from([None, False, True]))),
    minutes=st.lists(st.integers(0, 10**6)),
)
def test_attendees_and_reminders_keep_their_order_and_number(
    is_optional: list[tuple[str, bool | None]], minutes: list[int]
) -> None:
    people = [name if optional is None else NewAttendee(name, optional) for name, optional in is_optional]
    body = changed(attendees=people, reminders=minutes)
    read = [(one["id"], one.get("isOptional", False)) for one in body["attendees"]]
    assert read == [(name, bool(optional)) for name, optional in is_optional]
    assert [one["minutes"] for one in body["reminders"]] == minutes
