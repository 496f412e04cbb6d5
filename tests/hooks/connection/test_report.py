"""The connection test sends one request and tells the user what to check."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.client import REGIONS
from airflow_provider_dingtalk_calendar.client.settings import Hosts
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook

APP_TYPES = ("internal", "third_party_enterprise", "third_party_personal")
OPERATION = {
    "internal": "GetAccessToken",
    "third_party_enterprise": "GetCorpAccessToken",
    "third_party_personal": "GetUserToken",
}


@pytest.fixture(params=APP_TYPES)
def emulator(request: pytest.FixtureRequest) -> Any:
    with DingTalkEmulator(app_type=request.param) as running:
        yield running


@pytest.fixture
def press(
    monkeypatch: pytest.MonkeyPatch,
    airflow_database: None,  # noqa: ARG001
) -> Callable[..., tuple[bool, str]]:
    """Test a connection to an emulator, with some fields of the connection replaced."""

    def test(emulator: DingTalkEmulator, extra: dict[str, Any] | None = None, **fields: Any) -> Any:
        connection = json.loads(emulator.airflow_connection(**(extra or {}))) | fields
        monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", json.dumps(connection))
        return DingTalkHook().test_connection()

    return test


def test_success_names_the_app(emulator: DingTalkEmulator, press: Any) -> None:
    good, message = press(emulator)
    organization = "the app's own" if emulator.app_type == "internal" else emulator.corp_id
    assert good, message
    assert message.replace("organization: ", "organization ") == (
        f"Got an access token: app type {emulator.app_type}, Client ID {emulator.client_id}, "
        f"Base URL {emulator.url}, organization {organization}"
    )
    assert emulator.journal.operations == [OPERATION[emulator.app_type]]


def test_every_test_requests_a_new_token(emulator: DingTalkEmulator, press: Any) -> None:
    for _ in range(3):
        assert press(emulator, {"cache": "variable"})[0]
    assert emulator.journal.operations == [OPERATION[emulator.app_type]] * 3
    assert {entry.status for entry in emulator.journal} == {200}


def test_a_failed_request_is_not_repeated(emulator: DingTalkEmulator, press: Any) -> None:
    emulator.order(Fault.error(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi").times(5))
    good, message = press(emulator)
    assert not good
    assert "QpsLimitForAppkeyAndApi" in message
    assert len(emulator.journal) == 1


@pytest.mark.parametrize(
    ("fault", "advice"),
    [
        (
            Fault.error(403, "Forbidden.AccessDenied.IpNotInWhiteList", "ip 203.0.113.7 is not allowed"),
            "ip 203.0.113.7 is not allowed; add this machine's public IP address to the app's allow list",
        ),
        (
            Fault.error(403, "Forbidden.AccessDenied.AccessTokenPermissionDenied", "no permission"),
            "for the app in the developer console",
        ),
        (Fault.ip_block(), "blocks this public IP address for 5 minutes"),
        (Fault.drop(), "no complete answer came back"),
    ],
)
def test_failure_repeats_the_answer_and_gives_advice(
    emulator: DingTalkEmulator, press: Any, fault: Fault, advice: str
) -> None:
    emulator.order(fault)
    good, message = press(emulator)
    assert not good
    assert advice in message
    assert len(emulator.journal) == 1
    assert emulator.calendars == []


def test_an_unknown_error_of_get_token_says_what_to_check(
    dingtalk_emulator: DingTalkEmulator, press: Any
) -> None:
    # DingTalk answers a wrong CorpId or secret with this error, which looks like a busy server.
    dingtalk_emulator.order(Fault.error(500, "unknownError", "unknown").on("GetToken"))
    good, message = press(dingtalk_emulator, {"corp_id": "a-wrong-corp-id"})
    assert not good
    assert "unknownError: unknown; check corp_id, Client ID and Client Secret" in message
    assert dingtalk_emulator.journal.operations == ["GetToken"]


def test_a_wrong_secret(emulator: DingTalkEmulator, press: Any) -> None:
    good, message = press(emulator, password="a-wrong-secret")
    assert not good
    assert "heck Client ID and Client Secret" in message
    assert "a-wrong-secret" not in message
    assert len(emulator.journal) == 1


@pytest.mark.parametrize(("region", "other"), [("international", "china"), ("china", "international")])
def test_a_refused_app_may_be_from_the_other_region(
    emulator: DingTalkEmulator, press: Any, monkeypatch: pytest.MonkeyPatch, region: str, other: str
) -> None:
    monkeypatch.setitem(REGIONS, region, Hosts(emulator.url, emulator.url))
    good, message = press(emulator, {"region": region}, host="", password="a-wrong-secret")
    assert not good
    assert f"Region {region} ({emulator.url}) also refuses" in message
    assert f"If the app is from another region, change the region to {other}" in message
    assert len(emulator.journal) == 1, "the other region is suggested, not tried"


def test_the_region_it_got_a_token_from(
    dingtalk_emulator: DingTalkEmulator, press: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(REGIONS, "china", Hosts(dingtalk_emulator.url, dingtalk_emulator.url))
    _, message = press(dingtalk_emulator, {"region": "china"}, host="")
    assert f"region china ({dingtalk_emulator.url})" in message


def test_an_old_suite_ticket(press: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with DingTalkEmulator(app_type="third_party_enterprise") as emulator:
        monkeypatch.setitem(REGIONS, "china", Hosts(emulator.url, emulator.url))
        old = emulator.suite_ticket
        emulator.push_suite_ticket()
        good, message = press(emulator, {"suite_ticket_secret": old, "region": "china"}, host="")
        assert not good
        assert "the suite ticket is out of date" in message
        assert "change the region" not in message, "the app was found, so the region is right"
        assert old not in message
        assert len(emulator.journal) == 1


@pytest.mark.usefixtures("airflow_database")
def test_a_missing_connection_is_reported_not_raised() -> None:
    good, message = DingTalkHook("no_such_connection").test_connection()
    assert not good
    assert "no_such_connection" in message


def test_an_organization_that_has_not_authorized_the_app(press: Any) -> None:
    with DingTalkEmulator(app_type="third_party_enterprise") as emulator:
        for ticket in (emulator.suite_ticket, None):
            good, message = press(emulator, {"corp_id": "dingother", "suite_ticket_secret": ticket})
            assert not good
            assert "check corp_id, and whether this organization has authorized the app" in message


def test_a_used_authorization_code(press: Any) -> None:
    with DingTalkEmulator(app_type="third_party_personal") as emulator:
        good, message = press(emulator, {"authorization_code": "made-up-code"})
        assert not good
        assert "have the user authorize the app anew" in message
        assert len(emulator.journal) == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"password": None}, "connection 'dingtalk_default': password (Client Secret) is missing"),
        (
            {"extra": {"region": "mars"}},
            "connection 'dingtalk_default': region must be one of international,",
        ),
    ],
)
def test_a_wrong_field(
    dingtalk_emulator: DingTalkEmulator, press: Any, fields: dict[str, Any], message: str
) -> None:
    good, said = press(dingtalk_emulator, **fields)
    assert not good
    assert said.startswith(message)
    assert len(dingtalk_emulator.journal) == 0


def test_from_a_uri(
    emulator: DingTalkEmulator,
    monkeypatch: pytest.MonkeyPatch,
    airflow_database: None,  # noqa: ARG001
) -> None:
    from airflow.models.connection import Connection

    connection = Connection.from_json(emulator.airflow_connection(), conn_id="dingtalk_default")
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", connection.get_uri())
    good, message = DingTalkHook().test_connection()
    assert good, message


def test_secret_and_tokens_are_masked(emulator: DingTalkEmulator, press: Any) -> None:
    from airflow.providers.common.compat.sdk import redact

    assert press(emulator)[0]
    (token,) = emulator.issued_tokens
    for secret in (emulator.client_secret, token):
        assert redact(f"a {secret} b") == "a *** b"
