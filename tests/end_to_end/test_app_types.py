"""Connections of every app type work on a real Airflow.

Tokens are shared and refreshed, connections can be tested, and no secret is shown.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tests.effort import effort
from tools.local_airflow.settings import PARALLELISM
from tools.local_airflow.stack import AirflowStack
from tools.local_airflow.waiting import wait_until

from .written import everything_in

TICKET = "dingtalk_suite_ticket_secret"
TOKENS = ("GetAccessToken", "GetToken", "GetCorpAccessToken", "GetUserToken")
#: Maps the connection id to the app type and the extras.
CONNECTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "shared": ("internal", {"cache": "variable"}),
    "internal": ("internal", {}),
    "corp": ("internal", {"corp_id": "dingemulatedcorpid"}),
    "suite": ("third_party_enterprise", {"suite_ticket_secret": None, "suite_ticket_variable": TICKET}),
    "user": ("third_party_personal", {}),
    "refreshing": ("third_party_personal", {"cache": "process"}),
    "to_enqueue": ("third_party_enterprise", {}),
}


@pytest.fixture(scope="module")
def emulators(from_environment: DingTalkEmulator) -> Iterator[dict[str, DingTalkEmulator]]:
    with ExitStack() as running:
        emulators = {
            conn_id: running.enter_context(DingTalkEmulator(app_type=app_type, qps_limit=None))
            for conn_id, (app_type, _) in CONNECTIONS.items()
        }
        yield emulators | {"from_environment": from_environment}


def connection_of(emulators: dict[str, DingTalkEmulator], conn_id: str) -> dict[str, Any]:
    """Return the fields of a connection as Airflow's REST API expects them."""
    fields: dict[str, Any] = json.loads(emulators[conn_id].airflow_connection(**CONNECTIONS[conn_id][1]))
    return fields | {"extra": json.dumps(fields.get("extra", {}))}


@pytest.fixture(scope="module")
def stack(shared_stack: AirflowStack, emulators: dict[str, DingTalkEmulator]) -> AirflowStack:
    for conn_id in CONNECTIONS:
        shared_stack.api.create_connection(connection_id=conn_id, **connection_of(emulators, conn_id))
    shared_stack.api.post("/variables", {"key": TICKET, "value": emulators["suite"].suite_ticket})
    return shared_stack


@pytest.fixture(scope="module")
def finish(stack: AirflowStack) -> Callable[..., list[dict[str, Any]]]:
    """Run a DAG to its end and return its task instances."""

    def run(dag_id: str, *, expected: str = "success", timeout: float = 300.0) -> list[dict[str, Any]]:
        stack.api.wait_for_dag(dag_id)
        stack.api.unpause(dag_id)
        run_id = stack.api.trigger(dag_id)
        stack.api.wait_for_run(dag_id, run_id, expected=expected, timeout=timeout)
        return stack.api.task_instances(dag_id, run_id)

    return run


@pytest.fixture(scope="module")
def talked(finish: Callable[..., list[dict[str, Any]]]) -> Counter[tuple[str, str]]:
    """Run the DAG that logs as much as possible, and count its tasks by id and state."""
    tasks = finish("every_app_type", expected="failed")
    return Counter((task["task_id"], task["state"]) for task in tasks)


@pytest.mark.thorough
def test_many_tasks_share_a_token(
    finish: Callable[..., list[dict[str, Any]]],
    emulators: dict[str, DingTalkEmulator],
    say: Callable[[str], None],
) -> None:
    tasks = finish("shared_token", timeout=900.0)
    operations = Counter(emulators["shared"].journal.operations)
    say(f"requests: {dict(operations)}")
    assert len(tasks) == effort(100) > PARALLELISM
    assert operations["CreateSubscribedCalendar"] == len(emulators["shared"].calendars) == len(tasks)
    # Each task that starts before a token is shared requests its own token.
    assert 1 <= operations["GetAccessToken"] <= PARALLELISM
    assert set(operations) == {"CreateSubscribedCalendar", "GetAccessToken"}


def test_every_app_type_creates_a_calendar(
    talked: Counter[tuple[str, str]], emulators: dict[str, DingTalkEmulator]
) -> None:
    assert talked == {("create", "success"): 4, ("talk", "success"): 4, ("fail", "failed"): 4}
    for conn_id in ("internal", "corp", "suite", "user"):
        assert len(emulators[conn_id].calendars) == 1, conn_id


def test_tasks_that_refresh_at_the_same_moment_all_end_well(
    finish: Callable[..., list[dict[str, Any]]],
    emulators: dict[str, DingTalkEmulator],
    say: Callable[[str], None],
) -> None:
    tasks = finish("refreshing")
    asked = [
        (entry.body["grantType"], entry.status) for entry in emulators["refreshing"].journal.of(TOKENS[3])
    ]
    say(f"requests: {dict(Counter(asked))}")
    assert [task["state"] for task in tasks] == ["success"] * 4
    assert [status for _, status in asked].count(200) == 4


