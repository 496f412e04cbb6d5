"""What a task remembers of the calendar it creates, so that its next try goes on from there.

The record is a small JSON object. It is written before the request that creates, and again when the id is
known. What is not a record of this calendar, or of another version of this package, counts as nothing.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Awaitable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol, TypeAlias

#: Goes up when older records would be misread.
VERSION = 1


class MemoStore(Protocol):
    """Keeps one JSON value from one try of a task to the next."""

    def read(self) -> object:
        """Return the value; None if there is none.

        :raises StoreError: If that cannot be told.
        """

    def write(self, value: dict[str, Any]) -> None:
        """Replace the value.

        :raises StoreError: If it cannot be kept.
        """


class AsyncMemoStore(Protocol):
    """The same for an event loop."""

    def read(self) -> Awaitable[object]:
        """Return the value; None if there is none."""

    def write(self, value: dict[str, Any]) -> Awaitable[None]:
        """Replace the value."""


AnyMemoStore: TypeAlias = MemoStore | AsyncMemoStore


@dataclass(frozen=True)
class Memo:
    """What is known of one calendar.

    :param calendar: Digest of what tells it from others: host, owner and name.
    :param definition: Digest of the whole request.
    :param others: Ids of the owner's calendars of that name that were there before any request; None if
        nobody has looked.
    :param sent_at: When the last request was sent, in seconds since the epoch; None if it was refused for
        good.
    :param calendar_id: The id, once it is known.
    :param told: Whether a person was told that it cannot be found out; who clears the task then begins anew.
    """

    calendar: str
    definition: str
    others: frozenset[str] | None
    sent_at: float | None
    calendar_id: str | None = None
    told: bool = False

    @classmethod
    def of(cls, api_url: str, union_id: str, body: Mapping[str, Any]) -> Memo:
        """Begin the record of the calendar that this request creates."""
        calendar = _digest(api_url, union_id, body["name"].strip())
        return cls(calendar, _digest(api_url, union_id, body), others=None, sent_at=None)

    def earlier(self, value: object) -> Memo | None:
        """Return what an earlier try has written of the same calendar; None if it is anything else.

        :param value: What the memory holds.
        """
        if not isinstance(value, Mapping) or value.get("version") != VERSION:
            return None
        found = _read(value)
        return found if found is not None and found.calendar == self.calendar else None

    @property
    def is_open(self) -> bool:
        """Whether the request may have been sent and nobody knows what came of it."""
        return self.calendar_id is None and self.sent_at is not None

    def known_id(self, wanted: Memo, *, retried: bool) -> str | None:
        """Return the id, if it is that of a calendar created just as it is wanted, or in the same life.

        :param wanted: The record of the try that asks.
        :param retried: Whether it is a retry, which may not make a second one, and not a cleared task.
        """
        return self.calendar_id if retried or self.definition == wanted.definition else None

    def sent(self, moment: float, others: frozenset[str] | None) -> Memo:
        """Return the record as it is before the request is sent."""
        return replace(self, sent_at=moment, others=others)

    def to_json(self) -> dict[str, Any]:
        """Return what :meth:`earlier` reads."""
        others = None if self.others is None else sorted(self.others)
        return {"version": VERSION, **asdict(self), "others": others}


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def _read(value: Mapping[str, Any]) -> Memo | None:
    calendar, definition, calendar_id = (value.get(key) for key in ("calendar", "definition", "calendar_id"))
    others, sent_at = value.get("others"), value.get("sent_at")
    if not (isinstance(calendar, str) and isinstance(definition, str)):
        return None
    if not (calendar_id is None or (isinstance(calendar_id, str) and calendar_id.strip())):
        return None
    if not (others is None or (isinstance(others, list) and all(isinstance(i, str) for i in others))):
        return None
    if not (sent_at is None or (isinstance(sent_at, int | float) and not isinstance(sent_at, bool))):
        return None
    if isinstance(sent_at, int) and sent_at.bit_length() > sys.float_info.max_exp - 1:
        return None
    ids = None if others is None else frozenset(others)
    return Memo(calendar, definition, ids, sent_at, calendar_id, value.get("told") is True)
