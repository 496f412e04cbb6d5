"""The time and the memory of a process that runs a whole task on a real Airflow.

python -m tools.benchmarks.whole_task
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tools.benchmarks import children, dags
from tools.benchmarks.table import Bound, Line, report

NAME = "whole_task"
HOW = (
    'The DAG has one task, which creates a calendar (`if_exists="create"`). Each run is a separate process. '
    "Like `airflow dags test`, it loads the DAG file, opens the database, starts the execution API and runs "
    "the task. All processes of a round run at the same time. The official SDK runs in a PythonOperator. Its "
    "packages come last on the import path. *A task that does nothing* is an empty PythonOperator. It shows "
    "what Airflow itself costs."
)
ROUNDS = 2
WAYS = {"ours": dags.OURS, "the official SDK": dags.SDK, "a task that does nothing": dags.NOTHING}
#: The maximum ratio of our memory to the SDK's memory.
MOST_MEMORY = 1.0


@dataclass(frozen=True)
class Run:
    """The cost of one process.

    :param wall: Seconds from start to end.
    :param processor: CPU time in seconds.
    :param memory: The maximum resident set size, in MiB.
    """

    wall: float
    processor: float
    memory: float


def run(dag: Path, variables: dict[str, str]) -> Run:
    """Run a DAG file and measure the process.

    :raises RuntimeError: If the run fails.
    """
    begun = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tools.benchmarks.run_dag", str(dag)],
            cwd=children.ROOT,
            env=children.environment(**variables),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            msg = f"{dag.name} failed:\n{output.read().decode(errors='replace')[-4000:]}"
            raise RuntimeError(msg)
    return Run(time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def measure(home: children.Home) -> list[Line]:
    """Run all DAGs at the same time, a few times. Each DAG has its own copy of the database."""
    with (
        DingTalkEmulator(qps_limit=None) as emulator,
        tempfile.TemporaryDirectory(prefix="benchmarks-") as folder,
        ThreadPoolExecutor(len(WAYS)) as pool,
    ):
        variables = {
            "AIRFLOW_CONN_DINGTALK_DEFAULT": emulator.airflow_connection(),
            "BENCHMARKS": str(children.HERE),
            "SDK_PACKAGES": str(children.sdk_packages()),
            "SDK_URL": emulator.url,
            "SDK_CLIENT_ID": emulator.client_id,
            "SDK_CLIENT_SECRET": emulator.client_secret,
        }

        def one(name: str) -> Run:
            own = Path(tempfile.mkdtemp(dir=folder)) / "home"
            shutil.copytree(home.folder, own)
            dag = own / "dags" / "a_dag.py"
            dag.write_text(WAYS[name], "utf-8")
            return run(dag, variables | children.Home(own).variables)

        rounds = [dict(zip(WAYS, pool.map(one, WAYS), strict=True)) for _ in range(ROUNDS)]
        made = [calendar.name for calendar in emulator.calendars]
    if sorted(made) != ["ours"] * ROUNDS + ["sdk"] * ROUNDS:
        msg = f"the emulator has unexpected calendars: {made}"
        raise RuntimeError(msg)
    return _lines({name: [one[name] for one in rounds] for name in WAYS})


def _lines(runs: dict[str, list[Run]]) -> list[Line]:
    lines = []
    for what, unit, figure in (
        ("peak memory of a whole task", "MiB", lambda run: run.memory),
        ("processor time of a whole task", "s", lambda run: run.processor),
        ("wall time of a whole task", "s", lambda run: run.wall),
    ):
        ours, *others = (median(map(figure, found)) for found in runs.values())
        for name, theirs in zip(list(runs)[1:], others, strict=True):
            is_bound = unit == "MiB" and "SDK" in name
            bound = Bound(MOST_MEMORY) if is_bound else None
            lines.append(Line(NAME, what, ours, name, theirs, unit, bound))
    return lines


if __name__ == "__main__":
    with children.airflow_home() as own_home:
        raise SystemExit(report(measure(own_home)))
