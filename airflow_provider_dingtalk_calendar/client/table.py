"""Every operation on calendars, people and groups by its official name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_dingtalk_calendar.client import (
    directory_endpoints,
    endpoints,
    event_endpoints,
    meeting_endpoints,
)
from airflow_provider_dingtalk_calendar.client.endpoint import Endpoint


def _entries(module: object) -> dict[str, Endpoint[Any]]:
    return {entry.operation: entry for entry in vars(module).values() if isinstance(entry, Endpoint)}


#: The operations of the calendar API (``calendar_1_0`` of the official SDK).
CALENDAR_OPERATIONS: Mapping[str, Endpoint[Any]] = {
    **_entries(endpoints),
    **_entries(event_endpoints),
    **_entries(meeting_endpoints),
}

#: Those and the look-ups around them.
OPERATIONS: Mapping[str, Endpoint[Any]] = {**CALENDAR_OPERATIONS, **_entries(directory_endpoints)}
