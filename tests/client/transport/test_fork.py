"""A forked child has locks, connections and limits of its own."""

from __future__ import annotations

import asyncio
import gc
import threading
from pathlib import Path

import pytest

from airflow_provider_dingtalk_calendar.client import (
    AsyncDingTalkClient,
    ClientSettings,
    DingTalkClient,
    InternalAppCredentials,
)
from airflow_provider_dingtalk_calendar.client.auth.token_memory import TokenMemory
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tests.client.both import settings_for
from tests.client.raw_server import TOKEN, RawServer, http, self_signed
from tests.forking import Child

LISTED = b'{"response": {"calendars": []}}'


def names(emulator: DingTalkEmulator) -> dict[str, str]:
    """Map the id of each calendar to its name."""
    return {one.calendar_id: one.name for one in emulator.calendars}


def create(client: DingTalkClient, name: str) -> str:
    return client.create_subscribed_calendar("u", name=name, subscribe_scope={"corp_ids": ["c"]})


@pytest.mark.parametrize("which", ["the same client", "a new client"])
def test_a_child_forked_during_a_token_request_does_not_hang(
    which: str, dingtalk_emulator: DingTalkEmulator
) -> None:
    settings, memory = settings_for(dingtalk_emulator), TokenMemory()
    has_token, forked = threading.Event(), threading.Event()

    def mask(secret: str) -> None:
        if secret != dingtalk_emulator.client_secret:
            has_token.set()
            forked.wait()

    client = DingTalkClient(settings, mask=mask, memory=memory)

    def in_child() -> str:
        forked.set()
        return create(client if which == "the same client" else DingTalkClient(settings, memory=memory), "c")

    thread = threading.Thread(target=create, args=(client, "p"))
    thread.start()
    assert has_token.wait(60)
    try:
        created = Child(in_child).result()
    finally:
        forked.set()
        thread.join()
    assert names(dingtalk_emulator)[created] == "c"
    assert sorted(names(dingtalk_emulator).values()) == ["c", "p"]
    client.close()


def test_children_that_share_a_client_get_their_own_answers() -> None:
    with DingTalkEmulator(qps_limit=None) as emulator, DingTalkClient(settings_for(emulator)) as client:
        create(client, "before the fork")

        def in_child(number: int) -> dict[str, str]:
            return {name: create(client, name) for name in (f"{number}-{one}" for one in range(15))}

        children = [Child(lambda number=number: in_child(number)) for number in range(4)]  # type: ignore[misc]
        created = {name: one for child in children for name, one in child.result().items()}
        assert len(created) == 60
        made = names(emulator)
        assert all(made[one] == name for name, one in created.items())
        assert create(client, "after the fork")


def test_a_child_leaves_the_connection_of_its_parent_alone(tmp_path: Path) -> None:
    context, certificate = self_signed(tmp_path, "localhost")

    def answer(body: bytes) -> bytes:
        return http(body).replace(b"Connection: close\r\n", b"")

    with RawServer(answer(TOKEN), answer(LISTED), context=context, keep_alive=True) as server:
        url = f"https://localhost:{server.address.rpartition(':')[2]}"
        settings = ClientSettings(InternalAppCredentials("i", "s"), url, ca_bundle=str(certificate))
        with DingTalkClient(settings) as client:
            assert client.list_calendars("u") == []

            def in_child() -> None:
                client.close()
                gc.collect()

            Child(in_child).result()
            assert client.list_calendars("u") == []
            assert (server.connections, len(server.requests)) == (1, 3)


def test_an_async_client_works_in_a_child(dingtalk_emulator: DingTalkEmulator) -> None:
    client = AsyncDingTalkClient(settings_for(dingtalk_emulator))

    async def create_one(name: str) -> str:
        return await client.create_subscribed_calendar("u", name=name, subscribe_scope={"corp_ids": ["c"]})

    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(create_one("p"))
        created = Child(lambda: asyncio.new_event_loop().run_until_complete(create_one("c"))).result()
        assert names(dingtalk_emulator)[created] == "c"
        assert loop.run_until_complete(create_one("q"))
        loop.run_until_complete(client.aclose())
    finally:
        loop.close()
    assert len(dingtalk_emulator.calendars) == 3
