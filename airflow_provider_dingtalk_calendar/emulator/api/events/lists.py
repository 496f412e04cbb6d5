"""The operations that list events.

The oldest event comes first, unless a docstring says otherwise. The order is not documented.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ...core import errors, page_tokens
from ...core.contract import FLAG, TEXT, Contract, array, exactly, integer
from ...core.errors import ServiceError
from ...core.moments import FAR_AHEAD, LONG_AGO, UTC, a_year_after, parse_window
from ...core.permissions import EVENT_READ
from ...world.events import CANCELLED
from ...world.instances import entries_in, instances, is_recurrence_id, whole
from ..route import CALENDAR, EVENT, EVENTS, MY_CALENDAR, Route
from .access import access_of, found_entry
from .answers import EVENT_ANSWER, entry_answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ...core.moments import Window
    from ...world.events import Event
    from ...world.instances import Entry
    from ..call import Call, Json
    from .access import Access

_MOST = 100
"""Most entries on a page, and most attendees of each entry (page query-an-event-list)."""


def list_events(call: Call) -> Json:
    """List events, with the instances of each series up to today (page query-an-event-list).

    The list also has the series itself. With ``seriesMasterId``, the list has only the instances of that one
    series (neither is documented).
    """
    query = call.query()
    window = _window(query)
    if window.earliest is not LONG_AGO and window.has_end and window.latest > a_year_after(window.earliest):
        raise ServiceError(errors.OTHER_PARAMETER)
    access = access_of(call)
    shows_deleted = _shows_deleted(call, query, access)
    synced, series = query.get("syncToken"), query.get("seriesMasterId")
    since = page_tokens.decode("sync", synced, 2) if synced else None
    cursor = _cursor(call, query)
    _, version, seconds = cursor
    entries = [
        entry
        for event in call.events.listed(access.place)
        for entry in _listed(call, access, event, since, datetime.fromtimestamp(seconds, UTC))
        if (since or shows_deleted or not _is_gone(access, entry))
        and window.earliest <= entry.start <= window.latest
        and (series is None or (entry.origin is not None and event.event_id == series))
    ]
    answer = _page(call, query, access, entries, cursor)
    if "nextToken" not in answer and not window.has_end:
        answer["syncToken"] = page_tokens.encode("sync", version, seconds)
    return answer


def list_events_view(call: Call) -> Json:
    """List events in a window, with the instances of each series (page query-schedule-view).

    An event is in the list if any part of it is in the window, or if it ends when the window begins. The list
    does not have the series itself. The entries are sorted by start, and a query without an end covers one
    year (none of this is documented). The entries have no reminders, as in the official SDK.
    """
    query = call.query()
    access, window = access_of(call), _window(query)
    entries = [
        entry
        for event in call.events.listed(access.place)
        for entry in entries_in(event, window)
        if not _is_gone(access, entry)
    ]
    entries.sort(key=lambda entry: entry.start)
    answer = _page(call, query, access, entries, _cursor(call, query))
    for event in answer["events"]:
        event.pop("reminders", None)
    return answer


def list_instances(call: Call) -> Json:
    """List the instances of a series in a window, as ListEventsView does.

    Only the official SDK has this operation.
    """
    query = call.query()
    access, window = access_of(call), _window(query)
    event = found_entry(call, access).event
    entries = [
        entry
        for entry in entries_in(event, window)
        if entry.origin is not None and not _is_gone(access, entry)
    ]
    return _page(call, query, access, entries, _cursor(call, query))


def list_events_instances(call: Call) -> Json:
    """List the instances of a series from a recurrence id on, without pages.

    Only the official SDK has this operation.
    """
    access, query = access_of(call), call.query()
    first = query.get("startRecurrenceId", "0")
    if not is_recurrence_id(first):
        raise ServiceError(errors.OTHER_PARAMETER)
    most, event = query.get("maxResults", _MOST), call.events.find(query["seriesMasterId"])
    entries: list[Entry] = []
    if event is not None and event.is_of(access.place):
        for entry in instances(event, FAR_AHEAD):
            if len(entries) == most:
                break
            if not _is_gone(access, entry) and entry.origin and int(entry.key) >= int(first):
                entries.append(entry)
    shown = query.get("maxAttendees", _MOST)
    return {"events": [entry_answer(call, access, entry, shown) for entry in entries]}


def _shows_deleted(call: Call, query: Mapping[str, Any], access: Access) -> bool:
    """Return whether a list includes deleted events."""
    is_asked = bool(query.get("showDeleted"))
    if is_asked and not access.is_primary and call.options.subscribed_deleted == "refused":
        raise ServiceError(errors.SUBSCRIBED_NOT_SUPPORTED)
    return is_asked and (access.is_primary or call.options.subscribed_deleted == "listed")


def _window(query: Mapping[str, Any]) -> Window:
    try:
        return parse_window(query.get("timeMin"), query.get("timeMax"))
    except ValueError as error:
        raise ServiceError(errors.OTHER_PARAMETER) from error


def _cursor(call: Call, query: Mapping[str, Any]) -> list[int]:
    """Return the number of entries to skip, then the count of changes and the time at the first page."""
    token = query.get("nextToken")
    return page_tokens.decode("page", token, 3) if token else [0, call.events.changes, int(call.events.now)]


def _page(
    call: Call, query: Mapping[str, Any], access: Access, entries: list[Entry], cursor: list[int]
) -> dict[str, Any]:
    offset, *state = cursor
    size, shown = query.get("maxResults", _MOST), query.get("maxAttendees", _MOST)
    page = entries[offset : offset + size]
    answer: dict[str, Any] = {"events": [entry_answer(call, access, entry, shown) for entry in page]}
    if offset + size < len(entries):
        answer["nextToken"] = page_tokens.encode("page", offset + size, *state)
    return answer


def _listed(
    call: Call, access: Access, event: Event, since: list[int] | None, now: datetime
) -> Iterator[Entry]:
    """Return the entries of an event up to today. If ``since`` is given, return only new and changed entries.

    An event is also new if no list showed the event at the time in ``since``.

    :param since: the contents of a ``syncToken``: a count of changes, and a time in seconds since the epoch.
        ``None`` for all entries.
    """
    version, seconds = since or (-1, 0)
    was_hidden = not call.options.lists(event.created_at, seconds)
    has_changed = was_hidden or event.version_in(access.place) > version
    if has_changed:
        yield whole(event)
    if event.is_gone_from(access.place):
        return
    for entry in instances(event, now + timedelta(days=2)):
        zone = entry.start.tzinfo
        if entry.day > now.astimezone(zone).date():
            continue
        if has_changed or entry.day > datetime.fromtimestamp(seconds, zone).date():
            yield entry


def _is_gone(access: Access, entry: Entry) -> bool:
    return entry.event.is_gone_from(access.place) or entry.status == CANCELLED


_EVENTS_ANSWER = exactly(
    {"events": array(EVENT_ANSWER), "nextToken": TEXT, "syncToken": TEXT}, optional=("nextToken", "syncToken")
)
_WINDOW = {"timeMin": TEXT, "timeMax": TEXT}
_SIZES = {"maxResults": integer(1, _MOST), "maxAttendees": integer(1, _MOST)}
_PAGE = {**_SIZES, "nextToken": TEXT}
_VIEW = Contract(_EVENTS_ANSWER, query={**_WINDOW, **_PAGE})

ROUTES = (
    Route(
        "ListEvents",
        f"GET {EVENTS}",
        "query-an-event-list",
        EVENT_READ,
        list_events,
        Contract(
            _EVENTS_ANSWER,
            query={**_WINDOW, **_PAGE, "showDeleted": FLAG, "seriesMasterId": TEXT, "syncToken": TEXT},
        ),
    ),
    Route(
        "ListEventsView",
        f"GET {CALENDAR}/eventsview",
        "query-schedule-view",
        EVENT_READ,
        list_events_view,
        _VIEW,
    ),
    Route("ListEventsViewByMe", f"GET {MY_CALENDAR}/eventsview", None, EVENT_READ, list_events_view, _VIEW),
    Route(
        "ListEventsInstances",
        f"GET {CALENDAR}/instances",
        None,
        EVENT_READ,
        list_events_instances,
        Contract(
            _EVENTS_ANSWER,
            query={**_SIZES, "seriesMasterId": TEXT, "startRecurrenceId": TEXT},
            required=("seriesMasterId",),
        ),
    ),
    Route("ListInstances", f"GET {EVENT}/instances", None, EVENT_READ, list_instances, _VIEW),
)
