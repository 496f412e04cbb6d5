"""A calendar is kept equal to a list, with both clients against the emulator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.client import PlanRow
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Event, Fault
from airflow_provider_dingtalk_calendar.exceptions import (
    DailyEventLimitError,
    InvalidParameterError,
    MissingPermissionError,
    PermissionDeniedError,
    SyncRefusedError,
)
from tests.client.both import AsyncCaller, SyncCaller, settings_for

ZONE = "Asia/Shanghai"
WINDOW = {"window_start": "2027-01-01", "window_end": "2027-12-01"}
LIST, VIEW, GET = "ListEvents", "ListEventsView", "GetEvent"
NONE = dict.fromkeys(("created", "updated", "deleted", "unchanged", "foreign", "outside"), 0)
CREATE, PATCH, DELETE = "CreateEvent", "PatchEvent", "DeleteEvent"


def day(key: str, start: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "summary": f"Release {key}", "start": start, "end": "", **more}


def rows() -> list[dict[str, Any]]:
    """Return six rows, as from a CSV file."""
    timed = {"start": "2027-02-03 09:00", "end": "2027-02-03 10:30", "description": "Be <quick> & calm"}
    return [
        day("jan", "2027-01-31"),
        day("feb", "2027-02-28", location="Room 1"),
        day("mar", "2027-03-31", description="Last of the quarter"),
        day("apr", "2027-04-30", reminders="15, 60"),
        {"key": "go", "summary": "Go live", "location": "", **timed},
        day("jun", "2027-06-30", end="2027-07-02"),
    ]


Call = Any


def sync(call: Call, events: object, **arguments: Any) -> Any:
    arguments = {"namespace": "releases", "time_zone": ZONE, **WINDOW} | arguments
    return call("sync_events", "u", events, **arguments)


def reporting(call: Call, report: Callable[[str], None]) -> Any:
    """Return a function for the sync client, and a coroutine function for the async client."""

    async def awaited(line: str) -> None:
        report(line)

    return awaited if isinstance(call, AsyncCaller) else report


def operations(emulator: DingTalkEmulator, since: int = 0) -> list[str | None]:
    return [entry.operation for entry in emulator.journal[since:] if entry.operation != "GetAccessToken"]


def by_key(emulator: DingTalkEmulator, namespace: str = "releases") -> dict[str, Event]:
    """Return the events of a namespace by key. The mark is the last line of the description."""
    found: dict[str, Event] = {}
    for event in emulator.events:
        mark = event.description.rpartition("\n")[2]
        if mark.startswith(f"[airflow {namespace}/"):
            key = mark.partition("/")[2].partition(" ")[0]
            assert key not in found
            found[key] = event
    return found


@pytest.fixture
def around(call: Call, dingtalk_emulator: DingTalkEmulator) -> Callable[[], None]:
    """Create a person's event and an event of another list. Return a check that neither has changed."""
    call("create_event", "u", summary="Lunch", start="2027-02-01", description="with [airflow] people")
    sync(call, [day("jan", "2027-01-31", summary="Payday")], namespace="payroll")
    before = {event.event_id: event for event in dingtalk_emulator.events}

    def check() -> None:
        after = {event.event_id: event for event in dingtalk_emulator.events}
        assert {event_id: after.get(event_id) for event_id in before} == before

    return check


def test_six_rows(call: Call, dingtalk_emulator: DingTalkEmulator, around: Callable[[], None]) -> None:
    seen = len(dingtalk_emulator.journal)
    first = sync(call, rows())
    assert operations(dingtalk_emulator, seen) == [LIST, *[CREATE] * 6]
    assert (first.metered_calls, first.counts["created"]) == (7, 6)
    made = by_key(dingtalk_emulator)
    assert {key: event.event_id for key, event in made.items()} == first.event_ids
    assert made["go"].fields["start"] == {"dateTime": "2027-02-03T09:00:00+08:00", "timeZone": ZONE}
    assert made["go"].description.startswith("Be <quick> & calm\n[airflow releases/go ")
    assert made["jun"].fields["end"] == {"date": "2027-07-03"}

    seen = len(dingtalk_emulator.journal)
    second = sync(call, rows())
    assert operations(dingtalk_emulator, seen) == [LIST]
    assert (second.metered_calls, second.counts["unchanged"]) == (1, 6)
    assert second.event_ids == first.event_ids

    changed = rows()
    changed[0]["start"] = "2027-01-30"
    del changed[1]
    seen = len(dingtalk_emulator.journal)
    third = sync(call, changed)
    assert operations(dingtalk_emulator, seen) == [LIST, PATCH, DELETE]
    assert (third.metered_calls, third.counts) == (
        3,
        {"created": 0, "updated": 1, "deleted": 1, "unchanged": 4, "foreign": 0, "outside": 0},
    )
    assert third.updated[0].fields == ("start", "end")
    assert set(by_key(dingtalk_emulator)) == {"jan", "mar", "apr", "go", "jun"}
    assert by_key(dingtalk_emulator)["jan"].fields["start"] == {"date": "2027-01-30"}
    around()


