"""The operations on one event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...core import errors
from ...core.contract import FILLED_UNION_ID, FLAG, TEXT, Contract, full, integer, record
from ...core.errors import ServiceError
from ...core.permissions import EVENT_READ, EVENT_WRITE
from ...world.events import CANCELLED, Attendee, with_invited
from ...world.instances import instance, whole
from ..route import EVENT, EVENTS, MY_CALENDAR, Route
from .access import access_of, edited_entry, found_entry, organized_event, primary_event
from .answers import EVENT_ANSWER, RESPONSE, RESULT, changed_answer, entry_answer
from .body import CHANGED_EVENT, MY_NEW_EVENT, NEW_EVENT, event_fields, read_attendees

if TYPE_CHECKING:
    from ...world.events import Event
    from ...world.instances import Entry
    from ..call import Call, Json
    from .access import Access

_ATTENDEES_SHOWN = 100
_MOVES_A_SERIES = ("start", "end", "isAllDay", "recurrence")


def create_event(call: Call) -> Json:
    """Create an event (page create-schedule).

    Answers list the organizer among the attendees only if the request does so, or if the option
    ``organizer_attends`` is set (undocumented).
    """
    access = access_of(call)
    access.check_editing()
    body = call.body()
    fields = event_fields(body, {"isAllDay": False})
    named = _named_attendees(access, body) or ()
    attendees = with_invited((), named, access.place.owner or call.union_id)
    return changed_answer(call, whole(call.events.create(call.union_id, access.place, fields, attendees)))


def get_event(call: Call) -> Json:
    """Return an event (page query-details-about-an-event)."""
    shown = call.query().get("maxAttendees", _ATTENDEES_SHOWN)
    access = access_of(call)
    return entry_answer(call, access, found_entry(call, access, errors.INSTANCE_NOT_EXIST), shown)


def patch_event(call: Call) -> Json:
    """Change the given fields of an event (page modify-event).

    The given attendees replace the earlier attendees (undocumented). The page says that an update
    without reminders sets default reminders. Here the old reminders stay.
    """
    access, entry = edited_entry(call)
    body = call.body()
    if body["id"] != entry.entry_id:  # undocumented
        raise ServiceError(errors.OTHER_PARAMETER)
    fields = event_fields(body, entry.fields)
    if entry.origin is not None:
        return changed_answer(call, _patched_instance(call, entry, body, fields))
    event = entry.event
    changes: dict[str, Any] = {"fields": fields}
    named = _named_attendees(access, body)
    if any(fields.get(name) != event.fields.get(name) for name in _MOVES_A_SERIES):
        # When a series moves, its changed instances are reset to the pattern (undocumented).
        changes["exceptions"] = {}
    if named is None:
        return changed_answer(call, whole(call.events.store(event, **changes)))
    ids = {attendee.union_id for attendee in named}
    staying = tuple(attendee for attendee in event.attendees if attendee.union_id in ids)
    attendees = with_invited(staying, named, event.organizer)
    return changed_answer(call, whole(call.events.invite(event, attendees, **changes)))


def delete_event(call: Call) -> None:
    """Delete an event (page delete-event).

    The organizer deletes the event for everybody, an attendee only from the attendee's own calendar.

    An attendee cannot delete one instance of a series (undocumented).
    """
    call.query()
    access = access_of(call)
    entry = found_entry(call, access)
    if not access.is_organizer(entry.event):
        access.check_editing()
        if entry.origin is not None:
            raise ServiceError(errors.OTHER_PARAMETER)
        call.events.leave(entry.event, access.place.owner)
        return
    edited_entry(call)
    if entry.origin is None:
        call.events.store(entry.event, is_deleted=True, status=CANCELLED)
    else:
        _store_instance(call, entry, None)


def cancel_event(call: Call) -> Json:
    """Cancel an event or one instance, whatever the ``scope`` is.

    A cancelled event stays, with status ``cancelled``. A cancelled instance counts as deleted.

    Only the official SDK has this operation.
    """
    _, entry = edited_entry(call)
    if entry.origin is None:
        call.events.store(entry.event, status=CANCELLED)
    else:
        _store_instance(call, entry, None)
    return {"result": True}


def transfer_event(call: Call) -> Json:
    """Make another user the organizer. Only the official SDK has this operation.

    The old organizer becomes an attendee, or leaves the event if ``isExitCalendar`` is set.
    """
    _, event = organized_event(call)
    body = call.body()
    new_organizer = body["newOrganizerId"]
    if new_organizer == event.organizer:
        raise ServiceError(errors.OTHER_PARAMETER)
    others = tuple(attendee for attendee in event.attendees if attendee.union_id != new_organizer)
    left = {user: version for user, version in event.left.items() if user != new_organizer}
    if body.get("isExitCalendar"):
        others = tuple(attendee for attendee in others if attendee.union_id != event.organizer)
        left[event.organizer] = call.events.changes + 1
    elif event.attendee(event.organizer) is None:
        others = (*others, Attendee(event.organizer, response_status="accepted"))
    call.events.store(event, organizer=new_organizer, attendees=others, left=left)
    return {"result": True}


def respond_event(call: Call) -> None:
    """Set an attendee's response (page configure-response-status).

    The event stays in the calendar of an attendee who declines (undocumented).
    """
    access, event = primary_event(call)
    access.check_editing()
    user, status = access.place.owner, call.body()["responseStatus"]
    if event.attendee(user) is None:
        raise ServiceError(errors.NOT_IN_EVENT)
    attendees = tuple(
        replace(attendee, response_status=status) if attendee.union_id == user else attendee
        for attendee in event.attendees
    )
    call.events.store(event, attendees=attendees)


def _named_attendees(access: Access, body: Mapping[str, Any]) -> tuple[Attendee, ...] | None:
    """Return the attendees in a body, ``None`` if the body has no list of attendees.

    A request for a subscribed calendar must not have attendees.

    :raises ServiceError: if the body has attendees and the calendar is a subscribed calendar.
    """
    if body.get("attendees"):
        access.check_primary()
    return read_attendees(body["attendees"]) if "attendees" in body else None


def _patched_instance(call: Call, entry: Entry, body: Mapping[str, Any], fields: Mapping[str, Any]) -> Entry:
    """Change one instance. An instance cannot have its own attendees or recurrence (undocumented)."""
    if "attendees" in body or "recurrence" in body:
        raise ServiceError(errors.OTHER_PARAMETER)
    changed = {name: value for name, value in fields.items() if value != entry.event.fields.get(name)}
    return instance(_store_instance(call, entry, changed), entry.key) or entry


def _store_instance(call: Call, entry: Entry, fields: Mapping[str, Any] | None) -> Event:
    return call.events.store(entry.event, exceptions={**entry.event.exceptions, entry.key: fields})


ROUTES = (
    Route(
        "CreateEvent",
        f"POST {EVENTS}",
        "create-schedule",
        EVENT_WRITE,
        create_event,
        Contract(EVENT_ANSWER, NEW_EVENT),
        is_idempotent=True,
    ),
    Route(
        "CreateEventByMe",
        f"POST {MY_CALENDAR}/events",
        None,
        EVENT_WRITE,
        create_event,
        Contract(EVENT_ANSWER, MY_NEW_EVENT),
        is_idempotent=True,
    ),
    Route(
        "GetEvent",
        f"GET {EVENT}",
        "query-details-about-an-event",
        EVENT_READ,
        get_event,
        Contract(EVENT_ANSWER, query={"maxAttendees": integer(1, 500)}),
    ),
    Route(
        "PatchEvent",
        f"PUT {EVENT}",
        "modify-event",
        EVENT_WRITE,
        patch_event,
        Contract(EVENT_ANSWER, CHANGED_EVENT),
        is_idempotent=True,
    ),
    Route(
        "DeleteEvent",
        f"DELETE {EVENT}",
        "delete-event",
        EVENT_WRITE,
        delete_event,
        Contract(None, query={"pushNotification": FLAG}),
        is_idempotent=True,
    ),
    Route(
        "CancelEvent",
        f"POST {EVENT}/cancel",
        None,
        EVENT_WRITE,
        cancel_event,
        Contract(RESULT, query={"scope": TEXT}),
    ),
    Route(
        "TransferEvent",
        f"POST {EVENT}/transfer",
        None,
        EVENT_WRITE,
        transfer_event,
        Contract(
            RESULT,
            record(
                {"newOrganizerId": FILLED_UNION_ID, "isExitCalendar": FLAG, "needNotifyViaO2O": FLAG},
                required=("newOrganizerId",),
            ),
        ),
    ),
    Route(
        "RespondEvent",
        f"POST {EVENT}/respond",
        "configure-response-status",
        EVENT_WRITE,
        respond_event,
        Contract(None, full({"responseStatus": RESPONSE})),
    ),
)
