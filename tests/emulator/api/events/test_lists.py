"""Lists of events: pages, time windows, changes since a sync token, and instances of a series."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator.conftest import Caller, Clock, error_of
from tests.emulator.event_calls import (
    NO_INSTANCE,
    PARAMETER,
    all_day,
    at,
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
    starts,
    timed,
    viewed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

CHINA = timezone(timedelta(hours=8))
DAY = 24 * 3600
JANUARY = {"timeMin": "2027-01-01T00:00:00+08:00", "timeMax": "2027-02-01T00:00:00+08:00"}


def recurring(
    caller: Caller, day: str, pattern: str, limits: dict[str, Any] | None = None, **more: Any
) -> str:
    return created(caller, timed(day, recurrence=repeated(pattern, limits, **more)))


@pytest.fixture
def january(serve: Callable[..., Caller], clock: Clock) -> Caller:
    """Return a caller whose clock shows Monday, 4 January 2027, at nine."""
    clock.now = datetime(2027, 1, 4, 9, 0, tzinfo=CHINA).timestamp()
    caller = serve(clock=clock, qps_limit=None, monthly_quota=None, token_lifetime=90 * DAY)
    caller.fetch_token()
    return caller


def test_a_list_comes_in_pages(caller: Caller) -> None:
    made = [created(caller) for _ in range(5)]

    pages, query = [], {"maxResults": 2}
    while True:
        answer = listed(caller, **query)
        pages.append(ids(answer))
        if not answer.get("nextToken"):
            break
        assert "syncToken" not in answer
        query["nextToken"] = answer["nextToken"]

    assert pages == [made[:2], made[2:4], made[4:]]
    assert answer["syncToken"]
    for token in (query["nextToken"], answer["syncToken"]):
        assert {"/", "+", "="} <= set(str(token))


def test_a_page_has_100_events_unless_fewer_are_wanted(caller: Caller) -> None:
    for user in ("one", "two"):
        for _ in range(60):
            created(caller, timed(attendees=people("both")), user)

    assert len(listed(caller, "both")["events"]) == 100
    assert len(viewed(caller, "both", **JANUARY)["events"]) == 100


def test_the_number_of_attendees_shown_is_limited(caller: Caller) -> None:
    guests = people(*(f"user-{number}" for number in range(130)))
    event_id = created(caller, timed(attendees=guests))

    assert len(listed(caller)["events"][0]["attendees"]) == 100
    assert len(listed(caller, maxAttendees=3)["events"][0]["attendees"]) == 3
    assert len(got(caller, event_id)["attendees"]) == 100
    assert len(one(caller, "GET", event_id, params={"maxAttendees": 500}).json()["attendees"]) == 130
    assert error_of(one(caller, "GET", event_id, params={"maxAttendees": 501})) == PARAMETER


@pytest.mark.parametrize(
    "query",
    [
        "maxResults=101",
        "maxResults=0",
        "maxResults=many",
        f"maxResults={'9' * 5000}",
        "maxResults=",
        "maxResults=5&maxResults=5",
        "maxAttendees=101",
        "showDeleted=1",
        "showDeleted=True",
        "nextToken=made-up",
        "nextToken=Ww%3D%3D",
        "syncToken=made-up",
        "timeMin=yesterday",
        "timeMin=2027-01-01",
        "timeMin=2027-01-01T00:00:00",
        "timeMin=2027-01-01T00:00:00+08:00",
        "timeMin=2027-02-01T00:00:00Z&timeMax=2027-01-01T00:00:00Z",
        "timeMin=2027-01-01T00:00:00Z&timeMax=2028-01-01T00:00:01Z",
        "timeMin=2028-02-29T00:00:00Z&timeMax=2029-03-01T00:00:01Z",
    ],
)
def test_a_faulty_query_is_refused(caller: Caller, query: str) -> None:
    assert error_of(caller.call("GET", f"{path()}?{query}")) == PARAMETER


def test_a_token_of_one_list_does_not_work_for_another(caller: Caller) -> None:
    for _ in range(2):
        created(caller)
    page = listed(caller, maxResults=1)["nextToken"]
    sync = listed(caller)["syncToken"]

    assert error_of(caller.call("GET", path(), params={"nextToken": sync})) == PARAMETER
    assert error_of(caller.call("GET", path(), params={"syncToken": page})) == PARAMETER


def test_a_window_holds_the_events_that_begin_in_it(caller: Caller) -> None:
    first, second, third = (created(caller, timed(day)) for day in ("2027-01-10", "2027-01-20", "2027-01-30"))
    day = created(caller, all_day("2027-01-20", "2027-01-25"))

    window = {"timeMin": "2027-01-10T10:00:00+08:00", "timeMax": "2027-01-20T10:00:00+08:00"}
    assert ids(listed(caller, **window)) == [first, second, day]
    assert ids(listed(caller, timeMin="2027-01-10T02:00:01Z")) == [second, third, day]
    assert ids(listed(caller, timeMin="2027-01-09T21:00:01-05:00")) == [second, third, day]
    assert ids(listed(caller, timeMin=window["timeMax"], timeMax=window["timeMax"])) == [second]
    assert ids(listed(caller, timeMax="2027-01-20T01:59:59Z")) == [first, day]
    a_year = {"timeMin": "2027-01-01T00:00:00Z", "timeMax": "2028-01-01T00:00:00Z"}
    assert len(listed(caller, **a_year)["events"]) == 4
    assert "syncToken" not in listed(caller, **a_year)
    listed(caller, timeMin="2028-02-29T00:00:00Z", timeMax="2029-03-01T00:00:00Z")


def test_a_view_holds_the_events_that_touch_it_in_order(caller: Caller) -> None:
    late, early = created(caller, timed("2027-01-20")), created(caller, timed("2027-01-10"))
    days = created(caller, all_day("2027-01-09", "2027-01-12"))

    assert ids(viewed(caller, **JANUARY)) == [days, early, late]
    assert ids(viewed(caller, timeMin="2027-01-10T11:00:00+08:00")) == [days, early, late]
    assert ids(viewed(caller, timeMin="2027-01-10T11:00:01+08:00")) == [days, late]
    assert ids(viewed(caller, timeMax="2027-01-20T10:00:00+08:00")) == [days, early]
    assert ids(viewed(caller, maxResults=2, **JANUARY)) == [days, early]
    token = viewed(caller, maxResults=2, **JANUARY)["nextToken"]
    rest = viewed(caller, maxResults=2, nextToken=token, **JANUARY)
    assert ids(rest) == [late]
    assert not rest.get("nextToken")


def test_deleted_events_are_listed_on_request(caller: Caller) -> None:
    kept, deleted = created(caller), created(caller)
    done(one(caller, "DELETE", deleted))

    assert ids(listed(caller)) == [kept]
    answer = listed(caller, showDeleted="true")
    assert {event["id"]: event["status"] for event in answer["events"]} == {
        kept: "confirmed",
        deleted: "cancelled",
    }
    assert ids(listed(caller, showDeleted="false")) == [kept]


def test_a_sync_token_lists_what_changed_since(caller: Caller) -> None:
    same, changed, deleted = (created(caller, timed(attendees=people("one"))) for _ in range(3))
    token = listed(caller)["syncToken"]
    assert listed(caller, syncToken=token)["events"] == []

    patched(caller, changed, summary="Other")
    done(one(caller, "DELETE", deleted))
    new = created(caller)

    answer = listed(caller, syncToken=token)
    found = {event["id"]: (event["status"], event["summary"]) for event in answer["events"]}
    assert found == {
        changed: ("confirmed", "Other"),
        deleted: ("cancelled", "Release"),
        new: ("confirmed", "Release"),
    }
    assert listed(caller, syncToken=answer["syncToken"])["events"] == []
    assert same in ids(listed(caller))


def test_a_sync_token_stands_for_the_state_of_the_first_page(caller: Caller) -> None:
    first, _ = created(caller), created(caller)
    token = listed(caller, maxResults=1)["nextToken"]
    patched(caller, first, summary="Between the pages")
    last_page = listed(caller, maxResults=1, nextToken=token)

    assert ids(listed(caller, syncToken=last_page["syncToken"])) == [first]


def test_a_sync_token_lists_an_event_that_lost_the_user(caller: Caller) -> None:
    event_id = created(caller, timed(attendees=people("one")))
    token = listed(caller, "one")["syncToken"]

    patched(caller, event_id, attendees=people("two"))
    answer = listed(caller, "one", syncToken=token)

    assert [(event["id"], event["status"]) for event in answer["events"]] == [(event_id, "cancelled")]
    patched(caller, event_id, summary="None of that one's business")
    assert listed(caller, "one", syncToken=answer["syncToken"])["events"] == []


def test_a_list_has_the_instances_of_a_series_up_to_today(january: Caller) -> None:
    """The documentation's example: a daily event that starts on 1 January, listed on 4 January."""
    series = recurring(january, "2027-01-01", "daily")

    answer = listed(january)

    whole, *instances = answer["events"]
    assert whole["id"] == series
    assert "seriesMasterId" not in whole
    assert [event["start"]["dateTime"][:10] for event in instances] == [
        f"2027-01-0{day}" for day in range(1, 5)
    ]
    assert {event["seriesMasterId"] for event in instances} == {series}
    assert instances[0]["originStart"] == {"dateTime": "2027-01-01T02:00:00Z"}
    assert len(set(ids(answer))) == 5
    only = listed(january, seriesMasterId=series)
    assert ids(only) == ids(answer)[1:]


