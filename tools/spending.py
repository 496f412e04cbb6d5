"""Measure the calls that each operator makes: run the operator against the emulator and read the journal."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unittest import mock

from airflow_provider_dingtalk_calendar.client import DingTalkClient
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
from airflow_provider_dingtalk_calendar.provider_info import OPERATOR_MODULES, PACKAGE, SENSOR_MODULES

PEOPLE = [f"u-{number}" for number in range(1200)]
HOUR: dict[str, Any] = {
    "start": "2026-05-06T09:00:00+08:00",
    "end": "2026-05-06T10:00:00+08:00",
    "time_zone": "Asia/Shanghai",
}
YEAR = {"time_min": "2026-05-01T00:00:00+08:00", "time_max": "2027-04-30T00:00:00+08:00"}
DAILY = {
    "pattern": {"type": "daily", "interval": 1},
    "range": {"type": "numbered", "numberOfOccurrences": 99},
}


@dataclass(frozen=True)
class Task:
    """A task to measure. One operator can have several tasks.

    :param operator: Class name of the operator.
    :param case: The difference from the operator's other tasks, in Markdown; can be empty.
    :param arguments: Arguments of the operator.
    """

    operator: str
    case: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Spending:
    """The calls that one run of a task makes, and the XCom keys that it pushes.

    :param requests: Operations that the run called, in order, without token requests.
    :param xcom_keys: Keys that the run pushed to XCom, except ``return_value``.
    """

    requests: tuple[str, ...]
    xcom_keys: tuple[str, ...]


class TaskInstance:
    """A replacement for Airflow's task instance that records what is pushed to XCom."""

    dag_id = run_id = "documentation"
    map_index, max_tries, try_number = -1, 0, 1

    def __init__(self, task_id: str) -> None:
        self.task_id = task_id
        self.pushed: dict[str, object] = {}

    def xcom_push(self, key: str, value: object) -> None:
        """Record the value."""
        self.pushed[key] = value


def operators() -> dict[str, type[Any]]:
    """Return every public operator and sensor by class name, in the order of the provider's metadata."""
    found: dict[str, type[Any]] = {}
    places = [
        *(f"operators.{name}" for name in OPERATOR_MODULES),
        *(f"sensors.{name}" for name in SENSOR_MODULES),
    ]
    for place in places:
        module = importlib.import_module(f"{PACKAGE}.{place}")
        found |= {
            kind.__name__: kind
            for kind in vars(module).values()
            if isinstance(kind, type)
            and kind.__module__ == module.__name__
            and kind.__name__.endswith(("Operator", "Sensor"))
            and not kind.__name__.startswith("_")
        }
    return found


