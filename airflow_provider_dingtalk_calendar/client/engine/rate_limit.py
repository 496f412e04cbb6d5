"""How many calls leave in a second: as many as DingTalk takes, so that none is refused.

https://help.dingtalk.io/open/development/call-frequency-limit
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field

#: Calls a second of one app and one API in a standard organization.
DEFAULT_CALLS_PER_SECOND = 20.0

#: What the time on the way may differ by, as a part of a window.
MARGIN = 0.05

#: How often, as a part of a window, to look whether a call has been answered.
LOOKS = 20

#: How many answers to learn from: a single one that came fast is forgotten.
REMEMBERED = 60

#: Seconds that are none: what a sum of seconds since the epoch may be off by.
NO_TIME = 1e-6


@dataclass
class _Line:
    """The calls of one key.

    :param turns: The newest, in their order.
    :param under_way: How many calls have left and are not answered.
    :param most_under_way: As many connections are open.
    :param durations: Seconds that the newest calls on open connections took to be answered.
    """

    turns: deque[Turn] = field(default_factory=deque)
    under_way: int = 0
    most_under_way: int = 0
    durations: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))


@dataclass(eq=False)
class Turn:
    """The turn of a call.

    :param line: Where it stands.
    :param window: In how many seconds there may be no more calls than fit between it and the one before.
    :param start: When it leaves or has left, in seconds since the epoch.
    :param before: The call that opens the window that this one may not be in; None once this one has left.
    :param has_left: Whether it has.
    :param answered: When it was answered, in seconds since the epoch.
    :param opens: Whether it has perhaps opened a connection, and was late for it.
    """

    line: _Line = field(repr=False)
    window: float
    start: float
    before: Turn | None = field(default=None, repr=False)
    has_left: bool = False
    answered: float | None = None
    opens: bool = False

    @property
    def is_under_way(self) -> bool:
        """Whether nobody knows yet when it arrives."""
        return self.has_left and self.answered is None

    def latest(self, now: float) -> float:
        """Return when it left at the latest, had it gone as fast as the fastest."""
        if not self.has_left:
            return self.start
        fastest = min(self.line.durations, default=0.0)
        if self.answered is None:
            # One that hangs is not to hold up the others for ever.
            return max(self.start, min(now - fastest, self.start + self.window))
        return max(self.start, self.answered - fastest)


class Limiter:
    """Whose turn it is: of the calls of one key, only so many arrive in the time of one window.

    The limit counts arrivals, of which only this is known: a call does not arrive before it leaves, and one
    that took longer than the fastest may have arrived that much later, such as one that had to open a
    connection. So a window begins where the call that opens it arrived at the latest.

    It counts the calls of one process. Where several tasks call the same API at the same time, each is to
    have its share of the limit.
    """

    def __init__(self) -> None:
        self._lines: defaultdict[str, _Line] = defaultdict(_Line)
        self._guard = threading.Lock()

    def turn(self, key: str, rate: float, now: float) -> Turn:
        """Join the line.

        :param key: The app and the operation.
        :param rate: Calls a second.
        :param now: Seconds since the epoch.
        """
        calls = max(1, int(rate))
        with self._guard:
            line = self._lines[key]
            turn = Turn(line, calls / rate * (1 + MARGIN), now)
            if len(line.turns) >= calls:
                turn.before = line.turns[-calls]
            line.turns.append(turn)
            while len(line.turns) > calls:
                line.turns.popleft()
        return turn

    def pause(self, turn: Turn, now: float) -> float:
        """Return how many seconds to wait and ask again; 0 if the call is to leave now.

        :param turn: Its turn.
        :param now: Seconds since the epoch.
        """
        with self._guard:
            pause = _pause(turn, now)
            turn.start = now + pause
            if not pause:
                line = turn.line
                turn.has_left, turn.before = True, None
                line.under_way += 1
                turn.opens = line.under_way > line.most_under_way
                line.most_under_way = max(line.under_way, line.most_under_way)
        return pause

    def answered(self, turn: Turn, now: float, *, in_whole: bool) -> None:
        """Note what came of a call that has left.

        :param turn: Its turn.
        :param now: Seconds since the epoch.
        :param in_whole: Whether it was carried out, so that it tells how long that takes.
        """
        with self._guard:
            turn.answered = now
            line = turn.line
            line.under_way -= 1
            if in_whole and not turn.opens and now > turn.start:
                line.durations.append(now - turn.start)


def _pause(turn: Turn, now: float) -> float:
    before = turn.before
    if before is None or (before.has_left and max(before.start, before.answered or 0.0) > now + turn.window):
        # The first ones, or the clock was set back.
        return 0.0
    pause = before.latest(now) + turn.window - now
    if pause <= NO_TIME:
        return 0.0
    if before.is_under_way:
        return max(before.start + turn.window - now, turn.window / LOOKS)
    # For each call in the line a window, unless the clock was set back.
    return min(pause, turn.window * (1 + len(turn.line.turns)))