def test_today_is_a_day_in_the_zone_of_the_series(january: Caller, clock: Clock) -> None:
    """At six in China, the day in UTC is still the day before."""
    recurring(january, "2027-01-01", "daily")
    clock.now -= 3 * 3600

    answer = listed(january)

    assert [start[:10] for start in starts(answer)[1:]] == [f"2027-01-0{day}" for day in range(1, 5)]


def test_a_sync_token_lists_the_instances_of_new_days(january: Caller, clock: Clock) -> None:
    recurring(january, "2027-01-01", "daily")
    token = listed(january)["syncToken"]
    clock.now += 2 * DAY

    answer = listed(january, syncToken=token)

    assert [start[:10] for start in starts(answer)] == ["2027-01-05", "2027-01-06"]
    assert listed(january, syncToken=answer["syncToken"])["events"] == []


def test_a_view_has_all_instances_in_the_window(january: Caller) -> None:
    """The documentation's example: a view up to 10 January, requested on 4 January."""
    series = recurring(january, "2027-01-01", "daily")

    answer = viewed(january, timeMin=JANUARY["timeMin"], timeMax="2027-01-11T00:00:00+08:00")

    assert [start[:10] for start in starts(answer)] == [f"2027-01-{day:02}" for day in range(1, 11)]
    assert {event["seriesMasterId"] for event in answer["events"]} == {series}
    assert answer["events"][0]["end"] == at("2027-01-01T11:00")


