"""Runs without failures, for the different answers that DingTalk can give."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from airflow_provider_dingtalk_calendar.client.catalog import OPERATIONS
from airflow_provider_dingtalk_calendar.emulator import Fault, RecordedRequest
from airflow_provider_dingtalk_calendar.emulator.world import client_tokens
from tools.live.asking import QUESTIONS
from tools.live.configuration import MOST_CALLS, USUAL_CALLS, read_configuration

from .conftest import Stage

CREATE = "CreateSubscribedCalendar"
CLIENT_TOKEN = "x-client-token"


def metered(stage: Stage) -> int:
    return sum(operation in OPERATIONS for operation in stage.emulator.journal.operations)


@pytest.mark.parametrize("app_type", ["internal", "third_party_enterprise", "third_party_personal"])
def test_everything_is_answered_and_nothing_is_left(make_stage: Callable[..., Stage], app_type: str) -> None:
    stage = make_stage(app_type=app_type)

    ended = stage.run()

    assert (ended.status, stage.is_empty) == (0, True), ended.output
    assert [question for question in QUESTIONS if not ended.answer(question)] == []
    assert ended.answer("in the list at once").startswith("yes: in the first list")
    assert "all fields as sent; a new description is read at once" in ended.answer("read and changed")
    assert "(type `subscribed`, privilege `reader`)" in ended.answer("subscribe and unsubscribe")
    event = ended.answer("event go into")
    assert event.startswith(
        "yes, it is created; get: the same; list: has it at once; delete: done; get after"
    )
    for calendar in ("subscribed", "primary"):
        told = ended.answer(f"marked event in a {calendar}" if calendar == "subscribed" else "in the primary")
        assert told.startswith("list: has it, confirmed, description exactly as sent, organizer"), told
        assert "view: has it at once; change without reminders: done; a read shows" in told
        assert "delete: done; list after that: has it, cancelled, description" in told
        assert "create again with the same x-client-token: the id of the deleted event; list:" in told
    assert ended.answer("for an event with one").startswith("yes, one")
    assert ended.answer("for a calendar with one").startswith("no, two calendars")
    assert "as the client expects, which goes on with a new token" in ended.answer("invalid token")
    assert "NOT" not in ended.report
    assert "24 characters of A-Z a-z 0-9 `+` `/` `=`" in ended.answer("ids look like")
    assert "not answered" not in ended.report.replace(ended.answer("other region"), "")
    assert metered(stage) <= USUAL_CALLS


def test_the_report_shows_requests_and_answers(stage: Stage) -> None:
    ended = stage.run()

    (created,) = ended.exchanges("Is a calendar created")
    assert created.startswith(f"{CREATE} (description, name, subscribeScope): HTTP 200, calendarId; 0.")
    first, _, _ = ended.exchanges("for a calendar with one")
    assert f"(name, subscribeScope, {CLIENT_TOKEN})" in first
    tokens = [entry.headers.get(CLIENT_TOKEN) for entry in stage.emulator.journal.of(CREATE)]
    assert tokens[0] is None
    assert tokens[1] == tokens[2] is not None
    refusal, *repeated = ended.exchanges("invalid token")
    assert "HTTP 400, code `InvalidAuthentication`" in refusal
    assert [line.partition(" ")[0].rstrip(":") for line in repeated] == ["GetAccessToken", "ListCalendars"]


def test_a_run_waits_for_a_list_that_lags(stage: Stage) -> None:
    stage.emulator.list_lag = 1.2

    ended = stage.run(list_wait=10)

    listed = ended.answer("in the list at once")
    assert listed.startswith("no, but later: not in the lists asked for after 0.")
    assert (ended.status, stage.is_empty) == (0, True), ended.output


def test_a_calendar_that_is_never_listed_is_an_answer_too(stage: Stage) -> None:
    stage.emulator.list_lag = 1000

    ended = stage.run()

    assert ended.answer("in the list at once").startswith("no: not within 1 s; lists asked for after 0.")
    assert (ended.status, stage.is_empty) == (0, True), ended.output
    assert metered(stage) <= MOST_CALLS


def test_a_token_that_makes_two_events(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_tokens, "LIFETIME", 0)

    ended = stage.run()

    answer = ended.answer("for an event with one")
    assert answer == "no, two events: the answers have different ids; the list has 2 of that name"
    assert (ended.status, stage.is_empty) == (0, True), ended.output


def test_a_token_that_makes_one_calendar(stage: Stage) -> None:
    def when(entry: RecordedRequest, _: int) -> None:
        if entry.operation == CREATE and CLIENT_TOKEN in entry.headers and entry.fault is None:
            same = {"calendarId": stage.emulator.calendars[-1].calendar_id}
            stage.emulator.order(Fault.answer(200, same).on(CREATE))

    stage.when = when

    ended = stage.run()

    answer = ended.answer("for a calendar with one")
    assert answer == "yes, one: both answers have the same id; the list has 1 of that name"
    assert (ended.status, stage.is_empty) == (0, True), ended.output


def test_a_subscribed_calendar_that_takes_no_events(stage: Stage) -> None:
    stage.emulator.order(Fault.error(400, "invalidParameter.subscribed.invalid", "no").on("CreateEvent"))

    ended = stage.run()

    answer = ended.answer("event go into")
    assert answer.startswith("no: CreateEvent: HTTP 400 invalidParameter.subscribed.invalid: no")
    assert (ended.status, stage.is_empty) == (0, True), ended.output


def test_answers_that_the_client_does_not_expect_are_marked(stage: Stage) -> None:
    def when(entry: RecordedRequest, _: int) -> None:
        if entry.operation == "SubscribeCalendar" and entry.fault is None:
            stage.emulator.order(Fault.error(400, "invalidParameter", "what?").on("SubscribeCalendar"))
        if entry.operation == "DeleteSubscribedCalendar" and entry.status == 404:
            empty = {"response": {"calendars": []}}
            stage.emulator.order(Fault.answer(200, empty).on("ListCalendars"))

    stage.when = when

    ended = stage.run()

    answer = ended.answer("subscription to an unknown")
    assert answer.startswith("HTTP 400, code `invalidParameter`, message 'what?': NOT as the client expects")
    assert answer.endswith("which takes it for InvalidParameterError")
    assert "NOT as the client expects, since it is taken for a good one" in ended.answer("invalid token")
    assert "NOT" not in ended.answer("read of an unknown")
    assert stage.is_empty


def test_a_region_that_does_not_serve_the_app(stage: Stage, make_stage: Callable[..., Stage]) -> None:
    other = make_stage()

    ended = stage.run("--other-host", other.emulator.url)

    answer = ended.answer("other region")
    assert answer.startswith(f"no: {other.emulator.url[7:]} gives no token: GetAccessToken: HTTP 400")
    assert other.emulator.journal.operations == ["GetAccessToken"]
    assert ended.status == 0


def test_a_region_that_gives_a_token_but_no_list(stage: Stage, make_stage: Callable[..., Stage]) -> None:
    other = make_stage(client_secret=stage.emulator.client_secret, permissions=())

    ended = stage.run("--other-host", other.emulator.url)

    answer = ended.answer("other region")
    assert f"{other.emulator.url[7:]} gives a token, and refuses to list calendars" in answer
    assert other.emulator.journal.operations == ["GetAccessToken", "ListCalendars"]


def test_a_region_that_serves_the_app(stage: Stage, make_stage: Callable[..., Stage]) -> None:
    other = make_stage(client_secret=stage.emulator.client_secret)

    ended = stage.run("--other-host", other.emulator.url)

    answer = ended.answer("other region")
    assert answer == f"yes: {other.emulator.url[7:]} gives a token and lists 1 calendars"


def test_secrets_and_ids_in_a_message_are_hidden(stage: Stage) -> None:
    secret, (owner, corp) = stage.emulator.client_secret, ("unionIdOfTheOwner", "dingcorpidofthetest")
    told = f"{secret} {owner} {corp}"
    stage.emulator.order(Fault.error(400, "invalidParameter", told).on("UpdateSubscribedCalendars"))

    ended = stage.run()

    assert "{owner} {corpId}" in ended.answer("read and changed")
    assert ended.status == 1


@pytest.mark.parametrize(
    ("region", "other"), [("china", "api.dingtalk.io"), ("international", "api.dingtalk.com")]
)
def test_each_region_has_another(stage: Stage, region: str, other: str) -> None:
    connection = {"login": "id", "password": "secret", "extra": {"region": region}}

    configuration = read_configuration(
        {**stage.environment, "DINGTALK_LIVE_CONNECTION": json.dumps(connection)}
    )

    elsewhere = configuration.elsewhere(None)
    assert elsewhere is not None
    assert elsewhere.api_url == f"https://{other}"
    assert configuration.region == region
    assert configuration.settings.api_url != elsewhere.api_url
