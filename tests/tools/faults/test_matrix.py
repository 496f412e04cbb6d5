"""Every story ends with one calendar and its id, or with the expected exception.

Every story is played with the sync and the async client in every mode, with up to four tries.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tools.faults.catalog import AT_ONCE, CREATE, FINAL_REFUSALS, LATE, LOST, STORIES, Story, Wrong
from tools.faults.expected import CLASSES, EXCEPTIONS, ending
from tools.faults.playing import MODES, Mode, blind_creates, play
from tools.faults.stage import RIGHT, Stage

KINDS = ("sync", "async")
BLIND = " after a request that creates was sent blindly"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with Stage().opened() as opened:
        yield opened


def ended(stage: Stage, story: Story, mode: str, kind: str) -> str:
    outcome = play(stage, story, MODES[mode], kind)
    return f"{outcome}{BLIND if blind_creates(stage.emulator.journal) else ''}"


def ended_in_real_time(story: Story, kind: str) -> dict[str, str]:
    """Play a story in all modes at once, with real timeouts. Return how it ended in each mode."""

    def in_one_mode(mode: str) -> str:
        with Stage().opened() as stage:
            return ended(stage, story, mode, kind)

    with ThreadPoolExecutor(len(MODES)) as pool:
        return dict(zip(MODES, pool.map(in_one_mode, MODES), strict=True))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("story", STORIES.values(), ids=list(STORIES))
def test_a_story_ends_as_expected(stage: Stage, story: Story, kind: str) -> None:
    if story.is_silent:
        played = ended_in_real_time(story, kind)
    else:
        played = {mode: ended(stage, story, mode, kind) for mode in MODES}
    assert played == {mode: str(ending(story.name, mode).outcome) for mode in MODES}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("answer", [answer for answer in LOST if answer != "silence"])
def test_a_calendar_that_appears_within_seconds_is_found_in_the_same_try(
    stage: Stage, answer: str, kind: str
) -> None:
    at_once, late = (Wrong(answer, CREATE, effect) for effect in (AT_ONCE, LATE))
    for story in (Story(at_once), Story(late), Story(at_once, lag=3.0)):
        for mode in ("reuse", "fail", "create, looks first, beside another"):
            assert play(stage, story, MODES[mode], kind, tries=1) == RIGHT


#: The outcomes on Airflow before 3.3 if a task needs two tries. Each story has three outcomes: with ``fail``,
#: with ``create``, and with ``create`` if the name is taken. The second try has no record of what the
#: first try found and sent.
FORGOTTEN = {
    "create, carried out: 503 systemBusy": ("1, its id", "1, its id", "1, its id"),
    "create, never carried out: 503 systemBusy": ("1, its id", "1, its id", "0, AmbiguousOutcomeError"),
    "create, never carried out: 403 per-minute limit": ("1, its id", "1, its id", "0, AmbiguousOutcomeError"),
    "list: 200 IP block": ("1, its id", "1, its id", "0, AmbiguousOutcomeError"),
    "create, carried out 20 s later: 503 systemBusy": (
        "1, CalendarExistsError",
        "1, AmbiguousOutcomeError",
        "1, AmbiguousOutcomeError",
    ),
    "create, carried out: 403 per-minute limit": (
        "1, CalendarExistsError",
        "1, AmbiguousOutcomeError",
        "1, AmbiguousOutcomeError",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FORGOTTEN)
def test_without_a_memory_a_second_try_fails_rather_than_guesses(stage: Stage, name: str, kind: str) -> None:
    modes = (
        Mode("fail", has_memory=False),
        Mode("create", has_memory=False),
        Mode("create", has_memory=False, has_older=True),
    )
    assert tuple(str(play(stage, STORIES[name], mode, kind)) for mode in modes) == FORGOTTEN[name]


def test_no_story_is_expected_to_send_a_token_elsewhere() -> None:
    assert not any(found.outcome.token_elsewhere for found in EXCEPTIONS.values())


def test_only_a_refusal_that_lies_makes_two_calendars() -> None:
    for (name, _), found in EXCEPTIONS.items():
        if found.outcome.calendars > 1:
            first = STORIES[name].first
            assert "lie" in found.reason
            assert first.kind not in {*LOST, *FINAL_REFUSALS}
            assert first.effect is not None


def test_every_exception_has_a_reason() -> None:
    for found in EXCEPTIONS.values():
        assert found.outcome != RIGHT
        assert found.reason
    assert set(CLASSES) == set(FINAL_REFUSALS)
