"""What becomes of many calls, failure by failure."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar import exceptions as errors
from airflow_provider_dingtalk_calendar.support.batch import Outcomes, chunks, for_each, load_done, save_done
from airflow_provider_dingtalk_calendar.support.task_state import TaskState


class Store(dict[str, Any]):
    """A task state store."""

    def set(self, key: str, value: Any) -> None:
        self[key] = value


def failing(failures: dict[str, errors.DingTalkError]) -> Any:
    def call(key: str) -> str:
        if key in failures:
            raise failures[key]
        return key.upper()

    return call


def worked_through(keys: list[str], call: Any, done: dict[str, Any] | None = None) -> Outcomes:
    outcomes = Outcomes(done or {})
    for_each(keys, call, outcomes)
    return outcomes


def test_items_in_lists_of_so_many() -> None:
    assert list(chunks(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(chunks([], 2)) == []


def test_twenty_calls_are_under_way_at_the_same_time() -> None:
    together = threading.Barrier(20, timeout=10)
    keys = ["first", *map(str, range(20))]
    outcomes = worked_through(keys, lambda key: key != "first" and together.wait())
    assert len(outcomes.done) == 21


def test_a_key_that_is_done_is_not_called_for() -> None:
    called: list[str] = []
    outcomes = worked_through(["a", "b", "a"], called.append, {"b": 1})
    assert called == ["a"]
    assert outcomes.done == {"a": None, "b": 1}
    assert outcomes.failure(["a", "b"]) is None


def test_the_failure_of_some_keys_knows_nothing_of_others() -> None:
    gone, slow = errors.NotFoundError("gone"), errors.QpmLimitError("slow")
    outcomes = worked_through(["nobody", "a", "b"], failing({"nobody": gone, "a": slow}))
    assert outcomes.failure(["nobody"]) is gone
    assert outcomes.failure(["a"]) is slow
    partial = outcomes.failure(["a", "b"])
    assert isinstance(partial, errors.PartialFailureError)
    assert str(partial) == "1 of 2 failed (a); first failure: slow"
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
def test_another_try_is_useful_if_it_is_for_one_and_nothing_is_in_the_way_of_all(
    failures: list[errors.DingTalkError], retry_after: float | None, maybe: bool
) -> None:
    keys = ["a", "b"]
    failure = worked_through(keys, failing(dict(zip(keys, failures, strict=True)))).failure(keys)
    assert isinstance(failure, errors.PartialFailureError)
    assert failure.retry_after == retry_after
    assert failure.may_have_taken_effect is maybe


def test_what_is_no_failure_of_dingtalk_is_raised_and_what_was_done_is_known() -> None:
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
def test_a_memory_of_something_else_is_none(held: object) -> None:
    assert load_done(TaskState(Store(key=held), "key"), "these") == {}


def test_what_is_remembered_is_there_for_the_same_arguments() -> None:
    memory = TaskState(Store(), "key")
    outcomes = Outcomes({"a": 1})
    save_done(memory, "these", outcomes)
    assert load_done(memory, "these") == {"a": 1}
    assert load_done(memory, "others") == {}
    assert load_done(None, "these") == {}
    save_done(None, "these", outcomes)


def test_it_is_kept_after_every_hundred_calls_and_on_the_way_out() -> None:
    kept: list[int] = []
    outcomes = Outcomes()
    keys = list(map(str, range(251)))
    for_each(keys, str.upper, outcomes, save=lambda: kept.append(len(outcomes.done)))
    assert len(kept) == 2
    assert kept[0] > 100
    assert len(outcomes.done) == 251


def test_what_ends_the_calls_is_not_held_up_by_those_under_way() -> None:
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


def test_a_memory_that_is_broken_is_as_none(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def get(self, key: str) -> Any:
            raise KeyError(key)

        set = None

    memory = TaskState(Broken(), "key")
    assert load_done(memory, "these") == {}
    save_done(memory, "these", Outcomes({}))
    assert "could not be written" in caplog.text
