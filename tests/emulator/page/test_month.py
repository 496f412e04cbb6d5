"""The month's grid of the page: on which days events lie, and what it says about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.emulator.event_calls import all_day, at, created, one, patched, repeated, timed
from tests.emulator.page.reading import opened

if TYPE_CHECKING:
    from tests.emulator.conftest import Caller


def test_each_week_has_seven_days_and_begins_on_monday(caller: Caller) -> None:
    caller.created()

    page = opened(caller, "2027-01")

    weeks = [[time.get("datetime") for time in week.iter("time")] for week in page.tags("ul", "week")]
    assert (len(weeks), {len(week) for week in weeks}) == (5, {7})
    assert (weeks[0][0], weeks[-1][-1]) == ("2026-12-28", "2027-01-31")
    assert len(page.tags("li", "other")) == 4
    assert page.legend == ["No events in January 2027."]


@pytest.mark.parametrize(
    ("body", "bars"),
    [
        (all_day("2027-01-20", "2027-01-21"), [("2027-01-20", "2027-01-20", "Freeze")]),
        (all_day("2027-01-20", "2027-01-23"), [("2027-01-20", "2027-01-22", "Freeze")]),
        (
            all_day("2027-01-23", "2027-02-03"),
            [("2027-01-23", "2027-01-24", "Freeze"), ("2027-01-25", "2027-01-31", "Freeze")],
        ),
        (all_day("2026-12-01", "2026-12-29"), [("2026-12-28", "2026-12-28", "Freeze")]),
        (all_day("2026-12-01", "2026-12-28"), []),
        (timed("2027-01-20"), [("2027-01-20", "2027-01-20", "10:00–11:00 Release")]),
        # The end is not part of the event.
        (
            {"summary": "Night", "start": at("2027-01-20T22:00"), "end": at("2027-01-21T00:00")},
            [("2027-01-20", "2027-01-20", "22:00–00:00 Night")],
        ),
        (
            {"summary": "Night", "start": at("2027-01-20T22:00"), "end": at("2027-01-21T02:00")},
            [("2027-01-20", "2027-01-21", "22:00–02:00 Night")],
        ),
        # An offset that is not the one of its time zone.
        (
            {
                "summary": "Night",
                "start": at("2027-01-20T18:00", offset="Z"),
                "end": at("2027-01-20T19:00", offset="Z"),
            },
            [("2027-01-21", "2027-01-21", "02:00–03:00 Night")],
        ),
    ],
)
def test_an_event_lies_on_its_days(
    caller: Caller, body: dict[str, object], bars: list[tuple[str, str, str]]
) -> None:
    created(caller, body)

    assert opened(caller, "2027-01").bars == bars


def test_a_part_that_goes_on_from_an_earlier_week_says_so(caller: Caller) -> None:
    created(caller, all_day("2026-12-20", "2027-01-20"))

    weeks = opened(caller, "2027-01").tags("ul", "week")

    # The first row of the month shows the beginning, so that narrow screens show the event once.
    continued = [[bar for bar in week if "continued" in bar.get("class", "")] for week in weeks]
    assert list(map(len, continued)) == [0, 1, 1, 1, 0]


def test_the_longest_event_of_a_day_comes_first_and_then_the_earliest(caller: Caller) -> None:
    for first in ("11:00", "09:00"):
        created(caller, timed("2027-01-20", first, "12:00"))
    for summary, last in (("Short", "2027-01-22"), ("Long", "2027-01-23")):
        created(caller, all_day("2027-01-20", last, summary=summary))

    texts = [text for *_, text in opened(caller, "2027-01").bars]
    assert texts == ["Long", "Short", "09:00–12:00 Release", "11:00–12:00 Release"]


def test_a_series_is_shown_as_its_instances(caller: Caller) -> None:
    series = created(
        caller, timed("2027-01-04", recurrence=repeated("weekly", daysOfWeek="monday", interval=1))
    )
    second, third = (
        event["id"]
        for event in caller.call(
            "GET",
            "/v1.0/calendar/users/author/calendars/primary/eventsview",
            params={"timeMin": "2027-01-11T00:00:00Z", "timeMax": "2027-01-19T00:00:00Z"},
        ).json()["events"]
    )
    assert one(caller, "DELETE", second).status_code == 200
    patched(caller, third, start=at("2027-01-19T12:00"), end=at("2027-01-19T13:00"), summary="Moved")

    page = opened(caller, "2027-01")

    assert page.bars == [
        ("2027-01-04", "2027-01-04", "10:00–11:00 Release"),
        ("2027-01-19", "2027-01-19", "12:00–13:00 Moved"),
        ("2027-01-25", "2027-01-25", "10:00–11:00 Release"),
    ]
    assert ("2028-01-31", "2028-01-31", "10:00–11:00 Release") in opened(caller, "2028-01").bars
    assert one(caller, "DELETE", series).status_code == 200
    assert opened(caller, "2027-01").titles == []


def test_a_cancelled_event_is_not_shown(caller: Caller) -> None:
    assert one(caller, "POST", created(caller), "cancel").status_code == 200

    assert opened(caller, "2027-01").bars == []


@pytest.mark.parametrize(
    ("description", "mark"),
    [
        ("Ask us\n[airflow my_dag/2027-01 3fa9c1d2]", "my_dag/2027-01"),
        ("[airflow my_dag/发布 3fa9c1d2] ", "my_dag/发布"),
        ("[airflow my_dag/2027-01 3fa9c1d2]\nAdded by hand", ""),
        ("see [airflow my_dag/2027-01 3fa9c1d2]", ""),
        ("[airflow my_dag/2027-01 3fa9c1d]", ""),
        ("", ""),
    ],
)
def test_a_mark_is_shown(caller: Caller, description: str, mark: str) -> None:
    calendar_id = caller.created()
    created(
        caller, all_day(description=description, location={"displayName": "Room 7"}), calendar=calendar_id
    )

    page = opened(caller, "2027-01")

    assert page.bars == [("2027-01-20", "2027-01-20", f"Freeze Room 7 {mark}".rstrip())]
    assert page.all_text("code", "mark") == ([mark] if mark else [])
    assert len(page.tags("li", "unmarked")) == (0 if mark else 1)
    assert ("no mark" in page.legend[0]) is (not mark)


def test_the_zone_of_the_times_is_told(caller: Caller) -> None:
    created(caller, all_day())
    assert "zone" not in opened(caller, "2027-01").legend[0]
    created(caller)
    assert opened(caller, "2027-01").legend[0].startswith("Times are in Asia/Shanghai.")
    created(
        caller,
        {
            "summary": "US",
            "start": at("2027-01-20T09:00", "America/New_York", "-05:00"),
            "end": at("2027-01-20T10:00", "America/New_York", "-05:00"),
        },
    )

    page = opened(caller, "2027-01")

    assert page.legend[0].startswith("Each time is in the time zone of its event.")
    assert {text for *_, text in page.bars} == {
        "Freeze",
        "09:00–10:00 America/New_York US",
        "10:00–11:00 Asia/Shanghai Release",
    }


def test_days_and_times_are_also_told_in_words(caller: Caller) -> None:
    created(caller, all_day())
    created(caller, all_day("2027-01-29", "2027-02-02"))
    created(caller, timed())
    created(caller, {"summary": "Night", "start": at("2027-01-20T22:00"), "end": at("2027-01-21T00:00")})

    assert set(opened(caller, "2027-01").all_text("span", "when")) == {
        "Wed 20 January",
        "Fri 29 January – Mon 1 February",
        "Wed 20 January, 10:00–11:00",
        "Wed 20 January, 22:00–00:00",
    }


def test_the_months_of_the_year_tell_how_many_events_begin(caller: Caller) -> None:
    created(caller, all_day("2026-12-31", "2027-01-02"))
    created(caller, all_day("2027-01-31", "2027-02-03"))
    created(caller, timed("2027-12-31", recurrence=repeated("daily")))

    page = opened(caller, "2027-05")

    months = page.tags("a", within="year")
    assert [link.get("href") for link in months] == [f"?month=2027-{number:02}" for number in range(1, 13)]
    assert page.all_text("a", "some") == ["Jan 1", "Dec 1"]
    assert [link.text for link in months if link.get("aria-current")] == ["May"]
