"""What the operations that list events do: functions as in ``operations``.

Where nothing else is said the order of a list is undocumented: here the oldest event comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator import errors, page_tokens
from airflow_provider_dingtalk_calendar.emulator.entries import Entry, instances, is_recurrence_id, whole
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError
from airflow_provider_dingtalk_calendar.emulator.event_access import access_of, present_entry
from airflow_provider_dingtalk_calendar.emulator.event_answers import entry_answer
from airflow_provider_dingtalk_calendar.emulator.events import CANCELLED
from airflow_provider_dingtalk_calendar.emulator.moments import UTC, parse_moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from airflow_provider_dingtalk_calendar.emulator.event_access import Access
    from airflow_provider_dingtalk_calendar.emulator.events import Event
    from airflow_provider_dingtalk_calendar.emulator.operations import Call, Json

_MOST = 100
"""Entries on a page, and attendees of each (page query-an-event-list)."""

_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)
_FAR_AHEAD = datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Window:
    """The times asked for; a bound that is left out is far away.

    :param earliest: ``timeMin``.
    :param latest: ``timeMax``.
    :param has_beginning: whether there was a ``timeMin``.
    :param has_end: whether there was a ``timeMax``.
    """

    earliest: datetime
    latest: datetime
    has_beginning: bool = True
    has_end: bool = True


@dataclass(frozen=True)
class Since:
    """The state that a ``syncToken`` stands for: the count of changes, and when it was, in seconds."""

    version: int
    seconds: int


def list_events(call: Call) -> Json:
    """Page query-an-event-list: of a series the instances up to today.

    That the series itself is listed too is undocumented, as is that ``seriesMasterId`` finds its instances
    only.
    """
    window = _window(call)
    if window.has_beginning and window.has_end and window.latest > _a_year_after(window.earliest):
        raise ApiError(errors.OTHER_PARAMETER)
    access, shows_deleted = access_of(call), call.query.flag("showDeleted")
    synced, series = call.query.text("syncToken"), call.query.text("seriesMasterId")
    since = Since(*page_tokens.decode("sync", synced, 2)) if synced else None
    offset, version, seconds = _cursor(call)
    rows = [
        row
        for event in call.events.of(access.place)
        for row in _listed(access, event, since, datetime.fromtimestamp(seconds, UTC))
        if (since or shows_deleted or not _is_gone(access, row))
        and window.earliest <= row.start <= window.latest
        and (series is None or (row.origin is not None and event.event_id == series))
    ]
    answer = _page(call, access, rows, offset, (version, seconds))
    if "nextToken" not in answer and not window.has_end:
        answer["syncToken"] = page_tokens.encode("sync", version, seconds)
    return answer


def list_events_view(call: Call) -> Json:
    """Page query-schedule-view: of a series all instances in the window, and not the series itself.

    The order, by start, is undocumented, as is a query without a window: it ends in a year.
    """
    access, window = access_of(call), _window(call)
    rows = [
        row
        for event in call.events.of(access.place)
        for row in expanded(event, window)
        if not _is_gone(access, row)
    ]
    offset, *state = _cursor(call)
    return _page(call, access, sorted(rows, key=lambda row: row.start), offset, state)


def list_instances(call: Call) -> Json:
    """Only the official SDK has it: the instances of a series in a window, as in ListEventsView."""
    access, window = access_of(call), _window(call)
    event = present_entry(call, access).event
    rows = [row for row in expanded(event, window) if row.origin is not None and not _is_gone(access, row)]
    offset, *state = _cursor(call)
    return _page(call, access, rows, offset, state)


def list_events_instances(call: Call) -> Json:
    """Only the official SDK has it: the instances of a series from a recurrence id on, without pages."""
    access = access_of(call)
    series, first = call.query.text("seriesMasterId"), call.query.text("startRecurrenceId") or "0"
    if series is None or not is_recurrence_id(first):
        raise ApiError(errors.OTHER_PARAMETER)
    most = call.query.number("maxResults", _MOST, most=_MOST)
    shown = call.query.number("maxAttendees", _MOST, most=_MOST)
    event = call.events.find(series)
    rows: list[Entry] = []
    if event is not None and event.is_of(access.place):
        for row in instances(event, _FAR_AHEAD):
            if len(rows) == most:
                break
            if not _is_gone(access, row) and row.origin and row.origin.timestamp() * 1000 >= int(first):
                rows.append(row)
    return {"events": [entry_answer(call, access, row, shown) for row in rows]}


def window_of(earliest: str | None, latest: str | None) -> Window:
    """Return a window.

    :param earliest: its beginning as ISO 8601, ``None`` for no beginning.
    :param latest: its end, ``None`` for no end.
    :raises ValueError: if one is no moment, or the end is before the beginning.
    """
    window = Window(
        parse_moment(earliest) if earliest else _LONG_AGO,
        parse_moment(latest) if latest else _FAR_AHEAD,
        has_beginning=earliest is not None,
        has_end=latest is not None,
    )
    if window.latest < window.earliest:
        raise ValueError("the window ends before it begins")
    return window


def _window(call: Call) -> Window:
    try:
        return window_of(call.query.text("timeMin"), call.query.text("timeMax"))
    except ValueError as error:
        raise ApiError(errors.OTHER_PARAMETER) from error


def _cursor(call: Call) -> list[int]:
    """Return from which row on, and the count of changes and the time when the first page was asked for."""
    token = call.query.text("nextToken")
    return page_tokens.decode("page", token, 3) if token else [0, call.events.changes, int(call.events.now)]


def _page(
    call: Call, access: Access, rows: list[Entry], offset: int, state: Iterable[int]
) -> dict[str, object]:
    size = call.query.number("maxResults", _MOST, most=_MOST)
    shown = call.query.number("maxAttendees", _MOST, most=_MOST)
    page = rows[offset : offset + size]
    answer: dict[str, object] = {"events": [entry_answer(call, access, row, shown) for row in page]}
    if offset + size < len(rows):
        answer["nextToken"] = page_tokens.encode("page", offset + size, *state)
    return answer


def _listed(access: Access, event: Event, since: Since | None, now: datetime) -> Iterator[Entry]:
    """Return the rows of an event up to today, or those that are new or changed since a state."""
    has_changed = since is None or event.version_in(access.place) > since.version
    if has_changed:
        yield whole(event)
    if event.is_gone_from(access.place):
        return
    for row in instances(event, now + timedelta(days=2)):
        zone = row.start.tzinfo
        if row.day > now.astimezone(zone).date():
            continue
        if has_changed or (since and row.day > datetime.fromtimestamp(since.seconds, zone).date()):
            yield row


def expanded(event: Event, window: Window) -> Iterator[Entry]:
    """Return an event, or the instances of a series, as far as they touch a window.

    :param event: the event.
    :param window: the window; without an end it ends a year after its beginning or that of the event.
    """
    latest = window.latest
    if not window.has_end:
        latest = _a_year_after(max(window.earliest, whole(event).start))
    rows = instances(event, latest) if event.is_recurring else [whole(event)]
    return (row for row in rows if row.end >= window.earliest and row.start < latest)


def _a_year_after(moment: datetime) -> datetime:
    if moment.year >= _FAR_AHEAD.year:
        return _FAR_AHEAD
    is_leap_day = (moment.month, moment.day) == (2, 29)
    return (moment + timedelta(days=1) if is_leap_day else moment).replace(year=moment.year + 1)


def _is_gone(access: Access, row: Entry) -> bool:
    return row.event.is_gone_from(access.place) or row.status == CANCELLED
