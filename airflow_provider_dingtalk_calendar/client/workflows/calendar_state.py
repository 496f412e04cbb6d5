"""Whether a calendar is open or closed, so that people can steer pipelines with events.

:func:`calendar_state` decides. It is a pure function of events and a time.
:meth:`CalendarStateOperations.get_calendar_state` reads the events first.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any

from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError, UnexpectedAnswerError

from ..engine.both_clients import operation
from ..engine.effects import Flow, now
from ..engine.paging import Course
from ..resources.events.lists import BETWEEN_ZONES, EVENTS_A_PAGE, LIST_EVENTS_VIEW, EventListOperations
from ..resources.events.records import Event
from ..wire.event_match import EventMatch, MatchLike, read_matches
from ..wire.records import Page
from ..wire.times import read_moment, read_zone
from ..wire.values import PRIMARY, described

#: How far ahead events are read.
HORIZON = timedelta(days=7)

#: ListEvents covers at most a year. The page of ListEventsView gives no limit.
LONGEST_HORIZON = timedelta(days=360)

#: Maximum number of titles in a reason, and maximum length of each title.
MOST_TITLES, LONGEST_TITLE = 3, 60

_LAST = datetime.max.replace(tzinfo=timezone.utc)
_FIRST = datetime.min.replace(tzinfo=timezone.utc)


@dataclass(frozen=True)
class Occurrence:
    """An event, or one instance of a recurring event, with its start and end as moments.

    :param id: Id of the event.
    :param title: Title; empty if the event has none.
    :param start: Start, in the zone of the state.
    :param end: End, in the zone of the state. The event no longer runs at its end.
    """

    id: str
    title: str
    start: datetime
    end: datetime

    def to_json(self) -> dict[str, str]:
        """Return the fields as JSON, with times in ISO 8601."""
        return {
            "id": self.id,
            "title": self.title,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
        }


@dataclass(frozen=True)
class CalendarState:
    """Whether a calendar is open at a moment, and until when.

    :param is_open: Whether it is open.
    :param reason: Why, in words.
    :param next_change: The next moment at which the calendar opens or closes, in the zone of the state. None
        if it does not change within the horizon.
    :param events: The running events that decide: those that close it, or those that keep it open. Sorted by
        start.
    """

    is_open: bool
    reason: str
    next_change: datetime | None
    events: tuple[Occurrence, ...] = ()

    def __str__(self) -> str:
        """Return one line with the state, until when it lasts, and the reason."""
        until = f" until {self.next_change.isoformat()}" if self.next_change else ""
        return f"{'open' if self.is_open else 'closed'}{until}: {self.reason}"

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON, with times in ISO 8601."""
        return {
            "is_open": self.is_open,
            "reason": self.reason,
            "next_change": self.next_change.isoformat() if self.next_change else None,
            "events": [one.to_json() for one in self.events],
        }


def calendar_state(
    events: Iterable[Event],
    now: datetime | str,
    *,
    allow: MatchLike | Sequence[MatchLike] | None = None,
    deny: MatchLike | Sequence[MatchLike] | None = None,
    time_zone: str | tzinfo,
    known_until: datetime | None = None,
) -> CalendarState:
    """Return whether a calendar with these events is open at a moment, why, and until when.

    The calendar is open if no ``deny`` event is running and, where ``allow`` is given, at least one ``allow``
    event is. If neither is given, every event denies. An event runs from its start up to, but not including,
    its end. Cancelled events, and events that the user of the call has declined, do not count.

    :param events: Events as ListEventsView returns them, with the instances of recurring events. They may be
        in any order and may contain duplicates.
    :param now: The moment: a datetime with a time zone, or ISO 8601 with an offset.
    :param allow: Selects the events that open the calendar: a string that the title must contain, an
        EventMatch, a mapping with the fields of an EventMatch, or a list of these. One match is enough.
    :param deny: Selects the events that close the calendar, like ``allow``.
    :param time_zone: Zone of all-day events and of the times in the result: a TZ database name or a tzinfo.
    :param known_until: The moment up to which ``events`` is complete; None if it is complete. A later change
        is known only if a running event keeps the calendar closed until that change.
    :raises InvalidArgumentError: If an argument is wrong.
    :raises UnexpectedAnswerError: If an event that counts has no readable start or end.
    """
    zone = read_zone("time_zone", time_zone) if isinstance(time_zone, str) else time_zone
    moment = read_moment("now", now)
    if moment is None:
        msg = "now must be a datetime with a time zone, not NoneType"
        raise InvalidArgumentError(msg)
    at = _in_utc(moment)
    allowed, denied = read_matches("allow", allow), read_matches("deny", deny)
    known = list(events)
    allowing = _Timeline(matching_occurrences(known, allowed, zone) if allowed else ())
    denies_nothing = allowed is not None and denied is None
    denying = _Timeline(() if denies_nothing else matching_occurrences(known, denied, zone))

    def is_open(moment: datetime) -> bool:
        return not denying.covers(moment) and (allowed is None or allowing.covers(moment))

    open_now = is_open(at)
    changes = (one for one in sorted(allowing.edges | denying.edges) if one > at and is_open(one) != open_now)
    change = next(changes, None)
    if change is not None and open_now and known_until is not None and change > _in_utc(known_until):
        # Events that are not known yet might close the calendar earlier.
        change = None
    deciding = denying.at(at) or allowing.at(at)
    return CalendarState(
        is_open=open_now,
        reason=_reason(deciding, is_open=open_now, has_deny=denied is not None),
        next_change=change and _in_zone(change, zone),
        events=tuple(deciding),
    )


