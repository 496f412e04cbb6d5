"""The OpenAPI description is valid, and the emulator conforms to it. Schemathesis makes the requests."""

from __future__ import annotations

import contextlib
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import jsonschema
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core import NOT_SET
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.emulator.__main__ import main
from airflow_provider_dingtalk_calendar.emulator.catalog import ROUTES
from airflow_provider_dingtalk_calendar.emulator.openapi import describe
from tests.effort import effort
from tests.emulator.conftest import SCOPE, Caller

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_provider_dingtalk_calendar.emulator.api.route import Route

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# The tests provide the token. Without this setting, schemathesis would make up a token.
CONFIG = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
pytestmark = pytest.mark.thorough
FEW = settings(
    max_examples=effort(10),
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TIMES = {
    "start": {"dateTime": "2026-10-01T10:00:00+08:00", "timeZone": "Asia/Shanghai"},
    "end": {"dateTime": "2026-10-01T11:00:00+08:00", "timeZone": "Asia/Shanghai"},
}
WINDOW = {"startTime": "2026-10-01T00:00:00+08:00", "endTime": "2026-10-02T00:00:00+08:00"}
EVENT = {"summary": "Standup", "attendees": [{"id": "author"}], "reminders": [], **TIMES}
ACL = {"privilege": "reader", "sendMsg": False, "scope": {"scopeType": "user", "userId": "reader"}}
GROUP = {"title": "Watchers", "template_id": "template", "owner_user_id": "alice"}
BODIES: dict[str, dict[str, Any]] = {
    "CreateSubscribedCalendar": {"name": "Releases", "subscribeScope": SCOPE},
    "CreateEvent": EVENT,
    "CreateEventByMe": EVENT,
    "PatchEvent": {"summary": "Retro"},
    "TransferEvent": {"newOrganizerId": "u-bob"},
    "RespondEvent": {"responseStatus": "accepted"},
    "AddAttendee": {"attendeesToAdd": [{"id": "u-bob"}]},
    "RemoveAttendee": {"attendeesToRemove": [{"id": "u-bob"}]},
    "CreateAcls": ACL,
    "GetSchedule": {"userIds": ["author"], **WINDOW},
    "GetScheduleByMe": {"userIds": ["author"], **WINDOW},
    "GetMeetingRoomsSchedule": {"roomIds": ["room"], **WINDOW},
    "AddMeetingRooms": {"meetingRoomsToAdd": [{"roomId": "room"}]},
    "RemoveMeetingRooms": {"meetingRoomsToRemove": [{"roomId": "room"}]},
    "GenerateCaldavAccount": {"device": "phone"},
    "ConvertLegacyEventId": {"legacyEventIds": ["1"]},
    "OapiV2UserGet": {"userid": "alice"},
    "OapiV2UserGetbymobile": {"mobile": "13800000001"},
    "OapiUserGetbyunionid": {"unionid": "author"},
    "OapiUserListid": {"dept_id": 7},
    "OapiV2UserList": {"dept_id": 7, "cursor": 0, "size": 1},
    "CreateSceneGroup": GROUP,
    "OapiImChatScenegroupCreate": GROUP,
}
QUERIES: dict[str, dict[str, Any]] = {
    "ListEventsInstances": {"seriesMasterId": "any"},
    "GetSignInList": {"maxResults": 25, "type": "sign_in"},
    "GetSignOutList": {"maxResults": 25, "type": "sign_out"},
}


@contextlib.contextmanager
def serving(**options: Any) -> Iterator[Caller]:
    with DingTalkEmulator(qps_limit=None, monthly_quota=None, **options) as emulator:
        emulator.add_user(userid="alice", union_id="author", mobile="13800000001")
        emulator.add_department(7, ["alice"])
        emulator.add_chat("chat", "cid")
        with requests.Session() as session:
            yield Caller(emulator, session)


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    with serving() as caller:
        yield caller


@pytest.fixture(scope="module")
def third_party() -> Iterator[Caller]:
    with serving(app_type="third_party_enterprise") as caller:
        yield caller


@pytest.fixture(scope="module")
def schema(caller: Caller) -> Any:
    return schemathesis.openapi.from_url(f"{caller.emulator.url}/openapi.json", config=CONFIG)


def sign_in(caller: Caller, route: Route) -> None:
    """Fetch the token that a route needs, which is an app's token or a user's token."""
    if "/me/" in route.template or route.operation == "GetUser":
        code = caller.emulator.authorize("author")
        body = {**good_body(caller, "GetUserToken"), "code": code}
        response = caller.call("POST", "/v1.0/oauth2/userAccessToken", json=body)
        caller.token = response.json()["accessToken"]
    else:
        caller.fetch_token()


def access(caller: Caller, route: Route) -> dict[str, dict[str, str]]:
    if route.is_legacy:
        return {"params": {"access_token": caller.token}}
    return {"headers": {"x-acs-dingtalk-access-token": caller.token}}


def good_body(caller: Caller, operation: str) -> dict[str, Any]:
    emulator = caller.emulator
    secrets: dict[str, dict[str, Any]] = {
        "GetAccessToken": {"appKey": emulator.client_id, "appSecret": emulator.client_secret},
        "GetToken": {
            "client_id": emulator.client_id,
            "client_secret": emulator.client_secret,
            "grant_type": "client_credentials",
        },
        "GetCorpAccessToken": {
            "suiteKey": emulator.client_id,
            "suiteSecret": emulator.client_secret,
            "authCorpId": emulator.corp_id,
            "suiteTicket": emulator.suite_ticket,
        },
        "GetUserToken": {
            "clientId": emulator.client_id,
            "clientSecret": emulator.client_secret,
            "grantType": "authorization_code",
            "code": emulator.authorize(),
        },
    }
    return dict(secrets.get(operation) or BODIES.get(operation, {}))


def known_ids(caller: Caller, route: Route) -> dict[str, str]:
    """Return path parameters that identify existing objects."""
    events = "/v1.0/calendar/users/author/calendars/primary"
    names = re.findall(r"{(\w+)}", route.template)
    known = {"userId": "author", "unionId": "author", "chatId": "chat", "corpId": caller.emulator.corp_id}
    is_for_subscribers = "ubscribe" in route.template
    known["calendarId"] = caller.created() if is_for_subscribers else "primary"
    if "eventId" in names:
        known["eventId"] = caller.call("POST", f"{events}/events", json=EVENT).json()["id"]
    if "aclId" in names:
        known["aclId"] = caller.call("POST", f"{events}/acls", json=ACL).json()["aclId"]
    return {name: known.get(name, "some") for name in names}


def encoded(ids: dict[str, str]) -> dict[str, str]:
    """Percent-encode path parameters, because a handwritten case needs encoded parameters."""
    return {name: quote(value, safe="") for name, value in ids.items()}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_answers_to_any_request_are_as_described(caller: Caller, schema: Any, route: Route) -> None:
    sign_in(caller, route)
    operation = schema.find_operation_by_id(route.operation)
    ids = known_ids(caller, route)
    strategies = [
        operation.as_strategy(GenerationMode.POSITIVE),
        operation.as_strategy(GenerationMode.POSITIVE, path_parameters=ids),
    ]
    contract = route.contract
    if contract.body or contract.query:
        strategies.append(operation.as_strategy(GenerationMode.NEGATIVE, path_parameters=ids))
    for strategy in strategies:

        @FEW
        @given(case=strategy)
        def is_as_described(case: Any) -> None:
            case.call_and_validate(checks=CHECKS, session=caller.session, **access(caller, route))

        is_as_described()


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_a_successful_answer_is_as_described(
    caller: Caller, third_party: Caller, schema: Any, route: Route
) -> None:
    if route.operation == "GetCorpAccessToken":
        caller = third_party
    else:
        sign_in(caller, route)
    ids = {} if caller is third_party else known_ids(caller, route)
    has_body = route.contract.body is not None
    body = good_body(caller, route.operation)
    if route.operation == "PatchEvent":
        body["id"] = ids["eventId"]
    case = schema.find_operation_by_id(route.operation).Case(
        path_parameters=encoded(ids),
        query=QUERIES.get(route.operation, {}),
        body=body if has_body else NOT_SET,
        media_type="application/json" if has_body else None,
    )

    response = case.call_and_validate(
        caller.emulator.url, checks=CHECKS, session=caller.session, **access(caller, route)
    )

    assert response.status_code == 200
    assert not route.is_legacy or response.json()["errcode"] == 0


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.permission is not None], ids=lambda route: route.operation
)
def test_an_answer_to_a_request_without_a_token_is_as_described(
    caller: Caller, schema: Any, route: Route
) -> None:
    @FEW
    @given(case=schema.find_operation_by_id(route.operation).as_strategy())
    def is_refused(case: Any) -> None:
        response = case.call_and_validate(checks=CHECKS, session=caller.session)
        if route.is_legacy:
            assert response.json()["errcode"] == 40014
        else:
            assert (response.status_code, response.json()["code"]) == (400, "InvalidAuthentication")

    is_refused()


