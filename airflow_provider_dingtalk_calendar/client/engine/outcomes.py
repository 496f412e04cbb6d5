"""Turn the outcome of a request into a result or an exception. The codes are in :mod:`.error_codes`."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from airflow_provider_dingtalk_calendar import exceptions as errors

from ..wire.readers import ResultFalse
from .effects import NotSent, Outcome, Response, Unknown, Unreadable
from .endpoint import Endpoint, T
from .error_codes import ADVICE, SERVER_ERROR, WRAPPED, Kind, class_of

FAILURE = 400

REDIRECT = 300

IP_BLOCK_STATUS = 1111

#: Maximum length, in characters, of the part of DingTalk's message that an exception repeats.
MAX_MESSAGE = 500

CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Said:
    """DingTalk's description of a failure, cleaned so that it fits on one line of a log."""

    code: str | None
    message: str | None
    request_id: str | None


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
        msg = f"no whole answer came back ({outcome.reason})"
        if endpoint.changes:
            msg += "; DingTalk may or may not have carried out the request"
        raise errors.OutcomeUnknownError(
            msg, operation=endpoint.operation, may_have_taken_effect=endpoint.changes
        )
    if isinstance(outcome, Unreadable):
        raise _unexpected(endpoint, outcome.status, outcome.reason, Said(None, None, None))
    return _read_response(endpoint, outcome, hidden)


def _read_response(endpoint: Endpoint[T], response: Response, hidden: Collection[str]) -> T:
    status, decoded = response.status, _decoded(response)
    body = decoded if isinstance(decoded, Mapping) else {}
    texts = (*_code_and_message(body), body.get("requestid") or body.get("request_id"))
    said = Said(*(_clean(text, hidden) or None for text in texts))
    if status >= FAILURE or (status < REDIRECT and _errcode(body)):
        raise _refusal(endpoint, status, body, said)
    if status >= REDIRECT:
        raise _unexpected(endpoint, status, "a redirect, which is not followed", said)
    if _is_ip_block(response, decoded):
        msg = "DingTalk blocks this public IP address for 5 minutes (over 10,000 calls in 20 seconds)"
        raise errors.IpBlockedError(msg, operation=endpoint.operation, status=status)
    if not isinstance(decoded, Mapping) and not (endpoint.may_be_empty and not response.body.strip()):
        raise _unexpected(endpoint, status, "the answer is not a JSON object", said)
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
    if not value or not isinstance(value, str | int):
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


def _is_ip_block(response: Response, body: object) -> bool:
    """Return whether the answer is the anti-flood page: JSON with status 1111, or HTML."""
    if isinstance(body, Mapping):
        return body.get("status") == IP_BLOCK_STATUS and "punish" in body
    return body is None and response.body.lstrip()[:1] == b"<"


def _unexpected(endpoint: Endpoint[Any], status: int, what: str, said: Said) -> errors.UnexpectedAnswerError:
    return errors.UnexpectedAnswerError(
        f"HTTP {status}, but {what}" + (f" (code {said.code})" if said.code else ""),
        operation=endpoint.operation,
        status=status,
        **asdict(said),
        may_have_taken_effect=endpoint.changes,
    )


def _refusal(endpoint: Endpoint[Any], status: int, body: Mapping[str, Any], said: Said) -> errors.ApiError:
    # Look up the original code, because removing a secret from it must not change the class.
    kind = class_of(status, *map(_clean, _code_and_message(body)))
    reason = " ".join(filter(None, [f"HTTP {status}", said.code and f"{said.code}:", said.message]))
    return kind(
        reason.rstrip(":") + _advice(kind, endpoint),
        operation=endpoint.operation,
        status=status,
        **asdict(said),
        # A server that is busy or breaks down may already have done the work.
        may_have_taken_effect=endpoint.changes and (status >= SERVER_ERROR or kind is errors.ServerBusyError),
    )


def _advice(kind: Kind, endpoint: Endpoint[Any]) -> str:
    if kind is errors.MissingPermissionError:
        permission = endpoint.permission or "that is missing"
        return f"; request the permission {permission} for the app in the developer console"
    advice = ADVICE.get(kind, "") or (endpoint.advice if kind.default_retry_after is None else "")
    return f"; {advice}" if advice else ""


def say_until_when(error: errors.MonthlyQuotaError, moment: float) -> None:
    """Add the first day of the next month to the error about a used-up monthly quota.

    :param error: The error.
    :param moment: The current time, in seconds since the epoch (UTC).
    """
    today = datetime.fromtimestamp(moment, CHINA)
    first = (today.replace(day=1) + timedelta(days=31)).replace(day=1)
    text = f"no call before {first:%Y-%m-%d} (China time is assumed; it is not documented)"
    error.args = (f"{error.args[0]}; {text}",)
