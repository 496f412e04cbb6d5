"""Fixtures: a migrated Airflow inside the test process, and DAG runs in this Airflow.

Airflow is imported only when the first test needs it.
"""

from __future__ import annotations

import logging
import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator

EXAMPLES = Path(__file__).parent.parent.parent / "dags_examples"


@pytest.fixture(scope="session")
def airflow_database(migrated_database: Path) -> None:
    """Create the database for the Airflow inside the test process."""
    from tests.in_airflow.versions import as_newer_ones_run

    as_newer_ones_run()
    shutil.copyfile(migrated_database, Path(os.environ["AIRFLOW_HOME"], "airflow.db"))


@pytest.fixture
def connection(dingtalk_emulator: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch) -> DingTalkEmulator:
    """An emulator. An environment variable defines the connection ``dingtalk_default`` to the emulator."""
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", dingtalk_emulator.airflow_connection())
    return dingtalk_emulator


@pytest.fixture
def people(connection: DingTalkEmulator) -> DingTalkEmulator:
    """The emulator with the people and the department that the examples use by default."""
    for name in ("alice", "bob"):
        connection.add_user(userid=name, union_id=f"{name}-union-id")
    connection.add_department(7, ["alice", "bob"])
    return connection


def add_release_window(emulator: DingTalkEmulator) -> None:
    """Create a release window that is running. One of the examples waits for this event."""
    from airflow_provider_dingtalk_calendar.client import DingTalkClient
    from tests.client.both import settings_for

    now = datetime.now(timezone.utc)
    with DingTalkClient(settings_for(emulator)) as client:
        client.create_event(
            "owner-union-id",
            summary="Release window",
            start=now,
            end=now + timedelta(days=1),
            time_zone="UTC",
        )


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> Iterator[DingTalkEmulator]:
    """An emulator without a rate limit. The connection ``dingtalk_default`` points to this emulator."""
    with DingTalkEmulator(qps_limit=None) as emulator:
        monkeypatch.setenv(
            "AIRFLOW_CONN_DINGTALK_DEFAULT", emulator.airflow_connection(calls_per_second=1000)
        )
        yield emulator


class Run:
    """A finished DAG run."""

    def __init__(self, dag_run: Any, log: str) -> None:
        self.state = str(dag_run.state)
        self.log = log
        self.tasks = {
            (instance.task_id, instance.map_index): instance for instance in dag_run.get_task_instances()
        }

    def xcom(self, task_id: str, map_index: int = -1) -> Any:
        instance = self.tasks[task_id, map_index]
        return instance.xcom_pull(task_ids=task_id, map_indexes=map_index)

    def pulled(self, task_id: str, key: str) -> Any:
        return self.tasks[task_id, -1].xcom_pull(task_ids=task_id, key=key)


def _handlers() -> dict[logging.Logger, list[logging.Handler]]:
    named = [logging.getLogger(name) for name in list(logging.root.manager.loggerDict)]
    return {logger: list(logger.handlers) for logger in [logging.root, *named]}


@pytest.fixture
def run_dag(
    airflow_database: None,  # noqa: ARG001
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., Run]]:
    """Run a DAG file to its end, as ``airflow dags test`` does, and return the finished run."""
    from tests.in_airflow.versions import load_dag, run_arguments

    def run(source: str | Path, **arguments: Any) -> Run:
        path = source if isinstance(source, Path) else tmp_path / "a_dag.py"
        if isinstance(source, str):
            path.write_text(source, "utf-8")
        with warnings.catch_warnings():
            # Ignore warnings about Airflow's own code. A warning about our code names our package.
            warnings.simplefilter("ignore")
            warnings.filterwarnings("error", module=r"airflow_provider_dingtalk_calendar")
            dag_run = load_dag(path, monkeypatch).test(**run_arguments(**arguments))
        captured = capfd.readouterr()
        return Run(dag_run, captured.out + captured.err)

    before = _handlers()
    yield run
    # Remove the log handlers that Airflow added, because their streams are closed after this test.
    for logger, handlers in _handlers().items():
        logger.handlers[:] = [one for one in handlers if one in before.get(logger, [])]


@pytest.fixture(autouse=True)
def _no_proxy_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