def tasks(client: DingTalkClient) -> Iterator[Task]:
    """Yield the tasks to measure. Before each task, create the objects that it needs.

    :param client: Client for an emulator that knows :data:`PEOPLE`.
    """
    owner: dict[str, Any] = {"union_id": "owner"}
    plan = owner | {"name": "Plan", "subscribe_scope": {"corp_ids": ["corp"]}}
    yield Task("CreateSubscribedCalendarOperator", "first run", plan)
    yield Task("CreateSubscribedCalendarOperator", "each later run", plan)
    another = plan | {"if_exists": "create"}
    yield Task("CreateSubscribedCalendarOperator", '`if_exists="create"`', another)
    yield Task(
        "CreateSubscribedCalendarOperator", '`if_exists="create"` with `retries`', another | {"retries": 1}
    )
    same = plan | {"if_exists": "update"}
    yield Task("CreateSubscribedCalendarOperator", '`if_exists="update"`, nothing differs', same)
    moved = same | {"description": "Moved"}
    yield Task("CreateSubscribedCalendarOperator", '`if_exists="update"`, something differs', moved)
    teams = [{"name": f"Team {n}", "subscribe_scope": {"corp_ids": ["corp"]}} for n in range(10)]
    several = owner | {"calendars": teams}
    yield Task("EnsureSubscribedCalendarsOperator", "10 calendars, first run", several)
    yield Task("EnsureSubscribedCalendarsOperator", "10 calendars, each later run", several)

    calendar_id = client.create_subscribed_calendar(
        "owner", name="Readers", subscribe_scope={"union_ids": PEOPLE[:30]}
    )
    calendar = owner | {"calendar_id": calendar_id}
    readers = {"calendar_id": calendar_id, "union_id": PEOPLE[:30]}
    yield Task("GetSubscribedCalendarOperator", "", calendar)
    yield Task("UpdateSubscribedCalendarOperator", "", calendar | {"name": "Subscribers"})
    yield Task("ListCalendarsOperator", "", owner)
    yield Task("SubscribeCalendarOperator", "30 users", readers)
    yield Task("UnsubscribeCalendarOperator", "30 users", readers)
    yield Task("DeleteSubscribedCalendarOperator", "", calendar)

    yield Task("CreateEventOperator", "", owner | HOUR | {"summary": "Cut-over"})
    event = owner | {"event_id": client.create_event("owner", summary="Release", **HOUR).id}
    yield Task("UpdateEventOperator", "", event | {"summary": "Hotfix"})
    yield Task("AddAttendeesOperator", "1,200 people", event | {"attendees": PEOPLE})
    yield Task("RemoveAttendeesOperator", "1,200 people", event | {"attendees": PEOPLE})
    yield Task("DeleteEventOperator", "", event)
    for number in range(100):
        client.create_event("busy", summary=f"Event {number}", **HOUR)
    yield Task("ListEventsOperator", "up to 100 events", {"union_id": "busy"})
    for summary in "abc":
        client.create_event("series", summary=summary, recurrence=DAILY, **HOUR)
    instances = {"union_id": "series", "expand_recurrences": True, "limit": 250} | YEAR
    yield Task("ListEventsOperator", "`expand_recurrences`, 250 instances", instances)
    yield Task("ListEventsOperator", "`running_at`", {"union_id": "busy", "running_at": HOUR["start"]})
    for name, more in sync_tasks():
        yield Task("SyncEventsOperator", name, {"union_id": "releases", "namespace": "n"} | more)
    free_busy = {"user_ids": PEOPLE[:50], "start_time": HOUR["start"], "end_time": HOUR["end"]}
    yield Task("GetFreeBusyOperator", "50 people", owner | free_busy)

    for name, more in (
        ("CalendarGateOperator", {}),
        ("CalendarSensor", {"deferrable": False, "mode": "poke"}),
    ):
        primary = {"calendar_id": "primary", "time_zone": "UTC"}
        yield Task(name, "up to 100 events in 9 days", owner | primary | more)

    yield Task("LookUpUnionIdsOperator", "3 userids", {"userids": ["s-1", "s-2", "s-3"]})
    yield Task("LookUpUnionIdsOperator", "2 phone numbers", {"mobiles": ["13800000001", "13800000002"]})
    yield Task("LookUpUnionIdsOperator", "a department of 150", {"dept_ids": [7]})
    yield Task("GetOpenConversationIdOperator", "", {"chat_id": "chat"})
    group = {"title": "Readers", "template_id": "template", "owner_user_id": "s-1"}
    yield Task("CreateGroupOperator", "", group)
    yield Task("DingTalkApiOperator", "", {"operation": "ListCalendars", "path": {"userId": "owner"}})


def sync_tasks() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the case and the arguments of tasks that keep one calendar, one after the other."""
    days: list[dict[str, Any]] = [
        {"key": f"release-{day}", "summary": f"Release {day}", "start": f"2027-01-{day:02}"}
        for day in range(1, 7)
    ]
    window = {"window_start": "2027-01-01", "window_end": "2027-12-01"}
    moved = [days[0] | {"start": "2027-01-31"}, *days[1:5]]
    yield "first run, 6 events", window | {"events": days}
    yield "an unchanged list", window | {"events": days}
    yield "one event moved, one removed", window | {"events": moved}


def measure() -> dict[tuple[str, str], Spending]:
    """Run every task once and return its spending, by operator and case."""
    kinds, spent = operators(), {}
    with DingTalkEmulator(qps_limit=None, daily_event_limit=None) as emulator:
        for number, union_id in enumerate(PEOPLE[:150]):
            emulator.add_user(userid=f"s-{number}", union_id=union_id, mobile=f"1380000{number:04}")
        emulator.add_department(7, [f"s-{number}" for number in range(150)])
        emulator.add_chat("chat", "conversation")
        uri = emulator.airflow_connection(calls_per_second=1000)
        with (
            mock.patch.dict(os.environ, {"AIRFLOW_CONN_DINGTALK_DEFAULT": uri}),
            DingTalkHook().get_conn() as client,
        ):
            for task in tasks(client):
                emulator.journal.clear()
                instance = TaskInstance(task.operator)
                kinds[task.operator](task_id="t", **task.arguments).execute({"ti": instance})
                requests = tuple(
                    str(name) for name in emulator.journal.operations if name != "GetAccessToken"
                )
                spent[task.operator, task.case] = Spending(requests, tuple(instance.pushed))
    return spent
