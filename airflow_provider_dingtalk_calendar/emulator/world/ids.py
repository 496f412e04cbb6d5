"""Generates ids that a client must percent-encode."""

from __future__ import annotations

import base64
import secrets


def new_id(*, before: int = 6, after: int = 7) -> str:
    """Return a new id that contains ``/`` and ``+``. By default, the id also ends in ``=``.

    DingTalk does not document the alphabet of its ids, but its samples are base64. The fixed bytes in the
    middle encode to ``/++/``.

    :param before: number of random bytes before the fixed bytes, divisible by 3.
    :param after: number of random bytes after the fixed bytes.
    """
    return base64.b64encode(
        secrets.token_bytes(before) + b"\xff\xef\xbf" + secrets.token_bytes(after)
    ).decode("ascii")
