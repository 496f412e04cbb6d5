"""The exceptions of this package. Each failure has one class and one meaning.

Each exception answers two questions. Might the request have taken effect? See ``may_have_taken_effect``. Is
it useful to try again, and after how many seconds? See ``retry_after``; None means never.

:mod:`airflow_provider_dingtalk_calendar.client.engine.error_codes` maps DingTalk's error codes to these
classes.
"""

from __future__ import annotations

from typing import Any


class DingTalkError(Exception):
    """Base class of all exceptions of this package.

    :param reason: What went wrong, in one line without secrets.
    :param operation: Name of the API operation, as in the DingTalk documentation.
    :param status: HTTP status of the answer.
    :param code: DingTalk's error code.
    :param message: DingTalk's error message.
    :param request_id: DingTalk's id of the request. DingTalk's support asks for this id.
    :param may_have_taken_effect: Whether the request may have changed something.
    :param retry_after: Seconds to wait before another try is useful. If it is None, the default of the class,
        ``default_retry_after``, is used. A default of None means never.
    """

    default_retry_after: float | None = None

    def __init__(
        self,
        reason: str = "",
        *,
        operation: str | None = None,
        status: int | None = None,
        code: str | None = None,
        message: str | None = None,
        request_id: str | None = None,
        may_have_taken_effect: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.operation = operation
        self.status = status
        self.code = code
        self.message = message
        self.request_id = request_id
        self.may_have_taken_effect = may_have_taken_effect
        self.retry_after = self.default_retry_after if retry_after is None else retry_after

    def __str__(self) -> str:
        """Return one line with the operation, the reason and the request id, as far as they are known."""
        text = self.args[0] if self.args else ""
        if self.operation:
            text = f"{self.operation}: {text}"
        return f"{text} (request id {self.request_id})" if self.request_id else text


class ConfigurationError(DingTalkError, ValueError):
    """The connection is wrong or incomplete. Nothing was sent."""


class InvalidArgumentError(DingTalkError, ValueError):
    """DingTalk's documentation rules this value out. Nothing was sent."""


class RequestNotSentError(DingTalkError):
    """No connection could be made, so DingTalk did not get the request."""

    default_retry_after = 1.0


class OutcomeUnknownError(DingTalkError):
    """The request was sent, but no usable answer came. DingTalk may or may not have carried it out."""

    default_retry_after: float | None = 1.0


class AmbiguousOutcomeError(OutcomeUnknownError):
    """A request may have created a calendar, but it is unclear which of several calendars is the new one.

    Another try could not tell these calendars apart either. Look at the candidates, delete the extra one and
    clear the task, which then starts over.

    :param candidate_ids: Sorted ids of the calendars that the request may have created.
    """

    default_retry_after = None

    def __init__(self, reason: str = "", *, candidate_ids: tuple[str, ...] = (), **details: Any) -> None:
        super().__init__(reason, **details)
        self.candidate_ids = candidate_ids


class StoreError(DingTalkError):
    """Data that must outlive the task, such as a refresh token, could not be read or saved."""

    default_retry_after = 1.0


class CalendarExistsError(DingTalkError):
    """A calendar with that name exists already, and ``if_exists`` is ``"fail"``.

    :param calendar_ids: Sorted ids of the calendars found.
    """

    def __init__(self, reason: str = "", *, calendar_ids: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.calendar_ids = calendar_ids


class SyncRefusedError(DingTalkError):
    """Syncing a list of events would make changes that are not allowed. Nothing was written."""


class PartialFailureError(DingTalkError):
    """Some of many calls failed. A retry repeats the failed calls.

    If the calls are for people, the task's XCom has the result of each call.
    """


class ApiError(DingTalkError):
    """DingTalk answered with a failure."""


class InvalidCredentialsError(ApiError):
    """DingTalk issues no token for this Client ID and Client Secret."""


class InvalidSuiteTicketError(InvalidCredentialsError):
    """The suite ticket is not the newest one that DingTalk has pushed."""


class NotAuthorizedError(InvalidCredentialsError):
    """The organization named in the connection has not authorized the app."""


class InvalidTokenError(ApiError):
    """DingTalk refuses the access token."""


class PermissionDeniedError(ApiError):
    """The user for whom the call is made may not do this."""


class MissingPermissionError(PermissionDeniedError):
    """The app lacks a permission. Request it in the developer console."""


class IpNotAllowedError(PermissionDeniedError):
    """This machine's public IP address is not in the app's allow list."""


class ContactScopeError(PermissionDeniedError):
    """The app's contact scope does not cover the user or the department."""


class InvalidParameterError(ApiError):
    """DingTalk refuses a value of the request."""


class CreatorNotInRangeError(InvalidParameterError):
    """The creator belongs to none of the groups and organizations in the subscribe scope."""


class NotFoundError(ApiError):
    """No such calendar, event or user exists."""


class ThrottledError(ApiError):
    """Too many calls. Wait for ``retry_after`` seconds."""

    default_retry_after = 1.0


class QpsLimitError(ThrottledError):
    """Too many calls in this second. A standard organization has 20 per app and API."""


class QpmLimitError(ThrottledError):
    """Too many calls in this minute."""

    default_retry_after = 60.0


class IpBlockedError(ThrottledError):
    """Too many calls from this public IP address. DingTalk blocks it for 5 minutes."""

    default_retry_after = 300.0


class DailyEventLimitError(ThrottledError):
    """The user has created 100 events today, the daily limit."""

    default_retry_after = 86400.0


class MonthlyQuotaError(ApiError):
    """The organization has used up its calls for this month. Trying again this month is useless."""


class ServerBusyError(ApiError):
    """DingTalk is busy or has a temporary fault."""

    default_retry_after = 2.0


class RefusedError(ApiError):
    """DingTalk answered ``result: false`` without a reason. Whether another try helps is not documented."""

    default_retry_after = 60.0


class UnexpectedAnswerError(ApiError):
    """The answer differs from what DingTalk documents for this operation, or might not be DingTalk's."""

    default_retry_after = 5.0
