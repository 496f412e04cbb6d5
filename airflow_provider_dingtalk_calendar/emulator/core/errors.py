"""The error answers of the service. A comment names the page of each and what the emulator had to choose.

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
    """

    status: int
    code: str
    message: str


class ServiceError(Exception):
    """Raised by an operation that answers with an error.

    :param answer: the error to answer with.
    :param detail: more fields for the body of the answer.
    """

    def __init__(self, answer: ErrorAnswer, detail: Mapping[str, object] | None = None) -> None:
        super().__init__(f"{answer.code}: {answer.message}")
        self.answer = answer
        self.detail: Mapping[str, object] = detail or {}


# Tokens

# Page obtain-the-access-token-of-an-internal-app. The message is from the Chinese page. A missing appKey or
# appSecret gets the same answer. Page obtain-user-token lists no errors: here it has this one too.
INVALID_CLIENT = ErrorAnswer(400, "invalidClientIdOrSecret", "无效的clientId或者clientSecret")
# Page api-gettoken. A missing client_id or client_secret gets the same answer.
OAUTH_INVALID_CLIENT = ErrorAnswer(400, "invalid.client", "invalid.client")
# Page api-gettoken. A missing grant_type gets the same answer. Page obtain-user-token lists no errors: here
# it has this one too.
UNSUPPORTED_GRANT_TYPE = ErrorAnswer(400, "unsupported.grant.type", "unsupported.grant.type")
# Page api-gettoken. The page says that the app is not authorized, but not when. Here: for another
# organization's corpId.
UNAUTHORIZED_CLIENT = ErrorAnswer(401, "unauthorized.client", "unauthorized.client")
# Page obtain-the-access-token-of-the-authorized-enterprise-1. The page has no error for a wrong
# suiteSecret. It gets the same answer, as does a missing field.
INVALID_SUITE_KEY = ErrorAnswer(400, "invalidSuiteKey", "suitekey不合法")
# Page obtain-the-access-token-of-the-authorized-enterprise-1. A ticket ends as soon as a newer one is
# pushed: the strictest reading of the page.
INVALID_SUITE_TICKET = ErrorAnswer(400, "invalidSuiteTicket", "suiteTicket无效")
# Page obtain-the-access-token-of-the-authorized-enterprise-1.
INVALID_AUTH_INFO = ErrorAnswer(400, "invalidAuthInfo", "授权关系不存在")
# Page obtain-user-token lists no errors. The service has given this one for an unknown or used code.
# DingTalk's own command-line tool reads it as the refusal of a refresh token.
INVALID_CODE = ErrorAnswer(400, "invalidParameter.authCode.notFound", "不合法的临时授权码")

# Access and limits

# What an app of an unsupported type is answered is not documented. Other pages have this error for an
# operation that an app may not call.
APP_TYPE_NOT_SUPPORTED = ErrorAnswer(400, "apiPermissionDenied", "无权限访问此接口")
# What a path with me is answered for a token that belongs to no user is not documented. This error is from
# page dingtalk-retrieve-user-information.
NO_USER = ErrorAnswer(404, "invalidParameter.user.notFound", "找不到该用户")
# Page server-api-error-codes-1. The message is the one seen in answers of the service. A missing header
# gets the same answer.
INVALID_AUTHENTICATION = ErrorAnswer(400, "InvalidAuthentication", "不合法的access_token")
# Page server-api-error-codes-1. accessdenieddetail.requiredScopes names the missing permission, as in
# answers of the service.
ACCESS_TOKEN_PERMISSION_DENIED = ErrorAnswer(
    403,
    "Forbidden.AccessDenied.AccessTokenPermissionDenied",
    "没有调用该接口的权限，接口权限申请参考：https://open.dingtalk.com/document/orgapp-server/add-api-permission",
)
# Page how-to-process-api-throttling-on-the-dingtalk-server, for both limits. It gives no message: the words
# are the emulator's.
QPS_LIMIT = ErrorAnswer(
    403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", "The app has reached the QPS limit of this API."
)
MONTHLY_QUOTA = ErrorAnswer(
    403,
    "Forbidden.AccessDenied.ApiCountLimitForOrg",
    "The organization has used up its API calls of this month.",
)
# What an unknown path or method is answered is not documented.
UNKNOWN_ROUTE = ErrorAnswer(
    404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method."
)
# Page create-subscription-calendar. Which requests get this answer is not documented. Here: those with a
# value of the wrong type or out of range, unless a page has words for it.
OTHER_PARAMETER = ErrorAnswer(400, "invalidParameter", "forwardErrorMessage")
# Page delete-subscription-calendar.
PERMISSION_DENIED = ErrorAnswer(403, "permissionDenied", "permission denied")

