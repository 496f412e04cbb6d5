"""Who may ask for a token and how: one class per way of asking, as data.

What differs from one to another is here: the request, what of it changes with time and is therefore held in
a store, and which refusals an outdated one explains. What is done with it is in :mod:`.tokens`, and the same
for all.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from airflow_provider_dingtalk_calendar.client.auth.grants import (
    GET_ACCESS_TOKEN,
    GET_CORP_ACCESS_TOKEN,
    GET_TOKEN,
    GET_USER_TOKEN,
    GrantedToken,
)
from airflow_provider_dingtalk_calendar.client.engine.endpoint import Endpoint
from airflow_provider_dingtalk_calendar.exceptions import (
    ApiError,
    ConfigurationError,
    DingTalkError,
    InvalidCredentialsError,
    InvalidSuiteTicketError,
    MonthlyQuotaError,
    PermissionDeniedError,
)


@dataclass(frozen=True)
class TokenRequest:
    """A request for a token.

    :param endpoint: The operation.
    :param body: Its JSON body.
    :param parameters: Its path parameters.
    :param secrets: What of the body changes with time and must not be seen.
    """

    endpoint: Endpoint[GrantedToken]
    body: Mapping[str, Any] = field(repr=False)
    parameters: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Credentials:
    """What every app has.

    :param client_id: Client ID (AppKey, SuiteKey or AppId).
    :param client_secret: Client Secret (AppSecret or SuiteSecret).
    """

    client_id: str
    client_secret: str = field(repr=False)

    #: Seconds to wait before each look whether what is held has changed, after a refusal that this explains.
    reread_pauses: ClassVar[tuple[float, ...]] = ()
    #: How often to ask with what has changed, before the refusal is an error.
    rereads: ClassVar[int] = 0

    @property
    def app_type(self) -> str:
        """The type of the app, as the connection names it."""
        return "internal"

    @property
    def organization(self) -> str | None:
        """CorpId of the organization that the token is for, where it is given."""
        return None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What has to be masked in logs before anything is sent."""
        return (self.client_secret,)

    @property
    def user(self) -> str:
        """Secret that tells the user from others, where the token is that of a user."""
        return ""

    def cache_key(self, api_url: str) -> str:
        """Return what tells this token from every other: by host, app, organization and user.

        Only who has the secrets can find it out, and it gives none of them away.
        """
        parts = (api_url, type(self).__name__, self.client_id, self.organization or "", self.user)
        return digest(self.client_secret, *parts)

    def held_as(self, api_url: str) -> str | None:  # noqa: ARG002  the host matters to some
        """Return the name in the store of what changes with time; None if nothing does."""
        return None

    def token_request(self, held: str | None) -> TokenRequest:
        """Return the request for a token.

        :param held: What is held in the store; None if there is nothing.
        :raises ConfigurationError: If the request needs it.
        """
        raise NotImplementedError

    def may_be_outdated(self, error: DingTalkError) -> bool:  # noqa: ARG002
        """Tell whether what was held, if it has been replaced meanwhile, explains this refusal."""
        return False

    def to_hold(self, grant: GrantedToken) -> str | None:  # noqa: ARG002
        """Return what to put into the store before the token is used; None if nothing."""
        return None


def digest(key: str, *parts: str) -> str:
    """Return what the parts and a secret come to, from which neither can be told."""
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hmac.new(key.encode("utf-8", "surrogatepass"), text, "sha256").hexdigest()[:32]


@dataclass(frozen=True)
class InternalAppCredentials(Credentials):
    """An app that an organization made for itself.

    https://help.dingtalk.io/open/development/obtain-the-access-token-of-an-internal-app
    """

    def token_request(self, held: str | None) -> TokenRequest:  # noqa: ARG002
        """Return the request for a token."""
        body = {"appKey": self.client_id, "appSecret": self.client_secret}
        return TokenRequest(GET_ACCESS_TOKEN, body)


@dataclass(frozen=True)
class CorpCredentials(Credentials):
    """An app, internal or third-party, in a named organization: one request for both.

    https://help.dingtalk.io/open/development/api-gettoken

    :param corp_id: CorpId of the app's own organization, or of the one that authorized it.
    :param third_party: Whether it is a third-party enterprise app.
    """

    corp_id: str
    third_party: bool = False

    @property
    def app_type(self) -> str:
        """The type of the app, as the connection names it."""
        return "third_party_enterprise" if self.third_party else "internal"

    @property
    def organization(self) -> str:
        """CorpId of the organization that the token is for."""
        return self.corp_id

    def token_request(self, held: str | None) -> TokenRequest:  # noqa: ARG002
        """Return the request for a token."""
        body = {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "grant_type": "client_credentials",
        }
        return TokenRequest(GET_TOKEN, body, {"corpId": self.corp_id})


