"""Which starts, ends and changes of events to report, and that each is reported once.

A watch is told what each look at a calendar has found, and returns what is due at a moment. It has no clock
and does no I/O. Its memory is plain JSON, so that a later watch can go on where an earlier one has stopped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any, Literal, Protocol, TypeAlias

from ..resources.events.records import Event
from .calendar_state import Occurrence, quoted

On: TypeAlias = Literal["start", "end", "change"]

#: Seconds after a start or an end for which it is still reported.
LATE = 3600.0

#: Seconds for which a report is remembered if the event is no longer listed.
REMEMBERED = 86400.0

Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class Report:
    """What happened to one instance of an event.

    ``event_id`` and ``instance_start`` identify the instance.

    :param kind: ``start``, ``end``, ``added``, ``changed`` or ``removed``.
    :param event_id: Id of the event.
    :param instance_start: Start of the instance, in ISO 8601, in UTC.
    :param title: Title; empty if the event has none.
    :param start: Start, in ISO 8601, in the zone of the watcher.
    :param end: End, in ISO 8601, in the zone of the watcher.
    """

    kind: str
    event_id: str
    instance_start: str
    title: str
    start: str
    end: str

    @classmethod
    def of(cls, kind: str, occurrence: Occurrence) -> Report:
        """Return the report on an occurrence."""
        instance_start = occurrence.start.astimezone(timezone.utc).isoformat()
        fields = occurrence.to_json()
        return cls(kind, fields.pop("id"), instance_start, **fields)

    def __str__(self) -> str:
        """Return the report in one line."""
        return f"{self.kind} {quoted(self.title)} from {self.start} to {self.end}"

    def to_json(self) -> dict[str, str]:
        """Return the fields as JSON."""
        return asdict(self)


class Watch(Protocol):
    """What all watches have in common. Moments are in seconds since the epoch (UTC)."""

    def see(self, at: float, until: float, matching: Iterable[tuple[Event, Occurrence]]) -> None:
        """Take in what a look has found.

        :param at: When the look began.
        :param until: The moment up to which the events are known.
        :param matching: The events that match, each with its start and end.
        """

    def due(self, now: float) -> list[Report]:
        """Return what to report now. Each report is returned once."""

    def next_moment(self) -> float:
        """Return when the next report is due, as far as it is known; infinity if none is."""

    def memory(self) -> dict[str, Any]:
        """Return as JSON what a later watch needs to know."""


class MomentWatch:
    """Reports the starts, or the ends, of events.

    A moment before the watch began, or more than an hour ago, is not reported.

    :param on: ``"start"`` or ``"end"``.
    :param now: When the watch begins, in seconds since the epoch (UTC).
    :param memory: The memory of an earlier watch, which this watch continues.
    """

    def __init__(self, on: On, now: float, memory: dict[str, Any] | None = None) -> None:
        self._on = on
        self._since = float(memory["since"]) if memory else now
        self._reported: dict[Key, float] = {}
        for event_id, instance_start, moment in memory["reported"] if memory else ():
            self._reported[event_id, instance_start] = float(moment)
        self._waiting: dict[Key, tuple[float, Report]] = {}

    def see(self, at: float, until: float, matching: Iterable[tuple[Event, Occurrence]]) -> None:  # noqa: ARG002
        """Take in what a look has found."""
        listed: dict[Key, tuple[float, Report]] = {}
        for _, occurrence in matching:
            moment = (occurrence.start if self._on == "start" else occurrence.end).timestamp()
            report = Report.of(self._on, occurrence)
            listed[report.event_id, report.instance_start] = moment, report
        self._reported = {
            key: moment for key, moment in self._reported.items() if key in listed or moment > at - REMEMBERED
        }
        self._waiting = {key: one for key, one in listed.items() if key not in self._reported}

    def due(self, now: float) -> list[Report]:
        """Return the starts or ends that have come, the earliest first."""
        # The clock might have been set back since the watch began.
        self._since = min(self._since, now)
        first = max(self._since, now - LATE)
        come = sorted((moment, key) for key, (moment, _) in self._waiting.items() if moment <= now)
        reports = []
        for moment, key in come:
            _, report = self._waiting.pop(key)
            if moment >= first:
                self._reported[key] = moment
                reports.append(report)
        return reports

    def next_moment(self) -> float:
        """Return the moment of the next known start or end."""
        return min((moment for moment, _ in self._waiting.values()), default=float("inf"))

    def memory(self) -> dict[str, Any]:
        """Return when the watch began, and what it has reported."""
        return {"since": self._since, "reported": [[*key, at] for key, at in self._reported.items()]}


@dataclass(frozen=True)
class _Row:
    """An instance of an event, as the watch remembers it."""

    report: Report
    begins: float
    ends: float
    digest: str

    @classmethod
    def of(cls, event: Event, occurrence: Occurrence) -> _Row:
        report = Report.of("", occurrence)
        content = [report.instance_start, report.end, report.title]
        content += [event.description or "", event.wire.get("location") or ""]
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
        return cls(report, occurrence.start.timestamp(), occurrence.end.timestamp(), digest)

    @classmethod
    def from_json(cls, row: list[Any]) -> _Row:
        *fields, digest = row
        report = Report("", *fields)
        begins, ends = (datetime.fromisoformat(one).timestamp() for one in (report.start, report.end))
        return cls(report, begins, ends, digest)

    def to_json(self) -> list[str]:
        return [*list(self.report.to_json().values())[1:], self.digest]

    @property
    def key(self) -> Key:
        return self.report.event_id, self.report.instance_start

    def reported(self, kind: str) -> Report:
        return Report(**self.report.to_json() | {"kind": kind})


class ChangeWatch:
    """Reports the events that were added, changed or removed between two looks.

    The period of a look is from its moment up to its horizon. An event that has ended is not reported as
    removed, and an event that the horizon has reached is not reported as added.

    :param memory: The memory of an earlier watch, which this watch continues.
    """

    def __init__(self, memory: dict[str, Any] | None = None) -> None:
        until = memory["until"] if memory else None
        self._until: float | None = None if until is None else float(until)
        self._rows = [_Row.from_json(row) for row in memory["rows"]] if memory else []
        self._reports: list[Report] = []

    def see(self, at: float, until: float, matching: Iterable[tuple[Event, Occurrence]]) -> None:
        """Compare what a look has found with the look before."""
        rows = {row.key: row for row in (_Row.of(*one) for one in matching)}
        after = {key: row for key, row in rows.items() if row.begins < until and row.ends > at}
        if self._until is not None:
            before = {row.key: row for row in self._rows if row.ends > at}
            self._reports += sorted(
                _changes(before, after, self._until), key=lambda one: (one.instance_start, one.event_id)
            )
        self._until, self._rows = until, list(after.values())

    def due(self, now: float) -> list[Report]:  # noqa: ARG002
        """Return the changes that were found, sorted by start."""
        reports, self._reports = self._reports, []
        return reports

    def next_moment(self) -> float:
        """Return infinity, because only a look can find a change."""
        return float("inf")

    def memory(self) -> dict[str, Any]:
        """Return what the last look has found."""
        return {"until": self._until, "rows": [row.to_json() for row in self._rows]}


def _changes(before: dict[Key, _Row], after: dict[Key, _Row], known_until: float) -> Iterable[Report]:
    gone: dict[str, list[_Row]] = {}
    for key, row in before.items():
        if key not in after:
            gone.setdefault(row.report.event_id, []).append(row)
    for key, row in after.items():
        if key in before:
            if row.digest != before[key].digest:
                yield row.reported("changed")
        elif gone.get(row.report.event_id):
            # The event was moved.
            gone[row.report.event_id].pop(0)
            yield row.reported("changed")
        elif row.begins < known_until:
            yield row.reported("added")
    for rows in gone.values():
        for row in rows:
            yield row.reported("removed")


def watch_for(on: On, now: float, memory: dict[str, Any] | None = None) -> Watch:
    """Return a watch for the starts, the ends or the changes of events.

    :param on: ``"start"``, ``"end"`` or ``"change"``.
    :param now: When the watch begins, in seconds since the epoch (UTC).
    :param memory: The memory of an earlier watch for the same, which the new watch continues.
    :raises (KeyError, TypeError, ValueError): If the memory is not from a watch for the same.
    """
    return ChangeWatch(memory) if on == "change" else MomentWatch(on, now, memory)
