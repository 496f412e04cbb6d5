"""Sharing a primary calendar: which details each user may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator.conftest import Caller, error_of
from tests.emulator.event_calls import (
    DENIED,
    NOT_SUBSCRIBED,
    PARAMETER,
    create,
    created,
    done,
    got,
    ids,
    listed,
    one,
    people,
    timed,
    viewed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

ACLS = "/v1.0/calendar/users/author/calendars/primary/acls"


def acl(union_id: str = "friend", privilege: str = "reader", **changes: Any) -> dict[str, Any]:
    scope = {"scopeType": "user", "userId": union_id}
    return {"privilege": privilege, "sendMsg": False, "scope": scope, **changes}


def share(caller: Caller, union_id: str = "friend", privilege: str = "reader") -> dict[str, Any]:
    response = caller.call("POST", ACLS, json=acl(union_id, privilege))
    assert response.status_code == 200, response.text
    return dict(response.json())


def unshare(caller: Caller, acl_id: str) -> Any:
    return caller.call("DELETE", f"{ACLS}/{acl_id.replace('/', '%2F').replace('+', '%2B')}")


def shared_with(caller: Caller, union_id: str = "friend") -> list[dict[str, Any]]:
    return [calendar for calendar in caller.listed(union_id) if calendar["type"] == "shared"]


def test_access_is_given_listed_and_taken(caller: Caller) -> None:
    first, second = share(caller), share(caller, "other", "writer")

    assert first == {
        "privilege": "reader",
        "aclId": first["aclId"],
        "scope": {"scopeType": "user", "userId": "friend"},
    }
    assert caller.call("GET", ACLS).json() == {"acls": [first, second]}
    assert [(entry.acl_id, entry.owner) for entry in caller.emulator.acls] == [
        (first["aclId"], "author"),
        (second["aclId"], "author"),
    ]
    done(unshare(caller, first["aclId"]))
    assert caller.call("GET", ACLS).json() == {"acls": [second]}
    assert error_of(unshare(caller, first["aclId"])) == PARAMETER
    effects = [(entry.operation, entry.effect) for entry in caller.emulator.journal if entry.effect]
    assert [operation for operation, _ in effects[-3:]] == ["CreateAcls", "CreateAcls", "DeleteAcl"]


def test_access_given_again_is_changed(caller: Caller) -> None:
    first = share(caller)

    assert share(caller, privilege="writer") == {**first, "privilege": "writer"}
    assert len(caller.emulator.acls) == 1


@pytest.mark.parametrize(
    "body",
    [
        acl(privilege="owner"),
        acl(privilege=None),
        acl(sendMsg=None),
        acl(sendMsg="yes"),
        acl(scope=None),
        acl(scope={"scopeType": "group", "userId": "friend"}),
        acl(scope={"scopeType": "user"}),
        acl("author"),
        [],
    ],
)
def test_faulty_access_is_refused(caller: Caller, body: Any) -> None:
    assert error_of(caller.call("POST", ACLS, json=body)) == PARAMETER
    assert caller.emulator.acls == []


def test_a_calendar_is_shared_with_at_most_500(caller: Caller) -> None:
    for number in range(500):
        share(caller, f"user-{number}")

    response = caller.call("POST", ACLS, json=acl("one-too-many"))

    assert error_of(response) == (400, "invalidParameter", "shareExceedLimit")
    share(caller, "user-0", "writer")


@pytest.mark.parametrize(
    ("privilege", "shown"),
    [
        ("free_busy_reader", {"id", "status", "start", "end", "isAllDay"}),
        ("title_reader", {"id", "status", "start", "end", "isAllDay", "summary"}),
    ],
)
def test_a_lesser_privilege_shows_no_details(caller: Caller, privilege: str, shown: set[str]) -> None:
    event_id = created(caller, timed(description="secret", attendees=people("one")))
    share(caller, privilege=privilege)
    (calendar,) = shared_with(caller)

    assert calendar["privilege"] == privilege
    (entry,) = listed(caller, "friend", calendar["id"])["events"]
    (seen,) = viewed(caller, "friend", calendar["id"], timeMin="2027-01-01T00:00:00Z")["events"]
    assert set(entry) == set(seen) == set(got(caller, event_id, "friend", calendar["id"])) == shown
    response = one(caller, "GET", event_id, "attendees", user="friend", calendar=calendar["id"])
    assert error_of(response) == DENIED


@pytest.mark.parametrize("privilege", ["reader", "writer"])
def test_a_reader_sees_what_the_owner_sees(caller: Caller, privilege: str) -> None:
    event_id = created(caller, timed(description="plain", attendees=people("one")))
    share(caller, privilege=privilege)
    calendar = shared_with(caller)[0]["id"]

    assert set(got(caller, event_id, "friend", calendar)) == set(got(caller, event_id))
    assert got(caller, event_id, "friend", calendar)["organizer"]["self"] is False
    answer = one(caller, "GET", event_id, "attendees", user="friend", calendar=calendar).json()
    assert [attendee["id"] for attendee in answer["attendees"]] == ["one"]


def test_only_a_writer_writes(caller: Caller) -> None:
    event_id = created(caller)
    share(caller, privilege="reader")
    calendar = shared_with(caller)[0]["id"]
    body = {"id": event_id, "summary": "Other"}

    assert error_of(create(caller, user="friend", calendar=calendar)) == DENIED
    assert error_of(one(caller, "PUT", event_id, user="friend", calendar=calendar, json=body)) == DENIED
    assert error_of(one(caller, "DELETE", event_id, user="friend", calendar=calendar)) == DENIED
    share(caller, privilege="writer")
    new = created(caller, user="friend", calendar=calendar)
    assert one(caller, "PUT", event_id, user="friend", calendar=calendar, json=body).status_code == 200
    assert ids(listed(caller)) == [event_id, new]
    assert got(caller, event_id)["summary"] == "Other"
    assert got(caller, new)["organizer"]["id"] == "author"
    assert listed(caller, "friend")["events"] == []


def test_a_calendar_no_longer_shared_cannot_be_read(caller: Caller) -> None:
    event_id = created(caller)
    given = share(caller)
    calendar = shared_with(caller)[0]["id"]

    done(unshare(caller, given["aclId"]))

    assert shared_with(caller) == []
    assert error_of(one(caller, "GET", event_id, user="friend", calendar=calendar)) == DENIED
    assert error_of(one(caller, "GET", event_id, user="stranger", calendar=calendar)) == DENIED
    assert got(caller, event_id, "author", calendar)["summary"] == "Release"


def test_a_subscribed_calendar_cannot_be_shared(caller: Caller) -> None:
    calendar = caller.created().replace("/", "%2F").replace("+", "%2B")
    place = f"/v1.0/calendar/users/author/calendars/{calendar}/acls"

    assert error_of(caller.call("POST", place, json=acl())) == NOT_SUBSCRIBED
    assert error_of(caller.call("GET", place)) == NOT_SUBSCRIBED


def test_sharing_is_not_for_every_type_of_app(serve: Callable[..., Caller]) -> None:
    caller = serve(app_type="third_party_enterprise")
    body = {
        "suiteKey": caller.emulator.client_id,
        "suiteSecret": caller.emulator.client_secret,
        "authCorpId": caller.emulator.corp_id,
        "suiteTicket": caller.emulator.suite_ticket,
    }
    caller.token = caller.call("POST", "/v1.0/oauth2/corpAccessToken", json=body).json()["accessToken"]

    created(caller)
    assert error_of(caller.call("POST", ACLS, json=acl()))[:2] == (400, "apiPermissionDenied")


def test_a_reset_forgets_what_is_shared(caller: Caller) -> None:
    share(caller)

    caller.emulator.reset()

    assert caller.emulator.acls == []