def test_a_view_without_an_end_has_a_year_of_a_series(january: Caller) -> None:
    recurring(january, "2026-01-01", "daily", interval=100)

    old, later = viewed(january, timeMin="2027-01-04T00:00:00Z"), viewed(january)

    assert [start[:10] for start in starts(old)] == ["2027-02-05", "2027-05-16", "2027-08-24", "2027-12-02"]
    assert [start[:10] for start in starts(later)] == [
        *("2026-01-01", "2026-04-11", "2026-07-20", "2026-10-28")
    ]


@pytest.mark.parametrize(
    ("day", "recurrence", "expected"),
    [
        ("2027-01-01", repeated("daily", interval=3), ["01-01", "01-04", "01-07", "01-10"]),
        ("2027-01-01", repeated("daily", {"type": "numbered", "numberOfOccurrences": 2}), ["01-01", "01-02"]),
        ("2027-01-09", repeated("daily", {"type": "endDate", "endDate": "2027-01-10"}), ["01-09", "01-10"]),
        (
            "2027-01-09",
            repeated("daily", {"type": "endDate", "endDate": "2027-01-10T00:00:00+08:00"}),
            ["01-09", "01-10"],
        ),
        ("2027-01-01", repeated("daily", daysOfWeek="monday"), ["01-01", "01-02", "01-03"]),
        ("2027-01-06", repeated("weekly"), ["01-06", "01-13", "01-20", "01-27", "02-03"]),
        (
            "2027-01-06",
            repeated("weekly", daysOfWeek="friday,monday"),
            ["01-08", "01-11", "01-15", "01-18", "01-22"],
        ),
        (
            "2027-01-09",
            repeated("weekly", interval=2, daysOfWeek="saturday,sunday"),
            ["01-09", "01-17", "01-23", "01-31", "02-06"],
        ),
        (
            "2027-01-09",
            repeated("weekly", interval=2, daysOfWeek="saturday,sunday", firstDayOfWeek="monday"),
            ["01-09", "01-10", "01-23", "01-24", "02-06"],
        ),
        (
            "2027-01-31",
            repeated("absoluteMonthly"),
            ["01-31", "03-31", "05-31", "07-31"],
        ),
        (
            "2027-01-31",
            repeated("absoluteMonthly", dayOfMonth=15, interval=2),
            ["03-15", "05-15", "07-15", "09-15"],
        ),
        (
            "2027-01-01",
            repeated("relativeMonthly", index="first", daysOfWeek="monday"),
            ["01-04", "02-01", "03-01", "04-05"],
        ),
        (
            "2027-01-01",
            repeated("relativeMonthly", index="last", daysOfWeek="friday"),
            ["01-29", "02-26", "03-26", "04-30"],
        ),
        (
            "2027-01-01",
            repeated("relativeMonthly", index="fourth", daysOfWeek="tuesday,monday", interval=6),
            ["01-25", "01-26", "07-26", "07-27"],
        ),
        ("2027-02-10", repeated("absoluteYearly"), ["02-10", "02-10"]),
        ("2027-02-10", repeated("absoluteYearly", dayOfMonth=15), ["02-10", "02-10"]),
        ("2028-02-29", repeated("absoluteYearly"), ["02-29"]),
    ],
)
def test_a_rule_falls_on_these_days(
    january: Caller, day: str, recurrence: dict[str, Any], expected: list[str]
) -> None:
    created(january, timed(day, recurrence=recurrence))
    created(
        january, all_day(day, str(datetime.fromisoformat(day).date() + timedelta(1)), recurrence=recurrence)
    )

    answer = viewed(january, timeMin="2027-01-01T00:00:00Z", timeMax="2029-01-01T00:00:00Z")

    days = [event["start"]["dateTime"] for event in answer["events"] if not event["isAllDay"]]
    dates = [event["start"]["date"] for event in answer["events"] if event["isAllDay"]]
    assert [start[5:10] for start in days][: len(expected)] == expected
    assert [start[5:] for start in dates][: len(expected)] == expected
    if recurrence["range"]["type"] != "noEnd":
        assert len(days) == len(dates) == len(expected)


