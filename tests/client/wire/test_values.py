"""Checks of names and ids: a string without visible content is refused, and the error names the field."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.client.wire.values import (
    check_ids,
    check_path_id,
    check_query_value,
    check_text,
)
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

INVISIBLE = (
    "",
    " \t\r\n",
    "\u200b",  # zero width space
    "\u200d\ufe0f",  # zero width joiner, variation selector
    "\u2060\ufeff",
    "\u00ad",  # soft hyphen
    "\u202e",  # right-to-left override
    "\u034f",  # combining grapheme joiner
    "\u115f\u1160\u3164\uffa0",  # Hangul fillers
    "\u2800",  # Braille without dots
    "\u3000",  # ideographic space
    "\0",
)


@pytest.mark.parametrize("text", INVISIBLE, ids=ascii)
def test_a_text_of_invisible_characters_is_blank(text: str) -> None:
    for check in (check_text, check_path_id):
        with pytest.raises(InvalidArgumentError, match=rf"^x must not be blank \(length: {len(text)}\)$"):
            check("x", text)
    with pytest.raises(InvalidArgumentError, match=r"^x\[1\] must not be blank"):
        check_ids("x", ["u", text])
    check_text("x", text, required=False)


@pytest.mark.parametrize(
    "text",
    ["a", ".a", "é", "日历", "📅", "\u200b📅\ufe0f", "\u3164a", "\u093f", "\ue000"],
    ids=ascii,
)
def test_a_text_with_a_visible_character_is_kept(text: str) -> None:
    check_text("x", text)
    check_path_id("x", text)
    assert check_ids("x", (text,)) == [text]


def test_the_text_of_a_missing_value_is_no_name_and_no_id() -> None:
    for check in (check_text, check_path_id, check_query_value):
        with pytest.raises(InvalidArgumentError, match=r"^x must not be the text 'None', which stands for a"):
            check("x", "None")
    with pytest.raises(InvalidArgumentError, match=r"^x\[0\] must not be the text 'None'"):
        check_ids("x", ["None"])
    check_text("x", "None", required=False)
    for text in ("none", "None of us", "null"):
        check_text("x", text)


@pytest.mark.parametrize("item", [None, 7, b"u", ["u"]])
def test_an_id_in_a_list_is_a_string(item: Any) -> None:
    with pytest.raises(InvalidArgumentError, match=rf"^x\[1\] must be a string, not {type(item).__name__}"):
        check_ids("x", ["u", item])
