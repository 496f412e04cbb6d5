"""The two HTTP libraries: how their clients are set up, and what their failures mean.

A failure is :class:`NotSent` only where that is certain, else :class:`Unknown`. The text of a library's error
is dropped, because it can hold a whole URL; its class and the system's own word for the failure are kept.
"""

from __future__ import annotations

import ipaddress
import os
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from airflow_provider_dingtalk_calendar.client.actions import NotSent, Outcome, Unknown
from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError

if TYPE_CHECKING:
    import httpx
    import requests

    from airflow_provider_dingtalk_calendar.client.settings import ClientSettings

#: Connections kept open per client for the next call.
POOL_SIZE = 50


def is_loopback(url: str) -> bool:
    """Tell whether the URL names this machine, where no proxy of the environment is wanted."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def trust(ca_bundle: str | None) -> ssl.SSLContext | None:
    """Return a context that trusts these certificate authorities alone; None: those that everybody trusts.

    :raises ConfigurationError: If the file cannot be read, or holds no certificate.
    """
    if ca_bundle is None:
        return None
    try:
        return ssl.create_default_context(cafile=ca_bundle)
    except (OSError, ValueError) as error:
        why = "" if isinstance(error, ssl.SSLError) else f": {getattr(error, 'strerror', None) or 'no path'}"
        msg = "ca_bundle must be the path of a PEM file with certificates on this machine"
        raise ConfigurationError(msg + why) from None


def new_session(settings: ClientSettings) -> requests.Session:
    """Return a session: the connections, and what the environment says of them.

    :raises ConfigurationError: If the certificates that are named are not there.
    """
    import requests
    from requests.adapters import HTTPAdapter

    trust(settings.ca_bundle)
    session = requests.Session()
    adapter = HTTPAdapter(pool_maxsize=POOL_SIZE)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.trust_env = not is_loopback(settings.api_url)
    if session.trust_env and not settings.ca_bundle:
        _check_trusted("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    return session


def _check_trusted(*names: str) -> None:
    bundle = next(filter(None, map(os.environ.get, names)), None)
    if bundle and not Path(bundle).exists():
        msg = f"{' or '.join(names)} names certificates that are not there: {bundle!r}"
        raise ConfigurationError(msg)


async def _drop_location(response: httpx.Response) -> None:
    """Have httpx see no redirect: even where it is not followed, httpx would parse its target."""
    response.headers.pop("location", None)


def new_async_client(settings: ClientSettings) -> httpx.AsyncClient:
    """Return a client without redirects.

    :raises ConfigurationError: If the proxy or the certificates of the environment cannot be used.
    """
    import httpx

    context = trust(settings.ca_bundle)
    connect_timeout = settings.connect_timeout or settings.timeout
    trust_env = not is_loopback(settings.api_url)
    if trust_env and context is None:
        # httpx before 0.28 would trust others in their place.
        _check_trusted("SSL_CERT_FILE")
    try:
        client = httpx.AsyncClient(
            verify=True if context is None else context,
            timeout=httpx.Timeout(settings.timeout, connect=connect_timeout, pool=None),
            limits=httpx.Limits(max_keepalive_connections=POOL_SIZE),
            proxy=settings.proxy or None,
            trust_env=trust_env,
            follow_redirects=False,
            event_hooks={"response": [_drop_location]},
        )
    except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
        msg = f"the proxy or the certificates of the environment cannot be used: {type(error).__name__}"
        raise ConfigurationError(msg) from None
    client.headers.clear()
    return client


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Walk from an error to what it wraps: ``reason``, the first arguments, and the explicit cause.

    Not the context: that can be an error of the caller, who is perhaps handling one while calling.
    """
    seen: set[int] = set()
    queue = [error]
    while queue:
        current = queue.pop(0)
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        queue += [getattr(current, "reason", None), *current.args[:2], current.__cause__]


def requests_failure(error: Exception) -> Outcome:
    """Classify a failure of ``requests``: not sent if that is certain, else unknown."""
    import requests
    from urllib3.exceptions import ConnectTimeoutError

    before_sending = (
        requests.exceptions.InvalidURL,
        requests.exceptions.InvalidSchema,
        requests.exceptions.MissingSchema,
        # The base of NewConnectionError too.
        ConnectTimeoutError,
        ssl.SSLCertVerificationError,
    )
    for cause in _causes(error):
        if isinstance(cause, before_sending) or _is_refused_tunnel(cause):
            return NotSent(_describe(error))
    # Not so a ProxyError: urllib3 raises it for an answer that is lost behind a proxy as well.
    return Unknown(type(error).__name__)


def _is_refused_tunnel(cause: BaseException) -> bool:
    """Tell what http.client raises where a proxy refuses to connect: an OSError of no system call."""
    return type(cause) is OSError and str(cause).startswith("Tunnel connection failed")


def httpx_failure(error: Exception) -> Outcome:
    """Classify a failure of ``httpx``: not sent if that is certain, else unknown.

    Its classes say which step failed, so that no cause has to be looked for.
    """
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