def test_what_people_change_is_restored(call: Call, dingtalk_emulator: DingTalkEmulator) -> None:
    ids = sync(call, rows()).event_ids
    before = {key: event.fields for key, event in by_key(dingtalk_emulator).items()}
    edits: dict[str, dict[str, Any]] = {
        "jan": {"summary": "Edited"},
        "feb": {"location": "Room 2"},
        "mar": {"description": f"{before['mar']['description']}\nBring cake"},
        "apr": {"start": "2027-05-01"},
        "go": {"location": "On the moon"},
    }
    for key, edit in edits.items():
        if key == "apr":
            edit["end"] = "2027-05-01"
        call("patch_event", "u", "primary", ids[key], **edit)
    result = sync(call, rows())
    assert {line.key: line.fields for line in result.updated} == {
        "jan": ("summary",),
        "feb": ("location",),
        "mar": ("description",),
        "apr": ("start", "end"),
        "go": ("location",),
    }
    after = {key: event.fields for key, event in by_key(dingtalk_emulator).items()}
    # DingTalk documents no way to remove a field, so the update sets an empty place.
    assert after.pop("go") == {**before.pop("go"), "location": {"displayName": ""}}
    assert after == before
    assert sync(call, rows()).metered_calls == 1


@pytest.mark.parametrize("moved_to", ["2026-12-31", "2027-12-01"])
def test_an_event_that_a_person_moves_just_out_of_the_window_is_moved_back(
    call: Call, dingtalk_emulator: DingTalkEmulator, moved_to: str
) -> None:
    ids = sync(call, rows()).event_ids
    call("patch_event", "u", "primary", ids["jan"], start=moved_to, end=moved_to)
    assert [line.key for line in sync(call, rows()).updated] == ["jan"]
    assert by_key(dingtalk_emulator)["jan"].fields["start"] == {"date": "2027-01-31"}
    # An event outside the window stays, even if its row is removed.
    call("patch_event", "u", "primary", ids["jan"], start=moved_to, end=moved_to)
    assert sync(call, rows()[1:]).counts["deleted"] == 0


def test_an_event_that_began_before_the_window_is_left_as_it_is(
    call: Call, dingtalk_emulator: DingTalkEmulator
) -> None:
    freeze = day("freeze", "2027-02-01", end="2027-02-10")
    longer = {**freeze, "end": "2027-02-12"}
    weekly = day("weekly", "2027-02-01", recurrence={"type": "weekly", "days_of_week": ["monday"]})
    sync(call, [freeze, weekly])
    before = dingtalk_emulator.events
    result = sync(call, [longer], window_start="2027-02-05")
    assert result.counts == NONE | {"outside": 1}
    assert dingtalk_emulator.events == before
    result = sync(call, [longer], window_start="2027-01-05")
    assert result.counts == NONE | {"updated": 1, "deleted": 1}


def test_a_deleted_event_comes_back_at_once(call: Call, dingtalk_emulator: DingTalkEmulator) -> None:
    ids = sync(call, rows()).event_ids
    for _ in range(2):
        call("delete_event", "u", "primary", ids["jan"])
        result = sync(call, rows())
        assert ([line.key for line in result.created], result.metered_calls) == (["jan"], 2)
        assert result.event_ids["jan"] != ids["jan"]
        ids = result.event_ids
        assert by_key(dingtalk_emulator)["jan"].event_id == ids["jan"]


def test_a_deleted_event_comes_back_if_the_list_leaves_out_its_mark(
    call: Call, dingtalk_emulator: DingTalkEmulator
) -> None:
    dingtalk_emulator.options.deleted_without_description = True
    ids = sync(call, rows()).event_ids
    call("delete_event", "u", "primary", ids["jan"])
    result = sync(call, rows())
    # The first create request brings back the deleted event, and the second one makes another.
    assert ([line.key for line in result.created], result.metered_calls) == (["jan"], 3)
    assert by_key(dingtalk_emulator)["jan"].event_id == result.event_ids["jan"] != ids["jan"]


def test_a_row_that_was_dropped_comes_back(call: Call, dingtalk_emulator: DingTalkEmulator) -> None:
    sync(call, rows())
    sync(call, rows()[1:])
    assert "jan" not in by_key(dingtalk_emulator)
    assert [line.key for line in sync(call, rows()).created] == ["jan"]
    assert "jan" in by_key(dingtalk_emulator)


# A repeated create request: the answer has the id of the first event


def an_hour_ago(call: Call, emulator: DingTalkEmulator, events: object, **arguments: Any) -> str:
    """Sync a list at a time when DingTalk's clock shows an hour less. Return the id of ``jan``."""
    emulator.advance(-3600)
    event_id: str = sync(call, events, **arguments).event_ids["jan"]
    emulator.advance(3600)
    return event_id


