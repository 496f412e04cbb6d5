"""A nightly load that heeds a freeze: people enter freezes in a calendar, and the load does not run then.

To use it, set up a connection ``dingtalk_default`` and put your own ids into ``params``: the unionId of a
user who sees the calendar, and the id of the calendar. Put your own work into ``load``. The defaults work
with the emulator.

An event closes the gate if its title contains "freeze" or "封网". All-day events lie in the zone of the DAG.
Each run costs one metered call. To load in spite of a freeze, trigger the DAG with
``{"ignore_calendar": true}``: the log then says who triggered the run.
"""

from __future__ import annotations

import pendulum
from airflow.providers.common.compat.sdk import dag, task

from airflow_provider_dingtalk_calendar.operators.gate import CalendarGateOperator


@dag(
    dag_id="dingtalk_freeze_gate",
    schedule="@daily",
    start_date=pendulum.datetime(2026, 1, 1, tz="Asia/Shanghai"),
    catchup=False,
    params={"owner": "owner-union-id", "calendar_id": "primary", "ignore_calendar": False},
    tags=["dingtalk"],
)
def freeze_gate() -> None:
    """Load the tables of the day, unless a freeze is running."""
    gate = CalendarGateOperator(
        task_id="gate",
        union_id="{{ params.owner }}",
        calendar_id="{{ params.calendar_id }}",
        deny=["freeze", "封网"],
    )

    @task
    def load() -> None:
        """Load the tables. Put your own work here."""
        print("loading")

    gate >> load()


freeze_gate()
