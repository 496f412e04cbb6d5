"""Checks of single values, before anything is sent.

A check refuses only what the documentation of the API rules out. Each error names the field, the limit, and
the length or type of what was given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias, get_args

from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

#: What to do if there is a calendar of that name already.
IfExists: TypeAlias = Literal["reuse", "create", "fail"]

#: Says of a value that it is not known yet, such as a template or the output of an upstream task.
Pending: TypeAlias = Callable[[object], bool]


def nothing_pending(value: object) -> bool:  # noqa: ARG001
    """Say that every value is known: the rule once templates have been rendered."""
    return False


def check_text(
    field_name: str,
    value: object,
    *,
    limit: int | None = None,
    required: bool = True,
    pending: Pending = nothing_pending,
) -> None:
    """Check a text.

    :param field_name: What the error calls it.
    :param value: The value given.
    :param limit: Largest number of characters.
    :param required: Whether it must be there and not blank.
    :param pending: Which values to pass over.
    :raises InvalidArgumentError: If it is no text, blank though required, or too long.
    """
    if pending(value) or (value is None and not required):
        return
    if not isinstance(value, str):
        msg = f"{field_name} must be a string, not {type(value).__name__}"
        raise InvalidArgumentError(msg)
    if required and not value.strip():
        msg = f"{field_name} must not be blank (length: {len(value)})"
        raise InvalidArgumentError(msg)
    if limit is not None and len(value) > limit:
        msg = f"{field_name} must have at most {limit} characters, not {len(value)}"
        raise InvalidArgumentError(msg)


def check_texts(field_name: str, value: object, *, pending: Pending = nothing_pending) -> list[Any]:
    """Check a list of ids, and return its items.

    :param field_name: What the error calls it.
    :param value: The value given: a list, a tuple, or what Airflow hands over for the outputs of mapped
        tasks, which is read once.
    :param pending: Which values to pass over.
    :raises InvalidArgumentError: If it is no sequence, or holds anything but texts.
    """
    if value is None or pending(value):
        return []
    if not isinstance(value, Sequence) or isinstance(value, str | bytes | bytearray):
        msg = f"{field_name} must be a list of strings, not {type(value).__name__}"
        raise InvalidArgumentError(msg)
    items = list(value)
    for index, item in enumerate(items):
        if not isinstance(item, str) and not pending(item):
            msg = f"{field_name}[{index}] must be a string, not {type(item).__name__}"
            raise InvalidArgumentError(msg)
    return items


def check_path_id(field_name: str, value: object, *, pending: Pending = nothing_pending) -> None:
    """Check an id that becomes part of a path.

    :param field_name: What the error calls it.
    :param value: The value given.
    :param pending: Which values to pass over.
    :raises InvalidArgumentError: If it is no text, blank, not encodable, or a step in a path: HTTP libraries
        resolve ``.`` and ``..`` however they are encoded, and the request would reach another operation.
    """
    check_text(field_name, value, pending=pending)
    if not isinstance(value, str) or pending(value):
        return
    if value in {".", ".."}:
        msg = f"{field_name} must not be {value!r}, which no URL can carry"
        raise InvalidArgumentError(msg)
    try:
        value.encode()
    except UnicodeEncodeError:
        msg = f"{field_name} holds a lone surrogate, which no URL can carry (length: {len(value)})"
        raise InvalidArgumentError(msg) from None


def check_if_exists(value: object) -> None:
    """Check that the value is one of :data:`IfExists`.

    :raises InvalidArgumentError: If it is not; the message names the values allowed.
    """
    allowed = get_args(IfExists)
    if value not in allowed:
        msg = f"if_exists must be one of {', '.join(map(repr, allowed))}, not {value!r}"
        raise InvalidArgumentError(msg)
