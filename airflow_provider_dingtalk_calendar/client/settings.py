"""Settings of a client."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError

from .auth.credentials import Credentials
from .engine.rate_limit import DEFAULT_CALLS_PER_SECOND
from .engine.secrets import Secrets

#: Seconds to wait for each part of an answer. The whole answer may take three times as long.
DEFAULT_TIMEOUT = 30.0

#: Maximum total time, in seconds, that one call may wait before its repeats.
DEFAULT_MAX_WAIT = 10.0


def check_port(name: str, url: str) -> None:
    """Check the port of a URL, because each HTTP library reports a wrong port late and in its own way.

    :param name: Name of the field, for the error. The error does not show the URL, which can hold a password.
    :param url: The URL.
    :raises ConfigurationError: If the port is not a number from 1 to 65535.
    """
    try:
        is_right = urlsplit(url).port != 0
    except ValueError:
        is_right = False
    if not is_right:
        msg = f"{name} must be a URL whose port, if it has one, is a number from 1 to 65535"
        raise ConfigurationError(msg)


@dataclass(frozen=True)
class Hosts:
    """Base URLs of the two APIs.

    :param api_url: New API, for tokens and calendars.
    :param oapi_url: Legacy API, for the directory.
    """

    api_url: str
    oapi_url: str


#: Hosts by region. For ``international``, see
#: https://help.dingtalk.io/open/development/create-subscription-calendar
REGIONS = {
    "international": Hosts("https://api.dingtalk.io", "https://oapi.dingtalk.io"),
    "china": Hosts("https://api.dingtalk.com", "https://oapi.dingtalk.com"),
}


@dataclass(frozen=True)
class ClientSettings:
    """Settings of a client.

    :param credentials: Credentials of the app.
    :param api_url: Base URL of the new API.
    :param oapi_url: Base URL of the legacy API.
    :param timeout: Seconds to wait for each part of an answer. The whole answer may take three times as long.
    :param connect_timeout: Seconds to wait for a connection; None for the same as ``timeout``.
    :param proxy: URL of an HTTP proxy; None for the proxy from the environment.
    :param ca_bundle: Path of a PEM file with the certificate authorities to trust; None for the usual ones.
    :param share_token: Whether to share the access token with other clients through the store.
    :param name: Name of the connection in errors.
    :param max_wait: Maximum total time, in seconds, that one call may wait before its repeats. A failure that
        needs a longer wait is raised.
    :param calls_per_second: Maximum number of calls per second to one operation, for all clients of this
        process and app.
    :raises ConfigurationError: If a URL has an invalid port.
    """

    credentials: Credentials
    api_url: str = REGIONS["international"].api_url
    oapi_url: str = REGIONS["international"].oapi_url
    timeout: float = DEFAULT_TIMEOUT
    connect_timeout: float | None = None
    proxy: str | None = field(default=None, repr=False)
    ca_bundle: str | None = None
    share_token: bool = False
    name: str | None = None
    max_wait: float = DEFAULT_MAX_WAIT
    calls_per_second: float = DEFAULT_CALLS_PER_SECOND

    def __post_init__(self) -> None:
        for name in ("api_url", "oapi_url", "proxy"):
            check_port(name, getattr(self, name) or "")

    @property
    def secrets(self) -> Secrets:
        """Secrets to mask in logs before the first request."""
        password = urlsplit(self.proxy).password if self.proxy else None
        return self.credentials.secrets + Secrets(password, password and unquote(password))
