"""The period in which events are compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import TypeAlias

from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

from .rows import read_date_or_time

#: A date, a datetime, or an ISO 8601 string for either.
Bound: TypeAlias = date | str

#: Days of a window whose end is not given.
DAYS = 360

#: A list of DingTalk covers at most a year, and it is read with a day on each side of the window.
MAX_DAYS = 363

_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """The period from ``start`` up to, but not including, ``end`` (UTC)."""

    start: datetime
    end: datetime

    @classmethod
    def read(cls, start: Bound | None, end: Bound | None, zone: tzinfo, now: float) -> Window:
        """Return the window that a caller has given.

        :param start: Start; None for the beginning of today.
        :param end: End; None for 360 days after the start.
        :param zone: Zone of dates and naive times, and of today.
        :param now: Seconds since the epoch (UTC).
        :raises InvalidArgumentError: If the window is empty, or longer than 363 days.
        """
        today = datetime.fromtimestamp(now, zone).date()
        try:
            first = _bound("window_start", today if start is None else start, zone)
            last = first + timedelta(days=DAYS) if end is None else _bound("window_end", end, zone)
            window = cls(first, last)
            window.listed  # noqa: B018  raises OverflowError if a list could not have these bounds
        except OverflowError:
            msg = (
                "window_start and window_end must be within the years 1 to 9999, a day on each side included"
            )
            raise InvalidArgumentError(msg) from None
        if not first < last <= first + timedelta(days=MAX_DAYS):
            msg = (
                f"window_end must be after window_start and at most {MAX_DAYS} days later; the window is "
                f"{first.isoformat()} to {last.isoformat()}"
            )
            raise InvalidArgumentError(msg)
        return window

    @property
    def listed(self) -> tuple[datetime, datetime]:
        """The period to list, with an extra day on each side, because the zone of dates is undocumented."""
        return self.start - _A_DAY, self.end + _A_DAY

    def has(self, start: datetime | None) -> bool:
        """Return whether an event that starts at this time lies in the window."""
        return start is not None and self.start <= start < self.end


def _bound(field_name: str, value: Bound, zone: tzinfo) -> datetime:
    read = read_date_or_time(field_name, value)
    if not isinstance(read, datetime):
        read = datetime(read.year, read.month, read.day, tzinfo=zone)
    elif read.utcoffset() is None:
        read = read.replace(tzinfo=zone)
    return read.astimezone(timezone.utc)
