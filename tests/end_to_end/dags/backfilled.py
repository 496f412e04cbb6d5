"""A daily DAG that keeps one calendar. A backfill ignores ``max_active_runs``."""

import pendulum
from airflow.sdk import DAG

from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import CreateSubscribedCalendarOperator

with DAG(
    "backfilled",
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    schedule="@daily",
    catchup=False,
    max_active_runs=1,
):
    CreateSubscribedCalendarOperator(
        task_id="create",
        union_id="owner",
        name="Month-end close",
        subscribe_scope={"corp_ids": ["dingcorp"]},
        dingtalk_conn_id="backfilled",
    )
