"""The hook reads connections as JSON and as URIs, makes both clients, shares tokens and masks secrets."""

from __future__ import annotations

import asyncio

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook


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
