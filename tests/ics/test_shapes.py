"""Files as others publish them: public holidays of China, and exports of Google, Outlook and Apple."""

from __future__ import annotations

from datetime import datetime

import pytest

from airflow_provider_dingtalk_calendar.client import DingTalkClient
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from airflow_provider_dingtalk_calendar.ics import events_from_ics
from tests.client.both import settings_for
from tests.ics.text import FILES


def test_public_holidays_of_china() -> None:
    festival, workday, lantern = events_from_ics(FILES / "china_holidays.ics")
    assert festival == {
        "key": "20260215_holiday@example.com",
        "summary": "春节(休)",
        "description": "2月15日至23日放假调休,共9天。\n2月14日(周六)上班。",
        "start": "2026-02-15",
        "end": "2026-02-23",
        "reminders": [],
    }
    assert (workday["summary"], workday["start"], workday["end"]) == (
        "春节(班)",
        "2026-02-14",
        "2026-02-14",
    )
    assert workday["reminders"] == [60]
    assert (lantern["start"], lantern["end"], len(lantern["key"])) == ("2026-03-03", "2026-03-03", 32)


def test_an_export_of_google() -> None:
    single, standup, *review = events_from_ics(FILES / "google.ics")
    assert single["start"] == "2026-01-05T01:00:00+00:00"
    assert (single["time_zone"], single["location"]) == ("UTC", "Room 1, floor 2")
    assert (standup["start"], standup["time_zone"]) == ("2026-01-05T09:00:00+08:00", "Asia/Shanghai")
    assert standup["recurrence"] == {
        "type": "weekly",
        "interval": 1,
        "days_of_week": ["monday", "wednesday"],
        "first_day_of_week": "sunday",
        "until": "2026-01-28T09:00:00+08:00",
    }
    assert [(one["key"], one["summary"], one["start"][:16]) for one in review] == [
        ("review@google.com#20260106T060000Z", "Review", "2026-01-06T14:00"),
        ("review@google.com#20260127T060000Z", "Review", "2026-01-27T14:00"),
        ("review@google.com#20260120T060000Z", "Review (moved)", "2026-01-21T16:00"),
    ]


def test_an_export_of_outlook() -> None:
    close, maintenance, *calls = events_from_ics(FILES / "outlook.ics")
    assert (close["time_zone"], close["reminders"]) == ("Asia/Shanghai", [15])
    assert close["key"].startswith("040000008200E00074C5B7101A82E008")
    assert close["key"].endswith("33445566778899")
    assert close["description"] == "Close the books.\nThen sign."
    assert close["recurrence"] == {
        "type": "relativeMonthly",
        "interval": 1,
        "days_of_week": ["friday"],
        "index": "last",
        "occurrences": 6,
    }
    assert (maintenance["start"], maintenance["end"]) == ("2026-04-01", "2026-04-02")
    # The clocks change on 29 March in the zone that the file defines.
    assert [(call["start"], call["time_zone"]) for call in calls] == [
        ("2026-03-23T10:00:00+01:00", "UTC"),
        ("2026-03-30T10:00:00+02:00", "UTC"),
    ]


def test_an_export_of_apple() -> None:
    birthday, freeze, shift = events_from_ics(FILES / "apple.ics")
    assert (birthday["start"], birthday["reminders"]) == ("1604-05-06", [])
    assert birthday["recurrence"] == {"type": "absoluteYearly", "interval": 1, "day_of_month": 6}
    assert freeze["recurrence"] == {"type": "daily", "interval": 1, "occurrences": 4}
    # The clocks skip an hour during this night.
    assert (shift["start"], shift["end"]) == ("2026-03-07T23:30:00-05:00", "2026-03-08T04:30:00-04:00")


def test_a_series_that_began_long_ago_is_expanded() -> None:
    options = {"since": "2026-01-01", "until": "2027-01-01", "expand": True}
    birthday = events_from_ics(FILES / "apple.ics", **options)[0]
    assert (birthday["key"][-9:], birthday["start"]) == ("#20260506", "2026-05-06")


@pytest.mark.parametrize("name", ["china_holidays", "google", "outlook", "apple"])
def test_the_calendar_equals_the_file(name: str, dingtalk_emulator: DingTalkEmulator) -> None:
    rows = events_from_ics(FILES / f"{name}.ics", since="2025-12-01", until="2027-01-01", expand=True)
    window = {"window_start": "2026-01-01", "window_end": "2026-12-25"}
    with DingTalkClient(settings_for(dingtalk_emulator)) as client:
        first, second = (
            client.sync_events("u", rows, namespace="file", time_zone="Asia/Shanghai", **window)
            for _ in range(2)
        )
    expected = [one for one in rows if datetime.fromisoformat(one["start"]).date().isoformat() < "2026-12-25"]
    assert len(first.created) == len(expected) > 0
    assert (second.created, second.updated, second.deleted) == ((), (), ())
    assert len(second.unchanged) == len(expected)
