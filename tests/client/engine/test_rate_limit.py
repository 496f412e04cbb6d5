"""The rate limiter, with a simulated clock and network, and over HTTP."""

from __future__ import annotations

import heapq
import itertools
import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from airflow_provider_dingtalk_calendar.client.engine.attempts import Pace
from airflow_provider_dingtalk_calendar.client.engine.effects import (
    Flow,
    NotSent,
    Now,
    Outcome,
    Request,
    Response,
    Send,
    Unknown,
    Wait,
)
from airflow_provider_dingtalk_calendar.client.engine.endpoint import Endpoint
from airflow_provider_dingtalk_calendar.client.engine.rate_limit import Limiter
from airflow_provider_dingtalk_calendar.client.resources.calendars import (
    DELETE_SUBSCRIBED_CALENDAR,
    LIST_CALENDARS,
)
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tests.client.both import AsyncCaller, SyncCaller, settings_for

REQUEST = Request("GET", "https://dingtalk.invalid/", {})
BEGINNING = 1_800_000_000.0
#: The most by which a call can arrive late, as a fraction of the window.
LATE = 0.05
#: For each rate in calls per second: the calls in a window, and the length of the window in seconds.
WINDOWS = {
    100.0: (100, 1.0),
    20.0: (20, 1.0),
    5.0: (5, 1.0),
    2.5: (2, 0.8),
    1.0: (1, 1.0),
    0.5: (1, 2.0),
}
#: Floating-point tolerance for sums of seconds since the epoch.
TINY = 1e-5


@dataclass
class Road:
    """A simulated network. A call opens a connection if none is free, and the connection stays open.

    :param opening: Seconds to open a connection.
    :param there: Seconds from sending a call to its arrival.
    :param back: Seconds from the arrival of a call to its answer, including the server's work.
    :param late: Returns the seconds by which the next call is late.
    """

    opening: float = 0.0
    there: float = 0.1
    back: float = 0.1
    late: Callable[[], float] = lambda: 0.0
    time: float = BEGINNING
    connections: int = 0
    arrivals: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    #: Outcomes of the first calls, in the order of sending. All later calls are answered.
    outcomes: Iterator[Outcome] = field(default_factory=lambda: iter(()))

    def drive(self, callers: list[Flow[Any]]) -> None:
        """Run all callers to completion, each step at its simulated time."""
        order = itertools.count()
        agenda: list[tuple[float, int, Flow[Any], Any]] = []
        using: set[int] = set()
        for caller in callers:
            heapq.heappush(agenda, (self.time, next(order), caller, None))
        while agenda:
            self.time, _, caller, argument = heapq.heappop(agenda)
            using.discard(id(caller))
            try:
                action = caller.send(argument)
                while isinstance(action, Now):
                    action = caller.send(self.time)
            except StopIteration:
                continue
            if isinstance(action, Wait):
                assert action.seconds > 0
                then: tuple[float, Any] = (self.time + action.seconds, None)
            else:
                assert isinstance(action, Send)
                using.add(id(caller))
                is_open = len(using) <= self.connections
                self.connections = max(self.connections, len(using))
                then = self._sent(action.request, is_open=is_open)
            heapq.heappush(agenda, (then[0], next(order), caller, then[1]))

    def _sent(self, request: Request, *, is_open: bool) -> tuple[float, Outcome]:
        outcome = next(self.outcomes, Response(200, b"{}"))
        arrival = self.time + (0.0 if is_open else self.opening) + self.there + self.late()
        if not isinstance(outcome, NotSent):
            self.arrivals[request.method].append(arrival)
        return arrival + self.back, outcome


def most_in_a_window(arrivals: list[float], seconds: float) -> int:
    """Return the maximum number of arrivals in any window of the given length."""
    times = sorted(arrivals)
    return max(
        sum(1 for other in times[index : index + 1000] if other - first < seconds - TINY)
        for index, first in enumerate(times)
    )


def calls(
    pace: Pace, number: int, endpoint: Endpoint[Any] = LIST_CALENDARS, pause: float = 0.0
) -> Flow[None]:
    for _ in range(number):
        yield from pace.send(endpoint, replace(REQUEST, method=endpoint.operation))
        if pause:
            yield Wait(pause)


def reached(arrivals: list[float]) -> float:
    """Return the average number of calls per second between the first and the last arrival."""
    return (len(arrivals) - 1) / (max(arrivals) - min(arrivals))


