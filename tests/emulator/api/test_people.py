"""A staff userid in place of a unionId, the likeliest mistake of a caller."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import Caller, error_of
from tests.emulator.event_calls import created, timed

NOBODY = (404, "invalidParameter.user.notFound", "找不到该用户")
ME = "/v1.0/calendar/users/u-alice"
EVENTS = f"{ME}/calendars/primary/events"
SHARE = {"privilege": "reader", "sendMsg": False, "scope": {"scopeType": "user", "userId": "alice"}}
BUSY = {"startTime": "2027-01-01T00:00:00Z", "endTime": "2027-01-02T00:00:00Z"}
CALENDAR = {"name": "x", "subscribeScope": {"openConversationIds": ["cid"]}}


@pytest.fixture
def caller(caller: Caller) -> Caller:
    caller.emulator.add_user(userid="alice", union_id="u-alice")
    caller.emulator.add_user(userid="same", union_id="same")
    return caller


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("GET", "/v1.0/calendar/users/alice/calendars", None, "userId"),
        ("GET", "/v1.0/calendar/users/%61lice/calendars", None, "userId"),
        ("POST", "/v1.0/calendar/users/alice/subscribedCalendars", CALENDAR, "userId"),
        ("POST", f"{ME}/subscribedCalendars", {**CALENDAR, "managers": ["u-bob", "alice"]}, "managers"),
        (
            "POST",
            f"{ME}/subscribedCalendars",
            {"name": "x", "subscribeScope": {"unionIds": ["alice"]}},
            "subscribeScope.unionIds",
        ),
        ("POST", EVENTS, timed(attendees=[{"id": "alice"}]), "attendees.id"),
        ("POST", f"{ME}/calendars/primary/acls", SHARE, "scope.userId"),
        ("POST", f"{ME}/querySchedule", {"userIds": ["same", "alice"], **BUSY}, "userIds"),
    ],
)
def test_a_userid_is_refused_and_the_journal_says_why(
    caller: Caller, method: str, path: str, body: Any, field: str
) -> None:
    response = caller.call(method, path, json=body)

    assert error_of(response) == NOBODY
    entry = caller.emulator.journal[-1]
    assert entry.warning == f"{field} is the userid 'alice'; DingTalk expects the unionId, 'u-alice'"
    assert entry.warning in repr(entry)
    assert entry.effect is False


def test_invited_and_new_organizers_are_checked_too(caller: Caller) -> None:
    event_id = created(caller, user="u-alice")
    path = f"{EVENTS}/{event_id.replace('/', '%2F').replace('+', '%2B')}"

    for rest, body in (
        ("attendees", {"attendeesToAdd": [{"id": "alice"}]}),
        ("transfer", {"newOrganizerId": "alice"}),
    ):
        assert error_of(caller.call("POST", f"{path}/{rest}", json=body)) == NOBODY


def test_other_ids_pass(caller: Caller) -> None:
    for union_id in ("u-alice", "same", "stranger"):
        assert len(caller.listed(union_id)) == 1
    assert caller.emulator.journal[-1].warning == ""
    caller.created("u-alice", managers=["same", "stranger", ""])


def test_without_declared_people_every_id_passes(caller: Caller) -> None:
    assert len(caller.listed("bob")) == 1
