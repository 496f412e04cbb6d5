"""docs/testing.md: a DAG is tested as it says, and the stand-in is controlled as it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from airflow_provider_dingtalk_calendar.client import DingTalkClient
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tests.client.both import settings_for
from tests.provider.docs.pages import blocks_of, claims

PAGE = "docs/testing.md"


@claims(PAGE, "python", 0)
@pytest.mark.usefixtures("airflow_database")
def test_the_test_of_a_dag(block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (dag,) = (one.text for one in blocks_of("README.md") if "month_end" in one.text)
    (tmp_path / "month_end.py").write_text(dag, "utf-8")
    (tmp_path / "test_month_end.py").write_text(block, "utf-8")
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", str(tmp_path))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_month_end.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "2 passed" in done.stdout, done.stdout + done.stderr


@claims(PAGE, "shell", 0)
def test_the_fault_over_http(block: str, dingtalk_emulator: DingTalkEmulator) -> None:
    ordered = re.fullmatch(r"curl -d '(.*)' http://127.0.0.1:8090(.*)\n", block)
    assert ordered is not None
    body, path = ordered.groups()
    # As curl sends it: without a content type of JSON.
    answer = requests.post(
        dingtalk_emulator.url + path,
        data=body,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        timeout=10,
    )
    assert answer.status_code == 200
    with DingTalkClient(settings_for(dingtalk_emulator, max_wait=6.0)) as client:
        assert client.list_calendars("u")
    assert [entry.status for entry in dingtalk_emulator.journal.of("ListCalendars")] == [429, 429, 200]