@settings(max_examples=150, deadline=None)
@given(
    rate=st.sampled_from([20.0, 20.0, 5.0, 1.0, 2.5, 0.5]),
    callers=st.integers(1, 70),
    each=st.integers(1, 6),
    opening=st.floats(0, 0.6),
    there=st.floats(0, 0.3),
    back=st.floats(0, 0.3),
    seed=st.integers(0, 2**32),
)
@example(rate=20.0, callers=20, each=4, opening=0.5, there=0.1, back=0.1, seed=0)
@example(rate=20.0, callers=60, each=4, opening=0.5, there=0.1, back=0.1, seed=0)
@example(rate=20.0, callers=30, each=4, opening=0.3, there=0.1, back=0.0, seed=0)
@example(rate=0.5, callers=3, each=3, opening=0.6, there=0.1, back=0.1, seed=0)
def test_no_window_holds_more_arrivals_than_the_limit(
    *, rate: float, callers: int, each: int, opening: float, there: float, back: float, seed: int
) -> None:
    number, window = WINDOWS[rate]
    jitter = random.Random(seed)
    # In the worst case the first call of a window is on time and the last call is late by the full margin.
    road = Road(opening, there, back, late=lambda: jitter.uniform(0, LATE * window))
    pace = Pace(Limiter(), "app", rate)
    road.drive([calls(pace, each) for _ in range(callers)])
    arrivals = road.arrivals["ListCalendars"]
    assert len(arrivals) == callers * each
    assert most_in_a_window(arrivals, window) <= number


