"""The mark in the description of an event: which row of which list the event is.

``description`` is the only documented field that a request can set and a list returns. The mark is its last
line: ``[airflow NAMESPACE/KEY 3fa9c1d2]``. The digits are a digest of what the row declared. DingTalk's
clients can change white space and escape HTML, so :func:`read_mark` ignores both.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

from ...wire.values import check_text, described

MAX_KEY = 128

#: A DAG id has at most 250 characters.
MAX_NAMESPACE = 250

#: Number of digits of the digest.
DIGITS = 8

_MARK = re.compile(rf"\[airflow\s+([^\s/\]]+)/([^\s/\]]+)\s+([0-9a-f]{{{DIGITS}}})\s*\]")
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)

#: How many times text might have been escaped: once by a client, and the result once more.
_ESCAPED = 3


@dataclass(frozen=True)
class Mark:
    """The mark of an event.

    :param namespace: The list.
    :param key: The row of the list.
    :param digest: Digest of what the row declared when the event was written.
    """

    namespace: str
    key: str
    digest: str

    def __str__(self) -> str:
        return f"[airflow {self.namespace}/{self.key} {self.digest}]"

    def below(self, text: str) -> str:
        """Return a description that ends with this mark."""
        return f"{text}\n{self}" if text else str(self)


def read_mark(description: str | None) -> Mark | None:
    """Return the mark in a description; None if there is none. The last of several marks counts."""
    found = _MARK.findall(_unescaped(description or ""))
    return Mark(*found[-1]) if found else None


def comparable(text: object) -> str:
    """Return a text without marks, and without the white space and HTML escapes that clients change."""
    plain = _MARK.sub("", _unescaped(text)) if isinstance(text, str) else ""
    return "".join(_LINE_BREAK.sub("", plain).split())


def _unescaped(text: str) -> str:
    for _ in range(_ESCAPED):
        plain = html.unescape(text)
        if plain == text:
            break
        text = plain
    return text


def check_name(field_name: str, value: object, limit: int) -> None:
    """Check a key or a namespace.

    :param field_name: Name of the field in the error.
    :param value: The value.
    :param limit: Maximum number of characters.
    :raises InvalidArgumentError: If the mark could not hold the value, or could not be read back.
    """
    check_text(field_name, value, limit=limit)
    if not isinstance(value, str):
        return
    if " " in value or "/" in value or "]" in value or not value.isprintable():
        msg = f"{field_name} must have no white space, control character, '/' or ']', not {described(value)}"
        raise InvalidArgumentError(msg)
    if html.unescape(value) != value:
        msg = f"{field_name} must have no HTML escape such as '&amp;', not {described(value)}"
        raise InvalidArgumentError(msg)
