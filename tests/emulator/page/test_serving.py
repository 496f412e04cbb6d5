"""The page at ``/``: who may see it, what it shows besides events, and that it leaves the API alone."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import pytest
import requests

from airflow_provider_dingtalk_calendar.emulator import Fault
from tests.emulator.conftest import error_of
from tests.emulator.event_calls import all_day, create, created, one, people
from tests.emulator.page.reading import Shown, opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.emulator.conftest import Caller, Clock


def test_it_needs_no_token_and_leaves_no_trace(caller: Caller) -> None:
    caller.created(name="Freezes")
    metered, entries = caller.emulator.metered_calls, len(caller.emulator.journal)
    caller.emulator.order(Fault.error(500, "x"))
    caller.emulator.fail_at_random(1)

    response = requests.get(f"{caller.emulator.url}/", timeout=10)

    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/html;charset=utf-8")
    assert Shown(response.text).titles == ["Freezes"]
    assert (caller.emulator.metered_calls, len(caller.emulator.journal)) == (metered, entries)
    assert caller.create().status_code == 500


def test_a_browser_may_load_nothing_else(caller: Caller) -> None:
    response = requests.get(f"{caller.emulator.url}/", timeout=10)

    policy = response.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "style-src 'unsafe-inline'", "frame-ancestors 'none'"} <= set(policy)
    assert not re.search(r"script|https?:|//|url\(|@import", response.text.partition("<body>")[0])
    head = requests.head(f"{caller.emulator.url}/", timeout=10)
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize("request_", ["POST /", "PUT /", "GET //", "GET /index.html", "GET /favicon.ico"])
def test_everything_else_is_still_an_unknown_api(caller: Caller, request_: str) -> None:
    received = caller.raw(f"{request_} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n".encode())

    assert received.startswith(b"HTTP/1.1 404")
    assert b"InvalidAction.NotFound" in received
    assert caller.emulator.journal[-1].target == request_.split()[1]


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
def test_it_is_shown_to_this_machine_only(caller: Caller, headers: dict[str, str]) -> None:
    caller.created(name="Freezes")

    response = requests.get(f"{caller.emulator.url}/", headers=headers, timeout=10)

    assert response.status_code == 403
    assert "localhost" in response.text
    assert "Freezes" not in response.text


@pytest.mark.parametrize(
    "query",
    ["2026-13", "2026-1", "2026-00", "1969-12", "2200-01", "x", "", "2026-01-01", "2026-11&month=2026-11"],
)
def test_a_wrong_month_is_answered_with_the_right_ones(caller: Caller, query: str) -> None:
    response = requests.get(f"{caller.emulator.url}/?month={query}", timeout=10)

    assert response.status_code == 400
    assert "YYYY-MM, from 1970-01 to 2199-12" in Shown(response.text).text


@pytest.mark.parametrize(
    ("month", "links"),
    [("1970-01", ["1970-02"]), ("2026-12", ["2026-11", "2027-01"]), ("2199-12", ["2199-11"])],
)
def test_it_links_the_months_beside_it(caller: Caller, month: str, links: list[str]) -> None:
    page = opened(caller, month)

    assert page.all_text("h2") == [
        datetime.fromisoformat(f"{month}-01").strftime("%B %Y"),
        "No calendars yet",
    ]
    assert [link.get("href") for link in page.tags("a", within="month")] == [f"?month={one}" for one in links]


def test_the_present_month_is_that_of_the_emulators_clock_in_china(
    serve: Callable[..., Caller], clock: Clock
) -> None:
    clock.now = datetime(2026, 11, 30, 17, tzinfo=timezone.utc).timestamp()
    caller = serve(clock=clock)

    page = opened(caller)

    assert page.all_text("h2")[0] == "December 2026"
    assert [day.findtext("time") for day in page.tags("li", "today")] == []
    caller.fetch_token()
    caller.created()
    assert [day.findtext("time") for day in opened(caller).tags("li", "today")] == ["1"]


def test_it_shows_the_people_of_a_calendar(caller: Caller) -> None:
    caller.emulator.add_user(userid="alice", union_id="u-alice", name="Alice")
    calendar_id = caller.created(
        "u-alice",
        name="Freezes",
        description="For all",
        managers=["editor"],
        subscribeScope={"corpIds": ["c"]},
    )
    for number in range(22):
        caller.subscription("subscribe", calendar_id, f"u{number:02}")

    page = opened(caller)

    (subscribers,) = (people for role, people in page.people if role == "subscribers")
    assert page.people[:2] == [("owner", "Alice (u-alice)"), ("managers", "editor")]
    assert subscribers == f"{', '.join(f'u{number:02}' for number in range(20))} and 2 more"
    assert "For all" in page.text


def test_it_shows_the_primary_calendars_that_have_events(caller: Caller) -> None:
    event_id = created(caller, all_day(attendees=people("guest", "gone")), user="host")
    caller.call(
        "POST",
        "/v1.0/calendar/users/host/calendars/primary/acls",
        json={"privilege": "reader", "sendMsg": False, "scope": {"scopeType": "user", "userId": "friend"}},
    )
    assert one(caller, "DELETE", event_id, user="gone").status_code == 200

    page = opened(caller, "2027-01")

    assert page.titles == ["Primary calendar"] * 2
    assert page.people == [
        ("owner", "host"),
        ("shared with", "friend: reader"),
        ("owner", "guest"),
        ("shared with", "none"),
    ]


def test_it_shows_at_most_fifty_calendars(caller: Caller) -> None:
    for number in range(52):
        caller.created(name=f"C{number}")

    page = opened(caller)

    assert (page.titles[0], page.titles[-1], len(page.titles)) == ("C0", "C49", 50)
    assert "2 more calendars are not shown" in page.text


def test_it_shows_the_latest_requests_and_what_they_cost(serve: Callable[..., Caller], clock: Clock) -> None:
    clock.now = datetime(2026, 11, 30, 1, 2, 3, tzinfo=timezone.utc).timestamp()
    caller = serve(clock=clock, qps_limit=1, monthly_quota=1000)
    assert "Requests None yet" in opened(caller).text
    caller.fetch_token()
    caller.created()
    caller.create()
    caller.emulator.order(Fault.drop().on("ListCalendars").after_effect())
    with pytest.raises(requests.ConnectionError):
        caller.listed()
    caller.call("GET", "/nowhere?access_token=hidden")

    page = opened(caller)

    assert page.requests == [
        ["09:02:03", "GET", "/nowhere?access_token=***", "404", "free"],
        ["09:02:03", "GET", "ListCalendars fault: drop", "no answer", "1"],
        ["09:02:03", "POST", "CreateSubscribedCalendar", "403", "free"],
        ["09:02:03", "POST", "CreateSubscribedCalendar", "200", "1"],
        ["09:02:03", "POST", "GetAccessToken", "200", "free"],
    ]
    assert page.metered == "Metered calls this month 2 of 1,000 CreateSubscribedCalendar 1 ListCalendars 1"
    caller.emulator.options.monthly_quota = None
    assert "Metered calls this month 2 CreateSubscribedCalendar" in opened(caller).metered
    for _ in range(20):
        caller.call("GET", "/nowhere")
    page = opened(caller)
    assert (len(page.requests), page.requests[0][2]) == (20, "/nowhere")
    assert "The latest 20 of 25 requests" in page.text


def test_it_shows_likely_mistakes(caller: Caller) -> None:
    caller.emulator.options.missing_permissions = ["Calendar.Calendar.Write"]
    assert error_of(caller.create())[0] == 403

    assert "the app lacks the permission Calendar.Calendar.Write" in opened(caller).requests[0][2]


def test_what_people_typed_is_text(caller: Caller) -> None:
    bad = """<script>alert("1")</script>&amp;'{{ 7 * 7 }}"""
    calendar_id = caller.created(bad[:8], name=bad, description=bad, managers=[bad])
    mark = "[airflow <b>/<i> 0123abcd]".replace("</", "/")
    body = all_day(summary=bad, location={"displayName": bad}, description=f"{bad}\n{mark}")
    assert create(caller, body, bad[:8], calendar_id).status_code == 200
    caller.call("GET", f"/{bad}")

    # The page is also well-formed XML, so the reader would refuse a tag that is not closed.
    page = opened(caller, "2027-01")

    assert page.text.count(bad) >= 5
    assert not page.kinds & {"script", "i"}


