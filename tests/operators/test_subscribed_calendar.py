"""The life of a subscribed calendar, and the list that shows it, in one DAG."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tests.in_airflow.dag_source import dag

SOURCE = """
create = CreateSubscribedCalendarOperator(
    task_id="create", union_id="owner", name="n", subscribe_scope={"corp_ids": ["corp"]}
)
which = {"union_id": "{{ params.owner }}", "calendar_id": create.output}
update = UpdateSubscribedCalendarOperator(
    task_id="update",
    **which,
    name="{{ params.name }}",
    description="of {{ ds }}",
    managers=["{{ params.editor }}"],
    subscribe_scope={"unionIds": ["{{ params.editor }}"], "corp_ids": ["{{ params.corp }}"]},
)
get = GetSubscribedCalendarOperator(task_id="get", **which)
some = UpdateSubscribedCalendarOperator(task_id="some", **which, description="{{ params.name }}")
listed = ListCalendarsOperator(task_id="listed", union_id="{{ params.editor }}")
delete, again = (DeleteSubscribedCalendarOperator(task_id=name, **which) for name in ("delete", "again"))
update >> get >> some >> listed >> delete >> again
"""
PARAMS = {"owner": "owner", "editor": "editor", "corp": "corp-2", "name": "月末 📅"}


def test_it_is_created_changed_read_listed_and_deleted_once(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    import pendulum

    run = run_dag(dag(SOURCE, **PARAMS), logical_date=pendulum.datetime(2026, 5, 6, tz="UTC"))
    assert run.state == "success"
    calendar_id = run.xcom("create")
    assert [run.xcom("update"), run.xcom("some")] == [calendar_id] * 2
    assert run.xcom("get") == {
        "calendarId": calendar_id,
        "name": "月末 📅",
        "description": "of 2026-05-06",
        "author": "owner",
        "managers": ["editor"],
        "subscribeScope": {"unionIds": ["editor"], "openConversationIds": [], "corpIds": ["corp-2"]},
    }
    # What is None is not sent.
    assert connection.journal.of("UpdateSubscribedCalendars")[1].body == {"description": "月末 📅"}
    (shown,) = (one for one in run.xcom("listed") if one["id"] == calendar_id)
    assert (shown["summary"], shown["description"], shown["type"]) == ("月末 📅", "月末 📅", "subscribed")
    assert (run.xcom("delete"), run.xcom("again")) == (True, False)
    assert connection.calendars == []


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("name=\"{{ 'x' * 129 }}\"", "name must have at most 128 characters, not 129"),
        ('subscribe_scope="{{ ds }}"', "subscribe_scope must be a mapping"),
        ('managers="{{ ds }}"', "managers must be a list of strings, not str"),
    ],
)
def test_a_change_that_turns_out_bad_is_said_before_a_request(
    more: str, message: str, run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    source = f'UpdateSubscribedCalendarOperator(task_id="t", union_id="o", calendar_id="c", {more})'
    run = run_dag(dag(source))
    assert run.state == "failed"
    assert message in run.log
    assert list(connection.journal) == []
