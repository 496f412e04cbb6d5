"""``nextToken`` and ``syncToken``: what a list has to know when it is asked again."""

from __future__ import annotations

import base64
import binascii
import json

from airflow_provider_dingtalk_calendar.emulator import errors
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError

_UNSAFE = b"\xff\xef\xbf\x3f"
"""Begins each token, so that no client can use one without percent-encoding it: as base64 it has / and +."""


def encode(kind: str, *numbers: int) -> str:
    """Return a token.

    :param kind: for which parameter it is.
    :param numbers: what it stands for.
    """
    text = json.dumps([kind, *numbers]).encode()
    return base64.b64encode(_UNSAFE + text + b" " * (-len(_UNSAFE + text + b" ") % 3)).decode("ascii")


def decode(kind: str, token: str, count: int) -> list[int]:
    """Return what a token stands for.

    :param kind: for which parameter it has to be.
    :param token: what the request gave.
    :param count: of how many numbers it has to be.
    :raises ApiError: if it is no such token.
    """
    try:
        prefix, text = base64.b64decode(token, validate=True).split(b"[", 1)
        found, *given = json.loads(b"[" + text)
        numbers = [int(number) for number in given]
    except (binascii.Error, TypeError, ValueError) as error:
        raise ApiError(errors.OTHER_PARAMETER) from error
    if (prefix, found, len(numbers)) != (_UNSAFE, kind, count):
        raise ApiError(errors.OTHER_PARAMETER)
    return numbers
