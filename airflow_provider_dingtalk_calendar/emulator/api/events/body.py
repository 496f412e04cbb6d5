"""Bodies of requests that create or change an event: the schemas, and the fields of the event.

This file checks the rules that a schema cannot express. Which errors have the message
``forwardErrorMessage`` is not documented.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from ...core import errors
from ...core.contract import (
    FILLED,
    FILLED_UNION_ID,
    FLAG,
    INTEGER,
    TEXT,
    Schema,
    array,
    choice,
    full,
    integer,
    record,
    saying,
    text_with,
)
from ...core.errors import ServiceError
from ...core.moments import YEARS, moment_of
from ...world.events import Attendee
from ...world.recurrence import INDEXES, PATTERN_TYPES, WEEKDAYS, end_date, read_weekdays
from .answers import TIME

_LAST_DAY_OF_MONTH = 31
_APART = ("attendees", "id")  # in the body, but not among the fields of an event
_DAY_BEFORE_AT_NINE = 15 * 60
_MISSING = "Event must be provided."
_BLANK = "Event summary cannot be blank"
_NO_ID = "Event id summary cannot be blank"
_INTERVAL = "Recurrence interval must between [1, 365]"
_OCCURRENCES = errors.OCCURRENCES_OUT_OF_RANGE.message

_RECURRENCE = record(
    {
        "pattern": record(
            {
                "type": choice(*PATTERN_TYPES),
                "dayOfMonth": INTEGER,
                "daysOfWeek": TEXT,
                "firstDayOfWeek": choice(*WEEKDAYS),
                "index": TEXT,
                "interval": saying(integer(1, 365), type=_INTERVAL, minimum=_INTERVAL, maximum=_INTERVAL),
            },
            required=("type",),
        ),
        "range": record(
            {
                "type": choice("noEnd", "endDate", "numbered"),
                "endDate": TEXT,
                "numberOfOccurrences": saying(
                    integer(1, 99), type=_OCCURRENCES, minimum=_OCCURRENCES, maximum=_OCCURRENCES
                ),
            }
        ),
    },
    required=("pattern",),
)

ATTENDEES = array(record({"id": FILLED_UNION_ID, "isOptional": FLAG}, required=("id",)), maxItems=500)
"""Each attendee needs an ``id``. Page modify-event also has ``email``, so this rule is undocumented."""

_MY_FIELDS: Mapping[str, Schema] = {
    "summary": saying(text_with(maxLength=2048, pattern=r"\S"), required=_BLANK, type=_BLANK, pattern=_BLANK),
    "description": text_with(maxLength=5000),
    "start": saying(TIME, required="Event start time not set."),
    "end": saying(TIME, required="Event end time not set."),
    "isAllDay": FLAG,
    "recurrence": _RECURRENCE,
    "attendees": ATTENDEES,
    "location": full({"displayName": TEXT}),
    "reminders": array(
        record({"method": choice("dingtalk"), "minutes": {**INTEGER, "minimum": 0}}, required=("minutes",))
    ),
    "onlineMeetingInfo": full({"type": choice("dingtalk")}),
    "extra": {"type": "object", "additionalProperties": TEXT},
    "uiConfigs": array(full({"uiName": FILLED, "uiStatus": choice("hide", "disable", "enable")})),
    "richTextDescription": full({"text": TEXT}),
}
"""The fields of CreateEventByMe."""

_CONFIG = ("allowAttendeeAddConference", "allowAttendeeAddParticipants", "allowAttendeeCreateComment")
_FIELDS: Mapping[str, Schema] = {
    **_MY_FIELDS,
    # No page describes these three fields. They come from the official SDK.
    "cardInstances": array(record({"outTrackId": TEXT, "scenario": TEXT})),
    "categories": array(record({"categoryId": TEXT, "displayName": TEXT})),
    "freeBusyStatus": TEXT,
    "eventConfig": record(dict.fromkeys(_CONFIG, FLAG)),
}
"""The fields of CreateEvent and PatchEvent."""


def _body(fields: Mapping[str, Schema], *required: str) -> Schema:
    schema = {**record(fields, required), "minProperties": 1}
    return saying(schema, type=_MISSING, minProperties=_MISSING)


NEW_EVENT = _body(_FIELDS, "summary", "start", "end")
MY_NEW_EVENT = _body(_MY_FIELDS, "summary", "start", "end")
CHANGED_EVENT = _body(
    {**_FIELDS, "id": saying(text_with(minLength=1), required=_NO_ID, minLength=_NO_ID)}, "id"
)


def event_fields(body: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that an event has after a request.

    :param body: the fields of the request, already checked against its contract.
    :param before: the fields of the event before the request.
    :raises ServiceError: if the service rejects the fields of the request.
    """
    fields = dict(before)
    try:
        for name, value in body.items():
            if name not in _APART:
                fields[name] = _READERS[name](value) if name in _READERS else value
        _check_times(fields)
    except (KeyError, ValueError, OverflowError) as error:
        raise ServiceError(errors.OTHER_PARAMETER) from error
    # The default is from page create-schedule. For all-day events, page modify-event gives a default of nine
    # o'clock on the day before.
    minutes = _DAY_BEFORE_AT_NINE if fields["isAllDay"] else 15
    fields.setdefault("reminders", _reminders([{"minutes": minutes}]))
    return fields


