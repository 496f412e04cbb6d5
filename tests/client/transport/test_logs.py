"""The query of a request, which can hold the access token, reaches no log at any level."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tests.client.raw_server import RawServer, http

TOKEN = b'{"accessToken": "token-to-be-hidden", "expireIn": 7200}'
FOUND = b'{"errcode": 0, "result": {"userid": "someone", "contact_type": 0}}'


class Records(logging.Handler):
    """Keeps the text of every record and of all its fields, as a handler without a masker could show them."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        fields = [text for value in vars(record).values() for text in (str(value), repr(value))]
        arguments = record.args if isinstance(record.args, tuple) else ()
        self.texts += [record.getMessage(), *fields, *map(str, arguments), *map(repr, arguments)]


@pytest.fixture
def records() -> Iterator[Records]:
    """Record what is logged by any library at any level."""
    handler, loggers = Records(), [logging.getLogger()]
    loggers += [logging.getLogger(name) for name in ("httpx", "httpcore", "urllib3", "requests", "asyncio")]
    before = [logger.level for logger in loggers]
    logging.getLogger().addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield handler
    logging.getLogger().removeHandler(handler)
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)


@pytest.mark.parametrize("through", ["no proxy", "proxy"])
def test_the_token_in_a_query_is_not_logged(
    through: str, open_client: Callable[..., Any], records: Records
) -> None:
    # The header without a colon makes urllib3 warn about the answer.
    odd = http(FOUND, "no colon")
    with RawServer(http(TOKEN), odd, http(FOUND)) as server:
        urls = {"api_url": f"http://{server.address}", "oapi_url": f"http://{server.address}"}
        if through == "proxy":
            host = "http://dingtalk.invalid"
            urls = {"api_url": host, "oapi_url": host, "proxy": urls["api_url"]}
        call = open_client(**urls)
        # h11 rejects the header without a colon, so the async client repeats the request.
        assert call("get_userid", "union-id") == "someone"
        asked = [request.split(b"\r\n")[0] for request in server.requests]
        assert any(b"?access_token=token-to-be-hidden HTTP" in line for line in asked)
    assert records.texts, "the libraries log something"
    assert not [text for text in records.texts if "token-to-be-hidden" in text]


def test_the_query_of_a_list_is_not_logged(
    call: Any, dingtalk_emulator: DingTalkEmulator, records: Records
) -> None:
    call("list_events", "u", max_results=17)
    assert "maxResults=17" in [entry.target.partition("?")[2] for entry in dingtalk_emulator.journal]
    assert not [text for text in records.texts if "maxResults" in text]
