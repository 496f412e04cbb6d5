"""The operations that list events, once for the sync and the async client."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow_provider_dingtalk_calendar.client.engine.effects import Flow
from airflow_provider_dingtalk_calendar.client.engine.endpoint import Endpoint, Replay
from airflow_provider_dingtalk_calendar.client.engine.operation import operation
from airflow_provider_dingtalk_calendar.client.engine.paging import pages
from airflow_provider_dingtalk_calendar.client.resources.base import (
    CALENDAR,
    EVENT,
    EVENT_READ,
    EVENTS,
    MY_CALENDAR,
    Calling,
    ClientToken,
)
from airflow_provider_dingtalk_calendar.client.resources.events.records import (
    Event,
)
from airflow_provider_dingtalk_calendar.client.wire import readers
from airflow_provider_dingtalk_calendar.client.wire.records import Page, given
from airflow_provider_dingtalk_calendar.client.wire.times import moment_to_wire
from airflow_provider_dingtalk_calendar.client.wire.values import PRIMARY

_WINDOW = ("timeMin", "timeMax", "maxResults", "maxAttendees", "nextToken")

LIST_EVENTS: Endpoint[Page[Event]] = Endpoint(
    operation="ListEvents",
    method="GET",
    path=EVENTS,
    page="query-an-event-list",
    answer=readers.page("events", Event),
    permission=EVENT_READ,
    replay=Replay.READ,
    query=(*_WINDOW, "showDeleted", "syncToken", "seriesMasterId"),
)

LIST_EVENTS_VIEW: Endpoint[Page[Event]] = Endpoint(
    operation="ListEventsView",
    method="GET",
    path=f"{CALENDAR}/eventsview",
    page="query-schedule-view",
    answer=readers.page("events", Event),
    permission=EVENT_READ,
    replay=Replay.READ,
    query=_WINDOW,
)

LIST_EVENTS_VIEW_BY_ME: Endpoint[Page[Event]] = Endpoint(
    operation="ListEventsViewByMe",
    method="GET",
    path=f"{MY_CALENDAR}/eventsview",
    page=None,
    answer=readers.page("events", Event),
    replay=Replay.READ,
    query=_WINDOW,
    client_token=True,
)

LIST_EVENTS_INSTANCES: Endpoint[Page[Event]] = Endpoint(
    operation="ListEventsInstances",
    method="GET",
    path=f"{CALENDAR}/instances",
    page=None,
    answer=readers.page("events", Event),
    replay=Replay.READ,
    query=("seriesMasterId", "startRecurrenceId", "maxResults", "maxAttendees"),
    required=("seriesMasterId",),
)

LIST_INSTANCES: Endpoint[Page[Event]] = Endpoint(
    operation="ListInstances",
    method="GET",
    path=f"{EVENT}/instances",
    page=None,
    answer=readers.page("events", Event),
    replay=Replay.READ,
    query=_WINDOW,
)

#: https://help.dingtalk.io/open/development/query-an-event-list
EVENTS_A_PAGE = 100


def _window(time_min: datetime | str | None, time_max: datetime | str | None, **more: Any) -> dict[str, Any]:
    return given(
        time_min=moment_to_wire("time_min", time_min), time_max=moment_to_wire("time_max", time_max), **more
    )


class EventListOperations(Calling):
    """Operations that list events: one page each, and the same as iterators over all pages."""

    @operation
    def list_events(
        self,
        union_id: str,
        calendar_id: str = PRIMARY,
        *,
        time_min: datetime | str | None = None,
        time_max: datetime | str | None = None,
        show_deleted: bool | None = None,
        max_results: int | None = None,
        max_attendees: int | None = None,
        series_master_id: str | None = None,
        sync_token: str | None = None,
        next_token: str | None = None,
    ) -> Flow[Page[Event]]:
        """Return one page of a user's events. Of one that repeats there are only the instances of the past.

        The last page has a ``sync_token`` if no ``time_max`` was given; asking with it later returns what has
        changed since, what was deleted included. How long it lives is not documented.
        https://help.dingtalk.io/open/development/query-an-event-list

        :param union_id: unionId of the user.
        :param calendar_id: Calendar.
        :param time_min: Earliest start: a datetime with a time zone, or ISO 8601 with offset.
        :param time_max: Latest start, at most a year after ``time_min``.
        :param show_deleted: Whether to return deleted ones too.
        :param max_results: Events a page, 100 at most; None: 100.
        :param max_attendees: Attendees of each, 100 at most; None: 100.
        :param series_master_id: Only those of one series.
        :param sync_token: Only what has changed since.
        :param next_token: Of the page before.
        :raises InvalidArgumentError: If a time is naive; nothing is sent.
        :raises DingTalkError: If DingTalk does not answer with events.
        """
        query = _window(
            time_min,
            time_max,
            show_deleted=show_deleted,
            max_results=max_results,
            max_attendees=max_attendees,
            series_master_id=series_master_id,
            sync_token=sync_token,
            next_token=next_token,
        )
        return self._send(LIST_EVENTS, union_id=union_id, calendar_id=calendar_id, query=query)

    iter_events = pages(list_events, size=EVENTS_A_PAGE)

    @operation
    def list_events_view(
        self,
        union_id: str,
        calendar_id: str = PRIMARY,
        *,
        time_min: datetime | str | None = None,
        time_max: datetime | str | None = None,
        max_results: int | None = None,
        max_attendees: int | None = None,
        next_token: str | None = None,
    ) -> Flow[Page[Event]]:
        """Return one page of the events in a window, with every instance of those that repeat.

        https://help.dingtalk.io/open/development/query-schedule-view

        :param union_id: unionId of the user.
        :param calendar_id: Calendar: ``"primary"``, or an id of ListCalendars.
        :param time_min: Earliest end: a datetime with a time zone, or ISO 8601 with offset.
        :param time_max: Every start lies before it.
        :param max_results: Events a page, 100 at most; None: 100.
        :param max_attendees: Attendees of each, 100 at most; None: 100.
        :param next_token: Of the page before.
        :raises InvalidArgumentError: If a time is naive; nothing is sent.
        :raises DingTalkError: If DingTalk does not answer with events.
        """
        query = _window(
            time_min, time_max, max_results=max_results, max_attendees=max_attendees, next_token=next_token
        )
        return self._send(LIST_EVENTS_VIEW, union_id=union_id, calendar_id=calendar_id, query=query)

    iter_events_view = pages(list_events_view, size=EVENTS_A_PAGE)

    @operation
    def list_events_view_by_me(
        self,
        calendar_id: str = PRIMARY,
        *,
        time_min: datetime | str | None = None,
        time_max: datetime | str | None = None,
        max_results: int | None = None,
        max_attendees: int | None = None,
        next_token: str | None = None,
        client_token: ClientToken | None = None,
    ) -> Flow[Page[Event]]:
        """Return what :meth:`list_events_view` does, of the user whose token it is. SDK only.

        :param calendar_id: Calendar.
        :param time_min: Earliest end: a datetime with a time zone, or ISO 8601 with offset.
        :param time_max: Every start lies before it.
        :param max_results: Events a page.
        :param max_attendees: Attendees of each.
        :param next_token: Of the page before.
        :param client_token: Value of ``x-client-token``, which the SDK can send; what for is not documented.
        :raises InvalidArgumentError: If a time is naive; nothing is sent.
        :raises DingTalkError: If DingTalk does not answer with events.
        """
        query = _window(
            time_min, time_max, max_results=max_results, max_attendees=max_attendees, next_token=next_token
        )
        return self._send(
            LIST_EVENTS_VIEW_BY_ME, calendar_id=calendar_id, query=query, client_token=client_token
        )

    iter_events_view_by_me = pages(list_events_view_by_me, size=EVENTS_A_PAGE)

    @operation
    def list_events_instances(
        self,
        union_id: str,
        calendar_id: str = PRIMARY,
        *,
        series_master_id: str,
        start_recurrence_id: str | None = None,
        max_results: int | None = None,
        max_attendees: int | None = None,
    ) -> Flow[Page[Event]]:
        """Return instances of one series that have been made. SDK only.

        It has no ``nextToken``; presumably ``start_recurrence_id`` leads on.

        :param union_id: unionId of the user.
        :param calendar_id: Calendar.
        :param series_master_id: Id of the event that repeats.
        :param start_recurrence_id: Not documented.
        :param max_results: Events in the answer.
        :param max_attendees: Attendees of each.
        :raises DingTalkError: If DingTalk does not answer with events.
        """
        query = given(
            series_master_id=series_master_id,
            start_recurrence_id=start_recurrence_id,
            max_results=max_results,
            max_attendees=max_attendees,
        )
        return self._send(LIST_EVENTS_INSTANCES, union_id=union_id, calendar_id=calendar_id, query=query)

    @operation
    def list_instances(
        self,
        union_id: str,
        calendar_id: str,
        event_id: str,
        *,
        time_min: datetime | str | None = None,
        time_max: datetime | str | None = None,
        max_results: int | None = None,
        max_attendees: int | None = None,
        next_token: str | None = None,
    ) -> Flow[Page[Event]]:
        """Return one page of the instances of an event that repeats. SDK only.

        :param union_id: unionId of the user.
        :param calendar_id: Calendar.
        :param event_id: Id of the event that repeats.
        :param time_min: Not documented; by its name, where the window begins.
        :param time_max: Not documented; by its name, where the window ends.
        :param max_results: Events a page.
        :param max_attendees: Attendees of each.
        :param next_token: Of the page before.
        :raises InvalidArgumentError: If a time is naive; nothing is sent.
        :raises DingTalkError: If DingTalk does not answer with events.
        """
        query = _window(
            time_min, time_max, max_results=max_results, max_attendees=max_attendees, next_token=next_token
        )
        return self._send(
            LIST_INSTANCES,
            union_id=union_id,
            calendar_id=calendar_id,
            event_id=event_id,
            query=query,
        )

    iter_instances = pages(list_instances)
