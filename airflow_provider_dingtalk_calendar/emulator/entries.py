"""The rows of a list: an event as a whole, or one instance of a series."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow_provider_dingtalk_calendar.emulator.events import CANCELLED
from airflow_provider_dingtalk_calendar.emulator.moments import UTC, moment_of, parse_date, parse_zone
from airflow_provider_dingtalk_calendar.emulator.recurrence import recurrence_dates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from airflow_provider_dingtalk_calendar.emulator.events import Event

_SEPARATOR = "_"
_LONGEST_RECURRENCE_ID = 13


@dataclass(frozen=True)
class Entry:
    """One row.

    :param event: the event, or the series.
    :param fields: the fields of the event, or those of the instance.
    :param origin: when the instance was to start before anyone moved it, ``None`` if it is no instance.
    :param is_deleted: whether the instance was deleted.
    """

    event: Event
    fields: Mapping[str, Any]
    origin: datetime | None = None
    is_deleted: bool = False

    @property
    def entry_id(self) -> str:
        """The id: of an instance that of its series with its recurrence id (undocumented)."""
        if self.origin is None:
            return self.event.event_id
        return f"{self.event.event_id}{_SEPARATOR}{recurrence_id(self.origin)}"

    @property
    def start(self) -> datetime:
        """When it begins."""
        return moment_of(self.fields["start"])

    @property
    def end(self) -> datetime:
        """When it ends."""
        return moment_of(self.fields["end"])

    @property
    def day(self) -> date:
        """The date on which it begins, in its own time zone."""
        return self.start.date()

    @property
    def status(self) -> str:
        """``confirmed`` or ``cancelled``."""
        return CANCELLED if self.is_deleted else self.event.status


def whole(event: Event) -> Entry:
    """Return the row of an event or a whole series.

    :param event: the event.
    """
    return Entry(event, event.fields)


def instances(event: Event, before: datetime) -> Iterator[Entry]:
    """Return the instances of a series, in the order of their rule, also those that were deleted.

    :param event: the series.
    :param before: the instances that begin later, and would also have, are left out.
    """
    last_exception = max((int(key) for key in event.exceptions), default=0)
    for fields in _repeated(event.fields):
        origin = moment_of(fields["start"])
        key = recurrence_id(origin)
        if origin >= before and int(key) > last_exception:
            return
        exception = event.exceptions.get(key, {})
        entry = Entry(event, {**fields, **(exception or {})}, origin, exception is None)
        if entry.start < before:
            yield entry


def instance(event: Event, key: str) -> Entry | None:
    """Return one instance of a series, ``None`` if it has no such one.

    :param event: the series.
    :param key: the recurrence id.
    """
    for fields in _repeated(event.fields):
        origin = moment_of(fields["start"])
        if recurrence_id(origin) == key:
            exception = event.exceptions.get(key, {})
            return Entry(event, {**fields, **(exception or {})}, origin, exception is None)
        if int(recurrence_id(origin)) > int(key):
            return None
    return None


def recurrence_id(origin: datetime) -> str:
    """Return what an instance is called within its series: its start in milliseconds (undocumented).

    :param origin: when it was to start.
    """
    return str(int(origin.timestamp()) * 1000)


def split_id(event_id: str) -> tuple[str, str | None]:
    """Return the id of an event, and the recurrence id if the id is that of an instance.

    :param event_id: the id in a path.
    """
    series, separator, key = event_id.partition(_SEPARATOR)
    return (series, key) if separator and is_recurrence_id(key) else (event_id, None)


def is_recurrence_id(text: str) -> bool:
    """Return whether a text can be what an instance is called within its series.

    :param text: the text.
    """
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST_RECURRENCE_ID


def _repeated(fields: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Return the fields of each instance: the clock on the wall stays, summer time or not."""
    if "recurrence" not in fields:
        return
    if fields["isAllDay"]:
        first = parse_date(fields["start"]["date"])
        days = parse_date(fields["end"]["date"]) - first
        for day in recurrence_dates(fields["recurrence"], first):
            yield {**fields, "start": {"date": str(day)}, "end": {"date": str(day + days)}}
        return
    zone_name = fields["start"]["timeZone"]
    zone = parse_zone(zone_name)
    start, end = (moment_of(fields[name]).replace(tzinfo=None) for name in ("start", "end"))
    for day in recurrence_dates(fields["recurrence"], start.date()):
        begins = datetime.combine(day, start.time())
        times = {"start": begins, "end": begins + (end - start)}
        yield {
            **fields,
            **{
                name: {"dateTime": time.replace(tzinfo=zone).isoformat(), "timeZone": zone_name}
                for name, time in times.items()
            },
        }


def utc(moment: datetime) -> str:
    """Return a moment as ``originStart`` has it: in UTC (page query-an-event-list).

    :param moment: the moment.
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
