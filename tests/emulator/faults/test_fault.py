"""Ordered faults: the client's answer, the effect of the request, and the request that a fault hits."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import requests

from airflow_provider_dingtalk_calendar.emulator import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.emulator.conftest import Caller

ANSWERING = {
    "error": (Fault.error(503, "systemBusy", "system.busy"), 503),
    "empty": (Fault.empty(), 200),
    "not_json": (Fault.not_json(), 200),
    "ip_block": (Fault.ip_block(), 200),
    "html": (Fault.html(), 200),
    "proxy_page": (Fault.proxy_page(403), 403),
    "redirect": (Fault.redirect("http://127.0.0.1:9/elsewhere"), 302),
    "answer": (Fault.answer(299, {"calendarId": ""}), 299),
}
UNANSWERED = {
    "drop": Fault.drop(),
    "silence": Fault.silence(0.01),
}


@pytest.mark.parametrize("after_effect", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("kind", ANSWERING)
def test_an_answering_fault_replaces_the_answer_once(caller: Caller, kind: str, after_effect: bool) -> None:
    fault, status = ANSWERING[kind]
    caller.emulator.order(fault.after_effect() if after_effect else fault)

    response = caller.create()

    assert response.status_code == status
    assert len(caller.emulator.calendars) == (1 if after_effect else 0)
    entry = caller.emulator.journal[-1]
    assert (entry.status, entry.effect) == (status, after_effect)
    assert entry.fault is not None
    assert entry.fault.kind == kind
    caller.created()
    assert caller.emulator.journal[-1].fault is None


def test_the_bodies_of_answering_faults(caller: Caller) -> None:
    def answer_of(fault: Fault) -> requests.Response:
        caller.emulator.order(fault)
        return caller.create()

    error = answer_of(Fault.error(503, "systemBusy", "system.busy"))
    request_id = caller.emulator.journal[-1].request_id
    assert error.json() == {"code": "systemBusy", "message": "system.busy", "requestid": request_id}
    assert answer_of(Fault.empty()).content == b""
    broken = answer_of(Fault.not_json())
    assert broken.headers["Content-Type"].startswith("application/json")
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(broken.content)
    block = answer_of(Fault.ip_block()).json()
    assert block.pop("uuid")
    assert block == {"status": 1111, "wait": 5, "source": "x5", "punish": "deny"}
    for fault in (Fault.html(), Fault.proxy_page()):
        page = answer_of(fault)
        assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html;charset=utf-8")
        assert page.text.startswith("<!DOCTYPE html>")
        assert ("x5" in page.text) is (fault.kind == "html")
        assert ("<title>Sign in" in page.text) is (fault.kind == "proxy_page")
    redirect = answer_of(Fault.redirect("http://127.0.0.1:9/elsewhere"))
    assert redirect.headers["Location"] == "http://127.0.0.1:9/elsewhere"
    assert answer_of(Fault.answer(200, {})).json() == {}
    unusual = answer_of(Fault.error(599, "odd"))
    assert (unusual.status_code, unusual.json()["message"]) == (599, "")


@pytest.mark.parametrize("after_effect", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("kind", UNANSWERED)
def test_a_fault_without_an_answer_ends_the_connection(
    caller: Caller, kind: str, after_effect: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    fault = UNANSWERED[kind]
    caller.emulator.order(fault.after_effect() if after_effect else fault)

    with pytest.raises(requests.ConnectionError):
        caller.create()

    assert len(caller.emulator.calendars) == (1 if after_effect else 0)
    entry = caller.emulator.journal[-1]
    assert (entry.status, entry.effect, entry.fault and entry.fault.kind) == (None, after_effect, kind)
    caller.created()
    caller.emulator.stop()
    assert capfd.readouterr() == ("", "")


def test_a_drop_is_a_reset(caller: Caller) -> None:
    caller.emulator.order(Fault.drop())
    address = urlsplit(caller.emulator.url)

    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_a_truncated_answer_promises_more_than_it_sends(caller: Caller) -> None:
    caller.emulator.order(Fault.truncated().after_effect())

    received = caller.raw(b"POST /v1.0/oauth2/accessToken HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")

    head, _, body = received.partition(b"\r\n\r\n")
    (length,) = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")]
    assert 0 < len(body) < int(length.split(b":")[1])
    assert caller.emulator.journal[-1].status == 200
    caller.emulator.order(Fault.truncated())
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        caller.create()
    assert caller.emulator.calendars == []


def test_a_silence_lasts_until_the_client_leaves(caller: Caller) -> None:
    caller.emulator.order(Fault.silence().after_effect())

    with pytest.raises(requests.ReadTimeout):
        caller.call(
            "POST",
            "/v1.0/calendar/users/author/subscribedCalendars",
            json={"name": "x", "subscribeScope": {"unionIds": ["u"]}},
            timeout=0.05,
        )

    assert len(caller.emulator.calendars) == 1
    assert caller.emulator.journal[-1].status is None


@pytest.mark.parametrize("seconds", [None, 3000])
def test_a_silence_does_not_outlast_the_emulator(serve: Callable[..., Caller], seconds: float | None) -> None:
    arrived = threading.Event()
    caller = serve(on_request=lambda _: arrived.set())
    caller.emulator.order(Fault.silence(seconds))
    address = urlsplit(caller.emulator.url)

    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
        assert arrived.wait(10)
        # A second request on a silent connection gets no answer either.
        connection.sendall(b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
        caller.emulator.stop()
        with contextlib.suppress(ConnectionResetError):
            assert connection.recv(1) == b""
    assert len(caller.emulator.journal) == 1


def test_a_fault_waits_for_its_operation_and_for_its_turn(caller: Caller) -> None:
    emulator = caller.emulator
    emulator.order(Fault.error(500, "second").on("ListCalendars").times(2))
    emulator.order(Fault.error(501, "any"))
    emulator.order(Fault.error(502, "third").on("ListCalendars"))
    path = "/v1.0/calendar/users/u/calendars"

    statuses = [caller.create().status_code] + [caller.call("GET", path).status_code for _ in range(4)]

    assert statuses == [501, 500, 500, 502, 200]


def test_a_fault_can_hit_the_token_and_an_unknown_route(caller: Caller) -> None:
    caller.emulator.order(Fault.error(500, "token").on("GetAccessToken"))
    caller.emulator.order(Fault.error(500, "any"))

    assert caller.call("GET", "/nowhere").json()["code"] == "any"
    assert caller.fetch_token().json()["code"] == "token"


def test_a_fault_after_the_effect_hides_an_error_too(caller: Caller) -> None:
    caller.emulator.order(Fault.answer(200, {"calendarId": "lie"}).after_effect())

    assert caller.create(name="").json() == {"calendarId": "lie"}
    assert caller.emulator.calendars == []
    assert caller.emulator.journal[-1].effect is False


def test_a_reset_forgets_faults(caller: Caller) -> None:
    caller.emulator.order(Fault.error(500, "x"))
    caller.emulator.reset()

    assert caller.fetch_token().status_code == 200


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (lambda: Fault.drop().times(0), "at least 1 request, not 0"),
        (
            lambda: Fault.drop().on("CreateCalendar"),
            "no operation 'CreateCalendar'; there are GetAccessToken, ",
        ),
    ],
)
def test_an_impossible_order_is_refused(caller: Caller, order: Callable[[], Fault], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        caller.emulator.order(order())


def test_a_fault_does_not_change_when_it_is_narrowed() -> None:
    plain = Fault.drop()
    narrowed = plain.on("ListCalendars").after_effect().times(3)

    assert plain == Fault.drop()
    assert (narrowed.operation, narrowed.is_after_effect, narrowed.count) == ("ListCalendars", True, 3)
