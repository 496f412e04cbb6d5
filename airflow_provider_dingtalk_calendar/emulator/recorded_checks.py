"""Operations that are checked and recorded only: a request is held to its contract, the answer is a sample.

What the samples are from: the page of the operation; where there is none, the answer has the shape of the
official SDK's model and values that are the emulator's. Nothing is remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator import errors
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError
from airflow_provider_dingtalk_calendar.emulator.moments import parse_moment
from airflow_provider_dingtalk_calendar.emulator.schema import fault_of, record

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.emulator.contract import Contract
    from airflow_provider_dingtalk_calendar.emulator.operations import Call, Json

_BOOLEANS = {"true": True, "false": False}
_DIGITS_MAX = 18
_OTHER_WORDS = errors.OTHER_PARAMETER.message


@dataclass(frozen=True)
class Window:
    """Two fields of a body that are the ends of a time window.

    :param start: the one field.
    :param end: the other field.
    :param most_days: how long it may be.
    :param message: the words with which a longer one is refused.
    """

    start: str
    end: str
    most_days: int
    message: str


@dataclass(frozen=True)
class RecordedCheck:
    """An operation of this kind.

    :param contract: what its requests are held to.
    :param sample: the answer.
    :param last_sample: the answer to a request with ``nextToken``, ``None`` for the same one.
    :param window: the time window of its body, ``None`` for none.
    """

    contract: Contract
    sample: Json
    last_sample: Json | None = None
    window: Window | None = None

    def __call__(self, call: Call) -> Json:
        """Answer a request.

        :param call: the request.
        :raises ApiError: if it breaks the contract.
        """
        self._check_query(call)
        if self.contract.body is not None:
            _refuse(fault_of(call.body, self.contract.body))
        if self.window is not None and isinstance(call.body, Mapping):
            _check_window(call.body, self.window)
        if self.last_sample is not None and call.query.text("nextToken") is not None:
            return self.last_sample
        return self.sample

    def _check_query(self, call: Call) -> None:
        given = {name: _typed(call.query.text(name), schema) for name, schema in self.contract.query.items()}
        _refuse(fault_of(given, record(self.contract.query, self.contract.required)))


def _refuse(fault: str | None) -> None:
    if fault is not None:
        raise ApiError(replace(errors.OTHER_PARAMETER, message=fault or _OTHER_WORDS))


def _typed(text: str | None, schema: Mapping[str, object]) -> object:
    """Return the value that a query parameter has as JSON; a text that is none of its type stays a text."""
    if text is None:
        return None
    if schema["type"] == "integer" and text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAX:
        return int(text)
    return _BOOLEANS.get(text, text) if schema["type"] == "boolean" else text


def _check_window(body: Mapping[str, str], window: Window) -> None:
    try:
        length = parse_moment(body[window.end]) - parse_moment(body[window.start])
    except ValueError as error:
        raise ApiError(errors.OTHER_PARAMETER) from error
    _refuse(window.message if length > timedelta(days=window.most_days) else None)
