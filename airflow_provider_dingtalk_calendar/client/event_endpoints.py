"""One entry per operation on events and their attendees."""

from __future__ import annotations

from typing import Any

from airflow_provider_dingtalk_calendar.client import answers
from airflow_provider_dingtalk_calendar.client.endpoint import Endpoint, Replay
from airflow_provider_dingtalk_calendar.client.endpoints import CALENDAR, EVENT_READ, USER
from airflow_provider_dingtalk_calendar.client.event_models import Attendee, Event, Page

EVENT_WRITE = "Calendar.Event.Write"

EVENTS = f"{CALENDAR}/events"
EVENT = f"{EVENTS}/{{eventId}}"
MY_CALENDAR = "/v1.0/calendar/me/calendars/{calendarId}"

_CONTENT = (
    "summary",
    "description",
    "start",
    "end",
    "isAllDay",
    "recurrence",
    "attendees",
    "location",
    "reminders",
    "onlineMeetingInfo",
    "extra",
    "uiConfigs",
    "richTextDescription",
)
#: In the SDK and not on the page.
_MORE_CONTENT = ("cardInstances", "categories", "freeBusyStatus")

_WINDOW = ("timeMin", "timeMax", "maxResults", "maxAttendees", "nextToken")

CREATE_EVENT: Endpoint[Event] = Endpoint(
    operation="CreateEvent",
    method="POST",
    path=EVENTS,
    page="create-schedule",
    answer=Event.from_wire,
    permission=EVENT_WRITE,
    replay=Replay.KEYED,
    body=(*_CONTENT, *_MORE_CONTENT, "eventConfig"),
    client_token=True,
    required=("summary", "start", "end"),
)

# Whether the token works here is not documented: the public reference does not have the operation.
CREATE_EVENT_BY_ME: Endpoint[Event] = Endpoint(
    operation="CreateEventByMe",
    method="POST",
    path=f"{MY_CALENDAR}/events",
    page=None,
    answer=Event.from_wire,
    body=_CONTENT,
    client_token=True,
    required=("summary", "start"),
)

GET_EVENT: Endpoint[Event] = Endpoint(
    operation="GetEvent",
    method="GET",
    path=EVENT,
    page="query-details-about-an-event",
    answer=Event.from_wire,
    permission=EVENT_READ,
    replay=Replay.READ,
    query=("maxAttendees",),
)

PATCH_EVENT: Endpoint[Event] = Endpoint(
    operation="PatchEvent",
    method="PUT",
    path=EVENT,
    page="modify-event",
    answer=Event.from_wire,
    permission=EVENT_WRITE,
    replay=Replay.KEYED,
    body=("id", *_CONTENT, *_MORE_CONTENT),
    client_token=True,
    required=("id",),
)

DELETE_EVENT: Endpoint[None] = Endpoint(
    operation="DeleteEvent",
    method="DELETE",
    path=EVENT,
    page="delete-event",
    answer=answers.nothing,
    permission=EVENT_WRITE,
    replay=Replay.KEYED,
    may_be_empty=True,
    query=("pushNotification",),
    client_token=True,
)

CANCEL_EVENT: Endpoint[None] = Endpoint(
    operation="CancelEvent",
    method="POST",
    path=f"{EVENT}/cancel",
    page=None,
    answer=answers.result_true,
    query=("scope",),
    client_token=True,
)

TRANSFER_EVENT: Endpoint[None] = Endpoint(
    operation="TransferEvent",
    method="POST",
    path=f"{EVENT}/transfer",
    page=None,
    answer=answers.result_true,
    body=("newOrganizerId", "isExitCalendar", "needNotifyViaO2O"),
    client_token=True,
    required=("newOrganizerId",),
)

RESPOND_EVENT: Endpoint[None] = Endpoint(
    operation="RespondEvent",
    method="POST",
    path=f"{EVENT}/respond",
    page="configure-response-status",
    answer=answers.nothing,
    permission=EVENT_WRITE,
    replay=Replay.REPEATABLE,
    may_be_empty=True,
    body=("responseStatus",),
    client_token=True,
    required=("responseStatus",),
)

LIST_EVENTS: Endpoint[Page[Event]] = Endpoint(
    operation="ListEvents",
    method="GET",
    path=EVENTS,
    page="query-an-event-list",
    answer=answers.page("events", Event),
    permission=EVENT_READ,
    replay=Replay.READ,
    query=(*_WINDOW, "showDeleted", "syncToken", "seriesMasterId"),
)

LIST_EVENTS_VIEW: Endpoint[Page[Event]] = Endpoint(
    operation="ListEventsView",
    method="GET",
    path=f"{CALENDAR}/eventsview",
    page="query-schedule-view",
    answer=answers.page("events", Event),
    permission=EVENT_READ,
    replay=Replay.READ,
    query=_WINDOW,
)

LIST_EVENTS_VIEW_BY_ME: Endpoint[Page[Event]] = Endpoint(
    operation="ListEventsViewByMe",
    method="GET",
    path=f"{MY_CALENDAR}/eventsview",
    page=None,
    answer=answers.page("events", Event),
    replay=Replay.READ,
    query=_WINDOW,
    client_token=True,
)

LIST_EVENTS_INSTANCES: Endpoint[Page[Event]] = Endpoint(
    operation="ListEventsInstances",
    method="GET",
    path=f"{CALENDAR}/instances",
    page=None,
    answer=answers.page("events", Event),
    replay=Replay.READ,
    query=("seriesMasterId", "startRecurrenceId", "maxResults", "maxAttendees"),
    required=("seriesMasterId",),
)

LIST_INSTANCES: Endpoint[Page[Event]] = Endpoint(
    operation="ListInstances",
    method="GET",
    path=f"{EVENT}/instances",
    page=None,
    answer=answers.page("events", Event),
    replay=Replay.READ,
    query=_WINDOW,
)

CONVERT_LEGACY_EVENT_ID: Endpoint[dict[str, Any]] = Endpoint(
    operation="ConvertLegacyEventId",
    method="POST",
    path=f"{USER}/legacyEventIds/convert",
    page=None,
    answer=answers.mapping("legacyEventIdMap"),
    replay=Replay.READ,
    body=("legacyEventIds",),
    required=("legacyEventIds",),
)

ADD_ATTENDEE: Endpoint[None] = Endpoint(
    operation="AddAttendee",
    method="POST",
    path=f"{EVENT}/attendees",
    page="add-schedule-participant",
    answer=answers.nothing,
    permission=EVENT_WRITE,
    replay=Replay.KEYED,
    may_be_empty=True,
    body=("attendeesToAdd", "pushNotification", "chatNotification"),
    client_token=True,
    required=("attendeesToAdd",),
)

REMOVE_ATTENDEE: Endpoint[None] = Endpoint(
    operation="RemoveAttendee",
    method="POST",
    path=f"{EVENT}/attendees/batchRemove",
    page="delete-schedule-participant",
    answer=answers.nothing,
    permission=EVENT_WRITE,
    replay=Replay.KEYED,
    may_be_empty=True,
    body=("attendeesToRemove",),
    client_token=True,
    required=("attendeesToRemove",),
)

LIST_ATTENDEES: Endpoint[Page[Attendee]] = Endpoint(
    operation="ListAttendees",
    method="GET",
    path=f"{EVENT}/attendees",
    page="get-the-participants-of-a-schedule",
    answer=answers.page("attendees", Attendee),
    permission=EVENT_READ,
    replay=Replay.READ,
    query=("maxResults", "nextToken"),
)
