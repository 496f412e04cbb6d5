"""What the operations on one event do: functions as in ``operations``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow_provider_dingtalk_calendar.emulator import errors, event_errors
from airflow_provider_dingtalk_calendar.emulator.entries import Entry, instance, recurrence_id, whole
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError
from airflow_provider_dingtalk_calendar.emulator.event_access import (
    access_of,
    edited_entry,
    found_entry,
    organized_event,
    present_entry,
    shared_event,
)
from airflow_provider_dingtalk_calendar.emulator.event_answers import changed_answer, entry_answer
from airflow_provider_dingtalk_calendar.emulator.event_validation import (
    EventDraft,
    read_changed_event,
    read_flag,
    read_new_event,
)
from airflow_provider_dingtalk_calendar.emulator.events import CANCELLED, Attendee
from airflow_provider_dingtalk_calendar.emulator.invitations import invited, respond, with_attendees
from airflow_provider_dingtalk_calendar.emulator.json_fields import read_filled, read_mapping, read_one_of

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.emulator.event_access import Access
    from airflow_provider_dingtalk_calendar.emulator.events import Event
    from airflow_provider_dingtalk_calendar.emulator.operations import Call, Json

RESPONSES = ("needsAction", "accepted", "declined", "tentative")
"""Page configure-response-status."""

_ATTENDEES_SHOWN = 100
_MOST_ATTENDEES_SHOWN = 500
_WHAT_MOVES_A_SERIES = ("start", "end", "isAllDay", "recurrence")


def create_event(call: Call) -> Json:
    """Page create-schedule. That the organizer is an attendee only if named as one is undocumented."""
    access = access_of(call)
    access.check_editing()
    draft = read_new_event(call.body)
    _check_attendees(access, draft)
    organizer = access.place.owner or call.union_id
    attendees = invited((), draft.attendees or (), organizer)
    return changed_answer(
        call, whole(call.events.create(call.union_id, access.place, draft.fields, attendees))
    )


def get_event(call: Call) -> Json:
    """Page query-details-about-an-event."""
    shown = call.query.number("maxAttendees", _ATTENDEES_SHOWN, most=_MOST_ATTENDEES_SHOWN)
    access = access_of(call)
    return entry_answer(call, access, found_entry(call, access), shown)


def patch_event(call: Call) -> Json:
    """Page modify-event: what is not given stays. That attendees replace those before is undocumented.

    The page also has default reminders for an update without any: here those before stay, like the rest.
    """
    access, entry = edited_entry(call)
    draft = read_changed_event(call.body, entry.entry_id, entry.fields)
    if entry.origin is not None:
        return changed_answer(call, _patched_instance(call, entry, draft))
    _check_attendees(access, draft)
    event, changes = entry.event, {"fields": draft.fields}
    if draft.attendees is not None:
        changes.update(_changed_attendees(call, event, draft.attendees))
    if any(draft.fields.get(name) != event.fields.get(name) for name in _WHAT_MOVES_A_SERIES):
        # What becomes of instances that were changed when the series moves is undocumented: they go.
        changes["exceptions"] = {}
    return changed_answer(call, whole(call.events.store(event, **changes)))


def delete_event(call: Call) -> None:
    """Page delete-event: the organizer deletes it for everybody, an attendee for one's own calendar only.

    That an attendee cannot delete one instance of a series is undocumented.
    """
    call.query.flag("pushNotification")
    access = access_of(call)
    entry = present_entry(call, access)
    if access.is_primary and entry.event.organizer != access.place.owner:
        access.check_editing()
        if entry.origin is not None:
            raise ApiError(errors.OTHER_PARAMETER)
        call.events.leave(entry.event, access.place.owner)
        return
    edited_entry(call)
    if entry.origin is None:
        call.events.store(entry.event, is_deleted=True, status=CANCELLED)
    else:
        call.events.store(entry.event, **_with_exception(entry, None))


def cancel_event(call: Call) -> Json:
    """Only the official SDK has it: the event stays, with status ``cancelled``, whatever the ``scope``."""
    _, entry = edited_entry(call)
    if entry.origin is None:
        call.events.store(entry.event, status=CANCELLED)
    else:
        call.events.store(entry.event, **_with_exception(entry, None))
    return {"result": True}


def transfer_event(call: Call) -> Json:
    """Only the official SDK has it: the organizer becomes an attendee, or leaves with ``isExitCalendar``."""
    _, event = organized_event(call)
    body = read_mapping(call.body)
    new_organizer = read_filled(body, "newOrganizerId")
    leaves = read_flag(body, "isExitCalendar")
    read_flag(body, "needNotifyViaO2O")
    if new_organizer == event.organizer:
        raise ApiError(errors.OTHER_PARAMETER)
    others = tuple(attendee for attendee in event.attendees if attendee.union_id != new_organizer)
    left = {user: version for user, version in event.left.items() if user != new_organizer}
    if leaves:
        others = tuple(attendee for attendee in others if attendee.union_id != event.organizer)
        left[event.organizer] = call.events.changes + 1
    elif event.attendee(event.organizer) is None:
        others = (*others, Attendee(event.organizer, response_status="accepted"))
    call.events.store(event, organizer=new_organizer, attendees=others, left=left)
    return {"result": True}


def respond_event(call: Call) -> None:
    """Page configure-response-status. An attendee who declines keeps the event (undocumented)."""
    access, event = shared_event(call)
    access.check_editing()
    status = read_one_of(read_mapping(call.body).get("responseStatus"), RESPONSES)
    if event.attendee(access.place.owner) is None:
        raise ApiError(event_errors.NOT_IN_EVENT)
    call.events.store(event, attendees=respond(event.attendees, access.place.owner, status))


def _check_attendees(access: Access, draft: EventDraft) -> None:
    if draft.attendees and not access.is_primary:
        raise ApiError(event_errors.SUBSCRIBED_NOT_SUPPORTED)


def _changed_attendees(call: Call, event: Event, given: tuple[Attendee, ...]) -> dict[str, Any]:
    """Return the attendees given, with the responses of those who were invited before."""
    named = {attendee.union_id for attendee in given}
    staying = tuple(attendee for attendee in event.attendees if attendee.union_id in named)
    attendees = invited(staying, given, event.organizer)
    return with_attendees(event, attendees, call.events.changes + 1)


def _patched_instance(call: Call, entry: Entry, draft: EventDraft) -> Entry:
    """Change one instance; that its attendees and its recurrence cannot be others is undocumented."""
    body = read_mapping(call.body)
    if draft.attendees is not None or body.get("recurrence") is not None:
        raise ApiError(errors.OTHER_PARAMETER)
    given = {name: value for name, value in draft.fields.items() if value != entry.event.fields.get(name)}
    event = call.events.store(entry.event, **_with_exception(entry, given))
    return instance(event, _key(entry)) or entry


def _with_exception(entry: Entry, fields: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"exceptions": {**entry.event.exceptions, _key(entry): fields}}


def _key(entry: Entry) -> str:
    return "" if entry.origin is None else recurrence_id(entry.origin)
