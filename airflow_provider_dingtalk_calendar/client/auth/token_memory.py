"""State that the clients of one process share: access tokens, locks and the rate limiter."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from weakref import WeakKeyDictionary

from airflow_provider_dingtalk_calendar.exceptions import DingTalkError

from ..engine.per_process import PerProcess
from ..engine.rate_limit import Limiter
from .access_token import AccessToken


class _Locks:
    """The locks of one process."""

    def __init__(self) -> None:
        self.guard = threading.Lock()
        self.of_threads: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self.of_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, defaultdict[str, asyncio.Lock]] = (
            WeakKeyDictionary()
        )


class TokenMemory:
    """Access tokens by cache key. Each key has a lock: one caller requests a token while the others wait.

    Threads wait for threads, and coroutines for coroutines of the same event loop.
    """

    def __init__(self) -> None:
        self.limiter = Limiter()
        self.tokens: dict[str, AccessToken] = {}
        #: The latest failure to get a token, by cache key.
        self.failures: dict[str, DingTalkError] = {}
        self._locks = PerProcess(_Locks)

    def lock(self, key: str) -> threading.Lock:
        """Return the lock of a key for threads."""
        locks = self._locks.value
        with locks.guard:
            return locks.of_threads[key]

    def lock_of_loop(self, key: str) -> asyncio.Lock:
        """Return the lock of a key for coroutines of the running event loop."""
        locks = self._locks.value
        with locks.guard:
            return locks.of_loops.setdefault(asyncio.get_running_loop(), defaultdict(asyncio.Lock))[key]
