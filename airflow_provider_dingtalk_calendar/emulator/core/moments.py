"""Dates, times and time windows in requests and events."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

UTC = timezone.utc
CHINA = timezone(timedelta(hours=8))

YEARS = range(1970, 2200)
"""The years in which events can be (undocumented). A series without an end ends with the last year."""

LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)
FAR_AHEAD = datetime(9999, 12, 30, tzinfo=UTC)

_DATE_TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)T(?P<hour>\d\d):(?P<minute>\d\d)(:(?P<second>\d\d)(\.(?P<fraction>\d{1,9}))?)?"
    r"(?P<offset>Z|[+-]\d\d:?\d\d)?"
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_LONGEST_OFFSET = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """The times that a request asks for. A missing bound becomes the first or last possible time.

    :param earliest: the beginning of the window.
    :param latest: the end of the window.
    """

    earliest: datetime
    latest: datetime

    @property
    def has_end(self) -> bool:
        """Whether the request gave an end."""
        return self.latest is not FAR_AHEAD


def parse_date(text: str) -> date:
    """Return a date from ``yyyy-MM-dd``.

    :raises ValueError: if the string has a different form, or the date does not exist.
    """
    if not _DATE.fullmatch(text):
        raise ValueError(f"no date: {text!r}")
    return date.fromisoformat(text)


def parse_moment(text: str, zone: ZoneInfo | None = None) -> datetime:
    """Return a moment from an ISO 8601 string.

    :param text: the time. Seconds and their fraction may be left out (undocumented).
    :param zone: the time zone of a string without an offset, ``None`` to require an offset (undocumented).
    :raises ValueError: if the string has a different form, or the moment does not exist.
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


def parse_window(earliest: str | None, latest: str | None) -> Window:
    """Return a window from two ISO 8601 strings.

    :param earliest: the beginning, ``None`` for no bound.
    :param latest: the end, ``None`` for no bound.
    :raises ValueError: if a string is not a moment, or the window ends before it begins.
    """
    window = Window(
        parse_moment(earliest) if earliest else LONG_AGO,
        parse_moment(latest) if latest else FAR_AHEAD,
    )
    if window.latest < window.earliest:
        raise ValueError("the window ends before it begins")
    return window


def parse_zone(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name.

    :raises ValueError: if no time zone has the name.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, OSError) as error:
        raise ValueError(f"no time zone: {name!r}") from error


def moment_of(value: Mapping[str, str]) -> datetime:
    """Return the moment of an event's ``start`` or ``end``.

    A day begins at midnight UTC, because page free-schedule shows all-day events in UTC. No other page
    gives the time zone of a day.

    :param value: a mapping with ``date``, or with ``dateTime`` and ``timeZone``.
    :raises ValueError: if a field cannot be read.
    """
    if "date" in value:
        return datetime.combine(parse_date(value["date"]), time(), UTC)
    zone = parse_zone(value["timeZone"])
    return parse_moment(value["dateTime"], zone).astimezone(zone)


def a_year_after(moment: datetime) -> datetime:
    """Return the same moment one year later. For 29 February, return 1 March."""
    if moment.year >= FAR_AHEAD.year:
        return FAR_AHEAD
    is_leap_day = (moment.month, moment.day) == (2, 29)
    return (moment + timedelta(days=1) if is_leap_day else moment).replace(year=moment.year + 1)


def china_text(moment: float) -> str:
    """Return a moment with China's offset, as in the samples on the pages.

    :param moment: the moment, in seconds since the epoch.
    """
    return datetime.fromtimestamp(moment, CHINA).isoformat(timespec="seconds")


def utc_text(moment: datetime) -> str:
    """Return a moment in UTC, as in ``originStart`` (page query-an-event-list)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _offset(text: str) -> timezone:
    if text == "Z":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    if offset >= _LONGEST_OFFSET:
        raise ValueError(f"no offset: {text!r}")
    return timezone(-offset if text.startswith("-") else offset)
