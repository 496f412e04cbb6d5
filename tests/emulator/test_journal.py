"""The journal, read in the process and over HTTP, and the emulator's other control paths."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import requests

from airflow_provider_dingtalk_calendar.emulator import Fault, Journal
from tests.emulator.page.reading import opened

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
    assert (entry.status, entry.fault, entry.effect, entry.metered) == (200, None, True, True)
    assert entry.request_id == response.headers["x-acs-request-id"]
    assert entry.time == clock.now
    assert journal[2].body is None
    assert [journal[0].effect, journal[2].effect] == [True, False]
    assert [journal[0].metered, journal[2].metered] == [False, False]


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


VALUE = "Sup3r+Secret/Value"  # not a secret of the emulator
CODED = "Sup3r%2BSecret%2FValue"


@pytest.mark.parametrize(
    ("target", "headers", "body"),
    [
        (f"/x?appSecret={CODED}", {}, b""),
        (f"/x?APPSECRET={CODED}", {}, b""),
        (f"/x?a=1;app_secret={CODED}", {}, b""),
        (f"/x?app%53ecret={CODED}", {}, b""),
        (f"/x?app%2553ecret={CODED}", {}, b""),
        (f"/x?next=https%3A%2F%2Fy%3FappSecret%3D{CODED}", {}, b""),
        (f"/x?data=%7B%22appSecret%22%3A%22{CODED}%22%7D", {}, b""),
        ("/x", {"X-ACS-DingTalk-Access-Token": VALUE}, b""),
        ("/x", {"X-App-Secret": VALUE}, b""),
        ("/x", {"authorization": f"Bearer {VALUE}"}, b""),
        ("/x", {"X-Forwarded": f"bearer {VALUE}"}, b""),
        ("/x", {"X-Forwarded": f"Basic {VALUE}"}, b""),
        ("/x", {"Cookie": f"session={VALUE}"}, b""),
        ("/x", {"Referer": f"http://y/?refreshToken={VALUE}"}, b""),
        ("/x", {}, json.dumps([{"App-Secret": VALUE}]).encode()),
        ("/x", {}, json.dumps({"a": {"b": [{"APPSECRET": {"value": VALUE}}]}}).encode()),
        ("/x", {}, b'{"\\u0061ppSecret": "Sup3r\\u002bSecret\\/Value"}'),  # pragma: allowlist secret
        ("/x", {}, json.dumps({"note": json.dumps({"clientSecret": VALUE})}).encode()),
        ("/x", {}, json.dumps({"note": f"appSecret: {VALUE}"}).encode()),
        ("/x", {}, json.dumps({"url": f"https%3A%2F%2Fy%3Fapp%53ecret%3D{CODED}"}).encode()),
        ("/x", {"Content-Type": "application/x-www-form-urlencoded"}, f"a=1&suite%54icket={CODED}".encode()),
        ("/x", {"Content-Type": "Application/X-WWW-Form-Urlencoded"}, f"SuiteSecret={CODED}".encode()),
    ],
)
def test_a_secret_is_hidden_however_its_name_is_spelled(
    caller: Caller, target: str, headers: dict[str, str], body: bytes
) -> None:
    caller.call("POST", target, headers=headers, data=body)

    shown = repr(caller.emulator.journal), control(caller, "GET", "journal").text, opened(caller).source
    for text in shown:
        assert not re.search(r"sup3r|secret(/|%2f|%252f)value", text, re.IGNORECASE), text
    # The page shows neither headers nor bodies.
    assert all("***" in text for text in shown[:2])


@pytest.mark.parametrize("encode", [str, lambda text: "".join(f"%{ord(letter):02x}" for letter in text)])
def test_the_emulators_own_secrets_are_hidden_anywhere(
    serve: Callable[..., Caller], encode: Callable[[str], str]
) -> None:
    caller = serve(client_secret="quite-my-own", qps_limit=None)
    caller.fetch_token()
    caller.emulator.push_suite_ticket()
    secrets = caller.emulator.issued_secrets
    assert {"quite-my-own", caller.token} <= set(secrets)
    for secret in secrets:
        text = encode(secret)
        caller.call("POST", f"/{text}/y?q={text}&{text}", headers={"X-Y": text}, json={text: f"a {text} b"})
        caller.call("GET", f"/v1.0/calendar/users/{text}/calendars")

    for shown in (
        repr(caller.emulator.journal),
        control(caller, "GET", "journal").text,
        opened(caller).source,
    ):
        for secret in secrets:
            assert secret not in shown
            assert encode(secret) not in shown


def test_what_is_no_secret_is_shown_as_it_was_sent(caller: Caller) -> None:
    target = "/v1.0/calendar/users/u%2F1/calendars?nextToken=abc%3D&syncToken=def%3D&code2=%7B%5B&x"
    body = {"description": "[airflow dag/key 3fa] at 10:00", "appKey": "key", "list": [1, None, "[1,  2]"]}
    caller.call("GET", target, headers={"x-client-token": "mine"}, json=body)

    shown = control(caller, "GET", "journal").json()["requests"][-1]
    assert (shown["target"], shown["body"], shown["headers"]["x-client-token"]) == (target, body, "mine")
    assert shown["path_parameters"] == {"userId": "u/1"}


def test_a_body_that_is_nested_too_deeply_does_not_hurt_the_journal(caller: Caller) -> None:
    caller.call("POST", "/x", data=b"[" * 900 + b"]" * 900)

    assert control(caller, "GET", "journal").status_code == 200


def test_the_journal_keeps_the_newest_requests(serve: Callable[..., Caller]) -> None:
    caller = serve(journal_size=3)
    for number in range(5):
        caller.call("GET", f"/{number}")

    journal = caller.emulator.journal
    assert [entry.target for entry in journal] == ["/2", "/3", "/4"]
    assert (len(journal), journal.dropped, journal[0].target) == (3, 2, "/2")
    assert repr(journal).startswith("Journal(kept=3, dropped=2, ")
    answer = control(caller, "GET", "journal").json()
    assert (answer["kept"], answer["dropped"], len(answer["requests"])) == (3, 2, 3)
    caller.emulator.options.journal_size = 1
    caller.call("GET", "/5")
    assert ([entry.target for entry in journal], journal.dropped) == (["/5"], 5)
    caller.emulator.reset()
    assert (len(journal), journal.dropped) == (0, 0)


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
        ({"kind": "error", "status": 500, "code": 5}, "code", "string"),
        ({"kind": "error", "status": 500, "code": "x", "message": 5}, "message", "string"),
        ({"kind": "redirect"}, "location", "missing"),
        ({"kind": "redirect", "location": None}, "location", "string"),
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
