"""Whether a request that failed in an HTTP library may have left: :class:`NotSent` or :class:`Unknown`.

The text of the library's error is dropped, because it can hold a whole URL; its class and the system's own
word for the failure are kept.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.client.actions import NotSent, Outcome, Unknown

if TYPE_CHECKING:
    import httpx
    import requests


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Walk from an error to what it wraps: ``reason``, the first argument, the cause and the context."""
    seen: set[int] = set()
    queue = [error]
    while queue:
        current = queue.pop(0)
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        queue += [getattr(current, "reason", None), *current.args[:2], current.__cause__, current.__context__]


def requests_failure(error: requests.RequestException) -> Outcome:
    """Classify a failure of ``requests``."""
    import requests
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

    name = type(error).__name__
    if isinstance(error, requests.ConnectionError | requests.Timeout):
        before_sending = (
            NewConnectionError,
            ConnectTimeoutError,
            requests.exceptions.ProxyError,
            ssl.SSLCertVerificationError,
        )
        for cause in _causes(error):
            if isinstance(cause, before_sending):
                return NotSent(_describe(cause))
        return Unknown(name)
    if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return Unknown(name)
    return NotSent(name)


def httpx_failure(error: httpx.HTTPError | httpx.InvalidURL) -> Outcome:
    """Classify a failure of ``httpx``."""
    import httpx

    before_sending = (
        httpx.ConnectError,
        httpx.ConnectTimeout,
        httpx.ProxyError,
        httpx.UnsupportedProtocol,
        httpx.LocalProtocolError,
        httpx.InvalidURL,
    )
    if isinstance(error, before_sending):
        return NotSent(_describe(error))
    return Unknown(type(error).__name__)


def _describe(error: BaseException) -> str:
    """Name the failure and the system's own word for it, such as "Connection refused"."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"{type(error).__name__}: {cause.verify_message}"
        if isinstance(cause, OSError) and cause.strerror and cause is not error:
            return f"{type(error).__name__}: {cause.strerror}"
    return type(error).__name__
