"""What all tests share. It runs before Airflow is first imported."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable

import pytest

# A home of its own for the Airflow inside the test process, and none of the settings of whoever runs it.
for _name in [name for name in os.environ if name.startswith("AIRFLOW_") or name == "AIRFLOW_HOME"]:
    del os.environ[_name]
_HOME = tempfile.TemporaryDirectory(prefix="airflow-home-")
os.environ |= {
    "AIRFLOW_HOME": _HOME.name,
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
}


#: Each starts Airflows, one after the other: several at once are too much for two cores.
TOGETHER = ("browser", "end_to_end", "packaging")


# Before pytest-xdist looks at the marks.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give a folder that needs much of the machine to one process, when several share the tests."""
    for item in items:
        folder = item.path.parent.name
        if folder in TOGETHER:
            item.add_marker(pytest.mark.xdist_group(folder))


@pytest.fixture(scope="session")
def say(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say what is waited for while it is waited for: pytest would keep it until the end."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def say_now(line: str) -> None:
        with capture.global_and_fixture_disabled():
            print(f"\n    {line}", end="", flush=True)

    return say_now
