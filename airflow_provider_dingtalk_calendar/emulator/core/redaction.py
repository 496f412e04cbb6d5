"""Hides secrets in what the journal shows, however a request spells their names or values.

A value is hidden if its name is the name of a secret. Case, separators and percent-encoding in the name
do not matter. The value can be in a query, a form, a header, or JSON, even JSON inside a string. The
emulator's own secrets are hidden wherever they occur.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from urllib.parse import unquote

REDACTED = "***"

_SECRET_WORDS = ("authorization", "cookie", "credential", "passw", "secret", "signature", "ticket", "token")
_SECRET_NAMES = frozenset({"authcode", "code", "tmpauthcode"})
_NO_SECRETS = frozenset({"clienttoken", "nexttoken", "synctoken", "xclienttoken"})
_NO_LETTER = re.compile(r"[^a-z0-9]")
_ISSUED = re.compile(r"emulated-[a-z-]{1,40}-[0-9a-f]{8,}")
_SCHEME = re.compile(r"\b(basic|bearer)(\s+)\S+", re.IGNORECASE)
_NAME = re.compile(r"""(?<![\w%.\[\]-])([\w%.\[\]-]+)["']?\s*(?:=|:|%3d|%3a)\s*["']?""", re.IGNORECASE)
_VALUE = re.compile(r"""[^&;\s"']*""")
_SEPARATOR = re.compile(r"([&;])")
_MOST_DECODINGS = 5
_SHORTEST = 8
"""A shorter secret is hidden only under the name of a secret, because common words might contain it."""


def redacted(value: object, secrets: Collection[str] = ()) -> object:
    """Return a JSON value without secrets.

    :param value: the value. It is not changed.
    :param secrets: secrets to hide wherever they occur.
    """
    try:
        return _value(value, secrets)
    except RecursionError:
        return REDACTED


def redacted_target(target: str, secrets: Collection[str] = ()) -> str:
    """Return a request target without secrets. Everything else stays as it was sent.

    :param target: the path and the query, percent-encoded.
    :param secrets: secrets to hide wherever they occur.
    """
    path, mark, query = target.partition("?")
    segments = [_segment(segment, secrets) for segment in path.split("/")]
    # Every second part is a separator.
    fields = [_field(part, secrets) if part not in {"&", ";"} else part for part in _SEPARATOR.split(query)]
    return "/".join(segments) + mark + "".join(fields)


def without_known(text: str, secrets: Collection[str] = ()) -> str:
    """Return a text without the secrets that the emulator knows or has issued.

    :param text: the text.
    :param secrets: secrets to hide, percent-encoded or not.
    """
    known = [secret for secret in secrets if len(secret) >= _SHORTEST]
    text = _ISSUED.sub(REDACTED, text)
    for secret in known:
        text = text.replace(secret, REDACTED)
    plain = _decoded(text)
    is_shown = _ISSUED.search(plain) or any(secret in plain for secret in known)
    return REDACTED if is_shown else text


def is_secret(name: str) -> bool:
    """Return whether a field, a parameter or a header with this name holds a secret."""
    plain = _NO_LETTER.sub("", _decoded(name).lower())
    if plain in _NO_SECRETS:
        return False
    return plain in _SECRET_NAMES or any(word in plain for word in _SECRET_WORDS)


def _value(value: object, secrets: Collection[str]) -> object:
    if isinstance(value, Mapping):
        return {
            _text(str(name), secrets): REDACTED if is_secret(str(name)) else _value(item, secrets)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_value(item, secrets) for item in value]
    return _text(value, secrets) if isinstance(value, str) else value


def _field(field: str, secrets: Collection[str]) -> str:
    """Hide the secrets in one ``name=value`` of a query."""
    name, mark, value = field.partition("=")
    shown = REDACTED if is_secret(name) else _segment(value, secrets)
    return _segment(name, secrets) + mark + (shown if mark else "")


def _segment(segment: str, secrets: Collection[str]) -> str:
    """Hide a part of a target if the part holds a secret, percent-encoded or not."""
    plain = _decoded(segment)
    return segment if _text(plain, secrets) == plain else REDACTED


def _text(text: str, secrets: Collection[str]) -> str:
    inner = _json(text)
    if inner is not None and (shown := _value(inner, secrets)) != inner:
        return json.dumps(shown, ensure_ascii=False)
    return without_known(_without_pairs(_SCHEME.sub(rf"\1\2{REDACTED}", text)), secrets)


def _without_pairs(text: str) -> str:
    """Hide the values of secrets in ``name=value`` and ``name: value``, anywhere in a text."""
    shown, at = "", 0
    for name in _NAME.finditer(text):
        if name.start() >= at and is_secret(name[1]) and (value := _VALUE.match(text, name.end())):
            shown += text[at : name.end()] + REDACTED
            at = value.end()
    return shown + text[at:]


def _json(text: str) -> object:
    """Parse a string that is a JSON list or object. Return ``None`` for any other string."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _decoded(text: str) -> str:
    """Decode percent-encoding, even if the text was encoded several times."""
    for _ in range(_MOST_DECODINGS):
        plain = unquote(text)
        if plain == text:
            break
        text = plain
    return text
