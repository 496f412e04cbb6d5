"""Operations that grant access tokens, one for each class of credentials."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..engine.endpoint import Endpoint, Replay
from ..wire.readers import text
from ..wire.values import is_visible_ascii


@dataclass(frozen=True)
class GrantedToken:
    """Answer of a token endpoint.

    :param value: The access token; empty if the answer has only a refresh token.
    :param expires_in: Lifetime of the token, in seconds; None if the answer does not state it.
    :param refresh_token: Refresh token for the next request; None if the answer has none.
    :param corp_id: CorpId of the token's organization; None if the answer has no CorpId.
    """

    value: str = field(repr=False)
    expires_in: float | None
    refresh_token: str | None = field(default=None, repr=False)
    corp_id: str | None = None


def _lifetime(answer: Mapping[str, Any], name: str) -> float | None:
    value = answer.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _token(answer: Mapping[str, Any], name: str) -> str:
    token = text(name)(answer)
    if not is_visible_ascii(token):
        msg = f"the {name} holds characters that no header can carry"
        raise ValueError(msg)
    return token


def _granted(token: str, lifetime: str) -> Callable[[Mapping[str, Any]], GrantedToken]:
    """Return a reader for a token and its lifetime. The token must fit into a header."""
    return lambda answer: GrantedToken(_token(answer, token), _lifetime(answer, lifetime))


def granted_user_token(answer: Mapping[str, Any]) -> GrantedToken:
    """Read ``accessToken`` and, if given, ``expireIn``, ``refreshToken`` and ``corpId``.

    The request might have used up its code or refresh token, so an incomplete answer is accepted too. If the
    answer has only a refresh token, the access token is empty.
    """
    refresh_token, corp_id = answer.get("refreshToken"), answer.get("corpId")
    if not (isinstance(refresh_token, str) and is_visible_ascii(refresh_token)):
        refresh_token = None
    try:
        token = _token(answer, "accessToken")
    except ValueError:
        if refresh_token is None:
            raise
        token = ""
    return GrantedToken(
        token,
        _lifetime(answer, "expireIn"),
        refresh_token,
        corp_id if isinstance(corp_id, str) and corp_id else None,
    )


GET_ACCESS_TOKEN: Endpoint[GrantedToken] = Endpoint(
    operation="GetAccessToken",
    route="POST /v1.0/oauth2/accessToken",
    page="obtain-the-access-token-of-an-internal-app",
    answer=_granted("accessToken", "expireIn"),
    replay=Replay.READ,
)

GET_TOKEN: Endpoint[GrantedToken] = Endpoint(
    operation="GetToken",
    route="POST /v1.0/oauth2/{corpId}/token",
    page="api-gettoken",
    answer=_granted("access_token", "expires_in"),
    permission="qyapi_base",
    replay=Replay.READ,
    # DingTalk answers a wrong CorpId or secret with HTTP 500 and unknownError. No page documents this.
    advice="check corp_id, Client ID and Client Secret",
)

GET_CORP_ACCESS_TOKEN: Endpoint[GrantedToken] = Endpoint(
    operation="GetCorpAccessToken",
    route="POST /v1.0/oauth2/corpAccessToken",
    page="obtain-the-access-token-of-the-authorized-enterprise-1",
    answer=_granted("accessToken", "expireIn"),
    replay=Replay.READ,
)

# Whether a refresh token works more than once is not documented. After a lost answer, repeating the request
# with the same token is still the best option.
GET_USER_TOKEN: Endpoint[GrantedToken] = Endpoint(
    operation="GetUserToken",
    route="POST /v1.0/oauth2/userAccessToken",
    page="obtain-user-token",
    answer=granted_user_token,
    permission="open_app_api_base",
    replay=Replay.READ,
    advice=(
        "check Client ID and Client Secret; an authorization code works once, a refresh token for 30 days: "
        "if it is spent, have the user authorize the app anew and put the new code into the connection; if "
        "another task was refreshing it at this moment, try again"
    ),
)
