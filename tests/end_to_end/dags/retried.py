"""Tasks that fail, each with its own emulator. Their ``retry_delay`` is one hour."""

import pendulum
from airflow.sdk import DAG

from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import CreateSubscribedCalendarOperator

with DAG(
    "retried",
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    schedule=None,
    default_args={
        "union_id": "owner",
        "subscribe_scope": {"corp_ids": ["dingcorp"]},
        "retries": 2,
        "retry_delay": pendulum.duration(hours=1),
    },
):
    CreateSubscribedCalendarOperator(task_id="limited", name="limited", dingtalk_conn_id="limited")
    CreateSubscribedCalendarOperator(task_id="refused", name="refused", dingtalk_conn_id="refused")
    CreateSubscribedCalendarOperator.partial(task_id="mapped", dingtalk_conn_id="mapped").expand(
        name=["mapped"]
    )
    CreateSubscribedCalendarOperator(
        task_id="cleared", name="cleared", dingtalk_conn_id="cleared", if_exists="create"
    )
