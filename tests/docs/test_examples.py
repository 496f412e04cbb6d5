"""The examples in the documentation run and have the documented results."""

from __future__ import annotations

import re
import shlex
import sys
import textwrap
import types
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pendulum
import pytest
import requests
from airflow.providers.common.compat.sdk import Connection
from airflow.providers.common.compat.version_compat import AIRFLOW_V_3_0_PLUS

from airflow_provider_dingtalk_calendar.client import ClientSettings, DingTalkClient
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
from tests.client.both import settings_for
from tests.docs.pages import README, ROOT, block_with
from tests.in_airflow.fixtures import add_release_window
from tests.in_airflow.versions import HAS_RETRY_POLICIES, load_dag
from tools.live.configuration import OPT_IN, VARIABLES, read_configuration

#: Runs a DAG file and returns the finished run.
RunDag = Callable[..., Any]

MONTH_END = block_with(README, "python", "with DAG(")
GATED = block_with("docs/steer-pipelines.md", "python", "CalendarGateOperator")


def test_the_dag_of_the_readme(run_dag: RunDag, connection: DingTalkEmulator) -> None:
    run = run_dag(MONTH_END)
    (calendar,) = connection.calendars
    assert run.state == "success"
    assert run.xcom("close_days")["created"] == len(connection.events) == 11
    assert {event.calendar_id for event in connection.events} == {calendar.calendar_id}
    assert f"+ {connection.events[0].fields['start']['date'][:7]} 'Close of " in run.log


def test_the_dag_of_the_first_page(run_dag: RunDag, connection: DingTalkEmulator) -> None:
    block = block_with("docs/index.md", "python", "with DAG(")
    assert run_dag(block).state == "success"
    assert [event.summary for event in connection.events] == ["Release"]
    operations = connection.journal.operations
    assert run_dag(block).xcom("releases")["unchanged"] == 1
    assert connection.journal.operations[len(operations) :] == ["ListEventsView", "ListEvents"]


def test_a_calendar_equal_to_a_table(run_dag: RunDag, connection: DingTalkEmulator, tmp_path: Path) -> None:
    day = pendulum.tomorrow().to_date_string()
    (tmp_path / "releases.csv").write_text(
        f"key,summary,start,end\nr1,Release,{day} 09:00,{day} 10:00\n", "utf-8"
    )
    block = block_with("docs/keep-a-calendar.md", "python", "dingtalk_events")
    run = run_dag(block.replace("/data", str(tmp_path)))
    assert run.state == "success"
    assert [event.summary for event in connection.events] == ["Release"]


def test_a_calendar_for_each_team(run_dag: RunDag, connection: DingTalkEmulator) -> None:
    block = block_with("docs/keep-a-calendar.md", "python", "TEAMS = [")
    for changes in (8, 0):
        run = run_dag(block)
        assert run.state == "success"
        assert sum(run.xcom("keep", index)["created"] for index in (0, 1)) == changes
    assert {(one.name, one.author) for one in connection.calendars} == {("Red", "u-ann"), ("Blue", "u-eve")}
    assert len(connection.calendars) == 2
    assert len(connection.events) == 8
    people = [event.summary.removeprefix("On call: ") for event in connection.events]
    assert {people.count(one) for one in ("u-ann", "u-bob", "u-eve", "u-dan")} == {2}