def test_a_wrong_answer_would_be_noticed(caller: Caller, schema: Any) -> None:
    caller.fetch_token()
    route = next(route for route in ROUTES if route.operation == "ListCalendars")
    case = schema.find_operation_by_id(route.operation).Case(path_parameters={"userId": "author"})
    answers = (
        Fault.answer(200, {"response": {"calendars": [{"id": 1}]}}),
        Fault.answer(200, {"response": {"calendars": []}, "more": 1}),
        Fault.html(),
        Fault.error(429, "system.busy"),
        Fault.error(500, "internalError"),
    )
    for answer in answers:
        caller.emulator.order(answer)
        with pytest.raises(FailureGroup):
            case.call_and_validate(checks=CHECKS, session=caller.session, **access(caller, route))
    case.call_and_validate(checks=CHECKS, session=caller.session, **access(caller, route))


def test_the_description_needs_no_token_and_is_not_in_the_journal(caller: Caller) -> None:
    before = len(caller.emulator.journal)
    answer = requests.get(f"{caller.emulator.url}/openapi.json", timeout=10)

    assert answer.status_code == 200
    assert answer.json() == describe()
    assert len(caller.emulator.journal) == before
    assert requests.post(f"{caller.emulator.url}/openapi.json", timeout=10).status_code == 404


def test_every_operation_is_described_with_its_page() -> None:
    paths: Any = describe()["paths"]
    described = {
        operation["operationId"]: (method, path, operation)
        for path, methods in paths.items()
        for method, operation in methods.items()
    }

    assert set(described) == {route.operation for route in ROUTES}
    for route in ROUTES:
        method, path, operation = described[route.operation]
        assert (method.upper(), path) == (route.method, route.template)
        docs = operation.get("externalDocs", {}).get("url")
        assert docs == (route.page and f"https://help.dingtalk.io/open/development/{route.page}")
        assert bool(operation["security"]) is (route.permission is not None)
        assert (route.permission or "") in operation["description"]


def test_every_schema_is_valid() -> None:
    for route in ROUTES:
        contract = route.contract
        for schema in (contract.answer, contract.body, *contract.query.values()):
            if schema is not None:
                jsonschema.Draft202012Validator.check_schema(schema)


def test_the_program_prints_the_description_and_exits(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--openapi"]) == 0
    assert json.loads(capsys.readouterr().out) == describe()
