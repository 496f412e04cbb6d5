"""Sending and repeating one request: which failures lead to a repeat, how soon, and for how long."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeAlias

from airflow_provider_dingtalk_calendar import __version__
from airflow_provider_dingtalk_calendar.exceptions import (
    DingTalkError,
    MonthlyQuotaError,
    RequestNotSentError,
)

from .effects import Flow, Outcome, Request, Response, Wait, chance, now, send
from .endpoint import Endpoint, Replay, T
from .outcomes import REDIRECT, read, say_until_when
from .rate_limit import Limiter

BASE_HEADERS = {
    "accept": "application/json",
    # A compressed answer could unpack to any size.
    "accept-encoding": "identity",
    "user-agent": f"airflow-provider-dingtalk-calendar/{__version__}",
}

#: DingTalk treats requests with the same value of this header as one request.
CLIENT_TOKEN_HEADER = "x-client-token"  # noqa: S105  the name of a header

#: Function that checks, before a repeat, whether the request was carried out. It returns the request's
#: result, or None to repeat.
LookBefore: TypeAlias = Callable[[], Flow[T | None]]


def may_be_repeated(error: DingTalkError, endpoint: Endpoint[Any]) -> bool:
    """Return whether it is safe to send the same request again.

    :param error: The failure of the last attempt.
    :param endpoint: The operation.
    """
    return not error.may_have_taken_effect or endpoint.replay is not Replay.ONCE


@dataclass
class Patience:
    """Budget of waiting time for one call.

    :param left: Seconds left, for all waits together.
    """

    left: float

    def allows(self, pause: float) -> bool:
        """Return whether the budget covers the pause. If it does, deduct the pause.

        :param pause: Seconds.
        """
        if pause and pause > self.left:
            return False
        self.left -= pause
        return True

    def spread(self, least: float) -> Flow[float | None]:
        """Deduct and return a random pause from ``least`` to twice ``least``; None if time is too short.

        The pause is random so that tasks that DingTalk refuses at the same moment do not repeat at the same
        moment. The pause leaves time for later pauses of 2, 4, 8, ... times ``least``, as many as still fit.

        :param least: Shortest pause in seconds.
        """
        if not self.allows(least):
            return None
        spare, following = self.left, 2 * least
        while 0 < following <= spare:
            spare -= following
            following *= 2
        more = min(least * (yield from chance()), spare)
        self.left -= more
        return least + more


@dataclass(frozen=True)
class Pace:
    """Sends the requests of one app no faster than DingTalk accepts them.

    :param limiter: The limiter of this process.
    :param app: Key of the app.
    :param calls_per_second: Limit for each operation.
    """

    limiter: Limiter
    app: str
    calls_per_second: float

    def send(self, endpoint: Endpoint[Any], request: Request) -> Flow[Outcome]:
        """Wait until the limit allows a request for this operation, send it, and return its outcome."""
        key = f"{self.app} {endpoint.operation}"
        turn = self.limiter.turn(key, self.calls_per_second, (yield from now()))
        while pause := self.limiter.pause(turn, (yield from now())):
            yield Wait(pause)
        outcome = yield from send(request)
        in_whole = isinstance(outcome, Response) and outcome.status < REDIRECT
        self.limiter.answered(turn, (yield from now()), in_whole=in_whole)
        return outcome


def attempts(
    endpoint: Endpoint[T],
    request: Request,
    *,
    patience: Patience,
    pace: Pace,
    hidden: Collection[str],
    look_before: LookBefore[T] | None = None,
) -> Flow[T]:
    """Send a request, repeat it if a repeat is safe and useful, and return the result.

    :param endpoint: The operation.
    :param request: The request to send.
    :param patience: Budget of the call for waits. Waits for the rate limit do not count.
    :param pace: Applies the rate limit.
    :param hidden: Secrets to remove from exceptions.
    :param look_before: Runs before a repeat, unless the last attempt certainly sent nothing.
    :raises DingTalkError: The failure of the last attempt.
    """
    attempt = 0
    while True:
        outcome = yield from pace.send(endpoint, request)
        try:
            return read(endpoint, outcome, hidden)
        except MonthlyQuotaError as error:
            say_until_when(error, (yield from now()))
            raise
        except DingTalkError as error:
            if error.retry_after is None or not may_be_repeated(error, endpoint):
                raise
            pause = yield from patience.spread(error.retry_after * 2.0**attempt)
            if pause is None:
                raise
            failure = error
        yield Wait(pause)
        found = yield from looked_before(look_before, failure)
        if found is not None:
            return found
        attempt += 1


def looked_before(look_before: LookBefore[T] | None, error: DingTalkError) -> Flow[T | None]:
    """Return the result if the request was carried out after all, or None to send the request again."""
    if look_before is None or isinstance(error, RequestNotSentError):
        return None
    return (yield from look_before())


def new_request(endpoint: Endpoint[Any], url: str, body: bytes | None, **headers: str) -> Request:
    """Return a request with the common headers.

    :param body: JSON in UTF-8; None for a request without a body.
    """
    if body is not None:
        headers["content-type"] = "application/json; charset=utf-8"
    return Request(endpoint.method, url, BASE_HEADERS | headers, body)
