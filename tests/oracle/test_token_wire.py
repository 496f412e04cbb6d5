"""The official SDK, our clients and the emulator agree on the requests for tokens.

The SDK is DingTalk's own definition of paths and field names. For each kind of token, a function returns the
SDK's call and the full request that it sends. Our clients must send the same request.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from airflow_provider_dingtalk_calendar.client import (
    CorpCredentials,
    Credentials,
    InternalAppCredentials,
    SuiteCredentials,
    UserCredentials,
)
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from airflow_provider_dingtalk_calendar.exceptions import ApiError
from tests.client.both import CALLERS, settings_for
from tests.oracle.calls import Call
from tests.oracle.sdk import run_sdk
from tests.oracle.wire import TOKEN_HEADER, SentRequest, in_one_form

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LIST_CALENDARS = Call("ListCalendars", {"userId": "u"})


def sent(target: str, body: Mapping[str, str]) -> SentRequest:
    return SentRequest("POST", target, "content-type: application/json; charset=utf-8", in_one_form(body))


def access_token(emulator: DingTalkEmulator) -> tuple[Call, SentRequest]:
    body = {"appKey": emulator.client_id, "appSecret": emulator.client_secret}
    return Call("GetAccessToken", request=body), sent("/v1.0/oauth2/accessToken", body)


def token(emulator: DingTalkEmulator) -> tuple[Call, SentRequest]:
    body = {
        "client_id": emulator.client_id,
        "client_secret": emulator.client_secret,
        "grant_type": "client_credentials",
    }
    call = Call("GetToken", {"corpId": emulator.corp_id}, body)
    return call, sent(f"/v1.0/oauth2/{emulator.corp_id}/token", body)


def corp_access_token(emulator: DingTalkEmulator) -> tuple[Call, SentRequest]:
    body = {
        "suiteKey": emulator.client_id,
        "suiteSecret": emulator.client_secret,
        "authCorpId": emulator.corp_id,
        "suiteTicket": emulator.suite_ticket,
    }
    return Call("GetCorpAccessToken", request=body), sent("/v1.0/oauth2/corpAccessToken", body)


def user_token(emulator: DingTalkEmulator, **grant: str) -> tuple[Call, SentRequest]:
    grant = grant or {"code": emulator.authorization_code}
    body = {
        "clientId": emulator.client_id,
        "clientSecret": emulator.client_secret,
        "grantType": "authorization_code" if "code" in grant else "refresh_token",
        **grant,
    }
    return Call("GetUserToken", request=body), sent("/v1.0/oauth2/userAccessToken", body)


def perform(emulator: DingTalkEmulator, call: Call, expected: SentRequest) -> dict[str, Any]:
    """Get a token with the SDK, use it with the SDK, and return the answer with the token."""
    seen = len(emulator.journal)
    answer, listed = run_sdk(emulator.url, [call, LIST_CALENDARS])

    assert "error" not in answer, answer
    entries = emulator.journal[seen:]
    assert [entry.operation for entry in entries] == [call.operation, "ListCalendars"]
    requests = [SentRequest.of(entry) for entry in entries]
    assert requests[0] == expected
    assert f"{TOKEN_HEADER}: {emulator.issued_tokens[-1]}" in requests[1].headers.splitlines()
    assert listed["result"]["response"]["calendars"], listed
    return dict(answer["result"])


@pytest.mark.parametrize(
    ("app_type", "prepare"),
    [
        ("internal", access_token),
        ("internal", token),
        ("third_party_enterprise", token),
        ("third_party_enterprise", corp_access_token),
        ("third_party_personal", user_token),
    ],
)
def test_the_official_sdk_gets_a_token_that_works(
    app_type: str, prepare: Callable[[DingTalkEmulator], tuple[Call, SentRequest]]
) -> None:
    with DingTalkEmulator(app_type=app_type) as emulator:
        answer = perform(emulator, *prepare(emulator))

        fields = {"access_token", "expires_in"} if prepare is token else {"accessToken", "expireIn"}
        if prepare is user_token:
            fields |= {"refreshToken", "corpId"}
            assert answer["corpId"] == emulator.corp_id
        assert set(answer) == fields
        assert emulator.issued_tokens == [answer.get("accessToken") or answer["access_token"]]
        assert 7200 in answer.values()


def test_the_official_sdk_refreshes_a_users_token() -> None:
    with DingTalkEmulator(app_type="third_party_personal") as emulator:
        first = perform(emulator, *user_token(emulator))
        emulator.expire_tokens()

        second = perform(emulator, *user_token(emulator, refreshToken=first["refreshToken"]))

        assert emulator.issued_tokens == [first["accessToken"], second["accessToken"]]
        assert second["refreshToken"] != first["refreshToken"]


def credentials(emulator: DingTalkEmulator, call: Call) -> Credentials:
    """Return the credentials that make our client send the same request."""
    app = {"client_id": emulator.client_id, "client_secret": emulator.client_secret}
    asked = call.request
    if call.operation == "GetAccessToken":
        return InternalAppCredentials(**app)
    if call.operation == "GetToken":
        return CorpCredentials(**app, corp_id=call.path["corpId"])
    if call.operation == "GetCorpAccessToken":
        return SuiteCredentials(**app, corp_id=asked["authCorpId"], suite_ticket=asked["suiteTicket"])
    return UserCredentials(
        **app, authorization_code=asked.get("code"), refresh_token=asked.get("refreshToken")
    )


@pytest.mark.parametrize("kind", CALLERS)
@pytest.mark.parametrize(
    ("app_type", "prepare"),
    [
        ("internal", access_token),
        ("internal", token),
        ("third_party_enterprise", corp_access_token),
        ("third_party_personal", user_token),
        ("third_party_personal", lambda emulator: user_token(emulator, refreshToken="a-refresh-token")),
    ],
)
def test_our_clients_send_what_the_official_sdk_sends(
    kind: str, app_type: str, prepare: Callable[[DingTalkEmulator], tuple[Call, SentRequest]]
) -> None:
    with DingTalkEmulator(app_type=app_type) as emulator:
        call, expected = prepare(emulator)
        client = CALLERS[kind](settings_for(emulator, credentials=credentials(emulator, call), max_wait=0.0))
        with contextlib.suppress(ApiError):
            client("get_access_token")
        client.close()
        assert [SentRequest.of(entry) for entry in emulator.journal] == [expected]
