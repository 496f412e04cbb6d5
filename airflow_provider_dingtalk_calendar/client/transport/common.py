"""Helpers of the drivers: proxies, certificates, and descriptions of failures.

A description has the class of the error and the message of the operating system or of OpenSSL. The HTTP
library's own message is left out, because it can hold a whole URL.
"""

from __future__ import annotations

import ipaddress
import os
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError

from ..settings import check_port

#: Maximum number of connections that a client keeps open for later calls.
POOL_SIZE = 50


def is_loopback(url: str) -> bool:
    """Return whether a URL points to this machine. The drivers ignore the environment for such URLs."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def trust(ca_bundle: str | None) -> ssl.SSLContext | None:
    """Return a context that trusts only the given certificate authorities.

    :param ca_bundle: Path of a PEM file; None for no context, so that the usual authorities are trusted.
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


def environment_proxy(url: str) -> str | None:
    """Return the proxy that the environment sets for a URL; None if there is none.

    Both drivers ask ``requests``, which reads more forms of ``NO_PROXY`` than the standard library does.

    :raises ConfigurationError: If the proxy is not a URL with a usable port.
    """
    from requests.utils import get_environ_proxies, select_proxy

    proxy = select_proxy(url, get_environ_proxies(url))
    if proxy and "://" not in proxy:
        proxy = f"http://{proxy.removeprefix('//')}"
    check_port("the proxy of the environment", proxy or "")
    return proxy


def named_bundle(*names: str) -> str | None:
    """Return the path of the certificates that the environment names; None if it names none.

    :param names: Names of the variables. The first variable that is set counts.
    :raises ConfigurationError: If the certificates do not exist or cannot be read.
    """
    bundle = next(filter(None, map(os.environ.get, names)), None)
    if bundle and not os.access(bundle, os.R_OK):
        msg = f"{' or '.join(names)} names certificates that do not exist or cannot be read: {bundle!r}"
        raise ConfigurationError(msg)
    return bundle


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and the errors that it wraps: its ``reason``, first two arguments and explicit cause.

    ``__context__`` is left out, because it can be an unrelated error that the caller is handling.
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


def described_failure(error: BaseException) -> str:
    """Return the class of an error and, if there is one, a message such as "Connection refused"."""
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"{type(error).__name__}: {cause.verify_message}"
        if isinstance(cause, OSError) and cause.strerror and cause is not error:
            return f"{type(error).__name__}: {cause.strerror}"
    return type(error).__name__
