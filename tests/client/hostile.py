"""Hostile arguments, the expected result of each, and checks of the requests that reach the emulator."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import string
import unicodedata
from collections import UserString
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import example
from hypothesis import strategies as st

from airflow_provider_dingtalk_calendar.client import SubscribeScope
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from airflow_provider_dingtalk_calendar.exceptions import ApiError, DingTalkError, InvalidArgumentError
from tests.client.samples import KEYED, ROUTES
from tests.effort import some

MEGABYTE = 2**20
LONGEST_ID = 8000
SCOPE_KEYS = {"union_ids": "unionIds", "open_conversation_ids": "openConversationIds", "corp_ids": "corpIds"}
SUBSCRIBED = "/v1.0/calendar/users/{}/subscribedCalendars"
CALENDARS = "/v1.0/calendar/users/{}/calendars"


class Odd:
    """A value that is too large or too deeply nested to print, with a printable name."""

    def __init__(self, what: str, value: Any) -> None:
        self.what = what
        self.value = value

    def __repr__(self) -> str:
        return f"<{self.what}>"


def bare(given: Any) -> Any:
    return given.value if isinstance(given, Odd) else given


def uncovered(arguments: dict[str, Any]) -> dict[str, Any]:
    def inside(value: Any) -> Any:
        return [bare(item) for item in value] if isinstance(value, list) else bare(value)

    return {name: inside(value) for name, value in arguments.items()}


def nested(kind: Callable[[Any], Any], depth: int = 5_000) -> Any:
    value: Any = kind("the innermost")
    for _ in range(depth):
        value = kind(value)
    return value


# Hashing nested frozensets needs no recursion, because each frozenset caches its hash.
DEEP_KEY = Odd("a frozenset in a frozenset ...", nested(lambda value: frozenset([value])))
LONG_INT = Odd("an int too long to be shown", 10**5000)

NASTY_TEXTS = (
    *(".", "..", "...", "/", "//", "../..", "a/../../b", "..\\..", ".;", "..;/", "./", "/.", ""),
    *("%", "%%", "%zz", "%2e", "%2e%2e", "%2E%2E%2F", "%2e%2e%2f", "%252e%252e", "%00", "%0d%0a", "%u002e"),
    *("?", "#", "a?b=c#d", "a&b=c", ";type=a", "a:b@c"),
    *("@evil.example", "//evil.example/", "http://evil.example"),
    *("a HTTP/1.1\r\nhost: evil.example\r\n\r\nGET /", "a\r\nx-evil: 1", "\r\n", "\n", "\t", " ", " a "),
    *("\0", "a\0b", "\x1b[2J", "\x7f", "\x85", "\xa0", "\u2028", "\u200b", "\u3000", "\ufeff", "\ufffe"),
    *("\u2060", "\u200d\ufe0f", "\u3164", "\uffa0", "\u2800", "\u034f\u00ad", "\u0301", "\ufe0fx"),
    *("\u202eevil", "\u200fa", "e\u0301", "日历 📅", "\U0010ffff"),
    *("\ud83d", "\ude00", "\ud83d\ude00", "a\udcffb", "\udc80/.."),
    *(
        "{}",
        "{userId}",
        "{0.__class__}",
        "%s",
        "${a}",
        "{{ ds }}",
        "{% raw %}",
        '"',
        "'",
        "\\u0000",
        "\\ud800",
    ),
    *("primary", "subscribe", "null", "None", "7", "NaN"),
)
PIECES = (
    *("a", "7", "日", "📅", ".", "..", "/", "\\", "?", "#", "%", "%2e", "%2F", "%00", "{", "}"),
    *("&", "=", "+", "~", ":", ";", ",", "@", " ", "\r", "\n", "\r\n", "\0", "\x1f", "\x85", "\u202e"),
    *("\ud800", "\udfff"),
)
HUGE_TEXTS = (
    Odd("1 MB of a", "a" * MEGABYTE),
    Odd("1 MB of ../", "../" * (MEGABYTE // 3)),
    Odd("1 MB of characters of three bytes", "日" * (MEGABYTE // 3)),
    Odd("1 MB of NUL", "\0" * MEGABYTE),
    Odd("1 MB of blanks", " " * MEGABYTE),
    Odd("1 MB of lone surrogates", "\ud800" * MEGABYTE),
    Odd("1 MB that ends in a lone surrogate", "a" * MEGABYTE + "\ud800"),
)
NO_TEXTS = (
    *(None, True, False, 0, 7, -1, 0.5, 1e400, float("nan"), 2j, Decimal("sNaN"), LONG_INT, ..., str),
    *(b"u", bytearray(b"u"), memoryview(b"u"), UserString("u"), {"u"}, frozenset("u"), range(3)),
    *(["u"], ("u",), [], [None], [["u"]], [b"u"], ["u", 7], ["u", float("nan")]),
    *({}, {"u": "u"}, {None: 1}, {1: {2: {3: 4}}}),
    Odd("a list in a list ...", nested(lambda value: [value])),
    Odd("a mapping in a mapping ...", nested(lambda value: {"corp_ids": value})),
    Odd("a range longer than any memory", range(2**62)),
)

texts = st.one_of(
    st.sampled_from(NASTY_TEXTS),
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
    # These characters include lone surrogates.
    st.text(st.characters(), max_size=40),
)
sound_texts = st.one_of(
    st.sampled_from([text for text in NASTY_TEXTS if text.strip() and text.isprintable() and text != "None"]),
    st.text(min_size=1, max_size=40),
)
_odd_keys = texts | st.none() | st.integers()
json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.binary(max_size=9) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_odd_keys, inner, max_size=3),
    max_leaves=8,
)
odd = st.sampled_from(NO_TEXTS) | json_like

ids = st.one_of(texts, sound_texts, texts, odd)
names = st.one_of(sound_texts, sound_texts, texts, odd)
descriptions = st.one_of(st.none(), sound_texts, texts, odd)

_sound_lists = st.lists(sound_texts, max_size=3)
_lists = st.one_of(_sound_lists, _sound_lists.map(tuple), st.none(), st.lists(texts, max_size=3))
managers = st.one_of(_lists, _lists, odd)

_spellings = st.sampled_from([*SCOPE_KEYS, *SCOPE_KEYS.values()])
_mappings = st.dictionaries(_spellings, _lists, max_size=4)
scopes = st.one_of(
    st.builds(dict, corp_ids=_sound_lists.map(lambda ids: [*ids, "corp"])),
    _mappings,
    _mappings.map(MappingProxyType),
    st.fixed_dictionaries({}, optional=dict.fromkeys(SCOPE_KEYS, _lists)).map(
        lambda given: SubscribeScope(**given)
    ),
    st.dictionaries(_spellings | _odd_keys, _lists | json_like, max_size=2),
    odd,
)
HOSTILE_SCOPES = (
    Odd("a key too deep to be shown", {DEEP_KEY.value: ["u"]}),
    Odd("a key too long to be shown", {LONG_INT.value: ["u"]}),
    Odd("1 MB of a key", {"k" * MEGABYTE: ["u"]}),
    Odd("1 MB of an id", {"corp_ids": ["a" * MEGABYTE]}),
    Odd("a mapping too deep below a field", {"corp_ids": nested(lambda value: {"corp_ids": value})}),
    Odd("a list too deep below a field", {"corp_ids": nested(lambda value: [value])}),
    Odd("a range longer than any memory below a field", {"corp_ids": range(2**62)}),
    Odd("10,000 ids", {"corpIds": [f"corp-{number}" for number in range(10_000)]}),
    *({None: ["u"]}, {("corp_ids",): ["u"]}, {b"corp_ids": ["u"]}, {float("nan"): ["u"]}, {"": ["u"]}),
    *({"corp_ids\0": ["u"]}, {"corp_ids": ["\ud800"]}, {"corp_ids\ud800": ["u"]}, {"\r\nx-evil: 1": ["u"]}),
)


def with_examples(*cases: Mapping[str, Any]) -> Callable[[Any], Any]:
    """Add explicit examples to a Hypothesis test."""

    def add(test: Any) -> Any:
        for case in some(cases):
            test = example(**case)(test)
        return test

    return add


def escaped(text: str) -> str:
    """Percent-encode everything but the unreserved characters of RFC 3986."""
    unreserved = {ord(character) for character in string.ascii_letters + string.digits + "-._~"}
    return "".join(chr(byte) if byte in unreserved else f"%{byte:02X}" for byte in text.encode())


def is_sound(value: object) -> bool:
    """Return whether a value is a string without lone surrogates."""
    return isinstance(value, str) and re.search("[\ud800-\udfff]", value) is None


def says_something(text: str) -> bool:
    """Return whether a text has a visible character and is not "None", which stands for a missing value."""
    return text != "None" and any(map(is_visible, text))


def is_visible(character: str) -> bool:
    kind, name = unicodedata.category(character), unicodedata.name(character, "")
    # Letters, numbers, punctuation, symbols, spacing marks, surrogates, and private or undefined characters.
    is_shown = kind[0] in "LNPS" or kind in {"Mc", "Cs", "Co", "Cn"}
    return is_shown and not name.endswith(" FILLER") and name != "BRAILLE PATTERN BLANK"


def is_sound_id(value: Any) -> bool:
    if not is_sound(value) or len(value) > LONGEST_ID:
        return False
    return says_something(value) and value not in {".", ".."} and len(escaped(value)) <= LONGEST_ID


def is_sound_name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 128 and is_sound(value) and says_something(value)


def is_sound_description(value: Any) -> bool:
    return value is None or (isinstance(value, str) and len(value) <= 1024 and is_sound(value))


def are_sound_texts(value: Any) -> bool:
    if value is None:
        return True
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str | bytes | bytearray)
        and all(is_sound(item) and says_something(item) for item in value)
    )


def scope_on_the_wire(value: Any) -> dict[str, list[str]] | None:
    """Return the API's form of a scope, or None if the client must refuse it."""
    if isinstance(value, SubscribeScope):
        value = {name: getattr(value, name) for name in SCOPE_KEYS}
    if not isinstance(value, Mapping) or not all(map(are_sound_texts, value.values())):
        return None
    fields = [SCOPE_KEYS.get(key, key) for key in value]
    if len(set(fields)) < len(fields) or not set(fields) <= set(SCOPE_KEYS.values()):
        return None
    return {key: list(ids) for key, ids in zip(fields, value.values(), strict=True) if ids} or None