@pytest.mark.parametrize("rate", [20.0, 5.0, 1.0, 0.5, 2.5, 100.0])
@pytest.mark.parametrize("latency", [0.0, 0.02, 0.2, 0.8, 3.0])
def test_the_rate_is_nearly_that_of_the_limit(rate: float, latency: float) -> None:
    road, (number, window) = Road(there=latency / 2, back=latency / 2), WINDOWS[rate]
    # A few more callers than are needed to reach the limit at this latency.
    callers = math.ceil(rate * (latency + 0.1)) + 5
    pace = Pace(Limiter(), "app", rate)
    road.drive([calls(pace, 30 * number // callers + 3) for _ in range(callers)])
    arrivals = sorted(road.arrivals["ListCalendars"])
    assert most_in_a_window(arrivals, window) <= number
    # The limiter first learns how long a call takes.
    learned = BEGINNING + 3 * (latency + window)
    assert reached([time for time in arrivals if time > learned]) >= 0.9 * rate
    # During this phase, the limiter is slower by at most one call's duration per window.
    assert reached(arrivals) >= 0.75 * rate


def test_the_first_calls_leave_at_once() -> None:
    road = Road()
    pace = Pace(Limiter(), "app", 20.0)
    road.drive([calls(pace, 1) for _ in range(20)])
    assert set(road.arrivals["ListCalendars"]) == {BEGINNING + 0.1}


def test_a_call_now_and_then_never_waits() -> None:
    road = Road()
    pace = Pace(Limiter(), "app", 20.0)
    road.drive([calls(pace, 50, pause=0.06)])
    gaps = [after - before for before, after in itertools.pairwise(road.arrivals["ListCalendars"])]
    assert max(gaps) < 0.2 + 0.06 + TINY


def test_operations_and_apps_have_a_limit_each() -> None:
    road, limiter = Road(), Limiter()
    first, second = Pace(limiter, "app", 5.0), Pace(limiter, "other", 5.0)
    road.drive(
        [calls(first, 1) for _ in range(5)]
        + [calls(first, 1, DELETE_SUBSCRIBED_CALENDAR) for _ in range(5)]
        + [calls(second, 1) for _ in range(5)]
    )
    assert len(road.arrivals["ListCalendars"]) == 10
    assert {time for times in road.arrivals.values() for time in times} == {BEGINNING + 0.1}
    road.drive([calls(first, 1)])
    assert road.time > BEGINNING + 1.0


def test_clients_of_one_app_have_one_limit_in_common() -> None:
    road, limiter = Road(), Limiter()
    road.drive([calls(Pace(limiter, "app", 5.0), 1) for _ in range(10)])
    assert most_in_a_window(road.arrivals["ListCalendars"], 1.0) == 5


@pytest.mark.parametrize("back", [60.0, 3600.0, 1e9])
def test_a_clock_that_is_set_back_lets_nobody_wait_for_long(back: float) -> None:
    road, pace = Road(), Pace(Limiter(), "app", 20.0)
    road.drive([calls(pace, 3) for _ in range(20)])
    road.time -= back
    before = road.time
    road.drive([calls(pace, 3) for _ in range(20)])
    assert road.time - before < 5.0


def in_turn(limiter: Limiter, calls: int, latency: float, time: float) -> tuple[float, float]:
    """Send calls, at most twenty at once. Return the time that passed, and the time at the end."""
    begun, under_way = time, []
    for _ in range(calls):
        turn = limiter.turn("key", 20.0, time)
        while pause := limiter.pause(turn, time):
            time += pause
            while under_way and under_way[0][0] <= time:
                moment, ended = under_way.pop(0)
                limiter.answered(ended, moment, in_whole=True)
        under_way.append((time + latency, turn))
        if len(under_way) == 20:
            moment, ended = under_way.pop(0)
            time = max(time, moment)
            limiter.answered(ended, moment, in_whole=True)
    for moment, ended in under_way:
        limiter.answered(ended, moment, in_whole=True)
    return time - begun, time + latency


def test_a_single_answer_that_came_fast_slows_nobody_down_for_ever() -> None:
    limiter = Limiter()
    _, time = in_turn(limiter, 100, 0.3, BEGINNING)
    turn = limiter.turn("key", 20.0, time)
    while pause := limiter.pause(turn, time):
        time += pause
    limiter.answered(turn, time + 0.005, in_whole=True)
    _, time = in_turn(limiter, 100, 0.3, time + 2)
    seconds, _ = in_turn(limiter, 200, 0.3, time + 2)
    assert 200 / seconds >= 0.9 * 20


def test_a_clock_that_was_ahead_for_a_moment_lets_nobody_wait_for_an_hour() -> None:
    limiter = Limiter()
    turns = [limiter.turn("key", 20.0, BEGINNING) for _ in range(20)]
    for turn in turns:
        assert limiter.pause(turn, BEGINNING) == 0
        limiter.answered(turn, BEGINNING + 3600, in_whole=True)
    assert limiter.pause(limiter.turn("key", 20.0, BEGINNING + 1), BEGINNING + 1) <= 2


@pytest.mark.parametrize("outcome", [NotSent("refused"), Unknown("ReadTimeout")])
def test_calls_without_an_answer_hold_nobody_up(outcome: Outcome) -> None:
    road = Road(outcomes=iter([outcome] * 30))
    pace = Pace(Limiter(), "app", 20.0)
    road.drive([calls(pace, 10) for _ in range(20)])
    arrivals = road.arrivals["ListCalendars"]
    assert most_in_a_window(arrivals, 1.0) <= 20
    assert road.time - BEGINNING < 12.0


def test_one_call_that_hangs_holds_the_others_up_for_a_moment_only() -> None:
    hanging = iter([30.0])
    road = Road(late=lambda: next(hanging, 0.0))
    pace = Pace(Limiter(), "app", 20.0)
    road.drive([calls(pace, 5) for _ in range(40)])
    arrivals = sorted(road.arrivals["ListCalendars"])
    assert len([time for time in arrivals if time < BEGINNING + 15]) >= 190


@pytest.mark.parametrize("kind", [SyncCaller, AsyncCaller])
def test_sixty_calls_at_once_and_none_is_refused(kind: type[Any]) -> None:
    with DingTalkEmulator(qps_limit=20, latency=0.1) as emulator:
        call = kind(settings_for(emulator, calls_per_second=20.0))
        results = call.together("list_calendars", [(f"user-{number}",) for number in range(60)])
        call.close()
        entries = emulator.journal.of("ListCalendars")
    assert [type(result) for result in results] == [list] * 60
    assert [entry.status for entry in entries] == [200] * 60
    assert most_in_a_window([entry.time for entry in entries], 1.0) <= 20


def test_of_eighty_calls_from_twenty_threads_none_is_refused() -> None:
    with DingTalkEmulator(qps_limit=20, latency=0.1) as emulator:
        call = SyncCaller(settings_for(emulator, calls_per_second=20.0))
        with ThreadPoolExecutor(20) as pool:
            list(pool.map(lambda number: call("list_calendars", f"user-{number}"), range(80)))
        call.close()
        entries = emulator.journal.of("ListCalendars")
    assert [entry.status for entry in entries] == [200] * 80
