"""A release calendar that follows a file: what is in ``releases.csv`` is in the calendar.

Every day, the DAG creates the calendar if it does not exist yet, makes its events equal to the file, and
subscribes the members of a department. An unchanged file costs one call for the events.

To use it, set up a connection ``dingtalk_default``, put your releases into ``releases.csv`` and your own ids
into ``params``: the unionId of the owner and the id of the department. The defaults work with an emulator
started with ``--user alice:alice-union-id --user bob:bob-union-id --department 7:alice,bob``.

Events in a subscribed calendar are experimental, because DingTalk documents only the calendar "primary".
DingTalk also does not document whether a scope may contain only unionIds. If DingTalk answers "current user
must in range", add an organization (``corp_ids``) or a group (``open_conversation_ids``) to which the owner
belongs.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pendulum
from airflow.providers.common.compat.sdk import DAG, task

from airflow_provider_dingtalk_calendar.operators.calendars import SubscribeCalendarOperator
from airflow_provider_dingtalk_calendar.operators.directory import LookUpUnionIdsOperator
from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import CreateSubscribedCalendarOperator

with DAG(
    dag_id="dingtalk_release_calendar",
    schedule="@daily",
    start_date=pendulum.datetime(2026, 1, 1, tz="Asia/Shanghai"),
    catchup=False,
    params={"owner": "owner-union-id", "department": 7},
    tags=["dingtalk"],
):
    members = LookUpUnionIdsOperator(task_id="look_up_members", dept_ids=["{{ params.department }}"])

    create_calendar = CreateSubscribedCalendarOperator(
        task_id="create_calendar",
        union_id="{{ params.owner }}",
        name="Releases · 发布日历",
        subscribe_scope={"union_ids": members.output["union_ids"]},
    )

    @task.dingtalk_events(
        union_id="{{ params.owner }}",
        calendar_id=create_calendar.output,
        time_zone="Asia/Shanghai",
        # A run that is triggered without a date has none on Airflow 3.
        window_start="{{ (dag_run.logical_date or dag_run.start_date) | ds }}",
    )
    def sync_releases() -> list[dict[str, str]]:
        """Return the rows of the file. Your own pipeline could query a ticket system or a database."""
        with Path(__file__).with_name("releases.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    subscribe_members = SubscribeCalendarOperator(
        task_id="subscribe_members", calendar_id=create_calendar.output, union_id=members.output["union_ids"]
    )

    sync_releases() >> subscribe_members
