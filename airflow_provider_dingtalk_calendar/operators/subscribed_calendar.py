"""Operators for subscribed calendars: create, read, change and delete them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_dingtalk_calendar.client.wire.values import (
    MAX_CALENDAR_DESCRIPTION,
    MAX_CALENDAR_NAME,
    IfExists,
    check_if_exists,
)
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError
from airflow_provider_dingtalk_calendar.support.arguments import optional, template_scope, text, texts
from airflow_provider_dingtalk_calendar.support.base import DingTalkOperator
from airflow_provider_dingtalk_calendar.support.retries import was_tried_before
from airflow_provider_dingtalk_calendar.support.task_state import TaskState

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context


#: Key in the task state store. The value tells a retry what an earlier try has done.
STATE_KEY = "dingtalk_subscribed_calendar"


class CreateSubscribedCalendarOperator(DingTalkOperator):
    """Create a DingTalk calendar that people can subscribe to, and return its calendarId.

    By default, the operator reuses the user's own calendar with the same name. So a DAG that runs every day
    has a single calendar instead of one per day. Only one instance of the task runs at a
    time, even in a backfill, because ``max_active_tis_per_dag`` is 1 unless you set it. This does not hold
    for a mapped task.
    https://help.dingtalk.io/open/development/create-subscription-calendar

    :param union_id: (templated) unionId of the creator and owner.
    :param name: (templated) Name of the calendar, at most 128 characters, not blank.
    :param subscribe_scope: (templated) Who may subscribe: a mapping with one or more of ``union_ids``,
        ``open_conversation_ids`` and ``corp_ids``, each a list. The API's own spelling works as well.
    :param description: (templated) Description, at most 1024 characters.
    :param managers: (templated) unionIds of the co-editors.
    :param if_exists: What to do if the user owns a calendar with that name: ``"reuse"`` returns its id and
        changes nothing, ``"fail"`` fails the task, ``"create"`` creates another calendar. Looking for the
        calendar takes one more call and the permission Calendar.Event.Read. With ``"create"``, only a task
        with ``retries`` looks, so that a retry can recognize the calendar that an earlier try created.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The calendarId.
    :raises InvalidArgumentError: If an argument is wrong. Arguments that are known when the DAG is parsed are
        checked then, and templates when the task runs. Nothing is sent in either case.
    """

    template_fields: Sequence[str] = (
        "union_id",
        "name",
        "subscribe_scope",
        "description",
        "managers",
        "dingtalk_conn_id",
    )
    template_fields_renderers = {"subscribe_scope": "json", "managers": "json"}
    checks = {
        "name": text(limit=MAX_CALENDAR_NAME),
        "description": text(limit=MAX_CALENDAR_DESCRIPTION, required=False),
        "managers": texts,
        "subscribe_scope": template_scope,
        "if_exists": lambda _, value: check_if_exists(value),
    }
    one_at_a_time = True

    def __init__(
        self,
        *,
        union_id: str,
        name: str,
        subscribe_scope: Mapping[str, Any],
        description: str | None = None,
        managers: Sequence[str] | None = None,
        if_exists: IfExists = "reuse",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
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
                memory=TaskState.of(context, STATE_KEY),
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
        if ensured.differs:
            self.log.warning(
                "Subscribed calendar %r was reused unchanged, but differs from the task's arguments in: %s",
                ensured.calendar_id,
                ", ".join(ensured.differs),
            )
        return ensured.calendar_id


class GetSubscribedCalendarOperator(DingTalkOperator):
    """Return a subscribed calendar: its name, description, author, co-editors and scope.

    https://help.dingtalk.io/open/development/query-a-single-subscription-calendar

    :param union_id: (templated) unionId of the author or of a co-editor.
    :param calendar_id: (templated) Id of the calendar.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The calendar, as a mapping in the API's spelling.
    """

    template_fields: Sequence[str] = ("union_id", "calendar_id", "dingtalk_conn_id")

    def __init__(self, *, union_id: str, calendar_id: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.union_id = union_id
        self.calendar_id = calendar_id
        self.check_known(vars(self))

    def call(self, context: Context) -> dict[str, Any]:
        """Return the calendar in the API's spelling."""
        with self.client() as client:
            found = client.get_subscribed_calendar(self.union_id, self.calendar_id)
        self.log.info("Read subscribed calendar %r of %r: %s", found.name, self.union_id, self.calendar_id)
        return dict(found.wire)


class UpdateSubscribedCalendarOperator(DingTalkOperator):
    """Change a subscribed calendar and return its calendarId. Arguments that are None are not sent.

    Give at least one of ``name``, ``subscribe_scope``, ``description`` and ``managers``. DingTalk does not
    document whether fields that are not sent keep their values. To be safe, give all of them.
    https://help.dingtalk.io/open/development/update-subscription-calendar

    :param union_id: (templated) unionId of the author or of a co-editor.
    :param calendar_id: (templated) Id of the calendar.
    :param name: (templated) New name, at most 128 characters, not blank.
    :param subscribe_scope: (templated) New scope, as in :class:`CreateSubscribedCalendarOperator`.
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
    template_fields_renderers = {"subscribe_scope": "json", "managers": "json"}
    checks = {
        "name": optional(text(limit=MAX_CALENDAR_NAME)),
        "description": text(limit=MAX_CALENDAR_DESCRIPTION, required=False),
        "managers": texts,
        "subscribe_scope": optional(template_scope),
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
        if all(one is None for one in (name, subscribe_scope, description, managers)):
            from airflow_provider_dingtalk_calendar.client.resources.calendars import NO_CHANGE

            raise InvalidArgumentError(NO_CHANGE)

    def call(self, context: Context) -> str:
        """Change the calendar and return its calendarId."""
        names = ("name", "subscribe_scope", "description", "managers")
        fields: dict[str, Any] = {name: getattr(self, name) for name in names}
        with self.client() as client:
            client.update_subscribed_calendars(self.union_id, self.calendar_id, **fields)
        sent = ", ".join(name for name, value in fields.items() if value is not None)
        self.log.info("Updated subscribed calendar %r of %r: %s", self.calendar_id, self.union_id, sent)
        return self.calendar_id


class DeleteSubscribedCalendarOperator(DingTalkOperator):
    """Delete a subscribed calendar and all its subscriptions. A missing calendar is not a failure.

    Use it as a teardown, ``delete.as_teardown(setups=create)``, for a calendar that lives as long as a
    pipeline. https://help.dingtalk.io/open/development/delete-subscription-calendar

    :param union_id: (templated) unionId of the author.
    :param calendar_id: (templated) Id of the calendar.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: True, or False if the calendar did not exist.
    """

    template_fields: Sequence[str] = ("union_id", "calendar_id", "dingtalk_conn_id")

    def __init__(self, *, union_id: str, calendar_id: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.union_id = union_id
        self.calendar_id = calendar_id
        self.check_known(vars(self))

    def call(self, context: Context) -> bool:
        """Delete the calendar, and return whether it existed."""
        with self.client() as client:
            deleted = client.delete_subscribed_calendar(self.union_id, self.calendar_id)
        done = "Deleted" if deleted else "There is no"
        self.log.info("%s subscribed calendar %r of %r", done, self.calendar_id, self.union_id)
        return deleted
