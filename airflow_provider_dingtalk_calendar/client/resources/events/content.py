"""The content of an event: from a caller's arguments to the API's form.

Mappings must be in the API's form, with its essential fields, and are sent unchanged. Values that break
a limit on the documentation page are rejected before anything is sent.
https://help.dingtalk.io/open/development/create-schedule
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias, TypedDict

from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

from ...engine.endpoint import Endpoint
from ...wire.records import given, snake_case, wire_name
from ...wire.times import When, moment_to_wire, period_to_wire
from ...wire.values import (
    ATTENDEES_PER_CALL,
    MAX_EVENT_DESCRIPTION,
    MAX_SUMMARY,
    MISSING,
    check_text,
    check_texts,
    described,
    is_blank,
    text_of,
)
from .records import NewAttendee, Recurrence, Reminder

MAX_INTERVAL = 365
MAX_OCCURRENCES = 99
MAX_DAY_OF_MONTH = 31

#: Error messages quote a whole number only if it is below this limit.
MAX_QUOTED_NUMBER = 10**9

#: The types of a recurrence, and the fields of the pattern that say on which days it repeats. DingTalk does
#: not document whether any of them are optional. Without them, the days would be a guess.
RECURRENCE_TYPES: Mapping[str, tuple[str, ...]] = {
    "daily": (),
    "weekly": ("daysOfWeek",),
    "absoluteMonthly": ("dayOfMonth",),
    "relativeMonthly": ("daysOfWeek", "index"),
    "absoluteYearly": ("dayOfMonth",),
}

AttendeeLike: TypeAlias = str | NewAttendee | Mapping[str, Any]
ReminderLike: TypeAlias = int | Reminder | Mapping[str, Any]
RecurrenceLike: TypeAlias = Recurrence | Mapping[str, Any]


class EventContent(TypedDict, total=False):
    """The content of an event. Fields that are absent or None are not sent.

    https://help.dingtalk.io/open/development/create-schedule. The last four fields are in the official SDK
    only; their values are not documented.

    summary: Title, at most 2048 characters.
    start: A datetime (stdlib or pendulum), or a date for an all-day event. Either can be an ISO 8601 string.
        A mapping passes unchanged. A datetime needs a time zone of its own or ``time_zone``.
    end: Same kind as the start. For an all-day event, the last day; optional if the event has only one day.
    time_zone: TZ database name of the time zone of start and end. Default: the zone of the start. A naive
        time is wall-clock time in this zone. Any other time is converted to this zone.
    is_all_day: Follows from the start. Give this field only if the start is a mapping that does not show
        whether the event lasts all day.
    description: At most 5000 characters.
    attendees: unionIds, records or mappings; at most 500 per call and 5000 per event.
    recurrence: Rule by which the event repeats.
    reminders: Minutes before the start, records or mappings. If absent, DingTalk sends a reminder 15 minutes
        before the start. An empty list means no reminder.
    location: Place, as a string or a mapping.
    online_meeting_info: ``"dingtalk"`` for a video meeting, or a mapping.
    extra: Strings by key, for example ``{"noPushNotification": "true"}``.
    ui_configs: Which parts of the event's page are shown.
    rich_text_description: HTML, as a string or a mapping.
    """

    summary: str | None
    start: When | None
    end: When | None
    time_zone: str | None
    is_all_day: bool | None
    description: str | None
    attendees: Sequence[AttendeeLike] | None
    recurrence: RecurrenceLike | None
    reminders: Sequence[ReminderLike] | None
    location: str | Mapping[str, Any] | None
    online_meeting_info: str | Mapping[str, Any] | None
    extra: Mapping[str, str] | None
    ui_configs: Sequence[Mapping[str, Any]] | None
    rich_text_description: str | Mapping[str, Any] | None
    card_instances: Sequence[Mapping[str, Any]] | None
    categories: Sequence[Mapping[str, Any]] | None
    event_config: Mapping[str, Any] | None
    free_busy_status: str | None


def event_to_wire(
    endpoint: Endpoint[Any], content: EventContent, *, changing: bool = False
) -> dict[str, Any]:
    """Return the body that creates or changes an event.

    :param endpoint: The operation.
    :param content: Content of the event.
    :param changing: Whether the body changes an event, so that absent fields keep their values. A new event
        must have a summary, a start and, unless the start is a date, an end.
    :raises InvalidArgumentError: If a value breaks a documented limit, or a required value is missing.
    :raises TypeError: If the operation does not have a given field.
    """
    values: dict[str, Any] = {name: value for name, value in content.items() if value is not None}
    start, end, time_zone = (values.pop(name, None) for name in ("start", "end", "time_zone"))
    unknown = [name for name in content if name not in EventContent.__annotations__]
    unknown += [name for name in values if wire_name(name) not in endpoint.body]
    if unknown:
        msg = f"{endpoint.operation} has no argument {unknown[0]!r}"
        raise TypeError(msg)
    summary = values.get("summary")
    check_text("summary", summary, limit=MAX_SUMMARY, required=summary is not None or not changing)
    check_text("description", values.get("description"), limit=MAX_EVENT_DESCRIPTION, required=False)
    period = period_to_wire(start, end, time_zone, changing=changing)
    missing = [] if changing else [name for name in ("start", "end") if name not in period]
    if missing:
        msg = f"{missing[0]} must be given (the end is optional if the start is a date)"
        raise InvalidArgumentError(msg)
    for name, convert in _CONVERSIONS.items():
        if name in values:
            values[name] = convert(values[name])
    if "recurrence" in values:
        values["recurrence"] = recurrence_to_wire(values["recurrence"], time_zone)
    is_all_day = values.get("is_all_day")
    if is_all_day is not None and period.get("isAllDay", is_all_day) is not is_all_day:
        msg = "is_all_day must match start and end: true for dates, false for datetimes"
        raise InvalidArgumentError(msg)
    return period | given(**values)


def attendees_to_wire(
    field_name: str, attendees: Sequence[AttendeeLike], *, limit: int = ATTENDEES_PER_CALL
) -> list[dict[str, Any]]:
    """Return attendees in the API's form.

    :param field_name: Name of the field in error messages.
    :param attendees: unionIds, records or mappings.
    :param limit: Maximum number of attendees.
    :raises InvalidArgumentError: If the value is not a list, is too long, or has an item of another type.
    """
    wire: list[dict[str, Any]] = []
    for place, attendee in items(field_name, attendees, limit):
        if isinstance(attendee, Mapping):
            check_text(f"{place}.id", attendee.get("id"))
            wire.append(dict(attendee))
            continue
        one = attendee if isinstance(attendee, NewAttendee) else NewAttendee(attendee)
        check_text(place, one.union_id)
        wire.append({"id": one.union_id} | ({"isOptional": True} if one.is_optional else {}))
    return wire


def recurrence_to_wire(recurrence: RecurrenceLike, time_zone: str | None = None) -> dict[str, Any]:
    """Return a recurrence in the API's form.

    :param recurrence: A record or a mapping.
    :param time_zone: TZ database name of the zone of a naive ``until``.
    :raises InvalidArgumentError: If the recurrence breaks a documented limit, or does not say on which days
        the event repeats.
    """
    if isinstance(recurrence, Mapping):
        wire = dict(recurrence)
        pattern = wire.get("pattern")
        if not isinstance(pattern, Mapping):
            msg = f"recurrence must have a mapping as pattern, not {type(pattern).__name__}"
            raise InvalidArgumentError(msg)
        _check_pattern(pattern, "recurrence.pattern", str)
        return wire
    if not isinstance(recurrence, Recurrence):
        msg = f"recurrence must be a Recurrence or a mapping, not {type(recurrence).__name__}"
        raise InvalidArgumentError(msg)
    _check_count("recurrence.interval", recurrence.interval, MAX_INTERVAL)
    if recurrence.day_of_month is not None:
        _check_count("recurrence.day_of_month", recurrence.day_of_month, MAX_DAY_OF_MONTH)
    pattern = given(
        type=recurrence.type,
        interval=recurrence.interval,
        days_of_week=_days_of_week(recurrence.days_of_week),
        day_of_month=recurrence.day_of_month,
        index=recurrence.index,
        first_day_of_week=recurrence.first_day_of_week,
    )
    _check_pattern(pattern, "recurrence", snake_case)
    return {"pattern": pattern, "range": _range(recurrence, time_zone)}


def _check_pattern(pattern: Mapping[str, Any], field_name: str, spelled: Callable[[str], str]) -> None:
    """Check that a pattern in the API's form says on which days the event repeats.

    :param field_name: Name of the pattern in the error.
    :param spelled: Returns the caller's spelling of a field.
    """
    kind = pattern.get("type")
    if not isinstance(kind, str) or kind not in RECURRENCE_TYPES:
        allowed = ", ".join(RECURRENCE_TYPES)
        msg = f"{field_name}.type must be one of {allowed}, not {described(kind)}"
        raise InvalidArgumentError(msg)
    for name in RECURRENCE_TYPES[kind]:
        value = pattern.get(name)
        if not value or (isinstance(value, str) and (is_blank(value) or value == MISSING)):
            msg = f"{field_name}.{spelled(name)} must be given with the type {kind}"
            raise InvalidArgumentError(msg)


def _days_of_week(days: object) -> str | None:
    """Return weekdays as one string, the API's form. A string stays unchanged. No weekdays give None."""
    if not isinstance(days, str):
        days = ",".join(check_texts("recurrence.days_of_week", days))
    return days or None


