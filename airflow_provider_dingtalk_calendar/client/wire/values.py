"""Checks of single values before anything is sent, and the encoding of a body as JSON.

A check refuses a value that the API's documentation rules out, that JSON, a URL or a header cannot hold, or
that stands for a missing value. The error names the field, and describes the limit or the value.
"""

from __future__ import annotations

import ast
import contextlib
import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import quote

from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

#: The values of :data:`.identity.IfExists`. DAG files load this module, and a first Literal costs 0.3 ms.
IF_EXISTS = ("reuse", "update", "create", "fail")

#: Function that returns whether a value is not known yet, such as a template or the output of an upstream
#: task.
Pending: TypeAlias = Callable[[object], bool]

#: Maximum length of an id or a query value in a URL, in bytes. Servers should accept URLs of 8000 bytes (RFC
#: 9110, section 4.1). httpx reports a URL of 65536 bytes as a lost connection, so the request would be
#: repeated.
MAX_PATH_ID = 8000

#: Whole numbers in a URL must be smaller than this limit, so that they fit into 64 bits.
LARGEST_NUMBER = 2**63

#: Id of a user's own calendar.
PRIMARY = "primary"

#: https://help.dingtalk.io/open/development/create-subscription-calendar
MAX_CALENDAR_NAME = 128

MAX_CALENDAR_DESCRIPTION = 1024

#: https://help.dingtalk.io/open/development/create-schedule
MAX_SUMMARY = 2048

MAX_EVENT_DESCRIPTION = 5000

ATTENDEES_PER_CALL = 500

#: Our own limit, because https://help.dingtalk.io/open/development/create-schedule documents none.
MAX_CLIENT_TOKEN = 1000

#: https://help.dingtalk.io/open/development/free-schedule
USERS_PER_CALL = 20

#: https://help.dingtalk.io/open/development/create-a-scene-group
MAX_GROUP_TITLE = 30

#: Maximum length, in characters, of a string that an error quotes.
MAX_QUOTED = 40

#: String into which Python and Jinja turn a missing value. As a name or an id, it is a mistake.
MISSING = "None"

#: Unicode categories of invisible characters: spaces, line ends, control and format characters. Combining
#: marks, such as variation selectors, are included, because they are invisible if no other character is there
#: to combine with.
_INVISIBLE = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me"})

#: Characters of other categories that are blank: the fillers of Hangul, and Braille without a dot.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def nothing_pending(value: object) -> bool:  # noqa: ARG001
    """Treat every value as known, because templates have been rendered."""
    return False


def check_text(
    field_name: str,
    value: object,
    *,
    limit: int | None = None,
    required: bool = True,
    pending: Pending = nothing_pending,
) -> None:
    """Check that a value is a valid string.

    :param field_name: Name of the field in the error.
    :param value: The value.
    :param limit: Maximum number of characters.
    :param required: Whether to reject None, the text ``None``, and strings without a visible character.
    :param pending: Returns whether to skip the value.
    :raises InvalidArgumentError: If the value is not a string, is too long, or cannot be encoded, or if a
        required value is missing.
    """
    if pending(value) or (value is None and not required):
        return
    if not isinstance(value, str):
        msg = f"{field_name} must be a string, not {type(value).__name__}"
        raise InvalidArgumentError(msg)
    if required and is_blank(value):
        msg = f"{field_name} must not be blank (length: {len(value)})"
        raise InvalidArgumentError(msg)
    if required:
        _check_not_missing(field_name, value)
    if limit is not None and len(value) > limit:
        msg = f"{field_name} must have at most {limit} characters, not {len(value)}"
        raise InvalidArgumentError(msg)
    _check_encodable(field_name, value)


def _check_not_missing(field_name: str, value: str) -> None:
    """Reject the string that stands for a missing value."""
    if value == MISSING:
        msg = f"{field_name} must not be the text {MISSING!r}, which stands for a missing value"
        raise InvalidArgumentError(msg)


def is_blank(text: str) -> bool:
    """Return whether a string has no visible character."""
    return all(unicodedata.category(one) in _INVISIBLE or one in _FILLERS for one in text)


def _check_encodable(field_name: str, value: str) -> None:
    """Reject lone surrogates, which UTF-8 cannot encode."""
    try:
        value.encode()
    except UnicodeEncodeError:
        msg = f"{field_name} holds a lone surrogate, which is no character (length: {len(value)})"
        raise InvalidArgumentError(msg) from None


def check_texts(field_name: str, value: object, *, pending: Pending = nothing_pending) -> list[Any]:
    """Check a list of ids, and return its items.

    :param field_name: Name of the field in the error.
    :param value: A list, a tuple, or Airflow's sequence of the outputs of mapped tasks. The sequence is read
        once. None counts as an empty list.
    :param pending: Returns whether to skip a value.
    :raises InvalidArgumentError: If the value is not a sequence, or if :func:`check_text` refuses an item.
    """
    if value is None or pending(value):
        return []
    if not isinstance(value, Sequence) or isinstance(value, str | bytes | bytearray):
        msg = f"{field_name} must be a list of strings, not {type(value).__name__}"
        raise InvalidArgumentError(msg)
    items = []
    # Read the items one by one, because a range can be too long for memory.
    for index, item in enumerate(value):
        check_text(f"{field_name}[{index}]", item, pending=pending)
        items.append(item)
    return items


