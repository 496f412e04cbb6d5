"""No answer can keep a call waiting for ever or fill the memory."""

from __future__ import annotations

import gzip
import itertools
import json
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar import exceptions as errors
from airflow_provider_dingtalk_calendar.client.transport.answers import MAX_BYTES
from tests.client.raw_server import TOKEN, Answer, RawServer, http, self_signed
from tests.client.transport.test_transport import CREATED, create, posts

#: A generous limit, because these tests check only that a call ends.
A_MINUTE = 60.0
MIB = 1 << 20


@pytest.fixture(autouse=True)
def ends() -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < A_MINUTE


def dripping(head: bytes, *drops: bytes) -> Callable[[socket.socket], None]:
    """Return an endless answer that begins with ``head`` and continues with ten drops a second."""
    rest = itertools.chain([head], itertools.cycle(drops))

    def send(connection: socket.socket) -> None:
        connection.sendall(next(rest))
        time.sleep(0.1)

    return send


def flood(head: bytes, part: bytes) -> tuple[Callable[[socket.socket], None], list[int]]:
    """Return an answer that never ends, and a list of the sizes that were sent."""
    rest = itertools.chain([head], itertools.repeat(part))
    sent: list[int] = []

    def send(connection: socket.socket) -> None:
        data = next(rest)
        connection.sendall(data)
        sent.append(len(data))

    return send, sent


DRIPS = {
    "status line": (b"HTTP/1.1 200 ", b"O"),
    "header": (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X: x\r\n"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "),
    "body without a length": (b"HTTP/1.1 200 OK\r\n\r\n", b" "),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
}


@pytest.mark.parametrize("what", DRIPS)
def test_a_slow_answer_ends_after_three_timeouts(what: str, open_client: Callable[..., Any]) -> None:
    with RawServer(http(TOKEN), dripping(*DRIPS[what])) as server:
        call = open_client(api_url=f"http://{server.address}", timeout=0.5)
        with pytest.raises(errors.OutcomeUnknownError, match=r"not complete after 1\.5 s") as raised:
            create(call)
        assert raised.value.may_have_taken_effect
        assert posts(server) == 1


def test_a_slow_answer_over_tls_ends(open_client: Callable[..., Any], tmp_path: Path) -> None:
    context, certificate = self_signed(tmp_path, "localhost")
    with RawServer(http(TOKEN), dripping(*DRIPS["body"]), context=context) as server:
        call = open_client(
            api_url=f"https://localhost:{server.address.rpartition(':')[2]}",
            ca_bundle=str(certificate),
            timeout=0.5,
        )
        with pytest.raises(errors.OutcomeUnknownError, match=r"not complete after 1\.5 s"):
            create(call)


def test_a_slow_answer_of_a_proxy_ends(open_client: Callable[..., Any]) -> None:
    for what in ("header", "headers"):
        with RawServer(dripping(*DRIPS[what])) as proxy:
            call = open_client(
                api_url="https://dingtalk.invalid",
                proxy=f"http://{proxy.address}",
                timeout=0.5,
                max_wait=0.0,
            )
            with pytest.raises(errors.OutcomeUnknownError, match=r"not complete after 1\.5 s"):
                create(call)


