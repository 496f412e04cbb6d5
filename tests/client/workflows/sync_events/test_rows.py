"""Rows as callers write them: what is accepted, and what is rejected before any request."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pendulum
import pytest

from airflow_provider_dingtalk_calendar.client import Recurrence, Reminder
from airflow_provider_dingtalk_calendar.client.workflows.sync_events.rows import read_rows
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError, SyncRefusedError
from tests.client.workflows.sync_events.world import World

CHINA = ZoneInfo("Asia/Shanghai")
ROW = {"key": "a", "summary": "Close", "start": "2026-03-05", "end": "2026-03-06"}
TIMED = {"key": "a", "summary": "Close", "start": "2026-03-05 09:00", "end": "2026-03-05 10:00"}


class Timestamp(datetime):
    """Stands in for ``pandas.Timestamp``, a subclass of datetime whose methods return the same subclass."""


class NotANumber(float):
    def __new__(cls) -> NotANumber:
        return super().__new__(cls, "nan")


class NotAvailable:
    """Stands in for ``pandas.NA``, which is neither true nor false."""

    def __ne__(self, other: object) -> Any:
        return self

    def __bool__(self) -> bool:
        raise TypeError("boolean value of NA is ambiguous")

    __hash__ = None  # type: ignore[assignment]


class NotATime(datetime):
    """Stands in for ``pandas.NaT``, which differs from itself."""

    def __new__(cls) -> NotATime:
        return super().__new__(cls, 1, 1, 1)

    def __ne__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


def body(row: dict[str, Any], time_zone: str | None = "Asia/Shanghai") -> dict[str, Any]:
    (read,) = read_rows([row], "releases", time_zone, CHINA)
    return dict(read.body)


def times(start: str, end: str, zone: str) -> dict[str, Any]:
    return {
        "start": {"dateTime": start, "timeZone": zone},
        "end": {"dateTime": end, "timeZone": zone},
        "isAllDay": False,
    }


NINE_TO_TEN = times("2026-03-05T09:00:00+08:00", "2026-03-05T10:00:00+08:00", "Asia/Shanghai")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-03-05 09:00", "2026-03-05T10:00:00"),
        ("2026-03-05T01:00:00Z", "2026-03-05T10:00:00+08:00"),
        (datetime(2026, 3, 5, 9), datetime(2026, 3, 5, 10)),  # noqa: DTZ001
        (Timestamp(2026, 3, 5, 9), Timestamp(2026, 3, 5, 1, tzinfo=timezone.utc) + timedelta(hours=1)),
        (pendulum.datetime(2026, 3, 5, 9, tz="Asia/Shanghai"), pendulum.naive(2026, 3, 5, 10)),
    ],
)
def test_a_time_is_wall_clock_time_of_the_zone_or_has_its_own(start: Any, end: Any) -> None:
    made = body({**TIMED, "start": start, "end": end})
    assert {name: made[name] for name in NINE_TO_TEN} == NINE_TO_TEN


def test_the_zone_of_the_row_comes_before_the_zone_of_the_list() -> None:
    made = body({**TIMED, "time_zone": "America/New_York"})
    expected = times("2026-03-05T09:00:00-05:00", "2026-03-05T10:00:00-05:00", "America/New_York")
    assert {name: made[name] for name in expected} == expected


def test_a_time_with_a_named_zone_keeps_it() -> None:
    start = datetime(2026, 3, 5, 9, tzinfo=ZoneInfo("America/New_York"))
    made = body({**TIMED, "start": start, "end": "2026-03-05T23:00:00"})
    expected = times("2026-03-05T09:00:00-05:00", "2026-03-05T10:00:00-05:00", "America/New_York")
    assert {name: made[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("start", "end", "last"),
    [
        ("2026-03-05", "", "2026-03-06"),
        ("20260305", None, "2026-03-06"),
        (date(2026, 3, 5), date(2026, 3, 7), "2026-03-08"),
        (pendulum.date(2026, 3, 5), "2026-03-07", "2026-03-08"),
    ],
)
def test_the_zone_of_the_list_leaves_all_day_events_alone(start: Any, end: Any, last: str) -> None:
    made = body({**ROW, "start": start, "end": end})
    assert (made["start"], made["end"]) == ({"date": "2026-03-05"}, {"date": last})
    assert made["isAllDay"] is True


@pytest.mark.parametrize("nothing", ["", "  ", None, float("nan"), NotANumber(), NotAvailable(), NotATime()])
def test_nothing_in_an_optional_field_means_not_given(nothing: Any) -> None:
    optional = ("time_zone", "description", "location", "recurrence", "reminders")
    assert body({**ROW, **dict.fromkeys(optional, nothing)}) == body(ROW)


@pytest.mark.parametrize(
    ("reminders", "minutes"),
    [("15", [15]), ("15, 60", [15, 60]), (15, [15]), (15.0, [15]), ([], []), ([5, Reminder(10)], [5, 10])],
)
def test_reminders(reminders: Any, minutes: list[int]) -> None:
    made = body({**ROW, "reminders": reminders})
    assert made["reminders"] == [{"method": "dingtalk", "minutes": one} for one in minutes]


@pytest.mark.parametrize(
    "recurrence",
    [
        Recurrence("daily", occurrences=3),
        {"type": "daily", "occurrences": 3},
        {
            "pattern": {"type": "daily", "interval": 1},
            "range": {"type": "numbered", "numberOfOccurrences": 3},
        },
    ],
)
def test_recurrences(recurrence: Any) -> None:
    assert body({**ROW, "recurrence": recurrence})["recurrence"] == {
        "pattern": {"type": "daily", "interval": 1},
        "range": {"type": "numbered", "numberOfOccurrences": 3},
    }


def test_the_mark_is_a_line_of_its_own() -> None:
    rows = read_rows([{**ROW, "description": "Be quick"}, {**ROW, "key": "b"}], "releases", None, CHINA)
    first, second = (row.body["description"] for row in rows)
    assert first == f"Be quick\n[airflow releases/a {rows[0].digest}]"
    assert second == f"[airflow releases/b {rows[1].digest}]"
    assert rows[0].digest != rows[1].digest


def test_a_list_may_be_a_table_or_an_iterator() -> None:
    table = [
        "key,summary,start,end,location",
        "a,Close,2026-03-05 09:00,2026-03-05 10:00,",
        "b,Open,2026-03-06,,Room 1",
    ]
    read = read_rows(csv.DictReader(table), "releases", "Asia/Shanghai", CHINA)
    assert [(row.key, row.start.isoformat()) for row in read] == [
        ("a", "2026-03-05T01:00:00+00:00"),
        ("b", "2026-03-05T16:00:00+00:00"),
    ]
    assert read_rows(iter([]), "releases", None, CHINA) == ()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"key": None}, "row 2: key must be given"),
        ({"key": " "}, "row 2: key must be given"),
        ({"key": float("nan")}, "row 2: key must be given"),
        ({"key": 7}, "row 2: key must be a string, not int"),
        ({"key": "a"}, "row 2: key 'a' is also the key of row 1"),
        ({"key": "b c"}, "row 2: key must have no white space, control character, '/' or ']', not 'b c'"),
        ({"key": "b\tc"}, "row 2: key must have no white space"),
        ({"key": "b/c"}, "row 2: key must have no white space"),
        ({"key": "b]"}, "row 2: key must have no white space"),
        ({"key": "b\u200bc"}, "row 2: key must have no white space"),
        ({"key": "b&amp;c"}, "row 2: key must have no HTML escape"),
        ({"key": "x" * 129}, "row 2: key must have at most 128 characters, not 129"),
        ({"colour": "red"}, "row 2 (key 'b'): unknown field 'colour'; the fields are key, summary"),
        ({None: ["surplus"]}, "row 2 (key 'b'): more values than the table has columns"),
        ({"summary": ""}, "row 2 (key 'b'): summary must be given"),
        ({"summary": 7}, "row 2 (key 'b'): summary must be a string, not int"),
        ({"summary": "x" * 2049}, "row 2 (key 'b'): summary must have at most 2048 characters, not 2049"),
        ({"start": None}, "row 2 (key 'b'): start must be given"),
        ({"start": "soon"}, "row 2 (key 'b'): start must be a date or a datetime, or ISO 8601 for either"),
        ({"start": {"date": "2026-03-05"}}, "row 2 (key 'b'): start must be a date or a datetime"),
        ({"start": 20260305}, "row 2 (key 'b'): start must be a date or a datetime"),
        (
            {"start": "2026-03-05 09:00"},
            "row 2 (key 'b'): start must have a time zone: 2026-03-05T09:00:00 is naive",
        ),
        (
            {"start": "2026-03-05 09:00", "time_zone": "Mars"},
            "row 2 (key 'b'): time_zone must be a TZ database name",
        ),
        ({"start": "2026-03-05 09:00+08:00"}, "row 2 (key 'b'): start and end must be of one kind"),
        (
            {"start": "2026-03-05 09:00+08:00", "end": None, "time_zone": "Asia/Shanghai"},
            "row 2 (key 'b'): end must be given",
        ),
        ({"end": "2026-03-04"}, "row 2 (key 'b'): end must not come before start"),
        ({"time_zone": "Asia/Shanghai"}, "row 2 (key 'b'): time_zone must not be given for an all-day event"),
        ({"description": 7}, "row 2 (key 'b'): description must be a string, not int"),
        ({"location": 7}, "row 2 (key 'b'): location must be a string, not int"),
        ({"recurrence": "daily"}, "row 2 (key 'b'): recurrence must be a Recurrence or a mapping, not str"),
        ({"recurrence": {"interval": 2}}, "row 2 (key 'b'): recurrence must have type"),
        ({"recurrence": {"type": "daily", "count": 2}}, "unknown: 'count'"),
        ({"recurrence": {"type": "hourly"}}, "row 2 (key 'b'): recurrence.type must be one of"),
        ({"reminders": "soon"}, "row 2 (key 'b'): reminders[0] must be a number of minutes"),
        ({"reminders": 2.5}, "row 2 (key 'b'): reminders[0] must be a number of minutes"),
        ({"reminders": True}, "row 2 (key 'b'): reminders must be a list, not bool"),
        (
            {"description": "see [airflow other/key 3fa9c1d2]"},
            "row 2 (key 'b'): description must not have a mark",
        ),
    ],
)
def test_a_wrong_row_is_named_before_anything_is_sent(wrong: dict[Any, Any], message: str) -> None:
    world = World()
    with pytest.raises(InvalidArgumentError) as raised:
        world.sync([ROW, {**ROW, "key": "b", **wrong}], time_zone=None)
    assert message in str(raised.value)
    assert world.sent == []


def test_the_error_says_how_long_a_description_may_be() -> None:
    mark = len("\n[airflow releases/b 3fa9c1d2]")
    world = World()
    with pytest.raises(InvalidArgumentError) as raised:
        world.sync([{**ROW, "key": "b", "description": "x" * (5001 - mark)}])
    assert str(raised.value) == (
        f"row 1 (key 'b'): description must have at most {5000 - mark} characters, not {5001 - mark}: "
        f"the mark of the event takes {mark} of the 5000"
    )
    assert len(body({**ROW, "key": "b", "description": "x" * (5000 - mark)})["description"]) == 5000


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("Key,summary,start", "row 1: unknown field 'Key'; the fields are key, summary, start"),
        ("key;summary;start", "row 1: unknown field 'key;summary;start'; the fields are"),
        ("\ufeffkey,summary,start", "open a file with a byte order mark with encoding='utf-8-sig'"),
        ('\ufeff"key",summary,start', "open a file with a byte order mark with encoding='utf-8-sig'"),
    ],
)
def test_a_table_with_a_wrong_header(header: str, message: str) -> None:
    world = World()
    with pytest.raises(InvalidArgumentError) as raised:
        world.sync(csv.DictReader([header, "a"]))
    assert message in str(raised.value)
    assert world.sent == []


@pytest.mark.parametrize("events", [None, "rows", b"rows", {"key": "a"}, 7])
def test_a_list_that_is_none(events: Any) -> None:
    world = World()
    with pytest.raises(InvalidArgumentError, match=r"^events must be a list of mappings, not "):
        world.sync(events)
    with pytest.raises(InvalidArgumentError, match=r"^row 1 must be a mapping with key, summary, start, end"):
        world.sync([events if events is not None and not isinstance(events, dict) else 7])
    assert world.sent == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"namespace": "a b"}, "^namespace must have no white space"),
        ({"namespace": "a/b"}, "^namespace must have no white space"),
        ({"namespace": ""}, "^namespace must not be blank"),
        ({"namespace": "n" * 251}, "^namespace must have at most 250 characters"),
        ({"time_zone": "Mars"}, "^time_zone must be a TZ database name"),
        ({"time_zone": None, "default_zone": "Mars"}, "^default_zone must be a TZ database name"),
        ({"max_deletions": -1}, "^max_deletions must be a whole number of at least 0"),
        ({"max_deletions": True}, "^max_deletions must be a whole number"),
        ({"max_deletions": "10"}, "^max_deletions must be a whole number"),
        ({"window_start": "soon"}, "^window_start must be a date or a datetime"),
        ({"window_end": 7}, "^window_end must be a date or a datetime"),
        (
            {"window_start": "2026-03-05", "window_end": "2026-03-05"},
            "^window_end must be after",
        ),
        ({"window_start": "2026-03-05", "window_end": "2027-03-04"}, "at most 363 days later"),
        ({"window_start": "9999-12-30"}, "must be within the years 1 to 9999"),
        ({"window_start": "0001-01-01", "window_end": "0001-02-01"}, "must be within the years 1 to 9999"),
        ({"calendar_id": ".."}, "^calendar_id must not be"),
        ({"approved_plan": 7}, "^approved_plan must be the plan or the fingerprint of a dry run"),
        ({"approved_plan": ["create"]}, "^approved_plan must be the plan or the fingerprint"),
    ],
)
def test_other_wrong_arguments_are_named_before_anything_is_sent(
    arguments: dict[str, Any], message: str
) -> None:
    world = World()
    with pytest.raises(InvalidArgumentError, match=message):
        world.sync([ROW], **arguments)
    assert world.sent == []


def test_an_empty_list_is_refused_before_anything_is_sent() -> None:
    world = World()
    with pytest.raises(SyncRefusedError, match="allow_empty"):
        world.sync([], allow_empty=False)
    assert world.sent == []


def test_a_source_that_breaks_changes_nothing() -> None:
    def rows() -> Any:
        yield ROW
        raise OSError("the disk is gone")

    world = World()
    with pytest.raises(OSError, match="the disk is gone"):
        world.sync(rows())
    assert world.sent == []


@pytest.mark.parametrize(
    ("arguments", "first", "last"),
    [
        # The clock of the simulated world shows 09:00 on 2 March in China.
        ({}, "2026-03-02", "2027-02-24"),
        ({"window_start": "2026-05-01"}, "2026-05-01", "2027-04-25"),
        ({"window_start": date(2026, 5, 1), "window_end": "2026-05-03 00:00"}, "2026-05-01", "2026-05-02"),
        ({"window_end": datetime(2026, 3, 3, 16, tzinfo=timezone.utc)}, "2026-03-02", "2026-03-03"),
    ],
)
def test_events_that_start_in_the_window_are_kept(arguments: dict[str, Any], first: str, last: str) -> None:
    days = [date.fromisoformat(first) - timedelta(1), first, last, date.fromisoformat(last) + timedelta(1)]
    rows = [{**ROW, "key": f"k{number}", "start": str(day), "end": ""} for number, day in enumerate(days)]
    result = World().sync(rows, **arguments)
    assert [line.key for line in result.created] == ["k1", "k2"]
    assert [line.key for line in result.outside] == ["k0", "k3"]


def test_the_zone_of_dates_is_that_of_the_argument_or_the_default() -> None:
    row = {**TIMED, "start": "2026-03-05T00:30:00+08:00", "end": "2026-03-05T01:00:00+08:00"}
    row["time_zone"] = "Asia/Shanghai"
    for arguments, is_in in (
        ({"time_zone": "Asia/Shanghai"}, True),
        ({"time_zone": None}, False),
        ({"time_zone": None, "default_zone": "Asia/Shanghai"}, True),
    ):
        result = World().sync([row], window_start="2026-03-05", **arguments)
        assert bool(result.created) is is_in