def test_wall_clock_times_stay_across_summer_time(january: Caller) -> None:
    start, end = ("2027-03-27T10:00", "+01:00"), ("2027-03-27T11:30", "+01:00")
    times = {"start": at(start[0], "Europe/Berlin", start[1]), "end": at(end[0], "Europe/Berlin", end[1])}
    created(january, timed(**times, recurrence=repeated("daily")))

    answer = viewed(january, timeMin="2027-03-27T00:00:00Z", timeMax="2027-03-29T00:00:00Z")

    assert starts(answer) == ["2027-03-27T10:00:00+01:00", "2027-03-28T10:00:00+02:00"]
    assert answer["events"][1]["end"]["dateTime"] == "2027-03-28T11:30:00+02:00"


def test_an_instance_is_read_changed_and_deleted_by_its_own_id(january: Caller) -> None:
    series = recurring(january, "2027-01-01", "daily")
    window = {"timeMin": JANUARY["timeMin"], "timeMax": "2027-01-04T00:00:00+08:00"}
    first, second, third = ids(viewed(january, **window))

    patched(january, second, summary="Moved", start=at("2027-01-02T15:00"), end=at("2027-01-02T16:00"))
    done(one(january, "DELETE", third))

    assert starts(viewed(january, **window)) == [
        at("2027-01-01T10:00")["dateTime"],
        at("2027-01-02T15:00")["dateTime"],
    ]
    assert got(january, second)["summary"] == "Moved"
    assert got(january, second)["originStart"] == {"dateTime": "2027-01-02T02:00:00Z"}
    assert got(january, first)["summary"] == got(january, series)["summary"] == "Release"
    assert error_of(one(january, "GET", third)) == NO_INSTANCE
    assert error_of(one(january, "GET", f"{series}_1")) == NO_INSTANCE
    assert third in ids(listed(january, showDeleted="true"))
    patched(january, series, summary="All")
    assert [event["summary"] for event in viewed(january, **window)["events"]] == ["All", "Moved"]
    patched(january, series, recurrence=repeated("daily", interval=2))
    assert [start[:10] for start in starts(viewed(january, **window))] == ["2027-01-01", "2027-01-03"]


