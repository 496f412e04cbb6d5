"""Which failure an answer is: the tables of DingTalk's error codes, as data.

Codes are looked up exactly, then by the start of a family of codes, then by HTTP status. The text of a
message counts in one case, where the documentation gives one code to several failures. Pages:
call-frequency-limit, how-to-process-api-throttling-on-the-dingtalk-server, server-api-error-codes-1, and the
error table of each operation, under https://help.dingtalk.io/open/development/.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from airflow_provider_dingtalk_calendar import exceptions as errors
from airflow_provider_dingtalk_calendar.client.actions import NotSent, Outcome, Response, Unknown
from airflow_provider_dingtalk_calendar.client.endpoints import Endpoint, T

MINUTE = 60.0

#: Code to class and, where the limit has a period of its own, seconds after which to try again.
BY_CODE: Mapping[str, tuple[type[errors.ApiError], float | None]] = {
    "InvalidAuthentication": (errors.InvalidTokenError, None),
    "invalidClientIdOrSecret": (errors.InvalidCredentialsError, None),
    "invalid.client": (errors.InvalidCredentialsError, None),
    "invalidSuiteKey": (errors.InvalidCredentialsError, None),
    "invalidSuiteTicket": (errors.InvalidSuiteTicketError, None),
    "invalidAuthInfo": (errors.NotAuthorizedError, None),
    "unauthorized.client": (errors.NotAuthorizedError, None),
    "Forbidden.AccessDenied.AccessTokenPermissionDenied": (errors.MissingPermissionError, None),
    "Forbidden.AccessDenied.IpNotInWhiteList": (errors.IpNotAllowedError, None),
    "Forbidden.AccessDenied.ApiCountLimitForOrg": (errors.MonthlyQuotaError, None),
    "invalidParameter": (errors.InvalidParameterError, None),
    "permissionDenied": (errors.PermissionDeniedError, None),
    "system.busy": (errors.ServerBusyError, None),
    "systemBusy": (errors.ServerBusyError, None),
}

#: The same for families of codes, such as ``Forbidden.AccessDenied.QpsLimitForAppkeyAndApi``.
BY_PREFIX: Mapping[str, tuple[type[errors.ApiError], float | None]] = {
    "Forbidden.AccessDenied.QpsLimitFor": (errors.ThrottledError, 1.0),
    "Forbidden.AccessDenied.QpmLimitFor": (errors.ThrottledError, MINUTE),
    "invalidParameter.": (errors.InvalidParameterError, None),
}

#: One code stands for several failures; this message is documented word for word.
CREATOR_NOT_IN_RANGE = ("invalidParameter", "current user must in range")

TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500
FAILURE = 400
REDIRECT = 300
IP_BLOCK_STATUS = 1111

#: Characters of a text of DingTalk's that go into an exception.
LONGEST_TEXT = 500


def _by_status(status: int) -> type[errors.ApiError]:
    if status == TOO_MANY_REQUESTS or status >= SERVER_ERROR:
        return errors.ServerBusyError
    return {403: errors.PermissionDeniedError, 404: errors.NotFoundError}.get(status, errors.ApiError)


def _class_of(status: int, code: str, message: str) -> tuple[type[errors.ApiError], float | None]:
    if (code, message.strip()) == CREATOR_NOT_IN_RANGE:
        return errors.CreatorNotInRangeError, None
    if code in BY_CODE:
        return BY_CODE[code]
    for prefix, found in BY_PREFIX.items():
        if code.startswith(prefix):
            return found
    return _by_status(status), None


def _decoded(response: Response) -> object:
    try:
        return json.loads(response.body)
    except (ValueError, RecursionError):
        return None


def _clean(value: object, hidden: Collection[str]) -> str:
    """Return a text of the answer as part of one readable line: without secrets, line ends and excess."""
    text = str(value) if isinstance(value, str | int) and value else ""
    for secret in sorted(filter(None, hidden), key=len, reverse=True):
        text = text.replace(secret, "***")
    readable = (character if character.isprintable() else " " for character in text[: 2 * LONGEST_TEXT])
    return " ".join("".join(readable).split())[:LONGEST_TEXT]


def _code(body: Mapping[str, Any]) -> object:
    return body.get("code") or body.get("errcode")


def _message(body: Mapping[str, Any]) -> object:
    return body.get("message") or body.get("errmsg")


def _is_ip_block(response: Response, body: object) -> bool:
    """Tell the anti-flood page: JSON with status 1111, or HTML, both without an error code."""
    if isinstance(body, Mapping):
        return body.get("status") == IP_BLOCK_STATUS and "punish" in body
    return body is None and response.body.lstrip()[:1] == b"<"


def read(endpoint: Endpoint[T], outcome: Outcome, hidden: Collection[str] = ()) -> T:
    """Return what the operation promises, or raise the failure that the outcome is.

    :param endpoint: The operation.
    :param outcome: What came of its request.
    :param hidden: Secrets that an exception must not repeat, should the answer do so.
    :raises DingTalkError: With the class and the two answers of :mod:`...exceptions`.
    """
    if isinstance(outcome, NotSent):
        msg = f"no connection to DingTalk ({outcome.reason}); nothing was sent"
        raise errors.RequestNotSentError(msg, operation=endpoint.operation)
    if isinstance(outcome, Unknown):
        msg = f"no whole answer came back ({outcome.reason})"
        if endpoint.changes:
            msg += "; whether DingTalk carried it out is not known"
        raise errors.OutcomeUnknownError(
            msg, operation=endpoint.operation, may_have_taken_effect=endpoint.changes
        )
    decoded = _decoded(outcome)
    body = decoded if isinstance(decoded, Mapping) else {}
    said = {
        "code": _clean(_code(body), hidden) or None,
        "message": _clean(_message(body), hidden) or None,
        "request_id": _clean(body.get("requestid") or body.get("request_id"), hidden) or None,
    }
    if outcome.status >= FAILURE:
        # By what the answer says and not by what may be repeated of it.
        kind = _class_of(outcome.status, _clean(_code(body), ()), _clean(_message(body), ()))
        raise _refusal(endpoint, outcome.status, kind, **said)
    if outcome.status >= REDIRECT:
        raise _unexpected(endpoint, outcome.status, "a redirect, which is not followed", **said)
    if _is_ip_block(outcome, decoded):
        msg = "DingTalk blocks this public IP address for 5 minutes (over 10,000 calls in 20 seconds)"
        raise errors.IpBlockedError(msg, operation=endpoint.operation, status=outcome.status)
    if not isinstance(decoded, Mapping) and not (endpoint.may_be_empty and not outcome.body.strip()):
        raise _unexpected(endpoint, outcome.status, "the answer is no JSON object", **said)
    try:
        return endpoint.answer(body)
    except ValueError as missing:
        raise _unexpected(endpoint, outcome.status, str(missing), **said) from None


def _unexpected(
    endpoint: Endpoint[Any],
    status: int,
    what: str,
    *,
    code: str | None,
    message: str | None,
    request_id: str | None,
) -> errors.UnexpectedAnswerError:
    return errors.UnexpectedAnswerError(
        f"HTTP {status}, but {what}" + (f" (code {code})" if code else ""),
        operation=endpoint.operation,
        status=status,
        code=code,
        message=message,
        request_id=request_id,
        may_have_taken_effect=endpoint.changes,
    )


def _refusal(
    endpoint: Endpoint[Any],
    status: int,
    class_and_delay: tuple[type[errors.ApiError], float | None],
    *,
    code: str | None,
    message: str | None,
    request_id: str | None,
) -> errors.ApiError:
    kind, retry_after = class_and_delay
    reason = " ".join(filter(None, [f"HTTP {status}", code and f"{code}:", message])).rstrip(":")
    return kind(
        reason + _advice(kind, endpoint),
        operation=endpoint.operation,
        status=status,
        code=code,
        message=message,
        request_id=request_id,
        # A server that broke down may have done so after the deed; a refusal is a refusal.
        may_have_taken_effect=endpoint.changes and status >= SERVER_ERROR,
        retry_after=retry_after,
    )


def _advice(kind: type[errors.ApiError], endpoint: Endpoint[Any]) -> str:
    if kind is errors.MissingPermissionError:
        permission = endpoint.permission or "that is missing"
        return f"; request the permission {permission} for the app in the developer console"
    advice = ADVICE.get(kind, "") or (endpoint.advice if kind.default_retry_after is None else "")
    return f"; {advice}" if advice else ""


ADVICE: Mapping[type[errors.ApiError], str] = {
    errors.InvalidCredentialsError: (
        "check Client ID and Client Secret, and whether the app lives in the region of the connection"
    ),
    errors.InvalidSuiteTicketError: (
        "the suite ticket is out of date: DingTalk pushes a new one to the app's callback about every five "
        "hours, and only the newest works"
    ),
    errors.NotAuthorizedError: (
        "check corp_id, and whether this organization has authorized the app and not taken that back"
    ),
    errors.IpNotAllowedError: "add this machine's public IP address to the app's allow list",
    errors.CreatorNotInRangeError: (
        "the creator must belong to a group or an organization of the subscribe scope"
    ),
    errors.MonthlyQuotaError: "the organization's calls of this month are used up",
}
