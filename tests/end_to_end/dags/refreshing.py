"""Tasks that request a user's token at the same moment, all with the same refresh token."""

import pendulum
from airflow.sdk import DAG, task

from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook

with DAG("refreshing", start_date=pendulum.datetime(2026, 1, 1, tz="UTC"), schedule=None):

    @task(retries=0)
    def refresh(number):
        with DingTalkHook("refreshing").get_conn() as client:
            return number, len(client.list_calendars("owner"))

    refresh.expand(number=[1, 2, 3, 4])
