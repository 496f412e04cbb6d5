"""With the x-client-token, a task that is retried, or cleared within a day, does not repeat its effect."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pendulum
import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
from airflow_provider_dingtalk_calendar.operators.events import CreateEventOperator
from airflow_provider_dingtalk_calendar.support.client_token import client_token
from tests.in_airflow.dag_source import dag

DAY = pendulum.datetime(2026, 5, 6, tz="UTC")
#: Runs with these dates have the same run id, as when a run is cleared and starts again.
RUN = {"logical_date": DAY, "run_after": DAY}
CREATE = """
CreateEventOperator(
    task_id="create",
    union_id="owner",
    summary="Release",
    start=NINE,
    end=TEN,
    time_zone="Asia/Shanghai",
    **RETRIED,
)
"""
ADD = """
AddAttendeesOperator(
    task_id="add",
    union_id="owner",
    event_id="{{ params.event }}",
    attendees=[f"user-{number}" for number in range(1201)],
    **RETRIED,
)
"""
GROUP = """
CreateGroupOperator(
    task_id="group",
    title="Releases",
    template_id="template",
    owner_user_id="staff-1",
    user_ids=["staff-1", "staff-2"],
    **RETRIED,
)
"""


@dataclass(frozen=True)
class Instance:
    dag_id: str = "d"
    run_id: str = "r"
    task_id: str = "t"
    map_index: int = -1
    try_number: int = 1


class Time:
    """A clock for the emulator that a test can move."""

    now = DAY.timestamp()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def emulator(time: Time, monkeypatch: pytest.MonkeyPatch) -> Iterator[DingTalkEmulator]:
    """An emulator, and a connection whose calls never wait, so that Airflow retries the task."""
    with DingTalkEmulator(clock=time, qps_limit=None) as emulator:
        monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", emulator.airflow_connection(max_wait=0))
        yield emulator


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Return a function that returns the log so far. Some versions of Airflow print the log."""
    caplog.set_level("INFO")
    printed: list[str] = []

    def so_far() -> str:
        printed.append(capsys.readouterr().out)
        return "".join(printed) + caplog.text

    return so_far


def token(instance: Instance, request: str = "p") -> str:
    context: Any = {"ti": instance}
    make = client_token(context)
    assert make is not None
    return make(request)


def tokens(emulator: DingTalkEmulator, operation: str) -> list[str]:
    return [entry.headers["x-client-token"] for entry in emulator.journal.of(operation)]


def test_the_token_depends_on_task_run_and_request_but_not_on_the_try() -> None:
    first = Instance()
    different = [
        token(first),
        token(replace(first, dag_id="e")),
        token(replace(first, run_id="s")),
        token(replace(first, task_id="u")),
        token(replace(first, map_index=0)),
        token(replace(first, map_index=1)),
        token(first, "q"),
    ]
    assert len(set(different)) == len(different)
    assert all(len(value) == 32 for value in different)
    assert token(first) == token(replace(first, try_number=2))


def test_without_a_task_there_is_no_token() -> None:
    context: Any = {}
    assert client_token(context) is None


def test_the_token_depends_on_the_whole_request(emulator: DingTalkEmulator) -> None:
    said: list[str] = []

    def make(request: str) -> str:
        said.append(request)
        return f"token-{len(set(said))}"

    shanghai, singapore = (DAY.in_timezone(zone) for zone in ("Asia/Shanghai", "Asia/Singapore"))
    with DingTalkHook().get_conn() as client:
        for start in (shanghai, shanghai, singapore):
            event = client.create_event("u", summary="s", start=start, end=start, client_token=make)
        for push in (True, False):
            client.add_attendee(
                "u", "primary", event.id, attendees_to_add=["v"], push_notification=push, client_token=make
            )
        for notify in (True, False):
            client.delete_event("u", "primary", event.id, push_notification=notify, client_token=make)
    assert tokens(emulator, "CreateEvent") == ["token-1", "token-1", "token-2"]
    assert tokens(emulator, "AddAttendee") == ["token-3", "token-4"]
    assert tokens(emulator, "DeleteEvent") == ["token-5", "token-6"]
    operation, path, query, body = json.loads(said[0])
    assert (operation, path, query) == ("CreateEvent", {"userId": "u", "calendarId": "primary"}, {})
    assert body["summary"] == "s"
    assert json.loads(said[-1])[-1] is None