def test_tokens_in_the_triggerer(
    finish: Callable[..., list[dict[str, Any]]], talked: Counter[tuple[str, str]]
) -> None:
    assert talked
    assert [task["state"] for task in finish("triggered")] == ["success"] * 4


def button(stack: AirflowStack, emulators: dict[str, DingTalkEmulator], conn_id: str) -> dict[str, Any]:
    """Test a connection as the Test button does: without the secrets, because Airflow has stored them."""
    host = emulators[conn_id].url
    body = {"connection_id": conn_id, "conn_type": "dingtalk", "host": host}
    told: dict[str, Any] = stack.api.post("/connections/test", body)
    return told


@pytest.mark.parametrize("conn_id", ["internal", "corp", "suite", "user", "from_environment"])
def test_the_button(
    conn_id: str,
    stack: AirflowStack,
    emulators: dict[str, DingTalkEmulator],
    talked: Counter[tuple[str, str]],
) -> None:
    assert talked
    emulator = emulators[conn_id]
    before, calendars = len(emulator.journal), emulator.calendars
    told = button(stack, emulators, conn_id)
    assert told["status"], told["message"]
    assert told["message"].startswith(f"Got an access token: app type {emulator.app_type}, ")
    (request,) = list(emulator.journal)[before:]
    assert (request.operation in TOKENS, request.status) == (True, 200)
    assert emulator.calendars == calendars


def enqueue(stack: AirflowStack, conn_id: str, fields: dict[str, Any]) -> tuple[str, str]:
    """Test a connection on a worker, and return the state and the message of the test."""
    queued = stack.api.post("/connections/enqueue-test", {"connection_id": conn_id} | fields)
    header = {"Airflow-Connection-Test-Token": queued["token"]}

    def ended() -> dict[str, Any] | None:
        stack.check()
        told: dict[str, Any] = stack.api.request("GET", "/connections/enqueue-test", headers=header)
        return told if told["state"] in {"success", "failed"} else None

    told, _ = wait_until(f"the test of {conn_id} on a worker", ended, timeout=120.0)
    return told["state"], told["result_message"]


def test_on_a_worker(stack: AirflowStack, emulators: dict[str, DingTalkEmulator]) -> None:
    emulator = emulators["to_enqueue"]
    right = connection_of(emulators, "to_enqueue")
    for conn_id in ("to_enqueue", "suite", "user"):
        state, message = enqueue(stack, conn_id, connection_of(emulators, conn_id))
        assert (state, message.partition(":")[0]) == ("success", "Got an access token"), conn_id
    wrong = right | {"password": "a-wrong-secret"}
    state, message = enqueue(stack, "to_enqueue", wrong)
    assert state == "failed"
    assert "check Client ID and Client Secret" in message
    assert emulator.journal.operations == ["GetCorpAccessToken"] * 2


def test_the_command_line(stack: AirflowStack, emulators: dict[str, DingTalkEmulator]) -> None:
    before = len(emulators["from_environment"].journal)
    done = stack.airflow("connections", "test", "from_environment")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Connection success!" in done.stdout
    assert len(emulators["from_environment"].journal) == before + 1


def test_no_secret_is_shown_anywhere(
    stack: AirflowStack, emulators: dict[str, DingTalkEmulator], talked: Counter[tuple[str, str]]
) -> None:
    assert talked
    secrets = {secret for emulator in emulators.values() for secret in emulator.issued_secrets}
    kinds = {secret.rpartition("-")[0] for secret in secrets}
    assert kinds == {
        f"emulated-{kind}"
        for kind in ("client-secret", "access-token", "suite-ticket", "authorization-code", "refresh-token")
    }
    ids = {emulator.client_id for emulator in emulators.values()}
    shown: dict[str, bytes] = {
        "REST: variables": json.dumps(stack.api.get("/variables", limit=1000)).encode(),
        "REST: connections": json.dumps(stack.api.get("/connections", limit=1000)).encode(),
    }
    leaks, seen = set(), Counter[str]()
    for where, content in (*shown.items(), *everything_in(stack.home, stack.database)):
        leaks |= {(where, secret) for secret in secrets if secret.encode() in content}
        seen[where.partition(",")[0].partition("/")[0]] += any(one.encode() in content for one in ids)
    assert leaks == set()
    # Prove that the search finds values that Airflow has written.
    assert seen["table connection"] >= len(CONNECTIONS)
    assert seen["logs"] >= len(("internal", "corp", "suite", "user"))
    variables = {entry["key"] for entry in json.loads(shown["REST: variables"])["variables"]}
    kept = Counter(name.rpartition("_")[0] for name in variables)
    assert kept == {
        "dingtalk_suite_ticket": 1,
        "dingtalk_refresh_token": 2,
        "dingtalk_access_token": 2,
        "dingtalk_write": 1,
    }
