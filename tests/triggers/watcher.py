"""A running CalendarEventTrigger for tests that move the clock."""

from __future__ import annotations

import asyncio
from typing import Any

from airflow_provider_dingtalk_calendar.client.wire.event_match import matches_to_texts
from airflow_provider_dingtalk_calendar.triggers.events import CalendarEventTrigger


class Watcher:
    """A running trigger, and the kinds and titles of the events that it has yielded."""

    def __init__(self, store: Any = None, **changes: Any) -> None:
        arguments: dict[str, Any] = {"name": "asset", "union_id": "u", "calendar_id": "primary"} | changes
        self.trigger = CalendarEventTrigger(
            **arguments | {"match": matches_to_texts("match", arguments.get("match"))}
        )
        self.trigger.asset_state_store = store
        self.payloads: list[dict[str, str]] = []
        self._task = asyncio.ensure_future(self._run())

    async def _run(self) -> None:
        async for event in self.trigger.run():
            self.payloads.append(event.payload)

    @property
    def seen(self) -> list[tuple[str, str]]:
        return [(one["kind"], one["title"]) for one in self.payloads]

    async def stop(self) -> None:
        assert not self._task.done()
        self._task.cancel()
        await asyncio.wait([self._task])
