"""A failure is logged in one line, and Airflow retries a task only if a retry can help."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.providers.common.compat.sdk import AirflowFailException

from airflow_provider_dingtalk_calendar import exceptions as errors
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import CreateSubscribedCalendarOperator
from airflow_provider_dingtalk_calendar.support import retries
from airflow_provider_dingtalk_calendar.support.retries import was_tried_before
from tests.in_airflow.versions import HAS_RETRY_POLICIES, HAS_STATE_STORE
from tests.operators.test_subscribed_calendar import GOOD, one_task

RETRIES = ", retries=2, retry_delay=pendulum.duration(seconds=0)"
QPS = Fault.error(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi")
BUSY = Fault.error(503, "ServiceUnavailable")
AT_RETRY_DELAY = "Airflow tries again after the task's retry_delay of 0 s"
INVALID = Fault.error(400, "invalidParameter", "current user must in range").on("CreateSubscribedCalendar")


def test_a_final_failure_is_not_retried(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    connection.order(INVALID)
    assert run_dag(one_task(RETRIES)).state == "failed"
    assert connection.journal.operations.count("CreateSubscribedCalendar") == 1


def test_a_mapped_task_has_the_policy_too(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    connection.order(INVALID)
    mapped = one_task(RETRIES).replace("Operator(\n", "Operator.partial(\n").replace('name="Releases", ', "")
    assert run_dag(mapped.rstrip() + '.expand(name=["Releases"])').state == "failed"
    assert connection.journal.operations.count("CreateSubscribedCalendar") == 1


def test_a_temporary_failure_is_retried(
    run_dag: Callable[..., Any], connection: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", connection.airflow_connection(max_wait=0))
    connection.order(QPS.on("ListCalendars"))
    assert run_dag(one_task(RETRIES)).state == "success"
    looks = connection.journal.operations.count("ListCalendars")
    # Without a state store, the retry lists the calendars once more after it has created a calendar.
    assert connection.journal.operations[1:4] == [*["ListCalendars"] * 2, "CreateSubscribedCalendar"]
    assert looks == (2 if HAS_STATE_STORE else 3)
    assert len(connection.calendars) == 1


def test_the_log_has_one_line_for_a_failure_and_no_wrapped_errors(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    connection.order(INVALID)
    run = run_dag(one_task())
    said = (
        "CreateSubscribedCalendar: HTTP 400 invalidParameter: current user must in range; the creator must "
        "belong to a group or an organization of the subscribe scope (request id "
        f"{connection.journal[-1].request_id})"
    )
    assert f"{said}; trying again is useless" in run.log
    assert "Traceback" in run.log
    for trace in (
        "During handling",
        "direct cause",
        "client/session.py",
        "client/transport/",
        "client/workflows/",
    ):
        assert trace not in run.log


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (QPS, "trying again is useful after 1 s; Airflow tries again then"),
        (BUSY, f"trying again is useful after 2 s; {AT_RETRY_DELAY}"),
    ],
)
def test_the_log_says_when_airflow_tries_again(
    fault: Fault,
    said: str,
    run_dag: Callable[..., Any],
    connection: DingTalkEmulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", connection.airflow_connection(max_wait=0))
    connection.order(fault.on("ListCalendars").times(3))
    run = run_dag(one_task(RETRIES))
    useful = said.partition(";")[0]
    # Before Airflow 3.3, no failure changes the delay.
    expected = said if HAS_RETRY_POLICIES else f"{useful}; {AT_RETRY_DELAY}"
    assert run.state == "failed"
    # In a test process, Airflow 2 logs each line twice.
    assert run.log.count(expected) in (2, 4)
    assert run.log.count(f"{useful}, but the task has no retries left") in (1, 2)
    assert connection.journal.operations.count("ListCalendars") == 3


def operator_with(
    monkeypatch: pytest.MonkeyPatch, error: errors.DingTalkError
) -> CreateSubscribedCalendarOperator:
    operator = CreateSubscribedCalendarOperator(**GOOD)

    def call(_: Any) -> Any:
        raise error

    monkeypatch.setattr(operator, "call", call)
    return operator


def test_without_policies_a_final_failure_is_an_airflow_fail_exception(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retries, "HAS_RETRY_POLICIES", False)
    error = errors.NotFoundError("gone", operation="Op")
    with pytest.raises(AirflowFailException) as raised:
        operator_with(monkeypatch, error).execute({})
    assert str(raised.value) == "NotFoundError: Op: gone"
    assert raised.value.__cause__ is None
    with pytest.raises(errors.QpsLimitError):
        operator_with(monkeypatch, errors.QpsLimitError("slow")).execute({})


def test_without_policies_an_operator_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "HAS_RETRY_POLICIES", False)
    assert getattr(CreateSubscribedCalendarOperator(**GOOD), "retry_policy", None) is None


def test_the_log_says_that_a_request_may_have_been_carried_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = errors.OutcomeUnknownError("lost", operation="Op", may_have_taken_effect=True)
    with pytest.raises(errors.OutcomeUnknownError):
        operator_with(monkeypatch, error).execute({})
    said = "Op: lost; DingTalk may have carried it out; trying again is useful after 1 s"
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("try_number", "max_tries", "own_retries", "before"),
    [
        (1, 0, 0, False),
        (1, 3, 3, False),
        (2, 3, 3, True),
        (4, 3, 3, True),
        # The task was cleared after the second try, so the third try counts as a first try.
        (3, 5, 3, False),
        (4, 5, 3, True),
        # The task has no retries and was cleared.
        (2, 1, 0, False),
    ],
)
def test_the_first_try_after_clearing_is_no_retry(
    try_number: int, max_tries: int, own_retries: int, before: bool
) -> None:
    context: Any = {"ti": SimpleNamespace(try_number=try_number, max_tries=max_tries)}
    assert was_tried_before(context, own_retries) is before
    assert was_tried_before({}, own_retries) is False  # type: ignore[typeddict-item]
