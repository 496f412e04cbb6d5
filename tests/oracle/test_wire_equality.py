"""For every operation, our clients and DingTalk's official SDK send the same request for the same arguments.

The SDK runs in its own environment; see ``sdk_calls.py``. Both sides make the calls from :mod:`.calls` to one
server, and the requests are compared. :mod:`.wire` lists the allowed differences.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.both import CALLERS
from tests.oracle.calls import CALLS, Call, snake
from tests.oracle.clients import WAYS, Made, perform
from tests.oracle.conftest import SUMMARY
from tests.oracle.operations import OPERATIONS
from tests.oracle.recording_server import GRANTED_TOKEN, RecordingServer
from tests.oracle.sdk import run_sdk, sdk_operations
from tests.oracle.wire import (
    ALLOWED,
    TOKEN_HEADER,
    SentRequest,
    differences,
    in_one_form,
    in_the_words_of_the_sdk,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

SIDES = [(kind, way) for kind in CALLERS for way in WAYS]
GET_TOKEN = Call("GetAccessToken", {}, {"appKey": "id", "appSecret": "secret"})


class Sides:
    """The requests of the SDK and of our clients. Each side makes all its calls once, on first use."""

    def __init__(self, server: RecordingServer) -> None:
        self._server = server

    @functools.cached_property
    def sdk(self) -> list[SentRequest]:
        """The SDK's requests: first the token request, then one request for each call."""
        self._server.take()
        answers = run_sdk(self._server.url, [GET_TOKEN, *CALLS])
        assert not [answer for answer in answers if "error" in answer]
        return [SentRequest.of(arrived) for arrived in self._server.take()]

    @functools.cache  # noqa: B019  the object lives as long as this module's tests
    def ours(self, kind: str, way: str) -> list[Made]:
        """The requests of one of our clients: first the token request, then the request of each call."""
        return perform(kind, way, CALLS, self._server)

    def differences(self, operation: str, kind: str, way: str) -> list[str]:
        """Return the differences between our calls of an operation and the SDK's calls."""
        compared = zip(CALLS, self.ours(kind, way)[1:], self.sdk[1:], strict=True)
        texts = (differences(call, *both) for call, *both in compared if call.operation == operation)
        return [text for text in texts if text]


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
        summary = f"{len(found)} calls of {operation} ({kind}, by {way}) differ from the official SDK's"
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
    assert set(same) == set(known)


def test_every_allowed_difference_still_occurs(sides: Sides) -> None:
    for side in SIDES:
        occurred = set()
        for made in sides.ours(*side):
            for sent in made.requests:
                occurred |= in_the_words_of_the_sdk(sent)[1]
        gone = [allowed.reason for allowed in ALLOWED if allowed not in occurred]
        assert not gone, "no request has these differences any more, so remove them from ALLOWED"


def test_every_call_carries_the_token_that_was_granted(sides: Sides) -> None:
    expected = f"{TOKEN_HEADER}: {GRANTED_TOKEN}"
    ours = [[sent for made in sides.ours(*side) for sent in made.requests] for side in SIDES]
    for sent in [sides.sdk, *ours]:
        assert sent[0] == sides.sdk[0]
        assert TOKEN_HEADER not in sent[0].headers
        assert all(expected in request.headers.splitlines() for request in sent[1:])


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
        ("body", ""),
        ("body", in_one_form({"name": "n", "description": None})),
        ("body", in_one_form({"name": "n", "managers": []})),
    ],
)
def test_the_comparison_notices_a_change(part: str, value: Any) -> None:
    call = Call("UpdateSubscribedCalendars", {"userId": "u", "calendarId": "x/y"}, {"name": "n"})
    ours = SentRequest("PUT", PATH, f"{TOKEN_HEADER}: t", in_one_form({"name": "n"}))
    sdk = replace(ours, target="/v1.0/calendar/users/u/calendars/x/y")

    assert not differences(call, Made([ours]), sdk)
    assert differences(call, Made([replace(ours, **{part: value})]), sdk)
    assert differences(call, Made([ours]), replace(sdk, **{part: value}))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?showDeleted=False",
        "?showDeleted=true",
        "?timeMin=1+2&showDeleted=false",
        "?showDeleted=false&a=1",
    ],
)
def test_the_comparison_notices_a_change_in_the_query(query: str) -> None:
    call = Call("ListEvents", {"userId": "u", "calendarId": "c"}, {"showDeleted": False, "timeMin": "1 2"})
    path = "/v1.0/calendar/users/u/calendars/c/events"
    ours = SentRequest("GET", f"{path}?showDeleted=false&timeMin=1%202", f"{TOKEN_HEADER}: t", "")
    sdk = replace(ours, target=f"{path}?showDeleted=False&timeMin=1+2")

    assert not differences(call, Made([ours]), sdk)
    assert differences(call, Made([replace(ours, target=path + query)]), sdk)
    assert differences(call, Made([ours]), replace(sdk, target=path + query))


def test_the_comparison_tells_a_number_from_a_truth_value() -> None:
    call = Call("CreateAcls", {"userId": "u", "calendarId": "c"}, {"sendMsg": False})
    path = "/v1.0/calendar/users/u/calendars/c/acls"
    ours = SentRequest("POST", path, f"{TOKEN_HEADER}: t", in_one_form({"sendMsg": False}))

    assert not differences(call, Made([ours]), ours)
    assert differences(call, Made([replace(ours, body=in_one_form({"sendMsg": 0}))]), ours)


def test_the_comparison_notices_missing_escapes_and_repeated_requests() -> None:
    call = Call("GetSubscribedCalendar", {"userId": "u", "calendarId": "x/y"})
    ours = SentRequest("GET", PATH, f"{TOKEN_HEADER}: t", "")
    sdk = replace(ours, target="/v1.0/calendar/users/u/calendars/x/y")

    assert not differences(call, Made([ours]), sdk)
    assert "expected in" in differences(call, Made([sdk]), sdk)
    assert "translated" in differences(replace(call, path={}), Made([ours]), sdk)
    assert "and then sent" in differences(call, Made([ours, ours]), sdk)
    assert "sent nothing" in differences(call, Made([]), sdk)
    assert "raised ValueError" in differences(call, Made([ours], ValueError("no")), sdk)
