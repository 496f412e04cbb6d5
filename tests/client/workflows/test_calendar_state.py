"""Whether a calendar is open: the pure function, and both clients against real servers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_dingtalk_calendar.client import CalendarState, Event, EventMatch, calendar_state
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.exceptions import (
    ApiError,
    InvalidArgumentError,
    NotFoundError,
    UnexpectedAnswerError,
)
from tests.client.workflows.calendar_cases import CASES, FREEZE, SHANGHAI, Case, at, days, timed
from tests.effort import effort

NOON = at("12:00")
by_name = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))


def state_of(events: list[dict[str, Any]], now: Any = NOON, **arguments: Any) -> CalendarState:
    listed = map(Event.from_wire, events)
    return calendar_state(listed, now, **({"time_zone": SHANGHAI} | arguments))


def shown(state: CalendarState) -> tuple[bool, str | None]:
    """Return whether the state is open, and its next change in ISO 8601."""
    return state.is_open, state.to_json()["next_change"]


def test_the_table_is_long_and_its_names_are_unique() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60


@by_name
def test_the_function(case: Case) -> None:
    state = state_of(case.events, case.moment, time_zone=case.time_zone, **case.select)
    assert shown(state) == (case.is_open, case.change)


@by_name
def test_both_clients(case: Case, call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    dingtalk_emulator.order(Fault.answer(200, {"events": case.events}).on("ListEventsView"))
    state = call("get_calendar_state", "u", "c", at=case.moment, time_zone=case.time_zone, **case.select)
    assert shown(state) == (case.is_open, case.change)
    assert dingtalk_emulator.journal.operations == ["GetAccessToken", "ListEventsView"]


TITLES = ("window", "freeze", "freeze in a window", "lunch")
SELECTIONS: list[dict[str, Any]] = [
    {},
    {"allow": "window"},
    {"deny": "freeze"},
    {"allow": "window", "deny": "freeze"},
]
START = datetime(2026, 11, 1, tzinfo=timezone.utc)


@st.composite
def listed_events(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw all-day events, and events in steps of half an hour, near a change of the clocks in New York."""
    events = []
    for number in range(draw(st.integers(0, 8))):
        title = draw(st.sampled_from(TITLES))
        if draw(st.booleans()):
            first = draw(st.integers(0, 3))
            last = first + draw(st.integers(1, 2))
            event = days(title, f"2026-11-0{1 + first}", f"2026-11-0{1 + last}")
        else:
            first = START + timedelta(minutes=30 * draw(st.integers(0, 150)))
            last = first + timedelta(minutes=30 * draw(st.integers(0, 20)))
            event = timed(title, f"{first:%Y-%m-%dT%H:%M}:00Z", f"{last:%Y-%m-%dT%H:%M}:00Z")
        status = draw(st.sampled_from(["confirmed", "confirmed", "confirmed", "cancelled"]))
        events.append(event | {"id": str(number), "status": status})
    return events


def is_open_by_definition(
    events: list[dict[str, Any]], moment: datetime, zone: ZoneInfo, select: dict[str, Any]
) -> bool:
    """Decide from the JSON of each event, without using the code under test."""

    def is_running(event: dict[str, Any]) -> bool:
        if event["status"] == "cancelled":
            return False
        if event["isAllDay"]:
            return event["start"]["date"] <= f"{moment.astimezone(zone):%Y-%m-%d}" < event["end"]["date"]
        return event["start"]["dateTime"] <= f"{moment:%Y-%m-%dT%H:%M:%SZ}" < event["end"]["dateTime"]

    running = [event["summary"] for event in events if is_running(event)]
    if not select:
        return not running
    is_denied = "deny" in select and any(select["deny"] in title for title in running)
    is_allowed = "allow" not in select or any(select["allow"] in title for title in running)
    return is_allowed and not is_denied


@pytest.mark.thorough
@settings(max_examples=effort(1000))
@given(
    events=listed_events(),
    minutes=st.integers(-60, 6000),
    zone=st.sampled_from(["UTC", SHANGHAI, "America/New_York"]),
    select=st.sampled_from(SELECTIONS),
)
def test_the_state_changes_at_the_next_change_and_not_before(
    events: list[dict[str, Any]], minutes: int, zone: str, select: dict[str, Any]
) -> None:
    now = START + timedelta(minutes=minutes)
    state = state_of(events, now, time_zone=zone, **select)
    assert state.is_open == is_open_by_definition(events, now, ZoneInfo(zone), select)
    # The events begin and end at half hours in every one of these zones.
    moments = (START + timedelta(minutes=30 * number) for number in range(-4, 300))
    changes = (
        one
        for one in moments
        if one > now and is_open_by_definition(events, one, ZoneInfo(zone), select) != state.is_open
    )
    # In UTC, because in the hour that summer time repeats, times in two zones are never equal for Python.
    assert (state.next_change and state.next_change.astimezone(timezone.utc)) == next(changes, None)


