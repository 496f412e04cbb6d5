"""The hook reads connections as JSON and as URIs, makes both clients, shares tokens and masks secrets."""

from __future__ import annotations

import asyncio
import json

import pytest
from airflow.providers.common.compat.version_compat import AIRFLOW_V_3_0_PLUS, AIRFLOW_V_3_2_PLUS

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
from tests.frames import frames, secrets_in_frames


def test_connections_from_the_environment(
    dingtalk_emulator: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    from urllib.parse import quote

    emulator = dingtalk_emulator
    as_uri = f"dingtalk://{emulator.client_id}:{emulator.client_secret}@{quote(emulator.url, safe='')}"
    for text in (emulator.airflow_connection(), as_uri):
        monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", text)
        with DingTalkHook().get_conn() as client:
            assert client.list_calendars("u")


def test_one_hook_fetches_one_token(connection: DingTalkEmulator) -> None:
    hook = DingTalkHook()
    for _ in range(3):
        hook.get_conn().list_calendars("u")
    hook.get_conn().close()
    assert connection.journal.operations.count("GetAccessToken") == 1


@pytest.mark.usefixtures("connection")
def test_the_async_client() -> None:
    async def names() -> list[str | None]:
        async with await DingTalkHook().aget_conn() as client:
            await client.create_subscribed_calendar("u", name="n", subscribe_scope={"corp_ids": ["c"]})
            return [calendar.summary for calendar in await client.list_calendars("u")]

    assert "n" in asyncio.run(names())


@pytest.mark.parametrize("asynchronous", [False, True])
def test_the_hooks_of_a_process_share_a_token(connection: DingTalkEmulator, asynchronous: bool) -> None:
    async def list_calendars() -> None:
        async with await DingTalkHook().aget_conn() as client:
            await client.list_calendars("u")

    async def five_at_once() -> None:
        await asyncio.gather(*(list_calendars() for _ in range(5)))

    if asynchronous:
        asyncio.run(five_at_once())
    else:
        for _ in range(5):
            with DingTalkHook().get_conn() as client:
                client.list_calendars("u")
    assert connection.journal.operations.count("GetAccessToken") == 1
    assert connection.journal.operations.count("ListCalendars") == 5


@pytest.mark.parametrize("asynchronous", [False, True])
def test_airflow_masks_secret_and_token(connection: DingTalkEmulator, asynchronous: bool) -> None:
    from airflow.providers.common.compat.sdk import redact

    async def fetch() -> None:
        async with await DingTalkHook().aget_conn() as client:
            await client.get_access_token()

    if asynchronous:
        asyncio.run(fetch())
    else:
        DingTalkHook().get_conn().get_access_token()
    (token,) = connection.issued_tokens
    assert redact(f"a {connection.client_secret} b {token} c") == "a *** b *** c"


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize(
    "wrong",
    [
        {"conn_type": "aws"},
        {"login": ""},
        {"extra": {"refresh_token": "a-refresh-token-in-the-wrong-field"}},
        {"extra": {"region": "a-refresh-token-in-the-wrong-field"}},
        {
            "extra": {
                "app_type": "third_party_personal",
                "authorization_code": "the-code",
                "refresh_token": "a-refresh-token-in-the-wrong-field",
            }
        },
        {"extra": {"proxy": "the-proxy-password"}},
        {"extra": "a-refresh-token-in-the-wrong-field"},
    ],
)
def test_the_traceback_of_a_wrong_connection_shows_no_secret(
    wrong: dict[str, object], asynchronous: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if isinstance(wrong.get("extra"), str) and AIRFLOW_V_3_0_PLUS and not AIRFLOW_V_3_2_PLUS:
        pytest.skip("Airflow 3.0 and 3.1 refuse this connection themselves")
    connection = {"conn_type": "dingtalk", "login": "id", "password": "the-client-secret"} | wrong
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", json.dumps(connection))
    with pytest.raises(ConfigurationError) as raised:
        asyncio.run(DingTalkHook().aget_conn()) if asynchronous else DingTalkHook().get_conn()
    assert list(frames(raised.value))
    secrets = ("the-client-secret", "a-refresh-token-in-the-wrong-field", "the-code", "the-proxy-password")
    assert secrets_in_frames(raised.value, secrets) == set()


def test_the_secret_of_another_connection_type_is_not_sent(
    dingtalk_emulator: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = json.loads(dingtalk_emulator.airflow_connection()) | {"conn_type": "http"}
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", json.dumps(connection))
    with pytest.raises(ConfigurationError, match="conn_type must be dingtalk, not 'http'"):
        DingTalkHook().get_conn().list_calendars("u")
    assert DingTalkHook().test_connection()[0] is False
    assert len(dingtalk_emulator.journal) == 0
