"""Readers of calendars, each shared by all triggers that wait for the same calendar.

A thousand triggers that each looked at a calendar would spend a monthly quota in hours. So each event loop
has one reader for each calendar. The reader looks when the first of its waits needs a look, and every wait
gets the result. A look that fails raises nothing: the waits get the failure, and the reader looks again
later.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from airflow.providers.common.compat.sdk import AirflowException

from airflow_provider_dingtalk_calendar.client.engine.outcomes import start_of_next_month
from airflow_provider_dingtalk_calendar.client.resources.events.records import Event
from airflow_provider_dingtalk_calendar.client.workflows.calendar_state import (
    HORIZON,
    CalendarState,
    calendar_state,
)
from airflow_provider_dingtalk_calendar.exceptions import DingTalkError, MonthlyQuotaError
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook

#: Seconds for which a look counts as new enough to act on.
FRESH = 60.0

#: Seconds to wait after the first failed look. Each further failure doubles the pause, up to the recheck.
FIRST_PAUSE = 15.0

#: Seconds after which a used-up quota is tried again: DingTalk might have raised it or begun a new one.
QUOTA_PAUSE = 86400.0

#: Longest sleep in seconds, so that a reader notices if the clock was set or the machine has slept.
LONGEST_SLEEP = 60.0


@dataclass(frozen=True)
class CalendarKey:
    """Which calendar a reader reads, and how.

    :param dingtalk_conn_id: Id of the connection.
    :param union_id: unionId of the user whose calendar it is.
    :param calendar_id: Id of the calendar.
    :param horizon: How far ahead events are read.
    """

    dingtalk_conn_id: str
    union_id: str
    calendar_id: str
    horizon: timedelta = HORIZON


@dataclass(frozen=True, eq=False)
class Reading:
    """The events of a calendar, as one look has found them.

    :param at: When the look began, in seconds since the epoch (UTC).
    :param ended: When the look ended.
    :param events: The events that run or begin between ``at`` and the horizon.
    :param horizon: How far ahead events are known.
    """

    at: float
    ended: float
    events: tuple[Event, ...]
    horizon: timedelta
    _states: dict[str, tuple[float, CalendarState]] = field(default_factory=dict)

    def is_fresh(self, now: float) -> bool:
        """Return whether a wait may act on this look. A look from the future is not fresh.

        :param now: The moment, in seconds since the epoch (UTC).
        """
        return abs(now - self.ended) <= FRESH

    def state(self, now: float, *, allow: Any, deny: Any, time_zone: Any) -> CalendarState:
        """Return the state of the calendar at a moment. Repeated calls reuse the result.

        :param now: The moment, in seconds since the epoch (UTC).
        :param allow: Selects the events that open the calendar, as JSON.
        :param deny: Selects the events that close the calendar, as JSON.
        :param time_zone: Zone of all-day events.
        :raises DingTalkError: If an event cannot be read.
        """
        question = json.dumps([allow, deny, str(time_zone)], sort_keys=True)
        since, state = self._states.get(question, (now, None))
        if state is None or not since <= now < change_of(state):
            state = calendar_state(
                self.events,
                _moment(now),
                allow=allow,
                deny=deny,
                time_zone=time_zone,
                known_until=_moment(self.at) + self.horizon,
            )
            self._states[question] = now, state
        return state


@dataclass(frozen=True, eq=False)
class Failure:
    """A look that has failed.

    :param at: When the look began, in seconds since the epoch (UTC).
    :param reason: What went wrong, in one line without secrets.
    :param next_look: When the reader looks again, in seconds since the epoch (UTC).
    """

    at: float
    reason: str
    next_look: float


News: TypeAlias = Reading | Failure


def change_of(state: CalendarState) -> float:
    """Return when a state changes next, in seconds since the epoch (UTC); infinity if no change is known."""
    return state.next_change.timestamp() if state.next_change else float("inf")


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


class Wait:
    """One wait for a calendar. Use it in a ``with`` statement: a reader without waits stops.

    :param reader: The reader of the calendar.
    :param recheck: Seconds until the reader must look again if nothing else is known.
    """

    def __init__(self, reader: CalendarReader, recheck: float) -> None:
        self._reader = reader
        self._seen: News | None = None
        self.recheck = recheck
        #: When this wait needs a look, in seconds since the epoch (UTC). None while it needs none.
        self.due: float | None = None
        #: When the reader must wake this wait without a look, in seconds since the epoch (UTC).
        self.alarm = float("inf")

    async def news(self, due: float = 0.0) -> News:
        """Wait for a look that this wait has not seen yet, and return what the look found.

        The first call returns at once if the reader has looked already.

        :param due: When the reader must look again at the latest, in seconds since the epoch (UTC). After a
            failure, the reader may look later.
        """
        while (news := await self.news_until(float("inf"), due)) is None:
            pass
        return news

    async def news_until(self, moment: float, due: float = 0.0) -> News | None:
        """Wait as :meth:`news` does, but return None at a given moment if no look has come by then.

        :param moment: Seconds since the epoch (UTC).
        :param due: As in :meth:`news`.
        """
        while (newest := self._reader.newest) is None or newest is self._seen:
            if self._reader.now() >= moment:
                self.due, self.alarm = None, float("inf")
                return None
            self.due, self.alarm = due, moment
            await self._reader.looked()
        self.due, self.alarm = None, float("inf")
        self._seen = newest
        return newest

    def __enter__(self) -> Wait:
        self._reader.add(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.remove(self)


class CalendarReader:
    """Looks at one calendar for all waits of one event loop.

    :param key: The calendar.
    :param clock: Returns seconds since the epoch (UTC).
    :param sleep: Waits a number of seconds.
    """

    def __init__(
        self, key: CalendarKey, clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._key = key
        self._clock = clock
        self._sleep = sleep
        self._waits: set[Wait] = set()
        self._task: asyncio.Task[None] | None = None
        self._asked, self._told = asyncio.Event(), asyncio.Event()
        self._failures = 0
        self._not_before = 0.0
        self._woken = False
        #: What the newest look has found.
        self.newest: News | None = None

    def add(self, wait: Wait) -> None:
        """Add a wait, and start the reader if it is not running."""
        self._waits.add(wait)
        self._task = self._task or asyncio.ensure_future(self._run())

    def remove(self, wait: Wait) -> None:
        """Remove a wait, and stop the reader if no wait is left."""
        self._waits.remove(wait)
        if not self._waits and self._task:
            self._task.cancel()
            self._task = None
            # The old asyncio events belong to the event loop that used them.
            self._asked, self._told = asyncio.Event(), asyncio.Event()

    def is_of_use(self) -> bool:
        """Return whether there are waits, or a later wait could use what is known."""
        known_until = max(self._not_before, self.newest.at + FRESH if self.newest else 0.0)
        return bool(self._waits) or self._clock() < known_until

    def now(self) -> float:
        """Return the time in seconds since the epoch (UTC)."""
        return self._clock()

    async def looked(self) -> None:
        """Wait for the next look, or the next alarm of any wait."""
        self._asked.set()
        await self._told.wait()

    def wake(self) -> None:
        """Look now, because something might have changed. After a failure, look at the planned time."""
        self._woken = True
        self._asked.set()

    async def _run(self) -> None:
        while True:
            self._asked.clear()
            due = self._due()
            alarm = min((wait.alarm for wait in self._waits), default=float("inf"))
            now = self._clock()
            if due <= now:
                await self._look()
            elif alarm <= now:
                self._tell()
            else:
                await self._until_asked(min(due - now, alarm - now, LONGEST_SLEEP))

    def _due(self) -> float:
        dues = [wait.due for wait in self._waits if wait.due is not None]
        if self._woken:
            dues.append(0.0)
        if self.newest and self._clock() < self.newest.at - FRESH:
            # The clock was set back, so what was planned then may be far too late.
            return 0.0
        return max(min(dues, default=float("inf")), self._not_before)

    async def _until_asked(self, seconds: float) -> None:
        tasks = [asyncio.ensure_future(self._asked.wait()), asyncio.ensure_future(self._sleep(seconds))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    async def _look(self) -> None:
        self._woken = False
        at = self._clock()
        try:
            events = await self._read(at)
        except Exception as error:  # noqa: BLE001  also a connection that cannot be read must end no wait
            self._failures += 1
            self._not_before = self._next_look(error, self._clock())
            self.newest = Failure(at, _in_one_line(error), self._not_before)
        else:
            self._failures, self._not_before = 0, 0.0
            self.newest = Reading(at, self._clock(), events, self._key.horizon)
        self._tell()

    def _tell(self) -> None:
        """Wake all waits. Each says again when it needs a look or an alarm."""
        for wait in self._waits:
            wait.due, wait.alarm = None, float("inf")
        told, self._told = self._told, asyncio.Event()
        told.set()

    async def _read(self, at: float) -> tuple[Event, ...]:
        # The connection is read each time, so that changes to it count. Access tokens are still shared.
        async with await DingTalkHook(self._key.dingtalk_conn_id).aget_conn() as client:
            return await client.get_events_ahead(
                self._key.union_id, self._key.calendar_id, at=_moment(at), horizon=self._key.horizon
            )

    def _next_look(self, error: Exception, now: float) -> float:
        recheck = min((wait.recheck for wait in self._waits), default=FRESH)
        if isinstance(error, MonthlyQuotaError):
            return min(start_of_next_month(now).timestamp(), now + QUOTA_PAUSE)
        if not isinstance(error, DingTalkError) or error.retry_after is None:
            return now + recheck
        # Look rarely, because calls that fail might count against the quota, too.
        pause = min(recheck, FIRST_PAUSE * 2.0 ** min(self._failures - 1, 20))
        return now + max(error.retry_after, pause)


def _in_one_line(error: Exception) -> str:
    if isinstance(error, DingTalkError | AirflowException):
        return f"{type(error).__name__}: {' '.join(str(error).split())}"
    # Errors of a database can contain secrets.
    return type(error).__name__


class CalendarReaders:
    """The readers of a process, one for each event loop and calendar.

    :param clock: Returns seconds since the epoch (UTC).
    :param sleep: Waits a number of seconds.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.clock = clock
        self._sleep = sleep
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[CalendarKey, CalendarReader]] = (
            WeakKeyDictionary()
        )

    def wait(self, key: CalendarKey, recheck: float) -> Wait:
        """Return a new wait. Use it in a ``with`` statement, in the running event loop.

        :param key: The calendar.
        :param recheck: Seconds between two looks, at most.
        """
        readers = self._by_loop.setdefault(asyncio.get_running_loop(), {})
        for old in [one for one, reader in readers.items() if not reader.is_of_use()]:
            del readers[old]
        if key not in readers:
            readers[key] = CalendarReader(key, self.clock, self._sleep)
        return Wait(readers[key], recheck)

    def running(self) -> tuple[CalendarReader, ...]:
        """Return the readers of the running event loop."""
        return tuple(self._by_loop.get(asyncio.get_running_loop(), {}).values())


#: The readers that all triggers of this process share.
READERS = CalendarReaders()