@settings(max_examples=effort(500))
@given(events=listed_events(), data=st.data(), select=st.sampled_from(SELECTIONS))
def test_order_and_repetition_of_events_do_not_matter(
    events: list[dict[str, Any]], data: st.DataObject, select: dict[str, Any]
) -> None:
    now = START + timedelta(hours=data.draw(st.integers(0, 80)))
    again = data.draw(st.permutations(events + events[:3]))
    assert state_of(again, now, **select) == state_of(events, now, **select)


@settings(max_examples=effort(500))
@given(some=listed_events(), others=listed_events(), hours=st.integers(0, 80))
def test_two_calendars_in_one_are_open_when_both_are(
    some: list[dict[str, Any]], others: list[dict[str, Any]], hours: int
) -> None:
    now = START + timedelta(hours=hours)
    one, other = state_of(some, now), state_of(others, now)
    both = state_of(some + others, now)
    assert both.is_open == (one.is_open and other.is_open)
    if both.is_open:
        changes = [change for change in (one.next_change, other.next_change) if change]
        assert both.next_change == min(changes, default=None)


@pytest.mark.parametrize(
    ("events", "select", "reason", "deciding"),
    [
        ([], {}, "no event is running", []),
        ([timed("Lunch", "14:00", "15:00")], {"deny": "freeze"}, "no event that denies is running", []),
        ([], {"allow": "window"}, "no event that allows is running", []),
        ([FREEZE], {}, '"Freeze" is running', ["Freeze"]),
        ([timed("Window", "11:00", "13:00")], {"allow": "window"}, '"Window" is running', ["Window"]),
        (
            [timed("Window", "11:00", "13:00")],
            {"allow": "window", "deny": "freeze"},
            '"Window" is running, and no event that denies',
            ["Window"],
        ),
        (
            [timed("Window", "11:00", "13:00"), FREEZE],
            {"allow": "window", "deny": "freeze"},
            '"Freeze" is running',
            ["Freeze"],
        ),
        (
            [timed(name, f"0{9 - number}:00", "15:00") for number, name in enumerate("abcde")],
            {},
            '"e", "d", "c" and 2 more are running',
            ["e", "d", "c", "b", "a"],
        ),
        (
            [timed(" two\nlines " + "x" * 100, "11:00", "13:00", id="e")],
            {},
            f'"two lines {"x" * 50}…" is running',
            [" two\nlines " + "x" * 100],
        ),
        ([timed("x" * 60, "11:00", "13:00")], {}, f'"{"x" * 60}" is running', ["x" * 60]),
        ([timed(None, "11:00", "13:00")], {}, '"" is running', [""]),
    ],
)
def test_the_reason_names_the_events_that_decide(
    events: list[dict[str, Any]], select: dict[str, Any], reason: str, deciding: list[str]
) -> None:
    state = state_of(events, **select)
    assert state.reason == reason
    assert [one.title for one in state.events] == deciding


def test_a_state_in_json_and_in_one_line() -> None:
    state = state_of([days("Freeze", "2026-05-06", "2026-05-07")])
    assert state.to_json() == {
        "is_open": False,
        "reason": '"Freeze" is running',
        "next_change": "2026-05-07T00:00:00+08:00",
        "events": [
            {
                "id": "Freeze 2026-05-06",
                "title": "Freeze",
                "start": "2026-05-06T00:00:00+08:00",
                "end": "2026-05-07T00:00:00+08:00",
            }
        ],
    }
    assert str(state) == 'closed until 2026-05-07T00:00:00+08:00: "Freeze" is running'
    assert str(state_of([])) == "open: no event is running"


KNOWN = datetime.fromisoformat(NOON) + timedelta(days=7)


@pytest.mark.parametrize(
    ("events", "select", "change"),
    [
        # The end of a running event is known, even if it is later than ``KNOWN``.
        ([timed("Freeze", "11:00", "2026-05-20T12:00")], {}, "2026-05-20T12:00:00+08:00"),
        ([timed("Freeze", "2026-05-13T12:00", "2026-05-13T13:00")], {}, "2026-05-13T12:00:00+08:00"),
        # A freeze that is not known yet might begin before the window ends.
        ([timed("Window", "11:00", "2026-05-20T12:00")], {"allow": "window"}, None),
        ([timed("Window", "11:00", "2026-05-13T12:00")], {"allow": "window"}, "2026-05-13T12:00:00+08:00"),
        ([timed("Freeze", "2026-05-13T12:01", "2026-05-13T13:00")], {}, None),
    ],
)
def test_a_change_after_what_is_known(
    events: list[dict[str, Any]], select: dict[str, Any], change: str | None
) -> None:
    assert state_of(events, known_until=KNOWN, **select).to_json()["next_change"] == change


