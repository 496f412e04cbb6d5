"""The plan: what to create, update and delete so that a calendar equals a list. A pure function."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any, Literal, TypeAlias

from ...resources.events.records import EventTime
from .held import Contents, Held, moment_of_text
from .mark import comparable
from .rows import Row, moment
from .window import Window

Action: TypeAlias = Literal["create", "update", "delete", "unchanged", "foreign", "outside"]

#: The actions that change the calendar.
CHANGES = ("create", "update", "delete")

_SIGNS: Mapping[str, str] = {"create": "+", "update": "~", "delete": "-", "unchanged": "=", "foreign": "?"}


@dataclass(frozen=True)
class PlanRow:
    """One line of the plan.

    :param action: ``"create"``, ``"update"``, ``"delete"``, ``"unchanged"``, ``"foreign"`` (an unmarked event
        has the title and the start of the row, so nothing is created) or ``"outside"`` (of the window).
    :param key: Key of the row.
    :param summary: Title.
    :param start: Start: a date, or a time in ISO 8601 with an offset.
    :param fields: For an update: the fields that differ.
    :param event_id: Id of the event; None if there is none yet.
    :param digest: Digest of what the row declares; None for a deletion.
    :param is_duplicate: For a deletion: whether an older event of the same key stays.
    """

    action: Action
    key: str
    summary: str
    start: str
    fields: tuple[str, ...] = ()
    event_id: str | None = None
    digest: str | None = None
    is_duplicate: bool = False

    def __str__(self) -> str:
        notes = ", ".join(self.fields) or ("duplicate" if self.is_duplicate else "")
        line = f"{_SIGNS.get(self.action, '.')} {self.key} {self.summary!r} {self.start}"
        return f"{line} ({notes})" if notes else line

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object. Optional fields that are empty or False are left out."""
        shown = {**vars(self), "fields": list(self.fields)}
        return {name: value for name, value in shown.items() if value or name in {"summary", "start"}}


@dataclass(frozen=True)
class Change:
    """A planned change, with the row and the event needed to make it.

    :param line: The line of the plan.
    :param row: The row; None for a deletion.
    :param held: The event; None for a creation.
    """

    line: PlanRow
    row: Row | None = None
    held: Held | None = None

    @property
    def replaces(self) -> bool:
        """Whether the event is deleted and created again, because a recurrence cannot be removed."""
        return self.row is not None and "recurrence" in self.line.fields and not self.row.recurs


