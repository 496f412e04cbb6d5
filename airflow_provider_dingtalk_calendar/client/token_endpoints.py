"""The operations that grant access tokens, one for each way to ask."""

from __future__ import annotations

from airflow_provider_dingtalk_calendar.client import answers
from airflow_provider_dingtalk_calendar.client.answers import GrantedToken
from airflow_provider_dingtalk_calendar.client.endpoint import Endpoint, Replay

GET_ACCESS_TOKEN: Endpoint[GrantedToken] = Endpoint(
    operation="GetAccessToken",
    method="POST",
    path="/v1.0/oauth2/accessToken",
    page="obtain-the-access-token-of-an-internal-app",
    answer=answers.granted_token,
    replay=Replay.READ,
)

GET_TOKEN: Endpoint[GrantedToken] = Endpoint(
    operation="GetToken",
    method="POST",
    path="/v1.0/oauth2/{corpId}/token",
    page="api-gettoken",
    answer=answers.granted_corp_token,
    permission="qyapi_base",
    replay=Replay.READ,
)

GET_CORP_ACCESS_TOKEN: Endpoint[GrantedToken] = Endpoint(
    operation="GetCorpAccessToken",
    method="POST",
    path="/v1.0/oauth2/corpAccessToken",
    page="obtain-the-access-token-of-the-authorized-enterprise-1",
    answer=answers.granted_token,
    replay=Replay.READ,
)

# Asking twice with the same refresh token may be refused the second time, which is not documented; where no
# answer came back, there is still nothing better than to ask again.
GET_USER_TOKEN: Endpoint[GrantedToken] = Endpoint(
    operation="GetUserToken",
    method="POST",
    path="/v1.0/oauth2/userAccessToken",
    page="obtain-user-token",
    answer=answers.granted_user_token,
    permission="open_app_api_base",
    replay=Replay.READ,
    advice=(
        "check Client ID and Client Secret; an authorization code works once, a refresh token for 30 days: "
        "if it is spent, have the user authorize the app anew and put the new code into the connection; if "
        "another task was refreshing it at this moment, try again"
    ),
)
