"""Tokens and tickets are stored in Airflow Variables. Tasks, event loops and the api-server can use them."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from airflow.models.variable import Variable

from airflow_provider_dingtalk_calendar.client import InternalAppCredentials, UserCredentials
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError, StoreError
from airflow_provider_dingtalk_calendar.hooks import clients
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
from airflow_provider_dingtalk_calendar.hooks.masking import SUPERVISOR
from airflow_provider_dingtalk_calendar.hooks.variables import AsyncVariableStore, VariableStore

CREDENTIALS = InternalAppCredentials("id", "the-client-secret")
TICKET = "dingtalk_suite_ticket_secret"
WRITE_TEST = "dingtalk_write_test"
TASKS = """
import asyncio
import pendulum
from airflow.providers.common.compat.sdk import DAG, task
from airflow_provider_dingtalk_calendar.hooks import clients
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook

with DAG("two_tasks", start_date=pendulum.datetime(2026, 1, 1, tz="UTC")):

    @task
    def blocking():
        with DingTalkHook().get_conn() as client:
            client.list_calendars("u")

    @task
    def asynchronous():
        async def call():
            async with await DingTalkHook().aget_conn() as client:
                await client.list_calendars("u")

        # As a new process would start.
        clients.TOKENS.tokens.clear()
        asyncio.run(call())

    blocking() >> asynchronous()
