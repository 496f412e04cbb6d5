"""Operators for subscribed calendars, in DAGs that Airflow runs against the emulator."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pendulum
import pytest
from airflow.providers.common.compat.sdk import DAG

from airflow_provider_dingtalk_calendar.client import SubscribeScope
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError
from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import CreateSubscribedCalendarOperator
from tests.in_airflow.dag_source import dag
from tests.in_airflow.versions import DagSerialization

HEAD = """
import pendulum
from airflow.providers.common.compat.sdk import DAG, dag, task, task_group
from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import CreateSubscribedCalendarOperator

TEAM = {"owner": "owner-7", "editor": "editor-7"}
with DAG("a_dag", schedule=None, start_date=pendulum.datetime(2026, 1, 1, tz="UTC"), params=TEAM):
"""
CREATE = """
    CreateSubscribedCalendarOperator(
        task_id="create", union_id="owner", name="Releases", subscribe_scope={{"corp_ids": ["corp"]}}{more}
    )
"""


def one_task(more: str = "") -> str:
    return HEAD + CREATE.format(more=more)


def created(emulator: DingTalkEmulator) -> list[Any]:
    return [entry.body for entry in emulator.journal if entry.operation == "CreateSubscribedCalendar"]


@pytest.mark.parametrize(
    ("if_exists", "calendars", "states"),
    [
        ("reuse", 1, ["success", "success"]),
        ("create", 2, ["success", "success"]),
        ("fail", 1, ["success", "failed"]),
    ],
)
def test_what_a_second_run_does(
    if_exists: str,
    calendars: int,
    states: list[str],
    run_dag: Callable[..., Any],
    connection: DingTalkEmulator,
) -> None:
    source = one_task(f', if_exists="{if_exists}"')
    runs = [run_dag(source), run_dag(source)]
    assert len(connection.calendars) == calendars
    assert [run.state for run in runs] == states
    assert connection.journal.operations.count("ListCalendars") == (0 if if_exists == "create" else 2)


def test_one_log_line_says_what_was_done(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    first, second = run_dag(one_task()), run_dag(one_task())
    calendar_id = connection.calendars[0].calendar_id
    said = re.compile(r"(\w+) subscribed calendar 'Releases' of 'owner': ([\w+/=]+)")
    # In a test process, Airflow 2 logs each line twice.
    assert set(said.findall(first.log)) == {("Created", calendar_id)}
    assert set(said.findall(second.log)) == {("Reused", calendar_id)}


def test_the_log_warns_about_a_second_calendar_of_the_name(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    for _ in range(2):
        run_dag(one_task(', if_exists="create"'))
    run = run_dag(one_task())
    first, second = sorted(calendar.calendar_id for calendar in connection.calendars)
    assert run.xcom("create") == first
    assert f"'owner' owns 1 more calendars named 'Releases': {second}" in run.log


def test_the_log_warns_about_another_description(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    first, second, third = (run_dag(one_task(f', description="{text}"')) for text in ("a & b", "a & b", "c"))
    (calendar,) = connection.calendars
    said = (
        f"Subscribed calendar {calendar.calendar_id!r} was reused unchanged, but differs from the task's "
        "arguments in: description"
    )
    assert said in third.log
    assert "was reused unchanged" not in first.log + second.log
    assert connection.journal.operations.count("ListCalendars") == 3
    assert "GetSubscribedCalendar" not in connection.journal.operations


def test_update_brings_the_calendar_to_the_task_and_the_log_names_the_fields(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    declared = ', if_exists="update", description="{}", managers={}'
    run_dag(one_task(declared.format("first", ["m1", "m2"])))
    (calendar,) = connection.calendars
    for text, managers, updated in (
        ("first", ["m2", "m1"], ""),
        ("second", ["m2"], " (description, managers)"),
        ("", ["m2"], " (description)"),
    ):
        connection.journal.clear()
        run = run_dag(one_task(declared.format(text, managers)))
        calendar_id = calendar.calendar_id
        line = f"{{}} subscribed calendar 'Releases' of 'owner': {calendar_id}{updated}"
        assert line.format("Updated" if updated else "Reused") in run.log
        assert run.xcom("create") == calendar_id
        (now,) = connection.calendars
        assert (now.description, set(now.managers)) == (text, set(managers))
        change = ["UpdateSubscribedCalendars"] if updated else []
        operations = [name for name in connection.journal.operations if name != "GetAccessToken"]
        assert operations == ["ListCalendars", "GetSubscribedCalendar", *change]
        assert "was reused unchanged" not in run.log


SEVERAL = """
@task
def people():
    return ["m1", "m2"]