@dataclass(frozen=True)
class Plan:
    """The changes to make, and the rows that need none.

    :param updates: Events to update.
    :param creates: Events to create.
    :param deletes: Events to delete.
    :param unchanged: Rows whose event needs no change.
    :param foreign: Rows for which an unmarked event with the same title and start exists.
    :param outside: Rows outside the window.
    """

    updates: tuple[Change, ...] = ()
    creates: tuple[Change, ...] = ()
    deletes: tuple[Change, ...] = ()
    unchanged: tuple[PlanRow, ...] = ()
    foreign: tuple[PlanRow, ...] = ()
    outside: tuple[PlanRow, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes in the order in which they are made. Deletions come last."""
        return (*self.updates, *self.creates, *self.deletes)

    @property
    def deletions(self) -> int:
        """Number of deletions, not counting duplicates."""
        return sum(not change.line.is_duplicate for change in self.deletes)


def make_plan(rows: Sequence[Row], found: Contents, window: Window, zone: tzinfo) -> Plan:
    """Return the plan.

    :param rows: The declared events.
    :param found: What the calendar holds. Events that start outside the window are left as they are, unless a
        row in the window has their key.
    :param window: The period in which events are compared.
    :param zone: Zone of all-day events.
    """
    ours: dict[str, list[Held]] = defaultdict(list)
    unmarked: Counter[tuple[str, datetime | None]] = Counter()
    for held in found.live:
        if held.is_ours and held.mark is not None:
            ours[held.mark.key].append(held)
        elif held.mark is None:
            unmarked[comparable(held.event.summary), held.start] += 1
    updates, creates, deletes = [], [], []
    plain: dict[str, list[PlanRow]] = {"unchanged": [], "foreign": [], "outside": []}
    for row in rows:
        one, more = _choose(ours.pop(row.key, []), window, row)
        deletes += [_deletion(held, row.key, is_duplicate=True) for held in more]
        line = _line(row)
        if one is not None:
            fields = differences(row, one, zone)
            line = replace(line, action="update" if fields else "unchanged", fields=fields, event_id=one.id)
            if fields:
                updates.append(Change(line, row, one))
                continue
        elif not window.has(row.start):
            line = replace(line, action="outside")
        elif unmarked[look := (comparable(row.body["summary"]), row.start)] > 0:
            unmarked[look] -= 1
            line = replace(line, action="foreign")
        else:
            creates.append(Change(line, row))
            continue
        plain[line.action].append(line)
    for key, helds in ours.items():
        there = [held for held in helds if window.has(held.start) and not held.by_instance]
        there.sort(key=lambda held: held.age)
        deletes += [_deletion(held, key, is_duplicate=held is not there[0]) for held in there]
    return Plan(
        _by_start(updates),
        _by_start(creates),
        _by_start(deletes),
        **{name: tuple(lines) for name, lines in plain.items()},
    )


def _choose(helds: list[Held], window: Window, row: Row) -> tuple[Held | None, list[Held]]:
    """Return the event of a row, or None, and the duplicates of the event."""
    helds = sorted(helds, key=lambda held: held.age)
    there = [held for held in helds if window.has(held.start)]
    if window.has(row.start):
        # An event just outside the window is moved into it, rather than created a second time.
        there = there or helds[:1]
        return (there[0], there[1:]) if there else (None, [])
    # If the list shows only instances of a series, the series began outside the window, as the row does.
    there = [held for held in there if not held.by_instance]
    return (there[0], there[1:]) if there else (None, [])


def _line(row: Row) -> PlanRow:
    start = row.body["start"]
    shown = start.get("date") or start.get("dateTime") or ""
    return PlanRow("create", row.key, row.body["summary"], shown, digest=row.digest)


def _deletion(held: Held, key: str, *, is_duplicate: bool) -> Change:
    time = held.event.start or EventTime()
    shown = time.date or time.date_time or ""
    return Change(
        PlanRow("delete", key, held.event.summary or "", shown, event_id=held.id, is_duplicate=is_duplicate),
        held=held,
    )


def _by_start(changes: list[Change]) -> tuple[Change, ...]:
    def order(change: Change) -> tuple[float, str, str]:
        start = change.row.start if change.row else change.held and change.held.start
        return start.timestamp() if start else 0.0, change.line.key, change.line.event_id or ""

    return tuple(sorted(changes, key=order))


def differences(row: Row, held: Held, zone: tzinfo) -> tuple[str, ...]:
    """Return the fields in which an event differs from its row."""
    is_declared = row.digest in held.digests
    if held.by_instance:
        if not row.recurs:
            return ("recurrence",)
        # Somebody may have changed single instances, which says nothing about the series.
        return () if is_declared else ("series",)
    body, event = row.body, held.event
    ends = moment(EventTime.from_wire(body["end"]), zone)
    different = {
        "summary": comparable(body["summary"]) != comparable(event.summary),
        "start": row.start != held.start or row.is_all_day is not _is_all_day(held),
        "end": ends != moment(event.end, zone),
        "description": comparable(body["description"]) != comparable(event.description),
        "location": _place(body) != _place(event.wire),
        "recurrence": not _same_recurrence(body.get("recurrence"), event.recurrence),
    }
    fields = tuple(name for name, differs in different.items() if differs)
    if fields or is_declared:
        return fields
    zones = body["start"].get("timeZone"), event.start and event.start.time_zone
    # The only other field is reminders, which lists might not show.
    return ("reminders",) if zones[0] == zones[1] else ("time_zone",)


def _is_all_day(held: Held) -> bool:
    return held.event.is_all_day or bool(held.event.start and held.event.start.date)


def _place(body: Mapping[str, Any]) -> str:
    place = body.get("location")
    return comparable(place.get("displayName")) if isinstance(place, Mapping) else comparable(place)


def _same_recurrence(declared: Mapping[str, Any] | None, listed: Mapping[str, Any] | None) -> bool:
    """Return whether the fields that the row declares are the same. Answers might add defaults."""
    if not declared or not listed:
        return not declared and not listed
    pattern, found = declared.get("pattern") or {}, listed.get("pattern") or {}
    limits, limited = declared.get("range") or {}, listed.get("range") or {}
    if (limits.get("type") or "noEnd") != (limited.get("type") or "noEnd"):
        return False
    pairs = [(name, pattern[name], found.get(name)) for name in pattern]
    pairs += [(name, limits[name], limited.get(name)) for name in limits if name != "type"]
    return all(_same_value(*pair) for pair in pairs)


def _same_value(name: str, declared: object, listed: object) -> bool:
    if name == "daysOfWeek" and isinstance(declared, str) and isinstance(listed, str):
        return _days(declared) == _days(listed)
    if name == "endDate" and isinstance(declared, str) and isinstance(listed, str):
        try:
            return moment_of_text(declared) == moment_of_text(listed)
        except (OverflowError, ValueError):
            pass
    return str(declared) == str(listed)


def _days(text: str) -> set[str]:
    return {day.strip().lower() for day in text.split(",")}


def fingerprint(changes: Sequence[Change]) -> str:
    """Return a digest of the changes: equal plans have equal digests."""
    said = json.dumps(sorted(_identity(vars(change.line)) for change in changes))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _identity(line: Mapping[str, Any]) -> tuple[str, str]:
    """Return what makes two changes the same: the event for a deletion, else key and content."""
    is_deletion = line.get("action") == "delete"
    return str(
        line.get("key")
    ), f"delete {line.get('event_id')}" if is_deletion else f"write {line.get('digest')}"


def changed_since(approved: Sequence[Mapping[str, Any]], plan: Plan, found: Contents) -> list[str]:
    """Describe the differences between an approved plan and the current plan.

    A change that an interrupted try has made since the approval does not count as a difference.

    :param approved: Lines of the approved plan as JSON objects.
    :param plan: The current plan.
    :param found: What the calendar holds now.
    """
    wanted = {_identity(line): line for line in approved if line.get("action") in CHANGES}
    todo = {_identity(vars(change.line)): change.line for change in plan.changes}
    done = {_identity(vars(line)) for line in plan.unchanged}
    live = {held.id for held in found.live}
    differences = [f"not approved: {line}" for identity, line in todo.items() if identity not in wanted]
    for identity, line in wanted.items():
        is_gone = line["action"] == "delete" and line.get("event_id") not in live
        if identity not in todo and identity not in done and not is_gone:
            differences.append(f"approved, but not planned any more: {line['action']} {line.get('key')}")
    return differences
