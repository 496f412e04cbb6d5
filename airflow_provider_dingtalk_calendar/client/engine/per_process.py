"""State that belongs to one process: locks, connections, counters. A forked child gets its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from weakref import WeakSet

T = TypeVar("T")


class PerProcess(Generic[T]):
    """Holds a value, and creates a new one in every forked child.

    Only the thread that forks lives on in the child. A lock that another thread held would stay locked
    forever, and two processes on one connection would read each other's answers.

    :param new: Creates the value.
    """

    def __init__(self, new: Callable[[], T]) -> None:
        self._new = new
        #: The value of this process. If the value is a lock, a ``with`` statement on it releases the lock
        #: that the statement acquired, even if the process forks in between.
        self.value = new()
        _HOLDERS.add(self)

    def renew(self) -> None:
        """Create a new value, and leave the parent's value alone."""
        _ABANDONED.append(self.value)
        self.value = self._new()


_HOLDERS: WeakSet[PerProcess[Any]] = WeakSet()

#: The parent's values. They are kept, because cleaning up a connection pool needs a lock that might be held.
_ABANDONED: list[object] = []


def _renew_all() -> None:
    for holder in list(_HOLDERS):
        holder.renew()


os.register_at_fork(after_in_child=_renew_all)
