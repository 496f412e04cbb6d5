"""Tasks that keep a calendar equal to a list, and that are killed on their first try."""

import os
from datetime import timedelta

import pendulum
from airflow.sdk import DAG

from airflow_provider_dingtalk_calendar.operators.events import SyncEventsOperator
from tests.end_to_end.killing import LIST, SYNC_POINTS, WINDOW, Killings


class KilledSync(SyncEventsOperator):
    """A task that is killed on its first try, as soon as one of its requests has taken effect."""

    def call(self, context):
        if context["ti"].try_number == 1:
            Killings.of_this_airflow().offer(self.task_id, os.getpid())
        return super().call(context)


with DAG(
    "killed_sync",
    schedule=None,
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    default_args={"retries": 2, "retry_delay": timedelta(seconds=1)},
):
    for task_id in SYNC_POINTS:
        KilledSync(task_id=task_id, union_id=task_id, events=LIST, **WINDOW)
