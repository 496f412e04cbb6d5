"""Settings and fixtures for all tests. This file runs before the first import of Airflow."""

from __future__ import annotations

import contextlib
import fcntl
import gc
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

# Give Airflow in the test process its own home, and remove the Airflow settings from the user's environment.
for _name in [name for name in os.environ if name.startswith("AIRFLOW_") or name == "AIRFLOW_HOME"]:
    del os.environ[_name]
_HOME = tempfile.TemporaryDirectory(prefix="airflow-home-")
os.environ |= {
    "AIRFLOW_HOME": _HOME.name,
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    # Tests write different DAGs under the same name, so each DAG must replace the previous one at once.
    "AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "0",
}

# On SIGTERM, as on Ctrl-C, pytest stops what its fixtures have started.
signal.signal(signal.SIGTERM, signal.default_int_handler)

pytest_plugins = ["tests.in_airflow.fixtures"]
# The time for one example depends on the load of the machine, so there is no deadline. With FIXED_EXAMPLES,
# every run tries the same examples. Otherwise, each run tries new ones.
settings.register_profile(
    "any machine",
    deadline=None,
    derandomize="FIXED_EXAMPLES" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("any machine")

#: Folders whose tests start Airflow, one instance at a time. Two cores are too few for several instances.
TOGETHER = ("browser", "cluster", "end_to_end", "packaging")
#: Folders whose tests run on a complete Airflow. These tests get the mark ``real_airflow``.
REAL_AIRFLOW = frozenset({"browser", "end_to_end"})
#: Folders whose tests run DAGs. These tests share one process, because loading Airflow takes many seconds.
IN_AIRFLOW = ("dags_examples", "decorators", "operators", "sensors")
#: Folders whose tests cover no additional lines. Measuring their coverage would double their time.
NOT_MEASURED = frozenset(
    {"browser", "dags_examples", "docs", "end_to_end", "oracle", "packaging", "repository", "tools"}
)


class FoldersTogether(LoadScopeScheduling):  # type: ignore[misc]
    """Distributes the tests one by one, but keeps each folder of heavy tests in one process.

    Marks for ``--dist loadgroup`` would have the same effect, but pytest 9.2 ignores them:
    https://github.com/pytest-dev/pytest-xdist/issues/1386
    """

    def _split_scope(self, nodeid: str) -> str:
        folder = Path(nodeid.partition("::")[0]).parent.name
        if folder in IN_AIRFLOW:
            return "in Airflow"
        return folder if folder in TOGETHER else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> FoldersTogether:
    return FoldersTogether(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that run on a complete Airflow or need no coverage, and run the thorough tests first."""
    for item in items:
        folders = Path(item.nodeid.partition("::")[0]).parts
        if REAL_AIRFLOW.intersection(folders):
            item.add_marker("real_airflow")
        if NOT_MEASURED.intersection(folders) or item.get_closest_marker("thorough"):
            item.add_marker("no_cover")
    items.sort(key=lambda item: item.get_closest_marker("thorough") is None)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Exclude the objects loaded so far from garbage collection, which saves an eighth of the CPU time."""
    gc.collect()
    gc.freeze()


@contextlib.contextmanager
def _not_traced(item: pytest.Item) -> Generator[None]:
    """Turn off coverage for a test with the mark ``no_cover`` and for the threads that it starts.

    In a process of pytest-xdist, pytest-cov runs two measurements and pauses only the inner one.
    """
    if not item.get_closest_marker("no_cover"):
        yield
        return
    traces = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)  # type: ignore[arg-type]
    try:
        yield
    finally:
        sys.settrace(traces[0])
        threading.settrace(traces[1])  # type: ignore[arg-type]


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    with _not_traced(item):
        return (yield)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    with _not_traced(item):
        return (yield)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    with _not_traced(item):
        return (yield)


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database for tests to copy. One process migrates it for the whole test run."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        # All processes of this test run share this folder. Other test runs do not use it.
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
    """Return a function that prints progress at once. Pytest does not capture the line."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def say_now(line: str) -> None:
        with capture.global_and_fixture_disabled():
            print(f"\n    {line}", end="", flush=True)

    return say_now