@pytest.mark.parametrize("recurrence", [None, {"type": "daily", "occurrences": 3}])
def test_an_event_that_left_the_window_comes_back_within_the_day(
    call: Call, dingtalk_emulator: DingTalkEmulator, recurrence: Any
) -> None:
    event_id = an_hour_ago(call, dingtalk_emulator, rows())
    sync(call, [day("jan", "2026-11-01", recurrence=recurrence), *rows()[1:]])
    assert by_key(dingtalk_emulator)["jan"].fields["start"] == {"date": "2026-11-01"}
    seen = len(dingtalk_emulator.journal)
    result = sync(call, rows())
    # A recurrence cannot be removed, so a series is replaced.
    more = [DELETE, CREATE] if recurrence else [PATCH]
    assert operations(dingtalk_emulator, seen) == [LIST, CREATE, GET, *more]
    event = by_key(dingtalk_emulator)["jan"]
    assert (event.fields["start"], event.is_recurring) == ({"date": "2027-01-31"}, False)
    assert event.event_id == result.event_ids["jan"]
    assert (event.event_id == event_id) is (recurrence is None)
    assert sync(call, rows()).metered_calls == 1


def test_an_event_that_a_person_moved_far_away_is_moved_back(
    call: Call, dingtalk_emulator: DingTalkEmulator
) -> None:
    event_id = an_hour_ago(call, dingtalk_emulator, rows())
    call("patch_event", "u", "primary", event_id, start="2028-05-01", end="2028-05-01")
    assert sync(call, rows()).event_ids["jan"] == event_id
    assert by_key(dingtalk_emulator)["jan"].fields["start"] == {"date": "2027-01-31"}


def test_an_event_that_a_person_moved_far_away_and_deleted_is_created_again(
    call: Call, dingtalk_emulator: DingTalkEmulator
) -> None:
    event_id = an_hour_ago(call, dingtalk_emulator, rows())
    call("patch_event", "u", "primary", event_id, start="2028-05-01", end="2028-05-01")
    call("delete_event", "u", "primary", event_id)
    seen = len(dingtalk_emulator.journal)
    result = sync(call, rows())
    assert operations(dingtalk_emulator, seen) == [LIST, CREATE, GET, CREATE]
    assert by_key(dingtalk_emulator)["jan"].event_id == result.event_ids["jan"] != event_id


@pytest.mark.parametrize("moved_to", ["2027-02-02", "2028-05-01"])
def test_an_event_whose_mark_was_cut_off_and_that_was_moved_is_left_alone(
    call: Call, dingtalk_emulator: DingTalkEmulator, moved_to: str
) -> None:
    event_id = an_hour_ago(call, dingtalk_emulator, rows())
    call("patch_event", "u", "primary", event_id, description="mine", start=moved_to, end=moved_to)
    before = next(event for event in dingtalk_emulator.events if event.event_id == event_id)
    result = sync(call, rows())
    assert by_key(dingtalk_emulator)["jan"].event_id == result.event_ids["jan"] != event_id
    assert before in dingtalk_emulator.events
    assert sync(call, rows()).metered_calls == 1


def test_a_list_that_lags_makes_no_second_event(call: Call, dingtalk_emulator: DingTalkEmulator) -> None:
    event_id = an_hour_ago(call, dingtalk_emulator, rows())
    for operation in (LIST, VIEW):
        dingtalk_emulator.order(Fault.answer(200, {"events": []}).on(operation))
    result = sync(call, rows())
    assert result.event_ids["jan"] == event_id
    # The list and the view are empty. Each create request is a repeated one, so each event is looked at.
    assert result.metered_calls == 2 + 6 + 6
    assert len(by_key(dingtalk_emulator)) == len(dingtalk_emulator.events) == 6


def test_a_copy_that_a_person_made_is_deleted(call: Call, dingtalk_emulator: DingTalkEmulator) -> None:
    ids = sync(call, rows()).event_ids
    copied = by_key(dingtalk_emulator)["jan"]
    copy = call(
        "create_event", "u", summary=copied.summary, start="2027-01-31", description=copied.description
    )
    # Both were created in the same minute, so the ids decide which event stays.
    result = sync(call, rows(), max_deletions=0)
    assert [(line.key, line.is_duplicate) for line in result.deleted] == [("jan", True)]
    assert str(result.deleted[0]).endswith("(duplicate)")
    assert {result.deleted[0].event_id, result.event_ids["jan"]} == {copy.id, ids["jan"]}
    assert set(by_key(dingtalk_emulator)) == set(ids)

    # Without its row, the event counts as one deletion, and its copy as none.
    call("create_event", "u", summary=copied.summary, start="2027-01-31", description=copied.description)
    result = sync(call, rows()[1:], max_deletions=1)
    assert sorted((line.key, line.is_duplicate) for line in result.deleted) == [("jan", False), ("jan", True)]
    assert set(by_key(dingtalk_emulator)) == set(ids) - {"jan"}


def test_an_event_whose_mark_was_cut_off_is_foreign(call: Call, dingtalk_emulator: DingTalkEmulator) -> None:
    ids = sync(call, rows()).event_ids
    call("patch_event", "u", "primary", ids["jan"], description="mine now")
    seen = len(dingtalk_emulator.journal)
    result = sync(call, rows())
    assert operations(dingtalk_emulator, seen) == [LIST]
    assert ([line.key for line in result.foreign], result.counts["unchanged"]) == (["jan"], 5)
    # A foreign event matches only one row, so the second row gets a new event.
    twin = {**rows()[0], "key": "twin"}
    assert [line.key for line in sync(call, [*rows(), twin]).created] == ["twin"]


