"""The gate, in DAGs that Airflow runs against the emulator, and outside DAGs with every failure."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pendulum
import pytest
from airflow.providers.common.compat.sdk import DAG, AirflowFailException, TaskDeferred

from airflow_provider_dingtalk_calendar import exceptions as errors
from airflow_provider_dingtalk_calendar.client import EventMatch
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
from airflow_provider_dingtalk_calendar.operators.gate import CalendarGateOperator
from tests.client.workflows.calendar_cases import CASES, SHANGHAI, Case
from tests.effort import ONE_IN
from tests.in_airflow.dag_source import dag
from tests.in_airflow.versions import DagSerialization, final

HOUR = timedelta(hours=1)
GATE = 'gate = CalendarGateOperator(task_id="gate", union_id="u", calendar_id="primary"{})\n'
WORK = """
@task
def work():
    return "worked"

gate >> work()
"""


def keep(union_id: str, title: str, start: datetime | date, end: datetime | date) -> None:
    """Create an event, as the user would."""
    zone = {"time_zone": "UTC"} if isinstance(start, datetime) else {}
    with DingTalkHook().get_conn() as client:
        client.create_event(union_id, summary=title, start=start, end=end, **zone)


def freeze(hours: int = 1) -> str:
    """Create a freeze that is running and ends in some hours. Return its end in the DAGs' time zone, UTC."""
    now = datetime.now(timezone.utc).replace(second=0, microsecond=0)
    keep("u", "Freeze", now - HOUR, now + hours * HOUR)
    return (now + hours * HOUR).isoformat()


def states(run: Any) -> dict[tuple[str, int], str]:
    return {key: str(instance.state) for key, instance in run.tasks.items()}


def can_move(case: Case) -> bool:
    """Return whether the case is valid on any date and the API can create its events."""
    return case.time_zone == SHANGHAI and all(
        set(event) == {"id", "summary", "isAllDay", "status", "start", "end"}
        and event["summary"]
        and not event["isAllDay"]
        and event["status"] == "confirmed"
        and event["id"] != "series"
        and event["start"] != event["end"]
        for event in case.events
    )


MOVED = [case for case in CASES if can_move(case)]


def test_most_of_the_table_can_be_moved() -> None:
    assert len(MOVED) >= 30


@pytest.mark.thorough
def test_the_table_in_a_dag(run_dag: Callable[..., Any], unlimited: DingTalkEmulator) -> None:
    """Every case has a user of its own, and its events are moved to the time of the test."""
    tried = MOVED[::ONE_IN]
    now = datetime.now(timezone.utc).replace(second=0, microsecond=0)
    gates, changes = [], []
    for number, case in enumerate(tried):
        distance = now - datetime.fromisoformat(case.moment)
        user = f"user-{number}"
        for event in case.events:
            times = [pendulum.parse(event[name]["dateTime"]) for name in ("start", "end")]
            start, end = (now + (one - pendulum.parse(case.moment)) for one in times)
            keep(user, event["summary"], start, end)
        select = {
            name: value.to_json() if isinstance(value, EventMatch) else value
            for name, value in case.select.items()
        }
        gates.append({"union_id": user, "allow": None, "deny": None, **select})
        changes.append(case.change and datetime.fromisoformat(case.change) + distance)
    unlimited.journal.clear()
    source = f'CalendarGateOperator.partial(task_id="gate", calendar_id="primary").expand_kwargs({gates!r})'
    run = run_dag(dag(source))
    assert run.state == "success"
    for number, (case, change) in enumerate(zip(tried, changes, strict=True)):
        instance = run.tasks["gate", number]
        state = instance.xcom_pull(task_ids="gate", key="state", map_indexes=number)
        next_change = state["next_change"] and datetime.fromisoformat(state["next_change"])
        assert (state["is_open"], next_change) == (case.is_open, change), case.name
        assert run.xcom("gate", number) is case.is_open, case.name
    assert unlimited.journal.operations == ["ListEventsView"] * len(tried)


