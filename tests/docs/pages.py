"""Find the code blocks, links and headings of the README and of the pages in docs/."""

from __future__ import annotations

import re
import textwrap
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = "README.md"
TRANSLATION = "README.zh-CN.md"
PAGES = [
    *(README, TRANSLATION, "CHANGELOG.md", "SECURITY.md"),
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")),
]
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


@cache
def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def blocks_of(page: str, language: str) -> list[str]:
    """Return the code blocks of a page that are in a given language."""
    return [textwrap.dedent(text) for _, found, text in BLOCK.findall(text_of(page)) if found == language]


def block_with(page: str, language: str, content: str) -> str:
    """Return the only code block of a page that contains a given string."""
    (found,) = (text for text in blocks_of(page, language) if content in text)
    return found


def links_of(text: str) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", text)


def slug(heading: str) -> str:
    """Return the anchor of a heading. GitHub and MkDocs build it in the same way for plain words."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
