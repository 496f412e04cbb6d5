"""The expected outcome of every story: one calendar and its id, or another outcome and the reason for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tools.faults.catalog import (
    ALWAYS,
    AT_ONCE,
    CREATE,
    KINDS,
    LATE,
    LATER,
    LIST,
    LOST,
    NEVER,
    PASSING_REFUSALS,
    STORIES,
    TOKEN,
    Story,
    Wrong,
)
from tools.faults.playing import MODES
from tools.faults.stage import ITS_ID, RIGHT, Outcome

ALL = tuple(MODES)
NEVER_LOOKS = ("create, never looks first",)
LOOKS = tuple(mode for mode in MODES if mode not in NEVER_LOOKS)
REUSES = ("reuse", "reuse, no memory", "update", "several")
NO_REUSE = tuple(mode for mode in MODES if mode not in REUSES)
CREATES = tuple(mode for mode in MODES if mode.startswith("create"))
MUST_LOOK = tuple(mode for mode in MODES if not mode.startswith("create"))

#: After these refusals, the same call repeats the request within seconds.
REPEATED_AT_ONCE = ("400 InvalidAuthentication", "403 QPS limit")

CLASSES = {
    "403 monthly quota": "MonthlyQuotaError",
    "403 missing permission": "MissingPermissionError",
    "400 invalidParameter": "InvalidParameterError",
}


class Ending(NamedTuple):
    """The expected outcome of a story in one mode.

    The reason is empty if the outcome is one calendar and its id.
    """

    outcome: Outcome
    reason: str = ""


def _of_several(story: Story, outcome: Outcome) -> Outcome:
    """Return the outcome of a task with several calendars if the create request of the first fails for good.

    The error names the calendar. The other calendar is created, unless the failure would end every call.
    """
    if story.first.operation != CREATE or story.then or outcome.end == ITS_ID:
        return outcome
    stops = story.first.kind in {"403 monthly quota", "403 missing permission"}
    return Outcome(0 if stops else outcome.calendars, "PartialFailureError")


@dataclass
class Exceptions:
    """The cells of the table whose expected outcome is not one calendar and its id."""

    cells: dict[tuple[str, str], Ending] = field(default_factory=dict)

    def add(
        self, calendars: int, end: str, reason: str, stories: Iterable[Story], modes: Collection[str]
    ) -> None:
        """Add the outcome of these stories in these modes."""
        for story in stories:
            for mode in modes:
                cell = (story.name, mode)
                if story.name not in STORIES or cell in self.cells:
                    raise ValueError(f"unknown story, or cell added twice: {cell}")
                outcome = Outcome(calendars, end)
                self.cells[cell] = Ending(
                    _of_several(story, outcome) if mode == "several" else outcome, reason
                )


def _creates(kinds: Iterable[str], *effects: float | None, lag: float = 0.0, times: int = 1) -> list[Story]:
    """Return the stories in which the create request fails in one of the given ways."""
    return [Story(Wrong(kind, CREATE, effect, times), lag=lag) for kind in kinds for effect in effects]


RESET = Wrong("connection reset", CREATE, AT_ONCE)
RESET_LATER = Wrong("connection reset", CREATE, LATER)


def _final_refusals(table: Exceptions) -> None:
    final, lie = "a final refusal", "a final refusal that lies: the client believes it, so there is no retry"
    for kind, name in CLASSES.items():
        # Modes that do not have to list calendars can continue without this permission.
        may_not_look = kind == "403 missing permission"
        needs_token = (*MUST_LOOK, *NEVER_LOOKS) if may_not_look else ALL
        table.add(0, name, final, [Story(Wrong(kind, TOKEN))], needs_token)
        table.add(0, name, final, [Story(Wrong(kind, LIST))], MUST_LOOK if may_not_look else LOOKS)
        table.add(0, name, final, _creates([kind], NEVER), ALL)
        table.add(1, name, lie, _creates([kind], AT_ONCE, LATE, LATER), ALL)
        if not may_not_look:
            table.add(0, name, final, _creates([kind], NEVER, times=ALWAYS), ALL)
    token = Wrong("403 missing permission", TOKEN)
    table.add(
        1, "MissingPermissionError", "the next try gets a final refusal", [Story(RESET_LATER, (token,))], ALL
    )


def _refused_tokens(table: Exceptions) -> None:
    kind, name = "400 InvalidAuthentication", "InvalidTokenError"
    no_token, new_too = "the token request gets a final refusal", "a new token is refused too"
    table.add(0, name, no_token, [Story(Wrong(kind, TOKEN)), Story(Wrong(kind, TOKEN, times=2))], ALL)
    table.add(1, name, no_token, [Story(RESET_LATER, (Wrong(kind, TOKEN),))], ALL)
    table.add(0, name, new_too, [Story(Wrong(kind, LIST, times=2))], LOOKS)
    table.add(0, name, new_too, _creates([kind], NEVER, times=2), ALL)
    both = f"{new_too}; both refusals lie, and the client believes them"
    table.add(2, name, both, _creates([kind], AT_ONCE, times=2), NO_REUSE)


def _lies(table: Exceptions) -> None:
    """Add the false temporary refusals: DingTalk says that it refused the request, but carries it out.

    The client believes a refusal. Only ``reuse`` accepts any calendar with the name, so only then does the
    client read the list before it repeats the request.
    """
    unseen = "a refusal that lies; lists show its calendar only after the client repeats the request"
    believed = "a refusal that lies; the client believes it"
    table.add(2, ITS_ID, unseen, _creates(REPEATED_AT_ONCE, LATE, LATER), ALL)
    table.add(2, ITS_ID, unseen, _creates(REPEATED_AT_ONCE, AT_ONCE, lag=3.0), ALL)
    table.add(2, ITS_ID, believed, _creates(REPEATED_AT_ONCE, AT_ONCE), NO_REUSE)
    table.add(3, ITS_ID, believed, _creates(["403 QPS limit"], AT_ONCE, times=2), NO_REUSE)
    others = [kind for kind in PASSING_REFUSALS if kind not in REPEATED_AT_ONCE]
    sooner_or_later = (
        *_creates(others, AT_ONCE, LATE, LATER),
        *_creates(others, AT_ONCE, lag=3.0),
    )
    table.add(1, "CalendarExistsError", believed, sooner_or_later, ("fail",))
    table.add(1, "CalendarExistsError", believed, _creates(others, AT_ONCE, times=2), ("fail",))
    table.add(2, ITS_ID, believed, sooner_or_later, CREATES)
    table.add(3, ITS_ID, believed, _creates(others, AT_ONCE, times=2), CREATES)


def _lost_answers(table: Exceptions) -> None:
    name, unknown = "AmbiguousOutcomeError", "a calendar has the name, and the task did not look first"
    table.add(1, name, unknown, _creates(LOST, AT_ONCE), NEVER_LOOKS)
    table.add(1, name, unknown, [Story(RESET, (Wrong(kind, LIST),)) for kind in KINDS], NEVER_LOOKS)
    four = ("403 QPS limit", "503 systemBusy", "connection reset")
    table.add(1, name, unknown, [Story(RESET, (Wrong(kind, LIST, times=4),)) for kind in four], NEVER_LOOKS)


def _what_never_ends(table: Exceptions) -> None:
    refused, busy = (Wrong(kind, LIST, times=ALWAYS) for kind in ("403 missing permission", "503 systemBusy"))
    may_not, cannot = "the app has no permission to list calendars", "every list request fails"
    table.add(0, "MissingPermissionError", may_not, [Story(refused)], MUST_LOOK)
    table.add(1, "MissingPermissionError", may_not, [Story(RESET, (refused,))], ALL)
    table.add(0, "ServerBusyError", cannot, [Story(busy)], LOOKS)
    table.add(1, "ServerBusyError", cannot, [Story(RESET, (busy,))], ALL)
    outage = "the same request fails in every try"
    table.add(0, "ServerBusyError", outage, [Story(Wrong("503 systemBusy", TOKEN, times=ALWAYS))], ALL)
    table.add(0, "OutcomeUnknownError", outage, _creates(["503 systemBusy"], NEVER, times=ALWAYS), ALL)


def _exceptions() -> Mapping[tuple[str, str], Ending]:
    table = Exceptions()
    for write_down in (_final_refusals, _refused_tokens, _lies, _lost_answers, _what_never_ends):
        write_down(table)
    return table.cells


EXCEPTIONS = _exceptions()


def ending(story: str, mode: str) -> Ending:
    """Return the expected outcome of a story in one mode."""
    return EXCEPTIONS.get((story, mode), Ending(RIGHT))
