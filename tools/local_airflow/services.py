"""Run PostgreSQL and Redis for a stack. Each listens on 127.0.0.1 and requires a random password."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .component import Component, identity, stop_all
from .stack import free_port
from .waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

START_TIMEOUT = 60.0
GRACE = 10.0
USER = "airflow"
#: Where Debian installs the programs of PostgreSQL, which are not in PATH.
DEBIAN = Path("/usr/lib/postgresql")


@contextmanager
def postgres() -> Iterator[str]:
    """Run PostgreSQL with an empty database, and return its URL for SQLAlchemy."""
    with _folder() as folder:
        password, port, data = secrets.token_hex(16), free_port(), folder / "data"
        password_file = _write(folder / "password", password)
        subprocess.run(
            [
                *(_program("initdb"), "--pgdata", data, "--username", USER, "--pwfile", password_file),
                *("--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", "--no-sync"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            **identity(_owner()),
        )
        settings = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 300,
            # The data need not survive.
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
        }
        options = [text for name, value in settings.items() for text in ("-c", f"{name}={value}")]
        asked = [_program("pg_isready"), "--quiet", "--host", "127.0.0.1", "--port", str(port)]
        with _running(
            [_program("postgres"), "-D", str(data), *options],
            folder,
            lambda: subprocess.run(asked, check=False).returncode == 0,
        ):
            yield f"postgresql+psycopg://{USER}:{password}@127.0.0.1:{port}/postgres"


@contextmanager
def redis() -> Iterator[str]:
    """Run an empty Redis, and return its URL."""
    with _folder() as folder:
        password, port = secrets.token_hex(16), free_port()
        lines = ["bind 127.0.0.1", f"port {port}", f"requirepass {password}", f"dir {folder}", 'save ""']
        configuration = _write(folder / "redis.conf", "\n".join(lines))

        def answers() -> bool:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                return True
            return False

        with _running([_program("redis-server"), str(configuration)], folder, answers):
            yield f"redis://:{password}@127.0.0.1:{port}/0"


@contextmanager
def _running(command: Sequence[str], folder: Path, answers: Callable[[], bool]) -> Iterator[None]:
    """Run a service that works in a folder, and wait until it answers."""
    name = Path(command[0]).name
    service = Component(name, command, env=os.environ, cwd=folder, log=folder / "log", user=_owner())

    def look() -> bool:
        service.check()
        return answers()

    try:
        wait_until(f"{name} to answer", look, timeout=START_TIMEOUT)
        yield
    finally:
        stop_all([service], grace=GRACE)


@contextmanager
def _folder() -> Iterator[Path]:
    """Return a temporary folder of the user that runs the services."""
    with tempfile.TemporaryDirectory(prefix="service-") as name:
        if owner := _owner():
            os.chown(name, owner.pw_uid, owner.pw_gid)
        yield Path(name)


def _write(path: Path, text: str) -> Path:
    """Write a file that only the user that runs the services can read."""
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    if owner := _owner():
        os.chown(path, owner.pw_uid, owner.pw_gid)
    return path


def _owner() -> pwd.struct_passwd | None:
    """Return the user that runs the services if root runs this program, because PostgreSQL refuses root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _program(name: str) -> str:
    """Return the path of a program, in its newest version if Debian has installed several.

    :raises FileNotFoundError: If it is not installed.
    """
    installed = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = shutil.which(name) or (str(installed[-1]) if installed else None)
    if found is None:
        raise FileNotFoundError(f"{name} is not installed; Debian has it in postgresql or redis-server")
    return found
