"""A task can have the DingTalk retry policy on Airflow 3.3 and later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pendulum
import pytest
from airflow.providers.common.compat.sdk import DAG

from airflow_provider_dingtalk_calendar import exceptions as errors
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import CreateSubscribedCalendarOperator
from airflow_provider_dingtalk_calendar.support.retries import HAS_RETRY_POLICIES
from tests.in_airflow.versions import DagSerialization
from tests.operators.test_subscribed_calendar import GOOD, one_task
from tests.support.test_retries import INVALID, RETRIES, operator_with

if not HAS_RETRY_POLICIES:
    pytest.skip("this Airflow has no retry policies", allow_module_level=True)

from airflow.sdk import ExceptionRetryPolicy, RetryAction

from airflow_provider_dingtalk_calendar.support.retries import DingTalkRetryPolicy


@pytest.mark.parametrize(
    ("error", "action", "delay"),
    [
        (errors.ConfigurationError(), RetryAction.FAIL, None),
        (errors.InvalidArgumentError(), RetryAction.FAIL, None),
        (errors.CalendarExistsError(), RetryAction.FAIL, None),
        (errors.AmbiguousOutcomeError(), RetryAction.FAIL, None),
        (errors.InvalidCredentialsError(), RetryAction.FAIL, None),
        (errors.InvalidTokenError(), RetryAction.FAIL, None),
        (errors.MissingPermissionError(), RetryAction.FAIL, None),
        (errors.IpNotAllowedError(), RetryAction.FAIL, None),
        (errors.ContactScopeError(), RetryAction.FAIL, None),
        (errors.CreatorNotInRangeError(), RetryAction.FAIL, None),
        (errors.NotFoundError(), RetryAction.FAIL, None),
        (errors.MonthlyQuotaError(), RetryAction.FAIL, None),
        (errors.ThrottledError(), RetryAction.RETRY, 1),
        (errors.QpsLimitError(), RetryAction.RETRY, 1),
        (errors.QpmLimitError(), RetryAction.RETRY, 60),
        (errors.IpBlockedError(), RetryAction.RETRY, 300),
        (errors.DailyEventLimitError(), RetryAction.RETRY, 86400),
        (errors.RequestNotSentError(), RetryAction.DEFAULT, None),
        (errors.OutcomeUnknownError(), RetryAction.DEFAULT, None),
        (errors.ServerBusyError(), RetryAction.DEFAULT, None),
        (errors.UnexpectedAnswerError(), RetryAction.DEFAULT, None),
        (errors.StoreError(), RetryAction.DEFAULT, None),
        (ValueError(), RetryAction.DEFAULT, None),
    ],
)
def test_the_failure_decides_about_the_retry(
    error: Exception, action: RetryAction, delay: float | None
) -> None:
    decision = DingTalkRetryPolicy().evaluate(error, 1, 3)
    assert decision.action is action
    assert decision.retry_delay == (None if delay is None else timedelta(seconds=delay))


def test_a_task_has_the_policy_unless_the_user_sets_another() -> None:
    own, of_the_dag = ExceptionRetryPolicy(rules=[]), ExceptionRetryPolicy(rules=[])
    assert isinstance(CreateSubscribedCalendarOperator(**GOOD).retry_policy, DingTalkRetryPolicy)
    assert CreateSubscribedCalendarOperator(**GOOD, retry_policy=own).retry_policy is own
    start = pendulum.datetime(2026, 1, 1, tz="UTC")
    with DAG("d", start_date=start, schedule=None, default_args={"retry_policy": of_the_dag}):
        assert CreateSubscribedCalendarOperator(**GOOD).retry_policy is of_the_dag


def test_a_serialized_dag_says_that_a_task_has_a_policy() -> None:
    with DAG("d", start_date=pendulum.datetime(2026, 1, 1, tz="UTC"), schedule=None) as dag:
        CreateSubscribedCalendarOperator(**GOOD)
    read = DagSerialization.from_dict(DagSerialization.to_dict(dag))
    assert read.get_task("create").has_retry_policy
    policy = DingTalkRetryPolicy()
    assert isinstance(DingTalkRetryPolicy.deserialize(policy.serialize()), DingTalkRetryPolicy)


def test_the_users_policy_replaces_ours(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    connection.order(INVALID)
    source = one_task(RETRIES + ", retry_policy=ExceptionRetryPolicy(rules=[])")
    run = run_dag(source.replace("import DAG,", "import ExceptionRetryPolicy, DAG,"))
    assert run.state == "success"
    assert connection.journal.operations.count("CreateSubscribedCalendar") == 2


def test_with_the_users_policy_the_log_promises_nothing(
    run_dag: Callable[..., Any], connection: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", connection.airflow_connection(max_wait=0))
    connection.order(Fault.error(503, "ServiceUnavailable").on("ListCalendars"))
    source = one_task(RETRIES + ", retry_policy=ExceptionRetryPolicy(rules=[])")
    run = run_dag(source.replace("import DAG,", "import ExceptionRetryPolicy, DAG,"))
    assert run.state == "success"
    assert "trying again is useful after 2 s; the retry_policy of the task decides" in run.log


def test_a_final_failure_is_raised_unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    error = errors.NotFoundError("gone", operation="Op")
    with pytest.raises(errors.NotFoundError) as raised:
        operator_with(monkeypatch, error).execute({})
    assert str(raised.value) == "Op: gone"
    assert raised.value.__cause__ is None
