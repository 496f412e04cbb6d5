"""What a calendar holds, as far as its lists show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timezone, tzinfo

from ...resources.events.records import Event
from ...wire.times import parse_time
from .mark import Mark, read_mark
from .rows import moment

#: The status of a deleted event in lists.
CANCELLED = "cancelled"

_LATEST = datetime.max.replace(tzinfo=timezone.utc)


@dataclass(frozen=True)
class Held:
    """An event that is not deleted.

    :param id: Id of the event, or of the series.
    :param event: The entry in the list.
    :param start: Start (UTC); None if the list does not say.
    :param mark: The mark; None if there is none.
    :param is_ours: Whether the mark belongs to the namespace, and the user may change the event.
    :param by_instance: Whether the list shows only instances of this series. Start and recurrence of the
        series are then unknown.
    :param digests: The digests in the marks of the event, or of the instances.
    """

    id: str
    event: Event
    start: datetime | None
    mark: Mark | None
    is_ours: bool
    by_instance: bool = False
    digests: frozenset[str] = frozenset()

    @property
    def age(self) -> tuple[datetime, str]:
        """Sort key, oldest first. Times in answers have no seconds, so ids break ties."""
        return created_at(self.event) or _LATEST, self.id


@dataclass(frozen=True)
class Contents:
    """The events that a list shows.

    :param live: The events that are not deleted.
    :param dead: Ids of deleted events.
    :param dead_of: Ids of deleted events by key, as far as deleted events have a description.
    """

    live: tuple[Held, ...] = ()
    dead: frozenset[str] = frozenset()
    dead_of: Mapping[str, frozenset[str]] = field(default_factory=dict)


def moment_of_text(text: str | None) -> datetime:
    """Return a moment (UTC). A time without an offset counts as UTC, and a date as its midnight.

    :raises ValueError: If the text is not a time.
    """
    read = parse_time(text or "")
    moment = datetime.combine(read, read.timetz() if isinstance(read, datetime) else time.min)
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)


def created_at(event: Event) -> datetime | None:
    """Return when an event was created (UTC, mostly without seconds); None if the answer does not say."""
    try:
        return moment_of_text(event.create_time)
    except (OverflowError, ValueError):
        return None


def contents(events: Sequence[Event], namespace: str, zone: tzinfo, *, organizer: str | None) -> Contents:
    """Return the events that a list shows.

    :param events: The entries of all pages.
    :param namespace: The namespace whose events are ours.
    :param zone: Zone of dates.
    :param organizer: unionId of the organizer whose events are ours; None for any organizer.
    """
    # If the calendar changes while its pages are read, an event can be on two pages. The later page is newer.
    events = list({event.id: event for event in events}.values())
    wholes = {event.id for event in events if not event.series_master_id}
    live: list[Held] = []
    series: dict[str, list[Held]] = {}
    dead: set[str] = set()
    dead_of: dict[str, set[str]] = {}
    for event in events:
        mark = read_mark(event.description)
        ours = mark is not None and mark.namespace == namespace and _may_write(event, organizer)
        master = event.series_master_id
        if event.status == CANCELLED:
            if not master:
                dead.add(event.id)
                if mark is not None and ours:
                    dead_of.setdefault(mark.key, set()).add(event.id)
            continue
        start = moment(event.start, zone)
        digests = frozenset([mark.digest] if mark else [])
        held = Held(master or event.id, event, start, mark, ours, bool(master), digests)
        if not (master and ours):
            live.append(held)
        elif master not in wholes:
            series.setdefault(master, []).append(held)
    for instances in series.values():
        digests = frozenset().union(*(held.digests for held in instances))
        live.append(replace(min(instances, key=_starts), digests=digests))
    return Contents(tuple(live), frozenset(dead), {key: frozenset(ids) for key, ids in dead_of.items()})


def _starts(held: Held) -> datetime:
    return held.start or _LATEST


def _may_write(event: Event, organizer: str | None) -> bool:
    """Return whether the user organizes the event, as far as the list says. Nobody else may change it."""
    found = event.organizer
    return organizer is None or found is None or found.is_self or found.id == organizer
