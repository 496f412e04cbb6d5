"""Dates and times as events have them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

UTC = timezone.utc
CHINA = timezone(timedelta(hours=8))

YEARS = range(1970, 2200)
"""Those in which events can be (undocumented): a series without end has one, for the emulator's own sake."""

_DATE_TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)T(?P<hour>\d\d):(?P<minute>\d\d)(:(?P<second>\d\d)(\.(?P<fraction>\d{1,9}))?)?"
    r"(?P<offset>Z|[+-]\d\d:?\d\d)?"
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_LONGEST_OFFSET = timedelta(days=1)


def parse_date(text: str) -> date:
    """Return the date that a text is, as ``yyyy-MM-dd``.

    :param text: the text.
    :raises ValueError: if it is none.
    """
    if not _DATE.fullmatch(text):
        raise ValueError(f"no date: {text!r}")
    return date.fromisoformat(text)


def parse_moment(text: str, zone: ZoneInfo | None = None) -> datetime:
    """Return the moment that an ISO 8601 text is.

    :param text: the text; seconds and their fraction may be left out.
    :param zone: where a text without an offset is read, ``None`` if it has to have one: both undocumented.
    :raises ValueError: if it is none.
    """
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"no date-time: {text!r}")
    clock = time(
        int(match["hour"]),
        int(match["minute"]),
        int(match["second"] or 0),
        int((match["fraction"] or "").ljust(6, "0")[:6]),
    )
    local = datetime.combine(parse_date(match["date"]), clock)
    if match["offset"] is not None:
        return local.replace(tzinfo=_offset(match["offset"]))
    if zone is None:
        raise ValueError(f"no offset: {text!r}")
    return local.replace(tzinfo=zone)


def parse_zone(name: str) -> ZoneInfo:
    """Return a time zone of the IANA database.

    :param name: its name.
    :raises ValueError: if there is none.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, OSError) as error:
        raise ValueError(f"no time zone: {name!r}") from error


def moment_of(value: Mapping[str, str]) -> datetime:
    """Return when the ``start`` or ``end`` of an event is.

    A day begins at midnight UTC: page free-schedule has all-day events in that zone, no other page says.

    :param value: with ``date``, or with ``dateTime`` and ``timeZone``.
    :raises ValueError: if it is none.
    """
    if "date" in value:
        return datetime.combine(parse_date(value["date"]), time(), UTC)
    zone = parse_zone(value["timeZone"])
    return parse_moment(value["dateTime"], zone).astimezone(zone)


def shown(moment: float) -> str:
    """Return a moment as the samples of the pages show it: with the offset of China.

    :param moment: in seconds since the epoch.
    """
    return datetime.fromtimestamp(moment, CHINA).isoformat(timespec="seconds")


def _offset(text: str) -> timezone:
    if text == "Z":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    if offset >= _LONGEST_OFFSET:
        raise ValueError(f"no offset: {text!r}")
    return timezone(-offset if text.startswith("-") else offset)
