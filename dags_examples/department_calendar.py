"""A calendar for a department, to which all its members are subscribed.

To use it, set up a connection ``dingtalk_default`` and put your own ids into ``params``: the unionId of the
owner and the id of the department. Members of sub-departments are not included. The defaults work with an
emulator started with ``--user alice:alice-union-id --user bob:bob-union-id --department 7:alice,bob``.

A later run reuses the calendar with its old scope. So the DAG first updates the scope and then subscribes the
members, including new ones. Former members stay subscribed until UnsubscribeCalendarOperator ends their
subscriptions. Each run makes one call per member. A standard organization has 5,000 calls per month in total.

DingTalk does not document whether a scope may contain only unionIds. If DingTalk answers "current user must
in range", add an organization (``corp_ids``) or a group (``open_conversation_ids``) to which the owner
belongs.
"""

from __future__ import annotations

import pendulum
from airflow.providers.common.compat.sdk import DAG

from airflow_provider_dingtalk_calendar.operators.calendars import SubscribeCalendarOperator
from airflow_provider_dingtalk_calendar.operators.directory import LookUpUnionIdsOperator
from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import (
    CreateSubscribedCalendarOperator,
    UpdateSubscribedCalendarOperator,
)

NAME = "Department dates · 部门日历"

with DAG(
    dag_id="dingtalk_department_calendar",
    schedule="@weekly",
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
    params={"owner": "owner-union-id", "department": 7},
    tags=["dingtalk"],
):
    members = LookUpUnionIdsOperator(task_id="look_up_members", dept_ids=["{{ params.department }}"])
    scope = {"union_ids": members.output["union_ids"]}

    create_calendar = CreateSubscribedCalendarOperator(
        task_id="create_calendar", union_id="{{ params.owner }}", name=NAME, subscribe_scope=scope
    )

    set_scope = UpdateSubscribedCalendarOperator(
        task_id="set_scope",
        union_id="{{ params.owner }}",
        calendar_id=create_calendar.output,
        name=NAME,
        subscribe_scope=scope,
    )

    SubscribeCalendarOperator(
        task_id="subscribe_members", calendar_id=set_scope.output, union_id=members.output["union_ids"]
    )
