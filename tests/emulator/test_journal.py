"""The journal, read in the process and over HTTP, and the emulator's other control paths."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

from airflow_provider_dingtalk_calendar.emulator import Fault, Journal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.emulator.conftest import Caller, Clock


def control(caller: Caller, method: str, path: str, **options: Any) -> requests.Response:
    return caller.session.request(method, f"{caller.emulator.url}/_emulator/{path}", timeout=10, **options)


def test_the_journal_holds_each_request_and_its_outcome(serve: Callable[..., Caller], clock: Clock) -> None:
    caller = serve(clock=clock)
    caller.fetch_token()
    clock.now += 5
    response = caller.create(name="发布")
    caller.call("GET", "/nowhere")

    journal = caller.emulator.journal
    assert isinstance(journal, Journal)
    assert journal.operations == ["GetAccessToken", "CreateSubscribedCalendar", None]
    entry = journal[1]
    assert journal.of("CreateSubscribedCalendar") == [entry]
    assert journal[1:2] == (entry,)
    assert entry.method == "POST"
    assert entry.target == "/v1.0/calendar/users/author/subscribedCalendars"
    assert entry.headers["x-acs-dingtalk-access-token"] == caller.token
    assert entry.body == {"name": "发布", "subscribeScope": {"openConversationIds": ["cid-team"]}}
    assert entry.raw_body == response.request.body
    assert entry.path_parameters == {"userId": "author"}
    assert (entry.status, entry.fault, entry.effect) == (200, None, True)
    assert entry.request_id == response.headers["x-acs-request-id"]
    assert entry.time == clock.now
    assert journal[2].body is None
    assert [journal[0].effect, journal[2].effect] == [True, False]


def test_the_shown_journal_has_no_secrets(caller: Caller) -> None:
    secret, token = caller.emulator.client_secret, caller.token
    caller.created()
    caller.call("POST", f"/x?access_token={token}&a=1", json={"list": [{"clientSecret": secret}], "n": None})
    caller.emulator.order(Fault.drop())
    with pytest.raises(requests.ConnectionError):
        caller.call("GET", "/x", headers={"Authorization": f"Bearer {secret}"})

    answer = control(caller, "GET", "journal")
    for shown in (repr(caller.emulator.journal), str(caller.emulator.journal[0]), answer.text):
        assert secret not in shown
        assert token not in shown
        assert "GetAccessToken" in shown
    assert repr(caller.emulator.journal[1]).startswith("RecordedRequest(operation='CreateSubscribedCalendar'")
    requests_shown = answer.json()["requests"]
    assert requests_shown[0]["body"] == {"appKey": caller.emulator.client_id, "appSecret": "***"}
    assert requests_shown[1]["body"]["name"] == "Releases"
    assert requests_shown[2]["target"] == "/x?access_token=***&a=1"
    assert requests_shown[2]["body"] == {"list": [{"clientSecret": "***"}], "n": None}
    assert (requests_shown[3]["fault"], requests_shown[3]["status"]) == ("drop", None)


def test_own_paths_are_not_recorded_and_need_no_token(caller: Caller) -> None:
    calendar_id = caller.created(managers=["editor"])
    before = len(caller.emulator.journal)

    (calendar,) = control(caller, "GET", "calendars").json()["calendars"]
    assert (calendar["calendar_id"], calendar["managers"]) == (calendar_id, ["editor"])
    assert calendar["subscribe_scope"]["openConversationIds"] == ["cid-team"]
    assert control(caller, "POST", "tokens/expire").json() == {}
    assert caller.create().json()["code"] == "InvalidAuthentication"
    caller.fetch_token()
    assert control(caller, "POST", "tokens/revoke").json() == {}
    assert caller.create().json()["code"] == "InvalidAuthentication"
    assert len(caller.emulator.journal) == before + 3
    assert control(caller, "POST", "reset").json() == {}
    assert (caller.emulator.calendars, len(caller.emulator.journal)) == ([], 0)


@pytest.mark.parametrize(("method", "path"), [("GET", "reset"), ("GET", "x"), ("POST", "journal")])
def test_an_unknown_own_path_is_answered_with_the_known_ones(caller: Caller, method: str, path: str) -> None:
    response = control(caller, method, path)

    assert response.status_code == 404
    assert "POST /_emulator/faults" in response.json()["error"]
    assert len(caller.emulator.journal) == 1


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ({"kind": "drop"}, Fault.drop()),
        ({"kind": "drop", "operation": None, "after_effect": False, "times": 1}, Fault.drop()),
        ({"kind": "truncated", "after_effect": True}, Fault.truncated().after_effect()),
        ({"kind": "drop", "late_effect": 3.5}, Fault.drop().late_effect(3.5)),
        (
            {"kind": "empty", "late_effect": 3600, "after_effect": False, "times": 2},
            Fault.empty().late_effect(3600).times(2),
        ),
        ({"kind": "error", "status": 429, "code": "system.busy"}, Fault.error(429, "system.busy")),
        (
            {"kind": "error", "status": 500, "code": "c", "message": "m", "times": 2},
            Fault.error(500, "c", "m").times(2),
        ),
        ({"kind": "silence"}, Fault.silence()),
        ({"kind": "silence", "seconds": 0.5}, Fault.silence(0.5)),
        ({"kind": "redirect", "location": "/x"}, Fault.redirect("/x")),
        (
            {"kind": "answer", "status": 200, "body": {"calendarId": ""}},
            Fault.answer(200, {"calendarId": ""}),
        ),
        ({"kind": "proxy_page", "status": 403}, Fault.proxy_page(403)),
        ({"kind": "ip_block", "operation": "GetAccessToken"}, Fault.ip_block().on("GetAccessToken")),
    ],
)
def test_a_fault_is_ordered_in_json(caller: Caller, form: dict[str, object], fault: Fault) -> None:
    response = control(caller, "POST", "faults", json=form)

    assert response.status_code == 200
    assert Fault(**response.json()["ordered"]) == fault


def test_a_fault_ordered_in_json_happens(caller: Caller) -> None:
    control(
        caller, "POST", "faults", json={"kind": "html", "operation": "ListCalendars", "after_effect": True}
    )

    caller.created()
    response = caller.call("GET", "/v1.0/calendar/users/u/calendars")
    assert response.headers["Content-Type"].startswith("text/html")


def test_a_late_effect_ordered_in_json_happens(serve: Callable[..., Caller], clock: Clock) -> None:
    caller = serve(clock=clock)
    caller.fetch_token()
    control(caller, "POST", "faults", json={"kind": "empty", "late_effect": 3.5})

    assert caller.create().content == b""
    clock.now += 3.25
    assert control(caller, "GET", "calendars").json() == {"calendars": []}
    clock.now += 0.25
    assert len(control(caller, "GET", "calendars").json()["calendars"]) == 1


@pytest.mark.parametrize(
    ("form", "field", "says"),
    [
        ([], "body", "JSON object"),
        ({}, "kind", "one of error, drop, silence"),
        ({"kind": ["drop"]}, "kind", "one of error"),
        ({"kind": "explode"}, "kind", "one of error"),
        (
            {"kind": "drop", "status": 1},
            "status",
            "a fault of kind drop has kind, operation, after_effect, late_effect, times",
        ),
        ({"kind": "error", "code": "x"}, "status", "missing"),
        ({"kind": "error", "status": 500}, "code", "missing"),
        ({"kind": "error", "status": True, "code": "x"}, "status", "from 200 to 599"),
        ({"kind": "error", "status": 199, "code": "x"}, "status", "from 200 to 599"),
        ({"kind": "error", "status": 500, "code": 5}, "code", "text"),
        ({"kind": "error", "status": 500, "code": "x", "message": 5}, "message", "text"),
        ({"kind": "redirect"}, "location", "missing"),
        ({"kind": "redirect", "location": None}, "location", "text"),
        ({"kind": "answer", "status": 200}, "body", "missing"),
        ({"kind": "silence", "seconds": 0}, "seconds", "seconds up to 3600"),
        ({"kind": "silence", "seconds": "1"}, "seconds", "seconds up to 3600"),
        ({"kind": "silence", "seconds": 1e999}, "seconds", "seconds up to 3600"),
        ({"kind": "drop", "operation": "Create"}, "operation", "CreateSubscribedCalendar"),
        ({"kind": "drop", "times": 0}, "times", "at least 1"),
        ({"kind": "drop", "times": True}, "times", "at least 1"),
        ({"kind": "drop", "after_effect": 1}, "after_effect", "true or false"),
        ({"kind": "drop", "late_effect": 0}, "late_effect", "seconds up to 3600"),
        ({"kind": "drop", "late_effect": 3601}, "late_effect", "seconds up to 3600"),
        ({"kind": "drop", "late_effect": None}, "late_effect", "seconds up to 3600"),
        ({"kind": "drop", "late_effect": True}, "late_effect", "seconds up to 3600"),
        ({"kind": "drop", "late_effect": 1, "after_effect": True}, "late_effect", "after_effect true"),
    ],
)
def test_a_faulty_order_is_refused_by_field(caller: Caller, form: object, field: str, says: str) -> None:
    response = control(caller, "POST", "faults", data=json.dumps(form))

    assert response.status_code == 400
    assert response.json()["field"] == field
    assert says in response.json()["error"]
    assert caller.fetch_token().status_code == 200