def test_a_lone_surrogate_does_not_hurt(caller: Caller) -> None:
    caller.created(name="a \ud800 b")

    assert opened(caller).titles == ["a ? b"]


def test_a_mark_is_hidden_before_it_is_split(serve: Callable[..., Caller]) -> None:
    caller = serve(client_secret="quite/my-own")
    caller.fetch_token()
    body = all_day(summary="s", description="[airflow quite/my-own 0123abcd]")
    assert create(caller, body, "u", caller.created("u")).status_code == 200

    shown = opened(caller, "2027-01").source

    assert not re.search("quite|my-own", re.sub(r"<[^>]*>", "", shown))


def test_no_secret_is_shown_wherever_it_stands(serve: Callable[..., Caller]) -> None:
    caller = serve(client_secret="quite-my-own", qps_limit=None)
    caller.fetch_token()
    for secret in (caller.token, "quite-my-own"):
        calendar_id = caller.created(secret, name=secret, description=f"a {secret} b", managers=[secret])
        body = all_day(
            summary=secret,
            description=f"[airflow {secret}/{secret} 0123abcd]",
            location={"displayName": secret},
        )
        assert create(caller, body, secret, calendar_id).status_code == 200
        caller.call("GET", f"/{secret}?q={secret}")

    shown = opened(caller, "2027-01").source

    assert caller.token not in shown
    assert "quite-my-own" not in shown
    assert shown.count("***") >= 8