"""


@pytest.fixture(autouse=True)
def _no_variables(airflow_database: None) -> None:  # noqa: ARG001
    for name in variables():
        Variable.delete(name)


def variables() -> dict[str, str]:
    from airflow.utils.session import create_session

    with create_session() as session:
        return {found.key: found.get_val() for found in session.query(Variable)}


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def set_connection(emulator: DingTalkEmulator, **extra: Any) -> None:
        # Clear the tokens in memory, because all hooks of this process share them.
        clients.TOKENS.tokens.clear()
        monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", emulator.airflow_connection(**extra))

    return set_connection


def list_calendars() -> None:
    clients.TOKENS.tokens.clear()
    with DingTalkHook().get_conn() as client:
        client.list_calendars("u")


def test_tasks_share_a_token(
    run_dag: Callable[..., Any], dingtalk_emulator: DingTalkEmulator, connect: Callable[..., None]
) -> None:
    connect(dingtalk_emulator, cache="variable")
    run = run_dag(TASKS)
    assert run.state == "success", run.log
    assert dingtalk_emulator.journal.operations == ["GetAccessToken", "ListCalendars", "ListCalendars"]
    (name,) = variables()
    assert name.startswith("dingtalk_access_token_")
    assert dingtalk_emulator.issued_tokens[0] not in run.log


def test_tasks_share_a_refresh_token(run_dag: Callable[..., Any], connect: Callable[..., None]) -> None:
    with DingTalkEmulator(app_type="third_party_personal") as emulator:
        connect(emulator, cache="process")
        run = run_dag(TASKS)
        assert run.state == "success", run.log
        sent = [entry.body for entry in emulator.journal.of("GetUserToken")]
        assert [body["grantType"] for body in sent] == ["authorization_code", "refresh_token"]
        name, test = sorted(variables())
        assert name.startswith("dingtalk_refresh_token_")
        assert test == WRITE_TEST
        assert not any(secret in run.log for secret in emulator.issued_secrets)


def test_a_ticket_is_read_from_a_variable(run_dag: Callable[..., Any], connect: Callable[..., None]) -> None:
    with DingTalkEmulator(app_type="third_party_enterprise") as emulator:
        connect(emulator, suite_ticket_secret=None, suite_ticket_variable=TICKET)
        Variable.set(TICKET, emulator.suite_ticket)
        run = run_dag(TASKS)
        assert run.state == "success", run.log
        assert emulator.journal.operations == ["GetCorpAccessToken", "ListCalendars"] * 2
        assert emulator.suite_ticket not in run.log


def test_a_ticket_is_read_from_a_secrets_backend(
    connect: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with DingTalkEmulator(app_type="third_party_enterprise") as emulator:
        connect(emulator, suite_ticket_secret=None, suite_ticket_variable=TICKET)
        with pytest.raises(ConfigurationError, match="connection 'dingtalk_default': suite_ticket_v"):
            list_calendars()
        monkeypatch.setenv(f"AIRFLOW_VAR_{TICKET.upper()}", emulator.suite_ticket)
        list_calendars()
        assert emulator.journal.operations == ["GetCorpAccessToken", "ListCalendars"]


def test_hooks_and_connection_tests_share_a_refresh_token(connect: Callable[..., None]) -> None:
    """A connection test has a temporary connection id, but the test must not lose the refresh token."""
    with DingTalkEmulator(app_type="third_party_personal") as emulator:
        connect(emulator)
        assert DingTalkHook().test_connection()[0]
        list_calendars()
        assert DingTalkHook().test_connection()[0]
        list_calendars()
        statuses = [(entry.operation, entry.status) for entry in emulator.journal]
        assert statuses == [
            ("GetUserToken", 200),
            ("GetUserToken", 200),
            ("ListCalendars", 200),
            ("GetUserToken", 200),
            ("ListCalendars", 200),
        ]


def test_the_names_of_variables_make_airflow_mask_them(
    dingtalk_emulator: DingTalkEmulator, connect: Callable[..., None]
) -> None:
    from airflow.providers.common.compat.sdk import redact

    connect(dingtalk_emulator, cache="variable")
    list_calendars()
    with DingTalkEmulator(app_type="third_party_personal") as user:
        connect(user)
        list_calendars()
    found = variables()
    del found[WRITE_TEST]
    assert len(found) == 3
    for name, text in found.items():
        assert redact(text, name) == "***"
    for token in (*dingtalk_emulator.issued_tokens, *user.issued_tokens):
        assert redact(f"a {token} b") == "a *** b"


def test_no_variable_can_be_read_without_the_connection(connect: Callable[..., None]) -> None:
    with DingTalkEmulator(app_type="third_party_personal") as user:
        connect(user)
        list_calendars()
        secrets = user.issued_secrets
    for text in variables().values():
        assert not any(secret in text for secret in secrets)


def test_a_value_in_clear_from_an_older_version_is_still_read(connect: Callable[..., None]) -> None:
    with DingTalkEmulator(app_type="third_party_personal") as user:
        connect(user, cache="process")
        list_calendars()
        (name,) = set(variables()) - {WRITE_TEST}
        code = json.loads(user.airflow_connection())["extra"]["authorization_code"]
        text = VariableStore(UserCredentials("any", "any", authorization_code=code)).load(name)
        assert text is not None
        assert "refresh_token" in json.loads(text)
        Variable.set(name, text)
        list_calendars()
        grants = [entry.body["grantType"] for entry in user.journal.of("GetUserToken")]
        assert grants == ["authorization_code", "refresh_token"]
        assert {entry.status for entry in user.journal} == {200}
        assert variables()[name] != text


def test_a_renewed_client_secret_keeps_the_authorization() -> None:
    written = VariableStore(UserCredentials("id", "old", refresh_token="r"))
    written.save("dingtalk_x", "text")
    assert VariableStore(UserCredentials("id", "new", refresh_token="r")).load("dingtalk_x") == "text"
    assert VariableStore(UserCredentials("id", "old", refresh_token="s")).load("dingtalk_x") != "text"


def test_both_stores_keep_texts_by_name() -> None:
    store, astore = VariableStore(CREDENTIALS), AsyncVariableStore(CREDENTIALS)
    assert store.load("absent") is None
    assert asyncio.run(astore.load("absent")) is None
    store.save("one", "text")
    asyncio.run(astore.save("two", "text"))
    assert asyncio.run(astore.load("one")) == store.load("two") == "text"
    store.save("one", "other")
    assert store.load("one") == "other"


@pytest.mark.parametrize("ticket", ["", "ticket", "ä", "gAAAAA", "gAAAAA==", " t\n"])
def test_a_value_that_somebody_else_wrote_is_returned_as_it_is(ticket: str) -> None:
    Variable.set(TICKET, ticket)
    assert VariableStore(CREDENTIALS).load(TICKET) == ticket


def test_a_number_from_a_secrets_backend_is_read_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Variable, "get", lambda *_: 12345)
    assert VariableStore(CREDENTIALS).load("ticket") == "12345"


@pytest.mark.parametrize("asynchronous", [False, True])
def test_an_unreachable_variable_raises_a_store_error(
    asynchronous: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from sqlalchemy.exc import OperationalError

    def broken(*_: object, **__: object) -> None:
        raise OperationalError("INSERT ... the-secret-value", {}, Exception("disk full"))

    monkeypatch.setattr(Variable, "get", broken)
    monkeypatch.setattr(Variable, "set", broken)
    store, astore = VariableStore(CREDENTIALS), AsyncVariableStore(CREDENTIALS)
    with caplog.at_level(logging.WARNING):
        with pytest.raises(StoreError, match=r"the Airflow Variable of the suite ticket could not be read"):
            asyncio.run(astore.load("x")) if asynchronous else store.load("x")
        with pytest.raises(StoreError, match="the Airflow Variable 'dingtalk_x' could not be w") as raised:
            asyncio.run(astore.save("dingtalk_x", "v")) if asynchronous else store.save("dingtalk_x", "v")
    assert "the-secret-value" not in caplog.text + str(raised.value)
    assert raised.value.retry_after == 1.0
    assert raised.value.__context__ is None, "the database error contains the value"


def test_one_thread_at_a_time_reads_and_writes_variables(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    locked: list[bool] = []
    monkeypatch.setattr(Variable, "get", lambda *_, **__: locked.append(SUPERVISOR.value.locked()))
    monkeypatch.setattr(Variable, "set", lambda *_, **__: locked.append(SUPERVISOR.value.locked()))
    VariableStore(CREDENTIALS).load("dingtalk_x")
    VariableStore(CREDENTIALS).save("dingtalk_x", "v")
    assert locked == [True, True]
