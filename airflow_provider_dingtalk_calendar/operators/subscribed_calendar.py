"""Operators for subscribed calendars: template fields in, one hook call, JSON out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_dingtalk_calendar.client.wire.values import IfExists, check_if_exists
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
from airflow_provider_dingtalk_calendar.support.arguments import (
    check_description,
    check_managers,
    check_name,
    check_scope_argument,
    path_id,
    unless_none,
)
from airflow_provider_dingtalk_calendar.support.base import DingTalkOperator
from airflow_provider_dingtalk_calendar.support.retries import was_tried_before
from airflow_provider_dingtalk_calendar.support.task_state import TaskState

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context


#: Name of the record in the task state store.
MEMORY_KEY = "dingtalk_subscribed_calendar"


class CreateSubscribedCalendarOperator(DingTalkOperator):
    """Create a DingTalk calendar that people can subscribe to, and return its calendarId.

    The calendarId is the task's return value in XCom. By default a calendar of the same name that the user
    owns is reused, so that a DAG that runs every day owns one calendar and not one a day.

    https://help.dingtalk.io/open/development/create-subscription-calendar

    :param union_id: (templated) unionId of the creator and owner.
    :param name: (templated) Name of the calendar, at most 128 characters, not blank.
    :param subscribe_scope: (templated) Who may subscribe: a mapping with one or more of ``union_ids``,
        ``open_conversation_ids`` and ``corp_ids``, each a list. The API's own spelling is taken as well.
    :param description: (templated) Description, at most 1024 characters.
    :param managers: (templated) unionIds of the co-editors.
    :param if_exists: What to do if the user owns a calendar of that name: ``"reuse"`` returns its id and
        leaves it as it is, ``"fail"`` fails, ``"create"`` makes another one. Looking takes one more call and
        the permission Calendar.Event.Read; with ``"create"``, a task with ``retries`` looks too, so that a
        retry can tell the calendar of a lost answer from those that were there.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The calendarId.
    :raises InvalidArgumentError: When the DAG is parsed, if an argument is known to be ruled out by then;
        when the task runs, if it turns out after rendering. Nothing is sent in either case.
    """

    template_fields: Sequence[str] = (
        "union_id",
        "name",
        "subscribe_scope",
        "description",
        "managers",
        "dingtalk_conn_id",
    )
    template_fields_renderers = {"subscribe_scope": "json", "managers": "json"}  # noqa: RUF012  as in BaseOperator
    checks: ClassVar = {
        "union_id": path_id("union_id"),
        "name": check_name,
        "description": check_description,
        "managers": check_managers,
        "subscribe_scope": check_scope_argument,
        "if_exists": check_if_exists,
    }

    def __init__(
        self,
        *,
        union_id: str,
        name: str,
        subscribe_scope: Mapping[str, Any],
        description: str | None = None,
        managers: Sequence[str] | None = None,
        if_exists: IfExists = "reuse",
        dingtalk_conn_id: str = DingTalkHook.default_conn_name,
        **kwargs: Any,
    ) -> None:
        super().__init__(dingtalk_conn_id=dingtalk_conn_id, **kwargs)
        self.union_id = union_id
        self.name = name
        self.subscribe_scope = subscribe_scope
        self.description = description
        self.managers = managers
        self.if_exists = if_exists
        self.check_known(vars(self))

    def call(self, context: Context) -> str:
        """Create or reuse the calendar and return its calendarId."""
        with self.client() as client:
            ensured = client.ensure_subscribed_calendar(
                self.union_id,
                name=self.name,
                subscribe_scope=self.subscribe_scope,
                description=self.description,
                managers=self.managers,
                if_exists=self.if_exists,
                look_first=bool(self.retries),
                memory=TaskState.of(context, MEMORY_KEY),
                retried=was_tried_before(context, self.retries),
            )
        done = "Recovered" if ensured.recovered else "Created" if ensured.created else "Reused"
        how = ", which an earlier request of this task had created" if ensured.recovered else ""
        self.log.info(
            "%s subscribed calendar %r of %r: %s%s", done, self.name, self.union_id, ensured.calendar_id, how
        )
        if ensured.duplicates:
            self.log.warning(
                "%r owns %d more calendars named %r: %s",
                self.union_id,
                len(ensured.duplicates),
                self.name,
                ", ".join(ensured.duplicates),
            )
        return ensured.calendar_id


class GetSubscribedCalendarOperator(DingTalkOperator):
    """Return a subscribed calendar as the API describes it: name, description, author, co-editors, scope.

    https://help.dingtalk.io/open/development/query-a-single-subscription-calendar

    :param union_id: (templated) unionId of the author or of a co-editor.
    :param calendar_id: (templated) Its id.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The calendar, as a mapping in the API's spelling.
    """

    template_fields: Sequence[str] = ("union_id", "calendar_id", "dingtalk_conn_id")
    checks: ClassVar = {"union_id": path_id("union_id"), "calendar_id": path_id("calendar_id")}

    def __init__(self, *, union_id: str, calendar_id: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.union_id = union_id
        self.calendar_id = calendar_id
        self.check_known(vars(self))

    def call(self, context: Context) -> dict[str, Any]:  # noqa: ARG002
        """Return the calendar in the API's spelling."""
        with self.client() as client:
            return dict(client.get_subscribed_calendar(self.union_id, self.calendar_id).wire)


