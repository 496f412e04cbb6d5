"""A calendar that changes only after a person has seen and approved the plan. Needs Airflow 3.1 or later.

A dry run plans the changes, Airflow's ``ApprovalOperator`` shows them under *Required Actions*, and the last
task makes exactly these changes. If the calendar has changed in the meantime, so that other changes would be
needed, this task fails and names these changes. If the plan is rejected, the task is skipped.

To use it, set up a connection ``dingtalk_default``, put your events into ``releases.csv`` and your own
unionId into ``params``. The events go into your own calendar (``primary``). The defaults work with the
emulator.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pendulum
from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import DAG, task

from airflow_provider_dingtalk_calendar.operators.events import SyncEventsOperator

with DAG(
    dag_id="dingtalk_approved_calendar",
    schedule=None,
    start_date=pendulum.datetime(2026, 1, 1, tz="Asia/Shanghai"),
    catchup=False,
    params={"owner": "owner-union-id"},
    tags=["dingtalk"],
    # Both tasks compare the same list with the same part of the calendar.
    default_args={
        "union_id": "{{ params.owner }}",
        "time_zone": "Asia/Shanghai",
        "window_start": "{{ (dag_run.logical_date or dag_run.start_date) | ds }}",
    },
):

    @task
    def read_releases() -> list[dict[str, str]]:
        """Return the rows of the file."""
        with Path(__file__).with_name("releases.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    releases = read_releases()
    plan = SyncEventsOperator(task_id="plan", events=releases, dry_run=True)

    approve = ApprovalOperator(
        task_id="approve",
        subject="Change the release calendar?",
        body="""
{%- for row in ti.xcom_pull(task_ids="plan", key="plan") %}
- **{{ row.action }}** {{ row.summary }}, {{ row.start }} {{ row.get("fields", []) | join(", ") }}
{%- else %}
Nothing to change.
{%- endfor %}""",
    )

    apply = SyncEventsOperator(task_id="apply", events=releases, approved_plan=plan.output["plan"])

    plan >> approve >> apply
