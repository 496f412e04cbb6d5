"""Which failure an outcome is, or what the operation promises. The codes are in :mod:`.codes`."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from airflow_provider_dingtalk_calendar import exceptions as errors
from airflow_provider_dingtalk_calendar.client.engine.effects import NotSent, Outcome, Response, Unknown
from airflow_provider_dingtalk_calendar.client.engine.endpoint import Endpoint, T
from airflow_provider_dingtalk_calendar.client.engine.error_codes import (
    ADVICE,
    SERVER_ERROR,
    WRAPPED,
    Kind,
    class_of,
)
from airflow_provider_dingtalk_calendar.client.wire.readers import ResultFalse

FAILURE = 400

REDIRECT = 300

IP_BLOCK_STATUS = 1111

#: Characters of a text of DingTalk's that go into an exception.
LONGEST_TEXT = 500

CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Said:
    """What DingTalk says of a failure, fit to be repeated in one line."""

    code: str | None
    message: str | None
    request_id: str | None


def read(endpoint: Endpoint[T], outcome: Outcome, hidden: Collection[str] = ()) -> T:
    """Return what the operation promises, or raise the failure that the outcome is.

    :param endpoint: The operation.
    :param outcome: What came of its request.
    :param hidden: Secrets that an exception must not repeat, should the answer do so.
    :raises DingTalkError: With the class and the two answers of
        :mod:`airflow_provider_dingtalk_calendar.exceptions`.
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
    return _read_answer(endpoint, outcome, hidden)


def _read_answer(endpoint: Endpoint[T], response: Response, hidden: Collection[str]) -> T:
    status, decoded = response.status, _decoded(response)
    body = decoded if isinstance(decoded, Mapping) else {}
    code, message = _code_and_message(body)
    said = Said(
        _clean(code, hidden) or None,
        _clean(message, hidden) or None,
        _clean(body.get("requestid") or body.get("request_id"), hidden) or None,
    )
    if status >= FAILURE or (status < REDIRECT and _errcode(body)):
        # By what the answer says and not by what may be repeated of it.
        raise _refusal(endpoint, status, class_of(status, _clean(code, ()), _clean(message, ())), said)
    if status >= REDIRECT:
        raise _unexpected(endpoint, status, "a redirect, which is not followed", said)
    if _is_ip_block(response, decoded):
        msg = "DingTalk blocks this public IP address for 5 minutes (over 10,000 calls in 20 seconds)"
        raise errors.IpBlockedError(msg, operation=endpoint.operation, status=status)
    if not isinstance(decoded, Mapping) and not (endpoint.may_be_empty and not response.body.strip()):
        raise _unexpected(endpoint, status, "the answer is no JSON object", said)
    try:
        return endpoint.answer(body)
    except ResultFalse as refused:
        msg = f"HTTP {status}, but {refused}: DingTalk has not done it and does not say why"
        raise errors.RefusedError(msg, operation=endpoint.operation, status=status, **asdict(said)) from None
    except ValueError as missing:
        raise _unexpected(endpoint, status, str(missing), said) from None


def _decoded(response: Response) -> object:
    try:
        return json.loads(response.body)
    except (ValueError, RecursionError):
        return None


def _clean(value: object, hidden: Collection[str]) -> str:
    """Return a text of the answer as part of one readable line: without secrets, line ends and excess."""
    if not value or not isinstance(value, str | int):
        return ""
    text = str(value)
    for secret in sorted(filter(None, hidden), key=len, reverse=True):
        text = text.replace(secret, "***")
    readable = (character if character.isprintable() else " " for character in text[: 2 * LONGEST_TEXT])
    return " ".join("".join(readable).split())[:LONGEST_TEXT]


def _errcode(body: Mapping[str, Any]) -> str:
    """Return the code of a failure of the legacy API; empty if there is none. There, 0 is a success."""
    code = body.get("errcode")
    return str(code) if isinstance(code, str | int) and str(code) not in {"", "0"} else ""


def _code_and_message(body: Mapping[str, Any]) -> tuple[object, object]:
    if _errcode(body) == WRAPPED and body.get("sub_code"):
        return body["sub_code"], body.get("sub_msg")
    return body.get("code") or _errcode(body), body.get("message") or body.get("errmsg")


def _is_ip_block(response: Response, body: object) -> bool:
    """Tell the anti-flood page: JSON with status 1111, or HTML, both without an error code."""
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


def _refusal(endpoint: Endpoint[Any], status: int, kind: Kind, said: Said) -> errors.ApiError:
    reason = " ".join(filter(None, [f"HTTP {status}", said.code and f"{said.code}:", said.message]))
    return kind(
        reason.rstrip(":") + _advice(kind, endpoint),
        operation=endpoint.operation,
        status=status,
        **asdict(said),
        # One that is busy or broke down may have been so after the deed; a refusal is a refusal.
        may_have_taken_effect=endpoint.changes and (status >= SERVER_ERROR or kind is errors.ServerBusyError),
    )


def _advice(kind: Kind, endpoint: Endpoint[Any]) -> str:
    if kind is errors.MissingPermissionError:
        permission = endpoint.permission or "that is missing"
        return f"; request the permission {permission} for the app in the developer console"
    advice = ADVICE.get(kind, "") or (endpoint.advice if kind.default_retry_after is None else "")
    return f"; {advice}" if advice else ""


def say_until_when(error: errors.MonthlyQuotaError, moment: float) -> None:
    """Add to the error of a used-up month the day on which the next one begins.

    :param error: The error.
    :param moment: Now, in seconds since the epoch.
    """
    today = datetime.fromtimestamp(moment, CHINA)
    first = (today.replace(day=1) + timedelta(days=31)).replace(day=1)
    text = f"no call before {first:%Y-%m-%d} (taken to be China time, which is not documented)"
    error.args = (f"{error.args[0]}; {text}",)
