"""What all credentials have in common: an app, and how a token is asked for with it."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from airflow_provider_dingtalk_calendar.client.answers import GrantedToken
from airflow_provider_dingtalk_calendar.client.endpoint import Endpoint
from airflow_provider_dingtalk_calendar.exceptions import DingTalkError


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
