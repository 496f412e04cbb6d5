"""The DingTalk client. It knows neither Airflow nor, until a request is made, an HTTP library.

Read it in this order: :mod:`.actions` (what a flow may ask), :mod:`.flows` (the decisions),
:mod:`.drivers` (the I/O), :mod:`.endpoints` (the operations as data).
"""

from airflow_provider_dingtalk_calendar.client.clients import AsyncDingTalkClient, DingTalkClient
from airflow_provider_dingtalk_calendar.client.credentials import AccessToken, InternalAppCredentials
from airflow_provider_dingtalk_calendar.client.models import Calendar, SubscribedCalendar, SubscribeScope
from airflow_provider_dingtalk_calendar.client.settings import REGIONS, ClientSettings
from airflow_provider_dingtalk_calendar.client.subscribed_calendars import EnsuredCalendar, IfExists

__all__ = [
    "REGIONS",
    "AccessToken",
    "AsyncDingTalkClient",
    "Calendar",
    "ClientSettings",
    "DingTalkClient",
    "EnsuredCalendar",
    "IfExists",
    "InternalAppCredentials",
    "SubscribeScope",
    "SubscribedCalendar",
]