def _range(recurrence: Recurrence, time_zone: str | None) -> dict[str, Any]:
    if recurrence.until is not None and recurrence.occurrences is not None:
        msg = "recurrence must have until or occurrences, not both"
        raise InvalidArgumentError(msg)
    if recurrence.until is not None:
        until = moment_to_wire("recurrence.until", recurrence.until, time_zone)
        return {"type": "endDate", "endDate": until}
    if recurrence.occurrences is not None:
        _check_count("recurrence.occurrences", recurrence.occurrences, MAX_OCCURRENCES)
        return {"type": "numbered", "numberOfOccurrences": recurrence.occurrences}
    return {"type": "noEnd"}


def _reminders(reminders: Sequence[ReminderLike]) -> list[dict[str, Any]]:
    wire = []
    for place, reminder in items("reminders", reminders):
        if isinstance(reminder, Mapping):
            wire.append(dict(reminder))
            continue
        # A rendered template is a string.
        minutes = int(reminder) if isinstance(reminder, str) and reminder.isdecimal() else reminder
        one = minutes if isinstance(minutes, Reminder) else Reminder(minutes)
        if not isinstance(one.minutes, int) or isinstance(one.minutes, bool) or one.minutes < 0:
            msg = f"{place} must be a number of minutes before the start, not {described(one.minutes)}"
            raise InvalidArgumentError(msg)
        wire.append({"method": one.method, "minutes": one.minutes})
    return wire


