"""A daily pipeline: a task defines the calendar, the operator creates it, and another task uses its id.

The calendar is named after the quarter. The first run of a quarter creates it. Later runs find it and get the
same id, because ``if_exists="reuse"`` is the default.

To use it, set up a connection ``dingtalk_default`` and replace the ids (``owner-union-id``,
``controller-union-id``, ``auditor-union-id``, ``dingcorp``) with your own. The ids in this file work with the
emulator.
"""

from __future__ import annotations

import pendulum
from airflow.providers.common.compat.sdk import dag, task

from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import CreateSubscribedCalendarOperator


@dag(
    dag_id="dingtalk_daily_calendar",
    schedule="@daily",
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    catchup=False,
    tags=["dingtalk"],
)
def daily_calendar() -> None:
    """Keep one calendar for the month-end close of each quarter."""

    @task
    def define_calendar(logical_date: pendulum.DateTime | None = None) -> dict[str, object]:
        """Return the day, and the name, description, co-editors and audience of the calendar."""
        # A run that is triggered without a date has none on Airflow 3.
        day = pendulum.instance(logical_date) if logical_date else pendulum.now("UTC")
        quarter = f"{day.year} Q{day.quarter}"
        return {
            "day": day.to_date_string(),
            "name": f"Month-end close {quarter} · 月末结账",
            "description": f"Closing dates of {quarter}.",
            "managers": ["controller-union-id"],
            "corp_ids": ["dingcorp"],
        }

    definition = define_calendar()

    create_calendar = CreateSubscribedCalendarOperator(
        task_id="create_calendar",
        union_id="owner-union-id",
        name=definition["name"],
        description=definition["description"],
        managers=definition["managers"],
        subscribe_scope={"corp_ids": definition["corp_ids"], "union_ids": ["auditor-union-id"]},
    )

    @task
    def announce(calendar_id: str, day: str) -> dict[str, str]:
        """Use the calendarId. Put your own work here."""
        print(f"{day}: the calendar of the day is {calendar_id}")
        return {"calendar_id": calendar_id, "day": day}

    announce(create_calendar.output, definition["day"])


daily_calendar()
