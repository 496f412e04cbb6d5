"""Batches of calls run concurrently, record failures and save their progress."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar import exceptions as errors
from airflow_provider_dingtalk_calendar.support.batch import Outcomes, chunks, for_each, load_done, save_done
from airflow_provider_dingtalk_calendar.support.task_state import TaskState


class Store(dict[str, Any]):
    """A task state store in memory."""

    def set(self, key: str, value: Any) -> None:
        self[key] = value


def failing(failures: dict[str, errors.DingTalkError]) -> Any:
    def call(key: str) -> str:
        if key in failures:
            raise failures[key]
        return key.upper()

    return call


def outcomes_of(keys: list[str], call: Any, done: dict[str, Any] | None = None) -> Outcomes:
    outcomes = Outcomes(done or {})
    for_each(keys, call, outcomes)
    return outcomes


def test_chunks() -> None:
    assert list(chunks(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(chunks([], 2)) == []


def test_twenty_calls_are_in_flight() -> None:
    together = threading.Barrier(20, timeout=10)
    keys = ["first", *map(str, range(20))]
    outcomes = outcomes_of(keys, lambda key: key != "first" and together.wait())
    assert len(outcomes.done) == 21


def test_no_call_is_made_for_a_key_that_is_done() -> None:
    called: list[str] = []
    outcomes = outcomes_of(["a", "b", "a"], called.append, {"b": 1})
    assert called == ["a"]
    assert outcomes.done == {"a": None, "b": 1}
    assert outcomes.failure(["a", "b"]) is None


def test_the_failure_of_some_keys_ignores_the_others() -> None:
    gone, slow = errors.NotFoundError("gone"), errors.QpmLimitError("slow")
    outcomes = outcomes_of(["nobody", "a", "b"], failing({"nobody": gone, "a": slow}))
    assert outcomes.failure(["nobody"]) is gone
    assert outcomes.failure(["a"]) is slow
    partial = outcomes.failure(["a", "b"])
    assert isinstance(partial, errors.PartialFailureError)
    assert str(partial) == "1 of 2 failed (a); first failure, for a: slow"
    assert outcomes.failure(["b"]) is None


@pytest.mark.parametrize(
    ("failures", "retry_after", "maybe"),
    [
        ([errors.NotFoundError(), errors.PermissionDeniedError()], None, False),
        ([errors.NotFoundError(), errors.QpmLimitError()], 60, False),
        ([errors.DailyEventLimitError(), errors.QpmLimitError()], 60, False),
        ([errors.NotFoundError(), errors.OutcomeUnknownError(may_have_taken_effect=True)], 1, True),
        ([errors.QpmLimitError(), errors.MonthlyQuotaError()], None, False),
        ([errors.QpmLimitError(), errors.IpBlockedError()], 60, False),
    ],
)
def test_a_retry_is_useful_if_it_helps_one_call_and_nothing_stops_all(
    failures: list[errors.DingTalkError], retry_after: float | None, maybe: bool
) -> None:
    keys = ["a", "b"]
    failure = outcomes_of(keys, failing(dict(zip(keys, failures, strict=True)))).failure(keys)
    assert isinstance(failure, errors.PartialFailureError)
    assert failure.retry_after == retry_after
    assert failure.may_have_taken_effect is maybe


def test_other_exceptions_are_raised_and_the_outcomes_so_far_are_saved() -> None:
    outcomes = Outcomes()
    with pytest.raises(ZeroDivisionError):
        for_each(["a", "b"], lambda key: 1 // (key == "a"), outcomes)
    assert outcomes.done == {"a": 1}
    assert outcomes.results(["a"]) == {"a": {"ok": True}}
    assert outcomes.results(["b"])["b"]["ok"] is False


@pytest.mark.parametrize(
    "held",
    [None, "text", [], {"arguments": "others", "done": {"a": 1}}, {"arguments": "these"}, {"done": {"a": 1}}],
)
def test_state_of_other_arguments_counts_as_empty(held: object) -> None:
    assert load_done(TaskState(Store(key=held), "key"), "these") == {}


def test_saved_results_are_loaded_for_the_same_arguments() -> None:
    state = TaskState(Store(), "key")
    outcomes = Outcomes({"a": 1})
    save_done(state, "these", outcomes)
    assert load_done(state, "these") == {"a": 1}
    assert load_done(state, "others") == {}
    assert load_done(None, "these") == {}
    save_done(None, "these", outcomes)


def test_progress_is_saved_after_every_hundred_calls() -> None:
    saved: list[int] = []
    outcomes = Outcomes()
    keys = list(map(str, range(251)))
    for_each(keys, str.upper, outcomes, save=lambda: saved.append(len(outcomes.done)))
    assert len(saved) == 2
    assert saved[0] > 100
    assert len(outcomes.done) == 251


def test_an_exception_does_not_wait_for_calls_in_flight() -> None:
    waiting, ended = threading.Event(), threading.Event()

    def call(key: str) -> None:
        if key == "ends":
            waiting.wait(10)
            raise TimeoutError
        if key == "slow":
            waiting.set()
            ended.wait(10)

    outcomes = Outcomes()
    with pytest.raises(TimeoutError):
        for_each(["first", "ends", "slow", *map(str, range(50))], call, outcomes)
    results = outcomes.results(["first", "slow"])
    ended.set()
    assert results["first"] == {"ok": True}
    assert (results["slow"]["attempted"], results["slow"]["error"]) == (True, "TimeoutError")


def test_state_that_cannot_be_read_counts_as_empty(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def get(self, key: str) -> Any:
            raise KeyError(key)

        set = None

    state = TaskState(Broken(), "key")
    assert load_done(state, "these") == {}
    save_done(state, "these", Outcomes({}))
    assert "could not be written" in caplog.text
