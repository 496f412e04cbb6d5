"""The questions about an event with a mark, as ``sync_events`` writes it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

from airflow_provider_dingtalk_calendar.client import Event

from .questions import the_calendar, tried
from .run import PRIMARY, Run, moments

DESCRIPTION = 'Rooms < 3 & "quiet"\n[airflow live/test 3fa9c1d2]'


def in_primary(run: Run) -> str:
    """Follow a marked event in the primary calendar."""
    return _followed(run, PRIMARY)


def in_subscribed(run: Run) -> str:
    """Follow a marked event in the subscribed calendar."""
    return _followed(run, the_calendar(run))


def _followed(run: Run, calendar_id: str) -> str:
    """Create, list, view, change and delete an event. List and create it again. Return the answers."""
    name, token = f"{run.name} (mark)", uuid.uuid4().hex

    def create() -> Event:
        return run.create_event(calendar_id, name, token, description=DESCRIPTION, reminders=[5])

    event, refusal = tried(create)
    if event is None:
        return f"not created: {refusal}"
    parts = [f"list: {_listed(run, calendar_id, event.id)}"]
    start = moments(run.begun)[1]
    seen, refusal = tried(
        lambda: run.client.list_events_view(
            run.owner, calendar_id, time_min=start, time_max=start + timedelta(hours=1)
        )
    )
    is_seen = seen is not None and any(one.id == event.id for one in seen.items)
    parts.append(f"view: {refusal or ('has it at once' if is_seen else 'does NOT have it at once')}")
    _, refusal = tried(lambda: run.client.patch_event(run.owner, calendar_id, event.id, location="Room 7"))
    parts.append(f"change without reminders: {refusal or _reminders(run, calendar_id, event.id)}")
    deleted, refusal = tried(lambda: run.client.delete_event(run.owner, calendar_id, event.id))
    parts.append(f"delete: {refusal or ('done' if deleted else 'NOT there')}")
    parts.append(f"list after that: {_listed(run, calendar_id, event.id)}")
    again, refusal = tried(create)
    if again is not None:
        same = "the id of the deleted event" if again.id == event.id else "another id"
        refusal = f"{same}; list: {_listed(run, calendar_id, again.id)}"
    parts.append(f"create again with the same x-client-token: {refusal}")
    return "; ".join(parts)


def _listed(run: Run, calendar_id: str, event_id: str) -> str:
    """Describe an event in a list with deleted events. The request has times without milliseconds."""
    start = moments(run.begun)[1]
    page, refusal = tried(
        lambda: run.client.list_events(
            run.owner,
            calendar_id,
            time_min=start - timedelta(minutes=1),
            time_max=start + timedelta(hours=1),
            show_deleted=True,
        )
    )
    if page is None:
        return f"refused, with times without milliseconds: {refusal}"
    event = next((one for one in page.items if one.id == event_id), None)
    if event is None:
        return "does NOT have it at once"
    marked: Callable[[str], bool] = lambda text: (event.description or "") == text  # noqa: E731
    description = "exactly as sent" if marked(DESCRIPTION) else "none" if marked("") else "CHANGED"
    organizer = event.organizer and event.organizer.id
    is_among = any(one.id == organizer or one.is_self for one in event.attendees)
    among = "among the attendees" if is_among else "not among the attendees"
    return f"has it, {event.status}, description {description}, organizer {among}"


def _reminders(run: Run, calendar_id: str, event_id: str) -> str:
    """Describe the reminders of an event after a change. It was created with a reminder of 5 minutes."""
    event, refusal = tried(lambda: run.client.get_event(run.owner, calendar_id, event_id))
    if event is None:
        return f"done, but a read is refused: {refusal}"
    if "reminders" not in event.wire:
        return "done; a read shows no reminders"
    minutes = [one.get("minutes") for one in event.wire["reminders"] or ()]
    return f"done; a read shows the reminders {minutes}, and 5 minutes were created"
