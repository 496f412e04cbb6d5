"""What the operations on the attendees of an event do: functions as in ``operations``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator import errors, event_errors, page_tokens
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError
from airflow_provider_dingtalk_calendar.emulator.event_access import access_of, organized_event, present_entry
from airflow_provider_dingtalk_calendar.emulator.event_answers import attendee_answer
from airflow_provider_dingtalk_calendar.emulator.event_validation import read_attendees, read_flag
from airflow_provider_dingtalk_calendar.emulator.invitations import invited, with_attendees
from airflow_provider_dingtalk_calendar.emulator.json_fields import read_mapping

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.emulator.operations import Call, Json

_DEFAULT_PAGE = 100
_LARGEST_PAGE = 500


def add_attendee(call: Call) -> None:
    """Page add-schedule-participant; that only the organizer may is undocumented."""
    _, event = organized_event(call)
    body = read_mapping(call.body)
    read_flag(body, "pushNotification")
    read_flag(body, "chatNotification")
    attendees = invited(event.attendees, read_attendees(body.get("attendeesToAdd")), event.organizer)
    call.events.store(event, **with_attendees(event, attendees, call.events.changes + 1))


def remove_attendee(call: Call) -> None:
    """Page delete-schedule-participant. Removing one who is no attendee is a success (undocumented)."""
    _, event = organized_event(call)
    given = read_mapping(call.body).get("attendeesToRemove")
    out = {attendee.union_id for attendee in read_attendees([] if given is None else given)}
    attendees = tuple(attendee for attendee in event.attendees if attendee.union_id not in out)
    if attendees != event.attendees:
        call.events.store(event, **with_attendees(event, attendees, call.events.changes + 1))


def list_attendees(call: Call) -> Json:
    """Page get-the-participants-of-a-schedule."""
    size = call.query.number("maxResults", _DEFAULT_PAGE, most=_LARGEST_PAGE, error=event_errors.MAX_RESULTS)
    token = call.query.text("nextToken")
    offset = page_tokens.decode("attendees", token, 1)[0] if token else 0
    access = access_of(call)
    access.check_primary()
    if not access.sees_details:
        raise ApiError(errors.PERMISSION_DENIED)
    attendees = present_entry(call, access).event.attendees
    page = [attendee_answer(attendee, call.union_id) for attendee in attendees[offset : offset + size]]
    answer: dict[str, object] = {"attendees": page}
    if offset + size < len(attendees):
        answer["nextToken"] = page_tokens.encode("attendees", offset + size)
    return answer