def _reason(deciding: Sequence[Occurrence], *, is_open: bool, has_deny: bool) -> str:
    if deciding:
        titles = [quoted(one.title) for one in deciding[:MOST_TITLES]]
        more = len(deciding) - len(titles)
        names = ", ".join(titles) + (f" and {more} more" if more else "")
        running = f"{names} {'is' if len(deciding) == 1 else 'are'} running"
        return f"{running}, and no event that denies" if is_open and has_deny else running
    if not is_open:
        return "no event that allows is running"
    return "no event that denies is running" if has_deny else "no event is running"


def quoted(title: str) -> str:
    """Return a title in quotation marks, in one line, shortened if it is long."""
    text = " ".join(title.split())
    return f'"{text[:LONGEST_TITLE]}…"' if len(text) > LONGEST_TITLE else f'"{text}"'


class _Timeline:
    """The times at which at least one of the given events is running."""

    def __init__(self, matching: Iterable[tuple[Event, Occurrence]]) -> None:
        occurrences = {occurrence for _, occurrence in matching}
        self._occurrences = sorted(occurrences, key=lambda one: (one.start, one.end, one.title, one.id))
        # In UTC, because Python compares two datetimes in the same zone by their wall-clock times.
        self._starts: list[datetime] = []
        self._ends: list[datetime] = []
        for one in self._occurrences:
            start, end = _in_utc(one.start), _in_utc(one.end)
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            elif start < end:
                self._starts.append(start)
                self._ends.append(end)

    @property
    def edges(self) -> set[datetime]:
        """The start and the end, in UTC, of each period in which at least one event is running."""
        return {*self._starts, *self._ends}

    def covers(self, moment: datetime) -> bool:
        """Return whether an event is running at a moment."""
        index = bisect_right(self._starts, moment) - 1
        return index >= 0 and moment < self._ends[index]

    def at(self, moment: datetime) -> list[Occurrence]:
        """Return the events that are running at a moment, sorted by start."""
        return [one for one in self._occurrences if _in_utc(one.start) <= moment < _in_utc(one.end)]


def _is_void(event: Event) -> bool:
    """Return whether the event is cancelled, or the user of the call has declined it."""
    declined = any(one.is_self and one.response_status == "declined" for one in event.attendees)
    return declined or event.status == "cancelled"


def matching_occurrences(
    events: Iterable[Event], match: MatchLike | Sequence[MatchLike] | None, zone: tzinfo
) -> list[tuple[Event, Occurrence]]:
    """Return the events that count and match, each with its start and end as moments.

    :param events: Events as ListEventsView returns them.
    :param match: Selects events, like ``allow`` of :func:`calendar_state`. None for all events.
    :param zone: Zone of all-day events and of the times in the result.
    :raises InvalidArgumentError: If ``match`` is wrong.
    :raises UnexpectedAnswerError: If an event that matches has no readable start or end.
    """
    matches = read_matches("match", match)
    fitting = (
        event
        for event in events
        if not _is_void(event) and (matches is None or any(_fits(event, one) for one in matches))
    )
    return list(_occurrences(fitting, zone))


def _fits(event: Event, match: EventMatch) -> bool:
    organizer = event.organizer.id if event.organizer else None
    return match.fits(event.summary or "", organizer, all_day=_is_all_day(event))


def _is_all_day(event: Event) -> bool:
    return event.is_all_day or bool(event.start and event.start.date)


def _occurrences(events: Iterable[Event], zone: tzinfo) -> Iterable[tuple[Event, Occurrence]]:
    for event in events:
        try:
            start, end = _moments(event, zone)
        except ValueError as error:
            raise UnexpectedAnswerError(str(error), operation=LIST_EVENTS_VIEW.operation) from None
        occurrence = Occurrence(event.id, event.summary or "", _in_zone(start, zone), _in_zone(end, zone))
        yield event, occurrence


