"""The tokens and permissions of an internal app, and resetting the emulator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tests.emulator.conftest import Caller, Clock, error_of

if TYPE_CHECKING:
    from collections.abc import Callable

INVALID_TOKEN = (400, "InvalidAuthentication", "不合法的access_token")


def test_a_valid_token_is_returned_again_and_extended(serve: Callable[..., Caller], clock: Clock) -> None:
    caller = serve(clock=clock, token_lifetime=100)
    first = caller.fetch_token()
    clock.now += 90
    second = caller.fetch_token()

    assert first.json() == second.json() == {"accessToken": caller.token, "expireIn": 100}
    assert caller.emulator.issued_tokens == [caller.token]
    clock.now += 99
    assert len(caller.listed()) == 1
    clock.now += 1
    assert error_of(caller.create()) == INVALID_TOKEN
    caller.fetch_token()
    assert caller.emulator.issued_tokens == [first.json()["accessToken"], caller.token]
    assert len(set(caller.emulator.issued_tokens)) == 2
    assert len(caller.listed()) == 1


@pytest.mark.parametrize("change", [{"appKey": "other"}, {"appSecret": "wrong"}])
def test_wrong_credentials_get_no_token(caller: Caller, change: dict[str, str]) -> None:
    response = caller.fetch_token(**change)

    assert error_of(response) == (400, "invalidClientIdOrSecret", "无效的clientId或者clientSecret")
    assert caller.emulator.journal[-1].effect is False


def test_no_credentials_get_no_token(caller: Caller) -> None:
    response = caller.call("POST", "/v1.0/oauth2/accessToken", data=b"[]")

    assert error_of(response)[:2] == (400, "invalidClientIdOrSecret")


@pytest.mark.parametrize("headers", [{}, {"x-acs-dingtalk-access-token": "made-up"}])
def test_a_request_without_a_valid_token_is_refused(caller: Caller, headers: dict[str, str]) -> None:
    response = caller.call("GET", "/v1.0/calendar/users/u/calendars", headers=headers)

    assert error_of(response) == INVALID_TOKEN


@pytest.mark.parametrize("invalidate", [DingTalkEmulator.expire_tokens, DingTalkEmulator.revoke_tokens])
def test_tokens_can_be_expired_and_revoked(
    caller: Caller, invalidate: Callable[[DingTalkEmulator], None]
) -> None:
    old = caller.token
    invalidate(caller.emulator)

    assert error_of(caller.create()) == INVALID_TOKEN
    caller.fetch_token()
    assert caller.token != old
    caller.created()


@pytest.mark.parametrize(
    ("missing", "method", "path"),
    [
        ("Calendar.Calendar.Write", "POST", "subscribedCalendars"),
        ("Calendar.Calendar.Read", "GET", "subscribedCalendars/x"),
        ("Calendar.Calendar.Write", "PUT", "subscribedCalendars/x"),
        ("Calendar.Calendar.Write", "DELETE", "subscribedCalendars/x"),
        ("Calendar.Event.Read", "GET", "calendars"),
        ("Calendar.Calendar.Write", "POST", "calendars/x/subscribe"),
        ("Calendar.Calendar.Write", "POST", "calendars/x/unsubscribe"),
    ],
)
def test_an_operation_needs_its_permission(
    serve: Callable[..., Caller], missing: str, method: str, path: str
) -> None:
    every = {"Calendar.Calendar.Read", "Calendar.Calendar.Write", "Calendar.Event.Read"}
    caller = serve(permissions=every - {missing})
    caller.fetch_token()

    response = caller.call(method, f"/v1.0/calendar/users/u/{path}", json={})

    assert error_of(response)[:2] == (403, "Forbidden.AccessDenied.AccessTokenPermissionDenied")
    assert response.json()["accessdenieddetail"] == {"requiredScopes": [missing]}
    granted = serve(permissions=[missing])
    granted.fetch_token()
    answer = granted.call(method, f"/v1.0/calendar/users/u/{path}", json={})
    assert "AccessTokenPermissionDenied" not in answer.text


def test_a_reset_keeps_only_declared_members(serve: Callable[..., Caller], clock: Clock) -> None:
    caller = serve(clock=clock, qps_limit=1, monthly_quota=1)
    caller.emulator.add_group("cid-team", ["author"])
    caller.fetch_token()
    old = caller.token
    caller.created()

    caller.emulator.reset()

    assert caller.emulator.calendars == []
    assert list(caller.emulator.journal) == []
    assert error_of(caller.create()) == INVALID_TOKEN
    caller.fetch_token()
    assert caller.emulator.issued_tokens == [old, caller.token]
    assert error_of(caller.create("stranger"))[2] == "current user must in range"


def test_each_emulator_has_its_own_secret() -> None:
    first, second = DingTalkEmulator(), DingTalkEmulator()

    assert first.client_secret != second.client_secret
    assert len(first.client_secret) > 40
    named = DingTalkEmulator(client_id="id", client_secret="secret")
    assert (named.client_id, named.client_secret) == ("id", "secret")
