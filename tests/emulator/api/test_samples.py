"""Operations that check and record a request, and answer with a fixed sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from airflow_provider_dingtalk_calendar.emulator import Fault
from airflow_provider_dingtalk_calendar.emulator.api.samples import ROUTES
from tests.emulator.conftest import Caller, error_of

if TYPE_CHECKING:
    from collections.abc import Callable

USER = "/v1.0/calendar/users/u-alice"
EVENT = f"{USER}/calendars/primary/events/event%2F1"
PLUGINS = "/v1.0/calendar/plugins"
SIGN_IN = {"maxResults": 25, "type": "sign_in"}
SIGN_OUT = {"maxResults": 500, "type": "not_yet_sign_out"}
WINDOW = {"startTime": "2026-01-01T00:00Z", "endTime": "2026-04-01T00:00:00+00:00"}
ROOMS = {"roomIds": ["room"], **WINDOW}
PARAMETER = (400, "invalidParameter", "forwardErrorMessage")

CALLS: tuple[tuple[str, str, str, Any, set[str]], ...] = (
    ("CheckIn", "POST", f"{EVENT}/checkIn", None, {"checkInTime"}),
    ("SignIn", "POST", f"{EVENT}/signin", None, {"checkInTime"}),
    ("SignOut", "POST", f"{EVENT}/signOut", None, {"checkOutTime"}),
    ("GetSignInList", "GET", f"{EVENT}/signin?{urlencode(SIGN_IN)}", None, {"nextToken", "users"}),
    ("GetSignOutList", "GET", f"{EVENT}/signOut?{urlencode(SIGN_OUT)}", None, {"nextToken", "users"}),
    ("GetSignInLink", "GET", f"{EVENT}/signInLinks", None, {"signInLink"}),
    ("GetSignOutLink", "GET", f"{EVENT}/signOutLinks", None, {"signOutLink"}),
    (
        "GetMeetingRoomsSchedule",
        "POST",
        f"{USER}/meetingRooms/schedules/query",
        ROOMS,
        {"scheduleInformation"},
    ),
    (
        "AddMeetingRooms",
        "POST",
        f"{EVENT}/meetingRooms",
        {"meetingRoomsToAdd": [{"roomId": "room"}]},
        {"result"},
    ),
    (
        "RemoveMeetingRooms",
        "POST",
        f"{EVENT}/meetingRooms/batchRemove",
        {"meetingRoomsToRemove": [{"roomId": "room"}]},
        {"result"},
    ),
    (
        "MeetingRoomRespond",
        "POST",
        f"{EVENT}/meetingRooms/room/respond",
        {"responseStatus": "accepted"},
        {"result"},
    ),
    (
        "GenerateCaldavAccount",
        "POST",
        f"{USER}/caldavAccounts",
        {"device": "phone"},
        {"username", "password", "serverAddress"},
    ),
    (
        "ConvertLegacyEventId",
        "POST",
        f"{USER}/legacyEventIds/convert",
        {"legacyEventIds": ["1"]},
        {"legacyEventIdMap"},
    ),
    ("ListCategories", "GET", "/v1.0/calendar/categories", None, {"categories"}),
    ("ListAiMinutes", "GET", f"{EVENT}/minutes?fetchAll=true", None, {"minutes"}),
    ("ListOrgPlugins", "GET", PLUGINS, None, {"plugins"}),
    (
        "UpdateOrgPluginSubscribers",
        "POST",
        f"{PLUGINS}/plugin/subscribers",
        {"deptIds": ["1"], "unionIds": []},
        {"result"},
    ),
)


def test_every_sampled_operation_is_called_here() -> None:
    assert [call[0] for call in CALLS] == [route.operation for route in ROUTES]


@pytest.mark.parametrize("call", CALLS)
def test_a_valid_request_is_recorded_and_answered_with_the_documented_fields(
    caller: Caller, call: tuple[str, str, str, Any, set[str]]
) -> None:
    operation, method, path, body, fields = call
    answer = caller.call(method, path, json=body)

    assert (answer.status_code, set(answer.json())) == (200, fields)
    entry = caller.emulator.journal[-1]
    assert (entry.operation, entry.target, entry.body, entry.effect) == (operation, path, body, False)


@pytest.mark.parametrize(("operation", "method", "path", "body"), [call[:4] for call in CALLS])
def test_each_needs_a_token_counts_for_the_quota_and_can_fail(
    serve: Callable[..., Caller], operation: str, method: str, path: str, body: Any
) -> None:
    caller = serve(monthly_quota=1)
    assert error_of(caller.call(method, path, json=body))[1] == "InvalidAuthentication"
    caller.fetch_token()
    caller.emulator.order(Fault.error(503, "systemBusy").on(operation))

    assert [caller.call(method, path, json=body).status_code for _ in range(3)] == [503, 200, 403]


@pytest.mark.parametrize("route", ROUTES)
def test_each_needs_its_permission_if_a_page_says_so(serve: Callable[..., Caller], route: Any) -> None:
    caller = serve(permissions=[])
    caller.fetch_token()
    (path,) = [call[2] for call in CALLS if call[0] == route.operation]

    refused = "AccessTokenPermissionDenied" in caller.call(route.method, path).text
    assert refused is bool(route.permission)
    assert refused is (route.page is not None and route.operation != "CheckIn")


@pytest.mark.parametrize(
    ("operation", "change", "message"),
    [
        ("AddMeetingRooms", {"meetingRoomsToAdd": None}, "roomId must be provided."),
        ("AddMeetingRooms", {"meetingRoomsToAdd": []}, "roomId must be provided."),
        (
            "AddMeetingRooms",
            {"meetingRoomsToAdd": [{"roomId": "r"}] * 6},
            "attendees batch size too large. Maximum allowed:5",
        ),
        ("AddMeetingRooms", {"meetingRoomsToAdd": ["room"]}, "forwardErrorMessage"),
        ("AddMeetingRooms", {"meetingRoomsToAdd": [{"roomId": 1}]}, "forwardErrorMessage"),
        ("RemoveMeetingRooms", {"meetingRoomsToRemove": []}, "Meeting rooms to remove must be provided."),
        ("RemoveMeetingRooms", {"meetingRoomsToRemove": "room"}, "forwardErrorMessage"),
        ("GetMeetingRoomsSchedule", {"roomIds": None}, "query ids cannot be empty"),
        ("GetMeetingRoomsSchedule", {"roomIds": []}, "query ids cannot be empty"),
        (
            "GetMeetingRoomsSchedule",
            {"roomIds": ["r"] * 6},
            "Cannot get schedule information for more than limit.",
        ),
        (
            "GetMeetingRoomsSchedule",
            {"endTime": "2026-04-01T00:01Z"},
            "Cannot query schedule for more than 90 days.",
        ),
        ("GetMeetingRoomsSchedule", {"endTime": "tomorrow"}, "forwardErrorMessage"),
        ("GetMeetingRoomsSchedule", {"endTime": "2026-01-01T00:00"}, "forwardErrorMessage"),
        ("GetMeetingRoomsSchedule", {"startTime": None}, "forwardErrorMessage"),
        ("GenerateCaldavAccount", {"device": None}, "forwardErrorMessage"),
        ("ConvertLegacyEventId", {"legacyEventIds": [1]}, "forwardErrorMessage"),
        ("UpdateOrgPluginSubscribers", {"deptIds": {}}, "forwardErrorMessage"),
        ("MeetingRoomRespond", {"responseStatus": True}, "forwardErrorMessage"),
    ],
)
def test_a_faulty_body_is_refused_in_the_documented_words(
    caller: Caller, operation: str, change: dict[str, Any], message: str
) -> None:
    (method, path, body) = next(call[1:4] for call in CALLS if call[0] == operation)

    assert caller.call(method, path, json={**body, **change, "unknown": 1}).status_code == 400
    error = error_of(caller.call(method, path, json={**body, **change}))
    assert error == (400, "invalidParameter", message)
    assert caller.call(method, path, json={**body, "unknown": 1}).status_code == 200
    assert error_of(caller.call(method, path, json=[body])) == PARAMETER


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (f"{EVENT}/signin", {"type": "sign_in"}),
        (f"{EVENT}/signin", {"maxResults": 25}),
        (f"{EVENT}/signin", {**SIGN_IN, "maxResults": 501}),
        (f"{EVENT}/signin", {**SIGN_IN, "maxResults": 0}),
        (f"{EVENT}/signin", {**SIGN_IN, "maxResults": "9" * 5000}),
        (f"{EVENT}/signin", {**SIGN_IN, "type": "sign_out"}),
        (f"{EVENT}/signOut", {**SIGN_OUT, "type": "sign_in"}),
        (f"{EVENT}/minutes", {"fetchAll": "yes"}),
    ],
)
def test_a_faulty_query_is_refused(caller: Caller, path: str, query: dict[str, Any]) -> None:
    assert error_of(caller.call("GET", path, params=query)) == PARAMETER


def test_the_list_of_check_ins_has_a_last_page(caller: Caller) -> None:
    first = caller.call("GET", f"{EVENT}/signin", params=SIGN_IN).json()
    rest = caller.call("GET", f"{EVENT}/signin", params={**SIGN_IN, "nextToken": first["nextToken"]}).json()

    assert set(rest) == {"users"}


def test_rooms_are_not_for_personal_apps(serve: Callable[..., Caller]) -> None:
    caller = serve(app_type="third_party_personal")
    body = {
        "clientId": caller.emulator.client_id,
        "clientSecret": caller.emulator.client_secret,
        "grantType": "authorization_code",
        "code": caller.emulator.authorization_code,
    }
    caller.token = caller.call("POST", "/v1.0/oauth2/userAccessToken", json=body).json()["accessToken"]

    refused = {
        call[0] for call in CALLS if "apiPermissionDenied" in caller.call(*call[1:3], json=call[3]).text
    }
    assert refused == {"GetMeetingRoomsSchedule", "AddMeetingRooms", "RemoveMeetingRooms"}
