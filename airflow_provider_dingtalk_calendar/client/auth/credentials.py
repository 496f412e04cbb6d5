"""Credentials: one class for each way to get a token, as data.

Each class describes its token request, the part of the request that changes and is therefore kept in a store,
and the refusals that suggest that this part is outdated. :mod:`.token_source` treats all classes alike.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from airflow_provider_dingtalk_calendar import exceptions as errors

from ..engine.endpoint import Endpoint
from ..engine.secrets import Secret, Secrets
from .grants import GET_ACCESS_TOKEN, GET_CORP_ACCESS_TOKEN, GET_TOKEN, GET_USER_TOKEN, GrantedToken


@dataclass(frozen=True)
class TokenRequest:
    """A request for a token.

    :param endpoint: The operation.
    :param body: JSON body of the request.
    :param parameters: Path parameters of the request.
    :param secrets: Secrets in the body that change with time.
    """

    endpoint: Endpoint[GrantedToken]
    body: Mapping[str, Any] = field(repr=False)
    parameters: Mapping[str, str] = field(default_factory=dict)
    secrets: Secrets = field(default_factory=Secrets)


@dataclass(frozen=True)
class Credentials:
    """Base of all credentials.

    :param client_id: Client ID (AppKey, SuiteKey or AppId).
    :param client_secret: Client Secret (AppSecret or SuiteSecret).
    """

    client_id: str
    client_secret: str = field(repr=False)

    #: Whether a token request uses up the stored value, so that the next value must be stored.
    single_use: ClassVar[bool] = False
    #: Seconds to wait, after a refusal, before each check of whether the stored value has changed.
    reread_pauses: ClassVar[tuple[float, ...]] = ()
    #: Maximum number of token requests with changed values before the refusal is final.
    rereads: ClassVar[int] = 0

    @property
    def app_type(self) -> str:
        """Name of the app type in the connection."""
        return "internal"

    @property
    def organization(self) -> str | None:
        """CorpId of the token's organization; None if not given."""
        return None

    @property
    def secrets(self) -> Secrets:
        """Secrets to mask in logs before anything is sent."""
        return Secrets(self.client_secret)

    @property
    def user(self) -> str:
        """Secret that identifies the token's user; empty if the token belongs to an app."""
        return ""

    def cache_key(self, api_url: str) -> str:
        """Return a key for the token of this host, app, organization and user.

        The key cannot be computed without the secrets and does not reveal them.
        """
        parts = (api_url, type(self).__name__, self.client_id, self.organization or "", self.user)
        return digest(self.client_secret, *parts)

    @property
    def lasting_secret(self) -> str:
        """Secret that does not change while the stored values are needed. A store can use it as a key."""
        return self.user or self.client_secret

    def held_as(self, api_url: str) -> str | None:  # noqa: ARG002
        """Return the name of the value in the store; None if nothing is stored."""
        return None

    def token_request(self, held: Secret | None) -> TokenRequest:
        """Return the request for a token.

        :param held: The stored value; None if there is none.
        :raises ConfigurationError: If the request needs a stored value.
        """
        raise NotImplementedError

    def may_be_outdated(self, error: errors.DingTalkError) -> bool:  # noqa: ARG002
        """Return whether an outdated stored value could explain a refusal."""
        return False

    def to_hold(self, grant: GrantedToken) -> Secret | None:  # noqa: ARG002
        """Return the value to store from now on; None if there is nothing to store."""
        return None


def digest(key: str, *parts: str) -> str:
    """Return a digest that reveals neither the key nor the parts."""
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hmac.new(key.encode("utf-8", "surrogatepass"), text, "sha256").hexdigest()[:32]


@dataclass(frozen=True)
class InternalAppCredentials(Credentials):
    """Credentials of an app that an organization made for itself.

    https://help.dingtalk.io/open/development/obtain-the-access-token-of-an-internal-app
    """

    def token_request(self, held: Secret | None) -> TokenRequest:  # noqa: ARG002
        """Return the request for a token."""
        body = {"appKey": self.client_id, "appSecret": self.client_secret}
        return TokenRequest(GET_ACCESS_TOKEN, body)


@dataclass(frozen=True)
class CorpCredentials(Credentials):
    """Credentials of an internal or third-party app in a given organization.

    https://help.dingtalk.io/open/development/api-gettoken

    :param corp_id: CorpId of the app's own organization, or of the organization that authorized the app.
    :param third_party: Whether the app is a third-party enterprise app.
    """

    corp_id: str
    third_party: bool = False

    @property
    def app_type(self) -> str:
        """Name of the app type in the connection."""
        return "third_party_enterprise" if self.third_party else "internal"

    @property
    def organization(self) -> str:
        """CorpId of the token's organization."""
        return self.corp_id

    def token_request(self, held: Secret | None) -> TokenRequest:  # noqa: ARG002
        """Return the request for a token."""
        body = {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "grant_type": "client_credentials",
        }
        return TokenRequest(GET_TOKEN, body, {"corpId": self.corp_id})


