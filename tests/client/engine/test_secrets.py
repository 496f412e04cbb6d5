"""No frame of a traceback shows a secret, whatever fails."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest

from airflow_provider_dingtalk_calendar.client import (
    AsyncDingTalkClient,
    ClientSettings,
    Credentials,
    DingTalkClient,
    InternalAppCredentials,
    SuiteCredentials,
    UserCredentials,
)
from airflow_provider_dingtalk_calendar.client.engine.secrets import Secret, Secrets
from airflow_provider_dingtalk_calendar.exceptions import (
    ConfigurationError,
    DingTalkError,
    OutcomeUnknownError,
    RequestNotSentError,
    StoreError,
)
from tests.client.raw_server import RawServer, http
from tests.frames import frames, secrets_in_frames

SECRET = "the-client-secret"
TICKET = "the-suite-ticket"
CODE = "the-authorization-code"
REFRESH_TOKEN = "the-refresh-token"
TOKEN = "the/access+token"
PROXY_PASSWORD = "the-proxy-password"
ALL = (SECRET, TICKET, CODE, REFRESH_TOKEN, TOKEN, quote(TOKEN, safe=""), PROXY_PASSWORD)

CREDENTIALS: dict[str, Credentials] = {
    "internal": InternalAppCredentials("id", SECRET),
    "suite": SuiteCredentials("id", SECRET, "corp", suite_ticket_name="ticket"),
    "user": UserCredentials("id", SECRET, authorization_code=CODE),
}
GRANT = http(json.dumps({"accessToken": TOKEN, "expireIn": 7200, "refreshToken": REFRESH_TOKEN}).encode())
ECHO = " ".join(ALL)
#: Secrets of every request. An error quotes an answer's code and message, and must mask these secrets.
SAID = f"{SECRET} {PROXY_PASSWORD}"
#: Answers that make both a token request and a call fail.
FAILURES = {
    "refused": http(
        json.dumps({"code": "x", "message": SAID, "other": ECHO}).encode(), status="400 Bad Request"
    ),
    "legacy refusal": http(json.dumps({"errcode": 88, "errmsg": SAID, "other": ECHO}).encode()),
    "broken": http(json.dumps({"code": SAID, "other": ECHO}).encode(), status="500 Oops"),
    "redirect": http(ECHO.encode(), status="302 Found"),
    "page": http(f"<html>{ECHO}".encode()),
    "not JSON": http(f"{{{ECHO}".encode()),
    "incomplete": http(json.dumps({"accessToken": f"{TOKEN} {SECRET}", "other": ECHO}).encode()),
    "result false": http(
        json.dumps({"result": False, "accessToken": 7, "message": SAID, "other": ECHO}).encode()
    ),
    "truncated": http(ECHO.encode() * 9)[:-20],
    "dropped": b"",
    "no HTTP": ECHO.encode() + b"\r\n\r\n",
}


class Interrupt(BaseException):
    """Stands in for an exception that ends a task during a call, such as Airflow's timeout."""


class Store:
    """A store with a ticket and a refresh token. If it fails, its own frames contain secrets."""

    def __init__(self, broken: str = "") -> None:
        self.broken = broken

    def load(self, name: str) -> str | None:
        if name == "no ticket":
            return None
        text = TICKET if name == "ticket" else json.dumps({"refresh_token": REFRESH_TOKEN})
        if self.broken == "load":
            raise StoreError(name) from ValueError(text)
        return text

    def save(self, name: str, value: str) -> None:
        if self.broken == "save refresh token" and value != "ok":
            raise StoreError(name) from ValueError(value)


