"""The emulator's time, and what it still has to do when its time has come."""

from __future__ import annotations

import contextlib
from bisect import insort
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Clock = Callable[[], float]
"""Returns the time in seconds since the epoch, as ``time.time`` does."""


class EmulatorClock:
    """A clock that can be put back for a moment; not thread-safe, the application holds a lock.

    :param clock: the time while it is not put back.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._moment: float | None = None

    def __call__(self) -> float:
        """Return the time in seconds since the epoch."""
        return self._clock() if self._moment is None else self._moment

    @contextlib.contextmanager
    def at(self, moment: float) -> Iterator[None]:
        """Show another time inside the ``with`` block.

        :param moment: the time to show.
        """
        self._moment = moment
        try:
            yield
        finally:
            self._moment = None


class Agenda:
    """What is to be done later: no thread does it, but whoever looks next; not thread-safe.

    :param clock: the time.
    """

    def __init__(self, clock: EmulatorClock) -> None:
        self._clock = clock
        self._waiting: list[tuple[float, Callable[[], object]]] = []

    def add(self, due: float, action: Callable[[], object]) -> None:
        """Add what is to be done, behind all that is due at the same time.

        :param due: when, in seconds since the epoch.
        :param action: what to do.
        """
        insort(self._waiting, (due, action), key=lambda waiting: waiting[0])

    def catch_up(self) -> None:
        """Do all that is due, in order, each at the time by the clock at which it was due."""
        now = self._clock()
        while self._waiting and self._waiting[0][0] <= now:
            due, action = self._waiting.pop(0)
            with self._clock.at(due):
                action()

    def clear(self) -> None:
        """Forget it all."""
        self._waiting.clear()
