"""``x-client-token``: for one day, the same token means the same request (page create-schedule)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..core.clock import Clock

LIFETIME = 24 * 3600
"""How long a token is remembered, in seconds."""

ClientTokenKey = tuple[str, str]
"""Operation and token. Different operations may use the same token (undocumented)."""

StoredAnswer = Mapping[str, object] | None


class ClientTokens:
    """The answers given to requests with a client token. Not thread-safe, so the owner holds a lock.

    Two rules are not documented. A repeated token with a different body gets the first answer again. An error
    is not remembered, so the client can correct the request.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answers: dict[ClientTokenKey, tuple[float, StoredAnswer]] = {}
        self.in_flight: set[ClientTokenKey] = set()
        """The keys of requests that will be carried out later. Until then, these keys are refused."""

    def once(self, key: ClientTokenKey, perform: Callable[[], StoredAnswer]) -> StoredAnswer:
        """Carry out a request and return its answer. For a repeated request, return the first answer."""
        now = self._clock()
        answered_at, answer = self._answers.get(key, (-math.inf, None))
        if now < answered_at + LIFETIME:
            return answer
        answer = perform()
        self._answers[key] = (now, answer)
        return answer

    def forget(self) -> None:
        """Forget every token."""
        self._answers.clear()
        self.in_flight.clear()