def body_of(*, partial: bool = False, **given: Any) -> dict[str, Any] | None:
    """Return the expected body for a calendar's definition, or None if the client must refuse it."""
    scope = scope_on_the_wire(given["subscribe_scope"])
    if not (
        (is_sound_name(given["name"]) or (partial and given["name"] is None))
        and is_sound_description(given["description"])
        and are_sound_texts(given["managers"])
        and (scope is not None or (partial and given["subscribe_scope"] is None))
    ):
        return None
    managers = None if given["managers"] is None else list(given["managers"])
    body = {key: given[key] for key in ("name", "description")} | {
        "managers": managers,
        "subscribeScope": scope,
    }
    return {key: value for key, value in body.items() if value is not None}


@dataclass(frozen=True)
class Sent:
    """An expected request."""

    operation: str
    method: str
    path: str
    union_id: str
    calendar_id: str | None = None
    body: Any = None
    is_keyed = False
    is_legacy = False

    @property
    def parameters(self) -> dict[str, str]:
        calendar = {} if self.calendar_id is None else {"calendarId": self.calendar_id}
        return {"userId": self.union_id} | calendar

    @property
    def target(self) -> str:
        return self.path.format(*map(escaped, self.parameters.values()))


@dataclass(frozen=True)
class SentSample:
    """An expected request of any operation."""

    operation: str
    parameters: Mapping[str, Any]
    query: Mapping[str, Any]
    body: Any = None

    @property
    def method(self) -> str:
        return ROUTES[self.operation][0]

    @property
    def is_keyed(self) -> bool:
        return self.operation in KEYED

    @property
    def is_legacy(self) -> bool:
        return ROUTES[self.operation][1].startswith("/topapi/")

    @property
    def target(self) -> str:
        _, path = ROUTES[self.operation]
        for name, value in self.parameters.items():
            path = path.replace(f"{{{name}}}", escaped(value))
        texts = {
            name: str(value).lower() if isinstance(value, bool) else str(value)
            for name, value in self.query.items()
        }
        query = "&".join(f"{name}={escaped(text)}" for name, text in texts.items())
        return f"{path}?{query}" if query else path