def test_an_event_that_another_person_organizes_is_not_ours(
    call: Call, dingtalk_emulator: DingTalkEmulator
) -> None:
    call("sync_events", "other", [day("jan", "2027-01-31")], namespace="releases", time_zone=ZONE, **WINDOW)
    (theirs,) = dingtalk_emulator.events
    call("add_attendee", "other", "primary", theirs.event_id, attendees_to_add=["u"])
    (before,) = dingtalk_emulator.events
    result = sync(call, [day("feb", "2027-02-28")])
    assert result.counts["deleted"] == 0
    assert before in dingtalk_emulator.events


def test_cleared_fields(call: Call, dingtalk_emulator: DingTalkEmulator) -> None:
    full = day("a", "2027-02-01", description="Text", location="Room", reminders=[5])
    sync(call, [full])
    result = sync(call, [day("a", "2027-02-01")])
    assert result.updated[0].fields == ("description", "location")
    (event,) = dingtalk_emulator.events
    assert event.description.startswith("[airflow releases/a ")
    assert event.fields["location"] == {"displayName": ""}
    # DingTalk's default for all-day events: nine o'clock on the day before.
    assert event.fields["reminders"] == [{"method": "dingtalk", "minutes": "900"}]


def test_changed_reminders_and_a_changed_zone_are_seen(call: Call) -> None:
    timed = {**day("a", "2027-02-01T01:00:00Z", time_zone=ZONE), "end": "2027-02-01T02:00:00Z"}
    sync(call, [timed])
    assert sync(call, [{**timed, "reminders": 5}]).updated[0].fields == ("reminders",)
    assert sync(call, [{**timed, "reminders": 5, "time_zone": "UTC"}]).updated[0].fields == ("time_zone",)
    assert sync(call, [{**timed, "reminders": 5, "time_zone": "UTC"}]).metered_calls == 1


def test_an_all_day_event_becomes_a_timed_event_and_back(
    call: Call, dingtalk_emulator: DingTalkEmulator
) -> None:
    timed = {**day("a", "2027-02-01 00:00"), "end": "2027-02-02 00:00"}
    for row in (day("a", "2027-02-01"), timed, day("a", "2027-02-01")):
        sync(call, [row])
        (event,) = dingtalk_emulator.events
        assert ("date" in event.fields["start"]) is (row is not timed)
        assert sync(call, [row]).metered_calls == 1


# Recurring events


WEEKLY = {"type": "weekly", "days_of_week": ["monday", "friday"], "occurrences": 9}


def test_a_recurring_row(call: Call, dingtalk_emulator: DingTalkEmulator) -> None:
    row = day("w", "2027-02-01", recurrence=WEEKLY)
    sync(call, [row, day("a", "2027-02-01")])
    assert sync(call, [row, day("a", "2027-02-01")]).metered_calls == 1
    changed = {**row, "recurrence": {**WEEKLY, "occurrences": 5}}
    result = sync(call, [changed, day("a", "2027-02-01")])
    assert [(line.key, line.fields) for line in result.updated] == [("w", ("recurrence",))]
    limits = by_key(dingtalk_emulator)["w"].fields["recurrence"]["range"]
    assert limits == {"type": "numbered", "numberOfOccurrences": 5}

    # A recurrence cannot be removed, so the event is replaced.
    seen, old = len(dingtalk_emulator.journal), by_key(dingtalk_emulator)["w"].event_id
    result = sync(call, [day("w", "2027-02-01"), day("a", "2027-02-01")], max_deletions=0)
    assert operations(dingtalk_emulator, seen) == [LIST, DELETE, CREATE]
    event = by_key(dingtalk_emulator)["w"]
    assert not event.is_recurring
    assert old != event.event_id == result.event_ids["w"]


def test_weekdays_in_another_order_and_spelling_are_the_same(
    call: Call, dingtalk_emulator: DingTalkEmulator
) -> None:
    row = day("w", "2027-02-01", recurrence=WEEKLY)
    sync(call, [row])
    page = call("list_events", "u", time_min="2026-12-31T00:00:00Z", time_max="2027-12-01T00:00:00Z")
    (series,) = (dict(event.wire) for event in page.items if event.recurrence)
    rule = series["recurrence"]

    def listed(days: str) -> Any:
        pattern = {**rule["pattern"], "daysOfWeek": days}
        shown = {"events": [{**series, "recurrence": {**rule, "pattern": pattern}}]}
        dingtalk_emulator.order(Fault.answer(200, shown).on(LIST))
        return sync(call, [row])

    same = listed("Friday, Monday")
    assert (same.counts["unchanged"], same.metered_calls) == (1, 1)
    assert listed("monday").updated[0].fields == ("recurrence",)


def test_a_single_event_becomes_a_series(call: Call, dingtalk_emulator: DingTalkEmulator) -> None:
    sync(call, [day("w", "2027-02-01")])
    result = sync(call, [day("w", "2027-02-01", recurrence=WEEKLY)])
    assert [(line.key, line.fields) for line in result.updated] == [("w", ("recurrence",))]
    (event,) = dingtalk_emulator.events
    assert event.is_recurring