def test_an_answer_that_becomes_complete_too_late_is_not_read(open_client: Callable[..., Any]) -> None:
    """Each pause is shorter than the timeout, but the last part comes after three timeouts."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n"
    parts = iter([head, CREATED[:1], CREATED[1:2], CREATED[2:3], CREATED[3:]])

    def send(connection: socket.socket) -> None:
        part = next(parts, None)
        if part is None:
            raise ConnectionError
        connection.sendall(part)
        time.sleep(0.8)

    with RawServer(http(TOKEN), send) as server:
        call = open_client(api_url=f"http://{server.address}", timeout=1.0)
        with pytest.raises(errors.OutcomeUnknownError):
            create(call)


def test_an_answer_that_pauses_within_the_timeout_is_read(open_client: Callable[..., Any]) -> None:
    parts = iter([b"HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n", CREATED[:10], CREATED[10:]])

    def send(connection: socket.socket) -> None:
        part = next(parts, None)
        if part is None:
            raise ConnectionError
        connection.sendall(part)
        time.sleep(0.3)

    with RawServer(http(TOKEN), send) as server:
        assert create(open_client(api_url=f"http://{server.address}", timeout=5.0)) == "calendar"


def test_each_answer_on_a_connection_has_the_whole_time(open_client: Callable[..., Any]) -> None:
    def kept(body: bytes) -> bytes:
        return http(body).replace(b"Connection: close\r\n", b"")

    with RawServer(kept(TOKEN), kept(CREATED), http(CREATED), keep_alive=True) as server:
        call = open_client(api_url=f"http://{server.address}", timeout=1.0)
        create(call)
        time.sleep(3.1)
        assert create(call) == "calendar"
        assert server.connections == 1


def test_callers_that_wait_for_a_slow_token_end_with_it(open_client: Callable[..., Any]) -> None:
    with RawServer(dripping(*DRIPS["body"])) as server:
        call = open_client(api_url=f"http://{server.address}", timeout=0.5, max_wait=0.0)
        results = call.together("list_calendars", [("u",)] * 5)
        assert [type(result) for result in results] == [errors.OutcomeUnknownError] * 5
        assert len(server.requests) == 1


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("head", "part"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 300000000\r\n\r\n", b" " * MIB),
        (b"HTTP/1.1 200 OK\r\n\r\n", b" " * MIB),
        (CHUNKED, b"100000\r\n" + b" " * MIB + b"\r\n"),
    ],
)
def test_an_answer_of_any_size_is_read_up_to_the_bound(
    head: bytes, part: bytes, open_client: Callable[..., Any]
) -> None:
    answer, sent = flood(head, part)
    with RawServer(http(TOKEN), answer) as server:
        call = open_client(api_url=f"http://{server.address}")
        with pytest.raises(
            errors.UnexpectedAnswerError, match="HTTP 200, but the answer is larger than 32 MiB"
        ) as raised:
            create(call)
        assert raised.value.may_have_taken_effect
        assert posts(server) == 1
    # The bytes that the client did not read are in the buffers of the system.
    assert sum(sent) < MAX_BYTES + 16 * MIB


@pytest.mark.parametrize(
    ("head", "part"),
    [
        (CHUNKED, b"1" * MIB),
        (b"HTTP/1.1 200 OK\r\nX: ", b"1" * MIB),
        # Trailers after the last chunk.
        (CHUNKED + b"0\r\n", b"X: yz\r\n" * (MIB // 7)),
    ],
)
def test_lines_that_never_end_are_read_up_to_the_bound(
    head: bytes, part: bytes, open_client: Callable[..., Any]
) -> None:
    answer, sent = flood(head, part)
    with RawServer(http(TOKEN), answer) as server:
        with pytest.raises(errors.DingTalkError) as raised:
            create(open_client(api_url=f"http://{server.address}"))
        assert raised.value.may_have_taken_effect
    assert sum(sent) < MAX_BYTES + 16 * MIB


def bomb(container: int) -> bytes:
    """Return 300 MiB of spaces, compressed."""
    pump = zlib.compressobj(9, wbits=container)
    return b"".join([*(pump.compress(b" " * MIB) for _ in range(300)), pump.flush()])


@pytest.mark.parametrize(("encoding", "container"), [("gzip", 31), ("deflate", 15)])
def test_a_compressed_answer_is_decoded_up_to_the_bound(
    encoding: str, container: int, open_client: Callable[..., Any]
) -> None:
    packed = http(bomb(container), f"Content-Encoding: {encoding}")
    with RawServer(http(TOKEN), packed) as server:
        call = open_client(api_url=f"http://{server.address}")
        tracemalloc.start()
        try:
            with pytest.raises(errors.UnexpectedAnswerError, match="larger than 32 MiB") as raised:
                create(call)
            assert tracemalloc.get_traced_memory()[1] < 3 * MAX_BYTES
        finally:
            tracemalloc.stop()
        assert raised.value.may_have_taken_effect


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(CREATED, mtime=0)),
        ("X-GZip", gzip.compress(CREATED, mtime=0)),
        ("deflate", zlib.compress(CREATED)),
        ("identity", CREATED),
        ("", CREATED),
    ],
)
def test_an_answer_is_decoded_although_identity_was_asked_for(
    encoding: str, body: bytes, open_client: Callable[..., Any]
) -> None:
    with RawServer(http(TOKEN), http(body, f"Content-Encoding: {encoding}")) as server:
        assert create(open_client(api_url=f"http://{server.address}")) == "calendar"
        assert all(b"accept-encoding: identity" in request.lower() for request in server.requests)


@pytest.mark.parametrize(
    ("encoding", "body", "message"),
    [
        ("gzip", gzip.compress(CREATED, mtime=0)[:-9], "cut off"),
        ("gzip", CREATED, "not compressed as its Content-Encoding says"),
        ("br", CREATED, "although that was not asked for"),
        (
            "gzip, gzip",
            gzip.compress(gzip.compress(CREATED, mtime=0), mtime=0),
            "although that was not asked for",
        ),
    ],
)
def test_a_body_that_cannot_be_decoded_says_nothing_about_the_outcome(
    encoding: str, body: bytes, message: str, open_client: Callable[..., Any]
) -> None:
    with RawServer(http(TOKEN), http(body, f"Content-Encoding: {encoding}")) as server:
        with pytest.raises(errors.UnexpectedAnswerError, match=message) as raised:
            create(open_client(api_url=f"http://{server.address}"))
        assert raised.value.may_have_taken_effect
        assert posts(server) == 1


def test_the_largest_list_fits(open_client: Callable[..., Any]) -> None:
    attendee = {
        "id": "union-id-of-about-thirty-bytes",
        "displayName": "Somebody With A Name",
        "responseStatus": "needsAction",
        "self": False,
        "isOptional": False,
    }
    event = {"summary": "s" * 2048, "description": "d" * 5000, "attendees": [attendee] * 500}
    events: list[Answer] = [
        http(json.dumps({"events": [event | {"id": f"e{number}"} for number in range(100)]}).encode())
    ]
    with RawServer(http(TOKEN), *events) as server:
        page = open_client(api_url=f"http://{server.address}")("list_events", "u", max_results=100)
        assert [event.id for event in page.items] == [f"e{number}" for number in range(100)]
        assert {len(event.attendees) for event in page.items} == {500}
