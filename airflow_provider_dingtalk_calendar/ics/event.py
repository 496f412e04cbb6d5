"""One VEVENT: its times, texts and reminders."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import cached_property
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from icalendar import Event, vRecur

from airflow_provider_dingtalk_calendar.client.wire.values import described
from airflow_provider_dingtalk_calendar.client.workflows.sync_events.mark import MAX_KEY, check_name
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

from .rules import Rule, read_rule
from .source import MAX_SHOWN
from .zones import Zones

#: Start and end: two dates, the second being the last day, or two datetimes.
Period: TypeAlias = tuple[date, date]

#: The fields that must be equal in two events with the same UID and revision.
_CONTENT = (
    *("SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "DTSTART", "DTEND", "DURATION"),
    *("RRULE", "RDATE", "EXDATE"),
)

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)

#: Number of digits of a key that is a digest.
_DIGITS = 32


@dataclass(frozen=True)
class IcsEvent:
    """One VEVENT.

    :param component: The component.
    :param zones: The zones of its calendar.
    :param is_withdrawn: Whether the calendar cancels all its events.
    """

    component: Event
    zones: Zones
    is_withdrawn: bool

    @property
    def is_cancelled(self) -> bool:
        """Whether the event does not take place."""
        return self.is_withdrawn or self.text("STATUS").upper() == "CANCELLED"

    @cached_property
    def uid(self) -> str:
        """The UID; a digest of title and times if there is none."""
        uid = self.text("UID")
        return uid or digest("\n".join(map(self.raw, ("SUMMARY", "DTSTART", "DTEND", "DURATION"))))

    @property
    def content(self) -> tuple[str, ...]:
        """The values of the fields that must be equal in two events with the same UID and revision."""
        return tuple(map(self.raw, _CONTENT))

    @cached_property
    def sequence(self) -> int:
        """Number of the revision."""
        return int(self.one("SEQUENCE") or 0)

    def wrong(self, text: object) -> InvalidArgumentError:
        """Return an error that names the event."""
        uid, summary = self.text("UID"), self.text("SUMMARY")
        name = f"event {uid[:MAX_SHOWN]!r}" if uid else "event without UID"
        return InvalidArgumentError(f"{name} ({summary[:MAX_SHOWN]!r}): {text}")

    def check(self) -> None:
        """Raise an error if a line cannot be read."""
        for part in self.component.walk():
            for name, text in part.errors:
                field = f"{name}: " if name else ""
                raise self.wrong(f"{field}{text[:MAX_SHOWN]}")
        if self.values("EXRULE"):
            raise self.wrong("EXRULE is not supported, which RFC 5545 has removed; use EXDATE")
        if self.one("RECURRENCE-ID") is not None and "RANGE" in self.one("RECURRENCE-ID").params:
            raise self.wrong("RECURRENCE-ID must not have RANGE, which changes several instances at once")

    # Fields

    def values(self, field: str) -> list[Any]:
        """Return all values of a field, which can occur several times."""
        found = self.component.get(field)
        if found is None:
            return []
        return found if isinstance(found, list) and not isinstance(found, vRecur) else [found]

    def one(self, field: str) -> Any:
        """Return the value of a field; None if it is not given."""
        found = self.values(field)
        if len(found) > 1:
            raise self.wrong(f"{field} must be given once, not {len(found)} times")
        return found[0] if found else None

    def text(self, field: str) -> str:
        """Return the first text of a field without surrounding white space; empty if there is none."""
        return str(next(iter(self.values(field)), "")).strip()

    def raw(self, field: str) -> str:
        """Return the values of a field as the file has them."""
        return ",".join(value.to_ical().decode() for value in self.values(field))

    # Times

    @cached_property
    def period(self) -> Period:
        """Start and end."""
        start = self._time("DTSTART")
        if start is None:
            raise self.wrong("DTSTART must be given")
        end, duration = self._time("DTEND"), self.one("DURATION")
        if duration is not None and not isinstance(duration.dt, timedelta):
            raise self.wrong(f"DURATION must be a duration, not {described(duration.dt)}")
        if end is None:
            end = ends(start, duration.dt if duration else timedelta())
        elif is_timed(start) is not is_timed(end):
            raise self.wrong("DTSTART and DTEND must both be dates, or both be times")
        elif is_timed(start):
            if has_zone(start) is not has_zone(end):
                raise self.wrong("DTSTART and DTEND must both have a time zone, or both have none")
            end = in_zone_of(end, start)
        elif end > start:
            # In a file, an all-day event ends on the day after its last day.
            end -= _DAY
        if exact(end) < exact(start):
            raise self.wrong(f"the end must not come before DTSTART: {end} is before {start}")
        return self._whole_days(start, end)

    def _whole_days(self, start: date, end: date) -> Period:
        """Turn times into dates if Outlook says that the event takes whole days."""
        is_flagged = self.text("X-MICROSOFT-CDO-ALLDAYEVENT").upper() == "TRUE"
        if not (is_flagged and isinstance(start, datetime) and isinstance(end, datetime)):
            return start, end
        if start.time() != time() or end.time() != time():
            return start, end
        return start.date(), max(start.date(), end.date() - _DAY)

    @property
    def is_all_day(self) -> bool:
        """Whether the event has dates without times."""
        return not is_timed(self.period[0])

    @property
    def zone(self) -> tzinfo | None:
        """Zone of the start; None for dates, and for times without a zone."""
        start = self.period[0]
        return start.tzinfo if isinstance(start, datetime) else None

    @property
    def recurrence_id(self) -> date | None:
        """The original start of the instance that this event replaces."""
        original: date | None = self._time("RECURRENCE-ID")
        return original

    @cached_property
    def rules(self) -> list[Rule]:
        """The rules of the series."""
        first, is_all_day = wall(self.period[0]), self.is_all_day
        try:
            zone = self.zones.default if is_all_day else self.zone
            return [read_rule(one, first, is_all_day=is_all_day, zone=zone) for one in self.values("RRULE")]
        except InvalidArgumentError as error:
            raise self.wrong(error) from None

    @property
    def recurrence(self) -> dict[str, Any] | None:
        """The rule of the series as fields of :class:`.Recurrence`; None if DingTalk cannot express it."""
        has_name = self.zone is None or isinstance(self.zone, ZoneInfo)
        return self.rules[0].recurrence if len(self.rules) == 1 and has_name else None

    def dates(self, field: str) -> Iterator[tuple[date, date | None]]:
        """Return the dates and times of EXDATE or RDATE, each with its end if it is a period."""
        for values in self.values(field):
            for value in values.dts:
                if isinstance(value.dt, tuple):
                    start, end = value.dt
                    start = self._read(field, start, values.params)
                    is_length = isinstance(end, timedelta)
                    yield start, ends(start, end) if is_length else self._read(field, end, values.params)
                else:
                    yield self._read(field, value.dt, values.params), None

    def _time(self, field: str) -> Any:
        value = self.one(field)
        return None if value is None else self._read(field, value.dt, value.params)

    def _read(self, field: str, value: Any, params: Any) -> date:
        """Return a date, or a datetime with its zone, if it has one."""
        if not isinstance(value, date):
            raise self.wrong(f"{field} must be a date or a time, not {described(value)}")
        if not isinstance(value, datetime):
            return value
        if params.get("VALUE") == "DATE":
            return value.date()
        try:
            # For a zone's name, icalendar takes the first definition that the process has seen.
            if params.get("TZID"):
                return value.replace(tzinfo=self.zones.zone(str(params["TZID"])))
            return value.replace(tzinfo=self.zones.zone("UTC") if value.tzinfo else self.zones.default)
        except InvalidArgumentError as error:
            raise self.wrong(f"{field}: {error}") from None

    # The row

    def row(self, key: str, period: Period) -> dict[str, Any]:
        """Return a row without recurrence."""
        start, end = period
        row: dict[str, Any] = {"key": key}
        row |= {name: text for name in ("summary", "description", "location") if (text := self.text(name))}
        row |= {"start": start.isoformat(), "end": end.isoformat(), "reminders": self._reminders()}
        if isinstance(start, datetime) and has_zone(start):
            row["time_zone"] = getattr(start.tzinfo, "key", "UTC")
        return row

    def _reminders(self) -> list[int]:
        """Return the minutes before the start at which there is an alarm."""
        minutes = set()
        for alarm in self.component.walk("VALARM"):
            trigger = alarm.get("TRIGGER")
            before = getattr(trigger, "dt", None)
            if not isinstance(before, timedelta) or before > timedelta():
                continue
            if str(trigger.params.get("RELATED", "START")).upper() == "START":
                minutes.add(-before // _MINUTE)
        return sorted(minutes)


def is_timed(value: date) -> bool:
    """Return whether a value is a datetime, not a date."""
    return isinstance(value, datetime)


def has_zone(value: date) -> bool:
    """Return whether a time has a zone."""
    return isinstance(value, datetime) and value.tzinfo is not None


def in_zone_of(value: datetime, other: datetime) -> datetime:
    """Return a time in the zone of another time. If one of them has no zone, the time stays as it is."""
    if value.tzinfo is None or other.tzinfo is None:
        return value
    return value.astimezone(timezone.utc).astimezone(other.tzinfo)


def exact(value: date) -> datetime:
    """Return a moment that can be compared with others. Within a zone, Python compares wall-clock times."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time(), timezone.utc)
    return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


