"""An event's start and end: the client converts each kind of date and time, and refuses other values."""

from __future__ import annotations

import zoneinfo
from datetime import date, datetime, timedelta, timezone, tzinfo
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pendulum
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from airflow_provider_dingtalk_calendar.client.wire.times import (
    moment_to_wire,
    parse_time,
    period_to_wire,
    window_to_wire,
)
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
EIGHT = timezone(timedelta(hours=8))
UTC = timezone.utc
NINE = datetime(2026, 1, 31, 9, tzinfo=SHANGHAI)
MAPPING = {"dateTime": "2026-01-31T09:00:00+08:00", "timeZone": "Asia/Shanghai"}


class LikePytz(tzinfo):
    """A time zone that keeps its name in ``zone``, as pytz time zones do."""

    zone: str | None = "Asia/Shanghai"

    def utcoffset(self, _: datetime | None) -> timedelta:
        return timedelta(hours=8)

    def dst(self, _: datetime | None) -> timedelta:
        return timedelta(0)

    def tzname(self, _: datetime | None) -> str:
        return "CST"


class LikePytzFixed(LikePytz):
    zone = None


def timed(start: str, end: str, zone: str) -> dict[str, Any]:
    return {
        "start": {"dateTime": start, "timeZone": zone},
        "end": {"dateTime": end, "timeZone": zone},
        "isAllDay": False,
    }


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (
            NINE,
            NINE + timedelta(hours=1),
            timed("2026-01-31T09:00:00+08:00", "2026-01-31T10:00:00+08:00", "Asia/Shanghai"),
        ),
        (
            pendulum.datetime(2026, 1, 31, 9, tz="Asia/Shanghai"),
            pendulum.datetime(2026, 1, 31, 10, tz="Asia/Shanghai"),
            timed("2026-01-31T09:00:00+08:00", "2026-01-31T10:00:00+08:00", "Asia/Shanghai"),
        ),
        (
            datetime(2026, 1, 31, 9, tzinfo=LikePytz()),
            datetime(2026, 1, 31, 10, tzinfo=LikePytz()),
            timed("2026-01-31T09:00:00+08:00", "2026-01-31T10:00:00+08:00", "Asia/Shanghai"),
        ),
        (
            datetime(2026, 1, 31, 9, tzinfo=UTC),
            datetime(2026, 1, 31, 10, tzinfo=UTC),
            timed("2026-01-31T09:00:00+00:00", "2026-01-31T10:00:00+00:00", "UTC"),
        ),
        (
            pendulum.datetime(2026, 1, 31, 9),
            pendulum.datetime(2026, 1, 31, 10),
            timed("2026-01-31T09:00:00+00:00", "2026-01-31T10:00:00+00:00", "UTC"),
        ),
        # Start and end are both written in the start's time zone.
        (
            NINE,
            datetime(2026, 1, 31, 3, tzinfo=UTC),
            timed("2026-01-31T09:00:00+08:00", "2026-01-31T11:00:00+08:00", "Asia/Shanghai"),
        ),
        (
            NINE,
            datetime(2026, 1, 31, 12, tzinfo=EIGHT),
            timed("2026-01-31T09:00:00+08:00", "2026-01-31T12:00:00+08:00", "Asia/Shanghai"),
        ),
        ("2026-01-31T01:00:00Z", NINE, timed(*["2026-01-31T01:00:00+00:00"] * 2, "UTC")),
        ("2026-01-31t01:00z", NINE, timed(*["2026-01-31T01:00:00+00:00"] * 2, "UTC")),
        (" 2026-01-31 01:00:00+00:00 ", NINE, timed(*["2026-01-31T01:00:00+00:00"] * 2, "UTC")),
        # Fractions of a second are cut off.
        (NINE.replace(microsecond=999_999), NINE, None),
        (NINE, NINE.replace(microsecond=999_999), timed(*["2026-01-31T09:00:00+08:00"] * 2, "Asia/Shanghai")),
    ],
)
def test_both_ends_are_written_in_the_zone_of_the_start(
    start: Any, end: Any, expected: dict[str, Any] | None
) -> None:
    if expected is None:
        with pytest.raises(InvalidArgumentError, match="end must not come before start"):
            period_to_wire(start, end)
    else:
        assert period_to_wire(start, end) == expected


