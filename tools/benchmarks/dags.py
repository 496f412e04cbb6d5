"""The source of three DAG files. Two create a calendar, and one does nothing."""

from __future__ import annotations

_HEAD = """
import pendulum
from airflow.sdk import DAG
"""

_DAG = """
with DAG("{name}", schedule=None, start_date=pendulum.datetime(2026, 1, 1, tz="UTC")):
"""

OURS = f"""{_HEAD}
from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import CreateSubscribedCalendarOperator
{_DAG.format(name="ours")}
    CreateSubscribedCalendarOperator(
        task_id="create",
        union_id="owner",
        name="ours",
        subscribe_scope={{"corp_ids": ["dingcorp"]}},
        if_exists="create",
    )
"""

#: The packages of the official SDK come last in sys.path, as if the SDK were installed next to Airflow.
SDK = f"""{_HEAD}
import os
import sys
from airflow.providers.standard.operators.python import PythonOperator
{_DAG.format(name="sdk")}
    def create():
        sys.path[1:1] = [os.environ["BENCHMARKS"]]
        sys.path.append(os.environ["SDK_PACKAGES"])
        from sdk_peer import CalendarClient, configured, create, fetch_token

        url = os.environ["SDK_URL"]
        token = fetch_token(url, os.environ["SDK_CLIENT_ID"], os.environ["SDK_CLIENT_SECRET"])
        return create(CalendarClient(configured(url)), token, "sdk", "dingcorp")

    PythonOperator(task_id="create", python_callable=create)
"""

NOTHING = f"""{_HEAD}
from airflow.providers.standard.operators.python import PythonOperator
{_DAG.format(name="nothing")}
    PythonOperator(task_id="create", python_callable=lambda: None)
"""
