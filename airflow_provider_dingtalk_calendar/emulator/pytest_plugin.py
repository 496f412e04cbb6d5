"""The pytest plugin: the fixture ``dingtalk_emulator``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from . import DingTalkEmulator


@pytest.fixture
def dingtalk_emulator() -> Iterator[DingTalkEmulator]:
    """Yield a stand-in DingTalk server that runs until the end of the test."""
    from . import DingTalkEmulator

    with DingTalkEmulator() as emulator:
        yield emulator
