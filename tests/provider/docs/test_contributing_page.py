"""docs/contributing.md: the code it shows is that of the package, its commands and its folders are there."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from airflow_provider_dingtalk_calendar.provider_info import PACKAGE
from tests.provider.docs.pages import ROOT, claims, text_of

PAGE = "docs/contributing.md"


@claims(PAGE, "python")
def test_the_code_is_that_of_the_source(block: str) -> None:
    first, _, code = block.partition("\n")
    assert code in (ROOT / first.removeprefix("# ")).read_text("utf-8")


@claims(PAGE, "shell", 1)
def test_a_part_of_the_tests(block: str) -> None:
    program, *arguments = block.split()
    assert program == ".venv/bin/python"
    command = [
        sys.executable,
        *arguments[:-1],
        "--collect-only",
        "-q",
        "-n0",
        arguments[-1] + "/test_pages.py",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", re.findall(r"`((?:client|hooks|operators|tests)/[\w/.]*)`", text_of(PAGE)))
def test_what_it_names_is_there(name: str) -> None:
    assert (ROOT / name).exists() or (ROOT / PACKAGE / name).exists()
