"""The emulator's options set how events behave where DingTalk documents nothing."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator.conftest import Caller, Clock, error_of
from tests.emulator.event_calls import (
    NOT_SUBSCRIBED,
    all_day,
    create,
    created,
    done,
    got,
    ids,
    listed,
    one,
    patched,
    path,
    people,
    repeated,
    responses,
    timed,
    viewed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW = {"timeMin": "2027-01-01T00:00:00+08:00", "timeMax": "2027-02-01T00:00:00+08:00"}


def test_subscribed_calendars_may_only_show_events(caller: Caller) -> None:
    calendar = caller.created()
    event_id = created(caller, calendar=calendar)
    mine = created(caller)
    caller.emulator.options.subscribed_events = "readable"

    for refused in (
        create(caller, calendar=calendar),
        one(caller, "PUT", event_id, calendar=calendar, json={"id": event_id, "summary": "x"}),
        one(caller, "DELETE", event_id, calendar=calendar),
        one(caller, "POST", event_id, "cancel", calendar=calendar),
    ):
        assert error_of(refused) == NOT_SUBSCRIBED
    assert ids(listed(caller, calendar=calendar)) == [event_id]
    assert ids(viewed(caller, calendar=calendar, **WINDOW)) == [event_id]
    assert got(caller, event_id, calendar=calendar)["summary"] == "Release"
    assert patched(caller, mine, summary="x")["summary"] == "x"


def test_subscribed_calendars_may_refuse_events(serve: Callable[..., Caller]) -> None:
    caller = serve(subscribed_events="refused")
    caller.fetch_token()
    calendar = caller.created()

    assert error_of(create(caller, calendar=calendar)) == NOT_SUBSCRIBED
    for place in (path(calendar), path(calendar).replace("/events", "/eventsview")):
        assert error_of(caller.call("GET", place)) == NOT_SUBSCRIBED
    assert ids(listed(caller)) == []
    assert caller.one("GET", calendar).status_code == 200


@pytest.mark.parametrize("kind", ["listed", "hidden", "refused"])
def test_deleted_events_of_subscribed_calendars(caller: Caller, kind: str) -> None:
    calendar = caller.created()
    for place in ("primary", calendar):
        done(one(caller, "DELETE", created(caller, calendar=place), calendar=place))
    caller.emulator.options.subscribed_deleted = kind

    answer = caller.call("GET", path(calendar), params={"showDeleted": "true"})

    assert len(listed(caller, showDeleted="true")["events"]) == 1
    assert listed(caller, calendar=calendar)["events"] == []
    if kind == "refused":
        assert error_of(answer) == NOT_SUBSCRIBED
    else:
        assert len(answer.json()["events"]) == (kind == "listed")


@pytest.mark.parametrize("is_left_out", [False, True])
def test_deleted_events_may_lack_their_description(caller: Caller, is_left_out: bool) -> None:
    caller.emulator.options.deleted_without_description = is_left_out
    kept, deleted = (created(caller, timed(description="text")) for _ in range(2))
    done(one(caller, "DELETE", deleted))

    shown = {event["id"]: event for event in listed(caller, showDeleted="true")["events"]}

    assert shown[kept]["description"] == "text"
    assert ("description" in shown[deleted]) is not is_left_out
    assert shown[deleted]["status"] == "cancelled"


def test_deleted_instances_may_lack_their_description(serve: Callable[..., Caller], clock: Clock) -> None:
    clock.now = datetime(2027, 1, 20, 12, tzinfo=timezone.utc).timestamp()
    caller = serve(clock=clock, deleted_without_description=True)
    caller.fetch_token()
    daily = repeated("daily", {"type": "numbered", "numberOfOccurrences": 2})
    created(caller, timed("2027-01-18", description="text", recurrence=daily))
    kept, deleted = ids(viewed(caller, **WINDOW))
    done(one(caller, "DELETE", deleted))

    shown = {event["id"]: event for event in listed(caller, showDeleted="true")["events"]}

    assert shown[kept]["description"] == "text"
    assert "description" not in shown[deleted]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([], ' a <b>\r\n& "c" '),
        (["trim"], 'a <b>\r\n& "c"'),
        (["join"], ' a <b> & "c" '),
        (["escape"], " a &lt;b&gt;\r\n&amp; &quot;c&quot; "),
        (["escape", "join", "trim"], "a &lt;b&gt; &amp; &quot;c&quot;"),
    ],
)
def test_descriptions_come_back_changed(caller: Caller, changes: list[str], expected: str) -> None:
    caller.emulator.options.description_changes = changes
    given = ' a <b>\r\n& "c" '

    answer = create(caller, timed(description=given)).json()
    calendar = caller.created(description=given)

    assert answer["description"] == expected
    assert got(caller, answer["id"])["description"] == expected
    assert listed(caller)["events"][0]["description"] == expected
    assert viewed(caller, **WINDOW)["events"][0]["description"] == expected
    assert caller.emulator.events[0].description == given
    assert caller.one("GET", calendar).json()["description"] == expected
    assert caller.listed()[1]["description"] == expected
    assert "description" not in got(caller, created(caller))


def test_the_organizer_may_be_among_the_attendees(caller: Caller) -> None:
    calendar = caller.created()
    mine, own = created(caller, timed(attendees=people("one"))), created(caller, calendar=calendar)
    listing = created(caller, timed(attendees=people("one", "author")))
    assert responses(got(caller, mine)) == {"one": "needsAction"}

    caller.emulator.options.organizer_attends = True

    both = {"author": "accepted", "one": "needsAction"}
    assert responses(got(caller, mine)) == both
    attendees = one(caller, "GET", mine, "attendees").json()["attendees"]
    assert [attendee["id"] for attendee in attendees] == ["author", "one"]
    assert responses(patched(caller, mine, attendees=people("two"))) == {
        "author": "accepted",
        "two": "needsAction",
    }
    done(one(caller, "POST", mine, "attendees", "batchRemove", json={"attendeesToRemove": people("author")}))
    assert "author" in responses(got(caller, mine))
    assert responses(got(caller, listing)) == both
    assert responses(got(caller, own, calendar=calendar)) == {}


def test_lists_show_a_new_event_late(serve: Callable[..., Caller], clock: Clock) -> None:
    caller = serve(clock=clock, list_lag=5, qps_limit=None)
    caller.fetch_token()
    before = listed(caller)["syncToken"]
    event_id = created(caller)
    token = listed(caller)["syncToken"]

    for answer in (listed(caller), viewed(caller, **WINDOW), listed(caller, syncToken=before)):
        assert ids(answer) == []
    assert got(caller, event_id)["id"] == event_id
    clock.now += 4.75
    assert ids(listed(caller)) == []
    clock.now += 0.25
    assert ids(listed(caller)) == ids(viewed(caller, **WINDOW)) == [event_id]
    answer = listed(caller, syncToken=token)
    assert ids(answer) == [event_id], "no list has shown it before"
    assert ids(listed(caller, syncToken=answer["syncToken"])) == []
    patched(caller, event_id, summary="x")
    assert ids(listed(caller)) == [event_id], "a change does not hide it again"


def test_a_repeated_client_token_brings_back_the_id_of_a_deleted_event(
    serve: Callable[..., Caller], clock: Clock
) -> None:
    caller = serve(clock=clock, token_lifetime=200_000)
    caller.fetch_token()
    event_id = create(caller, token="t").json()["id"]
    done(one(caller, "DELETE", event_id))
    clock.now += 24 * 3600 - 1

    assert create(caller, token="t").json()["id"] == event_id
    assert caller.emulator.events == []
    clock.now += 1
    assert create(caller, token="t").json()["id"] != event_id


def test_a_view_has_what_overlaps_it_without_reminders(caller: Caller) -> None:
    running = created(caller, timed("2027-01-10", "08:00", "20:00"))
    days = created(caller, all_day("2027-01-09", "2027-01-12"))
    series = created(caller, timed("2027-01-01", "11:30", "12:30", recurrence=repeated("daily")))
    created(caller, timed("2027-01-10", "13:00", "14:00"))
    window: dict[str, Any] = {"timeMin": "2027-01-10T12:00:00+08:00", "timeMax": "2027-01-10T12:15:00+08:00"}

    events = viewed(caller, **window)["events"]

    assert [event.get("seriesMasterId", event["id"]) for event in events] == [days, running, series]
    assert listed(caller, **window)["events"] == []
    assert not any("reminders" in event for event in events)
    assert got(caller, running)["reminders"]