@pytest.mark.parametrize(
    "times",
    [
        {"start": None},
        {"end": None},
        {"end": {"dateTime": "soon"}},
        {"start": {}},
        {"end": {"dateTime": "2026-05-06T15:00:00", "timeZone": "localtime"}},
    ],
)
def test_an_event_without_readable_times_leaves_the_state_unknown(times: dict[str, Any]) -> None:
    broken = FREEZE | times
    with pytest.raises(
        UnexpectedAnswerError, match=r"the event 'Freeze 09:00' has no start and end|timeZone must be"
    ):
        state_of([broken])
    # The times of an event do not matter if the event is ignored anyway.
    assert state_of([broken], deny="lunch").is_open
    assert state_of([broken | {"status": "cancelled"}]).is_open


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"now": datetime(2026, 5, 6)}, "now must have a time zone"),  # noqa: DTZ001
        ({"now": None}, "now must be a datetime with a time zone, not NoneType"),
        ({"now": "noon"}, "now must be an ISO 8601"),
        ({"time_zone": "Asia/Shangai"}, "time_zone must be a TZ database name .* not 'Asia/Shangai'"),
        ({"deny": ""}, "deny must not be blank"),
        ({"deny": []}, "deny must be None or have at least one entry"),
        ({"deny": ["freeze", 7]}, r"deny\[1\] must be a text, an EventMatch or a mapping, not of type int"),
        ({"deny": "None"}, "deny must not be the text 'None', which stands for a missing value"),
        ({"deny": "['freeze']"}, "deny is the text of a list, as a template renders one"),
        ({"allow": {}}, "allow must have at least one of title, pattern, organizer, all_day, but has none"),
        ({"allow": [{"title": None}]}, r"allow\[0\] must have at least one of title, pattern"),
        ({"allow": {"name": "x"}}, "allow has an unknown criterion 'name'; allowed are title, .* all_day"),
        ({"allow": {"title": ""}}, r"allow\.title must not be blank"),
        ({"allow": {"pattern": "("}}, r"allow\.pattern must be a regular expression, not '\('"),
        ({"allow": {"organizer": 7}}, r"allow\.organizer must be a string, not int"),
        ({"allow": {"all_day": "yes"}}, r"allow\.all_day must be True or False, not 'yes'"),
    ],
)
def test_a_wrong_argument_is_one_error(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        state_of([], **arguments)


@pytest.mark.parametrize(
    ("criteria", "message"),
    [
        ({}, "EventMatch must have at least one of title, pattern, organizer, all_day, but has none"),
        ({"title": " "}, "title must not be blank"),
        ({"pattern": "[a-"}, r"pattern must be a regular expression, not '\[a-'"),
        ({"all_day": 1}, "all_day must be True or False, not of type int"),
    ],
)
def test_a_match_without_a_criterion_or_with_a_wrong_one(criteria: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        EventMatch(**criteria)


def asked(emulator: DingTalkEmulator) -> list[dict[str, str]]:
    """Return the query of each request for the view."""
    targets = [entry.target for entry in emulator.journal.of("ListEventsView")]
    return [dict(parse_qsl(target.partition("?")[2])) for target in targets]


def test_one_call_reads_the_period_and_a_day_around_it(
    call: Any, dingtalk_emulator: DingTalkEmulator
) -> None:
    assert call("get_calendar_state", "u", at=NOON).is_open
    assert call("get_events_ahead", "u", at=datetime.fromisoformat(NOON), horizon=timedelta(days=1)) == ()
    assert asked(dingtalk_emulator) == [
        {"timeMin": "2026-05-05T02:00:00+00:00", "timeMax": "2026-05-14T06:00:00+00:00", "maxResults": "100"},
        {"timeMin": "2026-05-05T02:00:00+00:00", "timeMax": "2026-05-08T06:00:00+00:00", "maxResults": "100"},
    ]


def test_every_page_is_read(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    for page in (
        {"events": [timed("Freeze", "11:00", "13:00")], "nextToken": "2"},
        {"events": [], "nextToken": "3"},
        {"events": [timed("Freeze", "13:00", "14:00")], "nextToken": ""},
    ):
        dingtalk_emulator.order(Fault.answer(200, page).on("ListEventsView"))
    assert call("get_calendar_state", "u", at=NOON, time_zone=SHANGHAI).to_json()["next_change"] == at(
        "14:00"
    )
    assert [query.get("nextToken") for query in asked(dingtalk_emulator)] == [None, "2", "3"]


def test_a_list_that_never_ends(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    again = Fault.answer(200, {"events": [], "nextToken": "again"})
    dingtalk_emulator.order(again.on("ListEventsView").times(9))
    with pytest.raises(UnexpectedAnswerError, match="a page that was already read"):
        call("get_calendar_state", "u")
    assert len(asked(dingtalk_emulator)) == 2


NULLS = {"attendees": None, "categories": None, "meetingRooms": None, "reminders": None}


@pytest.mark.parametrize(
    "page",
    [{"events": []}, {"events": [], "nextToken": None}, {"events": None}, {"events": [NULLS]}],
)
def test_an_empty_page(page: dict[str, Any], call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    dingtalk_emulator.order(Fault.answer(200, page).on("ListEventsView").times(2))
    assert shown(call("get_calendar_state", "u")) == (True, None)
    assert shown(call("get_calendar_state", "u", allow="window")) == (False, None)


@pytest.mark.parametrize("page", [{}, {"events": "none"}, {"events": {}}, {"events": [7]}])
def test_a_page_that_is_no_list_leaves_the_state_unknown(
    page: dict[str, Any], open_client: Callable[..., Any], dingtalk_emulator: DingTalkEmulator
) -> None:
    dingtalk_emulator.order(Fault.answer(200, page).on("ListEventsView"))
    with pytest.raises(ApiError):
        open_client(max_wait=0.0)("get_calendar_state", "u")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"horizon": timedelta()}, "horizon must be a timedelta of more than 0 and at most 360 days, not 0"),
        ({"horizon": timedelta(days=361)}, "at most 360 days, not 361 days"),
        ({"horizon": 7}, "horizon must be a timedelta of more than 0 and at most 360 days, not 7"),
        ({"at": "9999-12-31T00:00:00Z"}, "at must be further from the years 1 and 9999"),
        ({"at": "0001-01-01T00:00:00Z"}, "at must be further from the years 1 and 9999"),
        ({"at": "noon"}, "at must be an ISO 8601"),
        ({"deny": ""}, "deny must not be blank"),
        ({"time_zone": "Mars"}, "time_zone must be a TZ database name"),
        ({"calendar_id": ".."}, r"calendar_id must not be '\.\.'"),
    ],
)
def test_a_wrong_argument_costs_no_call(
    arguments: dict[str, Any], message: str, call: Any, dingtalk_emulator: DingTalkEmulator
) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        call("get_calendar_state", "u", **arguments)
    assert asked(dingtalk_emulator) == []


def test_a_calendar_that_the_emulator_keeps(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    call("create_event", "u", summary="Freeze", start="2026-05-01", end="2026-05-06")
    call(
        "create_event",
        "u",
        summary="Maintenance",
        start="2026-05-04T22:00:00+08:00",
        end="2026-05-05T02:00:00+08:00",
        time_zone=SHANGHAI,
        recurrence={
            "pattern": {"type": "daily", "interval": 1},
            "range": {"type": "numbered", "numberOfOccurrences": 9},
        },
    )
    dingtalk_emulator.journal.clear()

    def ask(time: str, **select: Any) -> tuple[bool, str | None]:
        return shown(
            call("get_calendar_state", "u", at=f"2026-05-{time}+08:00", time_zone=SHANGHAI, **select)
        )

    freeze = {"deny": "freeze"}
    assert ask("01T00:00:00", **freeze) == (False, "2026-05-07T00:00:00+08:00")
    assert ask("06T23:59:00", **freeze) == (False, "2026-05-07T00:00:00+08:00")
    assert ask("07T00:00:00", **freeze) == (True, None)
    # The freeze ends while the maintenance runs, so they merge.
    assert ask("06T21:00:00") == (False, "2026-05-07T02:00:00+08:00")
    assert ask("07T02:00:00") == (True, "2026-05-07T22:00:00+08:00")
    assert ask("12T23:00:00", allow="maintenance") == (True, "2026-05-13T02:00:00+08:00")
    assert ask("13T02:00:00", allow="maintenance") == (False, None)
    assert dingtalk_emulator.journal.operations == ["ListEventsView"] * 7


def test_without_a_moment_it_is_now(call: Any) -> None:
    hour = timedelta(hours=1)
    now = datetime.now(timezone.utc)
    assert call("get_calendar_state", "u").is_open
    call("create_event", "u", summary="Freeze", start=now - hour, end=now + hour, time_zone="UTC")
    state = call("get_calendar_state", "u")
    assert not state.is_open
    # The times in an answer are whole seconds or whole minutes.
    assert abs(state.next_change - (now + hour)) < timedelta(minutes=1)


def test_a_calendar_that_does_not_exist(call: Any) -> None:
    with pytest.raises(NotFoundError):
        call("get_calendar_state", "u", "no-such-calendar")
