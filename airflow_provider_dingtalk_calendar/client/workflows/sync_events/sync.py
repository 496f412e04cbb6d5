"""Carry out the plan: the order of the requests, and what a failure leaves for the next run."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta, tzinfo
from typing import Any, TypeAlias

from airflow_provider_dingtalk_calendar.exceptions import (
    DingTalkError,
    InvalidArgumentError,
    NotFoundError,
    SyncRefusedError,
    UnexpectedAnswerError,
)

from ...engine.both_clients import operation
from ...engine.effects import Action, Flow, Send, T, invoke, now
from ...engine.error_codes import is_gone
from ...resources.events.lists import EventListOperations
from ...resources.events.records import Event
from ...resources.events.single import CREATE_EVENT, DELETE_EVENT, PATCH_EVENT, EventOperations
from ...wire.times import read_zone
from ...wire.values import PRIMARY, check_path_id, described, to_json
from .held import CANCELLED, Contents, Held, contents, created_at
from .lists import Lists
from .mark import MAX_NAMESPACE, check_name
from .plan import CHANGES, Change, Plan, PlanRow, changed_since, differences, fingerprint, make_plan
from .result import SyncResult
from .rows import Row, moment, read_rows
from .window import Bound, Window

#: Called with one line of text for each change and for the progress. In an event loop, it is awaited.
Report: TypeAlias = Callable[[str], Awaitable[None] | None]

#: Number of changes after which a long run reports its progress.
PROGRESS = 50

#: Number of differences that an error lists.
SHOWN = 5

#: Maximum number of create requests for a row. All but the last one bring back an earlier event.
CREATED = 10

#: Times in answers have no seconds, so a new event can seem to be this much older, in seconds.
COARSE = 60

EMPTY = "the list is empty, so every event of the namespace would be deleted; if so, set allow_empty"

#: DingTalk's default reminder, in minutes before the start, for timed and for all-day events.
#: https://help.dingtalk.io/open/development/modify-event
DEFAULT_REMINDER = {False: 15, True: 15 * 60}


class SyncOperations(EventOperations, EventListOperations):
    """Keep what is in a calendar equal to a list."""

    @operation
    def sync_events(
        self,
        union_id: str,
        events: object,
        *,
        calendar_id: str = PRIMARY,
        namespace: str,
        time_zone: str | None = None,
        window_start: Bound | None = None,
        window_end: Bound | None = None,
        max_deletions: int = 10,
        allow_empty: bool = False,
        dry_run: bool = False,
        approved_plan: Sequence[Mapping[str, Any]] | str | None = None,
        default_zone: str = "UTC",
        report: Report | None = None,
    ) -> Flow[SyncResult]:
        """Create, update and delete events until the calendar equals a list, and return what was done.

        Each event has a mark in the last line of its description: ``[airflow NAMESPACE/KEY 3fa9c1d2]``. An
        event without a mark of the namespace is never changed. The calendar is the only state: after any
        failure, the next run reads it and makes the changes that are missing. An unchanged list costs one
        call for each 100 events.

        A series whose row is dropped stays if no list shows it: ListEvents lists past instances only.
        https://help.dingtalk.io/open/development/query-an-event-list

        :param union_id: unionId of the user, who becomes the organizer.
        :param events: Mappings with ``key``, ``summary``, ``start`` and ``end``, and optionally
            ``time_zone``, ``description``, ``location``, ``recurrence`` and ``reminders``, as in
            :class:`.EventContent`. A key has at most 128 characters, without white space, ``/`` and ``]``.
            Empty text, None and NaN mean that an optional field is not given.
        :param calendar_id: Calendar of the events. DingTalk documents ``"primary"`` only.
        :param namespace: Name of the list, at most 250 characters as in a key. Each list that shares a
            calendar needs a name of its own.
        :param time_zone: TZ database name of the zone of naive times, of the window and of all-day events.
            Other times are written in it, too, unless their row or their ``tzinfo`` names another zone.
        :param window_start: Only events that start in the window are compared. A date or a datetime, or ISO
            8601; a naive time is in ``time_zone``, or else in ``default_zone``. Default: the start of today.
        :param window_end: End of the window, not included; at most 363 days after its start. Default: 360
            days after the start.
        :param max_deletions: Refuse a plan with more deletions. Duplicates of an event do not count.
        :param allow_empty: Whether the list may be empty.
        :param dry_run: Whether to write nothing and only return the plan.
        :param approved_plan: ``plan`` or ``fingerprint`` of an earlier dry run: refuse to make any other
            changes.
        :param default_zone: TZ database name of the zone of dates and of the window if ``time_zone`` is not
            given.
        :param report: Called with one line for each change, for the progress and for the total. The async
            client awaits it.
        :raises InvalidArgumentError: If a row or another argument is wrong; nothing is sent.
        :raises SyncRefusedError: If the plan has too many deletions, the list is empty without
            ``allow_empty``, or the plan is not the approved one; nothing is written.
        :raises DailyEventLimitError: If the user has created 100 events today. The message says how many
            changes are left for the next run.
        :raises DingTalkError: If DingTalk refuses a request. The next run makes the changes that are missing.
        """
        check_path_id("union_id", union_id)
        check_path_id("calendar_id", calendar_id)
        check_name("namespace", namespace, MAX_NAMESPACE)
        if not isinstance(max_deletions, int) or isinstance(max_deletions, bool) or max_deletions < 0:
            msg = f"max_deletions must be a whole number of at least 0, not {described(max_deletions)}"
            raise InvalidArgumentError(msg)
        _check_approved(approved_plan)
        zone = (
            read_zone("default_zone", default_zone)
            if time_zone is None
            else read_zone("time_zone", time_zone)
        )
        window = Window.read(window_start, window_end, zone, (yield from now()))
        rows = read_rows(events, namespace, time_zone, zone)
        refusal = "" if rows or allow_empty else EMPTY
        if refusal and not dry_run:
            raise SyncRefusedError(refusal)
        lists = Lists(self, union_id, calendar_id)
        sync = Sync(self, lists, namespace, rows, window, zone, refusal, max_deletions, approved_plan, report)
        return (yield from sync.run(dry_run=dry_run))


@dataclass
class Sync:
    """One run.

    :param client: The operations of a client.
    :param lists: The lists of the calendar.
    :param namespace: Name of the list.
    :param rows: The declared events.
    :param window: The period in which events are compared.
    :param zone: Zone of dates.
    :param refusal: Why the list must not be carried out, whatever the plan; empty if it may be.
    :param max_deletions: Maximum number of deletions.
    :param approved: The approved plan or its fingerprint; None if any plan may be carried out.
    :param report: Called with lines of text.
    """

    client: SyncOperations
    lists: Lists
    namespace: str
    rows: Sequence[Row]
    window: Window
    zone: tzinfo
    refusal: str
    max_deletions: int
    approved: Sequence[Mapping[str, Any]] | str | None
    report: Report | None
    _spent: int = field(default=0, init=False)
    #: Ids that a new event cannot have: those of listed events, and of events deleted in this run.
    _known: set[str] = field(default_factory=set, init=False)

    def run(self, *, dry_run: bool) -> Flow[SyncResult]:
        """Read the calendar, make the plan and carry it out."""
        return (yield from self._counted(self._run(dry_run=dry_run)))

    def _counted(self, flow: Flow[T]) -> Flow[T]:
        """Run a flow, and count its requests to the calendar API. Requests for tokens are not metered."""
        step: Callable[[Any], Action] = flow.send
        argument: Any = None
        while True:
            try:
                action = step(argument)
            except StopIteration as stop:
                result: T = stop.value
                return result
            if isinstance(action, Send) and "/v1.0/calendar/" in action.request.url:
                self._spent += 1
            try:
                argument, step = (yield action), flow.send
            except DingTalkError as error:
                argument, step = error, flow.throw

    def _run(self, *, dry_run: bool) -> Flow[SyncResult]:
        events = yield from self.lists.first(self.window.listed)
        found = yield from self._with_series(self._contents(events))
        plan = make_plan(self.rows, found, self.window, self.zone)
        if self._may_hide_series(plan, events):
            found = yield from self._with_hidden_series(plan, found)
            plan = make_plan(self.rows, found, self.window, self.zone)
        self._known = {held.id for held in found.live} | found.dead
        changes = plan.changes
        yield from self._say(
            f"plan {fingerprint(changes)}: {len(plan.creates)} to create, {len(plan.updates)} to update, "
            f"{len(plan.deletes)} to delete, {len(plan.unchanged)} unchanged, {len(plan.foreign)} foreign, "
            f"{len(plan.outside)} outside the window"
        )
        for line in plan.foreign:
            yield from self._say(str(line))
        refusal = self._refusal(plan, found)
        if dry_run:
            for change in changes:
                yield from self._say(str(change.line))
            yield from self._say("dry run: nothing was written")
            if refusal:
                yield from self._say(f"a run would be refused: {refusal}")
            return self._result(plan, [change.line for change in changes], is_dry_run=True)
        if refusal:
            raise SyncRefusedError(refusal)
        done = yield from self._carry_out(plan, found)
        yield from self._say(f"{len(done)} changes made, {self._spent} metered calls")
        return self._result(plan, done, is_dry_run=False)

    # What the calendar holds

    def _contents(self, events: Sequence[Event]) -> Contents:
        organizer = self.lists.union_id if self.lists.calendar_id == PRIMARY else None
        return contents(events, self.namespace, self.zone, organizer=organizer)

    def _with_series(self, found: Contents) -> Flow[Contents]:
        """Look up the start of each series that the list shows only by instances, if the plan needs it."""
        rows = {row.key: row for row in self.rows}

        def is_unclear(held: Held) -> bool:
            if not held.by_instance or held.mark is None:
                return False
            row = rows.get(held.mark.key)
            return row is None or not (self.window.has(row.start) or row.digest in held.digests)

        live = []
        for held in found.live:
            if not is_unclear(held):
                live.append(held)
            elif (event := (yield from self._get(held.id))) is not None:
                start = moment(event.start, self.zone)
                live.append(replace(held, event=event, start=start, by_instance=False))
        return replace(found, live=tuple(live))

    def _may_hide_series(self, plan: Plan, events: Sequence[Event]) -> bool:
        """Return whether a row that repeats could be in the calendar although the list does not show it.

        The page of the list says that a series is listed as its past instances only.
        """
        shows_series = any(event.recurrence and not event.series_master_id for event in events)
        repeats = any(change.row and change.row.recurs for change in plan.creates)
        return repeats and not shows_series and self.lists.kind != "view"

    def _with_hidden_series(self, plan: Plan, found: Contents) -> Flow[Contents]:
        starts = [change.row.start for change in plan.creates if change.row and change.row.recurs]
        events = yield from self.lists.view((min(starts), max(starts) + timedelta(days=1)))
        known = {held.id for held in found.live} | found.dead
        seen = self._contents(events).live
        hidden = [held for held in seen if held.by_instance and held.is_ours and held.id not in known]
        return replace(found, live=(*found.live, *hidden))

    def _get(self, event_id: str) -> Flow[Event | None]:
        """Return an event; None if it does not exist any more."""
        try:
            event = yield from EventOperations.get_event.flow(
                self.client, self.lists.union_id, self.lists.calendar_id, event_id, max_attendees=1
            )
        except NotFoundError as error:
            if not is_gone(error):
                raise
            return None
        return None if event.status == CANCELLED else event

    # Guards

    def _refusal(self, plan: Plan, found: Contents) -> str:
        """Return the reason not to carry out the plan, or an empty string if there is none."""
        if self.refusal:
            return self.refusal
        if plan.deletions > self.max_deletions:
            return (
                f"the plan has {plan.deletions} deletions and max_deletions is {self.max_deletions}: "
                f"{_shortened([str(change.line) for change in plan.deletes if not change.line.is_duplicate])}"
            )
        if isinstance(self.approved, str):
            if self.approved != fingerprint(plan.changes):
                return f"the plan is {fingerprint(plan.changes)}, not the approved {self.approved}"
        elif self.approved is not None:
            differences = changed_since(self.approved, plan, found)
            if differences:
                return f"the plan has changed since it was approved: {_shortened(differences)}"
        return ""

    # Writing

    def _carry_out(self, plan: Plan, found: Contents) -> Flow[list[PlanRow]]:
        changes = plan.changes
        done: list[PlanRow] = []
        for change in changes:
            try:
                event_id = yield from self._make(change, found.dead_of.get(change.line.key, frozenset()))
            except DingTalkError as error:
                yield from self._say(f"stopped after {len(done)} of {len(changes)} changes")
                self._explain(error, plan, len(done))
                raise
            done.append(replace(change.line, event_id=event_id))
            yield from self._say(str(change.line))
            if len(done) % PROGRESS == 0 and len(done) < len(changes):
                yield from self._say(f"{len(done)} of {len(changes)} changes made")
        if self.lists.kind != "with deleted":
            done = yield from self._verified(plan, done, found)
        return done

    def _make(self, change: Change, dead: frozenset[str]) -> Flow[str]:
        """Make one change and return the id of the event.

        :param dead: Ids of deleted events of the row.
        """
        row, held = change.row, change.held
        if row is None:
            assert held is not None  # noqa: S101  a change without a row is a deletion
            yield from self._remove(held.id)
            return held.id
        if held is None:
            return (yield from self._create(change, row, dead))
        if change.replaces:
            yield from self._remove(held.id)
            return (yield from self._create(change, row, dead | {held.id}))
        body = {"id": held.id, **row.body}
        # Without reminders, an update might set the default or keep the old ones: the page says both.
        body.setdefault("reminders", [{"method": "dingtalk", "minutes": DEFAULT_REMINDER[row.is_all_day]}])
        if isinstance(held.event.wire.get("location"), Mapping):
            body.setdefault("location", {"displayName": ""})
        try:
            event = yield from self.client._send(PATCH_EVENT, *self._path, held.id, body=body)
        except NotFoundError as error:
            if not is_gone(error):
                raise
            # Somebody has deleted the event since it was listed.
            return (yield from self._create(change, row, dead | {held.id}))
        return event.id

    @property
    def _path(self) -> tuple[str, str]:
        return self.lists.union_id, self.lists.calendar_id

    def _remove(self, event_id: str) -> Flow[None]:
        yield from self.client._delete(DELETE_EVENT, *self._path, event_id)
        self._known.add(event_id)

    def _create(self, change: Change, row: Row, dead: frozenset[str]) -> Flow[str]:
        """Create an event and return its id.

        The client token is derived from the content, so a run whose list lags creates no second event. For a
        day, DingTalk answers a repeated token with the first event, even if that event was changed or deleted
        since. If it is still ours, it is brought to the row. Otherwise its id goes into the next token.

        :param dead: Ids of the row's events that were deleted.
        """
        for _ in range(CREATED):
            said = {
                "calendar": self._path,
                "namespace": self.namespace,
                "key": row.key,
                "body": row.body,
                "dead": sorted(dead),
            }
            token = hashlib.sha256(to_json(said)).hexdigest()
            asked = yield from now()
            event = yield from self.client._send(CREATE_EVENT, *self._path, body=row.body, client_token=token)
            if event.id in dead:
                break
            if event.id not in self._known:
                made = created_at(event)
                if made is not None and made.timestamp() + COARSE > asked:
                    return event.id
                held = yield from self._still_ours(event.id, row.key)
                if held is not None:
                    fields = differences(row, held, self.zone)
                    if not fields:
                        return event.id
                    line = replace(change.line, fields=fields)
                    return (yield from self._make(Change(line, row, held), dead))
            dead = dead | {event.id}
        raise UnexpectedAnswerError(f"a new x-client-token brought back the earlier event {event.id}")

    def _verified(self, plan: Plan, done: list[PlanRow], found: Contents) -> Flow[list[PlanRow]]:
        """Look for the new events. Create an event again if its token brought back a deleted one.

        This is needed if no list shows deleted events: one that is younger than a minute seems to be new.
        """
        creates = {change.line.key: change for change in plan.creates}
        if not creates:
            return done
        events = yield from self.lists.read(self.window.listed)
        seen = {held.id for held in self._contents(events).live}
        checked = []
        for line in done:
            change = creates.get(line.key) if line.action == "create" else None
            event_id = line.event_id
            dead = found.dead_of.get(line.key, frozenset())
            for _ in range(CREATED):
                if change is None or change.row is None or event_id is None or event_id in seen:
                    break
                if (yield from self._get(event_id)) is not None:
                    break
                dead |= {event_id}
                event_id = yield from self._create(change, change.row, dead)
            checked.append(replace(line, event_id=event_id))
        return checked

    def _still_ours(self, event_id: str, key: str) -> Flow[Held | None]:
        """Return the event of a row; None if it was deleted, or if its mark was removed or changed."""
        event = yield from self._get(event_id)
        live = self._contents([event]).live if event else ()
        return next((held for held in live if held.is_ours and held.mark and held.mark.key == key), None)

    def _explain(self, error: DingTalkError, plan: Plan, done: int) -> None:
        """Add to an error what is left to do."""
        left = plan.changes[done:]
        actions = [change.line.action for change in left]
        said = ", ".join(f"{actions.count(name)} to {name}" for name in CHANGES if name in actions)
        error.args = (f"{error.args[0]}; {said} left, beginning with {left[0].line}",)
        self.lists.explain(error)

    # What is said

    def _say(self, line: str) -> Flow[None]:
        if self.report is not None:
            yield from invoke(self.report, line)

    def _result(self, plan: Plan, done: Sequence[PlanRow], *, is_dry_run: bool) -> SyncResult:
        there = [line for line in (*done, *plan.unchanged) if line.action != "delete"]
        return SyncResult(
            created=tuple(line for line in done if line.action == "create"),
            updated=tuple(line for line in done if line.action == "update"),
            deleted=tuple(line for line in done if line.action == "delete"),
            unchanged=plan.unchanged,
            foreign=plan.foreign,
            outside=plan.outside,
            event_ids={line.key: line.event_id for line in there if line.event_id},
            fingerprint=fingerprint(plan.changes),
            metered_calls=self._spent,
            is_dry_run=is_dry_run,
        )


def _check_approved(plan: object) -> None:
    if plan is None or isinstance(plan, str):
        return
    if not isinstance(plan, Sequence) or not all(isinstance(line, Mapping) for line in plan):
        msg = f"approved_plan must be the plan or the fingerprint of a dry run, not {described(plan)}"
        raise InvalidArgumentError(msg)


def _shortened(lines: Sequence[str]) -> str:
    more = f" and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
    return "; ".join(lines[:SHOWN]) + more
