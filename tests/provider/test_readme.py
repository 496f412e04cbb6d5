"""Nothing in the README that was not run."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from airflow.sdk import BaseHook, Connection

from airflow_provider_dingtalk_calendar import exceptions
from airflow_provider_dingtalk_calendar.client import (
    DingTalkClient,
    InternalAppCredentials,
    SuiteCredentials,
    UserCredentials,
    token_endpoints,
)
from airflow_provider_dingtalk_calendar.client.endpoint import Endpoint
from airflow_provider_dingtalk_calendar.client.operation import operation
from airflow_provider_dingtalk_calendar.client.table import CALENDAR_OPERATIONS, OPERATIONS
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from airflow_provider_dingtalk_calendar.hooks.app_types import FIELDS_OF
from airflow_provider_dingtalk_calendar.hooks.settings import settings_of
from airflow_provider_dingtalk_calendar.operators.base import DingTalkOperator
from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import CreateSubscribedCalendarOperator
from airflow_provider_dingtalk_calendar.provider_info import CONNECTION_FIELDS, OPERATOR_MODULES, PACKAGE
from tests.client.both import settings_for

PAGES = "https://help.dingtalk.io/open/development/"
ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [text for name, text in fenced if name == language]


def test_every_kind_of_block_is_known_here() -> None:
    assert (len(blocks("python")), len(blocks("bash")), len(blocks(""))) == (4, 4, 5)


def test_the_dag(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    run = run_dag(blocks("python")[0])
    (calendar,) = connection.calendars
    assert run.state == "success"
    assert f"the calendar is {calendar.calendar_id}" in run.log


def test_setup_and_teardown(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    run = run_dag(blocks("python")[1])
    assert run.state == "success"
    assert connection.calendars == []
    assert connection.journal.operations[-3:] == [
        *("CreateSubscribedCalendar", "CreateEvent"),
        "DeleteSubscribedCalendar",
    ]


def test_the_hook_in_a_task(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    dag = blocks("python")[0]
    body = blocks("python")[2].replace("\n", "\n    ")
    run = run_dag(f"{dag}\n    {body}\n    rename(create_calendar.output)\n")
    assert run.state == "success"
    assert connection.calendars[0].name == "Quarter-end close"
    assert connection.calendars[0].subscribers == ("unionId of a reader",)
    assert "Quarter-end close" in run.log


def test_the_test_of_a_pipeline(tmp_path: Path) -> None:
    (tmp_path / "test_pipeline.py").write_text(blocks("python")[3], "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_pipeline.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


EXAMPLES = {
    "dingtalk_default": ("https://api.dingtalk.com", InternalAppCredentials("dingabc", "the-client-secret")),
    "dingtalk_customer": (
        "https://api.dingtalk.io",
        SuiteCredentials(
            "suiteabc",
            "the-suite-secret",
            "dingcustomer",
            suite_ticket_name="dingtalk_suite_ticket_secret",
        ),
    ),
    "dingtalk_user": (
        "https://api.dingtalk.io",
        UserCredentials("dingapp", "the-app-secret", authorization_code="the-code"),
    ),
}


@pytest.mark.parametrize("block", [0, 1])
def test_the_connections_in_the_environment(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    exports = re.findall(r"^export (AIRFLOW_CONN_\w+)='(.*)'$", blocks("bash")[block], re.MULTILINE)
    assert len(exports) == len(EXAMPLES)
    for name, text in exports:
        monkeypatch.setenv(name, text)
    for conn_id, (api_url, credentials) in EXAMPLES.items():
        settings = settings_of(BaseHook.get_connection(conn_id))
        assert (settings.api_url, settings.credentials) == (api_url, credentials)


@pytest.mark.usefixtures("airflow_database")
def test_the_connections_from_the_command_line(tmp_path: Path) -> None:
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

    def shell(command: str) -> str:
        done = subprocess.run(
            command, shell=True, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    exported = tmp_path / "connections.json"
    try:
        shell(blocks("bash")[2])
        shell(f"airflow connections export {exported}")
    finally:
        shell("; ".join(f"airflow connections delete {conn_id}" for conn_id in EXAMPLES))
    found = json.loads(exported.read_text("utf-8"))
    assert set(found) == set(EXAMPLES)
    for conn_id, (api_url, credentials) in EXAMPLES.items():
        settings = settings_of(Connection(conn_id=conn_id, **found[conn_id]))
        assert (settings.api_url, settings.credentials) == (api_url, credentials)


def test_the_fields_are_those_of_the_form() -> None:
    section = README[README.index("## Connection") : README.index("### Permissions")]
    told = re.findall(r"^\| ([^|]+?) \(extra `(\w+)`\)", section, re.MULTILINE)
    held = {name: field["label"].removesuffix(" (seconds)") for name, field in CONNECTION_FIELDS.items()}
    assert {name: label for label, name in told} == held
    of_app_types = {
        app_type: re.findall(r"\(extra `(\w+)`\)", table)
        for app_type, table in (
            ("internal", section.partition("### Internal app")[2].partition("###")[0]),
            ("third_party_enterprise", section.partition("### Third-party ent")[2].partition("###")[0]),
            ("third_party_personal", section.partition("### Third-party per")[2].partition("###")[0]),
        )
    }
    assert of_app_types == {app_type: list(names) for app_type, names in FIELDS_OF.items()}
    assert "docs/connection-form.png" in section
    assert (ROOT / "docs" / "connection-form.png").read_bytes().startswith(b"\x89PNG")


def test_the_fault_over_http(dingtalk_emulator: DingTalkEmulator) -> None:
    (body, url) = re.fullmatch(r"curl -d '(.*)' http://127.0.0.1:8090(.*)\n", blocks("bash")[3]).groups()  # type: ignore[union-attr]
    # As curl sends it: without a content type of JSON.
    ordered = requests.post(
        dingtalk_emulator.url + url,
        data=body,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        timeout=10,
    )
    assert ordered.status_code == 200
    with DingTalkClient(settings_for(dingtalk_emulator, max_wait=6.0)) as client:
        assert client.list_calendars("u")
    assert [entry.status for entry in dingtalk_emulator.journal.of("ListCalendars")] == [429, 429, 200]


def test_the_emulator_from_the_command_line() -> None:
    (command,) = (line for block in blocks("") for line in block.splitlines() if "--port" in line)
    arguments = command.replace("8090", "0").split()[1:]
    server = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    with server.stdout as lines:
        shown = next(line for line in lines if "AIRFLOW_CONN_DINGTALK_DEFAULT" in line)
        server.terminate()
        assert server.wait(30) == 0
    (text,) = re.findall(r"AIRFLOW_CONN_DINGTALK_DEFAULT='(.*)'", shown)
    assert json.loads(text)["conn_type"] == "dingtalk"


def rows_of(header: str) -> list[list[str]]:
    """Return the cells of the table with this header."""
    lines = README[README.index(header) :].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def told_of(endpoint: Endpoint[Any], nothing: str) -> list[str]:
    page = f"[{endpoint.page}]({PAGES}{endpoint.page})" if endpoint.page else "SDK only"
    return [endpoint.permission or nothing, page]


def test_every_operation_is_listed_with_its_method_permission_and_page() -> None:
    tokens = {
        entry.operation: entry for entry in vars(token_endpoints).values() if isinstance(entry, Endpoint)
    }
    rows = rows_of("| operation | method of the client |")
    assert [row[0] for row in rows] == [*OPERATIONS, *tokens]
    for name, method, *rest in rows:
        assert isinstance(getattr(DingTalkClient, method.strip("`")), operation)
        endpoint = OPERATIONS.get(name) or tokens[name]
        assert rest == told_of(endpoint, "none" if name in tokens else "not documented")
    methods = {row[0]: row[1].strip("`") for row in rows}
    for name in CALENDAR_OPERATIONS:
        assert methods[name].replace("_", "") == name.lower()


def operators() -> dict[str, type[DingTalkOperator]]:
    """Return every operator of the package by module and name."""
    found = {}
    for name in OPERATOR_MODULES:
        module = importlib.import_module(f"{PACKAGE}.operators.{name}")
        for kind in vars(module).values():
            is_ours = isinstance(kind, type) and issubclass(kind, DingTalkOperator)
            if is_ours and kind.__module__ == module.__name__ and not kind.__name__.startswith("_"):
                found[f"`{name}.{kind.__name__}`"] = kind
    return found


def test_every_operator_is_listed_with_its_permission_and_page() -> None:
    rows = rows_of("| operator | what it does |")
    assert [row[0] for row in rows] == list(operators())
    by_page = {entry.page: entry for entry in OPERATIONS.values() if entry.page}
    for name, _, _, permission, pages in rows[:-1]:
        linked = re.findall(r"\[([\w-]+)\]\((\S+)\)", pages)
        assert linked, name
        assert all(url == PAGES + page for page, url in linked)
        needed = dict.fromkeys(by_page[page].permission for page, _ in linked)
        assert permission == ", ".join(map(str, needed)), name
    assert rows[-1][3:] == ["that of the operation", "of the operation"]


def test_the_arguments_are_those_of_the_operator() -> None:
    section = README[README.index("| argument |") :]
    told = re.findall(r"^\| `(\w+)` \| ([^|]+) \| (yes|no) \|", section, re.MULTILINE)
    templated = {name for name, _, answer in told if answer == "yes"}
    assert templated == set(CreateSubscribedCalendarOperator.template_fields)
    operator = CreateSubscribedCalendarOperator(
        task_id="t", union_id="u", name="n", subscribe_scope={"corp_ids": ["c"]}
    )
    for name, default, _ in told:
        if default != "required":
            assert json.dumps(getattr(operator, name)).replace("null", "None") == default.strip("`")


def test_the_errors_it_names_are_there() -> None:
    for name in re.findall(r"`(\w+Error)`", README):
        assert issubclass(getattr(exceptions, name), exceptions.DingTalkError)