@pytest.mark.parametrize("start", [NINE, NINE.astimezone(EIGHT), NINE.isoformat(), "2026-01-31T01:00:00Z"])
def test_a_given_zone_applies_to_both_ends(start: Any) -> None:
    end = datetime(2026, 1, 30, 20, 30, tzinfo=NEW_YORK)
    expected = timed("2026-01-31T02:00:00+01:00", "2026-01-31T02:30:00+01:00", "Europe/Berlin")
    assert period_to_wire(start, end, "Europe/Berlin") == expected


@pytest.mark.parametrize(
    "start",
    [
        NINE.astimezone(EIGHT),
        "2026-01-31T09:00:00+08:00",
        pendulum.parse("2026-01-31T09:00:00+08:00"),
        NINE.replace(tzinfo=LikePytzFixed()),
    ],
)
def test_an_offset_alone_is_refused_and_the_error_says_what_to_give(start: Any) -> None:
    with pytest.raises(InvalidArgumentError, match=r"start has the offset \+0800 .* give time_zone"):
        period_to_wire(start, NINE)
    with pytest.raises(InvalidArgumentError, match=r"end has the offset \+0800 .* give time_zone"):
        period_to_wire(None, start)


@pytest.mark.parametrize(
    "naive",
    [
        datetime(2026, 1, 31, 9),  # noqa: DTZ001  the test needs a naive time
        pendulum.naive(2026, 1, 31, 9),
        "2026-01-31T09:00:00",
        "2026-01-31 09:00",
    ],
)
def test_a_time_without_a_zone_is_refused_by_that_name(naive: Any) -> None:
    for name, arguments in (("start", (naive, NINE)), ("end", (NINE, naive))):
        with pytest.raises(
            InvalidArgumentError, match=f"^{name} must have a time zone, .* is naive: give time_zone"
        ):
            period_to_wire(*arguments)
    with pytest.raises(InvalidArgumentError, match=r"^time_min must have a time zone.*is naive"):
        moment_to_wire("time_min", naive)


@pytest.mark.parametrize(
    "naive",
    [
        datetime(2026, 7, 1, 9),  # noqa: DTZ001
        pendulum.naive(2026, 7, 1, 9),
        "2026-07-01 09:00",
    ],
)
@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("Asia/Shanghai", "2026-07-01T09:00:00+08:00"),
        ("America/New_York", "2026-07-01T09:00:00-04:00"),
        ("UTC", "2026-07-01T09:00:00+00:00"),
    ],
)
def test_a_naive_time_is_wall_clock_time_of_the_given_zone(naive: Any, zone: str, written: str) -> None:
    assert period_to_wire(naive, naive, zone) == timed(written, written, zone)
    assert moment_to_wire("time_min", naive, zone) == written


def test_a_naive_end_and_an_end_with_an_offset_meet_in_the_given_zone() -> None:
    assert period_to_wire("2026-01-31T09:00", "2026-01-31T02:00:00Z", "Asia/Shanghai") == timed(
        "2026-01-31T09:00:00+08:00", "2026-01-31T10:00:00+08:00", "Asia/Shanghai"
    )
    with pytest.raises(InvalidArgumentError, match="end must not come before start"):
        period_to_wire("2026-01-31T09:00", "2026-01-31T00:59:00Z", "Asia/Shanghai")


@pytest.mark.parametrize(
    ("naive", "written"),
    [
        # The clocks go from 02:00 to 03:00, so 02:30 is an hour later.
        (datetime(2026, 3, 8, 2, 30), "2026-03-08T03:30:00-04:00"),  # noqa: DTZ001
        # 01:30 comes twice.
        (datetime(2026, 11, 1, 1, 30), "2026-11-01T01:30:00-04:00"),  # noqa: DTZ001
        ("2026-11-01T01:30", "2026-11-01T01:30:00-04:00"),
        (pendulum.naive(2026, 11, 1, 1, 30), "2026-11-01T01:30:00-04:00"),
        (datetime(2026, 11, 1, 1, 30, fold=1), "2026-11-01T01:30:00-05:00"),  # noqa: DTZ001
    ],
)
def test_wall_clock_time_when_the_clocks_change(naive: Any, written: str) -> None:
    assert period_to_wire(naive, naive, "America/New_York") == timed(written, written, "America/New_York")


