"""Limits on the time and the size of an answer, and decoding of its body."""

from __future__ import annotations

import zlib

#: Maximum time of a whole answer, as a multiple of the timeout. The timeout limits the wait for each part.
TIMEOUTS_PER_ANSWER = 3

#: Maximum size of an answer in bytes, as sent and after decoding. 100 events with 500 attendees each fit.
MAX_BYTES = 32 * 1024 * 1024

TOO_LARGE = f"the answer is larger than {MAX_BYTES >> 20} MiB"

#: Window size that makes zlib expect the header of gzip or of zlib.
_ANY_HEADER = zlib.MAX_WBITS | 32


class UnreadableError(Exception):
    """The body of an answer cannot be used. The message says why."""


class SlowAnswerError(Exception):
    """The whole answer did not come in time, although no part of it took too long.

    :param seconds: The time that was allowed.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"it was not complete after {seconds:g} s")


class EarlyAnswerError(Exception):
    """An answer was received before its request was sent, so it is not the answer to this request.

    httpcore takes bytes that follow an answer for the next answer on the connection, and has no public way to
    find them.
    """

    def __init__(self) -> None:
        super().__init__("the connection held an answer before the request was sent")


class Body:
    """Collects the body of an answer as it was sent, up to the maximum size."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._left = MAX_BYTES

    def add(self, part: bytes) -> None:
        """Add a part.

        :raises UnreadableError: If the body is too large.
        """
        self._left -= len(part)
        if self._left < 0:
            raise UnreadableError(TOO_LARGE)
        self._parts.append(part)

    def decoded(self, encoding: str | None) -> bytes:
        """Return the decompressed body. Some proxies and servers compress answers although asked not to.

        :param encoding: Value of the header ``Content-Encoding``.
        :raises UnreadableError: If the body is damaged, is too large after decoding, or has an
            unsupported encoding.
        """
        body = b"".join(self._parts)
        match (encoding or "").strip().lower():
            case "" | "identity":
                return body
            case "gzip" | "x-gzip" | "deflate":
                return _inflated(body)
        msg = "the answer is compressed, although that was not asked for"
        raise UnreadableError(msg)


def _inflated(body: bytes) -> bytes:
    stream = zlib.decompressobj(_ANY_HEADER)
    try:
        plain = stream.decompress(body, MAX_BYTES + 1)
    except zlib.error:
        msg = "the answer is not compressed as its Content-Encoding says"
        raise UnreadableError(msg) from None
    if len(plain) > MAX_BYTES:
        raise UnreadableError(TOO_LARGE)
    if body and not stream.eof:
        msg = "the compressed answer is cut off"
        raise UnreadableError(msg)
    return plain
