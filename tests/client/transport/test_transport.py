"""Both transports against misbehaving servers and proxies, and with settings from the environment."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from urllib3.exceptions import HTTPError

from airflow_provider_dingtalk_calendar import exceptions as errors
from airflow_provider_dingtalk_calendar.client import (
    AsyncDingTalkClient,
)
from airflow_provider_dingtalk_calendar.client.engine.effects import NotSent, Request
from airflow_provider_dingtalk_calendar.client.transport.common import environment_proxy
from airflow_provider_dingtalk_calendar.client.transport.sync import new_host, urllib3_failure
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from tests.client.both import AsyncCaller, SyncCaller, settings_for
from tests.client.raw_server import TOKEN, RawServer, full_listener, http, self_signed

CREATED = b'{"calendarId": "calendar"}'


def create(call: Any) -> Any:
    return call("create_subscribed_calendar", "u", name="n", subscribe_scope={"corp_ids": ["c"]})


def kept(body: bytes) -> bytes:
    return http(body).replace(b"Connection: close\r\n", b"")


def posts(server: RawServer) -> int:
    return sum(b"subscribedCalendars" in request for request in server.requests)


@pytest.mark.parametrize(
    "location",
    ["http://127.0.0.1:1/x", "http://[bad", "\xff\xfe", "mailto:x", "http:foo", "javascript:x", "urn:x", ""],
)
def test_a_redirect_is_not_even_looked_at(location: str, open_client: Callable[..., Any]) -> None:
    with RawServer(http(TOKEN), http(b"", f"Location: {location}", status="302 Found")) as server:
        with pytest.raises(errors.UnexpectedAnswerError, match="a redirect, which is not followed") as raised:
            create(open_client(api_url=f"http://{server.address}"))
        assert raised.value.may_have_taken_effect
        assert posts(server) == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 26\r\nContent-Length: 5\r\n\r\n" + CREATED,
        b"HTTP/1.1 200 OK\r\nContent-Length: 26, 5\r\n\r\n" + CREATED,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        http(b"not gzip", "Content-Encoding: gzip"),
        http(b"[" * 200_000),
        b"garbage\r\n\r\n",
        b"",
    ],
)
def test_an_odd_answer_to_a_create_leaves_its_outcome_open(
    answer: bytes, open_client: Callable[..., Any]
) -> None:
    with RawServer(http(TOKEN), answer) as server:
        with pytest.raises(errors.DingTalkError) as raised:
            create(open_client(api_url=f"http://{server.address}"))
        assert raised.value.may_have_taken_effect
        assert posts(server) == 1


@pytest.mark.parametrize(
    "interim", ["100 Continue", "102 Processing", "103 Early Hints", "199 Whatever"], ids=lambda one: one[:3]
)
def test_no_request_gets_the_answer_to_the_one_before(interim: str, open_client: Callable[..., Any]) -> None:
    """The answer to a request comes late, after two interim answers."""
    begun = threading.Event()

    def answer(connection: socket.socket) -> None:
        if begun.is_set():
            # Leave a faulty client, which stops at an interim answer, the time to send its next request.
            time.sleep(0.2)
            connection.sendall(kept(CREATED))
            raise ConnectionError
        begun.set()
        connection.sendall(f"HTTP/1.1 {interim}\r\nLink: </a>\r\n\r\n".encode() * 2)

    listed = http(b'{"response": {"calendars": []}}')
    with RawServer(kept(TOKEN), answer, listed, keep_alive=True) as server:
        call = open_client(api_url=f"http://{server.address}")
        assert create(call) == "calendar"
        assert call("list_calendars", "u") == []


@pytest.mark.parametrize("with_tls", [False, True])
@pytest.mark.parametrize("size", [300, 8192, 12_000])
def test_bytes_after_an_answer_are_no_answer(
    size: int, with_tls: bool, open_client: Callable[..., Any], tmp_path: Path
) -> None:
    """The first answer ends where http.client's buffer does, or elsewhere, and TLS holds more than it."""
    listed = b'{"response": {"calendars": []}}'
    first = kept(listed + b" " * (size - len(kept(listed)) - len(str(size)) + 2))
    assert len(first) == size
    context, certificate = self_signed(tmp_path, "localhost")
    answers = (kept(TOKEN), first + kept(b'{"calendarId": "another"}'), http(CREATED))
    with RawServer(*answers, context=context if with_tls else None, keep_alive=True) as server:
        port = server.address.rpartition(":")[2]
        call = open_client(
            api_url=f"{'https' if with_tls else 'http'}://localhost:{port}",
            ca_bundle=str(certificate),
            max_wait=0.0,
        )
        assert call("list_calendars", "u") == []
        # The async client notices only after it has sent the request.
        with contextlib.suppress(errors.OutcomeUnknownError):
            assert create(call) == "calendar"
        assert create(call) == "calendar"


