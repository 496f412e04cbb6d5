"""The questions about the calendar itself. Each function returns the answer as a string."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TypeVar

from airflow_provider_dingtalk_calendar.client import Calendar
from airflow_provider_dingtalk_calendar.exceptions import (
    ApiError,
    DingTalkError,
    InvalidCredentialsError,
    InvalidTokenError,
    IpNotAllowedError,
    MissingPermissionError,
    MonthlyQuotaError,
    RefusedError,
)

from .run import PRIMARY, NotAnsweredError, Run, moments

T = TypeVar("T")

#: Refusals that concern the app and not the request, so they do not answer a question.
_NO_ANSWERS = (
    InvalidCredentialsError,
    InvalidTokenError,
    IpNotAllowedError,
    MissingPermissionError,
    MonthlyQuotaError,
)


def tried(action: Callable[[], T]) -> tuple[T | None, str]:
    """Return the result of a call and the refusal, which is empty if the call succeeded.

    :raises DingTalkError: If the failure does not answer the question, for example a lost connection.
    """
    try:
        return action(), ""
    except ApiError as error:
        answers = error.retry_after is None or isinstance(error, RefusedError)
        if not answers or isinstance(error, _NO_ANSWERS):
            raise
        return None, str(error)


def the_calendar(run: Run) -> str:
    """Return the id of the calendar that most questions are about.

    :raises NotAnsweredError: If there is no such calendar.
    """
    if run.calendar_id is None:
        raise NotAnsweredError("there is no calendar, because its creation failed")
    return run.calendar_id


def token(run: Run) -> str:
    """Get an access token."""
    run.client.get_access_token(fresh=True)
    return f"yes, from {run.exchanges[-1].host}"


def created(run: Run) -> str:
    """Create the calendar."""
    run.calendar_id = run.create_calendar(run.name)
    run.created_at = run.exchanges[-1].ended
    return f"yes, in {run.exchanges[-1].seconds:.2f} s"


def listed(run: Run) -> str:
    """List calendars until the new one appears."""
    calendar_id = the_calendar(run)
    calendars, before = run.list_until(lambda found: any(one.id == calendar_id for one in found))
    said = [f"{one.begun - run.created_at:.2f} s" for one in before]
    entry = _entry(calendars, calendar_id)
    if entry is None:
        return f"no: not within {run.list_wait:g} s; lists asked for after {', '.join(said)} did not have it"
    seen = f"{run.exchanges[-1].begun - run.created_at:.2f} s after its creation was answered"
    kind = f"type `{entry.type}`, privilege `{entry.privilege}`"
    if not before:
        return f"yes: in the first list, asked for {seen}; {kind}"
    return f"no, but later: not in the lists asked for after {', '.join(said)}, but in that {seen}; {kind}"


def _entry(calendars: list[Calendar], calendar_id: str) -> Calendar | None:
    return next((one for one in calendars if one.id == calendar_id), None)


def read_and_changed(run: Run) -> str:
    """Read the calendar, change its description, and read it again."""
    calendar_id = the_calendar(run)
    found = run.client.get_subscribed_calendar(run.owner, calendar_id)
    same = {
        "calendarId": found.calendar_id == calendar_id,
        "name": found.name == run.name,
        "description": found.description == "As created.",
        "author": found.author == run.owner,
        "subscribeScope": list(found.subscribe_scope.corp_ids) == run.scope["corp_ids"],
    }
    differing = [name for name, is_same in same.items() if not is_same]
    run.client.update_subscribed_calendars(run.owner, calendar_id, description="As changed.")
    changed = run.client.get_subscribed_calendar(run.owner, calendar_id)
    at_once = "at once" if changed.description == "As changed." else "NOT at once"
    kept = "stays" if changed.name == run.name else "is NOT the same"
    as_sent = f"another value than sent in {', '.join(differing)}" if differing else "all fields as sent"
    return f"read: {as_sent}; a new description is read {at_once}; the name, which was not sent, {kept}"


def subscribed(run: Run) -> str:
    """Subscribe a user, then unsubscribe."""
    calendar_id, subscriber = the_calendar(run), run.configuration.subscriber
    run.client.subscribe_calendar(subscriber, calendar_id)
    entry = _entry(run.client.list_calendars(subscriber), calendar_id)
    run.client.unsubscribe_calendar(subscriber, calendar_id)
    after = _entry(run.client.list_calendars(subscriber), calendar_id)
    shown = f"at once (type `{entry.type}`, privilege `{entry.privilege}`)" if entry else "NOT at once"
    gone = "NOT at once" if after else "at once"
    return f"yes; the subscriber's list shows it {shown}; after unsubscribing, it is gone {gone}"


def events(run: Run) -> str:
    """Create an event in the subscribed calendar, read it, list it and delete it."""
    calendar_id = the_calendar(run)
    event, refusal = tried(lambda: run.create_event(calendar_id, run.name))
    if event is None:
        return f"no: {refusal}"
    parts = []
    read, refusal = tried(lambda: run.client.get_event(run.owner, calendar_id, event.id))
    parts.append(f"get: {refusal or ('the same' if read and read.summary == run.name else 'NOT the same')}")
    there, refusal = tried(lambda: run.events_at(calendar_id, moments(run.begun)[1]))
    is_listed = any(one.id == event.id for one in there or ())
    parts.append(f"list: {refusal or ('has it at once' if is_listed else 'does NOT have it at once')}")
    deleted, refusal = tried(lambda: run.client.delete_event(run.owner, calendar_id, event.id))
    parts.append(f"delete: {refusal or ('done' if deleted else 'NOT there')}")
    if deleted:
        run.events.discard((calendar_id, event.id))
        parts.append(
            f"get after that: {_after(lambda: run.client.get_event(run.owner, calendar_id, event.id))}"
        )
    return f"yes, it is created; {'; '.join(parts)}"


def _after(action: Callable[[], object]) -> str:
    _, refusal = tried(action)
    return refusal or "still there"


def event_token(run: Run) -> str:
    """Send the same request for an event twice, with one x-client-token."""
    name, client_token = f"{run.name} (x-client-token)", uuid.uuid4().hex
    first = run.create_event(PRIMARY, name, client_token)
    second, refusal = tried(lambda: run.create_event(PRIMARY, name, client_token))
    found = {event.id for event in run.events_at(PRIMARY, moments(run.begun)[1]) if event.summary == name}
    run.events |= {(PRIMARY, event_id) for event_id in found}
    return _once_or_twice(first.id, second.id if second else None, refusal, len(found), "events")


def calendar_token(run: Run) -> str:
    """Send the same request for a calendar twice, with one x-client-token."""
    name, client_token = f"{run.name} (x-client-token)", uuid.uuid4().hex
    first = run.create_calendar(name, client_token)
    second, refusal = tried(lambda: run.create_calendar(name, client_token))
    made = {first, second} - {None}
    calendars, _ = run.list_until(lambda found: made <= {one.id for one in found})
    found = {one.id for one in calendars if one.summary == name}
    run.calendars |= found
    return _once_or_twice(first, second, refusal, len(found), "calendars")


def _once_or_twice(first: str, second: str | None, refusal: str, number: int, kind: str) -> str:
    listed = f"the list has {number} of that name"
    if second is None:
        return f"the second request is refused: {refusal}; {listed}"
    if first == second:
        return f"yes, one: both answers have the same id; {listed}"
    return f"no, two {kind}: the answers have different ids; {listed}"


def deleted(run: Run) -> str:
    """Delete the calendar, then read it."""
    calendar_id = the_calendar(run)
    if not run.client.delete_subscribed_calendar(run.owner, calendar_id):
        raise NotAnsweredError("the calendar was already gone")
    run.calendars.discard(calendar_id)
    run.events = {place for place in run.events if place[0] != calendar_id}
    after = _after(lambda: run.client.get_subscribed_calendar(run.owner, calendar_id))
    return f"yes; a read after that: {after}"


def shapes(run: Run) -> str:
    """Describe the form of the ids, without sending anything."""
    kinds = {
        **run.ids,
        "unionId": {run.owner, run.configuration.subscriber},
        "CorpId": {run.configuration.corp_id},
    }
    said = [f"{kind}: {', '.join(sorted({shape(one) for one in ids}))}" for kind, ids in kinds.items()]
    if "calendarId" not in run.ids:
        said.append("calendarId: none was seen")
    return "; ".join(said)


def shape(text: str) -> str:
    """Describe a string by its length and the kinds of its characters, without showing the string."""
    ranges = {"A-Z": str.isupper, "a-z": str.islower, "0-9": str.isdigit}
    found = [name for name, belongs in ranges.items() if any(belongs(one) for one in text)]
    others = sorted({one for one in text if not one.isalnum()})
    return f"{len(text)} characters of {' '.join(found + [f'`{one}`' for one in others])}"


def failure(error: DingTalkError | NotAnsweredError) -> str:
    """Return the string that takes the place of an answer."""
    return f"not answered: {error}"
