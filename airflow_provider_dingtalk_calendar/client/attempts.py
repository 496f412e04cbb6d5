"""One request until it is answered: what is repeated, after which pause, and for how long at most."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_dingtalk_calendar import __version__
from airflow_provider_dingtalk_calendar.client.actions import Flow, Request, Wait, send
from airflow_provider_dingtalk_calendar.client.endpoints import Endpoint, T
from airflow_provider_dingtalk_calendar.client.failures import read
from airflow_provider_dingtalk_calendar.exceptions import DingTalkError

BASE_HEADERS = {
    "accept": "application/json",
    # Answers are small; a compressed one could grow without bounds.
    "accept-encoding": "identity",
    "user-agent": f"airflow-provider-dingtalk-calendar/{__version__}",
}


def pause_before_repeat(error: DingTalkError, endpoint: Endpoint[Any], attempt: int) -> float | None:
    """Return how many seconds to wait before the same request is sent again; None if it must not be.

    What changes something is repeated only if it certainly had no effect, or if doing it twice is the same as
    doing it once.

    :param error: What came of the last attempt.
    :param endpoint: The operation.
    :param attempt: Number of that attempt, from 0; pauses double with it.
    """
    if error.retry_after is None or (error.may_have_taken_effect and not endpoint.replay_safe):
        return None
    return error.retry_after * 2.0**attempt


@dataclass
class Patience:
    """How many seconds a call may still spend on waits, all of them together."""

    left: float

    def allows(self, pause: float) -> bool:
        """Spend the pause if there is enough left."""
        if pause > self.left:
            return False
        self.left -= pause
        return True


def attempts(endpoint: Endpoint[T], request: Request, patience: Patience, hidden: Collection[str]) -> Flow[T]:
    """Send a request, again where that is right, and return what the operation promises.

    :param endpoint: The operation.
    :param request: Its request.
    :param patience: For all waits of the call that the request belongs to.
    :param hidden: Secrets that an exception must not repeat.
    :raises DingTalkError: What came of the last attempt.
    """
    attempt = 0
    while True:
        outcome = yield from send(request)
        try:
            return read(endpoint, outcome, hidden)
        except DingTalkError as error:
            pause = pause_before_repeat(error, endpoint, attempt)
            if pause is None or not patience.allows(pause):
                raise
        yield Wait(pause)
        attempt += 1


def new_request(endpoint: Endpoint[Any], url: str, body: Mapping[str, Any] | None, **headers: str) -> Request:
    """Return a request with the headers that all have, and the body as JSON."""
    all_headers = BASE_HEADERS | headers
    if body is None:
        return Request(endpoint.method, url, all_headers)
    all_headers["content-type"] = "application/json; charset=utf-8"
    return Request(endpoint.method, url, all_headers, json.dumps(body).encode())
