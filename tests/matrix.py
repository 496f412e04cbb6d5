"""Runs all sessions of noxfile.py and says, in one table, what ran on what: ``python -m tests.matrix``.

An interpreter that this machine lacks is said to be missing. Exits with 1 if a session fails, or if none
ran at all.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "build" / "matrix"
REPORT = RESULTS / "report.json"
HEAD = ("session", "Python", "Airflow", "passed", "failed", "skipped", "result")


def row(name: str, result: str, results: Path = RESULTS) -> tuple[str, ...]:
    """Return what is known of one session."""
    stem = results / name.replace("(", "-").replace(")", "")
    if result == "skipped":
        return (name, "-", "-", "-", "-", "-", "MISSING: no such Python on this machine")
    python, airflow = _read_json(stem.with_name(stem.name + ".json")) or ("?", "?")
    tests = _tests(stem.with_name(stem.name + ".xml"))
    counts = [str(tests.get(kind, "?")) for kind in ("passed", "failed", "skipped")]
    return (name, python, airflow, *counts, result)


def table(rows: Iterable[tuple[str, ...]]) -> str:
    """Return it in Markdown."""
    lines = [HEAD, tuple("---" for _ in HEAD), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def status(sessions: Iterable[Mapping[str, Any]]) -> int:
    """Return the exit status of what nox reports of its sessions."""
    ran = [one for one in sessions if one["result"] != "skipped"]
    return 0 if ran and all(one["result"] == "success" for one in ran) else 1


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def _tests(path: Path) -> dict[str, int]:
    if not path.exists():
        return {}
    (suite,) = ElementTree.parse(path).getroot().iter("testsuite")
    count = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
    failed = count["failures"] + count["errors"]
    return {
        "passed": count["tests"] - failed - count["skipped"],
        "failed": failed,
        "skipped": count["skipped"],
    }


def _environment() -> dict[str, str]:
    """Return that of nox, in which pyenv shows each of its Pythons."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW_")}
    if shutil.which("pyenv"):
        listed = subprocess.run(["pyenv", "versions", "--bare"], capture_output=True, text=True, check=False)
        environment["PYENV_VERSION"] = ":".join(listed.stdout.split())
    return environment


def main() -> int:
    """Run the sessions, print the table, and return the exit status."""
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir(parents=True)
    subprocess.run(
        [sys.executable, "-m", "nox", "--report", REPORT, *sys.argv[1:]],
        cwd=ROOT,
        env=_environment(),
        check=False,
    )
    sessions = (_read_json(REPORT) or {"sessions": []})["sessions"]
    print(f"\n{table(row(one['signatures'][0], one['result']) for one in sessions)}")
    return status(sessions)


if __name__ == "__main__":
    raise SystemExit(main())
