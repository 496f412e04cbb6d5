"""The smallest DAG: one calendar, owned by one user, open to one organization.

To use it, set up a connection ``dingtalk_default`` and the two Airflow Variables below. Their defaults work
with the emulator.
"""

from __future__ import annotations

import pendulum
from airflow.providers.common.compat.sdk import DAG

from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import CreateSubscribedCalendarOperator

with DAG(
    dag_id="dingtalk_minimal_calendar",
    schedule=None,
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    catchup=False,
    tags=["dingtalk"],
):
    CreateSubscribedCalendarOperator(
        task_id="create_calendar",
        union_id="{{ var.value.get('dingtalk_owner_union_id', 'owner-union-id') }}",
        name="Release windows",
        subscribe_scope={"corp_ids": ["{{ var.value.get('dingtalk_corp_id', 'dingcorp') }}"]},
    )
