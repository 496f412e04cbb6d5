"""Where a client keeps what must outlive it: a refresh token, a shared access token.

Airflow Variables are one such store, see :mod:`airflow_provider_dingtalk_calendar.hooks.variables`.
"""

from __future__ import annotations

from typing import Protocol


class Store(Protocol):
    """Texts by name. Both methods raise :class:`~...exceptions.StoreError` where they cannot do it."""

    def load(self, name: str) -> str | None:
        """Return the text of that name, None if there is none."""

    def save(self, name: str, value: str) -> None:
        """Keep the text under that name, in place of the one that is there."""


class AsyncStore(Protocol):
    """The same for an event loop."""

    async def load(self, name: str) -> str | None:
        """Return the text of that name, None if there is none."""

    async def save(self, name: str, value: str) -> None:
        """Keep the text under that name, in place of the one that is there."""


class MemoryStore:
    """Forgets everything with the process."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def load(self, name: str) -> str | None:
        """Return the text of that name, None if there is none."""
        return self._texts.get(name)

    def save(self, name: str, value: str) -> None:
        """Keep the text under that name, in place of the one that is there."""
        self._texts[name] = value


class AsyncMemoryStore:
    """The same for an event loop."""

    def __init__(self) -> None:
        self._store = MemoryStore()

    async def load(self, name: str) -> str | None:
        """Return the text of that name, None if there is none."""
        return self._store.load(name)

    async def save(self, name: str, value: str) -> None:
        """Keep the text under that name, in place of the one that is there."""
        self._store.save(name, value)
