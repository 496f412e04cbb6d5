"""``x-client-token``: the same token is the same request, for a day (page create-schedule)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator import event_errors
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_provider_dingtalk_calendar.emulator.clock import Clock
    from airflow_provider_dingtalk_calendar.emulator.operations import Json

LIFETIME = 24 * 3600
"""In seconds."""

Key = tuple[str, str]
"""Operation and token: that two operations may use one token is not documented."""


class ClientTokens:
    """The answers given to requests with a token; not thread-safe, its owner holds a lock.

    What DingTalk does with a token that comes again with another body is not documented: here the first
    answer is given again. Nor is it that an error is not remembered, so that the request may be corrected.

    :param clock: the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answers: dict[Key, tuple[float, Json | None]] = {}
        self._in_flight: set[Key] = set()

    def check(self, key: Key) -> None:
        """Refuse a request while the first one with its token is still being carried out.

        :param key: operation and token.
        :raises ApiError: if it is.
        """
        if key in self._in_flight:
            raise ApiError(event_errors.IDEMPOTENCY_PROCESSING)

    def begin(self, key: Key) -> None:
        """Note that a request will be carried out later.

        :param key: operation and token.
        """
        self._in_flight.add(key)

    def end(self, key: Key) -> None:
        """Note that it is carried out now.

        :param key: operation and token.
        """
        self._in_flight.discard(key)

    def once(self, key: Key, perform: Callable[[], Json | None]) -> Json | None:
        """Return the answer of a request, the first one if it comes again.

        :param key: operation and token.
        :param perform: carries it out.
        """
        now = self._clock()
        if key in self._answers:
            answered_at, answer = self._answers[key]
            if now < answered_at + LIFETIME:
                return answer
        answer = perform()
        self._answers[key] = (now, answer)
        return answer

    def forget(self) -> None:
        """Forget every token."""
        self._answers.clear()
        self._in_flight.clear()
