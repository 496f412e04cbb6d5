"""The error answers of the service, with the page each one comes from and what the emulator had to choose.

Words that refuse a single value stand in its contract (``x-messages``), legacy errors in ``legacy``.
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
    :param page: slug of the documentation page, ``None`` if no page describes the error.
    :param choice: what is not documented and how the emulator decided it; empty if nothing.
    """

    status: int
    code: str
    message: str
    page: str | None
    choice: str = ""


class RefusedError(Exception):
    """Raised by an operation that answers with an error.

    :param answer: the error to answer with.
    :param detail: more fields for the body of the answer.
    """

    def __init__(self, answer: ErrorAnswer, detail: Mapping[str, object] | None = None) -> None:
        super().__init__(f"{answer.code}: {answer.message}")
        self.answer = answer
        self.detail: Mapping[str, object] = detail or {}


_GLOBAL = "server-api-error-codes-1"
_THROTTLING = "how-to-process-api-throttling-on-the-dingtalk-server"
_OAUTH = "api-gettoken"
_CORP = "obtain-the-access-token-of-the-authorized-enterprise-1"
_CREATE_CALENDAR = "create-subscription-calendar"
_SUBSCRIBE = "subscribe-to-a-public-calendar"
_CREATE_EVENT = "create-schedule"

# Tokens

INVALID_CLIENT = ErrorAnswer(
    400,
    "invalidClientIdOrSecret",
    "无效的clientId或者clientSecret",
    "obtain-the-access-token-of-an-internal-app",
    "The message is from the Chinese page. A missing appKey or appSecret gets the same answer.",
)
OAUTH_INVALID_CLIENT = ErrorAnswer(
    400,
    "invalid.client",
    "invalid.client",
    _OAUTH,
    "A missing client_id or client_secret gets the same answer.",
)
UNSUPPORTED_GRANT_TYPE = ErrorAnswer(
    400,
    "unsupported.grant.type",
    "unsupported.grant.type",
    _OAUTH,
    "A missing grant_type gets the same answer.",
)
UNAUTHORIZED_CLIENT = ErrorAnswer(
    401,
    "unauthorized.client",
    "unauthorized.client",
    _OAUTH,
    "The page says that the app is not authorized, but not when. Here: for another organization's corpId.",
)
INVALID_SUITE_KEY = ErrorAnswer(
    400,
    "invalidSuiteKey",
    "suitekey不合法",
    _CORP,
    "The page has no error for a wrong suiteSecret. It gets the same answer, as does a missing field.",
)
INVALID_SUITE_TICKET = ErrorAnswer(
    400,
    "invalidSuiteTicket",
    "suiteTicket无效",
    _CORP,
    "A ticket ends as soon as a newer one is pushed: the strictest reading of the page.",
)
INVALID_AUTH_INFO = ErrorAnswer(400, "invalidAuthInfo", "授权关系不存在", _CORP)
USER_INVALID_CLIENT = ErrorAnswer(
    400,
    "invalidClientIdOrSecret",
    "无效的clientId或者clientSecret",
    None,
    "Page obtain-user-token lists no errors. This one belongs to the token of an internal app.",
)
USER_UNSUPPORTED_GRANT_TYPE = ErrorAnswer(
    400,
    "unsupported.grant.type",
    "unsupported.grant.type",
    None,
    "Page obtain-user-token lists no errors. This one is from page api-gettoken.",
)
INVALID_CODE = ErrorAnswer(
    400,
    "invalidParameter.authCode.notFound",
    "不合法的临时授权码",
    None,
    "Page obtain-user-token lists no errors. The service has given this one for an unknown or used code.",
)
INVALID_REFRESH_TOKEN = ErrorAnswer(
    400,
    "invalidParameter.authCode.notFound",
    "不合法的临时授权码",
    None,
    "Page obtain-user-token lists no errors. DingTalk's own command-line tool reads this one as the refusal "
    "of a refresh token.",
)

# Access and limits

