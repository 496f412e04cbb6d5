"""``airflow dags test`` runs the example DAGs on Airflow 2. On Airflow 3, a scheduler runs these DAGs."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from airflow.providers.common.compat.version_compat import AIRFLOW_V_3_0_PLUS

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tests.in_airflow.fixtures import EXAMPLES, add_release_window

pytestmark = pytest.mark.skipif(AIRFLOW_V_3_0_PLUS, reason="see tests/end_to_end")
#: The approval of a plan needs Airflow 3.1, and a DAG that an event starts needs Airflow 3.0.
LATER = {"approved_calendar", "on_event"}
NAMES = sorted({path.stem for path in EXAMPLES.glob("*.py")} - LATER)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("airflow_database")
def test_an_example(name: str, people: DingTalkEmulator) -> None:
    add_release_window(people)
    environment = os.environ | {"AIRFLOW__CORE__DAGS_FOLDER": str(EXAMPLES)}
    done = subprocess.run(
        [sys.executable, "-m", "airflow", "dags", "test", f"dingtalk_{name}", "2026-01-01"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert re.search(r"Marking run .* successful", said), said
    looks = name in {"freeze_gate", "wait_for_window"}
    asked = people.journal.of("ListEventsView" if looks else "CreateSubscribedCalendar")
    assert asked
    assert all(entry.status == 200 for entry in asked)
