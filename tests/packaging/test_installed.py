"""In a new environment with the wheel, Airflow finds the provider, and a DAG creates a calendar."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest
import requests

from airflow_provider_dingtalk_calendar import __version__
from tests.packaging.conftest import CHECKOUT, Installed

DISTRIBUTION = "airflow-provider-dingtalk-calendar"
DAG_FILE = """
    import pendulum
    from airflow.providers.common.compat.sdk import DAG, task
    from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import (
        CreateSubscribedCalendarOperator,
    )

    with DAG("from_the_wheel", schedule=None, start_date=pendulum.datetime(2026, 1, 1, tz="UTC")):
        create_calendar = CreateSubscribedCalendarOperator(
            task_id="create_calendar",
            union_id="owner-union-id",
            name="From the wheel · 日历",
            subscribe_scope={"corp_ids": ["dingcorp"]},
        )

        @task
        def read_back(calendar_id):
            print(f"XCom holds {calendar_id}.")

        read_back(create_calendar.output)
"""


@pytest.fixture(scope="module")
def migrated(installed: Installed) -> Installed:
    """The environment, with a migrated database and a DAG file."""
    installed.run("airflow", "db", "migrate")
    (installed.folder / "dags").mkdir()
    (installed.folder / "dags" / "a_dag.py").write_text(textwrap.dedent(DAG_FILE), "utf-8")
    return installed


def listed(installed: Installed, what: str) -> list[dict[str, Any]]:
    output = installed.run("airflow", "providers", what, "--output", "json")
    return [entry for entry in json.loads(output) if entry["package_name"] == DISTRIBUTION]


def test_it_is_imported_from_the_environment(installed: Installed) -> None:
    said = installed.run(
        "python", "-c", "import sys, airflow_provider_dingtalk_calendar as it; print(it.__file__, *sys.path)"
    )
    imported, *path = map(Path, said.split())
    assert imported.is_relative_to(installed.folder)
    assert not any(entry.is_relative_to(CHECKOUT) for entry in path)


def test_airflow_lists_the_provider(installed: Installed) -> None:
    (provider,) = listed(installed, "list")
    assert provider["version"] == __version__


def test_airflow_knows_the_connection_type(installed: Installed) -> None:
    (hook,) = listed(installed, "hooks")
    assert (hook["connection_type"], hook["hook_name"]) == ("dingtalk", "DingTalk")
    assert hook["class"] == "airflow_provider_dingtalk_calendar.hooks.dingtalk.DingTalkHook"


def test_a_dag_creates_a_calendar(migrated: Installed, emulator: str) -> None:
    log = migrated.run(*("airflow", "dags", "test", "from_the_wheel"), AIRFLOW_CONN_DINGTALK_DEFAULT=emulator)
    connection = json.loads(emulator)
    held = requests.get(f"{connection['host']}/_emulator/calendars", timeout=10).json()
    (calendar,) = held["calendars"]
    assert (calendar["author"], calendar["name"]) == ("owner-union-id", "From the wheel · 日历")
    assert calendar["subscribe_scope"]["corpIds"] == ["dingcorp"]
    assert f"XCom holds {calendar['calendar_id']}." in log
    assert connection["password"] not in log
