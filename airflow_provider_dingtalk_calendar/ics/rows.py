"""From calendars to rows: one row for each event, or for each instance of a series that is expanded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from heapq import merge
from itertools import takewhile
from typing import Any

from airflow_provider_dingtalk_calendar.client.workflows.sync_events.rows import read_date_or_time

from .event import IcsEvent, Period, as_key, ends, exact, in_zone_of, is_timed, unique, wall
from .rules import MAX_INSTANCES
from .source import read_calendars
from .zones import Zones


def read_rows(
    source: object, *, since: date | str | None, until: date | str | None, expand: bool
) -> list[dict[str, Any]]:
    """Return the rows of a source. See :func:`.events_from_ics`."""
    bounds = [
        None if value is None else read_date_or_time(name, value)
        for name, value in (("since", since), ("until", until))
    ]
    series: dict[str, list[IcsEvent]] = {}
    for calendar in read_calendars(source):
        zones = Zones(calendar)
        is_withdrawn = str(calendar.get("METHOD", "")).upper() == "CANCEL"
        for component in calendar.walk("VEVENT"):
            event = IcsEvent(component, zones, is_withdrawn)
            event.check()
            series.setdefault(event.uid, []).append(event)
    rows: list[dict[str, Any]] = []
    for events in series.values():
        try:
            rows += _Series.of(events, *bounds).rows(expand=expand)
        except OverflowError:
            raise events[0].wrong("times must be within the years 1 to 9999 in every zone") from None
    return rows


@dataclass(frozen=True)
class _Series:
    """The events of one UID.

    :param master: The event; None if the file has only changed instances of it.
    :param changed: Events that replace an instance, by its original start.
    :param since: Instances that end by then are left out.
    :param until: Instances that start then, or later, are left out.
    """

    master: IcsEvent | None
    changed: dict[date, IcsEvent]
    since: date | None
    until: date | None

    @classmethod
    def of(cls, events: list[IcsEvent], since: date | None, until: date | None) -> _Series:
        masters = [event for event in events if event.recurrence_id is None]
        master = unique(masters) if masters else None
        changed: dict[date, list[IcsEvent]] = {}
        for event in events:
            if event.recurrence_id is not None:
                like = master.period[0] if master else event.recurrence_id
                changed.setdefault(_original(event.recurrence_id, like), []).append(event)
        return cls(master, {start: unique(same) for start, same in changed.items()}, since, until)

    def rows(self, *, expand: bool) -> Iterator[dict[str, Any]]:
        """Return the rows of the series, without what is cancelled."""
        master = self.master
        if master is None:
            for event in self.changed.values():
                if not event.is_cancelled:
                    yield event.row(_key(event, event.recurrence_id or event.period[0]), event.period)
            return
        if master.is_cancelled:
            return
        row = master.row(as_key(master.uid), master.period)
        if self.changed or master.values("EXDATE") or master.values("RDATE"):
            yield from self._instances(master)
        elif not master.rules:
            yield row
        elif not expand and (recurrence := master.recurrence):
            yield {**row, "recurrence": recurrence}
        else:
            yield from self._instances(master)

    def _instances(self, master: IcsEvent) -> Iterator[dict[str, Any]]:
        """Return a row for each instance."""
        if self.until is None and any(rule.is_endless for rule in master.rules):
            msg = (
                f"until must be given: RRULE {master.raw('RRULE')} has no end, and the series must be "
                "expanded, because DingTalk cannot express it"
            )
            raise master.wrong(msg)
        first, last = master.period
        length = exact(last) - exact(first)
        skipped = {_original(start, first) for start, _ in master.dates("EXDATE")} | self.changed.keys()
        extra = {_original(start, first): end for start, end in master.dates("RDATE")}
        if not all(isinstance(start, datetime) for start in extra):
            raise master.wrong("RDATE must be a time, as DTSTART is")
        number = 0
        for original in self._starts(master, sorted(map(wall, extra))):
            if original in skipped or original.date() in skipped:
                continue
            start = _at(original, first)
            end = extra.get(original)
            if end is None:
                end = ends(start, length) if is_timed(start) else start + length
            elif isinstance(end, datetime) and isinstance(start, datetime):
                end = in_zone_of(end, start)
            if not self._is_wanted((start, end)):
                continue
            number += 1
            if number > MAX_INSTANCES:
                msg = f"the series has more than {MAX_INSTANCES} instances; since and until limit them"
                raise master.wrong(msg)
            yield master.row(_key(master, start), (start, end))
        for replaced, event in self.changed.items():
            if not event.is_cancelled and self._is_wanted(event.period):
                yield event.row(_key(event, _at(replaced, first)), event.period)

    def _starts(self, master: IcsEvent, extra: list[datetime]) -> Iterator[datetime]:
        """Return the starts of all instances in order. DTSTART is one of them, and COUNT includes it."""
        first = master.period[0]
        lists = [rule.dates_after_start for rule in master.rules]
        limit = None if self.until is None else _bound(self.until, first)
        previous = None
        for start in takewhile(lambda one: limit is None or one < limit, merge([wall(first)], extra, *lists)):
            if start != previous:
                yield start
            previous = start

    def _is_wanted(self, period: Period) -> bool:
        start = wall(period[0])
        end = wall(period[1]) if is_timed(period[1]) else wall(period[1]) + timedelta(days=1)
        if self.until is not None and start >= _bound(self.until, period[0]):
            return False
        if self.since is None:
            return True
        since = _bound(self.since, period[0])
        return end > since or start >= since


def _original(value: date, like: date) -> date:
    """Return the original start of an instance as wall-clock time of the series.

    Some programs write a date for an instance that has a time. Such a date stays a date.
    """
    if not isinstance(like, datetime):
        return wall(value.date() if isinstance(value, datetime) else value)
    return wall(in_zone_of(value, like)) if isinstance(value, datetime) else value


def _at(original: date, like: date) -> date:
    """Return a start that :func:`_original` has read, in the form of another start."""
    if not isinstance(original, datetime):
        return original
    return original.replace(tzinfo=like.tzinfo) if isinstance(like, datetime) else original.date()


def _bound(value: date, like: date) -> datetime:
    """Return ``since`` or ``until`` as wall-clock time of an event."""
    if isinstance(value, datetime) and isinstance(like, datetime):
        value = in_zone_of(value, like)
    return wall(value)


def _key(event: IcsEvent, original: date) -> str:
    """Return the key of an instance: the UID and the original start, in UTC if it has a zone."""
    if not isinstance(original, datetime):
        stamp = original.strftime("%Y%m%d")
    elif original.tzinfo is None:
        stamp = original.strftime("%Y%m%dT%H%M%S")
    else:
        stamp = original.astimezone(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    return as_key(f"{event.uid}#{stamp}")
