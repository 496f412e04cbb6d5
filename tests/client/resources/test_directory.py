"""URLs of the legacy API contain the access token. No log and no error shows the token."""

from __future__ import annotations

import logging
import socket
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from airflow_provider_dingtalk_calendar import exceptions as errors
from airflow_provider_dingtalk_calendar.client.auth.access_token import AccessToken
from airflow_provider_dingtalk_calendar.client.resources.directory import GET_USER
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from tests.client.story import Operations, Story, answer, token

#: A token with every visible character that a header can carry. Percent-encoding changes the token in a URL.
ODD_TOKEN = "".join(map(chr, range(33, 127))) + "/the-token+=="
FOUND = {"errcode": 0, "errmsg": "ok", "result": {"unionid": "u", "userid": "manager"}}


@pytest.fixture
def records(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Return a function that returns everything logged so far, as text."""
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "httpx", "httpcore", "requests", "airflow_provider_dingtalk_calendar"):
        caplog.set_level(logging.DEBUG, logger=name)

    def text() -> str:
        return "\n".join(
            f"{record.getMessage()} {record.args!r} {record.exc_text}" for record in caplog.records
        )

    return text


def ordered(emulator: DingTalkEmulator, value: str = ODD_TOKEN) -> None:
    emulator.order(Fault.answer(200, {"accessToken": value, "expireIn": 7200}).on("GetAccessToken"))


def assert_hidden(text: str, value: str = ODD_TOKEN) -> None:
    for form in {value, quote(value, safe=""), quote(value), value[-12:], quote(value[-12:], safe="")}:
        assert form not in text


def test_the_token_goes_into_the_url_as_it_is(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    ordered(dingtalk_emulator)
    dingtalk_emulator.order(Fault.answer(200, FOUND).on("OapiV2UserGet"))
    assert call("get_union_id", "manager") == "u"
    entry = dingtalk_emulator.journal[-1]
    assert entry.target == f"/topapi/v2/user/get?access_token={quote(ODD_TOKEN, safe='')}"
    assert entry.body == {"userid": "manager"}
    assert "x-acs-dingtalk-access-token" not in entry.headers


def test_no_log_shows_the_token_even_if_nothing_is_masked(
    call: Any, dingtalk_emulator: DingTalkEmulator, records: Callable[[], str]
) -> None:
    ordered(dingtalk_emulator)
    dingtalk_emulator.order(Fault.answer(200, FOUND).on("OapiV2UserGet"))
    call("get_union_id", "manager")
    assert records()
    assert_hidden(records())


def test_both_forms_are_masked_before_the_token_is_used(
    call: Any, dingtalk_emulator: DingTalkEmulator
) -> None:
    ordered(dingtalk_emulator)
    call("get_access_token")
    assert call.masked == [dingtalk_emulator.client_secret, ODD_TOKEN, quote(ODD_TOKEN, safe="")]
    assert dingtalk_emulator.journal.operations == ["GetAccessToken"]


def test_a_token_that_is_the_same_in_a_url_is_masked_once() -> None:
    story = Story([token("plain-token_1.~"), answer(FOUND)])
    Operations(story).get_union_id("manager")
    assert story.masked == ["client-secret-of-the-story", "plain-token_1.~"]
    assert tuple(AccessToken("a/b", 0.0, 1.0).forms) == ("a/b", "a%2Fb")


FAULTS = {
    "dropped": Fault.drop(),
    "silent": Fault.silence(),
    "truncated": Fault.truncated(),
    "busy": Fault.error(503, "x"),
    "redirect": Fault.redirect("http://127.0.0.1:9/elsewhere"),
    "not JSON": Fault.not_json(),
    "blocked": Fault.ip_block(),
    "refused": Fault.answer(200, {"errcode": 60121, "errmsg": f"no user for access_token={ODD_TOKEN}"}),
    "refused, as sent": Fault.answer(
        200, {"errcode": 88, "sub_code": "1", "sub_msg": f"/x?access_token={quote(ODD_TOKEN, safe='')}"}
    ),
    "token in the code": Fault.answer(200, {"errcode": ODD_TOKEN, "errmsg": "", "request_id": ODD_TOKEN}),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_no_error_shows_the_token(
    fault: Fault,
    open_client: Callable[..., Any],
    dingtalk_emulator: DingTalkEmulator,
    records: Callable[[], str],
) -> None:
    call = open_client(max_wait=0.0, timeout=0.3)
    ordered(dingtalk_emulator)
    dingtalk_emulator.order(fault.on("OapiV2UserGet"))
    with pytest.raises(errors.DingTalkError) as raised:
        call("get_union_id", "manager")
    error = raised.value
    shown = [str(error), repr(error), repr(vars(error)), *traceback.format_exception(error)]
    assert_hidden("\n".join(shown))
    assert_hidden(records())


def test_no_error_shows_the_token_if_nothing_listens(
    open_client: Callable[..., Any], dingtalk_emulator: DingTalkEmulator
) -> None:
    ordered(dingtalk_emulator)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        call = open_client(max_wait=0.0, oapi_url=f"http://127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(errors.RequestNotSentError) as raised:
            call("get_union_id", "manager")
    assert_hidden("\n".join([repr(raised.value), *traceback.format_exception(raised.value)]))


def test_no_repr_shows_the_token() -> None:
    story = Story([token(ODD_TOKEN), answer(FOUND)])
    client = Operations(story)
    client.get_union_id("manager")
    request = story.sent[-1]
    assert quote(ODD_TOKEN, safe="") in request.url
    assert repr(request) == "Request(POST https://oapi.dingtalk.io/topapi/v2/user/get)"
    assert_hidden(f"{request!r} {client._calls!r} {client._calls._tokens!r} {GET_USER!r}")


@pytest.mark.parametrize("refusal", [40014, 42001, "40014"])
def test_a_refused_token_is_refreshed_once(
    refusal: object, call: Any, dingtalk_emulator: DingTalkEmulator
) -> None:
    dingtalk_emulator.add_user(userid="manager", union_id="u")
    ordered(dingtalk_emulator)
    dingtalk_emulator.order(Fault.answer(200, {"errcode": refusal, "errmsg": "x"}).on("OapiV2UserGet"))
    assert call("get_union_id", "manager") == "u"
    operations = dingtalk_emulator.journal.operations
    assert operations == ["GetAccessToken", "OapiV2UserGet", "GetAccessToken", "OapiV2UserGet"]


def test_a_missing_user(call: Any) -> None:
    for method, argument, named in (
        ("get_union_id", "nobody", "userid 'nobody'"),
        ("get_userid", "no-union", "unionid 'no-union'"),
        ("get_userid_by_mobile", "1", "mobile '1'"),
    ):
        with pytest.raises(errors.NotFoundError, match=f"; the request names {named} "):
            call(method, argument)
