"""The operations on subscribed calendars behave as their documentation pages say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator.conftest import SCOPE, Caller, error_of

if TYPE_CHECKING:
    from collections.abc import Callable

PARAMETER = (400, "invalidParameter", "forwardErrorMessage")
BLANK = (400, "invalidParameter", "calendar name cannot be blank")
NO_SCOPE = (400, "invalidParameter", "subscribe range cannot be null")
DENIED = (403, "permissionDenied", "permission denied")
NOT_IN_SCOPE = (400, "permissionDenied", "The user is not within the subscription scope")
NOT_IN_RANGE = (400, "invalidParameter", "current user must in range")
NOT_FOUND = (404, "notFound", "calendar not found")


def test_a_created_calendar_is_stored_and_answered_as_given(caller: Caller) -> None:
    scope = {"unionIds": ["u2"], "openConversationIds": ["cid-team"], "corpIds": ["corp"]}
    response = caller.create(description="发布窗口", managers=["editor"], subscribeScope=scope, unknown=1)

    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("application/json")
    (calendar,) = caller.emulator.calendars
    assert response.json() == {"calendarId": calendar.calendar_id}
    assert (calendar.name, calendar.description, calendar.author) == ("Releases", "发布窗口", "author")
    assert calendar.managers == ("editor",)
    assert calendar.subscribers == ()
    for user in ("author", "editor"):
        assert caller.one("GET", calendar.calendar_id, user).json() == {
            "calendarId": calendar.calendar_id,
            "name": "Releases",
            "description": "发布窗口",
            "author": "author",
            "managers": ["editor"],
            "subscribeScope": scope,
        }


def test_two_calendars_may_share_a_name_and_every_id_must_be_encoded(caller: Caller) -> None:
    first, second = caller.created(), caller.created()

    assert first != second
    assert [calendar.calendar_id for calendar in caller.emulator.calendars] == [first, second]
    for calendar_id in (first, second):
        assert {"/", "+", "="} <= set(calendar_id)
    unencoded = caller.call("GET", f"/v1.0/calendar/users/author/subscribedCalendars/{first}")
    assert error_of(unencoded)[:2] == (404, "InvalidAction.NotFound")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"name": ...}, BLANK),
        ({"name": None}, BLANK),
        ({"name": " \t"}, BLANK),
        ({"name": "x" * 129}, (400, "invalidParameter", "calendar name length must less than 128")),
        ({"name": 7}, PARAMETER),
        ({"description": "x" * 1025}, PARAMETER),
        ({"description": ["x"]}, PARAMETER),
        ({"managers": "u1"}, PARAMETER),
        ({"managers": [1]}, PARAMETER),
        ({"subscribeScope": ...}, NO_SCOPE),
        ({"subscribeScope": None}, NO_SCOPE),
        ({"subscribeScope": {}}, NO_SCOPE),
        ({"subscribeScope": {"unionIds": [], "corpIds": None}}, NO_SCOPE),
        ({"subscribeScope": "everyone"}, PARAMETER),
        ({"subscribeScope": {"corpIds": "corp"}}, PARAMETER),
    ],
)
def test_a_faulty_creation_is_refused_in_the_documented_words(
    caller: Caller, change: dict[str, Any], error: tuple[int, str, str]
) -> None:
    assert error_of(caller.create(**change)) == error
    assert caller.emulator.calendars == []
    assert caller.emulator.journal[-1].effect is False


@pytest.mark.parametrize("body", [b"", b"[]", b"{oops", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_refused(caller: Caller, body: bytes) -> None:
    response = caller.call("POST", "/v1.0/calendar/users/author/subscribedCalendars", data=body)

    assert error_of(response) == PARAMETER
    assert caller.emulator.journal[-1].raw_body == body


def test_the_longest_name_and_description_are_accepted(caller: Caller) -> None:
    caller.created(name="x" * 128, description="x" * 1024)

    assert len(caller.emulator.calendars[0].name) == 128


@pytest.mark.parametrize(
    ("user", "scope", "accepted"),
    [
        ("member", {"openConversationIds": ["cid-known"]}, True),
        ("stranger", {"openConversationIds": ["cid-known"]}, False),
        ("employee", {"corpIds": ["corp-known"]}, True),
        ("member", {"corpIds": ["corp-known"]}, False),
        ("employee", {"openConversationIds": ["cid-known"], "corpIds": ["corp-known"]}, True),
        ("stranger", {"openConversationIds": ["cid-undeclared"]}, True),
        ("stranger", {"unionIds": ["someone"]}, True),
        # As a corpId, the same identifier names an organization without declared members.
        ("stranger", {"corpIds": ["cid-known"]}, True),
    ],
)
def test_the_creator_must_be_in_a_group_or_organization_of_the_scope(
    caller: Caller, user: str, scope: dict[str, list[str]], accepted: bool
) -> None:
    caller.emulator.add_group("cid-known", ["member"])
    caller.emulator.add_organization("corp-known", ["employee"])

    response = caller.create(user, subscribeScope=scope)

    assert len(caller.emulator.calendars) == (1 if accepted else 0)
    assert response.status_code == 200 if accepted else error_of(response) == NOT_IN_RANGE


def test_an_update_replaces_what_it_gives_and_nothing_else(caller: Caller) -> None:
    calendar_id = caller.created(description="old", managers=["editor"])
    caller.subscription("subscribe", calendar_id, "reader")

    response = caller.one("PUT", calendar_id, "editor", json={"name": "New", "description": None})

    assert (response.status_code, response.json()) == (200, {"result": True})
    (calendar,) = caller.emulator.calendars
    assert (calendar.name, calendar.description, calendar.managers) == ("New", "old", ("editor",))
    assert calendar.subscribe_scope["openConversationIds"] == ("cid-team",)
    assert (calendar.subscribers, calendar.revision) == (("reader",), 2)

    caller.one("PUT", calendar_id, json={"managers": [], "subscribeScope": {"unionIds": ["u2"]}})
    (calendar,) = caller.emulator.calendars
    assert calendar.managers == ()
    assert calendar.subscribe_scope == {"unionIds": ("u2",), "openConversationIds": (), "corpIds": ()}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"name": ""}, BLANK),
        ({"subscribeScope": {}}, NO_SCOPE),
        ({"subscribeScope": {"corpIds": ["corp-known"]}}, NOT_IN_RANGE),
    ],
)
def test_a_faulty_update_is_refused(
    caller: Caller, body: dict[str, Any], error: tuple[int, str, str]
) -> None:
    caller.emulator.add_organization("corp-known", ["employee"])
    calendar_id = caller.created()

    assert error_of(caller.one("PUT", calendar_id, json=body)) == error
    assert caller.emulator.calendars[0].revision == 1


def test_only_the_author_deletes_and_everybody_is_unsubscribed(caller: Caller) -> None:
    calendar_id = caller.created(managers=["editor"])
    caller.subscription("subscribe", calendar_id, "reader")

    assert error_of(caller.one("DELETE", calendar_id, "editor")) == DENIED
    assert len(caller.emulator.calendars) == 1
    assert caller.one("DELETE", calendar_id).json() == {"result": True}
    assert caller.emulator.calendars == []
    assert [entry["type"] for entry in caller.listed("reader")] == ["primary"]
    assert error_of(caller.one("DELETE", calendar_id)) == NOT_FOUND


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PUT", {"name": "Mine"}), ("DELETE", None)])
def test_others_are_denied_and_unknown_calendars_are_not_found(
    caller: Caller, method: str, body: object
) -> None:
    calendar_id = caller.created()

    assert error_of(caller.one(method, calendar_id, "stranger", json=body)) == DENIED
    assert error_of(caller.one(method, "bm90aGluZw==", json=body)) == NOT_FOUND
    assert caller.emulator.calendars[0].name == "Releases"


def test_a_user_lists_own_managed_and_subscribed_calendars(caller: Caller) -> None:
    own = caller.created("me", description="mine")
    caller.subscription("subscribe", own, "me")
    managed = caller.created("other", name="Managed", managers=["me"])
    subscribed = caller.created("other", name="Subscribed")
    caller.subscription("subscribe", subscribed, "me")
    caller.created("other", name="Not mine")

    primary, *others = caller.listed("me")

    assert (primary["id"], primary["type"], primary["privilege"]) == ("primary", "primary", "owner")
    assert [(entry["id"], entry["privilege"]) for entry in others] == [
        (own, "owner"),
        (managed, "writer"),
        (subscribed, "reader"),
    ]
    assert others[0] == {
        "id": own,
        "summary": "Releases",
        "description": "mine",
        "timeZone": "Asia/Shanghai",
        "eTag": others[0]["eTag"],
        "type": "subscribed",
        "privilege": "owner",
    }
    caller.one("PUT", own, "me", json={"name": "Renamed"})
    assert caller.listed("me")[1]["eTag"] != others[0]["eTag"]


def test_subscribing_answers_nothing_and_unsubscribing_a_result(caller: Caller) -> None:
    calendar_id = caller.created()

    for effect in (True, False):
        response = caller.subscription("subscribe", calendar_id, "reader")
        assert (response.status_code, response.content) == (200, b"")
        assert caller.emulator.calendars[0].subscribers == ("reader",)
        assert caller.emulator.journal[-1].effect is effect
    for effect in (True, False):
        response = caller.subscription("unsubscribe", calendar_id, "reader")
        assert (response.status_code, response.json()) == (200, {"result": True})
        assert caller.emulator.calendars[0].subscribers == ()
        assert caller.emulator.journal[-1].effect is effect


@pytest.mark.parametrize(
    ("user", "allowed"),
    [("author", True), ("editor", True), ("named", True), ("member", True), ("stranger", False)],
)
def test_only_those_within_the_scope_subscribe(caller: Caller, user: str, allowed: bool) -> None:
    caller.emulator.add_group("cid-team", ["author", "member"])
    calendar_id = caller.created(managers=["editor"], subscribeScope={**SCOPE, "unionIds": ["named"]})

    for action in ("subscribe", "unsubscribe"):
        response = caller.subscription(action, calendar_id, user)
        assert response.status_code == 200 if allowed else error_of(response) == NOT_IN_SCOPE


def test_a_user_who_left_the_scope_may_still_unsubscribe(caller: Caller) -> None:
    calendar_id = caller.created()
    caller.subscription("subscribe", calendar_id, "reader")
    caller.emulator.add_group("cid-team", ["author"])

    assert caller.subscription("unsubscribe", calendar_id, "reader").json() == {"result": True}
    assert error_of(caller.subscription("subscribe", calendar_id, "reader")) == NOT_IN_SCOPE


@pytest.mark.parametrize("action", ["subscribe", "unsubscribe"])
def test_only_calendars_of_type_subscribed_can_be_subscribed_to(caller: Caller, action: str) -> None:
    assert error_of(caller.subscription(action, "primary", "reader"))[:2] == (400, "calendar type invalid")
    assert error_of(caller.subscription(action, "bm90aGluZw==", "reader")) == NOT_FOUND


def test_a_subscription_limit_is_enforced_if_set(serve: Callable[..., Caller]) -> None:
    caller = serve(subscription_limit=1)
    caller.fetch_token()
    first, second = caller.created(), caller.created()

    assert caller.subscription("subscribe", first, "reader").status_code == 200
    assert caller.subscription("subscribe", first, "reader").status_code == 200
    assert error_of(caller.subscription("subscribe", second, "reader"))[:2] == (400, "exceedSubscribeLimit")
    assert caller.subscription("subscribe", second, "other").status_code == 200
