"""``@task.dingtalk_events`` keeps a calendar equal to the list that a function returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from airflow.providers.common.compat.sdk import DAG, task

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError
from tests.in_airflow.dag_source import dag

NONE = dict.fromkeys(("created", "updated", "deleted", "unchanged", "foreign", "outside"), 0)
SOURCE = """
@task
def days():
    return ["2027-01-31", "2027-02-28"]

@task.dingtalk_events(union_id="{{ params.owner }}", window_start="2027-01-01", namespace="closing")
def closing(days, params=None):
    for day in days:
        yield {"key": day, "summary": f"Close of {params['owner']} {{{{", "start": day}

@task
def after(counts):
    return counts["created"]

after(closing(days()))
"""


def test_the_calendar_equals_what_the_function_yields(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    ran = run_dag(dag(SOURCE, owner="u7"))
    assert ran.state == "success"
    assert ran.xcom("closing") == NONE | {"created": 2}
    assert ran.xcom("after") == 2
    # The result of the function is data, so its braces are not a template.
    assert {(event.organizer, event.summary) for event in connection.events} == {("u7", "Close of u7 {{")}
    assert set(ran.pulled("closing", "event_ids")) == {"2027-01-31", "2027-02-28"}


def test_a_mapped_function_keeps_one_calendar_for_each_argument(
    run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    source = """
    @task.dingtalk_events(union_id="owner", window_start="2027-01-01", namespace="n{{ ti.map_index }}")
    def one(day):
        return [{"key": "k", "summary": "s", "start": day}]

    one.expand(day=["2027-01-31", "2027-02-28"])
    """
    ran = run_dag(dag(source))
    assert ran.state == "success"
    # Airflow does not promise an order of mapped tasks.
    days = sorted(event.fields["start"]["date"] for event in connection.events)
    assert days == ["2027-01-31", "2027-02-28"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('[{"key": "k", "summary": "s"}]', "row 1 (key 'k'): start must be given"),
        ("None", "events must be a list, not NoneType"),
        ("[]", "the list is empty"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_wrong_list_is_refused_before_a_request(
    body: str, message: str, run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    ran = run_dag(dag(f'@task.dingtalk_events(union_id="u")\ndef t():\n    return {body}\nt()'))
    assert ran.state == "failed"
    assert message in ran.log
    assert list(connection.journal) == []


def test_a_wrong_argument_is_refused_when_the_dag_is_parsed() -> None:
    def events() -> list[dict[str, str]]:
        return []

    decorator: Any = task.dingtalk_events(union_id="u", window_start="soon")
    with (
        DAG("d", schedule=None),
        pytest.raises(InvalidArgumentError, match="window_start must be a date or a datetime"),
    ):
        decorator(events)()