def items(field_name: str, value: object, limit: int | None = None) -> list[tuple[str, Any]]:
    """Return the items of a list, each with its name in error messages."""
    if not isinstance(value, Sequence) or isinstance(value, str | bytes | bytearray | range):
        msg = f"{field_name} must be a list, not {type(value).__name__}"
        raise InvalidArgumentError(msg)
    if limit is not None and len(value) > limit:
        msg = f"{field_name} must have at most {limit} items a call, not {len(value)}"
        raise InvalidArgumentError(msg)
    return [(f"{field_name}[{index}]", item) for index, item in enumerate(value)]


def as_mapping(field_name: str, key: str, value: object, *, required: bool = True) -> dict[str, Any]:
    """Return a mapping that has a key. A string becomes the value of the key; a mapping is copied.

    :param field_name: Name of the field in error messages.
    :param key: The only documented key.
    :param value: The string, or the mapping.
    :param required: Whether to reject blank strings.
    :raises InvalidArgumentError: If the value is neither, if the mapping has no string for the key, or if the
        string is the text of a mapping.
    """
    if isinstance(value, Mapping):
        if value.get(key) is None:
            msg = f"{field_name} must have {key}"
            raise InvalidArgumentError(msg)
        check_text(f"{field_name}.{key}", value[key], required=required)
        return dict(value)
    check_text(field_name, value, required=required)
    if text_of(value) == "mapping":
        msg = f"{field_name} must be a string or a mapping, not the text of a mapping"
        raise InvalidArgumentError(msg)
    return {key: value}


def _check_count(field_name: str, value: object, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= high:
        shown = value if isinstance(value, int) and abs(value) < MAX_QUOTED_NUMBER else described(value)
        msg = f"{field_name} must be a whole number from 1 to {high}, not {shown}"
        raise InvalidArgumentError(msg)


#: Conversions of the fields that do not pass unchanged, except for the times and the recurrence.
_CONVERSIONS: Mapping[str, Callable[[Any], Any]] = {
    "attendees": partial(attendees_to_wire, "attendees"),
    "reminders": _reminders,
    "location": partial(as_mapping, "location", "displayName", required=False),
    "online_meeting_info": partial(as_mapping, "online_meeting_info", "type", required=False),
    "rich_text_description": partial(as_mapping, "rich_text_description", "text", required=False),
}