def check_ids(field_name: str, value: object) -> list[Any]:
    """Check a required list of ids, and return its items.

    :param field_name: Name of the field in the error.
    :param value: The value.
    :raises InvalidArgumentError: For None, and for everything that :func:`check_texts` refuses.
    """
    if value is None:
        msg = f"{field_name} must be a list of strings, not NoneType"
        raise InvalidArgumentError(msg)
    return check_texts(field_name, value)


def check_path_id(field_name: str, value: object, *, pending: Pending = nothing_pending) -> None:
    """Check an id that becomes part of a path.

    HTTP libraries resolve ``.`` and ``..`` in any encoding, so such an id would call another operation.

    :param field_name: Name of the field in the error.
    :param value: The value.
    :param pending: Returns whether to skip the value.
    :raises InvalidArgumentError: If the value is not a string, is blank, ``.`` or ``..``, is too long for a
        URL, or cannot be encoded.
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

    :param field_name: Name of the field in the error.
    :param value: The value.
    :raises InvalidArgumentError: If the value is not a whole number, a bool or a string that fits into a URL,
        or if it is the text ``None``.
    """
    if isinstance(value, int) and abs(value) < LARGEST_NUMBER:
        return
    if not isinstance(value, str):
        msg = f"{field_name} must be a string, a whole number or a bool, not {type(value).__name__}"
        raise InvalidArgumentError(msg)
    _check_not_missing(field_name, value)
    _check_encodable(field_name, value)
    _check_length_in_url(field_name, value)


def _check_length_in_url(field_name: str, value: str) -> None:
    if len(value) > MAX_PATH_ID or len(quote(value, safe="")) > MAX_PATH_ID:
        msg = (
            f"{field_name} must have at most {MAX_PATH_ID} bytes when percent-encoded (length: {len(value)})"
        )
        raise InvalidArgumentError(msg)


def described(value: object) -> str:
    """Describe a value for an error: a short string as it is, anything else by length or type.

    Some values cannot be quoted: a list can be nested too deeply, and an int can be too long.
    """
    if not isinstance(value, str):
        return f"of type {type(value).__name__}"
    return repr(value) if len(value) <= MAX_QUOTED else f"of {len(value)} characters"


def text_of(value: object) -> str | None:
    """Return ``"mapping"`` or ``"list"`` for the text of one in Python or JSON syntax; else None.

    :param value: Any value.
    """
    if not isinstance(value, str) or value.strip()[:1] + value.strip()[-1:] not in {"{}", "[]"}:
        return None
    for read in (json.loads, ast.literal_eval):
        with contextlib.suppress(ValueError, SyntaxError, RecursionError, MemoryError):
            shown = read(value.strip())
            return "mapping" if isinstance(shown, dict) else "list" if isinstance(shown, list) else None
    return None


def check_client_token(value: object) -> None:
    """Check the value of the header ``x-client-token``.

    :raises InvalidArgumentError: If the value is no string that fits into a header, or is too long.
    """
    if value is None:
        return
    if not isinstance(value, str) or not is_visible_ascii(value) or len(value) > MAX_CLIENT_TOKEN:
        msg = f"client_token must be 1 to {MAX_CLIENT_TOKEN} visible ASCII characters, not {described(value)}"
        raise InvalidArgumentError(msg)


def check_if_exists(value: object) -> None:
    """Check that the value is one of :data:`IF_EXISTS`.

    :raises InvalidArgumentError: If the value is not allowed. The message lists the allowed values.
    """
    if not isinstance(value, str) or value not in IF_EXISTS:
        msg = f"if_exists must be one of {', '.join(map(repr, IF_EXISTS))}, not {described(value)}"
        raise InvalidArgumentError(msg)


def to_json(body: Mapping[str, Any]) -> bytes:
    """Encode a body as JSON in UTF-8, with sorted keys, so that equal bodies give equal bytes.

    :raises InvalidArgumentError: If the body holds a value that JSON cannot hold.
    """

    def encoded(value: object) -> bytes:
        return json.dumps(value, allow_nan=False, ensure_ascii=False, sort_keys=True).encode()

    try:
        try:
            return encoded(body)
        except TypeError:
            # Keys of several types cannot be sorted. JSON turns all of them into strings.
            return encoded(json.loads(json.dumps(body, allow_nan=False)))
    except (TypeError, ValueError, RecursionError) as error:
        msg = f"body must hold only values that JSON can hold ({type(error).__name__})"
        raise InvalidArgumentError(msg) from None


def is_visible_ascii(text: str) -> bool:
    """Return whether a string consists of visible ASCII characters, so that a header can hold it."""
    return bool(text) and text.isascii() and text.isprintable() and " " not in text
