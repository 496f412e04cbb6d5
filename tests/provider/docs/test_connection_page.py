"""docs/connection.md: its examples make the connections it says, and its fields are those of the form."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from airflow.providers.common.compat.sdk import BaseHook, Connection

from airflow_provider_dingtalk_calendar.client import (
    InternalAppCredentials,
    SuiteCredentials,
    UserCredentials,
)
from airflow_provider_dingtalk_calendar.hooks.connection.app_types import FIELDS_OF
from airflow_provider_dingtalk_calendar.hooks.connection.settings import settings_of
from airflow_provider_dingtalk_calendar.provider_info import CONNECTION_FIELDS
from tests.provider.docs.pages import ROOT, claims, section, text_of

PAGE = "docs/connection.md"

EXAMPLES = {
    "dingtalk_default": ("https://api.dingtalk.com", InternalAppCredentials("dingabc", "the-client-secret")),
    "dingtalk_customer": (
        "https://api.dingtalk.io",
        SuiteCredentials(
            "suiteabc",
            "the-suite-secret",
            "dingcustomer",
            suite_ticket_name="dingtalk_suite_ticket_secret",
        ),
    ),
    "dingtalk_user": (
        "https://api.dingtalk.io",
        UserCredentials("dingapp", "the-app-secret", authorization_code="the-code"),
    ),
}


@claims("README.md", "shell", 4)
def test_the_connection_of_the_readme(block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert exported(block, monkeypatch) == ["AIRFLOW_CONN_DINGTALK_DEFAULT"]
    assert_made("dingtalk_default")


@claims(PAGE, "shell", 0, 1)
def test_the_connections_in_the_environment(block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(exported(block, monkeypatch)) == len(EXAMPLES)
    for conn_id in EXAMPLES:
        assert_made(conn_id)


def exported(block: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    exports = re.findall(r"^export (AIRFLOW_CONN_\w+)='(.*)'$", block, re.MULTILINE)
    for name, text in exports:
        monkeypatch.setenv(name, text)
    return [name for name, _ in exports]


def assert_made(conn_id: str, connection: Connection | None = None) -> None:
    settings = settings_of(connection or BaseHook.get_connection(conn_id))
    assert (settings.api_url, settings.credentials) == EXAMPLES[conn_id]


@claims(PAGE, "shell", 2)
@pytest.mark.usefixtures("airflow_database")
def test_the_connections_from_the_command_line(block: str, tmp_path: Path) -> None:
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

    def shell(command: str) -> str:
        done = subprocess.run(
            command, shell=True, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    file = tmp_path / "connections.json"
    try:
        shell(block)
        shell(f"airflow connections export {file}")
    finally:
        shell("; ".join(f"airflow connections delete {conn_id}" for conn_id in EXAMPLES))
    found = json.loads(file.read_text("utf-8"))
    assert set(found) == set(EXAMPLES)
    for conn_id in EXAMPLES:
        assert_made(conn_id, Connection(conn_id=conn_id, **found[conn_id]))


def test_the_fields_are_those_of_the_form() -> None:
    told = re.findall(r"^\| ([^|]+?) \(extra `(\w+)`\)", text_of(PAGE), re.MULTILINE)
    held = {name: field["label"].removesuffix(" (seconds)") for name, field in CONNECTION_FIELDS.items()}
    assert {name: label for label, name in told} == held
    of_app_types = {
        app_type: re.findall(r"\(extra `(\w+)`\)", section(PAGE, heading))
        for app_type, heading in (
            ("internal", "## Internal app"),
            ("third_party_enterprise", "## Third-party enterprise app"),
            ("third_party_personal", "## Third-party personal app"),
        )
    }
    assert of_app_types == {app_type: list(names) for app_type, names in FIELDS_OF.items()}


@pytest.mark.parametrize(
    ("page", "link"), [("README.md", "docs/connection-form.png"), (PAGE, "connection-form.png")]
)
def test_the_form_is_shown(page: str, link: str) -> None:
    assert f"]({link})" in text_of(page)
    assert (ROOT / "docs" / "connection-form.png").read_bytes().startswith(b"\x89PNG")


def test_the_fields_of_the_readme_have_their_labels() -> None:
    told = dict(
        re.findall(r"^\| ([^|]+?) \(extra `(\w+)`\)", section("README.md", "## Connection"), re.MULTILINE)
    )
    assert told == {"Region": "region"}
    assert CONNECTION_FIELDS["region"]["label"] == "Region"
