"""Adapter for ``requests`` that limits the time and the size of an answer, and keeps the query out of logs.

urllib3 limits the time of each read, but not of the whole answer, and it logs the URL of every request. The
limits and the query travel in a context variable, because urllib3 does not pass them on to its connections.
"""

from __future__ import annotations

import functools
import io
import time
from contextvars import ContextVar
from http import HTTPStatus
from http.client import HTTPResponse
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter

from .answers import MAX_BYTES, TIMEOUTS_PER_ANSWER, TOO_LARGE, SlowAnswerError, UnreadableError

if TYPE_CHECKING:
    import socket

    from urllib3 import HTTPConnectionPool, PoolManager
    from urllib3.connection import HTTPConnection
else:
    HTTPConnection = object


#: Statuses of interim answers that http.client does not skip.
_INTERIM = range(HTTPStatus.PROCESSING, HTTPStatus.OK)


class _Exchange:
    """One request and its answer.

    :param seconds: Maximum time of the whole answer.
    """

    def __init__(self, seconds: float) -> None:
        self.query = ""
        self._seconds = seconds
        self._end = 0.0
        self._bytes_left = 0

    def begin(self) -> None:
        """Start the timer and the count of bytes anew, before connecting and before sending the request."""
        self._end = time.monotonic() + self._seconds
        self._bytes_left = MAX_BYTES

    def seconds_left(self) -> float:
        """Return how many seconds are left for the answer.

        :raises SlowAnswerError: If no time is left.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise SlowAnswerError(self._seconds)
        return left

    def count(self, size: int) -> None:
        """Count received bytes, including header and chunk lines, some of which urllib3 does not limit.

        :raises UnreadableError: If the answer is too large.
        """
        self._bytes_left -= size
        if self._bytes_left < 0:
            raise UnreadableError(TOO_LARGE)


_CURRENT: ContextVar[_Exchange] = ContextVar("_CURRENT")


class _Source(io.RawIOBase):
    """The bytes that arrive at a socket, within the limits of an exchange.

    :param sock: The socket. Its timeout limits each read.
    :param exchange: The exchange.
    """

    def __init__(self, sock: socket.socket, exchange: _Exchange) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._timeout = sock.gettimeout()
        self._exchange = exchange

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Receive bytes into a buffer, and return their number.

        :raises TimeoutError: If no byte came in time.
        :raises SlowAnswerError: If the whole answer did not come in time.
        :raises UnreadableError: If the answer is too large.
        """
        left = self._exchange.seconds_left()
        self._sock.settimeout(left if self._timeout is None else min(left, self._timeout))
        try:
            size = self._raw.readinto(buffer)
        except TimeoutError:
            self._exchange.seconds_left()
            raise
        self._exchange.count(size or 0)
        return size

    def close(self) -> None:
        """Close the file. The socket stays open as long as its connection does."""
        self._raw.close()
        super().close()


class _FinalResponse(HTTPResponse):
    """The answer to a request, after all interim answers."""

    def begin(self) -> None:
        """Read the head of the final answer, after the heads of all interim answers.

        http.client itself skips only interim answers with status 100. It takes any other for the final
        answer, so the next request on the connection would get the real answer to this request.
        """
        super().begin()
        while self.status in _INTERIM:
            self.headers = None  # type: ignore[assignment]  # otherwise http.client reads nothing
            super().begin()
        if self.status == HTTPStatus.SWITCHING_PROTOCOLS:
            self.will_close = True


def _response(exchange: _Exchange, sock: socket.socket, *arguments: Any, **more: Any) -> HTTPResponse:
    """Return an answer that is read within the limits of an exchange."""
    source = SimpleNamespace(makefile=lambda _mode: io.BufferedReader(_Source(sock, exchange)))
    return _FinalResponse(source, *arguments, **more)  # type: ignore[arg-type]  # only makefile is called


class _Bounded(HTTPConnection):
    """Mix-in for connections: sends the query of the current exchange, and keeps the exchange's limits."""

    def _begin(self) -> _Exchange:
        exchange = _CURRENT.get()
        exchange.begin()
        # http.client calls response_class with the socket to read an answer.
        self.response_class = functools.partial(_response, exchange)  # type: ignore[assignment]
        return exchange

    @property
    def is_connected(self) -> bool:
        """Whether the connection can serve another request: it is open, and no bytes have come unasked.

        urllib3 does not see bytes that TLS has already received.
        """
        return super().is_connected and not getattr(self.sock, "pending", int)()

    def connect(self) -> None:
        """Connect, and open a tunnel if the connection needs one."""
        self._begin()
        super().connect()

    def putrequest(self, method: str, url: str, *arguments: Any, **more: Any) -> None:
        """Start the request, with the query added to its URL."""
        super().putrequest(method, url + self._begin().query, *arguments, **more)


@functools.cache
def _bounded(pool: type[HTTPConnectionPool]) -> type[HTTPConnectionPool]:
    """Return a class of pools whose connections keep the limits."""
    connection = type(f"Bounded{pool.ConnectionCls.__name__}", (_Bounded, pool.ConnectionCls), {})
    return type(f"Bounded{pool.__name__}", (pool,), {"ConnectionCls": connection})


def _bind(manager: PoolManager) -> None:
    classes: dict[str, Any] = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: _bounded(pool) for scheme, pool in classes.items()}


class BoundedAdapter(HTTPAdapter):
    """Sends requests, directly or through a proxy, with limits on the answer."""

    def init_poolmanager(self, *arguments: Any, **more: Any) -> None:
        """Make the manager of direct connections."""
        super().init_poolmanager(*arguments, **more)
        _bind(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **more: Any) -> Any:
        """Return the manager of connections through a proxy."""
        is_new = proxy not in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **more)
        if is_new:
            _bind(manager)
        return manager

    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:
        """Return the URL for urllib3 without the query, and keep the query for the connection."""
        url, mark, query = super().request_url(request, proxies).partition("?")
        _CURRENT.get().query = mark + query
        return url

    def send(self, request: requests.PreparedRequest, *arguments: Any, **more: Any) -> requests.Response:
        """Send a request.

        :param request: The request.
        :param more: Arguments of ``requests``. ``timeout`` must be a pair: the seconds to wait for a
            connection, and for each part of the answer.
        """
        before = _CURRENT.set(_Exchange(TIMEOUTS_PER_ANSWER * more["timeout"][1]))
        try:
            return super().send(request, *arguments, **more)
        finally:
            _CURRENT.reset(before)
