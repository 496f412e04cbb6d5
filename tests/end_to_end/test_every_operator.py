"""Every operator in the package runs on a real scheduler, in one DAG run that leaves no secret behind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tests.in_airflow.every_operator import OPERATORS
from tools.local_airflow.stack import AirflowStack

from .test_end_to_end import CONNECTION, PLANTED
from .written import everything_in, places_of, tables

DAG_ID = "every_operator"
DAY = datetime(2026, 2, 3, tzinfo=timezone.utc)
UNION_IDS = ["union-3", "union-4", "union-1", "union-2"]


@pytest.fixture(scope="module")
def emulator() -> Iterator[DingTalkEmulator]:
    """An emulator with a group chat and four users. Users 3 and 4 are in department 7."""
    with DingTalkEmulator() as running:
        for number in range(1, 5):
            running.add_user(
                userid=f"staff-{number}", union_id=f"union-{number}", mobile=f"1380000000{number}"
            )
        running.add_department(7, ["staff-3", "staff-4"])
        running.add_chat("chat/1", "cid-chat-1")
        yield running


@pytest.fixture(scope="module")
def stack(shared_stack: AirflowStack) -> AirflowStack:
    return shared_stack


@pytest.fixture(scope="module")
def run_id(stack: AirflowStack, emulator: DingTalkEmulator) -> str:
    stack.api.create_connection(connection_id=CONNECTION, **json.loads(emulator.airflow_connection()))
    stack.api.wait_for_dag(DAG_ID)
    stack.api.unpause(DAG_ID)
    run_id = stack.api.trigger(DAG_ID, logical_date=DAY, conf={"planted": PLANTED})
    stack.api.wait_for_run(DAG_ID, run_id, timeout=420, expected=None)
    return run_id


@pytest.fixture(scope="module")
def result(stack: AirflowStack, run_id: str) -> Callable[..., Any]:
    """Return the XCom that a task has pushed."""

    def pull(task_id: str, **more: Any) -> Any:
        return stack.api.xcom(DAG_ID, run_id, task_id, **more)

    return pull


def test_every_task_succeeds_at_once_and_every_operator_is_among_them(
    stack: AirflowStack, run_id: str
) -> None:
    tasks = stack.api.task_instances(DAG_ID, run_id)
    ended = {(task["task_id"], task["map_index"]): (task["state"], task["try_number"]) for task in tasks}
    assert {name: how for name, how in ended.items() if how != ("success", 1)} == {}
    assert {task["operator"] for task in tasks} == set(OPERATORS)


def test_people_and_groups_are_found(emulator: DingTalkEmulator, result: Callable[..., Any]) -> None:
    assert result("people") == {
        "staff-3": "union-3",
        "staff-4": "union-4",
        "staff-1": "union-1",
        "13800000002": "union-2",
    }
    assert result("people", key="union_ids") == UNION_IDS
    assert result("chat") == "cid-chat-1"
    assert len(emulator.journal.of("CreateSceneGroup")) == 1


def test_one_calendar_is_left_with_its_subscribers(
    emulator: DingTalkEmulator, result: Callable[..., Any]
) -> None:
    (calendar,) = (one for one in emulator.calendars if one.name != "Of a team")
    assert calendar.calendar_id == result("create_calendar")
    assert (calendar.name, calendar.description) == ("Releases 2026-02-03", "月末")
    assert calendar.subscribe_scope["unionIds"] == tuple(UNION_IDS)
    assert calendar.subscribe_scope["openConversationIds"] == ("cid-chat-1", result("group"))
    assert set(calendar.subscribers) == {"union-1", "union-3", "union-4"}
    assert result("subscribe") == {union_id: {"ok": True} for union_id in UNION_IDS}
    assert result("unsubscribe") == {"union-2": {"ok": True}}
    assert result("get_calendar")["name"] == "Releases 2026-02-03"
    assert calendar.calendar_id in [shown["id"] for shown in result("list_calendars")]
    assert result("delete_calendar") is True


def test_one_event_is_left_with_its_attendees(emulator: DingTalkEmulator, result: Callable[..., Any]) -> None:
    (event,) = (event for event in emulator.events if event.organizer == "union-1")
    assert event.event_id == result("create_event", map_index=0) == result("change_event")
    assert (event.summary, event.fields["location"]) == ("Release", {"displayName": "Tower 7"})
    assert {one.union_id for one in event.attendees} - {"union-1"} == {"union-3", "union-4"}
    assert (result("invite"), result("take_back"), result("delete_event")) == (4, 1, True)
    assert [shown["id"] for shown in result("list_events")] == [event.event_id]
    busy = {one["userId"]: len(one["scheduleItems"]) for one in result("busy")}
    assert busy == {"union-1": 1, "union-2": 0, "union-3": 1, "union-4": 1}
    (acl,) = emulator.acls
    assert (acl.owner, acl.union_id, acl.privilege) == ("union-1", "union-3", "reader")
    assert result("share")["aclId"] == acl.acl_id


def test_the_calendar_equals_the_list(emulator: DingTalkEmulator, result: Callable[..., Any]) -> None:
    (event,) = (event for event in emulator.events if event.organizer == "union-4")
    assert (event.summary, event.fields["start"]) == ("Close 2026-02-03", {"date": "2026-02-08"})
    assert result("sync_events", key="event_ids") == {"close": event.event_id}


def test_no_request_failed_and_none_was_made_twice(emulator: DingTalkEmulator, run_id: str) -> None:
    assert run_id
    assert {entry.status for entry in emulator.journal} == {200}
    tokens = [entry.headers.get("x-client-token") for entry in emulator.journal]
    sent = [token for token in tokens if token]
    assert len(sent) == len(set(sent)) >= 6


def test_no_secret_is_written_anywhere(stack: AirflowStack, emulator: DingTalkEmulator, run_id: str) -> None:
    secrets = {f"secret {number}": secret for number, secret in enumerate(emulator.issued_secrets)}
    assert emulator.client_secret in secrets.values()
    assert set(emulator.issued_tokens) <= set(secrets.values())
    assert emulator.issued_tokens
    (calendar,) = (one for one in emulator.calendars if one.name != "Of a team")
    controls = {"planted": PLANTED, "calendar id": calendar.calendar_id}
    found = places_of(secrets | controls, everything_in(stack.home, stack.database))
    assert {name: found[name] for name in secrets if found[name]} == {}
    # Prove that the search finds values that Airflow has written.
    assert tables(found["planted"]) >= {"dag_run"}
    assert tables(found["calendar id"]) >= {"xcom", "rendered_task_instance_fields"}
    assert any(where.startswith("logs/") and run_id in where for where in found["calendar id"])
