"""The connection form: the fields that it shows, the values that it stores, and the secrets that it hides."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pytest
from airflow.providers.common.compat.version_compat import AIRFLOW_V_3_0_PLUS, AIRFLOW_V_3_2_PLUS

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from airflow_provider_dingtalk_calendar.provider_info import CONNECTION_FIELDS, TEST_NEEDS_A_PORT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import BrowserContext, Page, Request

    from tools.local_airflow.stack import AirflowStack

    from .connections_page import ConnectionForm, ConnectionsPage

# The web server of Airflow 2 has different pages, which test_form_of_airflow_2.py tests.
pytestmark = pytest.mark.skipif(not AIRFLOW_V_3_0_PLUS, reason="these pages are new in Airflow 3")

BY_HAND = "dingtalk_by_hand"
FILLED = {"region": "china", "app_type": "internal", "cache": "process", "timeout": 12}
DROP_DOWNS = {
    "region": ["international", "china"],
    "app_type": ["internal", "third_party_enterprise", "third_party_personal"],
    "cache": ["process", "variable"],
}
STANDARD_LABELS = [
    "Connection ID *",
    "Connection Type *",
    "Description",
    "Base URL",
    "Client ID",
    "Client Secret",
]
NEEDS_A_PORT = version("apache-airflow-core") in TEST_NEEDS_A_PORT
#: The values that the form stores. Before Airflow 3.2, a field for a number is a text field.
STORED = FILLED if AIRFLOW_V_3_2_PLUS else FILLED | {"timeout": "12"}
MASKED = "***"

SECRETIVE = "dingtalk_with_every_secret"
PROXY_PASSWORD = "planted-proxy-password"
SECRET_EXTRAS = {
    "suite_ticket_secret": "planted-suite-ticket",
    "authorization_code": "planted-authorization-code",
    "refresh_token": "planted-refresh-token",
    "proxy": f"http://someone:{PROXY_PASSWORD}@proxy.example.com:3128",
}
CLIENT_SECRET = "planted-client-secret"
PLAIN_EXTRAS = {"region": "china", "app_type": "third_party_personal", "corp_id": "planted-corp-id"}


@pytest.fixture(scope="module")
def emulator() -> Iterator[DingTalkEmulator]:
    with DingTalkEmulator() as running:
        yield running


@pytest.fixture(scope="module")
def by_hand(
    signed_in: BrowserContext, stack: AirflowStack, emulator: DingTalkEmulator, say: Callable[[str], None]
) -> str:
    """Create a connection in the form, with some fields left at their defaults."""
    from .connections_page import ConnectionsPage, expect

    say("adding a connection by hand ...")
    page = signed_in.new_page()
    connections = ConnectionsPage(page, stack.api.url)
    form = connections.add(BY_HAND)
    form.fill("Base URL", emulator.url)
    form.fill("Client ID", emulator.client_id)
    form.fill("Client Secret", emulator.client_secret)
    if NEEDS_A_PORT:
        form.fill("Port", "0")
    form.fill_extra(FILLED)
    form.save()
    expect(connections.row(BY_HAND)).to_contain_text(emulator.url)
    page.close()
    return BY_HAND


@pytest.fixture(scope="module")
def empty_form(signed_in: BrowserContext, stack: AirflowStack) -> Iterator[ConnectionForm]:
    """A form for a new connection. Tests only read it and never save it."""
    from .connections_page import ConnectionsPage

    page = signed_in.new_page()
    yield ConnectionsPage(page, stack.api.url).add("never_saved")
    page.close()


def test_the_form_has_these_fields_and_no_more(empty_form: ConnectionForm) -> None:
    from .connections_page import STANDARD

    labels = [*STANDARD_LABELS, *(["Port"] if NEEDS_A_PORT else [])]
    empty_form.has_labels([*labels, *(field["label"] for field in CONNECTION_FIELDS.values())])
    empty_form.section(STANDARD)
    for label in ("Base URL", "Client ID", "Client Secret"):
        empty_form.shows(label, label)
    empty_form.hides_what_is_typed("Client Secret")


def test_every_field_explains_itself(empty_form: ConnectionForm) -> None:
    from .connections_page import EXTRA

    empty_form.section(EXTRA)
    for field in CONNECTION_FIELDS.values():
        empty_form.shows(field["label"], field["description"])
        # In Airflow 3.1, the form does not hide what a user types into an extra field.
        if AIRFLOW_V_3_2_PLUS and field["schema"].get("format") == "password":
            empty_form.hides_what_is_typed(field["label"])


def test_a_choice_is_a_drop_down(empty_form: ConnectionForm) -> None:
    from .connections_page import EXTRA

    empty_form.section(EXTRA)
    for key, options in DROP_DOWNS.items():
        empty_form.offers(CONNECTION_FIELDS[key]["label"], options)


def test_what_was_left_alone_is_not_set(
    by_hand: str, emulator: DingTalkEmulator, stored: Callable[[str], dict[str, Any]]
) -> None:
    connection = stored(by_hand)
    assert (connection["host"], connection["login"]) == (emulator.url, emulator.client_id)
    assert connection["password"] == emulator.client_secret
    assert not connection["port"]
    assert not connection["schema"]
    assert not connection["description"]
    extra = connection["extra"]
    assert set(extra) <= set(CONNECTION_FIELDS)
    assert {key: value for key, value in extra.items() if value not in {None, ""}} == STORED


def test_the_api_masks_what_its_name_calls_a_secret(by_hand: str, stack: AirflowStack) -> None:
    shown = stack.api.connection(by_hand)
    assert shown["password"] == MASKED
    extra = json.loads(shown["extra"])
    assert {key: value for key, value in extra.items() if value} == STORED


def test_a_form_that_is_saved_unchanged_changes_nothing(
    by_hand: str, connections: ConnectionsPage, stored: Callable[[str], dict[str, Any]]
) -> None:
    from .connections_page import EXTRA, SAVED, expect

    before = stored(by_hand)
    form = connections.edit(by_hand)
    form.section(EXTRA)
    form.shows("Region", FILLED["region"])
    form.shows("App type", FILLED["app_type"])
    form.shows("Token cache", FILLED["cache"])
    if AIRFLOW_V_3_2_PLUS:
        form.save()
        expect(connections.notification()).to_contain_text(SAVED)
    else:
        expect(form.dialog.get_by_role("button", name="Save")).to_be_disabled()
    assert stored(by_hand) == before


def test_a_change_leaves_the_masked_values_alone(
    by_hand: str, connections: ConnectionsPage, stored: Callable[[str], dict[str, Any]]
) -> None:
    from .connections_page import SAVED, expect

    before = stored(by_hand)
    form = connections.edit(by_hand)
    form.fill_extra({"connect_timeout": 2.5})
    form.save()
    if AIRFLOW_V_3_2_PLUS:  # Airflow 3.1 does not say that a change is saved. The form closes.
        expect(connections.notification()).to_contain_text(SAVED)
    changed = {"connect_timeout": 2.5 if AIRFLOW_V_3_2_PLUS else "2.5"}
    assert stored(by_hand) == before | {"extra": before["extra"] | changed}


def test_the_button_tests_what_was_typed(
    by_hand: str, connections: ConnectionsPage, emulator: DingTalkEmulator
) -> None:
    from .connections_page import SAVED, expect

    said = connections.press_test(by_hand)
    assert "Got an access token: app type internal" in said
    assert "Test Connection Successful" in said or not AIRFLOW_V_3_2_PLUS
    form = connections.edit(by_hand)
    form.fill("Client Secret", "a-wrong-secret")
    form.save()
    if AIRFLOW_V_3_2_PLUS:  # As above.
        expect(connections.notification()).to_contain_text(SAVED)
    expect(connections.notification()).to_have_count(0)
    assert "check Client ID and Client Secret" in connections.press_test(by_hand)
    assert emulator.journal.operations == ["GetAccessToken"] * 2
    assert emulator.calendars == []


@pytest.fixture
def secretive(stack: AirflowStack) -> Iterator[str]:
    """A connection with every kind of secret, and some values that are not secret."""
    stack.api.create_connection(
        connection_id=SECRETIVE,
        conn_type="dingtalk",
        login="planted-client-id",
        password=CLIENT_SECRET,
        extra=json.dumps(SECRET_EXTRAS | PLAIN_EXTRAS),
    )
    yield SECRETIVE
    stack.api.delete_connection(SECRETIVE)


def test_no_secret_reaches_the_browser(secretive: str, page: Page, stack: AirflowStack) -> None:
    from .connections_page import EXTRA, EXTRA_JSON, STANDARD, ConnectionsPage

    requests: list[Request] = []

    def remember(request: Request) -> None:
        requests.append(request)

    page.on("requestfinished", remember)
    form = ConnectionsPage(page, stack.api.url).edit(secretive)
    seen = []
    for section in (EXTRA, EXTRA_JSON, STANDARD):
        form.section(section)
        seen += [page.content(), *form.values()]
    form.section(EXTRA)
    for key in SECRET_EXTRAS:
        assert form.input(CONNECTION_FIELDS[key]["label"]).input_value() == MASKED
    received = [text for request in requests if (text := _received(request))]
    for text in (*seen, *received):
        assert _secrets_in(text) == set()
    # Prove that the search finds a value that is shown.
    for places in (seen, received):
        assert any("planted-client-id" in text for text in places)
        assert any("planted-corp-id" in text for text in places)


def test_no_secret_is_in_the_answers_of_the_api(secretive: str, stack: AirflowStack) -> None:
    for answer in (stack.api.get("/connections"), stack.api.connection(secretive)):
        text = json.dumps(answer)
        assert "planted-corp-id" in text
        assert _secrets_in(text) == set()


def _secrets_in(text: str) -> set[str]:
    return {secret for secret in (CLIENT_SECRET, PROXY_PASSWORD, *SECRET_EXTRAS.values()) if secret in text}


def _received(request: Request) -> str:
    """Return the headers and the body of the answer to a request."""
    response = request.response()
    assert response is not None, request.url
    is_redirect = 300 <= response.status < 400
    body = b"" if is_redirect else response.body()
    return f"{response.all_headers()}\n{body.decode(errors='replace')}"
