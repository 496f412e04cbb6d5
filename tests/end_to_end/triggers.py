"""A trigger for the tests. It has its own module because the triggerer imports it by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class CountCalendars(BaseTrigger):
    """Counts the calendars of a user."""

    def __init__(self, conn_id: str) -> None:
        super().__init__()
        self.conn_id = conn_id

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return f"{__name__}.{type(self).__name__}", {"conn_id": self.conn_id}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        async with await DingTalkHook(self.conn_id).aget_conn() as client:
            yield TriggerEvent(len(await client.list_calendars("owner")))
