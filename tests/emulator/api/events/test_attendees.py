"""The attendees of an event: invitations, responses, and the calendars that show the event."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import Caller, error_of
from tests.emulator.event_calls import (
    DENIED,
    NO_INSTANCE,
    NOT_FOUND,
    NOT_SUBSCRIBED,
    PARAMETER,
    create,
    created,
    done,
    got,
    ids,
    listed,
    one,
    patched,
    people,
    responses,
    timed,
)


def add(caller: Caller, event_id: str, *union_ids: str, user: str = "author", **more: Any) -> Any:
    body = {"attendeesToAdd": people(*union_ids), **more}
    return one(caller, "POST", event_id, "attendees", user=user, json=body)


def remove(caller: Caller, event_id: str, *union_ids: str, user: str = "author") -> Any:
    body = {"attendeesToRemove": people(*union_ids)}
    return one(caller, "POST", event_id, "attendees", "batchRemove", user=user, json=body)


def respond(caller: Caller, event_id: str, user: str, status: object) -> Any:
    return one(caller, "POST", event_id, "respond", user=user, json={"responseStatus": status})


def page(caller: Caller, event_id: str, user: str = "author", **query: Any) -> dict[str, Any]:
    response = one(caller, "GET", event_id, "attendees", user=user, params=query)
    assert response.status_code == 200, response.text
    return dict(response.json())


def test_attendees_see_the_event_in_their_own_calendars(caller: Caller) -> None:
    event_id = created(caller, timed(attendees=people("one")))

    for user in ("author", "one"):
        assert ids(listed(caller, user)) == [event_id]
        assert got(caller, event_id, user)["organizer"]["self"] is (user == "author")
    (attendee,) = got(caller, event_id, "one")["attendees"]
    assert attendee["self"] is True
    assert listed(caller, "stranger")["events"] == []
    assert error_of(one(caller, "GET", event_id, user="stranger")) == NOT_FOUND


def test_attendees_are_added_and_removed(caller: Caller) -> None:
    event_id = created(caller, timed(attendees=people("one")))

    done(add(caller, event_id, "two", "three", pushNotification=False, chatNotification=True))
    assert list(responses(got(caller, event_id))) == ["one", "two", "three"]
    assert ids(listed(caller, "three")) == [event_id]

    done(remove(caller, event_id, "one", "three", "nobody"))
    assert list(responses(got(caller, event_id))) == ["two"]
    assert listed(caller, "one")["events"] == []
    assert error_of(one(caller, "GET", event_id, user="one")) == NO_INSTANCE


def test_an_attendee_invited_again_sees_the_event_again(caller: Caller) -> None:
    event_id = created(caller, timed(attendees=people("one", "two")))
    done(remove(caller, event_id, "one"))
    done(one(caller, "DELETE", event_id, user="two"))

    done(add(caller, event_id, "one", "two"))

    for user in ("one", "two"):
        assert ids(listed(caller, user)) == [event_id]


def test_an_attendee_added_twice_keeps_the_response(caller: Caller) -> None:
    event_id = created(caller, timed(attendees=people("one")))
    done(respond(caller, event_id, "one", "tentative"))

    body = {"attendeesToAdd": [{"id": "one", "isOptional": True}]}
    done(one(caller, "POST", event_id, "attendees", json=body))

    (attendee,) = got(caller, event_id)["attendees"]
    assert (attendee["responseStatus"], attendee["isOptional"]) == ("tentative", True)


def test_an_organizer_among_the_attendees_has_accepted(caller: Caller) -> None:
    event_id = created(caller, timed(attendees=people("author", "one")))

    assert responses(got(caller, event_id)) == {"author": "accepted", "one": "needsAction"}
    done(remove(caller, event_id, "author"))
    assert ids(listed(caller)) == [event_id]


def test_removing_nobody_changes_nothing(caller: Caller) -> None:
    event_id = created(caller, timed(attendees=people("one")))

    done(remove(caller, event_id, "nobody"))
    done(one(caller, "POST", event_id, "attendees", "batchRemove", json={}))

    assert [entry.effect for entry in caller.emulator.journal.of("RemoveAttendee")] == [False, False]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"attendeesToAdd": "one"},
        {"attendeesToAdd": [{}]},
        {"attendeesToAdd": people(*(f"user-{number}" for number in range(501)))},
        {"attendeesToAdd": people("one"), "pushNotification": "no"},
    ],
)
def test_a_faulty_invitation_is_refused(caller: Caller, body: dict[str, Any]) -> None:
    event_id = created(caller)

    assert error_of(one(caller, "POST", event_id, "attendees", json=body)) == PARAMETER
    assert got(caller, event_id)["attendees"] == []


def test_an_event_has_at_most_5000_attendees(caller: Caller) -> None:
    event_id = created(caller)
    for call in range(10):
        done(add(caller, event_id, *(f"user-{call}-{number}" for number in range(500))))

    assert error_of(add(caller, event_id, "one-too-many"))[:2] == (400, "exceedMaxReceiverSize")
    done(remove(caller, event_id, "user-0-0"))
    done(add(caller, event_id, "one-more"))
    assert len(caller.emulator.events[0].attendees) == 5000


def test_only_the_organizer_invites(caller: Caller) -> None:
    event_id = created(caller, timed(attendees=people("one")))

    assert error_of(add(caller, event_id, "two", user="one")) == DENIED
    assert error_of(remove(caller, event_id, "one", user="one")) == DENIED
    assert error_of(add(caller, event_id, "two", user="stranger")) == NOT_FOUND


@pytest.mark.parametrize("status", ["accepted", "declined", "tentative", "needsAction"])
def test_an_attendee_responds(caller: Caller, status: str) -> None:
    event_id = created(caller, timed(attendees=people("one", "two")))

    done(respond(caller, event_id, "one", status))

    for user in ("author", "one", "two"):
        assert responses(got(caller, event_id, user)) == {"one": status, "two": "needsAction"}


@pytest.mark.parametrize("status", [None, "maybe", 1])
def test_any_other_response_is_refused(caller: Caller, status: object) -> None:
    event_id = created(caller, timed(attendees=people("one")))

    assert error_of(respond(caller, event_id, "one", status)) == PARAMETER
    assert responses(got(caller, event_id)) == {"one": "needsAction"}


def test_only_an_attendee_may_respond(caller: Caller) -> None:
    event_id = created(caller)

    assert error_of(respond(caller, event_id, "author", "accepted"))[:2] == (400, "notInEvent")
    assert error_of(respond(caller, event_id, "stranger", "accepted")) == NOT_FOUND


def test_the_list_of_attendees_comes_in_pages(caller: Caller) -> None:
    guests = [f"user-{number}" for number in range(250)]
    event_id = created(caller, timed(attendees=people(*guests)))

    first = page(caller, event_id)
    second = page(caller, event_id, nextToken=first["nextToken"])
    third = page(caller, event_id, nextToken=second["nextToken"])

    pages = [[attendee["id"] for attendee in answer["attendees"]] for answer in (first, second, third)]
    assert pages == [guests[:100], guests[100:200], guests[200:]]
    assert not third.get("nextToken")
    assert len(page(caller, event_id, maxResults=500)["attendees"]) == 250
    assert page(caller, event_id, "user-3", maxResults=4)["attendees"][3] == {
        "id": "user-3",
        "displayName": "user-3",
        "responseStatus": "needsAction",
        "self": True,
        "isOptional": False,
    }


@pytest.mark.parametrize("size", ["0", "501", "-1", "all"])
def test_an_impossible_page_size_is_refused(caller: Caller, size: str) -> None:
    event_id = created(caller)

    response = one(caller, "GET", event_id, "attendees", params={"maxResults": size})

    message = "maxResults size must within range [0,500]"
    assert error_of(response) == (400, "invalidParameter.maxResults", message)


def test_a_subscribed_calendar_has_events_without_attendees(caller: Caller) -> None:
    calendar = caller.created(managers=["editor"])
    caller.subscription("subscribe", calendar, "reader")

    event_id = created(caller, calendar=calendar)
    by_editor = created(caller, user="editor", calendar=calendar)

    for user in ("author", "editor", "reader"):
        assert ids(listed(caller, user, calendar)) == [event_id, by_editor]
    assert listed(caller)["events"] == []
    body = {"id": event_id, "summary": "Other"}
    assert one(caller, "PUT", event_id, user="editor", calendar=calendar, json=body).status_code == 200
    assert got(caller, event_id, "reader", calendar)["summary"] == "Other"
    assert error_of(create(caller, user="reader", calendar=calendar)) == DENIED
    assert error_of(one(caller, "DELETE", event_id, user="reader", calendar=calendar)) == DENIED
    assert error_of(one(caller, "GET", event_id, user="stranger", calendar=calendar)) == DENIED
    assert error_of(create(caller, calendar="made-up"))[:2] == (404, "notFound")
    assert error_of(create(caller, timed(attendees=people("one")), calendar=calendar)) == NOT_SUBSCRIBED
    for method, *rest in (
        ("GET", "attendees"),
        ("POST", "attendees"),
        ("POST", "attendees", "batchRemove"),
        ("POST", "respond"),
        ("POST", "transfer"),
    ):
        assert error_of(one(caller, method, event_id, *rest, calendar=calendar, json={})) == NOT_SUBSCRIBED
    done(one(caller, "DELETE", event_id, user="editor", calendar=calendar))
    assert [event.event_id for event in caller.emulator.events] == [by_editor]


def test_an_event_of_one_calendar_is_not_in_another(caller: Caller) -> None:
    calendar, other = caller.created(), caller.created()
    event_id = created(caller, calendar=calendar)

    assert error_of(one(caller, "GET", event_id)) == NOT_FOUND
    assert error_of(one(caller, "GET", event_id, calendar=other)) == NOT_FOUND
    assert error_of(one(caller, "GET", created(caller), calendar=calendar)) == NOT_FOUND


def test_deleting_a_calendar_deletes_its_events(caller: Caller) -> None:
    calendar = caller.created()
    created(caller, calendar=calendar)
    mine = created(caller)

    caller.one("DELETE", calendar)

    assert [event.event_id for event in caller.emulator.events] == [mine]


def test_an_instance_has_no_attendees_of_its_own(caller: Caller) -> None:
    series = {"pattern": {"type": "daily"}, "range": {"type": "noEnd"}}
    event_id = created(caller, timed(recurrence=series, attendees=people("one")))
    query = {"timeMin": "2027-01-01T00:00:00Z", "timeMax": "2027-01-22T00:00:00Z"}
    first = one(caller, "GET", event_id, "instances", params=query).json()["events"][0]["id"]

    assert [attendee["id"] for attendee in page(caller, first)["attendees"]] == ["one"]
    assert error_of(respond(caller, first, "one", "accepted")) == PARAMETER
    assert error_of(add(caller, first, "two")) == PARAMETER
    assert error_of(one(caller, "DELETE", first, user="one")) == PARAMETER
    patched(caller, event_id, summary="Still there")
    assert got(caller, event_id, "one")["summary"] == "Still there"
    assert one(caller, "POST", first, "cancel").json() == {"result": True}
    assert error_of(one(caller, "GET", first)) == NO_INSTANCE