@dataclass(frozen=True)
class SuiteCredentials(Credentials):
    """Credentials of a third-party enterprise app with a suite ticket.

    DingTalk pushes a new ticket to the app's callback about every five hours, and only the newest ticket
    works. https://help.dingtalk.io/open/development/obtain-the-access-token-of-the-authorized-enterprise-1

    :param corp_id: CorpId of the organization that authorized the app.
    :param suite_ticket: The ticket; None if the store holds it.
    :param suite_ticket_name: Name of the ticket in the store. Every token request reads the ticket again.
    """

    corp_id: str
    suite_ticket: str | None = field(default=None, repr=False)
    suite_ticket_name: str | None = field(default=None, repr=False)

    reread_pauses: ClassVar[tuple[float, ...]] = (0.0,)
    rereads: ClassVar[int] = 1

    @property
    def app_type(self) -> str:
        """Name of the app type in the connection."""
        return "third_party_enterprise"

    @property
    def organization(self) -> str:
        """CorpId of the token's organization."""
        return self.corp_id

    @property
    def secrets(self) -> Secrets:
        """Secrets to mask in logs before anything is sent."""
        return Secrets(self.client_secret, self.suite_ticket)

    def held_as(self, api_url: str) -> str | None:  # noqa: ARG002
        """Return the name of the ticket in the store; None if the store does not hold the ticket."""
        return self.suite_ticket_name

    def token_request(self, held: Secret | None) -> TokenRequest:
        """Return the request for a token.

        :raises ConfigurationError: If there is no ticket.
        """
        ticket = self.suite_ticket or (held.value.strip() if held else "")
        if not ticket:
            # The error leaves out the Variable's name, because a user might have put the ticket there.
            msg = "suite_ticket_variable names a Variable that does not exist or holds no suite ticket"
            raise errors.ConfigurationError(msg)
        body = {
            "suiteKey": self.client_id,
            "suiteSecret": self.client_secret,
            "authCorpId": self.corp_id,
            "suiteTicket": ticket,
        }
        return TokenRequest(GET_CORP_ACCESS_TOKEN, body, secrets=Secrets(ticket))

    def may_be_outdated(self, error: errors.DingTalkError) -> bool:
        """Return whether an outdated ticket could explain a refusal."""
        return isinstance(error, errors.InvalidSuiteTicketError)


@dataclass(frozen=True)
class UserCredentials(Credentials):
    """Credentials of a third-party personal app, which acts for the user who authorized it.

    The authorization code works once. Every answer has a new refresh token, valid for 30 days, for the next
    request. The store holds the refresh token under a name derived from the user's first secret, so a new
    authorization uses no refresh token of an older one.
    https://help.dingtalk.io/open/development/obtain-user-token

    :param authorization_code: Code of the user's authorization, or None.
    :param refresh_token: First refresh token, or None. Exactly one of the code and the refresh token must be
        given.
    """

    authorization_code: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)

    single_use: ClassVar[bool] = True
    #: Seconds to wait before each check. Another worker might have received a refresh token, but not yet
    #: stored it.
    reread_pauses: ClassVar[tuple[float, ...]] = (0.0, 0.5, 1.0, 2.0, 4.0)
    rereads: ClassVar[int] = 10

    def __post_init__(self) -> None:
        if bool(self.authorization_code) == bool(self.refresh_token):
            msg = "give exactly one of authorization_code, refresh_token"
            raise errors.ConfigurationError(msg)

    @property
    def app_type(self) -> str:
        """Name of the app type in the connection."""
        return "third_party_personal"

    @property
    def secrets(self) -> Secrets:
        """Secrets to mask in logs before anything is sent."""
        return Secrets(self.client_secret, self.user)

    @property
    def user(self) -> str:
        """First secret of the user: the authorization code or the first refresh token."""
        return self.authorization_code or self.refresh_token or ""

    def held_as(self, api_url: str) -> str:
        """Return the name of the refresh token in the store. A new Client Secret does not change the name."""
        return f"dingtalk_refresh_token_{digest(self.user, api_url, self.client_id)}"

    def token_request(self, held: Secret | None) -> TokenRequest:
        """Return the request for a token, with the stored refresh token or else the first secret."""
        body = {"clientId": self.client_id, "clientSecret": self.client_secret}
        newest = _refresh_token_in(held) or self.refresh_token
        if newest:
            body |= {"grantType": "refresh_token", "refreshToken": newest}
        else:
            body |= {"grantType": "authorization_code", "code": self.user}
        return TokenRequest(GET_USER_TOKEN, body, secrets=Secrets(newest or self.user))

    def may_be_outdated(self, error: errors.DingTalkError) -> bool:
        """Return whether an outdated refresh token could explain a refusal.

        DingTalk does not document the error code of such a refusal.
        """
        other_reasons = (
            errors.InvalidCredentialsError,
            errors.PermissionDeniedError,
            errors.MonthlyQuotaError,
        )
        for_good = isinstance(error, errors.ApiError) and error.retry_after is None
        return for_good and not isinstance(error, other_reasons)

    def to_hold(self, grant: GrantedToken) -> Secret | None:
        """Return an answer's refresh token in the form that the store holds; None if there is none."""
        if grant.refresh_token is None:
            return None
        return Secret(json.dumps({"refresh_token": grant.refresh_token}))


def _refresh_token_in(held: Secret | None) -> str | None:
    """Return the refresh token in a stored value, or None if the value is not in the expected form."""
    try:
        token = json.loads(held.value if held else "null")["refresh_token"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return token if isinstance(token, str) and token else None
