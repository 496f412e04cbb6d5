"""SyncEventsOperator: a calendar is kept equal to a list."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import pendulum
import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Event
from airflow_provider_dingtalk_calendar.exceptions import (
    DailyEventLimitError,
    InvalidArgumentError,
    SyncRefusedError,
)
from airflow_provider_dingtalk_calendar.operators.events import SyncEventsOperator
from tests.in_airflow.dag_source import dag
from tests.in_airflow.versions import final
from tools.spending import TaskInstance

TABLE = """\
key,summary,start,end,location
jan,Close January,2027-01-31,,
feb,Close February,2027-02-28,,Room 1
mar,Close March · 月末,2027-03-31,,
apr,Close April,2027-04-30,2027-05-01,
go,Go live,2027-02-03 09:00,2027-02-03 10:30,Tower 7
jun,Close June,2027-06-30,,
"""
#: A task that returns the rows of the table, and a task that keeps the primary calendar equal to these rows.
SOURCE = """
@task
def read(params=None):
    import csv, io
    return list(csv.DictReader(io.StringIO(params["table"])))

sync = SyncEventsOperator(
    task_id="sync",
    union_id="{{ params.owner }}",
    events=read(),
    time_zone="{{ params.zone }}",
    window_start="{{ params.year }}-01-01",
    window_end="{{ params.year }}-12-01",
    max_deletions="{{ params.deletions }}",
    allow_empty="{{ params.empty }}",
    dry_run="{{ params.dry }}",
)
"""
PARAMS: dict[str, Any] = {
    "owner": "owner",
    "zone": "Asia/Shanghai",
    "year": 2027,
    "deletions": 10,
    "empty": False,
    "dry": False,
}
DAY = 86_400
NONE = dict.fromkeys(("created", "updated", "deleted", "unchanged", "foreign", "outside"), 0)


def rows() -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(TABLE)))


def run(events: object, **arguments: Any) -> tuple[dict[str, int], dict[str, Any]]:
    """Run the operator without a DAG. Return the counts, and what was pushed to XCom."""
    given = {
        "union_id": "owner",
        "namespace": "closing",
        "time_zone": "Asia/Shanghai",
        "window_start": "2027-01-01",
    }
    task = SyncEventsOperator(task_id="t", events=events, **(given | arguments))  # type: ignore[arg-type]
    instance: Any = TaskInstance("t")
    counts = task.execute({"ti": instance})  # type: ignore[typeddict-unknown-key]
    return counts, instance.pushed


@pytest.fixture
def two_a_day(monkeypatch: pytest.MonkeyPatch) -> Iterator[DingTalkEmulator]:
    """An emulator that lets a user create two events a day."""
    with DingTalkEmulator(daily_event_limit=2) as emulator:
        monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", emulator.airflow_connection())
        yield emulator


def by_key(emulator: DingTalkEmulator, namespace: str) -> dict[str, Event]:
    """Return the events of a namespace by key. The key is in the last line of the description."""
    marks = {event.description.rpartition("\n")[2]: event for event in emulator.events}
    start = f"[airflow {namespace}/"
    return {
        mark.removeprefix(start).split()[0]: event for mark, event in marks.items() if mark.startswith(start)
    }


def test_a_table_fills_a_calendar_and_later_changes_follow(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    ran = run_dag(dag(SOURCE, **PARAMS, table=TABLE))
    assert ran.state == "success"
    assert ran.xcom("sync") == NONE | {"created": 6}
    events = by_key(connection, "a_dag")
    assert list(events) == ["jan", "go", "feb", "mar", "apr", "jun"]
    assert ran.pulled("sync", "event_ids") == {key: event.event_id for key, event in events.items()}
    assert [row["action"] for row in ran.pulled("sync", "plan")] == ["create"] * 6
    assert events["go"].fields["start"] == {
        "dateTime": "2027-02-03T09:00:00+08:00",
        "timeZone": "Asia/Shanghai",
    }
    assert "+ jan 'Close January' 2027-01-31" in ran.log
    assert "6 changes made, 8 metered calls" in ran.log

    before = len(connection.journal)
    ran = run_dag(dag(SOURCE, **PARAMS, table=TABLE))
    assert ran.xcom("sync") == NONE | {"unchanged": 6}
    assert connection.journal.operations[before:] == ["ListEvents"]

    changed = TABLE.replace("2027-02-03 09", "2027-02-03 08").replace("jun,Close June,2027-06-30,,\n", "")
    ran = run_dag(dag(SOURCE, **PARAMS, table=changed))
    assert ran.xcom("sync") == NONE | {"updated": 1, "deleted": 1, "unchanged": 4}
    assert "~ go 'Go live' 2027-02-03T08:00:00+08:00 (start)" in ran.log
    assert "- jun 'Close June' 2027-06-30" in ran.log
    assert connection.journal.operations[before + 1 :] == ["ListEvents", "PatchEvent", "DeleteEvent"]


@pytest.mark.parametrize(
    ("changes", "table", "message"),
    [
        ({"deletions": 0}, TABLE.rpartition("jun")[0], "the plan has 1 deletions and max_deletions is 0"),
        ({}, "key,summary,start\n", "the list is empty"),
        (
            {"empty": True, "deletions": 5},
            "key,summary,start\n",
            "the plan has 6 deletions and max_deletions is 5",
        ),
    ],
)
def test_a_guard_refuses_before_the_first_write(
    changes: dict[str, Any],
    table: str,
    message: str,
    run_dag: Callable[..., Any],
    connection: DingTalkEmulator,
) -> None:
    run_dag(dag(SOURCE, **PARAMS, table=TABLE))
    before = connection.events
    ran = run_dag(dag(SOURCE, **(PARAMS | changes), table=table))
    assert ran.state == "failed"
    assert message in ran.log
    assert "trying again is useless" in ran.log
    assert connection.events == before


def test_a_dry_run_writes_nothing_and_pushes_the_whole_plan(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    days = pendulum.date(2027, 1, 1)
    table = "key,summary,start\n" + "".join(f"k{i},Day {i},{days.add(days=i)}\n" for i in range(250))
    ran = run_dag(dag(SOURCE, **(PARAMS | {"dry": True}), table=table))
    assert ran.xcom("sync") == NONE | {"created": 250}
    assert len(ran.pulled("sync", "plan")) == 250
    assert "Planned 'a_dag' of 'owner' in calendar 'primary': 250 created" in ran.log
    assert connection.events == []


def test_a_run_pushes_200_rows_of_its_plan_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    days = pendulum.date(2027, 1, 1)
    events = [{"key": f"k{i}", "summary": f"Day {i}", "start": str(days.add(days=i))} for i in range(201)]
    with DingTalkEmulator(qps_limit=None, daily_event_limit=None) as emulator:
        monkeypatch.setenv(
            "AIRFLOW_CONN_DINGTALK_DEFAULT", emulator.airflow_connection(calls_per_second=1000)
        )
        counts, pushed = run(events)
    assert counts == NONE | {"created": 201}
    assert (len(pushed["plan"]), len(pushed["event_ids"])) == (200, 201)


class TestApproval:
    """Either the approved plan is carried out, or nothing changes."""

    def test_the_approved_plan_is_carried_out(self, connection: DingTalkEmulator) -> None:
        for approved in ("plan", "fingerprint"):
            _, planned = run(rows(), dry_run=True, namespace=approved)
            counts, pushed = run(rows(), approved_plan=planned[approved], namespace=approved)
            assert counts == NONE | {"created": 6}
            assert pushed["fingerprint"] == planned["fingerprint"]
        assert len(connection.events) == 12

    def test_another_plan_is_refused_and_the_difference_is_named(self, connection: DingTalkEmulator) -> None:
        _, planned = run(rows(), dry_run=True)
        new = {"key": "new", "summary": "New", "start": "2027-05-01"}
        with pytest.raises(final(SyncRefusedError), match=r"not approved: \+ new 'New' 2027-05-01"):
            run([*rows(), new], approved_plan=planned["plan"])
        assert connection.events == []

    def test_an_empty_plan_approves_nothing(self, connection: DingTalkEmulator) -> None:
        with pytest.raises(final(SyncRefusedError), match="the plan has changed since it was approved"):
            run(rows(), approved_plan=[])
        assert connection.events == []

    def test_a_retry_makes_the_rest_of_the_approved_plan(self, two_a_day: DingTalkEmulator) -> None:
        _, planned = run(rows(), dry_run=True)
        for left in (4, 2):
            with pytest.raises(DailyEventLimitError, match=f"{left} to create left"):
                run(rows(), approved_plan=planned["plan"])
            two_a_day.advance(DAY)
        counts, _ = run(rows(), approved_plan=planned["plan"])
        assert counts == NONE | {"created": 2, "unchanged": 4}

    def test_a_plan_that_is_missing_at_run_time_approves_nothing(self, connection: DingTalkEmulator) -> None:
        task = SyncEventsOperator(task_id="t", union_id="owner", events=[], approved_plan="{{ nothing }}")
        task.approved_plan = None
        with pytest.raises(final(InvalidArgumentError), match="approved_plan must be the plan or"):
            task.execute({})
        assert list(connection.journal) == []


def test_after_the_daily_limit_of_events_the_next_try_comes_a_day_later(
    run_dag: Callable[..., Any], two_a_day: DingTalkEmulator
) -> None:
    ran = run_dag(dag(SOURCE, **PARAMS, table=TABLE))
    assert ran.state == "failed"
    assert "4 to create left, beginning with + feb 'Close February'" in ran.log
    assert "trying again is useful after 86400 s" in ran.log
    assert len(two_a_day.events) == 2


def test_a_mapped_task_keeps_a_calendar_for_each_list(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    source = """
    @task
    def lists():
        row = {"key": "close", "start": "2027-01-31"}
        return [
            {"union_id": f"{name}-owner", "namespace": name, "events": [row | {"summary": name}]}
            for name in ("a", "b")
        ]

    SyncEventsOperator.partial(task_id="sync", window_start="2027-01-01").expand_kwargs(lists())
    """
    ran = run_dag(dag(source))
    assert ran.state == "success"
    assert {event.organizer: event.summary for event in connection.events} == {"a-owner": "a", "b-owner": "b"}
    assert [ran.xcom("sync", index)["created"] for index in range(2)] == [1, 1]


def test_the_rows_of_mapped_tasks_are_one_list(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    source = """
    @task
    def row(number):
        return {"key": f"k{number}", "summary": f"Day {number}", "start": f"2027-01-0{number}"}

    days = row.expand(number=[1, 2, 3])
    SyncEventsOperator(task_id="sync", union_id="owner", events=days, window_start="2027-01-01")
    """
    assert run_dag(dag(source)).xcom("sync") == NONE | {"created": 3}
    assert len(connection.events) == 3


def test_templates_inside_the_rows_are_rendered(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    source = """
    SyncEventsOperator(
        task_id="sync",
        union_id="owner",
        events=[{"key": "{{ params.key }}", "summary": "Of {{ dag.dag_id }}", "start": "{{ params.day }}"}],
        window_start="{{ params.day }}",
    )
    """
    assert run_dag(dag(source, key="k", day="2027-01-05")).state == "success"
    assert by_key(connection, "a_dag")["k"].summary == "Of a_dag"


def test_days_and_the_window_lie_in_the_time_zone_of_the_dag(
    run_dag: Callable[..., Any],
    connection: DingTalkEmulator,  # noqa: ARG001
) -> None:
    source = """
    row = {"key": "k", "summary": "s", "start": "2027-01-01T00:30:00+08:00"}
    end = {"end": "2027-01-01T01:00:00+08:00", "time_zone": "Asia/Shanghai"}
    window = {"window_start": "2027-01-01"}
    SyncEventsOperator(task_id="sync", union_id="owner", events=[row | end], **window)
    """
    # In UTC, the event starts on the last day of 2026.
    assert run_dag(dag(source)).xcom("sync") == NONE | {"outside": 1}
    of_shanghai = dag(source).replace('tz="UTC"', 'tz="Asia/Shanghai"')
    assert run_dag(of_shanghai).xcom("sync") == NONE | {"created": 1}
    of_an_offset = dag(source).replace('tz="UTC"', "tz=pendulum.timezone(8 * 3600)")
    ran = run_dag(of_an_offset)
    assert ran.state == "failed"
    assert (
        "time_zone must be given, because the DAG's time zone '+08:00' is not in the TZ database" in ran.log
    )


def test_only_one_instance_of_the_task_runs_at_a_time() -> None:
    tasks = [
        SyncEventsOperator(task_id="t", union_id="owner", events=[], **more)
        for more in ({}, {"max_active_tis_per_dag": 3})
    ]
    assert [task.max_active_tis_per_dag for task in tasks] == [1, 3]
