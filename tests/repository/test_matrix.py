"""The table of the version matrix, and when it is a failure."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.matrix import ROOT, row, status, table

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
        # Its installation failed.
        ("newest-3.11", "failed", ("?", "?", "?", "?", "?", "failed")),
        ("newest-3.10", "skipped", ("-", "-", "-", "-", "-", "MISSING: no such Python on this machine")),
    ],
)
def test_what_is_said_of_a_session(results: Path, session: str, result: str, cells: tuple[str, ...]) -> None:
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
def test_what_is_a_failure(results: dict[str, str], expected: int) -> None:
    assert status({"name": name, "result": result} for name, result in results.items()) == expected


def test_an_older_airflow_has_the_pins_of_its_version() -> None:
    sessions = re.findall(r'"([\d.]+)", id="airflow-', (ROOT / "noxfile.py").read_text("utf-8"))
    assert {f"airflow-{version}.txt" for version in sessions} == {
        path.name for path in (ROOT / "constraints").iterdir()
    }
    for version in sessions:
        pins = (ROOT / "constraints" / f"airflow-{version}.txt").read_text("utf-8")
        assert re.search(rf"^apache-airflow=={re.escape(version)}\.\d+$", pins, re.MULTILINE)
