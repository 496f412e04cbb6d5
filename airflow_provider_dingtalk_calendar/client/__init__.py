"""The DingTalk client. It imports no HTTP library before the first request, and it never imports Airflow.

Imports go one way: :mod:`.wire` (values to and from JSON), :mod:`.engine` (one call), :mod:`.auth` (tokens),
:mod:`.settings`, :mod:`.transport` (the I/O), :mod:`.session` (a call with a token), :mod:`.resources` (the
API by subject), :mod:`.workflows` (operations that take several calls), :mod:`.catalog` and :mod:`.clients`.

A name of this package is imported on first use. So a DAG file that imports an operator does not load the
whole client.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .auth.access_token import AccessToken
    from .auth.credentials import (
        CorpCredentials,
        Credentials,
        InternalAppCredentials,
        SuiteCredentials,
        UserCredentials,
    )
    from .clients import AsyncDingTalkClient, DingTalkClient
    from .resources.calendars import Calendar, SubscribedCalendar, SubscribeScope
    from .resources.events.records import Attendee, Event, EventTime, NewAttendee, Recurrence, Reminder
    from .resources.free_busy import Schedule
    from .settings import REGIONS, ClientSettings
    from .wire.event_match import EventMatch
    from .wire.records import Page
    from .workflows.calendar_state import CalendarState, Occurrence, calendar_state
    from .workflows.ensure_calendar.identity import EnsuredCalendar, IfExists
    from .workflows.sync_events.plan import PlanRow
    from .workflows.sync_events.result import SyncResult

__all__ = [
    "REGIONS",
    "AccessToken",
    "AsyncDingTalkClient",
    "Attendee",
    "Calendar",
    "CalendarState",
    "ClientSettings",
    "CorpCredentials",
    "Credentials",
    "DingTalkClient",
    "EnsuredCalendar",
    "Event",
    "EventMatch",
    "EventTime",
    "IfExists",
    "InternalAppCredentials",
    "NewAttendee",
    "Occurrence",
    "Page",
    "PlanRow",
    "Recurrence",
    "Reminder",
    "Schedule",
    "SubscribeScope",
    "SubscribedCalendar",
    "SuiteCredentials",
    "SyncResult",
    "UserCredentials",
    "calendar_state",
]

#: The module that defines each name.
_MODULES = {
    name: module
    for module, names in {
        "auth.access_token": "AccessToken",
        "auth.credentials": (
            "CorpCredentials Credentials InternalAppCredentials SuiteCredentials UserCredentials"
        ),
        "clients": "AsyncDingTalkClient DingTalkClient",
        "resources.calendars": "Calendar SubscribeScope SubscribedCalendar",
        "resources.events.records": "Attendee Event EventTime NewAttendee Recurrence Reminder",
        "resources.free_busy": "Schedule",
        "settings": "REGIONS ClientSettings",
        "wire.event_match": "EventMatch",
        "wire.records": "Page",
        "workflows.calendar_state": "CalendarState Occurrence calendar_state",
        "workflows.ensure_calendar.identity": "EnsuredCalendar IfExists",
        "workflows.sync_events.plan": "PlanRow",
        "workflows.sync_events.result": "SyncResult",
    }.items()
    for name in names.split()
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
