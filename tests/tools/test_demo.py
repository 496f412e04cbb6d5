"""How the demo judges its two daily runs."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from tools.demo import Day, find_problem

NOON = datetime(2026, 5, 1, 12, tzinfo=timezone.utc)
FIRST = Day("2026-01-05", "A", NOON, NOON + timedelta(seconds=5))
SECOND = Day("2026-01-06", "A", NOON + timedelta(seconds=5), NOON + timedelta(seconds=9))
SECOND_WITH_ANOTHER = Day("2026-01-06", "B", SECOND.began, SECOND.ended)
SECOND_TOO_EARLY = Day("2026-01-06", "A", NOON, SECOND.ended)


def test_one_calendar_on_two_days_is_good() -> None:
    assert find_problem([FIRST, SECOND], ["A"]) is None


@pytest.mark.parametrize(
    ("days", "held", "told"),
    [
        ([FIRST], ["A"], "the days that ran are"),
        ([SECOND, FIRST], ["A"], "the days that ran are"),
        ([FIRST, SECOND_TOO_EARLY], ["A"], "began before"),
        ([FIRST, SECOND], [], "0 calendars"),
        ([FIRST, SECOND], ["A", "B"], "2 calendars"),
        ([FIRST, SECOND_WITH_ANOTHER], ["A"], "read on 2026-01-06"),
        ([FIRST, SECOND], ["B"], "read on 2026-01-05, 2026-01-06"),
    ],
)
def test_anything_else_is_reported(days: list[Day], held: list[str], told: str) -> None:
    assert told in (find_problem(days, held) or "")
