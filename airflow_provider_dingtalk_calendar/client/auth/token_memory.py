"""State that the clients of one process share: access tokens, locks and the rate limiter."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from weakref import WeakKeyDictionary

from airflow_provider_dingtalk_calendar.exceptions import DingTalkError

from ..engine.rate_limit import Limiter
from .access_token import AccessToken


class TokenMemory:
    """Access tokens by cache key, with a lock for each key: one caller requests a token, the others wait.

    Threads wait for threads, and coroutines for coroutines of the same event loop.
    """

    def __init__(self) -> None:
        self.limiter = Limiter()
        self.tokens: dict[str, AccessToken] = {}
        #: Failure of the last token request that failed, by cache key.
        self.failures: dict[str, DingTalkError] = {}
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._locks_of_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, defaultdict[str, asyncio.Lock]] = (
            WeakKeyDictionary()
        )
        self._guard = threading.Lock()

    def lock(self, key: str) -> threading.Lock:
        """Return the lock of a key for threads."""
        with self._guard:
            return self._locks[key]

    def lock_of_loop(self, key: str) -> asyncio.Lock:
        """Return the lock of a key for coroutines of the running event loop."""
        with self._guard:
            return self._locks_of_loops.setdefault(asyncio.get_running_loop(), defaultdict(asyncio.Lock))[key]
