"""When Airflow tries a task again: by what the failure says of itself.

This is the only place that asks what Airflow can do. Airflow 3.3 and later ask a retry policy. Before, all
that can be said is "never", with AirflowFailException.
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
        """Fail at once where trying again is useless; after a limit, come back after its own delay.

        Any other failure is treated as without a policy.
        """

        def evaluate(
            self,
            exception: BaseException,
            try_number: int,  # noqa: ARG002
            max_tries: int,  # noqa: ARG002
            context: Context | None = None,  # noqa: ARG002
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
            """Return its form in a serialized DAG; it has nothing to say but its name."""
            return {"__type": type(self).__name__}

        @classmethod
        def deserialize(cls, data: dict[str, Any]) -> DingTalkRetryPolicy:  # noqa: ARG003
            """Read that form."""
            return cls()


def set_default_policy(operator: BaseOperator) -> None:
    """Give a task the policy above where Airflow has policies and the user has given none."""
    if HAS_RETRY_POLICIES and operator.retry_policy is None:
        operator.retry_policy = DingTalkRetryPolicy()


def advice(error: DingTalkError) -> str:
    """Say whether trying again is useful, and when."""
    if error.retry_after is None:
        return "trying again is useless"
    return f"another try is useful after {error.retry_after:g} s"


def as_airflow_wants_it(error: DingTalkError) -> Exception:
    """Return what a task raises for a failure: where there are no policies, AirflowFailException if final."""
    if error.retry_after is None and not HAS_RETRY_POLICIES:
        return AirflowFailException(f"{type(error).__name__}: {error}")
    return error


def was_tried_before(context: Context, retries: int | None) -> bool:
    """Tell whether an earlier try of this task ran since it was triggered, or cleared, last.

    Clearing sets ``max_tries`` to the number of tries so far plus ``retries`` and lets ``try_number`` go on.

    :param context: The context of the task.
    :param retries: The task's ``retries``.
    """
    instance = context.get("ti")
    if instance is None:
        return False
    first = max(1, (instance.max_tries or 0) - (retries or 0) + 1)
    return bool(instance.try_number > first)
