"""The emulator computes free/busy times from the events of each user."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import Caller, error_of
from tests.emulator.event_calls import all_day, at, created, done, one, people, repeated, timed

ILLEGAL = (400, "paramIllegal", "PARAM ILLEGAL")
JANUARY = {"startTime": "2027-01-01T00:00:00+08:00", "endTime": "2027-02-01T00:00:00+08:00"}


def ask(caller: Caller, *users: str, **body: Any) -> Any:
    body = {"userIds": list(users), **JANUARY, **body}
    return caller.call("POST", "/v1.0/calendar/users/author/querySchedule", json=body)


def items(caller: Caller, user: str, **body: Any) -> list[dict[str, Any]]:
    response = ask(caller, user, **body)
    assert response.status_code == 200, response.text
    (information,) = response.json()["scheduleInformation"]
    assert information["userId"] == user
    return list(information["scheduleItems"])


def test_an_event_keeps_busy_as_its_attendees_have_answered(caller: Caller) -> None:
    guests = ("accepted", "tentative", "declined", "silent", "gone")
    event_id = created(caller, timed(attendees=people(*guests)))
    for user in guests[:3]:
        done(one(caller, "POST", event_id, "respond", user=user, json={"responseStatus": user}))
    done(one(caller, "DELETE", event_id, user="gone"))

    answer = ask(caller, "author", *guests, "stranger").json()["scheduleInformation"]

    found = {entry["userId"]: [item["status"] for item in entry["scheduleItems"]] for entry in answer}
    assert found == {
        "author": ["BUSY"],
        "accepted": ["BUSY"],
        "tentative": ["TENTATIVE"],
        "declined": [],
        "silent": ["TENTATIVE"],
        "gone": [],
        "stranger": [],
    }
    assert caller.emulator.journal[-1].effect is False


def test_times_are_shown_in_china_and_days_in_utc(caller: Caller) -> None:
    tokyo = {
        "start": at("2027-01-20T11:00", "Asia/Tokyo", "+09:00"),
        "end": at("2027-01-20T12:00", "Asia/Tokyo", "+09:00"),
    }
    created(caller, timed(**tokyo))
    created(caller, all_day("2027-01-10", "2027-01-12"))

    assert items(caller, "author") == [
        {
            "status": "BUSY",
            "start": {"date": "2027-01-10", "timeZone": "UTC"},
            "end": {"date": "2027-01-12", "timeZone": "UTC"},
        },
        {"status": "BUSY", "start": at("2027-01-20T10:00"), "end": at("2027-01-20T11:00")},
    ]


def test_only_what_overlaps_is_shown(caller: Caller) -> None:
    created(caller, timed(first="10:00", last="11:00"))

    def between(first: str, last: str) -> int:
        times = {"startTime": at(f"2027-01-20T{first}"), "endTime": at(f"2027-01-20T{last}")}
        return len(items(caller, "author", **{name: time["dateTime"] for name, time in times.items()}))

    assert between("10:59", "12:00") == 1
    assert between("09:00", "10:01") == 1
    assert between("10:15", "10:30") == 1
    assert between("11:00", "12:00") == 0
    assert between("09:00", "10:00") == 0


def test_every_instance_of_a_series_keeps_busy(caller: Caller) -> None:
    limits = {"type": "numbered", "numberOfOccurrences": 3}
    event_id = created(caller, timed(recurrence=repeated("weekly", limits)))

    days = [item["start"]["dateTime"][:10] for item in items(caller, "author")]
    assert days == ["2027-01-20", "2027-01-27"]

    query = {"timeMin": JANUARY["startTime"], "timeMax": JANUARY["endTime"]}
    second = one(caller, "GET", event_id, "instances", params=query).json()["events"][1]["id"]
    done(one(caller, "DELETE", second))
    assert [item["start"]["dateTime"][:10] for item in items(caller, "author")] == ["2027-01-20"]


@pytest.mark.parametrize("end", ["cancel", "delete"])
def test_a_cancelled_or_deleted_event_keeps_nobody_busy(caller: Caller, end: str) -> None:
    event_id = created(caller, timed(attendees=people("one")))

    if end == "cancel":
        assert one(caller, "POST", event_id, "cancel").status_code == 200
    else:
        done(one(caller, "DELETE", event_id))

    assert items(caller, "author") == items(caller, "one") == []


def test_free_events_and_subscribed_calendars_keep_nobody_busy(caller: Caller) -> None:
    created(caller, timed(freeBusyStatus="free"))
    created(caller, calendar=caller.created())

    assert items(caller, "author") == []


@pytest.mark.parametrize(
    "body",
    [
        {"userIds": []},
        {"userIds": [f"user-{number}" for number in range(21)]},
        {"userIds": "author"},
        {"userIds": [1]},
        {"userIds": None},
        {"startTime": None},
        {"endTime": ""},
        {"endTime": "tomorrow"},
        {"startTime": "2027-01-01T00:00:00"},
        {"startTime": "2027-03-01T00:00:00Z"},
    ],
)
def test_a_faulty_question_is_refused(caller: Caller, body: dict[str, Any]) -> None:
    assert error_of(ask(caller, "author", **body)) == ILLEGAL


def test_twenty_users_can_be_asked_for(caller: Caller) -> None:
    users = [f"user-{number}" for number in range(20)]

    assert [entry["userId"] for entry in ask(caller, *users).json()["scheduleInformation"]] == users


def test_a_path_with_me_needs_a_user(caller: Caller) -> None:
    created(caller)
    code = caller.emulator.authorize("author")
    body = {"clientId": caller.emulator.client_id, "clientSecret": caller.emulator.client_secret}
    grant = {**body, "grantType": "authorization_code", "code": code}
    question = {"userIds": ["author"], **JANUARY}
    mine = "/v1.0/calendar/me/schedules/query"

    assert error_of(caller.call("POST", mine, json=question))[:2] == (404, "invalidParameter.user.notFound")
    caller.token = caller.call("POST", "/v1.0/oauth2/userAccessToken", json=grant).json()["accessToken"]
    (information,) = caller.call("POST", mine, json=question).json()["scheduleInformation"]
    assert [item["status"] for item in information["scheduleItems"]] == ["BUSY"]
