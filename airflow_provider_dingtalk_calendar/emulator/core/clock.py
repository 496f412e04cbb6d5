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
    """A clock that can show another time for a while. Not thread-safe, so the application holds a lock.

    :param clock: returns the time to show, except inside a ``with`` block of ``at``.
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

        :param moment: the time to show, in seconds since the epoch.
        """
        self._moment = moment
        try:
            yield
        finally:
            self._moment = None


class Agenda:
    """Actions that are due later. Due actions run with the next request, not in a thread. Not thread-safe."""

    def __init__(self, clock: EmulatorClock) -> None:
        self._clock = clock
        self._waiting: list[tuple[float, Callable[[], object]]] = []

    def add(self, due: float, action: Callable[[], object]) -> None:
        """Add an action. It runs after earlier actions that are due at the same time.

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
