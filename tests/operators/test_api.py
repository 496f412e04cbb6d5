"""DingTalkApiOperator calls every operation of the calendar API by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.client import DingTalkClient
from airflow_provider_dingtalk_calendar.client.catalog import CALENDAR_OPERATIONS, OPERATIONS
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError, OutcomeUnknownError
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
from airflow_provider_dingtalk_calendar.operators.api import DingTalkApiOperator
from tests.client.samples import ACL, CALENDAR, EVENT, NINE, OF_ME, SAMPLES, SCOPE, TEN, with_ids
from tests.in_airflow.dag_source import dag
from tests.in_airflow.versions import final
from tests.support.test_client_token import Instance

CONTEXT: Any = {"ti": Instance()}
SECRET = {name for name, endpoint in OPERATIONS.items() if endpoint.secret}
CALLED = [name for name in CALENDAR_OPERATIONS if name not in SECRET]


def test_all_operations_without_a_secret_are_called_here() -> None:
    assert len(CALLED) == len(CALENDAR_OPERATIONS) - 1 == 44
    assert {"GenerateCaldavAccount"} == SECRET


@pytest.fixture
def emulator(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[DingTalkEmulator]:
    """An emulator for the app type that the operation needs, and the connection to it."""
    is_of_user = request.node.callspec.params["name"] in OF_ME
    with DingTalkEmulator(app_type="third_party_personal" if is_of_user else "internal") as emulator:
        extra = {"authorization_code": emulator.authorize("u")} if is_of_user else {}
        monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", emulator.airflow_connection(**extra))
        yield emulator


def ids_in(client: DingTalkClient) -> dict[str, str]:
    """Create the event, calendar and ACL that the operations need, and return their ids."""
    series = {
        "pattern": {"type": "daily", "interval": 1},
        "range": {"type": "numbered", "numberOfOccurrences": 3},
    }
    event = client.create_event("u", summary="e", start=NINE, end=TEN, attendees=["v"], recurrence=series)
    calendar = client.create_subscribed_calendar("u", name="c", subscribe_scope=SCOPE)
    client.subscribe_calendar("u", calendar)
    acl = client.create_acls("u", "primary", privilege="writer", scope="v").acl_id
    return {EVENT: event.id, CALENDAR: calendar, ACL: acl}


@pytest.mark.usefixtures("airflow_database")
@pytest.mark.parametrize("name", CALLED)
def test_every_operation_can_be_called_by_its_name(name: str, emulator: DingTalkEmulator) -> None:
    with DingTalkHook().get_conn() as client:
        ids = {} if name in OF_ME else ids_in(client)
    sample, endpoint, before = SAMPLES[name], OPERATIONS[name], len(emulator.journal)
    path, query, body = (with_ids(part, ids) for part in (sample.path, sample.query, sample.body))
    operator = DingTalkApiOperator(task_id="t", operation=name, path=path, query=query, body=body)
    answer = operator.execute(CONTEXT)
    assert isinstance(answer, dict)
    endpoint.answer(answer)
    (entry,) = (one for one in emulator.journal[before:] if one.operation != "GetUserToken")
    assert (entry.operation, entry.status, entry.body) == (name, 200, body)
    assert entry.target == endpoint.url("", path, query)
    assert ("x-client-token" in entry.headers) == (endpoint.client_token and endpoint.changes)


def test_arguments_are_rendered_and_the_answer_is_the_result(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    source = """
    primary = {"userId": "{{ params.owner }}", "calendarId": "primary"}
    share = DingTalkApiOperator.partial(
        task_id="share", operation="CreateAcls", path=primary
    ).expand(
        body=[
            {
                "privilege": "{{ params.privilege }}",
                "scope": {"scopeType": "user", "userId": user},
                "sendMsg": False,
            }
            for user in ("u1", "{{ params.other }}")
        ]
    )
    listed = DingTalkApiOperator(
        task_id="listed", operation="ListAcls", path=primary
    )
    share >> listed
    """
    run = run_dag(dag(source, owner="owner", other="u2", privilege="reader"))
    assert run.state == "success"
    assert sorted((acl.owner, acl.union_id, acl.privilege) for acl in connection.acls) == [
        ("owner", "u1", "reader"),
        ("owner", "u2", "reader"),
    ]
    assert len(run.xcom("listed")["acls"]) == 2
    assert run.xcom("share", 0)["privilege"] == "reader"


def test_an_operation_with_a_client_token_takes_effect_once_though_the_task_is_retried(
    run_dag: Callable[..., Any], connection: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", connection.airflow_connection(max_wait=0))
    connection.order(Fault.drop().on("CreateEvent").after_effect())
    source = """
    DingTalkApiOperator(
        task_id="create",
        operation="CreateEvent",
        path={"userId": "u", "calendarId": "primary"},
        body={
            "summary": "s", "isAllDay": True, "start": {"date": "2026-05-06"}, "end": {"date": "2026-05-07"}
        },
        **RETRIED,
    )
    """
    run = run_dag(dag(source))
    (event,) = connection.events
    assert run.xcom("create")["id"] == event.event_id
    first, second = connection.journal.of("CreateEvent")
    assert first.headers["x-client-token"] == second.headers["x-client-token"]


@pytest.mark.parametrize(("operation", "tries"), [("CreateAcls", 1), ("ListAcls", 2)])
def test_a_task_is_not_retried_if_that_could_repeat_a_change(
    operation: str,
    tries: int,
    run_dag: Callable[..., Any],
    connection: DingTalkEmulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", connection.airflow_connection(max_wait=0))
    connection.order(Fault.drop().on(operation).after_effect())
    body = {"privilege": "reader", "scope": {"scopeType": "user", "userId": "v"}, "sendMsg": False}
    given = f", body={body}" if operation == "CreateAcls" else ""
    path = {"userId": "u", "calendarId": "primary"}
    run = run_dag(
        dag(f"DingTalkApiOperator(task_id='t', operation={operation!r}, path={path}, **RETRIED{given})")
    )
    assert run.state == ("success" if tries > 1 else "failed")
    assert len(connection.journal.of(operation)) == tries


def test_a_bad_rendered_argument_fails_before_a_request(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    source = """
    @task
    def path():
        return {"user": "u"}

    DingTalkApiOperator(task_id="list", operation="ListCalendars", path=path())
    """
    run = run_dag(dag(source))
    assert run.state == "failed"
    assert "path has an unknown name 'user'; ListCalendars has userId" in run.log
    assert list(connection.journal) == []


@pytest.mark.parametrize("name", sorted(SECRET))
def test_an_operation_whose_answer_is_a_secret_is_refused(name: str, connection: DingTalkEmulator) -> None:
    sample = SAMPLES[name]
    with pytest.raises(InvalidArgumentError, match="is a secret that XCom would show"):
        DingTalkApiOperator(task_id="t", operation=name, path=sample.path, body=sample.body)
    with pytest.raises(InvalidArgumentError, match="is a secret that XCom would show"):
        DingTalkApiOperator.partial(task_id="t", operation=name)
    operator = DingTalkApiOperator(task_id="t", operation="ListCalendars", path={"userId": "u"})
    operator.operation, operator.path, operator.body = name, sample.path, sample.body
    with pytest.raises(final(InvalidArgumentError), match="is a secret that XCom would show"):
        operator.execute(CONTEXT)
    assert list(connection.journal) == []


@pytest.mark.parametrize("name", ["CreateSubscribedCalendar"])
@pytest.mark.usefixtures("airflow_database")
def test_the_error_of_such_a_change_has_no_retry_after(name: str, emulator: DingTalkEmulator) -> None:
    operator = DingTalkApiOperator(
        task_id="t",
        operation=name,
        path={"userId": "u"},
        body={"name": "n", "subscribeScope": {"corpIds": ["corp"]}},
    )
    emulator.order(Fault.drop().after_effect().on(name))
    with pytest.raises(OutcomeUnknownError) as raised:
        operator.call(CONTEXT)
    assert (raised.value.retry_after, raised.value.may_have_taken_effect) == (None, True)
    assert len(emulator.calendars) == 1


@pytest.mark.parametrize("name", ["ListCategories"])
@pytest.mark.usefixtures("airflow_database")
def test_a_read_does_not_send_the_token_of_the_task(name: str, emulator: DingTalkEmulator) -> None:
    assert OPERATIONS[name].client_token
    DingTalkApiOperator(task_id="t", operation=name).execute(CONTEXT)
    assert "x-client-token" not in emulator.journal[-1].headers


def test_outputs_of_mapped_tasks_may_be_inside_a_mapping(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    source = """
    @task
    def user(number):
        return f"user-{number}"

    DingTalkApiOperator(
        task_id="busy",
        operation="GetSchedule",
        path={"userId": "owner"},
        body={"userIds": user.expand(number=[1, 2]), "startTime": NINE, "endTime": TEN},
    )
    """
    assert run_dag(dag(source)).state == "success"
    assert connection.journal[-1].body["userIds"] == ["user-1", "user-2"]
