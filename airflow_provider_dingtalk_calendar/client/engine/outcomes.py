"""Turn the outcome of a request into a result or an exception. The codes are in :mod:`.error_codes`."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from airflow_provider_dingtalk_calendar import exceptions as errors

from ..wire.readers import ResultFalse
from .effects import NotSent, Outcome, Response, Unknown, Unreadable
from .endpoint import Endpoint, T
from .error_codes import ADVICE, SERVER_ERROR, UNKNOWN_ERROR, WRAPPED, Kind, class_of
from .secrets import without_frames

FAILURE = 400

REDIRECT = 300

#: Maximum length, in characters, of the part of DingTalk's message that an exception repeats.
MAX_MESSAGE = 500

#: Maximum number of missing permissions that an exception names.
MAX_SCOPES = 10

#: Maximum length, in characters, of a page's title in an exception.
MAX_TITLE = 80

IP_BLOCK_STATUS = "1111"

#: Only this many bytes of a page are searched. The page of a block is short, and a long search would hold up
#: an event loop.
MAX_PAGE = 64 * 1024

#: Words of the page that DingTalk sends to a blocked IP address. Only whole words count, because other
#: pages say that misuse is punishable, or have long base64 strings that contain a short word by chance.
_BLOCK_PAGE = re.compile(
    rb"(?<![\w#+/.-])(?:1111|x5(?:sec[a-z]*)?)(?![\w+/-]|\.\d)|(?<![a-z])punish(?![a-z])", re.IGNORECASE
)

#: The lengths are limited, so that no page takes long to search.
_TITLE = re.compile(rb"<title\b[^>]{0,200}>([^<]{0,1000})", re.IGNORECASE)

STRANGER = "something between this machine and DingTalk may have answered"

CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Said:
    """DingTalk's description of a failure, cleaned so that it fits on one line of a log."""

    code: str | None
    message: str | None
    request_id: str | None

    @classmethod
    def in_body(cls, body: Mapping[str, Any], hidden: Collection[str]) -> Said:
        """Read the description from the JSON object of an answer."""
        # The documentation has the first and the last spelling of the id. The second also occurs.
        request_id = next(filter(None, map(body.get, ("requestid", "requestId", "request_id"))), None)
        texts = (*_code_and_message(body), request_id)
        return cls(*(_clean(text, hidden) or None for text in texts))


def read(endpoint: Endpoint[T], outcome: Outcome, hidden: Collection[str] = ()) -> T:
    """Return the result of an operation, or raise its failure.

    :param endpoint: The operation.
    :param outcome: The outcome of the operation's request.
    :param hidden: Secrets to remove from exceptions, in case the answer repeats a secret.
    :raises DingTalkError: The class tells what went wrong. See
        :mod:`airflow_provider_dingtalk_calendar.exceptions`.
    """
    if isinstance(outcome, NotSent):
        msg = f"no connection to DingTalk ({outcome.reason}); nothing was sent"
        raise errors.RequestNotSentError(msg, operation=endpoint.operation)
    if isinstance(outcome, Unknown):
        msg = f"no complete answer came back ({outcome.reason})"
        if endpoint.changes:
            msg += "; DingTalk may or may not have carried out the request"
        raise errors.OutcomeUnknownError(
            msg, operation=endpoint.operation, may_have_taken_effect=endpoint.changes
        )
    if isinstance(outcome, Unreadable):
        raise _unexpected(endpoint, outcome.status, outcome.reason, Said(None, None, None))
    try:
        return _read_response(endpoint, outcome, hidden)
    except errors.DingTalkError as error:
        # The frames below hold the answer, which can contain or repeat a secret.
        raise without_frames(error)  # noqa: B904


def _read_response(endpoint: Endpoint[T], response: Response, hidden: Collection[str]) -> T:
    status, decoded = response.status, _decoded(response)
    body = decoded if isinstance(decoded, Mapping) else {}
    said = Said.in_body(body, hidden)
    if REDIRECT <= status < FAILURE:
        raise _unexpected(endpoint, status, f"a redirect, which is not followed; {STRANGER}", said)
    if _is_refusal(status, body):
        raise _refusal(endpoint, status, body, said, hidden)
    if status < SERVER_ERROR and _is_ip_block(response, decoded):
        msg = "DingTalk blocks this public IP address for 5 minutes (over 10,000 calls in 20 seconds)"
        raise errors.IpBlockedError(msg, operation=endpoint.operation, status=status)
    if status >= FAILURE:
        page = _page(response, hidden) or (f" (message: {said.message})" if said.message else "")
        what = f"the answer has no error code of DingTalk's{page}; {STRANGER}"
        raise _unexpected(endpoint, status, what, said)
    if not isinstance(decoded, Mapping) and not (endpoint.may_be_empty and not response.body.strip()):
        what = f"the answer is not a JSON object{_page(response, hidden)}; {STRANGER}"
        raise _unexpected(endpoint, status, what, said)
    return _result(endpoint, status, body, said)


def _result(endpoint: Endpoint[T], status: int, body: Mapping[str, Any], said: Said) -> T:
    try:
        return endpoint.answer(body)
    except ResultFalse as refused:
        msg = f"HTTP {status}, but {refused}: DingTalk refused the request and gave no reason"
        raise errors.RefusedError(msg, operation=endpoint.operation, status=status, **asdict(said)) from None
    except ValueError as missing:
        raise _unexpected(endpoint, status, str(missing), said) from None


def _decoded(response: Response) -> object:
    try:
        return json.loads(response.body)
    except (ValueError, RecursionError):
        return None


