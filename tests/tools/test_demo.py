"""How the demo judges its two daily runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tools.demo import DAYS, EXAMPLES, Day, find_problem, read, report

FIRST = Day("2026-01-05", "A", ("create Release, 2026-02-11",), {"created": 6, "deleted": 0})
SECOND = Day("2026-01-06", "A", ("update Release, 2026-02-11 start",), {"updated": 1, "unchanged": 5})
LIST = [("2026-02-11", "Release")]


def test_one_calendar_that_equals_the_list_is_good() -> None:
    assert find_problem([FIRST, SECOND], ["A"], LIST, LIST) is None
    assert list(report([FIRST, SECOND], LIST, None, 9.0)) == [
        "2026-01-05: 6 created",
        "  create Release, 2026-02-11",
        "2026-01-06: 1 updated, 5 unchanged",
        "  update Release, 2026-02-11 start",
        "the DingTalk emulator has 1 events:",
        "  2026-02-11  Release",
        "OK: one calendar, and it equals the list (9 s; logs are in .demo/logs)",
    ]


@pytest.mark.parametrize(
    ("days", "calendars", "held", "told"),
    [
        ([FIRST], ["A"], LIST, "the days that ran are"),
        ([SECOND, FIRST], ["A"], LIST, "the days that ran are"),
        ([FIRST, SECOND], [], LIST, "0 calendars"),
        ([FIRST, SECOND], ["A", "B"], LIST, "2 calendars"),
        ([FIRST, replace(SECOND, calendar_id="B")], ["A"], LIST, "used on 2026-01-06"),
        ([FIRST, SECOND], ["A"], [], "the calendar has"),
        ([FIRST, SECOND], ["A"], LIST * 2, "the calendar has"),
        ([FIRST, replace(SECOND, changes=())], ["A"], LIST, "nothing was changed on 2026-01-06"),
    ],
)
def test_anything_else_is_reported(
    days: list[Day], calendars: list[str], held: list[tuple[str, str]], told: str
) -> None:
    assert told in (find_problem(days, calendars, held, LIST) or "")


def test_the_changes_fit_the_example() -> None:
    table = EXAMPLES / "releases.csv"
    assert len(list(read(table))) == 6
    assert all(old in table.read_text("utf-8") for changes in DAYS.values() for old in changes)
