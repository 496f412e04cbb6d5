"""The operations that grant access tokens, one for each way to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow_provider_dingtalk_calendar.client.engine.endpoint import Endpoint, Replay
from airflow_provider_dingtalk_calendar.client.wire.readers import _text
from airflow_provider_dingtalk_calendar.client.wire.values import is_visible_ascii


@dataclass(frozen=True)
class GrantedToken:
    """What a token endpoint answers.

    :param value: The access token.
    :param expires_in: Its lifetime in seconds, where the answer gives one.
    :param refresh_token: What to ask for the next one with, where the answer gives one.
    :param corp_id: The organization that it is for, where the answer names it.
    """

    value: str = field(repr=False)
    expires_in: float | None
    refresh_token: str | None = field(default=None, repr=False)
    corp_id: str | None = None


def _lifetime(answer: Mapping[str, Any], name: str) -> float | None:
    value = answer.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _token(answer: Mapping[str, Any], name: str) -> str:
    token = _text(answer, name)
    if not is_visible_ascii(token):
        msg = f"the {name} holds characters that no header can carry"
        raise ValueError(msg)
    return token


def granted_token(answer: Mapping[str, Any]) -> GrantedToken:
    """Read ``accessToken``, which has to fit into a header, and ``expireIn``."""
    return GrantedToken(_token(answer, "accessToken"), _lifetime(answer, "expireIn"))


def granted_corp_token(answer: Mapping[str, Any]) -> GrantedToken:
    """Read ``access_token``, which has to fit into a header, and ``expires_in``."""
    return GrantedToken(_token(answer, "access_token"), _lifetime(answer, "expires_in"))


def granted_user_token(answer: Mapping[str, Any]) -> GrantedToken:
    """Read ``accessToken`` and ``expireIn``, and, where they are there, ``refreshToken`` and ``corpId``.

    The code or refresh token that it was asked with is spent, so whatever there is, is taken: an answer
    without a refresh token, and one with a refresh token alone, whose access token is then empty.
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
    method="POST",
    path="/v1.0/oauth2/accessToken",
    page="obtain-the-access-token-of-an-internal-app",
    answer=granted_token,
    replay=Replay.READ,
)

GET_TOKEN: Endpoint[GrantedToken] = Endpoint(
    operation="GetToken",
    method="POST",
    path="/v1.0/oauth2/{corpId}/token",
    page="api-gettoken",
    answer=granted_corp_token,
    permission="qyapi_base",
    replay=Replay.READ,
)

GET_CORP_ACCESS_TOKEN: Endpoint[GrantedToken] = Endpoint(
    operation="GetCorpAccessToken",
    method="POST",
    path="/v1.0/oauth2/corpAccessToken",
    page="obtain-the-access-token-of-the-authorized-enterprise-1",
    answer=granted_token,
    replay=Replay.READ,
)

# Asking twice with the same refresh token may be refused the second time, which is not documented; where no
# answer came back, there is still nothing better than to ask again.
GET_USER_TOKEN: Endpoint[GrantedToken] = Endpoint(
    operation="GetUserToken",
    method="POST",
    path="/v1.0/oauth2/userAccessToken",
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