def test_a_list_without_series_is_completed_by_the_view(
    call: Call, dingtalk_emulator: DingTalkEmulator
) -> None:
    row = day("w", "2027-02-01", recurrence=WEEKLY)
    (event_id,) = sync(call, [row, day("a", "2027-02-01")]).event_ids.keys() - {"a"}
    assert event_id == "w"
    series = by_key(dingtalk_emulator)["w"].event_id
    page = call("list_events", "u", time_min="2026-12-31T00:00:00Z", time_max="2027-12-01T00:00:00Z")
    shown = {"events": [dict(event.wire) for event in page.items if event.id != series]}
    assert len(shown["events"]) == 1

    def hide() -> int:
        dingtalk_emulator.order(Fault.answer(200, shown).on(LIST))
        return len(dingtalk_emulator.journal)

    seen = hide()
    result = sync(call, [row, day("a", "2027-02-01")])
    assert operations(dingtalk_emulator, seen) == [LIST, VIEW]
    assert (result.counts["unchanged"], result.event_ids["w"]) == (2, series)
    seen = hide()
    result = sync(call, [{**row, "summary": "Changed"}, day("a", "2027-02-01")])
    assert operations(dingtalk_emulator, seen) == [LIST, VIEW, PATCH]
    assert result.updated[0].fields == ("series",)
    assert by_key(dingtalk_emulator)["w"].summary == "Changed"


@pytest.mark.parametrize(("begins", "stays"), [("2027-02-01", False), ("2026-12-28", True)])
def test_a_series_of_no_row_is_deleted_if_it_begins_in_the_window(
    call: Call, dingtalk_emulator: DingTalkEmulator, begins: str, stays: bool
) -> None:
    rule = {"type": "daily", "occurrences": 60}
    window = {"window_start": "2026-01-01", "window_end": "2026-12-30"} if stays else WINDOW
    sync(call, [day("w", begins, recurrence=rule), day("a", "2027-02-01")], **window)
    dingtalk_emulator.order(Fault.error(400, "invalidParameter").on(LIST).times(2))
    seen = len(dingtalk_emulator.journal)
    result = sync(call, [day("a", "2027-02-01")])
    assert operations(dingtalk_emulator, seen)[:4] == [LIST, LIST, VIEW, GET]
    assert ("w" in by_key(dingtalk_emulator)) is stays
    assert [line.key for line in result.deleted] == ([] if stays else ["w"])


def test_an_unchanged_series_that_began_before_the_window_is_not_looked_up(
    call: Call, dingtalk_emulator: DingTalkEmulator
) -> None:
    row = day("w", "2026-12-28", recurrence={"type": "daily", "occurrences": 60})
    sync(call, [row], window_start="2026-01-01", window_end="2026-12-30")
    dingtalk_emulator.order(Fault.error(400, "invalidParameter").on(LIST).times(2))
    seen = len(dingtalk_emulator.journal)
    result = sync(call, [row])
    assert operations(dingtalk_emulator, seen) == [LIST, LIST, VIEW]
    assert [line.key for line in result.outside] == ["w"]


@pytest.mark.parametrize("recurrence", [WEEKLY, None])
def test_a_series_whose_row_leaves_the_window_is_moved(
    call: Call, dingtalk_emulator: DingTalkEmulator, recurrence: Any
) -> None:
    sync(call, [day("w", "2027-02-01", recurrence=WEEKLY), day("a", "2027-02-01")])
    dingtalk_emulator.order(Fault.error(400, "invalidParameter").on(LIST).times(2))
    seen = len(dingtalk_emulator.journal)
    result = sync(call, [day("w", "2026-12-01", recurrence=recurrence), day("a", "2027-02-01")])
    assert operations(dingtalk_emulator, seen)[:4] == [LIST, LIST, VIEW, GET]
    assert [line.key for line in result.updated] == ["w"]
    event = by_key(dingtalk_emulator)["w"]
    assert event.fields["start"] == {"date": "2026-12-01"}
    assert event.is_recurring is bool(recurrence)


def test_an_instance_that_a_person_changed_stays(call: Call, dingtalk_emulator: DingTalkEmulator) -> None:
    row = day("w", "2027-02-01", recurrence=WEEKLY)
    series = sync(call, [row]).event_ids["w"]
    first, *_ = call("list_instances", "u", "primary", series).items
    text = by_key(dingtalk_emulator)["w"].description
    call("patch_event", "u", "primary", first.id, summary="Edited", description=f"{text} by hand")
    changed = {**row, "summary": "Changed"}
    assert sync(call, [changed]).counts["updated"] == 1
    before = dingtalk_emulator.events
    assert sync(call, [changed]).counts["unchanged"] == 1
    # The view lists only instances, and the first instance has the old mark.
    dingtalk_emulator.order(Fault.error(400, "invalidParameter").on(LIST).times(2))
    assert sync(call, [changed]).counts["unchanged"] == 1
    assert dingtalk_emulator.events == before


# Guards and approval


def test_too_many_deletions_are_refused(call: Call, dingtalk_emulator: DingTalkEmulator) -> None:
    sync(call, rows())
    before, seen = dingtalk_emulator.events, len(dingtalk_emulator.journal)
    with pytest.raises(
        SyncRefusedError, match=r"3 deletions and max_deletions is 2: - jan 'Release jan' 2027"
    ):
        sync(call, [*rows()[3:], day("new", "2027-05-05")], max_deletions=2)
    with pytest.raises(SyncRefusedError, match="6 deletions and max_deletions is 5"):
        sync(call, [], allow_empty=True, max_deletions=5)
    assert set(operations(dingtalk_emulator, seen)) == {LIST}
    assert dingtalk_emulator.events == before
    assert sync(call, [], allow_empty=True).counts["deleted"] == 6
    assert dingtalk_emulator.events == []


