"""The Test button: the message that it shows and the requests that it sends to DingTalk."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.provider_info import TEST_NEEDS_A_PORT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tools.local_airflow.stack import AirflowStack

    from .connections_page import ConnectionsPage

# Phrases that the message must contain. The hook can add more.
SUCCESS = ("Test Connection Successful", "Got an access token: app type internal", "organization")
WRONG_SECRET = ("Test Connection Failed", "Client ID and Client Secret")
NOT_ALLOWED = ("Test Connection Failed", "IpNotInWhiteList")

CONNECTION = "dingtalk_to_test"


@pytest.fixture
def add_connection(stack: AirflowStack, dingtalk_emulator: DingTalkEmulator) -> Iterator[Callable[..., str]]:
    """Add a connection to the emulator, with some of its fields replaced."""

    def add(**fields: Any) -> str:
        right = json.loads(dingtalk_emulator.airflow_connection())
        stack.api.create_connection(connection_id=CONNECTION, **(right | fields))
        return CONNECTION

    yield add
    stack.api.delete_connection(CONNECTION)


@pytest.fixture
def press(
    add_connection: Callable[..., str],
    request: pytest.FixtureRequest,
    say: Callable[[str], None],
) -> Callable[..., str]:
    """Add a connection, press its Test button and return the message that Airflow shows."""

    def add_and_press(**fields: Any) -> str:
        connection_id = add_connection(**fields)
        connections: ConnectionsPage = request.getfixturevalue("connections")
        said = connections.press_test(connection_id)
        say(f"the page says: {' / '.join(said.splitlines())}")
        return said

    return add_and_press


def test_right_credentials(press: Callable[..., str], dingtalk_emulator: DingTalkEmulator) -> None:
    assert _missing(SUCCESS, press(port=0)) == []
    _asked_for_one_token_and_nothing_else(dingtalk_emulator)


def test_a_wrong_secret(press: Callable[..., str], dingtalk_emulator: DingTalkEmulator) -> None:
    assert _missing(WRONG_SECRET, press(port=0, password="a-wrong-secret")) == []
    _asked_for_one_token_and_nothing_else(dingtalk_emulator)


def test_an_address_that_is_not_on_the_allow_list(
    press: Callable[..., str], dingtalk_emulator: DingTalkEmulator
) -> None:
    code = "Forbidden.AccessDenied.IpNotInWhiteList"
    dingtalk_emulator.order(Fault.error(403, code, "ip 203.0.113.7 not in white list").on("GetAccessToken"))
    assert _missing(NOT_ALLOWED, press(port=0)) == []
    _asked_for_one_token_and_nothing_else(dingtalk_emulator)


@pytest.mark.xfail(
    version("apache-airflow-core") in TEST_NEEDS_A_PORT,
    reason="this Airflow refuses to test any connection without a port",
    raises=AssertionError,
)
def test_a_connection_without_a_port(press: Callable[..., str], dingtalk_emulator: DingTalkEmulator) -> None:
    assert _missing(SUCCESS, press()) == []
    _asked_for_one_token_and_nothing_else(dingtalk_emulator)


def _missing(expected: tuple[str, ...], message: str) -> list[str]:
    return [text for text in expected if text not in message]


def _asked_for_one_token_and_nothing_else(emulator: DingTalkEmulator) -> None:
    assert emulator.journal.operations == ["GetAccessToken"]
    assert emulator.calendars == []
