"""Encodes and decodes ``nextToken`` and ``syncToken``, which hold the state of a list as numbers."""

from __future__ import annotations

import base64
import binascii
import json

from .errors import OTHER_PARAMETER, ServiceError

_UNSAFE = b"\xff\xef\xbf\x3f"
"""The first bytes of each token. In base64 they have / and +, so clients must percent-encode the token."""


def encode(kind: str, *numbers: int) -> str:
    """Return a token.

    :param kind: the list that the token is for.
    :param numbers: the numbers that the token stands for.
    """
    text = json.dumps([kind, *numbers]).encode()
    return base64.b64encode(_UNSAFE + text + b" " * (-len(_UNSAFE + text + b" ") % 3)).decode("ascii")


def decode(kind: str, token: str, count: int) -> list[int]:
    """Return the numbers that a token stands for.

    :param kind: the list that the token must be for.
    :param token: the token from the request.
    :param count: how many numbers the token must hold.
    :raises ServiceError: if the token is not valid for the list.
    """
    try:
        prefix, text = base64.b64decode(token, validate=True).split(b"[", 1)
        found, *given = json.loads(b"[" + text)
        numbers = [int(number) for number in given]
    except (binascii.Error, TypeError, ValueError) as error:
        raise ServiceError(OTHER_PARAMETER) from error
    if (prefix, found, len(numbers)) != (_UNSAFE, kind, count):
        raise ServiceError(OTHER_PARAMETER)
    return numbers
