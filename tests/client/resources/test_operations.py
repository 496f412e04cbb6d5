"""Subscribed calendars, tokens and faults, with both clients against the emulator."""

from __future__ import annotations

import inspect
import socket
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar import client as client_package
from airflow_provider_dingtalk_calendar import exceptions as errors
from airflow_provider_dingtalk_calendar.client import (
    AsyncDingTalkClient,
    DingTalkClient,
    InternalAppCredentials,
    SubscribedCalendar,
    SubscribeScope,
)
from airflow_provider_dingtalk_calendar.client.engine.both_clients import operation
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from tests.client.both import settings_for

SCOPE = {"union_ids": ["reader"], "corp_ids": ["corp"]}
CREATE = "CreateSubscribedCalendar"


def create(call: Any, name: str = "月末 📅", **more: Any) -> str:
    calendar_id = call("create_subscribed_calendar", "owner/1", name=name, subscribe_scope=SCOPE, **more)
    assert isinstance(calendar_id, str)
    return calendar_id


def test_the_life_of_a_calendar(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    calendar_id = create(call, description='d\n"d"', managers=["editor"])
    assert call("get_subscribed_calendar", "editor", calendar_id) == SubscribedCalendar(
        calendar_id=calendar_id,
        name="月末 📅",
        description='d\n"d"',
        author="owner/1",
        managers=("editor",),
        subscribe_scope=SubscribeScope(union_ids=("reader",), corp_ids=("corp",)),
    )
    assert call("update_subscribed_calendars", "owner/1", calendar_id, name="renamed", managers=[]) is None
    assert call("get_subscribed_calendar", "owner/1", calendar_id).name == "renamed"
    assert call("get_subscribed_calendar", "owner/1", calendar_id).managers == ()
    assert call("subscribe_calendar", "reader", calendar_id) is None
    listed = {calendar.id: calendar for calendar in call("list_calendars", "reader")}
    assert (listed[calendar_id].summary, listed[calendar_id].type) == ("renamed", "subscribed")
    assert call("unsubscribe_calendar", "reader", calendar_id) is None
    assert calendar_id not in [calendar.id for calendar in call("list_calendars", "reader")]
    assert call("delete_subscribed_calendar", "owner/1", calendar_id) is True
    assert call("delete_subscribed_calendar", "owner/1", calendar_id) is False
    assert dingtalk_emulator.calendars == []
    assert dingtalk_emulator.journal.operations.count("GetAccessToken") == 1


def test_the_package_offers_the_names_it_lists() -> None:
    assert [name for name in client_package.__all__ if not hasattr(client_package, name)] == []
    assert sorted(client_package.__all__) == sorted(client_package._MODULES)
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = client_package.Nothing


def test_both_clients_have_the_same_operations() -> None:
    def operations(kind: type) -> set[str]:
        return {name for name in dir(kind) if isinstance(getattr(kind, name), operation)}

    assert operations(DingTalkClient) == operations(AsyncDingTalkClient)
    assert "create_subscribed_calendar" in operations(DingTalkClient)
    workflows = {"ensure_subscribed_calendar", "ensure_subscribed_calendars"}
    for name in operations(DingTalkClient) - {*workflows, "call"}:
        text = inspect.getdoc(getattr(DingTalkClient, name)) or ""
        assert ("https://help.dingtalk.io/" in text) != ("SDK only" in text), name


@pytest.fixture
def busy_call(open_client: Callable[..., Any]) -> Iterator[tuple[Any, DingTalkEmulator]]:
    """Yield a client and its emulator, which has no rate limit."""
    with DingTalkEmulator(qps_limit=None) as emulator:
        yield open_client(**vars(settings_for(emulator))), emulator


def test_fifty_callers_that_start_together_fetch_one_token(busy_call: Any) -> None:
    call, emulator = busy_call
    results = call.together("list_calendars", [(f"user-{n}",) for n in range(50)])
    assert [type(result) for result in results] == [list] * 50
    assert emulator.journal.operations.count("ListCalendars") == 50
    assert emulator.journal.operations.count("GetAccessToken") == 1


@pytest.mark.parametrize("end_tokens", ["revoke_tokens", "expire_tokens"])
def test_fifty_callers_with_an_invalid_token_fetch_one_new_token(end_tokens: str, busy_call: Any) -> None:
    call, emulator = busy_call
    call("list_calendars", "user")
    getattr(emulator, end_tokens)()
    results = call.together("list_calendars", [("user",)] * 50)
    assert [type(result) for result in results] == [list] * 50
    assert emulator.journal.operations.count("GetAccessToken") == 2


def test_secret_and_token_are_masked(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    call("list_calendars", "user")
    assert call.masked == [dingtalk_emulator.client_secret, dingtalk_emulator.issued_tokens[0]]


def test_a_wrong_secret_raises_an_error_of_its_own_and_is_not_repeated(
    open_client: Callable[..., Any], dingtalk_emulator: DingTalkEmulator
) -> None:
    call = open_client(credentials=InternalAppCredentials(dingtalk_emulator.client_id, "a-wrong-secret"))
    with pytest.raises(
        errors.InvalidCredentialsError, match="check Client ID and Client Secret, and whether the app"
    ) as raised:
        create(call)
    assert "a-wrong-secret" not in str(raised.value)
    assert dingtalk_emulator.journal.operations == ["GetAccessToken"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault.drop(),
        Fault.truncated(),
        Fault.silence(),
        Fault.error(502, "x"),
        Fault.error(400, "system.error"),
        Fault.proxy_page(),
        Fault.proxy_page(403),
        Fault.proxy_page(404),
    ],
)
@pytest.mark.parametrize("happened", [True, False])
def test_a_create_whose_answer_is_lost_is_not_sent_twice(
    fault: Fault, happened: bool, open_client: Callable[..., Any], dingtalk_emulator: DingTalkEmulator
) -> None:
    call = open_client(timeout=0.3)
    dingtalk_emulator.order((fault.after_effect() if happened else fault).on(CREATE))
    with pytest.raises(errors.DingTalkError) as raised:
        create(call)
    assert raised.value.may_have_taken_effect
    assert dingtalk_emulator.journal.operations.count(CREATE) == 1
    assert len(dingtalk_emulator.calendars) == happened


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.empty(), errors.UnexpectedAnswerError),
        (Fault.not_json(), errors.UnexpectedAnswerError),
        (Fault.answer(200, {"calendarId": ""}), errors.UnexpectedAnswerError),
        (Fault.ip_block(), errors.IpBlockedError),
        (Fault.html(), errors.IpBlockedError),
        (Fault.proxy_page(), errors.UnexpectedAnswerError),
    ],
)
def test_http_200_alone_does_not_prove_success(
    fault: Fault, kind: type[Exception], call: Any, dingtalk_emulator: DingTalkEmulator
) -> None:
    dingtalk_emulator.order(fault.on(CREATE))
    with pytest.raises(kind):
        create(call)
    assert dingtalk_emulator.journal.operations.count(CREATE) == 1


