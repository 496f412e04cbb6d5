"""Operators for people and groups, in DAGs that Airflow runs against the emulator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from tests.in_airflow.dag_source import dag

LOOK_UP = """
look_up = LookUpUnionIdsOperator(
    task_id="look_up", userids={userids}, mobiles={mobiles}, dept_ids={dept_ids}, **{more}
)
"""
GROUP = 'CreateGroupOperator(task_id="group", title="t", template_id="p", owner_user_id="o", OPTION)'
CREATE = """
CreateSubscribedCalendarOperator(
    task_id="create",
    union_id="union-1",
    name="n",
    subscribe_scope={"union_ids": look_up.output["union_ids"]},
    managers=look_up.output["union_ids"],
)
"""


@pytest.fixture
def people(connection: DingTalkEmulator) -> DingTalkEmulator:
    """Add nine people to the emulator. People 3, 4 and 5 are in department 7."""
    for number in range(1, 10):
        connection.add_user(
            userid=f"staff-{number}", union_id=f"union-{number}", mobile=f"1380000000{number}"
        )
    connection.add_department(7, ["staff-3", "staff-4", "staff-5"])
    return connection


def look_up(userids: object = None, mobiles: object = None, dept_ids: object = None, more: str = "{}") -> str:
    return LOOK_UP.format(userids=userids, mobiles=mobiles, dept_ids=dept_ids, more=more)


def test_userids_mobiles_and_departments_become_a_scope(
    run_dag: Callable[..., Any], people: DingTalkEmulator
) -> None:
    source = look_up(
        ["staff-1", "{{ params.second }}"], ["13800000003", "13800000006"], ["{{ params.department }}"]
    )
    run = run_dag(dag(source, CREATE, second="staff-2", department=7))
    assert run.state == "success"
    assert run.xcom("look_up") == {
        "staff-1": "union-1",
        "staff-2": "union-2",
        "staff-3": "union-3",
        "staff-4": "union-4",
        "staff-5": "union-5",
        "13800000003": "union-3",
        "13800000006": "union-6",
    }
    (calendar,) = people.calendars
    # Each person is listed once. Members of departments come first.
    assert calendar.managers == ("union-3", "union-4", "union-5", "union-1", "union-2", "union-6")
    assert calendar.subscribe_scope["unionIds"] == calendar.managers
    assert run.pulled("look_up", "unknown") == []


UNKNOWN = look_up(["staff-1", "nobody"], ["13800000002", "13999999999"], more="%s")


def test_the_task_fails_and_names_unknown_people(
    run_dag: Callable[..., Any], people: DingTalkEmulator
) -> None:
    run = run_dag(dag(UNKNOWN % "RETRIED"))
    assert len(people.journal.of("OapiV2UserGetbymobile")) == 2
    assert run.state == "failed"
    assert "NotFoundError: 2 unknown: nobody, 13999999999" in run.log
    assert run.pulled("look_up", "unknown") == ["nobody", "13999999999"]
    assert run.pulled("look_up", "union_ids") == ["union-1", "union-2"]
    # The task is not retried, because a retry would not help.
    assert run.tasks["look_up", -1].try_number == 1


def test_unknown_people_can_be_skipped(run_dag: Callable[..., Any], people: DingTalkEmulator) -> None:
    run = run_dag(dag(UNKNOWN % "{'if_unknown': 'skip'}", CREATE))
    assert run.state == "success"
    assert run.xcom("look_up") == {"staff-1": "union-1", "13800000002": "union-2"}
    assert "2 unknown: nobody, 13999999999" in run.log
    assert run.pulled("look_up", "unknown") == ["nobody", "13999999999"]
    assert people.calendars[0].managers == ("union-1", "union-2")


def test_unknown_people_are_in_the_order_asked_for(
    run_dag: Callable[..., Any], people: DingTalkEmulator
) -> None:
    # The two requests are concurrent. The first to arrive gets no answer. The client repeats this request,
    # so its answer comes last.
    people.order(Fault.drop().on("OapiV2UserGetbymobile"))
    run = run_dag(dag(look_up(["staff-1"], ["13999999998", "13999999999"], more="{'if_unknown': 'skip'}")))
    assert len(people.journal.of("OapiV2UserGetbymobile")) == 3
    assert run.pulled("look_up", "unknown") == ["13999999998", "13999999999"]


OUTSIDE = Fault.answer(200, {"errcode": 50002, "errmsg": "staff-1 is outside"}).on("OapiV2UserGet")


def test_a_person_outside_the_contact_scope_can_be_skipped(
    run_dag: Callable[..., Any], people: DingTalkEmulator
) -> None:
    people.order(OUTSIDE)
    run = run_dag(dag(look_up(["staff-1", "nobody", "staff-2"], more="{'if_unknown': 'skip'}")))
    assert run.state == "success"
    assert run.xcom("look_up") == {"staff-2": "union-2"}
    assert run.pulled("look_up", "unknown") == ["staff-1", "nobody"]
    assert "2 unknown: staff-1, nobody; 1 of them outside the app's contact scope" in run.log


def test_a_person_outside_the_contact_scope_fails_the_task(
    run_dag: Callable[..., Any], people: DingTalkEmulator
) -> None:
    people.order(OUTSIDE)
    run = run_dag(dag(look_up(["staff-1", "staff-2"], more="RETRIED")))
    assert run.state == "failed"
    assert "add the user or the department to the app's contact scope in the developer console" in run.log
    assert people.journal.operations.count("OapiV2UserGet") == 1
    assert run.tasks["look_up", -1].try_number == 1


def test_a_missing_permission_costs_one_call(run_dag: Callable[..., Any], people: DingTalkEmulator) -> None:
    people.order(
        Fault.error(403, "Forbidden.AccessDenied.AccessTokenPermissionDenied").on("OapiV2UserGet").times(9)
    )
    run = run_dag(dag(look_up([f"staff-{number}" for number in range(1, 10)])))
    assert run.state == "failed"
    assert "9 of 9 failed (staff-1, staff-2, staff-3, ...)" in run.log
    assert people.journal.operations.count("OapiV2UserGet") == 1


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (look_up("'{{ ds }}'"), "userids must be a list of strings, not str"),
        (look_up(dept_ids="['seven']"), "dept_id must be a whole number"),
        ("@task\ndef none(): ...\n" + look_up("none()"), "give at least one of userids, mobiles, dept_ids"),
        (
            GROUP.replace("OPTION", 'management_options="{{ ds }}"'),
            "management_options must be a mapping, not str",
        ),
        (
            GROUP.replace('"t"', "\"{{ 'x' * 31 }}\"").replace("OPTION", ""),
            "title must have at most 30 characters, not 31",
        ),
        (
            GROUP.replace("OPTION", "uuid=\"{{ '' }}\""),
            "uuid must not be blank",
        ),
    ],
)
def test_a_bad_rendered_argument_fails_before_a_request(
    source: str, message: str, run_dag: Callable[..., Any], people: DingTalkEmulator
) -> None:
    run = run_dag(dag(source))
    assert run.state == "failed"
    assert message in run.log
    assert "InvalidArgumentError" in run.log
    assert list(people.journal) == []


def test_groups_are_found_and_created_for_a_scope(
    run_dag: Callable[..., Any], people: DingTalkEmulator
) -> None:
    people.add_chat("chat/1", "cid-1")
    source = """
    found = GetOpenConversationIdOperator(task_id="found", chat_id="{{ params.chat }}")
    made = CreateGroupOperator(
        task_id="made",
        title="Releases {{ ds }}",
        template_id="{{ params.template }}",
        owner_user_id="staff-1",
        user_ids=["staff-2", "{{ params.third }}"],
        subadmin_ids=["staff-2"],
        icon="@media",
        management_options={"mention_all_authority": 1},
    )
    CreateSubscribedCalendarOperator(
        task_id="create",
        union_id="union-3",
        name="n",
        subscribe_scope={"open_conversation_ids": [found.output, made.output]},
    )
    """
    import pendulum

    run = run_dag(
        dag(source, chat="chat/1", template="t-1", third="staff-3"),
        logical_date=pendulum.datetime(2026, 5, 6, tz="UTC"),
    )
    assert run.state == "success"
    assert run.xcom("found") == "cid-1"
    (calendar,) = people.calendars
    assert calendar.subscribe_scope["openConversationIds"] == ("cid-1", run.xcom("made"))
    (entry,) = people.journal.of("CreateSceneGroup")
    body: Any = entry.body
    assert len(body.pop("uuid")) == 32
    assert body == {
        "title": "Releases 2026-05-06",
        "template_id": "t-1",
        "owner_user_id": "staff-1",
        "user_ids": ["staff-2", "staff-3"],
        "subadmin_ids": ["staff-2"],
        "icon": "@media",
        "management_options": {"mention_all_authority": 1},
    }


def test_a_missing_chat(run_dag: Callable[..., Any], people: DingTalkEmulator) -> None:
    run = run_dag(dag('GetOpenConversationIdOperator(task_id="t", chat_id="nothing")'))
    assert run.state == "failed"
    assert "invalideChatId" in run.log
    assert people.journal.operations == ["GetAccessToken", "ChatIdToOpenConversationId"]


def test_a_phone_number_that_is_another_persons_userid_is_refused(
    run_dag: Callable[..., Any], people: DingTalkEmulator
) -> None:
    people.add_user(userid="13800000009", union_id="u-nine")
    people.add_user(userid="tenth", union_id="u-ten", mobile="13800000009")
    people.add_department(9, ["13800000009"])
    run = run_dag(dag("LookUpUnionIdsOperator(task_id='t', dept_ids=[9], mobiles=['13800000009'])"))
    assert run.state == "failed"
    assert "mobiles must not hold '13800000009', which is the userid of somebody else" in run.log
