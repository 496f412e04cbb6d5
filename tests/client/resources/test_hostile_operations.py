"""Hostile arguments of other operations: the client rejects them or sends exactly the right request."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_provider_dingtalk_calendar.client.catalog import OPERATIONS
from airflow_provider_dingtalk_calendar.client.engine.endpoint import Endpoint
from airflow_provider_dingtalk_calendar.client.resources import calendars
from airflow_provider_dingtalk_calendar.client.resources.events.content import EventContent
from tests.client import hostile
from tests.client.both import CALLERS, settings_for
from tests.client.hostile import (
    HUGE_TEXTS,
    LONGEST_ID,
    NASTY_TEXTS,
    NO_TEXTS,
    SentSample,
    Witness,
    bare,
    escaped,
    is_answered,
    is_refused,
    is_sound,
    is_sound_id,
    outcome,
    with_examples,
)
from tests.client.samples import EVENT, SAMPLES, with_ids
from tests.effort import effort, some

pytestmark = pytest.mark.thorough
PROPERTY = settings(
    max_examples=effort(150), deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
#: All operations except those on subscribed calendars, which test_hostile_calendars covers.
NAMES = [
    name
    for name, endpoint in OPERATIONS.items()
    if endpoint not in [one for one in vars(calendars).values() if isinstance(one, Endpoint)]
]
#: Body fields whose argument is positional or has a different name.
ARGUMENTS = {
    "OapiV2UserGet": {"userid": "userid"},
    "OapiV2UserGetbymobile": {"mobile": "mobile"},
    "OapiUserGetbyunionid": {"union_id": "unionid"},
    "OapiV2UserList": {"dept_id": "dept_id"},
    "TransferEvent": {"need_notify_via_o2o": "needNotifyViaO2O"},
}
NASTIEST: tuple[Any, ...] = (
    *(
        ".",
        "..",
        "",
        " ",
        "/",
        "a/../../b",
        "..\\..",
        "%2e%2e",
        "%2F",
        "?a=b",
        "#",
        "a&b=c",
        "a\r\nx-evil: 1",
    ),
    *("\0", "日历 📅", "\ud800", "{userId}", "@evil.example", "primary", "+08:00 +"),
    *(None, 7, True, b"u", ["u"], {"u": "u"}, "a" * LONGEST_ID, "a" * (LONGEST_ID + 1), "日" * 889),
)
#: Our names for parameters of the API, where the API uses a different word.
OTHER_WORDS = {"userId": "union_id"}
#: Required query parameters.
REQUIRED = {
    ("ListEventsInstances", "seriesMasterId"),
    ("GetSignInList", "type"),
    ("GetSignInList", "maxResults"),
    ("GetSignOutList", "type"),
    ("GetSignOutList", "maxResults"),
}
TIMES = {"time_min", "time_max", "start_time", "end_time"}


def in_camel_case(argument: str) -> str:
    """Return the API's spelling of an argument."""
    return re.sub("_(.)", lambda match: match[1].upper(), argument)


def argument_for(parameter: str) -> str:
    """Return our name for a parameter of the API."""
    return OTHER_WORDS.get(parameter) or re.sub("[A-Z]", lambda match: f"_{match[0].lower()}", parameter)


def body_arguments(name: str) -> dict[str, str]:
    """Map each argument that becomes a field of the body to the name of that field."""
    endpoint, sample = OPERATIONS[name], SAMPLES[name]
    named = {one: one if one in endpoint.body else in_camel_case(one) for one in sample.named}
    if name == "CreateEvent":
        named |= {one: in_camel_case(one) for one in EventContent.__annotations__}
    return {one: field for one, field in named.items() if field in endpoint.body} | ARGUMENTS.get(name, {})


PATH_PLACES = [(name, place) for name in NAMES for place in OPERATIONS[name].path_parameters]
QUERY_PLACES = [
    (name, place) for name in NAMES for place in OPERATIONS[name].query if not OPERATIONS[name].legacy
]
BODY_PLACES = [(name, argument) for name in NAMES for argument in body_arguments(name)]


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


def expected(name: str, path: Mapping[str, Any], query: Mapping[str, Any], body: Any) -> SentSample:
    return SentSample(name, path, query, body)


def called(call: Any, name: str, path: Mapping[str, Any], **named: Any) -> Any:
    sample = SAMPLES[name]
    arguments = {argument_for(place): value for place, value in path.items()}
    positional = dict(zip(ARGUMENTS.get(name, {}), () if path else sample.arguments, strict=False))
    return outcome(partial(call, sample.method, **(positional | arguments | sample.named | named)))


def check_path(call: Any, witness: Witness, name: str, place: str, value: Any) -> None:
    sample, value = SAMPLES[name], bare(value)
    path = {**sample.path, place: value}
    witness.forget()
    result = called(call, name, path)
    if is_sound_id(value):
        assert is_answered(result)
        body = with_ids(sample.body, {EVENT: value}) if place == "eventId" else sample.body
        assert witness.saw_exactly(expected(name, path, sample.query, body))
    else:
        assert is_refused(result, argument_for(place))
        assert witness.saw_exactly()


