"""The table of the version matrix, and the exit status of the program."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import psutil
import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tools.matrix import REPEATED, ROOT, row, status, table, to_run

SUITE = '<testsuites><testsuite tests="9" failures="1" errors="1" skipped="2"/></testsuites>'


@pytest.fixture
def results(tmp_path: Path) -> Path:
    for name in ("older-airflow-2.11", "latest-3.13"):
        (tmp_path / f"{name}.json").write_text(json.dumps(["3.10.13", "2.11.2"]), "utf-8")
        (tmp_path / f"{name}.xml").write_text(SUITE, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("session", "result", "cells"),
    [
        ("older(airflow-2.11)", "failed", ("3.10.13", "2.11.2", "5", "2", "2", "failed")),
        ("latest-3.13", "success", ("3.10.13", "2.11.2", "5", "2", "2", "success")),
        # The installation failed.
        ("newest-3.11", "failed", ("?", "?", "?", "?", "?", "failed")),
        ("newest-3.10", "skipped", ("-", "-", "-", "-", "-", "MISSING: no such Python on this machine")),
    ],
)
def test_a_session_is_one_row(results: Path, session: str, result: str, cells: tuple[str, ...]) -> None:
    assert row(session, result, results) == (session, *cells)
    assert table([(session, *cells)]).splitlines()[-1] == f"| {' | '.join((session, *cells))} |"


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ({"newest": "success", "older": "success"}, 0),
        ({"newest": "success", "older": "skipped"}, 0),
        ({"newest": "failed", "older": "success"}, 1),
        ({"older": "skipped", "newest": "skipped"}, 1),
        ({}, 1),
    ],
)
def test_the_exit_status_is_1_if_a_session_fails_or_none_runs(results: dict[str, str], expected: int) -> None:
    assert status({"name": name, "result": result} for name, result in results.items()) == expected


def test_the_lowest_versions_are_those_of_pyproject() -> None:
    """To renew the pins: make constraints."""
    pins = (ROOT / "constraints" / "lowest.txt").read_text("utf-8").splitlines()
    declared = [Requirement(text) for text in requires("airflow-provider-dingtalk-calendar") or ()]
    required = [requirement for requirement in declared if requirement.marker is None]
    assert "requests" in {requirement.name for requirement in required}
    for requirement in required:
        (bound,) = requirement.specifier
        (pin,) = (Version(pin.split("==")[1]) for pin in pins if pin.startswith(f"{requirement.name}=="))
        # A release can be withdrawn, and 2.11 means 2.11.0.
        assert Version(bound.version) <= pin
        assert pin.release[:2] == (*Version(bound.version).release, 0)[:2]


def test_every_older_airflow_has_its_pins() -> None:
    sessions = re.findall(r'"([\d.]+)", id="airflow-', (ROOT / "noxfile.py").read_text("utf-8"))
    names = {path.name for path in (ROOT / "constraints").iterdir()}
    assert names == {"newest.txt", "lowest.txt", *(f"airflow-{version}.txt" for version in sessions)}
    for version in sessions:
        pins = (ROOT / "constraints" / f"airflow-{version}.txt").read_text("utf-8")
        assert re.search(rf"^apache-airflow=={re.escape(version)}\.\d+$", pins, re.MULTILINE)


NOXFILE = """
import sys

import nox

@nox.session(venv_backend="none")
def good(session):
    print("GIVEN", session.posargs)

@nox.session(venv_backend="none")
def bad(session):
    session.run(sys.executable, "-c", "raise SystemExit('what went wrong')", external=True)

@nox.session(venv_backend="none")
def gives_up(session):
    session.error("why it gave up")

@nox.session(venv_backend="none")
def endless(session):
    code = "import os; print(f'pid {os.getpid()}', flush=True); input()"
    session.run(sys.executable, "-c", code, external=True)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "__init__.py").touch()
    (tmp_path / "noxfile.py").write_text(NOXFILE, "utf-8")
    shutil.copy(ROOT / "tools" / "matrix.py", tmp_path / "tools" / "matrix.py")
    return tmp_path


def matrix(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tools.matrix", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, timeout=120)


def test_pytest_gets_the_arguments(project: Path) -> None:
    done = matrix(project, "--session", "good", "--", "tests/client", "-k", "x")
    assert done.returncode == 0, done.stderr
    assert "GIVEN ['tests/client', '-k', 'x']" in (project / "build" / "matrix" / "good.log").read_text(
        "utf-8"
    )
    assert done.stdout.splitlines()[-1].endswith("| success |")


def test_the_output_of_a_failed_session_is_printed(project: Path) -> None:
    done = matrix(project, "--session", "good", "--session", "bad", "--session", "gives_up")
    assert done.returncode == 1
    assert [line.split(" | ")[-1] for line in done.stdout.splitlines()[-3:]] == [
        "success |",
        "failed |",
        "aborted |",
    ]
    assert "what went wrong" in done.stdout
    assert "why it gave up" in done.stdout


@pytest.mark.parametrize("arguments", [("--session", "nothing"), ("--unknown",)])
def test_wrong_arguments_run_nothing(project: Path, arguments: tuple[str, ...]) -> None:
    done = matrix(project, *arguments)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "| session |" not in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_all_sessions(project: Path, number: signal.Signals) -> None:
    log = project / "build" / "matrix" / "endless.log"
    command = [sys.executable, "-m", "tools.matrix", "--session", "endless"]
    with subprocess.Popen(command, cwd=project, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        while not (
            started := re.search(r"^pid (\d+)$", log.read_text() if log.exists() else "", re.MULTILINE)
        ):
            assert process.poll() is None
        child = psutil.Process(int(started[1]))
        process.send_signal(number)
        child.wait(60)
        # Standard input is still open, so the signal must have stopped the sessions.
        assert process.wait(60) != 0
    assert "Interrupted" in log.read_text("utf-8")


def test_the_session_that_repeats_make_test_runs_only_if_it_is_chosen() -> None:
    names = ["older(airflow-2.11)", "newest-3.9", REPEATED]
    assert to_run(names, []) == names[:2]
    assert to_run([REPEATED], [REPEATED]) == [REPEATED]