@dataclass(frozen=True)
class SuiteCredentials(Credentials):
    """A third-party enterprise app that shows its suite ticket.

    DingTalk pushes a new ticket to the app's callback about every five hours, and only the newest works.
    https://help.dingtalk.io/open/development/obtain-the-access-token-of-the-authorized-enterprise-1

    :param corp_id: CorpId of the organization that authorized the app.
    :param suite_ticket: The ticket, or None where it is held in a store.
    :param suite_ticket_name: Its name in the store; it is read anew for every token request.
    """

    corp_id: str
    suite_ticket: str | None = field(default=None, repr=False)
    suite_ticket_name: str | None = field(default=None, repr=False)

    reread_pauses: ClassVar[tuple[float, ...]] = (0.0,)
    rereads: ClassVar[int] = 1

    @property
    def app_type(self) -> str:
        """The type of the app, as the connection names it."""
        return "third_party_enterprise"

    @property
    def organization(self) -> str:
        """CorpId of the organization that the token is for."""
        return self.corp_id

    @property
    def secrets(self) -> tuple[str, ...]:
        """What has to be masked in logs before anything is sent."""
        return (self.client_secret, *filter(None, [self.suite_ticket]))

    def held_as(self, api_url: str) -> str | None:  # noqa: ARG002
        """Return the name of the ticket in the store, where it is held there."""
        return self.suite_ticket_name

    def token_request(self, held: str | None) -> TokenRequest:
        """Return the request for a token.

        :raises ConfigurationError: If there is no ticket.
        """
        ticket = self.suite_ticket or (held or "").strip()
        if not ticket:
            # The name is not repeated: it is where a ticket could have been pasted.
            msg = "suite_ticket_variable names a Variable that is not there or holds no suite ticket"
            raise ConfigurationError(msg)
        body = {
            "suiteKey": self.client_id,
            "suiteSecret": self.client_secret,
            "authCorpId": self.corp_id,
            "suiteTicket": ticket,
        }
        return TokenRequest(GET_CORP_ACCESS_TOKEN, body, secrets=(ticket,))

    def may_be_outdated(self, error: DingTalkError) -> bool:
        """Tell whether a newer ticket explains this refusal."""
        return isinstance(error, InvalidSuiteTicketError)


@dataclass(frozen=True)
class UserCredentials(Credentials):
    """A third-party personal app, which acts for the user who authorized it.

    The code works once. Every answer carries a refresh token, valid for 30 days, for the next request; it is
    held in a store under a name made of what the user gave, so that a new authorization begins anew.
    https://help.dingtalk.io/open/development/obtain-user-token

    :param authorization_code: The code of the user's authorization, or None.
    :param refresh_token: A refresh token to begin with, or None. One of the two has to be given.
    """

    authorization_code: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)

    #: Another worker may be between its answer and its writing, which takes a moment.
    reread_pauses: ClassVar[tuple[float, ...]] = (0.0, 0.5, 1.0, 2.0, 4.0)
    rereads: ClassVar[int] = 10

    def __post_init__(self) -> None:
        if bool(self.authorization_code) == bool(self.refresh_token):
            msg = "authorization_code, refresh_token: one of the two must be given, and not both"
            raise ConfigurationError(msg)

    @property
    def app_type(self) -> str:
        """The type of the app, as the connection names it."""
        return "third_party_personal"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What has to be masked in logs before anything is sent."""
        return (self.client_secret, self.user)

    @property
    def user(self) -> str:
        """What the user gave: code or refresh token."""
        return self.authorization_code or self.refresh_token or ""

    def held_as(self, api_url: str) -> str:
        """Return the name of the refresh token in the store; it does not change with the Client Secret."""
        return f"dingtalk_refresh_token_{digest(self.user, api_url, self.client_id)}"

    def token_request(self, held: str | None) -> TokenRequest:
        """Return the request for a token: with the refresh token that is held, else with what was given."""
        body = {"clientId": self.client_id, "clientSecret": self.client_secret}
        newest = _refresh_token_in(held) or self.refresh_token
        if newest:
            body |= {"grantType": "refresh_token", "refreshToken": newest}
        else:
            body |= {"grantType": "authorization_code", "code": self.user}
        return TokenRequest(GET_USER_TOKEN, body, secrets=(newest or self.user,))

    def may_be_outdated(self, error: DingTalkError) -> bool:
        """Tell whether a newer refresh token explains this refusal; its code is not documented."""
        other_reasons = (InvalidCredentialsError, PermissionDeniedError, MonthlyQuotaError)
        for_good = isinstance(error, ApiError) and error.retry_after is None
        return for_good and not isinstance(error, other_reasons)

    def to_hold(self, grant: GrantedToken) -> str | None:
        """Return the refresh token of an answer, as it is held."""
        return grant.refresh_token and json.dumps({"refresh_token": grant.refresh_token})


def _refresh_token_in(held: str | None) -> str | None:
    """Read what is held; what somebody else wrote there counts as nothing."""
    try:
        token = json.loads(held or "null")["refresh_token"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return token if isinstance(token, str) and token else None
