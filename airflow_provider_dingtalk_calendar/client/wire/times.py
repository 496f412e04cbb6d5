"""When something begins and ends: from dates and datetimes to the API's form.

https://help.dingtalk.io/open/development/create-schedule: ``{date}`` for an all-day event, whose end is the
day after its last one; else ``{dateTime, timeZone}``, ISO 8601 and the name of a zone in the TZ database,
both ends in one zone.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any, TypeAlias, cast

import pendulum

from airflow_provider_dingtalk_calendar.client.wire.values import described
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

#: A datetime with a time zone (stdlib or pendulum), a date, either of them as ISO 8601, or the API's form.
When: TypeAlias = datetime | date | str | Mapping[str, Any]

#: Date, time and offset. On its own, pendulum would also read durations, intervals, weeks and bare years.
_ISO_8601 = re.compile(
    r"(\d{4}-\d\d-\d\d|\d{8})"
    r"(?:[Tt ](\d\d(?::?\d\d){0,2}(?:[.,]\d+)?) ?([Zz]|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)


def parse_time(text: str) -> date:
    """Read an ISO 8601 date, or a date and time. Every Python version reads the same.

    :param text: The calendar date in full, such as ``2026-01-31`` or ``20260131``; with a time, such as
        ``2026-01-31T09:00:00+08:00``. White space around it is ignored. Digits after the microsecond are cut.
    :return: A date, or a datetime; the datetime is naive if the text has no offset.
    :raises ValueError: If the text is anything else.
    """
    match = _ISO_8601.fullmatch(text.strip())
    if match is None:
        msg = "neither an ISO 8601 date nor a date and time"
        raise ValueError(msg)
    day, time, offset = match.groups("")
    # Without tz=None, pendulum takes a time without an offset for UTC.
    return cast("date", pendulum.parse(f"{day}T{time}{offset.upper()}" if time else day, exact=True, tz=None))


def period_to_wire(
    start: When | None, end: When | None, time_zone: str | None = None, *, changing: bool = False
) -> dict[str, Any]:
    """Return ``start``, ``end`` and ``isAllDay`` in the API's form.

    Mappings are the API's form already and pass unchanged.

    :param start: When it begins; None: not said.
    :param end: When it ends: a datetime, or the last day of an all-day event. None: not said, and with a
        start that is a date, that day is the last one too.
    :param time_zone: Zone of both ends, by its name in the TZ database; None: that of the start.
    :param changing: Whether what is not said stays as it is.
    :raises InvalidArgumentError: If one is naive, has no named zone, is of another kind than the other, or
        the end comes before the start.
    """
    begins, ends = _read("start", start), _read("end", end)
    if isinstance(begins, Mapping) or isinstance(ends, Mapping):
        _refuse_mixture(begins, ends, Mapping)
        _refuse_zone(time_zone, "with mappings, which have one of their own")
        return _all_day(begins, ends)
    if _is_date(begins) or _is_date(ends):
        _refuse_mixture(begins, ends, date)
        _refuse_zone(time_zone, "for an all-day event, which has none")
        return _days(begins, begins if ends is None and not changing else ends)
    if begins is None and ends is None:
        _refuse_zone(time_zone, "without a start or an end")
        return {}
    return _moments(begins, ends, time_zone)


def moment_to_wire(field_name: str, value: datetime | str | None) -> str | None:
    """Return a moment as ISO 8601 with its offset, in seconds; None for None.

    :param field_name: What the error calls it.
    :param value: A datetime with a time zone, or the same as an ISO 8601 text.
    :raises InvalidArgumentError: If it is naive, a date, or no moment at all.
    """
    read = _read(field_name, value)
    if read is None:
        return None
    if not isinstance(read, datetime):
        msg = f"{field_name} must be a datetime with a time zone, not {described(value)}"
        raise InvalidArgumentError(msg)
    return read.isoformat(timespec="seconds")


def _read(field_name: str, value: object) -> Any:
    """Return a date, an aware datetime, a mapping or None."""
    if isinstance(value, str):
        value = _parsed(field_name, value)
    if isinstance(value, datetime) and value.utcoffset() is None:
        msg = (
            f"{field_name} must have a time zone, as in datetime(2026, 1, 31, 9, tzinfo=ZoneInfo"
            f"('Asia/Shanghai')); {value.isoformat()} is naive"
        )
        raise InvalidArgumentError(msg)
    if value is None or isinstance(value, date | Mapping):
        return value
    msg = f"{field_name} must be a datetime with a time zone, a date or a mapping, not {described(value)}"
    raise InvalidArgumentError(msg)


def _parsed(field_name: str, text: str) -> date:
    try:
        return parse_time(text)
    except ValueError:
        msg = f"{field_name} must be an ISO 8601 date, or date and time with offset, not {described(text)}"
        raise InvalidArgumentError(msg) from None


def _is_date(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _refuse_mixture(begins: object, ends: object, kind: type) -> None:
    both = [value for value in (begins, ends) if value is not None]
    if all(isinstance(value, kind) and not isinstance(value, datetime) for value in both):
        return
    msg = "start and end must be of one kind: two dates, two datetimes or two mappings"
    raise InvalidArgumentError(msg)


def _refuse_zone(time_zone: object, where: str) -> None:
    if time_zone is not None:
        msg = f"time_zone must not be given {where}"
        raise InvalidArgumentError(msg)


def _all_day(begins: Mapping[str, Any] | None, ends: Mapping[str, Any] | None) -> dict[str, Any]:
    wire = {name: dict(value) for name, value in (("start", begins), ("end", ends)) if value is not None}
    return wire | ({"isAllDay": True} if any(value.get("date") for value in wire.values()) else {})


def _days(begins: date | None, last: date | None) -> dict[str, Any]:
    if begins is not None and last is not None and last < begins:
        msg = f"end must not come before start: {last} is before {begins}"
        raise InvalidArgumentError(msg)
    wire: dict[str, Any] = {"isAllDay": True}
    if begins is not None:
        wire["start"] = {"date": begins.isoformat()}
    if last == date.max:
        msg = f"end must come before {last}: what is sent is the day after it"
        raise InvalidArgumentError(msg)
    if last is not None:
        wire["end"] = {"date": (last + timedelta(days=1)).isoformat()}
    return wire


def _moments(begins: datetime | None, ends: datetime | None, time_zone: str | None) -> dict[str, Any]:
    both = {"start": begins, "end": ends}
    given = {name: moment for name, moment in both.items() if moment is not None}
    first, *_ = given
    name = _name_of_zone(first, given[first]) if time_zone is None else time_zone
    zone = _zone(name)
    try:
        # By way of UTC: in its own zone a datetime stays as it is, even where the clocks skip it.
        utc = {which: moment.astimezone(timezone.utc) for which, moment in given.items()}
        wire: dict[str, Any] = {
            which: {"dateTime": moment.astimezone(zone).isoformat(timespec="seconds"), "timeZone": name}
            for which, moment in utc.items()
        }
    except OverflowError:
        msg = f"{first} must be within the years 1 to 9999 in every zone"
        raise InvalidArgumentError(msg) from None
    # In UTC too: of two datetimes of one zone, Python compares what the clocks show.
    if begins is not None and ends is not None and utc["end"] < utc["start"]:
        msg = f"end must not come before start: {ends.isoformat()} is before {begins.isoformat()}"
        raise InvalidArgumentError(msg)
    # Said, so that a change makes of an all-day event one with hours.
    return wire | {"isAllDay": False}


def _zone(name: object) -> zoneinfo.ZoneInfo:
    try:
        if isinstance(name, str):
            return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        pass
    msg = f"time_zone must be a name of the TZ database such as 'Asia/Shanghai', not {described(name)}"
    raise InvalidArgumentError(msg)


def _name_of_zone(field_name: str, moment: datetime) -> str:
    """Return the zone's name: of a ZoneInfo its key (pendulum's is one), of pytz's its zone."""
    zone = moment.tzinfo
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)
    if isinstance(name, str):
        return name
    if not moment.utcoffset():
        return "UTC"
    msg = (
        f"{field_name} has the offset {moment:%z} and no named zone, which DingTalk wants to know: give "
        "time_zone (such as 'Asia/Shanghai'), or a datetime with tzinfo=ZoneInfo(...)"
    )
    raise InvalidArgumentError(msg)
