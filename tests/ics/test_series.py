"""Series: some get a rule of DingTalk, and all others are expanded."""

from __future__ import annotations

import pytest

from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError
from tests.ics.text import event, row, rows, starts

DAY = "DTSTART;VALUE=DATE:20260105"
SHANGHAI = "DTSTART;TZID=Asia/Shanghai:20260105T090000"
WEEKLY = {"type": "weekly", "interval": 1, "days_of_week": ["monday"], "first_day_of_week": "monday"}


@pytest.mark.parametrize(
    ("rule", "recurrence"),
    [
        ("FREQ=DAILY;INTERVAL=3", {"type": "daily", "interval": 3}),
        ("FREQ=WEEKLY", WEEKLY),
        ("FREQ=WEEKLY;WKST=SU;COUNT=99", WEEKLY | {"first_day_of_week": "sunday", "occurrences": 99}),
        ("FREQ=MONTHLY", {"type": "absoluteMonthly", "interval": 1, "day_of_month": 5}),
        ("FREQ=MONTHLY;BYMONTHDAY=5", {"type": "absoluteMonthly", "interval": 1, "day_of_month": 5}),
        (
            "FREQ=MONTHLY;BYDAY=1MO",
            {"type": "relativeMonthly", "interval": 1, "days_of_week": ["monday"], "index": "first"},
        ),
        ("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=5", {"type": "absoluteYearly", "interval": 1, "day_of_month": 5}),
    ],
)
def test_a_rule_that_dingtalk_has(rule: str, recurrence: dict[str, object]) -> None:
    assert row(SHANGHAI, f"RRULE:{rule}")["recurrence"] == recurrence
    assert row(DAY, f"RRULE:{rule}")["recurrence"] == recurrence


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYDAY=MO",
        "FREQ=DAILY;INTERVAL=366",
        "FREQ=DAILY;COUNT=100",
        "FREQ=WEEKLY;BYDAY=TU",
        "FREQ=MONTHLY;BYMONTHDAY=5,6",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYDAY=1MO,1TU",
        "FREQ=MONTHLY;BYDAY=MO",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=MONTHLY;BYDAY=5MO",
        "FREQ=MONTHLY;BYMONTH=1",
        "FREQ=YEARLY;BYMONTHDAY=5",
        "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
        "FREQ=YEARLY;BYYEARDAY=5",
    ],
)
def test_a_rule_that_dingtalk_does_not_have_is_expanded(rule: str) -> None:
    found = rows(event(SHANGHAI, f"RRULE:{rule}"), until="2027-02-01")
    assert len(found) > 1
    assert found[0]["start"] == "2026-01-05T09:00:00+08:00"
    assert not any("recurrence" in one for one in found)


@pytest.mark.parametrize("lines", [["DTSTART;VALUE=DATE:20260131"], ["DTSTART:20260131T010000Z"]])
def test_a_day_that_not_every_month_has_is_expanded(lines: list[str]) -> None:
    days = [start[:10] for start in starts(*lines, "RRULE:FREQ=MONTHLY;COUNT=3")]
    assert days == ["2026-01-31", "2026-03-31", "2026-05-31"]
    days = starts("DTSTART;VALUE=DATE:20260129", "RRULE:FREQ=MONTHLY;COUNT=3")
    assert days == ["2026-01-29", "2026-03-29", "2026-04-29"]
    leap = starts("DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY", until="2033-01-01")
    assert leap == ["2024-02-29", "2028-02-29", "2032-02-29"]


def test_the_start_counts_even_if_it_is_off_the_rule() -> None:
    assert starts(DAY, "RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=3") == ["2026-01-05", "2026-01-07", "2026-01-14"]
    assert starts(DAY, "RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=1") == ["2026-01-05"]
    assert starts(DAY, "RRULE:FREQ=DAILY;UNTIL=20260101") == ["2026-01-05"]


def test_wall_clock_time_stays_when_the_clocks_change() -> None:
    line = "DTSTART;TZID=Europe/Berlin:20260328T100000"
    assert starts(line, "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2", expand=True) == [
        "2026-03-28T10:00:00+01:00",
        "2026-03-29T10:00:00+02:00",
    ]


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20260107T010000Z", "2026-01-07T09:00:00+08:00"),
        ("20260107T005959Z", "2026-01-06T09:00:00+08:00"),
        ("20260107T235959", "2026-01-07T09:00:00+08:00"),
        ("20260107", "2026-01-07T09:00:00+08:00"),
    ],
)
def test_until_includes_an_instance_that_starts_then(until: str, last: str) -> None:
    rule = f"RRULE:FREQ=DAILY;UNTIL={until}"
    assert starts(SHANGHAI, rule, expand=True)[-1] == last
    assert row(SHANGHAI, rule)["recurrence"]["until"] == last


