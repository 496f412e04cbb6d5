"""A cluster: CeleryExecutor on Redis and PostgreSQL, with two workers. All tests share one."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tools.local_airflow.services import postgres, redis
from tools.local_airflow.stack import COMPONENTS, AirflowStack
from tools.local_airflow.waiting import wait_until

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TASKS = int(os.environ.get("TASKS", "200"))
EVENTS = 300
#: Tasks that a worker runs at the same time.
SLOTS = 8
#: Mapped tasks that share tokens: three for each slot.
SHARING = 3 * 2 * SLOTS
#: Calls a second to one API, as in a standard organization.
LIMIT = 20
#: Each DAG has an emulator of its own, and a connection with its name and these fields.
DAGS = {
    "creates_process": {"cache": "process"},
    "creates_variable": {"cache": "variable"},
    "subscriptions": {},
    "sync": {},
    "waits": {},
    "backfilled": {},
}
PATIENCE = 600.0
SETTINGS = {
    "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
    "AIRFLOW__CORE__PARALLELISM": "64",
    "AIRFLOW__CELERY__WORKER_CONCURRENCY": str(SLOTS),
    "AIRFLOW__SCHEDULER__MAX_TIS_PER_QUERY": "64",
    # A killed worker must be noticed soon. Its tasks that run are found by their missing heartbeat, and those
    # that it had only received are given to another worker when they have been invisible for a while.
    "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "3",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "15",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "2",
    "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT": "20",
    "AIRFLOW__API__MAXIMUM_PAGE_LIMIT": "1000",
    "TASKS": str(TASKS),
    "SHARING": str(SHARING),
    "EVENTS": str(EVENTS),
    # Modules that every task needs are imported once, by the workers.
    "PYTHONPATH": str(ROOT / "tests" / "end_to_end" / "waiting_settings"),
}


@dataclass
class Figures:
    """What one DAG has done. The names are the columns of the table."""

    load: str
    calendars: int
    events: int
    metered_calls: int
    throttled: int
    token_requests: int
    seconds: str
    floor: str


class Cluster:
    """The running cluster, its emulators, and the figures so far."""

    def __init__(
        self, stack: AirflowStack, emulators: dict[str, DingTalkEmulator], say: Callable[[str], None]
    ) -> None:
        self.stack = stack
        self.api = stack.api
        self.emulators = emulators
        self.say = say
        self.figures: list[Figures] = []

    def start(self, dag_id: str, **conf: Any) -> str:
        """Start a run and return its id."""
        self.api.unpause(dag_id)
        return self.api.trigger(dag_id, conf=conf)

    def until(self, what: str, look: Callable[[], Any], *, interval: float = 1.0) -> Any:
        """Wait for a condition and return its value."""

        def checked() -> Any:
            self.stack.check()
            return look()

        found, seconds = wait_until(what, checked, timeout=PATIENCE, interval=interval)
        self.say(f"  {what}: {seconds:.0f} s")
        return found

    def count(self, dag_id: str, run_id: str, state: str) -> int:
        """Return how many tasks of a run have a state."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances"
        number: int = self.api.get(path, state=state, limit=1)["total_entries"]
        return number

    def tasks(self, load: str, dag_id: str, *run_ids: str) -> list[dict[str, Any]]:
        """Wait for the end of runs, note their figures and return their tasks.

        :param load: What the runs did, for the table.
        """

        def ended() -> list[dict[str, Any]] | None:
            runs = [self.api.run(dag_id, run_id) for run_id in run_ids]
            return runs if all(run["end_date"] for run in runs) else None

        runs = self.until(f"{dag_id} ends", ended)
        first = min(datetime.fromisoformat(run["start_date"]) for run in runs)
        last = max(datetime.fromisoformat(run["end_date"]) for run in runs)
        self.note(load, dag_id, (last - first).total_seconds())
        return [task for run_id in run_ids for task in self.api.task_instances(dag_id, run_id)]

    def note(self, load: str, dag_id: str, seconds: float) -> None:
        emulator = self.emulators[dag_id]
        calls, journal = emulator.metered_calls, list(emulator.journal)
        self.figures.append(
            Figures(
                load,
                calendars=len(emulator.calendars),
                events=len(emulator.events),
                metered_calls=calls.total(),
                # The app has all permissions and no monthly quota, so nothing else is refused.
                throttled=sum(request.status == 403 for request in journal),
                token_requests=Counter(request.operation for request in journal)["GetAccessToken"],
                seconds=f"{seconds:.0f}",
                floor=f"{max(calls.values(), default=0) / LIMIT:.0f}",
            )
        )

    def table(self) -> str:
        """Return the figures as a table in Markdown."""
        names = [name.replace("_", " ") for name in Figures.__annotations__]
        rows = [names, ["---"] * len(names), *(map(str, astuple(one)) for one in self.figures)]
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)


@pytest.fixture(scope="package")
def cluster(tmp_path_factory: pytest.TempPathFactory, say: Callable[[str], None]) -> Iterator[Cluster]:
    with ExitStack() as running:
        emulators = {
            dag_id: running.enter_context(
                DingTalkEmulator(qps_limit=LIMIT, monthly_quota=None, daily_event_limit=None)
            )
            for dag_id in DAGS
        }
        database, broker = running.enter_context(postgres()), running.enter_context(redis())
        settings = SETTINGS | {
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database,
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": database,
            "AIRFLOW__CELERY__BROKER_URL": broker,
            "AIRFLOW__CELERY__RESULT_BACKEND": f"db+{database}",
        }
        for dag_id, extra in DAGS.items():
            connection = emulators[dag_id].airflow_connection(**extra)
            settings[f"AIRFLOW_CONN_{dag_id.upper()}"] = connection
        stack = AirflowStack(
            tmp_path_factory.mktemp("airflow"),
            HERE / "dags",
            components=tuple(COMPONENTS),
            env=settings,
            say=say,
        )
        found = Cluster(running.enter_context(stack), emulators, say)
        for dag_id in DAGS:
            stack.api.wait_for_dag(dag_id)
        yield found
    table = found.table()
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / "cluster.md").write_text(f"{table}\n", encoding="utf-8")
    say(table.replace("\n", "\n    "))
