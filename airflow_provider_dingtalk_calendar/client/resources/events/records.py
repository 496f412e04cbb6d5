"""Records of events: what is given to create one, and what is read of one.

https://help.dingtalk.io/open/development/create-schedule and
https://help.dingtalk.io/open/development/query-details-about-an-event
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as day
from datetime import datetime
from typing import Any

from airflow_provider_dingtalk_calendar.client.wire.records import Record


@dataclass(frozen=True)
class Reminder:
    """A reminder before an event.

    :param minutes: How many minutes before its start.
    :param method: ``"dingtalk"``, the only one documented.
    """

    minutes: int
    method: str = "dingtalk"


@dataclass(frozen=True)
class Recurrence:
    """When an event repeats.

    :param type: ``"daily"``, ``"weekly"``, ``"absoluteMonthly"`` (on ``day_of_month``),
        ``"relativeMonthly"`` (on ``days_of_week`` of the week ``index``) or ``"absoluteYearly"``.
    :param interval: Every so many days, weeks, months or years, 1 to 365.
    :param days_of_week: English names of weekdays in lower case.
    :param day_of_month: 1 to 31.
    :param index: ``"first"``, ``"second"``, ``"third"``, ``"fourth"`` or ``"last"``.
    :param first_day_of_week: Where it is not Sunday.
    :param until: Last moment of the series, a datetime with a time zone; not together with ``occurrences``.
    :param occurrences: How many times in all, 1 to 99. Neither: without an end.
    """

    type: str
    interval: int = 1
    days_of_week: tuple[str, ...] = ()
    day_of_month: int | None = None
    index: str | None = None
    first_day_of_week: str | None = None
    until: datetime | str | None = None
    occurrences: int | None = None


@dataclass(frozen=True)
class NewAttendee:
    """Somebody who is invited.

    :param union_id: unionId.
    :param is_optional: Whether the event can do without.
    """

    union_id: str
    is_optional: bool = False


@dataclass(frozen=True)
class EventTime(Record):
    """A start or an end.

    :param date: Day of an all-day event; of an end, the day after the last one.
    :param date_time: ISO 8601, else.
    :param time_zone: Name in the TZ database.
    """

    date: str | None = None
    date_time: str | None = None
    time_zone: str | None = None

    @property
    def value(self) -> day | datetime | None:
        """The day, or the moment with its offset; None if it is neither."""
        try:
            if self.date:
                return day.fromisoformat(self.date)
            return datetime.fromisoformat((self.date_time or "").replace("Z", "+00:00"))
        except ValueError:
            return None


@dataclass(frozen=True)
class Attendee(Record):
    """An attendee, or the organizer.

    :param id: unionId.
    :param display_name: Name.
    :param response_status: ``needsAction``, ``accepted``, ``declined`` or ``tentative``.
    :param is_self: Whether it is the user of the call.
    :param is_optional: Whether the event can do without.
    """

    id: str
    display_name: str | None = None
    response_status: str | None = None
    is_self: bool = field(default=False, metadata={"key": "self"})
    is_optional: bool = False


@dataclass(frozen=True)
class Event(Record):
    """An event. Fields that have no name here are in ``wire``, the answer as it came.

    :param id: Its id.
    :param summary: Its title.
    :param description: Its description.
    :param start: When it begins.
    :param end: When it ends.
    :param is_all_day: Whether it lasts for whole days.
    :param status: ``confirmed`` or ``cancelled``; None where the answer does not say.
    :param organizer: Whose it is.
    :param attendees: Who is invited, of many only the first.
    :param recurrence: The API's form; None if it does not repeat.
    :param series_master_id: Of one in a series: the id of the event that repeats.
    :param create_time: ISO 8601.
    :param update_time: ISO 8601.
    """

    id: str
    summary: str | None = None
    description: str | None = None
    start: EventTime | None = None
    end: EventTime | None = None
    is_all_day: bool = False
    status: str | None = None
    organizer: Attendee | None = None
    attendees: tuple[Attendee, ...] = ()
    recurrence: Mapping[str, Any] | None = None
    series_master_id: str | None = None
    create_time: str | None = None
    update_time: str | None = None
