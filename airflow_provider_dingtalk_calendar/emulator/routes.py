"""The table of operations, and finding the one that a request target names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator import operations, token_operations
from airflow_provider_dingtalk_calendar.emulator.directory_routes import DIRECTORY_ROUTES
from airflow_provider_dingtalk_calendar.emulator.event_routes import EVENT_ROUTES
from airflow_provider_dingtalk_calendar.emulator.group_routes import GROUP_ROUTES
from airflow_provider_dingtalk_calendar.emulator.recorded_routes import RECORDED_ROUTES
from airflow_provider_dingtalk_calendar.emulator.route import (
    CALENDAR,
    CALENDAR_READ,
    CALENDAR_WRITE,
    EVENT_READ,
    USER,
    Route,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_SUBSCRIBED = f"{USER}/subscribedCalendars"

TOKEN_ROUTES = (
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
)

CALENDAR_ROUTES = (
    Route(
        "CreateSubscribedCalendar",
        "POST",
        _SUBSCRIBED,
        "create-subscription-calendar",
        CALENDAR_WRITE,
        operations.create_subscribed_calendar,
    ),
    Route(
        "GetSubscribedCalendar",
        "GET",
        f"{_SUBSCRIBED}/{{calendarId}}",
        "query-a-single-subscription-calendar",
        CALENDAR_READ,
        operations.get_subscribed_calendar,
    ),
    Route(
        "UpdateSubscribedCalendars",
        "PUT",
        f"{_SUBSCRIBED}/{{calendarId}}",
        "update-subscription-calendar",
        CALENDAR_WRITE,
        operations.update_subscribed_calendars,
    ),
    Route(
        "DeleteSubscribedCalendar",
        "DELETE",
        f"{_SUBSCRIBED}/{{calendarId}}",
        "delete-subscription-calendar",
        CALENDAR_WRITE,
        operations.delete_subscribed_calendar,
    ),
    Route(
        "ListCalendars",
        "GET",
        f"{USER}/calendars",
        "query-a-calendar",
        EVENT_READ,
        operations.list_calendars,
    ),
    Route(
        "SubscribeCalendar",
        "POST",
        f"{CALENDAR}/subscribe",
        "subscribe-to-a-public-calendar",
        CALENDAR_WRITE,
        operations.subscribe_calendar,
    ),
    Route(
        "UnsubscribeCalendar",
        "POST",
        f"{CALENDAR}/unsubscribe",
        "unsubscribe-from-a-public-calendar",
        CALENDAR_WRITE,
        operations.unsubscribe_calendar,
    ),
)

ROUTES = (
    *TOKEN_ROUTES,
    *CALENDAR_ROUTES,
    *EVENT_ROUTES,
    *DIRECTORY_ROUTES,
    *GROUP_ROUTES,
    *RECORDED_ROUTES,
)

PERMISSIONS = tuple(sorted({route.permission for route in ROUTES if route.permission}))
"""Every permission that some operation needs."""

OPERATIONS = tuple(route.operation for route in ROUTES)
"""The official names, for those who choose one."""


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