def _clean(value: object, hidden: Collection[str] = ()) -> str:
    """Return a string from the answer as one short, readable line without secrets."""
    if not value or not isinstance(value, str | int) or value is True:
        return ""
    text = str(value)
    for secret in sorted(filter(None, hidden), key=len, reverse=True):
        text = text.replace(secret, "***")
    readable = (character if character.isprintable() else " " for character in text[: 2 * MAX_MESSAGE])
    return " ".join("".join(readable).split())[:MAX_MESSAGE]


def _errcode(body: Mapping[str, Any]) -> str:
    """Return the legacy API's error code; empty for a success, which has code 0 or none."""
    code = body.get("errcode")
    return str(code) if isinstance(code, str | int) and str(code) not in {"", "0"} else ""


def _code_and_message(body: Mapping[str, Any]) -> tuple[object, object]:
    if _errcode(body) == WRAPPED and body.get("sub_code"):
        return body["sub_code"], body.get("sub_msg")
    return body.get("code") or _errcode(body), body.get("message") or body.get("errmsg")


def _is_refusal(status: int, body: Mapping[str, Any]) -> bool:
    """Return whether DingTalk itself says that the request failed.

    Proxies and gateways fail with a page, or with JSON whose code, if there is one, repeats the HTTP status.
    """
    if status < FAILURE:
        return bool(_errcode(body))
    return _clean(_code_and_message(body)[0]) not in {"", str(status)}


def _is_ip_block(response: Response, decoded: object) -> bool:
    """Return whether an answer (a JSON object, or a page without an error code) blocks this IP address."""
    if isinstance(decoded, Mapping):
        is_status = str(decoded.get("status")) == IP_BLOCK_STATUS
        return is_status or "punish" in decoded or decoded.get("source") == "x5"
    return decoded is None and bool(_BLOCK_PAGE.search(response.body, 0, MAX_PAGE))


def _page(response: Response, hidden: Collection[str]) -> str:
    """Return the title of an HTML page for an error; empty if the answer has none."""
    found = _TITLE.search(response.body, 0, MAX_PAGE)
    if found is None:
        return ""
    try:
        title = found[1].decode()
    except UnicodeDecodeError:
        title = found[1].decode("gb18030", "replace")
    title = _clean(html.unescape(title), hidden)[:MAX_TITLE]
    return f" (page title: {title!r})" if title else ""


def _unexpected(endpoint: Endpoint[Any], status: int, what: str, said: Said) -> errors.ApiError:
    """Return the error for an answer that leaves the outcome unknown."""
    is_busy = class_of(status, "", "") is errors.ServerBusyError
    kind = errors.ServerBusyError if is_busy else errors.UnexpectedAnswerError
    return kind(
        f"HTTP {status}, but {what}" + (f" (code {said.code})" if said.code else ""),
        operation=endpoint.operation,
        status=status,
        **asdict(said),
        may_have_taken_effect=endpoint.changes,
    )


def _refusal(
    endpoint: Endpoint[Any], status: int, body: Mapping[str, Any], said: Said, hidden: Collection[str]
) -> errors.ApiError:
    # Look up the original code, because removing a secret from it must not change the class.
    kind = class_of(status, *map(_clean, _code_and_message(body)))
    reason = " ".join(filter(None, [f"HTTP {status}", said.code and f"{said.code}:", said.message]))
    return kind(
        reason.rstrip(":") + _advice(kind, endpoint, said, _required_scopes(body, hidden)),
        operation=endpoint.operation,
        status=status,
        **asdict(said),
        # A server that is busy or breaks down may already have done the work.
        may_have_taken_effect=endpoint.changes and (status >= SERVER_ERROR or kind is errors.ServerBusyError),
    )


def _required_scopes(body: Mapping[str, Any], hidden: Collection[str]) -> list[str]:
    """Return the permissions that the answer says are missing."""
    detail = body.get("accessdenieddetail")
    scopes = detail.get("requiredScopes") if isinstance(detail, Mapping) else None
    if not isinstance(scopes, list):
        return []
    named = (_clean(scope, hidden) for scope in scopes[:MAX_SCOPES] if isinstance(scope, str))
    return list(filter(None, named))


def _advice(kind: Kind, endpoint: Endpoint[Any], said: Said, scopes: list[str]) -> str:
    if kind is errors.MissingPermissionError:
        permission = ", ".join(scopes) or endpoint.permission or "that is missing"
        documented = endpoint.permission if endpoint.permission not in {None, *scopes} and scopes else ""
        note = f" (the documentation names {documented})" if documented else ""
        return f"; request the permission {permission} for the app in the developer console{note}"
    # An unknown error is retried, but the settings that the advice names might still be its cause.
    is_unclear = kind.default_retry_after is None or (said.code or "").casefold() == UNKNOWN_ERROR.casefold()
    advice = ADVICE.get(kind, "") or (endpoint.advice if is_unclear else "")
    return f"; {advice}" if advice else ""


def say_until_when(error: errors.MonthlyQuotaError, moment: float) -> None:
    """Add the first day of the next month to the error about a used-up monthly quota.

    :param error: The error.
    :param moment: The current time, in seconds since the epoch (UTC).
    """
    first = start_of_next_month(moment)
    text = f"no call before {first:%Y-%m-%d} (China time is assumed; it is not documented)"
    error.args = (f"{error.args[0]}; {text}",)


def start_of_next_month(moment: float) -> datetime:
    """Return when the next monthly quota begins. China time is assumed, because DingTalk names no zone.

    :param moment: The current time, in seconds since the epoch (UTC).
    """
    today = datetime.fromtimestamp(moment, CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    return (today.replace(day=1) + timedelta(days=31)).replace(day=1)