@task
def teams():
    return [{"name": f"Team {n}", "subscribe_scope": {"corp_ids": ["corp"]}} for n in range(3)]

EnsureSubscribedCalendarsOperator(
    task_id="ensure",
    union_id="{{ params.owner }}",
    calendars=[
        {
            "name": "Team {{ params.team }}",
            "subscribe_scope": {"union_ids": people()},
            "managers": ["{{ params.editor }}"],
        },
        {"name": "Close", "subscribe_scope": {"corp_ids": ["corp"]}, "description": "of {{ ds }}"},
    ],
    **RETRIED,
)
EnsureSubscribedCalendarsOperator(task_id="from_a_task", union_id="teams", calendars=teams(), **RETRIED)
"""
SEVERAL_PARAMS = {"owner": "owner", "team": "red", "editor": "editor-1"}


def test_several_calendars_are_ensured_with_one_list(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    source = dag(SEVERAL, **SEVERAL_PARAMS)
    first = run_dag(source, logical_date=pendulum.datetime(2026, 5, 6, tz="UTC"))
    assert first.state == "success"
    ours = {one.name: one for one in connection.calendars if one.author == "owner"}
    assert first.xcom("ensure") == {name: one.calendar_id for name, one in ours.items()}
    assert [*first.xcom("from_a_task")] == ["Team 0", "Team 1", "Team 2"]
    assert ours["Team red"].managers == ("editor-1",)
    assert ours["Team red"].subscribe_scope["unionIds"] == ("m1", "m2")
    assert ours["Close"].description == "of 2026-05-06"
    connection.journal.clear()
    second = run_dag(source)
    assert second.xcom("ensure") == first.xcom("ensure")
    operations = [name for name in connection.journal.operations if name != "GetAccessToken"]
    assert operations == ["ListCalendars"] * 2
    assert len(connection.calendars) == 5


def test_a_retry_creates_only_the_calendars_that_are_missing(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    connection.order(Fault.error(400, "system.error", "busy").on("CreateSubscribedCalendar"))
    run = run_dag(dag(SEVERAL, **SEVERAL_PARAMS))
    assert run.state == "success"
    assert len({(one.author, one.name) for one in connection.calendars}) == len(connection.calendars) == 5


def test_two_calendars_with_one_name_fail_before_a_request(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    body = """
    EnsureSubscribedCalendarsOperator(
        task_id="ensure",
        union_id="owner",
        calendars=[{"name": name, "subscribe_scope": {"corp_ids": ["c"]}} for name in ("%s", "B", "A")],
    )
    """
    run = run_dag(dag(body % "{{ 'A' }}"))
    assert run.state == "failed"
    assert "calendars[2].name must differ from calendars[0].name; both are 'A'" in run.log
    assert list(connection.journal) == []


def test_templates_and_outputs_inside_scope_and_managers(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    source = (
        HEAD
        + """
    @task(multiple_outputs=True)
    def audience():
        return {"groups": ["group-1", "group-2"], "editor": "editor-1"}

    found = audience()
    CreateSubscribedCalendarOperator(
        task_id="create",
        union_id="{{ params.owner }}",
        name="Releases {{ ds }}",
        description="{% if true %}d{% endif %}",
        subscribe_scope={"open_conversation_ids": found["groups"], "unionIds": ["{{ params.owner }}"]},
        managers=[found["editor"], "{{ params.editor }}"],
        dingtalk_conn_id="dingtalk_{{ 'default' }}",
    )
