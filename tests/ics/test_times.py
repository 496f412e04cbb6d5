"""Times, zones, texts and keys of single events."""

from __future__ import annotations

import pytest

from tests.ics.text import calendar, event, row, rows

FIXED = (
    "BEGIN:VTIMEZONE\r\nTZID:{}\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:{}\r\n"
    "TZOFFSETTO:{}\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)


@pytest.mark.parametrize(
    ("lines", "start", "end"),
    [
        (["DTSTART;VALUE=DATE:20260105"], "2026-01-05", "2026-01-05"),
        (["DTSTART:20260105", "DTEND:20260107"], "2026-01-05", "2026-01-06"),
        (["DTSTART;VALUE=DATE:20260105", "DTEND;VALUE=DATE:20260105"], "2026-01-05", "2026-01-05"),
        (["DTSTART;VALUE=DATE:20260105", "DURATION:P2D"], "2026-01-05", "2026-01-06"),
        (["DTSTART;VALUE=DATE:20260105", "DURATION:PT12H"], "2026-01-05", "2026-01-05"),
        (["DTSTART;VALUE=DATE:20260105", "DURATION:PT36H"], "2026-01-05", "2026-01-06"),
        (["DTSTART;TZID=Asia/Shanghai;VALUE=DATE:20260105"], "2026-01-05", "2026-01-05"),
        (["DTSTART:20260105T010000Z"], "2026-01-05T01:00:00+00:00", "2026-01-05T01:00:00+00:00"),
        (
            ["DTSTART:20260105T010000Z", "DURATION:P1DT1H"],
            "2026-01-05T01:00:00+00:00",
            "2026-01-06T02:00:00+00:00",
        ),
        (
            ["DTSTART;TZID=Asia/Shanghai:20260105T100000", "DTEND;TZID=Europe/Berlin:20260105T150000"],
            "2026-01-05T10:00:00+08:00",
            "2026-01-05T22:00:00+08:00",
        ),
        # A time that the clocks skip is read with the offset before the change.
        (
            ["DTSTART;TZID=Europe/Berlin:20260329T023000", "DURATION:PT1H"],
            "2026-03-29T02:30:00+01:00",
            "2026-03-29T04:30:00+02:00",
        ),
    ],
)
def test_start_and_end(lines: list[str], start: str, end: str) -> None:
    found = row(*lines)
    assert (found["start"], found["end"]) == (start, end)


@pytest.mark.parametrize(
    ("tzid", "head", "zone", "offset"),
    [
        ("Asia/Shanghai", "", "Asia/Shanghai", "+08:00"),
        ('"China Standard Time"', "", "Asia/Shanghai", "+08:00"),
        ("/freeassociation.sourceforge.net/Europe/Berlin", "", "Europe/Berlin", "+01:00"),
        ("/mozilla.org/20260101_1/Asia/Shanghai", "", "Asia/Shanghai", "+08:00"),
        ("中国标准时间", FIXED.format("中国标准时间", "+0800", "+0800"), "Etc/GMT-8", "+08:00"),
        ("Here", FIXED.format("Here", "-0300", "-0300"), "Etc/GMT+3", "-03:00"),
        ("Zulu time", FIXED.format("Zulu time", "+0000", "+0000"), "UTC", "+00:00"),
        ("Half", FIXED.format("Half", "+0530", "+0530"), "UTC", "+05:30"),
        (
            "Mine",
            FIXED.format("Mine\r\nX-LIC-LOCATION:Asia/Kolkata", "+0530", "+0530"),
            "Asia/Kolkata",
            "+05:30",
        ),
    ],
)
def test_zones(tzid: str, head: str, zone: str, offset: str) -> None:
    found = row(f"DTSTART;TZID={tzid}:20260105T090000", head=head)
    assert (found["start"], found["time_zone"]) == (f"2026-01-05T09:00:00{offset}", zone)


def test_a_zone_is_that_of_its_own_file() -> None:
    line = "DTSTART;TZID=Same name:20260105T090000"
    offsets = [
        row(line, head=FIXED.format("Same name", one, one))["start"][-6:] for one in ("+0530", "+0545")
    ]
    assert offsets == ["+05:30", "+05:45"]


def test_a_time_without_a_zone() -> None:
    line = "DTSTART:20260105T090000"
    assert row(line)["start"] == "2026-01-05T09:00:00"
    assert "time_zone" not in row(line)
    found = row(line, head="X-WR-TIMEZONE: Asia/Shanghai\r\n")
    assert (found["start"], found["time_zone"]) == ("2026-01-05T09:00:00+08:00", "Asia/Shanghai")


def test_texts() -> None:
    found = row("DESCRIPTION:First\\, second\\; third\\nA folded\r\n  line", "LOCATION:", "TRANSP:OPAQUE")
    assert found["description"] == "First, second; third\nA folded line"
    assert "location" not in found


def test_reminders() -> None:
    triggers = ["-PT15M", "-P1D", "-PT15M", "PT0S", "PT5M"]
    others = ["TRIGGER;RELATED=END:-PT10M", "TRIGGER;VALUE=DATE-TIME:20260101T000000Z"]
    alarms = [f"BEGIN:VALARM\r\nACTION:DISPLAY\r\n{one}\r\nEND:VALARM" for one in others]
    alarms += [f"BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:{one}\r\nEND:VALARM" for one in triggers]
    assert row(*alarms)["reminders"] == [0, 15, 1440]


@pytest.mark.parametrize("uid", ["a b", "a/b", "a]b", "a&amp;b", "x" * 129])
def test_a_uid_that_cannot_be_a_key_is_digested(uid: str) -> None:
    (found,) = rows(event(uid=uid))
    assert len(found["key"]) == 32
    assert found["key"] == rows(event(uid=uid, summary="Another title"))[0]["key"]


def test_keys_without_a_uid_are_distinct_and_stable() -> None:
    events = [event(uid=None, summary=title) for title in ("One", "Two")]
    keys = [found["key"] for found in rows(*events)]
    assert len(set(keys)) == 2
    assert keys == [found["key"] for found in rows(*events, event("DESCRIPTION:x", uid="u"))][:2]


def test_cancelled_events_are_left_out() -> None:
    assert rows(event("STATUS:CANCELLED"), event(uid="e2"))[0]["key"] == "e2"
    assert rows(event(), head="METHOD:CANCEL\r\n") == []
    assert rows(event("STATUS:CANCELLED", "RRULE:FREQ=DAILY"), event("RECURRENCE-ID:20260106T010000Z")) == []


def test_the_latest_revision_counts() -> None:
    old, new = event("SEQUENCE:1", summary="Old"), event("SEQUENCE:2", summary="New")
    for order in ([old, new], [new, old], [new, new, old]):
        assert [found["summary"] for found in rows(*order)] == ["New"]
    assert len(rows(event(), event())) == 1


def test_several_calendars_and_other_components() -> None:
    from airflow_provider_dingtalk_calendar.ics import events_from_ics

    text = calendar(event(), "BEGIN:VTODO\r\nUID:t\r\nSUMMARY:To do\r\nEND:VTODO\r\n") + calendar(
        event(uid="e2")
    )
    assert [found["key"] for found in events_from_ics(text)] == ["e1", "e2"]
    assert events_from_ics(calendar()) == []
