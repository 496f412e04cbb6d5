"""What all tests share. It runs before Airflow is first imported."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

# A home of its own for the Airflow inside the test process, and none of the settings of whoever runs it.
for _name in [name for name in os.environ if name.startswith("AIRFLOW_") or name == "AIRFLOW_HOME"]:
    del os.environ[_name]
_HOME = tempfile.TemporaryDirectory(prefix="airflow-home-")
os.environ |= {
    "AIRFLOW_HOME": _HOME.name,
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    # A DAG that a test writes has the name of the last one's.
    "AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "0",
}


#: Each starts Airflows, one after the other: several at once are too much for two cores.
TOGETHER = ("browser", "end_to_end", "packaging")


class FoldersTogether(LoadScopeScheduling):  # type: ignore[misc]
    """Deals the tests out one by one, but a folder that needs much of the machine to one process.

    The marks for ``--dist loadgroup`` would say the same, but pytest 9.2 takes no notice of them:
    https://github.com/pytest-dev/pytest-xdist/issues/1386
    """

    def _split_scope(self, nodeid: str) -> str:
        folder = Path(nodeid.partition("::")[0]).parent.name
        return folder if folder in TOGETHER else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> FoldersTogether:
    return FoldersTogether(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with those that take minutes, so that the other processes need not wait for one of them."""
    items.sort(key=lambda item: item.get_closest_marker("no_cover") is None)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Measure no coverage of a test that is marked so, in a process of pytest-xdist too.

    There pytest-cov has two measurements, and pauses the inner one: the outer one goes on, as slow.
    """
    traces = sys.gettrace(), threading.gettrace()
    if item.get_closest_marker("no_cover"):
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]
    try:
        return (yield)
    finally:
        sys.settrace(traces[0])
        threading.settrace(traces[1])  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database to copy. One process of the test run migrates it for all."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        # The folder that the processes of this run share, and no other run.
        folder = folder.parent
    home = folder / "migrated"
    with (folder / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            done = subprocess.run(
                [sys.executable, "-m", "airflow", "db", "migrate"],
                env=os.environ | {"AIRFLOW_HOME": str(home)},
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr
    return home / "airflow.db"


@pytest.fixture(scope="session")
def say(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say what is waited for while it is waited for: pytest would keep it until the end."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def say_now(line: str) -> None:
        with capture.global_and_fixture_disabled():
            print(f"\n    {line}", end="", flush=True)

    return say_now
