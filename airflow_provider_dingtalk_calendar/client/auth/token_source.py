"""Token source: finds the access token in memory or the shared store, or requests it from DingTalk."""

from __future__ import annotations

import contextlib
import copy

from airflow_provider_dingtalk_calendar.exceptions import (
    ConfigurationError,
    DingTalkError,
    StoreError,
    UnexpectedAnswerError,
)

from ..engine.attempts import Pace, Patience, attempts, new_request
from ..engine.effects import Exclusive, Flow, Mask, Save, Wait, load, now
from ..engine.secrets import Secret, Secrets
from ..settings import ClientSettings
from ..wire.values import to_json
from .access_token import AccessToken
from .grants import GrantedToken
from .token_memory import TokenMemory

#: Name under which a test value is stored before a code or refresh token is used up.
WRITE_TEST = "dingtalk_write_test"

#: Seconds to wait before each new attempt to write to the store. If the last attempt fails, the failure is
#: raised.
SAVE_PAUSES = (1.0, 2.0)


class Tokens:
    """Source of one client's access token.

    :param settings: Settings of the client.
    :param memory: Holds tokens, perhaps for several clients.
    :param pace: Applies the rate limit.
    """

    def __init__(self, settings: ClientSettings, memory: TokenMemory, pace: Pace) -> None:
        self._settings = settings
        self._memory = memory
        self._key = settings.credentials.cache_key(settings.api_url)
        self._pace = pace
        #: Secrets that this client has masked.
        self._masked: set[str] = set()
        #: Value that has not been written to the store yet, because an earlier write failed.
        self._unwritten: Secret | None = None

    def valid(self, patience: Patience, *, refused: AccessToken | None = None) -> Flow[AccessToken]:
        """Return a token that is not about to expire.

        :param patience: Waiting budget of the call that needs the token.
        :param refused: Token that DingTalk has just refused. This token is not returned.
        """
        yield from self._mask(self._settings.secrets)
        token = yield from self._remembered(refused)
        if token is None:
            failure = self._memory.failures.get(self._key)
            token = yield Exclusive(self._key, self._renewed(patience, refused, failure))
        return token

    def fetched(self, patience: Patience) -> Flow[AccessToken]:
        """Request a new token, even if the memory or the store holds one. A refusal is not retried."""
        yield from self._mask(self._settings.secrets)
        token: AccessToken = yield Exclusive(self._key, self._granted(patience, None, once=True))
        return token

    def _mask(self, secrets: Secrets) -> Flow[None]:
        for action in [Mask(secret) for secret in secrets if secret not in self._masked]:
            yield action
            self._masked.add(action.secret)

    def _remembered(self, refused: AccessToken | None) -> Flow[AccessToken | None]:
        return self._usable(self._memory.tokens.get(self._key), refused)

    def _usable(self, token: AccessToken | None, refused: AccessToken | None) -> Flow[AccessToken | None]:
        moment = yield from now()
        if token is None or not token.is_fresh(moment) or (refused and token.value == refused.value):
            return None
        yield from self._mask(token.forms)
        return token

    def _renewed(
        self, patience: Patience, refused: AccessToken | None, failure_before: DingTalkError | None
    ) -> Flow[AccessToken]:
        # While this caller waited, another caller might have fetched a token, or failed.
        token = yield from self._remembered(refused)
        if token is not None:
            return token
        failure = self._memory.failures.get(self._key)
        if failure is not None and failure is not failure_before:
            raise copy.copy(failure)
        try:
            token = yield from self._shared(refused)
            if token is None:
                token = yield from self._granted(patience, refused)
        except DingTalkError as error:
            # Keep a copy, because the error itself keeps its stack frames alive.
            self._memory.failures[self._key] = copy.copy(error)
            raise
        return token

    def _shared(self, refused: AccessToken | None) -> Flow[AccessToken | None]:
        """Return the token that another worker has shared, or None."""
        if not self._settings.share_token:
            return None
        text = None
        with contextlib.suppress(StoreError):
            text = yield from load(self._shared_as)
        token = yield from self._usable(AccessToken.from_text(text, self._key), refused)
        if token is not None:
            self._memory.tokens[self._key] = token
        return token

    @property
    def _shared_as(self) -> str:
        return f"dingtalk_access_token_{self._key}"

    def _granted(
        self, patience: Patience, refused: AccessToken | None, *, once: bool = False
    ) -> Flow[AccessToken]:
        """Request a token. If an outdated stored value could explain a refusal, retry with the newest."""
        credentials = self._settings.credentials
        rereads = 0
        yield from self._check_that_the_store_can_write()
        held = yield from self._held()
        while True:
            moment = yield from now()
            try:
                grant = yield from self._asked(held, patience)
                break
            except DingTalkError as error:
                if once or rereads == credentials.rereads or not credentials.may_be_outdated(error):
                    raise
                rereads += 1
                outdated, held = held, (yield from self._replaced(held, patience))
                token = yield from self._shared(refused)
                if token is not None:
                    return token
                if held == outdated:
                    raise
        return (yield from self._kept(grant, moment, share=self._settings.share_token and not once))

    def _asked(self, held: Secret | None, patience: Patience) -> Flow[GrantedToken]:
        try:
            request = self._settings.credentials.token_request(held)
        except ConfigurationError as error:
            if self._settings.name is None:
                raise
            msg = f"connection {self._settings.name!r}: {error}"
            raise ConfigurationError(msg) from None
        yield from self._mask(request.secrets)
        endpoint = request.endpoint
        url = endpoint.url(self._settings.api_url, request.parameters)
        hidden = self._settings.secrets + request.secrets
        sent = new_request(endpoint, url, to_json(request.body))
        return (yield from attempts(endpoint, sent, patience=patience, pace=self._pace, hidden=hidden))

    def _held(self) -> Flow[Secret | None]:
        name = self._settings.credentials.held_as(self._settings.api_url)
        return None if name is None else (yield from load(name))

    def _check_that_the_store_can_write(self) -> Flow[None]:
        """Raise a :class:`StoreError` if nothing can be stored, before a request uses up a code or token.

        A value that an earlier write failed to store is written now. Otherwise, the test writes under a name
        of its own, because writing the held value again could replace a newer value from another worker.
        """
        credentials = self._settings.credentials
        name = credentials.held_as(self._settings.api_url)
        if name is not None and self._unwritten is not None:
            yield from self._save(name, self._unwritten)
            self._unwritten = None
        elif credentials.single_use:
            yield from self._save(WRITE_TEST, Secret("ok"))

    def _replaced(self, held: Secret | None, patience: Patience) -> Flow[Secret | None]:
        """Return the newest stored value. If it has not changed, first wait a little for another worker."""
        newest = held
        for pause in self._settings.credentials.reread_pauses:
            if pause:
                if not patience.allows(pause):
                    break
                yield Wait(pause)
            with contextlib.suppress(StoreError):
                newest = yield from self._held()
            if newest != held:
                break
        return newest

    def _kept(self, grant: GrantedToken, moment: float, *, share: bool) -> Flow[AccessToken]:
        """Store the tokens of an answer, and return the access token.

        The refresh token is stored first, because it cannot be requested again.
        """
        credentials = self._settings.credentials
        name, text = credentials.held_as(self._settings.api_url), credentials.to_hold(grant)
        if name is not None and text is not None:
            self._unwritten = text
            yield from self._save(name, text)
            self._unwritten = None
        token = AccessToken.granted(grant, moment)
        yield from self._mask(Secrets(grant.refresh_token) + token.forms)
        if not grant.value:
            msg = "the answer has no accessToken that fits into a header; its refresh token is kept"
            raise UnexpectedAnswerError(msg, operation="GetUserToken")
        self._memory.tokens[self._key] = token
        if share:
            # If sharing fails, other workers request their own token.
            with contextlib.suppress(StoreError):
                yield Save(self._shared_as, token.to_text(self._key))
        return token

    def _save(self, name: str, text: Secret) -> Flow[None]:
        # These waits are not limited by the call's budget, because the value cannot be requested again.
        for pause in SAVE_PAUSES:
            try:
                yield Save(name, text.value)
            except StoreError:
                yield Wait(pause)
            else:
                return
        yield Save(name, text.value)
