"""Run a whole Airflow on this machine: database, api-server, scheduler, dag-processor, triggerer, workers."""

from __future__ import annotations

import fcntl
import json
import shutil
import socket
import subprocess
from typing import TYPE_CHECKING

from .api import AirflowApi
from .component import Component, stop_all
from .errors import ComponentDiedError, HomeNotUsableError, NotInTimeError
from .settings import DATABASE, LOGS, PASSWORDS, USER, Secrets, environment
from .waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from typing import IO

    from typing_extensions import Self

API_SERVER = "api-server"
#: The workers of CeleryExecutor. With LocalExecutor, the scheduler starts the tasks.
WORKERS = ("worker-1", "worker-2")
# There are no log servers. The api-server reads the log files itself, and log servers would listen on every
# interface.
COMPONENTS: dict[str, list[str]] = {
    API_SERVER: [API_SERVER],
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
    **{name: ["celery", "worker", "--skip-serve-logs", "--celery-hostname", name] for name in WORKERS},
}
DEFAULT = tuple(name for name in COMPONENTS if name not in WORKERS)
MARKER = ".airflow-stack"
START_TIMEOUT = 180.0
MIGRATE_TIMEOUT = 180.0
# Longer than a shutdown takes, except one in which the triggerer's runner misses the first signal: 10 s.
GRACE = 6.0
PORTS_TO_TRY = 3


