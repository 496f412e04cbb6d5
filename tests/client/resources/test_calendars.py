"""Arguments of subscribed calendars: the client sends valid arguments and rejects invalid ones."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.client import SubscribeScope
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError
from tests.client.story import Operations, Story, answer, token

SCOPE = {"corp_ids": ["corp"]}
GOOD = {"name": "n", "subscribe_scope": SCOPE}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": ""}, r"name must not be blank \(length: 0\)"),
        ({"name": " \t\n"}, r"name must not be blank \(length: 3\)"),
        ({"name": "x" * 129}, "name must have at most 128 characters, not 129"),
        ({"name": None}, "name must be a string, not NoneType"),
        ({"name": 7}, "name must be a string, not int"),
        ({"name": "a\ud83d"}, r"name holds a lone surrogate, which is no character \(length: 2\)"),
        ({"description": "x" * 1025}, "description must have at most 1024 characters, not 1025"),
        ({"description": 7}, "description must be a string, not int"),
        ({"description": "\ud83d\ude00"}, r"description holds a lone surrogate.* \(length: 2\)"),
        ({"managers": "u1"}, "managers must be a list of strings, not str"),
        ({"managers": ["u1", 2]}, r"managers\[1\] must be a string, not int"),
        ({"managers": ["u1", ""]}, r"managers\[1\] must not be blank"),
        ({"managers": ["u1", "\udc00"]}, r"managers\[1\] holds a lone surrogate"),
        ({"managers": range(2**62)}, r"managers\[0\] must be a string, not int"),
        ({"subscribe_scope": None}, "subscribe_scope must be a mapping, not NoneType"),
        ({"subscribe_scope": ["u1"]}, "subscribe_scope must be a mapping, not list"),
        ({"subscribe_scope": {}}, "subscribe_scope must hold at least one id .* it holds 0"),
        ({"subscribe_scope": {"corp_ids": []}}, "subscribe_scope must hold at least one id"),
        ({"subscribe_scope": {"corp_ids": None}}, "subscribe_scope must hold at least one id"),
        ({"subscribe_scope": SubscribeScope()}, "subscribe_scope must hold at least one id"),
        (
            {"subscribe_scope": {"corp_ids": "corp"}},
            r"subscribe_scope\.corp_ids must be a list of strings, not str",
        ),
        (
            {"subscribe_scope": {"unionIds": [1]}},
            r"subscribe_scope\.union_ids\[0\] must be a string, not int",
        ),
        (
            {"subscribe_scope": {"users": ["u1"]}},
            r"unknown key 'users'; allowed are union_ids \(or unionIds\), open_conversation_ids "
            r"\(or openConversationIds\), corp_ids \(or corpIds\)",
        ),
        ({"subscribe_scope": {"unionIds": ["\ud800"]}}, r"subscribe_scope\.union_ids\[0\] holds a lone"),
        ({"subscribe_scope": {"k" * 41: ["u1"]}}, "unknown key of 41 characters; allowed are"),
        ({"subscribe_scope": {10**5000: ["u1"]}}, "unknown key of type int; allowed are"),
        ({"subscribe_scope": {"corp_ids": ["a"], "corpIds": ["b"]}}, "has corp_ids twice, in both spellings"),
    ],
)
def test_a_value_beyond_a_documented_limit_is_rejected_before_a_request(
    arguments: dict[str, Any], message: str
) -> None:
    story = Story()
    with pytest.raises(InvalidArgumentError, match=message):
        Operations(story).create_subscribed_calendar("u", **(GOOD | arguments))
    assert story.sent == []


def test_an_error_does_not_quote_a_long_value() -> None:
    with pytest.raises(InvalidArgumentError) as raised:
        Operations(Story()).create_subscribed_calendar("u", name="secret plan" * 20, subscribe_scope=SCOPE)
    assert "secret plan" not in str(raised.value)


@pytest.mark.parametrize(
    ("arguments", "sent"),
    [
        ({"name": "x" * 128}, {"name": "x" * 128}),
        ({"name": "  x "}, {"name": "  x "}),
        ({"description": ""}, {"description": ""}),
        ({"description": "d" * 1024}, {"description": "d" * 1024}),
        ({"managers": []}, {"managers": []}),
        ({"managers": ("u1", "u2")}, {"managers": ["u1", "u2"]}),
        ({"subscribe_scope": {"unionIds": ["u1"]}}, {"subscribeScope": {"unionIds": ["u1"]}}),
        (
            {"subscribe_scope": {"union_ids": ["u1"], "openConversationIds": ("g",), "corp_ids": []}},
            {"subscribeScope": {"unionIds": ["u1"], "openConversationIds": ["g"]}},
        ),
        ({"subscribe_scope": SubscribeScope(corp_ids=("c",))}, {"subscribeScope": {"corpIds": ["c"]}}),
    ],
)
def test_a_value_within_the_limits_is_sent(arguments: dict[str, Any], sent: dict[str, Any]) -> None:
    import json

    story = Story([token(), answer({"calendarId": "c"})])
    Operations(story).create_subscribed_calendar("u", **(GOOD | arguments))
    body = json.loads(story.sent[-1].body or b"")
    assert body == {"name": "n", "subscribeScope": {"corpIds": ["corp"]}} | sent


def test_an_update_sends_only_what_is_given() -> None:
    story = Story([token(), answer({"result": True}), answer({"result": True})])
    client = Operations(story)
    client.update_subscribed_calendars("u", "c", description="")
    client.update_subscribed_calendars("u", "c", name="n", managers=["m"], subscribe_scope=SCOPE)
    assert story.sent[1].body == b'{"description": ""}'
    assert story.sent[2].body == b'{"managers": ["m"], "name": "n", "subscribeScope": {"corpIds": ["corp"]}}'


@pytest.mark.parametrize("arguments", [{"name": " "}, {"subscribe_scope": {}}, {"description": "x" * 1025}])
def test_an_update_is_checked_like_a_create(arguments: dict[str, Any]) -> None:
    story = Story()
    with pytest.raises(InvalidArgumentError):
        Operations(story).update_subscribed_calendars("u", "c", **arguments)
    assert story.sent == []


@pytest.mark.parametrize(
    ("union_id", "calendar_id", "message"),
    [
        ("", "c", "union_id must not be blank"),
        (7, "c", "union_id must be a string"),
        ("u", " ", "calendar_id must not be blank"),
        ("u", "..", "calendar_id must not be '..', which no URL can carry"),
        (".", "c", "union_id must not be '.'"),
        ("\ud800", "c", "union_id holds a lone surrogate"),
        ("u", "c" * 8001, r"calendar_id must have at most 8000 bytes when percent-encoded \(length: 8001\)"),
        ("日" * 889, "c", r"union_id must have at most 8000 bytes when percent-encoded \(length: 889\)"),
    ],
)
def test_the_ids_in_a_path_are_checked(union_id: Any, calendar_id: Any, message: str) -> None:
    story = Story()
    with pytest.raises(InvalidArgumentError, match=message):
        Operations(story).get_subscribed_calendar(union_id, calendar_id)
    assert story.sent == []


@pytest.mark.parametrize("calendar_id", ["a/b", "a?b#c", "a b", "日历", "%2F", "a+b==", "...", "日" * 888])
def test_ids_are_encoded_with_nothing_left_safe(calendar_id: str) -> None:
    from urllib.parse import unquote

    story = Story([token(), answer({"calendarId": calendar_id})])
    Operations(story).get_subscribed_calendar("u/1", calendar_id)
    path = story.sent[-1].url.removeprefix("https://api.dingtalk.io")
    head, _, last = path.rpartition("/")
    assert head == "/v1.0/calendar/users/u%2F1/subscribedCalendars"
    assert unquote(last) == calendar_id
