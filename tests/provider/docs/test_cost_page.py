"""docs/cost.md: what each task spends, counted by the stand-in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.client.actions import Now, Outcome, Response, Send, Unknown, Wait
from airflow_provider_dingtalk_calendar.client.attempts import Pace, Patience, attempts, new_request
from airflow_provider_dingtalk_calendar.client.creation import LOOK_PAUSES
from airflow_provider_dingtalk_calendar.client.endpoint import Endpoint
from airflow_provider_dingtalk_calendar.client.endpoints import CREATE_SUBSCRIBED_CALENDAR, LIST_CALENDARS
from airflow_provider_dingtalk_calendar.client.limiter import DEFAULT_CALLS_PER_SECOND, Limiter
from airflow_provider_dingtalk_calendar.client.settings import ClientSettings
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.emulator.catalog import ROUTES
from airflow_provider_dingtalk_calendar.exceptions import DingTalkError
from airflow_provider_dingtalk_calendar.hooks import dingtalk
from tests.provider.docs.pages import rows_of, text_of
from tests.provider.docs.spending import PEOPLE, TASKS, run
from tests.provider.every_operator import OPERATORS

PAGE = "docs/cost.md"
COUNTED = {route.operation for route in ROUTES if route.permission is not None and route.is_metered}
FORBIDDEN = "Forbidden.AccessDenied."


@pytest.fixture
def emulator(unlimited: DingTalkEmulator) -> Iterator[DingTalkEmulator]:
    """A stand-in that knows people and a chat, and a process that knows no token."""
    for number in range(150):
        unlimited.add_user(userid=f"s-{number}", union_id=PEOPLE[number], mobile=f"1380000{number:04}")
    unlimited.add_department(7, [f"s-{number}" for number in range(150)])
    unlimited.add_chat("chat", "conversation")
    dingtalk.token_memory().tokens.clear()
    yield unlimited
    dingtalk.token_memory().tokens.clear()


@pytest.mark.parametrize(("operator", "task"), TASKS)
def test_what_a_task_spends(emulator: DingTalkEmulator, operator: str, task: str) -> None:
    arguments = TASKS[operator, task]()
    emulator.journal.clear()
    run(operator, **arguments)
    spent = Counter(str(name) for name in emulator.journal.operations if name != "GetAccessToken")
    told = {row[0]: row[1:] for row in rows_of(PAGE, "| task | counted |")}[task]
    counted = sum(number for name, number in spent.items() if name in COUNTED)
    requests = ", ".join(name if number == 1 else f"{name} × {number}" for name, number in spent.items())
    assert told[:2] == [str(counted), str(spent.total() - counted)]
    assert told[2] == ("the operation" if operator == "DingTalkApiOperator" else requests)


def test_every_operator_and_nothing_else_is_in_the_table() -> None:
    assert [row[0] for row in rows_of(PAGE, "| task | counted |")] == [task for _, task in TASKS]
    assert {operator for operator, _ in TASKS} == set(OPERATORS)


def test_what_a_frequent_dag_spends() -> None:
    first, later = (int(row[1]) for row in rows_of(PAGE, "| task | counted |")[:2])
    told = re.search(
        r"spends (\d+) calls in a first month of 31 days, and (\d+) in each later", text_of(PAGE)
    )
    assert told is not None
    assert [int(number) for number in told.groups()] == [first + 30 * later, 31 * later]
    assert f"every ten minutes spends {31 * 24 * 6 * later:,}" in text_of(PAGE)


def test_a_lost_answer_that_the_first_look_finds_costs_one_call(emulator: DingTalkEmulator) -> None:
    emulator.order(Fault.drop().on("CreateSubscribedCalendar").after_effect())
    run("CreateSubscribedCalendarOperator")
    assert emulator.journal.operations[1:] == ["ListCalendars", "CreateSubscribedCalendar", "ListCalendars"]
    assert "lost answer has cost one" in text_of(PAGE)
    assert f"looks for the calendar up to {len(LOOK_PAUSES)} times" in text_of(PAGE)


def test_a_privilege_that_is_not_documented_costs_one_call(emulator: DingTalkEmulator) -> None:
    listed = {"id": "c", "summary": "n", "type": "subscribed", "privilege": "VIEW_DETAIL"}
    emulator.order(Fault.answer(200, {"response": {"calendars": [listed]}}).on("ListCalendars"))
    run("CreateSubscribedCalendarOperator")
    assert emulator.journal.operations[1:] == [
        *("ListCalendars", "GetSubscribedCalendar"),
        "CreateSubscribedCalendar",
    ]


@pytest.mark.usefixtures("airflow_database")
def test_tokens(emulator: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for cache, asked in rows_of(PAGE, "| `token_cache` |"):
        connection = emulator.airflow_connection(token_cache=cache.strip("`"), calls_per_second=1000)
        monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", connection)
        emulator.journal.clear()
        for _ in range(3):
            # As in a process of its own.
            dingtalk.token_memory().tokens.clear()
            run("ListCalendarsOperator")
        assert len(emulator.journal.of("GetAccessToken")) == int(asked)


ANSWERS: dict[str, Outcome] = {
    "403, 20 calls a second exceeded": Response(
        403, b'{"code": "%sQpsLimitForAppkeyAndApi"}' % FORBIDDEN.encode()
    ),
    "403, limit a minute": Response(403, b'{"code": "%sQpmLimitForAppkeyAndApi"}' % FORBIDDEN.encode()),
    "403, monthly quota": Response(403, b'{"code": "%sApiCountLimitForOrg"}' % FORBIDDEN.encode()),
    "200, IP block": Response(200, b'{"status": 1111, "wait": 5, "source": "x5", "punish": "deny"}'),
    "429, busy": Response(429, b'{"code": "system.busy"}'),
    "503, busy": Response(503, b'{"code": "systemBusy"}'),
    "no answer": Unknown("ReadTimeout"),
    "200, without what was promised": Response(200, b"{}"),
}


def requests_of(endpoint: Endpoint[Any], outcome: Outcome) -> int:
    """Return how many requests one call sends if each comes to the same."""
    flow = attempts(
        endpoint,
        new_request(endpoint, "https://api.example/", None),
        patience=Patience(ClientSettings.max_wait),
        pace=Pace(Limiter(), "app", DEFAULT_CALLS_PER_SECOND),
        hidden=(),
    )
    clock, sent, answer = 0.0, 0, None
    try:
        while True:
            match flow.send(answer):
                case Now():
                    answer = clock
                case Wait(seconds):
                    clock += seconds
                    answer = None
                case Send():
                    sent += 1
                    answer = outcome
    except DingTalkError:
        return sent


def test_what_a_failing_call_spends() -> None:
    rows = rows_of(PAGE, "| each answer is |")
    assert [row[0] for row in rows] == list(ANSWERS)
    for name, of_a_read, of_a_create in rows:
        assert requests_of(LIST_CALENDARS, ANSWERS[name]) == int(of_a_read), name
        assert requests_of(CREATE_SUBSCRIBED_CALENDAR, ANSWERS[name]) == int(of_a_create), name


def test_the_defaults_are_as_told() -> None:
    assert f"`max_wait` of {ClientSettings.max_wait:g} s" in text_of(PAGE)
    assert f"`calls_per_second` of the connection (default {DEFAULT_CALLS_PER_SECOND:g})" in text_of(PAGE)
