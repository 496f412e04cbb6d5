"""The example DAGs run against the emulator in a real Airflow. The tests set up Airflow as a user would."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tests.in_airflow.fixtures import add_release_window
from tools.local_airflow.stack import AirflowStack

from .written import everything_in, places_of, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from airflow_provider_dingtalk_calendar.emulator import Calendar, RecordedRequest

DAGS = Path(__file__).resolve().parents[2] / "dags_examples"
DAG_ID = "dingtalk_daily_calendar"
FESTIVALS = "dingtalk_festival_calendar"
APPROVED = "dingtalk_approved_calendar"
DISTRIBUTION = "airflow-provider-dingtalk-calendar"
CONNECTION = "dingtalk_default"
DAY = datetime(2026, 2, 3, tzinfo=timezone.utc)
PLANTED = "planted-7Qm2xV9d-not-a-secret"
# Airflow itself logs these errors after it has read the last result of a mapped task, and when a run is
# cleared just as the run ends.
HARMLESS = re.compile(r"XCom not found .* offset=\d|TI try_number mismatch")
REQUESTS = ["GetAccessToken", "ListCalendars", "CreateSubscribedCalendar"]


@dataclass(frozen=True)
class FinishedRun:
    """A run of the daily example, the requests that the emulator received from it, and the calendar."""

    run_id: str
    requests: list[RecordedRequest]
    calendar: Calendar


@pytest.fixture(scope="module")
def emulator() -> Iterator[DingTalkEmulator]:
    with DingTalkEmulator() as running:
        yield running


@pytest.fixture(scope="module")
def stack(
    migrated_database: Path, tmp_path_factory: pytest.TempPathFactory, say: Callable[[str], None]
) -> Iterator[AirflowStack]:
    home = tmp_path_factory.mktemp("airflow")
    with AirflowStack(home, DAGS, database=migrated_database, say=say) as running:
        yield running


@pytest.fixture(scope="module")
def finished(stack: AirflowStack, emulator: DingTalkEmulator) -> FinishedRun:
    stack.api.create_connection(connection_id=CONNECTION, **json.loads(emulator.airflow_connection()))
    stack.api.wait_for_dag(DAG_ID)
    stack.api.unpause(DAG_ID)
    before = len(emulator.journal)
    run_id = stack.api.trigger(DAG_ID, logical_date=DAY, conf={"planted": PLANTED})
    stack.api.wait_for_run(DAG_ID, run_id)
    (calendar,) = emulator.calendars
    return FinishedRun(run_id, list(emulator.journal)[before:], calendar)


@pytest.fixture(scope="module")
def examples(stack: AirflowStack, emulator: DingTalkEmulator, finished: FinishedRun) -> dict[str, str]:
    """Run the other examples at the same time. Return the run id of every example by DAG id."""
    for name in ("alice", "bob"):
        emulator.add_user(userid=name, union_id=f"{name}-union-id")
    emulator.add_department(7, ["alice", "bob"])
    add_release_window(emulator)
    texts = [path.read_text(encoding="utf-8") for path in DAGS.glob("*.py")]
    dag_ids = [dag_id for text in texts for dag_id in re.findall(r'dag_id="(\w+)"', text)]
    run_ids = {DAG_ID: finished.run_id}
    for dag_id in dag_ids:
        if dag_id not in run_ids:
            stack.api.wait_for_dag(dag_id)
            stack.api.unpause(dag_id)
            run_ids[dag_id] = stack.api.trigger(dag_id, logical_date=DAY)
    for dag_id, run_id in run_ids.items():
        if dag_id != APPROVED:
            stack.api.wait_for_run(dag_id, run_id)
    # Approve last, because Airflow fails a task that is approved before its first process has ended.
    stack.api.approve(APPROVED, run_ids[APPROVED], "approve")
    stack.api.wait_for_run(APPROVED, run_ids[APPROVED])
    return run_ids


def test_airflow_lists_the_provider(stack: AirflowStack) -> None:
    providers = [
        provider["package_name"] for provider in stack.api.get("/providers", limit=1000)["providers"]
    ]
    assert providers.count(DISTRIBUTION) == 1


def test_the_user_interface_has_a_form_for_the_connection(stack: AirflowStack) -> None:
    forms = [form for form in stack.api.hook_meta() if form["connection_type"] == "dingtalk"]
    assert len(forms) == 1
    assert forms[0]["hook_class_name"] == "airflow_provider_dingtalk_calendar.hooks.dingtalk.DingTalkHook"
    assert forms[0]["hook_name"] == "DingTalk"
    standard, extra = forms[0]["standard_fields"], forms[0]["extra_fields"]
    assert (standard["login"]["title"], standard["password"]["title"]) == ("Client ID", "Client Secret")
    assert standard["url_schema"]["hidden"]
    assert set(extra["region"]["schema"]["enum"]) == {"international", "china"}
    assert "internal" in extra["app_type"]["schema"]["enum"]


def test_the_calendar_id_travels_from_dingtalk_to_the_next_task(
    stack: AirflowStack, finished: FinishedRun
) -> None:
    calendar_id = finished.calendar.calendar_id
    assert stack.api.xcom(DAG_ID, finished.run_id, "create_calendar") == calendar_id
    announced = stack.api.xcom(DAG_ID, finished.run_id, "announce")
    assert announced == {"calendar_id": calendar_id, "day": f"{DAY:%Y-%m-%d}"}


def test_a_new_calendar_costs_three_requests(finished: FinishedRun) -> None:
    assert [request.operation for request in finished.requests] == REQUESTS


def test_what_is_created_is_what_the_dag_defines(finished: FinishedRun) -> None:
    created = finished.requests[-1]
    assert created.target == "/v1.0/calendar/users/owner-union-id/subscribedCalendars"
    assert created.body == {
        "name": "Month-end close 2026 Q1 · 月末结账",
        "description": "Closing dates of 2026 Q1.",
        "managers": ["controller-union-id"],
        "subscribeScope": {"corpIds": ["dingcorp"], "unionIds": ["auditor-union-id"]},
    }


def test_every_file_of_the_examples_runs_and_every_task_succeeds(
    stack: AirflowStack, examples: dict[str, str]
) -> None:
    files = {dag["relative_fileloc"]: dag["dag_id"] for dag in stack.api.get("/dags", limit=1000)["dags"]}
    assert set(files) == {path.name for path in DAGS.glob("*.py")}
    assert set(files.values()) == set(examples)
    states = {
        (dag_id, task["task_id"], task["map_index"]): task["state"]
        for dag_id, run_id in examples.items()
        for task in stack.api.task_instances(dag_id, run_id)
    }
    assert set(states.values()) == {"success"}, states


def test_the_examples_leave_what_they_tell_of(emulator: DingTalkEmulator, examples: dict[str, str]) -> None:
    calendars = {calendar.name: calendar for calendar in emulator.calendars}
    festivals = calendars["Traditional festivals · 传统节日"]
    department = calendars["Department dates · 部门日历"]
    assert examples
    # The mapped example leaves three calendars. The pipeline deletes its calendar, and the approved events go
    # into the primary one.
    assert len(emulator.calendars) == len(calendars) == 8
    assert [name for name in calendars if name.startswith("Reload")] == []
    sent = [request.body["summary"] for request in emulator.journal.of("CreateEvent")]
    assert sent.count("Tables are being reloaded") == 1
    assert len([name for name in calendars if name.startswith("On call: ")]) == 3
    assert festivals.subscribe_scope["unionIds"] == ("alice-union-id", "bob-union-id")
    assert sorted(department.subscribers) == ["alice-union-id", "bob-union-id"]
    releases = calendars["Releases · 发布日历"]
    assert sorted(releases.subscribers) == ["alice-union-id", "bob-union-id"]
    # The test itself adds the window for which one example waits.
    events = [event for event in emulator.events if event.summary != "Release window"]
    assert len(events) == len(emulator.events) - 1
    held = Counter(event.calendar_id for event in events)
    assert held == {festivals.calendar_id: 10, releases.calendar_id: 6, "primary": 6}
    days = {
        event.summary: event.fields["start"]["date"]
        for event in events
        if event.calendar_id == festivals.calendar_id
    }
    assert (days["Spring Festival 春节"], days["Mid-Autumn Festival 中秋节"]) == ("2026-02-17", "2026-09-25")


def test_a_cleared_run_creates_no_event_twice(
    stack: AirflowStack, emulator: DingTalkEmulator, examples: dict[str, str]
) -> None:
    run_id, before = examples[FESTIVALS], {event.event_id for event in emulator.events}
    request = {"dry_run": False, "dag_run_id": run_id, "only_failed": False}
    stack.api.post(f"/dags/{FESTIVALS}/clearTaskInstances", request)
    stack.api.wait_for_run(FESTIVALS, run_id)
    sent = Counter(one.body["summary"] for one in emulator.journal.of("CreateEvent"))
    assert sent["Spring Festival 春节"] == 1
    assert {event.event_id for event in emulator.events} == before


def test_no_component_complains_about_the_provider(stack: AirflowStack, examples: dict[str, str]) -> None:
    assert examples
    logs = stack.component_logs()
    assert all(logs.values()), {name: len(log) for name, log in logs.items()}
    complaints = [
        f"{name}: {line}"
        for name, log in logs.items()
        for line in log.splitlines()
        if any(level in line for level in ("[warning", "[error", "[critical", "Traceback"))
        and "dingtalk" in line.lower()
        and not HARMLESS.search(line)
    ]
    assert complaints == []


def test_no_secret_is_written_anywhere(
    stack: AirflowStack, emulator: DingTalkEmulator, finished: FinishedRun, examples: dict[str, str]
) -> None:
    secrets = {"the client secret": emulator.client_secret}
    secrets |= {f"token {number}": token for number, token in enumerate(emulator.issued_tokens)}
    assert len(secrets) >= 2
    calendar_id = finished.calendar.calendar_id
    controls = {"planted": PLANTED, "calendar id": calendar_id, "client id": emulator.client_id}
    written = list(everything_in(stack.home, stack.database))
    found = places_of(secrets | controls, written)
    assert {name: found[name] for name in secrets if found[name]} == {}
    # Prove that the search finds values in a table, in the connection and in a task log.
    assert tables(found["planted"]) >= {"dag_run"}
    assert tables(found["client id"]) >= {"connection"}
    assert tables(found["calendar id"]) >= {"xcom", "rendered_task_instance_fields"}
    assert any(where.startswith("logs/") and finished.run_id in where for where in found["calendar id"])
    # Prove that the search covered the logs of every example.
    logs = [where for where, _ in written if where.startswith("logs/")]
    assert all(any(run_id in where for where in logs) for run_id in examples.values())


def test_the_api_shows_no_secret_of_the_connection(
    stack: AirflowStack, emulator: DingTalkEmulator, finished: FinishedRun
) -> None:
    assert finished.requests
    shown = stack.api.connection(CONNECTION)
    assert shown["login"] == emulator.client_id
    for secret in (emulator.client_secret, *emulator.issued_tokens):
        assert secret not in json.dumps(shown)
