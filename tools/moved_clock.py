"""A clock that a test or a benchmark moves, for readers and triggers on a real event loop."""

from __future__ import annotations

import asyncio
from typing import Any

#: Turns of the event loop after which everything that needs no network has happened.
TURNS = 20

#: Seconds that a reader sleeps if no wait has asked for a look.
IDLE = 60 * 86400.0


class MovedClock:
    """Shows the time that the test or the benchmark sets, and ends the sleeps that are over by then.

    :param now: The first time, in seconds since the epoch (UTC).
    """

    def __init__(self, now: float) -> None:
        self.now = now
        self._sleeping: list[tuple[float, asyncio.Future[None]]] = []

    def __call__(self) -> float:
        """Return the time in seconds since the epoch (UTC)."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock has moved by a number of seconds."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleeping.append((self.now + seconds, future))
        await future

    async def settle(self, readers: int = 1) -> None:
        """Wait until the given number of readers sleep and no look is under way."""
        before: list[Any] | None = None
        while True:
            for _ in range(TURNS):
                await asyncio.sleep(0)
            self._sleeping = [one for one in self._sleeping if not one[1].done()]
            # A reader that has just looked sleeps for a moment before its waits ask for the next look.
            if len(self._sleeping) == readers and self._sleeping == before:
                return
            # A copy, because a sleep that begins is added to the list itself.
            before = list(self._sleeping)
            await asyncio.sleep(0.001)

    async def move(self, seconds: float, readers: int = 1) -> None:
        """Let time pass, from the end of one sleep to the next."""
        end = self.now + seconds
        while True:
            await self.settle(readers)
            due = min((moment for moment, _ in self._sleeping), default=end)
            if due > end:
                self.now = end
                return
            self.now = due
            for moment, future in self._sleeping:
                if moment <= due:
                    future.set_result(None)

    async def run(self) -> None:
        """Move the clock to the end of each sleep in turn, except a sleep of ``IDLE`` seconds."""
        while True:
            await self.settle()
            due = min(moment for moment, _ in self._sleeping)
            if due - self.now < IDLE:
                await self.move(due - self.now)
            await asyncio.sleep(0.001)
