"""The results of the benchmarks: their lines, bounds and table."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from tools.benchmarks.table import HEADER, Bound, Line, markdown, missed, report, save, shown


def line(ours: float, theirs: float, bound: Bound | None = None, unit: str = "") -> Line:
    return Line("somewhere", "requests", ours, "the SDK", theirs, unit, bound)


@pytest.mark.parametrize(
    ("ours", "theirs", "bound", "is_missed"),
    [
        (115, 100, Bound(1.15), False),
        (116, 100, Bound(1.15), True),
        (101, 200, Bound(101, of="ours"), False),
        (102, 200, Bound(101, of="ours"), True),
        (19, 20, Bound(0.95, at_least=True), False),
        (18.9, 20, Bound(0.95, at_least=True), True),
        (30, 0, Bound(30, of="ours"), False),
        (1000, 1, None, False),
        (0, 0, Bound(1), True),
        (math.nan, 1, Bound(1), True),
        (math.nan, 1, Bound(1, at_least=True), True),
    ],
)
def test_a_figure_beyond_its_bound_misses_it(
    ours: float, theirs: float, bound: Bound | None, is_missed: bool
) -> None:
    assert line(ours, theirs, bound).is_missed is is_missed


def test_a_missed_bound_is_named_and_the_exit_status_is_1(capsys: pytest.CaptureFixture[str]) -> None:
    good, late = line(1, 2, Bound(1)), line(3, 2, Bound(1), "ms")
    assert report([good]) == 0
    assert "bound missed" not in capsys.readouterr().out
    assert report([good, late]) == 1
    assert missed([good, late]) == [late]
    *_, last = capsys.readouterr().out.splitlines()
    assert last == ("bound missed: somewhere: requests: 3 ms; the SDK: 2 ms; ratio 1.50 (≤ 1) MISSED")


def test_each_line_is_a_row() -> None:
    text = markdown([line(101, 200, Bound(101, of="ours")).cells, line(0, 0).cells])
    assert text.splitlines() == [
        f"| {' | '.join(HEADER)} |",
        "| --- | --- | --- | --- | --- | --- |",
        "| requests | 101 | the SDK | 200 | 0.505 | ours ≤ 101 |",
        "| requests | 0 | the SDK | 0 |  |  |",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (10_000, "10,000"), (1234.5, "1,234"), (123.4, "123"), (1.234, "1.23"), (0.0123, "0.0123")],
)
def test_numbers_have_three_significant_digits(value: float, text: str) -> None:
    assert shown(value) == text


def test_saved_figures_are_not_rounded(tmp_path: Path) -> None:
    save([line(1 / 3, 2, Bound(1))], tmp_path / "lines.json")
    (kept,) = json.loads((tmp_path / "lines.json").read_text("utf-8"))
    assert kept["ours"] == 1 / 3
    assert kept["bound"] == {"limit": 1, "of": "ratio", "at_least": False}
