"""The wheel and the sdist contain the right files and metadata."""

from __future__ import annotations

import configparser
import email.message
import email.parser
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from airflow_provider_dingtalk_calendar import __version__
from tests.packaging.conftest import CHECKOUT

PACKAGE = "airflow_provider_dingtalk_calendar"
INFO = f"{PACKAGE}-{__version__}.dist-info"
NEEDED_TO_WORK_ON_IT = {
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "constraints/newest.txt",
    "constraints/airflow-2.11.txt",
    "dags_examples/minimal_calendar.py",
    "docs/faults.md",
    "pyproject.toml",
    "tests/conftest.py",
    "tests/packaging/test_contents.py",
}


@pytest.fixture(scope="module")
def text_of(wheel: Path) -> Callable[[str], str]:
    def read(name: str) -> str:
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(f"{INFO}/{name}").decode()

    return read


@pytest.fixture(scope="module")
def metadata(text_of: Callable[[str], str]) -> email.message.Message:
    return email.parser.Parser().parsestr(text_of("METADATA"))


@pytest.fixture(scope="module")
def tracked() -> set[str]:
    """The files that git tracks."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    return {name for name in listed.stdout.split("\0") if name}


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path, tracked: set[str]) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    package = {name for name in tracked if name.startswith(f"{PACKAGE}/")}
    info = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
    assert {f"{PACKAGE}/py.typed", f"{PACKAGE}/emulator/page/page.html"} <= package
    assert names == package | {f"{INFO}/{name}" for name in info}


def test_it_is_for_every_platform(text_of: Callable[[str], str]) -> None:
    assert "Root-Is-Purelib: true\nTag: py3-none-any\n" in text_of("WHEEL")
    assert text_of("licenses/LICENSE") == (CHECKOUT / "LICENSE").read_text("utf-8")


def test_it_has_the_entry_points_for_airflow_and_pytest(text_of: Callable[[str], str]) -> None:
    entries = configparser.ConfigParser()
    entries.read_string(text_of("entry_points.txt"))
    assert {section: dict(entries[section]) for section in entries.sections()} == {
        "apache_airflow_provider": {"provider_info": f"{PACKAGE}.provider_info:get_provider_info"},
        "pytest11": {"dingtalk_emulator": f"{PACKAGE}.emulator.pytest_plugin"},
    }


def test_the_metadata(metadata: email.message.Message) -> None:
    assert metadata["Name"] == "airflow-provider-dingtalk-calendar"
    assert metadata["Version"] == __version__
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.10"
    assert metadata["Description-Content-Type"] == "text/markdown"
    classifiers = metadata.get_all("Classifier", [])
    assert {"Framework :: Apache Airflow", "Framework :: Apache Airflow :: Provider"} <= set(classifiers)
    versions = {f"Programming Language :: Python :: 3.{minor}" for minor in range(10, 15)}
    assert versions == {
        name for name in classifiers if name.startswith("Programming Language :: Python :: 3.")
    }


def test_the_dependencies(metadata: email.message.Message) -> None:
    required = metadata.get_all("Requires-Dist", [])
    assert [line for line in required if "extra ==" not in line] == [
        "anyio>=3.7",
        "apache-airflow-providers-common-compat>=1.20",
        "apache-airflow>=2.11",
        "httpx>=0.26",
        "pendulum>=3.0",
        "requests>=2.32.2",
        "urllib3>=2.0",
    ]
    assert [line for line in required if line.endswith("extra == 'emulator'")] == [
        "fastjsonschema>=2.19; extra == 'emulator'",
        "jinja2>=3.1; extra == 'emulator'",
        "python-dateutil>=2.9; extra == 'emulator'",
        "werkzeug>=2.2; extra == 'emulator'",
    ]


def test_the_sdist_holds_all_files_that_git_tracks(sdist: Path, tracked: set[str]) -> None:
    root = f"{PACKAGE}-{__version__}/"
    with tarfile.open(sdist) as archive:
        names = {member.name.removeprefix(root) for member in archive if not member.isdir()}
    assert names - {"PKG-INFO"} == tracked
    assert names >= NEEDED_TO_WORK_ON_IT