def test_a_moved_instance_is_listed_where_it_was_moved_to(january: Caller) -> None:
    recurring(january, "2027-01-01", "weekly")
    window = {"timeMin": JANUARY["timeMin"], "timeMax": "2027-01-10T00:00:00+08:00"}
    first, second, third = ids(
        viewed(january, timeMin=JANUARY["timeMin"], timeMax="2027-01-17T00:00:00+08:00")
    )

    patched(january, second, start=at("2027-01-12T10:00"), end=at("2027-01-12T11:00"))
    patched(january, third, start=at("2027-01-05T10:00"), end=at("2027-01-05T11:00"))

    assert ids(viewed(january, **window)) == [first, third]


@pytest.mark.parametrize("change", [{"attendees": people("one")}, {"recurrence": repeated("daily")}])
def test_an_instance_cannot_have_attendees_or_a_recurrence_of_its_own(
    january: Caller, change: dict[str, Any]
) -> None:
    recurring(january, "2027-01-01", "daily")
    instance = ids(viewed(january, **JANUARY))[0]

    assert error_of(one(january, "PUT", instance, json={"id": instance, **change})) == PARAMETER
    assert january.emulator.events[0].exceptions == {}


def test_the_instances_of_one_series(january: Caller) -> None:
    series = recurring(january, "2027-01-01", "daily")
    recurring(january, "2027-01-01", "daily")
    single = created(january, timed("2027-01-02"))
    window = {"timeMin": JANUARY["timeMin"], "timeMax": "2027-01-08T00:00:00+08:00"}

    page = one(january, "GET", series, "instances", params={**window, "maxResults": 4}).json()
    rest = one(january, "GET", series, "instances", params={**window, "nextToken": page["nextToken"]}).json()

    assert len(page["events"]) == 4
    assert [start[:10] for start in starts(rest)] == ["2027-01-05", "2027-01-06", "2027-01-07"]
    assert {event["seriesMasterId"] for event in [*page["events"], *rest["events"]]} == {series}
    assert one(january, "GET", single, "instances", params=window).json() == {"events": []}


def test_the_instances_of_a_series_from_a_recurrence_id_on(january: Caller) -> None:
    series = recurring(january, "2027-01-01", "daily", {"type": "numbered", "numberOfOccurrences": 9})
    place = "/v1.0/calendar/users/author/calendars/primary/instances"
    third = int(datetime(2027, 1, 3, 10, tzinfo=CHINA).timestamp()) * 1000

    query: dict[str, Any] = {"seriesMasterId": series, "startRecurrenceId": third, "maxResults": 2}
    answer = january.call("GET", place, params=query).json()
    whole = january.call("GET", place, params={"seriesMasterId": series}).json()

    assert [start[:10] for start in starts(answer)] == ["2027-01-03", "2027-01-04"]
    assert len(whole["events"]) == 9
    assert january.call("GET", place, params={"seriesMasterId": "unknown"}).json() == {"events": []}
    assert error_of(january.call("GET", place)) == PARAMETER


@pytest.mark.parametrize("first", ["1e3", "-1", "12345678901234"])
def test_a_start_that_is_no_recurrence_id_is_refused(january: Caller, first: str) -> None:
    series = recurring(january, "2027-01-01", "daily")
    place = "/v1.0/calendar/users/author/calendars/primary/instances"

    response = january.call("GET", place, params={"seriesMasterId": series, "startRecurrenceId": first})

    assert error_of(response) == PARAMETER


def test_a_rule_that_never_falls_has_no_instances(january: Caller) -> None:
    rule = repeated("absoluteMonthly", dayOfMonth=31, interval=12)
    series = created(january, timed("2027-02-01", recurrence=rule))

    assert viewed(january, **JANUARY)["events"] == []
    assert ids(listed(january)) == [series]
    assert error_of(one(january, "GET", f"{series}_1800000000000")) == NO_INSTANCE
