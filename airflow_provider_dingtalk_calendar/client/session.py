"""Every decision of a call, as generators: with which token, when to refresh it, what to repeat and when.

Nothing here does I/O; see :mod:`.actions` for what a flow may ask and :mod:`.drivers` for who answers.
:mod:`.tokens` decides where a token comes from, :mod:`.attempts` what of one request is repeated.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from airflow_provider_dingtalk_calendar.client.auth.access_token import AccessToken
from airflow_provider_dingtalk_calendar.client.auth.token_memory import TokenMemory
from airflow_provider_dingtalk_calendar.client.auth.token_source import Tokens
from airflow_provider_dingtalk_calendar.client.engine.attempts import (
    CLIENT_TOKEN_HEADER,
    LookBefore,
    Pace,
    Patience,
    attempts,
    looked_before,
    may_be_repeated,
    new_request,
)
from airflow_provider_dingtalk_calendar.client.engine.effects import Flow, Request
from airflow_provider_dingtalk_calendar.client.engine.endpoint import Endpoint, Replay, T
from airflow_provider_dingtalk_calendar.client.settings import ClientSettings
from airflow_provider_dingtalk_calendar.exceptions import InvalidTokenError

TOKEN_HEADER = "x-acs-dingtalk-access-token"  # noqa: S105  the name of a header

#: Where the legacy API has the token.
TOKEN_PARAMETER = "access_token"  # noqa: S105  the name of a parameter


class Calls:
    """The calls of one client: its settings and its token.

    :param settings: Where to call, and as whom.
    :param memory: The access tokens held in memory, of this client alone or of several.
    """

    def __init__(self, settings: ClientSettings, memory: TokenMemory) -> None:
        self.settings = settings
        app = settings.credentials.cache_key(settings.api_url)
        self._pace = Pace(memory.limiter, app, settings.calls_per_second)
        self._tokens = Tokens(settings, memory, self._pace)

    def call(
        self,
        endpoint: Endpoint[T],
        parameters: Mapping[str, str],
        body: bytes | None = None,
        *,
        query: Mapping[str, Any] | None = None,
        client_token: str | None = None,
        look_before: LookBefore[T] | None = None,
    ) -> Flow[T]:
        """Call an operation with a valid token and return what it promises.

        A token that DingTalk refuses (HTTP 400 ``InvalidAuthentication``) is refreshed once and the call
        repeated. All waits of a call, those for its token included, take at most ``settings.max_wait``; not
        so those for its turn, of which there are ``settings.calls_per_second``.

        :param endpoint: The operation.
        :param parameters: Its path parameters.
        :param body: Its body, JSON in UTF-8.
        :param query: Its query parameters.
        :param client_token: Value of ``x-client-token``, the same for every repeat of this call. An operation
            whose repeats DingTalk knows by it gets one where none is given.
        :param look_before: Run before the request is sent again, unless it certainly was not sent; what it
            returns, if not None, is the result.
        :raises DingTalkError: One of the classes of :mod:`airflow_provider_dingtalk_calendar.exceptions`.
        """
        if client_token is None and endpoint.replay is Replay.KEYED:
            client_token = uuid.uuid4().hex
        headers = {} if client_token is None else {CLIENT_TOKEN_HEADER: client_token}
        patience = Patience(self.settings.max_wait)
        token = yield from self._tokens.valid(patience)

        def request() -> Request:
            if endpoint.legacy:
                url = endpoint.url(self.settings.oapi_url, parameters, {TOKEN_PARAMETER: token.value})
                return new_request(endpoint, url, body, **headers)
            url = endpoint.url(self.settings.api_url, parameters, query)
            return new_request(endpoint, url, body, **headers, **{TOKEN_HEADER: token.value})

        def with_token() -> Flow[T]:
            hidden = (*self.settings.secrets, *token.forms)
            return attempts(
                endpoint,
                request(),
                patience=patience,
                pace=self._pace,
                hidden=hidden,
                look_before=look_before,
            )

        try:
            return (yield from with_token())
        except InvalidTokenError as error:
            if not may_be_repeated(error, endpoint):
                raise
            refusal = error
        token = yield from self._tokens.valid(patience, refused=token)
        found = yield from looked_before(look_before, refusal)
        return (yield from with_token()) if found is None else found

    def token(self, *, fresh: bool = False) -> Flow[AccessToken]:
        """Return a token that is valid for some minutes more, fetching one where there is none.

        :param fresh: Whether to fetch one in any case.
        """
        patience = Patience(self.settings.max_wait)
        return self._tokens.fetched(patience) if fresh else self._tokens.valid(patience)
