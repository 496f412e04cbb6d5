"""Runs with failures: everything that was created is deleted or reported."""

from __future__ import annotations

import re
import shlex

import pytest

from airflow_provider_dingtalk_calendar.emulator import Fault, RecordedRequest
from tools.live.asking import QUESTIONS
from tools.live.configuration import VARIABLES

from .conftest import Stage

CREATING = ("CreateSubscribedCalendar", "CreateEvent")
DELETING = ("DeleteEvent", "DeleteSubscribedCalendar")
READING = ("GetSubscribedCalendar", "ListCalendars", "GetEvent", "ListEvents")
OTHERS = ("UpdateSubscribedCalendars", "SubscribeCalendar", "UnsubscribeCalendar")


@pytest.mark.parametrize("operation", [*CREATING, *READING, *OTHERS, *DELETING])
def test_a_failed_step_is_reported_and_everything_is_deleted(stage: Stage, operation: str) -> None:
    stage.emulator.order(Fault.error(403, "Forbidden.AccessDenied.QpsLimitForApi").on(operation))

    ended = stage.run()

    assert (ended.status, stage.is_empty) == (1, True), ended.output
    assert f"not answered: {operation}: HTTP 403" in ended.report
    assert "Nothing is left behind." in ended.output


@pytest.mark.parametrize("operation", [*CREATING, *OTHERS, *DELETING])
def test_what_a_lost_request_created_is_deleted(stage: Stage, operation: str) -> None:
    stage.emulator.order(Fault.drop().on(operation).after_effect())

    ended = stage.run()

    assert (ended.status, stage.is_empty) == (1, True), ended.output
    assert f"not answered: {operation}: no complete answer" in ended.report
    assert "Nothing is left behind." in ended.output


def test_a_lost_answer_for_an_event_in_the_primary_calendar(stage: Stage) -> None:
    def when(entry: RecordedRequest, _: int) -> None:
        if entry.operation == "CreateEvent" and entry.fault is None and len(stage.emulator.events) == 1:
            stage.emulator.order(Fault.drop().on("CreateEvent").after_effect())

    stage.when = when

    ended = stage.run()

    assert ended.answer("for an event with one").startswith("not answered: CreateEvent: no complete answer")
    assert (ended.status, stage.is_empty) == (1, True), ended.output


def test_a_lost_calendar_that_never_appears_is_reported(stage: Stage) -> None:
    stage.emulator.order(Fault.drop().on("CreateSubscribedCalendar"))

    ended = stage.run()

    assert ended.status == 1
    assert "perhaps one calendar more named 'Live test of airflow-provider-dingtalk-calendar" in ended.report
    # Questions that need no calendar are still asked.
    assert ended.answer("event go into").startswith("not answered: there is no calendar")
    assert ended.answer("for a calendar with one").startswith("no, two calendars")


def test_the_cleanup_waits_for_a_late_calendar(stage: Stage) -> None:
    stage.emulator.order(Fault.drop().on("CreateSubscribedCalendar").late_effect(1))

    ended = stage.run(list_wait=10)

    assert (ended.status, stage.is_empty) == (1, True), ended.output


def test_without_a_token_nothing_else_is_asked(stage: Stage) -> None:
    stage.emulator.order(Fault.error(500, "server.error").on("GetAccessToken"))

    ended = stage.run()

    assert ended.status == 1
    assert stage.emulator.journal.operations == ["GetAccessToken"]
    assert ended.report.count("**not answered: ") == len(QUESTIONS)


def test_the_report_has_a_command_for_what_could_not_be_deleted(stage: Stage) -> None:
    def refuse(operation: str) -> None:
        stage.emulator.order(Fault.error(403, "permissionDenied", "no").on(operation))

    def when(entry: RecordedRequest, _: int) -> None:
        if entry.operation in DELETING:
            refuse(entry.operation)

    stage.when = when
    for operation in DELETING:
        refuse(operation)

    ended = stage.run()
    stage.when = lambda *_: None
    commands = re.findall(r"`DINGTALK_LIVE=1 .venv/bin/python -m tools.live (--.*)`", ended.report)
    named = [shlex.split(command) for command in commands]
    events = [words for words in named if words[0] == "--delete-event"]
    calendars = [words for words in named if words[0] == "--delete-calendar"]

    assert ended.status == 1
    assert {words[1] for words in calendars} == {one.calendar_id for one in stage.emulator.calendars}
    assert {tuple(words[1:]) for words in events} == {
        (one.calendar_id, one.event_id) for one in stage.emulator.events
    }
    # Each of the two calendars has an event and a marked event.
    assert (len(calendars), len(events)) == (3, 4)

    # The emulator refuses one more deletion of each kind.
    for kind in (events, calendars):
        assert stage.run(*kind[0]).status == 1
        assert [stage.run(*words).status for words in kind] == [0] * len(kind)
    assert stage.is_empty
    assert stage.run(*calendars[0]).output == "it did not exist any more\n"


