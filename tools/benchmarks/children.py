"""Processes of their own: of this environment and of the official SDK's."""

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
#: Seconds after which a child is given up.
PATIENCE = 300


def environment(**more: str) -> dict[str, str]:
    """Return ours without what would change a measurement: an Airflow of the user, proxies, no bytecode."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", "PYTHON")) and not name.lower().endswith("_proxy")
    }
    return kept | {"PYTHONPATH": str(ROOT)} | more


def sdk_packages() -> Path:
    """Return where the SDK is installed.

    :raises SystemExit: If it is not.
    """
    found = [*SDK.glob("lib/python*/site-packages")]
    if not found:
        msg = f"{SDK.name} is missing: make bench makes it"
        raise SystemExit(msg)
    return found[0]


def ask(module: str, question: Any, variables: Mapping[str, str] | None = None) -> Any:
    """Run a module of this folder in a new process and return what it answers.

    :param module: Its name; it reads JSON and writes JSON, in the last line of its output.
    :param question: Its input.
    :param variables: Further variables of its environment.
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
    """A process that answers each line of its input with one line, both in JSON."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._in: IO[str] = process.stdin  # type: ignore[assignment]
        self._out: IO[str] = process.stdout  # type: ignore[assignment]

    def ask(self, **question: Any) -> Any:
        """Ask, and wait for the answer."""
        print(json.dumps(question), file=self._in, flush=True)
        return self.read()

    def read(self) -> Any:
        """Return the next line of its output."""
        return json.loads(self._out.readline())


@contextlib.contextmanager
def child(command: list[str], variables: Mapping[str, str]) -> Iterator[Child]:
    """Have a process for as long as the block lasts; it ends when its input does."""
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
    """Have ``sdk_peer.py`` run by the SDK's own interpreter."""
    sdk_packages()
    with child([str(SDK_PYTHON), "-I", str(HERE / "sdk_peer.py")], {}) as process:
        yield process


@contextlib.contextmanager
def minimal_server() -> Iterator[str]:
    """Serve the fixed answers of ``minimal_server.py`` from a process of its own; yield the URL."""
    command = [sys.executable, "-m", "tools.benchmarks.minimal_server"]
    with child(command, environment()) as process:
        yield f"http://127.0.0.1:{process.read()['port']}"


@dataclass(frozen=True)
class Home:
    """An Airflow of its own.

    :param folder: Its ``AIRFLOW_HOME``.
    """

    folder: Path

    @property
    def variables(self) -> dict[str, str]:
        """What makes a process use it."""
        return {
            "AIRFLOW_HOME": str(self.folder),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.folder / "dags"),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{self.folder / 'airflow.db'}",
            "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
        }


@contextlib.contextmanager
def airflow_home() -> Iterator[Home]:
    """Have an Airflow with a database, for as long as the block lasts."""
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
        yield home
