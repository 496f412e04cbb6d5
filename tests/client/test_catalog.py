"""``call`` runs any operation by its official name, and checks the arguments before it sends a request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.client.catalog import OPERATIONS
from airflow_provider_dingtalk_calendar.client.resources.base import argument_name
from airflow_provider_dingtalk_calendar.client.resources.events.attendees import ADD_ATTENDEE
from airflow_provider_dingtalk_calendar.client.wire.values import to_json
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.exceptions import (
    InvalidArgumentError,
    NotFoundError,
    OutcomeUnknownError,
    UnexpectedAnswerError,
)
from tests.client.hostile import LONG_INT, nested
from tests.client.story import Operations, Story, answer, token

PATH = {"userId": "u", "calendarId": "primary"}
EVENT_PATH = PATH | {"eventId": "e"}
START = {"dateTime": "2027-01-20T09:00:00+08:00", "timeZone": "Asia/Shanghai"}
BODY = {"summary": "s", "start": START, "end": START}


def refused(call: Any, pattern: str, *args: Any, **kwargs: Any) -> None:
    with pytest.raises(InvalidArgumentError, match=pattern) as raised:
        call("call", *args, **kwargs)
    assert len(str(raised.value)) < 3000
    assert str(raised.value).isprintable()


@pytest.fixture
def silent(call: Any, dingtalk_emulator: DingTalkEmulator) -> Iterator[Any]:
    """Yield a client, and assert afterwards that it sent no request, not even for a token."""
    yield call
    assert list(dingtalk_emulator.journal) == []


def test_the_answer_is_all_that_dingtalk_says(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    created = call("call", "CreateEvent", path=PATH, body=BODY)
    assert created["summary"] == "s"
    assert created["start"] == START
    event_id = created["id"]
    got = call("call", "GetEvent", path=PATH | {"eventId": event_id}, query={"maxAttendees": 1})
    assert got["extendedProperties"]["sharedProperties"]["belongCorpId"] == dingtalk_emulator.corp_id
    listed = call("call", "ListEvents", path=PATH, query={"maxResults": 1, "showDeleted": True})
    assert [event["id"] for event in listed["events"]] == [event_id]
    assert dingtalk_emulator.journal[-1].target.endswith("/events?maxResults=1&showDeleted=true")
    assert call("call", "DeleteEvent", path=PATH | {"eventId": event_id}) == {}
    with pytest.raises(NotFoundError):
        call("call", "DeleteEvent", path=PATH | {"eventId": event_id})


def test_an_incomplete_answer_is_a_failure(
    open_client: Callable[..., Any], dingtalk_emulator: DingTalkEmulator
) -> None:
    call = open_client(max_wait=0.0)
    dingtalk_emulator.order(Fault.answer(200, {"summary": "s"}).on("GetEvent"))
    with pytest.raises(UnexpectedAnswerError, match="GetEvent: HTTP 200, but the answer has no id"):
        call("call", "GetEvent", path=EVENT_PATH)


def test_a_body_is_sent_where_there_is_one_to_send(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    call("call", "UpdateOrgPluginSubscribers", path={"pluginId": "p"}, body={"unionIds": ["u"]})
    call("call", "CheckIn", path=EVENT_PATH, body={})
    call("call", "ListCategories", path={}, query={}, body={})
    bodies = [entry.raw_body for entry in dingtalk_emulator.journal if entry.operation != "GetAccessToken"]
    assert bodies == [b'{"unionIds": ["u"]}', b"", b""]


def test_a_legacy_operation_goes_to_its_own_host(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    dingtalk_emulator.add_user(userid="manager", union_id="u", mobile="+86-1")
    answer = call("call", "OapiUserGetbyunionid", body={"unionid": "u"})
    assert answer["result"]["userid"] == "manager"
    assert dingtalk_emulator.journal[-1].target.startswith("/topapi/user/getbyunionid?access_token=")


@pytest.mark.parametrize("name", ["CreateSceneGroup", "OapiImChatScenegroupCreate"])
def test_a_group_without_a_required_field_is_refused(name: str, silent: Any) -> None:
    group = {"title": "t", "template_id": "t", "owner_user_id": "o"}
    refused(silent, "^uuid must be given$", name, body=group)


def test_required_fields_are_required(silent: Any) -> None:
    for name, endpoint in OPERATIONS.items():
        assert set(endpoint.required) <= {*endpoint.query, *endpoint.body}
        path = dict.fromkeys(endpoint.path_parameters, "x")
        if endpoint.required:
            refused(silent, f"^{argument_name(endpoint.required[0])} must be given$", name, path=path)


def test_a_query_parameter_that_is_none_is_not_sent(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    call("call", "ListEvents", path=PATH, query={"maxResults": None, "showDeleted": False})
    assert dingtalk_emulator.journal[-1].target.endswith("/events?showDeleted=false")


def test_a_secret_of_an_answer_is_masked(call: Any) -> None:
    answer = call("call", "GenerateCaldavAccount", path={"userId": "u"}, body={"device": "d"})
    assert answer["password"] in call.masked
    account = call("generate_caldav_account", "u", device="d")
    assert account.password in call.masked


def test_a_client_token_is_sent_as_it_is(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    first, again = (call("call", "CreateEvent", path=PATH, body=BODY, client_token="t") for _ in range(2))
    assert first["id"] == again["id"]
    assert len(dingtalk_emulator.events) == 1
    assert [entry.headers["x-client-token"] for entry in dingtalk_emulator.journal.of("CreateEvent")] == [
        "t",
        "t",
    ]


def test_a_request_that_may_be_sent_only_once_is_not_repeated(
    open_client: Callable[..., Any], dingtalk_emulator: DingTalkEmulator
) -> None:
    call = open_client(max_wait=10.0)
    dingtalk_emulator.order(Fault.drop().after_effect().on("CreateAcls"))
    body = {"privilege": "reader", "scope": {"scopeType": "user", "userId": "v"}, "sendMsg": False}
    with pytest.raises(OutcomeUnknownError):
        call("call", "CreateAcls", path=PATH, body=body)
    assert dingtalk_emulator.journal.operations.count("CreateAcls") == 1


@pytest.mark.parametrize(
    ("operation", "pattern"),
    [
        ("TransferEvents", "did you mean TransferEvent"),
        ("createEvent", "did you mean CreateEvent"),
        ("create_event", "not 'create_event'; (did you mean|there are)"),
        ("", "not ''; there are AddAttendee, .*UpdateSubscribedCalendars"),
        ("GetAccessToken", "operation must be the name of an operation"),
        (None, "not of type NoneType; there are"),
        (["CreateEvent"], "not of type list"),
        ("x" * 10**6, "not of 1000000 characters"),
    ],
)
def test_an_unknown_operation_is_refused(operation: Any, pattern: str, silent: Any) -> None:
    refused(silent, pattern, operation)


@pytest.mark.parametrize(
    ("arguments", "pattern"),
    [
        ({}, "^path must have userId, calendarId, eventId"),
        ({"path": PATH}, "^path must have eventId"),
        (
            {"path": EVENT_PATH | {"event_id": "e"}},
            "^path has an unknown name 'event_id'; GetEvent has userId",
        ),
        ({"path": EVENT_PATH | {7: "e"}}, "^path has an unknown name of type int"),
        ({"path": EVENT_PATH | {"eventId": ".."}}, "^event_id must not be '..'"),
        ({"path": EVENT_PATH | {"userId": None}}, "^union_id must be a string"),
        ({"path": EVENT_PATH | {"userId": " "}}, "^union_id must not be blank"),
        ({"path": [("userId", "u")]}, "^path must be a mapping, not list"),
        ({"path": "u"}, "^path must be a mapping, not str"),
        (
            {"path": EVENT_PATH, "query": {"max_attendees": 1}},
            "^query has an unknown name .*has maxAttendees",
        ),
        ({"path": EVENT_PATH, "query": {"maxAttendees": 1.5}}, "^max_attendees must be .*, not float"),
        ({"path": EVENT_PATH, "query": {"maxAttendees": [1]}}, "^max_attendees must be .*, not list"),
        ({"path": EVENT_PATH, "query": {"maxAttendees": "\ud800"}}, "^max_attendees holds a lone surrogate"),
        (
            {"path": EVENT_PATH, "query": {"maxAttendees": "a" * 9000}},
            "^max_attendees must have at most 8000",
        ),
        (
            {"path": EVENT_PATH, "query": {"maxAttendees": LONG_INT.value}},
            "^max_attendees must be .*, not int",
        ),
        ({"path": EVENT_PATH, "query": ["maxAttendees"]}, "^query must be a mapping, not list"),
        ({"path": EVENT_PATH, "query": 0}, "^query must be a mapping, not int"),
        (
            {"path": EVENT_PATH, "body": {"summary": "s"}},
            "^body has an unknown name 'summary'; GetEvent has none",
        ),
        ({"path": EVENT_PATH, "body": []}, "^body must be a mapping, not list"),
        ({"path": EVENT_PATH, "body": ""}, "^body must be a mapping, not str"),
        ({"path": EVENT_PATH, "client_token": "t"}, "^client_token must not be given: GetEvent takes no"),
    ],
)
def test_a_name_that_the_operation_does_not_have_is_refused(
    arguments: dict[str, Any], pattern: str, silent: Any
) -> None:
    refused(silent, pattern, "GetEvent", **arguments)


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        {1, 2},
        b"x",
        object(),
        LONG_INT,
        {("a",): 1},
        "\ud800",
        {"\udfff": 1},
        [[["\ud800"]]],
        nested(lambda inner: [inner], 100_000),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_that_json_cannot_hold_is_refused(value: Any, silent: Any) -> None:
    value = getattr(value, "value", value)
    refused(
        silent,
        "^body must hold only values that JSON can hold",
        "CreateEvent",
        path=PATH,
        body={"extra": value},
    )


@pytest.mark.parametrize("token", ["", " ", "a b", "é", "a\nb", "\0", "a" * 1001, 7, b"t", ["t"]])
def test_a_client_token_that_does_not_fit_into_a_header_is_refused(token: Any, silent: Any) -> None:
    refused(
        silent,
        "^client_token must be 1 to 1000 visible",
        "CreateEvent",
        path=PATH,
        body=BODY,
        client_token=token,
    )


def test_equal_bodies_are_equal_bytes_that_read_back() -> None:
    body = {"attendees": [{"id": "u"}], "日": "📅", "pair": (1, 2), "none": None}
    encoded = to_json(body)
    assert json.loads(encoded) == body | {"pair": [1, 2]}
    assert to_json(dict(reversed(body.items()))) == encoded
    assert "📅".encode() in encoded


def test_a_body_whose_keys_have_several_types_is_encoded() -> None:
    assert json.loads(to_json({"extra": {1: "a", None: "b", "c": "d"}})) == {
        "extra": {"1": "a", "null": "b", "c": "d"}
    }


def test_a_body_is_sent_as_it_was_when_the_call_began() -> None:
    people = [{"id": "u"}]
    story = Story([token(), answer({})])
    flow = Operations(story)._send(ADD_ATTENDEE, "u", "primary", "e", body={"attendeesToAdd": people})
    people[0]["id"] = "another"
    story.play(flow)
    assert json.loads(story.sent[-1].body or b"") == {"attendeesToAdd": [{"id": "u"}]}


def test_every_operation_is_called_by_the_names_of_its_table(silent: Any) -> None:
    for name, endpoint in OPERATIONS.items():
        missing = endpoint.path_parameters
        if missing:
            refused(silent, f"^path must have {', '.join(missing)}; {name} has", name)
        path = dict.fromkeys(missing, "x")
        refused(
            silent,
            f"^query has an unknown name 'nothing'; {name} has",
            name,
            path=path,
            query={"nothing": "x"},
        )
        refused(
            silent, f"^body has an unknown name 'nothing'; {name} has", name, path=path, body={"nothing": "x"}
        )
        if not endpoint.client_token:
            refused(silent, "^client_token must not be given", name, path=path, client_token="t")
    assert argument_name("userId") == "union_id"
    assert argument_name("pluginId") == "plugin_id"
