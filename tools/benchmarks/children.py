"""Child processes that run with our Python or with the Python of the official SDK's environment."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
SDK = ROOT / ".venv-sdk"
SDK_PYTHON = SDK / "bin" / "python"
#: Seconds to wait for a child process.
PATIENCE = 300


def environment(**more: str) -> dict[str, str]:
    """Return our environment without variables that change a measurement: Airflow's, Python's and proxies."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", "PYTHON")) and not name.lower().endswith("_proxy")
    }
    return kept | {"PYTHONPATH": str(ROOT)} | more


def sdk_packages() -> Path:
    """Return the folder in which the SDK is installed.

    :raises SystemExit: If the SDK is not installed.
    """
    found = [*SDK.glob("lib/python*/site-packages")]
    if not found:
        msg = f"{SDK.name} is missing; make bench creates it"
        raise SystemExit(msg)
    return found[0]


def ask(module: str, question: Any, variables: Mapping[str, str] | None = None) -> Any:
    """Run a module from this folder in a new process and return its answer.

    :param module: The name of the module. It reads JSON, and the last line of its output is JSON.
    :param question: The input.
    :param variables: More environment variables.
    """
    done = subprocess.run(
        [sys.executable, "-m", f"tools.benchmarks.{module}"],
        cwd=ROOT,
        env=environment(**(variables or {})),
        input=json.dumps(question),
        stdout=subprocess.PIPE,
        encoding="utf-8",
        timeout=PATIENCE,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


class Child:
    """A process that answers each line of JSON with one line of JSON."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._in: IO[str] = process.stdin  # type: ignore[assignment]
        self._out: IO[str] = process.stdout  # type: ignore[assignment]

    def ask(self, **question: Any) -> Any:
        """Send a question and return the answer."""
        print(json.dumps(question), file=self._in, flush=True)
        return self.read()

    def read(self) -> Any:
        """Return the next answer."""
        return json.loads(self._out.readline())


@contextlib.contextmanager
def child(command: list[str], variables: Mapping[str, str]) -> Iterator[Child]:
    """Run a process during the block. At the end, close the input of the process, so that it ends."""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=dict(variables),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            yield Child(process)
        finally:
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


@contextlib.contextmanager
def sdk_child() -> Iterator[Child]:
    """Run ``sdk_peer.py`` with the Python of the SDK's environment."""
    sdk_packages()
    with child([str(SDK_PYTHON), "-I", str(HERE / "sdk_peer.py")], {}) as process:
        yield process


@contextlib.contextmanager
def minimal_server() -> Iterator[str]:
    """Run ``minimal_server.py`` in its own process and yield the URL of the server."""
    command = [sys.executable, "-m", "tools.benchmarks.minimal_server"]
    with child(command, environment()) as process:
        yield f"http://127.0.0.1:{process.read()['port']}"


@dataclass(frozen=True)
class Home:
    """A temporary Airflow.

    :param folder: The ``AIRFLOW_HOME`` of this Airflow.
    """

    folder: Path

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that make a process use this Airflow."""
        return {
            "AIRFLOW_HOME": str(self.folder),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.folder / "dags"),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{self.folder / 'airflow.db'}",
            "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
        }


@contextlib.contextmanager
def airflow_home() -> Iterator[Home]:
    """Provide an Airflow with a database during the block.

    This process gets the environment variables of that Airflow, too, and keeps them.
    """
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        home = Home(Path(folder))
        (home.folder / "dags").mkdir()
        subprocess.run(
            [sys.executable, "-m", "airflow", "db", "migrate"],
            env=environment(**home.variables),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=True,
        )
        # Set the variables before any measurement imports Airflow, because the import reads them.
        os.environ |= home.variables
        yield home
