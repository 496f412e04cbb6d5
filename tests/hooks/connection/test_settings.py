"""A connection defines the client settings. Every field is read. Each wrong field raises one clear error."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from airflow.providers.common.compat.sdk import Connection
from airflow.providers.common.compat.version_compat import AIRFLOW_V_3_0_PLUS, AIRFLOW_V_3_1_PLUS

from airflow_provider_dingtalk_calendar.client import (
    ClientSettings,
    CorpCredentials,
    Credentials,
    InternalAppCredentials,
    SuiteCredentials,
    UserCredentials,
)
from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError
from airflow_provider_dingtalk_calendar.hooks.connection.settings import settings_of
from airflow_provider_dingtalk_calendar.provider_info import CONNECTION_FIELDS
from tests.client.raw_server import self_signed

SECRET = "the-client-secret-of-the-connection"
LEAK = "a-ticket-code-or-token"


def settings(extra: Any = None, **fields: Any) -> ClientSettings:
    given: dict[str, Any] = {"conn_id": "my_conn", "conn_type": "dingtalk", "login": "id", "password": SECRET}
    if extra is not None:
        given["extra"] = extra if isinstance(extra, str) else json.dumps(extra)
    return settings_of(Connection(**(given | fields)))


def test_login_and_password_are_enough() -> None:
    found = settings()
    assert (found.credentials.client_id, found.credentials.client_secret) == ("id", SECRET)
    assert (found.api_url, found.oapi_url) == ("https://api.dingtalk.io", "https://oapi.dingtalk.io")
    assert found.credentials == InternalAppCredentials("id", SECRET)
    assert (found.timeout, found.connect_timeout, found.proxy, found.ca_bundle) == (30.0, None, None, None)
    assert (found.share_token, found.max_wait) == (False, 10.0)


@pytest.mark.parametrize("empty", [None, ""])
def test_an_untouched_field_of_the_form_means_not_set(empty: str | None) -> None:
    untouched = dict.fromkeys(CONNECTION_FIELDS, empty)
    assert settings(untouched, host="", port=None, schema="") == settings()


def test_every_field(tmp_path: Path) -> None:
    _, bundle = self_signed(tmp_path, "gateway.example")
    extra = {
        "region": "china",
        "app_type": "internal",
        "corp_id": " dingcorp ",
        "cache": "variable",
        "timeout": "5",
        "connect_timeout": 0.5,
        "max_wait": "0",
        "proxy": "http://p.example:3128",
        "ca_bundle": str(bundle),
    }
    found = settings(extra)
    assert found.credentials == CorpCredentials("id", SECRET, "dingcorp")
    assert (found.api_url, found.oapi_url) == ("https://api.dingtalk.com", "https://oapi.dingtalk.com")
    assert (found.timeout, found.connect_timeout, found.proxy) == (5.0, 0.5, "http://p.example:3128")
    assert (found.ca_bundle, found.share_token, found.max_wait) == (str(bundle), True, 0.0)


THIRD_PARTY = {"app_type": "third_party_enterprise"}
CORP = THIRD_PARTY | {"corp_id": "c"}
PERSONAL = {"app_type": "third_party_personal"}


@pytest.mark.parametrize(
    ("extra", "credentials", "shared"),
    [
        (CORP, CorpCredentials("id", SECRET, "c", third_party=True), False),
        (
            CORP | {"suite_ticket_variable": "v"},
            SuiteCredentials("id", SECRET, "c", suite_ticket_name="v"),
            False,
        ),
        (
            CORP | {"suite_ticket_secret": "t"},
            SuiteCredentials("id", SECRET, "c", suite_ticket="t"),
            False,
        ),
        (
            PERSONAL | {"authorization_code": "c"},
            UserCredentials("id", SECRET, authorization_code="c"),
            True,
        ),
        (PERSONAL | {"refresh_token": "r"}, UserCredentials("id", SECRET, refresh_token="r"), True),
        (
            PERSONAL | {"refresh_token": "r", "cache": "process"},
            UserCredentials("id", SECRET, refresh_token="r"),
            False,
        ),
    ],
)
def test_each_app_type(extra: dict[str, str], credentials: Credentials, shared: bool) -> None:
    found = settings(extra)
    assert found.credentials == credentials
    assert found.credentials.app_type == extra["app_type"]
    assert found.share_token is shared


@pytest.mark.parametrize(
    ("extra", "shared"),
    [
        ({"token_cache": "variable"}, True),
        ({"token_cache": "process"}, False),
        ({"cache": "", "token_cache": "variable"}, True),
        ({"cache": "process", "token_cache": "variable"}, False),
    ],
)
def test_the_old_name_of_the_token_cache_is_still_read(extra: dict[str, str], shared: bool) -> None:
    assert settings(extra).share_token is shared


def test_the_name_of_no_plain_field_makes_airflow_mask_its_value() -> None:
    """Otherwise, Airflow would replace values such as "process" and "variable" in every log."""
    from airflow.providers.common.compat.sdk import redact

    masked = {name for name in CONNECTION_FIELDS if redact("value", name) != "value"}
    # A proxy's URL can hold a password. Airflow 2.11.0 and 3.0 do not mask it by its name.
    old = AIRFLOW_V_3_0_PLUS and not AIRFLOW_V_3_1_PLUS
    also = set() if old or version("apache-airflow") == "2.11.0" else {"proxy"}
    assert masked == {"suite_ticket_secret", "authorization_code", "refresh_token"} | also


def test_the_form_of_airflow_2_sends_each_field_twice() -> None:
    extra = {"region": "china", "timeout": "5", "authorization_code": "c", "app_type": "third_party_personal"}
    twice = {f"extra__dingtalk__{name}": value for name, value in extra.items()} | extra
    assert settings(twice) == settings(extra)
    assert settings({"extra__dingtalk__region": "china"}).api_url == "https://api.dingtalk.com"


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
        ({"extra": {"timeout": "soon"}}, "timeout must be a number of seconds from 0.1 to 600, not 'soon'"),
        ({"extra": {"timeout": -1}}, "timeout must be a number of seconds from 0.1 to 600, not -1"),
        ({"extra": {"timeout": 10**400}}, "timeout must be a number of seconds"),
        ({"extra": {"max_wait": -1}}, "max_wait must be a number of seconds from 0 to 600, not -1"),
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
        ({"host": "https://x/v1.0"}, "host must be a base URL without a path"),
        ({"host": "https://x?y=1"}, "host must be a base URL without a path"),
        ({"host": "https://x?"}, "host must be a base URL without a path"),
        ({"host": "https://x#"}, "host must be a base URL without a path"),
        ({"host": "https://a b.io"}, "host must be a base URL such as"),
        ({"host": "https://a\tb.io"}, "host must be a base URL such as"),
        ({"host": "https://a.io\\x"}, "host must be a base URL such as"),
        ({"host": "https://."}, "host must be a base URL such as"),
        ({"extra": {"proxy": "http://user:pw-in-url/x@proxy:3128"}}, "proxy must be a URL"),
        ({"extra": {"proxy": "http://proxy:abc"}}, "proxy must be a URL"),
        ({"extra": {"proxy": "http://proxy:3128/path"}}, "proxy must be a URL"),
        ({"extra": {"proxy": "http://proxy:3128?x"}}, "proxy must be a URL"),
        ({"extra": {"app_type": "isv"}}, "app_type must be one of internal, third_party_enterprise, third"),
        ({"extra": {"app_type": ["internal"]}}, "app_type must be one of internal"),
        ({"extra": {"cache": "redis"}}, "cache must be one of process, variable, not 'redis'"),
        ({"extra": {"connect_timeout": 0}}, "connect_timeout must be a number of seconds from 0.1 to 600"),
        ({"extra": THIRD_PARTY}, "corp_id is missing: the CorpId of the organization that authorized"),
        ({"extra": {"corp_id": ".."}}, "corp_id must be an id such as dingx+, not '..'"),
        ({"extra": {"corp_id": "ding corp"}}, "corp_id must be an id such as"),
        ({"extra": {"corp_id": 7}}, "corp_id must be a string, not of type int"),
        (
            {"extra": CORP | {"suite_ticket_variable": "v", "suite_ticket_secret": LEAK}},
            "suite_ticket_variable, suite_ticket_secret are both set; set one or neither",
        ),
        ({"extra": PERSONAL}, "authorization_code, refresh_token are both missing; set one of them"),
        (
            {"extra": PERSONAL | {"authorization_code": LEAK, "refresh_token": LEAK}},
            "authorization_code, refresh_token are both set; set one of them",
        ),
        (
            {"extra": PERSONAL | {"authorization_code": LEAK, "corp_id": "c"}},
            "corp_id is for app_type internal and third_party_enterprise; it must be empty",
        ),
        ({"extra": {"refresh_token": LEAK}}, "refresh_token is for app_type third_party_personal; it"),
        (
            {"extra": {"suite_ticket_secret": LEAK}},
            "suite_ticket_secret is for app_type third_party_enterprise; it must be empty for internal",
        ),
        ({"extra": PERSONAL | {"refresh_token": "***"}}, r"refresh_token is \*\*\*, which Airflow shows"),
        ({"password": "***"}, r"password \(Client Secret\) is \*\*\*, which Airflow shows"),
        ({"extra": {"ca_bundle": "/not/there.pem"}}, "ca_bundle must be the path of .*: No such file"),
        ({"extra": {"ca_bundle": __file__}}, "ca_bundle must be the path of a PEM file with certificates"),
        ({"extra": {"ca_bundle": "a\0b"}}, "ca_bundle must be the path of a PEM file with certificates"),
        ({"extra": {"ca_bundle": True}}, "ca_bundle must be a string"),
        ({"host": "http://api.dingtalk.io"}, r"host must use https \(http only for this machine\)"),
        ({"host": "http://127.evil.example"}, r"host must use https"),
        *(
            ({"host": f"http://{address}"}, r"host must use https \(http only for this machine\)")
            for address in (
                "10.0.0.8",
                "172.16.0.1",
                "192.168.1.1:8080",
                "169.254.169.254",
                "[fd00::1]",
                "0.0.0.0",
            )
        ),
        ({"conn_type": "aws"}, "conn_type must be dingtalk, not 'aws'"),
        ({"conn_type": "http", "host": "https://api.dingtalk.io"}, "conn_type must be dingtalk, not 'http'"),
        ({"conn_type": None}, "conn_type must be dingtalk, not ''"),
        ({"conn_type": "aws", "extra": "no JSON"}, "conn_type must be dingtalk, not 'aws'"),
        ({"conn_type": SECRET}, "conn_type must be dingtalk, not this value of type str"),
        ({"host": "http://127.0.0.1", "port": 8080}, "port must be empty; write it into host"),
        ({"port": 443}, "port must be empty; write it into host"),
        ({"schema": "x"}, "schema must be empty"),
        ({"extra": {"regoin": "china"}}, "extra field 'regoin' is unknown; known are region, app_type, corp"),
        ({"extra": {"verify": False}}, "extra field 'verify' is unknown"),
        ({"extra": {LEAK * 2: 1}}, "extra field this value of type str is unknown"),
        ({"extra": {"region": 0}}, "region must be one of international, china, not 0"),
        ({"extra": {"app_type": False}}, "app_type must be one of internal"),
        ({"extra": {"token_cache": "redis"}}, "token_cache must be one of process, variable, not 'redis'"),
        (
            {"extra": {"extra__dingtalk__regoin": "x"}},
            "extra field 'regoin' is unknown; known are region",
        ),
        ({"extra": {"extra__http__region": "x"}}, "extra field 'extra__http__region' is unknown"),
        ({"extra": {"cache": {}}}, "cache must be one of process, variable"),
        ({"extra": {"proxy": 0}}, "proxy must be a URL"),
        ({"extra": {"proxy": "\x01http://h"}}, "proxy must be a URL"),
        (
            {"host": "http://127.0.0.1:1", "extra": {"proxy": "http://p:1"}},
            "proxy must be empty if host",
        ),
        *(
            ({"password": SECRET, "extra": {name: LEAK * 2}}, f"{name} must be")
            for name in ("region", "app_type", "cache", "timeout", "connect_timeout", "ca_bundle")
        ),
        ({"password": "short", "extra": {"region": "short"}}, "region must be one of .*, not this value of"),
        ({"extra": {"corp_id": f" {LEAK} {LEAK}"}}, "corp_id must be an id such as"),
        ({"host": f"http://{LEAK}.example"}, "host must use https"),
        ({"host": f"https://{LEAK}/x"}, "host must be a base URL without a path"),
        (
            {"extra": PERSONAL | {"refresh_token": "RATHER_LONG_SENSITIVE_FIELD_PLACEHOLDER"}},
            "refresh_token is RATHER_.*, which Airflow shows instead of a secret",
        ),
    ],
)
def test_the_error_names_the_wrong_field_and_what_is_allowed(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as raised:
        settings(**fields)
    text = str(raised.value)
    assert text.startswith("connection 'my_conn': ")
    assert SECRET not in text
    assert "pw-in-url" not in text
    assert LEAK not in text
    assert not raised.value.may_have_taken_effect
    assert raised.value.retry_after is None


def test_a_proxy_password_is_masked_encoded_and_decoded() -> None:
    secrets = settings({"proxy": "http://someone:p%40ss@proxy.example:3128"}).secrets
    assert {"p%40ss", "p@ss", SECRET} <= set(secrets)