def test_a_dry_run_writes_nothing(call: Call, dingtalk_emulator: DingTalkEmulator) -> None:
    sync(call, rows())
    before, seen, lines = dingtalk_emulator.events, len(dingtalk_emulator.journal), []
    changed = [{**rows()[0], "summary": "Changed"}, day("new", "2027-05-05")]
    result = sync(call, changed, dry_run=True, max_deletions=2, report=reporting(call, lines.append))
    assert operations(dingtalk_emulator, seen) == [LIST]
    assert dingtalk_emulator.events == before
    assert result.is_dry_run
    assert result.counts == {
        "created": 1,
        "updated": 1,
        "deleted": 5,
        "unchanged": 0,
        "foreign": 0,
        "outside": 0,
    }
    ids = {key: event.event_id for key, event in by_key(dingtalk_emulator).items()}
    digests = [line.pop("digest", None) for line in result.plan]
    assert [bool(digest) for digest in digests] == [True, True, *[False] * 5]
    assert result.plan[:3] == [
        {
            "action": "update",
            "key": "jan",
            "summary": "Changed",
            "start": "2027-01-31",
            "fields": ["summary"],
            "event_id": ids["jan"],
            "digest": result.plan[0]["digest"],
        },
        {
            "action": "create",
            "key": "new",
            "summary": "Release new",
            "start": "2027-05-05",
            "digest": result.plan[1]["digest"],
        },
        {
            "action": "delete",
            "key": "go",
            "summary": "Go live",
            "start": "2027-02-03T09:00:00+08:00",
            "event_id": ids["go"],
        },
    ]
    assert lines[1:4] == [
        "~ jan 'Changed' 2027-01-31 (summary)",
        "+ new 'Release new' 2027-05-05",
        "- go 'Go live' 2027-02-03T09:00:00+08:00",
    ]
    assert lines[-2:] == [
        "dry run: nothing was written",
        "a run would be refused: the plan has 5 deletions and max_deletions is 2: "
        + "; ".join(line for line in lines if line.startswith("- ")),
    ]


def test_a_dry_run_says_that_an_empty_list_would_be_refused(
    call: Call, dingtalk_emulator: DingTalkEmulator
) -> None:
    sync(call, rows())
    for allow_empty in (False, True):
        lines: list[str] = []
        result = sync(call, [], dry_run=True, allow_empty=allow_empty, report=reporting(call, lines.append))
        assert result.counts["deleted"] == len(dingtalk_emulator.events) == 6
        refusals = [line for line in lines if line.startswith("a run would be refused: the list is empty")]
        assert len(refusals) == (0 if allow_empty else 1)


def test_the_approved_plan_is_carried_out(call: Call, dingtalk_emulator: DingTalkEmulator) -> None:
    sync(call, rows())
    changed = [{**rows()[0], "summary": "Changed"}, *rows()[2:], day("new", "2027-05-05")]
    planned = sync(call, changed, dry_run=True)
    # The first try fails and carries out only part of the plan.
    dingtalk_emulator.order(Fault.error(400, "invalidParameter").on(CREATE))
    with pytest.raises(InvalidParameterError):
        sync(call, changed, approved_plan=planned.plan)
    result = sync(call, changed, approved_plan=planned.plan)
    assert [line.key for line in (*result.updated, *result.created, *result.deleted)] == ["new", "feb"]
    assert sync(call, changed, approved_plan=planned.plan).metered_calls == 1
    assert set(by_key(dingtalk_emulator)) == {"jan", "mar", "apr", "go", "jun", "new"}


def test_a_fingerprint_approves_a_plan(call: Call) -> None:
    planned = sync(call, rows(), dry_run=True)
    with pytest.raises(SyncRefusedError, match=rf"not the approved {planned.fingerprint}"):
        sync(call, rows()[1:], approved_plan=planned.fingerprint)
    assert sync(call, rows(), approved_plan=planned.fingerprint).fingerprint == planned.fingerprint


def test_another_plan_than_the_approved_one_is_refused(
    call: Call, dingtalk_emulator: DingTalkEmulator
) -> None:
    ids = sync(call, rows()).event_ids
    changed = [*rows()[1:], day("new", "2027-05-05")]
    planned = sync(call, changed, dry_run=True)
    before = dingtalk_emulator.events

    def refused(events: object) -> str:
        with pytest.raises(SyncRefusedError) as raised:
            sync(call, events, approved_plan=planned.plan)
        return str(raised.value)

    other = [*rows()[1:], day("new", "2027-05-06")]
    assert refused(other) == (
        "the plan has changed since it was approved: not approved: + new 'Release new' 2027-05-06; "
        "approved, but not planned any more: create new"
    )
    assert "approved, but not planned any more: delete jan" in refused([*rows(), changed[-1]])
    assert "not approved: - feb" in refused(changed[1:])
    assert dingtalk_emulator.events == before
    call("patch_event", "u", "primary", ids["mar"], summary="Edited")
    assert "not approved: ~ mar 'Release mar' 2027-03-31 (summary)" in refused(changed)