def test_dates_that_are_excluded_and_added() -> None:
    lines = [SHANGHAI, "DURATION:PT30M", "RRULE:FREQ=DAILY;COUNT=5"]
    excluded = ["EXDATE:20260106T010000Z,20260107T010000Z", "EXDATE;VALUE=DATE:20260109"]
    added = "RDATE;TZID=Asia/Shanghai:20260103T090000,20260105T090000"
    period = "RDATE;VALUE=PERIOD:20260110T010000Z/PT2H"
    found = rows(event(*lines, *excluded, added, period))
    assert [(one["start"][:16], one["end"][11:16]) for one in found] == [
        ("2026-01-03T09:00", "09:30"),
        ("2026-01-05T09:00", "09:30"),
        ("2026-01-08T09:00", "09:30"),
        ("2026-01-10T09:00", "11:00"),
    ]
    assert starts(DAY, "RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20260106") == [
        "2026-01-05",
        "2026-01-07",
    ]
    assert starts(DAY, "RDATE;VALUE=DATE:20260201") == ["2026-01-05", "2026-02-01"]


def test_changed_and_cancelled_instances() -> None:
    series = event(SHANGHAI, "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=4")
    moved = event("RECURRENCE-ID:20260106T010000Z", "DTSTART:20260120T000000Z", summary="Moved")
    by_date = event("RECURRENCE-ID;VALUE=DATE:20260107", "DTSTART:20260107T030000Z", summary="Later")
    cancelled = event("RECURRENCE-ID;TZID=Asia/Shanghai:20260108T090000", "STATUS:CANCELLED")
    found = rows(series, moved, by_date, cancelled)
    assert [(one["key"], one["summary"]) for one in found] == [
        ("e1#20260105T010000Z", "Title"),
        ("e1#20260106T010000Z", "Moved"),
        ("e1#20260107", "Later"),
    ]
    # The key of a moved instance is the key of the instance that it replaces.
    assert rows(moved)[0]["key"] == rows(series, expand=True)[1]["key"] == "e1#20260106T010000Z"


def test_since_and_until() -> None:
    line, rule = "DTSTART:20260105T230000Z", "RRULE:FREQ=DAILY"
    options = {"since": "2026-01-07", "until": "2026-01-09T23:00:00+00:00", "expand": True}
    assert [start[8:10] for start in starts(line, "DURATION:PT2H", rule, **options)] == ["06", "07", "08"]
    assert [start[8:10] for start in starts(line, "DURATION:PT1H", rule, **options)] == ["07", "08"]
    assert starts(DAY, rule, **options) == ["2026-01-07", "2026-01-08", "2026-01-09"]
    # An event without a length at "since" has not ended before.
    instant = "DTSTART:20260105T000000Z"
    assert [start[8:10] for start in starts(instant, rule, **options)] == ["07", "08", "09"]


@pytest.mark.parametrize("options", [{}, {"since": "2026-01-01"}])
def test_a_series_without_end_needs_until(options: dict[str, str]) -> None:
    with pytest.raises(
        InvalidArgumentError, match=r"event 'e1' \('Title'\): until must be given: RRULE FREQ=D"
    ):
        rows(event("RRULE:FREQ=DAILY", "EXDATE:20260106T010000Z"), **options)


def test_a_series_has_an_end_to_its_length() -> None:
    with pytest.raises(InvalidArgumentError, match=r"event 'e1' .* more than 10000 instances"):
        rows(event(DAY, "RRULE:FREQ=DAILY;COUNT=1000000"))
    limits = {"since": "2400-01-01", "until": "2400-01-03"}
    assert starts(DAY, "RRULE:FREQ=DAILY;COUNT=1000000", **limits) == ["2400-01-01", "2400-01-02"]
    (found,) = rows(event(SHANGHAI, "RRULE:FREQ=DAILY;UNTIL=20991231T000000Z"))
    assert found["recurrence"]["until"] == "2099-12-30T09:00:00+08:00"
