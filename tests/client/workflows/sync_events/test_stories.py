"""Random failures: after one run without faults, the calendar equals the list, and nothing else was touched.

Each story is a calendar over some days: the list changes, people edit and delete events, runs fail at any
request, and another list shares the calendar. To run more stories, set ``STORIES``.
"""

from __future__ import annotations

import contextlib
import copy
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from airflow_provider_dingtalk_calendar.client import SyncResult
from airflow_provider_dingtalk_calendar.exceptions import DailyEventLimitError, DingTalkError
from tests.client.workflows.sync_events.world import (
    CHANGES_TEXT,
    CHINA,
    DAY,
    FAULTS,
    Killed,
    Made,
    World,
)
from tests.effort import effort

STORIES = int(os.environ.get("STORIES", effort(10000)))
BASE = datetime(2026, 3, 2, tzinfo=CHINA)
OURS, OTHERS = "releases", "team.a+b(c)*"

KEYS = st.sampled_from(["a", "b", "c.d", "e|f", "g"])
TEXTS = st.sampled_from(["Plan", "Go & see <it>", 'Tom\'s "day"', "two\nlines ", "  x  "])
#: Days from the first day of the story.
DAYS = st.sampled_from([-3, -1, 0, 1, 2, 3, 30, 359, 361, 500])
HOURS = st.sampled_from([None, 0, 9, 23])
GOES_WRONG = st.lists(st.sampled_from(["", *FAULTS]) | st.just(""), max_size=8)
PLACES = st.sampled_from([None, "", "Room 1"])


def row(
    *, key: str, summary: str, day: int, hour: int | None, text: str | None, place: str | None, repeats: int
) -> dict[str, Any]:
    """Return a row as a caller writes it."""
    start = (BASE + timedelta(days=day, hours=hour or 0)).replace(tzinfo=None)
    times: dict[str, Any] = {"start": start.isoformat(), "end": (start + timedelta(hours=1)).isoformat()}
    if hour is None:
        times = {"start": start.date().isoformat(), "end": ""}
    rule = {"type": "daily", "interval": 7, "occurrences": repeats} if repeats else None
    return {
        "key": key,
        "summary": summary,
        **times,
        "description": text,
        "location": place,
        "recurrence": rule,
    }


ROWS = st.builds(
    row,
    key=KEYS,
    summary=TEXTS,
    day=DAYS,
    hour=HOURS,
    text=st.none() | TEXTS,
    place=PLACES,
    repeats=st.sampled_from([0, 0, 0, 3]),
)


