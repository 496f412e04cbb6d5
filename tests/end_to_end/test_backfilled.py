"""A real scheduler starts all runs of a ten-day backfill at once. They leave one calendar."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tools.local_airflow.stack import AirflowStack

DAG_ID = "backfilled"
DAYS = 10
WINDOW = {"from_date": "2026-02-01T00:00:00Z", "to_date": "2026-02-10T00:00:00Z"}


@pytest.fixture(scope="module")
def emulator() -> Iterator[DingTalkEmulator]:
    with DingTalkEmulator() as running:
        yield running


@pytest.fixture(scope="module")
def runs(
    shared_stack: AirflowStack, emulator: DingTalkEmulator, say: Callable[[str], None]
) -> list[dict[str, Any]]:
    """Run the backfill and return its runs."""
    api, fields = shared_stack.api, json.loads(emulator.airflow_connection())
    fields["extra"] = json.dumps(fields.get("extra", {}))
    api.create_connection(connection_id=DAG_ID, **fields)
    api.wait_for_dag(DAG_ID)
    # The scheduler leaves the runs of a paused DAG alone. On SQLite, the scheduler of Airflow 3.3.2 can stop
    # with ObjectDeletedError while a backfill is being created.
    api.post("/backfills", {"dag_id": DAG_ID, "max_active_runs": DAYS} | WINDOW)
    api.unpause(DAG_ID)
    found: list[dict[str, Any]] = api.get(f"/dags/{DAG_ID}/dagRuns", limit=100)["dag_runs"]
    for run in found:
        api.wait_for_run(DAG_ID, run["dag_run_id"], timeout=420)
    ended: list[dict[str, Any]] = api.get(f"/dags/{DAG_ID}/dagRuns", limit=100)["dag_runs"]
    say(f"requests: {emulator.journal.operations}")
    return sorted(ended, key=lambda run: str(run["start_date"]))


def times(one: dict[str, Any]) -> tuple[str, str]:
    """Return start and end, as strings that sort by time."""
    return one["start_date"], one["end_date"]


def test_the_backfill_ignores_max_active_runs(runs: list[dict[str, Any]]) -> None:
    assert [(run["run_type"], run["state"]) for run in runs] == [("backfill", "success")] * DAYS
    assert max(times(run)[0] for run in runs) < min(times(run)[1] for run in runs)


def test_its_tasks_run_one_at_a_time_and_leave_one_calendar(
    shared_stack: AirflowStack, emulator: DingTalkEmulator, runs: list[dict[str, Any]]
) -> None:
    tasks = [task for run in runs for task in shared_stack.api.task_instances(DAG_ID, run["dag_run_id"])]
    ids = {shared_stack.api.xcom(DAG_ID, run["dag_run_id"], "create") for run in runs}
    assert [(task["state"], task["try_number"]) for task in tasks] == [("success", 1)] * DAYS
    assert {calendar.calendar_id for calendar in emulator.calendars} == ids
    assert len(ids) == 1
    assert emulator.journal.operations.count("ListCalendars") == DAYS
    in_order = sorted(map(times, tasks))
    assert [(one, other) for one, other in pairwise(in_order) if other[0] < one[1]] == []
