"""The query string of a request, read field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from airflow_provider_dingtalk_calendar.emulator import errors
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.emulator.errors import ErrorAnswer

_BOOLEANS = {"true": True, "false": False}


class Query:
    """The parameters after the question mark, each with one value.

    What a parameter given twice, or one with a value that cannot be read, is answered with is not documented:
    here it is a parameter fault. A ``+`` is a space, as in any form: an offset such as ``+08:00`` has to be
    percent-encoded.

    :param target: the request target as it was sent.
    """

    def __init__(self, target: str) -> None:
        self._pairs = parse_qsl(target.partition("?")[2], keep_blank_values=True)

    def text(self, name: str) -> str | None:
        """Return a value, ``None`` if it is left out; a blank one counts as left out (undocumented).

        :param name: the parameter.
        :raises ApiError: if it is there twice.
        """
        return self._value(name) or None

    def number(
        self, name: str, default: int, *, most: int, error: ErrorAnswer = errors.OTHER_PARAMETER
    ) -> int:
        """Return a whole number of at least 1.

        :param name: the parameter.
        :param default: the value if it is left out.
        :param most: the largest value allowed.
        :param error: the answer to any other value.
        :raises ApiError: if it is no such number.
        """
        value = self._value(name)
        if value is None:
            return default
        digits = value.lstrip("0") if value.isascii() and value.isdecimal() else ""
        if not digits or len(digits) > len(str(most)) or int(digits) > most:
            raise ApiError(error)
        return int(digits)

    def flag(self, name: str) -> bool:
        """Return whether a parameter is ``true``; left out it is not.

        :param name: the parameter.
        :raises ApiError: if it is neither ``true`` nor ``false``.
        """
        value = self._value(name)
        if value is None:
            return False
        if value not in _BOOLEANS:
            raise ApiError(errors.OTHER_PARAMETER)
        return _BOOLEANS[value]

    def _value(self, name: str) -> str | None:
        values = [value for given, value in self._pairs if given == name]
        if len(values) > 1:
            raise ApiError(errors.OTHER_PARAMETER)
        return values[0] if values else None
