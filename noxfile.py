"""Sessions that test every supported Airflow (``make matrix``) or the newest packages (``make latest``)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import nox

nox.needs_version = ">=2025.2"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_missing_interpreters = False
# Do not download a missing Python. The table of results marks its session as missing.
nox.options.download_python = "never"
nox.options.sessions = ["older", "lowest", "newest"]

RESULTS = Path("build/matrix")
#: Tests of code that imports Airflow.
ON_AIRFLOW = [
    *(f"tests/{name}" for name in ("hooks", "support", "operators", "sensors", "triggers", "decorators")),
    "tests/dags_examples",
    "tests/test_assets.py",
    "tests/test_provider_info.py",
    "tests/test_imports.py",
    "tests/test_public_names.py",
]
#: All tests of the package. Airflow makes no difference to the client and the emulator, so they are tested on
#: the oldest and on the newest Python, and each with other versions of the HTTP libraries.
PACKAGE = [*(f"tests/{name}" for name in ("client", "emulator", "ics")), *ON_AIRFLOW]
#: Tests of the connection form, which differs between versions. Without Chromium, they are skipped.
#: The form of Airflow 3.0 has no extra fields without the FAB provider.
BROWSER = {"2.11": "tests/browser/test_form_of_airflow_2.py", "3.1": "tests/browser/test_connection_form.py"}
#: Older Airflows raise warnings of their own. A warning from our code is always an error.
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
    """Test on an older Airflow, with packages of the same age."""
    session.install("--constraint", f"constraints/airflow-{airflow}.txt", "--editable", ".[test]")
    paths = PACKAGE if airflow == "2.11" else [*ON_AIRFLOW, "tests/client/transport"]
    if airflow in BROWSER:
        session.install("playwright")
        paths = [*paths, BROWSER[airflow]]
    # test_openapi.py needs a newer schemathesis than these packages allow.
    _test(session, "-o", OWN_WARNINGS, "--ignore=tests/emulator/test_openapi.py", paths=paths)


@nox.session(python="3.10")
def lowest(session: nox.Session) -> None:
    """Test with the lowest version of each dependency that pyproject.toml allows."""
    session.install("--constraint", "constraints/lowest.txt", "--editable", ".[test]")
    folders = ["tests/client/transport", "tests/emulator/page", "tests/hooks"]
    paths = [*folders, "tests/operators/test_subscribed_calendar.py"]
    _test(session, "-o", OWN_WARNINGS, paths=paths)


@nox.session(python=["3.10", "3.11", "3.13", "3.14"])
def newest(session: nox.Session) -> None:
    """Test on the newest Airflow, with the pins that all other make targets use."""
    session.install("--constraint", "constraints/newest.txt", "--editable", ".[test]", "schemathesis")
    _test(session, paths=ON_AIRFLOW if session.python == "3.10" else PACKAGE)


@nox.session(python="3.13")
def latest(session: nox.Session) -> None:
    """Test with the newest release of every dependency, to see what will break next."""
    session.install("--editable", ".[test]", "schemathesis")
    _test(session)


def _test(session: nox.Session, *options: str, paths: list[str] = PACKAGE) -> None:
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
        *(f"--junitxml={RESULTS / name}.xml", *options, *(session.posargs or paths)),
        env=environment,
    )
