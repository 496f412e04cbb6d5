"""The commands of the pages: make has every target they name, and the package every extra."""

from __future__ import annotations

import re
import subprocess
from importlib import metadata

import pytest

from tests.provider.docs.pages import PAGES, ROOT, claims, text_of

DISTRIBUTION = "airflow-provider-dingtalk-calendar"


@claims("README.md", "shell", 0, 1)
def test_make_of_the_readme(block: str) -> None:
    assert_made(block)


@claims("docs/faults.md", "shell", 0)
def test_make_of_the_faults(block: str) -> None:
    assert_made(block)


@claims("docs/contributing.md", "shell", 0, 2)
def test_make_of_the_contributors(block: str) -> None:
    assert_made(block)


def assert_made(block: str) -> None:
    for line in block.splitlines():
        assert re.fullmatch(r"make [a-z]+", line)
        done = subprocess.run(
            [*line.split(), "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


@claims("README.md", "shell", 2)
def test_the_installation(block: str) -> None:
    assert block == "pip install .\n"


@pytest.mark.parametrize("page", PAGES)
def test_every_extra_and_every_target_is_there(page: str) -> None:
    for extra in re.findall(r"pip install '\.\[(\w+)\]'", text_of(page)):
        assert extra in metadata.metadata(DISTRIBUTION).get_all("Provides-Extra")
    targets = re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert set(re.findall(r"`make ([a-z]+)", text_of(page))) <= set(targets)
