"""Operators for subscribed calendars: create, read, change and delete them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_dingtalk_calendar.client.wire.values import (
    MAX_CALENDAR_DESCRIPTION,
    MAX_CALENDAR_NAME,
    check_if_exists,
)
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError
from airflow_provider_dingtalk_calendar.support.arguments import (
    Check,
    is_pending,
    optional,
    template_scope,
    text,
    texts,
)
from airflow_provider_dingtalk_calendar.support.base import DingTalkOperator
from airflow_provider_dingtalk_calendar.support.retries import was_tried_before

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_dingtalk_calendar.client import EnsuredCalendar, IfExists


#: Key in the task state store. The value tells a retry what an earlier try has done.
STATE_KEY = "dingtalk_subscribed_calendar"

#: The same for EnsureSubscribedCalendarsOperator, whose value has another form.
STATE_KEY_OF_SEVERAL = "dingtalk_subscribed_calendars"

#: Checks of the fields that declare a calendar.
DECLARATION_CHECKS: dict[str, Check] = {
    "name": text(limit=MAX_CALENDAR_NAME),
    "subscribe_scope": template_scope,
    "description": text(limit=MAX_CALENDAR_DESCRIPTION, required=False),
    "managers": texts,
}


class _EnsuringOperator(DingTalkOperator):
    """Base class of the operators that create what is missing. One instance of a task runs at a time."""

    one_at_a_time = True

    def log_ensured(self, union_id: str, name: str, ensured: EnsuredCalendar) -> None:
        """Log what was done about one calendar, and what may be wrong with it."""
        done = "Recovered" if ensured.recovered else "Created" if ensured.created else "Reused"
        how = ", which an earlier request of this task had created" if ensured.recovered else ""
        if ensured.updated:
            done, how = "Updated", f" ({', '.join(ensured.updated)}){how}"
        self.log.info("%s subscribed calendar %r of %r: %s%s", done, name, union_id, ensured.calendar_id, how)
        if ensured.duplicates:
            self.log.warning(
                "%r owns %d more calendars named %r: %s",
                union_id,
                len(ensured.duplicates),
                name,
                ", ".join(ensured.duplicates),
            )
        if ensured.differs:
            self.log.warning(
                "Subscribed calendar %r was reused unchanged, but differs from the task's arguments in: %s",
                ensured.calendar_id,
                ", ".join(ensured.differs),
            )


class CreateSubscribedCalendarOperator(_EnsuringOperator):
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
        changes nothing, ``"update"`` returns its id and changes description, co-editors and scope to match
        the arguments, ``"fail"`` fails the task, ``"create"`` creates another calendar. Looking for the
        calendar takes one more call and the permission Calendar.Event.Read. With ``"update"``, reading the
        calendar takes a further call and the permission Calendar.Calendar.Read, and a change takes one more.
        Arguments that are None are not compared, and an empty description clears it. With ``"create"``, only
        a task with ``retries`` looks, so that a retry can recognize the calendar that an earlier try created.
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
    checks = {**DECLARATION_CHECKS, "if_exists": lambda _, value: check_if_exists(value)}

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
        """Create, reuse or update the calendar and return its calendarId."""
        with self.client() as client:
            ensured = client.ensure_subscribed_calendar(
                self.union_id,
                name=self.name,
                subscribe_scope=self.subscribe_scope,
                description=self.description,
                managers=self.managers,
                if_exists=self.if_exists,
                look_first=bool(self.retries),
                memory=self.task_state(context, STATE_KEY),
                retried=was_tried_before(context, self.retries),
            )
        self.log_ensured(self.union_id, self.name, ensured)
        return ensured.calendar_id


def _check_declarations(name: str, value: object) -> None:
    """Check a list of calendars. Fields that are pending are skipped."""
    from airflow_provider_dingtalk_calendar.client.workflows.ensure_calendar import declarations

    def check(calendar: Mapping[str, Any]) -> None:
        for field, check_field in DECLARATION_CHECKS.items():
            if not is_pending(calendar.get(field)):
                check_field(field, calendar.get(field))

    declarations.read_declarations(name, value, check, pending=is_pending)


class EnsureSubscribedCalendarsOperator(_EnsuringOperator):
    """Create each of several calendars unless the user owns one with its name, and return their ids.

    Each calendar is treated as by :class:`CreateSubscribedCalendarOperator` with ``if_exists="reuse"``. One
    call lists the user's calendars for all of them, and each missing calendar takes one call more. If a
    calendar fails, the others are still created, and the error names the calendars that failed. Only one
    instance of the task runs at a time, as for CreateSubscribedCalendarOperator.
    https://help.dingtalk.io/open/development/create-subscription-calendar

    :param union_id: (templated) unionId of the creator and owner.
    :param calendars: (templated) The calendars: a list of mappings with ``name``, ``subscribe_scope`` and,
        optionally, ``description`` and ``managers``, as in :class:`CreateSubscribedCalendarOperator`. Two
        calendars with one name are an error.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The calendarIds by name.
    :raises InvalidArgumentError: If an argument is wrong. Nothing is sent.
    """

    template_fields: Sequence[str] = ("union_id", "calendars", "dingtalk_conn_id")
    template_fields_renderers = {"calendars": "json"}
    checks = {"calendars": _check_declarations}

    def __init__(self, *, union_id: str, calendars: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.union_id = union_id
        self.calendars = calendars
        self.check_known(vars(self))

    def call(self, context: Context) -> dict[str, str]:
        """Create or reuse the calendars and return their ids by name."""
        with self.client() as client:
            ensured = client.ensure_subscribed_calendars(
                self.union_id,
                calendars=self.calendars,
                memory=self.task_state(context, STATE_KEY_OF_SEVERAL),
                retried=was_tried_before(context, self.retries),
            )
        for name, one in ensured.items():
            self.log_ensured(self.union_id, name, one)
        created = sum(one.created for one in ensured.values())
        self.log.info(
            "Ensured %d subscribed calendars of %r, %d of them new", len(ensured), self.union_id, created
        )
        return {name: one.calendar_id for name, one in ensured.items()}


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