class Calendar(RuleBasedStateMachine):
    """A calendar with the events of our list, of another list, and of people."""

    lists = "all"
    #: Whether a create request can bring back a deleted event that no list shows.
    hides_dead = False

    @initialize(
        lag=st.sampled_from([0.0, 0.0, 5.0, 400.0]),
        limit=st.sampled_from([100, 100, 3]),
        changes=st.sampled_from(sorted(CHANGES_TEXT)),
    )
    def begin(self, lag: float, limit: int, changes: str) -> None:
        self.world = World(lag=lag, daily_limit=limit, lists=self.lists, changes_text=CHANGES_TEXT[changes])
        self.wanted: dict[str, dict[str, dict[str, Any]]] = {OURS: {}, OTHERS: {}}
        self.human: dict[str, dict[str, Any]] = {}
        #: When the lists show that a mark is gone, by event id.
        self.shown_at: dict[str, float] = {}
        #: Events without a mark that a run could not know of, because no list showed it.
        self.unseen: set[str] = set()
        #: Whether a create request can bring back an event that no list shows. In its first minute, such an
        #: event cannot be told from a new one.
        self.hidden = self.hides_dead
        self.person_adds("Plan", 1, 9)

    @property
    def ready(self) -> bool:
        return hasattr(self, "world")

    # The lists

    @rule(namespace=st.sampled_from([OURS, OURS, OTHERS]), row=ROWS)
    def declare(self, namespace: str, row: dict[str, Any]) -> None:
        self.wanted[namespace][row["key"]] = row

    @rule(namespace=st.sampled_from([OURS, OTHERS]), key=KEYS)
    def drop(self, namespace: str, key: str) -> None:
        self.wanted[namespace].pop(key, None)

    # The people

    @rule(summary=TEXTS, day=DAYS, hour=HOURS)
    def person_adds(self, summary: str, day: int, hour: int | None) -> None:
        start = BASE + timedelta(days=day, hours=hour or 0)
        ends = start + timedelta(hours=1)
        times: dict[str, Any] = {
            name: {"dateTime": time.isoformat(), "timeZone": "Asia/Shanghai"}
            for name, time in (("start", start), ("end", ends))
        }
        if hour is None:
            times = {
                "start": {"date": f"{start:%Y-%m-%d}"},
                "end": {"date": f"{start + timedelta(1):%Y-%m-%d}"},
            }
        made = self.world.make(
            {"summary": summary, "isAllDay": hour is None, **times, "description": "by hand"}
        )
        self.human[made.event_id] = copy.deepcopy(made.fields)

    def _marked(self, number: int) -> Made | None:
        marked = [made for made in self.world.live if made.marks and made.event_id not in self.human]
        return marked[number % len(marked)] if marked else None

    @rule(number=st.integers(0, 9))
    def person_deletes(self, number: int) -> None:
        if made := self._marked(number):
            self.world.delete(made)

    @rule(
        number=st.integers(0, 9),
        changes=st.sampled_from(
            ["summary", "start", "place", "text after", "text before", "copy", "mark", "digits"]
        ),
        days=st.sampled_from([-1, 1, 2]),
    )
    def person_edits(self, number: int, changes: str, days: int) -> None:
        made = self._marked(number)
        if made is None or (self.lists in {"view", "empty list"} and "recurrence" in made.fields):
            # The instances do not show that their series has changed.
            return
        world, text = self.world, made.fields["description"]
        if changes == "summary":
            world.change(made, summary="edited")
        elif changes == "start":
            self._moved_by_hand(made, days)
        elif changes == "place":
            world.change(made, location={"displayName": "elsewhere"})
        elif changes == "text after":
            world.change(made, description=f"{text}\nRemember the cake!")
        elif changes == "text before":
            world.change(made, description=f"Note. {text}")
        elif changes == "copy":
            world.make(copy.deepcopy(made.fields))
        elif changes == "digits":
            world.change(made, description=f"{text[:-9]}00000000]")
        else:
            # Without a mark, the event belongs to no list. Nothing can stop a request that is on its way.
            world.settle()
            if not made.is_deleted:
                world.change(made, description="the mark is gone")
                self.human[made.event_id] = copy.deepcopy(made.fields)
                self.hidden = True
                self.shown_at[made.event_id] = world.time + world.lag

    def _moved_by_hand(self, made: Made, days: int) -> None:
        times = {}
        for name in ("start", "end"):
            time = dict(made.fields[name])
            for part in ("date", "dateTime"):
                if part in time:
                    moved = datetime.fromisoformat(time[part]) + timedelta(days=days)
                    time[part] = moved.date().isoformat() if part == "date" else moved.isoformat()
            times[name] = time
        self.world.change(made, **times)
        self.hidden = True

    # The runs

    @rule(seconds=st.sampled_from([1.0, 60.0, 3600.0, DAY / 2, DAY + 1]))
    def time_passes(self, seconds: float) -> None:
        self.world.time += seconds
        self.world.settle()

    @rule(namespace=st.sampled_from([OURS, OURS, OTHERS]), goes_wrong=GOES_WRONG)
    def run(self, namespace: str, goes_wrong: list[str]) -> None:
        self.world.faults = iter([FAULTS.get(name) for name in goes_wrong])
        with contextlib.suppress(DingTalkError, Killed):
            self._sync(namespace)
        self.world.faults = iter(())

    @rule(
        older=st.booleans(),
        turns=st.lists(st.booleans(), max_size=30),
        goes_wrong=GOES_WRONG,
        row=ROWS,
        other=st.booleans(),
    )
    def two_at_once(
        self, older: bool, turns: list[bool], goes_wrong: list[str], row: dict[str, Any], other: bool
    ) -> None:
        """Start two runs at the same moment: one for each list, or two for our list, which can change."""
        before = list(self.wanted[OURS].values())
        if older:
            self.declare(OURS, row)
        namespace = OTHERS if other else OURS
        self._note_runs(before, self.wanted[OURS].values(), self.wanted[namespace].values())
        self.world.faults = iter([FAULTS.get(name) for name in goes_wrong])
        runs = [
            self.world.begin(before, namespace=OURS),
            self.world.begin(list(self.wanted[namespace].values()), namespace=namespace),
        ]
        for turn in [*turns, *[True] * 200, *[False] * 200]:
            with contextlib.suppress(StopIteration, DingTalkError, Killed):
                next(runs[turn])
        self.world.faults = iter(())

    def _sync(self, namespace: str) -> SyncResult:
        self._note_runs(self.wanted[namespace].values())
        return self.world.sync(list(self.wanted[namespace].values()), namespace=namespace)

    def _note_runs(self, *lists: Iterable[dict[str, Any]]) -> None:
        """Note what runs that begin now cannot know, and whether a run might move an event out of the window.

        No list shows an event outside the window.

        :param lists: The lists that run at the same moment.
        """
        self.unseen |= {event_id for event_id, moment in self.shown_at.items() if self.world.time < moment}
        rows = [(row["key"], self._in_window(self._starts(row))) for one in lists for row in one]
        there = {key for key, is_inside in rows if is_inside}
        there |= {made.marks[-1][1] for made in self.world.events.values() if made.marks}
        if any(key in there and not is_inside for key, is_inside in rows):
            self.hidden = True

    def _starts(self, row: dict[str, Any]) -> datetime:
        return datetime.fromisoformat(row["start"]).replace(tzinfo=CHINA)

    def _in_window(self, start: datetime) -> bool:
        today = datetime.fromtimestamp(self.world.time, CHINA).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        return today <= start < today + timedelta(days=360)

    @precondition(lambda self: self.ready)
    @rule()
    def one_run_without_faults(self) -> None:
        """After the lag, one run makes the calendar equal to the list, and the next finds nothing to do."""
        self.world.settle()
        self._forget_what_was_unseen()
        self.world.time += self.world.lag + 1 + (60.0 if self.hidden else 0.0)
        for namespace in (OURS, OTHERS):
            for _ in range(10):
                try:
                    result = self._sync(namespace)
                    break
                except DailyEventLimitError:
                    self.world.time += DAY
            self.equals(namespace, result)
            self.world.time += self.world.lag + 1
            before = len(self.world.sent)
            again = self.world.sync(list(self.wanted[namespace].values()), namespace=namespace)
            assert again.counts["created"] + again.counts["updated"] + again.counts["deleted"] == 0, again
            requests = self.world.sent[before:]
            assert {request.partition(" ")[0] for request in requests} == {"GET"}
            assert again.metered_calls == len(requests)
            if self.lists == "all" and again.event_ids:
                assert requests == ["GET events"]
            assert again.event_ids == {key: made.event_id for key, made in self.found(namespace).items()}
        self.untouched()
        self.hidden = self.hides_dead

    def found(self, namespace: str) -> dict[str, Made]:
        """Return the events of the namespace in the window, by key. Check that no key has two events."""
        found: dict[str, Made] = {}
        for made in self.world.live:
            if made.marks and made.marks[-1][0] == namespace and self._in_window(made.start):
                assert made.marks[-1][1] not in found, "two events of one key"
                found[made.marks[-1][1]] = made
        return found

    def equals(self, namespace: str, result: SyncResult) -> None:
        rows = {key: row for key, row in self.wanted[namespace].items() if self._in_window(self._starts(row))}
        found = self.found(namespace)
        foreign = {line.key for line in result.foreign}
        assert set(found) == set(rows) - foreign
        for key, made in found.items():
            row, fields = rows[key], made.fields
            assert fields["summary"] == row["summary"]
            assert made.start == self._starts(row)
            text = row["description"]
            mark = fields["description"].rpartition("\n")[2]
            assert mark.startswith(f"[airflow {namespace}/{key} ")
            assert fields["description"] == (f"{text}\n{mark}" if text and text.strip() else mark)
            place = (row["location"] or "").strip()
            assert fields.get("location", {}).get("displayName", "") == place
            assert ("recurrence" in fields) == (row["recurrence"] is not None)
            assert fields["reminders"] != "default"
        titles = [(made.fields["summary"], made.start) for made in self.world.live if not made.marks]
        for key in foreign:
            assert (rows[key]["summary"].split(), self._starts(rows[key])) in [
                (title.split(), start) for title, start in titles
            ]

    def _forget_what_was_unseen(self) -> None:
        """Events that a run has changed before a list showed that the mark is gone are events of the list."""
        for event_id in self.unseen:
            made = self.world.events[event_id]
            if (made.fields, made.is_deleted) != (self.human[event_id], False):
                del self.human[event_id]
                del self.shown_at[event_id]
        self.unseen.clear()

    def untouched(self) -> None:
        for event_id, fields in self.human.items():
            made = self.world.events[event_id]
            assert (made.fields, made.is_deleted) == (fields, False)

    def teardown(self) -> None:
        if self.ready:
            self.one_run_without_faults()


class DeadWithoutDescription(Calendar):
    lists = "dead without description"


class NoDeleted(Calendar):
    lists = "no deleted"


class ViewOnly(Calendar):
    lists = "view"


class EmptyList(Calendar):
    lists = "empty list"
    hides_dead = True


class DeletedLeftOut(Calendar):
    lists = "deleted left out"
    hides_dead = True


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("kind", "share"),
    [
        (Calendar, 5),
        (DeadWithoutDescription, 2),
        (NoDeleted, 1),
        (ViewOnly, 1),
        (EmptyList, 1),
        (DeletedLeftOut, 1),
    ],
)
def test_the_calendar_equals_the_list_in_the_end(kind: type[Calendar], share: int) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        kind,
        settings=settings(
            max_examples=STORIES * share // 11 + 1,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
