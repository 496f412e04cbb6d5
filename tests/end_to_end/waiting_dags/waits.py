"""Many sensors wait for one calendar. The test sets the environment variables WAITS and RECHECK."""

from __future__ import annotations

import os
from datetime import timedelta

import pendulum
from airflow.providers.common.compat.sdk import DAG

from airflow_provider_dingtalk_calendar.sensors.calendar import CalendarSensor

with DAG(
    dag_id="waits",
    schedule=None,
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    catchup=False,
    max_active_tasks=1000,
):
    for task_id, number, is_ended in (
        ("ended_by_the_triggerer", int(os.environ["WAITS"]), True),
        ("resumed_by_a_worker", 4, False),
    ):
        CalendarSensor.partial(
            task_id=task_id,
            union_id="owner",
            calendar_id="primary",
            recheck=timedelta(seconds=float(os.environ["RECHECK"])),
            deferrable=True,
            end_from_trigger=is_ended,
        ).expand(deny=["freeze"] * number)
