"""The load of the cluster. Each DAG uses the connection of its own name, so that its requests can be counted.

The test sets the environment variables TASKS, SHARING and EVENTS.
"""

from __future__ import annotations

import os
from datetime import date, timedelta

import pendulum
from airflow.sdk import DAG

from airflow_provider_dingtalk_calendar.operators.calendars import SubscribeCalendarOperator
from airflow_provider_dingtalk_calendar.operators.events import SyncEventsOperator
from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import CreateSubscribedCalendarOperator
from airflow_provider_dingtalk_calendar.sensors.calendar import CalendarSensor

TASKS, SHARING, EVENTS = (int(os.environ[name]) for name in ("TASKS", "SHARING", "EVENTS"))
FIRST = date(2027, 1, 1)
SCOPE = {"corp_ids": ["dingcorp"]}


def dag(dag_id: str, schedule: str | None = None) -> DAG:
    return DAG(
        dag_id,
        schedule=schedule,
        start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
        catchup=False,
        max_active_runs=1,
        max_active_tasks=1000,
        default_args={
            "union_id": "owner",
            "dingtalk_conn_id": dag_id,
            "retries": 2,
            "retry_delay": timedelta(seconds=1),
        },
    )


for cache, tasks in (("process", TASKS), ("variable", SHARING)):
    with dag(f"creates_{cache}"):
        CreateSubscribedCalendarOperator.partial(task_id="create", subscribe_scope=SCOPE).expand(
            name=[f"Team {number}" for number in range(tasks)]
        )

with dag("subscriptions"):
    SubscribeCalendarOperator(
        task_id="subscribe",
        union_id=[f"user-{number}" for number in range(TASKS)],
        calendar_id="{{ dag_run.conf['calendar_id'] }}",
    )

with dag("sync"):
    SyncEventsOperator(
        task_id="sync",
        events=[
            {"key": f"e{number}", "summary": f"Event {number}", "start": str(FIRST + timedelta(days=number))}
            for number in range(EVENTS)
        ],
        window_start=str(FIRST),
    )

with dag("waits"):
    CalendarSensor.partial(
        task_id="wait",
        calendar_id="primary",
        recheck=timedelta(seconds=5),
        deferrable=True,
        end_from_trigger=True,
    ).expand(allow=["window"] * TASKS)

with dag("backfilled", schedule="@daily"):
    CreateSubscribedCalendarOperator(task_id="create", name="Month-end close", subscribe_scope=SCOPE)
