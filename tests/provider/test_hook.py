"""The hook: connections of every spelling, errors by field, both clients, the connection test."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from airflow.sdk import Connection

from airflow_provider_dingtalk_calendar.client import ClientSettings
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
from airflow_provider_dingtalk_calendar.hooks.settings import settings_of

SECRET = "the-client-secret-of-the-connection"


def settings(extra: Any = None, **fields: Any) -> ClientSettings:
    given: dict[str, Any] = {"conn_id": "my_conn", "conn_type": "dingtalk", "login": "id", "password": SECRET}
    if extra is not None:
        given["extra"] = extra if isinstance(extra, str) else json.dumps(extra)
    return settings_of(Connection(**(given | fields)))


def test_the_least_that_is_needed() -> None:
    found = settings()
    assert (found.credentials.client_id, found.credentials.client_secret) == ("id", SECRET)
    assert (found.api_url, found.oapi_url) == ("https://api.dingtalk.io", "https://oapi.dingtalk.io")
    assert (found.timeout, found.proxy) == (30.0, None)


@pytest.mark.parametrize("empty", [None, ""])
def test_an_untouched_field_of_the_form_means_not_set(empty: str | None) -> None:
    untouched = dict.fromkeys(["region", "app_type", "timeout", "proxy"], empty)
    assert settings(untouched, host="", port=None, schema="") == settings()


def test_every_field() -> None:
    extra = {"region": "china", "app_type": "internal", "timeout": "5", "proxy": "http://p.example:3128"}
    found = settings(extra)
    assert (found.api_url, found.oapi_url) == ("https://api.dingtalk.com", "https://oapi.dingtalk.com")
    assert (found.timeout, found.proxy) == (5.0, "http://p.example:3128")


@pytest.mark.parametrize(
    "host",
    ["http://127.0.0.1:8080/", "http://localhost:1", "http://[::1]:8080", "https://gateway.example.com"],
)
def test_a_base_url_overrides_the_region_for_both_apis(host: str) -> None:
    found = settings({"region": "china"}, host=host)
    assert found.api_url == found.oapi_url == host.rstrip("/")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"login": None}, r"login \(Client ID\) is missing"),
        ({"login": "  "}, r"login \(Client ID\) is missing"),
        ({"password": None}, r"password \(Client Secret\) is missing"),
        ({"extra": {"region": "mars"}}, "region must be one of international, china, not 'mars'"),
        (
            {"extra": {"app_type": "x"}},
            "app_type must be one of internal, third_party_enterprise, third_party_personal, not 'x'",
        ),
        ({"extra": {"app_type": "third_party_personal"}}, "is not served by this version; allowed: internal"),
        ({"extra": {"timeout": "soon"}}, "timeout must be a number of seconds from 0.1 to 600, not 'soon'"),
        ({"extra": {"timeout": -1}}, "timeout must be a number of seconds from 0.1 to 600, not -1"),
        ({"extra": {"timeout": 10**400}}, "timeout must be a number of seconds"),
        ({"extra": {"timeout": True}}, "timeout must be a number of seconds"),
        ({"extra": {"timeout": 601}}, "timeout must be a number of seconds"),
        ({"extra": {"proxy": "proxy.example.com"}}, "proxy must be a URL"),
        ({"extra": {"proxy": 7}}, "proxy must be a URL"),
        ({"extra": "[1]"}, "extra must be a JSON object"),
        ({"extra": "region=china"}, "extra must be a JSON object"),
        ({"host": "api.dingtalk.io"}, "host must be a base URL such as https://api.dingtalk.io"),
        ({"host": "ftp://api.dingtalk.io"}, "host must be a base URL"),
        ({"host": "https://"}, "host must be a base URL"),
        ({"host": "https://x:99999"}, "host must be a base URL"),
        ({"host": "https://user:pw-in-url@x"}, "host must be a base URL"),
        ({"host": "https://x/v1.0"}, "host must be a base URL without a path, such as https://x"),
        ({"host": "https://x?y=1"}, "host must be a base URL without a path"),
        ({"host": "https://x?"}, "host must be a base URL without a path, such as https://x"),
        ({"host": "https://x#"}, "host must be a base URL without a path, such as https://x"),
        ({"host": "https://a b.io"}, "host must be a base URL such as"),
        ({"host": "https://a\tb.io"}, "host must be a base URL such as"),
        ({"host": "https://a.io\\x"}, "host must be a base URL such as"),
        ({"host": "https://."}, "host must be a base URL such as"),
        ({"extra": {"proxy": "http://user:pw-in-url/x@proxy:3128"}}, "proxy must be a URL"),
        ({"extra": {"proxy": "http://proxy:abc"}}, "proxy must be a URL"),
        ({"extra": {"proxy": "http://proxy:3128/path"}}, "proxy must be a URL"),
        ({"extra": {"proxy": "http://proxy:3128?x"}}, "proxy must be a URL"),
        ({"host": "http://api.dingtalk.io"}, r"host must use https \(http only for this machine\)"),
        ({"host": "http://127.evil.example"}, r"host must use https"),
        ({"host": "http://127.0.0.1", "port": 8080}, "port must be empty; write it into host"),
    ],
)
def test_a_wrong_field_is_named_with_what_is_allowed(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as raised:
        settings(**fields)
    text = str(raised.value)
    assert text.startswith("connection 'my_conn': ")
    assert SECRET not in text
    assert "pw-in-url" not in text
    assert not raised.value.may_have_taken_effect
    assert raised.value.retry_after is None


def test_connections_from_the_environment(
    dingtalk_emulator: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    from urllib.parse import quote

    emulator = dingtalk_emulator
    as_uri = f"dingtalk://{emulator.client_id}:{emulator.client_secret}@{quote(emulator.url, safe='')}"
    for text in (emulator.airflow_connection(), as_uri):
        monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", text)
        with DingTalkHook().get_conn() as client:
            assert client.list_calendars("u")


def test_one_hook_fetches_one_token(connection: DingTalkEmulator) -> None:
    hook = DingTalkHook()
    for _ in range(3):
        hook.get_conn().list_calendars("u")
    hook.get_conn().close()
    assert connection.journal.operations.count("GetAccessToken") == 1


@pytest.mark.usefixtures("connection")
def test_the_async_client() -> None:
    async def names() -> list[str | None]:
        async with await DingTalkHook().aget_conn() as client:
            await client.create_subscribed_calendar("u", name="n", subscribe_scope={"corp_ids": ["c"]})
            return [calendar.summary for calendar in await client.list_calendars("u")]

    assert "n" in asyncio.run(names())


@pytest.mark.parametrize("asynchronous", [False, True])
def test_airflow_masks_secret_and_token(connection: DingTalkEmulator, asynchronous: bool) -> None:
    from airflow.providers.common.compat.sdk import redact

    async def fetch() -> None:
        async with await DingTalkHook().aget_conn() as client:
            await client.get_access_token()

    if asynchronous:
        asyncio.run(fetch())
    else:
        DingTalkHook().get_conn().get_access_token()
    (token,) = connection.issued_tokens
    assert redact(f"a {connection.client_secret} b {token} c") == "a *** b *** c"


def test_the_connection_test_sends_one_request_and_creates_nothing(connection: DingTalkEmulator) -> None:
    good, message = DingTalkHook().test_connection()
    assert good
    assert message == f"Got an access token for {connection.client_id} from {connection.url}"
    assert connection.journal.operations == ["GetAccessToken"]


def test_the_connection_test_says_what_dingtalk_said(
    connection: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.order(Fault.error(403, "Forbidden.AccessDenied.IpNotInWhiteList", "ip not allowed"))
    good, message = DingTalkHook().test_connection()
    assert not good
    assert "ip not allowed; add this machine's public IP address to the app's allow list" in message
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", '{"conn_type": "dingtalk", "login": "id"}')
    good, message = DingTalkHook().test_connection()
    assert (good, message) == (False, "connection 'dingtalk_default': password (Client Secret) is missing")
