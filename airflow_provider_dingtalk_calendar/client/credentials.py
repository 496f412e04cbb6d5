"""The app types: the token request of each, and a token with its expiry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow_provider_dingtalk_calendar.client.answers import GrantedToken
from airflow_provider_dingtalk_calendar.client.endpoints import GET_ACCESS_TOKEN, Endpoint

#: Lifetime where the answer gives none, in seconds.
#: https://help.dingtalk.io/open/development/obtain-the-access-token-of-an-internal-app
DEFAULT_LIFETIME = 7200.0

#: A lifetime beyond this many seconds, a month, is taken for nonsense.
LONGEST_LIFETIME = 30 * 86400.0

#: A token is renewed this many seconds before it expires, or in the last tenth of a shorter life.
REFRESH_MARGIN = 300.0


@dataclass(frozen=True)
class AccessToken:
    """An access token.

    :param value: The token.
    :param refresh_at: When to fetch a new one, in seconds since the epoch (UTC).
    """

    value: str = field(repr=False)
    refresh_at: float

    @classmethod
    def granted(cls, grant: GrantedToken, asked_at: float) -> AccessToken:
        """Make a token of an answer, counting its life from the moment of asking.

        A lifetime that is missing, zero, negative or longer than a month counts as 7200 seconds, so that it
        can lead neither to a token request for every call nor to a token that is never renewed.

        :param grant: What the token endpoint answered.
        :param asked_at: When the request was sent, in seconds since the epoch (UTC).
        """
        given = grant.expires_in
        lifetime = given if given is not None and 0 < given <= LONGEST_LIFETIME else DEFAULT_LIFETIME
        return cls(grant.value, asked_at + lifetime - min(REFRESH_MARGIN, lifetime / 10))


@dataclass(frozen=True)
class InternalAppCredentials:
    """An app that an organization made for itself.

    https://help.dingtalk.io/open/development/obtain-the-access-token-of-an-internal-app

    :param client_id: Client ID (AppKey).
    :param client_secret: Client Secret (AppSecret).
    """

    client_id: str
    client_secret: str = field(repr=False)

    #: The operation that grants the token.
    endpoint: Endpoint[GrantedToken] = field(default=GET_ACCESS_TOKEN, init=False, repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What has to be masked in logs."""
        return (self.client_secret,)

    @property
    def body(self) -> Mapping[str, Any]:
        """Body of the token request."""
        return {"appKey": self.client_id, "appSecret": self.client_secret}