def test_an_error_that_the_caller_is_handling_is_not_taken_for_ours(
    open_client: Callable[..., Any], dingtalk_emulator: DingTalkEmulator
) -> None:
    dingtalk_emulator.order(Fault.drop().on("CreateSubscribedCalendar").after_effect())
    call = open_client()
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        try:
            requests.get(f"http://127.0.0.1:{unused.getsockname()[1]}", timeout=5)
        except requests.ConnectionError:
            with pytest.raises(errors.OutcomeUnknownError):
                create(call)
    assert len(dingtalk_emulator.calendars) == 1


@pytest.mark.parametrize("fields", ['"expireIn": ' + "9" * 400, '"expireIn": NaN', '"expireIn": Infinity'])
def test_a_lifetime_beyond_all_measure_does_no_harm(fields: str, open_client: Callable[..., Any]) -> None:
    token = b'{"accessToken": "t", ' + fields.encode() + b"}"
    with RawServer(http(token), http(CREATED)) as server:
        call = open_client(api_url=f"http://{server.address}")
        assert [create(call), create(call)] == ["calendar", "calendar"]
        assert len(server.requests) == 3


def test_a_token_that_no_header_can_carry_is_refused(open_client: Callable[..., Any]) -> None:
    with (
        RawServer(http('{"accessToken": "令牌"}'.encode())) as server,
        pytest.raises(errors.UnexpectedAnswerError, match="no header can carry"),
    ):
        create(open_client(api_url=f"http://{server.address}"))


