"""The connection form of Airflow 2, which its web server shows: fields, stored values and Test button."""

from __future__ import annotations

import json
import os
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from airflow.providers.common.compat.version_compat import AIRFLOW_V_3_0_PLUS
from cryptography.fernet import Fernet

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from airflow_provider_dingtalk_calendar.provider_info import CONNECTION_FIELDS
from tools.local_airflow.component import Component, stop_all
from tools.local_airflow.stack import free_port
from tools.local_airflow.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.skipif(AIRFLOW_V_3_0_PLUS, reason="for Airflow 3, see test_connection_form.py")

DROP_DOWNS = {
    "region": ["international", "china"],
    "app_type": ["internal", "third_party_enterprise", "third_party_personal"],
    "cache": ["process", "variable"],
}
SECRET_EXTRAS = ("suite_ticket_secret", "authorization_code", "refresh_token", "proxy")


@pytest.fixture(scope="module")
def url(
    browser_is_there: None,  # noqa: ARG001
    migrated_database: Path,
    tmp_path_factory: pytest.TempPathFactory,
    say: Callable[[str], None],
) -> Iterator[str]:
    """A web server that treats every visitor as an administrator."""
    home, port = tmp_path_factory.mktemp("airflow"), free_port()
    (home / "webserver_config.py").write_text(
        "WTF_CSRF_ENABLED = True\nAUTH_ROLE_PUBLIC = 'Admin'\n", "utf-8"
    )
    settings = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__TEST_CONNECTION": "Enabled",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__FERNET_KEY": Fernet.generate_key().decode(),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{migrated_database}",
        "AIRFLOW__WEBSERVER__SECRET_KEY": os.urandom(16).hex(),
        # On a busy machine, the first worker is not ready within the default of 120 s.
        "AIRFLOW__WEBSERVER__WEB_SERVER_MASTER_TIMEOUT": "600",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    command = ["airflow", "webserver", "--hostname", "127.0.0.1", "--port", str(port), "--workers", "1"]
    server = Component("webserver", command, os.environ | settings, home, home / "webserver.log")

    def answers() -> bool:
        server.check()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    try:
        say("waiting for the web server ...")
        wait_until("the web server answers", answers, timeout=180)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop_all([server], grace=6.0)


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    """The form for a new connection of type DingTalk."""
    page = browser.new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{url}/connection/add")
    page.locator("#conn_type").select_option("dingtalk", force=True)
    # The page shows the fields of a connection type when the drop-down list reports a change.
    page.locator("#conn_type").dispatch_event("change")
    page.evaluate("$('#conn_type').trigger('change')")
    page.locator("#extra__dingtalk__region").wait_for()
    yield page
    page.close()


@pytest.fixture(scope="module")
def emulator() -> Iterator[DingTalkEmulator]:
    with DingTalkEmulator() as running:
        yield running


def fill(page: Page, emulator: DingTalkEmulator, connection_id: str, **extra: str) -> None:
    page.locator("#conn_id").fill(connection_id)
    page.locator("#host").fill(emulator.url)
    page.locator("#login").fill(emulator.client_id)
    page.locator("#password").fill(emulator.client_secret)
    for name, value in extra.items():
        field = page.locator(f"#extra__dingtalk__{name}")
        if name in DROP_DOWNS:
            field.select_option(value)
        else:
            field.fill(value)


def test_every_field_is_there_and_explains_itself(page: Page) -> None:
    for name, field in CONNECTION_FIELDS.items():
        row = page.locator("tr", has=page.locator(f"#extra__dingtalk__{name}"))
        assert field["label"] in row.inner_text()
        assert field["description"] in row.inner_text()


def test_a_choice_is_a_drop_down(page: Page) -> None:
    for name, choices in DROP_DOWNS.items():
        options = page.locator(f"#extra__dingtalk__{name} option")
        assert [text.strip() for text in options.all_text_contents()] == ["", *choices]


def test_secrets_are_hidden_while_they_are_typed(page: Page) -> None:
    for name in SECRET_EXTRAS:
        assert page.locator(f"#extra__dingtalk__{name}").get_attribute("type") == "password"


@pytest.mark.parametrize("extra", [{}, {"region": "china", "cache": "process", "timeout": "12"}])
def test_the_button_tests_what_was_typed(
    extra: dict[str, str], page: Page, emulator: DingTalkEmulator
) -> None:
    before = len(emulator.journal)
    fill(page, emulator, "dingtalk_to_test", **extra)
    page.locator("#test-connection").click()
    alert = page.locator(".alert", has_text="Got an access token: app type internal")
    alert.wait_for()
    assert emulator.journal.operations[before:] == ["GetAccessToken"]


def test_what_was_left_alone_is_not_set(page: Page, emulator: DingTalkEmulator, url: str) -> None:
    fill(page, emulator, "dingtalk_by_hand", region="china", timeout="12")
    page.locator("form#model_form button[type=submit]").first.click()
    page.wait_for_url(lambda address: not address.endswith("/connection/add"))
    shown: dict[str, Any] = page.request.get(f"{url}/api/v1/connections/dingtalk_by_hand").json()
    extra = json.loads(shown["extra"])
    assert {name: value for name, value in extra.items() if value} == {"region": "china", "timeout": "12"}
    assert (shown["host"], shown["login"]) == (emulator.url, emulator.client_id)