class Caller:
    """Makes calls with one of the clients and returns the error."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def error(
        self,
        server: str,
        credentials: Credentials = CREDENTIALS["internal"],
        operation: str = "list_calendars",
        store: Store | None = None,
        mask: Callable[[str], None] = bool,
        **changes: Any,
    ) -> BaseException:
        url = f"http://{server}"
        proxy = {} if "proxy" in changes else {"proxy": f"http://u:{PROXY_PASSWORD}@{server}"}
        settings = ClientSettings(
            credentials,
            url,
            url,
            max_wait=0.0,
            timeout=changes.pop("timeout", 10.0),
            share_token=True,
            **(proxy | changes),
        )
        try:
            if self.kind == "sync":
                with DingTalkClient(settings, mask=mask, store=store or Store()) as client:
                    getattr(client, operation)("someone")
            else:
                asyncio.run(self._call(settings, operation, store or Store(), mask))
        except BaseException as error:  # noqa: BLE001
            return error
        pytest.fail("no error")

    async def _call(
        self, settings: ClientSettings, operation: str, store: Store, mask: Callable[[str], None]
    ) -> None:
        class AsyncStore:
            async def load(self, name: str) -> str | None:
                return store.load(name)

            async def save(self, name: str, value: str) -> None:
                store.save(name, value)

        async def amask(secret: str) -> None:
            mask(secret)

        self.loop, self.task = asyncio.get_running_loop(), asyncio.current_task()
        client = AsyncDingTalkClient(settings, mask=amask, store=AsyncStore())
        try:
            await getattr(client, operation)("someone")
        finally:
            await client.aclose()

    def interrupt(self) -> None:
        """End the call that is running."""
        if self.kind == "sync":
            os.kill(os.getpid(), signal.SIGUSR1)
        else:
            assert self.task is not None
            self.loop.call_soon_threadsafe(self.task.cancel)


@pytest.fixture(params=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Iterator[Caller]:
    def interrupt(*_: object) -> None:
        raise Interrupt

    before = signal.signal(signal.SIGUSR1, interrupt)
    yield Caller(request.param)
    signal.signal(signal.SIGUSR1, before)


def assert_hidden(error: BaseException, *kinds: type[BaseException]) -> None:
    assert isinstance(error, kinds or DingTalkError), repr(error)
    assert list(frames(error)), "a search that finds no frame would prove nothing"
    assert secrets_in_frames(error, ALL) == set()
    assert not any(secret in f"{error!r} {vars(error)}" for secret in ALL)


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failed_token_request(failure: str, call: Caller) -> None:
    with RawServer(FAILURES[failure]) as server:
        assert_hidden(call.error(server.address, CREDENTIALS["user"]))


@pytest.mark.parametrize("credentials", [CREDENTIALS["internal"], CREDENTIALS["suite"]])
def test_a_failed_token_request_of_another_app(credentials: Credentials, call: Caller) -> None:
    with RawServer(FAILURES["refused"]) as server:
        assert_hidden(call.error(server.address, credentials))


@pytest.mark.parametrize("operation", ["list_calendars", "get_union_id"])
@pytest.mark.parametrize("failure", FAILURES)
def test_a_failed_call(failure: str, operation: str, call: Caller) -> None:
    with RawServer(GRANT, FAILURES[failure]) as server:
        assert_hidden(call.error(server.address, operation=operation))


@pytest.mark.parametrize("operation", ["list_calendars", "get_union_id"])
@pytest.mark.parametrize("answers", [(), (GRANT,)], ids=["token request", "call"])
def test_a_call_that_is_interrupted(answers: tuple[bytes, ...], operation: str, call: Caller) -> None:
    ended = threading.Event()

    def interrupt(_: socket.socket) -> None:
        call.interrupt()
        ended.wait(60)
        raise ConnectionError

    with RawServer(*answers, interrupt) as server:
        # A token request runs to its end even if its caller is cancelled.
        error = call.error(server.address, operation=operation, timeout=1.0)
        ended.set()
    assert_hidden(error, Interrupt, asyncio.CancelledError)


@pytest.mark.parametrize("answers", [(), (GRANT,)], ids=["token request", "call"])
def test_an_answer_that_does_not_come(answers: tuple[bytes, ...], call: Caller) -> None:
    ended = threading.Event()

    def silence(_: socket.socket) -> None:
        ended.wait(60)
        raise ConnectionError

    with RawServer(*answers, silence) as server:
        error = call.error(server.address, operation="get_union_id", timeout=0.2)
        ended.set()
    assert_hidden(error, OutcomeUnknownError)


def test_a_server_that_is_not_there(call: Caller) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{unused.getsockname()[1]}"
        assert_hidden(call.error(address), RequestNotSentError)


@pytest.mark.parametrize(
    "proxy", [f"nonsense://u:{PROXY_PASSWORD}@h", f"http://%E5%AF%86:{PROXY_PASSWORD}@127.0.0.1:9"]
)
def test_a_setting_that_cannot_be_used(proxy: str, call: Caller) -> None:
    error = call.error("127.0.0.1:9", proxy=proxy)
    assert_hidden(error, RequestNotSentError, ConfigurationError)
    assert PROXY_PASSWORD not in repr(error)


@pytest.mark.parametrize("broken", ["load", "save refresh token"])
def test_a_store_that_fails(broken: str, call: Caller) -> None:
    with RawServer(GRANT) as server:
        error = call.error(server.address, CREDENTIALS["user"], store=Store(broken))
    assert_hidden(error, StoreError)


@pytest.mark.parametrize("unmaskable", [SECRET, CODE, REFRESH_TOKEN, TOKEN])
@pytest.mark.parametrize("kind", [ConfigurationError, RuntimeError])
def test_a_masker_that_fails(unmaskable: str, kind: type[Exception], call: Caller) -> None:
    def mask(secret: str) -> None:
        if secret == unmaskable:
            msg = "no masker"
            raise kind(msg) from ValueError(secret)

    with RawServer(GRANT) as server:
        assert_hidden(call.error(server.address, CREDENTIALS["user"], mask=mask), kind)


def test_a_missing_ticket(call: Caller) -> None:
    credentials = SuiteCredentials("id", SECRET, "corp", suite_ticket_name="no ticket")
    assert_hidden(call.error("127.0.0.1:9", credentials), ConfigurationError)


def test_secrets_are_a_collection_whose_repr_shows_nothing() -> None:
    both = Secrets("one", None, "", "two") + Secrets("one", "three")
    assert list(both) == ["one", "two", "three"]
    assert (len(both), "two" in both, "four" in both) == (3, True, False)
    assert "one" not in repr(both)
    assert "one" not in repr([Secret("one")])
    assert Secret("one") == Secret("one") != Secret("two")


def test_the_longer_of_two_secrets_is_hidden_first() -> None:
    with RawServer(
        http(b'{"code": "x", "message": "no the-client-secret-2"}', status="400 Bad Request")
    ) as server:
        credentials = UserCredentials("id", SECRET, authorization_code=f"{SECRET}-2")
        error = Caller("sync").error(server.address, credentials, store=Store())
    assert "x: no ***;" in str(error)
