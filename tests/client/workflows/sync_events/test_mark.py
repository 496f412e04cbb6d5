"""The mark in a description is found, however clients change the text. Similar texts are not marks."""

from __future__ import annotations

import pytest

from airflow_provider_dingtalk_calendar.client.workflows.sync_events.mark import Mark, comparable, read_mark
from tests.client.workflows.sync_events.world import CHANGES_TEXT

MARK = Mark("team.a+b(c)*$^&co<x>", "month's|close-2026-01", "3fa9c1d2")


@pytest.mark.parametrize("change", CHANGES_TEXT)
@pytest.mark.parametrize("text", ["", "Be quick", "a & b <c>\n\n'd' \"e\"  "])
def test_the_mark_survives(change: str, text: str) -> None:
    changed = CHANGES_TEXT[change](MARK.below(text))
    assert read_mark(changed) == MARK
    assert comparable(changed) == comparable(MARK.below(text)) == comparable(text)


def test_text_after_the_mark_leaves_the_mark() -> None:
    changed = f"{MARK.below('Be quick')}\nRemember [the] cake"
    assert read_mark(changed) == MARK
    assert comparable(changed) == comparable("Be quick\nRemember [the] cake")


def test_the_last_of_several_marks_counts() -> None:
    assert read_mark(f"{Mark('n', 'old', '00000000')}\n{MARK}") == MARK


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "airflow n/k 3fa9c1d2",
        "[airflow n/k]",
        "[airflow docs/page one]",
        "[airflow n/k 3fa9c1d]",
        "[airflow n/k 3fa9c1d22]",
        "[airflow nk 3fa9c1d2]",
        "[airflow n/k/l 3fa9c1d2]",
        "[Airflow n/k 3fa9c1d2]",
    ],
)
def test_other_text_is_no_mark(text: str | None) -> None:
    assert read_mark(text) is None
