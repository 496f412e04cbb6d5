"""Finds the calendar and the event that a path identifies, and the user's rights there.

The pages say that ``calendarId`` is always ``primary``. Only the page of ListEventsView takes the id from
ListCalendars. Here every operation also takes the id of a shared calendar, and the id of a subscribed
calendar if the option ``subscribed_events`` allows it (undocumented).
Events in a subscribed calendar have no attendees or responses, and cannot be transferred.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...core import errors
from ...core.errors import ErrorAnswer, ServiceError
from ...world.events import PRIMARY_CALENDAR_ID, Event, Place
from ...world.instances import Entry, instance, split_id, whole

if TYPE_CHECKING:
    from ..call import Call

_DETAILS = ("reader", "writer", "owner")
_EDITING = ("writer", "owner")


@dataclass(frozen=True)
class Access:
    """A user's rights in a calendar.

    :param place: the calendar.
    :param privilege: ``free_busy_reader``, ``title_reader``, ``reader``, ``writer`` or ``owner``, as in
        ListCalendars.
    :param takes_events: whether DingTalk accepts events in the calendar, whatever the privilege.
    """

    place: Place
    privilege: str
    takes_events: bool = True

    @property
    def is_primary(self) -> bool:
        """Whether the calendar is somebody's primary calendar."""
        return self.place.calendar_id == PRIMARY_CALENDAR_ID

    @property
    def sees_title(self) -> bool:
        """Whether the user sees the titles of events."""
        return self.privilege != "free_busy_reader"

    @property
    def sees_details(self) -> bool:
        """Whether the user sees everything about an event."""
        return self.privilege in _DETAILS

    def is_organizer(self, event: Event) -> bool:
        """Return whether the user acts as the organizer.

        In a subscribed calendar, every editor acts as the organizer.
        """
        return not self.is_primary or event.organizer == self.place.owner

    def check_editing(self) -> None:
        """Check that the user may create and edit events.

        :raises ServiceError: if the user may not create and edit events.
        """
        if self.privilege not in _EDITING:
            raise ServiceError(errors.PERMISSION_DENIED)
        if not self.takes_events:
            raise ServiceError(errors.SUBSCRIBED_NOT_SUPPORTED)

    def check_primary(self) -> None:
        """Check that the calendar is a primary calendar.

        :raises ServiceError: if the calendar is a subscribed calendar.
        """
        if not self.is_primary:
            raise ServiceError(errors.SUBSCRIBED_NOT_SUPPORTED)


def access_of(call: Call) -> Access:
    """Return the calendar that the path identifies, with the user's rights there.

    :raises ServiceError: if the calendar does not exist, the user has no access to the calendar, or the
        option ``subscribed_events`` refuses subscribed calendars.
    """
    calendar_id, user = call.parameters["calendarId"], call.union_id
    if calendar_id == PRIMARY_CALENDAR_ID:
        return Access(Place(PRIMARY_CALENDAR_ID, user), "owner")
    owner = call.sharing.owner_of(calendar_id)
    if owner is not None:
        place = Place(PRIMARY_CALENDAR_ID, owner)
        privilege = "owner" if owner == user else call.sharing.privilege(owner, user)
    else:
        place = Place(calendar_id)
        privilege = call.calendar().privilege_of(user)
    if privilege is None:
        raise ServiceError(errors.PERMISSION_DENIED)
    access = Access(place, privilege, owner is not None or call.options.subscribed_events == "writable")
    if call.options.subscribed_events == "refused":
        access.check_primary()
    return access


def found_entry(call: Call, access: Access, deleted: ErrorAnswer = errors.ITEM_NOT_FOUND) -> Entry:
    """Return the event or instance that the path identifies.

    :param deleted: the answer for a deleted event or instance. Only the page of GetEvent has a separate
        error for that case.
    :raises ServiceError: if the calendar has no such event or instance, or no longer has one.
    """
    series_id, key = split_id(call.parameters["eventId"])
    event = call.events.find(series_id)
    if event is None or not event.is_of(access.place):
        raise ServiceError(errors.ITEM_NOT_FOUND)
    if event.is_gone_from(access.place):
        raise ServiceError(deleted)
    entry = whole(event) if key is None else instance(event, key)
    if entry is None or entry.is_deleted:
        raise ServiceError(deleted)
    return entry


def edited_entry(call: Call) -> tuple[Access, Entry]:
    """Return the path's calendar, and its event or instance, if the user may edit the event.

    In a primary calendar, only the organizer may edit an event. A co-editor acts as the organizer (page
    modify-event). The error for other users is not documented.

    :raises ServiceError: if there is no such event or instance, or the user may not edit the event.
    """
    access = access_of(call)
    entry = found_entry(call, access)
    access.check_editing()
    if not access.is_organizer(entry.event):
        raise ServiceError(errors.PERMISSION_DENIED)
    return access, entry


def primary_event(call: Call) -> tuple[Access, Event]:
    """Return the path's calendar and event, for an operation that exists in primary calendars only.

    Such an operation does not accept a single instance of a series (undocumented).

    :raises ServiceError: if there is no such event, the id belongs to an instance, or the calendar is a
        subscribed calendar.
    """
    access = access_of(call)
    access.check_primary()
    entry = found_entry(call, access)
    if entry.origin is not None:
        raise ServiceError(errors.OTHER_PARAMETER)
    return access, entry.event


def organized_event(call: Call) -> tuple[Access, Event]:
    """Return the path's calendar and event, if the user is the organizer.

    :raises ServiceError: for the same reasons as ``primary_event`` and ``edited_entry``.
    """
    access, event = primary_event(call)
    edited_entry(call)
    return access, event
