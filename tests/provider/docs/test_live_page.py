"""docs/live.md: what it sets is what the run reads, and its commands are taken."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys

from tests.provider.docs.pages import ROOT, claims
from tools.live.configuration import OPT_IN, VARIABLES, read_configuration

PAGE = "docs/live.md"


@claims(PAGE, "shell", 0)
def test_the_variables_are_those_of_the_run(block: str) -> None:
    *exports, last = block.splitlines()
    words = [shlex.split(line) for line in exports]
    assert {word for word, _ in words} == {"export"}
    environment = dict(assignment.split("=", 1) for _, assignment in words)
    assert set(environment) == {OPT_IN, *VARIABLES}
    assert read_configuration(environment).region == "china"
    done = subprocess.run([*last.split(), "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "-m tools.live" in done.stdout, done.stderr


@claims(PAGE, "shell", 1)
def test_the_commands_that_delete_are_taken(block: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    for line in block.splitlines():
        opt_in, program, *arguments = line.split()
        assert (opt_in, program) == (f"{OPT_IN}=1", ".venv/bin/python")
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment | {OPT_IN: "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Nothing was sent: these variables are missing" in done.stderr
