"""Lists of events."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any

from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError, UnexpectedAnswerError

from ...engine.both_clients import operation
from ...engine.effects import Flow
from ...engine.endpoint import Endpoint
from ...engine.paging import pages
from ...wire import readers
from ...wire.records import Page, given
from ...wire.times import LONGEST_LIST, around, read_moment, read_zone, window_to_wire
from ...wire.values import PRIMARY
from ..base import CALENDAR, EVENT, EVENT_READ, EVENTS, MY_CALENDAR, Calling, ClientToken
from .records import Event

_WINDOW = ("timeMin", "timeMax", "maxResults", "maxAttendees", "nextToken")

LIST_EVENTS: Endpoint[Page[Event]] = Endpoint(
    operation="ListEvents",
    route=f"GET {EVENTS}",
    page="query-an-event-list",
    answer=readers.page("events", Event),
    permission=EVENT_READ,
    query=(*_WINDOW, "showDeleted", "syncToken", "seriesMasterId"),
)

LIST_EVENTS_VIEW: Endpoint[Page[Event]] = Endpoint(
    operation="ListEventsView",
    route=f"GET {CALENDAR}/eventsview",
    page="query-schedule-view",
    answer=readers.page("events", Event),
    permission=EVENT_READ,
    query=_WINDOW,
)

LIST_EVENTS_VIEW_BY_ME: Endpoint[Page[Event]] = Endpoint(
    operation="ListEventsViewByMe",
    route=f"GET {MY_CALENDAR}/eventsview",
    answer=readers.page("events", Event),
    query=_WINDOW,
    client_token=True,
)

LIST_EVENTS_INSTANCES: Endpoint[Page[Event]] = Endpoint(
    operation="ListEventsInstances",
    route=f"GET {CALENDAR}/instances",
    answer=readers.page("events", Event),
    query=("seriesMasterId", "startRecurrenceId", "maxResults", "maxAttendees"),
    required=("seriesMasterId",),
)

LIST_INSTANCES: Endpoint[Page[Event]] = Endpoint(
    operation="ListInstances",
    route=f"GET {EVENT}/instances",
    answer=readers.page("events", Event),
    query=_WINDOW,
)

#: https://help.dingtalk.io/open/development/query-an-event-list
EVENTS_A_PAGE = 100


#: Largest difference between the local times of two places. DingTalk does not document in which zone an
#: all-day event lies, so the event might begin and end this much earlier or later than in the caller's zone.
BETWEEN_ZONES = timedelta(hours=26)


def _view(time_min: datetime | str | None, time_max: datetime | str | None, **more: Any) -> dict[str, Any]:
    return {**window_to_wire(("time_min", time_min), ("time_max", time_max)), **given(**more)}


class EventListOperations(Calling):
    """List events. A ``list_`` method returns one page; an ``iter_`` method iterates over all pages."""

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
        """Return one page of a user's events, selected by their start.

        Only the past instances of a recurring event are listed. An event that began before ``time_min`` is
        not listed, even if it is still running; :meth:`list_running_events` lists it.

        Without a ``time_max``, the last page has a ``sync_token``. A later call with this token returns the
        events that were changed or deleted after this list. How long the token is valid is not documented.
        https://help.dingtalk.io/open/development/query-an-event-list

        :param union_id: unionId of the user.
        :param calendar_id: Calendar of the events.
        :param time_min: Earliest start: an aware datetime, or ISO 8601 with an offset.
        :param time_max: Latest start, at most a year after ``time_min``.
        :param show_deleted: Whether to return deleted events too.
        :param max_results: Events per page, at most 100; default 100.
        :param max_attendees: Attendees per event, at most 100; default 100.
        :param series_master_id: Id of a recurring event. Only events of this series are returned.
        :param sync_token: Token from an earlier list. Only events that have changed since are returned.
        :param next_token: Token from the previous page.
        :raises InvalidArgumentError: If a time is naive or the period is wrong; nothing is sent.
        :raises DingTalkError: If DingTalk does not return events.
        """
        window = window_to_wire(("time_min", time_min), ("time_max", time_max), longest=LONGEST_LIST)
        query = window | given(
            show_deleted=show_deleted,
            max_results=max_results,
            max_attendees=max_attendees,
            series_master_id=series_master_id,
            sync_token=sync_token,
            next_token=next_token,
        )
        return self._send(LIST_EVENTS, union_id, calendar_id, query=query)

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
        """Return one page of the events in a window, with every instance of recurring events.

        https://help.dingtalk.io/open/development/query-schedule-view

        :param union_id: unionId of the user.
        :param calendar_id: ``"primary"``, or any id from ListCalendars.
        :param time_min: Earliest end: an aware datetime, or ISO 8601 with an offset.
        :param time_max: Upper bound of the starts, not included.
        :param max_results: Events per page, at most 100; default 100.
        :param max_attendees: Attendees per event, at most 100; default 100.
        :param next_token: Token from the previous page.
        :raises InvalidArgumentError: If a time is naive or the period is wrong; nothing is sent.
        :raises DingTalkError: If DingTalk does not return events.
        """
        query = _view(
            time_min, time_max, max_results=max_results, max_attendees=max_attendees, next_token=next_token
        )
        return self._send(LIST_EVENTS_VIEW, union_id, calendar_id, query=query)

    iter_events_view = pages(list_events_view, size=EVENTS_A_PAGE)

    @operation
    def list_running_events(
        self,
        union_id: str,
        calendar_id: str = PRIMARY,
        *,
        running_at: datetime | str,
        time_zone: str | tzinfo | None = None,
        max_results: int | None = None,
        max_attendees: int | None = None,
        next_token: str | None = None,
    ) -> Flow[Page[Event]]:
        """Return one page of the events that are running at a given moment.

        An event runs from its start up to, but not including, its end. A recurring event is listed as the
        instance that is running. Cancelled events are left out. Each page is a page of
        :meth:`list_events_view` without the events that are not running. A page can be empty although more
        pages follow.
        https://help.dingtalk.io/open/development/query-schedule-view

        :param union_id: unionId of the user.
        :param calendar_id: Calendar of the events: any id that :meth:`.list_calendars` returns.
        :param running_at: The moment: a datetime with a time zone, or ISO 8601 with an offset. A naive time
            is wall-clock time in ``time_zone``.
        :param time_zone: The zone in which all-day events lie, as a TZ database name or a tzinfo; default
            UTC. DingTalk does not document in which zone they lie.
        :param max_results: Events per page of the view, at most 100.
        :param max_attendees: Attendees per event, at most 100; default 100.
        :param next_token: Token from the previous page.
        :raises InvalidArgumentError: If a value is wrong; nothing is sent.
        :raises UnexpectedAnswerError: If the start or the end of an event cannot be read. Such an event
            might be running.
        :raises DingTalkError: If DingTalk does not return events.
        """
        zone = read_zone("time_zone", time_zone) if isinstance(time_zone, str) else time_zone
        moment = read_moment("running_at", running_at, zone)
        if moment is None:
            msg = "running_at must be a datetime with a time zone, not NoneType"
            raise InvalidArgumentError(msg)
        time_min, time_max = around("running_at", moment, BETWEEN_ZONES)
        page = yield from EventListOperations.list_events_view.flow(
            self,
            union_id,
            calendar_id,
            time_min=time_min,
            time_max=time_max,
            max_results=max_results,
            max_attendees=max_attendees,
            next_token=next_token,
        )
        try:
            found = tuple(event for event in page.items if event.is_running(moment, zone or timezone.utc))
        except ValueError as error:
            raise UnexpectedAnswerError(str(error), operation="ListEventsView") from None
        return Page(found, page.next_token)

    iter_running_events = pages(list_running_events, size=EVENTS_A_PAGE)

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
        """Call :meth:`list_events_view` as the user who owns the token. SDK only.

        :param calendar_id: Calendar of the events.
        :param time_min: Earliest end: an aware datetime, or ISO 8601 with an offset.
        :param time_max: Upper bound of the starts, not included.
        :param max_results: Events per page.
        :param max_attendees: Attendees per event.
        :param next_token: Token from the previous page.
        :param client_token: Value of ``x-client-token``; its effect is not documented.
        :raises InvalidArgumentError: If a time is naive or the period is wrong; nothing is sent.
        :raises DingTalkError: If DingTalk does not return events.
        """
        query = _view(
            time_min, time_max, max_results=max_results, max_attendees=max_attendees, next_token=next_token
        )
        return self._send(LIST_EVENTS_VIEW_BY_ME, calendar_id, query=query, client_token=client_token)

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
        """Return the existing instances of one series. SDK only.

        The call takes no ``nextToken``; presumably ``start_recurrence_id`` selects the next page.

        :param union_id: unionId of the user.
        :param calendar_id: Calendar of the events.
        :param series_master_id: Id of the recurring event.
        :param start_recurrence_id: Not documented.
        :param max_results: Number of events to return.
        :param max_attendees: Attendees per event.
        :raises DingTalkError: If DingTalk does not return events.
        """
        query = given(
            series_master_id=series_master_id,
            start_recurrence_id=start_recurrence_id,
            max_results=max_results,
            max_attendees=max_attendees,
        )
        return self._send(LIST_EVENTS_INSTANCES, union_id, calendar_id, query=query)

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
        """Return one page of the instances of a recurring event. SDK only.

        :param union_id: unionId of the user.
        :param calendar_id: Calendar of the event.
        :param event_id: Id of the recurring event.
        :param time_min: Not documented; presumably the start of the window.
        :param time_max: Not documented; presumably the end of the window.
        :param max_results: Events per page.
        :param max_attendees: Attendees per event.
        :param next_token: Token from the previous page.
        :raises InvalidArgumentError: If a time is naive or the period is wrong; nothing is sent.
        :raises DingTalkError: If DingTalk does not return events.
        """
        query = _view(
            time_min, time_max, max_results=max_results, max_attendees=max_attendees, next_token=next_token
        )
        return self._send(LIST_INSTANCES, union_id, calendar_id, event_id, query=query)

    iter_instances = pages(list_instances)