@pytest.mark.parametrize("seed", range(3))
def test_after_random_failures_all_leftovers_are_reported(stage: Stage, seed: int) -> None:
    stage.emulator.fail_at_random(0.2, seed=seed)

    ended = stage.run()

    calendars = {one.calendar_id for one in stage.emulator.calendars}
    unnamed = {one for one in calendars if one not in ended.report}
    assert not unnamed or "perhaps one calendar more" in ended.report
    events = [one for one in stage.emulator.events if one.event_id not in ended.report]
    # The report need not name the events of a calendar that it names: they are deleted with the calendar.
    hidden = [one for one in events if one.calendar_id not in calendars - unnamed]
    assert not hidden or "perhaps one event more" in ended.report
    assert ended.status == 1


def test_without_the_opt_in_nothing_is_sent(stage: Stage) -> None:
    wish = {name: value for name, value in stage.environment.items() if name != "DINGTALK_LIVE"}

    ended = stage.run(environment=wish)

    assert (ended.status, len(stage.emulator.journal), ended.report) == (2, 0, "")
    assert "calls count against the monthly quota" in ended.output
    assert [name for name in ("DINGTALK_LIVE=1", *VARIABLES) if name not in ended.output] == []


def test_missing_variables_are_named_in_one_error(stage: Stage) -> None:
    ended = stage.run(environment={"DINGTALK_LIVE": "1"})

    assert (ended.status, len(stage.emulator.journal)) == (2, 0)
    assert [name for name in VARIABLES if name not in ended.output] == []


@pytest.mark.parametrize("name", VARIABLES)
def test_a_missing_variable_is_named_alone(stage: Stage, name: str) -> None:
    ended = stage.run(environment={**stage.environment, name: " "})

    assert (ended.status, len(stage.emulator.journal)) == (2, 0)
    said = [other for other in VARIABLES if other in ended.output]
    # A connection can also specify the organization, but the connection in this test does not.
    assert said == [name]


@pytest.mark.parametrize(
    ("connection", "told"),
    [
        ("dingtalk://id:swordfishswordfish@/", "must be a JSON object"),
        ('{"login": "id", "extra": {}}', "password (Client Secret) is missing"),
        ('{"login": "id", "password": "swordfish", "extra": {"region": "mars"}}', "region must be one of"),
        (
            '{"login": "id", "extra": "{\\"refresh_token\\": \\"swordfish\\"}"}',
            "refresh_token is not for this run",
        ),
        ('{"login": "id", "extra": ["swordfish"]}', "must be a JSON object"),
    ],
)
def test_a_wrong_connection_is_refused_without_its_secret(stage: Stage, connection: str, told: str) -> None:
    ended = stage.run(environment={**stage.environment, "DINGTALK_LIVE_CONNECTION": connection})

    assert (ended.status, len(stage.emulator.journal)) == (2, 0)
    assert told in ended.output
    assert "swordfish" not in ended.output


def test_owner_and_subscriber_must_differ(stage: Stage) -> None:
    same = {**stage.environment, "DINGTALK_LIVE_SUBSCRIBER": stage.environment["DINGTALK_LIVE_OWNER"]}

    ended = stage.run(environment=same)

    assert (ended.status, len(stage.emulator.journal)) == (2, 0)
    assert "must be two users" in ended.output


def test_a_report_that_cannot_be_written_is_printed(stage: Stage) -> None:
    ended = stage.run("--report", "/dev/full")

    assert "the report could not be written" in ended.output
    assert "Nothing is left behind." in ended.output
    assert "# " in ended.output
    assert (stage.emulator.calendars, stage.emulator.events) == ([], [])


def test_the_report_must_not_be_a_directory(stage: Stage) -> None:
    ended = stage.run("--report", str(stage.directory))

    assert (ended.status, len(stage.emulator.journal)) == (2, 0)
    assert "is a directory" in ended.output
