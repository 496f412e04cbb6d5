"""The HTTP server: connections, request targets, and a clean stop."""

from __future__ import annotations

import errno
import gc
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from airflow_provider_dingtalk_calendar.emulator.catalog import find_route
from tests.emulator.conftest import Caller, error_of

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
LIST = b"GET /v1.0/calendar/users/u/calendars HTTP/1.1\r\nHost: x\r\n\r\n"


def connect(emulator: DingTalkEmulator) -> socket.socket:
    address = urlsplit(emulator.url)
    return socket.create_connection((address.hostname, address.port), timeout=10)


def test_it_listens_on_the_loopback_interface_and_gives_airflow_a_connection(caller: Caller) -> None:
    emulator = caller.emulator

    assert emulator.url.startswith("http://127.0.0.1:")
    assert json.loads(emulator.airflow_connection()) == {
        "conn_type": "dingtalk",
        "host": emulator.url,
        "login": emulator.client_id,
        "password": emulator.client_secret,
    }


def test_one_connection_takes_many_requests(caller: Caller) -> None:
    body = json.dumps({"name": "x", "subscribeScope": {"unionIds": ["u"]}}).encode()
    create = (
        b"POST /v1.0/calendar/users/u/subscribedCalendars HTTP/1.1\r\nHost: x\r\n"
        b"x-acs-dingtalk-access-token: " + caller.token.encode() + b"\r\n"
    )
    plain = create + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    chunked = create + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    unknown = b"PATCH /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"

    received = caller.raw(plain + unknown + chunked + LIST)

    assert re.findall(rb"HTTP/1\.1 (\d+)", received) == [b"200", b"404", b"200", b"400"]
    assert [entry.raw_body for entry in caller.emulator.journal[1:]] == [body, b"abc", body, b""]
    assert len(caller.emulator.calendars) == 2


