"""On a real Airflow, a calendar starts DAGs: one run for each event, also if the triggerer is killed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.client import DingTalkClient
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tests.client.both import settings_for
from tests.in_airflow.fixtures import EXAMPLES
from tests.in_airflow.watching import SETTINGS, saved
from tools.local_airflow.stack import AirflowStack
from tools.local_airflow.waiting import wait_until

DAGS = Path(__file__).parent / "watched_dags"
EVENTS, KILLED_AFTER = 20, 10
#: Seconds between the starts of the events that the example watches. It finds them all in its first look.
STEP = 20


class Windows:
    """Creates events."""

    def __init__(self, client: DingTalkClient) -> None:
        self._client = client

    def add(self, union_id: str, title: str, seconds: float = 0.0) -> str:
        """Create an event and return its id.

        :param seconds: When the event starts, in seconds from now.
        """
        # Times have whole seconds. A start must not be before the watch.
        start = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(seconds=1 + seconds)
        return self._client.create_event(
            union_id, summary=title, start=start, end=start + timedelta(hours=2), time_zone="UTC"
        ).id


@pytest.fixture(scope="module")
def emulator() -> Iterator[DingTalkEmulator]:
    with DingTalkEmulator(qps_limit=None, monthly_quota=None) as running:
        yield running


@pytest.fixture(scope="module")
def windows(emulator: DingTalkEmulator) -> Iterator[Windows]:
    with DingTalkClient(settings_for(emulator)) as client:
        yield Windows(client)


@pytest.fixture(scope="module")
def stack(
    emulator: DingTalkEmulator,
    migrated_database: Path,
    tmp_path_factory: pytest.TempPathFactory,
    say: Callable[[str], None],
) -> Iterator[AirflowStack]:
    dags = tmp_path_factory.mktemp("dags")
    for path in (DAGS / "watched.py", EXAMPLES / "on_event.py"):
        shutil.copy(path, dags)
    settings = SETTINGS | {"AIRFLOW_CONN_DINGTALK_DEFAULT": emulator.airflow_connection()}
    home = tmp_path_factory.mktemp("airflow")
    with AirflowStack(home, dags, database=migrated_database, env=settings, say=say) as running:
        yield running


def results(stack: AirflowStack, dag_id: str, task_id: str) -> list[Any]:
    """Return what the task of each successful run has returned."""
    runs = stack.api.get(f"/dags/{dag_id}/dagRuns", limit=100)["dag_runs"]
    return [stack.api.xcom(dag_id, run["dag_run_id"], task_id) for run in runs if run["state"] == "success"]


def looks(emulator: DingTalkEmulator, union_id: str) -> int:
    return sum(f"/users/{union_id}/" in one.target for one in emulator.journal.of("ListEventsView"))


def test_each_event_starts_one_run_also_if_the_triggerer_is_killed(
    stack: AirflowStack, emulator: DingTalkEmulator, windows: Windows, say: Callable[[str], None]
) -> None:
    wait_until("the first look", lambda: looks(emulator, "watched"), timeout=180)
    ids: list[str] = []

    def reported() -> list[str]:
        found = results(stack, "watched", "report")
        return [payload["event_id"] for payloads in found for payload in payloads]

    for number in range(EVENTS):
        if number == KILLED_AFTER:
            wait_until("the triggerer's memory", lambda: ids[-1] in saved(stack), timeout=60)
            stack.kill("triggerer")
        ids.append(windows.add("watched", f"Window {number}"))
        if number == KILLED_AFTER:
            stack.start("triggerer")
        _, seconds = wait_until("the run", lambda: ids[-1] in reported(), timeout=120)
        say(f"event {number}: its run has ended after {seconds:.0f} s")
    assert sorted(reported()) == sorted(ids)
    runs = stack.api.get("/dags/watched/dagRuns", limit=100)["dag_runs"]
    assert [(run["run_type"], run["state"]) for run in runs] == [("asset_triggered", "success")] * EVENTS


def test_the_example_runs_when_a_window_begins(
    stack: AirflowStack, emulator: DingTalkEmulator, windows: Windows
) -> None:
    # The example has looked already, and looks again only after half an hour, or when its triggerer restarts.
    wait_until("the watch of the example", lambda: "owner-union-id" in saved(stack), timeout=180)
    before = looks(emulator, "owner-union-id")
    windows.add("owner-union-id", "Standup", STEP)
    windows.add("owner-union-id", "Release window 12", STEP)
    stack.kill("triggerer")
    stack.start("triggerer")
    wait_until("a look", lambda: looks(emulator, "owner-union-id") > before, timeout=120)
    found, _ = wait_until("a run", lambda: results(stack, "dingtalk_on_event", "deploy"), timeout=120)
    ((said,),) = found
    assert said.startswith("Release window 12 until 20")
