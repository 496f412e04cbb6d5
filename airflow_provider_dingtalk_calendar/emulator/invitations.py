"""Who is invited to an event: rules on lists of attendees."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from airflow_provider_dingtalk_calendar.emulator import event_errors
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from airflow_provider_dingtalk_calendar.emulator.events import Attendee, Event

ATTENDEES_OF_AN_EVENT = 5000
"""Page create-schedule."""


def invited(before: tuple[Attendee, ...], given: Iterable[Attendee], organizer: str) -> tuple[Attendee, ...]:
    """Return the attendees with others added.

    One who is invited already keeps the response and becomes optional or not (undocumented). An organizer
    who is an attendee too has accepted (undocumented).

    :param before: the attendees so far.
    :param given: those to add.
    :param organizer: unionId.
    :raises ApiError: if they become too many.
    """
    attendees = {attendee.union_id: attendee for attendee in before}
    for attendee in given:
        known = attendees.get(attendee.union_id, attendee)
        response = "accepted" if attendee.union_id == organizer else known.response_status
        attendees[attendee.union_id] = replace(attendee, response_status=response)
    if len(attendees) > ATTENDEES_OF_AN_EVENT:
        raise ApiError(event_errors.TOO_MANY_ATTENDEES)
    return tuple(attendees.values())


def respond(attendees: tuple[Attendee, ...], union_id: str, status: str) -> tuple[Attendee, ...]:
    """Return the attendees with one's response.

    :param attendees: the attendees so far.
    :param union_id: who responds.
    :param status: the response.
    """
    return tuple(
        replace(attendee, response_status=status) if attendee.union_id == union_id else attendee
        for attendee in attendees
    )


def with_attendees(event: Event, attendees: tuple[Attendee, ...], version: int) -> dict[str, Any]:
    """Return the changes of an event that has other attendees.

    :param event: the event.
    :param attendees: who is invited from now on.
    :param version: that of the change.
    """
    now = {attendee.union_id for attendee in attendees}
    out = {attendee.union_id for attendee in event.attendees} - now - {event.organizer}
    left = {user: left_in for user, left_in in event.left.items() if user not in now}
    return {"attendees": attendees, "left": {**left, **dict.fromkeys(out, version)}}
