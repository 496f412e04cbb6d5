"""What a task remembers about the calendar that it creates, so that the task's next try can continue.

The memo is a small JSON object. It is written before the create request, and again when the id is known. A
value is ignored if it is damaged, belongs to another calendar, or comes from another version of the format.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Awaitable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from ...engine.effects import Flow, invoke

#: Version of the format. Raise it when older memos would be misread.
VERSION = 1


class MemoStore(Protocol):
    """Keeps one JSON value from one try of a task to the next. In an event loop, its methods are awaited."""

    def read(self) -> object:
        """Return the value; None if there is none.

        :raises StoreError: If the store cannot be read.
        """

    def write(self, value: dict[str, Any]) -> Awaitable[None] | None:
        """Replace the value.

        :raises StoreError: If the value cannot be saved.
        """


@dataclass(frozen=True)
class Memo:
    """What is known about one calendar. The names of the fields are the keys of the JSON object.

    :param calendar: Digest of what identifies the calendar: host, owner and name.
    :param definition: Digest of the whole request.
    :param others: Ids of the owner's calendars with that name that existed before any request; None if nobody
        has looked.
    :param sent_at: Time of the last request, in seconds since the epoch (UTC); None if none is unanswered.
    :param calendar_id: Id of the calendar, once known.
    :param told: Whether the ambiguity was reported. If it was, a cleared task starts over.
    """

    calendar: str
    definition: str
    others: frozenset[str] | None = None
    sent_at: float | None = None
    calendar_id: str | None = None
    told: bool = False

    @classmethod
    def of(cls, api_url: str, union_id: str, body: Mapping[str, Any]) -> Memo:
        """Return the initial memo for the calendar that this request creates."""
        calendar = _digest(api_url, union_id, body["name"].strip())
        return cls(calendar, _digest(api_url, union_id, body))

    def earlier(self, value: object) -> Memo | None:
        """Return the memo that an earlier try wrote about the same calendar; None if there is none.

        :param value: The value in the store.
        """
        if not isinstance(value, Mapping) or value.get("version") != VERSION:
            return None
        definition, others = value.get("definition"), value.get("others")
        sent_at, calendar_id = value.get("sent_at"), value.get("calendar_id")
        if not (
            value.get("calendar") == self.calendar
            and isinstance(definition, str)
            and (others is None or (isinstance(others, list) and all(isinstance(one, str) for one in others)))
            and (sent_at is None or _is_moment(sent_at))
            and (calendar_id is None or (isinstance(calendar_id, str) and calendar_id.strip()))
        ):
            return None
        others = None if others is None else frozenset(others)
        return Memo(self.calendar, definition, others, sent_at, calendar_id, value.get("told") is True)

    def to_json(self) -> dict[str, Any]:
        """Return the value that :meth:`earlier` reads."""
        others = None if self.others is None else sorted(self.others)
        return {"version": VERSION, **asdict(self), "others": others}


class Memory:
    """Keeps the memo of one calendar.

    :param store: The store.
    """

    def __init__(self, store: MemoStore) -> None:
        self._store = store

    def read(self, memo: Memo) -> Flow[object]:  # noqa: ARG002
        """Return the value that an earlier try wrote about a calendar; None if it wrote nothing.

        :param memo: The calendar's initial memo.
        :raises StoreError: If the store cannot be read.
        """
        return (yield from invoke(self._store.read))

    def write(self, memo: Memo) -> Flow[None]:
        """Replace the value.

        :raises StoreError: If the value cannot be saved.
        """
        yield from invoke(self._store.write, memo.to_json())


class SharedMemory(Memory):
    """Keeps the memos of several calendars as one value: a JSON object with a memo for each calendar.

    :param store: The store. It is read once.
    """

    def __init__(self, store: MemoStore) -> None:
        super().__init__(store)
        self._value: object = None
        self._memos: dict[str, Any] = {}

    def load(self) -> Flow[None]:
        """Read the store.

        :raises StoreError: If the store cannot be read.
        """
        self._value = yield from invoke(self._store.read)
        if isinstance(self._value, Mapping) and isinstance(self._value.get("calendars"), Mapping):
            self._memos = dict(self._value["calendars"])
            self._value = None

    def read(self, memo: Memo) -> Flow[object]:
        """Return what was loaded about a calendar. A damaged store is returned whole, as a damaged memo."""
        yield from ()
        return self._memos.get(memo.calendar, self._value)

    def write(self, memo: Memo) -> Flow[None]:
        """Replace the memo of one calendar."""
        self._memos[memo.calendar] = memo.to_json()
        yield from invoke(self._store.write, {"calendars": self._memos})


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def _is_moment(value: object) -> bool:
    if isinstance(value, int) and not isinstance(value, bool):
        # A larger number does not fit into a float.
        return value.bit_length() < sys.float_info.max_exp
    return isinstance(value, float)
