"""What all operators have in common."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.providers.common.compat.sdk import BaseOperator

from airflow_provider_dingtalk_calendar.exceptions import DingTalkError
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
from airflow_provider_dingtalk_calendar.support import retries

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_dingtalk_calendar.client import DingTalkClient
    from airflow_provider_dingtalk_calendar.support.arguments import Check


class DingTalkOperator(BaseOperator):
    """Base of the operators: a failure is one line in the log, and says itself whether it is tried again.

    What is known of the arguments when the DAG is parsed is checked then, the rest when the task runs, before
    anything is sent. On Airflow 3.3 and later a task without a ``retry_policy`` gets
    :class:`.retries.DingTalkRetryPolicy`; give it ``ExceptionRetryPolicy(rules=[])`` to have it retried as
    any other task.

    :param dingtalk_conn_id: (templated) Id of the connection.
    """

    ui_color = "#d6e9ff"

    #: The check of each argument that has one when the DAG is parsed; what is pending passes.
    checks: ClassVar[Mapping[str, Check]] = {}

    def __init__(self, *, dingtalk_conn_id: str = DingTalkHook.default_conn_name, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dingtalk_conn_id = dingtalk_conn_id
        retries.set_default_policy(self)

    @classmethod
    def check_known(cls, arguments: Mapping[str, Any]) -> None:
        """Check those of the arguments that are given and no longer pending.

        :raises InvalidArgumentError: If one is ruled out.
        """
        for name, check in cls.checks.items():
            if name in arguments:
                check(arguments[name])

    @classmethod
    def partial(cls, **kwargs: Any) -> Any:
        """Fix some arguments for ``expand``; what is known of them is checked now."""
        cls.check_known(kwargs)
        return super().partial(**kwargs)

    def execute(self, context: Context) -> Any:
        """Do what the operator is for, and return the task's result.

        :raises DingTalkError: See :mod:`airflow_provider_dingtalk_calendar.exceptions`; on Airflow before
            3.3, AirflowFailException for one whose ``retry_after`` is None.
        """
        try:
            self._settle()
            return self.call(context)
        except DingTalkError as error:
            failure = error
        maybe = "; DingTalk may have carried it out" if failure.may_have_taken_effect else ""
        self.log.error("%s%s; %s", failure, maybe, retries.advice(failure))
        # Without the frames of the client: they say nothing that the line above does not.
        raise retries.as_airflow_wants_it(failure.with_traceback(None)) from None

    def _settle(self) -> None:
        """Read the outputs of mapped tasks once, and check what templates have become."""
        for name in self.template_fields:
            # What is nested too deeply is left to the check, which refuses it.
            with contextlib.suppress(RecursionError):
                setattr(self, name, _settled(getattr(self, name)))
        # A record is refused while a DAG is parsed where it could hold templates; now the client reads it.
        self.check_known({name: value for name, value in vars(self).items() if not is_dataclass(value)})

    def call(self, context: Context) -> Any:
        """Do what the operator is for.

        :raises DingTalkError: If DingTalk does not do it.
        """
        raise NotImplementedError

    def client(self) -> DingTalkClient:
        """Return a client of the connection, to be used with ``with``."""
        return DingTalkHook(self.dingtalk_conn_id).get_conn()


def _settled(value: Any) -> Any:
    """Return a value with a list for what mapped tasks have returned: each look at that asks Airflow."""
    if isinstance(value, dict):
        return {name: _settled(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_settled, value)) if type(value) in {list, tuple} else value
    # A range can be longer than any memory.
    is_plain = isinstance(value, str | bytes | bytearray | range) or not isinstance(value, Sequence)
    return value if is_plain else list(value)
