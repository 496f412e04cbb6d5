"""Stores for data that must outlive a client: refresh tokens, suite tickets and shared access tokens.

The store in Airflow Variables is in :mod:`airflow_provider_dingtalk_calendar.hooks.variables`.
"""

from __future__ import annotations

from typing import Protocol


class Store(Protocol):
    """Stores strings by name. Both methods raise :class:`~...exceptions.StoreError` if they fail."""

    def load(self, name: str) -> str | None:
        """Return the string stored under a name, or None if there is no such string."""

    def save(self, name: str, value: str) -> None:
        """Store a string under a name, replacing any older string."""


class AsyncStore(Protocol):
    """A store whose methods are coroutines."""

    async def load(self, name: str) -> str | None:
        """Return the string stored under a name, or None if there is no such string."""

    async def save(self, name: str, value: str) -> None:
        """Store a string under a name, replacing any older string."""


class MemoryStore:
    """A store in the memory of the process."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def load(self, name: str) -> str | None:
        """Return the string stored under a name, or None if there is no such string."""
        return self._texts.get(name)

    def save(self, name: str, value: str) -> None:
        """Store a string under a name, replacing any older string."""
        self._texts[name] = value


class AsyncMemoryStore:
    """A store in the memory of the process, with coroutines as methods."""

    def __init__(self) -> None:
        self._store = MemoryStore()

    async def load(self, name: str) -> str | None:
        """Return the string stored under a name, or None if there is no such string."""
        return self._store.load(name)

    async def save(self, name: str, value: str) -> None:
        """Store a string under a name, replacing any older string."""
        self._store.save(name, value)