def test_a_client_may_ask_to_close_or_to_continue(caller: Caller) -> None:
    closing = caller.raw(LIST.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") + LIST)
    continued = caller.raw(
        b"POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nz"
    )

    assert closing.count(b"HTTP/1.1 400") == 1
    assert b"Connection: close" in closing
    assert continued.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404")
    assert len(caller.emulator.journal) == 3


def test_a_head_request_has_no_body(caller: Caller) -> None:
    response = caller.raw(b"HEAD /x HTTP/1.1\r\nHost: x\r\n\r\n")

    assert response.startswith(b"HTTP/1.1 404")
    assert response.endswith(b"\r\n\r\n")


def test_an_incomplete_request_is_not_recorded(caller: Caller, capfd: pytest.CaptureFixture[str]) -> None:
    assert b"400" in caller.raw(b"NONSENSE\r\n\r\n")
    assert caller.raw(b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc") == b""
    assert caller.raw(b"POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n") == b""
    assert caller.raw(b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n") == b""
    assert len(caller.emulator.journal) == 1
    caller.emulator.stop()
    assert capfd.readouterr() == ("", "")


def test_the_target_is_recorded_as_sent_and_matched_before_it_is_decoded(caller: Caller) -> None:
    target = "/v1.0/calendar/users/a%2Fb%20%E5%BC%A0/subscribedCalendars/x%2F%2E%2E%3Fy?q=%2f&r"
    caller.raw(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())

    entry = caller.emulator.journal[-1]
    assert (entry.operation, entry.target) == ("GetSubscribedCalendar", target)
    assert entry.path_parameters == {"userId": "a/b 张", "calendarId": "x/..?y"}


@settings(deadline=None)
@given(TEXT, TEXT)
def test_any_id_survives_its_path(user: str, calendar_id: str) -> None:
    path = f"/v1.0/calendar/users/{quote(user, safe='')}/subscribedCalendars/{quote(calendar_id, safe='')}"

    found = find_route("DELETE", path)

    assert found is not None
    assert found[0].operation == "DeleteSubscribedCalendar"
    assert found[1] == {"userId": user, "calendarId": calendar_id}


@pytest.mark.parametrize(
    "target",
    [
        "//v1.0/calendar/users/u/calendars",
        "/v1.0/calendar/users//calendars",
        "/v1.0/calendar/users/u/calendars/",
        "/v1.0/calendar/users/u/Calendars",
        "/v1%2E0/calendar/users/u/calendars",
        "/v1.0/calendar/users/a/b/calendars",
        "/v1.0",
    ],
)
def test_another_path_is_no_operation(caller: Caller, target: str) -> None:
    received = caller.raw(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())

    assert received.startswith(b"HTTP/1.1 404")
    entry = caller.emulator.journal[-1]
    assert (entry.operation, entry.target, entry.path_parameters) == (None, target, {})


def test_another_method_is_no_operation(caller: Caller) -> None:
    response = caller.call("PATCH", "/v1.0/calendar/users/u/calendars")

    assert error_of(response) == (
        404,
        "InvalidAction.NotFound",
        "Specified api is not found, please check your url and method.",
    )


def test_a_target_in_absolute_form_is_understood(caller: Caller) -> None:
    caller.raw(LIST.replace(b"GET /", b"GET http://api.dingtalk.io/"))

    assert caller.emulator.journal.operations[-1] == "ListCalendars"


def test_many_clients_at_once(serve: Callable[..., Caller]) -> None:
    emulator = serve(qps_limit=None).emulator
    failures: list[Exception] = []

    def work(number: int) -> None:
        with requests.Session() as session:
            caller = Caller(emulator, session)
            try:
                caller.fetch_token()
                for _ in range(5):
                    caller.created(f"user-{number}")
                assert len(caller.listed(f"user-{number}")) == 6
            except (AssertionError, requests.RequestException) as error:
                failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert len({calendar.calendar_id for calendar in emulator.calendars}) == 60
    assert len(emulator.issued_tokens) == 1
    assert len(emulator.journal) == 12 * 7


def test_latency_delays_an_answer_but_no_other(serve: Callable[..., Caller]) -> None:
    caller = serve(latency=0.2)
    before = time.monotonic()
    with ThreadPoolExecutor(20) as pool:
        statuses = list(
            pool.map(lambda _: requests.get(f"{caller.emulator.url}/x", timeout=10).status_code, range(20))
        )
    took = time.monotonic() - before

    assert statuses == [404] * 20
    assert 0.2 <= took < 2.0
    arrived = [entry.time for entry in caller.emulator.journal]
    assert max(arrived) - min(arrived) < took - 0.1


def test_stopping_does_not_wait_for_slow_answers(serve: Callable[..., Caller]) -> None:
    arrived = threading.Event()
    caller = serve(latency=60.0, on_request=lambda _: arrived.set())
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(requests.get, f"{caller.emulator.url}/x", timeout=30)
        assert arrived.wait(10)
        before = time.monotonic()
        caller.emulator.stop()
        assert time.monotonic() - before < 10
        asked.exception()


def test_stopping_leaves_no_thread_and_no_socket() -> None:
    before = set(threading.enumerate())
    emulator = DingTalkEmulator()
    with pytest.raises(RuntimeError, match="no URL before start"):
        _ = emulator.url
    with emulator:
        port = urlsplit(emulator.url).port
        emulator.start()
        assert urlsplit(emulator.url).port == port
        with connect(emulator) as idle, connect(emulator) as used:
            used.sendall(LIST)
            assert used.recv(12) == b"HTTP/1.1 400"
            emulator.stop()
            assert set(threading.enumerate()) == before
            assert idle.recv(1) == b""
    emulator.stop()
    with pytest.raises(RuntimeError):
        emulator.airflow_connection()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port or 0), timeout=10)
    gc.collect()


def test_it_serves_again_with_what_it_remembers(caller: Caller) -> None:
    calendar_id = caller.created()
    caller.emulator.stop()
    caller.emulator.start()

    assert caller.one("GET", calendar_id).json()["calendarId"] == calendar_id


def test_a_port_in_use_is_an_error(caller: Caller) -> None:
    port = urlsplit(caller.emulator.url).port
    other = DingTalkEmulator(port=port or 0)

    with pytest.raises(OSError, match="in use") as caught:
        other.start()
    assert caught.value.errno == errno.EADDRINUSE
    other.stop()


def test_on_request_may_use_the_emulator(serve: Callable[..., Caller]) -> None:
    seen: list[tuple[str | None, int]] = []
    caller: Caller = serve(
        on_request=lambda entry: seen.append((entry.operation, len(caller.emulator.calendars)))
    )
    caller.fetch_token()
    caller.created()

    assert seen == [("GetAccessToken", 0), ("CreateSubscribedCalendar", 1)]


def test_it_imports_neither_airflow_nor_the_rest_of_the_package_and_the_plugin_is_cheap() -> None:
    program = """
import sys
import airflow_provider_dingtalk_calendar.emulator.pytest_plugin
print(sorted(name for name in sys.modules if name.partition(".")[0] in {"werkzeug", "http", "requests"}))
import airflow_provider_dingtalk_calendar.emulator.__main__
from airflow_provider_dingtalk_calendar.emulator import *
own = "airflow_provider_dingtalk_calendar"
print(sorted(
    name for name in sys.modules
    if name.partition(".")[0] in {"airflow", "requests", "httpx"}
    or name.startswith(own + ".") and not name.startswith(own + ".emulator")
))
"""
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment
    )

    assert done.stdout.splitlines() == ["[]", "[]"]
