"""README.md: what it shows was run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tests.provider.docs.pages import claims, text_of
from tools.demo import report


@claims("README.md", "python", 0)
def test_the_dag(block: str, run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    run = run_dag(block)
    (calendar,) = connection.calendars
    assert run.state == "success"
    assert f"the calendar is {calendar.calendar_id}" in run.log


@claims("README.md", "python", 1)
def test_the_test_of_a_pipeline(block: str, tmp_path: Path) -> None:
    (tmp_path / "test_pipeline.py").write_text(block, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_pipeline.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


@claims("README.md", "text", 0)
def test_the_end_of_the_demo(block: str) -> None:
    days = re.findall(r"^  ([\d-]+): (\S+)$", block, re.MULTILINE)
    held = re.findall(r"^  (\S+)  (.*)$", block, re.MULTILINE)
    (seconds,) = re.findall(r"\((\d+) s;", block)
    assert "\n".join(report(days, held, None, float(seconds))) + "\n" == block


@claims("docs/index.md", "shell", 0)
def test_the_first_step_is_that_of_the_readme(block: str) -> None:
    assert block in text_of("README.md")


@claims("README.md", "shell", 3)
def test_the_emulator_from_the_command_line(block: str) -> None:
    install, start = block.splitlines()
    assert install == "pip install '.[emulator]'"
    arguments = start.replace("8090", "0").split()[1:]
    server = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    with server.stdout as lines:
        shown = next(line for line in lines if "AIRFLOW_CONN_DINGTALK_DEFAULT" in line)
        server.terminate()
        assert server.wait(30) == 0
    (text,) = re.findall(r"AIRFLOW_CONN_DINGTALK_DEFAULT='(.*)'", shown)
    assert json.loads(text)["conn_type"] == "dingtalk"
