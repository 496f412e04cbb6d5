"""How many calls leave in a second: as many as DingTalk takes, so that none is refused.

https://help.dingtalk.io/open/development/call-frequency-limit
"""

from __future__ import annotations

import threading
from collections import deque

#: Calls a second of one app and one API in a standard organization.
DEFAULT_CALLS_PER_SECOND = 20.0

#: A call may take that much longer on its way than the one that left a window before it.
MARGIN = 0.1


class Limiter:
    """Whose turn it is: of any calls of one key, only so many leave in the time of one window.

    It counts the calls of one process. Where several tasks call the same API at the same time, each is to
    have its share of the limit.
    """

    def __init__(self) -> None:
        self._turns: dict[str, deque[float]] = {}
        self._guard = threading.Lock()

    def turn(self, key: str, rate: float, now: float) -> float:
        """Take the next turn and return how many seconds it is away.

        :param key: The app and the operation.
        :param rate: Calls a second.
        :param now: Seconds since the epoch.
        """
        calls = max(1, int(rate))
        window = calls / rate * (1 + MARGIN)
        with self._guard:
            turns = self._turns.setdefault(key, deque())
            while turns and turns[0] <= now - window:
                turns.popleft()
            if turns and turns[0] > now + window:
                # Taken before the clock was set back.
                turns.clear()
            start = now if len(turns) < calls else max(now, turns[-calls] + window)
            turns.append(start)
        return start - now