"""
    )
    run = run_dag(source, logical_date=pendulum.datetime(2026, 5, 6, tz="UTC"))
    assert run.state == "success"
    assert created(connection) == [
        {
            "name": "Releases 2026-05-06",
            "description": "d",
            "managers": ["editor-1", "editor-7"],
            "subscribeScope": {"unionIds": ["owner-7"], "openConversationIds": ["group-1", "group-2"]},
        }
    ]
    assert connection.calendars[0].author == "owner-7"


def test_a_whole_scope_from_upstream(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    source = (
        HEAD
        + """
    @task
    def scope():
        return {"corpIds": ["corp"]}

    @task
    def managers():
        return ["m1", "m2"]

    CreateSubscribedCalendarOperator(
        task_id="create", union_id="owner", name="Releases", subscribe_scope=scope(), managers=managers()
    )
"""
    )
    assert run_dag(source).state == "success"
    assert created(connection) == [
        {"name": "Releases", "managers": ["m1", "m2"], "subscribeScope": {"corpIds": ["corp"]}}
    ]


def test_outputs_of_mapped_tasks_inside_scope_and_managers(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    source = (
        HEAD
        + """
    @task
    def user(number):
        return f"user-{number}"

    users = user.expand(number=[1, 2])
    CreateSubscribedCalendarOperator(
        task_id="create",
        union_id="owner",
        name="Releases",
        subscribe_scope={"union_ids": users, "corp_ids": users.map(lambda found: found[-1])},
        managers=users,
    )
"""
    )
    assert run_dag(source).state == "success"
    assert created(connection) == [
        {
            "name": "Releases",
            "managers": ["user-1", "user-2"],
            "subscribeScope": {"unionIds": ["user-1", "user-2"], "corpIds": ["1", "2"]},
        }
    ]


def test_partial_and_expand(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    source = (
        HEAD
        + """
    CreateSubscribedCalendarOperator.partial(
        task_id="create", union_id="owner", subscribe_scope={"corp_ids": ["corp"]}, if_exists="create"
    ).expand(name=["A", "B"], managers=[["m"], []])
"""
    )
    run = run_dag(source)
    assert run.state == "success"
    assert sorted(body["name"] for body in created(connection)) == ["A", "A", "B", "B"]
    assert len({run.xcom("create", index) for index in range(4)}) == 4


def test_inside_a_mapped_task_group(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    source = (
        HEAD
        + """
    @task_group
    def per_team(team):
        create = CreateSubscribedCalendarOperator(
            task_id="create", union_id="owner", name=team, subscribe_scope={"open_conversation_ids": [team]}
        )

        @task
        def use(calendar_id):
            return calendar_id

        use(create.output)

    per_team.expand(team=["red", "blue"])