class UpdateSubscribedCalendarOperator(DingTalkOperator):
    """Change a subscribed calendar. What is None is not sent.

    Whether what is not sent stays as it is, is not documented; to be safe, send all that the calendar is to
    have. https://help.dingtalk.io/open/development/update-subscription-calendar

    :param union_id: (templated) unionId of the author or of a co-editor.
    :param calendar_id: (templated) Its id.
    :param name: (templated) New name, at most 128 characters, not blank.
    :param subscribe_scope: (templated) New scope, as of :class:`CreateSubscribedCalendarOperator`.
    :param description: (templated) New description, at most 1024 characters.
    :param managers: (templated) unionIds of the new co-editors.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The calendarId.
    """

    template_fields: Sequence[str] = (
        "union_id",
        "calendar_id",
        "name",
        "subscribe_scope",
        "description",
        "managers",
        "dingtalk_conn_id",
    )
    template_fields_renderers = {"subscribe_scope": "json", "managers": "json"}  # noqa: RUF012  as in BaseOperator
    checks: ClassVar = {
        "union_id": path_id("union_id"),
        "calendar_id": path_id("calendar_id"),
        "name": unless_none(check_name),
        "description": check_description,
        "managers": check_managers,
        "subscribe_scope": unless_none(check_scope_argument),
    }

    def __init__(
        self,
        *,
        union_id: str,
        calendar_id: str,
        name: str | None = None,
        subscribe_scope: Mapping[str, Any] | None = None,
        description: str | None = None,
        managers: Sequence[str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.union_id = union_id
        self.calendar_id = calendar_id
        self.name = name
        self.subscribe_scope = subscribe_scope
        self.description = description
        self.managers = managers
        self.check_known(vars(self))

    def call(self, context: Context) -> str:  # noqa: ARG002
        """Change the calendar and return its calendarId."""
        with self.client() as client:
            client.update_subscribed_calendars(
                self.union_id,
                self.calendar_id,
                name=self.name,
                subscribe_scope=self.subscribe_scope,
                description=self.description,
                managers=self.managers,
            )
        return self.calendar_id


class DeleteSubscribedCalendarOperator(DingTalkOperator):
    """Delete a subscribed calendar, and with it every subscription; one that is gone already is no failure.

    As a teardown, ``delete.as_teardown(setups=create)``, it ends a calendar that lives as long as a pipeline.
    https://help.dingtalk.io/open/development/delete-subscription-calendar

    :param union_id: (templated) unionId of the author.
    :param calendar_id: (templated) Its id.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: True, or False if the calendar was gone already.
    """

    template_fields: Sequence[str] = ("union_id", "calendar_id", "dingtalk_conn_id")
    checks: ClassVar = {"union_id": path_id("union_id"), "calendar_id": path_id("calendar_id")}

    def __init__(self, *, union_id: str, calendar_id: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.union_id = union_id
        self.calendar_id = calendar_id
        self.check_known(vars(self))

    def call(self, context: Context) -> bool:  # noqa: ARG002
        """Delete the calendar; return False if there was none."""
        with self.client() as client:
            deleted = client.delete_subscribed_calendar(self.union_id, self.calendar_id)
        if not deleted:
            self.log.info("There is no subscribed calendar %r of %r", self.calendar_id, self.union_id)
        return deleted
