"""A DAG that each start of an event of the user ``watched`` starts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pendulum
from airflow.sdk import DAG, task

from airflow_provider_dingtalk_calendar.assets import calendar_asset

starts = calendar_asset("starts", "watched", "primary", recheck=timedelta(seconds=2))

with DAG("watched", schedule=[starts], start_date=pendulum.datetime(2026, 1, 1), catchup=False):

    @task
    def report(triggering_asset_events: Any = None) -> list[dict[str, str]]:
        """Return the payloads of the events that have started this run."""
        return [update.extra["payload"] for updates in triggering_asset_events.values() for update in updates]

    report()
