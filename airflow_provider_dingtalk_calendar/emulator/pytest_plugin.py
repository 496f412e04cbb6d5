"""The pytest plugin: the fixture ``dingtalk_emulator``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from . import DingTalkEmulator


@pytest.fixture
def dingtalk_emulator() -> Iterator[DingTalkEmulator]:
    """Offer a stand-in DingTalk server that serves for as long as the test runs."""
    from . import DingTalkEmulator

    with DingTalkEmulator() as emulator:
        yield emulator
