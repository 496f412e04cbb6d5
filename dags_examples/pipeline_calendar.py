"""A calendar that lives as long as a pipeline: a setup task creates it, a teardown task always deletes it.

To use it, set up a connection ``dingtalk_default`` and put your own ids into ``params``: the unionId of the
owner and the corpId of the organization whose people may subscribe. Put your own work into ``reload``. The
defaults work with the emulator.

The name of the calendar contains the run id, so two runs at the same time have separate calendars. Events in
a subscribed calendar are experimental, because DingTalk documents only the calendar "primary".
"""

from __future__ import annotations

import pendulum
from airflow.providers.common.compat.sdk import dag, task

from airflow_provider_dingtalk_calendar.operators.events import CreateEventOperator
from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import (
    CreateSubscribedCalendarOperator,
    DeleteSubscribedCalendarOperator,
)


@dag(
    dag_id="dingtalk_pipeline_calendar",
    schedule=None,
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    catchup=False,
    params={"owner": "owner-union-id", "corp_id": "dingcorp"},
    tags=["dingtalk"],
)
def pipeline_calendar() -> None:
    """Show in a calendar when tables are being reloaded."""
    create = CreateSubscribedCalendarOperator(
        task_id="create_calendar",
        union_id="{{ params.owner }}",
        name="Reload {{ run_id }}",
        subscribe_scope={"corp_ids": ["{{ params.corp_id }}"]},
    )

    announce = CreateEventOperator(
        task_id="announce",
        union_id="{{ params.owner }}",
        calendar_id=create.output,
        summary="Tables are being reloaded",
        start="{{ dag_run.start_date.isoformat() }}",
        end="{{ (dag_run.start_date + macros.timedelta(hours=2)).isoformat() }}",
        time_zone="Asia/Shanghai",
    )

    @task
    def reload(calendar_id: str) -> None:
        """Do the work."""
        print(f"reloading, as {calendar_id} says")

    delete = DeleteSubscribedCalendarOperator(
        task_id="delete_calendar", union_id="{{ params.owner }}", calendar_id=create.output
    )

    create.as_setup() >> announce >> reload(create.output) >> delete.as_teardown(setups=create)


pipeline_calendar()
