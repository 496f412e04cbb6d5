"""How many calls leave in a second: as many as DingTalk takes, so that none is refused.

https://help.dingtalk.io/open/development/call-frequency-limit
"""

from __future__ import annotations

import math
import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field

#: Calls a second of one app and one API in a standard organization.
DEFAULT_CALLS_PER_SECOND = 20.0

#: What the time on the way may differ by, as a part of a window.
MARGIN = 0.05


@dataclass
class Turn:
    """When a call leaves.

    :param start: In seconds since the epoch.
    :param arrival: By when it was on its way; the opening of a connection is part of that.
    """

    start: float
    arrival: float


@dataclass
class _Line:
    """The calls of one key.

    :param turns: The newest, in their order.
    :param shortest: Seconds that the fastest of them took to be answered.
    """

    turns: deque[Turn] = field(default_factory=deque)
    shortest: float = math.inf


class Limiter:
    """Whose turn it is: of the calls of one key, only so many are under way in the time of one window.

    The limit counts arrivals, of which only this is known: a call does not arrive before it leaves, and one
    that took longer than the fastest may have arrived that much later. So a window begins where the call that
    opens it arrived at the latest.

    It counts the calls of one process. Where several tasks call the same API at the same time, each is to
    have its share of the limit.
    """

    def __init__(self) -> None:
        self._lines: defaultdict[str, _Line] = defaultdict(_Line)
        self._guard = threading.Lock()

    def turn(self, key: str, rate: float, now: float) -> Turn:
        """Take the next turn.

        :param key: The app and the operation.
        :param rate: Calls a second.
        :param now: Seconds since the epoch.
        """
        calls = max(1, int(rate))
        window = calls / rate * (1 + MARGIN)
        with self._guard:
            turns = self._lines[key].turns
            if turns and turns[0].start > now + window * len(turns):
                # Taken before the clock was set back.
                turns.clear()
            start = now if len(turns) < calls else max(now, turns[-calls].arrival + window)
            turn = Turn(start, start)
            turns.append(turn)
            while len(turns) > calls and turns[0].arrival <= now - window:
                turns.popleft()
        return turn

    def answered(self, key: str, turn: Turn, now: float) -> None:
        """Note that the call of a turn has been answered.

        :param key: The app and the operation.
        :param turn: The turn.
        :param now: Seconds since the epoch.
        """
        with self._guard:
            line = self._lines[key]
            line.shortest = min(line.shortest, max(0.0, now - turn.start))
            turn.arrival = max(turn.start, now - line.shortest)
