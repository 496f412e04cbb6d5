"""What all tests share. It runs before Airflow is first imported."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# A home of its own for the Airflow inside the test process, and none of the settings of whoever runs it.
for _name in [name for name in os.environ if name.startswith("AIRFLOW_") or name == "AIRFLOW_HOME"]:
    del os.environ[_name]
_HOME = tempfile.TemporaryDirectory(prefix="airflow-home-")
os.environ |= {
    "AIRFLOW_HOME": _HOME.name,
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
}


#: What shares one Airflow: its tests go to one process.
TOGETHER = ("tests/browser", "tests/end_to_end", "tests/packaging")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together what is costly to set up, when several processes share the tests."""
    for item in items:
        path = item.path.relative_to(ROOT) if item.path.is_relative_to(ROOT) else item.path
        if path.parts[:2] in [tuple(folder.split("/")) for folder in TOGETHER]:
            group = path.parent if path.parts[1] != "end_to_end" else path
            item.add_marker(pytest.mark.xdist_group(str(group)))


@pytest.fixture(scope="session")
def say(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say what is waited for while it is waited for: pytest would keep it until the end."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def say_now(line: str) -> None:
        with capture.global_and_fixture_disabled():
            print(f"\n    {line}", end="", flush=True)

    return say_now
