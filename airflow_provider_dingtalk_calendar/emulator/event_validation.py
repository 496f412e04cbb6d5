"""Reading the body of a request that creates or changes an event, with the errors the pages word.

Fields that no page lists are ignored and a ``null`` counts as left out: both undocumented, as is which
faults are answered with ``forwardErrorMessage``: here wrong types, wrong values, and texts too long.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_dingtalk_calendar.emulator import errors, event_errors
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError
from airflow_provider_dingtalk_calendar.emulator.events import Attendee
from airflow_provider_dingtalk_calendar.emulator.json_fields import (
    read_bool,
    read_filled,
    read_limited,
    read_list,
    read_mapping,
    read_one_of,
    read_text,
)
from airflow_provider_dingtalk_calendar.emulator.moments import YEARS, moment_of
from airflow_provider_dingtalk_calendar.emulator.recurrence_validation import read_recurrence

ATTENDEES_A_CALL = 500
"""How many attendees one request may name (page create-schedule)."""

_SUMMARY_MAX = 2048
_DESCRIPTION_MAX = 5000
_DAY_BEFORE_AT_NINE = 15 * 60
_UI_STATUSES = ("hide", "disable", "enable")


@dataclass(frozen=True)
class EventDraft:
    """What an event shall be.

    :param fields: its fields, in the API's own spelling, but the attendees.
    :param attendees: those given, ``None`` if the request names none.
    """

    fields: Mapping[str, Any]
    attendees: tuple[Attendee, ...] | None


def read_new_event(body: object) -> EventDraft:
    """Return the event in the body of a creation (page create-schedule).

    :param body: the parsed JSON, ``None`` if there was none.
    :raises ApiError: for a body that the service rejects.
    """
    given = _given(body)
    if not isinstance(given.get("summary", ""), str) or not given.get("summary", "").strip():
        raise ApiError(event_errors.SUMMARY_BLANK)
    if "start" not in given:
        raise ApiError(event_errors.START_MISSING)
    if "end" not in given:
        raise ApiError(event_errors.END_MISSING)
    return _draft(given, {"isAllDay": False})


def read_changed_event(body: object, event_id: str, fields: Mapping[str, Any]) -> EventDraft:
    """Return an event with the changes in the body of an update (page modify-event).

    That ``id`` has to be the one in the path is undocumented.

    :param body: the parsed JSON, ``None`` if there was none.
    :param event_id: the id in the path.
    :param fields: the fields as they are.
    :raises ApiError: for a body that the service rejects.
    """
    given = _given(body)
    if not given.get("id"):
        raise ApiError(event_errors.EVENT_ID_BLANK)
    if given["id"] != event_id:
        raise ApiError(errors.OTHER_PARAMETER)
    return _draft(given, fields)


def read_attendees(value: object) -> tuple[Attendee, ...]:
    """Return the attendees that a request names, each once.

    That each needs an ``id`` is undocumented, though the ``email`` of page modify-event could stand for it.

    :param value: a list of objects with ``id`` and ``isOptional``.
    :raises ApiError: if it is none, or is too long.
    """
    if not isinstance(value, list) or len(value) > ATTENDEES_A_CALL:
        raise ApiError(errors.OTHER_PARAMETER)
    attendees: dict[str, Attendee] = {}
    for item in value:
        named = read_mapping(item)
        attendee = Attendee(read_filled(named, "id"), is_optional=read_bool(named.get("isOptional", False)))
        attendees.setdefault(attendee.union_id, attendee)
    return tuple(attendees.values())


def read_flag(body: Mapping[str, Any], name: str) -> bool:
    """Return whether a field of a body is true; left out it is not.

    :param body: the body.
    :param name: the field.
    :raises ApiError: if it is neither true nor false.
    """
    value = body.get(name)
    return False if value is None else read_bool(value)


def _given(body: object) -> Mapping[str, Any]:
    if not isinstance(body, Mapping) or not body:
        raise ApiError(event_errors.EVENT_MISSING)
    return {name: value for name, value in body.items() if value is not None}


def _draft(given: Mapping[str, Any], fields: Mapping[str, Any]) -> EventDraft:
    read = {name: reader(given[name]) for name, reader in _READERS.items() if name in given}
    draft = {**fields, **read}
    _check_times(draft)
    draft.setdefault("reminders", _default_reminders(draft["isAllDay"]))
    return EventDraft(draft, read_attendees(given["attendees"]) if "attendees" in given else None)


def _check_times(fields: Mapping[str, Any]) -> None:
    """Check that both ends are of the kind that ``isAllDay`` says, and in order."""
    wanted = {"date"} if fields["isAllDay"] else {"dateTime", "timeZone"}
    start, end = fields["start"], fields["end"]
    if set(start) != wanted or set(end) != wanted or start.get("timeZone") != end.get("timeZone"):
        raise ApiError(errors.OTHER_PARAMETER)
    first, last = moment_of(start), moment_of(end)
    if last < first or (fields["isAllDay"] and last == first):
        raise ApiError(errors.OTHER_PARAMETER)


def _default_reminders(is_all_day: bool) -> list[dict[str, object]]:  # a field of the API
    """Page create-schedule, and for all-day events page modify-event: the day before at nine."""
    return [{"method": "dingtalk", "minutes": str(_DAY_BEFORE_AT_NINE if is_all_day else 15)}]


def _summary(value: object) -> str:
    text = read_limited(value, _SUMMARY_MAX)
    if not text.strip():
        raise ApiError(event_errors.SUMMARY_BLANK)
    return text


def _time(value: object) -> dict[str, str]:
    """Read a ``start`` or ``end``; what shall be left blank may be an empty text."""
    given = read_mapping(value)
    read = {name: read_text(given[name]) for name in ("date", "dateTime", "timeZone") if given.get(name)}
    try:
        moment = moment_of(read)
    except (KeyError, ValueError, OverflowError) as error:
        raise ApiError(errors.OTHER_PARAMETER) from error
    if moment.year not in YEARS:
        raise ApiError(errors.OTHER_PARAMETER)
    return read


def _reminders(value: object) -> list[dict[str, object]]:
    """Read the reminders; their minutes are a number in requests and a text in answers."""
    reminders: list[dict[str, object]] = []
    for item in read_list(value):
        given = read_mapping(item)
        minutes = given.get("minutes")
        if isinstance(minutes, bool) or not isinstance(minutes, int) or minutes < 0:
            raise ApiError(errors.OTHER_PARAMETER)
        read_one_of(given.get("method", "dingtalk"), ("dingtalk",))
        reminders.append({"method": "dingtalk", "minutes": str(minutes)})
    return reminders


def _online_meeting(value: object) -> dict[str, object]:
    """Read the meeting to be held online; every request for one makes a new one (page modify-event)."""
    kind = read_one_of(read_mapping(value).get("type"), ("dingtalk",))
    conference_id = str(uuid.uuid4())
    url = f"dingtalk://dingtalkclient/page/videoConfFromCalendar?confId={conference_id}"
    return {"type": kind, "conferenceId": conference_id, "url": url}


def _ui_configs(value: object) -> list[dict[str, object]]:
    configs = [read_mapping(item) for item in read_list(value)]
    return [
        {
            "uiName": read_filled(config, "uiName"),
            "uiStatus": read_one_of(config.get("uiStatus"), _UI_STATUSES),
        }
        for config in configs
    ]


def _extra(value: object) -> dict[str, str]:
    return {str(name): read_text(switch) for name, switch in read_mapping(value).items()}


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [read_mapping(item) for item in read_list(value)]


_READERS: Mapping[str, Callable[[object], object]] = {
    "summary": _summary,
    "description": lambda value: read_limited(value, _DESCRIPTION_MAX),
    "start": _time,
    "end": _time,
    "isAllDay": read_bool,
    "recurrence": read_recurrence,
    "location": lambda value: {"displayName": read_text(read_mapping(value).get("displayName"))},
    "reminders": _reminders,
    "onlineMeetingInfo": _online_meeting,
    "extra": _extra,
    "uiConfigs": _ui_configs,
    "richTextDescription": lambda value: {"text": read_text(read_mapping(value).get("text"))},
    # The last ones are fields of the official SDK that no page describes.
    "categories": _objects,
    "cardInstances": _objects,
    "eventConfig": read_mapping,
    "freeBusyStatus": read_text,
}
