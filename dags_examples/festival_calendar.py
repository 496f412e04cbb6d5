"""A calendar of traditional Chinese festivals. Every month, it gets the festivals of the next 360 days.

To use it, install the library ``borax``, set up a connection ``dingtalk_default`` and put your own ids into
``params``: the unionId of the owner and the staff userids of the readers. The defaults work with an emulator
started with ``--user alice:alice-union-id --user bob:bob-union-id``.

The first run creates the calendar, and later runs reuse it. Events in a subscribed calendar are experimental,
because DingTalk documents only the calendar "primary". DingTalk also does not document whether a scope may
contain only unionIds. If DingTalk answers "current user must in range", add an organization (``corp_ids``) or
a group (``open_conversation_ids``) to which the owner belongs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pendulum
from airflow.providers.common.compat.sdk import dag, task

from airflow_provider_dingtalk_calendar.operators.directory import LookUpUnionIdsOperator
from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import CreateSubscribedCalendarOperator


@dag(
    dag_id="dingtalk_festival_calendar",
    schedule="@monthly",
    start_date=pendulum.datetime(2026, 1, 1, tz="Asia/Shanghai"),
    catchup=False,
    params={"owner": "owner-union-id", "userids": ["alice", "bob"]},
    tags=["dingtalk"],
)
def festival_calendar() -> None:
    """Keep one calendar, and the festivals in it."""

    @task
    def list_readers(params: dict[str, list[str]] | None = None) -> list[str]:
        """Return staff userids. Your own pipeline could ask the HR system for them."""
        return (params or {})["userids"]

    look_up = LookUpUnionIdsOperator(task_id="look_up", userids=list_readers())

    create_calendar = CreateSubscribedCalendarOperator(
        task_id="create_calendar",
        union_id="{{ params.owner }}",
        name="Traditional festivals · 传统节日",
        subscribe_scope={"union_ids": look_up.output["union_ids"]},
    )

    @task.dingtalk_events(
        union_id="{{ params.owner }}",
        calendar_id=create_calendar.output,
        time_zone="Asia/Shanghai",
        # A run that is triggered without a date has none on Airflow 3.
        window_start="{{ (dag_run.logical_date or dag_run.start_date) | ds }}",
    )
    def sync_festivals(dag_run: Any = None) -> Iterator[dict[str, Any]]:
        """Yield the festivals of three lunar years. Only those in the window are written."""
        from borax.calendars.lunardate import LunarDate, TermUtils

        lunar_days = {
            "spring": ("Spring Festival 春节", 1, 1),
            "lantern": ("Lantern Festival 元宵节", 1, 15),
            "dragon-boat": ("Dragon Boat Festival 端午节", 5, 5),
            "qixi": ("Qixi Festival 七夕节", 7, 7),
            "zhongyuan": ("Zhongyuan Festival 中元节", 7, 15),
            "mid-autumn": ("Mid-Autumn Festival 中秋节", 8, 15),
            "double-ninth": ("Double Ninth Festival 重阳节", 9, 9),
            "laba": ("Laba Festival 腊八节", 12, 8),
        }

        def row(key: str, summary: str, day: date) -> dict[str, Any]:
            return {"key": f"{key}-{year}", "summary": summary, "start": day, "reminders": []}

        this_year = (dag_run.logical_date or dag_run.start_date).year
        for year in range(this_year - 1, this_year + 2):
            for key, (summary, *month_and_day) in lunar_days.items():
                yield row(key, summary, LunarDate(year, *month_and_day).to_solar_date())
            yield row("qingming", "Qingming Festival 清明节", TermUtils.nth_term_day(year, term_name="清明"))
            yield row("eve", "New Year's Eve 除夕", LunarDate.last_day(year).to_solar_date())

    sync_festivals()


festival_calendar()
