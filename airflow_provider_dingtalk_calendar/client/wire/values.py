"""Checks of single values, before anything is sent.

A check refuses only what the documentation of the API rules out, and what neither JSON nor a URL can carry.
Each error names the field, the limit, and the length or type of what was given.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias, get_args
from urllib.parse import quote

from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

#: What to do if there is a calendar of that name already.
IfExists: TypeAlias = Literal["reuse", "create", "fail"]

#: Says of a value that it is not known yet, such as a template or the output of an upstream task.
Pending: TypeAlias = Callable[[object], bool]

#: Bytes of an id in a URL: servers should take URLs of 8000 (RFC 9110, section 4.1), and few take many more.
#: Of 65536 httpx makes an error that passes for a lost connection, and is tried again.
MAX_PATH_ID = 8000

#: A whole number in a URL is smaller: a larger one fits into no field of 64 bits.
LARGEST_NUMBER = 2**63

#: A user's own calendar, in every path that names a calendar.
PRIMARY = "primary"

#: https://help.dingtalk.io/open/development/create-subscription-calendar
MAX_CALENDAR_NAME = 128

MAX_CALENDAR_DESCRIPTION = 1024

#: https://help.dingtalk.io/open/development/create-schedule
MAX_SUMMARY = 2048

MAX_EVENT_DESCRIPTION = 5000

ATTENDEES_PER_CALL = 500

#: https://help.dingtalk.io/open/development/free-schedule
USERS_PER_CALL = 20

#: https://help.dingtalk.io/open/development/create-a-scene-group
MAX_GROUP_TITLE = 30

#: Characters of a text up to which an error quotes it.
MAX_QUOTED = 40


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
    :raises InvalidArgumentError: If it is no text, blank though required, too long, or not encodable.
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
    _check_encodable(field_name, value)


def _check_encodable(field_name: str, value: str) -> None:
    """Refuse what is half a character: it has no UTF-8, and JSON would carry it as an escape of nothing."""
    try:
        value.encode()
    except UnicodeEncodeError:
        msg = f"{field_name} holds a lone surrogate, which is no character (length: {len(value)})"
        raise InvalidArgumentError(msg) from None


def check_texts(field_name: str, value: object, *, pending: Pending = nothing_pending) -> list[Any]:
    """Check a list of ids, and return its items.

    :param field_name: What the error calls it.
    :param value: The value given: a list, a tuple, or what Airflow hands over for the outputs of mapped
        tasks, which is read once.
    :param pending: Which values to pass over.
    :raises InvalidArgumentError: If it is no sequence, or holds anything but texts that can be encoded.
    """
    if value is None or pending(value):
        return []
    if not isinstance(value, Sequence) or isinstance(value, str | bytes | bytearray):
        msg = f"{field_name} must be a list of strings, not {type(value).__name__}"
        raise InvalidArgumentError(msg)
    items = []
    # One by one, because a range can be longer than any memory.
    for index, item in enumerate(value):
        if not pending(item):
            if not isinstance(item, str):
                msg = f"{field_name}[{index}] must be a string, not {type(item).__name__}"
                raise InvalidArgumentError(msg)
            _check_encodable(f"{field_name}[{index}]", item)
        items.append(item)
    return items


def check_ids(field_name: str, value: object) -> list[Any]:
    """Check a list of ids that has to be there, and return its items.

    :param field_name: What the error calls it.
    :param value: The value given.
    :raises InvalidArgumentError: As :func:`check_texts` does, and for None.
    """
    if value is None:
        msg = f"{field_name} must be a list of strings, not NoneType"
        raise InvalidArgumentError(msg)
    return check_texts(field_name, value)


def check_path_id(field_name: str, value: object, *, pending: Pending = nothing_pending) -> None:
    """Check an id that becomes part of a path.

    :param field_name: What the error calls it.
    :param value: The value given.
    :param pending: Which values to pass over.
    :raises InvalidArgumentError: If it is no text, blank, not encodable, too long for a URL, or a step in a
        path: HTTP libraries resolve ``.`` and ``..`` however they are encoded, and the request would reach
        another operation.
    """
    check_text(field_name, value, pending=pending)
    if not isinstance(value, str) or pending(value):
        return
    if value in {".", ".."}:
        msg = f"{field_name} must not be {value!r}, which no URL can carry"
        raise InvalidArgumentError(msg)
    _check_length_in_url(field_name, value)


def check_query_value(field_name: str, value: object) -> None:
    """Check the value of a query parameter.

    :param field_name: What the error calls it.
    :param value: The value given.
    :raises InvalidArgumentError: If it is neither a text that a URL can carry nor a whole number or a bool.
    """
    if isinstance(value, int) and abs(value) < LARGEST_NUMBER:
        return
    if not isinstance(value, str):
        msg = f"{field_name} must be a string, a whole number or a bool, not {type(value).__name__}"
        raise InvalidArgumentError(msg)
    _check_encodable(field_name, value)
    _check_length_in_url(field_name, value)


def _check_length_in_url(field_name: str, value: str) -> None:
    if len(value) > MAX_PATH_ID or len(quote(value, safe="")) > MAX_PATH_ID:
        msg = (
            f"{field_name} must have at most {MAX_PATH_ID} bytes when percent-encoded (length: {len(value)})"
        )
        raise InvalidArgumentError(msg)


def described(value: object) -> str:
    """Say in an error what was given: a short text itself, of all else its length or type.

    To quote a value whole may be impossible: a list can be nested too deeply, an int too long.
    """
    if not isinstance(value, str):
        return f"of type {type(value).__name__}"
    return repr(value) if len(value) <= MAX_QUOTED else f"of {len(value)} characters"


def check_if_exists(value: object) -> None:
    """Check that the value is one of :data:`IfExists`.

    :raises InvalidArgumentError: If it is not; the message names the values allowed.
    """
    allowed = get_args(IfExists)
    if not isinstance(value, str) or value not in allowed:
        msg = f"if_exists must be one of {', '.join(map(repr, allowed))}, not {described(value)}"
        raise InvalidArgumentError(msg)


def to_json(body: Mapping[str, Any]) -> bytes:
    """Encode a body as JSON in UTF-8, with sorted keys, so that equal bodies give equal bytes.

    :raises InvalidArgumentError: If it holds a value that JSON cannot.
    """
    try:
        return json.dumps(body, allow_nan=False, ensure_ascii=False, sort_keys=True).encode()
    except (TypeError, ValueError, RecursionError) as error:
        msg = f"body must be made of what JSON can hold ({type(error).__name__})"
        raise InvalidArgumentError(msg) from None


def is_visible_ascii(text: str) -> bool:
    """Tell whether a text is of visible ASCII characters alone, so that a header can carry it."""
    return bool(text) and text.isascii() and text.isprintable() and " " not in text
