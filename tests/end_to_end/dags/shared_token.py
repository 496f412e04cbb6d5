"""Many tasks that use one connection, each in its own process."""

import pendulum
from airflow.sdk import DAG

from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import CreateSubscribedCalendarOperator
from tests.effort import effort

TASKS = effort(100)

with DAG(
    "shared_token", start_date=pendulum.datetime(2026, 1, 1, tz="UTC"), schedule=None, max_active_tasks=100
):
    CreateSubscribedCalendarOperator.partial(
        task_id="create",
        union_id="owner",
        subscribe_scope={"corp_ids": ["dingcorp"]},
        if_exists="create",
        dingtalk_conn_id="shared",
        max_active_tis_per_dag=100,
    ).expand(name=[f"calendar {number}" for number in range(TASKS)])
