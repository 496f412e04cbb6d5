"""Dates and times: reading ISO 8601, and the API's form of a start and an end.

https://help.dingtalk.io/open/development/create-schedule: an all-day event has ``{date}``, and its end is the
day after its last day. Other events have ``{dateTime, timeZone}``: the time in ISO 8601, and a TZ database
name. Start and end have the same zone.
"""

from __future__ import annotations

import contextlib
import re
import zoneinfo
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Any, TypeAlias, cast

import pendulum

from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

from .records import wire_name
from .values import described

#: A datetime (stdlib or pendulum), a date, an ISO 8601 string for either, or the API's form.
When: TypeAlias = datetime | date | str | Mapping[str, Any]

#: Date, time and offset. Without this pattern, pendulum would also read durations, intervals, weeks and bare
#: years.
_ISO_8601 = re.compile(
    r"(\d{4}-\d\d-\d\d|\d{8})"
    r"(?:[Tt ](\d\d(?::?\d\d){0,2}(?:[.,]\d+)?) ?([Zz]|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)


#: Files of a time zone database whose names are not names of zones. On other computers, these files might
#: be missing or contain another zone.
_NOT_A_ZONE = re.compile(r"(?:posix|right)/.*|localtime|posixrules|Factory", re.DOTALL)


#: The longest period from ``time_min`` to ``time_max`` of ListEvents. The other lists document no limit.
#: https://help.dingtalk.io/open/development/query-an-event-list
LONGEST_LIST = pendulum.duration(years=1)


def parse_time(text: str) -> date:
    """Read a date, or a date and time, in ISO 8601. The result does not depend on the Python version.

    :param text: A full calendar date such as ``2026-01-31`` or ``20260131``, or such a date with a time, for
        example ``2026-01-31T09:00:00+08:00``. Surrounding white space is ignored. Digits beyond microseconds
        are dropped.
    :return: A date, or a datetime. The datetime is naive if the string has no offset.
    :raises ValueError: If the string is anything else.
    """
    match = _ISO_8601.fullmatch(text.strip())
    if match is None:
        msg = "neither an ISO 8601 date nor a date and time"
        raise ValueError(msg)
    day, time, offset = match.groups("")
    # Without tz=None, pendulum would read a time without an offset as UTC.
    read = cast("date", pendulum.parse(f"{day}T{time}{offset.upper()}" if time else day, exact=True, tz=None))
    if isinstance(read, datetime):
        # This call raises ValueError for an offset of 24 hours, which pendulum accepts.
        read.utcoffset()
    return read


def period_to_wire(
    start: When | None, end: When | None, time_zone: str | None = None, *, changing: bool = False
) -> dict[str, Any]:
    """Return ``start``, ``end`` and ``isAllDay`` in the API's form.

    A mapping already has the API's form and passes unchanged.

    :param start: Start of the event; None if not given.
    :param end: End of the event: a datetime, or the last day of an all-day event. None if not given; an
        all-day event then ends on the day of its start.
    :param time_zone: TZ database name of the zone of start and end; None for the zone of the start. A naive
        time is wall-clock time in this zone. Any other time is converted to this zone.
    :param changing: Whether the times change an existing event. An end that is not given then stays as it is.
    :raises InvalidArgumentError: If a time has neither an offset nor a zone, if start and end are of
        different kinds, or if the end is before the start.
    """
    zone = None if time_zone is None else read_zone("time_zone", time_zone)
    begins, ends = (_read(name, value, zone, _GIVE_ZONE) for name, value in (("start", start), ("end", end)))
    if isinstance(begins, Mapping) or isinstance(ends, Mapping):
        _refuse_mixture(begins, ends, Mapping)
        _refuse_zone(time_zone, "with mappings, which have their own")
        return _all_day(begins, ends)
    if _is_date(begins) or _is_date(ends):
        _refuse_mixture(begins, ends, date)
        _refuse_zone(time_zone, "for an all-day event, which has none")
        return _days(begins, begins if ends is None and not changing else ends)
    if begins is None and ends is None:
        _refuse_zone(time_zone, "without a start or an end")
        return {}
    return _moments(begins, ends, time_zone)


def moment_to_wire(field_name: str, value: datetime | str | None, time_zone: str | None = None) -> str | None:
    """Return a time in ISO 8601 with offset and whole seconds; None for None.

    :param field_name: Name of the field in the error.
    :param value: A datetime or an ISO 8601 string.
    :param time_zone: TZ database name of the zone of a naive value; None if a naive value is an error.
    :raises InvalidArgumentError: If the value is a date, is no time at all, or is naive and ``time_zone`` is
        None.
    """
    zone = None if time_zone is None else read_zone("time_zone", time_zone)
    moment = read_moment(field_name, value, zone)
    return None if moment is None else moment.isoformat(timespec="seconds")


def window_to_wire(
    earliest: tuple[str, datetime | str | None],
    latest: tuple[str, datetime | str | None],
    *,
    longest: pendulum.Duration | None = None,
) -> dict[str, str]:
    """Return the beginning and the end of a period in the API's form. An absent time is left out.

    :param earliest: Name and value of the beginning, as in :func:`moment_to_wire`.
    :param latest: Name and value of the end.
    :param longest: The longest period that DingTalk documents.
    :raises InvalidArgumentError: If a time is naive, if the end is before the beginning, or if the period is
        too long.
    """
    (first_name, first), (last_name, last) = earliest, latest
    begins, ends = read_moment(first_name, first), read_moment(last_name, last)
    if begins is not None and ends is not None:
        # Compare in UTC, because Python compares two datetimes in the same zone by their wall-clock times.
        lowest, highest = (_in_utc(name, one) for name, one in ((first_name, begins), (last_name, ends)))
        if highest < lowest:
            msg = f"{last_name} must not come before {first_name}: {_shown(ends)} is before {_shown(begins)}"
            raise InvalidArgumentError(msg)
        limit = None if longest is None else _after(begins, longest)
        if limit is not None and highest > limit:
            msg = (
                f"{last_name} must not come after {_shown(limit)}, which is the latest that DingTalk allows "
                f"with this {first_name}, not {_shown(ends)}"
            )
            raise InvalidArgumentError(msg)
    both = ((first_name, begins), (last_name, ends))
    return {wire_name(name): _shown(moment) for name, moment in both if moment is not None}


def _after(moment: datetime, duration: pendulum.Duration) -> datetime | None:
    """Return a moment plus a duration; None if the result would be after the year 9999."""
    try:
        return pendulum.instance(moment) + duration
    except (OverflowError, ValueError):
        return None


def around(field_name: str, moment: datetime, distance: timedelta) -> tuple[datetime, datetime]:
    """Return the two times that lie a given distance before and after a moment.

    :param field_name: Name of the field in the error.
    :param moment: A datetime with a time zone.
    :param distance: The distance.
    :raises InvalidArgumentError: If either time is outside the years 1 to 9999.
    """
    utc = _in_utc(field_name, moment)
    try:
        return utc - distance, utc + distance
    except OverflowError:
        msg = f"{field_name} must be within the years 1 to 9999 in every zone"
        raise InvalidArgumentError(msg) from None


def _in_utc(field_name: str, moment: datetime) -> datetime:
    """Return a moment in UTC, as a datetime of the standard library.

    A pendulum datetime with a zone of the standard library would become naive if a duration were added.
    """
    try:
        utc = moment.astimezone(timezone.utc)
        return datetime.combine(utc.date(), utc.time(), timezone.utc)
    except OverflowError:
        msg = f"{field_name} must be within the years 1 to 9999 in every zone"
        raise InvalidArgumentError(msg) from None


def _shown(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def read_moment(field_name: str, value: datetime | str | None, zone: tzinfo | None = None) -> datetime | None:
    """Return a time as a datetime with a time zone; None for None.

    :param field_name: Name of the field in the error.
    :param value: A datetime or an ISO 8601 string.
    :param zone: Zone of a naive value; None if a naive value is an error.
    :raises InvalidArgumentError: If the value is a date, is no time at all, or is naive and ``zone`` is None.
    """
    read = _read(field_name, value, zone)
    if read is None or isinstance(read, datetime):
        return read
    msg = f"{field_name} must be a datetime with a time zone, not {described(value)}"
    raise InvalidArgumentError(msg)


#: Beginning of the advice in an error about a naive start or end.
_GIVE_ZONE = "give time_zone, or a datetime such as"


def _read(
    field_name: str, value: object, zone: tzinfo | None, remedy: str = "give a datetime such as"
) -> Any:
    """Return a date, an aware datetime, a mapping or None."""
    if isinstance(value, str):
        try:
            value = parse_time(value)
        except ValueError:
            wanted = "an ISO 8601 date, or date and time with offset"
            msg = f"{field_name} must be {wanted}, not {described(value)}"
            raise InvalidArgumentError(msg) from None
    if isinstance(value, datetime) and value.utcoffset() is None:
        if zone is not None:
            # If a wall-clock time occurs twice, pendulum would choose the second occurrence.
            return datetime.combine(value.date(), value.time(), zone)
        msg = (
            f"{field_name} must have a time zone, but {value.isoformat()} is naive: {remedy} "
            "datetime(2026, 1, 31, 9, tzinfo=ZoneInfo('Asia/Shanghai'))"
        )
        raise InvalidArgumentError(msg)
    if value is None or isinstance(value, date | Mapping):
        return value
    msg = f"{field_name} must be a datetime with a time zone, a date or a mapping, not {described(value)}"
    raise InvalidArgumentError(msg)


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
    for name, value in wire.items():
        if value.get("timeZone"):
            read_zone(f"{name}.timeZone", value["timeZone"])
    return wire | ({"isAllDay": True} if any(value.get("date") for value in wire.values()) else {})


def _days(begins: date | None, last: date | None) -> dict[str, Any]:
    if begins is not None and last is not None and last < begins:
        msg = f"end must not come before start: {last} is before {begins}"
        raise InvalidArgumentError(msg)
    wire: dict[str, Any] = {"isAllDay": True}
    if begins is not None:
        wire["start"] = {"date": begins.isoformat()}
    if last == date.max:
        msg = f"end must come before {last}: the day after it is sent"
        raise InvalidArgumentError(msg)
    if last is not None:
        wire["end"] = {"date": (last + timedelta(days=1)).isoformat()}
    return wire


def _moments(begins: datetime | None, ends: datetime | None, time_zone: str | None) -> dict[str, Any]:
    both = {"start": begins, "end": ends}
    given = {name: moment for name, moment in both.items() if moment is not None}
    first, *_ = given
    name = _name_of_zone(first, given[first]) if time_zone is None else time_zone
    zone = read_zone("time_zone" if time_zone is not None else f"the zone of {first}", name)
    # Convert via UTC. Converted within its own zone, a datetime would keep an hour that the clocks skip.
    utc = {which: _in_utc(which, moment) for which, moment in given.items()}
    try:
        wire: dict[str, Any] = {
            which: {"dateTime": _shown(moment.astimezone(zone)), "timeZone": name}
            for which, moment in utc.items()
        }
    except OverflowError:
        msg = f"{first} must be within the years 1 to 9999 in every zone"
        raise InvalidArgumentError(msg) from None
    # Compare in UTC, because Python compares two datetimes in the same zone by their wall-clock times.
    if begins is not None and ends is not None and utc["end"] < utc["start"]:
        msg = f"end must not come before start: {ends.isoformat()} is before {begins.isoformat()}"
        raise InvalidArgumentError(msg)
    # Always send isAllDay, so that a change can turn an all-day event into a timed event.
    return wire | {"isAllDay": False}


def read_zone(field_name: str, name: object) -> zoneinfo.ZoneInfo:
    """Return the time zone with a TZ database name.

    :param field_name: Name of the field in the error.
    :param name: The name, such as ``Asia/Shanghai``.
    :raises InvalidArgumentError: If the TZ database has no zone of that name.
    """
    if isinstance(name, str) and not _NOT_A_ZONE.fullmatch(name):
        with contextlib.suppress(zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            return zoneinfo.ZoneInfo(name)
    msg = f"{field_name} must be a TZ database name such as 'Asia/Shanghai', not {described(name)}"
    raise InvalidArgumentError(msg)


def _name_of_zone(field_name: str, moment: datetime) -> str:
    """Return the name of a datetime's zone. ZoneInfo and pendulum store it in ``key``, pytz in ``zone``."""
    zone = moment.tzinfo
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)
    if isinstance(name, str):
        return name
    if not moment.utcoffset():
        return "UTC"
    msg = (
        f"{field_name} has the offset {moment:%z} but no named zone, which DingTalk requires: give "
        "time_zone (such as 'Asia/Shanghai'), or a datetime with tzinfo=ZoneInfo(...)"
    )
    raise InvalidArgumentError(msg)
