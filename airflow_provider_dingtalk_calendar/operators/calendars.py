"""Operators for a user's list of calendars: see it, add a subscribed calendar to it, take it away."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_dingtalk_calendar.exceptions import DingTalkError, NotFoundError
from airflow_provider_dingtalk_calendar.support import batch
from airflow_provider_dingtalk_calendar.support.arguments import one_or_many, path_id
from airflow_provider_dingtalk_calendar.support.base import DingTalkOperator
from airflow_provider_dingtalk_calendar.support.task_state import TaskState

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_dingtalk_calendar.client import DingTalkClient

#: Name of what is done in the task state store.
MEMORY_KEY = "dingtalk_subscriptions"


class ListCalendarsOperator(DingTalkOperator):
    """Return the calendars in a user's list: the primary one, shared ones and subscribed ones.

    https://help.dingtalk.io/open/development/query-a-calendar

    :param union_id: (templated) unionId of the user.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The calendars, as mappings in the API's spelling.
    """

    template_fields: Sequence[str] = ("union_id", "dingtalk_conn_id")
    checks: ClassVar = {"union_id": path_id("union_id")}

    def __init__(self, *, union_id: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.union_id = union_id
        self.check_known(vars(self))

    def call(self, context: Context) -> list[dict[str, Any]]:  # noqa: ARG002
        """Return the calendars in the API's spelling."""
        with self.client() as client:
            return [dict(calendar.wire) for calendar in client.list_calendars(self.union_id)]


class _SubscriptionOperator(DingTalkOperator):
    """Base of the two operators that work through a list of users, their calls made at the same time."""

    template_fields: Sequence[str] = ("calendar_id", "union_id", "dingtalk_conn_id")
    template_fields_renderers = {"union_id": "json"}  # noqa: RUF012  as in BaseOperator
    checks: ClassVar = {"calendar_id": path_id("calendar_id"), "union_id": one_or_many("union_id")}

    def __init__(
        self, *, calendar_id: str, union_id: str | Sequence[str], fail_on_error: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.calendar_id = calendar_id
        self.union_id = union_id
        self.fail_on_error = fail_on_error
        self.check_known(vars(self))

    def method(self, client: DingTalkClient) -> Callable[[str, str], None]:
        """Return what is called with a unionId and the calendarId."""
        raise NotImplementedError

    def call(self, context: Context) -> dict[str, dict[str, Any]]:
        """Return one result for each unionId: ``{"ok": True}``, or ``ok: False`` with what went wrong."""
        keys = [self.union_id] if isinstance(self.union_id, str) else list(dict.fromkeys(self.union_id))
        memory = TaskState.of(context, MEMORY_KEY)
        # Clearing sets max_tries anew, and a cleared task makes all calls again; the memory outlives it.
        epoch = getattr(context.get("ti"), "max_tries", None)
        arguments = _digest(type(self).__name__, self.dingtalk_conn_id, self.calendar_id, str(epoch))
        outcomes = batch.Outcomes(batch.remembered(memory, arguments))
        try:
            with self.client() as client:
                method = self.method(client)
                batch.for_each(
                    keys,
                    lambda union_id: method(union_id, self.calendar_id),
                    outcomes,
                    concerns_all=_is_of_the_calendar,
                    keep=lambda: batch.remember(memory, arguments, outcomes),
                )
        except BaseException:
            # Such as the end of the task's time.
            if outcomes.begun:
                self._keep(context, memory, arguments, outcomes, keys)
            raise
        results, failure = outcomes.results(keys), outcomes.failure(keys)
        succeeded = sum(result["ok"] for result in results.values())
        self.log.info("%s: %d of %d done", type(self).__name__, succeeded, len(results))
        if failure is not None:
            if self.fail_on_error or outcomes.stopped is not None:
                self._keep(context, memory, arguments, outcomes, keys)
                raise failure
            self.log.warning("%s", failure)
        return results

    def _keep(
        self,
        context: Context,
        memory: TaskState | None,
        arguments: str,
        outcomes: batch.Outcomes,
        keys: list[str],
    ) -> None:
        """Keep what is done for the next try, and show what came of each: a failing task returns nothing."""
        batch.remember(memory, arguments, outcomes)
        if self.do_xcom_push:
            batch.push(context, "return_value", outcomes.results(keys))


def _is_of_the_calendar(error: DingTalkError) -> bool:
    """Tell whether it is the calendar that is not there: then each further call would be for nothing."""
    from airflow_provider_dingtalk_calendar.client.engine.error_codes import is_gone

    return isinstance(error, NotFoundError) and is_gone(error)


def _digest(*arguments: str) -> str:
    return hashlib.sha256(json.dumps(arguments).encode("utf-8", "surrogatepass")).hexdigest()


class SubscribeCalendarOperator(_SubscriptionOperator):
    """Subscribe one user or many to a calendar of type ``subscribed`` in whose scope they are.

    https://help.dingtalk.io/open/development/subscribe-to-a-public-calendar

    :param calendar_id: (templated) Id of the calendar.
    :param union_id: (templated) unionId of the user, or a list of them. For a list as many calls are made a
        second as the connection allows; on Airflow 3.3 and later, another try leaves out those that are done.
    :param fail_on_error: Whether the task fails if it fails for one of a list; what came of the others is in
        XCom all the same. What would fail for all fails the task in any case.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: A mapping from unionId to ``{"ok": true}``, or to ``{"ok": false}`` with ``error`` and
        ``message``.
    """

    def method(self, client: DingTalkClient) -> Callable[[str, str], None]:
        """Subscribe."""
        return client.subscribe_calendar


class UnsubscribeCalendarOperator(_SubscriptionOperator):
    """End the subscription of one user or many to a calendar.

    https://help.dingtalk.io/open/development/unsubscribe-from-a-public-calendar

    :param calendar_id: (templated) Id of the calendar.
    :param union_id: (templated) unionId of the user, or a list of them. For a list as many calls are made a
        second as the connection allows; on Airflow 3.3 and later, another try leaves out those that are done.
    :param fail_on_error: Whether the task fails if it fails for one of a list; what came of the others is in
        XCom all the same. What would fail for all fails the task in any case.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: A mapping from unionId to ``{"ok": true}``, or to ``{"ok": false}`` with ``error`` and
        ``message``.
    """

    def method(self, client: DingTalkClient) -> Callable[[str, str], None]:
        """Unsubscribe."""
        return client.unsubscribe_calendar
