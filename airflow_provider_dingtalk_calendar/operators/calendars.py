"""Operators for a user's list of calendars: read it, subscribe to a calendar, unsubscribe."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_dingtalk_calendar.exceptions import DingTalkError, NotFoundError
from airflow_provider_dingtalk_calendar.support.arguments import path_ids
from airflow_provider_dingtalk_calendar.support.base import DingTalkOperator, push

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_dingtalk_calendar.client import DingTalkClient

#: Key in the task state store. The value tells a retry which users are done.
STATE_KEY = "dingtalk_subscriptions"


class ListCalendarsOperator(DingTalkOperator):
    """Return the calendars in a user's list: the primary, shared and subscribed calendars.

    https://help.dingtalk.io/open/development/query-a-calendar

    :param union_id: (templated) unionId of the user.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The calendars, as mappings in the API's spelling.
    """

    template_fields: Sequence[str] = ("union_id", "dingtalk_conn_id")

    def __init__(self, *, union_id: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.union_id = union_id
        self.check_known(vars(self))

    def call(self, context: Context) -> list[dict[str, Any]]:
        """Return the calendars in the API's spelling."""
        with self.client() as client:
            found = [dict(calendar.wire) for calendar in client.list_calendars(self.union_id)]
        self.log.info("Listed %d calendars of %r", len(found), self.union_id)
        return found


class _SubscriptionOperator(DingTalkOperator):
    """Base class of the operators that make one call for each user in a list."""

    template_fields: Sequence[str] = ("calendar_id", "union_id", "dingtalk_conn_id")
    template_fields_renderers = {"union_id": "json"}
    checks = {"union_id": path_ids}
    #: Log message with placeholders for the number of users who are done, the number of all users, and
    #: the calendar.
    done: ClassVar[str]

    def __init__(
        self, *, calendar_id: str, union_id: str | Sequence[str], fail_on_error: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.calendar_id = calendar_id
        self.union_id = union_id
        self.fail_on_error = fail_on_error
        self.check_known(vars(self))

    def method(self, client: DingTalkClient) -> Callable[[str, str], None]:
        """Return the client's method to call with a unionId and the calendarId."""
        raise NotImplementedError

    def call(self, context: Context) -> dict[str, dict[str, Any]]:
        """Make the calls. Return, by unionId, ``{"ok": True}``, or ``{"ok": False, ...}`` with the error."""
        from airflow_provider_dingtalk_calendar.support import batch

        keys = [self.union_id] if isinstance(self.union_id, str) else list(dict.fromkeys(self.union_id))
        state = self.task_state(context, STATE_KEY)
        # The state survives when the task is cleared, but a cleared task must start over. Clearing changes
        # max_tries, so max_tries is part of the digest.
        max_tries = getattr(context.get("ti"), "max_tries", None)
        arguments = _digest(type(self).__name__, self.dingtalk_conn_id, self.calendar_id, str(max_tries))
        outcomes = batch.Outcomes(batch.load_done(state, arguments))

        def keep() -> None:
            """Save finished calls for the next try. Push all results, because a failed task returns none."""
            batch.save_done(state, arguments, outcomes)
            if self.do_xcom_push:
                push(context, "return_value", outcomes.results(keys))

        try:
            with self.client() as client:
                method = self.method(client)
                batch.for_each(
                    keys,
                    lambda union_id: method(union_id, self.calendar_id),
                    outcomes,
                    stop_on=_is_calendar_gone,
                    save=lambda: batch.save_done(state, arguments, outcomes),
                )
        except BaseException:
            # The exception can be the task's timeout.
            if outcomes.started:
                keep()
            raise
        results, failure = outcomes.results(keys), outcomes.failure(keys)
        succeeded = sum(result["ok"] for result in results.values())
        self.log.info(self.done, succeeded, len(results), self.calendar_id)
        if failure is not None:
            if self.fail_on_error or outcomes.stopped is not None:
                keep()
                raise failure
            self.log.warning("%s", failure)
        return results


def _is_calendar_gone(error: DingTalkError) -> bool:
    """Tell whether the calendar, not the user, is missing, so that every further call would fail."""
    from airflow_provider_dingtalk_calendar.client.engine.error_codes import is_gone

    return isinstance(error, NotFoundError) and is_gone(error)


def _digest(*arguments: str) -> str:
    return hashlib.sha256(json.dumps(arguments).encode("utf-8", "surrogatepass")).hexdigest()


class SubscribeCalendarOperator(_SubscriptionOperator):
    """Subscribe users to a subscribed calendar. The users must be in the calendar's scope.

    https://help.dingtalk.io/open/development/subscribe-to-a-public-calendar

    :param calendar_id: (templated) Id of the calendar.
    :param union_id: (templated) unionId of the user, or a list of unionIds. Each user takes one call. The
        calls for a list are made as fast as the connection's limit allows. On Airflow 3.3 and later, a retry
        skips the users who are done.
    :param fail_on_error: Whether the task fails if the call for one user in a list fails. In either case, the
        XCom has the results of the other users. A failure that all users share always fails the task.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: A mapping from unionId to ``{"ok": true}``, or to ``{"ok": false}`` with ``error`` and
        ``message``.
    """

    done = "Subscribed %d of %d users to calendar %r"

    def method(self, client: DingTalkClient) -> Callable[[str, str], None]:
        """Return the method that subscribes a user."""
        return client.subscribe_calendar


class UnsubscribeCalendarOperator(_SubscriptionOperator):
    """End the subscriptions of users to a calendar.

    https://help.dingtalk.io/open/development/unsubscribe-from-a-public-calendar

    :param calendar_id: (templated) Id of the calendar.
    :param union_id: (templated) unionId of the user, or a list of unionIds. Each user takes one call. The
        calls for a list are made as fast as the connection's limit allows. On Airflow 3.3 and later, a retry
        skips the users who are done.
    :param fail_on_error: Whether the task fails if the call for one user in a list fails. In either case, the
        XCom has the results of the other users. A failure that all users share always fails the task.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: A mapping from unionId to ``{"ok": true}``, or to ``{"ok": false}`` with ``error`` and
        ``message``.
    """

    done = "Unsubscribed %d of %d users from calendar %r"

    def method(self, client: DingTalkClient) -> Callable[[str, str], None]:
        """Return the method that unsubscribes a user."""
        return client.unsubscribe_calendar
