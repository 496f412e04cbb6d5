"""From an Airflow connection to typed client settings, the only place where a connection is read.

Defaults are applied here and not in the form: a connection from an environment variable never sees the form.
Every error names the connection, the field, what was given (never a secret) and what is allowed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import SplitResult, urlsplit

from airflow_provider_dingtalk_calendar.client import REGIONS, ClientSettings, InternalAppCredentials
from airflow_provider_dingtalk_calendar.client.settings import DEFAULT_TIMEOUT, Hosts
from airflow_provider_dingtalk_calendar.client.transport import is_loopback
from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError

APP_TYPES = ("internal", "third_party_enterprise", "third_party_personal")
TIMEOUT_LIMITS = (0.1, 600.0)


class _Fields:
    """The fields of one connection; an empty value counts as not set."""

    def __init__(self, connection: Any) -> None:
        self.conn_id = connection.conn_id
        self.standard = connection
        # Not extra_dejson: it takes what is no JSON for empty, and masks with a call that can block a loop.
        try:
            extra = json.loads(connection.extra or "{}")
        except ValueError:
            extra = None
        if not isinstance(extra, Mapping):
            self.refuse("extra", "must be a JSON object")
        self.extra: Mapping[str, Any] = extra

    def refuse(self, field_name: str, why: str) -> NoReturn:
        msg = f"connection {self.conn_id!r}: {field_name} {why}"
        raise ConfigurationError(msg)

    def required(self, field_name: str, label: str) -> str:
        value = getattr(self.standard, field_name)
        if not value or not value.strip():
            self.refuse(f"{field_name} ({label})", "is missing")
        return str(value).strip()

    def choice(self, field_name: str, allowed: tuple[str, ...]) -> str:
        value = self.extra.get(field_name) or allowed[0]
        if value not in allowed:
            self.refuse(field_name, f"must be one of {', '.join(allowed)}, not {value!r}")
        return str(value)


def settings_of(connection: Any) -> ClientSettings:
    """Return the client settings that a connection stands for.

    :param connection: An Airflow connection of type ``dingtalk``.
    :raises ConfigurationError: If a field is missing or wrong.
    """
    fields = _Fields(connection)
    app_type = fields.choice("app_type", APP_TYPES)
    if app_type != APP_TYPES[0]:
        fields.refuse("app_type", f"{app_type!r} is not served by this version; allowed: internal")
    credentials = InternalAppCredentials(
        client_id=fields.required("login", "Client ID"),
        client_secret=fields.required("password", "Client Secret"),
    )
    hosts = _hosts(fields)
    return ClientSettings(
        credentials=credentials,
        api_url=hosts.api_url,
        oapi_url=hosts.oapi_url,
        timeout=_timeout(fields),
        proxy=_proxy(fields),
    )


def _hosts(fields: _Fields) -> Hosts:
    region = fields.choice("region", tuple(REGIONS))
    host = (fields.standard.host or "").strip().rstrip("/")
    if not host:
        return REGIONS[region]
    if fields.standard.port:
        fields.refuse("port", "must be empty; write it into host, as in http://127.0.0.1:8080")
    parts = _url_parts(host)
    # What is not a plain URL could hold a password, and is not repeated in the error.
    if parts is None or parts.username is not None:
        fields.refuse("host", "must be a base URL such as https://api.dingtalk.io, with http:// or https://")
    if host != f"{parts.scheme}://{parts.netloc}":
        fields.refuse("host", f"must be a base URL without a path, such as {parts.scheme}://{parts.netloc}")
    if parts.scheme == "http" and not is_loopback(host):
        fields.refuse("host", f"must use https (http only for this machine), not {host!r}")
    return Hosts(host, host)


def _timeout(fields: _Fields) -> float:
    given = fields.extra.get("timeout")
    if given is None or given == "":
        return DEFAULT_TIMEOUT
    low, high = TIMEOUT_LIMITS
    try:
        timeout = float(given)
    except (TypeError, ValueError, OverflowError):
        timeout = float("nan")
    if isinstance(given, bool) or not low <= timeout <= high:
        fields.refuse("timeout", f"must be a number of seconds from {low:g} to {high:g}, not {given!r}")
    return timeout


def _proxy(fields: _Fields) -> str | None:
    proxy = fields.extra.get("proxy")
    if not proxy:
        return None
    parts = _url_parts(proxy) if isinstance(proxy, str) else None
    if parts is None or parts.path not in {"", "/"} or parts.query or parts.fragment:
        fields.refuse("proxy", "must be a URL such as http://proxy.example.com:3128")
    return str(proxy)


def _url_parts(text: str) -> SplitResult | None:
    """Split an http or https URL; None for anything that an HTTP library could read in another way."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    plain = not any(character.isspace() or character == "\\" for character in text)
    named = bool((parts.hostname or "").strip("."))
    return parts if plain and named and port != 0 and parts.scheme in {"http", "https"} else None
