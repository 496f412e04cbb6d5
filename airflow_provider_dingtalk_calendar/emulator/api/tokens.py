"""The operations that issue access tokens.

The order in which the operations check a request is not documented. Here the app type is checked first. The
other checks follow the order of the page's parameters or errors. The contracts only describe the requests and
do not check them, because each wrong or missing field has its own error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..core import errors
from ..core.contract import INTEGER, TEXT, Contract, choice, exactly, full
from ..core.errors import ErrorAnswer, ServiceError
from ..world.app import INTERNAL, THIRD_PARTY_ENTERPRISE
from .route import Route

if TYPE_CHECKING:
    from .call import Call, Json


def get_access_token(call: Call) -> Json:
    """Return the app's token, extended if still valid (page obtain-the-access-token-of-an-internal-app)."""
    _check_app_type(call, INTERNAL)
    _check_credentials(call, "appKey", "appSecret", errors.INVALID_CLIENT)
    return {"accessToken": call.tokens.app_token(), "expireIn": call.tokens.lifetime}


def get_token(call: Call) -> Json:
    """Return a new token (page api-gettoken).

    Every answer has a new token, and earlier tokens stay valid (neither is documented).
    """
    _check_app_type(call, INTERNAL, THIRD_PARTY_ENTERPRISE)
    _check_credentials(call, "client_id", "client_secret", errors.OAUTH_INVALID_CLIENT)
    if _text(call, "grant_type") != "client_credentials":
        raise ServiceError(errors.UNSUPPORTED_GRANT_TYPE)
    if call.parameters["corpId"] != call.app.corp_id:
        raise ServiceError(errors.UNAUTHORIZED_CLIENT)
    return {"access_token": call.tokens.new_token(), "expires_in": call.tokens.lifetime}


def get_corp_access_token(call: Call) -> Json:
    """Return a new token (page obtain-the-access-token-of-the-authorized-enterprise-1).

    Earlier tokens stay valid (undocumented).
    """
    _check_app_type(call, THIRD_PARTY_ENTERPRISE)
    _check_credentials(call, "suiteKey", "suiteSecret", errors.INVALID_SUITE_KEY)
    if _text(call, "suiteTicket") != call.tokens.suite_ticket:
        raise ServiceError(errors.INVALID_SUITE_TICKET)
    if _text(call, "authCorpId") != call.app.corp_id:
        raise ServiceError(errors.INVALID_AUTH_INFO)
    return {"accessToken": call.tokens.new_token(), "expireIn": call.tokens.lifetime}


def get_user_token(call: Call) -> Json:
    """Exchange a code or a refresh token for a user's tokens (page obtain-user-token).

    Any type of app may call this operation. While the access token is valid, a request with the refresh token
    extends the access token. The refresh token in the answer is always new, and the answer has ``corpId`` no
    matter what the user consented to (neither is documented).
    """
    _check_credentials(call, "clientId", "clientSecret", errors.INVALID_CLIENT)
    grant_type = _text(call, "grantType")
    if grant_type == "authorization_code":
        access_token, refresh_token = call.tokens.redeem_code(_text(call, "code"))
    elif grant_type == "refresh_token":
        access_token, refresh_token = call.tokens.redeem_refresh_token(_text(call, "refreshToken"))
    else:
        raise ServiceError(errors.UNSUPPORTED_GRANT_TYPE)
    return {
        "accessToken": access_token,
        "refreshToken": refresh_token,
        "expireIn": call.tokens.lifetime,
        "corpId": call.app.corp_id,
    }


def _check_app_type(call: Call, *supported: str) -> None:
    if call.app.app_type not in supported:
        raise ServiceError(errors.APP_TYPE_NOT_SUPPORTED)


def _check_credentials(call: Call, id_field: str, secret_field: str, error: ErrorAnswer) -> None:
    given = (_text(call, id_field), _text(call, secret_field))
    if given != (call.app.client_id, call.app.client_secret):
        raise ServiceError(error)


def _text(call: Call, field: str) -> str:
    """Return a string from the body, empty if the field is missing or not a string.

    A missing field is refused in the same way as an empty string (undocumented).
    """
    body = call.request.json
    value = body.get(field) if isinstance(body, Mapping) else None
    return value if isinstance(value, str) else ""


_TOKEN = exactly({"accessToken": TEXT, "expireIn": INTEGER})

ROUTES = (
    Route(
        "GetAccessToken",
        "POST /v1.0/oauth2/accessToken",
        "obtain-the-access-token-of-an-internal-app",
        None,
        get_access_token,
        Contract(_TOKEN, full({"appKey": TEXT, "appSecret": TEXT})),
    ),
    Route(
        "GetToken",
        "POST /v1.0/oauth2/{corpId}/token",
        "api-gettoken",
        None,
        get_token,
        Contract(
            exactly({"access_token": TEXT, "expires_in": INTEGER}),
            full({"client_id": TEXT, "client_secret": TEXT, "grant_type": choice("client_credentials")}),
        ),
    ),
    Route(
        "GetCorpAccessToken",
        "POST /v1.0/oauth2/corpAccessToken",
        "obtain-the-access-token-of-the-authorized-enterprise-1",
        None,
        get_corp_access_token,
        Contract(
            _TOKEN, full({"suiteKey": TEXT, "suiteSecret": TEXT, "authCorpId": TEXT, "suiteTicket": TEXT})
        ),
    ),
    Route(
        "GetUserToken",
        "POST /v1.0/oauth2/userAccessToken",
        "obtain-user-token",
        None,
        get_user_token,
        Contract(
            exactly({"accessToken": TEXT, "refreshToken": TEXT, "expireIn": INTEGER, "corpId": TEXT}),
            full(
                {
                    "clientId": TEXT,
                    "clientSecret": TEXT,
                    "grantType": choice("authorization_code", "refresh_token"),
                    "code": TEXT,
                    "refreshToken": TEXT,
                },
                optional=("code", "refreshToken"),
            ),
        ),
    ),
)
