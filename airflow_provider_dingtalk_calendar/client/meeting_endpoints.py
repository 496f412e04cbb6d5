"""One entry per operation on what surrounds events: check-in, rooms, free/busy, sharing, and the rest."""

from __future__ import annotations

from airflow_provider_dingtalk_calendar.client import answers
from airflow_provider_dingtalk_calendar.client.endpoint import Endpoint, Replay
from airflow_provider_dingtalk_calendar.client.endpoints import CALENDAR, EVENT_READ, USER
from airflow_provider_dingtalk_calendar.client.event_endpoints import EVENT, EVENT_WRITE
from airflow_provider_dingtalk_calendar.client.event_models import Page, Schedule
from airflow_provider_dingtalk_calendar.client.meeting_models import (
    Acl,
    AiMinutes,
    CaldavAccount,
    Category,
    Plugin,
    Presence,
)

SCHEDULE_READ = "Calendar.EventSchedule.Read"
ACL_READ = "Calendar.Acl.Read"
ACL_WRITE = "Calendar.Acl.Write"

_QUERY_SCHEDULE = ("userIds", "startTime", "endTime")
_QUERY_PRESENCE = ("type", "maxResults", "nextToken")

# No new app is granted its permission; SignIn has taken its place.
CHECK_IN: Endpoint[int] = Endpoint(
    operation="CheckIn",
    method="POST",
    path=f"{EVENT}/checkIn",
    page="sign-in-for-a-single-schedule",
    answer=answers.number("checkInTime"),
)

SIGN_IN: Endpoint[int] = Endpoint(
    operation="SignIn",
    method="POST",
    path=f"{EVENT}/signin",
    page="sign-in-single-schedule-news",
    answer=answers.number("checkInTime"),
    permission=EVENT_WRITE,
)

SIGN_OUT: Endpoint[int] = Endpoint(
    operation="SignOut",
    method="POST",
    path=f"{EVENT}/signOut",
    page="sign-off-for-a-single-schedule",
    answer=answers.number("checkOutTime"),
    permission=EVENT_WRITE,
)

GET_SIGN_IN_LIST: Endpoint[Page[Presence]] = Endpoint(
    operation="GetSignInList",
    method="GET",
    path=f"{EVENT}/signin",
    page="view-the-check-in-details-of-a-single-schedule",
    answer=answers.page("users", Presence),
    permission=EVENT_READ,
    replay=Replay.READ,
    query=_QUERY_PRESENCE,
    required=("type", "maxResults"),
)

GET_SIGN_OUT_LIST: Endpoint[Page[Presence]] = Endpoint(
    operation="GetSignOutList",
    method="GET",
    path=f"{EVENT}/signOut",
    page="view-the-billing-details-of-a-single-schedule",
    answer=answers.page("users", Presence),
    permission=EVENT_READ,
    replay=Replay.READ,
    query=_QUERY_PRESENCE,
    required=("type", "maxResults"),
)

GET_SIGN_IN_LINK: Endpoint[str] = Endpoint(
    operation="GetSignInLink",
    method="GET",
    path=f"{EVENT}/signInLinks",
    page="api-getsigninlink",
    answer=answers.text("signInLink"),
    permission=EVENT_WRITE,
    replay=Replay.READ,
)

GET_SIGN_OUT_LINK: Endpoint[str] = Endpoint(
    operation="GetSignOutLink",
    method="GET",
    path=f"{EVENT}/signOutLinks",
    page="api-getsignoutlink",
    answer=answers.text("signOutLink"),
    permission=EVENT_WRITE,
    replay=Replay.READ,
)

ADD_MEETING_ROOMS: Endpoint[None] = Endpoint(
    operation="AddMeetingRooms",
    method="POST",
    path=f"{EVENT}/meetingRooms",
    page="add-a-meeting-room",
    answer=answers.result_true,
    permission=EVENT_WRITE,
    body=("meetingRoomsToAdd",),
    client_token=True,
    required=("meetingRoomsToAdd",),
)

REMOVE_MEETING_ROOMS: Endpoint[None] = Endpoint(
    operation="RemoveMeetingRooms",
    method="POST",
    path=f"{EVENT}/meetingRooms/batchRemove",
    page="remove-a-meeting-room",
    answer=answers.result_true,
    permission=EVENT_WRITE,
    body=("meetingRoomsToRemove",),
    client_token=True,
    required=("meetingRoomsToRemove",),
)