APP_TYPE_NOT_SUPPORTED = ErrorAnswer(
    400,
    "apiPermissionDenied",
    "无权限访问此接口",
    None,
    "What an app of an unsupported type is answered is not documented. Other pages have this error for an "
    "operation that an app may not call.",
)
NO_USER = ErrorAnswer(
    404,
    "invalidParameter.user.notFound",
    "找不到该用户",
    None,
    "What a path with me is answered for a token that belongs to no user is not documented. This error is "
    "from page dingtalk-retrieve-user-information.",
)
INVALID_AUTHENTICATION = ErrorAnswer(
    400,
    "InvalidAuthentication",
    "不合法的access_token",
    _GLOBAL,
    "The message is the one seen in answers of the service. A missing header gets the same answer.",
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
    "The throttling page gives no message. The words are the emulator's.",
)
MONTHLY_QUOTA = ErrorAnswer(
    403,
    "Forbidden.AccessDenied.ApiCountLimitForOrg",
    "The organization has used up its API calls of this month.",
    _THROTTLING,
    "The throttling page gives no message. The words are the emulator's.",
)
UNKNOWN_ROUTE = ErrorAnswer(
    404,
    "InvalidAction.NotFound",
    "Specified api is not found, please check your url and method.",
    None,
    "What an unknown path or method is answered is not documented.",
)
OTHER_PARAMETER = ErrorAnswer(
    400,
    "invalidParameter",
    "forwardErrorMessage",
    _CREATE_CALENDAR,
    "Which requests get this answer is not documented. Here: those with a value of the wrong type or out of "
    "range, unless a page has words for it.",
)
PERMISSION_DENIED = ErrorAnswer(403, "permissionDenied", "permission denied", "delete-subscription-calendar")

# Calendars

SCOPE_NULL = ErrorAnswer(
    400,
    "invalidParameter",
    "subscribe range cannot be null",
    _CREATE_CALENDAR,
    "A scope that names nothing is not documented. It gets the same answer as a missing one.",
)
NOT_IN_RANGE = ErrorAnswer(400, "invalidParameter", "current user must in range", _CREATE_CALENDAR)
NOT_IN_SUBSCRIPTION_SCOPE = ErrorAnswer(
    400, "permissionDenied", "The user is not within the subscription scope", _SUBSCRIBE
)
CALENDAR_TYPE_INVALID = ErrorAnswer(
    400,
    "calendar type invalid",
    "calendar type invalid",
    _SUBSCRIBE,
    "The words are documented. Status 400, and the words as both code and message, are not.",
)
EXCEED_SUBSCRIBE_LIMIT = ErrorAnswer(
    400,
    "exceedSubscribeLimit",
    "exceedSubscribeLimit",
    _SUBSCRIBE,
    "The number of subscriptions allowed is not documented. The emulator has no limit unless given one.",
)
CALENDAR_NOT_FOUND = ErrorAnswer(
    404,
    "notFound",
    "calendar not found",
    None,
    "What an unknown calendar id is answered is not documented.",
)

# Events

OCCURRENCES_OUT_OF_RANGE = ErrorAnswer(
    400, "invalidParameter", "Recurrence range numberOfOccurrences must between [1, 99]", _CREATE_EVENT
)
FLOW_LIMIT = ErrorAnswer(
    400,
    "flowLimit",
    "current user can not create events exceed 100 per day",
    _CREATE_EVENT,
    "The time zone in which a day begins is not documented. Here: China's.",
)
IDEMPOTENCY_PROCESSING = ErrorAnswer(400, "idempotencyProcessing", "Idempotency processing", _CREATE_EVENT)
ITEM_NOT_FOUND = ErrorAnswer(
    404,
    "itemNotFound",
    "forwardErrorMessage",
    _CREATE_EVENT,
    "An event in somebody else's calendar gets the same answer as an unknown one.",
)
INSTANCE_NOT_EXIST = ErrorAnswer(
    404, "instanceNotExist", "instance not exist", "query-details-about-an-event"
)
TOO_MANY_ATTENDEES = ErrorAnswer(
    400,
    "exceedMaxReceiverSize",
    "日程人数超过上限",
    _GLOBAL,
    "The global error codes do not say when. Here: for the 5,001st attendee.",
)
NOT_IN_EVENT = ErrorAnswer(
    400,
    "notInEvent",
    "用户不在日程内",
    _GLOBAL,
    "The global error codes do not say when. Here: for a response by somebody who is not an attendee.",
)
SUBSCRIBED_NOT_SUPPORTED = ErrorAnswer(
    400,
    "invalidParameter.subscribed.invalid",
    "Subscribed calendar not support this method",
    "get-the-participants-of-a-schedule",
    "Documented for ListAttendees. That the other operations on attendees, responses and sharing have it too "
    "is not documented.",
)
MAX_RESULTS = ErrorAnswer(
    400,
    "invalidParameter.maxResults",
    "maxResults size must within range [0,500]",
    "get-the-participants-of-a-schedule",
    "The message allows 0, but such a list would never end: 0 is refused.",
)
SCHEDULE_PARAMETER = ErrorAnswer(400, "paramIllegal", "PARAM ILLEGAL", "free-schedule")
SHARE_EXCEED_LIMIT = ErrorAnswer(
    400, "invalidParameter", "shareExceedLimit", "create-schedule-access-control"
)
