"""The rows of a list of events: from a caller's mappings to checked content."""

from __future__ import annotations

import hashlib
import numbers
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timezone, tzinfo
from typing import Any

from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

from ...resources.events.content import EventContent, event_to_wire
from ...resources.events.records import EventTime, Recurrence
from ...resources.events.single import CREATE_EVENT
from ...wire.times import parse_time, read_zone
from ...wire.values import MAX_EVENT_DESCRIPTION, described, to_json
from .mark import DIGITS, MAX_KEY, Mark, check_name, read_mark

#: The fields of a row.
FIELDS = (
    "key",
    "summary",
    "start",
    "end",
    "time_zone",
    "description",
    "location",
    "recurrence",
    "reminders",
)

#: Spreadsheet programs write it at the beginning of a file.
BYTE_ORDER_MARK = "\ufeff"

_RECURRENCE_FIELDS = tuple(one.name for one in fields(Recurrence))


@dataclass(frozen=True)
class Row:
    """One declared event.

    :param key: Identifies the event in its list.
    :param body: Content of the event in the API's form. The description ends with the mark.
    :param digest: Digest of the content.
    :param start: Start of the event (UTC). An all-day event starts at midnight in the zone of the list.
    """

    key: str
    body: Mapping[str, Any]
    digest: str
    start: datetime

    @property
    def is_all_day(self) -> bool:
        """Whether this is an all-day event."""
        return bool(self.body.get("isAllDay"))

    @property
    def recurs(self) -> bool:
        """Whether the event repeats."""
        return bool(self.body.get("recurrence"))


def read_rows(events: object, namespace: str, time_zone: str | None, zone: tzinfo) -> tuple[Row, ...]:
    """Return the rows of a list.

    :param events: Mappings with the fields of :data:`FIELDS`. Empty text, None and NaN in an optional field
        mean that the field is not given.
    :param namespace: Name of the list.
    :param time_zone: TZ database name of the zone for rows that name none.
    :param zone: Zone in which all-day events lie.
    :raises InvalidArgumentError: If a row is wrong. The message names the row, its key and the field.
    """
    if isinstance(events, str | bytes | Mapping) or not isinstance(events, Iterable):
        msg = f"events must be a list of mappings, not {described(events)}"
        raise InvalidArgumentError(msg)
    rows: dict[str, Row] = {}
    first: dict[str, int] = {}
    for number, given in enumerate(events, start=1):
        place = f"row {number}"
        if not isinstance(given, Mapping):
            msg = f"{place} must be a mapping with {', '.join(FIELDS[:4])}, not {described(given)}"
            raise InvalidArgumentError(msg)
        try:
            key = _key(given, first)
            place = f"{place} (key {key!r})"
            rows[key] = _row(key, given, namespace, time_zone, zone)
        except InvalidArgumentError as error:
            msg = f"{place}: {error}"
            raise InvalidArgumentError(msg) from None
        first[key] = number
    return tuple(rows.values())


def _key(given: Mapping[Any, Any], first: Mapping[str, int]) -> str:
    """Return a key that the mark can hold, and that no earlier row has."""
    key: str = given.get("key", "")
    if _is_missing(key):
        # The column may have another name.
        _check_fields(given)
        raise InvalidArgumentError("key must be given")
    check_name("key", key, MAX_KEY)
    if key in first:
        raise InvalidArgumentError(f"key {key!r} is also the key of row {first[key]}")
    return key


def _check_fields(given: Mapping[Any, Any]) -> None:
    """Raise an error if a row has a field that is not in :data:`FIELDS`."""
    unknown = [name for name in given if name not in FIELDS]
    if None in unknown:
        # csv.DictReader collects surplus values under this name.
        raise InvalidArgumentError("more values than the table has columns")
    if unknown:
        msg = f"unknown field {described(unknown[0])}; the fields are {', '.join(FIELDS)}"
        if str(unknown[0]).startswith(BYTE_ORDER_MARK):
            msg = f"{msg}; open a file with a byte order mark with encoding='utf-8-sig'"
        raise InvalidArgumentError(msg)


def _row(key: str, given: Mapping[Any, Any], namespace: str, time_zone: str | None, zone: tzinfo) -> Row:
    _check_fields(given)
    values = {name: value for name, value in given.items() if name != "key" and not _is_missing(value)}
    for name in ("summary", "start"):
        if name not in values:
            raise InvalidArgumentError(f"{name} must be given")
    zone_name = values.get("time_zone", time_zone)
    for name in ("start", "end"):
        if name in values:
            values[name] = _with_zone(name, values[name], zone_name)
    if isinstance(values["start"], datetime) and not _has_zone(values["start"]):
        values["time_zone"] = zone_name
    if "recurrence" in values:
        values["recurrence"] = _recurrence(values["recurrence"])
    if "reminders" in values:
        values["reminders"] = _reminders(values["reminders"])
    text = values.get("description", "")
    _check_description(text, namespace, key)
    content: EventContent = values  # type: ignore[assignment]
    body = event_to_wire(CREATE_EVENT, content)
    digest = hashlib.sha256(to_json(body)).hexdigest()[:DIGITS]
    body["description"] = Mark(namespace, key, digest).below(text)
    start = moment(EventTime.from_wire(body["start"]), zone)
    if start is None:
        raise InvalidArgumentError(f"start must be a date or a time, not {described(given['start'])}")
    return Row(key, body, digest, start)


