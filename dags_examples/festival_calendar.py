"""A calendar of traditional Chinese festivals. Every January, the DAG adds those of the new lunar year.

To use it, install the library ``borax``, set up a connection ``dingtalk_default`` and put your own ids into
``params``: the unionId of the owner and the staff userids of the readers. The defaults work with an emulator
started with ``--user alice:alice-union-id --user bob:bob-union-id``.

The first run creates the calendar, and later runs reuse it. Events in a subscribed calendar are experimental,
because DingTalk documents only the calendar "primary". DingTalk also does not document whether a scope may
contain only unionIds. If DingTalk answers "current user must in range", add an organization (``corp_ids``) or
a group (``open_conversation_ids``) to which the owner belongs.

If a run is cleared within a day, no event is created twice, because DingTalk recognizes the requests. A run
that is cleared later adds every festival again, and so does a second run for the same year.
"""

from __future__ import annotations

import pendulum
from airflow.providers.common.compat.sdk import dag, task

from airflow_provider_dingtalk_calendar.operators.directory import LookUpUnionIdsOperator
from airflow_provider_dingtalk_calendar.operators.events import CreateEventOperator
from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import CreateSubscribedCalendarOperator


@dag(
    dag_id="dingtalk_festival_calendar",
    schedule="@yearly",
    start_date=pendulum.datetime(2026, 1, 1, tz="Asia/Shanghai"),
    catchup=False,
    params={"owner": "owner-union-id", "userids": ["alice", "bob"]},
    tags=["dingtalk"],
)
def festival_calendar() -> None:
    """Keep one calendar, and add the festivals of the year to it."""

    @task
    def list_readers(params: dict[str, list[str]] | None = None) -> list[str]:
        """Return staff userids. Your own pipeline may ask the HR system for them."""
        return (params or {})["userids"]

    @task
    def list_festivals(data_interval_end: pendulum.DateTime | None = None) -> list[dict[str, str]]:
        """Return the title and day of each festival, from Spring Festival to the next New Year's Eve."""
        from borax.calendars.lunardate import LunarDate, TermUtils

        # Airflow 2 sets the logical date to the start of the interval, a year earlier.
        year = (data_interval_end or pendulum.now("Asia/Shanghai")).in_timezone("Asia/Shanghai").year
        lunar_days = {
            "Spring Festival 春节": (1, 1),
            "Lantern Festival 元宵节": (1, 15),
            "Dragon Boat Festival 端午节": (5, 5),
            "Qixi Festival 七夕节": (7, 7),
            "Zhongyuan Festival 中元节": (7, 15),
            "Mid-Autumn Festival 中秋节": (8, 15),
            "Double Ninth Festival 重阳节": (9, 9),
            "Laba Festival 腊八节": (12, 8),
        }
        days = {name: LunarDate(year, *day).to_solar_date() for name, day in lunar_days.items()}
        days["Qingming Festival 清明节"] = TermUtils.nth_term_day(year, term_name="清明")
        days["New Year's Eve 除夕"] = LunarDate.last_day(year).to_solar_date()
        return [{"summary": name, "start": day.isoformat()} for name, day in days.items()]

    look_up = LookUpUnionIdsOperator(task_id="look_up", userids=list_readers())

    create_calendar = CreateSubscribedCalendarOperator(
        task_id="create_calendar",
        union_id="{{ params.owner }}",
        name="Traditional festivals · 传统节日",
        subscribe_scope={"union_ids": look_up.output["union_ids"]},
    )

    CreateEventOperator.partial(
        task_id="add_festival",
        union_id="{{ params.owner }}",
        calendar_id=create_calendar.output,
        reminders=[],
    ).expand_kwargs(list_festivals())


festival_calendar()