@pytest.mark.parametrize(
    ("start", "end", "first", "next_day"),
    [
        (date(2026, 1, 30), date(2026, 1, 31), "2026-01-30", "2026-02-01"),
        (date(2026, 1, 31), date(2026, 1, 31), "2026-01-31", "2026-02-01"),
        (date(2026, 1, 31), None, "2026-01-31", "2026-02-01"),
        ("2026-12-31", None, "2026-12-31", "2027-01-01"),
        (" 2028-02-28 ", "2028-02-29", "2028-02-28", "2028-03-01"),
        (pendulum.date(2026, 1, 30), "2026-01-31", "2026-01-30", "2026-02-01"),
        (date(1, 1, 1), date(9999, 12, 30), "0001-01-01", "9999-12-31"),
    ],
)
def test_the_end_of_days_is_the_day_after_the_last(start: Any, end: Any, first: str, next_day: str) -> None:
    assert period_to_wire(start, end) == {
        "start": {"date": first},
        "end": {"date": next_day},
        "isAllDay": True,
    }


def test_one_end_alone_is_written_alone() -> None:
    assert period_to_wire(NINE, None) == {"start": MAPPING, "isAllDay": False}
    assert period_to_wire(None, NINE) == {"end": MAPPING, "isAllDay": False}
    assert period_to_wire(None, date(2026, 1, 31)) == {"end": {"date": "2026-02-01"}, "isAllDay": True}
    assert period_to_wire({"date": "2026-01-31"}, None) == {"start": {"date": "2026-01-31"}, "isAllDay": True}
    assert period_to_wire(None, None) == {}


def test_mappings_pass_unchanged_and_are_copied() -> None:
    start, end = MAPPING | {"more": "x"}, MappingProxyType({"date": ""})
    wire = period_to_wire(start, end)
    assert wire == {"start": MAPPING | {"more": "x"}, "end": {"date": ""}}
    wire["start"]["dateTime"] = "another"
    assert start["dateTime"] == MAPPING["dateTime"]
    days = {"date": "2026-01-31"}, {"date": "2026-02-01"}
    assert period_to_wire(*days) == {"start": days[0], "end": days[1], "isAllDay": True}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (NINE, date(2026, 2, 1)),
        (date(2026, 1, 31), NINE),
        ("2026-01-31", "2026-01-31T09:00:00Z"),
        (MAPPING, NINE),
        (NINE, MAPPING),
        (date(2026, 1, 31), {"date": "2026-02-01"}),
    ],
)
def test_the_two_ends_are_of_one_kind(start: Any, end: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="start and end must be of one kind"):
        period_to_wire(start, end)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (NINE, NINE - timedelta(seconds=1)),
        (NINE, datetime(2026, 1, 31, 0, 59, tzinfo=UTC)),
        (date(2026, 1, 31), date(2026, 1, 30)),
        # By local clock time the end is later, but in UTC the end is 50 minutes before the start.
        (
            datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=1),
            datetime(2026, 11, 1, 1, 40, tzinfo=NEW_YORK, fold=0),
        ),
    ],
)
def test_no_end_before_the_start(start: Any, end: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="end must not come before start"):
        period_to_wire(start, end)


def test_an_hour_that_comes_twice_is_written_with_its_offset() -> None:
    start = datetime(2026, 11, 1, 1, 40, tzinfo=NEW_YORK, fold=0)
    end = datetime(2026, 11, 1, 1, 10, tzinfo=NEW_YORK, fold=1)
    expected = timed("2026-11-01T01:40:00-04:00", "2026-11-01T01:10:00-05:00", "America/New_York")
    assert period_to_wire(start, end) == expected


