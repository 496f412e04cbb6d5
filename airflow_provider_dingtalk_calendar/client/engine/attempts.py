"""One request until it is answered: what is repeated, after which pause, and for how long at most."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from airflow_provider_dingtalk_calendar import __version__
from airflow_provider_dingtalk_calendar.client.engine.effects import (
    Flow,
    Outcome,
    Request,
    Response,
    Wait,
    now,
    send,
)
from airflow_provider_dingtalk_calendar.client.engine.endpoint import Endpoint, Replay, T
from airflow_provider_dingtalk_calendar.client.engine.outcomes import REDIRECT, read, say_until_when
from airflow_provider_dingtalk_calendar.client.engine.rate_limit import Limiter
from airflow_provider_dingtalk_calendar.exceptions import (
    DingTalkError,
    MonthlyQuotaError,
    RequestNotSentError,
)

BASE_HEADERS = {
    "accept": "application/json",
    # Answers are small; a compressed one could grow without bounds.
    "accept-encoding": "identity",
    "user-agent": f"airflow-provider-dingtalk-calendar/{__version__}",
}

#: Header that makes DingTalk take requests with the same value for one request.
CLIENT_TOKEN_HEADER = "x-client-token"  # noqa: S105  the name of a header

#: Looks, before a request is sent again, whether it was carried out: what it promises, or None.
LookBefore: TypeAlias = Callable[[], Flow[T | None]]


def may_be_repeated(error: DingTalkError, endpoint: Endpoint[Any]) -> bool:
    """Tell whether sending the same request again does no harm.

    :param error: What came of the last attempt.
    :param endpoint: The operation.
    """
    return not error.may_have_taken_effect or endpoint.replay is not Replay.ONCE


def pause_before_repeat(error: DingTalkError, endpoint: Endpoint[Any], attempt: int) -> float | None:
    """Return how many seconds to wait before the same request is sent again; None if it must not be.

    :param error: What came of the last attempt.
    :param endpoint: The operation.
    :param attempt: Number of that attempt, from 0; pauses double with it.
    """
    if error.retry_after is None or not may_be_repeated(error, endpoint):
        return None
    return error.retry_after * 2.0**attempt


@dataclass
class Patience:
    """How many seconds a call may still spend on waits, all of them together."""

    left: float

    def allows(self, pause: float) -> bool:
        """Spend the pause if there is enough left."""
        if pause and pause > self.left:
            return False
        self.left -= pause
        return True


@dataclass(frozen=True)
class Pace:
    """How fast an app calls: so fast that no call of it is one too many in its second.

    :param limiter: Of this process.
    :param app: Tells the app from others.
    :param calls_per_second: Of one operation.
    """

    limiter: Limiter
    app: str
    calls_per_second: float

    def send(self, endpoint: Endpoint[Any], request: Request) -> Flow[Outcome]:
        """Wait until a request of this operation may leave, send it, and return what came of it."""
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
    """Send a request, again where that is right, and return what the operation promises.

    :param endpoint: The operation.
    :param request: Its request.
    :param patience: For all waits of the call that the request belongs to, but those for its turn.
    :param pace: Says when it is its turn.
    :param hidden: Secrets that an exception must not repeat.
    :param look_before: Run before the request is sent again, unless it certainly was not sent.
    :raises DingTalkError: What came of the last attempt.
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
            pause = pause_before_repeat(error, endpoint, attempt)
            if pause is None or not patience.allows(pause):
                raise
            failure = error
        yield Wait(pause)
        found = yield from looked_before(look_before, failure)
        if found is not None:
            return found
        attempt += 1


def looked_before(look_before: LookBefore[T] | None, error: DingTalkError) -> Flow[T | None]:
    """Look, where there is a way to, whether a request that is about to be sent again was carried out."""
    if look_before is None or isinstance(error, RequestNotSentError):
        return None
    return (yield from look_before())


def new_request(endpoint: Endpoint[Any], url: str, body: Mapping[str, Any] | None, **headers: str) -> Request:
    """Return a request with the headers that all have, and the body as JSON."""
    all_headers = BASE_HEADERS | headers
    if body is None:
        return Request(endpoint.method, url, all_headers)
    all_headers["content-type"] = "application/json; charset=utf-8"
    return Request(endpoint.method, url, all_headers, json.dumps(body).encode())
