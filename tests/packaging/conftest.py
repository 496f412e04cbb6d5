"""Fixtures: the packages that ``make package`` has built, and a new environment with the wheel.

The environment variable DIST is the path of the folder with the packages. Without DIST, these tests are
skipped, because one build and one installation are enough. ``make package`` does both.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def dist() -> Path:
    """The folder with the packages."""
    if not (folder := os.environ.get("DIST")):
        pytest.skip("make package runs these tests")
    return Path(folder)


@pytest.fixture(scope="session")
def wheel(dist: Path) -> Path:
    (path,) = dist.glob("*.whl")
    return path.resolve()


@pytest.fixture(scope="session")
def sdist(dist: Path) -> Path:
    (path,) = dist.glob("*.tar.gz")
    return path


@dataclass(frozen=True)
class Installed:
    """An environment with only the wheel, its extra ``emulator`` and their dependencies.

    :param folder: Working directory of the environment's programs, outside the checkout.
    """

    folder: Path

    @property
    def bin(self) -> Path:
        return self.folder / "environment" / "bin"

    @property
    def variables(self) -> dict[str, str]:
        """All environment variables for the programs. The programs inherit no path and no setting."""
        return {
            "PATH": os.pathsep.join([str(self.bin), os.defpath]),
            "HOME": str(self.folder),
            "AIRFLOW_HOME": str(self.folder),
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.folder / "dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            # By default, Airflow asks DNS for the host name, which can take seconds without a network.
            "AIRFLOW__CORE__HOSTNAME_CALLABLE": "socket.gethostname",
            "NO_COLOR": "1",
        }

    def run(self, *command: str, **variables: str) -> str:
        """Run a program from the environment to its end, and return the standard output."""
        done = subprocess.run(
            [self.bin / command[0], *command[1:]],
            cwd=self.folder,
            env=self.variables | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture(scope="session")
def installed(wheel: Path) -> Iterator[Installed]:
    """The wheel, installed in a new environment with the same Python and with the checkout's constraints."""
    with tempfile.TemporaryDirectory(prefix="installed-") as folder:
        here = Installed(Path(folder).resolve())
        assert not here.folder.is_relative_to(CHECKOUT)
        python = str(here.bin / "python")
        pins = str(CHECKOUT / "constraints" / "newest.txt")
        uv("venv", "--python", sys.executable, str(here.bin.parent))
        uv("pip", "install", "--python", python, "--constraint", pins, f"{wheel}[emulator]")
        uv("pip", "check", "--python", python)
        yield here


def uv(*arguments: str) -> None:
    """Run uv, which shares its downloads between environments."""
    command = [str(Path(sys.executable).with_name("uv")), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, f"{command}\n{done.stderr}"


@pytest.fixture
def emulator(installed: Installed) -> Iterator[str]:
    """The connection, as JSON, to an emulator that the installed package runs."""
    command = [installed.bin / "python", "-m", "airflow_provider_dingtalk_calendar.emulator"]
    with subprocess.Popen(
        command, cwd=installed.folder, env=installed.variables, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            process.stdout.readline()
            exported = process.stdout.readline()
            yield shlex.split(exported.removeprefix("export "))[0].partition("=")[2]
        finally:
            process.terminate()
