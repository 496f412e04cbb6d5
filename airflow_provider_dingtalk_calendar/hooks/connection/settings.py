"""Client settings from an Airflow connection.

Defaults are applied here and not in the form, because connections from environment variables bypass the form.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, urlsplit

from airflow_provider_dingtalk_calendar.client import REGIONS, ClientSettings
from airflow_provider_dingtalk_calendar.client.engine.rate_limit import DEFAULT_CALLS_PER_SECOND
from airflow_provider_dingtalk_calendar.client.settings import DEFAULT_MAX_WAIT, DEFAULT_TIMEOUT, Hosts
from airflow_provider_dingtalk_calendar.client.transport.common import is_loopback, trust
from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError
from airflow_provider_dingtalk_calendar.provider_info import CONNECTION_FIELDS

from .app_types import DEFAULT_CACHE, credentials_of
from .fields import Fields


def settings_of(connection: Any) -> ClientSettings:
    """Return the client settings for a connection.

    :param connection: An Airflow connection of type ``dingtalk``.
    :raises ConfigurationError: If a field is missing or wrong.
    """
    fields = Fields(connection)
    app_type = fields.choice("app_type", "internal")
    fields.only(CONNECTION_FIELDS)
    hosts = _hosts(fields)
    max_wait = fields.number("max_wait")
    pace = fields.number("calls_per_second", "a number")
    cache = fields.choice("cache", fields.choice("token_cache", DEFAULT_CACHE[app_type]))
    return ClientSettings(
        credentials=credentials_of(fields, app_type),
        api_url=hosts.api_url,
        oapi_url=hosts.oapi_url,
        timeout=fields.number("timeout") or DEFAULT_TIMEOUT,
        connect_timeout=fields.number("connect_timeout"),
        max_wait=DEFAULT_MAX_WAIT if max_wait is None else max_wait,
        calls_per_second=pace or DEFAULT_CALLS_PER_SECOND,
        proxy=_proxy(fields, hosts),
        ca_bundle=_ca_bundle(fields),
        name=fields.conn_id,
        share_token=cache == "variable",
    )


def _hosts(fields: Fields) -> Hosts:
    region = fields.choice("region", "international")
    fields.empty("port", "; write it into host, for example http://127.0.0.1:8080")
    fields.empty("schema", "")
    host = (fields.standard.host or "").strip().rstrip("/")
    if not host:
        return REGIONS[region]
    parts = _url_parts(host)
    # The errors do not repeat the URL, which could contain a password.
    if parts is None or parts.username is not None:
        fields.refuse("host", "must be a base URL such as https://api.dingtalk.io, with http:// or https://")
    if host.lower() != f"{parts.scheme}://{parts.netloc}".lower():
        fields.refuse("host", "must be a base URL without a path, such as https://api.dingtalk.io")
    if parts.scheme == "http" and not is_loopback(host):
        fields.refuse("host", "must use https (http only for this machine)")
    return Hosts(host, host)


def _proxy(fields: Fields, hosts: Hosts) -> str | None:
    proxy = fields.extra.get("proxy")
    if proxy is None or proxy == "":
        return None
    parts = _url_parts(proxy) if isinstance(proxy, str) else None
    if parts is None or parts.path not in {"", "/"} or parts.query or parts.fragment:
        fields.refuse("proxy", "must be a URL such as http://proxy.example.com:3128")
    if is_loopback(hosts.api_url):
        # Over plain http, the proxy could read the Client Secret. The proxy cannot reach this machine anyway.
        fields.refuse("proxy", "must be empty if host is this machine")
    return str(proxy)


def _ca_bundle(fields: Fields) -> str | None:
    path = fields.text("ca_bundle")
    try:
        trust(path)
    except ConfigurationError as error:
        fields.refuse("ca_bundle", str(error).removeprefix("ca_bundle "))
    return path


def _url_parts(text: str) -> SplitResult | None:
    """Split an http or https URL. Return None for a URL that HTTP libraries could read differently."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    plain = all(one.isprintable() and not one.isspace() and one != "\\" for one in text)
    named = bool((parts.hostname or "").strip("."))
    return parts if plain and named and port != 0 and parts.scheme in {"http", "https"} else None
