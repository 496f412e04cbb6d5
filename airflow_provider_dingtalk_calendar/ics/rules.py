"""RRULE: its dates, and the rule of DingTalk that has the same dates, where there is one.

All datetimes here are naive: wall-clock time of the event's zone. An all-day event starts at midnight.

DingTalk does not document three things: what happens in a month that lacks the day, whether a start counts if
it is not on one of the rule's days, and how several weekdays in one week of a month are read. Such rules are
expanded.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from functools import cached_property
from itertools import islice
from typing import Any

from dateutil.rrule import rrule, rrulestr
from icalendar import vRecur

from airflow_provider_dingtalk_calendar.client.resources.events.content import MAX_INTERVAL, MAX_OCCURRENCES
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

#: Maximum number of instances of one event.
MAX_INSTANCES = 10_000

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")

_DAYS = {
    "MO": "monday",
    "TU": "tuesday",
    "WE": "wednesday",
    "TH": "thursday",
    "FR": "friday",
    "SA": "saturday",
    "SU": "sunday",
}
_INDEXES = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}

#: The last day that every month has.
_SHORTEST_MONTH = 28
_LEAP_DAY = (2, 29)

_WEEKDAY = re.compile(r"([+-]?\d+)?([A-Z]{2})")


@dataclass(frozen=True)
class Rule:
    """A rule of a series.

    :param parts: The parts of the RRULE. Each value is a list.
    :param dates: The dates, beginning with the first one at or after the start.
    :param first: The start of the series.
    :param is_all_day: Whether the series has dates without times.
    :param zone: Zone of the times.
    """

    parts: Mapping[str, Any]
    dates: rrule
    first: datetime
    is_all_day: bool
    zone: tzinfo | None

    @property
    def is_endless(self) -> bool:
        """Whether the series has no end."""
        return "COUNT" not in self.parts and "UNTIL" not in self.parts

    @cached_property
    def includes_start(self) -> bool:
        """Whether the start is one of the dates."""
        return next(iter(self.dates), None) == self.first

    @property
    def dates_after_start(self) -> Iterable[datetime]:
        """The dates. If the start is not one of them, COUNT includes the start, too."""
        dates: Iterable[datetime] = self.dates
        if "COUNT" in self.parts and not self.includes_start:
            dates = self.dates.replace(count=max(int(self.parts["COUNT"][0]) - 1, 0))
        return dates

    @property
    def recurrence(self) -> dict[str, Any] | None:
        """The same rule as fields of :class:`.Recurrence`; None if DingTalk does not have it."""
        interval = int(self.parts.get("INTERVAL", [1])[0])
        pattern = self._pattern()
        if pattern is None or not 1 <= interval <= MAX_INTERVAL or not self.includes_start:
            return None
        end = self._end()
        return None if end is None else {**pattern, "interval": interval, **end}

    def _pattern(self) -> dict[str, Any] | None:
        frequency, limits = self.parts["FREQ"][0], {name for name in self.parts if name.startswith("BY")}
        month, day = self.first.month, self.first.day
        pattern: dict[str, Any] | None = None
        if frequency == "DAILY" and not limits:
            pattern = {"type": "daily"}
        elif frequency == "WEEKLY" and limits <= {"BYDAY"}:
            pattern = self._weekly()
        elif frequency == "MONTHLY" and "BYDAY" in limits and limits <= {"BYDAY", "BYSETPOS"}:
            pattern = self._relative()
        elif self._numbers("BYMONTH") not in ([], [month]) or self._numbers("BYMONTHDAY") not in ([], [day]):
            pattern = None
        elif frequency == "MONTHLY" and limits <= {"BYMONTHDAY"} and day <= _SHORTEST_MONTH:
            pattern = {"type": "absoluteMonthly", "day_of_month": day}
        # Without BYMONTH, BYMONTHDAY is a day of every month.
        elif (
            frequency == "YEARLY"
            and limits in (set(), {"BYMONTH"}, {"BYMONTH", "BYMONTHDAY"})
            and (month, day) != _LEAP_DAY
        ):
            pattern = {"type": "absoluteYearly", "day_of_month": day}
        return pattern

    def _weekly(self) -> dict[str, Any] | None:
        days = self._weekdays()
        if any(ordinal for ordinal, _ in days):
            return None
        names = [name for _, name in days] or [list(_DAYS.values())[self.first.weekday()]]
        # Weeks begin on Monday in RFC 5545, but on Sunday at DingTalk.
        begin = str(self.parts.get("WKST", ["MO"])[0]).upper()
        return {"type": "weekly", "days_of_week": names, "first_day_of_week": _DAYS[begin]}

    def _relative(self) -> dict[str, Any] | None:
        """Return the pattern of a BYDAY such as 2TU, or of TU with a BYSETPOS such as 2."""
        days, positions = self._weekdays(), self._numbers("BYSETPOS")
        if len(days) != 1:
            return None
        ((ordinal, name),) = days
        places = [place for place in (ordinal, *positions) if place]
        if len(places) != 1 or places[0] not in _INDEXES:
            return None
        return {"type": "relativeMonthly", "days_of_week": [name], "index": _INDEXES[places[0]]}

    def _weekdays(self) -> list[tuple[int, str]]:
        """Return the weekdays of BYDAY, each with its number in the month; 0 for every such weekday."""
        found = (_WEEKDAY.fullmatch(str(day).upper()) for day in self.parts.get("BYDAY", []))
        return [(int(match[1] or 0), _DAYS[match[2]]) for match in found if match]

    def _numbers(self, name: str) -> list[int]:
        return [int(number) for number in self.parts.get(name, [])]

    def _end(self) -> dict[str, Any] | None:
        if self.is_endless:
            return {}
        if "COUNT" in self.parts:
            count = int(self.parts["COUNT"][0])
            return {"occurrences": count} if 1 <= count <= MAX_OCCURRENCES else None
        if self.is_all_day or self.zone is None:
            # The end of DingTalk's rule is a moment, which needs a zone.
            count = len(list(islice(self.dates, MAX_OCCURRENCES + 1)))
            return {"occurrences": count} if count <= MAX_OCCURRENCES else None
        # The last start is the right end whether DingTalk reads it as a moment or as a date.
        (last,) = deque(self.dates, maxlen=1)
        return {"until": last.replace(tzinfo=self.zone).isoformat()}


def read_rule(parts: Any, first: datetime, *, is_all_day: bool, zone: tzinfo | None) -> Rule:
    """Return the rule of an RRULE.

    :param parts: The RRULE.
    :param first: The start of the series.
    :param is_all_day: Whether the series has dates without times.
    :param zone: Zone of the times; None if they name none.
    :raises InvalidArgumentError: If the rule breaks RFC 5545, or repeats more often than once a day.
    """
    text = parts.to_ical().decode()
    frequency = str(parts.get("FREQ", [""])[0]).upper()
    if frequency not in FREQUENCIES:
        raise InvalidArgumentError(f"RRULE must have FREQ={' or '.join(FREQUENCIES)}, not {text}")
    if "COUNT" in parts and "UNTIL" in parts:
        raise InvalidArgumentError(f"RRULE must have COUNT or UNTIL, not both: {text}")
    for name in ("INTERVAL", "COUNT"):
        if name in parts and int(parts[name][0]) < 1:
            raise InvalidArgumentError(f"RRULE must have {name} of at least 1: {text}")
    if "UNTIL" in parts and not isinstance(parts["UNTIL"][0], date):
        raise InvalidArgumentError(f"RRULE must have a date or a time as UNTIL: {text}")
    without_end: Any = vRecur({name: value for name, value in parts.items() if name != "UNTIL"})
    try:
        dates = rrulestr(without_end.to_ical().decode(), dtstart=first)
        if "UNTIL" in parts:
            dates = dates.replace(until=_until(parts["UNTIL"][0], zone, is_all_day=is_all_day))
    except ValueError as error:
        raise InvalidArgumentError(f"RRULE cannot be read: {text}: {error}") from None
    upper = {name.upper(): value for name, value in parts.items()} | {"FREQ": [frequency]}
    return Rule(upper, dates, first, is_all_day, zone)


def _until(value: date, zone: tzinfo | None, *, is_all_day: bool) -> datetime:
    """Return the last wall-clock time that a rule may have."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time.max)
    if value.tzinfo is not None and zone is not None:
        value = value.astimezone(zone)
    return datetime.combine(value.date(), time.max) if is_all_day else value.replace(tzinfo=None)