@pytest.mark.parametrize("name", [name for name in NAMES if OPERATIONS[name].path_parameters])
def test_each_nasty_id_in_a_path_is_sent_or_rejected(name: str, call: Any, witness: Witness) -> None:
    for place in OPERATIONS[name].path_parameters:
        for value in some(NASTIEST):
            check_path(call, witness, name, place, value)


@PROPERTY
@given(place=st.sampled_from(PATH_PLACES), value=hostile.ids)
@with_examples(
    *(
        {"place": PATH_PLACES[number % len(PATH_PLACES)], "value": value}
        for number, value in enumerate((*NASTY_TEXTS, *HUGE_TEXTS, *NO_TEXTS))
    )
)
def test_any_id_in_a_path_is_sent_or_rejected(
    place: tuple[str, str], value: Any, call: Any, witness: Witness
) -> None:
    check_path(call, witness, *place, value)


def is_sound_query_value(value: Any) -> bool:
    if isinstance(value, int):
        return abs(value) < 2**63
    if not is_sound(value) or value == "None":
        return False
    return len(value) <= LONGEST_ID and len(escaped(value)) <= LONGEST_ID


def check_query(call: Any, witness: Witness, name: str, place: str, value: Any) -> None:
    sample, value = SAMPLES[name], bare(value)
    argument = argument_for(place)
    query = {**sample.query, place: value}
    if value is None:
        del query[place]
    witness.forget()
    result = called(call, name, sample.path, **{argument: value})
    is_missing = value is None and (name, place) in REQUIRED
    if not is_missing and (value is None or (argument not in TIMES and is_sound_query_value(value))):
        assert is_answered(result)
        # Each method sends its query parameters in its own order, so compare the sorted names.
        (entry,) = witness.emulator.journal
        given = entry.target.partition("?")[2].split("&") if "?" in entry.target else []
        order = [one.partition("=")[0] for one in given]
        assert sorted(order) == sorted(query)
        ordered = {one: query[one] for one in order}
        assert witness.saw_exactly(expected(name, sample.path, ordered, sample.body))
    else:
        assert is_refused(result, argument)
        assert witness.saw_exactly()


@pytest.mark.parametrize("name", dict.fromkeys(name for name, _ in QUERY_PLACES))
def test_each_nasty_query_parameter_is_sent_or_rejected(name: str, call: Any, witness: Witness) -> None:
    for place in OPERATIONS[name].query:
        for value in NASTIEST:
            check_query(call, witness, name, place, value)


@PROPERTY
@given(place=st.sampled_from(QUERY_PLACES), value=hostile.ids)
@with_examples(
    *(
        {"place": QUERY_PLACES[number % len(QUERY_PLACES)], "value": value}
        for number, value in enumerate((*NASTY_TEXTS, *HUGE_TEXTS, *NO_TEXTS))
    )
)
def test_any_query_parameter_is_sent_or_rejected(
    place: tuple[str, str], value: Any, call: Any, witness: Witness
) -> None:
    check_query(call, witness, *place, value)


def check_body(call: Any, witness: Witness, name: str, argument: str, value: Any) -> None:
    sample, value = SAMPLES[name], bare(value)
    field, arguments = body_arguments(name)[argument], body_arguments(name)
    witness.forget()
    result = called(call, name, sample.path, **{argument: value})
    entries = list(witness.emulator.journal)
    if not entries:
        assert is_refused(result, *arguments, "start", "end", "body", "nothing is to be changed")
        assert witness.saw_exactly()
        return
    assert is_answered(result)
    (entry,) = entries
    sent: Any = json.loads(entry.raw_body)
    # All other fields are unchanged.
    changed = {field, "isAllDay"} if argument in {"start", "end"} else {field}
    rest = {one: told for one, told in (sample.body or {}).items() if one not in changed}
    assert {one: told for one, told in sent.items() if one not in changed} == rest
    if isinstance(value, str):
        # The value can be nested inside a mapping or a list.
        assert value in json.dumps(sent[field], ensure_ascii=False) or json.dumps(value) in json.dumps(
            sent[field]
        )
    if value is None:
        assert field not in sent or argument in {"send_msg", "is_all_day"}
    assert witness.saw_exactly(expected(name, sample.path, sample.query, sent))


@pytest.mark.parametrize("name", dict.fromkeys(name for name, _ in BODY_PLACES))
def test_each_nasty_field_is_sent_or_rejected(name: str, call: Any, witness: Witness) -> None:
    for argument in body_arguments(name):
        for value in (*NASTIEST, 1e400, 2j, [None], [["u"]], {None: 1}, {1: {2: 3}}, ..., str):
            check_body(call, witness, name, argument, value)


@PROPERTY
@given(place=st.sampled_from(BODY_PLACES), value=hostile.texts | hostile.odd)
@with_examples(
    *(
        {"place": BODY_PLACES[number % len(BODY_PLACES)], "value": value}
        for number, value in enumerate((*NASTY_TEXTS, *HUGE_TEXTS, *NO_TEXTS))
    )
)
def test_any_field_is_sent_or_rejected(
    place: tuple[str, str], value: Any, call: Any, witness: Witness
) -> None:
    check_body(call, witness, *place, value)