def _is_missing(value: object) -> bool:
    """Return whether a value stands for "not given": None, blank text, or NaN, NaT and NA of pandas."""
    if value is None or isinstance(value, str):
        return not (value or "").strip()
    if isinstance(value, Mapping | list | tuple):
        return False
    try:
        return bool(value != value)  # noqa: PLR0124  true for NaN and NaT
    except TypeError:
        return True  # pandas.NA is neither true nor false
    except ValueError:
        return False  # an array


def _with_zone(field_name: str, value: object, time_zone: str | None) -> date:
    """Return a date, or a datetime with a time zone, of the standard library.

    :param value: A date, a datetime (also of pendulum or pandas), or ISO 8601. A naive time is wall-clock
        time of the zone.
    """
    read = read_date_or_time(field_name, value)
    if not isinstance(read, datetime) or read.utcoffset() is not None:
        return read
    if time_zone is None:
        msg = f"{field_name} must have a time zone: {read.isoformat()} is naive, and time_zone is not given"
        raise InvalidArgumentError(msg)
    return read.replace(tzinfo=read_zone("time_zone", time_zone))


def _has_zone(moment: datetime) -> bool:
    """Return whether a datetime names a zone other than UTC. A recurring event repeats in that zone."""
    name = getattr(moment.tzinfo, "key", None) or getattr(moment.tzinfo, "zone", None)
    return isinstance(name, str) and name != "UTC"


def read_date_or_time(field_name: str, value: object) -> date:
    """Return a date or a datetime of the standard library.

    :param field_name: Name of the field in the error.
    :param value: A date, a datetime, or ISO 8601.
    :raises InvalidArgumentError: If the value is anything else.
    """
    read = value
    if isinstance(value, str):
        try:
            read = parse_time(value)
        except ValueError:
            read = None
    if isinstance(read, datetime):
        return datetime.combine(date(read.year, read.month, read.day), read.timetz())
    if isinstance(read, date):
        return date(read.year, read.month, read.day)
    msg = f"{field_name} must be a date or a datetime, or ISO 8601 for either, not {described(value)}"
    raise InvalidArgumentError(msg)


def _recurrence(value: object) -> object:
    """Turn a mapping with the names of :class:`.Recurrence` into a record."""
    if not isinstance(value, Mapping) or "pattern" in value:
        return value
    unknown = [name for name in value if name not in _RECURRENCE_FIELDS]
    if unknown or "type" not in value:
        wanted = f"recurrence must have type, and may have {', '.join(_RECURRENCE_FIELDS[1:])}"
        raise InvalidArgumentError(f"{wanted}; unknown: {described(unknown[0])}" if unknown else wanted)
    return Recurrence(**value)


def _reminders(value: object) -> object:
    """Turn a number, or numbers in a string such as ``"15, 60"``, into a list."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        # In a pandas column with gaps, whole numbers are floats.
        number = float(value)
        return [int(number) if number.is_integer() else number]
    return value


def _check_description(text: object, namespace: str, key: str) -> None:
    if not isinstance(text, str):
        return
    left = MAX_EVENT_DESCRIPTION - len(Mark(namespace, key, "0" * DIGITS).below("x")) + 1
    if len(text) > left:
        msg = (
            f"description must have at most {left} characters, not {len(text)}: the mark of the event takes "
            f"{MAX_EVENT_DESCRIPTION - left} of the {MAX_EVENT_DESCRIPTION}"
        )
        raise InvalidArgumentError(msg)
    if read_mark(text) is not None:
        raise InvalidArgumentError(
            "description must not have a mark such as '[airflow NAMESPACE/KEY 3fa9c1d2]'"
        )


def moment(time: EventTime | None, zone: tzinfo) -> datetime | None:
    """Return a start or an end in UTC, without seconds; None if it is missing or cannot be read.

    :param time: The time. A date means midnight.
    :param zone: Zone of dates.
    """
    value = None if time is None else time.value
    if value is None:
        return None
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=zone)
    elif value.utcoffset() is None:
        try:
            value = value.replace(tzinfo=read_zone("time_zone", time and time.time_zone))
        except InvalidArgumentError:
            return None
    try:
        return value.astimezone(timezone.utc).replace(second=0, microsecond=0)
    except OverflowError:
        return None
