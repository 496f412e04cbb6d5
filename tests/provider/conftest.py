"""A migrated Airflow inside the test process, and DAG runs in it."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator

BUNDLE = "airflow.dag_processing.bundles.local.LocalDagBundle"
EXAMPLES = Path(__file__).parent.parent.parent / "dags_examples"


@pytest.fixture(scope="session")
def airflow_database() -> None:
    """Migrate the database of the test process's Airflow, once."""
    done = subprocess.run(
        [sys.executable, "-m", "airflow", "db", "migrate"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def connection(dingtalk_emulator: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch) -> DingTalkEmulator:
    """The connection ``dingtalk_default``, as an environment variable, to an emulator."""
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", dingtalk_emulator.airflow_connection())
    return dingtalk_emulator


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> Iterator[DingTalkEmulator]:
    """The connection ``dingtalk_default`` to an emulator that takes any number of calls a second."""
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


@pytest.fixture
def run_dag(
    airflow_database: None,  # noqa: ARG001
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., Run]]:
    """Run a DAG file to its end, as ``airflow dags test`` does, and return what came of it."""

    def run(source: str | Path, **arguments: Any) -> Run:
        from airflow.dag_processing.dagbag import DagBag

        path = source if isinstance(source, Path) else tmp_path / "a_dag.py"
        if isinstance(source, str):
            path.write_text(source, "utf-8")
        # A run needs its DAG in the database, and Airflow writes there what is in this folder.
        bundle = {"name": path.parent.name, "classpath": BUNDLE, "kwargs": {"path": str(path.parent)}}
        monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", json.dumps([bundle]))
        with warnings.catch_warnings():
            # What Airflow warns of in its own code is Airflow's; a warning of ours names our package.
            warnings.simplefilter("ignore")
            warnings.filterwarnings("error", module=r"airflow_provider_dingtalk_calendar")
            bag = DagBag(str(path))
            assert bag.import_errors == {}
            (dag,) = bag.dags.values()
            dag_run = dag.test(**arguments)
        captured = capfd.readouterr()
        return Run(dag_run, captured.out + captured.err)

    yield run
    logging.getLogger().handlers.clear()


@pytest.fixture(autouse=True)
def _no_proxy_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