class Witness:
    """Records the requests that reach an emulator, and any attempt to connect to another address."""

    def __init__(self, emulator: DingTalkEmulator, connected: list[Any]) -> None:
        self.emulator = emulator
        self._connected = connected

    def forget(self) -> None:
        self.emulator.journal.clear()

    def saw_exactly(self, *expected: Sent | SentSample) -> bool:
        """Assert that exactly these requests arrived, and that no other address was contacted."""
        host = self.emulator.url.removeprefix("http://")
        assert {f"{address[0]}:{address[1]}" for address in self._connected} <= {host}
        entries = list(self.emulator.journal)
        assert [entry.operation for entry in entries] == [each.operation for each in expected]
        for entry, each in zip(entries, expected, strict=True):
            headers, token = dict(entry.headers), self.emulator.issued_tokens[-1]
            if each.is_legacy:
                assert (entry.method, entry.target) == (each.method, f"{each.target}?access_token={token}")
            else:
                assert (entry.method, entry.target) == (each.method, each.target)
                assert headers.pop("x-acs-dingtalk-access-token") == token
            assert entry.path_parameters == each.parameters
            assert headers.pop("content-length", "0") == str(len(entry.raw_body))
            assert bool(re.fullmatch("[0-9a-f]{32}", headers.pop("x-client-token", ""))) == each.is_keyed
            assert headers.pop("user-agent").startswith("airflow-provider-dingtalk-calendar/")
            fixed = {"host": host, "accept": "application/json", "accept-encoding": "identity"}
            if each.body is None:
                assert entry.raw_body == b""
            else:
                fixed["content-type"] = "application/json; charset=utf-8"
                assert json.loads(entry.raw_body.decode("utf-8", "strict")) == each.body
            assert headers == fixed
        return True


