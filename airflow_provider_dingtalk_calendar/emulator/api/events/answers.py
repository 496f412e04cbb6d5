"""The form of events and attendees in answers, and the schemas of that form.

Answers leave out the fields that no request has set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.contract import FLAG, MAPPING, TEXT, array, choice, exactly, record
from ...core.moments import china_text, utc_text
from ...world.events import PRIMARY_CALENDAR_ID, Attendee

if TYPE_CHECKING:
    from ...world.events import Event
    from ...world.instances import Entry
    from ..call import Call, Json
    from .access import Access

TIME = record({"date": TEXT, "dateTime": TEXT, "timeZone": TEXT})
RESPONSE = choice("needsAction", "accepted", "declined", "tentative")
ATTENDEE = exactly(
    {"id": TEXT, "displayName": TEXT, "responseStatus": RESPONSE, "self": FLAG, "isOptional": FLAG}
)
RESULT = exactly({"result": FLAG})

_FIELDS = {
    "id": TEXT,
    "summary": TEXT,
    "description": TEXT,
    "status": choice("confirmed", "cancelled"),
    "start": TIME,
    "end": TIME,
    "originStart": record({"dateTime": TEXT}),
    "isAllDay": FLAG,
    "recurrence": MAPPING,
    "attendees": array(ATTENDEE),
    "organizer": exactly({"id": TEXT, "displayName": TEXT, "responseStatus": RESPONSE, "self": FLAG}),
    "location": MAPPING,
    "seriesMasterId": TEXT,
    "createTime": TEXT,
    "updateTime": TEXT,
    "reminders": array(MAPPING),
    "onlineMeetingInfo": MAPPING,
    "extendedProperties": MAPPING,
    "meetingRooms": array(MAPPING),
    "categories": array(MAPPING),
    "richTextDescription": MAPPING,
    "uiConfigs": array(MAPPING),
    "cardInstances": array(MAPPING),
    "eventConfig": MAPPING,
}
EVENT_ANSWER = exactly(_FIELDS, optional=tuple(name for name in _FIELDS if name != "id"))


def entry_answer(call: Call, access: Access, entry: Entry, max_attendees: int) -> dict[str, object]:
    """Return an entry as lists and GetEvent show it.

    A user without access to the details sees only the times, and the title if allowed (undocumented).
    """
    is_gone = entry.event.is_gone_from(access.place)
    seen = ("start", "end", "isAllDay", *(("summary",) if access.sees_title else ()))
    answer: dict[str, object] = {"id": entry.entry_id, **{name: entry.fields[name] for name in seen}}
    answer["status"] = "cancelled" if is_gone else entry.status
    if access.sees_details:
        answer.update(_details(call, entry, max_attendees))
        if call.options.deleted_without_description and (is_gone or entry.is_deleted):
            answer.pop("description", None)
        answer["extendedProperties"] = {"sharedProperties": {"belongCorpId": call.app.corp_id}}
    if entry.origin is not None:
        answer["seriesMasterId"] = entry.event.event_id
        answer["originStart"] = {"dateTime": utc_text(entry.origin)}
    return answer


def changed_answer(call: Call, entry: Entry) -> Json:
    """Return the answer of CreateEvent and PatchEvent. The answer has all attendees and no status."""
    return {"id": entry.entry_id, **_details(call, entry, len(entry.event.attendees) + 1)}


def attendee_answer(attendee: Attendee, viewer: str) -> Json:
    """Return an attendee as answers show one. The unionId stands in for the name.

    :param viewer: unionId of the user who asks.
    """
    return {
        "id": attendee.union_id,
        "displayName": attendee.union_id,
        "responseStatus": attendee.response_status,
        "self": attendee.union_id == viewer,
        "isOptional": attendee.is_optional,
    }


def shown_attendees(call: Call, event: Event) -> tuple[Attendee, ...]:
    """Return the attendees that answers show."""
    is_complete = event.calendar_id != PRIMARY_CALENDAR_ID or event.attendee(event.organizer) is not None
    if is_complete or not call.options.organizer_attends:
        return event.attendees
    return (Attendee(event.organizer, response_status="accepted"), *event.attendees)


def _details(call: Call, entry: Entry, max_attendees: int) -> dict[str, Any]:
    event = entry.event
    details = {name: value for name, value in entry.fields.items() if name in _FIELDS}
    if "description" in details:
        details["description"] = call.options.described(details["description"])
    details["attendees"] = [
        attendee_answer(attendee, call.union_id) for attendee in shown_attendees(call, event)[:max_attendees]
    ]
    details["organizer"] = {
        "id": event.organizer,
        "displayName": event.organizer,
        "responseStatus": "accepted",
        "self": event.organizer == call.union_id,
    }
    details["createTime"] = china_text(event.created_at)
    details["updateTime"] = china_text(event.updated_at)
    return details
