"""A real scheduler retries or ends failed tasks as their errors require, and runs a cleared task again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from tools.local_airflow.stack import AirflowStack

DAG_ID = "retried"
QPS = Fault.error(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi").on("ListCalendars")
REFUSED = Fault.error(400, "invalidParameter", "current user must in range").on("CreateSubscribedCalendar")
FAULTS: dict[str, Fault | None] = {"limited": QPS, "refused": REFUSED, "mapped": REFUSED, "cleared": None}


@pytest.fixture(scope="module")
def emulators() -> Iterator[dict[str, DingTalkEmulator]]:
    with ExitStack() as running:
        emulators = {name: running.enter_context(DingTalkEmulator()) for name in FAULTS}
        for name, fault in FAULTS.items():
            if fault is not None:
                emulators[name].order(fault)
        yield emulators


@pytest.fixture(scope="module")
def stack(shared_stack: AirflowStack, emulators: dict[str, DingTalkEmulator]) -> AirflowStack:
    for name, emulator in emulators.items():
        # Do not wait within a call, because other tests cover such waits.
        fields = json.loads(emulator.airflow_connection(max_wait=0))
        extra = json.dumps(fields["extra"])
        shared_stack.api.create_connection(connection_id=name, **fields | {"extra": extra})
    return shared_stack


@pytest.fixture(scope="module")
def run_id(stack: AirflowStack) -> str:
    stack.api.wait_for_dag(DAG_ID)
    stack.api.unpause(DAG_ID)
    run_id = stack.api.trigger(DAG_ID)
    stack.api.wait_for_run(DAG_ID, run_id, expected=None)
    return run_id


def task(stack: AirflowStack, run_id: str, task_id: str) -> dict[str, Any]:
    (found,) = (one for one in stack.api.task_instances(DAG_ID, run_id) if one["task_id"] == task_id)
    return found


def test_a_throttled_task_comes_back_after_the_delay_of_the_limit(
    stack: AirflowStack, emulators: dict[str, DingTalkEmulator], run_id: str
) -> None:
    found = task(stack, run_id, "limited")
    assert (found["state"], found["try_number"]) == ("success", 2)
    assert len(emulators["limited"].calendars) == 1


@pytest.mark.parametrize("task_id", ["refused", "mapped"])
def test_a_final_failure_is_not_tried_again(
    task_id: str, stack: AirflowStack, emulators: dict[str, DingTalkEmulator], run_id: str
) -> None:
    found = task(stack, run_id, task_id)
    assert (found["state"], found["try_number"]) == ("failed", 1)
    assert emulators[task_id].journal.operations.count("CreateSubscribedCalendar") == 1


def test_the_log_says_in_one_line_what_to_do(
    stack: AirflowStack, emulators: dict[str, DingTalkEmulator], run_id: str
) -> None:
    log = stack.api.task_log(DAG_ID, run_id, "refused", try_number=1)
    request_id = emulators["refused"].journal[-1].request_id
    said = (
        "CreateSubscribedCalendar: HTTP 400 invalidParameter: current user must in range; the creator must "
        f"belong to a group or an organization of the subscribe scope (request id {request_id}); "
        "trying again is useless"
    )
    assert any(said in line for line in log.splitlines())
    assert "client/flows.py" not in log
    assert "client/drivers.py" not in log


def test_a_cleared_task_returns_the_calendar_that_it_has_made(
    stack: AirflowStack, emulators: dict[str, DingTalkEmulator], run_id: str
) -> None:
    first = stack.api.xcom(DAG_ID, run_id, "cleared")
    request = {"dry_run": False, "task_ids": ["cleared"], "dag_run_id": run_id, "only_failed": False}
    stack.api.post(f"/dags/{DAG_ID}/clearTaskInstances", request)
    stack.api.wait_for_run(DAG_ID, run_id, expected=None)
    assert task(stack, run_id, "cleared")["try_number"] == 2
    assert stack.api.xcom(DAG_ID, run_id, "cleared") == first
    assert [calendar.calendar_id for calendar in emulators["cleared"].calendars] == [first]
    assert "Recovered" in stack.api.task_log(DAG_ID, run_id, "cleared", try_number=2)
