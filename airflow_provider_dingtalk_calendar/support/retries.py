"""Retries: whether Airflow tries a failed task again depends on the failure.

Airflow 3.3 and later consult a retry policy. Earlier versions only have AirflowFailException, which means
that the task is never retried.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.common.compat.sdk import AirflowFailException

from airflow_provider_dingtalk_calendar.exceptions import DingTalkError, ThrottledError

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import BaseOperator, Context


try:
    from airflow.sdk import RetryDecision, RetryPolicy
except ImportError:
    HAS_RETRY_POLICIES = False
else:
    HAS_RETRY_POLICIES = True

    class DingTalkRetryPolicy(RetryPolicy):
        """Retry a failed task only if a retry is useful, and wait as long as a rate limit requires.

        Operators have this policy already. Give it to tasks that use the hook, on Airflow 3.3 and later::

            from airflow.sdk import task
            from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
            from airflow_provider_dingtalk_calendar.support.retries import DingTalkRetryPolicy

            @task(retries=3, retry_policy=DingTalkRetryPolicy())
            def list_calendars(union_id):
                with DingTalkHook().get_conn() as client:
                    return [calendar.summary for calendar in client.list_calendars(union_id)]

        A DingTalkError without ``retry_after`` fails the task at once. A :class:`.ThrottledError` is retried
        after its ``retry_after``. Every other failure is handled according to the settings of the task, as
        without a policy.

        Airflow before 3.3 has no retry policies, and this class does not exist there. A task that uses the
        hook is then retried after every failure. To prevent such retries, catch DingTalkError and raise
        AirflowFailException if its ``retry_after`` is None, as the operators do.
        """

        def evaluate(
            self,
            exception: BaseException,
            try_number: int,
            max_tries: int,
            context: Context | None = None,
        ) -> RetryDecision:
            """Decide by the class of the failure and its ``retry_after``."""
            if not isinstance(exception, DingTalkError):
                return RetryDecision.default()
            reason = f"{type(exception).__name__}: {advice(exception)}"
            if exception.retry_after is None:
                return RetryDecision.fail(reason)
            if isinstance(exception, ThrottledError):
                return RetryDecision.retry(timedelta(seconds=exception.retry_after), reason)
            return RetryDecision.default()

        def serialize(self) -> dict[str, Any]:
            """Return the policy as JSON. It has no settings."""
            return {"__type": type(self).__name__}

        @classmethod
        def deserialize(cls, data: dict[str, Any]) -> DingTalkRetryPolicy:  # noqa: ARG003
            """Make the policy from JSON."""
            return cls()


def advice(error: DingTalkError) -> str:
    """Say whether another try is useful, and when."""
    if error.retry_after is None:
        return "trying again is useless"
    return f"trying again is useful after {error.retry_after:g} s"


def outlook(error: DingTalkError, task: BaseOperator, context: Context) -> str:
    """Say whether another try is useful, and whether and when Airflow makes it.

    :param error: Failure of the task.
    :param task: The task.
    :param context: The context of the task.
    """
    said, instance = advice(error), context.get("ti")
    if error.retry_after is None or instance is None:
        return said
    if instance.try_number > (instance.max_tries or 0):
        return f"{said}, but the task has no retries left"
    policy = getattr(task, "retry_policy", None)
    if HAS_RETRY_POLICIES and policy is not None:
        if not isinstance(policy, DingTalkRetryPolicy):
            return f"{said}; the retry_policy of the task decides"
        if isinstance(error, ThrottledError):
            return f"{said}; Airflow tries again then"
    grows = ", which grows with each try" if task.retry_exponential_backoff else ""
    delay = task.retry_delay.total_seconds()
    return f"{said}; Airflow tries again after the task's retry_delay of {delay:g} s{grows}"


def for_airflow(error: DingTalkError) -> Exception:
    """Return the exception that the task raises: AirflowFailException if needed to prevent retries."""
    if error.retry_after is None and not HAS_RETRY_POLICIES:
        return AirflowFailException(f"{type(error).__name__}: {error}")
    return error


def was_tried_before(context: Context, retries: int | None) -> bool:
    """Tell whether this is a retry, counted from when the task was last triggered or cleared.

    :param context: The context of the task.
    :param retries: The task's ``retries``.
    """
    instance = context.get("ti")
    return instance is not None and bool(instance.try_number > _first_try(instance, retries))


def was_cleared(context: Context, retries: int | None) -> bool:
    """Tell whether the task had run before it was last cleared.

    :param context: The context of the task.
    :param retries: The task's ``retries``.
    """
    instance = context.get("ti")
    return instance is not None and _first_try(instance, retries) > 1


def _first_try(instance: Any, retries: int | None) -> int:
    """Return the number of the first try since the task was last triggered or cleared.

    Clearing a task sets ``max_tries`` to the tries so far plus ``retries``, and ``try_number`` keeps
    counting.
    """
    return max(1, (instance.max_tries or 0) - (retries or 0) + 1)