class AirflowStack:
    """A context manager that runs a whole Airflow.

    :param home: AIRFLOW_HOME. The stack creates the folder, or empties it if it is from an earlier stack. Any
        other folder must be empty.
    :param dags_folder: Folder with the DAG files to run.
    :param components: Names of the components to start; by default, those that LocalExecutor needs. Each
        takes several seconds to start.
    :param database: A migrated SQLite database to copy. By default, the stack migrates its own database.
    :param env: More environment variables for every component: connections, or settings that replace ours.
    :param say: Called with one line for each wait.
    """

    api: AirflowApi

    def __init__(
        self,
        home: Path,
        dags_folder: Path,
        *,
        components: Sequence[str] = DEFAULT,
        database: Path | None = None,
        env: Mapping[str, str] | None = None,
        say: Callable[[str], None] = print,
    ) -> None:
        self.home = home.resolve()
        self.dags_folder = dags_folder.resolve()
        self.env: dict[str, str] = {}
        self._names = components
        self._database = database
        self._more_env = dict(env or {})
        self._say = say
        self._secrets = Secrets()
        self._components: dict[str, Component] = {}
        self._lock: IO[str] | None = None

    def __enter__(self) -> Self:
        try:
            self._lock = _take(self.home)
            self._configure(free_port())
            self._make_database()
            self._start_on_a_free_port()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    @property
    def password(self) -> str:
        """The password of the user ``admin``."""
        return self._secrets.password

    def airflow(self, *arguments: str, timeout: float = 120.0) -> subprocess.CompletedProcess[str]:
        """Run the command line of Airflow in the environment of the stack."""
        return subprocess.run(
            ["airflow", *arguments],
            env=self.env,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def component_logs(self) -> dict[str, str]:
        """Return the output of every component so far, by component name."""
        return {name: _read(self._log(name)) for name in self._names}

    @property
    def database(self) -> Path:
        """Path of the SQLite database file."""
        return self.home / DATABASE

    def check(self) -> None:
        """Check that all components are running.

        :raises ComponentDiedError: If a component has ended. The error shows the end of its log.
        """
        for component in self._components.values():
            component.check()

    def kill(self, name: str) -> None:
        """Kill a component and all processes that it started, as ``kill -9`` does."""
        stop_all([self._components.pop(name)], grace=None)

    def start(self, name: str) -> None:
        """Start a component that does not run."""
        command = ["airflow", *COMPONENTS[name]]
        self._components[name] = Component(name, command, env=self.env, cwd=self.home, log=self._log(name))

    def name_of(self, pid: int) -> str:
        """Return the name of the component to which a process belongs."""
        return next(
            name
            for name, component in self._components.items()
            if pid in {process.pid for process in component.processes()}
        )

    def _configure(self, port: int) -> None:
        password_file = self.home / PASSWORDS
        password_file.write_text(json.dumps({USER: self._secrets.password}), encoding="utf-8")
        self.env = {**environment(self.home, self.dags_folder, port, self._secrets), **self._more_env}
        self.api = AirflowApi(
            f"http://127.0.0.1:{port}", USER, self._secrets.password, check=self.check, say=self._say
        )

    def _make_database(self) -> None:
        if self._database is not None:
            shutil.copyfile(self._database, self.database)
            return
        self._say("creating Airflow's database ...")
        done = self.airflow("db", "migrate", timeout=MIGRATE_TIMEOUT)
        log = self._log("db-migrate")
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(done.stdout + done.stderr, encoding="utf-8")
        if done.returncode != 0:
            raise ComponentDiedError(f"airflow db migrate: code {done.returncode}\n{_read(log)}")

    def _start_on_a_free_port(self) -> None:
        for attempt in range(1, PORTS_TO_TRY + 1):
            try:
                self._start()
            except ComponentDiedError:
                taken = "address already in use" in _read(self._log(API_SERVER)).lower()
                if not taken or attempt == PORTS_TO_TRY:
                    raise
                self._say("another process took the port of the api-server; trying another port")
                stop_all(list(self._components.values()), grace=GRACE)
                self._log(API_SERVER).unlink()
                self.api.close()
                self._configure(free_port())
            else:
                return

    def _start(self) -> None:
        self._components = {}
        for name in self._names:
            self.start(name)
        self._wait_for(f"the api-server at {self.api.url} to accept our password", self._signed_in)
        if others := self._with_health():
            self._wait_for(f"{', '.join(others)} to be healthy", self._healthy)

    def _wait_for(self, what: str, look: Callable[[], bool]) -> None:
        self._say(f"waiting for {what} ...")
        try:
            _, seconds = wait_until(what, look, timeout=START_TIMEOUT)
        except NotInTimeError as error:
            tails = [f"--- the end of {one.log} ---\n{one.tail()}" for one in self._components.values()]
            raise NotInTimeError("\n".join([str(error), *tails])) from None
        self._say(f"  ok ({seconds:.0f} s)")

    def _signed_in(self) -> bool:
        self.check()
        return self.api.sign_in()

    def _healthy(self) -> bool:
        self.check()
        health = self.api.health()
        parts = ["metadatabase", *(name.replace("-", "_") for name in self._with_health())]
        return all(health[part].get("status") == "healthy" for part in parts)

    def _with_health(self) -> list[str]:
        """Return the components whose health the api-server shows. Tasks wait for workers in the broker."""
        return [name for name in self._names if name not in (API_SERVER, *WORKERS)]

    def _stop(self) -> None:
        try:
            if self._components:
                self._say("stopping Airflow ...")
                stop_all(list(self._components.values()), grace=GRACE)
                self._say("  stopped")
        finally:
            self._components = {}
            if hasattr(self, "api"):
                self.api.close()
            if self._lock is not None:
                self._lock.close()

    def _log(self, name: str) -> Path:
        return self.home / LOGS / "components" / f"{name}.log"


def _take(home: Path) -> IO[str]:
    """Empty the home and lock it until the returned file is closed.

    :raises HomeNotUsableError: If the home is in use, or holds files that are not from an earlier stack.
    """
    home.mkdir(parents=True, exist_ok=True)
    marker = home / MARKER
    if not marker.exists() and any(home.iterdir()):
        raise HomeNotUsableError(f"{home} is neither empty nor the home of an earlier stack; not wiping it")
    lock = marker.open("w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise HomeNotUsableError(f"another stack is running in {home}") from None
    for entry in home.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry != marker:
            entry.unlink()
    return lock


def free_port() -> int:
    """Return a port on 127.0.0.1 that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
