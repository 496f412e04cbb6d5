"""Which calendar and which event a path names, and what the user may do there.

The pages say that ``calendarId`` is always ``primary``; only that of ListEventsView takes it from
ListCalendars. That all operations take the id of a subscribed or a shared calendar is undocumented: here
they do, a subscribed one without attendees, responses and transfer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator import errors, event_errors
from airflow_provider_dingtalk_calendar.emulator.entries import Entry, instance, split_id, whole
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError
from airflow_provider_dingtalk_calendar.emulator.events import PRIMARY_CALENDAR_ID, Event, Place

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.emulator.operations import Call

_DETAILS = ("reader", "writer", "owner")
_EDITING = ("writer", "owner")


@dataclass(frozen=True)
class Access:
    """What a user may do in a calendar.

    :param place: the calendar.
    :param privilege: one of those of ListCalendars: ``free_busy_reader``, ``title_reader``, ``reader``,
        ``writer``, ``owner``.
    """

    place: Place
    privilege: str

    @property
    def is_primary(self) -> bool:
        """Whether it is somebody's primary calendar."""
        return self.place.calendar_id == PRIMARY_CALENDAR_ID

    @property
    def sees_title(self) -> bool:
        """Whether the user sees what an event is called."""
        return self.privilege != "free_busy_reader"

    @property
    def sees_details(self) -> bool:
        """Whether the user sees all of an event."""
        return self.privilege in _DETAILS

    def check_editing(self) -> None:
        """Check that the user may create and edit events.

        :raises ApiError: if not.
        """
        if self.privilege not in _EDITING:
            raise ApiError(errors.PERMISSION_DENIED)

    def check_primary(self) -> None:
        """Check that the calendar has what only a primary one has.

        :raises ApiError: if it is a subscribed one.
        """
        if not self.is_primary:
            raise ApiError(event_errors.SUBSCRIBED_NOT_SUPPORTED)


def access_of(call: Call) -> Access:
    """Return the calendar that the path names, with what the user may do there.

    :param call: the call.
    :raises ApiError: if there is none, or the user may do nothing.
    """
    calendar_id, user = call.parameters["calendarId"], call.union_id
    if calendar_id == PRIMARY_CALENDAR_ID:
        return Access(Place(PRIMARY_CALENDAR_ID, user), "owner")
    owner = call.acls.owner_of(calendar_id)
    if owner is not None:
        place = Place(PRIMARY_CALENDAR_ID, owner)
        privilege = "owner" if owner == user else call.acls.privilege(owner, user)
    else:
        place = Place(calendar_id)
        privilege = call.calendar().privilege_of(user)
    if privilege is None:
        raise ApiError(errors.PERMISSION_DENIED)
    return Access(place, privilege)


def found_entry(call: Call, access: Access) -> Entry:
    """Return the event or instance that the path names.

    :param call: the call.
    :param access: the calendar.
    :raises ApiError: if it is not in the calendar.
    """
    series_id, key = split_id(call.parameters["eventId"])
    event = call.events.find(series_id)
    if event is None or not event.is_of(access.place):
        raise ApiError(event_errors.ITEM_NOT_FOUND)
    if event.is_gone_from(access.place):
        raise ApiError(event_errors.INSTANCE_NOT_EXIST)
    entry = whole(event) if key is None else instance(event, key)
    if entry is None or entry.is_deleted:
        raise ApiError(event_errors.INSTANCE_NOT_EXIST)
    return entry


def edited_entry(call: Call) -> tuple[Access, Entry]:
    """Return the calendar and the event or instance that the path names, to one who may edit it.

    In a primary calendar that is the organizer, in whose name a co-editor acts (page modify-event). What
    anyone else is answered is not documented.

    :param call: the call.
    :raises ApiError: if it is not there, or the user may not edit it.
    """
    access = access_of(call)
    entry = present_entry(call, access)
    access.check_editing()
    if access.is_primary and entry.event.organizer != access.place.owner:
        raise ApiError(errors.PERMISSION_DENIED)
    return access, entry


def shared_event(call: Call) -> tuple[Access, Event]:
    """Return the calendar and the event that the path names, for what only those in primary calendars have.

    That it cannot be done for one instance of a series is undocumented.

    :param call: the call.
    :raises ApiError: if it is not there, or there cannot be such a thing.
    """
    access = access_of(call)
    access.check_primary()
    entry = present_entry(call, access)
    if entry.origin is not None:
        raise ApiError(errors.OTHER_PARAMETER)
    return access, entry.event


def organized_event(call: Call) -> tuple[Access, Event]:
    """Return the calendar and the event that the path names, to its organizer.

    :param call: the call.
    :raises ApiError: as ``shared_event`` and ``edited_entry`` do.
    """
    access, event = shared_event(call)
    edited_entry(call)
    return access, event


def present_entry(call: Call, access: Access) -> Entry:
    """Return the event or instance that the path names, for any operation but GetEvent.

    Only the page of that one has an error of its own for what was deleted.

    :param call: the call.
    :param access: the calendar.
    :raises ApiError: if it is not in the calendar.
    """
    try:
        return found_entry(call, access)
    except ApiError as error:
        if error.answer is event_errors.INSTANCE_NOT_EXIST:
            raise ApiError(event_errors.ITEM_NOT_FOUND) from error
        raise
