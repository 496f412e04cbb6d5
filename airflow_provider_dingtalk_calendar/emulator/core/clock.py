"""The emulator's clock, and actions that are due later."""

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
    """A clock that can be set back for a moment. Not thread-safe: the application holds a lock.

    :param clock: the time while it is not set back.
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

        :param moment: in seconds since the epoch.
        """
        self._moment = moment
        try:
            yield
        finally:
            self._moment = None


class Agenda:
    """Actions that are due later. No thread runs them: the next request does. Not thread-safe."""

    def __init__(self, clock: EmulatorClock) -> None:
        self._clock = clock
        self._waiting: list[tuple[float, Callable[[], object]]] = []

    def add(self, due: float, action: Callable[[], object]) -> None:
        """Add an action, behind all that are due at the same time.

        :param due: in seconds since the epoch.
        """
        insort(self._waiting, (due, action), key=lambda waiting: waiting[0])

    def catch_up(self) -> None:
        """Run every action that is due, in order. The clock shows when each one was due."""
        now = self._clock()
        while self._waiting and self._waiting[0][0] <= now:
            due, action = self._waiting.pop(0)
            with self._clock.at(due):
                action()

    def clear(self) -> None:
        """Forget all actions."""
        self._waiting.clear()
