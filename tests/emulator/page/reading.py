"""Reads the emulator's page. The page is well-formed XML, so broken or injected markup is an error."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import requests

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from tests.emulator.conftest import Caller


class Shown:
    """What a person sees on the page."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.root = ElementTree.fromstring(source)

    def tags(self, tag: str, kind: str = "", within: str = "") -> list[Element]:
        """Return all tags with this name and, if given, this class, below tags with another class."""
        tops = [one for one in self.root.iter() if within in one.get("class", "").split()]
        found = [one for top in (tops if within else [self.root]) for one in top.iter(tag)]
        return [one for one in found if not kind or kind in one.get("class", "").split()]

    def all_text(self, tag: str, kind: str = "", within: str = "") -> list[str]:
        return [text_of(one) for one in self.tags(tag, kind, within)]

    @property
    def text(self) -> str:
        (body,) = self.tags("body")
        return text_of(body)

    @property
    def kinds(self) -> set[str]:
        (body,) = self.tags("body")
        return {one.tag for one in body.iter()}

    @property
    def titles(self) -> list[str]:
        """The titles of the calendars."""
        return [title for title in self.all_text("h2")[1:] if title != "No calendars yet"]

    @property
    def people(self) -> list[tuple[str, str]]:
        """The roles and the people who have them."""
        return [(text_of(role), text_of(who)) for role, who in self.tags("div", within="people")]

    @property
    def requests(self) -> list[list[str]]:
        rows = self.tags("tr", within="requests")
        return [[text_of(cell) for cell in row] for row in rows if row[0].tag == "td"]

    @property
    def metered(self) -> str:
        (section,) = self.tags("section", "metered")
        return text_of(section)

    @property
    def bars(self) -> list[tuple[str, str, str]]:
        """The first and last day of each bar, and its text."""
        found = []
        for week in self.tags("ul", "week"):
            days = [time.get("datetime", "") for time in week.iter("time")]
            for bar in week:
                if "event" in bar.get("class", "").split():
                    _, _, place = bar.get("style", "").partition(": ")
                    column, _, span = place.partition(" / span ")
                    first = int(column) - 1
                    text = " ".join(text_of(part) for part in bar if part.get("class") != "when")
                    found.append((days[first], days[first + int(span) - 1], text))
        return found

    @cached_property
    def legend(self) -> list[str]:
        return self.all_text("p", "legend")


def opened(caller: Caller, month: str = "") -> Shown:
    """Open the page, without a token."""
    response = requests.get(caller.emulator.url, params={"month": month} if month else None, timeout=10)
    assert response.status_code == 200, response.text
    return Shown(response.text)


def text_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())
