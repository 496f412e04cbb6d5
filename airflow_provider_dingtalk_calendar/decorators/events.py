"""``@task.dingtalk_events``: a calendar is kept equal to the list that a function returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.providers.common.compat.sdk import (
    DecoratedOperator,
    context_merge,
    determine_kwargs,
    task_decorator_factory,
)

from airflow_provider_dingtalk_calendar.operators.events import SyncEventsOperator

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context, TaskDecorator


class _DecoratedSyncEventsOperator(DecoratedOperator, SyncEventsOperator):
    """A SyncEventsOperator whose list is what a function returns.

    :param python_callable: The function.
    """

    template_fields: Sequence[str] = (
        *DecoratedOperator.template_fields,
        *SyncEventsOperator.template_fields,
    )
    template_fields_renderers: ClassVar[dict[str, str]] = {
        **DecoratedOperator.template_fields_renderers,
        **SyncEventsOperator.template_fields_renderers,
    }
    custom_operator_name = "@task.dingtalk_events"
    #: Show the list as a rendered field of the task, although the list is known only after rendering.
    overwrite_rtif_after_execution = True

    def __init__(self, *, python_callable: Callable[..., Any], **kwargs: Any) -> None:
        super().__init__(python_callable=python_callable, events=[], **kwargs)

    def execute(self, context: Context) -> Any:
        """Call the function, and make the calendar equal to what it returns."""
        context_merge(context, self.op_kwargs)
        arguments = determine_kwargs(self.python_callable, self.op_args, context)
        events = self.python_callable(*self.op_args, **arguments)
        self.events = list(events) if isinstance(events, Iterator) else events
        # DecoratedOperator.execute looks for assets in what the task returns, and fails on Airflow 3.0.
        return SyncEventsOperator.execute(self, context)


def dingtalk_events_task(python_callable: Callable[..., Any] | None = None, **kwargs: Any) -> TaskDecorator:
    """Keep a calendar equal to the list that a function returns. Write it as ``@task.dingtalk_events(...)``.

    The function runs in the task, with the arguments that a function under ``@task`` may have. It returns
    the list of :class:`.SyncEventsOperator`, or yields its rows. The task returns the counts.

    :param python_callable: The function.
    :param kwargs: Arguments of :class:`.SyncEventsOperator`, except ``events``.
    """
    return task_decorator_factory(
        python_callable=python_callable, decorated_operator_class=_DecoratedSyncEventsOperator, **kwargs
    )
