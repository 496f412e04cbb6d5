"""What the operations for tokens do: functions as in ``operations``.

In which order their parameters are checked is not documented: first the app type, then in the order in
which the page lists the parameters or the errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator import errors
from airflow_provider_dingtalk_calendar.emulator.access import INTERNAL, THIRD_PARTY_ENTERPRISE
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.emulator.errors import ErrorAnswer
    from airflow_provider_dingtalk_calendar.emulator.operations import Call, Json


def get_access_token(call: Call) -> Json:
    """Page obtain-the-access-token-of-an-internal-app: the token is the same, extended, while it is valid."""
    _check_app_type(call, INTERNAL)
    _check_credentials(call, "appKey", "appSecret", errors.INVALID_CLIENT)
    return {"accessToken": call.tokens.app_token(), "expireIn": call.tokens.lifetime}


def get_token(call: Call) -> Json:
    """Page api-gettoken. That every answer has a new token, and the others stay valid, is undocumented."""
    _check_app_type(call, INTERNAL, THIRD_PARTY_ENTERPRISE)
    _check_credentials(call, "client_id", "client_secret", errors.OAUTH_INVALID_CLIENT)
    if _text(call, "grant_type") != "client_credentials":
        raise ApiError(errors.UNSUPPORTED_GRANT_TYPE)
    if call.parameters["corpId"] != call.app.corp_id:
        raise ApiError(errors.UNAUTHORIZED_CLIENT)
    return {"access_token": call.tokens.new_token(), "expires_in": call.tokens.lifetime}


def get_corp_access_token(call: Call) -> Json:
    """Page obtain-the-access-token-of-the-authorized-enterprise-1: every answer has a new token.

    That the tokens before it stay valid is undocumented.
    """
    _check_app_type(call, THIRD_PARTY_ENTERPRISE)
    _check_credentials(call, "suiteKey", "suiteSecret", errors.INVALID_SUITE_KEY)
    if _text(call, "suiteTicket") != call.tokens.suite_ticket:
        raise ApiError(errors.INVALID_SUITE_TICKET)
    if _text(call, "authCorpId") != call.app.corp_id:
        raise ApiError(errors.INVALID_AUTH_INFO)
    return {"accessToken": call.tokens.new_token(), "expireIn": call.tokens.lifetime}


def get_user_token(call: Call) -> Json:
    """Page obtain-user-token: for apps of every type, by code or by refresh token.

    Repeated requests return the same result, extended, while the access token is valid: here the access
    token of the same authorization is the same, the refresh token another one (undocumented). So is that
    ``corpId`` is answered whatever the user consented to.
    """
    _check_credentials(call, "clientId", "clientSecret", errors.USER_INVALID_CLIENT)
    grant_type = _text(call, "grantType")
    if grant_type == "authorization_code":
        tokens = call.tokens.redeem_code(_text(call, "code"))
    elif grant_type == "refresh_token":
        tokens = call.tokens.redeem_refresh_token(_text(call, "refreshToken"))
    else:
        raise ApiError(errors.USER_UNSUPPORTED_GRANT_TYPE)
    return {
        "accessToken": tokens.access_token,
        "refreshToken": tokens.refresh_token,
        "expireIn": call.tokens.lifetime,
        "corpId": call.app.corp_id,
    }


def _check_app_type(call: Call, *supported: str) -> None:
    if call.app.app_type not in supported:
        raise ApiError(errors.APP_TYPE_NOT_SUPPORTED)


def _check_credentials(call: Call, id_field: str, secret_field: str, error: ErrorAnswer) -> None:
    given = (_text(call, id_field), _text(call, secret_field))
    if given != (call.app.client_id, call.app.client_secret):
        raise ApiError(error)


def _text(call: Call, field: str) -> str:
    """Return a text of the body, empty if there is none: both are refused in the same way (undocumented)."""
    value = call.body.get(field) if isinstance(call.body, Mapping) else None
    return value if isinstance(value, str) else ""
