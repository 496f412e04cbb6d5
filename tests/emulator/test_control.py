"""The control paths: who may use them, the clock, and the count of metered calls."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest
import requests

from airflow_provider_dingtalk_calendar.emulator import Fault
from tests.emulator.event_calls import created, listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.emulator.conftest import Caller, Clock


def control(caller: Caller, method: str, path: str, **options: Any) -> requests.Response:
    return requests.request(method, f"{caller.emulator.url}/_emulator/{path}", timeout=10, **options)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:80"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "localhost.evil.example"},
        {"Host": "10.0.0.1"},
        {"Host": "["},
        {"Host": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost@evil.example"},
        {"Origin": "null"},
        {"Host": "localhost", "Origin": "http://evil.example:8090"},
    ],
)
def test_control_from_elsewhere_is_refused(caller: Caller, headers: dict[str, str]) -> None:
    caller.created()

    for method, path in (("GET", "journal"), ("POST", "reset"), ("POST", "faults"), ("GET", "nowhere")):
        response = control(caller, method, path, headers=headers, json={"kind": "drop"})
        assert response.status_code == 403
        assert "localhost" in response.json()["error"]
    assert len(caller.emulator.calendars) == 1
    assert caller.fetch_token().status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "localhost:9999"},
        {"Host": "LOCALHOST"},
        {"Host": "127.0.0.2"},
        {"Host": "[::1]:80"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "https://127.0.0.1"},
    ],
)
def test_control_from_this_machine_is_answered(caller: Caller, headers: dict[str, str]) -> None:
    assert control(caller, "GET", "journal", headers=headers).status_code == 200


def test_the_api_itself_is_open_to_any_host(caller: Caller) -> None:
    headers = {"Host": "api.dingtalk.com", "x-acs-dingtalk-access-token": caller.token}
    assert caller.call("GET", "/v1.0/calendar/users/u/calendars", headers=headers).status_code == 200


def test_the_clock_can_be_moved(serve: Callable[..., Caller], clock: Clock) -> None:
    caller = serve(clock=clock, qps_limit=None, monthly_quota=1)
    caller.fetch_token()
    began = caller.emulator.now
    assert began == clock.now == control(caller, "GET", "clock").json()["now"]
    caller.emulator.order(Fault.empty().on("CreateSubscribedCalendar").late_effect(60))
    caller.create()

    assert control(caller, "POST", "clock", json={"advance": 59.5}).json() == {"now": began + 59.5}
    assert caller.emulator.calendars == []
    caller.emulator.advance(0.5)
    assert [calendar.created_at for calendar in caller.emulator.calendars] == [began + 60]
    clock.now += 5
    assert caller.emulator.now == began + 65
    month_later = datetime(2027, 3, 1, tzinfo=timezone.utc).timestamp()
    assert control(caller, "POST", "clock", json={"now": month_later}).json() == {"now": month_later}
    caller.fetch_token()
    caller.listed()
    caller.emulator.reset()
    assert caller.emulator.now == month_later
    caller.emulator.now = began
    assert caller.emulator.now == began


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "body"),
        ([], "body"),
        ({"advance": 1, "now": 2}, "body"),
        ({"to": 1}, "body"),
        ({"advance": "1"}, "advance"),
        ({"advance": True}, "advance"),
        ({"now": 1e300}, "now"),
        ({"now": float("nan")}, "now"),
    ],
)
def test_a_faulty_move_is_refused(caller: Caller, form: Any, field: str) -> None:
    response = control(caller, "POST", "clock", data=json.dumps(form))

    assert (response.status_code, response.json()["field"]) == (400, field)


def test_metered_calls_are_counted(serve: Callable[..., Caller], clock: Clock) -> None:
    caller = serve(clock=clock, qps_limit=2)
    caller.emulator.add_user(userid="alice", union_id="u-alice")
    caller.fetch_token()
    caller.call("POST", f"/topapi/v2/user/get?access_token={caller.token}", json={"userid": "alice"})
    assert caller.emulator.metered_calls.total() == 0

    created(caller)
    for _ in range(3):
        caller.call("GET", "/v1.0/calendar/users/u/calendars")
    listed(caller)

    assert caller.emulator.metered_calls == {"CreateEvent": 1, "ListCalendars": 2, "ListEvents": 1}
    answer = control(caller, "GET", "calls").json()
    assert answer == {"metered": 4, "operations": dict(caller.emulator.metered_calls)}
    clock.now += 40 * 24 * 3600
    assert caller.emulator.metered_calls.total() == 0
