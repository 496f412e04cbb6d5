"""What the stand-in DingTalk remembers of events: each once, whoever's calendar shows it."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow_provider_dingtalk_calendar.emulator import event_errors
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError
from airflow_provider_dingtalk_calendar.emulator.moments import CHINA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from airflow_provider_dingtalk_calendar.emulator.clock import Clock

PRIMARY_CALENDAR_ID = "primary"
"""What the pages call a user's own calendar."""

CONFIRMED = "confirmed"
CANCELLED = "cancelled"


@dataclass(frozen=True)
class Attendee:
    """One who is invited to an event.

    :param union_id: the user.
    :param is_optional: whether the event does without this one.
    :param response_status: ``needsAction``, ``accepted``, ``declined`` or ``tentative``.
    """

    union_id: str
    is_optional: bool = False
    response_status: str = "needsAction"


@dataclass(frozen=True)
class Place:
    """A calendar that events stand in.

    :param calendar_id: ``primary``, or the id of a subscribed calendar.
    :param owner: unionId of the user whose primary calendar it is, empty for a subscribed calendar.
    """

    calendar_id: str
    owner: str = ""


@dataclass(frozen=True)
class Event:
    """One event, or a whole series of them.

    :param event_id: base64-like; always with one of ``/``, ``+``, ``=``, which have to be percent-encoded.
    :param calendar_id: ``primary``, or the id of the subscribed calendar that it stands in.
    :param organizer: unionId.
    :param fields: its fields in the API's own spelling, as the requests gave them.
    :param attendees: in the order in which they were invited.
    :param status: ``confirmed`` or ``cancelled``.
    :param is_deleted: whether its organizer has deleted it.
    :param exceptions: for the instances of a series that differ, by their recurrence id: the fields that
        do, ``None`` for one that was deleted.
    :param left: whose primary calendars it is no longer in, each with the version in which it left.
    :param version: of all events, the count of changes with the last one of this event.
    :param created_at: in seconds since the epoch, by the emulator's clock.
    :param updated_at: as ``created_at``.
    """

    event_id: str
    calendar_id: str
    organizer: str
    fields: Mapping[str, Any]
    attendees: tuple[Attendee, ...] = ()
    status: str = CONFIRMED
    is_deleted: bool = False
    exceptions: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)
    left: Mapping[str, int] = field(default_factory=dict)
    version: int = 0
    created_at: float = 0.0
    updated_at: float = 0.0

    @property
    def summary(self) -> str:
        """The title."""
        return str(self.fields["summary"])

    @property
    def description(self) -> str:
        """The description, empty if none was given."""
        return str(self.fields.get("description", ""))

    @property
    def is_recurring(self) -> bool:
        """Whether it is a series."""
        return "recurrence" in self.fields

    def attendee(self, union_id: str) -> Attendee | None:
        """Return an attendee, ``None`` if the user is not invited.

        :param union_id: the user.
        """
        return next((attendee for attendee in self.attendees if attendee.union_id == union_id), None)

    def is_of(self, place: Place) -> bool:
        """Return whether it stands in a calendar, or stood there before it was deleted or left.

        :param place: the calendar.
        """
        if self.calendar_id != PRIMARY_CALENDAR_ID or place.calendar_id != PRIMARY_CALENDAR_ID:
            return self.calendar_id == place.calendar_id
        user = place.owner
        return user == self.organizer or user in self.left or self.attendee(user) is not None

    def is_gone_from(self, place: Place) -> bool:
        """Return whether a calendar that it stood in no longer has it.

        :param place: the calendar.
        """
        return self.is_deleted or place.owner in self.left

    def version_in(self, place: Place) -> int:
        """Return the count of changes with the last one that a calendar shows.

        :param place: the calendar.
        """
        return self.left.get(place.owner, self.version)


class Events:
    """The events of everybody; not thread-safe, its owner holds a lock.

    :param clock: the time.
    :param daily_limit: how many events a user may create in a day, ``None`` for any number.
    """

    def __init__(self, clock: Clock, daily_limit: int | None) -> None:
        self.changes = 0
        """Goes up whenever an event changed."""
        self._clock = clock
        self._daily_limit = daily_limit
        self._events: dict[str, Event] = {}
        self._created: dict[str, tuple[date, int]] = {}

    def __iter__(self) -> Iterator[Event]:
        return iter([event for event in self._events.values() if not event.is_deleted])

    @property
    def now(self) -> float:
        """The time, in seconds since the epoch."""
        return self._clock()

    def find(self, event_id: str) -> Event | None:
        """Return the event with this id, also one that was deleted.

        :param event_id: its id, decoded.
        """
        return self._events.get(event_id)

    def of(self, place: Place) -> list[Event]:
        """Return the events of a calendar, oldest first, also those that it no longer has.

        :param place: the calendar.
        """
        return [event for event in self._events.values() if event.is_of(place)]

    def create(
        self, creator: str, place: Place, fields: Mapping[str, Any], attendees: Iterable[Attendee]
    ) -> Event:
        """Add an event.

        :param creator: the user who creates it, and who organizes it unless it is in another's calendar.
        :param place: the calendar.
        :param fields: what it shall be.
        :param attendees: who is invited.
        :raises ApiError: if the user has created too many today.
        """
        now = self._clock()
        self._count_for_day(creator, now)
        event = Event(
            event_id=_new_event_id(),
            calendar_id=place.calendar_id,
            organizer=place.owner or creator,
            fields=fields,
            attendees=tuple(attendees),
            created_at=now,
        )
        return self.store(event)

    def store(self, event: Event, **changes: Any) -> Event:
        """Put an event in the place of the one with its id, and return it.

        :param event: the event.
        :param changes: its fields that are to be others, by their names.
        """
        self.changes += 1
        stored = replace(event, **changes, version=self.changes, updated_at=self._clock())
        self._events[event.event_id] = stored
        return stored

    def leave(self, event: Event, union_id: str) -> None:
        """Take an event out of the primary calendar of one user; nobody else notices.

        :param event: the event.
        :param union_id: the user.
        """
        self.changes += 1
        self._events[event.event_id] = replace(event, left={**event.left, union_id: self.changes})

    def drop_calendar(self, calendar_id: str) -> None:
        """Forget the events of a subscribed calendar.

        :param calendar_id: the calendar.
        """
        self._events = {key: event for key, event in self._events.items() if event.calendar_id != calendar_id}

    def forget(self) -> None:
        """Forget them all, and how many were created."""
        self._events.clear()
        self._created.clear()

    def _count_for_day(self, creator: str, now: float) -> None:
        today = datetime.fromtimestamp(now, CHINA).date()
        day, count = self._created.get(creator, (today, 0))
        count = count if day == today else 0
        if self._daily_limit is not None and count >= self._daily_limit:
            raise ApiError(event_errors.FLOW_LIMIT)
        self._created[creator] = (today, count + 1)


def _new_event_id() -> str:
    """Return an id that no client can use without percent-encoding it, as those of calendars are."""
    return base64.b64encode(secrets.token_bytes(9) + b"\xff\xef\xbf" + secrets.token_bytes(10)).decode(
        "ascii"
    )
