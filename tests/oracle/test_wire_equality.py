"""What our clients send is what DingTalk's official SDK sends for the same arguments, in every operation.

The SDK runs in an environment of its own (see ``sdk_calls.py``). All sides make the calls of
:mod:`.calls` against one server, and what arrived is compared; :mod:`.wire` says where it may differ.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from airflow_provider_dingtalk_calendar.client import DingTalkClient
from tests.client.both import CALLERS
from tests.oracle import calls as data
from tests.oracle.calls import Call, snake
from tests.oracle.clients import perform
from tests.oracle.conftest import SUMMARY
from tests.oracle.recording_server import GRANTED_TOKEN, RecordingServer
from tests.oracle.sdk import run_sdk, sdk_operations
from tests.oracle.wire import ALLOWED, TOKEN_HEADER, SentRequest, differences, in_the_words_of_the_sdk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OPERATIONS = [name for name in data.OPERATIONS if hasattr(DingTalkClient, snake(name))]
CALLS = [call for call in data.CALLS if call.operation in OPERATIONS]
SIDES = [(kind, way) for kind in CALLERS for way in ["by method"]]
GET_TOKEN = Call("GetAccessToken", {}, {"appKey": "id", "appSecret": "secret"})


@dataclass(frozen=True)
class Recording:
    """What one side sent: for a token, and then for each call."""

    token: Sequence[SentRequest]
    calls: Sequence[Sequence[SentRequest]]

    def of(self, operation: str) -> Iterator[tuple[Call, Sequence[SentRequest]]]:
        """Yield the calls of an operation and what was sent for each."""
        recorded = zip(CALLS, self.calls, strict=True)
        return ((call, sent) for call, sent in recorded if call.operation == operation)


class Sides:
    """Records what the SDK and our clients send; each side makes all calls once, when first asked for."""

    def __init__(self, server: RecordingServer) -> None:
        self._server = server

    @functools.cached_property
    def sdk(self) -> Recording:
        self._server.take()
        answers = run_sdk(self._server.url, [GET_TOKEN, *CALLS])
        assert not [answer for answer in answers if "error" in answer]
        token, *calls = [[SentRequest.of(arrived)] for arrived in self._server.take()]
        return Recording(token, calls)

    @functools.cache  # noqa: B019  it lives as long as the tests of this module
    def ours(self, kind: str, way: str) -> Recording:
        arrived = perform(kind, way, CALLS, self._server)
        token, *calls = [[SentRequest.of(one) for one in some] for some in arrived]
        return Recording(token, calls)

    def differences(self, operation: str, kind: str, way: str) -> list[str]:
        """Return how the calls of an operation differ."""
        both = zip(self.ours(kind, way).of(operation), self.sdk.of(operation), strict=True)
        return [text for (call, ours), (_, [sdk]) in both if (text := differences(call, ours, sdk))]


@pytest.fixture(scope="module")
def sides() -> Iterator[Sides]:
    with RecordingServer() as server:
        yield Sides(server)


@pytest.mark.parametrize(("kind", "way"), SIDES)
@pytest.mark.parametrize("operation", OPERATIONS, ids=snake)
def test_our_client_sends_what_the_official_sdk_sends(
    operation: str, kind: str, way: str, sides: Sides
) -> None:
    found = sides.differences(operation, kind, way)
    if found:
        summary = f"{len(found)} calls of {operation}, {kind} and {way}, differ from the official SDK's"
        pytest.fail("\n\n".join([summary, *found]), pytrace=False)


def test_every_operation_of_the_official_sdk_is_compared(
    sides: Sides, request: pytest.FixtureRequest
) -> None:
    known = sdk_operations()
    same = [
        operation
        for operation in OPERATIONS
        if operation in known and not any(sides.differences(operation, *side) for side in SIDES)
    ]
    request.config.stash[SUMMARY] = (
        f"{len(same)} of {len(known)} calendar operations of the official SDK are sent as it sends them, "
        f"in {len(CALLS)} calls by {len(SIDES)} ways"
    )
    assert sorted(same) == sorted(OPERATIONS)


def test_every_allowed_difference_still_occurs(sides: Sides) -> None:
    for side in SIDES:
        occurred = set()
        for [sent] in sides.ours(*side).calls:
            occurred |= in_the_words_of_the_sdk(sent)[1]
        gone = [allowed.reason for allowed in ALLOWED if allowed not in occurred]
        assert not gone, "no request has these differences any more; take them out of ALLOWED"


def test_every_call_carries_the_token_that_was_granted(sides: Sides) -> None:
    for recording in [sides.sdk, *(sides.ours(*side) for side in SIDES)]:
        assert recording.token == sides.sdk.token
        assert TOKEN_HEADER not in recording.token[0].headers
        for [sent] in recording.calls:
            assert f"{TOKEN_HEADER}: {GRANTED_TOKEN}" in sent.headers.splitlines()


PATH = "/v1.0/calendar/users/u/calendars/x%2Fy"


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("method", "PATCH"),
        ("target", f"{PATH}/"),
        ("target", f"{PATH}?z=1"),
        ("headers", "x-acs-dingtalk-access-token: other"),
        ("headers", "x-acs-dingtalk-access-token: t\nx-acs-more: 1"),
        ("headers", "x-acs-dingtalk-access-token: t\nx-client-token: 1"),
        ("body", {"name": "n", "description": None}),
        ("body", {"name": "n", "managers": []}),
    ],
)
def test_the_comparison_notices_a_change(part: str, value: Any) -> None:
    call = Call("UpdateSubscribedCalendars", {"userId": "u", "calendarId": "x/y"}, {"name": "n"})
    ours = SentRequest("PUT", PATH, f"{TOKEN_HEADER}: t", {"name": "n"})
    sdk = replace(ours, target="/v1.0/calendar/users/u/calendars/x/y")

    assert not differences(call, [ours], sdk)
    assert differences(call, [replace(ours, **{part: value})], sdk)
    assert differences(call, [ours], replace(sdk, **{part: value}))


def test_the_comparison_notices_what_is_not_escaped_any_more_and_what_is_sent_twice() -> None:
    call = Call("GetSubscribedCalendar", {"userId": "u", "calendarId": "x/y"})
    ours = SentRequest("GET", PATH, f"{TOKEN_HEADER}: t", None)
    sdk = replace(ours, target="/v1.0/calendar/users/u/calendars/x/y")

    assert not differences(call, [ours], sdk)
    assert "expected in" in differences(call, [sdk], sdk)
    assert "translated" in differences(replace(call, path={}), [ours], sdk)
    assert "further requests" in differences(call, [ours, ours], sdk)
    assert "sent nothing" in differences(call, [], sdk)