def read_attendees(given: list[Mapping[str, Any]]) -> tuple[Attendee, ...]:
    """Return the attendees that a request lists, without duplicates."""
    attendees: dict[str, Attendee] = {}
    for item in given:
        attendee = Attendee(item["id"], is_optional=item.get("isOptional", False))
        attendees.setdefault(attendee.union_id, attendee)
    return tuple(attendees.values())


def _check_times(fields: Mapping[str, Any]) -> None:
    """Check that start and end fit ``isAllDay``, have the same time zone, and are in order."""
    wanted = {"date"} if fields["isAllDay"] else {"dateTime", "timeZone"}
    start, end = fields["start"], fields["end"]
    if set(start) != wanted or set(end) != wanted or start.get("timeZone") != end.get("timeZone"):
        raise ValueError("start and end of different kinds")
    # Within a zone, Python compares wall-clock times, which an hour repeats when summer time ends.
    first, last = (moment_of(time).timestamp() for time in (start, end))
    if last < first or (fields["isAllDay"] and last == first):
        raise ValueError("an end before the start")


def _time(given: Mapping[str, str]) -> dict[str, str]:
    """Read a ``start`` or ``end``. An empty string counts as left out."""
    read = {name: value for name in ("date", "dateTime", "timeZone") if (value := given.get(name))}
    if moment_of(read).year not in YEARS:
        raise ValueError("a year without events")
    return read


def _reminders(given: list[Mapping[str, Any]]) -> list[dict[str, object]]:
    """Read the reminders. Their ``minutes`` field is a number in requests and a string in answers."""
    return [{"method": "dingtalk", "minutes": str(int(reminder["minutes"]))} for reminder in given]


def _online_meeting(given: Mapping[str, Any]) -> dict[str, object]:
    """Read the online meeting. Every request for a meeting creates a new one (page modify-event)."""
    conference_id = str(uuid.uuid4())
    url = f"dingtalk://dingtalkclient/page/videoConfFromCalendar?confId={conference_id}"
    return {"type": given["type"], "conferenceId": conference_id, "url": url}


def _recurrence(given: Mapping[str, Any]) -> dict[str, object]:
    """Read a recurrence. A recurrence without a range has no end (undocumented).

    The fields that each type of pattern needs are not documented. Fields that the type does not use are
    ignored (undocumented).
    """
    pattern, limits = given["pattern"], given.get("range") or {"type": "noEnd"}
    kind, days = pattern["type"], pattern.get("daysOfWeek")
    if kind == "absoluteMonthly" and not 1 <= pattern.get("dayOfMonth", 1) <= _LAST_DAY_OF_MONTH:
        raise ValueError("dayOfMonth out of range")
    if kind == "relativeMonthly" and (pattern["index"] not in INDEXES or not days):
        raise ValueError("a relativeMonthly pattern without its fields")
    if days and kind in {"weekly", "relativeMonthly"}:
        read_weekdays(days)
    if limits["type"] == "numbered" and "numberOfOccurrences" not in limits:
        raise ServiceError(errors.OCCURRENCES_OUT_OF_RANGE)
    # Page create-schedule: endDate and numberOfOccurrences exclude each other.
    for field, kind_of_range in (("endDate", "endDate"), ("numberOfOccurrences", "numbered")):
        if (field in limits) != (limits["type"] == kind_of_range):
            raise ValueError(f"{field} with a range of another type")
    if "endDate" in limits:
        end_date(limits["endDate"])
    return {"pattern": pattern, "range": limits}


_READERS: Mapping[str, Callable[[Any], object]] = {
    "start": _time,
    "end": _time,
    "recurrence": _recurrence,
    "location": lambda given: {"displayName": given["displayName"]},
    "reminders": _reminders,
    "onlineMeetingInfo": _online_meeting,
    "uiConfigs": lambda given: [{name: one[name] for name in ("uiName", "uiStatus")} for one in given],
    "richTextDescription": lambda given: {"text": given["text"]},
}
"""The function that converts a field's value, by field. All other values are stored unchanged."""
