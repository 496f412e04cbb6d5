"""A real Airflow that watches a calendar."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tools.local_airflow.stack import AirflowStack

#: Settings with which Airflow soon watches, and soon goes on after its triggerer has died.
SETTINGS = {
    "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
    # Let the scheduler start runs by itself, and another triggerer soon take over from a dead one.
    "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "True",
    "AIRFLOW__TRIGGERER__TRIGGERER_HEALTH_CHECK_THRESHOLD": "5",
    "AIRFLOW__TRIGGERER__JOB_HEARTBEAT_SEC": "1",
    # Airflow begins to watch when it parses the file of an active DAG again.
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "5",
}


def saved(stack: AirflowStack) -> str:
    """Return what the watchers of all assets have saved."""
    with closing(sqlite3.connect(f"{stack.database.as_uri()}?mode=ro", uri=True)) as database:
        rows = database.execute("SELECT value FROM asset_state_store WHERE key = 'dingtalk_events'")
        return "\n".join(value for (value,) in rows)
