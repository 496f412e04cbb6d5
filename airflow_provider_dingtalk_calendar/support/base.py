"""The base class of all operators."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.providers.common.compat.sdk import BaseOperator

from airflow_provider_dingtalk_calendar.client.wire.values import check_path_id
from airflow_provider_dingtalk_calendar.exceptions import DingTalkError

from . import retries
from .arguments import Check, explained, is_pending

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_dingtalk_calendar.client import DingTalkClient

    from .task_state import TaskState

#: Checks of the arguments that have the same meaning in all operators.
ID_CHECKS = dict.fromkeys(("union_id", "calendar_id", "event_id"), check_path_id)


class DingTalkOperator(BaseOperator):
    """Base class of the operators.

    Arguments are checked when the DAG is parsed, as far as they are known by then. The rest is checked when
    the task runs, before anything is sent. A failure is logged as one line, and its class decides whether a
    retry is useful. On Airflow 3.3 and later, a task without a ``retry_policy`` gets a
    :class:`.retries.DingTalkRetryPolicy`. To retry the task like any other task, give it
    ``ExceptionRetryPolicy(rules=[])``.

    :param dingtalk_conn_id: (templated) Id of the connection.
    """

    ui_color = "#d6e9ff"

    #: Checks of arguments by name, in addition to :data:`ID_CHECKS`.
    checks: ClassVar[Mapping[str, Check]] = {}

    #: Whether ``max_active_tis_per_dag`` is 1 unless the author sets it, for operators that look before they
    #: create. Two instances that look at the same moment would both create. The DAG's max_active_runs does
    #: not prevent this, because a backfill ignores it.
    one_at_a_time: ClassVar[bool] = False

    def __init__(self, *, dingtalk_conn_id: str = "dingtalk_default", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if self.one_at_a_time and self.max_active_tis_per_dag is None:
            self.max_active_tis_per_dag = 1
        self.dingtalk_conn_id = dingtalk_conn_id
        if retries.HAS_RETRY_POLICIES and self.retry_policy is None:
            self.retry_policy = retries.DingTalkRetryPolicy()

    @classmethod
    def check_known(cls, arguments: Mapping[str, Any]) -> None:
        """Check the given arguments, except for template fields that are pending.

        :raises InvalidArgumentError: If an argument is wrong.
        """
        for name, check in {**ID_CHECKS, **cls.checks}.items():
            if name in arguments:
                value = arguments[name]
                if name not in cls.template_fields or not is_pending(value):
                    with explained({name: value}):
                        check(name, value)

    @classmethod
    def partial(cls, **kwargs: Any) -> Any:
        """Check the fixed arguments of a mapped task; ``expand`` adds the others."""
        cls.check_known(kwargs)
        return super().partial(**kwargs)

    def execute(self, context: Context) -> Any:
        """Run the operator and return the result of the task.

        :raises DingTalkError: See :mod:`airflow_provider_dingtalk_calendar.exceptions`. On Airflow before
            3.3, a failure whose ``retry_after`` is None is raised as AirflowFailException.
        """
        try:
            self._settle()
            return self.call(context)
        except DingTalkError as error:
            failure = error
        maybe = "; DingTalk may have carried it out" if failure.may_have_taken_effect else ""
        self.log.error("%s%s; %s", failure, maybe, retries.outlook(failure, self, context))
        # The client's traceback adds nothing to the line above.
        raise retries.for_airflow(failure.with_traceback(None)) from None

    def _settle(self) -> None:
        """Read the outputs of mapped tasks once, and check the rendered arguments."""
        for name in self.template_fields:
            # If a value is nested too deeply, leave it unchanged. The check of the argument refuses it.
            with contextlib.suppress(RecursionError):
                setattr(self, name, _settled(getattr(self, name)))
        # Skip records, which some checks refuse because Airflow does not render templates in them. The client
        # checks records itself.
        self.check_known({name: value for name, value in vars(self).items() if not is_dataclass(value)})

    def call(self, context: Context) -> Any:
        """Make the API calls and return the result of the task.

        :raises DingTalkError: If a call fails.
        """
        raise NotImplementedError

    def client(self) -> DingTalkClient:
        """Return a client for the connection. Use it in a ``with`` statement."""
        from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook

        return DingTalkHook(self.dingtalk_conn_id).get_conn()

    def request_token(self, context: Context) -> Callable[[str], str] | None:
        """Return :func:`.client_token.client_token` of the task."""
        from .client_token import client_token

        return client_token(context)

    def task_state(self, context: Context, key: str) -> TaskState | None:
        """Return :meth:`.task_state.TaskState.of` the task."""
        from .task_state import TaskState

        return TaskState.of(context, key)


def push(context: Context, key: str, value: Any) -> None:
    """Push a value to XCom at once, so that it is available even if the task fails.

    :param context: The context of the task.
    :param key: Key of the value.
    :param value: A value that JSON can hold.
    """
    instance = context.get("ti")
    if instance is not None:
        instance.xcom_push(key=key, value=value)


def _settled(value: Any) -> Any:
    """Replace the outputs of mapped tasks with lists, because every access to them queries Airflow."""
    if isinstance(value, dict):
        return {name: _settled(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_settled, value)) if type(value) in {list, tuple} else value
    # A range could be too long for memory.
    is_plain = isinstance(value, str | bytes | bytearray | range) or not isinstance(value, Sequence)
    return value if is_plain else list(value)
