"""Operators for attendees, in DAGs that Airflow runs against the emulator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tests.in_airflow.dag_source import dag
from tests.operators.test_events import CREATE, EVENT


def test_people_are_invited_and_removed(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    source = f"""
    @task
    def user(number):
        return f"u{{number}}"

    users = user.expand(number=[1, 2, 3])
    add = AddAttendeesOperator(
        task_id="add",
        {EVENT},
        attendees=users,
        push_notification="{{{{ params.push }}}}",
        chat_notification=True,
    )
    remove = RemoveAttendeesOperator(task_id="remove", {EVENT}, attendees=["{{{{ params.leaver }}}}"])
    nobody = RemoveAttendeesOperator(task_id="nobody", {EVENT}, attendees=[])
    create >> add >> remove >> nobody
    """
    run = run_dag(dag(CREATE, source, push=True, leaver="u2"))
    assert run.state == "success"
    assert [run.xcom(name) for name in ("add", "remove", "nobody")] == [3, 1, 0]
    assert [one.union_id for one in connection.events[0].attendees] == ["u1", "u3"]
    (added,) = connection.journal.of("AddAttendee")
    assert added.body == {
        "attendeesToAdd": [{"id": "u1"}, {"id": "u2"}, {"id": "u3"}],
        "pushNotification": True,
        "chatNotification": True,
    }
    assert len(connection.journal.of("RemoveAttendee")) == 1
