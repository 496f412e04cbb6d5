"""Events as the answers show them. Fields never given are left out (undocumented)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_provider_dingtalk_calendar.emulator.entries import utc
from airflow_provider_dingtalk_calendar.emulator.moments import shown

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.emulator.entries import Entry
    from airflow_provider_dingtalk_calendar.emulator.event_access import Access
    from airflow_provider_dingtalk_calendar.emulator.events import Attendee
    from airflow_provider_dingtalk_calendar.emulator.operations import Call, Json

_COPIED = (
    "description",
    "recurrence",
    "location",
    "reminders",
    "onlineMeetingInfo",
    "uiConfigs",
    "richTextDescription",
    "categories",
    "cardInstances",
    "eventConfig",
)


def entry_answer(call: Call, access: Access, entry: Entry, max_attendees: int) -> Json:
    """Return a row of a list, or what GetEvent answers.

    Who may see less than the details sees the times and perhaps the title (undocumented).

    :param call: the call.
    :param access: the calendar.
    :param entry: the row.
    :param max_attendees: how many attendees are shown.
    """
    answer = {"id": entry.entry_id, "status": _status(access, entry), **_times(entry)}
    if access.sees_title:
        answer["summary"] = entry.fields["summary"]
    if access.sees_details:
        answer.update(_details(call, entry, max_attendees))
        answer["extendedProperties"] = {"sharedProperties": {"belongCorpId": call.app.corp_id}}
    if entry.origin is not None:
        answer["seriesMasterId"] = entry.event.event_id
        answer["originStart"] = {"dateTime": utc(entry.origin)}
    return answer


def changed_answer(call: Call, entry: Entry) -> Json:
    """Return what CreateEvent and PatchEvent answer: all attendees, and no status.

    :param call: the call.
    :param entry: the event, or the instance.
    """
    details = _details(call, entry, len(entry.event.attendees))
    return {"id": entry.entry_id, "summary": entry.fields["summary"], **_times(entry), **details}


def attendee_answer(attendee: Attendee, viewer: str) -> Json:
    """Return an attendee; the emulator knows no names, so that everybody is called by the unionId.

    :param attendee: the attendee.
    :param viewer: unionId of the user who asks.
    """
    return {
        "id": attendee.union_id,
        "displayName": attendee.union_id,
        "responseStatus": attendee.response_status,
        "self": attendee.union_id == viewer,
        "isOptional": attendee.is_optional,
    }


def _status(access: Access, entry: Entry) -> str:
    return "cancelled" if entry.event.is_gone_from(access.place) else entry.status


def _times(entry: Entry) -> dict[str, Any]:
    return {name: entry.fields[name] for name in ("start", "end", "isAllDay")}


def _details(call: Call, entry: Entry, max_attendees: int) -> dict[str, Any]:
    event = entry.event
    details = {name: entry.fields[name] for name in _COPIED if name in entry.fields}
    details["attendees"] = [
        attendee_answer(attendee, call.union_id) for attendee in event.attendees[:max_attendees]
    ]
    details["organizer"] = {
        "id": event.organizer,
        "displayName": event.organizer,
        "responseStatus": "accepted",
        "self": event.organizer == call.union_id,
    }
    details["createTime"] = shown(event.created_at)
    details["updateTime"] = shown(event.updated_at)
    return details
