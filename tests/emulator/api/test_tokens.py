"""Tokens for every app type. ``world/test_app`` tests more cases for internal apps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from tests.emulator.conftest import error_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.emulator.conftest import Caller, Clock

INTERNAL, ENTERPRISE, PERSONAL = "internal", "third_party_enterprise", "third_party_personal"
APP_TYPES = (INTERNAL, ENTERPRISE, PERSONAL)

REFUSED = (400, "invalidParameter.authCode.notFound", "不合法的临时授权码")
WRONG_APP_TYPE = (400, "apiPermissionDenied", "无权限访问此接口")
QPS = (403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi")
DAY = 24 * 3600


def post(caller: Caller, path: str, body: dict[str, Any], changes: dict[str, Any]) -> requests.Response:
    given = {key: value for key, value in {**body, **changes}.items() if value is not ...}
    return caller.call("POST", f"/v1.0/oauth2/{path}", json=given, headers={})


def get_token(caller: Caller, corp_id: str | None = None, **changes: Any) -> requests.Response:
    emulator = caller.emulator
    body = {
        "client_id": emulator.client_id,
        "client_secret": emulator.client_secret,
        "grant_type": "client_credentials",
    }
    return post(caller, f"{corp_id or emulator.corp_id}/token", body, changes)


def get_corp_access_token(caller: Caller, **changes: Any) -> requests.Response:
    emulator = caller.emulator
    body = {
        "suiteKey": emulator.client_id,
        "suiteSecret": emulator.client_secret,
        "authCorpId": emulator.corp_id,
        "suiteTicket": emulator.suite_ticket,
    }
    return post(caller, "corpAccessToken", body, changes)


def get_user_token(caller: Caller, **grant: Any) -> requests.Response:
    body = {"clientId": caller.emulator.client_id, "clientSecret": caller.emulator.client_secret}
    return post(caller, "userAccessToken", body, grant)


def by_code(caller: Caller, code: str, **changes: Any) -> requests.Response:
    return get_user_token(caller, grantType="authorization_code", code=code, **changes)


def by_refresh_token(caller: Caller, refresh_token: str, **changes: Any) -> requests.Response:
    return get_user_token(caller, grantType="refresh_token", refreshToken=refresh_token, **changes)


def answered(response: requests.Response) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    return dict(response.json())


def is_accepted(caller: Caller, token: str) -> bool:
    caller.token = token
    response = caller.call("GET", "/v1.0/calendar/users/u/calendars")
    assert response.status_code == 200 or error_of(response)[:2] == (400, "InvalidAuthentication")
    return response.status_code == 200


@pytest.mark.parametrize("app_type", [INTERNAL, ENTERPRISE])
def test_the_token_of_an_organization(serve: Callable[..., Caller], clock: Clock, app_type: str) -> None:
    caller = serve(app_type=app_type, clock=clock, token_lifetime=100, corp_id="ding-corp")
    assert caller.emulator.corp_id == "ding-corp"

    first = answered(get_token(caller, "ding-corp"))
    assert first == {"access_token": caller.emulator.issued_tokens[0], "expires_in": 100}
    clock.now += 60
    second = answered(get_token(caller, "ding%2Dcorp"))
    assert caller.emulator.issued_tokens == [first["access_token"], second["access_token"]]
    assert first != second
    assert is_accepted(caller, first["access_token"])
    clock.now += 40
    assert not is_accepted(caller, first["access_token"])
    assert is_accepted(caller, second["access_token"])
    assert caller.emulator.journal[0].operation == "GetToken"
    assert caller.emulator.journal[0].path_parameters == {"corpId": "ding-corp"}
    assert caller.emulator.journal[0].effect is True


@pytest.mark.parametrize("app_type", [INTERNAL, ENTERPRISE])
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "other"}, (400, "invalid.client", "invalid.client")),
        ({"client_secret": "wrong"}, (400, "invalid.client", "invalid.client")),
        ({"client_secret": ...}, (400, "invalid.client", "invalid.client")),
        ({"grant_type": "password"}, (400, "unsupported.grant.type", "unsupported.grant.type")),
        ({"grant_type": ...}, (400, "unsupported.grant.type", "unsupported.grant.type")),
        ({"corp_id": "ding-other"}, (401, "unauthorized.client", "unauthorized.client")),
    ],
)
def test_wrong_credentials_get_no_token_of_an_organization(
    serve: Callable[..., Caller], app_type: str, changes: dict[str, Any], error: tuple[int, str, str]
) -> None:
    caller = serve(app_type=app_type)

    assert error_of(get_token(caller, **changes)) == error
    assert caller.emulator.issued_tokens == []
    assert caller.emulator.journal[-1].effect is False


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        ("ding-corp/token", "GetToken"),
        ("accessToken", "GetAccessToken"),
        ("corpAccessToken", "GetCorpAccessToken"),
        ("userAccessToken", "GetUserToken"),
        ("userAccessToken/token", "GetToken"),
        ("token", None),
        ("/token", None),
        ("a/b/token", None),
        ("a/token/", None),
    ],
)
def test_a_path_takes_only_the_apps_own_corp_id(caller: Caller, path: str, operation: str | None) -> None:
    response = caller.call("POST", f"/v1.0/oauth2/{path}", json={})

    assert caller.emulator.journal[-1].operation == operation
    assert (response.status_code == 404) is (operation is None)


def test_the_token_of_an_organization_that_authorized_the_app(
    serve: Callable[..., Caller], clock: Clock
) -> None:
    caller = serve(app_type=ENTERPRISE, clock=clock, token_lifetime=100)
    assert caller.emulator.corp_id == "dingemulatedcorpid"

    first = answered(get_corp_access_token(caller))
    assert first == {"accessToken": caller.emulator.issued_tokens[0], "expireIn": 100}
    clock.now += 60
    second = answered(get_corp_access_token(caller))
    assert caller.emulator.issued_tokens == [first["accessToken"], second["accessToken"]]
    assert first != second
    assert is_accepted(caller, first["accessToken"])
    clock.now += 40
    assert not is_accepted(caller, first["accessToken"])
    assert is_accepted(caller, second["accessToken"])


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"suiteKey": "other"}, (400, "invalidSuiteKey", "suitekey不合法")),
        ({"suiteSecret": "wrong"}, (400, "invalidSuiteKey", "suitekey不合法")),
        ({"suiteTicket": "made-up"}, (400, "invalidSuiteTicket", "suiteTicket无效")),
        ({"suiteTicket": ...}, (400, "invalidSuiteTicket", "suiteTicket无效")),
        ({"authCorpId": "ding-other"}, (400, "invalidAuthInfo", "授权关系不存在")),
        ({"authCorpId": ["ding-other"]}, (400, "invalidAuthInfo", "授权关系不存在")),
    ],
)
def test_wrong_credentials_get_no_token_of_an_authorizing_organization(
    serve: Callable[..., Caller], changes: dict[str, Any], error: tuple[int, str, str]
) -> None:
    caller = serve(app_type=ENTERPRISE)

    assert error_of(get_corp_access_token(caller, **changes)) == error
    assert caller.emulator.issued_tokens == []


@pytest.mark.parametrize("body", [b"", b'["x"]', b'"x"', b"oops"])
@pytest.mark.parametrize("path", ["accessToken", "c/token", "corpAccessToken", "userAccessToken"])
def test_a_body_that_is_no_object_has_no_credentials(
    serve: Callable[..., Caller], path: str, body: bytes
) -> None:
    caller = serve(app_type=INTERNAL if path == "accessToken" else ENTERPRISE)

    status, code, _ = error_of(caller.call("POST", f"/v1.0/oauth2/{path}", data=body))
    assert (status, code.lower()[:7]) == (400, "invalid")


def test_only_the_newest_suite_ticket_works(serve: Callable[..., Caller]) -> None:
    caller = serve(app_type=ENTERPRISE)
    old = caller.emulator.suite_ticket
    token = answered(get_corp_access_token(caller))["accessToken"]

    new = caller.emulator.push_suite_ticket()

    assert new == caller.emulator.suite_ticket != old
    assert error_of(get_corp_access_token(caller, suiteTicket=old))[1] == "invalidSuiteTicket"
    assert is_accepted(caller, token)
    answered(get_corp_access_token(caller, suiteTicket=new))


@pytest.mark.parametrize("app_type", APP_TYPES)
def test_a_code_works_once(serve: Callable[..., Caller], app_type: str) -> None:
    caller = serve(app_type=app_type, token_lifetime=100, corp_id="ding-corp")
    code = caller.emulator.authorization_code

    tokens = answered(by_code(caller, code))

    assert set(tokens) == {"accessToken", "refreshToken", "expireIn", "corpId"}
    assert tokens["accessToken"] == caller.emulator.issued_tokens[0] != tokens["refreshToken"]
    assert (tokens["expireIn"], tokens["corpId"]) == (100, "ding-corp")
    assert is_accepted(caller, tokens["accessToken"])
    assert not is_accepted(caller, tokens["refreshToken"])
    assert error_of(by_code(caller, code)) == REFUSED
    other = answered(by_code(caller, caller.emulator.authorize()))
    assert not set(other.values()) & {tokens["accessToken"], tokens["refreshToken"]}
    assert caller.emulator.authorization_code == code


def test_a_refresh_token_works_once(serve: Callable[..., Caller], clock: Clock) -> None:
    caller = serve(app_type=PERSONAL, clock=clock, token_lifetime=100)
    first = answered(by_code(caller, caller.emulator.authorization_code))
    clock.now += 60

    second = answered(by_refresh_token(caller, first["refreshToken"]))

    assert second["accessToken"] == first["accessToken"]
    assert second["refreshToken"] != first["refreshToken"]
    assert error_of(by_refresh_token(caller, first["refreshToken"])) == REFUSED
    clock.now += 99
    assert is_accepted(caller, second["accessToken"])
    clock.now += 1
    third = answered(by_refresh_token(caller, second["refreshToken"]))
    assert caller.emulator.issued_tokens == [first["accessToken"], third["accessToken"]]
    assert not is_accepted(caller, first["accessToken"])
    assert is_accepted(caller, third["accessToken"])


def test_a_refresh_token_lives_for_30_days(serve: Callable[..., Caller], clock: Clock) -> None:
    caller = serve(app_type=PERSONAL, clock=clock)
    first = answered(by_code(caller, caller.emulator.authorization_code))
    clock.now += 30 * DAY - 1
    second = answered(by_refresh_token(caller, first["refreshToken"]))
    clock.now += 30 * DAY

    assert error_of(by_refresh_token(caller, second["refreshToken"])) == REFUSED


@pytest.mark.parametrize(
    ("grant", "error"),
    [
        ({"clientId": "other"}, (400, "invalidClientIdOrSecret")),
        ({"clientSecret": "wrong"}, (400, "invalidClientIdOrSecret")),
        ({"grantType": "client_credentials"}, (400, "unsupported.grant.type")),
        ({"grantType": ...}, (400, "unsupported.grant.type")),
        ({"code": "made-up"}, REFUSED[:2]),
        ({"code": ["made-up"]}, REFUSED[:2]),
        ({"code": ...}, REFUSED[:2]),
        ({"grantType": "refresh_token"}, REFUSED[:2]),
        ({"grantType": "refresh_token", "refreshToken": "made-up"}, REFUSED[:2]),
    ],
)
def test_wrong_credentials_get_no_tokens_of_a_user(
    serve: Callable[..., Caller], grant: dict[str, Any], error: tuple[int, str]
) -> None:
    caller = serve(app_type=PERSONAL)
    good = {"grantType": "authorization_code", "code": caller.emulator.authorization_code}

    assert error_of(get_user_token(caller, **{**good, **grant}))[:2] == error
    assert caller.emulator.issued_tokens == []
    assert caller.emulator.journal[-1].effect is False
    answered(get_user_token(caller, **good))


def test_an_answer_lost_after_the_refresh_loses_the_refresh_token(
    serve: Callable[..., Caller],
) -> None:
    caller = serve(app_type=PERSONAL)
    tokens = answered(by_code(caller, caller.emulator.authorization_code))
    caller.emulator.order(Fault.drop().on("GetUserToken").after_effect())

    with pytest.raises(requests.ConnectionError):
        by_refresh_token(caller, tokens["refreshToken"])

    assert caller.emulator.journal[-1].effect is True
    assert error_of(by_refresh_token(caller, tokens["refreshToken"])) == REFUSED
    assert is_accepted(caller, tokens["accessToken"])


def test_an_answer_lost_before_the_refresh_keeps_the_refresh_token(serve: Callable[..., Caller]) -> None:
    caller = serve(app_type=PERSONAL)
    tokens = answered(by_code(caller, caller.emulator.authorization_code))
    caller.emulator.order(Fault.drop().on("GetUserToken"))

    with pytest.raises(requests.ConnectionError):
        by_refresh_token(caller, tokens["refreshToken"])

    answered(by_refresh_token(caller, tokens["refreshToken"]))


@pytest.mark.parametrize(
    ("operation", "call", "supported"),
    [
        ("GetAccessToken", lambda caller: caller.fetch_token(), {INTERNAL}),
        ("GetToken", get_token, {INTERNAL, ENTERPRISE}),
        ("GetCorpAccessToken", get_corp_access_token, {ENTERPRISE}),
        (
            "GetUserToken",
            lambda caller: by_code(caller, caller.emulator.authorize()),
            {INTERNAL, ENTERPRISE, PERSONAL},
        ),
    ],
)
@pytest.mark.parametrize("app_type", APP_TYPES)
def test_an_operation_is_for_some_app_types(
    serve: Callable[..., Caller],
    app_type: str,
    operation: str,
    call: Callable[[Caller], requests.Response],
    supported: set[str],
) -> None:
    caller = serve(app_type=app_type)

    response = call(caller)

    assert caller.emulator.journal.operations == [operation]
    if app_type in supported:
        answered(response)
    else:
        assert error_of(response) == WRONG_APP_TYPE


@pytest.mark.parametrize("app_type", ["", "third_party", "Internal"])
def test_an_app_type_that_does_not_exist_is_refused(app_type: str) -> None:
    with pytest.raises(ValueError, match="internal, third_party_enterprise, third_party_personal"):
        DingTalkEmulator(app_type=app_type)


def tokens_of_every_kind(caller: Caller) -> list[str]:
    caller.fetch_token()
    return [
        caller.token,
        answered(get_token(caller))["access_token"],
        answered(by_code(caller, caller.emulator.authorize()))["accessToken"],
    ]


@pytest.mark.parametrize("end", [DingTalkEmulator.expire_tokens, DingTalkEmulator.revoke_tokens])
def test_access_tokens_of_every_kind_expire_but_no_refresh_tokens(
    caller: Caller, end: Callable[[DingTalkEmulator], None]
) -> None:
    refresh_token = answered(by_code(caller, caller.emulator.authorize()))["refreshToken"]
    tokens = tokens_of_every_kind(caller)
    assert all(is_accepted(caller, token) for token in tokens)

    end(caller.emulator)

    assert not any(is_accepted(caller, token) for token in tokens)
    fresh = answered(by_refresh_token(caller, refresh_token))["accessToken"]
    assert is_accepted(caller, fresh)
    assert {*tokens, fresh} <= set(caller.emulator.issued_tokens)


def test_refresh_tokens_can_be_expired(caller: Caller) -> None:
    tokens = answered(by_code(caller, caller.emulator.authorize()))

    caller.emulator.expire_refresh_tokens()

    assert error_of(by_refresh_token(caller, tokens["refreshToken"])) == REFUSED
    assert is_accepted(caller, tokens["accessToken"])


def test_a_reset_forgets_tokens_but_neither_ticket_nor_codes(serve: Callable[..., Caller]) -> None:
    caller = serve(app_type=ENTERPRISE)
    emulator = caller.emulator
    ticket, code = emulator.push_suite_ticket(), emulator.authorize()
    tokens = answered(by_code(caller, emulator.authorization_code))
    corp_token = answered(get_corp_access_token(caller))["accessToken"]

    emulator.reset()

    assert not is_accepted(caller, tokens["accessToken"])
    assert not is_accepted(caller, corp_token)
    assert error_of(by_refresh_token(caller, tokens["refreshToken"])) == REFUSED
    assert emulator.issued_tokens == [tokens["accessToken"], corp_token]
    assert error_of(by_code(caller, emulator.authorization_code)) == REFUSED
    answered(get_corp_access_token(caller, suiteTicket=ticket))
    answered(by_code(caller, code))


@pytest.mark.parametrize(
    "call", [get_token, get_corp_access_token, lambda caller: by_code(caller, caller.emulator.authorize())]
)
def test_tokens_count_for_the_rate_limit_but_not_for_the_quota(
    serve: Callable[..., Caller], clock: Clock, call: Callable[[Caller], requests.Response]
) -> None:
    caller = serve(app_type=ENTERPRISE, clock=clock, qps_limit=2, monthly_quota=1)
    for _ in range(2):
        answered(call(caller))

    assert error_of(call(caller))[:2] == QPS
    clock.now += 1
    answered(call(caller))
    answered(by_code(caller, caller.emulator.authorization_code))
    assert is_accepted(caller, caller.emulator.issued_tokens[-1])


def test_no_secret_of_any_kind_is_shown(serve: Callable[..., Caller]) -> None:
    secrets: list[str] = []
    for app_type in APP_TYPES:
        caller = serve(app_type=app_type)
        emulator = caller.emulator
        used = [emulator.client_secret, emulator.suite_ticket, emulator.authorization_code]
        used += [emulator.push_suite_ticket(), emulator.authorize()]
        caller.fetch_token()
        get_token(caller)
        get_corp_access_token(caller)
        tokens = answered(by_code(caller, emulator.authorization_code))
        next_tokens = answered(by_refresh_token(caller, tokens["refreshToken"]))
        is_accepted(caller, tokens["accessToken"])
        used += [*emulator.issued_tokens, tokens["refreshToken"], next_tokens["refreshToken"]]
        assert sorted(emulator.issued_secrets) == sorted(used)
        assert len(set(used)) == len(used)
        fields = "accessToken access_token appSecret clientSecret client_secret code refreshToken "
        for field in (fields + "refresh_token suiteSecret suiteTicket").split():
            caller.call("GET", f"/x?a=1&{field}={next_tokens['refreshToken']}&b=2")

        shown = caller.call("GET", "/_emulator/journal").text
        for text in (
            shown,
            repr(emulator.journal),
            repr(emulator),
            json.dumps(emulator.journal[0].redacted()),
        ):
            assert [secret for secret in emulator.issued_secrets if secret in text] == []
        assert shown.count("=***&b=2") == 10
        assert emulator.journal.operations[:6] == [
            "GetAccessToken",
            "GetToken",
            "GetCorpAccessToken",
            "GetUserToken",
            "GetUserToken",
            "ListCalendars",
        ]
        secrets += used
    assert len(set(secrets)) == len(secrets)


def test_the_recorded_requests_hold_the_secrets(serve: Callable[..., Caller]) -> None:
    """The requests do hold secrets. Otherwise, the test above would pass without hiding a secret."""
    caller = serve(app_type=ENTERPRISE)
    get_corp_access_token(caller)
    tokens = answered(by_code(caller, caller.emulator.authorization_code))
    by_refresh_token(caller, tokens["refreshToken"])

    sent = b"".join(entry.raw_body for entry in caller.emulator.journal).decode()
    hidden = [entry.redacted()["body"] for entry in caller.emulator.journal]
    for secret in (caller.emulator.suite_ticket, caller.emulator.authorization_code, tokens["refreshToken"]):
        assert secret in sent
    assert hidden[0] == {
        "suiteKey": caller.emulator.client_id,
        "suiteSecret": "***",
        "authCorpId": caller.emulator.corp_id,
        "suiteTicket": "***",
    }
    common = {"clientId": caller.emulator.client_id, "clientSecret": "***"}
    assert hidden[1] == {**common, "grantType": "authorization_code", "code": "***"}
    assert hidden[2] == {**common, "grantType": "refresh_token", "refreshToken": "***"}


def connection(caller: Caller, **extra: object) -> dict[str, Any]:
    fields = dict(json.loads(caller.emulator.airflow_connection(**extra)))
    assert fields.pop("conn_type") == "dingtalk"
    assert fields.pop("host") == caller.emulator.url
    assert fields.pop("login") == caller.emulator.client_id
    assert fields.pop("password") == caller.emulator.client_secret
    return fields


def test_the_connection_of_an_internal_app_needs_no_extra(caller: Caller) -> None:
    assert connection(caller) == {}
    assert connection(caller, timeout=5, region=None) == {"extra": {"timeout": 5}}


def test_the_connection_of_a_third_party_enterprise_app(serve: Callable[..., Caller]) -> None:
    caller = serve(app_type=ENTERPRISE, corp_id="ding-corp")
    ticket = caller.emulator.push_suite_ticket()

    extra = {"app_type": ENTERPRISE, "corp_id": "ding-corp", "suite_ticket_secret": ticket}
    assert connection(caller) == {"extra": extra}
    changed = connection(caller, corp_id="ding-other", suite_ticket_secret=None, region="china")
    assert changed == {"extra": {"app_type": ENTERPRISE, "corp_id": "ding-other", "region": "china"}}


def test_the_connection_of_a_third_party_personal_app(serve: Callable[..., Caller]) -> None:
    caller = serve(app_type=PERSONAL)
    code = caller.emulator.authorization_code

    assert connection(caller) == {"extra": {"app_type": PERSONAL, "authorization_code": code}}
    assert connection(caller, app_type=None, authorization_code=None) == {}
