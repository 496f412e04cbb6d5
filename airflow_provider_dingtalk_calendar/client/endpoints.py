"""One entry per operation on calendars: a user's list of them, and subscribed calendars.

Events are in :mod:`.event_endpoints`, what surrounds them in :mod:`.meeting_endpoints`, people and groups in
:mod:`.directory_endpoints`; :mod:`.table` has all of them by name.
"""

from __future__ import annotations

from airflow_provider_dingtalk_calendar.client import answers
from airflow_provider_dingtalk_calendar.client.endpoint import Endpoint, Replay
from airflow_provider_dingtalk_calendar.client.models import Calendar, SubscribedCalendar

CALENDAR_READ = "Calendar.Calendar.Read"
CALENDAR_WRITE = "Calendar.Calendar.Write"
EVENT_READ = "Calendar.Event.Read"

USER = "/v1.0/calendar/users/{userId}"
CALENDAR = f"{USER}/calendars/{{calendarId}}"
SUBSCRIBED_CALENDAR = f"{USER}/subscribedCalendars/{{calendarId}}"

DEFINITION = ("name", "description", "managers", "subscribeScope")

CREATE_SUBSCRIBED_CALENDAR: Endpoint[str] = Endpoint(
    operation="CreateSubscribedCalendar",
    method="POST",
    path=f"{USER}/subscribedCalendars",
    page="create-subscription-calendar",
    answer=answers.text("calendarId"),
    permission=CALENDAR_WRITE,
    body=DEFINITION,
    required=("name", "subscribeScope"),
)

GET_SUBSCRIBED_CALENDAR: Endpoint[SubscribedCalendar] = Endpoint(
    operation="GetSubscribedCalendar",
    method="GET",
    path=SUBSCRIBED_CALENDAR,
    page="query-a-single-subscription-calendar",
    answer=SubscribedCalendar.from_wire,
    permission=CALENDAR_READ,
    replay=Replay.READ,
)

UPDATE_SUBSCRIBED_CALENDARS: Endpoint[None] = Endpoint(
    operation="UpdateSubscribedCalendars",
    method="PUT",
    path=SUBSCRIBED_CALENDAR,
    page="update-subscription-calendar",
    answer=answers.result_true,
    permission=CALENDAR_WRITE,
    replay=Replay.REPEATABLE,
    body=DEFINITION,
)

DELETE_SUBSCRIBED_CALENDAR: Endpoint[None] = Endpoint(
    operation="DeleteSubscribedCalendar",
    method="DELETE",
    path=SUBSCRIBED_CALENDAR,
    page="delete-subscription-calendar",
    answer=answers.result_true,
    permission=CALENDAR_WRITE,
    replay=Replay.REPEATABLE,
)

LIST_CALENDARS: Endpoint[list[Calendar]] = Endpoint(
    operation="ListCalendars",
    method="GET",
    path=f"{USER}/calendars",
    page="query-a-calendar",
    answer=answers.inside("response", answers.records("calendars", Calendar)),
    permission=EVENT_READ,
    replay=Replay.READ,
)

SUBSCRIBE_CALENDAR: Endpoint[None] = Endpoint(
    operation="SubscribeCalendar",
    method="POST",
    path=f"{CALENDAR}/subscribe",
    page="subscribe-to-a-public-calendar",
    answer=answers.nothing,
    permission=CALENDAR_WRITE,
    replay=Replay.REPEATABLE,
    may_be_empty=True,
)

UNSUBSCRIBE_CALENDAR: Endpoint[None] = Endpoint(
    operation="UnsubscribeCalendar",
    method="POST",
    path=f"{CALENDAR}/unsubscribe",
    page="unsubscribe-from-a-public-calendar",
    answer=answers.result_true,
    permission=CALENDAR_WRITE,
    replay=Replay.REPEATABLE,
)
