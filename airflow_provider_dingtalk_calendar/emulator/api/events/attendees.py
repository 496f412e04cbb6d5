"""The operations on the attendees of an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core import errors, page_tokens
from ...core.contract import FLAG, TEXT, Contract, array, exactly, integer, record
from ...core.errors import ServiceError
from ...core.permissions import EVENT_READ, EVENT_WRITE
from ...world.events import with_invited
from ..route import EVENT, Route
from .access import access_of, found_entry, organized_event
from .answers import ATTENDEE, attendee_answer, shown_attendees
from .body import ATTENDEES, read_attendees

if TYPE_CHECKING:
    from ..call import Call, Json

_DEFAULT_PAGE = 100


def add_attendee(call: Call) -> None:
    """Invite attendees (page add-schedule-participant). Only the organizer may do so (undocumented)."""
    _, event = organized_event(call)
    added = read_attendees(call.body()["attendeesToAdd"])
    call.events.invite(event, with_invited(event.attendees, added, event.organizer))


def remove_attendee(call: Call) -> None:
    """Remove attendees (page delete-schedule-participant).

    A request that removes nobody succeeds (undocumented).
    """
    _, event = organized_event(call)
    out = {attendee.union_id for attendee in read_attendees(call.body().get("attendeesToRemove", []))}
    attendees = tuple(attendee for attendee in event.attendees if attendee.union_id not in out)
    if attendees != event.attendees:
        call.events.invite(event, attendees)


def list_attendees(call: Call) -> Json:
    """List the attendees (page get-the-participants-of-a-schedule)."""
    query = call.query()
    size, token = query.get("maxResults", _DEFAULT_PAGE), query.get("nextToken")
    offset = page_tokens.decode("attendees", token, 1)[0] if token else 0
    access = access_of(call)
    access.check_primary()
    if not access.sees_details:
        raise ServiceError(errors.PERMISSION_DENIED)
    attendees = shown_attendees(call, found_entry(call, access).event)
    page = [attendee_answer(attendee, call.union_id) for attendee in attendees[offset : offset + size]]
    answer: dict[str, object] = {"attendees": page}
    if offset + size < len(attendees):
        answer["nextToken"] = page_tokens.encode("attendees", offset + size)
    return answer


ROUTES = (
    Route(
        "AddAttendee",
        f"POST {EVENT}/attendees",
        "add-schedule-participant",
        EVENT_WRITE,
        add_attendee,
        Contract(
            None,
            record(
                {"attendeesToAdd": ATTENDEES, "chatNotification": FLAG, "pushNotification": FLAG},
                required=("attendeesToAdd",),
            ),
        ),
        is_idempotent=True,
    ),
    Route(
        "RemoveAttendee",
        f"POST {EVENT}/attendees/batchRemove",
        "delete-schedule-participant",
        EVENT_WRITE,
        remove_attendee,
        Contract(None, record({"attendeesToRemove": ATTENDEES})),
        is_idempotent=True,
    ),
    Route(
        "ListAttendees",
        f"GET {EVENT}/attendees",
        "get-the-participants-of-a-schedule",
        EVENT_READ,
        list_attendees,
        Contract(
            exactly({"attendees": array(ATTENDEE), "nextToken": TEXT}, optional=("nextToken",)),
            query={"maxResults": integer(1, 500), "nextToken": TEXT},
            error=errors.MAX_RESULTS,
        ),
    ),
)