def test_an_hour_that_the_clocks_skip_is_written_as_they_show_it() -> None:
    start = datetime(2026, 3, 8, 2, 30, tzinfo=NEW_YORK)
    end = datetime(2026, 3, 8, 3, 30, tzinfo=NEW_YORK)
    assert period_to_wire(start, end) == timed(*["2026-03-08T03:30:00-04:00"] * 2, "America/New_York")


@pytest.mark.parametrize(
    "zone",
    [
        "Mars/Olympus",
        "UTC+8",
        "",
        " ",
        "..",
        "/etc/passwd",
        "Asia",
        "a\0b",
        "\ud800",
        "a" * 10_000,
        7,
        b"UTC",
        [],
        # A time zone database contains these files, but their names are not names of time zones.
        "localtime",
        "posixrules",
        "posix/Asia/Shanghai",
        "right/Asia/Shanghai",
        "Factory",
    ],
)
def test_an_unknown_zone_is_refused(zone: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="time_zone must be a TZ database name") as raised:
        period_to_wire(NINE, NINE, zone)
    assert len(str(raised.value)) < 200


class NamedLike(LikePytz):
    """A time zone with a name that the client refuses, such as ``localtime``."""

    def __init__(self, name: str) -> None:
        self.zone = name


@pytest.mark.parametrize("name", ["localtime", "posix/Asia/Shanghai", "right/UTC", "Mars/Olympus"])
def test_a_time_in_a_zone_of_no_other_computer_is_refused(name: str) -> None:
    start = NINE.replace(tzinfo=NamedLike(name))
    with pytest.raises(InvalidArgumentError, match=f"^the zone of start must be a TZ .*, not '{name}'"):
        period_to_wire(start, None)
    with pytest.raises(InvalidArgumentError, match=f"^end.timeZone must be a TZ .*, not '{name}'"):
        period_to_wire(None, MAPPING | {"timeZone": name})
    # The start is a known moment, so the caller can give another zone.
    assert period_to_wire(start, None, "Asia/Shanghai") == {"start": MAPPING, "isAllDay": False}


def test_the_zone_of_the_computer_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "localtime").open("xb") as file:
        file.write(resources.files("tzdata").joinpath("zoneinfo", "Asia", "Shanghai").read_bytes())
    before = zoneinfo.TZPATH
    try:
        zoneinfo.reset_tzpath([str(tmp_path)])
        start = datetime(2026, 1, 31, 9, tzinfo=ZoneInfo("localtime"))
    finally:
        zoneinfo.reset_tzpath(before)
    with pytest.raises(InvalidArgumentError, match=r"^the zone of start must .*, not 'localtime'$"):
        period_to_wire(start, None)


def window(first: Any, last: Any, longest: pendulum.Duration | None = None) -> dict[str, str]:
    return window_to_wire(("time_min", first), ("time_max", last), longest=longest)


def test_a_window_has_the_ends_that_are_given() -> None:
    begin, end = "2026-01-31T09:00:00+08:00", "2026-01-31T10:00:00+08:00"
    assert window(NINE, None) == {"timeMin": begin}
    assert window(None, NINE + timedelta(hours=1)) == {"timeMax": end}
    assert window(begin, end) == {"timeMin": begin, "timeMax": end}
    assert window(begin, begin) == {"timeMin": begin, "timeMax": begin}
    assert window(None, None) == {}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (NINE, NINE - timedelta(seconds=1)),
        ("2026-01-31T09:00:00+08:00", "2026-01-31T00:59:00Z"),
        (
            datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=1),
            datetime(2026, 11, 1, 1, 40, tzinfo=NEW_YORK, fold=0),
        ),
    ],
)
def test_no_window_ends_before_it_begins(first: Any, last: Any) -> None:
    with pytest.raises(InvalidArgumentError, match=r"^time_max must not come before time_min: .* is before"):
        window(first, last)


