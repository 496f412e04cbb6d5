"""The operations on events, attendees, free/busy times and sharing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.emulator.route import Route

EVENT_ROUTES: tuple[Route, ...] = ()
