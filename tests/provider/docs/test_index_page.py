"""docs/index.md: five minutes that were run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tests.provider.docs.pages import ROOT, blocks_of, claims

PAGE = "docs/index.md"


@claims(PAGE, "shell", 1)
@pytest.mark.usefixtures("airflow_database")
def test_two_runs_of_the_smallest_dag(block: str, connection: DingTalkEmulator) -> None:
    assert block.count("airflow dags test") == 2
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-ec", block], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    said = re.findall(r"\w+ subscribed calendar .*?==", done.stdout + done.stderr)
    (calendar,) = connection.calendars
    assert list(dict.fromkeys(said)) == shown(calendar.calendar_id), done.stdout + done.stderr


@claims(PAGE, "text", 0)
def test_what_is_shown_names_one_calendar(block: str) -> None:
    (calendar_id,) = set(re.findall(r"\S+==", block))
    assert shown(calendar_id) == block.splitlines()


def shown(calendar_id: str) -> list[str]:
    (block,) = (block.text for block in blocks_of(PAGE) if block.language == "text")
    return re.sub(r"\S+==", calendar_id, block).splitlines()


@claims(PAGE, "shell", 2)
def test_what_the_stand_in_holds(block: str, dingtalk_emulator: DingTalkEmulator) -> None:
    path = re.fullmatch(r"curl http://127.0.0.1:8090(\S+)\n", block)
    assert path is not None
    assert requests.get(dingtalk_emulator.url + path[1], timeout=10).json() == {"calendars": []}