"""
    )
    run = run_dag(source)
    assert run.state == "success"
    assert {run.xcom("per_team.use", index) for index in range(2)} == {
        calendar.calendar_id for calendar in connection.calendars
    }
    assert {calendar.name for calendar in connection.calendars} == {"red", "blue"}


START = pendulum.datetime(2026, 1, 1, tz="UTC")
LIMIT = {"max_active_tis_per_dag": 5}
SCOPE = {"corp_ids": ["c"]}
GOOD: dict[str, Any] = {"task_id": "create", "union_id": "u", "name": "n", "subscribe_scope": SCOPE}
BAD = [
    ({"union_id": ""}, "union_id must not be blank"),
    ({"union_id": None}, "union_id must be a string, not NoneType"),
    ({"union_id": ".."}, "union_id must not be '..'"),
    ({"subscribe_scope": SubscribeScope(corp_ids=("c",))}, "must be a mapping, which Airflow can render"),
    ({"name": " "}, "name must not be blank"),
    ({"name": "x" * 129}, "name must have at most 128 characters, not 129"),
    ({"description": "x" * 1025}, "description must have at most 1024 characters, not 1025"),
    ({"managers": "u1"}, "managers must be a list"),
    ({"managers": ["{{ x }}", 3]}, r"managers\[1\] must be a string, not int"),
    ({"subscribe_scope": {}}, "subscribe_scope must hold at least one id"),
    ({"subscribe_scope": {"userIds": ["{{ x }}"]}}, "unknown key 'userIds'; allowed are union_ids"),
    ({"if_exists": "replace"}, "if_exists must be one of 'reuse', 'update', 'create', 'fail', not 'replace'"),
    ({"if_exists": "{{ x }}"}, "if_exists must be one of"),
]


@pytest.mark.parametrize(
    ("of_the_dag", "of_the_task", "limit"),
    [({}, {}, 1), ({}, LIMIT, 5), (LIMIT, {}, 5)],
)
def test_one_instance_runs_at_a_time_unless_the_dag_or_the_task_says_otherwise(
    of_the_dag: dict[str, int], of_the_task: dict[str, int], limit: int
) -> None:
    with DAG("d", start_date=START, schedule=None, default_args=of_the_dag) as a_dag:
        CreateSubscribedCalendarOperator(**GOOD, **of_the_task)
    read = DagSerialization.from_dict(DagSerialization.to_dict(a_dag))
    assert read.get_task("create").max_active_tis_per_dag == limit


def test_a_mapped_task_has_the_limit_that_it_is_given() -> None:
    arguments = {name: value for name, value in GOOD.items() if name != "name"}
    with DAG("d", start_date=START, schedule=None) as a_dag:
        CreateSubscribedCalendarOperator.partial(**arguments).expand(name=["a", "b"])
        limited = arguments | LIMIT | {"task_id": "limited"}
        CreateSubscribedCalendarOperator.partial(**limited).expand(name=["a", "b"])
    read = DagSerialization.from_dict(DagSerialization.to_dict(a_dag))
    limits = [read.get_task(task_id).max_active_tis_per_dag for task_id in ("create", "limited")]
    assert limits == [None, 5]


@pytest.mark.parametrize(("arguments", "message"), BAD)
def test_a_bad_argument_fails_when_the_dag_is_parsed(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        CreateSubscribedCalendarOperator(**(GOOD | arguments))


@pytest.mark.parametrize(("arguments", "message"), BAD)
def test_a_bad_argument_of_partial_fails_when_the_dag_is_parsed(
    arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        CreateSubscribedCalendarOperator.partial(**(GOOD | arguments))


@pytest.mark.parametrize(
    "arguments",
    [
        {"name": "{{ ds }}" + "x" * 128},
        {"subscribe_scope": "{{ var.json.scope }}"},
        {"subscribe_scope": {"corp_ids": "{{ x }}"}},
        {"subscribe_scope": {"corp_ids": ["{{ x }}"], "union_ids": []}},
        {"managers": "{{ x }}"},
    ],
)
def test_pending_arguments_are_left_to_the_run(arguments: dict[str, Any]) -> None:
    CreateSubscribedCalendarOperator(**(GOOD | arguments))


def test_a_bad_rendered_argument_fails_before_a_request(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    source = HEAD + CREATE.format(more=", description=\"{{ 'x' * 1025 }}\"")
    run = run_dag(source)
    assert run.state == "failed"
    assert "description must have at most 1024 characters, not 1025" in run.log
    assert list(connection.journal) == []


def test_without_the_permission_to_look_the_error_suggests_create(
    run_dag: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with DingTalkEmulator(permissions=["Calendar.Calendar.Write"]) as emulator:
        monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", emulator.airflow_connection())
        run = run_dag(one_task())
        assert run.state == "failed"
        assert "Calendar.Event.Read" in run.log
        assert 'if_exists="create"' in run.log
        assert run_dag(one_task(', if_exists="create"')).state == "success"
        assert len(emulator.calendars) == 1


def test_a_retry_after_a_lost_answer_finds_the_calendar(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    connection.order(Fault.drop().on("CreateSubscribedCalendar").after_effect())
    source = one_task(", retries=1, retry_delay=pendulum.duration(seconds=0)")
    run = run_dag(source)
    (calendar,) = connection.calendars
    assert run.state == "success"
    assert run.xcom("create") == calendar.calendar_id
    assert connection.journal.operations == [
        *("GetAccessToken", "ListCalendars", "CreateSubscribedCalendar"),
        "ListCalendars",
    ]


def test_no_secret_in_what_a_run_shows(run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    from airflow.models.renderedtifields import RenderedTaskInstanceFields

    connection.order(
        Fault.error(400, "invalidParameter", "calendar name cannot be blank").on("CreateSubscribedCalendar")
    )
    failed, succeeded = run_dag(one_task()), run_dag(one_task())
    assert (failed.state, succeeded.state) == ("failed", "success")
    rendered = str(RenderedTaskInstanceFields.get_templated_fields(succeeded.tasks["create", -1]))
    assert "Releases" in rendered
    assert len(connection.issued_tokens) == 1
    for secret in [connection.client_secret, *connection.issued_tokens]:
        for where in (failed.log, succeeded.log, rendered, repr(succeeded.xcom("create"))):
            assert secret not in where


LIFE = """
create = CreateSubscribedCalendarOperator(
    task_id="create", union_id="owner", name="n", subscribe_scope={"corp_ids": ["corp"]}
)
which = {"union_id": "{{ params.owner }}", "calendar_id": create.output}
update = UpdateSubscribedCalendarOperator(
    task_id="update",
    **which,
    name="{{ params.name }}",
    description="of {{ ds }}",
    managers=["{{ params.editor }}"],
    subscribe_scope={"unionIds": ["{{ params.editor }}"], "corp_ids": ["{{ params.corp }}"]},
)
get = GetSubscribedCalendarOperator(task_id="get", **which)
some = UpdateSubscribedCalendarOperator(task_id="some", **which, description="{{ params.name }}")
listed = ListCalendarsOperator(task_id="listed", union_id="{{ params.editor }}")
delete, again = (DeleteSubscribedCalendarOperator(task_id=name, **which) for name in ("delete", "again"))
update >> get >> some >> listed >> delete >> again
"""
PARAMS = {"owner": "owner", "editor": "editor", "corp": "corp-2", "name": "月末 📅"}


def test_a_calendar_from_its_creation_to_its_deletion(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    run = run_dag(dag(LIFE, **PARAMS), logical_date=pendulum.datetime(2026, 5, 6, tz="UTC"))
    assert run.state == "success"
    calendar_id = run.xcom("create")
    assert [run.xcom("update"), run.xcom("some")] == [calendar_id] * 2
    assert run.xcom("get") == {
        "calendarId": calendar_id,
        "name": "月末 📅",
        "description": "of 2026-05-06",
        "author": "owner",
        "managers": ["editor"],
        "subscribeScope": {"unionIds": ["editor"], "openConversationIds": [], "corpIds": ["corp-2"]},
    }
    # Arguments that are None are not sent.
    assert connection.journal.of("UpdateSubscribedCalendars")[1].body == {"description": "月末 📅"}
    (shown,) = (one for one in run.xcom("listed") if one["id"] == calendar_id)
    assert (shown["summary"], shown["description"], shown["type"]) == ("月末 📅", "月末 📅", "subscribed")
    assert (run.xcom("delete"), run.xcom("again")) == (True, False)
    assert connection.calendars == []


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("name=\"{{ 'x' * 129 }}\"", "name must have at most 128 characters, not 129"),
        ('subscribe_scope="{{ ds }}"', "subscribe_scope must be a mapping"),
        ('managers="{{ ds }}"', "managers must be a list of strings, not str"),
    ],
)
def test_a_change_with_a_bad_rendered_argument_fails_before_a_request(
    more: str, message: str, run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    source = f'UpdateSubscribedCalendarOperator(task_id="t", union_id="o", calendar_id="c", {more})'
    run = run_dag(dag(source))
    assert run.state == "failed"
    assert message in run.log
    assert list(connection.journal) == []