def _moments(event: Event, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return start and end of an event.

    :raises ValueError: If one of them cannot be read.
    """
    start, end = (one.moment(zone) if one else None for one in (event.start, event.end))
    if start is not None and (end is None or end <= start) and _is_all_day(event):
        # The answer lacks the end, or gives the last day as the end.
        end = start + timedelta(days=1) if start < _LAST - timedelta(days=2) else _LAST
    if start is None or end is None:
        msg = f"the event {described(event.id)} has no start and end that can be read"
        raise ValueError(msg)
    return start, end


def _in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC, within the years 1 to 9999."""
    try:
        utc = moment.astimezone(timezone.utc)
    except OverflowError:
        return _FIRST if moment.year == 1 else _LAST
    # Use a datetime of the standard library, because pendulum drops this zone in additions.
    return datetime.combine(utc, utc.time(), timezone.utc)


def _in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """Return a moment in a zone, or in UTC if it lies outside the years 1 to 9999 in that zone."""
    utc = _in_utc(moment)
    try:
        return utc.astimezone(zone)
    except OverflowError:
        return utc


class CalendarStateOperations(EventListOperations):
    """Tell whether calendars are open."""

    @operation
    def get_calendar_state(
        self,
        union_id: str,
        calendar_id: str = PRIMARY,
        *,
        at: datetime | str | None = None,
        horizon: timedelta = HORIZON,
        allow: MatchLike | Sequence[MatchLike] | None = None,
        deny: MatchLike | Sequence[MatchLike] | None = None,
        time_zone: str | tzinfo = "UTC",
    ) -> Flow[CalendarState]:
        """Return whether a calendar is open, why, and until when: see :func:`.calendar_state`.

        Each page of 100 events costs one call, so nearly every calendar costs one.
        https://help.dingtalk.io/open/development/query-schedule-view

        :param union_id: unionId of the user.
        :param calendar_id: ``"primary"``, or any id from ListCalendars.
        :param at: The moment: a datetime with a time zone, or ISO 8601 with an offset. None for now.
        :param horizon: How far ahead to look for the next change, at most 360 days. A running event is known
            to its end even if it ends after the horizon.
        :param allow: Selects the events that open the calendar.
        :param deny: Selects the events that close the calendar.
        :param time_zone: Zone of all-day events: a TZ database name or a tzinfo.
        :raises InvalidArgumentError: If an argument is wrong; nothing is sent.
        :raises DingTalkError: If the state is unknown.
        """
        # Wrong arguments must not cost a call.
        calendar_state((), _FIRST, allow=allow, deny=deny, time_zone=time_zone)
        period = yield from _period(at, horizon)
        events = yield from self._events_in(union_id, calendar_id, period)
        moment, until = period
        return calendar_state(events, moment, allow=allow, deny=deny, time_zone=time_zone, known_until=until)

    @operation
    def get_events_ahead(
        self,
        union_id: str,
        calendar_id: str = PRIMARY,
        *,
        at: datetime | str | None = None,
        horizon: timedelta = HORIZON,
    ) -> Flow[tuple[Event, ...]]:
        """Return the events that :meth:`get_calendar_state` reads, from all pages.

        These are all events that run, or begin, between ``at`` and the horizon, and events a few hours before
        and after. https://help.dingtalk.io/open/development/query-schedule-view

        :param union_id: unionId of the user.
        :param calendar_id: ``"primary"``, or any id from ListCalendars.
        :param at: The moment: a datetime with a time zone, or ISO 8601 with an offset. None for now.
        :param horizon: How far ahead to read, at most 360 days.
        :raises InvalidArgumentError: If an argument is wrong; nothing is sent.
        :raises DingTalkError: If DingTalk does not return events.
        """
        period = yield from _period(at, horizon)
        return (yield from self._events_in(union_id, calendar_id, period))

    def _events_in(
        self, union_id: str, calendar_id: str, period: tuple[datetime, datetime]
    ) -> Flow[tuple[Event, ...]]:
        start, end = period
        found: list[Event] = []
        token: str | None = None
        course = Course()
        while True:
            course.ask(token)
            page: Page[Event] = yield from EventListOperations.list_events_view.flow(
                self,
                union_id,
                calendar_id,
                time_min=start - BETWEEN_ZONES,
                time_max=end + BETWEEN_ZONES,
                max_results=EVENTS_A_PAGE,
                next_token=token,
            )
            found += page.items
            token = page.next_token
            course.check(len(page.items), token, LIST_EVENTS_VIEW.operation)
            if token is None:
                return tuple(found)


def _period(at: datetime | str | None, horizon: timedelta) -> Flow[tuple[datetime, datetime]]:
    """Return start and end, in UTC, of a period that begins at a moment, or now."""
    if not isinstance(horizon, timedelta) or not timedelta() < horizon <= LONGEST_HORIZON:
        msg = f"horizon must be a timedelta of more than 0 and at most {LONGEST_HORIZON.days} days"
        raise InvalidArgumentError(f"{msg}, not {horizon}")
    moment = read_moment("at", at)
    if moment is None:
        moment = datetime.fromtimestamp((yield from now()), timezone.utc)
    start = _in_utc(moment)
    if not _FIRST + BETWEEN_ZONES <= start <= _LAST - horizon - BETWEEN_ZONES:
        msg = f"at must be further from the years 1 and 9999, not {moment.isoformat()}"
        raise InvalidArgumentError(msg)
    return start, start + horizon
