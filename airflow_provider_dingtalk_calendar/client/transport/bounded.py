"""Connections that limit the time and the size of an answer, and keep the query out of logs.

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
from urllib3 import Retry, Timeout

from .answers import MAX_BYTES, TIMEOUTS_PER_ANSWER, TOO_LARGE, SlowAnswerError, UnreadableError
from .common import POOL_SIZE

if TYPE_CHECKING:
    import socket
    from urllib.parse import SplitResult

    from urllib3 import BaseHTTPResponse, HTTPConnectionPool
    from urllib3.connection import HTTPConnection

    from ..engine import effects
else:
    HTTPConnection = object


#: No repeats: the engine decides about them.
_NO_RETRIES = Retry(total=False, redirect=False)

#: Statuses of interim answers that http.client does not skip.
_INTERIM = range(HTTPStatus.PROCESSING, HTTPStatus.OK)


class _Exchange:
    """One request and its answer.

    :param query: Query of the request, with its question mark.
    :param seconds: Maximum time of the whole answer.
    """

    def __init__(self, query: str, seconds: float) -> None:
        self.query = query
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
def _bounded(connection: type[HTTPConnection]) -> type[HTTPConnection]:
    return type(f"Bounded{connection.__name__}", (_Bounded, connection), {})


class Host:
    """The connections to a host, directly or through a proxy.

    ``requests`` prepares the connections. It does not send the requests, because it would look for the proxy,
    the certificates and the connections again with each of them.

    :param origin: Scheme, host and port of the URL.
    :param proxy: URL of the proxy; None for a direct connection.
    :param bundle: Path of the certificates to trust; None for those of ``certifi``.
    :raises requests.RequestException: If the URL or the proxy cannot be used.
    """

    def __init__(self, origin: str, *, proxy: str | None, bundle: str | None) -> None:
        proxies, verify = {"all": proxy} if proxy else {}, bundle or True
        adapter: Any = HTTPAdapter(pool_maxsize=POOL_SIZE)
        request = requests.PreparedRequest()
        request.prepare("GET", origin)
        pool: HTTPConnectionPool = adapter.get_connection_with_tls_context(request, verify, proxies=proxies)
        adapter.cert_verify(pool, origin, verify, None)
        pool.ConnectionCls = _bounded(pool.ConnectionCls)
        self._pool = pool
        # Plain HTTP through a proxy sends the whole URL.
        self._before_path = adapter.request_url(request, proxies).rstrip("/")

    def send(
        self, request: effects.Request, url: SplitResult, *, connect: float, read: float
    ) -> BaseHTTPResponse:
        """Send a request and return its answer, with the body not read yet. The caller closes the answer.

        :param request: The request.
        :param url: The URL of the request.
        :param connect: Seconds to wait for a connection.
        :param read: Seconds to wait for each part of the answer.
        """
        query = url.query and f"?{url.query}"
        before = _CURRENT.set(_Exchange(query, TIMEOUTS_PER_ANSWER * read))
        try:
            return self._pool.urlopen(
                request.method,
                self._before_path + url.path,
                request.body,
                dict(request.headers),
                timeout=Timeout(connect=connect, read=read),
                retries=_NO_RETRIES,
                redirect=False,
                assert_same_host=False,
                preload_content=False,
                decode_content=False,
            )
        finally:
            _CURRENT.reset(before)

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()
