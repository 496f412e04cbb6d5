"""The public names can be imported. A name is removed from this list only in a major version."""

from __future__ import annotations

import importlib
import re
from importlib.metadata import entry_points
from typing import get_args

import pytest

from airflow_provider_dingtalk_calendar.client import DingTalkClient, IfExists
from airflow_provider_dingtalk_calendar.client.catalog import CALENDAR_OPERATIONS, OPERATIONS
from airflow_provider_dingtalk_calendar.client.wire.values import IF_EXISTS

PACKAGE = "airflow_provider_dingtalk_calendar"

NAMES = {
    "hooks.dingtalk": "DingTalkHook",
    "support.retries": "DingTalkRetryPolicy",
    "operators.subscribed_calendar": """
        CreateSubscribedCalendarOperator DeleteSubscribedCalendarOperator EnsureSubscribedCalendarsOperator
        GetSubscribedCalendarOperator UpdateSubscribedCalendarOperator
    """,
    "operators.calendars": "ListCalendarsOperator SubscribeCalendarOperator UnsubscribeCalendarOperator",
    "operators.events": """
        CreateEventOperator DeleteEventOperator ListEventsOperator SyncEventsOperator UpdateEventOperator
    """,
    "decorators.events": "dingtalk_events_task",
    "operators.attendees": "AddAttendeesOperator RemoveAttendeesOperator",
    "operators.schedules": "GetFreeBusyOperator",
    "operators.gate": "CalendarGateOperator",
    "operators.directory": "CreateGroupOperator GetOpenConversationIdOperator LookUpUnionIdsOperator",
    "operators.api": "DingTalkApiOperator",
    "sensors.calendar": "CalendarSensor",
    "triggers.calendar": "CalendarStateTrigger",
    "triggers.events": "CalendarEventTrigger",
    "assets": "calendar_asset calendar_uri",
    "client": """
        REGIONS AccessToken AsyncDingTalkClient Attendee Calendar CalendarState ClientSettings
        CorpCredentials Credentials DingTalkClient EnsuredCalendar Event EventMatch EventTime
        IfExists InternalAppCredentials NewAttendee Occurrence Page PlanRow Recurrence Reminder
        Schedule SubscribeScope SubscribedCalendar SuiteCredentials SyncResult UserCredentials
        calendar_state
    """,
    "emulator": "Attendee Calendar DingTalkEmulator Event Fault Journal Options RecordedRequest",
    "exceptions": """
        AmbiguousOutcomeError ApiError CalendarExistsError ConfigurationError ContactScopeError
        CreatorNotInRangeError DailyEventLimitError DingTalkError InvalidArgumentError InvalidCredentialsError
        InvalidParameterError InvalidSuiteTicketError InvalidTokenError IpBlockedError IpNotAllowedError
        MissingPermissionError MonthlyQuotaError NotAuthorizedError NotFoundError OutcomeUnknownError
        PartialFailureError PermissionDeniedError QpmLimitError QpsLimitError RefusedError
        RequestNotSentError ServerBusyError StoreError SyncRefusedError ThrottledError UnexpectedAnswerError
    """,
}
#: Retry policies need Airflow 3.3 or later.
LATER = {"DingTalkRetryPolicy"}


@pytest.mark.parametrize("module", NAMES)
def test_every_public_name_is_there(module: str) -> None:
    found = importlib.import_module(f"{PACKAGE}.{module}")
    missing = {name for name in NAMES[module].split() if not hasattr(found, name)}
    assert missing <= LATER


@pytest.mark.parametrize("module", ["client", "emulator"])
def test_a_package_exports_what_is_listed_and_nothing_else(module: str) -> None:
    found = importlib.import_module(f"{PACKAGE}.{module}")
    assert set(found.__all__) == set(NAMES[module].split())


def test_the_choices_for_an_existing_calendar_are_the_same_for_types_and_checks() -> None:
    assert get_args(IfExists) == IF_EXISTS


def test_the_operators_are_as_many_as_the_documentation_says() -> None:
    listed = [name for module, names in NAMES.items() if "operators" in module for name in names.split()]
    assert len(listed) == len(set(listed)) == 21


def test_every_operation_of_the_calendar_api_has_a_method() -> None:
    assert (len(CALENDAR_OPERATIONS), len(OPERATIONS)) == (45, 53)
    methods = {re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower() for name in CALENDAR_OPERATIONS}
    assert methods - {*dir(DingTalkClient)} == set()


def test_the_entry_points_load() -> None:
    for group, name in (("apache_airflow_provider", "provider_info"), ("pytest11", "dingtalk_emulator")):
        (entry,) = {one for one in entry_points(group=group) if one.name == name and PACKAGE in one.value}
        assert entry.load()
