"""Every failure of this package has one class and one meaning.

::

    DingTalkError
    ├── ConfigurationError (ValueError)     the connection is wrong or incomplete; nothing was sent
    ├── InvalidArgumentError (ValueError)   DingTalk's documentation rules the value out; nothing was sent
    ├── RequestNotSentError                 no connection; the request certainly did not arrive
    ├── OutcomeUnknownError                 the request left, and what came of it is not known
    │   └── AmbiguousOutcomeError           nor can it be found out: several calendars could be the one
    ├── StoreError                          an Airflow Variable could not be read or written
    ├── CalendarExistsError                 ``if_exists="fail"`` and there is such a calendar
    ├── PartialFailureError                 some of many calls failed
    └── ApiError                            DingTalk answered, and the answer is a failure
        ├── InvalidCredentialsError         no token for this Client ID and Client Secret
        │   ├── InvalidSuiteTicketError     the suite ticket is not the newest one
        │   └── NotAuthorizedError          the organization has not authorized the app
        ├── InvalidTokenError               the token is refused even after one refresh
        ├── PermissionDeniedError           the user may not do this
        │   ├── MissingPermissionError      the app lacks a permission; the message names it
        │   └── IpNotAllowedError           the worker's address is not in the app's allow list
        ├── InvalidParameterError           DingTalk refuses a value
        │   └── CreatorNotInRangeError      the creator is outside the subscribe scope
        ├── NotFoundError                   no such calendar or user
        ├── ThrottledError                  too many calls for now
        │   ├── QpsLimitError               in this second
        │   ├── QpmLimitError               in this minute
        │   ├── IpBlockedError              from this public address: all are blocked for 5 minutes
        │   └── DailyEventLimitError        100 events created by this user today
        ├── MonthlyQuotaError               the organization's calls of this month are used up
        ├── ServerBusyError                 HTTP 5xx or a busy gateway
        ├── RefusedError                    ``result: false``, without a reason
        └── UnexpectedAnswerError           an answer without what the operation promises

An exception answers two questions: may the request have taken effect (``may_have_taken_effect``), and is
trying again useful, and after how many seconds (``retry_after``; ``None`` means never)? Which error code of
DingTalk's is which class stands in :mod:`airflow_provider_dingtalk_calendar.client.engine.error_codes`.
"""

from __future__ import annotations

from typing import Any


class DingTalkError(Exception):
    """Base of all failures of this package.

    :param reason: What went wrong, in one line, without any secret.
    :param operation: Name of the API operation, as in the DingTalk documentation.
    :param status: HTTP status of the answer.
    :param code: DingTalk's error code.
    :param message: DingTalk's error message.
    :param request_id: DingTalk's id of the request; its support asks for it.
    :param may_have_taken_effect: Whether the request may have changed something.
    :param retry_after: Seconds after which trying again is useful; None if it never is.
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
        """One line: the operation, the reason, and the request id where there is one."""
        text = self.args[0] if self.args else ""
        if self.operation:
            text = f"{self.operation}: {text}"
        return f"{text} (request id {self.request_id})" if self.request_id else text


class ConfigurationError(DingTalkError, ValueError):
    """The connection is wrong or incomplete. Nothing was sent."""


class InvalidArgumentError(DingTalkError, ValueError):
    """A value that DingTalk's documentation rules out. Nothing was sent."""


class RequestNotSentError(DingTalkError):
    """No connection could be made, so the request certainly did not arrive."""

    default_retry_after = 1.0


class OutcomeUnknownError(DingTalkError):
    """The request left this machine, and what came of it is not known."""

    default_retry_after: float | None = 1.0


class AmbiguousOutcomeError(OutcomeUnknownError):
    """What came of a request that creates cannot be found out: more than one calendar could be the one.

    Trying again would not tell them apart either. Look at the candidates, delete the one that is too many,
    and clear the task, which then begins anew.

    :param candidate_ids: The ids of the calendars that the request may have created, sorted.
    """

    default_retry_after = None

    def __init__(self, reason: str = "", *, candidate_ids: tuple[str, ...] = (), **details: Any) -> None:
        super().__init__(reason, **details)
        self.candidate_ids = candidate_ids


class StoreError(DingTalkError):
    """What must outlive the task, such as a refresh token, could not be read or kept."""

    default_retry_after = 1.0


class CalendarExistsError(DingTalkError):
    """There is a calendar of that name already and ``if_exists`` is ``"fail"``.

    :param calendar_ids: The ids of the calendars found, sorted.
    """

    def __init__(self, reason: str = "", *, calendar_ids: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.calendar_ids = calendar_ids


class PartialFailureError(DingTalkError):
    """Some of many calls failed; what came of each is in the task's XCom. Another try makes the rest."""


class ApiError(DingTalkError):
    """DingTalk answered, and the answer is a failure."""


class InvalidCredentialsError(ApiError):
    """DingTalk gives no token for this Client ID and Client Secret."""


class InvalidSuiteTicketError(InvalidCredentialsError):
    """The suite ticket is not the newest one that DingTalk has pushed."""


class NotAuthorizedError(InvalidCredentialsError):
    """The organization of the connection has not authorized the app."""


class InvalidTokenError(ApiError):
    """DingTalk refuses the access token."""


class PermissionDeniedError(ApiError):
    """The user on whose behalf the call is made may not do this."""


class MissingPermissionError(PermissionDeniedError):
    """The app lacks a permission that has to be requested in the developer console."""


class IpNotAllowedError(PermissionDeniedError):
    """The address of this machine is not in the app's allow list."""


class InvalidParameterError(ApiError):
    """DingTalk refuses a value of the request."""


class CreatorNotInRangeError(InvalidParameterError):
    """The creator is in none of the groups and organizations of the subscribe scope."""


class NotFoundError(ApiError):
    """There is no such calendar or user."""


class ThrottledError(ApiError):
    """Too many calls for now; ``retry_after`` says how many seconds to wait."""

    default_retry_after = 1.0


class QpsLimitError(ThrottledError):
    """Too many calls in this second: 20 for one app and API in a standard organization."""


class QpmLimitError(ThrottledError):
    """Too many calls in this minute."""

    default_retry_after = 60.0


class IpBlockedError(ThrottledError):
    """Too many calls from this public address: DingTalk blocks all of them for 5 minutes."""

    default_retry_after = 300.0


class DailyEventLimitError(ThrottledError):
    """The user has created 100 events today, as many as a day allows."""

    default_retry_after = 86400.0


class MonthlyQuotaError(ApiError):
    """The organization has used up the calls of this month. Trying again this month is useless."""


class ServerBusyError(ApiError):
    """DingTalk is busy or broken for now."""

    default_retry_after = 2.0


class RefusedError(ApiError):
    """DingTalk answers ``result: false`` and gives no reason; when another try helps is not documented."""

    default_retry_after = 60.0


class UnexpectedAnswerError(ApiError):
    """An answer that is not what the operation promises, whatever its HTTP status."""

    default_retry_after = 5.0
