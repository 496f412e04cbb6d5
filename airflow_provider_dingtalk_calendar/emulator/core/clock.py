"""The emulator's clock, and actions that are due later."""

from __future__ import annotations

import contextlib
from bisect import insort
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Clock = Callable[[], float]
"""A function that returns the time in seconds since the epoch, such as ``time.time``."""


class EmulatorClock:
    """A clock that can be moved, for a while or for good. Not thread-safe, so the application holds a lock.

    :param clock: returns the time to show until the clock is moved.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = 0.0
        self._moment: float | None = None

    def __call__(self) -> float:
        """Return the time in seconds since the epoch."""
        return self._clock() + self._ahead if self._moment is None else self._moment

    def advance(self, seconds: float) -> None:
        """Move the clock. The clock runs on from the new time.

        :param seconds: how far to move the clock. A negative number moves it back.
        """
        self._ahead += seconds

    @contextlib.contextmanager
    def at(self, moment: float) -> Iterator[None]:
        """Show another time inside the ``with`` block.

        :param moment: the time to show, in seconds since the epoch.
        """
        self._moment = moment
        try:
            yield
        finally:
            self._moment = None


class Agenda:
    """Actions that are due later. Not thread-safe.

    Due actions run when the emulator is next used, not in a thread of their own.
    """

    def __init__(self, clock: EmulatorClock) -> None:
        self._clock = clock
        self._waiting: list[tuple[float, Callable[[], object]]] = []

    def add(self, due: float, action: Callable[[], object]) -> None:
        """Add an action. The action runs after earlier actions that are due at the same time.

        :param due: the time of the action, in seconds since the epoch.
        """
        insort(self._waiting, (due, action), key=lambda waiting: waiting[0])

    def catch_up(self) -> None:
        """Run all due actions in order. During each action, the clock shows the time when it was due."""
        now = self._clock()
        while self._waiting and self._waiting[0][0] <= now:
            due, action = self._waiting.pop(0)
            with self._clock.at(due):
                action()

    def clear(self) -> None:
        """Forget all actions."""
        self._waiting.clear()
