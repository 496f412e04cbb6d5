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
    # The aliases tell type checkers that the names are public.
    from .auth.access_token import AccessToken as AccessToken
    from .auth.credentials import CorpCredentials as CorpCredentials
    from .auth.credentials import Credentials as Credentials
    from .auth.credentials import InternalAppCredentials as InternalAppCredentials
    from .auth.credentials import SuiteCredentials as SuiteCredentials
    from .auth.credentials import UserCredentials as UserCredentials
    from .clients import AsyncDingTalkClient as AsyncDingTalkClient
    from .clients import DingTalkClient as DingTalkClient
    from .resources.calendars import Calendar as Calendar
    from .resources.calendars import SubscribedCalendar as SubscribedCalendar
    from .resources.calendars import SubscribeScope as SubscribeScope
    from .resources.events.records import Attendee as Attendee
    from .resources.events.records import Event as Event
    from .resources.events.records import EventTime as EventTime
    from .resources.events.records import NewAttendee as NewAttendee
    from .resources.events.records import Recurrence as Recurrence
    from .resources.events.records import Reminder as Reminder
    from .resources.free_busy import Schedule as Schedule
    from .settings import REGIONS as REGIONS
    from .settings import ClientSettings as ClientSettings
    from .wire.records import Page as Page
    from .wire.values import IfExists as IfExists
    from .workflows.ensure_calendar.identity import EnsuredCalendar as EnsuredCalendar

#: Module of each name.
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
        "wire.records": "Page",
        "wire.values": "IfExists",
        "workflows.ensure_calendar.identity": "EnsuredCalendar",
    }.items()
    for name in names.split()
}

__all__ = [*_MODULES]  # noqa: PLE0604


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
