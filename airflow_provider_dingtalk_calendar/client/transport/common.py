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

from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError

if TYPE_CHECKING:
    pass


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


def _check_trusted(*names: str) -> None:
    bundle = next(filter(None, map(os.environ.get, names)), None)
    if bundle and not Path(bundle).exists():
        msg = f"{' or '.join(names)} names certificates that are not there: {bundle!r}"
        raise ConfigurationError(msg)


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


def _describe(error: BaseException) -> str:
    """Name the failure and the system's own word for it, such as "Connection refused"."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"{type(error).__name__}: {cause.verify_message}"
        if isinstance(cause, OSError) and cause.strerror and cause is not error:
            return f"{type(error).__name__}: {cause.strerror}"
    return type(error).__name__