# Failures


@pytest.mark.parametrize("operation", [CREATE, PATCH, DELETE])
def test_a_lost_answer_is_repeated_safely(
    call: Call, dingtalk_emulator: DingTalkEmulator, operation: str
) -> None:
    sync(call, rows())
    dingtalk_emulator.order(Fault.drop().on(operation).after_effect())
    changed = [{**rows()[0], "summary": "Changed"}, *rows()[2:], day("new", "2027-05-05")]
    seen = len(dingtalk_emulator.journal)
    result = sync(call, changed)
    repeated = [entry for entry in dingtalk_emulator.journal[seen:] if entry.operation == operation]
    assert len(repeated) == 2
    assert len({entry.headers["x-client-token"] for entry in repeated}) == 1
    assert result.metered_calls == 5
    assert set(by_key(dingtalk_emulator)) == {"jan", "mar", "apr", "go", "jun", "new"}
    assert sync(call, changed).metered_calls == 1


def test_updates_have_a_token_of_their_own(call: Call, dingtalk_emulator: DingTalkEmulator) -> None:
    """A person makes the same edit twice, and each edit is undone."""
    ids = sync(call, rows()).event_ids
    for _ in range(2):
        call("patch_event", "u", "primary", ids["jan"], summary="Edited")
        assert sync(call, rows()).counts["updated"] == 1
        assert by_key(dingtalk_emulator)["jan"].summary == "Release jan"


def test_an_event_that_is_deleted_during_the_run_is_created_again(
    call: Call, dingtalk_emulator: DingTalkEmulator
) -> None:
    ids = sync(call, rows()).event_ids
    planned = {**rows()[0], "summary": "Changed"}
    done: list[str] = []

    def delete(line: str) -> None:
        """Delete the event after the plan is made and before anything is written."""
        if not done:
            done.append(line)
            emulator = dingtalk_emulator
            with emulator._application.service() as service:
                service.events.store(service.events.find(ids["jan"]), is_deleted=True)

    result = sync(call, [planned, *rows()[1:]], report=reporting(call, delete))
    assert result.metered_calls == 3
    assert by_key(dingtalk_emulator)["jan"].event_id == result.event_ids["jan"] != ids["jan"]


def test_at_the_limit_of_a_day_the_error_says_what_is_left() -> None:
    lines: list[str] = []
    with DingTalkEmulator(daily_event_limit=4) as emulator:
        call = SyncCaller(settings_for(emulator))
        with pytest.raises(DailyEventLimitError) as raised:
            sync(call, rows(), report=lines.append)
        call.close()
        assert len(by_key(emulator)) == 4
    assert raised.value.retry_after == 86400.0
    assert "2 to create left, beginning with + apr 'Release apr' 2027-04-30" in str(raised.value)
    assert lines[1:] == [
        "+ jan 'Release jan' 2027-01-31",
        "+ go 'Go live' 2027-02-03T09:00:00+08:00",
        "+ feb 'Release feb' 2027-02-28",
        "+ mar 'Release mar' 2027-03-31",
        "stopped after 4 of 6 changes",
    ]


def test_a_long_run_says_how_far_it_is() -> None:
    lines: list[str] = []
    events = [day(f"k{number}", f"2027-0{1 + number % 9}-01") for number in range(150)]
    with DingTalkEmulator(daily_event_limit=None, qps_limit=None) as emulator:
        call = SyncCaller(settings_for(emulator))
        # The list and the view are read first. Both are empty.
        assert sync(call, events, report=lines.append).metered_calls == 152
        assert [line for line in lines if "changes made" in line] == [
            "50 of 150 changes made",
            "100 of 150 changes made",
            "150 changes made, 152 metered calls",
        ]
        assert sync(call, events).metered_calls == 2  # two pages
        call.close()


def test_lines_are_reported_to_a_function_or_a_coroutine(call: Call) -> None:
    lines: list[str] = []
    sync(call, rows()[:1], report=reporting(call, lines.append))
    assert lines[0].endswith(
        ": 1 to create, 0 to update, 0 to delete, 0 unchanged, 0 foreign, 0 outside the window"
    )
    assert lines[1:] == ["+ jan 'Release jan' 2027-01-31", "1 changes made, 3 metered calls"]


def test_an_event_on_two_pages_is_one_event(call: Call, dingtalk_emulator: DingTalkEmulator) -> None:
    sync(call, rows())
    page = call("list_events", "u", time_min="2026-12-31T00:00:00Z", time_max="2027-12-01T00:00:00Z")
    entries = [dict(event.wire) for event in page.items]
    dingtalk_emulator.order(Fault.answer(200, {"events": [*entries, *entries]}).on(LIST))
    before = dingtalk_emulator.events
    assert sync(call, rows()).counts["unchanged"] == 6
    # The second page shows that a person has deleted the event meanwhile.
    entries.append({**entries[0], "status": "cancelled"})
    dingtalk_emulator.order(Fault.answer(200, {"events": entries}).on(LIST))
    assert sync(call, rows(), dry_run=True).counts["created"] == 1
    assert dingtalk_emulator.events == before


