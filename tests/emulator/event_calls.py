"""Event bodies for the tests, and functions that call the operations on events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    import requests

    from tests.emulator.conftest import Caller

ZONE = "Asia/Shanghai"
PARAMETER = (400, "invalidParameter", "forwardErrorMessage")
NOT_FOUND = (404, "itemNotFound", "forwardErrorMessage")
NO_INSTANCE = (404, "instanceNotExist", "instance not exist")
DENIED = (403, "permissionDenied", "permission denied")
NOT_SUBSCRIBED = (
    400,
    "invalidParameter.subscribed.invalid",
    "Subscribed calendar not support this method",
)


def at(time: str, zone: str = ZONE, offset: str = "+08:00") -> dict[str, str]:
    """Return an event's start or end for a time in the form yyyy-MM-ddTHH:mm."""
    return {"dateTime": f"{time}:00{offset}", "timeZone": zone}


def timed(
    day: str = "2027-01-20", first: str = "10:00", last: str = "11:00", **fields: Any
) -> dict[str, Any]:
    times = {"start": at(f"{day}T{first}"), "end": at(f"{day}T{last}")}
    return {"summary": "Release", **times, **fields}


def all_day(first: str = "2027-01-20", last: str = "2027-01-21", **fields: Any) -> dict[str, Any]:
    times = {"start": {"date": first}, "end": {"date": last}, "isAllDay": True}
    return {"summary": "Freeze", **times, **fields}


def people(*union_ids: str) -> list[dict[str, Any]]:
    return [{"id": union_id} for union_id in union_ids]


def repeated(kind: str, limits: dict[str, Any] | None = None, **pattern: Any) -> dict[str, Any]:
    return {"pattern": {"type": kind, **pattern}, "range": limits or {"type": "noEnd"}}


def path(calendar: str = "primary", user: str = "author", *rest: str) -> str:
    base = f"/v1.0/calendar/users/{user}/calendars/{quote(calendar, safe='')}/events"
    return "/".join([base, *(quote(part, safe="") for part in rest)])


def create(
    caller: Caller,
    body: Any = None,
    user: str = "author",
    calendar: str = "primary",
    token: str | None = None,
) -> requests.Response:
    return caller.call("POST", path(calendar, user), json=body or timed(), headers=headers(caller, token))


def created(caller: Caller, body: Any = None, user: str = "author", calendar: str = "primary") -> str:
    response = create(caller, body, user, calendar)
    assert response.status_code == 200, response.text
    return str(response.json()["id"])


def one(
    caller: Caller,
    method: str,
    event_id: str,
    *rest: str,
    user: str = "author",
    calendar: str = "primary",
    token: str | None = None,
    **options: Any,
) -> requests.Response:
    """Call an operation on one event. ``rest`` follows the event id in the path."""
    options.setdefault("headers", headers(caller, token))
    return caller.call(method, path(calendar, user, event_id, *rest), **options)


def got(caller: Caller, event_id: str, user: str = "author", calendar: str = "primary") -> dict[str, Any]:
    response = one(caller, "GET", event_id, user=user, calendar=calendar)
    assert response.status_code == 200, response.text
    return dict(response.json())


def patched(caller: Caller, event_id: str, user: str = "author", **fields: Any) -> dict[str, Any]:
    response = one(caller, "PUT", event_id, user=user, json={"id": event_id, **fields})
    assert response.status_code == 200, response.text
    return dict(response.json())


def done(response: requests.Response) -> None:
    """Check that an operation without an answer body succeeded."""
    assert (response.status_code, response.content) == (200, b"")


def listed(caller: Caller, user: str = "author", calendar: str = "primary", **query: Any) -> dict[str, Any]:
    """Return one page of ListEvents."""
    response = caller.call("GET", path(calendar, user), params=query)
    assert response.status_code == 200, response.text
    return dict(response.json())


def ids(answer: dict[str, Any]) -> list[str]:
    return [event["id"] for event in answer["events"]]


def viewed(caller: Caller, user: str = "author", calendar: str = "primary", **query: Any) -> dict[str, Any]:
    """Return one page of ListEventsView."""
    place = f"/v1.0/calendar/users/{user}/calendars/{quote(calendar, safe='')}/eventsview"
    response = caller.call("GET", place, params=query)
    assert response.status_code == 200, response.text
    return dict(response.json())


def starts(answer: dict[str, Any]) -> list[str]:
    return [event["start"].get("dateTime") or event["start"]["date"] for event in answer["events"]]


def responses(event: dict[str, Any]) -> dict[str, str]:
    return {attendee["id"]: attendee["responseStatus"] for attendee in event["attendees"]}


def headers(caller: Caller, token: str | None = None) -> dict[str, str]:
    given = {"x-acs-dingtalk-access-token": caller.token}
    return given if token is None else {**given, "x-client-token": token}
