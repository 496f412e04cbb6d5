"""A thousand tasks create exactly one calendar each, although three in ten requests fail."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.client.transport.sync import SyncDriver
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from airflow_provider_dingtalk_calendar.exceptions import DingTalkError
from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import CreateSubscribedCalendarOperator
from tests.effort import effort

TASKS = max(200, effort(1000))
WORKERS = 40
#: With this many tries, about one task in ten million fails for good.
TRIES = 25


class StateStore(dict[str, Any]):
    """The state store of one task, as Airflow puts the store in the context."""

    def set(self, key: str, value: Any) -> None:
        self[key] = value


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[DingTalkEmulator]:
    # No request takes effect late here, so the pauses can be short.
    monkeypatch.setattr(SyncDriver.__init__, "__kwdefaults__", _with_short_sleep())
    with DingTalkEmulator(qps_limit=None, monthly_quota=None) as emulator:
        connection = emulator.airflow_connection(timeout="2", calls_per_second="10000")
        monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", connection)
        emulator.fail_at_random(0.3, seed=20261123)
        yield emulator


def _with_short_sleep() -> dict[str, Any]:
    import time

    defaults = SyncDriver.__init__.__kwdefaults__ or {}
    return defaults | {"sleep": lambda seconds: time.sleep(seconds / 1000)}


def play(number: int, if_exists: str) -> tuple[str, int]:
    """Try a task until it succeeds, with one state store. Return the result and the number of tries."""
    operator = CreateSubscribedCalendarOperator(
        task_id="create",
        union_id="owner",
        name=f"Calendar {number}",
        subscribe_scope={"corp_ids": ["corp"]},
        if_exists=if_exists,  # type: ignore[arg-type]
        retries=TRIES - 1,
    )
    store = StateStore()
    for number_of_try in range(1, TRIES + 1):
        instance = SimpleNamespace(try_number=number_of_try, max_tries=TRIES - 1)
        context: Any = {"ti": instance, "task_state_store": store}
        try:
            return operator.call(context), number_of_try
        except DingTalkError as error:
            if error.retry_after is None:
                raise
    raise AssertionError(f"no success in {TRIES} tries")


@pytest.mark.thorough
def test_as_many_calendars_as_tasks(failing: DingTalkEmulator, say: Callable[[str], None]) -> None:
    modes = random.Random(7).choices(["reuse", "fail", "create"], k=TASKS)
    with ThreadPoolExecutor(WORKERS) as pool:
        played = list(pool.map(play, range(TASKS), modes))
    failing.fail_at_random(0.0)
    names = {calendar.calendar_id: calendar.name for calendar in failing.calendars}
    assert len(failing.calendars) == TASKS
    assert [names[calendar_id] for calendar_id, _ in played] == [f"Calendar {n}" for n in range(TASKS)]
    faulty = sum(entry.fault is not None for entry in failing.journal)
    share = faulty / len(failing.journal)
    assert 0.25 < share < 0.35
    tries = [number for _, number in played]
    say(
        f"{TASKS} tasks, {len(failing.journal)} requests, {share:.0%} of them failed, {sum(tries)} tries, "
        f"{max(tries)} at most for one task: {len(failing.calendars)} calendars"
    )
