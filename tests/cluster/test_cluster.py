"""Under load, and after a worker is killed, there is exactly one of everything.

The environment variable TASKS sets the number of mapped tasks, subscriptions and waits.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.client import DingTalkClient
from tests.client.both import settings_for

from .conftest import EVENTS, SHARING, SLOTS, TASKS, Cluster

pytestmark = pytest.mark.cluster

DAYS = 10
OWNER = "owner"


def names(number: int) -> list[str]:
    return sorted(f"Team {one}" for one in range(number))


def states(tasks: list[dict[str, Any]]) -> list[str]:
    return [task["state"] for task in tasks]


def test_mapped_creates_and_a_sync_survive_a_killed_worker(cluster: Cluster) -> None:
    """The worker that runs the sync is killed, with the creates in its other slots."""
    creates, sync = cluster.emulators["creates_process"], cluster.emulators["sync"]
    sync_run = cluster.start("sync")
    cluster.until("a third of the events", lambda: len(sync.events) >= EVENTS / 3, interval=0.05)
    # From now on, all answers are late. The rest of the events waits for the creates, and when the worker
    # dies, its tasks wait for the answers to requests that have taken effect.
    sync.options.latency = creates.options.latency = 3
    creates_run = cluster.start("creates_process")
    cluster.until("some calendars", lambda: len(creates.calendars) >= SLOTS, interval=0.05)
    (running,) = cluster.api.task_instances("sync", sync_run)
    worker = cluster.stack.name_of(running["pid"])
    cluster.stack.kill(worker)
    created, synced = len(creates.calendars), len(sync.events)
    cluster.stack.start(worker)
    sync.options.latency = creates.options.latency = 0
    cluster.say(f"  killed {worker} after {created} calendars and {synced} events")
    assert created < TASKS
    assert synced < EVENTS

    tasks = cluster.tasks(f"{TASKS} mapped creates, worker killed", "creates_process", creates_run)
    assert states(tasks) == ["success"] * TASKS
    assert any(task["try_number"] > 1 for task in tasks)
    assert sorted(calendar.name for calendar in creates.calendars) == names(TASKS)

    (task,) = cluster.tasks(f"sync of {EVENTS} events, worker killed", "sync", sync_run)
    assert (task["state"], task["try_number"]) == ("success", 2)
    held = [event.summary for event in sync.events]
    assert sorted(held) == sorted(f"Event {number}" for number in range(EVENTS))


def test_mapped_creates_share_tokens_through_a_variable(cluster: Cluster) -> None:
    emulator = cluster.emulators["creates_variable"]
    run = cluster.start("creates_variable")
    tasks = cluster.tasks(f"{SHARING} mapped creates, token in a Variable", "creates_variable", run)
    assert states(tasks) == ["success"] * SHARING
    assert sorted(calendar.name for calendar in emulator.calendars) == names(SHARING)
    # A slot's first task may find no token yet. All later tasks of the slot find one.
    assert len(emulator.issued_tokens) <= 2 * SLOTS


def test_one_task_subscribes_everybody(cluster: Cluster) -> None:
    emulator = cluster.emulators["subscriptions"]
    with DingTalkClient(settings_for(emulator)) as client:
        calendar_id = client.create_subscribed_calendar(
            OWNER, name="Plan", subscribe_scope={"corp_ids": ["dingcorp"]}
        )
    run = cluster.start("subscriptions", calendar_id=calendar_id)
    tasks = cluster.tasks(f"{TASKS} subscriptions in one task", "subscriptions", run)
    assert states(tasks) == ["success"]
    (calendar,) = emulator.calendars
    assert sorted(calendar.subscribers) == sorted(f"user-{number}" for number in range(TASKS))


def test_a_backfill_leaves_one_calendar(cluster: Cluster) -> None:
    last = datetime(2026, 2, 1, tzinfo=timezone.utc) + timedelta(days=DAYS - 1)
    window = {"from_date": "2026-02-01T00:00:00Z", "to_date": last.isoformat()}
    cluster.api.post("/backfills", {"dag_id": "backfilled", "max_active_runs": DAYS} | window)
    cluster.api.unpause("backfilled")
    runs = cluster.api.get("/dags/backfilled/dagRuns", limit=100)["dag_runs"]
    run_ids = [run["dag_run_id"] for run in runs]
    tasks = cluster.tasks(f"backfill of {DAYS} days", "backfilled", *run_ids)
    assert states(tasks) == ["success"] * DAYS
    assert len(cluster.emulators["backfilled"].calendars) == 1


def test_deferred_waits_end_when_the_window_opens(cluster: Cluster) -> None:
    emulator = cluster.emulators["waits"]
    run = cluster.start("waits")
    cluster.until(f"{TASKS} waits are deferred", lambda: cluster.count("waits", run, "deferred") == TASKS)
    now = datetime.now(timezone.utc)
    with DingTalkClient(settings_for(emulator)) as client:
        client.create_event(
            OWNER, summary="A window", start=now, end=now + timedelta(hours=1), time_zone="UTC"
        )
    tasks = cluster.tasks(f"{TASKS} deferred waits", "waits", run)
    assert states(tasks) == ["success"] * TASKS
