"""The operator for free and busy times, in DAGs that Airflow runs against the emulator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from tests.in_airflow.dag_source import dag
from tests.operators.test_events import CREATE

BUSY = """
@task
def people():
    return [f"user-{number}" for number in range(45)] + ["user-0"]

busy = GetFreeBusyOperator(
    task_id="busy", union_id="owner", user_ids=people(), start_time="{{ params.from }}", end_time=TEN
)
"""


def test_free_busy_of_45_people_is_three_calls(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    create = CREATE.replace('"owner"', '"user-44"')
    run = run_dag(dag(create, BUSY, "create >> busy", **{"from": "2026-05-06 00:00:00+08:00"}))
    assert run.state == "success"
    sent: list[Any] = [entry.body for entry in connection.journal.of("GetSchedule")]
    # The first call runs alone. The other calls run concurrently.
    assert sorted(len(body["userIds"]) for body in sent) == [5, 20, 20]
    assert sent[0]["startTime"] == "2026-05-06T00:00:00+08:00"
    found = run.xcom("busy")
    assert [one["userId"] for one in found] == [f"user-{number}" for number in range(45)]
    assert [one["scheduleItems"] for one in found[:44]] == [[]] * 44
    assert [item["status"] for item in found[44]["scheduleItems"]] == ["BUSY"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (BUSY.replace("return [", "return None and ["), "user_ids must be a list of strings, not NoneType"),
        (BUSY.replace("{{ params.from }}", "{{ params.nothing }}"), "start_time must be an ISO 8601 date"),
    ],
)
def test_a_bad_argument_fails_before_a_request(
    source: str, message: str, run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    run = run_dag(dag(source, **{"from": "2026", "nothing": ""}))
    assert run.state == "failed"
    assert message in run.log
    assert "InvalidArgumentError" in run.log
    assert list(connection.journal) == []


def test_entries_are_in_the_order_asked_for_and_name_people_whom_the_answer_leaves_out(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    busy = """
    GetFreeBusyOperator(
        task_id="busy", union_id="owner", user_ids=["a", "b", "c"], start_time=NINE, end_time=TEN
    )
    """
    answer = {"scheduleInformation": [{"userId": user, "scheduleItems": []} for user in ("c", "a")]}
    connection.order(Fault.answer(200, answer).on("GetSchedule"))
    assert run_dag(dag(busy)).xcom("busy") == [
        {"userId": "a", "scheduleItems": []},
        {"userId": "b", "error": "the answer does not name this user"},
        {"userId": "c", "scheduleItems": []},
    ]


def test_one_failed_call_stops_the_rest(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    busy = """
    GetFreeBusyOperator(
        task_id="busy",
        union_id="owner",
        user_ids=[str(number) for number in range(200)],
        start_time=NINE,
        end_time=TEN,
    )
    """
    connection.order(Fault.error(400, "paramIllegal", "PARAM ILLEGAL").on("GetSchedule"))
    assert run_dag(dag(busy)).state == "failed"
    assert len(connection.journal.of("GetSchedule")) == 1
