"""A source or an event that cannot be read raises one error, which names the event and the field."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError
from airflow_provider_dingtalk_calendar.ics import events_from_ics
from tests.ics.text import calendar, event, rows

TEXT = calendar(event(summary="Title · 标题"))


def test_every_kind_of_source(tmp_path: Path) -> None:
    path = tmp_path / "a.ics"
    for text in (TEXT, "\ufeff" + TEXT, TEXT.replace("\r\n", "\n")):
        path.write_bytes(text.encode())
        with path.open("rb") as binary, path.open(encoding="utf-8") as lines:
            sources = (path, text, text.encode(), binary, lines)
            assert {events_from_ics(source)[0]["summary"] for source in sources} == {"Title · 标题"}


@pytest.mark.parametrize("line_break", ["\r\n ", "\n\t"])
def test_a_line_may_be_folded_within_a_character(tmp_path: Path, line_break: str) -> None:
    """RFC 5545, section 3.1: simple programs do this."""
    title = "国庆节放假通知"
    path = tmp_path / "a.ics"
    for end in range(1, len(title.encode())):
        folded = title.encode()[:end] + line_break.encode() + title.encode()[end:]
        path.write_bytes(calendar(event(summary="@")).encode().replace(b"@", folded))
        with path.open("rb") as binary:
            assert [events_from_ics(one)[0]["summary"] for one in (path, binary)] == [title] * 2


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "BEGIN:VCALENDAR, not ''"),
        (b"", "BEGIN:VCALENDAR, not ''"),
        ("holidays.ics", "give a pathlib.Path"),
        ("https://example.com/a.ics", "a URL is not fetched"),
        ("<!DOCTYPE html><title>Sign in</title>", "iCalendar text"),
        ("BEGIN:VEVENT\r\nEND:VEVENT\r\n", "BEGIN:VCALENDAR"),
        (b"BEGIN:VCALENDAR\r\nX:\xff\r\nEND:VCALENDAR", "UTF-8, but it is not at the end of b'X:\\xff'"),
        (None, "a path, text, bytes or an open file"),
        (["BEGIN:VCALENDAR"], "a path, text, bytes or an open file"),
        (TEXT[: TEXT.index("SUMMARY")], "incomplete"),
        (TEXT.removesuffix("END:VCALENDAR\r\n"), "incomplete"),
        (TEXT + TEXT[: TEXT.index("END:VCALENDAR")], "incomplete"),
        (TEXT.replace("END:VEVENT\r\n", ""), "incomplete"),
        (event() + TEXT, "incomplete"),
        (TEXT.replace("VERSION:2.0", "VERSION 2.0"), "source cannot be read"),
        (TEXT + "END:VEVENT\r\n", "source cannot be read"),
        (calendar(event(), head="BEGIN:OTHER\r\nTZID:A\r\nEND:VTIMEZONE\r\n"), "source cannot be read"),
        (
            calendar(event("BEGIN:VALARM", "TRIGGER:soon", "END:VALARM")),
            "source cannot be read: Expected datetime",
        ),
    ],
)
def test_a_source_that_is_not_whole(source: object, said: str) -> None:
    with pytest.raises(InvalidArgumentError, match=r"^source ") as raised:
        events_from_ics(source)  # type: ignore[arg-type]
    assert said in str(raised.value)


def test_every_cut_of_a_file_is_noticed() -> None:
    text = calendar(event(), event("RRULE:FREQ=DAILY", uid="e2"))
    for end in range(len(text) - len("\r\n") - 1):
        with pytest.raises(InvalidArgumentError):
            events_from_ics(text[:end])


def test_a_file_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        events_from_ics(tmp_path / "missing.ics")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["DTSTART:20261301T000000Z"], "DTSTART: Wrong datetime format"),
        (["DTSTART:20260101T000000Z", "DTSTART:20260102T000000Z"], "DTSTART must be given once, not 2 times"),
        (["DTSTART:PT1H"], "DTSTART must be a date or a time"),
        (["DTSTART;TZID=Nowhere:20260101T000000"], "DTSTART: TZID must be a TZ database name"),
        (["DTEND:20260101T000000Z"], "the end must not come before DTSTART"),
        (["DURATION:-PT1H"], "the end must not come before DTSTART"),
        (["DTEND;VALUE=DATE:20260106"], "DTSTART and DTEND must both be dates"),
        (["DTEND:20260106T010000"], "DTSTART and DTEND must both have a time zone"),
        (
            ["DTSTART;VALUE=DATE:20260105", "DTEND;VALUE=DATE:20260104"],
            "the end must not come before DTSTART",
        ),
        (["RRULE:FREQ=SOMETIMES"], "RRULE: "),
        (["RRULE:FREQ=HOURLY;COUNT=3"], "RRULE must have FREQ=DAILY or WEEKLY"),
        (["RRULE:COUNT=3"], "RRULE must have FREQ="),
        (["RRULE:FREQ=DAILY;COUNT=3;UNTIL=20260109"], "COUNT or UNTIL, not both"),
        (["RRULE:RSCALE=CHINESE;FREQ=YEARLY;SKIP=FORWARD"], "RRULE cannot be read"),
        (["RRULE:FREQ=DAILY;INTERVAL=0;COUNT=3"], "INTERVAL of at least 1"),
        (["RRULE:FREQ=DAILY;COUNT=0"], "COUNT of at least 1"),
        (["RRULE:FREQ=DAILY;UNTIL=PT1H"], "a date or a time as UNTIL"),
        (["DURATION:20260101"], "DURATION must be a duration"),
        (["EXRULE:FREQ=DAILY"], "EXRULE is not supported"),
        (["RECURRENCE-ID;RANGE=THISANDFUTURE:20260105T010000Z"], "RECURRENCE-ID must not have RANGE"),
        (["RRULE:FREQ=DAILY;COUNT=2", "RDATE;VALUE=DATE:20260109"], "RDATE must be a time"),
        (["SEQUENCE:one"], "SEQUENCE: "),
        (["a line without a colon"], "a line without a colon"),
        (["DTSTART;TZID=Asia/Shanghai:00010101T000000"], "within the years 1 to 9999"),
    ],
)
def test_an_event_that_cannot_be_read(lines: list[str], said: str) -> None:
    with pytest.raises(InvalidArgumentError) as raised:
        rows(event(uid="first"), event(*lines, uid="second", summary="Close"))
    assert str(raised.value).startswith("event 'second' ('Close'): ")
    assert said in str(raised.value)


def test_an_event_without_start_or_uid() -> None:
    text = event(uid=None, summary="Close").replace("DTSTART:20260105T010000Z\r\n", "")
    with pytest.raises(InvalidArgumentError, match=r"^event without UID \('Close'\): DTSTART must be given$"):
        rows(text)


def test_two_events_of_one_uid() -> None:
    with pytest.raises(InvalidArgumentError, match=r"^event 'e1' \('B'\): UID must be unique.*\('A'\)"):
        rows(event(summary="A"), event(summary="B"))


@pytest.mark.parametrize("name", ["since", "until"])
def test_a_bound_that_is_no_date(name: str) -> None:
    with pytest.raises(InvalidArgumentError, match=f"^{name} must be a date"):
        events_from_ics(TEXT, **{name: "soon"})


@pytest.mark.parametrize("library", ["icalendar", "dateutil"])
def test_without_the_extra(library: str) -> None:
    program = f"""
import sys
sys.modules[{library!r}] = None
from airflow_provider_dingtalk_calendar.ics import events_from_ics
events_from_ics("")
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=tempfile.gettempdir(),
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        f"ModuleNotFoundError: events_from_ics needs {library}: "
        "pip install 'airflow-provider-dingtalk-calendar[ics]'"
    )
