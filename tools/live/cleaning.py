"""Delete what this run has created and what earlier runs have left behind."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable

from airflow_provider_dingtalk_calendar.exceptions import DingTalkError

from .run import MARKER, PRIMARY, Run, moments

_ROUNDS = 3
_LONGEST_PAUSE = 5.0


def delete_leftovers(run: Run) -> str:
    """Delete calendars and events of earlier runs that were killed. Return the answer with both numbers."""
    old = run.client.owned_calendars(run.owner, MARKER)
    calendars = {calendar_id for calendar_id, name in old.items() if run.is_old(name)}
    run.calendars |= calendars
    events = set()
    for moment in moments(run.begun):
        there = run.events_at(PRIMARY, moment)
        events |= {(PRIMARY, event.id) for event in there if run.is_old(event.summary or "")}
    run.events |= events
    delete_known(run)
    if not calendars and not events:
        return "no"
    left = len(calendars & run.calendars) + len(events & run.events)
    found = f"{len(calendars)} calendars and {len(events)} events"
    return f"yes: {found}, " + (f"of which {left} could not be deleted" if left else "now deleted")


def clean(run: Run) -> None:
    """Delete everything that the run has created. Record the items that could not be deleted."""
    deleted = set(run.calendars)
    delete_known(run)
    if not run.has_created:
        return
    _look("calendar", run, lambda: _add_lost_calendars(run, deleted - run.calendars))
    _look("event", run, lambda: _add_lost_events(run))
    delete_known(run)


def delete_known(run: Run) -> None:
    """Delete the known calendars and events. Try again if that might help."""
    for number in range(1, _ROUNDS + 1):
        pause = _delete_once(run)
        if pause is None or number == _ROUNDS:
            return
        time.sleep(min(pause, _LONGEST_PAUSE))


def _delete_once(run: Run) -> float | None:
    """Delete the known calendars and events. Return the seconds to wait before another try, if any."""
    pauses = []
    for calendar_id in sorted(run.calendars):
        try:
            run.client.delete_subscribed_calendar(run.owner, calendar_id)
        except DingTalkError as error:
            run.problems[calendar_id] = str(error)
            pauses.append(error.retry_after)
        else:
            run.calendars.discard(calendar_id)
            # DingTalk deletes the events with the calendar.
            run.events = {place for place in run.events if place[0] != calendar_id}
    for calendar_id, event_id in sorted(run.events):
        try:
            run.client.delete_event(run.owner, calendar_id, event_id)
        except DingTalkError as error:
            run.problems[event_id] = str(error)
            pauses.append(error.retry_after)
        else:
            run.events.discard((calendar_id, event_id))
    return max((pause for pause in pauses if pause is not None), default=None)


def _look(kind: str, run: Run, add_lost: Callable[[], int]) -> None:
    """Search for items that lost requests might have created, until all are found or the time is up."""
    begun, pause = time.monotonic(), 0.5
    while True:
        try:
            run.uncertain[kind] -= add_lost()
        except DingTalkError as error:
            run.problems[kind] = str(error)
            if error.retry_after is None:
                return
        else:
            run.problems.pop(kind, None)
        left = begun + run.list_wait - time.monotonic()
        if left <= 0 or (run.uncertain[kind] <= 0 and kind not in run.problems):
            return
        time.sleep(min(pause, left))
        pause *= 2


def _add_lost_calendars(run: Run, deleted: set[str]) -> int:
    found = set(run.client.owned_calendars(run.owner, run.name)) - deleted - run.calendars
    run.calendars |= found
    return len(found)


def _add_lost_events(run: Run) -> int:
    there = run.events_at(PRIMARY, moments(run.begun)[1])
    named = {(PRIMARY, event.id) for event in there if (event.summary or "").startswith(run.name)}
    found = named - run.events
    run.events |= found
    return len(found)


def left_behind(run: Run) -> list[str]:
    """Return a line for everything that exists, or might exist, after the cleanup."""
    lines = [
        f"calendar {calendar_id}: {run.problems.get(calendar_id, 'not tried')}; delete it with "
        f"`{_command('--delete-calendar', calendar_id)}`"
        for calendar_id in sorted(run.calendars)
    ]
    lines += [
        f"event {event_id} in {calendar_id}: {run.problems.get(event_id, 'not tried')}; delete it with "
        f"`{_command('--delete-event', calendar_id, event_id)}`"
        for calendar_id, event_id in sorted(run.events)
    ]
    for kind in ("calendar", "event"):
        if run.uncertain[kind] > 0 or kind in run.problems:
            why = run.problems.get(kind, "a create request had no answer, and no list shows its result")
            lines.append(f"perhaps one {kind} more named {run.name!r}: {why}; the next run looks again")
    return lines


def _command(*arguments: str) -> str:
    return f"DINGTALK_LIVE=1 .venv/bin/python -m tools.live {shlex.join(arguments)}"