def test_a_window_is_at_most_as_long_as_documented() -> None:
    year, days = pendulum.duration(years=1), pendulum.duration(days=90)
    latest = "2027-01-31T01:00:00Z"
    assert window(NINE, latest, year)["timeMax"] == "2027-01-31T01:00:00+00:00"
    with pytest.raises(
        InvalidArgumentError,
        match=r"^time_max must not come after 2027-01-31T09:00:00\+08:00, .* not 2027-01-3",
    ):
        window(NINE, "2027-01-31T01:00:01Z", year)
    with pytest.raises(
        InvalidArgumentError, match=r"^time_max must not come after 2026-05-01T09:00:00\+08:00"
    ):
        window(NINE, NINE + timedelta(days=90, seconds=1), days)
    assert window(NINE.replace(year=9999), "9999-12-31T00:00:00Z", year)


@pytest.mark.parametrize("ends", [(None, None), (date(2026, 1, 31), None), (MAPPING, MAPPING)])
def test_a_zone_without_a_time_is_refused(ends: tuple[Any, Any]) -> None:
    with pytest.raises(InvalidArgumentError, match="time_zone must not be given"):
        period_to_wire(*ends, "Asia/Shanghai")


@pytest.mark.parametrize(
    "value",
    [7, 0.5, True, b"2026-01-31", [], ("2026-01-31",), timedelta(1), "tomorrow", "", "2026-02-30", "2026-1-3",
     "2026-01-31T25:00:00Z", "2026-01-31T09:00:00+99:00",
     "2026-01-31T09:00:00+24:00", "2026-01-31T09:00:00-2400", "Z", "1769821200",
     # pendulum's own parser would accept these.
     "now", "2026", "2026-01", "2026-031", "2026-W05-6", "2026/01/31", "09:00", "P1D",
     "2026-01-30/2026-01-31"],
)  # fmt: skip
def test_a_value_that_is_not_a_time_is_refused(value: Any) -> None:
    for name, arguments in (("start", (value, NINE)), ("end", (NINE, value))):
        with pytest.raises(InvalidArgumentError, match=f"^{name} must be"):
            period_to_wire(*arguments)
    with pytest.raises(InvalidArgumentError, match=r"^time_min must be"):
        moment_to_wire("time_min", value)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime.min.replace(tzinfo=SHANGHAI), NINE),
        (datetime.max.replace(tzinfo=UTC), None),
        (datetime.max.replace(tzinfo=NEW_YORK), None),
        (date.max, None),
        (date(2026, 1, 31), "9999-12-31"),
    ],
)
def test_the_ends_of_the_calendar_are_refused(start: Any, end: Any) -> None:
    zone = "Asia/Shanghai" if isinstance(start, datetime) else None
    with pytest.raises(InvalidArgumentError, match=r"^(start|end) must"):
        period_to_wire(start, end, zone)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (NINE, "2026-01-31T09:00:00+08:00"),
        (NINE.astimezone(EIGHT), "2026-01-31T09:00:00+08:00"),
        ("2026-01-31T09:00:00.123+08:00", "2026-01-31T09:00:00+08:00"),
        ("2026-01-31T01:00:00Z", "2026-01-31T01:00:00+00:00"),
        (pendulum.datetime(2026, 1, 31, 9, tz="Asia/Shanghai"), "2026-01-31T09:00:00+08:00"),
        (None, None),
    ],
)
def test_a_time_is_written_with_its_offset(value: Any, expected: str | None) -> None:
    assert moment_to_wire("time_min", value) == expected


