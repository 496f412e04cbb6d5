"""The DingTalk client. It knows neither Airflow nor, until a request is made, an HTTP library.

Read it in this order: :mod:`.actions` (what a flow may ask), :mod:`.flows` (the decisions),
:mod:`.drivers` (the I/O), :mod:`.endpoints` (the operations as data).

Names are imported when they are first used: a DAG file that imports an operator needs none of them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.client.access_token import AccessToken
    from airflow_provider_dingtalk_calendar.client.base_credentials import Credentials
    from airflow_provider_dingtalk_calendar.client.checks import IfExists
    from airflow_provider_dingtalk_calendar.client.clients import AsyncDingTalkClient, DingTalkClient
    from airflow_provider_dingtalk_calendar.client.credentials import (
        CorpCredentials,
        InternalAppCredentials,
        SuiteCredentials,
        UserCredentials,
    )
    from airflow_provider_dingtalk_calendar.client.event_models import (
        Attendee,
        Event,
        EventTime,
        NewAttendee,
        Page,
        Recurrence,
        Reminder,
        Schedule,
    )
    from airflow_provider_dingtalk_calendar.client.identity import EnsuredCalendar
    from airflow_provider_dingtalk_calendar.client.models import (
        Calendar,
        SubscribedCalendar,
        SubscribeScope,
    )
    from airflow_provider_dingtalk_calendar.client.settings import REGIONS, ClientSettings

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
    "AccessToken": "access_token",
    "AsyncDingTalkClient": "clients",
    "Attendee": "event_models",
    "Calendar": "models",
    "ClientSettings": "settings",
    "CorpCredentials": "credentials",
    "Credentials": "base_credentials",
    "DingTalkClient": "clients",
    "EnsuredCalendar": "identity",
    "Event": "event_models",
    "EventTime": "event_models",
    "IfExists": "checks",
    "InternalAppCredentials": "credentials",
    "NewAttendee": "event_models",
    "Page": "event_models",
    "Recurrence": "event_models",
    "Reminder": "event_models",
    "Schedule": "event_models",
    "SubscribeScope": "models",
    "SubscribedCalendar": "models",
    "SuiteCredentials": "credentials",
    "UserCredentials": "credentials",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
