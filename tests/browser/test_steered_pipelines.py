"""Pipelines that a calendar steers, as Airflow shows them: a gate that skips, an event that starts a run."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from airflow_provider_dingtalk_calendar.client import DingTalkClient
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tests.client.both import settings_for
from tests.in_airflow.fixtures import EXAMPLES
from tests.in_airflow.versions import HAS_STATE_STORE
from tests.in_airflow.watching import SETTINGS, saved
from tools.local_airflow.api import ENDED
from tools.local_airflow.stack import API_SERVER, DEFAULT
from tools.local_airflow.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tools.local_airflow.stack import AirflowStack

    from .conftest import KeepPicture

pytestmark = [
    pytest.mark.screenshot,
    pytest.mark.skipif(not HAS_STATE_STORE, reason="before Airflow 3.3, a watcher forgets what it has seen"),
]

GATE, ON_EVENT = "dingtalk_freeze_gate", "dingtalk_on_event"
PATIENCE = 180.0
#: Width of Airflow's menu at the left, which the pictures leave out.
MENU = 64


@pytest.fixture(scope="module")
def emulator() -> Iterator[DingTalkEmulator]:
    with DingTalkEmulator(qps_limit=None) as running:
        yield running


def add(emulator: DingTalkEmulator, title: str, start: datetime) -> None:
    """Add an event of two hours to the calendar of both examples."""
    end = start + timedelta(hours=2)
    with DingTalkClient(settings_for(emulator)) as client:
        client.create_event("owner-union-id", summary=title, start=start, end=end, time_zone="UTC")


@pytest.fixture(scope="module")
def running(stack: AirflowStack, emulator: DingTalkEmulator) -> Iterator[AirflowStack]:
    """The Airflow of this folder with all components, which run two examples during a freeze."""
    add(emulator, "Code freeze for 11.11", datetime.now(timezone.utc) - timedelta(hours=1))
    for name in ("freeze_gate.py", "on_event.py"):
        shutil.copy(EXAMPLES / name, stack.dags_folder)
    others = [name for name in DEFAULT if name != API_SERVER]
    stack.env |= SETTINGS | {"AIRFLOW_CONN_DINGTALK_DEFAULT": emulator.airflow_connection()}
    for name in others:
        stack.start(name)
    yield stack
    for name in others:
        stack.kill(name)


def only_run(stack: AirflowStack, dag_id: str) -> dict[str, Any]:
    """Wait for the end of the only run of a DAG, and return the run."""

    def look() -> list[dict[str, Any]]:
        stack.check()
        known = [dag["dag_id"] for dag in stack.api.get("/dags")["dags"]]
        runs = stack.api.get(f"/dags/{dag_id}/dagRuns")["dag_runs"] if dag_id in known else []
        return [run for run in runs if run["state"] in ENDED]

    (run,), _ = wait_until(f"a run of {dag_id}", look, timeout=PATIENCE, interval=1.0)
    return run


def states(stack: AirflowStack, run: dict[str, Any]) -> dict[str, str]:
    tasks = stack.api.task_instances(run["dag_id"], run["dag_run_id"])
    return {task["task_id"]: task["state"] for task in tasks}


def address(stack: AirflowStack, run: dict[str, Any]) -> str:
    return f"{stack.api.url}/dags/{run['dag_id']}/runs/{quote(run['dag_run_id'], safe='')}"


def test_the_graph_of_a_run_during_a_freeze(
    running: AirflowStack, page: Page, keep_picture: KeepPicture
) -> None:
    from playwright.sync_api import expect

    run = only_run(running, GATE)
    assert (run["run_type"], run["state"]) == ("scheduled", "success")
    assert states(running, run) == {"gate": "success", "load": "skipped"}
    page.set_viewport_size({"width": 1280, "height": 420})
    page.goto(address(running, run))
    page.get_by_role("button", name="Show Graph").click()
    # The overview map would cover the graph in a window as low as this.
    page.add_style_tag(content=".react-flow__minimap, .react-flow__controls { display: none }")
    for task_id, state in (("gate", "success"), ("load", "skipped")):
        node = page.locator(f".react-flow__node[data-id={task_id}]")
        expect(node).to_contain_text(state)
        # Playwright waits until the node no longer moves.
        node.hover()
    page.mouse.move(0, 0)
    graph = page.locator(".react-flow").bounding_box()
    assert graph is not None
    # Leave out the handle between graph and details.
    width = graph["x"] + graph["width"] - MENU - 16
    picture = page.screenshot(clip={"x": MENU, "y": 0, "width": width, "height": 420})
    page.get_by_role("button", name="Show Grid").click()
    keep_picture("gate-skipped.png", picture)


def test_the_event_that_started_a_run(
    running: AirflowStack,
    emulator: DingTalkEmulator,
    page: Page,
    keep_picture: KeepPicture,
) -> None:
    from playwright.sync_api import expect

    wait_until("the watch", lambda: "owner-union-id" in saved(running), timeout=PATIENCE)
    # The watcher looks again after half an hour, or when its triggerer restarts. It reports a start that it
    # finds late.
    running.kill("triggerer")
    add(
        emulator,
        "Release window 12",
        datetime.now(timezone.utc).replace(microsecond=0) + timedelta(seconds=1),
    )
    running.start("triggerer")
    run = only_run(running, ON_EVENT)
    assert (run["run_type"], run["state"]) == ("asset_triggered", "success")
    page.set_viewport_size({"width": 1280, "height": 700})
    page.goto(f"{address(running, run)}/asset_events")
    lines, unfold = page.locator(".view-lines"), page.locator(".codicon-folding-collapsed")
    # The payload is folded twice.
    for part in ('"payload"', '"title"'):
        unfold.click()
        expect(lines).to_contain_text(part)
    expect(lines).to_contain_text("Release window 12")
    expect(page.get_by_text("Asset Triggered")).to_be_visible()
    expect(page.get_by_role("link", name="release_windows")).to_be_visible()
    picture = page.screenshot(clip={"x": MENU, "y": 0, "width": 1280 - MENU, "height": 680})
    keep_picture("event-started.png", picture)
