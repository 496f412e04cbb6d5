"""Readers: functions that extract the result of an operation from a decoded answer.

HTTP status 200 does not prove success: DingTalk also answers 200 when it blocks an IP address. A reader
raises ``ValueError`` if a field is missing. The message names the field and contains no values from the
answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from .records import Page, Record, check_id

R = TypeVar("R", bound=Record)

T = TypeVar("T")


class ResultFalse(ValueError):  # noqa: N818  as the API says it
    """The answer says ``result: false``."""


def _field(answer: Mapping[str, Any], name: str, kind: type[T]) -> T:
    value = answer.get(name)
    is_blank = isinstance(value, str) and not value.strip()
    # In Python, True is an int. In JSON, true is not a number.
    if not isinstance(value, kind) or isinstance(value, bool) or is_blank:
        msg = f"the answer has no {name}"
        raise ValueError(msg)
    return value


def text(name: str) -> Callable[[Mapping[str, Any]], str]:
    """Return a reader for one string that is not blank."""
    return lambda answer: _field(answer, name, str)


def identifier(name: str) -> Callable[[Mapping[str, Any]], str]:
    """Return a reader for an id: a string that is not blank, not too long, and free of control characters."""

    def read(answer: Mapping[str, Any]) -> str:
        value = _field(answer, name, str)
        check_id(name, value)
        return value

    return read


def number(name: str) -> Callable[[Mapping[str, Any]], int]:
    """Return a reader for one whole number."""
    return lambda answer: _field(answer, name, int)


def mapping(name: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Return a reader for one JSON object."""
    return lambda answer: dict(_field(answer, name, dict))


def inside(name: str, read: Callable[[Mapping[str, Any]], T]) -> Callable[[Mapping[str, Any]], T]:
    """Return a reader that applies another reader to a JSON object in the answer."""
    return lambda answer: read(mapping(name)(answer))


def entries(answer: Mapping[str, Any], name: str) -> list[Any]:
    """Return the entries of a list.

    DingTalk sometimes sends an empty list as null, or as one row of nulls. No page documents this.

    :param answer: The answer.
    :param name: Name of the list.
    :raises ValueError: If the answer has no such list.
    """
    if answer.get(name, ...) is None:
        return []
    listed = _field(answer, name, list)
    is_row = len(listed) == 1 and isinstance(listed[0], Mapping) and listed[0]
    return [] if is_row and not any(value is not None for value in listed[0].values()) else listed


def records(
    name: str, kind: type[R], *, matters: Callable[[Mapping[str, Any]], bool] = lambda _: True
) -> Callable[[Mapping[str, Any]], list[R]]:
    """Return a reader for a list of records.

    :param name: Name of the list.
    :param kind: Class of the records.
    :param matters: Returns whether to read an entry. All other entries are left out, even if they are
        damaged.
    """

    def read(answer: Mapping[str, Any]) -> list[R]:
        listed = entries(answer, name)
        if not all(isinstance(entry, Mapping) for entry in listed):
            msg = f"{name} holds something that is not a JSON object"
            raise ValueError(msg)
        return [kind.from_wire(entry) for entry in listed if matters(entry)]

    return read


def page(name: str, kind: type[R]) -> Callable[[Mapping[str, Any]], Page[R]]:
    """Return a reader for one page of a list. A page without ``nextToken`` is the last page."""

    def read(answer: Mapping[str, Any]) -> Page[R]:
        next_token, sync_token = answer.get("nextToken"), answer.get("syncToken")
        return Page(
            tuple(records(name, kind)(answer)),
            str(next_token) if next_token else None,
            str(sync_token) if sync_token else None,
        )

    return read


def result_true(answer: Mapping[str, Any]) -> None:
    """Accept only an answer with ``result: true``.

    :raises ResultFalse: If the result is false.
    :raises ValueError: If there is no such result.
    """
    _check_result(answer)
    if answer.get("result") is not True:
        msg = "the answer has no result"
        raise ValueError(msg)


def nothing(answer: Mapping[str, Any]) -> None:
    """Accept any answer without an error code and without ``result: false``."""
    if answer.get("code"):
        msg = "the answer carries an error code"
        raise ValueError(msg)
    _check_result(answer)


def _check_result(answer: Mapping[str, Any]) -> None:
    if answer.get("result") is False:
        msg = "the answer says result: false"
        raise ResultFalse(msg)
