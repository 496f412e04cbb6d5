"""Deploy whenever a release window begins: an event in a calendar starts this DAG (Airflow 3.0 or later).

The triggerer watches the calendar with one call every 30 minutes, and starts the DAG when a window begins.
Nobody has to guess a schedule, and no task waits.
"""

from __future__ import annotations

from typing import Any

import pendulum
from airflow.providers.common.compat.sdk import DAG, task

from airflow_provider_dingtalk_calendar.assets import calendar_asset

release_windows = calendar_asset(
    "release_windows",
    union_id="owner-union-id",
    calendar_id="primary",
    on="start",
    match=["release window", "发布窗口"],
    time_zone="Asia/Shanghai",
)

with DAG(
    dag_id="dingtalk_on_event",
    schedule=[release_windows],
    start_date=pendulum.datetime(2026, 1, 1, tz="Asia/Shanghai"),
    catchup=False,
    tags=["dingtalk"],
):

    @task
    def deploy(triggering_asset_events: Any = None) -> list[str]:
        """Say for which windows this run deploys. Windows that begin at the same time can share a run."""
        windows = [
            update.extra["payload"] for updates in triggering_asset_events.values() for update in updates
        ]
        return [f"{window['title']} until {window['end']}" for window in windows]

    deploy()
