"""Hostile arguments to calendar operations: the client rejects them or sends exactly the right request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_provider_dingtalk_calendar.client import DingTalkClient, EnsuredCalendar
from airflow_provider_dingtalk_calendar.client.engine.both_clients import operation
from airflow_provider_dingtalk_calendar.exceptions import CalendarExistsError
from tests.client import hostile
from tests.client.both import CALLERS, settings_for
from tests.client.hostile import (
    CALENDARS,
    DEEP_KEY,
    HOSTILE_SCOPES,
    HUGE_TEXTS,
    LONG_INT,
    NASTY_TEXTS,
    NO_TEXTS,
    SUBSCRIBED,
    Sent,
    Witness,
    bare,
    body_of,
    is_answered,
    is_refused,
    is_sound_id,
    outcome,
    uncovered,
    with_examples,
)
from tests.client.resources import test_hostile_operations
from tests.client.samples import SAMPLES
from tests.effort import effort

pytestmark = pytest.mark.thorough
PROPERTY = settings(
    max_examples=effort(300), deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
SCOPE = {"corp_ids": ["corp"]}
DEFINITION = {"name": "n", "description": None, "managers": None, "subscribe_scope": SCOPE}
BODY = {"name": "n", "subscribeScope": {"corpIds": ["corp"]}}
CREATE = ("CreateSubscribedCalendar", "POST", SUBSCRIBED)
LIST = ("ListCalendars", "GET", CALENDARS)
GET = ("GetSubscribedCalendar", "GET", f"{SUBSCRIBED}/{{}}")
UPDATE = ("UpdateSubscribedCalendars", "PUT", f"{SUBSCRIBED}/{{}}")
IF_EXISTS = ("reuse", "update", "fail", "create")
#: For each method: the only request it may send, the arguments, and the request body.
OF_ONE_USER = {
    "create_subscribed_calendar": (CREATE, DEFINITION, BODY),
    "list_calendars": (LIST, {}, None),
}
OF_ONE_CALENDAR = {
    "get_subscribed_calendar": (GET, {}, None),
    "update_subscribed_calendars": (UPDATE, {"description": ""}, {"description": ""}),
    "delete_subscribed_calendar": (("DeleteSubscribedCalendar", "DELETE", f"{SUBSCRIBED}/{{}}"), {}, None),
    "subscribe_calendar": (("SubscribeCalendar", "POST", f"{CALENDARS}/{{}}/subscribe"), {}, None),
    "unsubscribe_calendar": (("UnsubscribeCalendar", "POST", f"{CALENDARS}/{{}}/unsubscribe"), {}, None),
}
BAD_IDS = (*NASTY_TEXTS, *HUGE_TEXTS, *NO_TEXTS, "a" * 8000, "a" * 8001, "/" * 2666, "/" * 2667, "日" * 889)
BAD_DEFINITIONS = [
    *(
        {"name": value}
        for value in (*NASTY_TEXTS, *HUGE_TEXTS, *NO_TEXTS, "\0" * 128, "📅" * 128, "📅" * 129)
    ),
    *({"description": value} for value in (*NASTY_TEXTS, *HUGE_TEXTS, *NO_TEXTS, "\0" * 1024, "a" * 1025)),
    *({"managers": [value]} for value in (*NASTY_TEXTS, *HUGE_TEXTS)),
    *({"managers": value} for value in NO_TEXTS),
    *({"subscribe_scope": {"union_ids": [value]}} for value in NASTY_TEXTS),
    *({"subscribe_scope": value} for value in (*HOSTILE_SCOPES, *NO_TEXTS)),
]


@pytest.fixture(scope="module")
def witness() -> Iterator[Witness]:
    with hostile.witnessed() as witness:
        yield witness


@pytest.fixture(scope="module", params=CALLERS)
def call(request: pytest.FixtureRequest, witness: Witness) -> Iterator[Any]:
    caller = CALLERS[request.param](settings_for(witness.emulator, max_wait=0.0))
    caller("get_access_token")
    yield caller
    caller.close()


def test_no_operation_is_left_out() -> None:
    operations = {
        name for name in dir(DingTalkClient) if isinstance(getattr(DingTalkClient, name), operation)
    }
    here = {*OF_ONE_USER, *OF_ONE_CALENDAR, "ensure_subscribed_calendar", "ensure_subscribed_calendars"}
    # The tests of the other workflows have wrong arguments of their own.
    workflows = {"get_calendar_state", "get_events_ahead", "list_running_events", "sync_events"}
    # test_hostile_operations tests the other operations, and test_catalog tests ``call``.
    others = {SAMPLES[name].method for name in test_hostile_operations.NAMES}
    assert operations - {"get_access_token", "call"} - workflows == here | others


@pytest.mark.parametrize("method", OF_ONE_USER)
@PROPERTY
@given(union_id=hostile.ids)
@with_examples(*({"union_id": value} for value in BAD_IDS))
def test_any_user_id_is_sent_or_rejected(method: str, union_id: Any, call: Any, witness: Witness) -> None:
    request, arguments, body = OF_ONE_USER[method]
    user = bare(union_id)
    witness.forget()
    result = outcome(lambda: call(method, user, **arguments))
    if is_sound_id(user):
        assert is_answered(result)
        assert witness.saw_exactly(Sent(*request, user, body=body))
    else:
        assert is_refused(result, "union_id")
        assert witness.saw_exactly()


@pytest.mark.parametrize("method", OF_ONE_CALENDAR)
@PROPERTY
@given(union_id=hostile.ids, calendar_id=hostile.ids)
@with_examples(
    *({"union_id": value if is_sound_id(value) else "u/1", "calendar_id": value} for value in BAD_IDS)
)
def test_any_calendar_id_is_sent_or_rejected(
    method: str, union_id: Any, calendar_id: Any, call: Any, witness: Witness
) -> None:
    request, arguments, body = OF_ONE_CALENDAR[method]
    user, calendar = bare(union_id), bare(calendar_id)
    witness.forget()
    result = outcome(lambda: call(method, user, calendar, **arguments))
    if is_sound_id(user) and is_sound_id(calendar):
        assert is_answered(result)
        assert witness.saw_exactly(Sent(*request, user, calendar, body))
    else:
        assert is_refused(result, "calendar_id" if is_sound_id(user) else "union_id")
        assert witness.saw_exactly()


@PROPERTY
@given(
    name=hostile.names,
    description=hostile.descriptions,
    managers=hostile.managers,
    subscribe_scope=hostile.scopes,
)
@with_examples(*(DEFINITION | each for each in BAD_DEFINITIONS))
@with_examples(dict.fromkeys(DEFINITION))
def test_any_definition_is_sent_whole_or_rejected(call: Any, witness: Witness, **definition: Any) -> None:
    definition = uncovered(definition)
    for method, ids, request in [
        ("create_subscribed_calendar", ["u/1"], CREATE),
        ("update_subscribed_calendars", ["u/1", "c/1"], UPDATE),
    ]:
        body = body_of(partial=request is UPDATE, **definition)
        witness.forget()
        result = outcome(partial(call, method, *ids, **definition))
        # An update without any field is refused as well.
        if not body:
            assert is_refused(result, *DEFINITION, "nothing is to be changed")
            assert witness.saw_exactly()
        else:
            assert is_answered(result)
            assert witness.saw_exactly(Sent(*request, *ids, body=body))


@PROPERTY
@given(
    if_exists=st.sampled_from(IF_EXISTS),
    union_id=hostile.ids,
    name=hostile.names,
    description=hostile.descriptions,
    managers=hostile.managers,
    subscribe_scope=hostile.scopes,
)
@with_examples(
    *(
        # Each example has its own user, to keep the lists of calendars short.
        {"if_exists": IF_EXISTS[number % 4], "union_id": f"u/{number}"} | DEFINITION | each
        for number, each in enumerate(
            [
                *({"union_id": value} for value in BAD_IDS),
                *({"name": value} for value in NASTY_TEXTS),
                *({"subscribe_scope": value} for value in HOSTILE_SCOPES),
            ]
        )
    )
)
def test_any_definition_is_ensured_or_rejected(
    if_exists: str, call: Any, witness: Witness, union_id: Any, **definition: Any
) -> None:
    definition, user = uncovered(definition), bare(union_id)
    body = body_of(**definition)

    def ensure() -> Any:
        witness.forget()
        return outcome(lambda: call("ensure_subscribed_calendar", user, if_exists=if_exists, **definition))

    if body is None or not is_sound_id(user):
        assert is_refused(ensure(), "union_id", *definition)
        assert witness.saw_exactly()
        return
    look, create = Sent(*LIST, user), Sent(*CREATE, user, body=body)
    owned = sorted(
        calendar.calendar_id
        for calendar in witness.emulator.calendars
        if calendar.author == user and calendar.name.strip() == body["name"].strip()
    )
    first = ensure()
    if if_exists == "create":
        assert witness.saw_exactly(create)
        assert first.created
        return
    if not owned:
        assert witness.saw_exactly(look, create)
        assert first.created
        owned = [first.calendar_id]
    again = ensure()
    if if_exists == "update":
        # An earlier example might have created the calendar with another definition.
        read, change = Sent(*GET, user, owned[0]), Sent(*UPDATE, user, owned[0], body=body)
        assert again.duplicates == tuple(owned[1:])
        assert witness.saw_exactly(look, read, *([change] if again.updated else []))
        assert ensure() == replace(again, updated=())
        return
    assert witness.saw_exactly(look)
    if if_exists == "fail":
        assert isinstance(again, CalendarExistsError)
        assert again.calendar_ids == tuple(owned)
    else:
        # An earlier example might have created the calendar with another description.
        found = EnsuredCalendar(owned[0], created=False, duplicates=tuple(owned[1:]))
        assert again in (found, replace(found, differs=("description",)))


@PROPERTY
@given(
    union_id=hostile.ids,
    name=hostile.names,
    description=hostile.descriptions,
    managers=hostile.managers,
    subscribe_scope=hostile.scopes,
)
@with_examples(
    *({"union_id": f"v/{number}"} | DEFINITION | each for number, each in enumerate(BAD_DEFINITIONS)),
    *(DEFINITION | {"union_id": value} for value in BAD_IDS),
)
def test_any_list_of_definitions_is_ensured_or_rejected(
    call: Any, witness: Witness, union_id: Any, **definition: Any
) -> None:
    definition, user = uncovered(definition), bare(union_id)
    body = body_of(**definition)
    witness.forget()
    result = outcome(lambda: call("ensure_subscribed_calendars", user, calendars=[definition]))
    if body is None or not is_sound_id(user):
        assert is_refused(result, "union_id", *(f"calendars[0].{name}" for name in definition))
        assert witness.saw_exactly()
        return
    (ensured,) = result.values()
    create = [Sent(*CREATE, user, body=body)] if ensured.created else []
    assert witness.saw_exactly(Sent(*LIST, user), *create)
    assert ensured.calendar_id in {
        calendar.calendar_id for calendar in witness.emulator.calendars if calendar.author == user
    }


@PROPERTY
@given(if_exists=(hostile.texts | hostile.odd).filter(lambda value: value not in IF_EXISTS))
@with_examples(
    *({"if_exists": value} for value in (*NASTY_TEXTS, *HUGE_TEXTS, *NO_TEXTS, DEEP_KEY, LONG_INT))
)
def test_any_other_if_exists_is_rejected(if_exists: Any, call: Any, witness: Witness) -> None:
    witness.forget()
    result = outcome(lambda: call("ensure_subscribed_calendar", "u", if_exists=bare(if_exists), **DEFINITION))
    assert is_refused(result, "if_exists")
    assert witness.saw_exactly()
