"""Random failures: a task never creates two calendars and never returns an id that does not exist.

Each story is a task with up to five tries, and its runs on later days. To run more stories, set ``STORIES``:
``STORIES=1000000 pytest``.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from airflow_provider_dingtalk_calendar.client import EnsuredCalendar
from airflow_provider_dingtalk_calendar.exceptions import (
    AmbiguousOutcomeError,
    CalendarExistsError,
    DingTalkError,
)
from tests.client.workflows.world import FAULTS, LIES, Client, Killed, World
from tests.effort import effort

STORIES = int(os.environ.get("STORIES", effort(10000)))
TRIES = 5
SCOPE = {"corp_ids": ["corp"]}
STORE_FAULTS = st.lists(st.sampled_from([None, None, "error", "killed before", "killed after"]), max_size=3)
WRONG = FAULTS | LIES
#: The faults of a try, one per request. "" means no fault. All later requests succeed.
GOES_WRONG = st.lists(st.sampled_from(["", *WRONG]) | st.just(""), max_size=8)


class Task(RuleBasedStateMachine):
    """One task. Every delayed request takes effect before the next try."""

    if_exists = "reuse"
    looks_first = False
    has_others = False
    remembers = True
    #: Whether a try without faults always returns a calendar.
    ends_well = True
    #: Longest delay, as a multiple of the pause between two tries.
    times = 1
    description: str | None = None

    @initialize(
        pause=st.sampled_from([8.0, 60.0, 300.0]),
        share=st.sampled_from([0.0, 0.02, 0.5, 1.0]),
        lag=st.booleans(),
        others=st.integers(1, 2),
    )
    def begin(self, pause: float, share: float, lag: bool, others: int) -> None:
        late = pause * share * self.times
        self.world = World(delay=0.0 if lag else late, lag=late if lag else 0.0)
        self.pause = pause
        self.tries = 0
        self.result: EnsuredCalendar | None = None
        self.error: DingTalkError | None = None
        self.before = {self.world.make(-10_000.0, 0.0) for _ in range(others if self.has_others else 0)}

    @property
    def is_over(self) -> bool:
        final = self.error is not None and self.error.retry_after is None
        return self.result is not None or final or self.tries == TRIES

    @precondition(lambda self: not self.is_over)
    @rule(goes_wrong=GOES_WRONG, store_faults=STORE_FAULTS)
    def one_try(self, goes_wrong: list[str], store_faults: list[str | None]) -> None:
        self.play(goes_wrong, store_faults)

    @precondition(lambda self: not self.is_over)
    @rule()
    def a_try_without_faults(self) -> None:
        self.play([], [])
        if self.ends_well:
            assert self.result is not None

    @precondition(lambda self: self.is_over)
    @rule()
    def cleared(self) -> None:
        if self.remembers:
            if isinstance(self.error, AmbiguousOutcomeError):
                # Do as the error says: check, delete the surplus calendar, and clear the task.
                self.world.calendars = [one for one in self.world.calendars if one.calendar_id in self.before]
            self.tries = 0
            self.result = self.error = None

    def play(self, goes_wrong: list[str], store_faults: list[str | None]) -> None:
        self.world.faults = iter([WRONG.get(name) for name in goes_wrong])
        self.world.store_faults = iter(store_faults)
        self.world.shown = set()
        self.tries += 1
        self.error = None
        try:
            self.ensure()
        except DingTalkError as error:
            self.error = error
        except Killed:
            pass
        self.world.time += max(self.pause, (self.error and self.error.retry_after) or 0.0)

    def ensure(self) -> None:
        self.result = Client(self.world).ensure_subscribed_calendar(
            "owner",
            name="Plan",
            subscribe_scope=SCOPE,
            description=self.description,
            if_exists=self.if_exists,  # type: ignore[arg-type]
            look_first=self.looks_first,
            memory=self.world if self.remembers else None,
            retried=self.tries > 1,
        )

    @property
    def made(self) -> set[str]:
        return {made.calendar_id for made in self.world.calendars} - self.before

    @invariant()
    def there_are_never_two(self) -> None:
        if hasattr(self, "world"):
            assert len(self.made) <= 1

    @invariant()
    def no_create_is_blind(self) -> None:
        if hasattr(self, "world"):
            assert self.world.blind == 0

    @invariant()
    def an_id_is_that_of_the_calendar(self) -> None:
        if getattr(self, "result", None) is not None:
            assert {self.result.calendar_id} == self.made
            assert self.result.duplicates == ()

    @invariant()
    def an_error_names_the_calendar(self) -> None:
        error = getattr(self, "error", None)
        if isinstance(error, AmbiguousOutcomeError):
            assert self.world.shown - self.before <= set(error.candidate_ids)
        if isinstance(error, CalendarExistsError):
            assert set(error.calendar_ids) >= self.made


class Reuse(Task):
    """A task with ``if_exists="reuse"`` that runs again on later days."""

    @precondition(lambda self: self.is_over)
    @rule()
    def next_day(self) -> None:
        self.world.time += 86400
        self.world.memory = None
        self.tries = 0
        self.result = self.error = None


class Later(Reuse):
    """Delays that can outlast the pause between two tries, so that a second calendar can appear.

    Every try that sees a second calendar reports it.
    """

    times = 3

    @invariant()
    def there_are_never_two(self) -> None: ...

    @invariant()
    def an_id_is_that_of_the_calendar(self) -> None:
        if getattr(self, "result", None) is not None:
            assert self.result.calendar_id in self.made
            assert self.world.shown <= {self.result.calendar_id, *self.result.duplicates}


class ReuseWithoutMemory(Reuse):
    remembers = False


class Update(Reuse):
    """A task with ``if_exists="update"``, whose declaration can change from one day to the next."""

    if_exists = "update"
    description = "day 1"

    @precondition(lambda self: self.is_over)
    @rule(description=st.sampled_from(["", "day 1", "day 2"]))
    def declared_anew(self, description: str) -> None:
        self.next_day()
        self.description = description

    @invariant()
    def the_calendar_is_as_declared(self) -> None:
        if getattr(self, "result", None) is not None:
            (calendar,) = self.world.calendars
            assert calendar.description == self.description


class UpdateWithoutMemory(Update):
    remembers = False


class Several(Reuse):
    """A task that ensures three calendars. The others are judged like the first, which is called Plan."""

    names = ("Plan", "Close", "Review")

    def ensure(self) -> None:
        ensured = Client(self.world).ensure_subscribed_calendars(
            "owner",
            calendars=[{"name": name, "subscribe_scope": SCOPE} for name in self.names],
            memory=self.world if self.remembers else None,
            retried=self.tries > 1,
        )
        assert {name: {one.calendar_id} for name, one in ensured.items()} == {
            name: self.ids(name) for name in self.names
        }
        assert {one.duplicates for one in ensured.values()} == {()}
        self.result = ensured["Plan"]

    def ids(self, name: str) -> set[str]:
        return {one.calendar_id for one in self.world.calendars if one.name == name}

    @property
    def made(self) -> set[str]:
        return self.ids("Plan")

    @invariant()
    def there_are_never_two_of_one_name(self) -> None:
        if hasattr(self, "world"):
            assert max(len(self.ids(name)) for name in self.names) <= 1


class SeveralWithoutMemory(Several):
    remembers = False


class Trusting(Task):
    """A task that gets only true refusals.

    After a refusal, the task assumes that each new calendar comes from another run.
    """

    def play(self, goes_wrong: list[str], store_faults: list[str | None]) -> None:
        super().play([name for name in goes_wrong if name not in LIES], store_faults)


class Fail(Trusting):
    if_exists = "fail"


class FailWithoutMemory(Fail):
    remembers = ends_well = False


class Create(Trusting):
    """A task with ``if_exists="create"``. Other calendars have the same name."""

    if_exists = "create"
    looks_first = True
    has_others = True


class CreateWithoutMemory(Create):
    remembers = ends_well = False


class CreateWithoutLooking(Trusting):
    if_exists = "create"
    has_others = True
    ends_well = False


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("task", "share"),
    [
        (Reuse, 4),
        (Later, 2),
        (ReuseWithoutMemory, 2),
        (Update, 2),
        (UpdateWithoutMemory, 1),
        (Several, 2),
        (SeveralWithoutMemory, 1),
        (Fail, 1),
        (FailWithoutMemory, 1),
        (Create, 2),
        (CreateWithoutMemory, 1),
        (CreateWithoutLooking, 1),
    ],
)
def test_exactly_one_calendar(task: type[Task], share: int) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        task,
        settings=settings(
            max_examples=STORIES * share // 20 + 1,
            stateful_step_count=8,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
