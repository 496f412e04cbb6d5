"""README and the pages of docs/: code blocks, each claimed by the test that runs it, and tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
README = "README.md"
TRANSLATION = "README.zh-CN.md"
PAGES = [README, TRANSLATION, *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md"))]


@dataclass(frozen=True)
class Block:
    """A code block."""

    page: str
    language: str
    text: str


#: The blocks that a test runs.
CLAIMED: set[Block] = set()


@cache
def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def blocks_of(page: str) -> list[Block]:
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", text_of(page), re.MULTILINE | re.DOTALL)
    assert len(fenced) * 2 == text_of(page).count("```"), f"{page}: a block in a form that is not read here"
    return [Block(page, language, text) for language, text in fenced]


def claims(page: str, language: str, *numbers: int) -> pytest.MarkDecorator:
    """Run a test with blocks of a page, one after the other, as its argument ``block``.

    :param numbers: Which blocks of the language, from 0; all where none is given.
    """
    of_language = [block for block in blocks_of(page) if block.language == language]
    found = [of_language[number] for number in numbers] if numbers else of_language
    assert found, f"{page} has no block in {language}"
    CLAIMED.update(found)
    return pytest.mark.parametrize("block", [block.text for block in found], ids=range(len(found)))


def section(page: str, heading: str) -> str:
    """Return what is under a heading, as far as the next one of any level."""
    text = text_of(page)
    begin = text.index(f"{heading}\n")
    return text[begin : text.find("\n#", begin)] if "\n#" in text[begin:] else text[begin:]


def slug(heading: str) -> str:
    """Return the anchor of a heading, as GitHub and MkDocs both make it of plain words."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def rows_of(page: str, header: str) -> list[list[str]]:
    """Return the cells of the table with this header."""
    text = text_of(page)
    lines = text[text.index(header) :].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip()[1:-1].split(" | ")] for line in lines]