MEETING_ROOM_RESPOND: Endpoint[None] = Endpoint(
    operation="MeetingRoomRespond",
    method="POST",
    path=f"{EVENT}/meetingRooms/{{roomId}}/respond",
    page=None,
    answer=answers.result_true,
    replay=Replay.REPEATABLE,
    body=("responseStatus",),
    client_token=True,
)

GET_MEETING_ROOMS_SCHEDULE: Endpoint[list[Schedule]] = Endpoint(
    operation="GetMeetingRoomsSchedule",
    method="POST",
    path=f"{USER}/meetingRooms/schedules/query",
    page="queries-free-and-busy-meeting-room-information",
    answer=answers.records("scheduleInformation", Schedule),
    permission=EVENT_READ,
    replay=Replay.READ,
    body=("roomIds", "startTime", "endTime"),
    required=("roomIds", "startTime", "endTime"),
)

GET_SCHEDULE: Endpoint[list[Schedule]] = Endpoint(
    operation="GetSchedule",
    method="POST",
    path=f"{USER}/querySchedule",
    page="free-schedule",
    answer=answers.records("scheduleInformation", Schedule),
    permission=SCHEDULE_READ,
    replay=Replay.READ,
    body=_QUERY_SCHEDULE,
    required=_QUERY_SCHEDULE,
)

GET_SCHEDULE_BY_ME: Endpoint[list[Schedule]] = Endpoint(
    operation="GetScheduleByMe",
    method="POST",
    path="/v1.0/calendar/me/schedules/query",
    page=None,
    answer=answers.records("scheduleInformation", Schedule),
    replay=Replay.READ,
    body=_QUERY_SCHEDULE,
    client_token=True,
    required=_QUERY_SCHEDULE,
)

CREATE_ACLS: Endpoint[Acl] = Endpoint(
    operation="CreateAcls",
    method="POST",
    path=f"{CALENDAR}/acls",
    page="create-schedule-access-control",
    answer=Acl.from_wire,
    permission=ACL_WRITE,
    body=("privilege", "scope", "sendMsg"),
    required=("privilege", "scope", "sendMsg"),
)

LIST_ACLS: Endpoint[list[Acl]] = Endpoint(
    operation="ListAcls",
    method="GET",
    path=f"{CALENDAR}/acls",
    page="obtain-the-access-control-list-of-the-calendar",
    answer=answers.records("acls", Acl),
    permission=ACL_READ,
    replay=Replay.READ,
)

DELETE_ACL: Endpoint[None] = Endpoint(
    operation="DeleteAcl",
    method="DELETE",
    path=f"{CALENDAR}/acls/{{aclId}}",
    page="delete-an-access-control-list",
    answer=answers.nothing,
    permission=ACL_WRITE,
    replay=Replay.REPEATABLE,
    may_be_empty=True,
)

GENERATE_CALDAV_ACCOUNT: Endpoint[CaldavAccount] = Endpoint(
    operation="GenerateCaldavAccount",
    method="POST",
    path=f"{USER}/caldavAccounts",
    page=None,
    answer=CaldavAccount.from_wire,
    body=("device",),
    secret="password",  # noqa: S106  the name of a field
    required=("device",),
)

LIST_CATEGORIES: Endpoint[list[Category]] = Endpoint(
    operation="ListCategories",
    method="GET",
    path="/v1.0/calendar/categories",
    page=None,
    answer=answers.records("categories", Category),
    replay=Replay.READ,
    client_token=True,
)

LIST_AI_MINUTES: Endpoint[list[AiMinutes]] = Endpoint(
    operation="ListAiMinutes",
    method="GET",
    path=f"{EVENT}/minutes",
    page=None,
    answer=answers.records("minutes", AiMinutes),
    replay=Replay.READ,
    query=("fetchAll",),
)

LIST_ORG_PLUGINS: Endpoint[list[Plugin]] = Endpoint(
    operation="ListOrgPlugins",
    method="GET",
    path="/v1.0/calendar/plugins",
    page=None,
    answer=answers.records("plugins", Plugin),
    replay=Replay.READ,
)

UPDATE_ORG_PLUGIN_SUBSCRIBERS: Endpoint[None] = Endpoint(
    operation="UpdateOrgPluginSubscribers",
    method="POST",
    path="/v1.0/calendar/plugins/{pluginId}/subscribers",
    page=None,
    answer=answers.result_true,
    body=("deptIds", "unionIds"),
)
