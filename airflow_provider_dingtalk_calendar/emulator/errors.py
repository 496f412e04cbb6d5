"""The error answers, as data: what DingTalk documents, and what the emulator had to choose.

``page`` is the slug under https://help.dingtalk.io/open/development/ that the error is from; ``None`` marks
an answer that no page describes. ``choice`` says what of it is the emulator's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class ErrorAnswer:
    """One error answer of the service.

    :param status: HTTP status.
    :param code: the ``code`` field of the body.
    :param message: the ``message`` field of the body, word for word where a page gives it.
    :param page: documentation slug, ``None`` if no page describes the error.
    :param choice: what about it is not documented and how the emulator decided; empty if nothing.
    """

    status: int
    code: str
    message: str
    page: str | None
    choice: str = ""


class ApiError(Exception):
    """Raised by an operation that answers with an error.

    :param answer: the error to answer with.
    :param detail: further fields of the answer's body.
    """

    def __init__(self, answer: ErrorAnswer, detail: Mapping[str, object] | None = None) -> None:
        super().__init__(f"{answer.code}: {answer.message}")
        self.answer = answer
        self.detail: Mapping[str, object] = detail or {}


_GLOBAL = "server-api-error-codes-1"
_THROTTLING = "how-to-process-api-throttling-on-the-dingtalk-server"
_OAUTH = "api-gettoken"
_CORP = "obtain-the-access-token-of-the-authorized-enterprise-1"
_CREATE = "create-subscription-calendar"
_SUBSCRIBE = "subscribe-to-a-public-calendar"

INVALID_CLIENT = ErrorAnswer(
    400,
    "invalidClientIdOrSecret",
    "无效的clientId或者clientSecret",
    "obtain-the-access-token-of-an-internal-app",
    "The message is that of the Chinese page; a missing appKey or appSecret is answered the same way.",
)
OAUTH_INVALID_CLIENT = ErrorAnswer(
    400,
    "invalid.client",
    "invalid.client",
    _OAUTH,
    "A missing client_id or client_secret is answered the same way.",
)
UNSUPPORTED_GRANT_TYPE = ErrorAnswer(
    400,
    "unsupported.grant.type",
    "unsupported.grant.type",
    _OAUTH,
    "A missing grant_type is answered the same way.",
)
UNAUTHORIZED_CLIENT = ErrorAnswer(
    401,
    "unauthorized.client",
    "unauthorized.client",
    _OAUTH,
    "The page says that the app is not authorized, not when: here for another organization's corpId.",
)
INVALID_SUITE_KEY = ErrorAnswer(
    400,
    "invalidSuiteKey",
    "suitekey不合法",
    _CORP,
    "The page has no error for a wrong suiteSecret: it is answered the same way, as is a missing field.",
)
INVALID_SUITE_TICKET = ErrorAnswer(
    400,
    "invalidSuiteTicket",
    "suiteTicket无效",
    _CORP,
    "That a ticket ends as soon as a newer one is pushed is the strictest reading of the page.",
)
INVALID_AUTH_INFO = ErrorAnswer(400, "invalidAuthInfo", "授权关系不存在", _CORP)
USER_INVALID_CLIENT = ErrorAnswer(
    400,
    "invalidClientIdOrSecret",
    "无效的clientId或者clientSecret",
    None,
    "Page obtain-user-token lists no error: this one is that of an internal app's token.",
)
USER_UNSUPPORTED_GRANT_TYPE = ErrorAnswer(
    400,
    "unsupported.grant.type",
    "unsupported.grant.type",
    None,
    "Page obtain-user-token lists no error: this one is from page api-gettoken.",
)
INVALID_CODE = ErrorAnswer(
    400,
    "invalidParameter.authCode.notFound",
    "不合法的临时授权码",
    None,
    "Page obtain-user-token lists no error: this one is seen in answers of the service, for a code that is "
    "unknown or was used.",
)
INVALID_REFRESH_TOKEN = ErrorAnswer(
    400,
    "invalidParameter.authCode.notFound",
    "不合法的临时授权码",
    None,
    "Page obtain-user-token lists no error: this one is what DingTalk's own command-line tool takes for the "
    "refusal of a refresh token.",
)
APP_TYPE_NOT_SUPPORTED = ErrorAnswer(
    400,
    "apiPermissionDenied",
    "无权限访问此接口",
    None,
    "What an app of a type that an operation is not for is answered is not documented; other pages have "
    "this error for an operation that an app may not call.",
)
NO_USER = ErrorAnswer(
    404,
    "invalidParameter.user.notFound",
    "找不到该用户",
    None,
    "What a path with me is answered with for a token that is no user's is not documented: this one is from "
    "page dingtalk-retrieve-user-information.",
)
INVALID_AUTHENTICATION = ErrorAnswer(
    400,
    "InvalidAuthentication",
    "不合法的access_token",
    _GLOBAL,
    "The message is the one seen in answers of the service; a missing header is answered the same way.",
)
ACCESS_TOKEN_PERMISSION_DENIED = ErrorAnswer(
    403,
    "Forbidden.AccessDenied.AccessTokenPermissionDenied",
    "没有调用该接口的权限，接口权限申请参考：https://open.dingtalk.com/document/orgapp-server/add-api-permission",
    _GLOBAL,
    "accessdenieddetail.requiredScopes names the missing permission, as in answers of the service.",
)
QPS_LIMIT = ErrorAnswer(
    403,
    "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi",
    "The app has reached the QPS limit of this API.",
    _THROTTLING,
    "The throttling page gives no message: the words are the emulator's.",
)
MONTHLY_QUOTA = ErrorAnswer(
    403,
    "Forbidden.AccessDenied.ApiCountLimitForOrg",
    "The organization has used up its API calls of this month.",
    _THROTTLING,
    "The throttling page gives no message: the words are the emulator's.",
)

NAME_BLANK = ErrorAnswer(400, "invalidParameter", "calendar name cannot be blank", _CREATE)
NAME_TOO_LONG = ErrorAnswer(
    400,
    "invalidParameter",
    "calendar name length must less than 128",
    _CREATE,
    "The message says less than 128, the error table at most 128: 128 characters are accepted.",
)
SCOPE_NULL = ErrorAnswer(
    400,
    "invalidParameter",
    "subscribe range cannot be null",
    _CREATE,
    "A scope in which nothing is named is not documented: it is answered like a missing one.",
)
NOT_IN_RANGE = ErrorAnswer(400, "invalidParameter", "current user must in range", _CREATE)
OTHER_PARAMETER = ErrorAnswer(
    400,
    "invalidParameter",
    "forwardErrorMessage",
    _CREATE,
    "Which faults have this answer is not documented: wrong types, a body that is no JSON object, and a "
    "description of more than 1,024 characters.",
)
PERMISSION_DENIED = ErrorAnswer(403, "permissionDenied", "permission denied", "delete-subscription-calendar")

NOT_IN_SUBSCRIPTION_SCOPE = ErrorAnswer(
    400, "permissionDenied", "The user is not within the subscription scope", _SUBSCRIBE
)
CALENDAR_TYPE_INVALID = ErrorAnswer(
    400,
    "calendar type invalid",
    "calendar type invalid",
    _SUBSCRIBE,
    "The words are documented; that they are both code and message, with status 400, is not.",
)
EXCEED_SUBSCRIBE_LIMIT = ErrorAnswer(
    400,
    "exceedSubscribeLimit",
    "exceedSubscribeLimit",
    _SUBSCRIBE,
    "How many subscriptions are too many is not documented: the emulator has no limit unless told one.",
)

CALENDAR_NOT_FOUND = ErrorAnswer(
    404,
    "notFound",
    "calendar not found",
    None,
    "What a calendar id that does not exist is answered with is not documented.",
)
UNKNOWN_ROUTE = ErrorAnswer(
    404,
    "InvalidAction.NotFound",
    "Specified api is not found, please check your url and method.",
    None,
    "What a path or method that is no operation is answered with is not documented.",
)
