"""One call with a valid token, as a flow: which token it uses, and when the token is refreshed.

:mod:`.auth.token_source` finds the token. :mod:`.engine.attempts` sends and repeats the request.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from airflow_provider_dingtalk_calendar.exceptions import InvalidTokenError

from .auth.access_token import AccessToken
from .auth.token_memory import TokenMemory
from .auth.token_source import Tokens
from .engine.attempts import (
    CLIENT_TOKEN_HEADER,
    LookBefore,
    Pace,
    Patience,
    attempts,
    looked_before,
    may_be_repeated,
    new_request,
)
from .engine.effects import Flow
from .engine.endpoint import Endpoint, Replay, T
from .settings import ClientSettings

TOKEN_HEADER = "x-acs-dingtalk-access-token"  # noqa: S105  the name of a header

#: Name of the query parameter that holds the token in the legacy API.
TOKEN_PARAMETER = "access_token"  # noqa: S105  the name of a parameter


class Calls:
    """Makes the calls of one client.

    :param settings: Settings of the client.
    :param memory: Access tokens in memory, for this client or for several clients.
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
        """Call an operation with a valid token and return its result.

        If DingTalk refuses the token (HTTP 400 ``InvalidAuthentication``), the token is refreshed once and
        the call repeated. All waits of a call, including waits for the token, take at most
        ``settings.max_wait`` seconds. Waits for the rate limit do not count.

        :param endpoint: The operation.
        :param parameters: Path parameters of the operation.
        :param body: Body of the request, as JSON in UTF-8.
        :param query: Query parameters of the operation.
        :param client_token: Value of ``x-client-token``, the same for every repeat of this call. If None, an
            operation that needs a token for its repeats gets a new token.
        :param look_before: Runs before a repeat, unless the last attempt certainly sent nothing. If it
            returns a value, this value is the result.
        :raises DingTalkError: One of the classes of :mod:`airflow_provider_dingtalk_calendar.exceptions`.
        """
        if client_token is None and endpoint.replay is Replay.KEYED:
            client_token = uuid.uuid4().hex
        headers = {} if client_token is None else {CLIENT_TOKEN_HEADER: client_token}
        patience = Patience(self.settings.max_wait)
        token = yield from self._tokens.valid(patience)

        def with_token() -> Flow[T]:
            if endpoint.legacy:
                url = endpoint.url(self.settings.oapi_url, parameters, {TOKEN_PARAMETER: token.value})
                request = new_request(endpoint, url, body, **headers)
            else:
                url = endpoint.url(self.settings.api_url, parameters, query)
                request = new_request(endpoint, url, body, **headers, **{TOKEN_HEADER: token.value})
            hidden = self.settings.secrets + token.forms
            return attempts(
                endpoint, request, patience=patience, pace=self._pace, hidden=hidden, look_before=look_before
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
        """Return a token that stays valid for some minutes.

        :param fresh: Whether to request a new token in any case.
        """
        patience = Patience(self.settings.max_wait)
        return self._tokens.fetched(patience) if fresh else self._tokens.valid(patience)
