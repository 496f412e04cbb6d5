"""The table of operations, and finding the one that a request target names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from airflow_provider_dingtalk_calendar.emulator import operations, token_operations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from airflow_provider_dingtalk_calendar.emulator.operations import Call, Json

_READ = "Calendar.Calendar.Read"
_WRITE = "Calendar.Calendar.Write"
_EVENT_READ = "Calendar.Event.Read"

PERMISSIONS = (_READ, _WRITE, _EVENT_READ)
"""Every permission that some operation needs."""


@dataclass(frozen=True)
class Route:
    """One operation.

    :param operation: official name.
    :param method: HTTP method.
    :param template: path, with ``{name}`` for a parameter, which is one segment.
    :param page: documentation slug of the operation.
    :param permission: what the app must have been granted; ``None`` for an operation that takes no token and
        does not count against the monthly quota.
    :param handler: what it does.
    """

    operation: str
    method: str
    template: str
    page: str
    permission: str | None
    handler: Callable[[Call], Json | None]

    def match(self, segments: list[str]) -> dict[str, str] | None:
        """Return the decoded path parameters, ``None`` if the path is another.

        :param segments: the raw path, cut at its slashes, percent-encoding untouched.
        """
        names = self.template.split("/")
        if len(names) != len(segments):
            return None
        parameters = {}
        for name, segment in zip(names, segments, strict=True):
            if name.startswith("{") and segment:
                parameters[name[1:-1]] = unquote(segment)
            elif name != segment:
                return None
        return parameters


_USER = "/v1.0/calendar/users/{userId}"
_SUBSCRIBED = f"{_USER}/subscribedCalendars"
_CALENDAR = f"{_USER}/calendars/{{calendarId}}"

ROUTES = (
    Route(
        "GetAccessToken",
        "POST",
        "/v1.0/oauth2/accessToken",
        "obtain-the-access-token-of-an-internal-app",
        None,
        token_operations.get_access_token,
    ),
    Route(
        "GetToken",
        "POST",
        "/v1.0/oauth2/{corpId}/token",
        "api-gettoken",
        None,
        token_operations.get_token,
    ),
    Route(
        "GetCorpAccessToken",
        "POST",
        "/v1.0/oauth2/corpAccessToken",
        "obtain-the-access-token-of-the-authorized-enterprise-1",
        None,
        token_operations.get_corp_access_token,
    ),
    Route(
        "GetUserToken",
        "POST",
        "/v1.0/oauth2/userAccessToken",
        "obtain-user-token",
        None,
        token_operations.get_user_token,
    ),
    Route(
        "CreateSubscribedCalendar",
        "POST",
        _SUBSCRIBED,
        "create-subscription-calendar",
        _WRITE,
        operations.create_subscribed_calendar,
    ),
    Route(
        "GetSubscribedCalendar",
        "GET",
        f"{_SUBSCRIBED}/{{calendarId}}",
        "query-a-single-subscription-calendar",
        _READ,
        operations.get_subscribed_calendar,
    ),
    Route(
        "UpdateSubscribedCalendars",
        "PUT",
        f"{_SUBSCRIBED}/{{calendarId}}",
        "update-subscription-calendar",
        _WRITE,
        operations.update_subscribed_calendars,
    ),
    Route(
        "DeleteSubscribedCalendar",
        "DELETE",
        f"{_SUBSCRIBED}/{{calendarId}}",
        "delete-subscription-calendar",
        _WRITE,
        operations.delete_subscribed_calendar,
    ),
    Route(
        "ListCalendars",
        "GET",
        f"{_USER}/calendars",
        "query-a-calendar",
        _EVENT_READ,
        operations.list_calendars,
    ),
    Route(
        "SubscribeCalendar",
        "POST",
        f"{_CALENDAR}/subscribe",
        "subscribe-to-a-public-calendar",
        _WRITE,
        operations.subscribe_calendar,
    ),
    Route(
        "UnsubscribeCalendar",
        "POST",
        f"{_CALENDAR}/unsubscribe",
        "unsubscribe-from-a-public-calendar",
        _WRITE,
        operations.unsubscribe_calendar,
    ),
)

OPERATIONS = tuple(route.operation for route in ROUTES)
"""The official names, for those who choose one."""


def raw_path(target: str) -> str:
    """Return the path of a request target, without query and, in the absolute form, without scheme and host.

    :param target: the target as it was sent.
    """
    path = target.partition("?")[0]
    if not path.startswith("/"):
        path = "/" + path.partition("://")[2].partition("/")[2]
    return path


def find_route(method: str, path: str) -> tuple[Route, Mapping[str, str]] | None:
    """Return the operation that a request names, with its path parameters.

    The path is cut before it is decoded, so that a ``%2F`` inside an id stays inside one segment.

    :param method: HTTP method.
    :param path: the raw path.
    """
    segments = path.split("/")
    for route in ROUTES:
        if route.method == method:
            parameters = route.match(segments)
            if parameters is not None:
                return route, parameters
    return None
