"""The tests on every supported Airflow (``make matrix``), and on whatever is newest (``make latest``)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import nox

nox.needs_version = ">=2025.2"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_missing_interpreters = False
# A Python that the machine lacks is said to be missing, and not downloaded.
nox.options.download_python = "never"
nox.options.sessions = ["older", "newest"]

RESULTS = Path("build/matrix")
#: Unit, flow and emulator tests, those of hook and operators, and the example DAGs.
PATHS = ["tests/client", "tests/emulator", "tests/provider", "tests/test_imports.py"]
#: What a page says is the same on every Airflow.
NOT_HERE = ["--ignore=tests/docs"]
#: Older Airflows warn of themselves; a warning of our own code is a failure everywhere.
OWN_WARNINGS = "filterwarnings=ignore\nerror:::airflow_provider_dingtalk_calendar\nerror:::tests"


@nox.session
@nox.parametrize(
    ("python", "airflow"),
    [
        nox.param("3.10", "2.11", id="airflow-2.11"),
        nox.param("3.12", "3.0", id="airflow-3.0"),
        nox.param("3.12", "3.1", id="airflow-3.1"),
    ],
)
def older(session: nox.Session, airflow: str) -> None:
    """Test on an older Airflow, with the packages of its time."""
    session.install("--constraint", f"constraints/airflow-{airflow}.txt", "--editable", ".[test]")
    # The packages of its time have no schemathesis that this test knows.
    _test(session, "-o", OWN_WARNINGS, "--ignore=tests/emulator/test_openapi.py")


@nox.session(python=["3.10", "3.11", "3.13"])
def newest(session: nox.Session) -> None:
    """Test on the newest Airflow, with the pins that everything else here uses."""
    session.install("--constraint", "constraints.txt", "--editable", ".[test]", "schemathesis")
    _test(session)


@nox.session(python="3.13")
def latest(session: nox.Session) -> None:
    """Test with the newest release of everything, pinned or not: what fails here will break next."""
    session.install("--editable", ".[test]", "schemathesis")
    _test(session)


def _test(session: nox.Session, *options: str) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    name = session.name.replace("(", "-").replace(")", "")
    facts = "import importlib.metadata as m, json, platform; " + (
        "print(json.dumps([platform.python_version(), m.version('apache-airflow')]))"
    )
    found = session.run("python", "-c", facts, silent=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(json.loads(found or "[]")), "utf-8")
    environment = {"TEST_EFFORT": os.environ.get("TEST_EFFORT", "few")}
    session.run(
        *("python", "-m", "pytest", "-q", "--numprocesses", "2", "-p", "no:cacheprovider"),
        *(f"--junitxml={RESULTS / name}.xml", *options, *NOT_HERE, *(session.posargs or PATHS)),
        env=environment,
    )
