"""Setup tasks create a calendar and an event, and teardown tasks delete them when the pipeline ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from tests.in_airflow.dag_source import dag

SOURCE = """
create = CreateSubscribedCalendarOperator(
    task_id="create", union_id="owner", name="n", subscribe_scope={"corp_ids": ["corp"]}
).as_setup()
create_event = CreateEventOperator(
    task_id="create_event", union_id="owner", summary="s", start="2026-05-06"
).as_setup()

@task
def work(calendar_id, fail):
    if fail == "True":
        raise ValueError("the work failed")
    return calendar_id

delete = DeleteSubscribedCalendarOperator(
    task_id="delete", union_id="owner", calendar_id=create.output
).as_teardown(setups=create)
delete_event = DeleteEventOperator(
    task_id="delete_event", union_id="owner", event_id=create_event.output
).as_teardown(setups=create_event)
done = work(create.output, "{{ params.fail }}")
create >> done >> delete
create_event >> done >> delete_event
"""


@pytest.mark.parametrize("fails", [False, True])
def test_both_are_deleted_whether_the_work_succeeds_or_fails(
    fails: bool, run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    run = run_dag(dag(SOURCE, fail=fails))
    assert run.state == ("failed" if fails else "success")
    assert {name: str(instance.state) for (name, _), instance in run.tasks.items()} == {
        "create": "success",
        "create_event": "success",
        "work": "failed" if fails else "success",
        "delete": "success",
        "delete_event": "success",
    }
    assert (run.xcom("delete"), run.xcom("delete_event")) == (True, True)
    assert (connection.calendars, connection.events) == ([], [])
    assert len(connection.journal.of("CreateSubscribedCalendar")) == 1
    assert len(connection.journal.of("CreateEvent")) == 1


def test_a_failed_setup_has_no_teardown(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    connection.order(
        Fault.error(400, "invalidParameter", "current user must in range").on("CreateSubscribedCalendar")
    )
    run = run_dag(dag(SOURCE, fail=False))
    assert run.state == "failed"
    assert connection.journal.of("DeleteSubscribedCalendar") == []
    assert connection.events == []


def test_the_retry_of_a_teardown_whose_answer_was_lost_succeeds(
    run_dag: Callable[..., Any], connection: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", connection.airflow_connection(max_wait=0))
    connection.order(Fault.drop().on("DeleteSubscribedCalendar").after_effect())
    source = SOURCE.replace("calendar_id=create.output\n", "calendar_id=create.output, **RETRIED\n")
    run = run_dag(dag(source, fail=False))
    assert run.state == "success"
    assert run.xcom("delete") is False
    assert "There is no subscribed calendar" in run.log
    assert connection.calendars == []
