"""The operations that are checked and recorded only: check-in, rooms, and what else stands beside events.

Of those without a page only the official SDK tells: what permission they need is undocumented, as is which
apps may call them.
"""

from __future__ import annotations

from airflow_provider_dingtalk_calendar.emulator.access import APP_TYPES
from airflow_provider_dingtalk_calendar.emulator.recorded_contracts import RECORDED_CHECKS
from airflow_provider_dingtalk_calendar.emulator.route import (
    ANY_PERMISSION,
    ENTERPRISE_APPS,
    EVENT,
    EVENT_READ,
    EVENT_WRITE,
    USER,
    Route,
)

_ROOMS = f"{EVENT}/meetingRooms"
_PLUGINS = "/v1.0/calendar/plugins"


def _route(
    operation: str,
    method: str,
    template: str,
    page: str | None,
    permission: str,
    *,
    app_types: tuple[str, ...] = APP_TYPES,
) -> Route:
    return Route(operation, method, template, page, permission, RECORDED_CHECKS[operation], app_types)


RECORDED_ROUTES = (
    _route("CheckIn", "POST", f"{EVENT}/checkIn", "sign-in-for-a-single-schedule", ANY_PERMISSION),
    _route("SignIn", "POST", f"{EVENT}/signin", "sign-in-single-schedule-news", EVENT_WRITE),
    _route("SignOut", "POST", f"{EVENT}/signOut", "sign-off-for-a-single-schedule", EVENT_WRITE),
    _route(
        "GetSignInList",
        "GET",
        f"{EVENT}/signin",
        "view-the-check-in-details-of-a-single-schedule",
        EVENT_READ,
    ),
    _route(
        "GetSignOutList",
        "GET",
        f"{EVENT}/signOut",
        "view-the-billing-details-of-a-single-schedule",
        EVENT_READ,
    ),
    _route("GetSignInLink", "GET", f"{EVENT}/signInLinks", "api-getsigninlink", EVENT_WRITE),
    _route("GetSignOutLink", "GET", f"{EVENT}/signOutLinks", "api-getsignoutlink", EVENT_WRITE),
    _route(
        "GetMeetingRoomsSchedule",
        "POST",
        f"{USER}/meetingRooms/schedules/query",
        "queries-free-and-busy-meeting-room-information",
        EVENT_READ,
        app_types=ENTERPRISE_APPS,
    ),
    _route("AddMeetingRooms", "POST", _ROOMS, "add-a-meeting-room", EVENT_WRITE, app_types=ENTERPRISE_APPS),
    _route(
        "RemoveMeetingRooms",
        "POST",
        f"{_ROOMS}/batchRemove",
        "remove-a-meeting-room",
        EVENT_WRITE,
        app_types=ENTERPRISE_APPS,
    ),
    _route("MeetingRoomRespond", "POST", f"{_ROOMS}/{{roomId}}/respond", None, ANY_PERMISSION),
    _route("GenerateCaldavAccount", "POST", f"{USER}/caldavAccounts", None, ANY_PERMISSION),
    _route("ConvertLegacyEventId", "POST", f"{USER}/legacyEventIds/convert", None, ANY_PERMISSION),
    _route("ListCategories", "GET", "/v1.0/calendar/categories", None, ANY_PERMISSION),
    _route("ListAiMinutes", "GET", f"{EVENT}/minutes", None, ANY_PERMISSION),
    _route("ListOrgPlugins", "GET", _PLUGINS, None, ANY_PERMISSION),
    _route(
        "UpdateOrgPluginSubscribers", "POST", f"{_PLUGINS}/{{pluginId}}/subscribers", None, ANY_PERMISSION
    ),
)
