"""The dates of a recurrence (page create-schedule).

The page does not give these rules, so the emulator chose them. The first date counts only if it matches the
pattern. A month that lacks the day is skipped, and so is 29 February in a common year. The date of
``endDate`` is included.
"""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import islice
from typing import TYPE_CHECKING, Any

from ..core.moments import YEARS, parse_date, parse_moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
INDEXES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
PATTERN_TYPES = ("daily", "weekly", "absoluteMonthly", "relativeMonthly", "absoluteYearly")

_LAST_DAY = date(YEARS[-1], 12, 31)


def recurrence_dates(recurrence: Mapping[str, Any], first: date) -> Iterator[date]:
    """Return the dates of a recurrence, in order.

    :param recurrence: the valid ``recurrence`` field of an event.
    :param first: the date of the event's own start.
    """
    from dateutil import rrule

    pattern, limits = recurrence["pattern"], recurrence.get("range", {})
    kind, weekdays = pattern["type"], None
    if kind in {"weekly", "relativeMonthly"} and pattern.get("daysOfWeek"):
        weekdays = [rrule.weekday(number) for number in read_weekdays(pattern["daysOfWeek"])]
    if kind == "relativeMonthly":
        weekdays = [weekday(INDEXES[pattern["index"]]) for weekday in weekdays or ()]
    frequencies = {"daily": rrule.DAILY, "weekly": rrule.WEEKLY, "absoluteYearly": rrule.YEARLY}
    last = min(end_date(limits["endDate"]), _LAST_DAY) if "endDate" in limits else _LAST_DAY
    rule = rrule.rrule(
        frequencies.get(kind, rrule.MONTHLY),
        dtstart=datetime.combine(first, time()),
        interval=int(pattern.get("interval", 1)),
        wkst=WEEKDAYS.index(pattern.get("firstDayOfWeek", "sunday")),
        byweekday=weekdays,
        bymonthday=int(pattern.get("dayOfMonth", first.day)) if kind == "absoluteMonthly" else None,
        until=datetime.combine(last, time()),
    )
    most = limits.get("numberOfOccurrences")
    for moment in islice(rule, None if most is None else int(most)):
        yield moment.date()


def end_date(text: str) -> date:
    """Return the date of an ``endDate``. The page shows a date-time but describes a date. Accept both.

    :raises ValueError: if the string is neither a date-time nor a date.
    """
    return parse_moment(text).date() if "T" in text else parse_date(text)


def read_weekdays(text: str) -> list[int]:
    """Return the numbers of weekdays, where Monday is 0.

    :param text: English names in lower case, separated by commas.
    :raises ValueError: if a name is not a weekday.
    """
    return sorted({WEEKDAYS.index(name.strip()) for name in text.split(",")})