def ends(start: date, duration: timedelta) -> date:
    """Return the end after a duration; for a date, the last day."""
    if not isinstance(start, datetime):
        # Part of a day counts as a whole day, and an event without a duration takes one day.
        days = -(-duration // _DAY)
        return start + timedelta(days=days - 1 if days > 0 else days)
    if start.tzinfo is None:
        return start + duration
    return (start.astimezone(timezone.utc) + duration).astimezone(start.tzinfo)


def wall(value: date) -> datetime:
    """Return the naive wall-clock time; midnight for a date."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None, fold=0)
    return datetime.combine(value, time())


def digest(text: str) -> str:
    """Return a key made from a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def as_key(name: str) -> str:
    """Return a name if it can be a key, else its digest."""
    try:
        check_name("key", name, MAX_KEY)
    except InvalidArgumentError:
        return digest(name)
    return name


def unique(events: Sequence[IcsEvent]) -> IcsEvent:
    """Return the latest revision of an event.

    :raises InvalidArgumentError: If two different events have the same UID.
    """
    latest = max(event.sequence for event in events)
    first, *others = (event for event in events if event.sequence == latest)
    for other in others:
        if other.content != first.content:
            title = first.text("SUMMARY")[:MAX_SHOWN]
            raise other.wrong(f"UID must be unique, but another event has it, too ({title!r})")
    return first
