"""Rate limiter: sends calls as fast as DingTalk accepts them, so that no call is refused.

https://help.dingtalk.io/open/development/call-frequency-limit
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field

from .per_process import PerProcess

#: Calls per second that a standard organization may make with one app to one API.
DEFAULT_CALLS_PER_SECOND = 20.0

#: Extra length of a window, as a fraction of the window, to cover differences in travel time.
MARGIN = 0.05

#: How many times per window to check whether a call that holds up others has been answered.
CHECKS = 20

#: Number of newest durations kept for each key, so that a single fast answer is soon forgotten.
REMEMBERED = 60

#: Tolerance, in seconds, for floats that hold seconds since the epoch.
TOLERANCE = 1e-6


@dataclass
class _Line:
    """The calls with one key.

    :param turns: The newest turns, in order.
    :param in_flight: Number of calls that have left and are not answered yet.
    :param most_in_flight: Maximum number of calls in flight so far, which is the number of open connections.
    :param durations: Seconds from request to answer of the newest calls on open connections.
    """

    turns: deque[Turn] = field(default_factory=deque)
    in_flight: int = 0
    most_in_flight: int = 0
    durations: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))


@dataclass(eq=False)
class Turn:
    """The turn of one call.

    :param line: The calls with the same key as this call.
    :param window: Length of a window in seconds, with margin.
    :param start: Time at which the call leaves or has left, in seconds since the epoch.
    :param before: The call that is one full window of calls ahead in the line; None if there is none, or once
        this call has left.
    :param has_left: Whether the call has left.
    :param answered: Time of the answer, in seconds since the epoch; None if there is none yet.
    :param may_open: Whether the call may have opened a connection, which takes longer.
    """

    line: _Line = field(repr=False)
    window: float
    start: float
    before: Turn | None = field(default=None, repr=False)
    has_left: bool = False
    answered: float | None = None
    may_open: bool = False

    def latest_arrival(self, now: float) -> float:
        """Return the latest possible arrival time of the call, minus the travel time of the fastest call.

        :param now: Seconds since the epoch.
        """
        if not self.has_left:
            return self.start
        fastest = min(self.line.durations, default=0.0)
        if self.answered is None:
            # A call that hangs must not hold up the others for more than a window.
            return max(self.start, min(now - fastest, self.start + self.window))
        return max(self.start, self.answered - fastest)


class _Lines:
    """The lines of one process, by key."""

    def __init__(self) -> None:
        self.guard = threading.Lock()
        self.by_key: defaultdict[str, _Line] = defaultdict(_Line)


class Limiter:
    """Limits how many calls with one key arrive within one window.

    DingTalk counts arrivals, and a client sees only departures and answers. A call arrives after it leaves. A
    call that takes longer than the fastest call, for example because it opens a connection, may arrive later
    by the difference. So a window starts at the latest time at which its first call can have arrived.

    A token bucket would be simpler, but it counts departures. More calls than the limit would then arrive
    within a second while connections open.

    A limiter counts the calls of one process. Tasks that call the same API at the same time must divide the
    API's limit among themselves.
    """

    def __init__(self) -> None:
        self._lines = PerProcess(_Lines)

    def turn(self, key: str, rate: float, now: float) -> Turn:
        """Join the line, and return the turn of the call.

        :param key: Key of the app and the operation.
        :param rate: Calls per second.
        :param now: Seconds since the epoch.
        """
        calls = max(1, int(rate))
        lines = self._lines.value
        with lines.guard:
            line = lines.by_key[key]
            turn = Turn(line, calls / rate * (1 + MARGIN), now)
            if len(line.turns) >= calls:
                turn.before = line.turns[-calls]
            line.turns.append(turn)
            while len(line.turns) > calls:
                line.turns.popleft()
        return turn

    def pause(self, turn: Turn, now: float) -> float:
        """Return how many seconds to wait before asking again. 0 means that the call is sent now.

        :param turn: Turn of the call.
        :param now: Seconds since the epoch.
        """
        with self._lines.value.guard:
            pause = _pause(turn, now)
            turn.start = now + pause
            if not pause:
                line = turn.line
                turn.has_left, turn.before = True, None
                line.in_flight += 1
                turn.may_open = line.in_flight > line.most_in_flight
                line.most_in_flight = max(line.in_flight, line.most_in_flight)
        return pause

    def answered(self, turn: Turn, now: float, *, in_whole: bool) -> None:
        """Record the end of a call.

        :param turn: Turn of the call.
        :param now: Seconds since the epoch.
        :param in_whole: Whether the answer was complete and neither a redirect nor an error. Only then does
            the duration of the call count.
        """
        with self._lines.value.guard:
            turn.answered = now
            line = turn.line
            line.in_flight -= 1
            if in_whole and not turn.may_open and now > turn.start:
                line.durations.append(now - turn.start)


def _pause(turn: Turn, now: float) -> float:
    before, window = turn.before, turn.window
    if before is None:
        return 0.0
    if before.has_left and max(before.start, before.answered or 0.0) > now + window:
        # The clock was set back.
        return 0.0
    pause = before.latest_arrival(now) + window - now
    if pause <= TOLERANCE:
        return 0.0
    if before.has_left and before.answered is None:
        return max(before.start + window - now, window / CHECKS)
    # Wait at most one window for each call in line, in case the clock was set back.
    return min(pause, window * (1 + len(turn.line.turns)))
