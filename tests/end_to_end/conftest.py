"""One Airflow for all modules that need no special settings. Starting Airflow takes longer than a DAG run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tools.local_airflow.stack import AirflowStack

ROOT = Path(__file__).parents[2]
DAGS = Path(__file__).parent / "dags"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests on the shared Airflow last, so that only one Airflow runs at a time."""
    items.sort(key=lambda item: "shared_stack" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="package")
def from_environment() -> Iterator[DingTalkEmulator]:
    """The emulator for the connection ``from_environment``, which an environment variable defines."""
    with DingTalkEmulator(qps_limit=None) as running:
        yield running


@pytest.fixture(scope="package")
def shared_stack(
    from_environment: DingTalkEmulator,
    migrated_database: Path,
    tmp_path_factory: pytest.TempPathFactory,
    say: Callable[[str], None],
) -> Iterator[AirflowStack]:
    """A complete Airflow. Each module creates its own connections and runs its own DAGs."""
    from airflow.models.connection import Connection

    fields = json.loads(from_environment.airflow_connection())
    as_uri = Connection(conn_id="x", **fields | {"extra": json.dumps(fields.get("extra", {}))}).get_uri()
    settings = {
        "AIRFLOW__CORE__TEST_CONNECTION": "Enabled",
        "AIRFLOW_CONN_FROM_ENVIRONMENT": as_uri,
        # One DAG imports its trigger from the tests.
        "PYTHONPATH": str(ROOT),
    }
    home = tmp_path_factory.mktemp("airflow")
    with AirflowStack(home, DAGS, database=migrated_database, env=settings, say=say) as running:
        yield running
