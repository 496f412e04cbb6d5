"""How the demo judges its two daily runs, and how it keeps running."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import psutil
import pytest
import requests

from tools.demo import CHECKOUT, DAYS, EXAMPLES, Day, find_problem, read, report

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = Day("2026-01-05", "A", ("create Release, 2026-02-11",), {"created": 6, "deleted": 0})
SECOND = Day("2026-01-06", "A", ("update Release, 2026-02-11 start",), {"updated": 1, "unchanged": 5})
LIST = [("2026-02-11", "Release")]


def test_one_calendar_that_equals_the_list_is_good() -> None:
    assert find_problem([FIRST, SECOND], ["A"], LIST, LIST) is None
    assert list(report([FIRST, SECOND], LIST, None, 9.0)) == [
        "2026-01-05: 6 created",
        "  create Release, 2026-02-11",
        "2026-01-06: 1 updated, 5 unchanged",
        "  update Release, 2026-02-11 start",
        "the DingTalk emulator has 1 events:",
        "  2026-02-11  Release",
        "OK: one calendar, and it equals the list (9 s; logs are in .demo/logs)",
    ]


@pytest.mark.parametrize(
    ("days", "calendars", "held", "told"),
    [
        ([FIRST], ["A"], LIST, "the days that ran are"),
        ([SECOND, FIRST], ["A"], LIST, "the days that ran are"),
        ([FIRST, SECOND], [], LIST, "0 calendars"),
        ([FIRST, SECOND], ["A", "B"], LIST, "2 calendars"),
        ([FIRST, replace(SECOND, calendar_id="B")], ["A"], LIST, "used on 2026-01-06"),
        ([FIRST, SECOND], ["A"], [], "the calendar has"),
        ([FIRST, SECOND], ["A"], LIST * 2, "the calendar has"),
        ([FIRST, replace(SECOND, changes=())], ["A"], LIST, "nothing was changed on 2026-01-06"),
    ],
)
def test_anything_else_is_reported(
    days: list[Day], calendars: list[str], held: list[tuple[str, str]], told: str
) -> None:
    assert told in (find_problem(days, calendars, held, LIST) or "")


def test_the_changes_fit_the_example() -> None:
    table = EXAMPLES / "releases.csv"
    assert len(list(read(table))) == 6
    assert all(old in table.read_text("utf-8") for changes in DAYS.values() for old in changes)


def test_make_passes_keep_on() -> None:
    command = ["make", "--dry-run", "demo", "KEEP=1"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    # Inside another make, the last lines are about folders.
    assert any(line.endswith("-m tools.demo --keep") for line in done.stdout.splitlines())


@pytest.mark.real_airflow
def test_it_keeps_running_until_a_signal(say: Callable[[str], None]) -> None:
    command = [sys.executable, "-m", "tools.demo", "--keep"]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = ""
            for line in process.stdout:
                told += line
                if "password" not in line:
                    say(line.rstrip())
                if line.startswith("running until"):
                    break
            assert "OK: one calendar" in told
            page, airflow, password = re.findall(
                r"^the calendars: (\S+)\nAirflow: +(\S+) \(user admin, password (\S+)\)$", told, re.MULTILINE
            )[0]
            assert told.count(password) == 1
            assert told.count(page) == 2
            shown = requests.get(page, timeout=10).text
            assert "June 2026" in shown
            assert "dingtalk_release_calendar/2026-06" in shown
            sign_in = {"username": "admin", "password": password}
            assert requests.post(f"{airflow}/auth/token", json=sign_in, timeout=30).ok
            started = psutil.Process(process.pid).children(recursive=True)
            assert len(started) > 4
        finally:
            process.send_signal(signal.SIGINT)
            try:
                rest, _ = process.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                process.terminate()
                raise
    assert process.returncode == 0, rest
    assert not [one for one in started if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    for url in (page, airflow):
        with pytest.raises(requests.ConnectionError):
            requests.get(url, timeout=10)


@pytest.mark.real_airflow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_airflow_too(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "tools.demo"]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert any(line.startswith("waiting for the api-server") for line in process.stdout)
        started = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(number)
        try:
            process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert process.returncode == 128 + number
    assert started
    assert not [one for one in started if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
