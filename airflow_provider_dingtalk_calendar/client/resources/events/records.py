"""Records of events, as callers give them and as DingTalk returns them.

https://help.dingtalk.io/open/development/create-schedule and
https://help.dingtalk.io/open/development/query-details-about-an-event
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as day
from datetime import datetime, time, timedelta, timezone, tzinfo
from typing import Any

from ...wire.records import Record
from ...wire.times import parse_time, read_zone
from ...wire.values import described


@dataclass(frozen=True)
class Reminder:
    """A reminder before an event.

    :param minutes: Minutes before the start.
    :param method: ``"dingtalk"``, the only documented value.
    """

    minutes: int
    method: str = "dingtalk"


@dataclass(frozen=True)
class Recurrence:
    """The rule by which an event repeats.

    The arguments in brackets must be given with their type. DingTalk does not document what happens without
    them.

    :param type: ``"daily"``, ``"weekly"`` (on ``days_of_week``), ``"absoluteMonthly"`` (on ``day_of_month``),
        ``"relativeMonthly"`` (on ``days_of_week`` of the week ``index``) or ``"absoluteYearly"`` (on
        ``day_of_month``; DingTalk has no field for the month).
    :param interval: The event repeats every this many days, weeks, months or years; 1 to 365.
    :param days_of_week: English names of weekdays, in lower case.
    :param day_of_month: 1 to 31.
    :param index: ``"first"``, ``"second"``, ``"third"``, ``"fourth"`` or ``"last"``.
    :param first_day_of_week: First day of the week, if not Sunday.
    :param until: Last moment of the series: a datetime, or ISO 8601. A naive time is wall-clock time in the
        event's ``time_zone``. Cannot be combined with ``occurrences``. Without either, the series has no end.
    :param occurrences: Number of instances, 1 to 99.
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
    """A person to invite.

    :param union_id: unionId.
    :param is_optional: Whether attendance is optional.
    """

    union_id: str
    is_optional: bool = False


@dataclass(frozen=True)
class EventTime(Record):
    """The start or the end of an event.

    :param date: Date of an all-day event. As an end, the day after the last day; see :attr:`last_day`.
    :param date_time: Moment in ISO 8601, for other events.
    :param time_zone: TZ database name of the zone.
    """

    date: str | None = None
    date_time: str | None = None
    time_zone: str | None = None

    @property
    def value(self) -> day | datetime | None:
        """The date, or the datetime, with its offset if given; None if neither can be read."""
        try:
            read = parse_time(self.date or self.date_time or "")
        except ValueError:
            return None
        # Callers get types of the standard library, not of pendulum.
        if isinstance(read, datetime):
            return datetime.combine(read, read.time(), read.tzinfo)
        return day.fromordinal(read.toordinal())

    def moment(self, time_zone: tzinfo) -> datetime | None:
        """Return the moment; for a date, its midnight. None if neither can be read.

        :param time_zone: The zone of a date, and of a time with neither offset nor zone.
        """
        value = self.value
        if not isinstance(value, datetime):
            return None if value is None else datetime.combine(value, time(), time_zone)
        if value.utcoffset() is not None:
            return value
        return value.replace(tzinfo=read_zone("timeZone", self.time_zone) if self.time_zone else time_zone)

    @property
    def last_day(self) -> day | None:
        """The last day of an all-day event, if this is its end. The argument ``end`` takes the same day.

        None if this is not a date.
        """
        value = self.value
        if value is None or isinstance(value, datetime) or value == day.min:
            return None
        return value - timedelta(days=1)


@dataclass(frozen=True)
class Attendee(Record):
    """An attendee, or the organizer.

    :param id: unionId.
    :param display_name: Name.
    :param response_status: ``needsAction``, ``accepted``, ``declined`` or ``tentative``.
    :param is_self: Whether this is the user for whom the call was made.
    :param is_optional: Whether attendance is optional.
    """

    id: str
    display_name: str | None = None
    response_status: str | None = None
    is_self: bool = field(default=False, metadata={"key": "self"})
    is_optional: bool = False


@dataclass(frozen=True)
class Event(Record):
    """An event. ``wire`` holds the whole answer, including fields that this class does not have.

    :param id: Id of the event.
    :param summary: Title.
    :param description: Description.
    :param start: Start.
    :param end: End. ``end.last_day`` is the last day of an all-day event.
    :param is_all_day: Whether this is an all-day event.
    :param status: ``confirmed`` or ``cancelled``; None if the answer does not say.
    :param organizer: Organizer.
    :param attendees: Attendees; only the first ones if there are many.
    :param recurrence: Recurrence rule in the API's form; None if the event does not repeat.
    :param series_master_id: For an instance of a series: the id of the recurring event.
    :param create_time: Time of creation, in ISO 8601.
    :param update_time: Time of the last change, in ISO 8601.
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

    def is_running(self, moment: datetime, time_zone: tzinfo = timezone.utc) -> bool:
        """Return whether, at a moment, the event has started but not ended. A cancelled event does not run.

        :param moment: A datetime with a time zone.
        :param time_zone: The zone in which an all-day event lies.
        :raises ValueError: If the start or the end cannot be read.
        """
        if self.status == "cancelled":
            return False
        start, end = (one.moment(time_zone) if one else None for one in (self.start, self.end))
        if start is None or end is None:
            msg = f"the event {described(self.id)} has no start and end that can be read"
            raise ValueError(msg)
        # In UTC, because Python compares two datetimes in the same zone by their wall-clock times.
        return start <= moment.astimezone(timezone.utc) < end
