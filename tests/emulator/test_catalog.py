"""The list of all operations, the pytest plugin, and the behaviour without werkzeug installed."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from airflow_provider_dingtalk_calendar import emulator
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.emulator.__main__ import main
from airflow_provider_dingtalk_calendar.emulator.catalog import OPERATIONS, ROUTES
from airflow_provider_dingtalk_calendar.emulator.core.permissions import ANY_PERMISSION, PERMISSIONS

if TYPE_CHECKING:
    from pathlib import Path

PLUGIN = "airflow_provider_dingtalk_calendar.emulator.pytest_plugin"
ONLY_IN_THE_SDK = {
    "CancelEvent",
    "ConvertLegacyEventId",
    "CreateEventByMe",
    "GenerateCaldavAccount",
    "GetScheduleByMe",
    "ListAiMinutes",
    "ListCategories",
    "ListEventsInstances",
    "ListEventsViewByMe",
    "ListInstances",
    "ListOrgPlugins",
    "MeetingRoomRespond",
    "TransferEvent",
    "UpdateOrgPluginSubscribers",
}
HINT = "pip install 'airflow-provider-dingtalk-calendar[emulator]'"


def run_pytest(directory: Path, test: str) -> subprocess.CompletedProcess[str]:
    (directory / "test_it.py").write_text(test, encoding="utf-8")
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-m", "pytest", "-p", PLUGIN, "-p", "no:cacheprovider", "-q", str(directory)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, cwd=directory
    )


@pytest.fixture
def no_werkzeug(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {f"{emulator.__name__}.{name}" for name in ("server", "http.listener")}
    for name in list(sys.modules):
        if name.partition(".")[0] == "werkzeug" or name in own:
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "werkzeug", None)


def test_the_fixture_serves_for_one_test(tmp_path: Path) -> None:
    done = run_pytest(
        tmp_path,
        """
import socket, threading, urllib.request
served = []
def test_first(dingtalk_emulator):
    served.append(dingtalk_emulator)
    urllib.request.urlopen(dingtalk_emulator.url + "/_emulator/journal").close()
def test_second(dingtalk_emulator):
    assert dingtalk_emulator is not served[0]
    assert threading.active_count() == 2
def test_third():
    assert threading.active_count() == 1
""",
    )

    assert "3 passed" in done.stdout, done.stdout


@pytest.mark.usefixtures("dingtalk_emulator")
def test_the_plugin_is_found_where_the_package_is_installed(dingtalk_emulator: DingTalkEmulator) -> None:
    assert dingtalk_emulator.calendars == []


def test_without_werkzeug_the_fixture_says_what_to_install(tmp_path: Path) -> None:
    done = run_pytest(
        tmp_path,
        """
import sys
sys.modules["werkzeug"] = None
def test_first(dingtalk_emulator):
    pass
def test_second():
    pass
""",
    )

    assert "1 passed, 1 error" in done.stdout, done.stdout
    assert HINT in done.stdout


@pytest.mark.usefixtures("no_werkzeug")
def test_without_werkzeug_the_class_and_the_program_say_so(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ModuleNotFoundError) as caught:
        _ = emulator.DingTalkEmulator
    assert HINT in str(caught.value)
    assert main([]) == 1
    assert capsys.readouterr() == ("", f"error: The emulator needs werkzeug: {HINT}\n")
    assert emulator.Fault is Fault


def test_without_fastjsonschema_the_program_says_what_to_install() -> None:
    program = "import sys; sys.modules['fastjsonschema'] = None; import runpy; "
    program += f"sys.argv[1:] = []; runpy.run_module('{emulator.__name__}', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"error: The emulator needs fastjsonschema: {HINT}\n"


def test_another_missing_module_is_not_blamed_on_werkzeug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, f"{emulator.__name__}.server")
    monkeypatch.setitem(sys.modules, f"{emulator.__name__}.control", None)

    with pytest.raises(ModuleNotFoundError, match="control"):
        _ = emulator.DingTalkEmulator


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Emulator'"):
        _ = emulator.Emulator


def test_every_operation_has_one_route_and_a_page_if_there_is_one() -> None:
    assert len(set(OPERATIONS)) == len(ROUTES)
    assert len({(route.method, route.template) for route in ROUTES}) == len(ROUTES)
    assert {route.operation for route in ROUTES if not route.page} == ONLY_IN_THE_SDK
    assert {route.permission for route in ROUTES} - {None, ANY_PERMISSION} == set(PERMISSIONS)
