"""The service's error answers. Comments give each error's page and the emulator's own choices.

The word "here" marks a choice that the emulator made because the page leaves the case open.

The words for refusing a single value are in the operation's contract (``x-messages``). Legacy errors are in
``legacy``.
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
    :param message: the ``message`` field of the body, verbatim if a page gives it.
    """

    status: int
    code: str
    message: str


class ServiceError(Exception):
    """Raised by an operation that answers with an error.

    :param answer: the error to answer with.
    :param detail: additional fields for the body of the answer.
    :param warning: the caller's likely mistake, for the journal. The answer does not name the mistake.
    """

    def __init__(
        self, answer: ErrorAnswer, detail: Mapping[str, object] | None = None, warning: str = ""
    ) -> None:
        super().__init__(f"{answer.code}: {answer.message}")
        self.answer = answer
        self.detail: Mapping[str, object] = detail or {}
        self.warning = warning


class FieldError(ValueError):
    """Raised if an option, or a field of a control request, has a value that is not allowed.

    :param field: the wrong option or field.
    :param message: the values that are allowed.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


# Tokens

# Page obtain-the-access-token-of-an-internal-app. The message is from the Chinese page. A missing appKey or
# appSecret gets the same answer. Page obtain-user-token lists no errors. Here GetUserToken shares this error.
INVALID_CLIENT = ErrorAnswer(400, "invalidClientIdOrSecret", "无效的clientId或者clientSecret")
# Page api-gettoken. A missing client_id or client_secret gets the same answer.
OAUTH_INVALID_CLIENT = ErrorAnswer(400, "invalid.client", "invalid.client")
# Page api-gettoken. A missing grant_type gets the same answer. Page obtain-user-token lists no errors. Here
# GetUserToken shares this error.
UNSUPPORTED_GRANT_TYPE = ErrorAnswer(400, "unsupported.grant.type", "unsupported.grant.type")
# Page api-gettoken. The page does not say when an app is not authorized. Here a request with
# the corpId of another organization gets this error.
UNAUTHORIZED_CLIENT = ErrorAnswer(401, "unauthorized.client", "unauthorized.client")
# Page obtain-the-access-token-of-the-authorized-enterprise-1. The page has no error for a wrong suiteSecret.
# Here a wrong suiteSecret and a missing field get the same answer.
INVALID_SUITE_KEY = ErrorAnswer(400, "invalidSuiteKey", "suitekey不合法")
# Page obtain-the-access-token-of-the-authorized-enterprise-1. On the strictest reading of the page, a ticket
# becomes invalid as soon as a newer one is pushed.
INVALID_SUITE_TICKET = ErrorAnswer(400, "invalidSuiteTicket", "suiteTicket无效")
# Page obtain-the-access-token-of-the-authorized-enterprise-1.
INVALID_AUTH_INFO = ErrorAnswer(400, "invalidAuthInfo", "授权关系不存在")
# Page obtain-user-token lists no errors. The service has been seen to answer an unknown or used code with
# this error. DingTalk's own command-line tool reads this error as the refusal of a
# refresh token.
INVALID_CODE = ErrorAnswer(400, "invalidParameter.authCode.notFound", "不合法的临时授权码")

# Access and limits

# The error for an app of an unsupported type is not documented. This error is on some
# pages, for an app that is not allowed to call the operation.
APP_TYPE_NOT_SUPPORTED = ErrorAnswer(400, "apiPermissionDenied", "无权限访问此接口")
# The error for a path with "me" and a token that does not belong to a user is not documented. This error is
# from page dingtalk-retrieve-user-information.
NO_USER = ErrorAnswer(404, "invalidParameter.user.notFound", "找不到该用户")
# Page server-api-error-codes-1. The message is copied from answers of the service. A missing header gets the
# same answer.
INVALID_AUTHENTICATION = ErrorAnswer(400, "InvalidAuthentication", "不合法的access_token")
# Page server-api-error-codes-1. accessdenieddetail.requiredScopes lists the missing permission, as in
# answers of the service.
ACCESS_TOKEN_PERMISSION_DENIED = ErrorAnswer(
    403,
    "Forbidden.AccessDenied.AccessTokenPermissionDenied",
    "没有调用该接口的权限，接口权限申请参考：https://open.dingtalk.com/document/orgapp-server/add-api-permission",
)
# Page how-to-process-api-throttling-on-the-dingtalk-server, for both limits. The page gives no message, so
# the words are the emulator's.
QPS_LIMIT = ErrorAnswer(
    403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", "The app has reached the QPS limit of this API."
)
MONTHLY_QUOTA = ErrorAnswer(
    403,
    "Forbidden.AccessDenied.ApiCountLimitForOrg",
    "The organization has used up its API calls of this month.",
)
# The error for an unknown path or method is not documented.
UNKNOWN_ROUTE = ErrorAnswer(
    404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method."
)
# Page create-subscription-calendar. The page does not say which requests get this answer. Here a value of
# the wrong type or out of range gets this answer, unless a page gives other words for the value.
OTHER_PARAMETER = ErrorAnswer(400, "invalidParameter", "forwardErrorMessage")
# Page delete-subscription-calendar.
PERMISSION_DENIED = ErrorAnswer(403, "permissionDenied", "permission denied")

# Calendars

# Page create-subscription-calendar. The page does not mention an empty scope. Here an empty scope gets the
# same answer as a missing scope.
SCOPE_NULL = ErrorAnswer(400, "invalidParameter", "subscribe range cannot be null")
# Page create-subscription-calendar.
NOT_IN_RANGE = ErrorAnswer(400, "invalidParameter", "current user must in range")
# Page subscribe-to-a-public-calendar.
NOT_IN_SUBSCRIPTION_SCOPE = ErrorAnswer(
    400, "permissionDenied", "The user is not within the subscription scope"
)
# Page subscribe-to-a-public-calendar. The page has the words, but neither the status nor the fields of the
# answer. Here the status is 400, and both code and message have the words.
CALENDAR_TYPE_INVALID = ErrorAnswer(400, "calendar type invalid", "calendar type invalid")
# Page subscribe-to-a-public-calendar. The maximum number of subscriptions is not documented. The emulator has
# no limit unless the option ``subscription_limit`` sets one.
EXCEED_SUBSCRIBE_LIMIT = ErrorAnswer(400, "exceedSubscribeLimit", "exceedSubscribeLimit")
# The error for an unknown calendar id is not documented.
CALENDAR_NOT_FOUND = ErrorAnswer(404, "notFound", "calendar not found")

# Events

# Page create-schedule.
OCCURRENCES_OUT_OF_RANGE = ErrorAnswer(
    400, "invalidParameter", "Recurrence range numberOfOccurrences must between [1, 99]"
)
# Page create-schedule. The time zone of the day is not documented. Here the day begins at midnight in China.
FLOW_LIMIT = ErrorAnswer(400, "flowLimit", "current user can not create events exceed 100 per day")
# Page create-schedule.
IDEMPOTENCY_PROCESSING = ErrorAnswer(400, "idempotencyProcessing", "Idempotency processing")
# Page create-schedule. An event in somebody else's calendar gets the same answer as an unknown event.
ITEM_NOT_FOUND = ErrorAnswer(404, "itemNotFound", "forwardErrorMessage")
# Page query-details-about-an-event.
INSTANCE_NOT_EXIST = ErrorAnswer(404, "instanceNotExist", "instance not exist")
# Page server-api-error-codes-1. The page does not give the limit. Here the 5,001st attendee gets this error.
TOO_MANY_ATTENDEES = ErrorAnswer(400, "exceedMaxReceiverSize", "日程人数超过上限")
# Page server-api-error-codes-1. The page does not say which requests get this error. Here a response
# by a user who is not an attendee gets this error.
NOT_IN_EVENT = ErrorAnswer(400, "notInEvent", "用户不在日程内")
# Page get-the-participants-of-a-schedule, which documents the error for ListAttendees. Here all
# operations that are refused in a subscribed calendar share this error (undocumented).
SUBSCRIBED_NOT_SUPPORTED = ErrorAnswer(
    400, "invalidParameter.subscribed.invalid", "Subscribed calendar not support this method"
)
# Page get-the-participants-of-a-schedule. The message allows 0, but pages with 0 items would never end, so
# the emulator refuses 0.
MAX_RESULTS = ErrorAnswer(400, "invalidParameter.maxResults", "maxResults size must within range [0,500]")
# Page free-schedule.
SCHEDULE_PARAMETER = ErrorAnswer(400, "paramIllegal", "PARAM ILLEGAL")
# Page create-schedule-access-control.
SHARE_EXCEED_LIMIT = ErrorAnswer(400, "invalidParameter", "shareExceedLimit")
