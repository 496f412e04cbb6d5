"""The watch reports each start, end and change once, whatever the looks and restarts in between."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_dingtalk_calendar.client import Event
from airflow_provider_dingtalk_calendar.client.workflows.calendar_state import matching_occurrences
from airflow_provider_dingtalk_calendar.client.workflows.event_watch import Watch, watch_for
from tests.effort import effort

HOUR = 3600.0
WEEK = 7 * 24 * HOUR
FIRST = datetime(2026, 5, 6, tzinfo=timezone.utc)
NOW = FIRST.timestamp()


def moment(hours: float) -> str:
    return (FIRST + timedelta(hours=hours)).isoformat()


def event(name: str, begins: float, ends: float, **more: Any) -> Event:
    """Return an event. Its times are in hours from NOW."""
    times = {"start": {"dateTime": moment(begins)}, "end": {"dateTime": moment(ends)}}
    return Event.from_wire({"id": name, "summary": name.title()} | times | more)


def look(watch: Watch, at: float, *events: Event) -> list[tuple[str, str]]:
    """Show events to a watch, and return what it reports then: kind and id."""
    seconds = NOW + at * HOUR
    watch.see(seconds, seconds + WEEK, matching_occurrences(events, None, timezone.utc))
    return due(watch, at)


def due(watch: Watch, at: float) -> list[tuple[str, str]]:
    return [(one.kind, one.event_id) for one in watch.due(NOW + at * HOUR)]


def restarted(watch: Watch, on: Any, at: float) -> Watch:
    """Return a watch that goes on from the memory of another one, as the state store keeps it."""
    return watch_for(on, NOW + at * HOUR, json.loads(json.dumps(watch.memory())))


def test_a_start_is_reported_once_when_it_comes() -> None:
    watch = watch_for("start", NOW)
    assert look(watch, 0, event("a", 1, 2), event("b", 3, 4)) == []
    assert watch.next_moment() == NOW + HOUR
    assert due(watch, 0.99) == []
    assert due(watch, 1) == [("start", "a")]
    assert look(watch, 1.5, event("a", 1, 2), event("b", 3, 4)) == []
    assert due(watch, 3) == [("start", "b")]
    assert watch.next_moment() == float("inf")


def test_an_end_is_reported_once_even_if_the_event_is_extended_later() -> None:
    watch = watch_for("end", NOW)
    look(watch, 0, event("a", -1, 1))
    assert due(watch, 1) == [("end", "a")]
    assert look(watch, 1.5, event("a", -1, 2)) == []
    assert look(watch, 2, event("a", -1, 2)) == []


def test_a_report_has_the_instance_and_its_times() -> None:
    watch = watch_for("start", NOW)
    zone = timezone(timedelta(hours=8))
    watch.see(NOW, NOW + WEEK, matching_occurrences([event("a", 1, 2)], None, zone))
    (report,) = watch.due(NOW + HOUR)
    assert report.to_json() == {
        "kind": "start",
        "event_id": "a",
        "instance_start": "2026-05-06T01:00:00+00:00",
        "title": "A",
        "start": "2026-05-06T09:00:00+08:00",
        "end": "2026-05-06T10:00:00+08:00",
    }


def test_what_began_before_the_watch_is_not_reported() -> None:
    watch = watch_for("start", NOW)
    assert look(watch, 0, event("a", -0.1, 1), event("b", 0, 1)) == [("start", "b")]


def test_a_clock_that_is_set_back_hides_no_start() -> None:
    watch = watch_for("start", NOW + 20 * HOUR)
    look(watch, 20)
    assert look(watch, 1, event("a", 2, 3)) == []
    assert due(watch, 2) == [("start", "a")]


def test_a_late_start_is_reported_within_an_hour() -> None:
    watch = watch_for("start", NOW)
    look(watch, 0)
    found = look(watch, 2, event("a", 0.9, 3), event("b", 1.1, 3), event("c", 1.05, 1.5))
    assert found == [("start", "c"), ("start", "b")]


def test_a_moved_event_is_another_instance() -> None:
    watch = watch_for("start", NOW)
    look(watch, 0, event("a", 1, 2))
    assert look(watch, 0.5, event("a", 3, 4)) == []
    assert due(watch, 1) == []
    assert due(watch, 3) == [("start", "a")]
    assert look(watch, 3.1, event("a", 5, 6)) == []
    assert due(watch, 5) == [("start", "a")]


def test_a_cancelled_event_is_not_reported() -> None:
    watch = watch_for("start", NOW)
    look(watch, 0, event("a", 1, 2), event("b", 1, 2))
    look(watch, 0.5, event("b", 1, 2, status="cancelled"))
    assert due(watch, 1) == []


def test_a_restart_repeats_nothing_and_misses_nothing() -> None:
    watch = watch_for("start", NOW)
    look(watch, 0, event("a", 1, 9), event("b", 1.5, 9), event("c", 3, 9))
    assert due(watch, 1) == [("start", "a")]
    watch = restarted(watch, "start", 2)
    events = event("a", 1, 9), event("b", 1.5, 9), event("c", 3, 9)
    assert look(watch, 2, *events) == [("start", "b")]
    assert look(restarted(watch, "start", 2.1), 2.1, *events) == []


def test_the_memory_stays_small() -> None:
    watch = watch_for("start", NOW)
    for hour in range(1, 200):
        look(watch, hour, event(f"e{hour}", hour, hour + 1))
    assert len(watch.memory()["reported"]) <= 26


def test_changes_are_what_differs_between_two_looks() -> None:
    watch = watch_for("change", NOW)
    assert look(watch, 0, event("same", 1, 2), event("gone", 3, 4), event("other", 5, 6)) == []
    found = look(
        watch,
        0.5,
        *(event("same", 1, 2), event("other", 5, 6, description="new"), event("new", 7, 8)),
    )
    assert found == [("removed", "gone"), ("changed", "other"), ("added", "new")]
    assert due(watch, 0.6) == []
    moved = event("other", 6, 7, description="new")
    assert look(watch, 1, event("same", 1, 2), moved, event("new", 7, 8)) == [("changed", "other")]


def test_time_alone_changes_nothing() -> None:
    watch = watch_for("change", NOW)
    far = event("far", WEEK / HOUR + 1, WEEK / HOUR + 2)
    assert look(watch, 0, event("running", -1, 1), far) == []
    # One event has ended, and the horizon has reached the other one.
    assert look(watch, 2, far) == []
    assert look(watch, 3) == [("removed", "far")]


def test_changes_over_a_restart_are_found() -> None:
    watch = watch_for("change", NOW)
    look(watch, 0, event("same", 5, 6), event("gone", 5, 6))
    watch = restarted(watch, "change", 3)
    assert look(watch, 3, event("same", 5, 6), event("new", 7, 8)) == [("removed", "gone"), ("added", "new")]


def test_a_memory_from_before_the_first_look_is_of_no_use_and_does_no_harm() -> None:
    watch = restarted(watch_for("change", NOW), "change", 1)
    assert look(watch, 1, event("a", 5, 6)) == []


@pytest.mark.parametrize(
    ("on", "memory"),
    [
        ("change", {"until": "x", "rows": []}),
        ("change", {"until": 5, "rows": [["a"]]}),
        ("change", {"until": 5, "rows": {"a": 1}}),
        ("change", {"since": 1, "reported": []}),
        ("start", {"since": "x", "reported": []}),
        ("start", {"since": 1, "reported": [[[], 2, 3]]}),
        ("start", {"until": 5, "rows": []}),
        ("start", 7),
    ],
)
def test_a_memory_of_another_kind_is_refused(on: Any, memory: Any) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        watch_for(on, NOW, memory)


@given(
    starts=st.lists(st.integers(-90, 600), max_size=12),
    steps=st.lists(st.tuples(st.integers(1, 59), st.sampled_from(["look", "time", "restart"])), max_size=30),
)
@settings(max_examples=effort(300))
def test_every_start_is_reported_once(starts: list[int], steps: list[tuple[int, str]]) -> None:
    """The starts are in minutes after the watch began, and the steps are less than an hour apart."""
    events = [event(f"e{number}", minute / 60, minute / 60 + 1) for number, minute in enumerate(starts)]
    watch, minute = watch_for("start", NOW), 0
    found = look(watch, 0, *events)
    for gap, step in steps:
        minute += gap
        if step == "restart":
            watch = restarted(watch, "start", minute / 60)
        found += due(watch, minute / 60) if step == "time" else look(watch, minute / 60, *events)
    expected = [f"e{number}" for number, start in enumerate(starts) if 0 <= start <= minute]
    assert sorted(name for _, name in found) == sorted(expected)
