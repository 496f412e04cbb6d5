"""One process of Airflow and all processes that it starts."""

from __future__ import annotations

import contextlib
import os
import subprocess
from typing import TYPE_CHECKING, Any

import psutil

from .errors import ComponentDiedError, NotInTimeError
from .waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path
    from pwd import struct_passwd

TAIL_LINES = 40


class Component:
    """A running component. It has its own session, and its output goes to one file.

    :param user: The user to run as. By default, the user that runs this program.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str],
        cwd: Path,
        log: Path,
        *,
        user: struct_passwd | None = None,
    ) -> None:
        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                env=env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C in the terminal then reaches only our process, which stops the components in order.
                start_new_session=True,
                **identity(user),
            )

    @property
    def pid(self) -> int:
        """The id of the main process, which is also the id of the session."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether the main process has ended. Reading this property reaps an ended process."""
        return self._process.poll() is not None

    def tail(self) -> str:
        """Return the last lines that the component wrote."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-TAIL_LINES:])

    def check(self) -> None:
        """Check that the main process is running.

        :raises ComponentDiedError: If the main process has ended.
        """
        code = self._process.poll()
        if code is not None:
            raise ComponentDiedError(
                f"the {self.name} ended with code {code}; the end of {self.log}:\n{self.tail()}"
            )

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the main process, which then ends its children."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()

    def processes(self) -> set[psutil.Process]:
        """Return all living processes of this component: its session and its descendants."""
        members = {process for process in psutil.process_iter() if _session(process.pid) == self.pid}
        # Once the main process has ended, another process can have its id.
        if not self.ended:
            with contextlib.suppress(psutil.NoSuchProcess):
                members.update(psutil.Process(self.pid).children(recursive=True))
        return {process for process in members if _alive(process)}


def identity(user: struct_passwd | None) -> dict[str, Any]:
    """Return the arguments with which ``subprocess`` runs a program as a user."""
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def stop_all(components: Sequence[Component], *, grace: float | None) -> None:
    """Stop the components and all processes that they started.

    :param grace: Seconds between SIGTERM and SIGKILL. None to send SIGKILL only.
    :raises RuntimeError: If a process is alive even after SIGKILL.
    """
    known = _all_processes(components)
    try:
        if grace is not None:
            for component in components:
                component.ask_to_stop()
            _wait(lambda: all(component.ended for component in components), grace)
    finally:
        # Kill the processes even if a second Ctrl-C has ended the wait.
        known |= _all_processes(components)
        for process in filter(_alive, known):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
    if not _wait(lambda: all(one.ended for one in components) and not any(map(_alive, known)), 10):
        raise RuntimeError(f"these processes did not end: {[one for one in known if _alive(one)]}")


def _wait(condition: Callable[[], bool], timeout: float) -> bool:
    with contextlib.suppress(NotInTimeError):
        wait_until("the end of the processes", condition, timeout=timeout, interval=0.05)
    return condition()


def _all_processes(components: Iterable[Component]) -> set[psutil.Process]:
    return {process for component in components for process in component.processes()}


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return None


def _alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running()) and bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
