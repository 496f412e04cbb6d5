"""What all operators have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.providers.common.compat.sdk import BaseOperator

from airflow_provider_dingtalk_calendar.exceptions import DingTalkError
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
from airflow_provider_dingtalk_calendar.operators import retries

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context


class DingTalkOperator(BaseOperator):
    """Base of the operators: a failure is one line in the log, and says itself whether it is tried again.

    On Airflow 3.3 and later a task without a ``retry_policy`` gets :class:`.retries.DingTalkRetryPolicy`;
    give it ``ExceptionRetryPolicy(rules=[])`` to have it retried as any other task.

    :param dingtalk_conn_id: (templated) Id of the connection.
    """

    ui_color = "#d6e9ff"

    def __init__(self, *, dingtalk_conn_id: str = DingTalkHook.default_conn_name, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dingtalk_conn_id = dingtalk_conn_id
        retries.set_default_policy(self)

    def execute(self, context: Context) -> Any:
        """Do what the operator is for, and return the task's result.

        :raises DingTalkError: See :mod:`airflow_provider_dingtalk_calendar.exceptions`; on Airflow before
            3.3, AirflowFailException for one whose ``retry_after`` is None.
        """
        try:
            return self.call(context)
        except DingTalkError as error:
            failure = error
        maybe = "; DingTalk may have carried it out" if failure.may_have_taken_effect else ""
        self.log.error("%s%s; %s", failure, maybe, retries.advice(failure))
        # Without the frames of the client: they say nothing that the line above does not.
        raise retries.as_airflow_wants_it(failure.with_traceback(None)) from None

    def call(self, context: Context) -> Any:
        """Do what the operator is for.

        :raises DingTalkError: If DingTalk does not do it.
        """
        raise NotImplementedError
