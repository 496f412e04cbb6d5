"""Dynamic task mapping: one calendar per team. The teams are known only when the DAG runs.

To use it, set up a connection ``dingtalk_default`` and replace ``owner-union-id`` and the openConversationIds
of the groups with your own. The ids in this file work with the emulator.

Two tasks that look for the same name at the same moment would both create a calendar. So the mapped task has
``max_active_tis_per_dag=1``, which holds across all runs of the DAG.
"""

from __future__ import annotations

import pendulum
from airflow.providers.common.compat.sdk import dag, task

from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import CreateSubscribedCalendarOperator


@dag(
    dag_id="dingtalk_mapped_calendars",
    schedule=None,
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    catchup=False,
    tags=["dingtalk"],
)
def mapped_calendars() -> None:
    """Create an on-call calendar for each team."""

    @task
    def list_teams() -> list[dict[str, object]]:
        """Return the arguments of the operator that differ from team to team."""
        teams = {"Payments": "group-payments", "Search": "group-search", "物流": "group-logistics"}
        return [
            {"name": f"On call: {team}", "subscribe_scope": {"open_conversation_ids": [group]}}
            for team, group in teams.items()
        ]

    calendars = CreateSubscribedCalendarOperator.partial(
        task_id="create_calendar",
        union_id="owner-union-id",
        description="Who is on call, and when.",
        max_active_tis_per_dag=1,
    ).expand_kwargs(list_teams())

    @task
    def count(calendar_ids: list[str]) -> int:
        """Count the calendars. Put your own work here."""
        found = list(calendar_ids)
        print(f"{len(set(found))} calendars: {', '.join(found)}")
        return len(set(found))

    count(calendars.output)


mapped_calendars()
