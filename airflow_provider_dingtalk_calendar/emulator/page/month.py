"""The events of one calendar in a month: on which days they lie, and what the page says about them."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from ..core.moments import UTC, Window
from ..world.events import CANCELLED
from ..world.instances import entries_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..world.events import Event
    from ..world.instances import Entry

_DAY = timedelta(days=1)
_MOMENT = timedelta(microseconds=1)
_WEEK = timedelta(days=7)
_MARK = re.compile(r"\[airflow ([^\s/\]]+/[^\s/\]]+) [0-9a-f]{8}\]")


@dataclass(frozen=True)
class Shown:
    """An event, or one instance of a series, as the page shows it. Its times are in its own time zone.

    :param entry: the event or the instance.
    """

    entry: Entry

    @cached_property
    def start(self) -> datetime:
        """The time when it begins."""
        return self.entry.start

    @cached_property
    def end(self) -> datetime:
        """The time when it ends."""
        return self.entry.end

    @property
    def first(self) -> date:
        """The first day."""
        return self.start.date()

    @cached_property
    def last(self) -> date:
        """The last day. Nothing is left for a day at whose beginning the event ends."""
        return max(self.first, (self.end - _MOMENT).date())

    @property
    def is_all_day(self) -> bool:
        """Whether it has dates instead of times."""
        return "date" in self.entry.fields["start"]

    @property
    def zone(self) -> str:
        """The IANA name of its time zone, empty for an all-day event."""
        return "" if self.is_all_day else str(self.entry.fields["start"]["timeZone"])

    @property
    def summary(self) -> str:
        """The title."""
        return str(self.entry.fields["summary"])

    @property
    def location(self) -> str:
        """The place, empty if none was given."""
        return str(self.entry.fields.get("location", {}).get("displayName", ""))

    @property
    def mark(self) -> str:
        """Namespace and key, as ``SyncEventsOperator`` writes them into the last line of the description."""
        lines = str(self.entry.fields.get("description", "")).split("\n")
        found = _MARK.fullmatch(lines[-1].strip())
        return found[1] if found else ""

    @property
    def times(self) -> str:
        """The times of day, empty for an all-day event."""
        return "" if self.is_all_day else f"{self.start:%H:%M}–{self.end:%H:%M}"

    @property
    def when(self) -> str:
        """Days and times in words."""
        if self.is_all_day:
            days = [self.first] if self.first == self.last else [self.first, self.last]
            return " – ".join(map(_day, days))
        if self.first == self.last:
            return f"{_day(self.first)}, {self.times}"
        return f"{_day(self.first)}, {self.start:%H:%M} – {_day(self.end.date())}, {self.end:%H:%M}"


@dataclass(frozen=True)
class Bar:
    """The part of an event that lies in one week.

    :param shown: the event.
    :param column: the weekday of its first day in the week, 1 for Monday.
    :param days: the number of its days in the week.
    :param is_continued: whether the event began in an earlier week of the same month.
    """

    shown: Shown
    column: int
    days: int
    is_continued: bool


@dataclass(frozen=True)
class Week:
    """One row of the month.

    :param days: the seven days, Monday first. The first and the last week can have days of other months.
    :param bars: the events, earliest first, and the longer one first on the same day.
    """

    days: Sequence[date]
    bars: Sequence[Bar]


def in_year(events: Iterable[Event], year: int) -> list[Shown]:
    """Return the events and instances of the weeks that have days of a year, without cancelled ones."""
    window = Window(*(datetime.combine(day, time(), UTC) for day in _weeks_around(year)))
    entries = (entry for event in events for entry in entries_in(event, window))
    return [Shown(entry) for entry in entries if entry.status != CANCELLED]


def weeks_of(shown: Iterable[Shown], month: date) -> list[Week]:
    """Return the weeks of a month.

    :param shown: the events. Events of other weeks are left out.
    :param month: any day of the month.
    """
    ordered = sorted(shown, key=lambda one: (one.first, one.first - one.last, one.times))
    rows = calendar.Calendar().monthdatescalendar(month.year, month.month)
    return [Week(days, list(_bars(ordered, days, rows[0][0]))) for days in rows]


def step(month: date, months: int) -> date:
    """Return the first day of the month that is some months later, or earlier if the number is negative."""
    year, index = divmod(month.year * 12 + month.month - 1 + months, 12)
    return date(year, index + 1, 1)


def _bars(ordered: Iterable[Shown], days: Sequence[date], begin: date) -> Iterator[Bar]:
    for one in ordered:
        first, last = max(one.first, days[0]), min(one.last, days[-1])
        if first <= last:
            is_continued = first > max(one.first, begin)
            yield Bar(one, (first - days[0]).days + 1, (last - first).days + 1, is_continued)


def _weeks_around(year: int) -> tuple[date, date]:
    """Return bounds that hold every week of the year in every time zone."""
    return date(year, 1, 1) - _WEEK - _DAY, date(year, 12, 31) + _WEEK + _DAY


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%B}"
