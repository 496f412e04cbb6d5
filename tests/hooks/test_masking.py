"""Secrets are masked with the masker from the installed Airflow version."""

from __future__ import annotations

import asyncio
import sys
import threading
import types

import pytest

from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError
from airflow_provider_dingtalk_calendar.hooks import masking
from tests.forking import Child


@pytest.fixture
def homes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Make the hook search three modules, none of which has a masker."""
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


def test_the_async_masker_is_used_if_there_is_one(homes: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    masked: list[str] = []

    async def amask_secret(secret: str) -> None:
        masked.append(secret)

    monkeypatch.setattr(sys.modules[homes[1]], "mask_secret", None, raising=False)
    monkeypatch.setattr(sys.modules[homes[1]], "amask_secret", amask_secret, raising=False)
    asyncio.run(masking.amask("one"))
    assert masked == ["one"]


@pytest.mark.usefixtures("homes")
def test_a_missing_masker_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match="no mask_secret in home_of_3_1, home_of_3_0, home_of_2_11"):
        masking.mask("one")


def test_one_thread_at_a_time_asks_the_supervisor_and_never_the_loop(
    homes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Airflow 3.0 and 3.1, concurrent calls to the supervisor can get each other's answers."""
    asked: list[tuple[bool, bool]] = []

    def mask_secret(_: str) -> None:
        asked.append(
            (masking.SUPERVISOR.value.locked(), threading.current_thread() is threading.main_thread())
        )

    monkeypatch.setattr(sys.modules[homes[1]], "mask_secret", mask_secret, raising=False)
    masking.mask("one")
    asyncio.run(masking.amask("two"))
    assert asked == [(True, True), (True, False)]
    assert not masking.SUPERVISOR.value.locked()


def test_a_child_forked_while_a_thread_masks_does_not_hang(
    homes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    masks, forked = threading.Event(), threading.Event()

    def mask_secret(_: str) -> None:
        masks.set()
        forked.wait()

    def in_child() -> None:
        forked.set()
        masking.mask("two")

    monkeypatch.setattr(sys.modules[homes[1]], "mask_secret", mask_secret, raising=False)
    thread = threading.Thread(target=masking.mask, args=("one",))
    thread.start()
    assert masks.wait(60)
    try:
        Child(in_child).result()
    finally:
        forked.set()
        thread.join()


def test_an_event_loop_in_a_child_masks_if_one_in_the_parent_did(
    homes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    masked: list[str] = []

    def in_child() -> list[str]:
        asyncio.run(masking.amask("two"))
        return masked

    monkeypatch.setattr(sys.modules[homes[1]], "mask_secret", masked.append, raising=False)
    asyncio.run(masking.amask("one"))
    assert Child(in_child).result() == ["one", "two"]