def test_an_open_gate(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    run = run_dag(dag(GATE.format(""), WORK))
    assert (run.state, run.xcom("gate"), run.xcom("work")) == ("success", True, "worked")
    assert run.pulled("gate", "state") == {
        "is_open": True,
        "reason": "no event is running",
        "next_change": None,
        "events": [],
    }
    assert "Calendar 'primary' of 'u' is open: no event is running" in run.log
    assert connection.journal.operations == ["GetAccessToken", "ListEventsView"]


def test_a_closed_gate_skips(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    end = freeze()
    run = run_dag(dag(GATE.format(', deny="{{ params.word }}"'), WORK, word="FREEZE"))
    assert (run.state, states(run)) == ("success", {("gate", -1): "success", ("work", -1): "skipped"})
    state = run.pulled("gate", "state")
    assert (state["is_open"], state["reason"], state["next_change"]) == (False, '"Freeze" is running', end)
    assert [(event["title"], event["end"]) for event in state["events"]] == [("Freeze", end)]
    assert f"Calendar 'primary' of 'u' is closed until {end}: \"Freeze\" is running" in run.log
    assert connection.journal.operations.count("ListEventsView") == 1


def test_a_closed_gate_fails_for_good(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    end = freeze()
    run = run_dag(dag(GATE.format(', on_closed="fail", **RETRIED'), WORK))
    assert states(run) == {("gate", -1): "failed", ("work", -1): "upstream_failed"}
    assert run.pulled("gate", "state")["next_change"] == end
    # Airflow 3.0 colours and wraps the message, and escapes its quotation marks.
    said = re.sub(r"\x1b\[[\d;]*m|[\s\\'\"│]", "", run.log)
    assert f"calendarprimaryofuiscloseduntil{end}:Freezeisrunning" in said
    assert connection.journal.operations.count("ListEventsView") == 1


def test_a_closed_gate_waits_without_a_worker(connection: DingTalkEmulator) -> None:
    end = freeze()
    gate = CalendarGateOperator(
        task_id="t",
        on_closed="wait",
        time_zone="UTC",
        union_id="u",
        calendar_id="primary",
        deny="freeze",
        execution_timeout=timedelta(hours=3),
    )
    instance = TaskInstance()
    context: Any = {"ti": instance}
    with pytest.raises(TaskDeferred) as caught:
        gate.execute(context)
    assert (caught.value.method_name, caught.value.timeout) == ("opened", timedelta(hours=3))
    arguments = caught.value.trigger.serialize()[1]
    assert (arguments["until"], arguments["deny"]) == ("open", [{"title": "freeze"}])
    assert instance.pushed["state"]["next_change"] == end
    opened = {"is_open": True, "reason": "no event is running", "next_change": None, "events": []}
    assert gate.opened(context, opened) is True
    assert instance.pushed["state"] == opened
    assert connection.journal.operations.count("ListEventsView") == 1


SHAPE = """
from airflow.providers.common.compat.standard.operators import ShortCircuitOperator

@task
def setting_up():
    pass

@task
def work():
    pass

@task
def one(number):
    pass

@task(trigger_rule="all_done")
def at_the_end():
    pass

@task
def tearing_down():
    pass

@task
def beside():
    pass

first, last, works = setting_up().as_setup(), tearing_down(), work()
last.as_teardown(setups=first)
gate >> first >> works >> last
gate >> one.expand(number=[1, 2, 3]) >> at_the_end()
[gate, beside()] >> at_the_end.override(task_id="next_at_the_end")()
"""
MAPPED = """
from airflow.providers.common.compat.sdk import task_group
from airflow.providers.common.compat.standard.operators import ShortCircuitOperator

@task
def work():
    pass

@task_group
def each(union_id):
    {} >> work()

each.expand(union_id=["u", "somebody-else"])
"""
GATE_OF_EACH = 'CalendarGateOperator(task_id="gate", union_id=union_id, calendar_id="primary"{})'
SHORT_OF_EACH = (
    'ShortCircuitOperator(task_id="gate", python_callable=lambda who: who != "u", op_args=[union_id]{})'
)


@pytest.mark.parametrize("rules", ["", ", ignore_downstream_trigger_rules=False"])
def test_it_skips_what_a_short_circuit_skips(
    rules: str, run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    freeze()
    short = f'gate = ShortCircuitOperator(task_id="gate", python_callable=lambda: False{rules})\n'
    head, body = SHAPE.split("\n\n", 1)
    runs = [run_dag(dag(head + "\n", gate, body)) for gate in (GATE.format(rules), short)]
    ours, theirs = map(states, runs)
    assert ours == theirs
    assert ours["tearing_down", -1] != "failed"
    assert set(ours.values()) >= {"success", "skipped"}
    kept, kept_by_theirs = (run.pulled("gate", "skipmixin_key") for run in runs)
    assert kept == kept_by_theirs
    assert "skipped" in kept
    assert connection.journal.operations.count("ListEventsView") == 1


@pytest.mark.parametrize("rules", ["", ", ignore_downstream_trigger_rules=False"])
def test_in_a_mapped_group_it_skips_what_a_short_circuit_skips(
    rules: str, run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    freeze()
    runs = [run_dag(dag(MAPPED.format(gate.format(rules)))) for gate in (GATE_OF_EACH, SHORT_OF_EACH)]
    ours, theirs = map(states, runs)
    assert ours == theirs
    assert connection.journal.operations.count("ListEventsView") == 2


@pytest.mark.parametrize(("said", "later"), [("true", "skipped"), ("false", "success")])
def test_rules_as_text(
    said: str, later: str, run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    freeze()
    rest = """
    @task(trigger_rule="all_done")
    def later():
        return "worked"

    gate >> work.override(task_id="next")() >> later()
    """
    run = run_dag(dag(GATE.format(f', ignore_downstream_trigger_rules="{said}"'), WORK, rest))
    assert (states(run)["next", -1], states(run)["later", -1]) == ("skipped", later)
    assert connection.journal.operations.count("ListEventsView") == 1


def test_the_scheduler_knows_that_it_can_skip() -> None:
    with DAG("d", start_date=pendulum.datetime(2026, 1, 1), schedule=None) as made:
        CalendarGateOperator(task_id="t", union_id="u", calendar_id="primary")
    read = DagSerialization.from_dict(json.loads(json.dumps(DagSerialization.to_dict(made))))
    # Airflow 2 looks up the tasks that a task has skipped, whatever its class.
    assert getattr(read.get_task("t"), "inherits_from_skipmixin", True)


@pytest.mark.parametrize("said", [True, "true", "True"])
def test_the_override_opens_without_a_call(
    said: Any, run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    freeze()
    connection.journal.clear()
    run = run_dag(dag(GATE.format(""), WORK, ignore_calendar=said))
    assert (run.state, run.xcom("work")) == ("success", "worked")
    assert list(connection.journal) == []
    assert run.pulled("gate", "state")["reason"] == "the param ignore_calendar overrides the calendar"
    assert "Calendar 'primary' of 'u' is ignored: the param ignore_calendar is true in the run " in run.log


@pytest.mark.parametrize(
    ("arguments", "params"),
    [
        ("", {"ignore_calendar": False}),
        ("", {"ignore_calendar": "false"}),
        ("", {"ignore_calendar": None}),
        (", override_param=None", {"ignore_calendar": True}),
        (', override_param="hotfix"', {"ignore_calendar": True}),
        (', override_param="hotfix"', {"hotfix": "False"}),
    ],
)
def test_the_override_does_not_open(
    arguments: str, params: dict[str, Any], run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    freeze()
    run = run_dag(dag(GATE.format(arguments), WORK, **params))
    assert states(run)["work", -1] == "skipped"
    assert connection.journal.operations.count("ListEventsView") == 1


def test_an_override_that_is_neither_true_nor_false_fails(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    run = run_dag(dag(GATE.format(', on_unknown="open"'), WORK, ignore_calendar="yes"))
    assert states(run) == {("gate", -1): "failed", ("work", -1): "upstream_failed"}
    assert "ignore_calendar must be True or False, not 'yes'" in run.log
    assert list(connection.journal) == []


def test_all_day_events_lie_in_the_zone_of_the_dag(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    # In Pago Pago it is the day before. The freeze lasts two days, so the test can run past midnight.
    today = (datetime.now(timezone.utc) + 14 * HOUR).date()
    keep("u", "Freeze", today, today + timedelta(days=1))
    gates = (
        f'CalendarGateOperator(task_id="{name}", union_id="u", calendar_id="primary"{zone})\n'
        for name, zone in (("default", ""), ("other", ', time_zone="Pacific/{{ params.place }}"'))
    )
    source = dag(*gates, place="Pago_Pago").replace('tz="UTC"', 'tz="Pacific/Kiritimati"')
    run = run_dag(source)
    found = [run.pulled(name, "state") for name in ("default", "other")]
    assert [(state["is_open"], state["next_change"]) for state in found] == [
        (False, f"{today + timedelta(days=2)}T00:00:00+14:00"),
        (True, f"{today}T00:00:00-11:00"),
    ]
    assert connection.journal.operations.count("ListEventsView") == 2


ACCESS = "Forbidden.AccessDenied."


def refused(status: int, code: str) -> Fault:
    return Fault.error(status, code).on("ListEventsView")


#: Failures that leave the state unknown, each with its exception.
UNKNOWN: dict[str, tuple[Fault, type[errors.DingTalkError]]] = {
    "token refused": (refused(400, "InvalidAuthentication").times(2), errors.InvalidTokenError),
    "credentials": (
        Fault.error(400, "invalidClientIdOrSecret").on("GetAccessToken"),
        errors.InvalidCredentialsError,
    ),
    "not authorized": (
        Fault.error(401, "unauthorized.client").on("GetAccessToken"),
        errors.NotAuthorizedError,
    ),
    "denied": (refused(403, "permissionDenied"), errors.PermissionDeniedError),
    "no permission": (refused(403, f"{ACCESS}AccessTokenPermissionDenied"), errors.MissingPermissionError),
    "address": (refused(403, f"{ACCESS}IpNotInWhiteList"), errors.IpNotAllowedError),
    "a second": (refused(403, f"{ACCESS}QpsLimitForAppkeyAndApi"), errors.QpsLimitError),
    "a minute": (refused(403, f"{ACCESS}QpmLimitForAppkeyAndApi"), errors.QpmLimitError),
    "a day": (refused(400, "flowLimit"), errors.DailyEventLimitError),
    "a month": (refused(403, f"{ACCESS}ApiCountLimitForOrg"), errors.MonthlyQuotaError),
    "blocked": (Fault.ip_block().on("ListEventsView"), errors.IpBlockedError),
    "busy": (refused(429, "system.busy"), errors.ServerBusyError),
    "fault": (refused(500, "systemBusy"), errors.ServerBusyError),
    "no answer": (Fault.drop().on("ListEventsView"), errors.OutcomeUnknownError),
    "half an answer": (Fault.truncated().on("ListEventsView"), errors.OutcomeUnknownError),
    "no list": (Fault.answer(200, {}).on("ListEventsView"), errors.UnexpectedAnswerError),
    "no time": (
        Fault.answer(200, {"events": [{"id": "e", "summary": "Freeze"}]}).on("ListEventsView"),
        errors.UnexpectedAnswerError,
    ),
}
#: Failures that mean that an argument is wrong. They never open the gate.
WRONG: dict[str, tuple[Fault, type[errors.DingTalkError]]] = {
    "parameter": (refused(400, "invalidParameter"), errors.InvalidParameterError),
    "not this kind": (refused(400, "invalidParameter.subscribed.invalid"), errors.InvalidParameterError),
    "no calendar": (refused(404, "itemNotFound"), errors.NotFoundError),
    "no user": (refused(404, "invalidParameter.user.notFound"), errors.NotFoundError),
}


class TaskInstance:
    """Records what a task pushes to XCom."""

    max_tries, try_number = 0, 1

    def __init__(self) -> None:
        self.pushed: dict[str, Any] = {}

    def xcom_push(self, key: str, value: Any) -> None:
        self.pushed[key] = value


def execute(on_unknown: str, **changes: Any) -> tuple[Any, dict[str, Any]]:
    """Run a gate outside a DAG. Return its result or its error, and what it has pushed."""
    arguments = {"union_id": "u", "calendar_id": "primary", "time_zone": "UTC"} | changes
    gate = CalendarGateOperator(task_id="t", on_closed="fail", on_unknown=on_unknown, **arguments)
    instance = TaskInstance()
    try:
        return gate.execute({"ti": instance}), instance.pushed  # type: ignore[typeddict-item]
    except Exception as error:  # noqa: BLE001  the tests compare its class
        return error, instance.pushed


def is_raised(found: object, error: type[errors.DingTalkError]) -> bool:
    return type(found) in {error, final(error)}


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_unknown_state(name: str, connection: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch) -> None:
    fault, error = UNKNOWN[name]
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", connection.airflow_connection(max_wait=0))
    found = {}
    for on_unknown in ("fail", "closed", "open"):
        connection.reset()
        connection.order(fault)
        found[on_unknown] = execute(on_unknown)
    failure, pushed = found["fail"]
    assert is_raised(failure, error)
    assert pushed == {}
    failure, pushed = found["closed"]
    assert type(failure) is AirflowFailException
    assert "calendar 'primary' of 'u' is closed: the state is unknown: " in str(failure)
    assert (pushed["state"]["is_open"], pushed["state"]["next_change"]) == (False, None)
    result, pushed = found["open"]
    assert result is True
    assert pushed["state"]["is_open"] is True
    assert pushed["state"]["reason"].startswith("the state is unknown: ")


#: Each combination of ``on_closed`` and ``on_unknown``, except the one that waits.
COMBINED = [
    (on_closed, on_unknown)
    for on_closed in ("skip", "fail", "wait")
    for on_unknown in ("fail", "closed", "open")
    if (on_closed, on_unknown) != ("wait", "closed")
]
#: What becomes of a gate and of the task behind it, by ``on_unknown`` or, if that is "closed", ``on_closed``.
ENDS = {
    "fail": ("failed", "upstream_failed"),
    "open": ("success", "success"),
    "skip": ("success", "skipped"),
    "wait": ("success", "success"),
}


def gates(combinations: list[tuple[str, str]]) -> str:
    """Return the source of a DAG with a gate for each combination, and a task behind each gate."""
    lines = [
        f'CalendarGateOperator(task_id="gate_{closed}_{unknown}", union_id="u", calendar_id="primary", '
        f'on_closed="{closed}", on_unknown="{unknown}") >> work.override(task_id="work_{closed}_{unknown}")()'
        for closed, unknown in combinations
    ]
    return dag("@task\ndef work():\n    pass\n\n", *(f"{line}\n" for line in lines))


@pytest.mark.thorough
@pytest.mark.parametrize("name", list(UNKNOWN | WRONG)[::ONE_IN])
def test_every_failure_with_every_choice_in_a_dag(
    name: str,
    run_dag: Callable[..., Any],
    unlimited: DingTalkEmulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", unlimited.airflow_connection(max_wait=0))
    fault = (UNKNOWN | WRONG)[name][0]

    def ends(combinations: list[tuple[str, str]]) -> tuple[dict[tuple[str, str], tuple[str, str]], int]:
        """Return how gate and task end in each combination, and the number of looks."""
        unlimited.journal.clear()
        unlimited.order(fault.times(fault.count * len(combinations)))
        found = states(run_dag(gates(combinations)))
        looked = unlimited.journal.operations.count("ListEventsView")
        return {
            one: (found[f"gate_{one[0]}_{one[1]}", -1], found[f"work_{one[0]}_{one[1]}", -1])
            for one in combinations
        }, looked

    # A request without a valid token is sent again with a new one. Without any token, none is sent.
    each = 0 if fault.operation == "GetAccessToken" else fault.count
    found, looked = ends(COMBINED)
    for (on_closed, on_unknown), ended in found.items():
        choice = on_closed if on_unknown == "closed" else on_unknown
        assert ended == ENDS["fail" if name in WRONG else choice], (on_closed, on_unknown)
    assert looked == each * len(COMBINED)
    # While this gate waits, a look of the triggerer finds that the calendar is open.
    waiting = ("wait", "closed")
    found, looked = ends([waiting])
    assert found == {waiting: ENDS["fail" if name in WRONG else "wait"]}
    assert looked == each + (name not in WRONG)


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("on_unknown", ["fail", "closed", "open"])
def test_a_wrong_argument_never_opens(name: str, on_unknown: str, connection: DingTalkEmulator) -> None:
    fault, error = WRONG[name]
    connection.order(fault)
    found, pushed = execute(on_unknown)
    assert is_raised(found, error)
    assert pushed == {}


@pytest.mark.parametrize("on_unknown", ["fail", "closed", "open"])
def test_a_calendar_that_does_not_exist_never_opens(on_unknown: str, connection: DingTalkEmulator) -> None:
    found, _ = execute(on_unknown, calendar_id="no-such-calendar")
    assert is_raised(found, errors.NotFoundError)
    assert "no-such-calendar" in str(found), str(found)
    assert connection.journal.operations.count("ListEventsView") == 1


@pytest.mark.parametrize("on_unknown", ["fail", "closed", "open"])
def test_a_wrong_connection_never_opens(
    on_unknown: str, connection: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", connection.airflow_connection(app_type="unknown"))
    found, _ = execute(on_unknown)
    assert is_raised(found, errors.ConfigurationError)
    assert list(connection.journal) == []


@pytest.mark.parametrize(("on_unknown", "result"), [("fail", None), ("closed", None), ("open", True)])
def test_nobody_listens(
    on_unknown: str, result: bool | None, connection: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    uri = json.loads(connection.airflow_connection(max_wait=0)) | {"host": f"http://127.0.0.1:{port}"}
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", json.dumps(uri))
    found, _ = execute(on_unknown)
    if on_unknown == "fail":
        assert is_raised(found, errors.RequestNotSentError)
    else:
        assert (found if result else type(found)) in {True, AirflowFailException}


def test_a_retry_looks_again(
    run_dag: Callable[..., Any], connection: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", connection.airflow_connection(max_wait=0))
    connection.order(refused(500, "systemBusy"))
    run = run_dag(dag(GATE.format(", **RETRIED"), WORK))
    assert (run.state, run.xcom("work")) == ("success", "worked")
    assert connection.journal.operations.count("ListEventsView") == 2


def test_an_unknown_state_that_counts_as_closed_skips(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    connection.order(refused(403, f"{ACCESS}ApiCountLimitForOrg"))
    run = run_dag(dag(GATE.format(', on_unknown="closed"'), WORK))
    assert (run.state, states(run)["work", -1]) == ("success", "skipped")
    assert "The state of calendar 'primary' of 'u' is unknown: ListEventsView: " in run.log


@pytest.mark.parametrize(
    ("deny", "message"),
    [
        ("{{ params.nothing }}", "deny must not be the text 'None', which stands for a missing value"),
        ("{{ params.words }}", "deny is the text of a list, as a template renders one"),
        ("{{ '' }}", "deny must not be blank"),
    ],
)
def test_a_criterion_that_a_template_spoils_never_opens(
    deny: str, message: str, run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    source = GATE.format(f', on_unknown="open", deny="{deny}"')
    run = run_dag(dag(source, WORK, nothing=None, words=["freeze"]))
    assert states(run) == {("gate", -1): "failed", ("work", -1): "upstream_failed"}
    assert message in run.log
    assert list(connection.journal) == []


def test_criteria_come_from_upstream(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    freeze()
    source = """
    @task
    def words():
        return ["lunch", {"pattern": "^Free"}]

    gate = CalendarGateOperator(task_id="gate", union_id="u", calendar_id="primary", deny=words())
    """
    run = run_dag(dag(source, WORK))
    assert states(run)["work", -1] == "skipped"
    assert connection.journal.operations.count("ListEventsView") == 1
