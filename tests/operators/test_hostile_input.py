"""For any arguments, CreateSubscribedCalendarOperator creates the calendar they describe, or no calendar."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pytest
from airflow.providers.common.compat.sdk import AirflowFailException
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_dingtalk_calendar.client import SubscribeScope
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
from airflow_provider_dingtalk_calendar.operators.subscribed_calendar import CreateSubscribedCalendarOperator
from airflow_provider_dingtalk_calendar.support.arguments import TEMPLATE_MARKS
from tests.client import hostile
from tests.client.hostile import (
    CALENDARS,
    HOSTILE_SCOPES,
    HUGE_TEXTS,
    NASTY_TEXTS,
    NO_TEXTS,
    SUBSCRIBED,
    Sent,
    Witness,
    body_of,
    is_refused,
    is_sound_id,
    outcome,
    uncovered,
    with_examples,
)
from tests.effort import effort

GOOD = {
    "union_id": "u/1",
    "name": "n",
    "description": None,
    "managers": None,
    "subscribe_scope": {"corp_ids": ["corp"]},
}
ARGUMENTS = st.fixed_dictionaries(
    {
        "union_id": hostile.ids,
        "name": hostile.names,
        "description": hostile.descriptions,
        "managers": hostile.managers,
        "subscribe_scope": hostile.scopes,
    }
)
BAD = [
    *({name: value} for name in GOOD for value in NO_TEXTS),
    *({name: value} for name in ("union_id", "name", "description") for value in (*NASTY_TEXTS, *HUGE_TEXTS)),
    *({"managers": [value]} for value in NASTY_TEXTS),
    *({"subscribe_scope": value} for value in HOSTILE_SCOPES),
]
EXAMPLES = with_examples(*({"arguments": GOOD | each} for each in BAD))
pytestmark = pytest.mark.thorough
PROPERTY = settings(max_examples=effort(300), deadline=None, database=None)


@pytest.fixture(scope="module")
def witness() -> Iterator[Witness]:
    with hostile.witnessed() as witness, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", witness.emulator.airflow_connection())
        with DingTalkHook().get_conn() as client:
            client.get_access_token()
        yield witness


def expected(arguments: dict[str, Any]) -> Sent | None:
    """Return the request that must be sent, or None if the arguments must be refused."""
    body = body_of(**{name: value for name, value in arguments.items() if name != "union_id"})
    if body is None or not is_sound_id(arguments["union_id"]):
        return None
    return Sent("CreateSubscribedCalendar", "POST", SUBSCRIBED, arguments["union_id"], body=body)


def executed(operator: CreateSubscribedCalendarOperator) -> Any:
    try:
        return outcome(lambda: operator.execute({}))
    except AirflowFailException as error:  # on Airflow before 3.3
        kind, _, text = str(error).partition(": ")
        assert kind == "InvalidArgumentError"
        return InvalidArgumentError(text)


def holds_a_mark(value: Any) -> bool:
    """Return whether Airflow would treat the value, or a part of it, as a template."""
    if isinstance(value, str):
        return any(mark in value for mark in TEMPLATE_MARKS)
    inside = value.values() if isinstance(value, Mapping) else value
    return isinstance(inside, Collection) and not isinstance(inside, range) and any(map(holds_a_mark, inside))


@PROPERTY
@given(arguments=ARGUMENTS)
@EXAMPLES
def test_arguments_in_a_dag_file(arguments: dict[str, Any], witness: Witness) -> None:
    arguments = uncovered(arguments)
    create = expected(arguments)
    witness.forget()
    operator = outcome(
        lambda: CreateSubscribedCalendarOperator(task_id="create", if_exists="create", **arguments)
    )
    assert witness.saw_exactly()
    if isinstance(operator, InvalidArgumentError):
        assert is_refused(operator, *arguments)
        assert create is None or isinstance(arguments["subscribe_scope"], SubscribeScope)
        return
    result = executed(operator)
    if create is None:
        # An argument that looks like a template is refused only when the task runs.
        assert any(map(holds_a_mark, arguments.values()))
        assert is_refused(result, *arguments)
        assert witness.saw_exactly()
    else:
        assert isinstance(result, str)
        assert witness.saw_exactly(create)


@PROPERTY
@given(arguments=ARGUMENTS)
@EXAMPLES
def test_rendered_arguments(arguments: dict[str, Any], witness: Witness) -> None:
    operator = CreateSubscribedCalendarOperator(task_id="create", **dict.fromkeys(arguments, "{{ x }}"))
    # Airflow stores rendered arguments as attributes of the operator.
    vars(operator).update(uncovered(arguments))
    create = expected(uncovered(arguments))
    owned = sorted(
        calendar.calendar_id
        for calendar in witness.emulator.calendars
        if create
        and calendar.author == create.union_id
        and calendar.name.strip() == create.body["name"].strip()
    )
    witness.forget()
    result = executed(operator)
    if create is None:
        assert is_refused(result, *arguments)
        assert witness.saw_exactly()
        return
    look = Sent("ListCalendars", "GET", CALENDARS, create.union_id)
    assert witness.saw_exactly(*([look] if owned else [look, create]))
    assert isinstance(result, str)
    assert result in (owned[:1] or [witness.emulator.calendars[-1].calendar_id])
