"""What a page and its translation have in common, and where they differ."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby, zip_longest

from tests.provider.docs.pages import README, TRANSLATION, slug

BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
#: Versions, amounts, permissions, hosts, files.
FACT = re.compile(r"[A-Za-z0-9]+(?:[.,][A-Za-z0-9]+)+|\d+")


@dataclass(frozen=True)
class Part:
    """A code block, the row of a table, an item of a list, or a paragraph."""

    kind: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A heading and what is under it."""

    heading: str
    parts: tuple[Part, ...]

    @property
    def level(self) -> int:
        return len(self.heading.partition(" ")[0])

    @property
    def title(self) -> str:
        return self.heading.partition(" ")[2]


def differences(original: str, translation: str) -> list[str]:
    """Return what of the original is not so in its translation, one line each."""
    ours, theirs = sections(original), sections(translation)
    if [section.level for section in ours] != [section.level for section in theirs]:
        pairs = zip_longest(ours, theirs, fillvalue=Section("none", ()))
        return ["sections: " + ", ".join(f"{one.heading} = {other.heading}" for one, other in pairs)]
    found = []
    for one, other in zip(ours, theirs, strict=True):
        kinds, other_kinds = ([part.kind for part in section.parts] for section in (one, other))
        if kinds != other_kinds:
            found.append(f"{one.title}: {told(kinds)}, translated: {told(other_kinds)}")
            continue
        for part, translated in zip(one.parts, other.parts, strict=True):
            found += [f"{one.title}, {part.kind}: {line}" for line in differences_of(part, translated)]
    return found


def told(kinds: list[str]) -> str:
    """Return how many there are of each kind that stand together, in their order."""
    return ", ".join(f"{len(list(same))} {kind}" for kind, same in groupby(kinds))


def sections(text: str) -> list[Section]:
    """Return the sections of a page, with links to a section as its number, alike in every language."""
    blocks = BLOCK.findall(text)
    bare = BLOCK.sub("@block@", text)
    titles = re.findall(r"^#+ (.*)$", bare, re.MULTILINE)
    numbers = {slug(title): number for number, title in enumerate(titles)}
    bare = re.sub(r"\]\(#([^)]+)\)", lambda link: f"](#{numbers.get(link[1], link[1])})", bare)
    bare = re.sub(rf"\[[^]]+\]\(({re.escape(README)}|{re.escape(TRANSLATION)})\)", "[](other)", bare)
    found = re.findall(r"^(#+ .*)\n((?:(?!#+ ).*\n)*)", bare, re.MULTILINE)
    return [Section(heading, tuple(parts(content, blocks))) for heading, content in found]


def parts(text: str, blocks: list[str]) -> list[Part]:
    """Return what is in a section, and take its code blocks off the list."""
    found = []
    for part in re.split(r"\n{2,}|\n(?=\| |- |@)", text.strip()):
        if part == "@block@":
            found.append(Part("code block", (blocks.pop(0),)))
        elif part.startswith("| "):
            found.append(Part("table row", tuple(part[2:-2].split(" | "))))
        else:
            found.append(Part("list item" if part.startswith("- ") else "paragraph", (part,)))
    return found


def differences_of(part: Part, translated: Part) -> list[str]:
    """Return what differs in one place. A translation may write as a figure what the original spells out."""
    if part.kind == "code block":
        return [] if part == translated else [f"{part.cells[0]}\ntranslated:\n{translated.cells[0]}"]
    if len(part.cells) != len(translated.cells):
        return [f"{len(part.cells)} cells, translated: {len(translated.cells)}"]
    found = []
    for cell, other in zip(part.cells, translated.cells, strict=True):
        for what, pattern in (("code", CODE), ("links", LINK)):
            named, renamed = (
                sorted(" ".join(name.split()) for name in pattern.findall(text)) for text in (cell, other)
            )
            if named != renamed:
                found.append(f"{what} {named}, translated: {renamed}")
        lost = Counter(FACT.findall(bare(cell))) - Counter(FACT.findall(bare(other)))
        if lost:
            found.append(f"not translated: {sorted(lost)}")
    return found


def bare(text: str) -> str:
    """Return a text without its code and the targets of its links."""
    return LINK.sub("]", CODE.sub("", text))