def test_an_event_is_created_once_though_the_answer_is_lost(
    run_dag: Callable[..., Any], emulator: DingTalkEmulator
) -> None:
    emulator.order(Fault.drop().on("CreateEvent").after_effect())
    run = run_dag(dag(CREATE))
    (event,) = emulator.events
    assert (run.state, run.xcom("create")) == ("success", event.event_id)
    first, second = tokens(emulator, "CreateEvent")
    assert first == second
    assert run.tasks["create", -1].try_number == 2


@pytest.mark.parametrize(
    ("change", "operation"),
    [
        ('UpdateEventOperator(task_id="change", **EVENT, summary="Moved", **RETRIED)', "PatchEvent"),
        ('DeleteEventOperator(task_id="change", **EVENT, **RETRIED)', "DeleteEvent"),
    ],
)
def test_an_event_is_changed_and_deleted_once_though_the_answer_is_lost(
    change: str, operation: str, run_dag: Callable[..., Any], emulator: DingTalkEmulator
) -> None:
    event_id = run_dag(dag(CREATE)).xcom("create")
    emulator.order(Fault.drop().on(operation).after_effect())
    event = 'EVENT = {"union_id": "owner", "event_id": "{{ params.event }}"}\n'
    run = run_dag(dag(event, change, event=event_id))
    assert run.tasks["change", -1].try_number == 2
    entries = emulator.journal.of(operation)
    # The second try gets the answer of the first, although the second request changes nothing.
    assert [entry.effect for entry in entries] == [True, False]
    assert (run.state, run.xcom("change")) == ("success", event_id if operation == "PatchEvent" else True)
    first, second = tokens(emulator, operation)
    assert first == second
    # A retry sends the same token again. A task of another run sends a different token.
    again = run_dag(dag(event, change, event=event_id))
    assert again.tasks["change", -1].try_number == 1
    assert tokens(emulator, operation)[2] != first


def test_a_cleared_task_creates_no_second_event_within_a_day(
    run_dag: Callable[..., Any], emulator: DingTalkEmulator, time: Time
) -> None:
    first = run_dag(dag(CREATE), **RUN).xcom("create")
    time.now += 24 * 3600 - 60
    assert run_dag(dag(CREATE), **RUN).xcom("create") == first
    assert len(emulator.events) == 1
    time.now += 120
    second = run_dag(dag(CREATE), **RUN).xcom("create")
    assert [event.event_id for event in emulator.events] == [first, second]
    assert len(set(tokens(emulator, "CreateEvent"))) == 1
    assert run_dag(dag(CREATE)).xcom("create") not in {first, second}


@dataclass(frozen=True)
class Try(Instance):
    max_tries: int = 0


def create_event(instance: Try, retries: int = 0, **more: Any) -> str:
    operator = CreateEventOperator(
        task_id="t", union_id="owner", summary="s", start="2026-05-06", retries=retries, **more
    )
    context: Any = {"ti": instance}
    event_id = operator.execute(context)
    assert isinstance(event_id, str)
    return event_id


FIRST, CLEARED, RETRIED_AFTER = Try(), Try(try_number=2, max_tries=1), Try(try_number=3, max_tries=3)
RETRY = Try(try_number=2, max_tries=2)
GONE = "has been deleted or cancelled since an earlier run of this task created it"


@pytest.mark.parametrize("change", ["delete_event", "cancel_event"])
@pytest.mark.parametrize(("instance", "retries"), [(CLEARED, 0), (RETRIED_AFTER, 2)])
def test_a_cleared_task_warns_about_an_event_that_is_gone(
    change: str, instance: Try, retries: int, emulator: DingTalkEmulator, said: Callable[[], str]
) -> None:
    event_id = create_event(FIRST)
    with DingTalkHook().get_conn() as client:
        getattr(client, change)("owner", "primary", event_id)
    assert GONE not in said()
    assert create_event(instance, retries) == event_id
    assert f"Event {event_id} of 'owner' {GONE}" in said()
    assert emulator.journal.operations.count("GetEvent") == 1


def test_a_cleared_task_whose_event_is_there_does_not_warn(
    emulator: DingTalkEmulator, said: Callable[[], str]
) -> None:
    event_id = create_event(FIRST)
    assert create_event(CLEARED) == event_id
    assert emulator.journal.operations.count("GetEvent") == 1
    emulator.order(Fault.error(403, "Forbidden.AccessDenied.AccessTokenPermissionDenied").on("GetEvent"))
    assert create_event(CLEARED) == event_id
    assert GONE not in said()


