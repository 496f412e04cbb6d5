"""The masker is found wherever an Airflow keeps it."""

from __future__ import annotations

import asyncio
import sys
import threading
import types

import pytest

from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError
from airflow_provider_dingtalk_calendar.hooks import masking


@pytest.fixture
def homes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three homes of a masker, none of which has one."""
    names = ["home_of_3_1", "home_of_3_0", "home_of_2_11"]
    for name in names[1:]:
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setattr(masking, "HOMES", names)
    return names


@pytest.mark.parametrize("home", ["home_of_3_0", "home_of_2_11"])
def test_an_older_home_is_found(home: str, homes: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert home in homes
    masked: list[str] = []
    monkeypatch.setattr(sys.modules[home], "mask_secret", masked.append, raising=False)
    masking.mask("one")
    asyncio.run(masking.amask("two"))
    assert masked == ["one", "two"]


def test_an_event_loop_is_not_blocked_where_airflow_can_wait(
    homes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    masked: list[str] = []

    async def amask_secret(secret: str) -> None:
        masked.append(secret)

    monkeypatch.setattr(sys.modules[homes[1]], "mask_secret", None, raising=False)
    monkeypatch.setattr(sys.modules[homes[1]], "amask_secret", amask_secret, raising=False)
    asyncio.run(masking.amask("one"))
    assert masked == ["one"]


@pytest.mark.usefixtures("homes")
def test_without_a_masker_no_secret_is_used() -> None:
    with pytest.raises(ConfigurationError, match="no mask_secret in home_of_3_1, home_of_3_0, home_of_2_11"):
        masking.mask("one")


def test_the_supervisor_is_asked_by_one_thread_at_a_time_and_not_by_the_loop(
    homes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Airflow 3.0 and 3.1, threads that ask at once get the answers of each other."""
    asked: list[tuple[bool, bool]] = []

    def mask_secret(_: str) -> None:
        asked.append((masking.SUPERVISOR.locked(), threading.current_thread() is threading.main_thread()))

    monkeypatch.setattr(sys.modules[homes[1]], "mask_secret", mask_secret, raising=False)
    masking.mask("one")
    asyncio.run(masking.amask("two"))
    assert asked == [(True, True), (True, False)]
    assert not masking.SUPERVISOR.locked()
