"""The DingTalk client. It does not import Airflow, and imports an HTTP library with the first request.

Imports go one way: :mod:`.wire` (values to and from JSON), :mod:`.engine` (one call), :mod:`.auth` (tokens),
:mod:`.settings`, :mod:`.transport` (the I/O), :mod:`.session` (a call with a token), :mod:`.resources` (the
API by subject), :mod:`.workflows` (several calls under one rule), :mod:`.catalog` and :mod:`.clients`.

Names are imported on first use, so a DAG file that imports an operator loads none of them.
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
    from .wire.records import Page
    from .wire.values import IfExists
    from .workflows.ensure_calendar.identity import EnsuredCalendar

__all__ = [
    "REGIONS",
    "AccessToken",
    "AsyncDingTalkClient",
    "Attendee",
    "Calendar",
    "ClientSettings",
    "CorpCredentials",
    "Credentials",
    "DingTalkClient",
    "EnsuredCalendar",
    "Event",
    "EventTime",
    "IfExists",
    "InternalAppCredentials",
    "NewAttendee",
    "Page",
    "Recurrence",
    "Reminder",
    "Schedule",
    "SubscribeScope",
    "SubscribedCalendar",
    "SuiteCredentials",
    "UserCredentials",
]

_MODULES = {
    "REGIONS": "settings",
    "AccessToken": "auth.access_token",
    "AsyncDingTalkClient": "clients",
    "Attendee": "resources.events.records",
    "Calendar": "resources.calendars",
    "ClientSettings": "settings",
    "CorpCredentials": "auth.credentials",
    "Credentials": "auth.credentials",
    "DingTalkClient": "clients",
    "EnsuredCalendar": "workflows.ensure_calendar.identity",
    "Event": "resources.events.records",
    "EventTime": "resources.events.records",
    "IfExists": "wire.values",
    "InternalAppCredentials": "auth.credentials",
    "NewAttendee": "resources.events.records",
    "Page": "wire.records",
    "Recurrence": "resources.events.records",
    "Reminder": "resources.events.records",
    "Schedule": "resources.free_busy",
    "SubscribeScope": "resources.calendars",
    "SubscribedCalendar": "resources.calendars",
    "SuiteCredentials": "auth.credentials",
    "UserCredentials": "auth.credentials",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
