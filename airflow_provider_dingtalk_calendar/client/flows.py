"""Every decision of the client, as generators: which token, when to refresh it, what to repeat and when.

Nothing here does I/O; see :mod:`.actions` for what a flow may ask and :mod:`.drivers` for who answers.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_dingtalk_calendar import __version__
from airflow_provider_dingtalk_calendar.client.actions import Exclusive, Flow, Mask, Request, Wait, now, send
from airflow_provider_dingtalk_calendar.client.credentials import AccessToken
from airflow_provider_dingtalk_calendar.client.endpoints import Endpoint, T
from airflow_provider_dingtalk_calendar.client.failures import read
from airflow_provider_dingtalk_calendar.client.settings import ClientSettings
from airflow_provider_dingtalk_calendar.exceptions import DingTalkError, InvalidTokenError

TOKEN_HEADER = "x-acs-dingtalk-access-token"  # noqa: S105  the name of a header

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


class Calls:
    """The calls of one client: its settings and its token.

    :param settings: Where to call, and as whom.
    """

    def __init__(self, settings: ClientSettings) -> None:
        self.settings = settings
        self._token: AccessToken | None = None
        #: How the last token request that failed did so.
        self._failure: DingTalkError | None = None

    def call(
        self, endpoint: Endpoint[T], parameters: Mapping[str, str], body: Mapping[str, Any] | None = None
    ) -> Flow[T]:
        """Call an operation with a valid token and return what it promises.

        A token that DingTalk refuses (HTTP 400 ``InvalidAuthentication``) is refreshed once and the call
        repeated. All waits of a call, those for its token included, take at most ``settings.max_wait``.

        :param endpoint: The operation.
        :param parameters: Its path parameters.
        :param body: Its JSON body.
        :raises DingTalkError: One of the classes of :mod:`airflow_provider_dingtalk_calendar.exceptions`.
        """
        url = endpoint.url(self.settings.api_url, parameters)
        patience = Patience(self.settings.max_wait)
        token = yield from self._valid_token(patience)
        try:
            return (yield from self._attempts(endpoint, _request(endpoint, url, body, token), patience))
        except InvalidTokenError as error:
            if error.may_have_taken_effect and not endpoint.replay_safe:
                raise
            token = yield from self._valid_token(patience, refused=token)
        return (yield from self._attempts(endpoint, _request(endpoint, url, body, token), patience))

    def token(self) -> Flow[AccessToken]:
        """Return a token that is valid for some minutes more, fetching one where there is none."""
        return self._valid_token(Patience(self.settings.max_wait))

    def _valid_token(self, patience: Patience, *, refused: AccessToken | None = None) -> Flow[AccessToken]:
        moment = yield from now()
        token = self._usable(moment, refused)
        if token is None:
            token = yield Exclusive(self._fetch_token(patience, refused, self._failure))
        return token

    def _usable(self, moment: float, refused: AccessToken | None) -> AccessToken | None:
        token = self._token
        if token is None or moment >= token.refresh_at or (refused and token.value == refused.value):
            return None
        return token

    def _fetch_token(
        self, patience: Patience, refused: AccessToken | None, failure_before: DingTalkError | None
    ) -> Flow[AccessToken]:
        moment = yield from now()
        # Another caller may have fetched one, or failed to, while this one waited for its turn.
        token = self._usable(moment, refused)
        if token is not None:
            return token
        credentials = self.settings.credentials
        endpoint = credentials.endpoint
        if self._failure is not None and self._failure is not failure_before:
            pause = pause_before_repeat(self._failure, endpoint, 0)
            # Unless this caller has the patience that the one before had not.
            if pause is None or pause > patience.left:
                raise copy.copy(self._failure)
        for secret in self.settings.secrets:
            yield Mask(secret)
        request = _request(endpoint, endpoint.url(self.settings.api_url, {}), credentials.body, None)
        try:
            grant = yield from self._attempts(endpoint, request, patience)
        except DingTalkError as error:
            # A copy, since the error itself holds on to the frames it went through.
            self._failure = copy.copy(error)
            raise
        yield Mask(grant.value)
        self._token = AccessToken.granted(grant, moment)
        return self._token

    def _attempts(self, endpoint: Endpoint[T], request: Request, patience: Patience) -> Flow[T]:
        hidden = (*self.settings.secrets, *filter(None, [request.headers.get(TOKEN_HEADER)]))
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


def _request(
    endpoint: Endpoint[Any], url: str, body: Mapping[str, Any] | None, token: AccessToken | None
) -> Request:
    headers = dict(BASE_HEADERS)
    if token is not None:
        headers[TOKEN_HEADER] = token.value
    if body is None:
        return Request(endpoint.method, url, headers)
    headers["content-type"] = "application/json; charset=utf-8"
    return Request(endpoint.method, url, headers, json.dumps(body).encode())
