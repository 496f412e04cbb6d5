"""On which dates a recurrence falls (page create-schedule); what it leaves open is chosen here.

The first date is one of them only if the pattern has it. A month without the day named is left out, as is a
29 February in other years. The date of ``endDate`` is the last possible one.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count, islice, takewhile
from typing import TYPE_CHECKING, Any

from airflow_provider_dingtalk_calendar.emulator.moments import YEARS, parse_date, parse_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
INDEXES = ("first", "second", "third", "fourth", "last")

_MONTHS = 12
_WEEK = 7


def recurrence_dates(recurrence: Mapping[str, Any], first: date) -> Iterator[date]:
    """Return the dates of a recurrence, in order, up to its end.

    :param recurrence: one that ``read_recurrence`` has accepted.
    :param first: the date of the event's own start.
    """
    pattern, limits = recurrence["pattern"], recurrence.get("range", {})
    dates = (day for day in _until_the_last_year(_PATTERNS[pattern["type"]](pattern, first)) if day >= first)
    if "endDate" in limits:
        last = end_date(limits["endDate"])
        return takewhile(lambda day: day <= last, dates)
    return islice(dates, limits.get("numberOfOccurrences"))


def end_date(text: str) -> date:
    """Return the date of an ``endDate``, which the page shows as a date-time and describes as a date.

    :param text: either of them.
    :raises ValueError: if it is neither.
    """
    return parse_moment(text).date() if "T" in text else parse_date(text)


def weekdays(text: str) -> list[int]:
    """Return the numbers of weekdays, Monday being 0.

    :param text: English names in lower case, with commas between them.
    :raises ValueError: if one is no weekday.
    """
    return sorted({WEEKDAYS.index(name.strip()) for name in text.split(",")})


def _until_the_last_year(dates: Iterator[date]) -> Iterator[date]:
    """Return the dates as long as there may be events; some rules, the 31st of each February, never fall."""
    try:
        yield from takewhile(lambda day: day.year in YEARS, dates)
    except (OverflowError, ValueError):
        return


def _daily(pattern: Mapping[str, Any], first: date) -> Iterator[date]:
    return (first + timedelta(days=step) for step in count(0, _interval(pattern)))


def _weekly(pattern: Mapping[str, Any], first: date) -> Iterator[date]:
    named = pattern.get("daysOfWeek")
    days = weekdays(named) if named else [first.weekday()]
    week_begins = WEEKDAYS.index(pattern.get("firstDayOfWeek", "sunday"))
    into_week = (first.weekday() - week_begins) % _WEEK
    in_order = sorted((day - week_begins) % _WEEK for day in days)
    for week in count(0, _interval(pattern)):
        for day in in_order:
            yield first + timedelta(days=week * _WEEK + day - into_week)


def _absolute_monthly(pattern: Mapping[str, Any], first: date) -> Iterator[date]:
    number = pattern.get("dayOfMonth", first.day)
    for year, month in _months(first, _interval(pattern)):
        if number <= _length(year, month):
            yield date(year, month, number)


def _relative_monthly(pattern: Mapping[str, Any], first: date) -> Iterator[date]:
    days = weekdays(pattern["daysOfWeek"])
    index = INDEXES.index(pattern["index"])
    for year, month in _months(first, _interval(pattern)):
        yield from sorted(_nth_weekday(year, month, index, day) for day in days)


def _absolute_yearly(pattern: Mapping[str, Any], first: date) -> Iterator[date]:
    for year in count(first.year, _interval(pattern)):
        if first.day <= _length(year, first.month):
            yield date(year, first.month, first.day)


_PATTERNS: Mapping[str, Callable[[Mapping[str, Any], date], Iterator[date]]] = {
    "daily": _daily,
    "weekly": _weekly,
    "absoluteMonthly": _absolute_monthly,
    "relativeMonthly": _relative_monthly,
    "absoluteYearly": _absolute_yearly,
}
PATTERN_TYPES = tuple(_PATTERNS)


def _interval(pattern: Mapping[str, Any]) -> int:
    return int(pattern.get("interval", 1))


def _months(first: date, interval: int) -> Iterator[tuple[int, int]]:
    for number in count(first.year * _MONTHS + first.month - 1, interval):
        yield number // _MONTHS, number % _MONTHS + 1


def _length(year: int, month: int) -> int:
    following = date(year + month // _MONTHS, month % _MONTHS + 1, 1)
    return (following - timedelta(days=1)).day


def _nth_weekday(year: int, month: int, index: int, weekday: int) -> date:
    """Return the nth of a weekday in a month, or the last one."""
    if INDEXES[index] == "last":
        last = date(year, month, _length(year, month))
        return last - timedelta(days=(last.weekday() - weekday) % _WEEK)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % _WEEK + index * _WEEK)