# Calendars

# Page create-subscription-calendar. A scope that names nothing is not documented. It gets the same answer
# as a missing one.
SCOPE_NULL = ErrorAnswer(400, "invalidParameter", "subscribe range cannot be null")
# Page create-subscription-calendar.
NOT_IN_RANGE = ErrorAnswer(400, "invalidParameter", "current user must in range")
# Page subscribe-to-a-public-calendar.
NOT_IN_SUBSCRIPTION_SCOPE = ErrorAnswer(
    400, "permissionDenied", "The user is not within the subscription scope"
)
# Page subscribe-to-a-public-calendar. The words are documented. Status 400, and the words as both code and
# message, are not.
CALENDAR_TYPE_INVALID = ErrorAnswer(400, "calendar type invalid", "calendar type invalid")
# Page subscribe-to-a-public-calendar. The number of subscriptions allowed is not documented. The emulator
# has no limit unless given one.
EXCEED_SUBSCRIBE_LIMIT = ErrorAnswer(400, "exceedSubscribeLimit", "exceedSubscribeLimit")
# What an unknown calendar id is answered is not documented.
CALENDAR_NOT_FOUND = ErrorAnswer(404, "notFound", "calendar not found")

# Events

# Page create-schedule.
OCCURRENCES_OUT_OF_RANGE = ErrorAnswer(
    400, "invalidParameter", "Recurrence range numberOfOccurrences must between [1, 99]"
)
# Page create-schedule. The time zone in which a day begins is not documented. Here: China's.
FLOW_LIMIT = ErrorAnswer(400, "flowLimit", "current user can not create events exceed 100 per day")
# Page create-schedule.
IDEMPOTENCY_PROCESSING = ErrorAnswer(400, "idempotencyProcessing", "Idempotency processing")
# Page create-schedule. An event in somebody else's calendar gets the same answer as an unknown one.
ITEM_NOT_FOUND = ErrorAnswer(404, "itemNotFound", "forwardErrorMessage")
# Page query-details-about-an-event.
INSTANCE_NOT_EXIST = ErrorAnswer(404, "instanceNotExist", "instance not exist")
# Page server-api-error-codes-1. The global error codes do not say when. Here: for the 5,001st attendee.
TOO_MANY_ATTENDEES = ErrorAnswer(400, "exceedMaxReceiverSize", "日程人数超过上限")
# Page server-api-error-codes-1. The global error codes do not say when. Here: for a response by somebody
# who is not an attendee.
NOT_IN_EVENT = ErrorAnswer(400, "notInEvent", "用户不在日程内")
# Page get-the-participants-of-a-schedule. Documented for ListAttendees. That the other operations on
# attendees, responses and sharing have it too is not documented.
SUBSCRIBED_NOT_SUPPORTED = ErrorAnswer(
    400, "invalidParameter.subscribed.invalid", "Subscribed calendar not support this method"
)
# Page get-the-participants-of-a-schedule. The message allows 0, but such a list would never end: 0 is
# refused.
MAX_RESULTS = ErrorAnswer(400, "invalidParameter.maxResults", "maxResults size must within range [0,500]")
# Page free-schedule.
SCHEDULE_PARAMETER = ErrorAnswer(400, "paramIllegal", "PARAM ILLEGAL")
# Page create-schedule-access-control.
SHARE_EXCEED_LIMIT = ErrorAnswer(400, "invalidParameter", "shareExceedLimit")
