"""Fixtures: a clock that a test moves, and the emulator that the connection points to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from airflow_provider_dingtalk_calendar.triggers import reader
from tools.moved_clock import IDLE, MovedClock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> MovedClock:
    now = datetime.now(timezone.utc).replace(second=0, microsecond=0)
    moved = MovedClock(now.timestamp())
    # Sleep once instead of many times. A real reader wakes often only in case the machine's clock is set.
    monkeypatch.setattr(reader, "LONGEST_SLEEP", IDLE)
    monkeypatch.setattr(reader, "READERS", reader.CalendarReaders(moved, moved.sleep))
    return moved


@pytest.fixture
def emulator(unlimited: DingTalkEmulator) -> DingTalkEmulator:
    return unlimited


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """Return a function that returns what triggers have logged. Its place depends on the Airflow version."""
    return lambda: "".join(capfd.readouterr()) or caplog.text
