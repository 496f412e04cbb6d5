"""Operators for events: template fields in, one hook call, JSON out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_dingtalk_calendar.client.wire.values import MAX_SUMMARY, PRIMARY
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError
from airflow_provider_dingtalk_calendar.support.arguments import (
    count,
    flag,
    holds_pending,
    moment,
    path_id,
    read_count,
    read_flag,
    text,
    unless_none,
)
from airflow_provider_dingtalk_calendar.support.base import DingTalkOperator
from airflow_provider_dingtalk_calendar.support.batch import push
from airflow_provider_dingtalk_calendar.support.event_arguments import CONTENT, ContentOperator
from airflow_provider_dingtalk_calendar.support.task_identity import client_token

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context


class CreateEventOperator(ContentOperator):
    """Create an event and return its id.

    A task that is tried again, or cleared within a day, creates no second event: its requests carry one
    ``x-client-token``, which follows from dag, run, task, map index and arguments.
    https://help.dingtalk.io/open/development/create-schedule

    :param union_id: (templated) unionId of the organizer.
    :param summary: (templated) Required. Title, at most 2048 characters.
    :param start: (templated) Required. A datetime with a time zone, or a date for an all-day event; either as
        an object or as ISO 8601 text; or a mapping in the API's spelling.
    :param end: (templated) Of the same kind; of an all-day event the last day, which may be left out where it
        is the first.
    :param calendar_id: (templated) Calendar. The reference knows ``"primary"`` alone; the id of a subscribed
        calendar is experimental, since it is not documented.
    :param time_zone: (templated) Zone of both ends, by its name in the TZ database; needed where a start has
        an offset and no named zone, as a text has.
    :param description: (templated) At most 5000 characters.
    :param attendees: (templated) unionIds, or mappings; at most 500 here, more with AddAttendeesOperator.
    :param recurrence: (templated) When it repeats: a :class:`.Recurrence` or a mapping.
    :param reminders: (templated) Minutes before the start, or mappings. None: DingTalk reminds 15 minutes
        before; an empty list: never.
    :param location: (templated) Where.
    :param online_meeting_info: (templated) ``"dingtalk"`` for a video meeting.
    :param extra: (templated) Texts by key, such as ``{"noPushNotification": "true"}``.
    :param ui_configs: (templated) What of the event's page is shown, in the API's spelling.
    :param rich_text_description: (templated) HTML.
    :param client_token: (templated) Value of ``x-client-token`` instead of the one above.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The id of the event.
    """

    template_fields: Sequence[str] = ("union_id", "calendar_id", *CONTENT, "client_token", "dingtalk_conn_id")
    checks: ClassVar = {**ContentOperator.checks, "summary": text("summary", limit=MAX_SUMMARY)}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check_known(vars(self))
        if not any(map(holds_pending, self.content().values())):
            from airflow_provider_dingtalk_calendar.client.resources.events.content import event_to_wire
            from airflow_provider_dingtalk_calendar.client.resources.events.single import CREATE_EVENT

            # Nothing that a new event needs is missing.
            event_to_wire(CREATE_EVENT, self.content())

    def call(self, context: Context) -> str:
        """Create the event and return its id."""
        content = self.content()
        token = self.client_token or client_token(context)
        with self.client() as client:
            event = client.create_event(self.union_id, self.calendar_id, client_token=token, **content)
        self.log.info("Event %r of %r: %s", self.summary, self.union_id, event.id)
        return event.id


class UpdateEventOperator(ContentOperator):
    """Change an event and return its id. What is None stays as it is.

    Give ``reminders`` with every change: DingTalk's page contradicts itself on what happens without them.
    https://help.dingtalk.io/open/development/modify-event

    :param union_id: (templated) unionId of the organizer, who alone may.
    :param event_id: (templated) Id of the event.
    :returns: The id of the event.

    The other arguments are those of :class:`CreateEventOperator`, all optional.
    """

    template_fields: Sequence[str] = (
        "union_id",
        "calendar_id",
        "event_id",
        *CONTENT,
        "client_token",
        "dingtalk_conn_id",
    )
    checks: ClassVar = {**ContentOperator.checks, "summary": unless_none(text("summary", limit=MAX_SUMMARY))}

    def __init__(self, *, event_id: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.event_id = event_id
        self.check_known(vars(self))

    def call(self, context: Context) -> str:
        """Change the event and return its id."""
        content, token = self.content(), self.client_token or client_token(context)
        with self.client() as client:
            return client.patch_event(
                self.union_id, self.calendar_id, self.event_id, client_token=token, **content
            ).id


class DeleteEventOperator(DingTalkOperator):
    """Delete an event: for all, if the user organizes it, else from the user's own calendar.

    One that is gone already is no failure. https://help.dingtalk.io/open/development/delete-event

    :param union_id: (templated) unionId of the organizer or of an attendee.
    :param event_id: (templated) Id of the event.
    :param calendar_id: (templated) Calendar, as of :class:`CreateEventOperator`.
    :param push_notification: (templated) Whether DingTalk tells the attendees with a pop-up.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: True, or False if the event was gone already.
    """

    template_fields: Sequence[str] = (
        "union_id",
        "calendar_id",
        "event_id",
        "push_notification",
        "dingtalk_conn_id",
    )
    checks: ClassVar = {
        **{name: path_id(name) for name in ("union_id", "calendar_id", "event_id")},
        "push_notification": flag("push_notification"),
    }

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
        """Delete the event; return False if there was none."""
        which = [self.union_id, self.calendar_id, self.event_id]
        push_notification = read_flag("push_notification", self.push_notification)
        with self.client() as client:
            return client.delete_event(
                *which, push_notification=push_notification, client_token=client_token(context)
            )


class ListEventsOperator(DingTalkOperator):
    """Return the events of a user, all pages of them, in the API's spelling.

    ``sync_token`` is pushed to XCom beside them, where there is one. Each page of 100 events is one call.
    https://help.dingtalk.io/open/development/query-an-event-list and
    https://help.dingtalk.io/open/development/query-schedule-view

    :param union_id: (templated) unionId of the user.
    :param calendar_id: (templated) Calendar, as of :class:`CreateEventOperator`; with ``expand_recurrences``
        any id of ListCalendarsOperator.
    :param time_min: (templated) Where the time begins: a datetime with a time zone, or ISO 8601 with offset.
    :param time_max: (templated) Where it ends, at most a year later.
    :param show_deleted: (templated) Whether to return deleted ones too.
    :param sync_token: (templated) Only what has changed since a list returned it.
    :param expand_recurrences: Whether to return every instance of an event that repeats; takes no
        ``show_deleted`` and no ``sync_token``.
    :param limit: (templated) Largest number of events.
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
        "limit",
        "dingtalk_conn_id",
    )
    checks: ClassVar = {
        "union_id": path_id("union_id"),
        "calendar_id": path_id("calendar_id"),
        "time_min": unless_none(moment("time_min")),
        "time_max": unless_none(moment("time_max")),
        "show_deleted": flag("show_deleted"),
        "limit": count("limit"),
    }

    @classmethod
    def check_known(cls, arguments: Mapping[str, Any]) -> None:
        """Check that nothing is asked for that a list of every instance does not take."""
        super().check_known(arguments)
        for name in ("show_deleted", "sync_token") if arguments.get("expand_recurrences") else ():
            if arguments.get(name) is not None:
                msg = f"{name} must not be given with expand_recurrences"
                raise InvalidArgumentError(msg)

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
        self.limit = limit
        self.check_known(vars(self))

    def call(self, context: Context) -> list[dict[str, Any]]:
        """Return the events."""
        limit, show_deleted = read_count("limit", self.limit), read_flag("show_deleted", self.show_deleted)
        window: dict[str, Any] = {"time_min": self.time_min, "time_max": self.time_max}
        with self.client() as client:
            if self.expand_recurrences:
                events = client.iter_events_view(self.union_id, self.calendar_id, **window)
            else:
                more: dict[str, Any] = {"show_deleted": show_deleted, "sync_token": self.sync_token}
                events = client.iter_events(self.union_id, self.calendar_id, **window, **more)
            if limit is not None:
                events.limit(limit)
            found = [dict(event.wire) for event in events]
        if events.sync_token is not None:
            push(context, "sync_token", events.sync_token)
        return found
