"""Pauses before repeats, with a simulated clock."""

from __future__ import annotations

import heapq
import random
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_dingtalk_calendar.client.engine.effects import Chance, Exclusive, Mask, Now, Send, Wait
from airflow_provider_dingtalk_calendar.exceptions import DingTalkError, ThrottledError
from tests.client.story import SETTINGS, Operations, Story, answer, refusal, token
from tests.client.test_session import CREATED, QPM, QPS, SCOPE


def create(client: Operations) -> Any:
    return client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)


def test_a_pause_is_lengthened_at_random() -> None:
    story = Story([token(), QPS, QPS, CREATED], chance=0.25)
    assert create(Operations(story)) == "calendar-1"
    assert story.waits == [1.25, 2.5]


@given(chance=st.floats(0, 1, exclude_max=True), max_wait=st.floats(0, 60))
def test_a_pause_is_never_shorter_than_dingtalk_asks_nor_longer_than_the_budget(
    chance: float, max_wait: float
) -> None:
    story = Story([token(), *[QPS] * 20], chance=chance)
    with pytest.raises(ThrottledError):
        create(Operations(story, replace(SETTINGS, max_wait=max_wait)))
    floors = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
    assert len(story.waits) == sum(sum(floors[: number + 1]) <= max_wait for number in range(6))
    for floor, waited in zip(floors, story.waits, strict=False):
        assert floor <= waited <= 2 * floor
    assert sum(story.waits) <= max_wait + 1e-9


def test_chance_does_not_turn_a_pause_that_fits_into_a_failure() -> None:
    story = Story([token(), QPM, CREATED], chance=0.9)
    assert create(Operations(story, replace(SETTINGS, max_wait=60.0))) == "calendar-1"
    assert story.waits == [60.0]


class Crowd:
    """Processes that call at the same moment. DingTalk accepts ``rate`` calls a second to each operation.

    :param rate: Calls a second.
    :param chance: Returns random numbers.
    """

    def __init__(self, rate: int, chance: Callable[[], float]) -> None:
        self._rate, self._chance = rate, chance
        self._admitted: dict[str, deque[float]] = {}
        self.throttled = 0
        self.ended: Counter[str] = Counter()
        self.time = 0.0

    def run(self, processes: int, max_wait: float) -> None:
        settings = replace(SETTINGS, max_wait=max_wait)
        agenda: list[tuple[float, int, Any, Any]] = []
        for number in range(processes):
            client = Operations(Story(), settings)
            flow = Operations.create_subscribed_calendar.flow(client, "u", name="n", subscribe_scope=SCOPE)
            agenda.append((0.0, number, self._flat(flow), None))
        while agenda:
            self.time, number, flow, argument = heapq.heappop(agenda)
            try:
                action = flow.send(argument)
            except StopIteration:
                self.ended["well"] += 1
                continue
            except DingTalkError as error:
                self.ended[type(error).__name__] += 1
                continue
            if isinstance(action, Wait):
                heapq.heappush(agenda, (self.time + action.seconds, number, flow, None))
            else:
                heapq.heappush(agenda, (self.time + 0.05, number, flow, self._sent(action.request.url)))

    def _flat(self, flow: Any) -> Any:
        """Yield the actions that take time, and carry out all others."""
        step, argument = flow.send, None
        while True:
            try:
                action = step(argument)
            except StopIteration as stop:
                return stop.value
            step, argument = flow.send, None
            match action:
                case Send() | Wait():
                    argument = yield action
                case Now():
                    argument = self.time
                case Chance():
                    argument = self._chance()
                case Exclusive(_, inner):
                    try:
                        argument = yield from self._flat(inner)
                    except DingTalkError as error:
                        step, argument = flow.throw, error
                case _:
                    assert isinstance(action, Mask)

    def _sent(self, url: str) -> Any:
        recent = self._admitted.setdefault(url, deque())
        while recent and recent[0] <= self.time - 1.0:
            recent.popleft()
        if len(recent) >= self._rate:
            self.throttled += 1
            return refusal(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi")
        recent.append(self.time)
        return token() if url.endswith("accessToken") else answer({"calendarId": "c"})


@pytest.mark.parametrize("seed", range(5))
def test_120_processes_that_create_at_once_end_well(seed: int) -> None:
    crowd = Crowd(20, random.Random(seed).random)
    crowd.run(120, max_wait=30.0)
    assert crowd.ended == {"well": 120}


def test_without_chance_they_would_meet_again_and_again() -> None:
    crowd = Crowd(20, float)
    crowd.run(120, max_wait=30.0)
    assert crowd.ended["QpsLimitError"] >= 20
