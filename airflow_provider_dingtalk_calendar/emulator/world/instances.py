"""The entries in a list of events. An entry is a whole event or series, or one instance of a series."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..core.moments import a_year_after, moment_of, parse_date, parse_zone
from .events import CANCELLED
from .recurrence import recurrence_dates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from ..core.moments import Window
    from .events import Event

_SEPARATOR = "_"
_LONGEST_RECURRENCE_ID = 13


@dataclass(frozen=True)
class Entry:
    """An entry in a list: an event, a series or one instance.

    :param event: the event, or the series.
    :param fields: the fields of the event, or of the instance.
    :param origin: the original start of the instance, ``None`` for a whole event or series.
    :param is_deleted: whether the instance was deleted.
    """

    event: Event
    fields: Mapping[str, Any]
    origin: datetime | None = None
    is_deleted: bool = False

    @property
    def entry_id(self) -> str:
        """The id. An instance has the id of its series, followed by the recurrence id (undocumented)."""
        return self.event.event_id if self.origin is None else f"{self.event.event_id}{_SEPARATOR}{self.key}"

    @property
    def key(self) -> str:
        """The recurrence id of an instance, empty for a whole event or series."""
        return "" if self.origin is None else recurrence_id(self.origin)

    @property
    def start(self) -> datetime:
        """The time when the entry begins."""
        return moment_of(self.fields["start"])

    @property
    def end(self) -> datetime:
        """The time when the entry ends."""
        return moment_of(self.fields["end"])

    @property
    def day(self) -> date:
        """The date on which the entry begins, in the entry's own time zone."""
        return self.start.date()

    @property
    def status(self) -> str:
        """``confirmed`` or ``cancelled``."""
        return CANCELLED if self.is_deleted else self.event.status


def whole(event: Event) -> Entry:
    """Return the entry of an event or a whole series."""
    return Entry(event, event.fields)


def instances(event: Event, before: datetime) -> Iterator[Entry]:
    """Return the instances of a series, even deleted ones, in the order of their original starts.

    :param before: instances that begin at this time or later are left out.
    """
    last_exception = max((int(key) for key in event.exceptions), default=0)
    for fields in _repeated(event.fields):
        origin = moment_of(fields["start"])
        if origin >= before and int(recurrence_id(origin)) > last_exception:
            return
        entry = _instance(event, fields, origin)
        if entry.start < before:
            yield entry


def instance(event: Event, key: str) -> Entry | None:
    """Return the instance of a series with the given recurrence id, ``None`` if it does not exist."""
    for fields in _repeated(event.fields):
        origin = moment_of(fields["start"])
        if recurrence_id(origin) == key:
            return _instance(event, fields, origin)
        if int(recurrence_id(origin)) > int(key):
            return None
    return None


def entries_in(event: Event, window: Window) -> Iterator[Entry]:
    """Return the entries of an event that overlap a window. A series has one entry for each instance.

    An entry that ends when the window begins also counts.

    :param window: the window. A window without an end lasts until one year after the beginning of the window
        or of the event, whichever is later.
    """
    latest = window.latest
    if not window.has_end:
        latest = a_year_after(max(window.earliest, whole(event).start))
    entries = instances(event, latest) if event.is_recurring else [whole(event)]
    return (entry for entry in entries if entry.end >= window.earliest and entry.start < latest)


def recurrence_id(origin: datetime) -> str:
    """Return the id of an instance within its series: its original start in milliseconds (undocumented)."""
    return str(int(origin.timestamp()) * 1000)


def split_id(event_id: str) -> tuple[str, str | None]:
    """Split an id into event id and recurrence id. A whole event or series has ``None`` as recurrence id."""
    series, separator, key = event_id.partition(_SEPARATOR)
    return (series, key) if separator and is_recurrence_id(key) else (event_id, None)


def is_recurrence_id(text: str) -> bool:
    """Return whether a string has the form of a recurrence id."""
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST_RECURRENCE_ID


def _instance(event: Event, fields: Mapping[str, Any], origin: datetime) -> Entry:
    exception = event.exceptions.get(recurrence_id(origin), {})
    return Entry(event, {**fields, **(exception or {})}, origin, exception is None)


def _repeated(fields: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Return the fields of each instance. Daylight saving does not change the wall-clock times."""
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
        times = {
            name: {"dateTime": moment.replace(tzinfo=zone).isoformat(), "timeZone": zone_name}
            for name, moment in (("start", begins), ("end", begins + (end - start)))
        }
        yield {**fields, **times}
