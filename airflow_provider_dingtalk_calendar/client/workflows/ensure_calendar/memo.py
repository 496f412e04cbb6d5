"""What a task remembers of the calendar it creates. Its next try continues from there.

The memo is a small JSON object. It is written before the create request, and again when the id is known. A
value is ignored if it is damaged, belongs to another calendar, or comes from another version of the format.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol, TypeAlias

#: Version of the format. Raise it when older memos would be misread.
VERSION = 1


class MemoStore(Protocol):
    """Keeps one JSON value from one try of a task to the next."""

    def read(self) -> object:
        """Return the value; None if there is none.

        :raises StoreError: If the store cannot be read.
        """

    def write(self, value: dict[str, Any]) -> None:
        """Replace the value.

        :raises StoreError: If the value cannot be kept.
        """


class AsyncMemoStore(Protocol):
    """A :class:`MemoStore` for an event loop."""

    def read(self) -> Awaitable[object]:
        """Return the value; None if there is none."""

    def write(self, value: dict[str, Any]) -> Awaitable[None]:
        """Replace the value."""


AnyMemoStore: TypeAlias = MemoStore | AsyncMemoStore


@dataclass(frozen=True)
class Memo:
    """What is known of one calendar. The names of the fields are the keys of the JSON object.

    :param calendar: Digest of what identifies the calendar: host, owner and name.
    :param definition: Digest of the whole request.
    :param others: Ids of the owner's calendars of that name that existed before any request; None if nobody
        has looked.
    :param sent_at: Time of the last request, in seconds since the epoch (UTC); None if no request is open.
    :param calendar_id: Id of the calendar, once known.
    :param told: Whether the ambiguity was reported. Clearing the task then starts over.
    """

    calendar: str
    definition: str
    others: frozenset[str] | None = None
    sent_at: float | None = None
    calendar_id: str | None = None
    told: bool = False

    @classmethod
    def of(cls, api_url: str, union_id: str, body: Mapping[str, Any]) -> Memo:
        """Return the first memo of the calendar that this request creates."""
        calendar = _digest(api_url, union_id, body["name"].strip())
        return cls(calendar, _digest(api_url, union_id, body))

    def earlier(self, value: object) -> Memo | None:
        """Return the memo that an earlier try wrote about the same calendar; None if there is none.

        :param value: The value in the store.
        """
        if not isinstance(value, Mapping) or value.get("version") != VERSION:
            return None
        fields: dict[str, Any] = {name: value.get(name) for name in _IS_VALID}
        if not all(is_valid(fields[name]) for name, is_valid in _IS_VALID.items()):
            return None
        others: list[str] | None = fields.pop("others")
        told = value.get("told") is True
        memo = Memo(**fields, others=None if others is None else frozenset(others), told=told)
        return memo if memo.calendar == self.calendar else None

    @property
    def is_open(self) -> bool:
        """Whether the request may have been sent and its outcome is unknown."""
        return self.calendar_id is None and self.sent_at is not None

    def known_id(self, wanted: Memo, *, retried: bool) -> str | None:
        """Return the id, if the calendar still counts: same definition, or same run of the task.

        :param wanted: Memo of the try that asks.
        :param retried: Whether that try is a retry, which must not create a second calendar. A cleared task
            is not a retry.
        """
        return self.calendar_id if retried or self.definition == wanted.definition else None

    def sent(self, moment: float, others: frozenset[str] | None) -> Memo:
        """Return the memo to write before the request is sent."""
        return replace(self, sent_at=moment, others=others)

    def to_json(self) -> dict[str, Any]:
        """Return the value that :meth:`earlier` reads."""
        others = None if self.others is None else sorted(self.others)
        return {"version": VERSION, **asdict(self), "others": others}


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_list_of_texts(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(map(_is_text, value)))


def _is_moment(value: object) -> bool:
    if isinstance(value, int) and not isinstance(value, bool):
        # A larger one is no float.
        return value.bit_length() < sys.float_info.max_exp
    return value is None or isinstance(value, float)


def _is_id(value: object) -> bool:
    return value is None or (isinstance(value, str) and bool(value.strip()))


#: Checks of the fields of a memo. ``told`` needs none: anything but true is false.
_IS_VALID: Mapping[str, Callable[[object], bool]] = {
    "calendar": _is_text,
    "definition": _is_text,
    "others": _is_list_of_texts,
    "sent_at": _is_moment,
    "calendar_id": _is_id,
}
