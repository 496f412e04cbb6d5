"""Run the sessions of noxfile.py and print a table of the results: ``python -m tools.matrix``.

As many sessions run at the same time as there are cores. The output of each session goes to
``build/matrix``. The table marks a session as missing if its Python is not installed. The exit status is 1
if a session fails or if no session runs.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "build" / "matrix"
#: Seconds between two progress messages of a session.
PROGRESS = 60
#: The session that runs the tests of ``make test`` with the same Python and the same pins.
REPEATED = f"newest-{sys.version_info.major}.{sys.version_info.minor}"
HEAD = ("session", "Python", "Airflow", "passed", "failed", "skipped", "result")


def to_run(names: Sequence[str], chosen: Sequence[str]) -> list[str]:
    """Return the chosen sessions, or if none is chosen, all but the one that repeats ``make test``."""
    return [name for name in names if chosen or name != REPEATED]


def row(name: str, result: str, results: Path = RESULTS) -> tuple[str, ...]:
    """Return the table row for a session."""
    if result == "skipped":
        return (name, "-", "-", "-", "-", "-", "MISSING: no such Python on this machine")
    python, airflow = _read_json(_file(name, "json", results)) or ("?", "?")
    tests = _tests(_file(name, "xml", results))
    counts = [str(tests.get(kind, "?")) for kind in ("passed", "failed", "skipped")]
    return (name, python, airflow, *counts, result)


def table(rows: Iterable[tuple[str, ...]]) -> str:
    """Return the table in Markdown."""
    lines = [HEAD, tuple("---" for _ in HEAD), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def status(sessions: Iterable[Mapping[str, Any]]) -> int:
    """Return the exit status for the session results that nox reports."""
    ran = [one for one in sessions if one["result"] != "skipped"]
    return 0 if ran and all(one["result"] == "success" for one in ran) else 1


def _file(name: str, suffix: str, results: Path = RESULTS) -> Path:
    return results / f"{name.replace('(', '-').replace(')', '')}.{suffix}"


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _tests(path: Path) -> dict[str, int]:
    try:
        (suite,) = ElementTree.parse(path).getroot().iter("testsuite")  # noqa: S314  pytest wrote it
    except (OSError, ElementTree.ParseError):
        return {}
    count = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
    failed = count["failures"] + count["errors"]
    return {
        "passed": count["tests"] - failed - count["skipped"],
        "failed": failed,
        "skipped": count["skipped"],
    }


def _environment() -> dict[str, str]:
    """Return the environment for nox. If pyenv is installed, nox finds every Python that pyenv has."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW_")}
    if shutil.which("pyenv"):
        listed = subprocess.run(["pyenv", "versions", "--bare"], capture_output=True, text=True, check=False)
        environment["PYENV_VERSION"] = ":".join(listed.stdout.split())
    return environment


def _nox(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "nox", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=_environment(), text=True, **options)


def _run(name: str, posargs: Sequence[str], running: list[subprocess.Popen[str]]) -> dict[str, str]:
    """Run a session and return its name and result. Print the output of a failed session."""
    begun, log, report = time.monotonic(), _file(name, "log"), _file(name, "report.json")
    with log.open("w", encoding="utf-8") as output:
        process = _nox(
            *("--session", name, "--report", str(report), "--", *posargs),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        running.append(process)
        while process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(PROGRESS)
            lines = log.read_text("utf-8", "replace").splitlines() or ["started"]
            print(f"== {name}, {time.monotonic() - begun:.0f} s: {lines[-1][-100:]}", flush=True)
    sessions = (_read_json(report) or {}).get("sessions")
    result = sessions[0]["result"] if sessions else "failed"
    if result not in ("success", "skipped"):
        print(f"== what {name} printed:\n{log.read_text('utf-8', 'replace')}", flush=True)
    return {"name": name, "result": result}


def _run_all(names: Iterable[str], posargs: Sequence[str]) -> list[dict[str, str]]:
    """Run the sessions, as many at a time as there are cores.

    Stop all sessions if this process is interrupted.
    """
    running: list[subprocess.Popen[str]] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        return list(pool.map(lambda name: _run(name, posargs, running), names))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in running:
            if process.poll() is None:
                # Like Ctrl-C, this signal reaches nox and all processes that nox has started.
                os.killpg(process.pid, signal.SIGINT)


def main() -> int:
    """Run the sessions, print the table and return the exit status."""
    parser = argparse.ArgumentParser("python -m tools.matrix", description=__doc__)
    parser.add_argument("--session", action="append", default=[], help="one session; may be repeated")
    parser.add_argument("posargs", nargs="*", help="arguments for pytest, after --")
    given = parser.parse_args()
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir(parents=True)
    chosen = ["--session", *given.session] if given.session else []
    listing = _nox("--list", "--json", *chosen, stdout=subprocess.PIPE)
    listed, _ = listing.communicate()
    if listing.returncode:
        return 1
    names = to_run([one["session"] for one in json.loads(listed)], given.session)
    if not given.session:
        print(f"== {REPEATED} is left out: make test runs the same tests")
    sessions = _run_all(names, given.posargs)
    print(f"\n{table(row(one['name'], one['result']) for one in sessions)}")
    return status(sessions)


if __name__ == "__main__":
    raise SystemExit(main())
