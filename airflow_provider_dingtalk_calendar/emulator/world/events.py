"""The events of everybody. An event is stored once, even if many calendars show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..core import errors
from ..core.errors import ServiceError
from ..core.moments import CHINA
from .ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from ..core.clock import Clock
    from ..core.options import Options

PRIMARY_CALENDAR_ID = "primary"
"""The pages' name for a user's own calendar."""

MOST_ATTENDEES = 5000
"""Most attendees of one event (page create-schedule)."""

CONFIRMED = "confirmed"
CANCELLED = "cancelled"


@dataclass(frozen=True)
class Attendee:
    """One person invited to an event.

    :param union_id: the user.
    :param is_optional: whether attendance is optional.
    :param response_status: ``needsAction``, ``accepted``, ``declined`` or ``tentative``.
    """

    union_id: str
    is_optional: bool = False
    response_status: str = "needsAction"


@dataclass(frozen=True)
class Place:
    """A calendar that holds events.

    :param calendar_id: ``primary``, or the id of a subscribed calendar.
    :param owner: unionId of the owner of a primary calendar, empty for a subscribed calendar.
    """

    calendar_id: str
    owner: str = ""


@dataclass(frozen=True)
class Event:
    """One event, or a whole series.

    :param event_id: the id. It contains ``/`` and ``+``, which must be percent-encoded.
    :param calendar_id: ``primary``, or the id of the subscribed calendar that holds the event.
    :param organizer: unionId of the organizer.
    :param fields: the fields as the requests gave them, in the API's own spelling.
    :param attendees: the attendees, in the order of invitation.
    :param status: ``confirmed`` or ``cancelled``.
    :param is_deleted: whether the organizer has deleted the event.
    :param exceptions: the changed instances of a series, by recurrence id. The value has the fields that
        differ, or is ``None`` for a deleted instance.
    :param left: the owners whose primary calendars lost the event, with the version of each removal.
    :param version: the count of changes to all events, at the last change to this event.
    :param created_at: the time of creation by the emulator's clock, in seconds since the epoch.
    :param updated_at: the time of the last change by the emulator's clock, in seconds since the epoch.
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
        """Whether the event is a series."""
        return "recurrence" in self.fields

    def attendee(self, union_id: str) -> Attendee | None:
        """Return an attendee, ``None`` if the user is not invited."""
        return next((attendee for attendee in self.attendees if attendee.union_id == union_id), None)

    def is_of(self, place: Place) -> bool:
        """Return whether a calendar has the event, or had it before the event was deleted or removed."""
        if self.calendar_id != PRIMARY_CALENDAR_ID or place.calendar_id != PRIMARY_CALENDAR_ID:
            return self.calendar_id == place.calendar_id
        user = place.owner
        return user == self.organizer or user in self.left or self.attendee(user) is not None

    def is_gone_from(self, place: Place) -> bool:
        """Return whether a calendar that had the event no longer has it."""
        return self.is_deleted or place.owner in self.left

    def version_in(self, place: Place) -> int:
        """Return the number of the last change that a calendar shows. Removing the event is a change."""
        return self.left.get(place.owner, self.version)


class Events:
    """The events of everybody. Not thread-safe, so the owner holds a lock.

    :param options: the emulator's options, for ``daily_event_limit`` and ``list_lag``.
    """

    def __init__(self, clock: Clock, options: Options) -> None:
        self.changes = 0
        """A count of all changes to events."""
        self._clock = clock
        self._options = options
        self._events: dict[str, Event] = {}
        self._created: Counter[tuple[str, date]] = Counter()

    def __iter__(self) -> Iterator[Event]:
        return iter([event for event in self._events.values() if not event.is_deleted])

    @property
    def now(self) -> float:
        """The time in seconds since the epoch."""
        return self._clock()

    def find(self, event_id: str) -> Event | None:
        """Return the event with the given decoded id, even if it was deleted."""
        return self._events.get(event_id)

    def of(self, place: Place) -> list[Event]:
        """Return the events that a calendar has or had, oldest first."""
        return [event for event in self._events.values() if event.is_of(place)]

    def listed(self, place: Place) -> list[Event]:
        """Return the events of a calendar that are old enough for a list to show, oldest first."""
        return [event for event in self.of(place) if self._options.lists(event.created_at, self.now)]

    def create(
        self, creator: str, place: Place, fields: Mapping[str, Any], attendees: Iterable[Attendee]
    ) -> Event:
        """Add an event.

        :param creator: the user who creates the event. This user becomes the organizer if the calendar has no
            owner. Otherwise the owner becomes the organizer.
        :raises ServiceError: if the user has created too many events today.
        """
        now = self._clock()
        self._count_for_day(creator, now)
        event = Event(
            event_id=new_id(before=9, after=10),
            calendar_id=place.calendar_id,
            organizer=place.owner or creator,
            fields=fields,
            attendees=tuple(attendees),
            created_at=now,
        )
        return self.store(event)

    def store(self, event: Event, **changes: Any) -> Event:
        """Replace the event with the same id, and return the new event.

        :param changes: new values of the event's fields, by name.
        """
        self.changes += 1
        stored = replace(event, **changes, version=self.changes, updated_at=self._clock())
        self._events[event.event_id] = stored
        return stored

    def invite(self, event: Event, attendees: tuple[Attendee, ...], **changes: Any) -> Event:
        """Store an event with new attendees. Users who are no longer invited lose the event.

        :param changes: new values of other fields, by name.
        """
        now = {attendee.union_id for attendee in attendees}
        out = {attendee.union_id for attendee in event.attendees} - now - {event.organizer}
        left = {user: version for user, version in event.left.items() if user not in now}
        left.update(dict.fromkeys(out, self.changes + 1))
        return self.store(event, attendees=attendees, left=left, **changes)

    def leave(self, event: Event, union_id: str) -> None:
        """Remove an event from one user's primary calendar. Nothing changes for other users."""
        self.changes += 1
        self._events[event.event_id] = replace(event, left={**event.left, union_id: self.changes})

    def drop_calendar(self, calendar_id: str) -> None:
        """Forget the events of a subscribed calendar."""
        self._events = {key: event for key, event in self._events.items() if event.calendar_id != calendar_id}

    def forget(self) -> None:
        """Forget all events, and how many events each user has created."""
        self._events.clear()
        self._created.clear()

    def _count_for_day(self, creator: str, now: float) -> None:
        key = (creator, datetime.fromtimestamp(now, CHINA).date())
        limit = self._options.daily_event_limit
        if limit is not None and self._created[key] >= limit:
            raise ServiceError(errors.FLOW_LIMIT)
        self._created[key] += 1


def with_invited(
    before: tuple[Attendee, ...], added: Iterable[Attendee], organizer: str
) -> tuple[Attendee, ...]:
    """Return the earlier attendees together with the added ones.

    Two rules are not documented. A user who is already invited keeps the earlier response. An organizer who
    is also an attendee has accepted.

    :raises ServiceError: if there are too many attendees.
    """
    attendees = {attendee.union_id: attendee for attendee in before}
    for attendee in added:
        known = attendees.get(attendee.union_id, attendee)
        response = "accepted" if attendee.union_id == organizer else known.response_status
        attendees[attendee.union_id] = replace(attendee, response_status=response)
    if len(attendees) > MOST_ATTENDEES:
        raise ServiceError(errors.TOO_MANY_ATTENDEES)
    return tuple(attendees.values())
