"""Many sensors wait for one calendar on a real Airflow, while DingTalk refuses and the triggerer is killed.

The environment variable WAITS sets their number, for example 1000. Most of the time goes into the processes
that Airflow starts to defer the tasks.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from airflow_provider_dingtalk_calendar.client import DingTalkClient
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from tests.client.both import settings_for
from tools.local_airflow.stack import AirflowStack
from tools.local_airflow.waiting import wait_until

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WAITS = int(os.environ.get("WAITS", "100"))
RESUMED = 4
RECHECK = 20.0
#: Seconds until a phase has certainly ended. To defer a task, Airflow starts a process.
PATIENCE = 300.0 + 3 * WAITS
LOOK = "ListEventsView"
OWNER = "owner"
REFUSED = Fault.error(403, "permissionDenied").on(LOOK)


@pytest.fixture
def emulator() -> Iterator[DingTalkEmulator]:
    with DingTalkEmulator(qps_limit=None) as running:
        yield running


@pytest.fixture
def freeze(emulator: DingTalkEmulator) -> Iterator[Callable[[datetime], None]]:
    """Create a freeze that lasts for a day, and return a function that sets its end."""
    first = datetime.now(timezone.utc)
    with DingTalkClient(settings_for(emulator)) as client:
        end = first + timedelta(days=1)
        event = client.create_event(OWNER, summary="Freeze", start=first, end=end, time_zone="UTC")

        def end_at(end: datetime) -> None:
            client.patch_event(OWNER, "primary", event.id, start=first, end=end, time_zone="UTC")

        yield end_at


@pytest.fixture
def stack(
    emulator: DingTalkEmulator, migrated_database: Path, tmp_path: Path, say: Callable[[str], None]
) -> Iterator[AirflowStack]:
    settings = {
        "WAITS": str(WAITS),
        "RECHECK": str(RECHECK),
        "AIRFLOW_CONN_DINGTALK_DEFAULT": emulator.airflow_connection(),
        "AIRFLOW__CORE__PARALLELISM": "8",
        "AIRFLOW__SCHEDULER__MAX_TIS_PER_QUERY": "64",
        "AIRFLOW__TRIGGERER__CAPACITY": "2000",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(HERE / "waiting_settings")]),
    }
    with AirflowStack(
        tmp_path / "airflow", HERE / "waiting_dags", database=migrated_database, env=settings, say=say
    ) as running:
        yield running


class Waits:
    """The waits of one DAG run, seen from outside."""

    def __init__(self, stack: AirflowStack, emulator: DingTalkEmulator, say: Callable[[str], None]) -> None:
        self._stack = stack
        self._emulator = emulator
        self._say = say

    def looks(self) -> int:
        return self._emulator.journal.operations.count(LOOK)

    def states(self) -> dict[str | None, int]:
        """Count the tasks by state. The REST API would need a request for each hundred tasks."""
        uri = f"{self._stack.database.as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=60)) as database:
            return dict(database.execute("SELECT state, count(*) FROM task_instance GROUP BY state"))

    def logs_with(self, text: str) -> int:
        """Count the tasks whose trigger has logged a text."""
        logs = self._stack.home.glob("logs/dag_id=waits/*/*/*/*.trigger.*")
        return len({log.parent for log in logs if text in log.read_text(encoding="utf-8")})

    def until(self, what: str, look: Callable[[], bool]) -> None:
        def checked() -> bool:
            self._stack.check()
            return look()

        _, seconds = wait_until(what, checked, timeout=PATIENCE, interval=1.0)
        self._say(f"  {what}: {seconds:.0f} s, {self.looks()} looks so far")


def test_many_waits_end_together_and_cost_as_much_as_one(
    stack: AirflowStack,
    emulator: DingTalkEmulator,
    freeze: Callable[[datetime], None],
    say: Callable[[str], None],
) -> None:
    waits, number = Waits(stack, emulator, say), WAITS + RESUMED
    stack.api.wait_for_dag("waits")
    stack.api.unpause("waits")
    begun = time.time()
    stack.api.trigger("waits")
    waits.until(f"{number} tasks are deferred", lambda: waits.states() == {"deferred": number})
    assert waits.looks() <= 2 + (time.time() - begun) / RECHECK

    before = waits.looks()
    emulator.order(REFUSED.times(2))
    waits.until("two refusals and a good look", lambda: waits.looks() >= before + 3)

    emulator.options.monthly_quota = emulator.metered_calls.total()
    waits.until(
        "each task logs that the quota is used up", lambda: waits.logs_with("MonthlyQuotaError") == number
    )
    # The reader now sleeps for a day. A new triggerer knows nothing of this, and looks once.
    before = waits.looks()
    assert waits.states() == {"deferred": number}
    stack.kill("triggerer")
    emulator.options.monthly_quota = None
    stack.start("triggerer")
    waits.until("the new triggerer looks", lambda: waits.looks() > before)
    assert waits.states() == {"deferred": number}

    # The triggerer starts 50 waits a second, so at first few of them run.
    opening = datetime.now(timezone.utc) + timedelta(seconds=2 * RECHECK + WAITS / 10)
    freeze(opening)
    waits.until("a look finds the new end", lambda: waits.looks() > before + 1)
    assert waits.states() == {"deferred": number}
    waits.until("no task waits any more", lambda: "deferred" not in waits.states())
    seconds = time.time() - opening.timestamp()
    looks, allowed = waits.looks(), 2 + (time.time() - begun) / RECHECK + 2
    say(f"  {number} waits ended within {seconds:.0f} s of the opening, and took {looks} looks")
    assert seconds >= 0
    assert looks <= allowed
    waits.until("all tasks have succeeded", lambda: waits.states() == {"success": number})
    assert waits.looks() == looks
