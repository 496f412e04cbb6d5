from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tests.client.both import CALLERS, AsyncCaller, SyncCaller, settings_for

Caller = SyncCaller | AsyncCaller


@pytest.fixture(params=CALLERS)
def open_client(
    request: pytest.FixtureRequest, dingtalk_emulator: DingTalkEmulator
) -> Iterator[Callable[..., Caller]]:
    """Return a function that opens clients of one kind. Keyword arguments change the client settings."""
    opened: list[Caller] = []

    def open_one(**changes: Any) -> Caller:
        opened.append(CALLERS[request.param](settings_for(dingtalk_emulator, **changes)))
        return opened[-1]

    yield open_one
    for caller in opened:
        caller.close()


@pytest.fixture
def call(open_client: Callable[..., Caller]) -> Caller:
    return open_client()
