"""Where a token comes from: memory, the store that workers share, or DingTalk."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import MutableMapping

from airflow_provider_dingtalk_calendar.client.access_token import AccessToken
from airflow_provider_dingtalk_calendar.client.actions import Exclusive, Flow, Mask, Save, Wait, load, now
from airflow_provider_dingtalk_calendar.client.answers import GrantedToken
from airflow_provider_dingtalk_calendar.client.attempts import (
    Patience,
    attempts,
    new_request,
)
from airflow_provider_dingtalk_calendar.client.base_credentials import TokenRequest
from airflow_provider_dingtalk_calendar.client.settings import ClientSettings
from airflow_provider_dingtalk_calendar.exceptions import DingTalkError, StoreError

#: How often what must not be lost is written before it is an error.
SAVE_ATTEMPTS = 3


class Tokens:
    """The access token of one client.

    :param settings: Where to ask, and as whom.
    :param memory: Access tokens by cache key; may be shared by clients.
    """

    def __init__(self, settings: ClientSettings, memory: MutableMapping[str, AccessToken]) -> None:
        self._settings = settings
        self._memory = memory
        self._key = settings.credentials.cache_key(settings.api_url)
        #: What this client has had masked.
        self._masked: set[str] = set()
        #: How the last token request that failed did so.
        self._failure: DingTalkError | None = None

    def valid(self, patience: Patience, *, refused: AccessToken | None = None) -> Flow[AccessToken]:
        """Return a token that is valid for some minutes more.

        :param patience: For all waits of the call that needs it.
        :param refused: The token that DingTalk has just refused, which will not be returned.
        """
        yield from self._mask(*self._settings.secrets)
        token = yield from self._remembered(refused)
        if token is None:
            token = yield Exclusive(self._renewed(patience, refused, self._failure))
        return token

    def fetched(self, patience: Patience) -> Flow[AccessToken]:
        """Ask DingTalk for a token, whatever is in memory or shared."""
        yield from self._mask(*self._settings.secrets)
        token: AccessToken = yield Exclusive(self._granted(patience, None, look_around=False))
        return token

    def _mask(self, *secrets: str) -> Flow[None]:
        for secret in secrets:
            if secret not in self._masked:
                yield Mask(secret)
                self._masked.add(secret)

    def _remembered(self, refused: AccessToken | None) -> Flow[AccessToken | None]:
        return self._usable(self._memory.get(self._key), refused)

    def _usable(self, token: AccessToken | None, refused: AccessToken | None) -> Flow[AccessToken | None]:
        moment = yield from now()
        if token is None or not token.is_fresh(moment) or (refused and token.value == refused.value):
            return None
        yield from self._mask(token.value)
        return token

    def _renewed(
        self, patience: Patience, refused: AccessToken | None, failure_before: DingTalkError | None
    ) -> Flow[AccessToken]:
        # Another caller may have fetched one, or failed to, while this one waited for its turn.
        token = yield from self._remembered(refused)
        if token is not None:
            return token
        if self._failure is not None and self._failure is not failure_before:
            pause = self._failure.retry_after
            # Unless this caller has the patience that the one before had not.
            if pause is None or pause > patience.left:
                raise copy.copy(self._failure)
        try:
            token = yield from self._shared(refused)
            if token is None:
                token = yield from self._granted(patience, refused, look_around=True)
        except DingTalkError as error:
            # A copy, since the error itself holds on to the frames it went through.
            self._failure = copy.copy(error)
            raise
        return token

    def _shared(self, refused: AccessToken | None) -> Flow[AccessToken | None]:
        """Return the token that another worker has shared; without a store there is none."""
        if not self._settings.share_token:
            return None
        text = None
        with contextlib.suppress(StoreError):
            text = yield from load(self._shared_as)
        token = yield from self._usable(AccessToken.from_text(text, self._key), refused)
        if token is not None:
            self._memory[self._key] = token
        return token

    @property
    def _shared_as(self) -> str:
        return f"dingtalk_access_token_{self._key}"

    def _granted(
        self, patience: Patience, refused: AccessToken | None, *, look_around: bool
    ) -> Flow[AccessToken]:
        """Ask DingTalk for a token, with what is held anew where a refusal may come of its age."""
        credentials = self._settings.credentials
        rereads = 0
        held = yield from self._held()
        while True:
            moment = yield from now()
            try:
                grant = yield from self._asked(credentials.token_request(held), patience)
                break
            except DingTalkError as error:
                if rereads == credentials.rereads or not credentials.may_be_outdated(error):
                    raise
                rereads += 1
                outdated, held = held, (yield from self._replaced(held, patience))
                token = (yield from self._shared(refused)) if look_around else None
                if token is not None:
                    return token
                if held == outdated:
                    raise
        return (yield from self._kept(grant, moment, patience))

    def _asked(self, request: TokenRequest, patience: Patience) -> Flow[GrantedToken]:
        yield from self._mask(*request.secrets)
        endpoint = request.endpoint
        url = endpoint.url(self._settings.api_url, request.parameters)
        hidden = (*self._settings.secrets, *request.secrets)
        return (yield from attempts(endpoint, new_request(endpoint, url, request.body), patience, hidden))

    def _held(self) -> Flow[str | None]:
        name = self._settings.credentials.held_as(self._settings.api_url)
        return None if name is None else (yield from load(name))

    def _replaced(self, held: str | None, patience: Patience) -> Flow[str | None]:
        """Return what is held by now, waiting a little for another worker to replace it."""
        newest = held
        for pause in self._settings.credentials.reread_pauses:
            if pause:
                if not patience.allows(pause):
                    break
                yield Wait(pause)
            newest = yield from self._held()
            if newest != held:
                break
        return newest

    def _kept(self, grant: GrantedToken, moment: float, patience: Patience) -> Flow[AccessToken]:
        """Keep what an answer brought: first what cannot be had again, then the token."""
        yield from self._mask(grant.value, *filter(None, [grant.refresh_token]))
        credentials = self._settings.credentials
        name, text = credentials.held_as(self._settings.api_url), credentials.to_hold(grant)
        if name is not None and text is not None:
            yield from self._save(name, text, patience)
        token = AccessToken.granted(grant, moment)
        self._memory[self._key] = token
        if self._settings.share_token:
            # Where it cannot be shared, others ask for one of their own.
            with contextlib.suppress(StoreError):
                yield Save(self._shared_as, token.to_text(self._key))
        return token

    def _save(self, name: str, text: str, patience: Patience) -> Flow[None]:
        for attempt in range(1, SAVE_ATTEMPTS + 1):
            try:
                yield Save(name, text)
            except StoreError:
                if attempt == SAVE_ATTEMPTS or not patience.allows(attempt):
                    raise
            else:
                return
            yield Wait(attempt)
