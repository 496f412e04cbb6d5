"""An event for tests that move the clock."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
from tools.moved_clock import MovedClock


class Freeze:
    """An event of the user ``u``. Its times are in hours from the creation of this object."""

    def __init__(self, clock: MovedClock, begins: float, ends: float, title: str = "Freeze") -> None:
        self._first = datetime.fromtimestamp(clock.now, timezone.utc)
        with DingTalkHook().get_conn() as client:
            self.id = client.create_event(
                "u", summary=title, start=self._at(begins), end=self._at(ends), time_zone="UTC"
            ).id

    def _at(self, hours: float) -> datetime:
        return self._first + timedelta(hours=hours)

    def end_at(self, begins: float, hours: float) -> None:
        with DingTalkHook().get_conn() as client:
            client.patch_event(
                "u", "primary", self.id, start=self._at(begins), end=self._at(hours), time_zone="UTC"
            )
