"""The tables in docs/faults.md show how the stories end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tools.faults import document
from tools.faults.catalog import PEERS, STORIES
from tools.faults.expected import ending
from tools.faults.others import play_other, with_requests
from tools.faults.playing import MODES, play
from tools.faults.stage import RIGHT, Stage


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with Stage().opened() as opened:
        yield opened


@pytest.fixture(scope="module")
def tables() -> list[dict[str, list[str]]]:
    """Read the tables on the page: the totals, forty stories, and all stories in all modes."""
    return document.read(document.PATH.read_text("utf-8"))


@pytest.fixture(scope="module")
def peers(tables: list[dict[str, list[str]]]) -> dict[str, list[str]]:
    assert tables[1].pop("story") == list(document.COLUMNS)
    return tables[1]


def test_the_page_shows_how_forty_stories_end_with_our_operator(
    stage: Stage, peers: dict[str, list[str]]
) -> None:
    assert len(peers) == 40
    played = {story.name: str(play(stage, story, MODES["reuse"], "sync")) for story in PEERS}
    assert played == {name: row[0] for name, row in peers.items()}


def test_the_totals_are_those_of_the_stories(
    tables: list[dict[str, list[str]]], peers: dict[str, list[str]]
) -> None:
    assert tables[0] == {"of 40 stories": list(document.COLUMNS), **document.totals(peers)}


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("token: 503 systemBusy", "1, its id"),
        ("create, carried out: connection reset", "2 calendars"),
        ("create, carried out: 302 to elsewhere", "2 calendars; token sent elsewhere"),
        ("create, never carried out: 400 invalidParameter, always", "0, error"),
    ],
)
def test_the_page_shows_how_stories_end_with_plain_requests(
    stage: Stage, peers: dict[str, list[str]], name: str, outcome: str
) -> None:
    assert peers[name][document.COLUMNS.index("requests")] == outcome
    assert str(play_other(stage, STORIES[name], with_requests)) == outcome


def test_the_page_has_every_story_in_every_mode(tables: list[dict[str, list[str]]]) -> None:
    def cell(story: str, mode: str) -> str:
        outcome = ending(story, mode).outcome
        return document.YES if outcome == RIGHT else str(outcome)

    expected = {name: [*(cell(name, mode) for mode in MODES), document.why(name)] for name in STORIES}
    assert tables[2] == {"story": [*MODES, "why not"], **expected}