# Calendars that do not list deleted events, or refuse requests


REFUSED = Fault.error(
    400, "invalidParameter.subscribed.invalid", "Subscribed calendar not support this method"
)


@pytest.fixture
def calendar(call: Call) -> str:
    return str(call("create_subscribed_calendar", "u", name="Plan", subscribe_scope={"corp_ids": ["corp"]}))


def test_a_subscribed_calendar(call: Call, dingtalk_emulator: DingTalkEmulator, calendar: str) -> None:
    seen = len(dingtalk_emulator.journal)
    result = sync(call, rows(), calendar_id=calendar)
    assert operations(dingtalk_emulator, seen) == [LIST, VIEW, *[CREATE] * 6]
    assert result.metered_calls == 8
    assert sync(call, rows(), calendar_id=calendar).metered_calls == 1
    assert {event.calendar_id for event in dingtalk_emulator.events} == {calendar}


@pytest.mark.parametrize(
    ("age", "requests"),
    [
        ("an hour", [LIST, LIST, VIEW, CREATE, GET, CREATE, VIEW]),
        # The age does not show that the event is not new.
        ("less than a minute", [LIST, LIST, VIEW, CREATE, VIEW, GET, CREATE, GET]),
    ],
)
def test_without_lists_of_deleted_events_new_ones_are_looked_for(
    call: Call, dingtalk_emulator: DingTalkEmulator, calendar: str, age: str, requests: list[str]
) -> None:
    if age == "an hour":
        event_id = an_hour_ago(call, dingtalk_emulator, rows(), calendar_id=calendar)
    else:
        event_id = sync(call, rows(), calendar_id=calendar).event_ids["jan"]
    call("delete_event", "u", calendar, event_id)
    dingtalk_emulator.order(REFUSED.on(LIST).times(2))
    seen = len(dingtalk_emulator.journal)
    result = sync(call, rows(), calendar_id=calendar)
    # The first create request repeats an old token, so the answer has the id of the deleted event.
    assert operations(dingtalk_emulator, seen) == requests
    assert by_key(dingtalk_emulator)["jan"].event_id == result.event_ids["jan"] != event_id
    dingtalk_emulator.order(REFUSED.on(LIST))
    seen = len(dingtalk_emulator.journal)
    assert sync(call, rows(), calendar_id=calendar).counts["unchanged"] == 6
    assert operations(dingtalk_emulator, seen) == [LIST, LIST]


def test_a_list_that_is_always_empty_is_not_believed(
    call: Call, dingtalk_emulator: DingTalkEmulator, calendar: str
) -> None:
    sync(call, rows(), calendar_id=calendar)
    dingtalk_emulator.order(Fault.answer(200, {"events": []}).on(LIST))
    seen = len(dingtalk_emulator.journal)
    assert sync(call, rows()[1:], calendar_id=calendar).counts["deleted"] == 1
    assert operations(dingtalk_emulator, seen) == [LIST, VIEW, DELETE]


def test_if_a_calendar_refuses_everything_the_error_says_what_works(
    call: Call, dingtalk_emulator: DingTalkEmulator, calendar: str
) -> None:
    works = r"; DingTalk documents events in the calendar 'primary' only, and .* calendar_id='primary' works"
    dingtalk_emulator.order(REFUSED.on(LIST).times(2))
    dingtalk_emulator.order(REFUSED.on(VIEW))
    with pytest.raises(InvalidParameterError, match=f"^ListEvents: .*{works}"):
        sync(call, rows(), calendar_id=calendar)
    dingtalk_emulator.order(REFUSED.on(CREATE))
    with pytest.raises(InvalidParameterError, match=f"^CreateEvent: .*6 to create left, .*{works}"):
        sync(call, rows(), calendar_id=calendar)
    dingtalk_emulator.order(Fault.error(403, "permissionDenied").on(CREATE))
    with pytest.raises(PermissionDeniedError, match=works):
        sync(call, rows(), calendar_id=calendar)
    dingtalk_emulator.order(REFUSED.on(CREATE))
    with pytest.raises(InvalidParameterError, match=r"6 to create left, beginning with [^;]*$"):
        sync(call, rows())


def test_a_missing_permission_is_named_and_nothing_else_is_tried(
    call: Call, dingtalk_emulator: DingTalkEmulator
) -> None:
    seen = len(dingtalk_emulator.journal)
    dingtalk_emulator.order(Fault.error(403, "Forbidden.AccessDenied.AccessTokenPermissionDenied").on(LIST))
    with pytest.raises(MissingPermissionError, match=r"Calendar\.Event\.Read"):
        sync(call, rows())
    assert operations(dingtalk_emulator, seen) == [LIST]


def test_a_line_of_a_plan() -> None:
    line = PlanRow("update", "a", "It's", "2027-01-31", ("start", "end"), "event", "3fa9c1d2")
    assert str(line) == '~ a "It\'s" 2027-01-31 (start, end)'
    assert PlanRow("outside", "a", "", "2027-01-31").to_json() == {
        "action": "outside",
        "key": "a",
        "summary": "",
        "start": "2027-01-31",
    }
