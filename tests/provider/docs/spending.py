"""Tasks as docs/cost.md names them, each with what has to be there before it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.in_airflow.every_operator import HOUR, make

PEOPLE = [f"u-{number}" for number in range(1200)]
DAILY_99_TIMES = {
    "pattern": {"type": "daily", "interval": 1},
    "range": {"type": "numbered", "numberOfOccurrences": 99},
}
YEAR = {"time_min": "2026-05-01T00:00:00+08:00", "time_max": "2027-04-30T00:00:00+08:00"}

#: Returns the arguments of the task, having made what it needs.
Prepare = Callable[[], dict[str, Any]]


def run(operator: str, **arguments: Any) -> Any:
    return make(operator, **arguments).execute({})


def nothing() -> dict[str, Any]:
    return {}


def given(**arguments: Any) -> Prepare:
    return lambda: arguments


def existing() -> dict[str, Any]:
    run("CreateSubscribedCalendarOperator")
    return {}


def a_calendar() -> dict[str, Any]:
    return {
        "calendar_id": run("CreateSubscribedCalendarOperator", subscribe_scope={"union_ids": PEOPLE[:30]})
    }


def thirty_users() -> dict[str, Any]:
    return a_calendar() | {"union_id": PEOPLE[:30]}


def an_event() -> dict[str, Any]:
    return {"event_id": run("CreateEventOperator")}


def an_event_and_people() -> dict[str, Any]:
    return an_event() | {"attendees": PEOPLE}


def hundred_events() -> dict[str, Any]:
    for number in range(100):
        run("CreateEventOperator", summary=f"event {number}")
    return {}


def three_series() -> dict[str, Any]:
    for summary in ("a", "b", "c"):
        run("CreateEventOperator", summary=summary, recurrence=DAILY_99_TIMES)
    return {"expand_recurrences": True, "limit": 250, **YEAR}


def of(operator: str, what: str = "") -> tuple[str, str]:
    """Return the operator and what the page calls the task."""
    return operator, f"`{operator}`{what}"


TASKS: dict[tuple[str, str], Prepare] = {
    of("CreateSubscribedCalendarOperator", ", the first run"): nothing,
    of("CreateSubscribedCalendarOperator", ", each later run"): existing,
    of("CreateSubscribedCalendarOperator", ' with `if_exists="create"`'): given(if_exists="create"),
    of("CreateSubscribedCalendarOperator", ' with `if_exists="create"` and `retries`'): given(
        if_exists="create", retries=1
    ),
    of("GetSubscribedCalendarOperator"): a_calendar,
    of("UpdateSubscribedCalendarOperator"): a_calendar,
    of("DeleteSubscribedCalendarOperator"): a_calendar,
    of("ListCalendarsOperator"): nothing,
    of("SubscribeCalendarOperator", ", 30 users"): thirty_users,
    of("UnsubscribeCalendarOperator", ", 30 users"): thirty_users,
    of("CreateEventOperator"): nothing,
    of("UpdateEventOperator"): an_event,
    of("DeleteEventOperator"): an_event,
    of("ListEventsOperator", ", up to 100 events"): hundred_events,
    of("ListEventsOperator", " with `expand_recurrences`, 250 instances"): three_series,
    of("AddAttendeesOperator", ", 1,200 people"): an_event_and_people,
    of("RemoveAttendeesOperator", ", 1,200 people"): an_event_and_people,
    of("GetFreeBusyOperator", ", 50 people"): given(
        user_ids=PEOPLE[:50], start_time=HOUR["start"], end_time=HOUR["end"]
    ),
    of("LookUpUnionIdsOperator", ", 3 staff userids"): given(userids=["s-1", "s-2", "s-3"]),
    of("LookUpUnionIdsOperator", ", 2 phone numbers"): given(
        userids=None, mobiles=["13800000001", "13800000002"]
    ),
    of("LookUpUnionIdsOperator", ", a department of 150"): given(userids=None, dept_ids=[7]),
    of("GetOpenConversationIdOperator"): nothing,
    of("CreateGroupOperator"): given(owner_user_id="s-1", uuid="once"),
    of("DingTalkApiOperator"): nothing,
}
