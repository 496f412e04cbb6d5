"""The official SDK creates, uses and deletes a calendar in the emulator, and connects to no other host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tests.oracle.calls import Call
from tests.oracle.operations import CALENDARS, SCOPE
from tests.oracle.sdk import run_sdk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

AUTHOR = "zhangsan-unionid"


@pytest.fixture
def emulator() -> Iterator[DingTalkEmulator]:
    with DingTalkEmulator() as running:
        yield running


def get_token(emulator: DingTalkEmulator) -> Call:
    return Call("GetAccessToken", request={"appKey": emulator.client_id, "appSecret": emulator.client_secret})


def test_the_official_sdk_completes_every_operation(emulator: DingTalkEmulator) -> None:
    fields = CALENDARS[-1]
    created = run_sdk(
        emulator.url,
        [get_token(emulator), Call("CreateSubscribedCalendar", {"userId": AUTHOR}, fields)],
    )
    calendar_id = created[1]["result"]["calendarId"]
    assert [calendar.calendar_id for calendar in emulator.calendars] == [calendar_id]

    # The emulator's ids are base64 with a slash. Callers of the SDK must escape such ids themselves.
    ids = {"userId": AUTHOR, "calendarId": quote(calendar_id, safe="")}
    reader = {**ids, "userId": SCOPE["unionIds"][0]}
    answers = run_sdk(
        emulator.url,
        [
            get_token(emulator),
            Call("GetSubscribedCalendar", ids),
            Call("GetSubscribedCalendar", {"userId": AUTHOR, "calendarId": calendar_id}),
            Call("UpdateSubscribedCalendars", ids, {"name": "改名"}),
            Call("GetSubscribedCalendar", ids),
            Call("ListCalendars", {"userId": AUTHOR}),
            Call("SubscribeCalendar", reader),
            Call("ListCalendars", {"userId": reader["userId"]}),
            Call("UnsubscribeCalendar", reader),
            Call("ListCalendars", {"userId": reader["userId"]}),
            Call("DeleteSubscribedCalendar", ids),
            Call("GetSubscribedCalendar", ids),
        ],
    )

    def listed(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
        calendars = answer["result"]["response"]["calendars"]
        return [(entry["id"], entry["summary"]) for entry in calendars if entry["type"] == "subscribed"]

    token, got, unescaped, updated, got_again, own, subscribed, read, unsubscribed, left, deleted, gone = (
        answers
    )
    assert token["result"]["accessToken"] == created[0]["result"]["accessToken"]
    assert got["result"] == {"calendarId": calendar_id, "author": AUTHOR, **fields}
    assert unescaped["error"]["status"] == 404
    assert updated["result"] == {"result": True}
    assert got_again["result"] == {**got["result"], "name": "改名"}
    assert listed(own) == [(calendar_id, "改名")]
    assert subscribed["result"] is None
    assert listed(read) == [(calendar_id, "改名")]
    assert unsubscribed["result"] == {"result": True}
    assert listed(left) == []
    assert deleted["result"] == {"result": True}
    assert gone["error"]["status"] == 404
    assert not list(emulator.calendars)


def test_the_sdk_reaches_nothing_but_the_emulator(emulator: DingTalkEmulator) -> None:
    with pytest.raises(pytest.fail.Exception, match=r"refused to connect to \('127\.0\.0\.1', 9\)"):
        run_sdk(emulator.url, [get_token(emulator)], {"http_proxy": "http://127.0.0.1:9"})
