"""Creating, reading, changing and deleting one event."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator.conftest import Caller, Clock, error_of
from tests.emulator.event_calls import (
    DENIED,
    NO_INSTANCE,
    NOT_FOUND,
    PARAMETER,
    all_day,
    at,
    create,
    created,
    done,
    got,
    ids,
    listed,
    one,
    patched,
    path,
    people,
    repeated,
    responses,
    timed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

#: Two moments in the hour that summer time repeats when it ends, 45 minutes apart.
BEFORE, AFTER = (
    at("2027-10-31T02:30", "Europe/Berlin", "+02:00"),
    at("2027-10-31T02:15", "Europe/Berlin", "+01:00"),
)
CHINA = timezone(timedelta(hours=8))
FLOW_LIMIT = (400, "flowLimit", "current user can not create events exceed 100 per day")


def invalid(message: str) -> tuple[int, str, str]:
    return (400, "invalidParameter", message)


def test_a_created_event_is_stored_and_answered_as_given(serve: Callable[..., Caller], clock: Clock) -> None:
    clock.now = datetime(2027, 1, 15, 9, 30, tzinfo=CHINA).timestamp()
    caller = serve(clock=clock, corp_id="ding-corp")
    caller.fetch_token()
    rich = {
        "description": "发布窗口",
        "location": {"displayName": "Room 1"},
        "richTextDescription": {"text": "<b>now</b>"},
        "uiConfigs": [{"uiName": "comment", "uiStatus": "hide"}],
        "extra": {"noPushNotification": "true"},
    }
    response = create(caller, timed(**rich, attendees=[*people("one"), {"id": "two", "isOptional": True}]))

    assert response.status_code == 200, response.text
    (event,) = caller.emulator.events
    assert (event.summary, event.description, event.organizer) == ("Release", "发布窗口", "author")
    assert event.calendar_id == "primary"
    assert [attendee.union_id for attendee in event.attendees] == ["one", "two"]
    answer = response.json()
    del rich["extra"]
    assert answer == {
        "id": event.event_id,
        "summary": "Release",
        "start": at("2027-01-20T10:00"),
        "end": at("2027-01-20T11:00"),
        "isAllDay": False,
        **rich,
        "reminders": [{"method": "dingtalk", "minutes": "15"}],
        "attendees": [
            attendee("one", is_optional=False),
            attendee("two", is_optional=True),
        ],
        "organizer": {"id": "author", "displayName": "author", "responseStatus": "accepted", "self": True},
        "createTime": "2027-01-15T09:30:00+08:00",
        "updateTime": "2027-01-15T09:30:00+08:00",
    }
    shared = {"sharedProperties": {"belongCorpId": "ding-corp"}}
    assert got(caller, event.event_id) == {**answer, "status": "confirmed", "extendedProperties": shared}


def attendee(union_id: str, *, is_optional: bool) -> dict[str, Any]:
    common = {"id": union_id, "displayName": union_id, "responseStatus": "needsAction"}
    return {**common, "self": False, "isOptional": is_optional}


def test_two_events_may_be_equal_and_every_id_must_be_encoded(caller: Caller) -> None:
    first, second = created(caller), created(caller)

    assert first != second
    assert [event.event_id for event in caller.emulator.events] == [first, second]
    for event_id in (first, second):
        assert {"/", "+"} <= set(event_id)
    unencoded = caller.call("GET", f"{path()}/{first}")
    assert error_of(unencoded)[:2] == (404, "InvalidAction.NotFound")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", invalid("Event must be provided.")),
        (b"[]", invalid("Event must be provided.")),
        (b"{}", invalid("Event must be provided.")),
        (timed(summary=None), invalid("Event summary cannot be blank")),
        (timed(summary=" "), invalid("Event summary cannot be blank")),
        (timed(summary="x" * 2049), PARAMETER),
        (timed(description="x" * 5001), PARAMETER),
        (timed(start=None), invalid("Event start time not set.")),
        (timed(end=None), invalid("Event end time not set.")),
        (timed(start={}), PARAMETER),
        (timed(start="2027-01-20"), PARAMETER),
        (timed(start={"dateTime": "2027-01-20T10:00:00+08:00"}), PARAMETER),
        (timed(start=at("2027-01-20T10:00", "Mars/Base")), PARAMETER),
        (timed(start=at("2027-01-20T10:00", "America")), PARAMETER),
        (timed(start=at("2027-01-20T10:00", "Asia/Tokyo")), PARAMETER),
        (timed(start=at("2027-02-30T10:00")), PARAMETER),
        (timed(start=at("2027-01-20 10:00")), PARAMETER),
        (timed(start={**at("2027-01-20T10:00"), "date": "2027-01-20"}), PARAMETER),
        (timed(last="09:59"), PARAMETER),
        (timed(isAllDay=True), PARAMETER),
        (timed(isAllDay="true"), PARAMETER),
        (all_day(isAllDay=False), PARAMETER),
        (all_day(isAllDay=None), PARAMETER),
        (all_day("2027-01-20", "2027-01-20"), PARAMETER),
        (all_day("2027-01-20", "2027-01-19"), PARAMETER),
        (all_day("2027-1-20"), PARAMETER),
        (all_day("1969-12-31", "1970-01-01"), PARAMETER),
        (all_day("2199-12-31", "2200-01-01"), PARAMETER),
        (all_day(start={"date": "2027-01-20", "timeZone": "Asia/Shanghai"}), PARAMETER),
        (timed(attendees=people(*(f"user-{n}" for n in range(501)))), PARAMETER),
        (timed(attendees="one"), PARAMETER),
        (timed(attendees=[{"isOptional": True}]), PARAMETER),
        (timed(attendees=[{"id": "one", "isOptional": "yes"}]), PARAMETER),
        (timed(reminders=[{"method": "sms", "minutes": 5}]), PARAMETER),
        (timed(reminders=[{"method": "dingtalk", "minutes": -1}]), PARAMETER),
        (timed(reminders=[{"method": "dingtalk"}]), PARAMETER),
        (timed(location="Room 1"), PARAMETER),
        (timed(onlineMeetingInfo={"type": "zoom"}), PARAMETER),
        (timed(uiConfigs=[{"uiName": "comment", "uiStatus": "gone"}]), PARAMETER),
        (timed(extra={"noPushNotification": True}), PARAMETER),
        (timed(start=AFTER, end=BEFORE), PARAMETER),
        (timed(recurrence=repeated("hourly")), PARAMETER),
        (timed(recurrence={"range": {"type": "noEnd"}}), PARAMETER),
        (
            timed(recurrence=repeated("daily", interval=366)),
            invalid("Recurrence interval must between [1, 365]"),
        ),
        (
            timed(recurrence=repeated("daily", interval=0)),
            invalid("Recurrence interval must between [1, 365]"),
        ),
        (
            timed(recurrence=repeated("daily", {"type": "numbered", "numberOfOccurrences": 100})),
            invalid("Recurrence range numberOfOccurrences must between [1, 99]"),
        ),
        (
            timed(recurrence=repeated("daily", {"type": "numbered", "numberOfOccurrences": 0})),
            invalid("Recurrence range numberOfOccurrences must between [1, 99]"),
        ),
        (
            timed(
                recurrence=repeated(
                    "daily", {"type": "endDate", "endDate": "2027-02-01", "numberOfOccurrences": 3}
                )
            ),
            PARAMETER,
        ),
        (timed(recurrence=repeated("daily", {"type": "endDate", "endDate": "soon"})), PARAMETER),
        (timed(recurrence=repeated("daily", {"type": "until"})), PARAMETER),
        (timed(recurrence=repeated("weekly", daysOfWeek="monday,funday")), PARAMETER),
        (timed(recurrence=repeated("weekly", firstDayOfWeek="mon")), PARAMETER),
        (timed(recurrence=repeated("absoluteMonthly", dayOfMonth=32)), PARAMETER),
        (timed(recurrence=repeated("relativeMonthly", daysOfWeek="monday")), PARAMETER),
        (timed(recurrence=repeated("relativeMonthly", index="first")), PARAMETER),
    ],
)
def test_a_faulty_creation_is_refused_in_the_documented_words(
    caller: Caller, body: dict[str, Any] | bytes, error: tuple[int, str, str]
) -> None:
    if isinstance(body, bytes):
        response = caller.call("POST", path(), data=body)
    else:
        response = create(caller, {key: value for key, value in body.items() if value is not ...})

    assert error_of(response) == error
    assert caller.emulator.events == []
    assert caller.emulator.journal[-1].effect is False


@pytest.mark.parametrize(
    "body",
    [
        timed(summary="x" * 2048, description="x" * 5000),
        timed(last="10:00"),
        timed("2199-12-31"),
        timed(start={**at("2027-01-20T10:00"), "date": ""}),
        timed(start=BEFORE, end=AFTER),
        timed(start={"dateTime": "2027-01-20T10:00", "timeZone": "Asia/Shanghai"}),
        timed(start={"dateTime": "2027-01-20T02:00:00.000Z", "timeZone": "Asia/Shanghai"}),
        timed(attendees=people(*(f"user-{n}" for n in range(500)))),
        timed(recurrence=repeated("daily", {"type": "numbered", "numberOfOccurrences": 99}, interval=365)),
        timed(recurrence=repeated("daily", {"type": "endDate", "endDate": "2027-12-31T10:15:30+08:00"})),
        timed(recurrence={"pattern": {"type": "absoluteYearly"}}),
        timed(unknown=1, location=None),
    ],
)
def test_values_at_the_limits_are_accepted(caller: Caller, body: dict[str, Any]) -> None:
    answer = got(caller, created(caller, body))

    assert answer["start"].get("date") is None
    assert len(caller.emulator.events) == 1


def test_a_lone_surrogate_comes_back_as_sent(caller: Caller) -> None:
    body = json.dumps(timed(summary="half \ud83d"))
    response = caller.call("POST", path(), data=body)

    assert response.json()["summary"] == "half \ud83d"
    assert b"half \\ud83d" in response.content


def test_an_all_day_event_ends_before_the_day_of_its_end(caller: Caller) -> None:
    answer = got(caller, created(caller, all_day()))

    assert (answer["start"], answer["end"]) == ({"date": "2027-01-20"}, {"date": "2027-01-21"})
    assert answer["isAllDay"] is True
    assert answer["reminders"] == [{"method": "dingtalk", "minutes": "900"}]


def test_no_reminders_are_not_the_default_reminders(caller: Caller) -> None:
    given = [{"method": "dingtalk", "minutes": 5}, {"minutes": 0}]

    assert got(caller, created(caller, timed(reminders=[])))["reminders"] == []
    assert got(caller, created(caller, timed(reminders=given)))["reminders"] == [
        {"method": "dingtalk", "minutes": "5"},
        {"method": "dingtalk", "minutes": "0"},
    ]


def test_an_online_meeting_has_a_url_and_an_update_makes_a_new_one(caller: Caller) -> None:
    event_id = created(caller, timed(onlineMeetingInfo={"type": "dingtalk"}))
    first = got(caller, event_id)["onlineMeetingInfo"]
    assert first["conferenceId"] in first["url"]

    patched(caller, event_id, summary="Other")
    assert got(caller, event_id)["onlineMeetingInfo"] == first
    patched(caller, event_id, onlineMeetingInfo={"type": "dingtalk"})
    assert got(caller, event_id)["onlineMeetingInfo"]["conferenceId"] != first["conferenceId"]


def test_an_update_changes_what_it_names_and_leaves_the_rest(
    serve: Callable[..., Caller], clock: Clock
) -> None:
    caller = serve(clock=clock)
    caller.fetch_token()
    event_id = created(caller, timed(description="as it was", attendees=people("one", "two")))
    before = got(caller, event_id)
    clock.now += 60

    answer = patched(caller, event_id, summary="Later", end=at("2027-01-20T12:00"))

    after = got(caller, event_id)
    assert answer["summary"] == after["summary"] == "Later"
    assert after["end"] == at("2027-01-20T12:00")
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"summary", "end", "updateTime"}
    assert caller.emulator.journal.of("PatchEvent")[0].effect is True


def test_an_update_of_the_attendees_keeps_the_responses_of_those_who_stay(caller: Caller) -> None:
    event_id = created(caller, timed(attendees=people("one", "two")))
    done(one(caller, "POST", event_id, "respond", user="two", json={"responseStatus": "accepted"}))

    patched(caller, event_id, attendees=people("two", "three"))

    assert responses(got(caller, event_id)) == {"two": "accepted", "three": "needsAction"}
    assert error_of(one(caller, "GET", event_id, user="one")) == NO_INSTANCE
    assert ids(listed(caller, "three")) == [event_id]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, invalid("Event id summary cannot be blank")),
        ({"id": ""}, invalid("Event id summary cannot be blank")),
        ({"id": "another"}, PARAMETER),
        ({"id": ..., "summary": " "}, invalid("Event summary cannot be blank")),
        ({"id": ..., "end": at("2027-01-20T09:00")}, PARAMETER),
        ({"id": ..., "isAllDay": True}, PARAMETER),
        (
            {"id": ..., "recurrence": repeated("daily", interval=400)},
            invalid("Recurrence interval must between [1, 365]"),
        ),
    ],
)
def test_a_faulty_update_changes_nothing(
    caller: Caller, body: dict[str, Any], error: tuple[int, str, str]
) -> None:
    event_id = created(caller)
    before = caller.emulator.events
    given = {key: event_id if value is ... else value for key, value in {"x": 1, **body}.items()}

    assert error_of(one(caller, "PUT", event_id, json=given)) == error
    assert caller.emulator.events == before


def test_only_the_organizer_may_change_an_event(caller: Caller) -> None:
    event_id = created(caller, timed(attendees=people("one")))
    body = {"id": event_id, "summary": "Mine"}

    assert error_of(one(caller, "PUT", event_id, user="one", json=body)) == DENIED
    assert error_of(one(caller, "PUT", event_id, user="stranger", json=body)) == NOT_FOUND
    assert got(caller, event_id)["summary"] == "Release"


def test_an_unknown_event_is_not_found(caller: Caller) -> None:
    created(caller)
    for method, rest, options in (
        ("GET", (), {}),
        ("PUT", (), {"json": {"id": "made/up"}}),
        ("DELETE", (), {}),
        ("POST", ("cancel",), {}),
        ("POST", ("respond",), {"json": {"responseStatus": "accepted"}}),
        ("GET", ("attendees",), {}),
    ):
        assert error_of(one(caller, method, "made/up", *rest, **options)) == NOT_FOUND


def test_the_organizer_deletes_an_event_for_everybody(caller: Caller) -> None:
    event_id = created(caller, timed(attendees=people("one")))

    done(one(caller, "DELETE", event_id, params={"pushNotification": "true"}))

    assert caller.emulator.events == []
    for user in ("author", "one"):
        assert error_of(one(caller, "GET", event_id, user=user)) == NO_INSTANCE
        assert listed(caller, user)["events"] == []
    assert error_of(one(caller, "DELETE", event_id)) == NOT_FOUND


def test_an_attendee_deletes_an_event_from_their_own_calendar_only(caller: Caller) -> None:
    event_id = created(caller, timed(attendees=people("one", "two")))

    done(one(caller, "DELETE", event_id, user="one"))

    assert error_of(one(caller, "GET", event_id, user="one")) == NO_INSTANCE
    assert listed(caller, "one")["events"] == []
    for user in ("author", "two"):
        assert ids(listed(caller, user)) == [event_id]
    assert list(responses(got(caller, event_id))) == ["one", "two"]
    assert caller.emulator.journal.of("DeleteEvent")[0].effect is True


@pytest.mark.parametrize("query", ["pushNotification=yes", "pushNotification=true&pushNotification=true"])
def test_a_faulty_query_deletes_nothing(caller: Caller, query: str) -> None:
    event_id = created(caller)

    assert error_of(caller.call("DELETE", f"{path('primary', 'author', event_id)}?{query}")) == PARAMETER
    assert len(caller.emulator.events) == 1


def test_a_cancelled_event_is_still_there(caller: Caller) -> None:
    event_id = created(caller, timed(attendees=people("one")))

    assert one(caller, "POST", event_id, "cancel", params={"scope": "all"}).json() == {"result": True}

    for user in ("author", "one"):
        assert got(caller, event_id, user)["status"] == "cancelled"
        assert listed(caller, user)["events"] == []
    assert [event.status for event in caller.emulator.events] == ["cancelled"]
    other = created(caller, timed(attendees=people("one")))
    assert error_of(one(caller, "POST", other, "cancel", user="one")) == DENIED


def test_an_event_gets_another_organizer(caller: Caller) -> None:
    event_id = created(caller, timed(attendees=people("one")))
    body = {"newOrganizerId": "boss", "isExitCalendar": False, "needNotifyViaO2O": False}

    assert one(caller, "POST", event_id, "transfer", json=body).json() == {"result": True}

    assert got(caller, event_id, "boss")["organizer"]["id"] == "boss"
    assert responses(got(caller, event_id)) == {"one": "needsAction", "author": "accepted"}
    assert error_of(one(caller, "PUT", event_id, json={"id": event_id})) == DENIED
    patched(caller, event_id, "boss", summary="Mine")
    leaving = {"newOrganizerId": "one", "isExitCalendar": True}
    assert one(caller, "POST", event_id, "transfer", user="boss", json=leaving).json() == {"result": True}
    assert error_of(one(caller, "GET", event_id, user="boss")) == NO_INSTANCE
    assert responses(got(caller, event_id, "one")) == {"author": "accepted"}


@pytest.mark.parametrize(
    "body", [{}, {"newOrganizerId": "author"}, {"newOrganizerId": "b", "isExitCalendar": 1}]
)
def test_a_faulty_transfer_is_refused(caller: Caller, body: dict[str, Any]) -> None:
    event_id = created(caller)

    assert error_of(one(caller, "POST", event_id, "transfer", json=body)) == PARAMETER
    assert caller.emulator.events[0].organizer == "author"


def test_a_user_creates_no_more_than_100_events_a_day(serve: Callable[..., Caller], clock: Clock) -> None:
    clock.now = datetime(2027, 1, 15, 23, 59, tzinfo=CHINA).timestamp()
    caller = serve(clock=clock, qps_limit=None)
    caller.fetch_token()
    for _ in range(100):
        last = created(caller)
    done(one(caller, "DELETE", last))

    assert error_of(create(caller)) == FLOW_LIMIT
    created(caller, user="another")
    clock.now += 60
    created(caller)


def test_the_daily_limit_can_be_changed(serve: Callable[..., Caller]) -> None:
    few, many = serve(daily_event_limit=1), serve(daily_event_limit=None, qps_limit=None)
    few.fetch_token()
    many.fetch_token()
    created(few)

    assert error_of(create(few)) == FLOW_LIMIT
    few.emulator.reset()
    few.fetch_token()
    created(few)
    for _ in range(101):
        created(many)


def test_a_reset_forgets_events(caller: Caller) -> None:
    event_id = created(caller)

    caller.emulator.reset()

    assert caller.emulator.events == []
    caller.fetch_token()
    assert error_of(one(caller, "GET", event_id)) == NOT_FOUND


def test_the_events_are_shown_to_other_processes(caller: Caller) -> None:
    event_id = created(caller, timed(attendees=people("one")))

    (shown,) = caller.call("GET", "/_emulator/events").json()["events"]

    assert shown["event_id"] == event_id
    assert shown["fields"]["summary"] == "Release"
    assert [attendee["union_id"] for attendee in shown["attendees"]] == ["one"]


def test_the_user_of_a_personal_app_creates_events_as_me(serve: Callable[..., Caller]) -> None:
    caller = serve(app_type="third_party_personal")
    mine = "/v1.0/calendar/me/calendars/primary"
    code = caller.emulator.authorize("me-myself")
    grant = {"grantType": "authorization_code", "code": code}
    body = {"clientId": caller.emulator.client_id, "clientSecret": caller.emulator.client_secret, **grant}
    caller.token = caller.call("POST", "/v1.0/oauth2/userAccessToken", json=body).json()["accessToken"]

    event_id = caller.call("POST", f"{mine}/events", json=timed()).json()["id"]

    (event,) = caller.emulator.events
    assert (event.event_id, event.organizer) == (event_id, "me-myself")
    assert got(caller, event_id, "me-myself")["organizer"]["self"] is True
    assert ids(
        caller.call("GET", f"{mine}/eventsview", params={"timeMin": "2027-01-01T00:00:00Z"}).json()
    ) == [event_id]


def test_an_app_in_its_own_name_has_no_me(caller: Caller) -> None:
    response = caller.call("POST", "/v1.0/calendar/me/calendars/primary/events", json=timed())

    assert error_of(response)[:2] == (404, "invalidParameter.user.notFound")
    assert caller.emulator.events == []


def test_an_unknown_field_may_be_nested_deeply(caller: Caller) -> None:
    body = json.dumps(timed()).removesuffix("}") + ', "unknown": ' + "[" * 900 + "]" * 900 + "}"
    headers = {"x-acs-dingtalk-access-token": caller.token, "content-type": "application/json"}
    assert caller.call("POST", path(), data=body, headers=headers).status_code == 200
