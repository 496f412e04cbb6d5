"""The fault stories, as data: what goes wrong, with which request, when, and how often.

Stories do not depend on a client. :mod:`tools.faults.playing` plays them, and :mod:`tools.faults.expected`
lists their expected outcomes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from airflow_provider_dingtalk_calendar.emulator import Fault
from airflow_provider_dingtalk_calendar.emulator.core.errors import (
    ACCESS_TOKEN_PERMISSION_DENIED,
    INVALID_AUTHENTICATION,
    MONTHLY_QUOTA,
    OTHER_PARAMETER,
    QPS_LIMIT,
    ErrorAnswer,
)

TOKEN, LIST, CREATE = "GetAccessToken", "ListCalendars", "CreateSubscribedCalendar"

#: More requests than any client sends.
ALWAYS = 1000


def _documented(answer: ErrorAnswer) -> Fault:
    return Fault.error(answer.status, answer.code, answer.message)


#: DingTalk refuses the request, and repeating it is useless.
FINAL_REFUSALS: Mapping[str, Fault] = {
    "403 monthly quota": _documented(MONTHLY_QUOTA),
    "403 missing permission": _documented(ACCESS_TOKEN_PERMISSION_DENIED),
    "400 invalidParameter": _documented(OTHER_PARAMETER),
}

#: DingTalk refuses the request, but repeating it might succeed.
PASSING_REFUSALS: Mapping[str, Fault] = {
    "400 InvalidAuthentication": _documented(INVALID_AUTHENTICATION),
    "403 QPS limit": _documented(QPS_LIMIT),
    "403 per-minute limit": Fault.error(
        403, "Forbidden.AccessDenied.QpsLimitForSuitekeyAndOrgAndApi", "Too many calls in this minute."
    ),
    "200 IP block": Fault.ip_block(),
    "200 IP block in HTML": Fault.html(),
}

#: The client cannot know whether DingTalk carried out the request.
LOST: Mapping[str, Fault] = {
    "500": Fault.error(500, "internalError", "The server has failed."),
    "503 systemBusy": Fault.error(503, "systemBusy", "The server is busy."),
    "429 system.busy": Fault.error(429, "system.busy", "The server is busy."),
    "400 system.error": Fault.error(400, "system.error", "unknown system error"),
    "connection reset": Fault.drop(),
    "silence": Fault.silence(),
    "half an answer": Fault.truncated(),
    "200 empty": Fault.empty(),
    "200 no JSON": Fault.not_json(),
    "200 page of a proxy": Fault.proxy_page(),
    "403 page of a proxy": Fault.proxy_page(403),
    "302 to elsewhere": Fault.redirect("where the stage says"),
    "200 without the promised field": Fault.answer(200, {"success": True}),
}

KINDS: Mapping[str, Fault] = {**FINAL_REFUSALS, **PASSING_REFUSALS, **LOST}

#: Seconds from the arrival of a failed request until DingTalk carries it out. LATE falls before the last list
#: request of the same try. LATER falls between two tries.
NEVER, AT_ONCE, LATE, LATER = None, 0.0, 3.0, 20.0
MOMENTS: Mapping[float | None, str] = {
    NEVER: "never carried out",
    AT_ONCE: "carried out",
    LATE: "carried out 3 s later",
    LATER: "carried out 20 s later",
}


@dataclass(frozen=True)
class Wrong:
    """One failure.

    :param kind: One of ``KINDS``.
    :param operation: The operation whose request fails.
    :param effect: When DingTalk carries out the failed request; one of ``MOMENTS``.
    :param times: The number of requests that fail.
    """

    kind: str
    operation: str
    effect: float | None = NEVER
    times: int = 1

    def fault(self, elsewhere: str) -> Fault:
        """Return the fault to order from the emulator.

        :param elsewhere: The target of a redirect.
        """
        fault = KINDS[self.kind].on(self.operation).times(self.times)
        if fault.location:
            fault = replace(fault, location=elsewhere)
        if self.effect is NEVER:
            return fault
        return fault.after_effect() if self.effect == AT_ONCE else fault.late_effect(self.effect)

    def __str__(self) -> str:
        place = {TOKEN: "token", LIST: "list", CREATE: f"create, {MOMENTS[self.effect]}"}[self.operation]
        often = {1: "", 2: ", twice", ALWAYS: ", always"}.get(self.times, f", {self.times} times")
        return f"{place}: {self.kind}{often}"


@dataclass(frozen=True)
class Story:
    """The failures that happen while a task creates a calendar.

    :param first: The failure that is active from the start.
    :param then: The failures that start when the first create request has arrived.
    :param lag: Seconds until lists show a new calendar.
    """

    first: Wrong
    then: tuple[Wrong, ...] = ()
    lag: float = 0.0

    @property
    def name(self) -> str:
        """The name of the story in the tables."""
        lag = f"; lists lag {self.lag:g} s" if self.lag else ""
        return "; then ".join(map(str, (self.first, *self.then))) + lag

    @property
    def is_silent(self) -> bool:
        """Whether a client has to wait for a timeout in real time."""
        return any(wrong.kind == "silence" for wrong in (self.first, *self.then))


def _stories() -> Iterator[Story]:
    for kind in KINDS:
        yield Story(Wrong(kind, TOKEN))
        yield Story(Wrong(kind, LIST))
        for moment in MOMENTS:
            yield Story(Wrong(kind, CREATE, moment))
    for kind in (*PASSING_REFUSALS, *LOST):
        yield Story(Wrong(kind, CREATE, NEVER, times=2))
    for kind in PASSING_REFUSALS:
        yield Story(Wrong(kind, CREATE, AT_ONCE, times=2))
    for kind in ("400 InvalidAuthentication", "403 QPS limit", "429 system.busy", "503 systemBusy"):
        yield Story(Wrong(kind, TOKEN, times=2))
        yield Story(Wrong(kind, LIST, times=2))
    yield from _lagging()
    yield from _combined()


def _lagging() -> Iterator[Story]:
    for kind in (*PASSING_REFUSALS, *LOST):
        yield Story(Wrong(kind, CREATE, AT_ONCE), lag=3.0)
    for kind in ("503 systemBusy", "connection reset", "200 empty", "302 to elsewhere"):
        yield Story(Wrong(kind, CREATE, AT_ONCE), lag=20.0)
    yield Story(Wrong("connection reset", CREATE, LATE), lag=3.0)
    yield Story(Wrong("connection reset", CREATE, LATER), lag=20.0)
    yield Story(Wrong("connection reset", CREATE, NEVER), lag=20.0)


def _combined() -> Iterator[Story]:
    lost = Wrong("connection reset", CREATE, AT_ONCE)
    for kind in KINDS:
        yield Story(lost, then=(Wrong(kind, LIST),))
    for kind in ("403 QPS limit", "503 systemBusy", "connection reset"):
        # One try requests the list four times, so only the next try receives a list.
        yield Story(lost, then=(Wrong(kind, LIST, times=4),))
        yield Story(replace(lost, effect=NEVER), then=(Wrong(kind, LIST, times=4),))
    for kind in ("403 missing permission", "503 systemBusy"):
        yield Story(Wrong(kind, LIST, times=ALWAYS))
        yield Story(lost, then=(Wrong(kind, LIST, times=ALWAYS),))
    for kind in ("403 monthly quota", "400 invalidParameter", "503 systemBusy"):
        yield Story(Wrong(kind, CREATE, NEVER, times=ALWAYS))
    yield Story(Wrong("503 systemBusy", TOKEN, times=ALWAYS))
    later = replace(lost, effect=LATER)
    for kind in ("400 InvalidAuthentication", "403 missing permission", "connection reset"):
        yield Story(later, then=(Wrong(kind, TOKEN),))
    for kind in ("403 QPS limit", "503 systemBusy"):
        # The first request is lost, and the second is refused.
        yield Story(replace(lost, effect=NEVER), then=(Wrong(kind, CREATE, AT_ONCE),))
    yield Story(replace(lost, effect=NEVER), then=(Wrong("503 systemBusy", CREATE, LATER),))


STORIES: Mapping[str, Story] = {story.name: story for story in _stories()}


_PEERS: Mapping[tuple[str, float | None], tuple[str, ...]] = {
    (TOKEN, NEVER): (
        "403 QPS limit",
        "503 systemBusy",
        "connection reset",
        "silence",
        "200 no JSON",
        "302 to elsewhere",
        "200 without the promised field",
    ),
    (CREATE, NEVER): (
        "403 missing permission",
        "400 InvalidAuthentication",
        "403 QPS limit",
        "429 system.busy",
        "503 systemBusy",
        "connection reset",
        "silence",
        "200 empty",
        "200 without the promised field",
    ),
    (CREATE, AT_ONCE): (
        "403 QPS limit",
        "500",
        "503 systemBusy",
        "429 system.busy",
        "connection reset",
        "silence",
        "half an answer",
        "200 empty",
        "200 no JSON",
        "302 to elsewhere",
        "200 without the promised field",
    ),
    (CREATE, LATE): ("503 systemBusy", "connection reset", "silence"),
    (CREATE, LATER): ("429 system.busy", "503 systemBusy", "connection reset", "200 empty"),
}


def _peers() -> Iterator[Story]:
    for (operation, effect), kinds in _PEERS.items():
        for kind in kinds:
            yield Story(Wrong(kind, operation, effect))
    yield Story(Wrong("403 monthly quota", CREATE, NEVER, times=ALWAYS))
    yield Story(Wrong("400 invalidParameter", CREATE, NEVER, times=ALWAYS))
    yield Story(Wrong("503 systemBusy", CREATE, NEVER, times=2))
    yield Story(Wrong("connection reset", CREATE, AT_ONCE), lag=3.0)
    yield Story(Wrong("503 systemBusy", CREATE, AT_ONCE), lag=20.0)
    yield Story(Wrong("connection reset", CREATE, AT_ONCE), then=(Wrong("503 systemBusy", LIST, times=4),))


#: Forty stories that are also played with the official SDK and with plain ``requests``.
PEERS: tuple[Story, ...] = tuple(STORIES[story.name] for story in _peers())