@pytest.mark.parametrize(("instance", "retries"), [(FIRST, 0), (RETRY, 2)])
def test_a_task_that_was_not_cleared_makes_no_further_call(
    instance: Try, retries: int, emulator: DingTalkEmulator
) -> None:
    create_event(instance, retries)
    assert "GetEvent" not in emulator.journal.operations


def test_each_task_of_a_map_has_its_own_event(
    run_dag: Callable[..., Any], emulator: DingTalkEmulator
) -> None:
    source = CREATE.replace("Operator(", "Operator.partial(").replace('summary="Release",', "").rstrip()
    run = run_dag(dag(source + '.expand(summary=["same", "same"])'))
    assert {run.xcom("create", index) for index in (0, 1)} == {event.event_id for event in emulator.events}
    assert len(emulator.events) == 2


def test_other_attendees_from_mapped_tasks_make_another_request(
    run_dag: Callable[..., Any], emulator: DingTalkEmulator
) -> None:
    source = """
    @task
    def user(number):
        import os
        return f"user-{os.environ['WHO']}-{number}"

    CreateEventOperator(
        task_id="create",
        union_id="owner",
        summary="s",
        start="2026-05-06",
        attendees=user.expand(number=[1, 2]),
    )
    """
    with pytest.MonkeyPatch.context() as patch:
        for who in ("a", "a", "b"):
            patch.setenv("WHO", who)
            assert run_dag(dag(source), **RUN).state == "success"
    assert [[one.union_id for one in event.attendees] for event in emulator.events] == [
        ["user-a-1", "user-a-2"],
        ["user-b-1", "user-b-2"],
    ]


def test_the_users_own_token_is_sent(run_dag: Callable[..., Any], emulator: DingTalkEmulator) -> None:
    source = CREATE.replace(
        'summary="Release"', 'summary="Release {{ ts }}", client_token="release-{{ ds }}"'
    )
    run_dag(dag(source), logical_date=DAY)
    run_dag(dag(source), logical_date=DAY.add(hours=1))
    assert tokens(emulator, "CreateEvent") == ["release-2026-05-06"] * 2
    assert len(emulator.events) == 1


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_many_people_are_invited_500_in_a_call_and_nobody_twice(
    lost: int, run_dag: Callable[..., Any], emulator: DingTalkEmulator
) -> None:
    event_id = run_dag(dag(CREATE)).xcom("create")
    for _ in range(lost - 1):
        emulator.order(Fault.answer(200, {}).on("AddAttendee").after_effect())
    emulator.order(Fault.drop().on("AddAttendee").after_effect())
    run = run_dag(dag(ADD, event=event_id))
    assert (run.state, run.xcom("add")) == ("success", 1201)
    requests: list[Any] = emulator.journal.of("AddAttendee")
    assert [len(entry.body["attendeesToAdd"]) for entry in requests[-3:]] == [500, 500, 201]
    assert len(requests) == lost + 3
    assert len(set(tokens(emulator, "AddAttendee"))) == 3
    assert tokens(emulator, "AddAttendee")[:lost] == tokens(emulator, "AddAttendee")[lost : 2 * lost]
    # The repeated requests changed nothing.
    assert [entry.effect for entry in requests].count(True) == 3
    assert len(emulator.events[0].attendees) == 1201


def test_a_group_is_created_once(run_dag: Callable[..., Any], emulator: DingTalkEmulator) -> None:
    for number in (1, 2):
        emulator.add_user(userid=f"staff-{number}", union_id=f"union-{number}")
    emulator.order(Fault.drop().on("CreateSceneGroup").after_effect())
    run = run_dag(dag(GROUP))
    assert run.state == "success"
    first, second = (entry.body for entry in emulator.journal.of("CreateSceneGroup"))
    assert first == second
    assert [entry.effect for entry in emulator.journal.of("CreateSceneGroup")] == [True, False]
    # Another run creates another group, unless the user sets the uuid.
    assert run_dag(dag(GROUP)).xcom("group") != run.xcom("group")
    own = [run_dag(dag(GROUP.replace("**", 'uuid="own", **'))).xcom("group") for _ in range(2)]
    assert own[0] == own[1]
