"""Tasks are killed with SIGKILL at every point, on a real Airflow. Each retry ends with one calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.client import DingTalkClient
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tests.client.both import settings_for
from tools.local_airflow.stack import AirflowStack

from .killing import (
    BEFORE,
    BESIDE,
    CASES,
    FOLDER,
    LIST,
    OWNER,
    RUBBISH,
    SYNC_POINTS,
    WINDOW,
    WITH_WORKER,
    Killings,
)

ROOT = Path(__file__).parents[2]
DAGS = Path(__file__).parent / "killed_dags"
#: Components to start. No task here defers, so there is no triggerer.
NEEDED = ("api-server", "scheduler", "dag-processor")
#: DAGs in the order of their start. The DAG that takes longest comes first.
DAG_IDS = ("killed_with_worker", "killed", "killed_sync", "confused")
CREATE = "CreateSubscribedCalendar"
SETTINGS = {
    # Enough slots for other tasks to run while some tasks wait before they list the calendars again.
    "AIRFLOW__CORE__PARALLELISM": "8",
    # Airflow notices a dead worker only by its missing heartbeat, so check often.
    "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "3",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "20",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "2",
    # The DAG file imports modules from the tests.
    "PYTHONPATH": str(ROOT),
}
#: The log message of a last try that found the calendar of the first try.
RECOVERED = "Recovered subscribed calendar"


@dataclass(frozen=True)
class Outcome:
    """The final state of a task, the state of its first try, and the log of its last try."""

    state: str
    try_number: int
    first_state: str
    calendar_id: Any
    log: str


@pytest.fixture(scope="module")
def killings(tmp_path_factory: pytest.TempPathFactory) -> Killings:
    return Killings(tmp_path_factory.mktemp("killings"))


@pytest.fixture(scope="module")
def emulator(killings: Killings) -> Iterator[DingTalkEmulator]:
    with DingTalkEmulator(qps_limit=None, on_request=killings.kill_the_sender) as running:
        yield running


@pytest.fixture(scope="module")
def there_before(emulator: DingTalkEmulator) -> dict[str, str]:
    """Create the calendars that exist before any task runs, and return their ids by name."""
    with DingTalkClient(settings_for(emulator)) as client:
        for owner in SYNC_POINTS:
            client.sync_events(owner, BEFORE, namespace="killed_sync", **WINDOW)
        scope = {"corp_ids": ["dingcorp"]}
        return {
            name: client.create_subscribed_calendar(OWNER, name=name, subscribe_scope=scope)
            for name in (*BESIDE, *RUBBISH)
        }


@pytest.fixture(scope="module")
def stack(
    emulator: DingTalkEmulator,
    killings: Killings,
    migrated_database: Path,
    tmp_path_factory: pytest.TempPathFactory,
    say: Callable[[str], None],
) -> Iterator[AirflowStack]:
    settings = SETTINGS | {
        "AIRFLOW_CONN_DINGTALK_DEFAULT": emulator.airflow_connection(),
        FOLDER: str(killings.folder),
    }
    home = tmp_path_factory.mktemp("airflow")
    with AirflowStack(
        home, DAGS, components=NEEDED, database=migrated_database, env=settings, say=say
    ) as running:
        yield running


@pytest.fixture(scope="module")
def outcomes(stack: AirflowStack, there_before: dict[str, str]) -> dict[str, Outcome]:
    """Run all DAGs at the same time and return the outcome of every task, failed or not."""
    api = stack.api
    run_ids = {}
    for dag_id in DAG_IDS:
        api.wait_for_dag(dag_id)
        api.unpause(dag_id)
        run_ids[dag_id] = api.trigger(dag_id, conf=there_before)
    outcomes = {}
    for dag_id, run_id in run_ids.items():
        api.wait_for_run(dag_id, run_id, expected=None)
        for task in api.task_instances(dag_id, run_id):
            task_id, last = task["task_id"], task["try_number"]
            tries = {one["try_number"]: one["state"] for one in api.task_tries(dag_id, run_id, task_id)}
            is_well = task["state"] == "success"
            outcomes[task_id] = Outcome(
                state=task["state"],
                try_number=last,
                first_state=tries[1],
                calendar_id=api.xcom(dag_id, run_id, task_id) if is_well else None,
                log=api.task_log(dag_id, run_id, task_id, try_number=last),
            )
    return outcomes


def created(emulator: DingTalkEmulator, name: str, there_before: dict[str, str]) -> list[str]:
    """Return the ids of the calendars with this name, except the calendar that already existed."""
    ids = [calendar.calendar_id for calendar in emulator.calendars if calendar.name == name]
    return [calendar_id for calendar_id in ids if calendar_id != there_before.get(name)]


def requests_to_create(emulator: DingTalkEmulator, name: str) -> int:
    """Count the requests that create a calendar with this name, including failed ones."""
    return sum(sent.body["name"] == name for sent in emulator.journal.of(CREATE))


@pytest.mark.parametrize("task_id", [*CASES, WITH_WORKER])
def test_a_killed_task_ends_with_one_calendar_and_its_id(
    task_id: str,
    outcomes: dict[str, Outcome],
    killings: Killings,
    emulator: DingTalkEmulator,
    there_before: dict[str, str],
) -> None:
    outcome = outcomes[task_id]
    assert killings.victims(task_id)
    assert outcome.first_state == "failed"
    assert outcome.state == "success", outcome.log
    assert outcome.try_number >= 2
    assert created(emulator, task_id, there_before) == [outcome.calendar_id]
    # Either the first try was killed before its request, or the second try finds the first try's calendar.
    assert requests_to_create(emulator, task_id) == 1 + (task_id in there_before)


@pytest.mark.parametrize("task_id", [*CASES, WITH_WORKER])
def test_the_log_tells_a_calendar_that_was_recovered_from_a_new_one(
    task_id: str, outcomes: dict[str, Outcome]
) -> None:
    is_unsent = task_id.endswith("_intent")
    assert (RECOVERED in outcomes[task_id].log) is not is_unsent


@pytest.mark.parametrize("task_id", SYNC_POINTS)
def test_after_a_killed_sync_the_calendar_equals_the_list(
    task_id: str, outcomes: dict[str, Outcome], killings: Killings, emulator: DingTalkEmulator
) -> None:
    outcome = outcomes[task_id]
    assert killings.victims(task_id)
    assert outcome.first_state == "failed"
    assert outcome.state == "success", outcome.log
    events = [event for event in emulator.events if event.organizer == task_id]
    held = sorted((event.summary, event.fields["start"]["date"]) for event in events)
    assert held == [(row["summary"], row["start"]) for row in LIST]
    # Two events were there before. The four others are created once each, over both tries.
    sent = [one for one in emulator.journal.of("CreateEvent") if f"/users/{task_id}/" in one.target]
    assert len(sent) == len(BEFORE) + 4


@pytest.mark.parametrize("task_id", RUBBISH)
def test_rubbish_in_the_state_store_misleads_nobody(
    task_id: str,
    outcomes: dict[str, Outcome],
    emulator: DingTalkEmulator,
    there_before: dict[str, str],
) -> None:
    outcome = outcomes[task_id]
    assert outcome.state == "success", outcome.log
    assert outcome.try_number == 1
    assert created(emulator, task_id, there_before) == [outcome.calendar_id]


def test_a_worker_killed_with_its_task_is_noticed_by_its_missing_heartbeat(
    stack: AirflowStack, outcomes: dict[str, Outcome], killings: Killings
) -> None:
    assert outcomes
    stack.check()
    log = stack.component_logs()["scheduler"]
    worker, _ = killings.victims(WITH_WORKER)
    assert f"Worker starting up pid={worker} " in log
    (noticed,) = [line for line in log.splitlines() if "Detected a task instance without a heartbeat" in line]
    assert f"'Task Id': '{WITH_WORKER}'" in noticed