def test_cookies_are_not_kept_and_netrc_is_not_read(
    open_client: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine dingtalk.invalid login someone password something\n", "utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    with RawServer(http(TOKEN, "Set-Cookie: a=b; Path=/"), http(CREATED)) as server:
        call = open_client(api_url="http://dingtalk.invalid", proxy=f"http://{server.address}")
        create(call)
        assert len(server.requests) == 2
        for request in server.requests:
            assert b"cookie" not in request.lower()
            assert b"authorization" not in request.lower()


def test_a_proxy_that_refuses_means_not_sent(open_client: Callable[..., Any]) -> None:
    with RawServer(http(b"", status="407 Proxy Authentication Required")) as proxy:
        call = open_client(api_url="https://dingtalk.invalid", proxy=f"http://{proxy.address}", max_wait=0.0)
        with pytest.raises(errors.RequestNotSentError, match="ProxyError"):
            create(call)


@pytest.mark.parametrize(
    "trusted_by", ["nobody", "environment", "connection", "connection trusts another", "empty connection"]
)
def test_only_a_certificate_that_connection_or_environment_trusts_will_do(
    trusted_by: str, open_client: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up = socket.getaddrinfo

    def local(host: Any, *arguments: Any, **more: Any) -> Any:
        # The name resolves to this machine but is not a loopback name, so the environment's settings apply.
        known = host in ("dingtalk.invalid", b"dingtalk.invalid")
        return look_up("127.0.0.1" if known else host, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", local)
    context, certificate = self_signed(tmp_path, "dingtalk.invalid")
    (tmp_path / "other").mkdir()
    _, other = self_signed(tmp_path / "other", "dingtalk.invalid")
    changes: dict[str, Any] = {"max_wait": 0.0}
    if trusted_by == "environment":
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    elif trusted_by == "connection":
        changes["ca_bundle"] = str(certificate)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other))
        monkeypatch.setenv("SSL_CERT_FILE", str(other))
    elif trusted_by == "empty connection":
        changes["ca_bundle"] = ""
    elif trusted_by == "connection trusts another":
        changes["ca_bundle"] = str(other)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with RawServer(http(TOKEN), http(CREATED), context=context) as server:
        port = server.address.rpartition(":")[2]
        call = open_client(api_url=f"https://dingtalk.invalid:{port}", **changes)
        if trusted_by in {"environment", "connection"}:
            assert create(call) == "calendar"
        else:
            with pytest.raises(errors.RequestNotSentError, match=r"self.signed certificate|verify failed"):
                create(call)
            assert server.requests == []


@pytest.mark.parametrize("ca_bundle", [None, ""])
def test_the_certificate_of_a_server_on_this_machine_is_verified(
    ca_bundle: str | None, open_client: Callable[..., Any], tmp_path: Path
) -> None:
    context, _ = self_signed(tmp_path, "localhost")
    with RawServer(http(TOKEN), http(CREATED), context=context) as server:
        port = server.address.rpartition(":")[2]
        call = open_client(api_url=f"https://localhost:{port}", ca_bundle=ca_bundle, max_wait=0.0)
        with pytest.raises(errors.RequestNotSentError, match=r"self.signed certificate|verify failed"):
            create(call)
        assert server.requests == []


@pytest.mark.parametrize("text", [None, "no certificate"])
def test_a_bundle_that_holds_no_certificate_is_an_error_before_anything_is_sent(
    text: str | None, open_client: Callable[..., Any], dingtalk_emulator: DingTalkEmulator, tmp_path: Path
) -> None:
    bundle = tmp_path / "ca.pem"
    if text is not None:
        bundle.write_text(text, "ascii")
    with pytest.raises(errors.ConfigurationError, match="ca_bundle must be the path of a PEM file"):
        create(open_client(ca_bundle=str(bundle)))
    assert len(dingtalk_emulator.journal) == 0


def test_the_connection_has_a_timeout_of_its_own(open_client: Callable[..., Any]) -> None:
    begun = time.monotonic()
    with full_listener() as address, pytest.raises(errors.RequestNotSentError, match="Timeout"):
        create(open_client(api_url=f"http://{address}", timeout=60.0, connect_timeout=0.3, max_wait=0.0))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        api_url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(errors.OutcomeUnknownError, match="ReadTimeout"):
            create(open_client(api_url=api_url, timeout=0.3, connect_timeout=60.0, max_wait=0.0))
    assert time.monotonic() - begun < 60.0


def test_a_connection_that_does_not_come_about_means_not_sent(open_client: Callable[..., Any]) -> None:
    with full_listener() as address, pytest.raises(errors.RequestNotSentError, match="Timeout"):
        create(open_client(api_url=f"http://{address}", timeout=0.3, max_wait=0.0))


def test_an_answer_lost_behind_a_proxy_is_not_taken_for_unsent(
    open_client: Callable[..., Any], dingtalk_emulator: DingTalkEmulator
) -> None:
    dingtalk_emulator.order(Fault.drop().on("CreateSubscribedCalendar").after_effect())
    call = open_client(api_url="http://dingtalk.invalid", proxy=dingtalk_emulator.url)
    with pytest.raises(errors.OutcomeUnknownError) as raised:
        create(call)
    assert raised.value.may_have_taken_effect
    assert len(dingtalk_emulator.calendars) == 1


def test_the_proxy_of_the_environment_is_used(
    open_client: Callable[..., Any], dingtalk_emulator: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", dingtalk_emulator.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert create(open_client(api_url="http://dingtalk.invalid"))


def test_a_proxy_of_the_environment_does_not_see_what_goes_to_this_machine(
    open_client: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise, the proxy would receive the client secret in clear text."""
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with RawServer(http(TOKEN)) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://{proxy.address}")
        assert create(open_client())
        assert not proxy.requests


def test_the_proxy_of_the_connection_wins_over_that_of_the_environment(
    open_client: Callable[..., Any], dingtalk_emulator: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert create(open_client(api_url="http://dingtalk.invalid", proxy=dingtalk_emulator.url))


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        (SyncCaller, "REQUESTS_CA_BUNDLE", "/nowhere.pem"),
        (SyncCaller, "CURL_CA_BUNDLE", "/nowhere.pem"),
        (SyncCaller, "REQUESTS_CA_BUNDLE", "too-long" * 100),
        (AsyncCaller, "SSL_CERT_FILE", "/nowhere.pem"),
        (AsyncCaller, "SSL_CERT_FILE", "too-long" * 100),
        (AsyncCaller, "ALL_PROXY", "nonsense://x"),
        (AsyncCaller, "HTTPS_PROXY", "http://x:y"),
    ],
)
def test_an_environment_that_cannot_be_used_is_an_error_of_the_configuration(
    kind: type[SyncCaller | AsyncCaller],
    name: str,
    text: str,
    dingtalk_emulator: DingTalkEmulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for other in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, text)
    # The environment's settings would not apply to a loopback name.
    call = kind(settings_for(dingtalk_emulator, api_url="https://dingtalk.invalid"))
    try:
        with pytest.raises(errors.ConfigurationError):
            create(call)
    finally:
        call.close()


def test_a_client_closed_by_another_thread_has_sent_nothing(dingtalk_emulator: DingTalkEmulator) -> None:
    host = new_host(settings_for(dingtalk_emulator), dingtalk_emulator.url)
    host.close()
    url = f"{dingtalk_emulator.url}/x"
    with pytest.raises(HTTPError) as raised:
        host.send(Request("GET", url, {}), urlsplit(url), connect=1, read=1)
    assert urllib3_failure(raised.value) == NotSent("ClosedPoolError")
    assert not dingtalk_emulator.journal


def test_an_async_client_in_another_loop_says_so(dingtalk_emulator: DingTalkEmulator) -> None:
    client = AsyncDingTalkClient(settings_for(dingtalk_emulator))
    first, second = asyncio.new_event_loop(), asyncio.new_event_loop()
    try:
        first.run_until_complete(client.list_calendars("u"))
        with pytest.raises(errors.ConfigurationError, match="belongs to the event loop of its first call"):
            second.run_until_complete(client.list_calendars("u"))
        first.run_until_complete(client.aclose())
        with pytest.raises(errors.ConfigurationError, match="belongs to the event loop"):
            second.run_until_complete(client.list_calendars("u"))
    finally:
        first.close()
        second.close()


def test_callers_that_wait_for_a_token_share_its_failure(open_client: Callable[..., Any]) -> None:
    with DingTalkEmulator(qps_limit=None) as emulator:
        # The token request fails late, so all other callers wait for its outcome.
        emulator.order(Fault.silence(0.5).on("GetAccessToken").times(20))
        call = open_client(**vars(settings_for(emulator)) | {"max_wait": 0.0})
        results = call.together("list_calendars", [("u",)] * 10)
        assert [type(result) for result in results] == [errors.OutcomeUnknownError] * 10
        assert len(emulator.journal) == 1
        emulator.reset()
        assert call("list_calendars", "u"), "a call after the failure requests a token again"


@pytest.mark.parametrize("field", ["api_url", "oapi_url", "proxy"])
@pytest.mark.parametrize("port", ["65536", "70000", "0", "x"])
def test_an_impossible_port_is_an_error_of_the_configuration(
    field: str, port: str, open_client: Callable[..., Any]
) -> None:
    with pytest.raises(errors.ConfigurationError, match=f"^{field} must be a URL whose port") as raised:
        open_client(**{field: f"http://user:password@127.0.0.1:{port}"})
    assert "password" not in str(raised.value)


@pytest.mark.parametrize("scheme", ["http://", ""])
@pytest.mark.parametrize("port", ["65536", "70000", "x"])
def test_an_impossible_port_of_the_environment_is_an_error_of_the_configuration(
    scheme: str, port: str, open_client: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", f"{scheme}127.0.0.1:{port}")
    with pytest.raises(errors.ConfigurationError, match="proxy of the environment must be"):
        create(open_client(api_url="https://dingtalk.invalid"))


def test_no_proxy_of_the_environment_is_heeded(
    open_client: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "dingtalk.invalid")
    with pytest.raises(errors.RequestNotSentError) as raised:
        create(open_client(api_url="http://dingtalk.invalid", max_wait=0.0))
    assert "refused" not in str(raised.value), "the name was looked up here"


@pytest.mark.parametrize("proxy", ["proxy.invalid:3128", "//proxy.invalid:3128", "http://proxy.invalid:3128"])
def test_a_proxy_of_the_environment_needs_no_scheme(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", proxy)
    assert environment_proxy("https://dingtalk.invalid") == "http://proxy.invalid:3128"


@pytest.mark.parametrize(
    ("no_proxy", "url", "proxy"),
    [
        ("", "http://10.1.2.3", "http://proxy.invalid:3128"),
        ("*", "http://10.1.2.3", None),
        ("else.invalid,10.0.0.0/8", "http://10.1.2.3", None),
        ("dingtalk.invalid:8080", "http://dingtalk.invalid:8080", None),
        ("dingtalk.invalid:8080", "http://dingtalk.invalid:9090", "http://proxy.invalid:3128"),
    ],
)
def test_no_proxy_can_name_a_network_and_a_port(
    no_proxy: str, url: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("no_proxy", no_proxy)
    monkeypatch.setenv("http_proxy", "proxy.invalid:3128")
    assert environment_proxy(url) == proxy
