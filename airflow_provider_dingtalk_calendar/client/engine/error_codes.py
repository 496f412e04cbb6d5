"""DingTalk's error codes, and the exception class for each.

The codes are documented on these pages under https://help.dingtalk.io/open/development/:
call-frequency-limit, how-to-process-api-throttling-on-the-dingtalk-server, server-api-error-codes-1, and the
page of each operation (error table). The legacy API sends numbers as codes, with HTTP 200. Upper and lower
case are not distinguished, because DingTalk's answers spell some codes differently from the pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from airflow_provider_dingtalk_calendar import exceptions as errors

Kind: TypeAlias = type[errors.ApiError]

ACCESS = "Forbidden.AccessDenied."

#: The code of a failure that DingTalk does not explain. No page documents this code.
UNKNOWN_ERROR = "unknownError"

BY_CODE: Mapping[str, Kind] = {
    # the access token
    "InvalidAuthentication": errors.InvalidTokenError,
    "40014": errors.InvalidTokenError,
    "42001": errors.InvalidTokenError,
    # the token request
    "invalidClientIdOrSecret": errors.InvalidCredentialsError,
    "invalid.client": errors.InvalidCredentialsError,
    "invalidSuiteKey": errors.InvalidCredentialsError,
    "invalidSuiteTicket": errors.InvalidSuiteTicketError,
    "invalidAuthInfo": errors.NotAuthorizedError,
    "unauthorized.client": errors.NotAuthorizedError,
    "unsupported.grant.type": errors.InvalidParameterError,
    # permissions
    ACCESS + "AccessTokenPermissionDenied": errors.MissingPermissionError,
    "60011": errors.MissingPermissionError,
    ACCESS + "IpNotInWhiteList": errors.IpNotAllowedError,
    "60020": errors.IpNotAllowedError,
    "50002": errors.ContactScopeError,
    "50004": errors.ContactScopeError,
    "permissionDenied": errors.PermissionDeniedError,
    # This spelling is on the page of CreateEvent.
    "permissionDeny": errors.PermissionDeniedError,
    # limits
    ACCESS + "QpsLimitForAppkeyAndApi": errors.QpsLimitError,
    ACCESS + "QpsLimitForApi": errors.QpsLimitError,
    "90018": errors.QpsLimitError,
    "90002": errors.QpsLimitError,
    # The other codes for calls that are "temporarily disabled". DingTalk does not document for how long.
    **dict.fromkeys(("90001", *map(str, range(90003, 90009)), "90017", "90019"), errors.ThrottledError),
    # Despite this code's name, the page on throttling says that the limit is per minute.
    ACCESS + "QpsLimitForSuitekeyAndOrgAndApi": errors.QpmLimitError,
    ACCESS + "ApiCountLimitForOrg": errors.MonthlyQuotaError,
    "90020": errors.MonthlyQuotaError,
    "flowLimit": errors.DailyEventLimitError,
    "exceedSubscribeLimit": errors.PermissionDeniedError,
    # the service
    "system.busy": errors.ServerBusyError,
    "systemBusy": errors.ServerBusyError,
    "server.error": errors.ServerBusyError,
    # No page lists these two. They occur with HTTP 400, too, for example when a back end times out.
    "system.error": errors.ServerBusyError,
    UNKNOWN_ERROR: errors.ServerBusyError,
    "-1": errors.ServerBusyError,
    # A request with the same x-client-token is in progress.
    "idempotencyProcessing": errors.ServerBusyError,
    # arguments
    "invalidParameter": errors.InvalidParameterError,
    "calendar type invalid": errors.InvalidParameterError,
    "paramIllegal": errors.InvalidParameterError,
    # No page lists this code.
    "Missingbody": errors.InvalidParameterError,
    "400002": errors.InvalidParameterError,
    # missing users and routes
    "invalidParameter.user.notFound": errors.NotFoundError,
    "33012": errors.NotFoundError,
    "60121": errors.NotFoundError,
    "40104": errors.NotFoundError,
    # This code means an unknown route, not an unknown calendar.
    "InvalidAction.NotFound": errors.ApiError,
}

#: Exception class by code in lower case.
_BY_CODE = {code.casefold(): kind for code, kind in BY_CODE.items()}

#: Exception class by the beginning of a code, for codes that no page lists.
BY_PREFIX: Mapping[str, Kind] = {
    ACCESS + "QpsLimitFor": errors.QpsLimitError,
    ACCESS + "QpmLimitFor": errors.QpmLimitError,
    "invalidParameter.": errors.InvalidParameterError,
}

#: Exception class by code (in lower case) and message, for codes that cover several failures.
BY_MESSAGE: Mapping[tuple[str, str], Kind] = {
    ("invalidparameter", "current user must in range"): errors.CreatorNotInRangeError,
}

#: Exception class by HTTP status, for all other codes.
BY_STATUS: Mapping[int, Kind] = {
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    # A proxy passed the request on and gave up waiting.
    408: errors.ServerBusyError,
    499: errors.ServerBusyError,
    429: errors.ServerBusyError,
}

SERVER_ERROR = 500

#: The legacy code that wraps another code in ``sub_code`` and ``sub_msg``.
WRAPPED = "88"

#: Advice for the user, for failures with a known remedy.
ADVICE: Mapping[Kind, str] = {
    errors.InvalidCredentialsError: (
        "check Client ID and Client Secret, and whether the app belongs to the region of the connection"
    ),
    errors.InvalidSuiteTicketError: (
        "the suite ticket is out of date: DingTalk pushes a new one to the app's callback about every five "
        "hours, and only the newest works"
    ),
    errors.NotAuthorizedError: (
        "check corp_id, and whether this organization has authorized the app and has not revoked the "
        "authorization"
    ),
    errors.IpNotAllowedError: "add this machine's public IP address to the app's allow list",
    errors.ContactScopeError: (
        "add the user or the department to the app's contact scope in the developer console"
    ),
    errors.CreatorNotInRangeError: (
        "the creator must belong to a group or an organization of the subscribe scope"
    ),
    errors.DailyEventLimitError: "this user has created 100 events today and can create more tomorrow",
    errors.MonthlyQuotaError: (
        "the organization has used up its calls for this month; wait for the next month, or upgrade"
    ),
}


def class_of(status: int, code: str, message: str) -> Kind:
    """Return the exception class for a failure. An unknown code is classed by HTTP status.

    :param status: HTTP status.
    :param code: DingTalk's error code; empty if there is none.
    :param message: DingTalk's message.
    """
    code = code.casefold()
    kind = BY_MESSAGE.get((code, message.strip())) or _BY_CODE.get(code)
    if kind is not None:
        return kind
    for prefix, found in BY_PREFIX.items():
        if code.startswith(prefix.casefold()):
            return found
    return BY_STATUS.get(status, errors.ServerBusyError if status >= SERVER_ERROR else errors.ApiError)


def is_gone(error: errors.NotFoundError) -> bool:
    """Return whether the error says that a calendar or an event does not exist.

    Of the codes in this module, those for something missing concern users or routes, never calendars or
    events. So an error with such a code does not say this.

    :param error: The failure of a request for a calendar or an event.
    """
    return (error.code or "").casefold() not in _BY_CODE