@pytest.mark.parametrize("value", [date(2026, 1, 31), "2026-01-31", MAPPING])
def test_a_day_is_not_a_time(value: Any) -> None:
    with pytest.raises(InvalidArgumentError, match=r"^time_min must be a datetime with a time zone"):
        moment_to_wire("time_min", value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("20260301", date(2026, 3, 1)),
        ("0001-01-01", date.min),
        ("9999-12-31", date.max),
        ("2026-03-01T23:08:53+08:00", datetime(2026, 3, 1, 23, 8, 53, tzinfo=EIGHT)),
        ("2026-03-01T23:08:53+0800", datetime(2026, 3, 1, 23, 8, 53, tzinfo=EIGHT)),
        ("2026-03-01 23:08:53 +0800", datetime(2026, 3, 1, 23, 8, 53, tzinfo=EIGHT)),
        ("2026-03-01T23:08:53.1234567+08:00", datetime(2026, 3, 1, 23, 8, 53, 123456, tzinfo=EIGHT)),
        ("2026-03-01T23:08:53.5Z", datetime(2026, 3, 1, 23, 8, 53, 500_000, tzinfo=UTC)),
        ("20260301T230853Z", datetime(2026, 3, 1, 23, 8, 53, tzinfo=UTC)),
        ("2026-03-01T23:08Z", datetime(2026, 3, 1, 23, 8, tzinfo=UTC)),
        ("0001-01-01T00:00:00+08:00", datetime.min.replace(tzinfo=EIGHT)),
        ("2026-03-01T23:08:53", datetime(2026, 3, 1, 23, 8, 53)),  # noqa: DTZ001  naive, like the string
    ],
)
def test_a_text_reads_the_same_on_every_python_version(text: str, expected: date) -> None:
    read = parse_time(text)
    assert read == expected
    assert isinstance(read, datetime) == isinstance(expected, datetime)
    if isinstance(read, datetime) and isinstance(expected, datetime):
        assert read.utcoffset() == expected.utcoffset()


@given(moment=st.datetimes(timezones=st.none() | st.timezones()), day=st.dates())
def test_what_python_writes_is_read_back(moment: datetime, day: date) -> None:
    offset = moment.utcoffset()
    # ISO 8601 offsets have no seconds, but local mean times of the 19th century do.
    assume(offset is None or not offset % timedelta(minutes=1))
    for text in (moment.isoformat(), str(moment)):
        read = parse_time(text)
        assert isinstance(read, datetime)
        assert read.replace(tzinfo=None) == moment.replace(tzinfo=None)
        assert read.utcoffset() == offset
    assert parse_time(day.isoformat()) == day


#: Names that every time zone database has.
zone_names = st.timezone_keys(allow_prefix=False).filter(lambda name: name not in {"localtime", "Factory"})
aware = st.datetimes(
    min_value=datetime(1900, 1, 2),  # noqa: DTZ001  hypothesis adds the zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=zone_names.map(ZoneInfo),
).map(lambda moment: moment.replace(microsecond=0))


@given(start=aware, end=aware, time_zone=st.none() | zone_names)
@example(
    start=datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=1),
    end=datetime(2026, 11, 1, 1, 40, tzinfo=NEW_YORK, fold=0),
    time_zone=None,
)
@example(start=datetime(2026, 3, 8, 2, 30, tzinfo=NEW_YORK), end=NINE.replace(year=2027), time_zone=None)
def test_whatever_the_zones_both_ends_stay_the_same_instants_and_carry_one_zone(
    start: datetime, end: datetime, time_zone: str | None
) -> None:
    if end.timestamp() < start.timestamp():
        with pytest.raises(InvalidArgumentError, match="end must not come before start"):
            period_to_wire(start, end, time_zone)
        return
    wire = period_to_wire(start, end, time_zone)
    assert isinstance(start.tzinfo, ZoneInfo)
    name = time_zone or start.tzinfo.key
    assert {wire[which]["timeZone"] for which in ("start", "end")} == {name}
    for which, moment in (("start", start), ("end", end)):
        told = datetime.fromisoformat(wire[which]["dateTime"])
        assert told.timestamp() == moment.timestamp()
        # The offset is the time zone's offset at that moment.
        assert told.utcoffset() == told.astimezone(ZoneInfo(name)).utcoffset()


@given(start=st.dates(max_value=date(9999, 12, 30)), end=st.dates(max_value=date(9999, 12, 30)))
def test_the_end_of_any_days_is_the_day_after(start: date, end: date) -> None:
    if end < start:
        with pytest.raises(InvalidArgumentError, match="end must not come before start"):
            period_to_wire(start, end)
        return
    wire = period_to_wire(start.isoformat(), end)
    assert date.fromisoformat(wire["start"]["date"]) == start
    assert date.fromisoformat(wire["end"]["date"]) - end == timedelta(days=1)
