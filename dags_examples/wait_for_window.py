"""Deploy in a release window: wait, without a worker, until a window is open.

The sensor waits in the triggerer. All sensors that wait for one calendar share their looks at it. If people
move the window, the sensors follow.
"""

from __future__ import annotations

from datetime import timedelta

import pendulum
from airflow.providers.common.compat.sdk import DAG, Param, task

from airflow_provider_dingtalk_calendar.sensors.calendar import CalendarSensor

with DAG(
    dag_id="dingtalk_wait_for_window",
    schedule=None,
    start_date=pendulum.datetime(2026, 1, 1, tz="Asia/Shanghai"),
    catchup=False,
    params={
        "owner": Param("owner-union-id", description="unionId of a user who sees the calendar"),
        "calendar_id": Param("primary", description='Id from ListCalendarsOperator, or "primary"'),
    },
    tags=["dingtalk"],
):
    window = CalendarSensor(
        task_id="window",
        union_id="{{ params.owner }}",
        calendar_id="{{ params.calendar_id }}",
        allow=["release window", "发布窗口"],
        deny=["freeze", "封网"],
        deferrable=True,
        timeout=timedelta(days=14).total_seconds(),
    )

    @task
    def deploy(state: dict) -> str:
        """Say in which window this task runs."""
        return f"deployed: {state['reason']}"

    deploy(window.output)