@contextlib.contextmanager
def witnessed() -> Iterator[Witness]:
    """Start an emulator without limits, and record the address of each connection."""
    connected: list[Any] = []
    connect = socket.socket.connect

    def watched(self: socket.socket, address: Any) -> None:
        connected.append(address)
        connect(self, address)

    with (
        DingTalkEmulator(qps_limit=None, monthly_quota=None) as emulator,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(socket.socket, "connect", watched)
        yield Witness(emulator, connected)
        assert connected


def outcome(call: Callable[[], Any]) -> Any:
    """Return the result of a call, or its documented failure. Other exceptions propagate."""
    try:
        return call()
    except DingTalkError as error:
        return error


def is_refused(result: Any, *fields: str) -> bool:
    """Assert that an argument was refused with one short line that names the field."""
    assert isinstance(result, InvalidArgumentError)
    text = str(result)
    assert text.startswith(fields)
    assert text.isprintable()
    # The line quotes up to 40 characters. Escaping can turn them into 400 characters.
    assert len(text) < 600
    assert not result.may_have_taken_effect
    assert result.retry_after is None
    return True


def is_answered(result: Any) -> bool:
    """Assert that the result or the refusal came from the emulator, not from the client."""
    assert not isinstance(result, DingTalkError) or (isinstance(result, ApiError) and result.code)
    return True