def test_a_redirect_is_not_followed(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    with DingTalkEmulator() as elsewhere:
        dingtalk_emulator.order(Fault.redirect(f"{elsewhere.url}/somewhere").on(CREATE))
        with pytest.raises(errors.UnexpectedAnswerError, match="a redirect, which is not followed"):
            create(call)
        assert list(elsewhere.journal) == []


def test_a_request_to_a_closed_port_was_not_sent(open_client: Callable[..., Any]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        call = open_client(api_url=f"http://127.0.0.1:{unused.getsockname()[1]}", max_wait=0.0)
        with pytest.raises(errors.RequestNotSentError, match=r"Connect.*nothing was sent") as raised:
            create(call)
    assert not raised.value.may_have_taken_effect
    assert raised.value.retry_after == 1.0


def test_a_request_to_a_host_without_tls_was_not_sent(
    open_client: Callable[..., Any], dingtalk_emulator: DingTalkEmulator
) -> None:
    call = open_client(api_url=dingtalk_emulator.url.replace("http:", "https:"), max_wait=0.0)
    with pytest.raises(errors.DingTalkError):
        create(call)
    assert list(dingtalk_emulator.journal) == []


@pytest.mark.parametrize("api_url", ["ftp://127.0.0.1", "nonsense"])
def test_a_request_to_a_wrong_url_was_not_sent(api_url: str, open_client: Callable[..., Any]) -> None:
    with pytest.raises(errors.RequestNotSentError):
        create(open_client(api_url=api_url, max_wait=0.0))


def test_a_request_through_a_missing_proxy_was_not_sent(
    open_client: Callable[..., Any], dingtalk_emulator: DingTalkEmulator
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        proxy = f"http://user:proxy-password@127.0.0.1:{unused.getsockname()[1]}"
        call = open_client(proxy=proxy, max_wait=0.0)
        with pytest.raises(errors.RequestNotSentError) as raised:
            create(call)
    assert "proxy-password" not in str(raised.value)
    assert "proxy-password" in call.masked
    assert list(dingtalk_emulator.journal) == []


def test_a_proxy_is_used(open_client: Callable[..., Any], dingtalk_emulator: DingTalkEmulator) -> None:
    """The emulator acts as the proxy and receives a request for another host."""
    call = open_client(api_url="http://dingtalk.invalid", proxy=dingtalk_emulator.url)
    assert create(call) == dingtalk_emulator.calendars[0].calendar_id
    assert {entry.headers["host"] for entry in dingtalk_emulator.journal} == {"dingtalk.invalid"}


def test_proxies_in_the_environment_are_not_used_for_loopback(
    call: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert create(call)


def test_a_missing_calendar(call: Any) -> None:
    named = "the request names union_id 'u', calendar_id 'no such id' "
    with pytest.raises(errors.NotFoundError, match=f"^GetSubscribedCalendar: HTTP 404 .*; {named}"):
        call("get_subscribed_calendar", "u", "no such id")


def test_a_missing_department(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    dingtalk_emulator.order(Fault.answer(200, {"errcode": 60121, "errmsg": "x"}).on("OapiV2UserList"))
    with pytest.raises(errors.NotFoundError, match="; the request names dept_id '7'"):
        call("list_department_users", 7)


def test_a_change_that_changes_nothing(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    calendar_id = create(call)
    event = call("create_event", "u", summary="s", start=date(2027, 1, 20))
    dingtalk_emulator.journal.clear()
    for nothing in ({}, {"name": None, "managers": None}):
        with pytest.raises(errors.InvalidArgumentError, match="nothing is to be changed: give at least one"):
            call("update_subscribed_calendars", "owner/1", calendar_id, **nothing)
    for nothing in ({}, {"summary": None, "start": None}):
        with pytest.raises(errors.InvalidArgumentError, match="nothing is to be changed: give at least one"):
            call("patch_event", "u", "primary", event.id, **nothing)
    assert list(dingtalk_emulator.journal) == []
    # An empty value is a change.
    call("update_subscribed_calendars", "owner/1", calendar_id, description="", managers=[])
    call("patch_event", "u", "primary", event.id, description="")
    assert dingtalk_emulator.journal.operations == ["UpdateSubscribedCalendars", "PatchEvent"]


@pytest.mark.parametrize(
    "answer",
    [
        Fault.error(404, "invalidParameter.user.notFound"),
        Fault.error(400, "invalidParameter.user.notFound"),
        Fault.answer(200, {"errcode": 33012, "errmsg": "invalid USERID"}),
    ],
)
def test_a_missing_user_does_not_mean_a_missing_calendar(
    call: Any, dingtalk_emulator: DingTalkEmulator, answer: Fault
) -> None:
    calendar_id = create(call)
    dingtalk_emulator.order(answer.on("DeleteSubscribedCalendar"))
    with pytest.raises(errors.NotFoundError):
        call("delete_subscribed_calendar", "owner/1", calendar_id)


def test_only_the_author_may_delete(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    calendar_id = create(call, managers=["editor"])
    with pytest.raises(errors.PermissionDeniedError, match="permission denied"):
        call("delete_subscribed_calendar", "editor", calendar_id)
    assert len(dingtalk_emulator.calendars) == 1


def test_the_error_explains_that_the_creator_is_outside_the_scope(
    call: Any, dingtalk_emulator: DingTalkEmulator
) -> None:
    dingtalk_emulator.add_organization("corp", ["somebody else"])
    with pytest.raises(errors.CreatorNotInRangeError, match="must belong to a group or an organization"):
        create(call)


def test_the_client_waits_for_the_rate_limit(open_client: Callable[..., Any]) -> None:
    with DingTalkEmulator(qps_limit=2) as emulator:
        call = open_client(**vars(settings_for(emulator)))
        assert [len(call("list_calendars", "u")) for _ in range(4)] == [1] * 4
        assert [entry.status for entry in emulator.journal].count(403) >= 1


def test_the_client_does_not_wait_for_the_monthly_quota(open_client: Callable[..., Any]) -> None:
    with DingTalkEmulator(monthly_quota=1) as emulator:
        call = open_client(**vars(settings_for(emulator)))
        call("list_calendars", "u")
        with pytest.raises(errors.MonthlyQuotaError, match="has used up its calls for this month") as raised:
            call("list_calendars", "u")
        assert raised.value.retry_after is None
        assert len(emulator.journal) == 3


def test_a_closed_client_can_be_used_again_with_its_token(
    call: Any, dingtalk_emulator: DingTalkEmulator
) -> None:
    create(call)
    if isinstance(call.client, DingTalkClient):
        call.client.close()
    else:
        call.loop.run_until_complete(call.client.aclose())
    create(call)
    assert dingtalk_emulator.journal.operations == ["GetAccessToken", CREATE, CREATE]


def test_no_secret_in_any_repr(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    token = call("get_access_token")
    settings = call.client.settings
    shown = f"{token!r} {settings!r} {settings.credentials!r} {call.client!r} {vars(call.client)!r}"
    assert token.value == dingtalk_emulator.issued_tokens[0]
    assert token.value not in shown
    assert dingtalk_emulator.client_secret not in shown
