"""Operators for events, in DAGs that Airflow runs against the emulator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from tests.in_airflow.dag_source import dag

EVENT = 'union_id="owner", event_id="{{ ti.xcom_pull(task_ids=\'create\') }}"'
CREATE = """
create = CreateEventOperator(
    task_id="create", union_id="owner", summary="Release", start=NINE, end=TEN, time_zone="Asia/Shanghai"
)
"""


def test_the_content_of_an_event_comes_from_templates_and_upstream(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    source = """
    @task(multiple_outputs=True)
    def plan():
        return {"people": ["u1", {"id": "u2", "isOptional": True}], "room": "Tower 7", "minutes": 10}

    found = plan()
    CreateEventOperator(
        task_id="create",
        union_id="{{ params.owner }}",
        summary="Release {{ ds }} · 发布",
        start="{{ (logical_date + macros.timedelta(hours=9)).isoformat() }}",
        end=pendulum.datetime(2026, 5, 6, 10, tz="UTC"),
        time_zone="Asia/{{ 'Shanghai' }}",
        description="of {{ params.owner }}",
        attendees=found["people"],
        reminders=[found["minutes"], 5],
        recurrence={
            "pattern": {"type": "daily", "interval": 1},
            "range": {"type": "numbered", "numberOfOccurrences": 3},
        },
        location={"displayName": found["room"]},
        online_meeting_info="dingtalk",
        extra={"noPushNotification": "{{ 'true' }}"},
        ui_configs=[{"uiName": "{{ 'tipsRow' }}", "uiStatus": "hide"}],
        rich_text_description="<b>{{ ds }}</b>",
        dingtalk_conn_id="dingtalk_{{ 'default' }}",
    )
    """
    import pendulum

    run = run_dag(dag(source, owner="owner-7"), logical_date=pendulum.datetime(2026, 5, 6, tz="UTC"))
    (event,) = connection.events
    assert (run.state, run.xcom("create")) == ("success", event.event_id)
    assert event.organizer == "owner-7"
    assert [(one.union_id, one.is_optional) for one in event.attendees] == [("u1", False), ("u2", True)]
    (sent,) = (entry.body for entry in connection.journal.of("CreateEvent"))
    assert sent == {
        "summary": "Release 2026-05-06 · 发布",
        "description": "of owner-7",
        "start": {"dateTime": "2026-05-06T17:00:00+08:00", "timeZone": "Asia/Shanghai"},
        "end": {"dateTime": "2026-05-06T18:00:00+08:00", "timeZone": "Asia/Shanghai"},
        "isAllDay": False,
        "attendees": [{"id": "u1"}, {"id": "u2", "isOptional": True}],
        "reminders": [{"method": "dingtalk", "minutes": 10}, {"method": "dingtalk", "minutes": 5}],
        "recurrence": {
            "pattern": {"type": "daily", "interval": 1},
            "range": {"type": "numbered", "numberOfOccurrences": 3},
        },
        "location": {"displayName": "Tower 7"},
        "onlineMeetingInfo": {"type": "dingtalk"},
        "extra": {"noPushNotification": "true"},
        "uiConfigs": [{"uiName": "tipsRow", "uiStatus": "hide"}],
        "richTextDescription": {"text": "<b>2026-05-06</b>"},
    }


def test_an_event_is_changed_and_deleted_once(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    source = f"""
    update = UpdateEventOperator(task_id="update", {EVENT}, summary="Release 2")
    delete, again = (
        DeleteEventOperator(task_id=name, {EVENT}, push_notification="{{{{ params.push }}}}")
        for name in ("delete", "again")
    )
    create >> update >> delete >> again
    """
    run = run_dag(dag(CREATE, source, push=False))
    assert run.state == "success"
    assert run.xcom("update") == run.xcom("create")
    assert (run.xcom("delete"), run.xcom("again")) == (True, False)
    assert connection.events == []
    operations = connection.journal.operations
    assert operations == ["GetAccessToken", "CreateEvent", "PatchEvent", "DeleteEvent", "DeleteEvent"]
    changed, deleted, _ = connection.journal[-3:]
    assert changed.body == {"id": run.xcom("create"), "summary": "Release 2"}
    assert deleted.target.endswith("?pushNotification=false")
    # Every task sends its own client token.
    assert len({entry.headers["x-client-token"] for entry in connection.journal[-4:]}) == 4


def test_a_list_has_all_pages_and_its_sync_token_the_later_changes(
    run_dag: Callable[..., Any], unlimited: DingTalkEmulator
) -> None:
    source = """
    day = {"union_id": "owner", "time_min": "{{ params.from }}"}
    create = CreateEventOperator.partial(
        task_id="create", union_id="owner", start=NINE, end=TEN, time_zone="Asia/Shanghai"
    ).expand(summary=["a", "b", "c"])
    series = CreateEventOperator(
        task_id="series",
        union_id="owner",
        summary="d",
        start="2026-05-06",
        recurrence={
            "pattern": {"type": "daily", "interval": 1},
            "range": {"type": "numbered", "numberOfOccurrences": 4},
        },
    )
    every = ListEventsOperator(task_id="every", **day, show_deleted="{{ params.deleted }}")
    some = ListEventsOperator(task_id="some", **day, limit="{{ params.limit }}")
    view = ListEventsOperator(
        task_id="view", **day, time_max="2026-05-08T00:00:00+08:00", expand_recurrences=True
    )
    late = CreateEventOperator(task_id="late", union_id="owner", summary="e", start="2026-05-06")
    changed = ListEventsOperator(task_id="changed", union_id="owner", sync_token=every.output["sync_token"])
    create >> series >> every >> some >> view >> late >> changed
    """
    params = {"from": "2026-05-05T00:00:00+08:00", "limit": 2, "deleted": True}
    run = run_dag(dag(source, **params))
    assert run.state == "success"
    assert {event["summary"] for event in run.xcom("every")} == {"a", "b", "c", "d"}
    assert run.xcom("every")[0]["organizer"]["id"] == "owner"
    assert len(run.xcom("some")) == 2
    # Two of the four instances of the series start before time_max.
    assert sorted(event["summary"] for event in run.xcom("view")) == ["a", "b", "c", "d", "d"]
    assert [event["summary"] for event in run.xcom("changed")] == ["e"]
    assert "showDeleted=true" in unlimited.journal.of("ListEvents")[0].target


def test_what_is_running_is_listed_though_it_began_long_ago(
    run_dag: Callable[..., Any], unlimited: DingTalkEmulator
) -> None:
    source = """
    freeze = CreateEventOperator(
        task_id="freeze",
        union_id="owner",
        summary="freeze",
        start="2026-04-01T00:00",
        end="2026-06-01T00:00",
        time_zone="Asia/Shanghai",
    )
    day = CreateEventOperator(task_id="day", union_id="owner", summary="day", start="2026-05-06")
    now = CreateEventOperator(
        task_id="now",
        union_id="owner",
        summary="now",
        start=pendulum.now("UTC").subtract(days=2),
        end=pendulum.now("UTC").add(days=2),
    )
    at = {"union_id": "owner", "running_at": "{{ params.at }}"}
    plain = ListEventsOperator(
        task_id="plain", union_id="owner", time_min="{{ params.at }}", time_max="2026-05-07T00:00:00Z"
    )
    running = ListEventsOperator(task_id="running", **at)
    shanghai = ListEventsOperator(task_id="shanghai", **at, time_zone="Asia/Shanghai")
    one = ListEventsOperator(task_id="one", **at, time_zone="Asia/Shanghai", limit=1)
    at_once = ListEventsOperator(task_id="at_once", union_id="owner", running_at="now")
    freeze >> day >> now >> plain >> running >> shanghai >> one >> at_once
    """
    lists = ("plain", "running", "shanghai", "one", "at_once")
    # In Shanghai it is six o'clock on 6 May. In the time zone of the DAG, UTC, it is still 5 May.
    run = run_dag(dag(source, at="2026-05-05T22:00:00+00:00"))
    assert run.state == "success"
    listed = {name: [event["summary"] for event in run.xcom(name)] for name in lists}
    assert listed == {
        # In the emulator, all-day events begin at midnight UTC. The plain list filters by start, so it omits
        # the freeze.
        "plain": ["day"],
        "running": ["freeze"],
        "shanghai": ["freeze", "day"],
        "one": ["freeze"],
        "at_once": ["now"],
    }
    assert unlimited.journal.operations[-5:] == ["ListEvents", *["ListEventsView"] * 4]


def test_all_day_events_run_in_the_time_zone_of_the_dag(
    run_dag: Callable[..., Any],
    unlimited: DingTalkEmulator,  # noqa: ARG001
) -> None:
    source = """
    day = CreateEventOperator(task_id="day", union_id="owner", summary="day", start="2026-05-06")
    running = ListEventsOperator(task_id="running", union_id="owner", running_at="{{ params.at }}")
    day >> running
    """
    of_shanghai = dag(source, at="2026-05-05T22:00:00+00:00").replace('tz="UTC"', 'tz="Asia/Shanghai"')
    assert [event["summary"] for event in run_dag(of_shanghai).xcom("running")] == ["day"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            'ListEventsOperator(task_id="t", union_id="u", limit="{{ params.from }}.5")',
            "limit must be a whole number of at least 0, not '2026.5'",
        ),
        (
            'DeleteEventOperator(task_id="t", union_id="u", event_id="e", '
            'push_notification="{{ params.from }}")',
            "push_notification must be True or False, not '2026'",
        ),
        (
            'CreateEventOperator(task_id="t", union_id="u", summary="{{ \'\' }}", start="2026-05-06")',
            "summary must not be blank (length: 0); a template that finds nothing renders an empty text",
        ),
        (
            f'DeleteEventOperator(task_id="t", {EVENT})',
            "event_id must not be the text 'None', which stands for a missing value; a template renders a mi",
        ),
        (
            'CreateSubscribedCalendarOperator(task_id="t", union_id="u", name="n", '
            "subscribe_scope=\"{{ {'corp_ids': ['corp']} }}\")",
            "subscribe_scope must be a mapping, not str; a template renders text: set render_template_as_nat",
        ),
        (
            'ListEventsOperator(task_id="t", union_id="u", time_min="{{ params.from }}-05-06T00:00:00Z", '
            'time_max="{{ params.from }}-05-05T00:00:00Z")',
            "time_max must not come before time_min: 2026-05-05T00:00:00+00:00 is before 2026-05-06T00:00:00",
        ),
    ],
)
def test_a_bad_rendered_argument_fails_before_a_request(
    source: str, message: str, run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    run = run_dag(dag(source, **{"from": "2026"}))
    assert run.state == "failed"
    assert message in run.log
    assert "InvalidArgumentError" in run.log
    assert list(connection.journal) == []


def test_after_the_daily_limit_of_events_the_log_says_to_wait_a_day(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    connection.order(Fault.error(400, "flowLimit").on("CreateEvent"))
    run = run_dag(dag(CREATE))
    assert run.state == "failed"
    assert "trying again is useful after 86400 s" in run.log
