"""The pytest plugin: the fixture ``dingtalk_emulator`` and the marker with its arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from . import DingTalkEmulator


_MARKER = "dingtalk_emulator"


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers", f"{_MARKER}(**arguments): arguments of DingTalkEmulator for the fixture {_MARKER}"
    )


@pytest.fixture
def dingtalk_emulator(request: pytest.FixtureRequest) -> Iterator[DingTalkEmulator]:
    """Yield a stand-in DingTalk server that runs until the end of the test.

    The marker ``dingtalk_emulator`` sets the server's arguments. For the same argument, the marker of a test
    overrides the marker of its module.
    """
    from . import DingTalkEmulator

    markers = reversed(list(request.node.iter_markers(_MARKER)))
    arguments = {name: value for marker in markers for name, value in marker.kwargs.items()}
    with DingTalkEmulator(**arguments) as emulator:
        yield emulator
