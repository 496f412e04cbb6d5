"""Nothing in the README that was not run."""

from __future__ import annotations

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
from airflow.sdk import Connection

from airflow_provider_dingtalk_calendar import exceptions
from airflow_provider_dingtalk_calendar.client import DingTalkClient, endpoints
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from airflow_provider_dingtalk_calendar.hooks.settings import settings_of
from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import CreateSubscribedCalendarOperator
from tests.client.both import settings_for

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [text for name, text in fenced if name == language]


def test_every_kind_of_block_is_known_here() -> None:
    assert (len(blocks("python")), len(blocks("bash")), len(blocks(""))) == (3, 3, 5)


def test_the_dag(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    run = run_dag(blocks("python")[0])
    (calendar,) = connection.calendars
    assert run.state == "success"
    assert f"the calendar is {calendar.calendar_id}" in run.log


def test_the_hook_in_a_task(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    dag = blocks("python")[0]
    body = blocks("python")[1].replace("\n", "\n    ")
    run = run_dag(f"{dag}\n    {body}\n    rename(create_calendar.output)\n")
    assert run.state == "success"
    assert connection.calendars[0].name == "Quarter-end close"
    assert connection.calendars[0].subscribers == ("unionId of a reader",)
    assert "Quarter-end close" in run.log


def test_the_test_of_a_pipeline(tmp_path: Path) -> None:
    (tmp_path / "test_pipeline.py").write_text(blocks("python")[2], "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_pipeline.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_the_connection_in_the_environment() -> None:
    (text,) = re.findall(r"AIRFLOW_CONN_DINGTALK_DEFAULT='(.*)'", blocks("bash")[0])
    settings = settings_of(Connection.from_json(text, conn_id="dingtalk_default"))
    assert settings.credentials.client_id == "dingabc"
    assert settings.api_url == "https://api.dingtalk.com"


@pytest.mark.usefixtures("airflow_database")
def test_the_connection_from_the_command_line() -> None:
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

    def shell(command: str) -> str:
        done = subprocess.run(
            command, shell=True, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    shell(blocks("bash")[1])
    try:
        shown = shell("airflow connections get dingtalk_default --output json")
    finally:
        shell("airflow connections delete dingtalk_default")
    (found,) = json.loads(shown[shown.index("[{") :])
    assert (found["conn_type"], found["login"]) == ("dingtalk", "dingabc")
    assert "china" in str(found["extra_dejson"])


def test_the_fault_over_http(dingtalk_emulator: DingTalkEmulator) -> None:
    (body, url) = re.fullmatch(r"curl -d '(.*)' http://127.0.0.1:8090(.*)\n", blocks("bash")[2]).groups()  # type: ignore[union-attr]
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


def test_the_permissions_are_those_of_the_endpoints() -> None:
    section = README[README.index("| operation | permission |") :].partition("\n\n")[0]
    table = re.findall(r"^\| ([A-Z][^|]*) \| (\S+) \|$", section, re.MULTILINE)
    told = {
        name: permission for row, permission in table for name in re.findall(r"\b[A-Z]\w+[a-z][A-Z]\w+", row)
    }
    held = {
        endpoint.operation: endpoint.permission
        for endpoint in vars(endpoints).values()
        if isinstance(endpoint, endpoints.Endpoint) and endpoint.permission
    }
    assert told == held


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
