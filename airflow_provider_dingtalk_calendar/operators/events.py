"""Operators for events: create, change, delete and list them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date, datetime, timezone
from typing import TYPE_CHECKING, Any

from airflow_provider_dingtalk_calendar.client.wire.values import (
    MAX_EVENT_DESCRIPTION,
    MAX_SUMMARY,
    PRIMARY,
)
from airflow_provider_dingtalk_calendar.exceptions import DingTalkError, InvalidArgumentError, NotFoundError
from airflow_provider_dingtalk_calendar.support.arguments import (
    count,
    explained,
    flag,
    holds_pending,
    is_pending,
    moment,
    optional,
    period,
    text,
)
from airflow_provider_dingtalk_calendar.support.base import DingTalkOperator, push
from airflow_provider_dingtalk_calendar.support.client_token import client_token
from airflow_provider_dingtalk_calendar.support.retries import was_cleared

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_dingtalk_calendar.client import DingTalkClient
    from airflow_provider_dingtalk_calendar.client.resources.events.content import (
        AttendeeLike,
        EventContent,
        RecurrenceLike,
        ReminderLike,
    )

#: Arguments that set the content of the event.
CONTENT = (
    "summary",
    "start",
    "end",
    "time_zone",
    "description",
    "attendees",
    "recurrence",
    "reminders",
    "location",
    "online_meeting_info",
    "extra",
    "ui_configs",
    "rich_text_description",
)

#: The status of an event that was deleted or cancelled.
CANCELLED = "cancelled"

#: The value of ``running_at`` for the moment at which the task runs.
NOW = "now"

#: For each argument that makes the task call another operation: the arguments that it excludes.
REFUSED_WITH = {
    "expand_recurrences": ("show_deleted", "sync_token"),
    "running_at": ("time_min", "time_max", "show_deleted", "sync_token"),
}

#: Arguments that set the time of the event.
PERIOD = ("start", "end", "time_zone")


def _refuse_templates_in_records(name: str, value: object) -> None:
    """Refuse a record with a template, because Airflow renders templates in lists and mappings only."""
    for one in value if isinstance(value, list | tuple) else (value,):
        if is_dataclass(one) and any(map(holds_pending, vars(one).values())):
            kind = type(one).__name__
            msg = f"{name} holds a {kind} with a template in it, which Airflow does not render: use a mapping"
            raise InvalidArgumentError(msg)


class _ContentOperator(DingTalkOperator):
    """Base class of the operators that create or change an event."""

    template_fields: Sequence[str] = ("union_id", "calendar_id", *CONTENT, "client_token", "dingtalk_conn_id")
    template_fields_renderers = dict.fromkeys(("attendees", "recurrence", "reminders", "extra"), "json")
    checks = {
        "description": text(limit=MAX_EVENT_DESCRIPTION, required=False),
        "client_token": optional(text()),
    }

    def __init__(
        self,
        *,
        union_id: str,
        calendar_id: str = PRIMARY,
        summary: str | None = None,
        start: datetime | date | str | Mapping[str, Any] | None = None,
        end: datetime | date | str | Mapping[str, Any] | None = None,
        time_zone: str | None = None,
        description: str | None = None,
        attendees: Sequence[AttendeeLike] | None = None,
        recurrence: RecurrenceLike | None = None,
        reminders: Sequence[ReminderLike] | None = None,
        location: str | Mapping[str, Any] | None = None,
        online_meeting_info: str | Mapping[str, Any] | None = None,
        extra: Mapping[str, str] | None = None,
        ui_configs: Sequence[Mapping[str, Any]] | None = None,
        rich_text_description: str | Mapping[str, Any] | None = None,
        client_token: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.union_id = union_id
        self.calendar_id = calendar_id
        self.summary = summary
        self.start = start
        self.end = end
        self.time_zone = time_zone
        self.description = description
        self.attendees = attendees
        self.recurrence = recurrence
        self.reminders = reminders
        self.location = location
        self.online_meeting_info = online_meeting_info
        self.extra = extra
        self.ui_configs = ui_configs
        self.rich_text_description = rich_text_description
        self.client_token = client_token

    @classmethod
    def check_known(cls, arguments: Mapping[str, Any]) -> None:
        """Also check the known part of the content, as the client does before it sends a request."""
        from airflow_provider_dingtalk_calendar.client.resources.events.content import (
            event_to_wire,
            recurrence_to_wire,
        )
        from airflow_provider_dingtalk_calendar.client.resources.events.single import PATCH_EVENT

        super().check_known(arguments)
        for name in ("attendees", "recurrence", "reminders"):
            _refuse_templates_in_records(name, arguments.get(name))
        given = {name: arguments[name] for name in CONTENT if name in arguments}
        known = {name: value for name, value in given.items() if not holds_pending(value)}
        recurrence = known.pop("recurrence", None)
        if recurrence is not None:
            with explained({"recurrence": recurrence}):
                # Any zone will do while the zone is not known.
                recurrence_to_wire(recurrence, known.get("time_zone", "UTC"))
        period = {name: known.pop(name) for name in PERIOD if name in known}
        for part in ({name: value} for name, value in known.items()):
            with explained(part):
                event_to_wire(PATCH_EVENT, part, changing=True)  # type: ignore[arg-type]
        # The arguments in PERIOD can only be checked together.
        if len(period) == len(PERIOD):
            with explained(period):
                event_to_wire(PATCH_EVENT, period, changing=True)  # type: ignore[arg-type]

    def content(self) -> EventContent:
        """Return the content of the event in the form that the client takes."""
        content: EventContent = {name: getattr(self, name) for name in CONTENT}  # type: ignore[assignment]
        return content


class CreateEventOperator(_ContentOperator):
    """Create an event and return its id.

    A task that is retried, or cleared within a day, does not create a second event. The task's requests carry
    one ``x-client-token``, which depends on the DAG, run, task, map index and arguments. A cleared task makes
    one more call (GetEvent) and logs a warning if the event has been deleted since.
    https://help.dingtalk.io/open/development/create-schedule

    :param union_id: (templated) unionId of the organizer.
    :param summary: (templated) Required. Title, at most 2048 characters.
    :param start: (templated) Required. Start of the event: a datetime, a date for an all-day event, an ISO
        8601 string for either, or a mapping in the API's spelling. A datetime needs a time zone of its own or
        ``time_zone``.
    :param end: (templated) End of the event, of the same kind as ``start``. For an all-day event this is the
        last day, which defaults to the first.
    :param calendar_id: (templated) Id of the calendar. DingTalk documents ``"primary"`` only; the id of a
        subscribed calendar is experimental.
    :param time_zone: (templated) TZ database name of the time zone of start and end. Required if the start
        has no named zone, as in an ISO 8601 string. A naive time is wall-clock time in this zone. A time with
        an offset is converted to it.
    :param description: (templated) Description, at most 5000 characters.
    :param attendees: (templated) unionIds or mappings, at most 500. Add more with AddAttendeesOperator.
    :param recurrence: (templated) When the event repeats: a :class:`.Recurrence` or a mapping in the API's
        spelling. It must say on which days: a weekly recurrence needs days of the week, for example.
    :param reminders: (templated) Minutes before the start, or mappings. With None, DingTalk sends a reminder
        15 minutes before the start. With an empty list, it sends none.
    :param location: (templated) Location: a name, or a mapping in the API's spelling.
    :param online_meeting_info: (templated) ``"dingtalk"`` for a video meeting.
    :param extra: (templated) Strings by key, such as ``{"noPushNotification": "true"}``.
    :param ui_configs: (templated) Which parts of the event's page are shown, in the API's spelling.
    :param rich_text_description: (templated) Description as HTML.
    :param client_token: (templated) Value of ``x-client-token``, instead of the value that the task makes.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The id of the event.
    """

    checks = {**_ContentOperator.checks, "summary": text(limit=MAX_SUMMARY)}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check_known(vars(self))
        if not any(map(holds_pending, self.content().values())):
            from airflow_provider_dingtalk_calendar.client.resources.events.content import event_to_wire
            from airflow_provider_dingtalk_calendar.client.resources.events.single import CREATE_EVENT

            # Refuses an event that lacks a required field.
            event_to_wire(CREATE_EVENT, self.content())

    def call(self, context: Context) -> str:
        """Create the event and return its id."""
        content = self.content()
        token = self.client_token or client_token(context)
        with self.client() as client:
            event = client.create_event(self.union_id, self.calendar_id, client_token=token, **content)
            self.log.info("Created event %r of %r: %s", self.summary, self.union_id, event.id)
            # Within a day, the token of an earlier run brings back its event's id, even of a deleted event.
            if was_cleared(context, self.retries) and self._is_gone(client, event.id):
                self.log.warning(
                    "Event %s of %r has been deleted or cancelled since an earlier run of this task created "
                    "it, and was not created again; to create another event, set client_token",
                    event.id,
                    self.union_id,
                )
        return event.id

    def _is_gone(self, client: DingTalkClient, event_id: str) -> bool:
        """Return whether one look shows that there is no such event."""
        from airflow_provider_dingtalk_calendar.client.engine.error_codes import is_gone

        try:
            return client.get_event(self.union_id, self.calendar_id, event_id).status == CANCELLED
        except NotFoundError as error:
            return is_gone(error)
        except DingTalkError:
            # The event was created, so the task succeeds even if it may not look.
            return False


class UpdateEventOperator(_ContentOperator):
    """Change an event and return its id. Fields whose argument is None keep their values.

    Give at least one field. Give ``reminders`` with every change, because DingTalk's page contradicts itself
    about changes without ``reminders``. https://help.dingtalk.io/open/development/modify-event

    :param union_id: (templated) unionId of the organizer. Nobody else may change the event.
    :param event_id: (templated) Id of the event.
    :returns: The id of the event.

    The other arguments are those of :class:`CreateEventOperator`, all optional.
    """

    template_fields: Sequence[str] = (*_ContentOperator.template_fields, "event_id")
    checks = {**_ContentOperator.checks, "summary": optional(text(limit=MAX_SUMMARY))}

    def __init__(self, *, event_id: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.event_id = event_id
        self.check_known(vars(self))
        if all(value is None for value in self.content().values()):
            from airflow_provider_dingtalk_calendar.client.resources.events.single import NO_CHANGE

            raise InvalidArgumentError(NO_CHANGE)

    def call(self, context: Context) -> str:
        """Change the event and return its id."""
        content, token = self.content(), self.client_token or client_token(context)
        with self.client() as client:
            event = client.patch_event(
                self.union_id, self.calendar_id, self.event_id, client_token=token, **content
            )
        sent = ", ".join(name for name, value in content.items() if value is not None)
        self.log.info("Updated event %r of %r: %s", self.event_id, self.union_id, sent)
        return event.id


class DeleteEventOperator(DingTalkOperator):
    """Delete an event: for everybody if the user is its organizer, else from the user's own calendar.

    A missing event is not a failure. https://help.dingtalk.io/open/development/delete-event

    :param union_id: (templated) unionId of the organizer or of an attendee.
    :param event_id: (templated) Id of the event.
    :param calendar_id: (templated) Id of the calendar, as in :class:`CreateEventOperator`.
    :param push_notification: (templated) Whether DingTalk notifies the attendees with a pop-up.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: True, or False if the event did not exist.
    """

    template_fields: Sequence[str] = (
        "union_id",
        "calendar_id",
        "event_id",
        "push_notification",
        "dingtalk_conn_id",
    )
    checks = {"push_notification": flag}

    def __init__(
        self,
        *,
        union_id: str,
        event_id: str,
        calendar_id: str = PRIMARY,
        push_notification: bool | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.union_id = union_id
        self.event_id = event_id
        self.calendar_id = calendar_id
        self.push_notification = push_notification
        self.check_known(vars(self))

    def call(self, context: Context) -> bool:
        """Delete the event, and return whether it existed."""
        with self.client() as client:
            deleted = client.delete_event(
                self.union_id,
                self.calendar_id,
                self.event_id,
                push_notification=flag("push_notification", self.push_notification),
                client_token=client_token(context),
            )
        done = "Deleted" if deleted else "There is no"
        self.log.info("%s event %r of %r", done, self.event_id, self.union_id)
        return deleted


class ListEventsOperator(DingTalkOperator):
    """Return the events of a user from all pages, in the API's spelling.

    DingTalk lists events by their start. A freeze that began before ``time_min`` and is still running is not
    in the list. To learn what is running, give ``running_at``.

    If DingTalk returns a sync token, it is pushed to XCom as ``sync_token``. Each page of 100 events is one
    call. https://help.dingtalk.io/open/development/query-an-event-list and
    https://help.dingtalk.io/open/development/query-schedule-view

    :param union_id: (templated) unionId of the user.
    :param calendar_id: (templated) Id of the calendar, as in :class:`CreateEventOperator`. With
        ``expand_recurrences`` or ``running_at``, any id that ListCalendarsOperator returns.
    :param time_min: (templated) Earliest start of the events to list: a datetime with a time zone, or an ISO
        8601 string with an offset. With ``expand_recurrences``, the earliest end.
    :param time_max: (templated) Latest start of the events to list, at most a year after ``time_min``.
    :param show_deleted: (templated) Whether to return deleted events, too.
    :param sync_token: (templated) Token from an earlier list, to return only what has changed since then.
    :param expand_recurrences: Whether to return every instance of a recurring event. Cannot be combined with
        ``show_deleted`` or ``sync_token``.
    :param running_at: (templated) A moment: return the events that are running then, including the instances
        of recurring events. An event runs from its start up to, but not including, its end. Give a datetime
        with a time zone, an ISO 8601 string with an offset, or ``"now"`` for the moment at which the task
        runs. Cannot be combined with ``time_min``, ``time_max``, ``show_deleted`` or ``sync_token``.
    :param time_zone: (templated) With ``running_at``: TZ database name of the zone in which all-day events
        lie; default: the time zone of the DAG. DingTalk does not document in which zone they lie. A naive
        ``running_at`` is wall-clock time in this zone.
    :param limit: (templated) Maximum number of events to return.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The events, as mappings in the API's spelling.
    """

    template_fields: Sequence[str] = (
        "union_id",
        "calendar_id",
        "time_min",
        "time_max",
        "show_deleted",
        "sync_token",
        "running_at",
        "time_zone",
        "limit",
        "dingtalk_conn_id",
    )
    checks = {
        "time_min": optional(moment),
        "time_max": optional(moment),
        "show_deleted": flag,
        "limit": count,
    }

    def __init__(
        self,
        *,
        union_id: str,
        calendar_id: str = PRIMARY,
        time_min: datetime | str | None = None,
        time_max: datetime | str | None = None,
        show_deleted: bool | None = None,
        sync_token: str | None = None,
        expand_recurrences: bool = False,
        running_at: datetime | str | None = None,
        time_zone: str | None = None,
        limit: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.union_id = union_id
        self.calendar_id = calendar_id
        self.time_min = time_min
        self.time_max = time_max
        self.show_deleted = show_deleted
        self.sync_token = sync_token
        self.expand_recurrences = expand_recurrences
        self.running_at = running_at
        self.time_zone = time_zone
        self.limit = limit
        self.check_known(vars(self))

    @classmethod
    def check_known(cls, arguments: Mapping[str, Any]) -> None:
        """Also refuse arguments that do not go together."""
        super().check_known(arguments)
        main = "running_at" if arguments.get("running_at") is not None else "expand_recurrences"
        for name in REFUSED_WITH[main] if arguments.get(main) else ():
            if arguments.get(name) is not None:
                msg = f"{name} must not be given with {main}"
                raise InvalidArgumentError(msg)
        expands = bool(arguments.get("expand_recurrences"))
        period("time_min", "time_max", arguments, longest_of_lists=not expands)
        if "running_at" in arguments:
            cls._check_moment(arguments["running_at"], arguments.get("time_zone"))

    @staticmethod
    def _check_moment(running_at: Any, zone: Any) -> None:
        from airflow_provider_dingtalk_calendar.client.wire.times import moment_to_wire, read_zone

        if running_at is None and zone is not None:
            msg = "time_zone must not be given without running_at"
            raise InvalidArgumentError(msg)
        if zone is not None and not is_pending(zone):
            read_zone("time_zone", zone)
        if not is_pending(running_at) and not is_pending(zone) and running_at != NOW:
            with explained({"running_at": running_at}):
                moment_to_wire("running_at", running_at, zone)

    def call(self, context: Context) -> list[dict[str, Any]]:
        """Return the events."""
        limit, show_deleted = count("limit", self.limit), flag("show_deleted", self.show_deleted)
        window: dict[str, Any] = {"time_min": self.time_min, "time_max": self.time_max}
        with self.client() as client:
            if self.running_at is not None:
                events = client.iter_running_events(self.union_id, self.calendar_id, **self._moment(context))
            elif self.expand_recurrences:
                events = client.iter_events_view(self.union_id, self.calendar_id, **window)
            else:
                more: dict[str, Any] = {"show_deleted": show_deleted, "sync_token": self.sync_token}
                events = client.iter_events(self.union_id, self.calendar_id, **window, **more)
            if limit is not None:
                events.limit(limit)
            found = [dict(event.wire) for event in events]
        self.log.info("Listed %d events of %r in calendar %r", len(found), self.union_id, self.calendar_id)
        if events.sync_token is not None:
            push(context, "sync_token", events.sync_token)
        return found

    def _moment(self, context: Context) -> dict[str, Any]:
        """Return the moment at which events must be running, and the zone of all-day events."""
        dag = context.get("dag")
        return {
            "running_at": datetime.now(timezone.utc) if self.running_at == NOW else self.running_at,
            "time_zone": self.time_zone or (None if dag is None else dag.timezone),
        }