def run_tests_of(block: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Run the tests in a code block, each with its own emulator, and return the names of the tests."""
    namespace: dict[str, Any] = {}
    exec(compile(block, "block", "exec"), namespace)
    names = [name for name in namespace if name.startswith("test_")]
    for name in names:
        with DingTalkEmulator() as emulator:
            namespace[name](emulator, monkeypatch)
    return names


def test_the_test_of_the_readme(monkeypatch: pytest.MonkeyPatch) -> None:
    block = block_with(README, "python", "def test_")
    assert len(run_tests_of(block, monkeypatch)) == 1


@pytest.mark.usefixtures("run_dag")
@pytest.mark.parametrize(
    ("dag_file", "tests", "number"),
    [
        (MONTH_END, block_with("docs/testing.md", "python", "from month_end import"), 2),
        (
            GATED.replace("unionId of a user who sees the calendar", "u-ops"),
            block_with("docs/testing.md", "python", "from load import"),
            1,
        ),
    ],
)
def test_the_tests_of_a_dag(
    dag_file: str, tests: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = re.findall(r"from (\w+) import dag", tests)[0]
    (tmp_path / f"{name}.py").write_text(dag_file, "utf-8")
    module = types.ModuleType(name)
    module.dag = load_dag(tmp_path / f"{name}.py", monkeypatch)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, name, module)
    with warnings.catch_warnings():
        # Airflow's own code warns when it runs a DAG in this process.
        warnings.simplefilter("ignore")
        assert len(run_tests_of(tests, monkeypatch)) == number


def test_two_runs_of_the_smallest_dag(run_dag: RunDag, connection: DingTalkEmulator) -> None:
    command = block_with("docs/index.md", "shell", "airflow dags test")
    shown = block_with("docs/index.md", "text", "Created")
    file = ROOT / "dags_examples" / "minimal_calendar.py"
    assert set(re.findall(r"dags test (\S+)", command)) == set(
        re.findall(r'dag_id="(\S+)"', file.read_text())
    )
    said = [re.findall(r"\w+ subscribed calendar .*?==", run_dag(file).log)[0] for _ in range(2)]
    (calendar,) = connection.calendars
    assert said == re.sub(r"\S+==", calendar.calendar_id, shown).splitlines()


def test_calendars_over_http(dingtalk_emulator: DingTalkEmulator) -> None:
    command = shlex.split(block_with("docs/index.md", "shell", "_emulator/calendars"))
    url = command[-1].replace("http://127.0.0.1:8090", dingtalk_emulator.url)
    assert requests.get(url, timeout=10).json() == {"calendars": []}


def test_a_fault_over_http(dingtalk_emulator: DingTalkEmulator) -> None:
    command = shlex.split(block_with("docs/testing.md", "shell", "_emulator/faults"))
    url = command[-1].replace("http://127.0.0.1:8090", dingtalk_emulator.url)
    # curl -d sends this content type for any data.
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert requests.post(url, data=command[2], headers=form, timeout=10).status_code == 200
    with DingTalkClient(settings_for(dingtalk_emulator, max_wait=6.0)) as client:
        assert client.list_calendars("u")
    assert [entry.status for entry in dingtalk_emulator.journal.of("ListCalendars")] == [429, 429, 200]


def test_setup_and_teardown(run_dag: RunDag, connection: DingTalkEmulator) -> None:
    run = run_dag(block_with("docs/operators.md", "python", "as_teardown"))
    assert run.state == "success"
    assert connection.calendars == []
    assert connection.journal.operations[-3:] == [
        *("CreateSubscribedCalendar", "CreateEvent"),
        "DeleteSubscribedCalendar",
    ]


def in_a_dag(block: str) -> str:
    """Return a DAG file whose only task a block creates."""
    head = "from airflow.providers.common.compat.sdk import DAG\n\nwith DAG('a_dag', schedule=None) as dag:\n"
    return head + textwrap.indent(block, "    ")


def test_what_is_running_now(run_dag: RunDag, connection: DingTalkEmulator) -> None:
    add_release_window(connection)
    block = block_with("docs/operators.md", "python", 'running_at="now"')
    run = run_dag(block.replace("unionId of the owner", "owner-union-id"))
    assert [event["summary"] for event in run.xcom("running")] == ["Release window"]


def test_the_sensor(run_dag: RunDag, connection: DingTalkEmulator) -> None:
    add_release_window(connection)
    block = block_with("docs/steer-pipelines.md", "python", "timeout=timedelta(days=14)")
    run = run_dag(in_a_dag(block.replace("unionId of a user who sees the calendar", "owner-union-id")))
    assert run.xcom("window")["reason"] == '"Release window" is running'


@pytest.mark.skipif(not AIRFLOW_V_3_0_PLUS, reason="watchers came with Airflow 3")
def test_the_asset(run_dag: RunDag, connection: DingTalkEmulator) -> None:
    block = block_with("docs/steer-pipelines.md", "python", "schedule=[release_windows]")
    assert run_dag(block).state == "success"
    namespace: dict[str, Any] = {}
    exec(block, namespace)
    (watcher,) = namespace["release_windows"].watchers
    assert watcher.trigger.match == ["release window"]
    # Its trigger runs in tests/end_to_end.
    assert connection.journal.operations == []


@pytest.mark.skipif(not AIRFLOW_V_3_0_PLUS, reason="watchers came with Airflow 3")
def test_the_asset_as_an_outlet(run_dag: RunDag, connection: DingTalkEmulator) -> None:
    block = block_with("docs/steer-pipelines.md", "python", "outlets=[releases]")
    block = block.replace("2026-11-12", pendulum.tomorrow().to_date_string())
    run = run_dag(in_a_dag(block.replace("id of the calendar", "primary")))
    assert run.state == "success"
    assert [event.summary for event in connection.events] == ["Release 12"]


def test_a_dag_that_waits_again_and_again(run_dag: RunDag, connection: DingTalkEmulator) -> None:
    add_release_window(connection)
    (event,) = connection.events
    delete = (
        "from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook; "
        f"DingTalkHook().get_conn().delete_event('owner-union-id', 'primary', '{event.event_id}')"
    )
    block = block_with("docs/steer-pipelines.md", "python", '"@continuous"')
    block = block.replace("unionId of a user who sees the calendar", "owner-union-id")
    run = run_dag(block.replace('print("deploying")', delete))
    assert (run.xcom("begins")["is_open"], run.xcom("ends")["is_open"]) == (True, False)


def test_the_gate(run_dag: RunDag, connection: DingTalkEmulator) -> None:
    run = run_dag(GATED)
    assert run.state == "success"
    assert "is open: no event that denies is running" in run.log
    assert connection.journal.operations == ["GetAccessToken", "ListEventsView"]


def test_the_criteria_of_the_gate() -> None:
    namespace: dict[str, Any] = {}
    exec(block_with("docs/steer-pipelines.md", "python", "EventMatch("), namespace)
    assert namespace["change_numbers"].fits("Deploy CHG-012345", None, all_day=False)
    assert not namespace["change_numbers"].fits("Deploy CHG-0123456", None, all_day=False)


def test_the_hook_in_a_task(run_dag: RunDag, connection: DingTalkEmulator) -> None:
    body = block_with("docs/client.md", "python", "def rename").replace("\n", "\n    ")
    run = run_dag(f"{MONTH_END}\n    {body}\n    rename(create_calendar.output)\n")
    assert run.state == "success"
    (calendar,) = connection.calendars
    assert (calendar.name, calendar.subscribers) == ("Quarter-end close", ("unionId of a reader",))
    assert "Quarter-end close" in run.log


@pytest.mark.skipif(not HAS_RETRY_POLICIES, reason="retry policies came with Airflow 3.3")
def test_the_retry_policy_of_a_task(run_dag: RunDag, connection: DingTalkEmulator) -> None:
    body = block_with("docs/client.md", "python", "DingTalkRetryPolicy").replace("\n", "\n    ")
    run = run_dag(f"{MONTH_END}\n    {body}\n    read('u')\n")
    assert run.state == "success"
    assert len(connection.journal.of("ListCalendars")) == 2


def test_a_client_without_airflow(
    dingtalk_emulator: DingTalkEmulator, capsys: pytest.CaptureFixture[str]
) -> None:
    block = block_with("docs/client.md", "python", "ClientSettings(")
    placeholder = '("the-client-id", "the-client-secret")'
    assert placeholder in block
    real = f'("{dingtalk_emulator.client_id}", "{dingtalk_emulator.client_secret}")'
    exec(block.replace(placeholder, f'{real}, api_url="{dingtalk_emulator.url}"'), {})
    assert dingtalk_emulator.journal.operations == ["GetAccessToken", "ListCalendars"]
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_the_events_of_a_file(
    connection: DingTalkEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "holidays.ics").write_bytes((ROOT / "tests/ics/files/china_holidays.ics").read_bytes())
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        exec(block_with("docs/ics.md", "python", "events_from_ics("), {})
    assert connection.journal.operations.count("CreateEvent") == 3


def test_the_story_of_the_generator() -> None:
    block = block_with("docs/architecture.md", "python", "assert done == ")
    exec(compile(block, "docs/architecture.md", "exec"), {})


def settings_of(exports: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, ClientSettings]:
    """Return the client settings of each connection in a block of ``export`` lines."""
    found = re.findall(r"^export AIRFLOW_CONN_(\w+)='(.*)'$", exports, re.MULTILINE)
    for name, text in found:
        monkeypatch.setenv(f"AIRFLOW_CONN_{name}", text)
    return {name.lower(): DingTalkHook(name.lower()).get_conn().settings for name, _ in found}


def test_every_form_of_a_connection_means_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.cli.cli_parser import get_parser

    in_json = settings_of(block_with("docs/connection.md", "shell", '{"conn_type"'), monkeypatch)
    assert len(in_json) == 3
    assert in_json["dingtalk_default"].api_url == "https://api.dingtalk.com"
    assert settings_of(block_with("docs/connection.md", "shell", "dingtalk://"), monkeypatch) == in_json
    in_readme = settings_of(block_with(README, "shell", "AIRFLOW_CONN_"), monkeypatch)
    assert in_readme == {"dingtalk_default": in_json["dingtalk_default"]}
    for line in block_with("docs/connection.md", "shell", "airflow connections add").splitlines():
        given = get_parser().parse_args(shlex.split(line)[1:])
        made = Connection(
            conn_id=given.conn_id,
            conn_type=given.conn_type,
            login=given.conn_login,
            password=given.conn_password,
            extra=given.conn_extra,
        )
        monkeypatch.setenv(f"AIRFLOW_CONN_{given.conn_id.upper()}", made.get_uri())
        assert DingTalkHook(given.conn_id).get_conn().settings == in_json[given.conn_id]


def test_the_variables_of_the_live_run() -> None:
    *exports, _ = block_with("docs/live.md", "shell", "DINGTALK_LIVE=1\n").splitlines()
    environment = dict(shlex.split(line)[1].split("=", 1) for line in exports)
    assert set(environment) == {OPT_IN, *VARIABLES}
    assert read_configuration(environment).region == "china"
