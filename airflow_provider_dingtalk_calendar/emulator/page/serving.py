"""Answers requests for the page, which shows a month of every calendar, its people, and the newest requests.

A request for the page needs no token, is not metered or recorded, and is never hit by a fault.
"""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined, pass_context

from ..core.errors import ServiceError
from ..core.moments import CHINA, YEARS, parse_date
from ..core.redaction import without_known
from ..http.answer import Answer
from ..world.events import PRIMARY_CALENDAR_ID, Place
from .month import in_year, step, weeks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jinja2 import Template
    from jinja2.runtime import Context

    from ..fault_injection import Application
    from ..http.request import IncomingRequest
    from ..service import Service
    from ..world.events import Event
    from .month import Shown

PATH = "/"

_HEADERS = {
    # The icon of the page is an empty image, so that browsers do not request /favicon.ico.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_FIRST, _LAST = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 1)
_MOST_CALENDARS = 50
_MOST_PEOPLE = 20
_MOST_REQUESTS = 20


@dataclass(frozen=True)
class Sheet:
    """One calendar on the page.

    :param title: the name of the calendar.
    :param description: its description, empty for none.
    :param people: the people, by their role.
    :param events: its events.
    """

    title: str
    description: str
    people: Mapping[str, Sequence[str]]
    events: Sequence[Event]


def answer_page(application: Application, request: IncomingRequest) -> Answer | None:
    """Answer a request for the page. Return ``None`` for any other request."""
    if request.path != PATH or request.method not in {"GET", "HEAD"}:
        return None
    if (header := request.foreign_header()) is not None:
        return _rendered(403, problem=f"{header}; open this page at localhost or a loopback address")
    with application.service() as service:
        secrets = tuple(service.tokens.secrets)
        today = datetime.fromtimestamp(application.clock(), CHINA).date()
        sheets = list(_sheets(service))
        metered, quota = service.limits.metered_calls, service.options.monthly_quota
        journal, dropped = tuple(application.journal), application.journal.dropped
    try:
        month = _month(request.parameter("month"), today)
    except (ServiceError, ValueError):
        told = f"month must be given once, as YYYY-MM, from {_FIRST:%Y-%m} to {_LAST:%Y-%m}"
        return _rendered(400, problem=told)
    shown = [in_year(sheet.events, month.year) for sheet in sheets[:_MOST_CALENDARS]]
    return _rendered(
        200,
        secrets=secrets,
        problem="",
        today=today,
        month=month,
        months=_months(month, shown),
        earlier=step(month, -1) if month > _FIRST else None,
        later=step(month, 1) if month < _LAST else None,
        sheets=[(sheet, weeks_of(events, month)) for sheet, events in zip(sheets, shown, strict=False)],
        more_sheets=max(0, len(sheets) - _MOST_CALENDARS),
        most_people=_MOST_PEOPLE,
        requests=[
            (datetime.fromtimestamp(one.time, CHINA), one.redacted())
            for one in reversed(journal[-_MOST_REQUESTS:])
        ],
        count=dropped + len(journal),
        metered=metered,
        quota=quota,
    )


def _sheets(service: Service) -> Iterator[Sheet]:
    """Return the subscribed calendars, then the primary calendar of each user who has an event there."""
    names = {person.union_id: person.name for person in service.organization.directory.people.values()}

    def named(union_ids: Iterable[str]) -> list[str]:
        return [
            f"{names[union_id]} ({union_id})" if names.get(union_id, union_id) != union_id else union_id
            for union_id in union_ids
        ]

    held: defaultdict[Place, list[Event]] = defaultdict(list)
    for event in service.events:
        for place in _places(event):
            held[place].append(event)
    for calendar in service.organization:
        people = {
            "owner": named([calendar.author]),
            "managers": named(calendar.managers),
            "subscribers": named(calendar.subscribers),
        }
        events = held.pop(Place(calendar.calendar_id), [])
        yield Sheet(calendar.name, calendar.description, people, events)
    for place, events in held.items():
        readers = {one.union_id: one.privilege for one in service.sharing.by(place.owner)}
        shared = zip(named(readers), readers.values(), strict=True)
        people = {
            "owner": named([place.owner]),
            "shared with": [f"{name}: {privilege}" for name, privilege in shared],
        }
        yield Sheet("Primary calendar", "", people, events)


def _places(event: Event) -> list[Place]:
    """Return the calendars that show an event."""
    if event.calendar_id != PRIMARY_CALENDAR_ID:
        return [Place(event.calendar_id)]
    users = dict.fromkeys([event.organizer, *(attendee.union_id for attendee in event.attendees)])
    places = [Place(PRIMARY_CALENDAR_ID, user) for user in users]
    return [place for place in places if not event.is_gone_from(place)]


def _month(text: str | None, today: date) -> date:
    """Return the first day of the month that a request asks for, by default the present month.

    :raises ValueError: if the text is not a month of the years in which events can be.
    """
    if text is None:
        return today.replace(day=1)
    month = parse_date(f"{text}-01")
    if month.year not in YEARS:
        raise ValueError(f"no events in {month.year}")
    return month


def _months(month: date, shown: Iterable[Iterable[Shown]]) -> list[tuple[date, int]]:
    """Return the months of the year, with the number of events that begin in each."""
    begun = Counter(one.first.replace(day=1) for events in shown for one in events)
    return [(first, begun[first]) for first in (date(month.year, number, 1) for number in range(1, 13))]


@functools.cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_hidden
    )
    environment.filters["hidden"] = _hidden
    return environment.from_string(files(__package__).joinpath("page.html").read_text("utf-8"))


@pass_context
def _hidden(context: Context, value: object) -> object:
    """Hide the emulator's secrets in every text that the template shows."""
    return without_known(value, context["secrets"]) if type(value) is str else value


def _rendered(status: int, **values: object) -> Answer:
    text = _template().render({"secrets": (), **values})
    # A title can contain a lone surrogate, which UTF-8 cannot encode.
    return Answer(status, text.encode(errors="replace"), "text/html;charset=utf-8", _HEADERS)
