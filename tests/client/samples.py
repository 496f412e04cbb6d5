"""One sample call of every operation, through its method and through ``call``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

NINE = datetime(2027, 1, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
TEN = NINE + timedelta(hours=1)
START = {"dateTime": "2027-01-20T09:00:00+08:00", "timeZone": "Asia/Shanghai"}
END = START | {"dateTime": "2027-01-20T10:00:00+08:00"}
TIMES = {"start": START, "end": END, "isAllDay": False}
WINDOW = {"time_min": NINE - timedelta(hours=1), "time_max": NINE + timedelta(hours=9)}
WIRE_WINDOW = {"timeMin": "2027-01-20T08:00:00+08:00", "timeMax": "2027-01-20T18:00:00+08:00"}
SCOPE = {"corp_ids": ["corp"]}
WIRE_SCOPE = {"corpIds": ["corp"]}
GROUP = {"title": "t", "template_id": "x", "owner_user_id": "manager", "uuid": "once"}
U = {"userId": "u"}
C = U | {"calendarId": "primary"}
#: Placeholders for the ids of an event, a subscribed calendar and an ACL entry that a test creates.
EVENT, CALENDAR, ACL = "<event>", "<calendar>", "<acl>"
E = C | {"eventId": EVENT}
S = U | {"calendarId": CALENDAR}
ON_EVENT = ("u", "primary", EVENT)


class Sample(NamedTuple):
    """The arguments of an operation's method, and the arguments of ``call`` for the same request."""

    method: str
    arguments: tuple[Any, ...]
    named: dict[str, Any]
    path: dict[str, Any]
    query: Mapping[str, Any] = MappingProxyType({})
    body: dict[str, Any] | None = None


SAMPLES = {
    "CreateSubscribedCalendar": Sample(
        "create_subscribed_calendar",
        ("u",),
        {"name": "n", "subscribe_scope": SCOPE},
        U,
        body={"name": "n", "subscribeScope": WIRE_SCOPE},
    ),
    "GetSubscribedCalendar": Sample("get_subscribed_calendar", ("u", CALENDAR), {}, S),
    "UpdateSubscribedCalendars": Sample(
        "update_subscribed_calendars", ("u", CALENDAR), {"name": "m"}, S, body={"name": "m"}
    ),
    "DeleteSubscribedCalendar": Sample("delete_subscribed_calendar", ("u", CALENDAR), {}, S),
    "ListCalendars": Sample("list_calendars", ("u",), {}, U),
    "SubscribeCalendar": Sample("subscribe_calendar", ("v", CALENDAR), {}, S | {"userId": "v"}),
    "UnsubscribeCalendar": Sample("unsubscribe_calendar", ("u", CALENDAR), {}, S),
    "CreateEvent": Sample(
        "create_event",
        ("u",),
        {"summary": "s", "start": NINE, "end": TEN, "attendees": ["v"]},
        C,
        body={"summary": "s", "attendees": [{"id": "v"}], **TIMES},
    ),
    "CreateEventByMe": Sample(
        "create_event_by_me",
        (),
        {"summary": "s", "start": date(2027, 1, 20)},
        {"calendarId": "primary"},
        body={
            "summary": "s",
            "start": {"date": "2027-01-20"},
            "end": {"date": "2027-01-21"},
            "isAllDay": True,
        },
    ),
    "GetEvent": Sample("get_event", ON_EVENT, {"max_attendees": 5}, E, {"maxAttendees": 5}),
    "PatchEvent": Sample(
        "patch_event", ON_EVENT, {"summary": "t"}, E, body={"id": EVENT, "summary": "t"}
    ),
    "DeleteEvent": Sample(
        "delete_event", ON_EVENT, {"push_notification": True}, E, {"pushNotification": True}
    ),
    "CancelEvent": Sample("cancel_event", ON_EVENT, {"scope": "all"}, E, {"scope": "all"}),
    "TransferEvent": Sample(
        "transfer_event",
        ON_EVENT,
        {"new_organizer_id": "v", "is_exit_calendar": True, "need_notify_via_o2o": False},
        E,
        body={"newOrganizerId": "v", "isExitCalendar": True, "needNotifyViaO2O": False},
    ),
    "RespondEvent": Sample(
        "respond_event",
        ("v", "primary", EVENT),
        {"response_status": "declined"},
        E | {"userId": "v"},
        body={"responseStatus": "declined"},
    ),
    "ListEvents": Sample(
        "list_events",
        ("u",),
        WINDOW | {"show_deleted": False, "max_results": 5, "max_attendees": 6},
        C,
        WIRE_WINDOW | {"showDeleted": False, "maxResults": 5, "maxAttendees": 6},
    ),
    "ListEventsView": Sample("list_events_view", ("u",), WINDOW, C, WIRE_WINDOW),
    "ListEventsViewByMe": Sample(
        "list_events_view_by_me", (), WINDOW, {"calendarId": "primary"}, WIRE_WINDOW
    ),
    "ListEventsInstances": Sample(
        "list_events_instances",
        ("u",),
        {"series_master_id": EVENT, "start_recurrence_id": "0", "max_results": 5},
        C,
        {"seriesMasterId": EVENT, "startRecurrenceId": "0", "maxResults": 5},
    ),
    "ListInstances": Sample("list_instances", ON_EVENT, WINDOW, E, WIRE_WINDOW),
    "ConvertLegacyEventId": Sample(
        "convert_legacy_event_id",
        ("u",),
        {"legacy_event_ids": ["1", "2"]},
        U,
        body={"legacyEventIds": ["1", "2"]},
    ),
    "AddAttendee": Sample(
        "add_attendee",
        ON_EVENT,
        {"attendees_to_add": ["w"], "push_notification": True, "chat_notification": False},
        E,
        body={"attendeesToAdd": [{"id": "w"}], "pushNotification": True, "chatNotification": False},
    ),
    "RemoveAttendee": Sample(
        "remove_attendee",
        ON_EVENT,
        {"attendees_to_remove": ["v"]},
        E,
        body={"attendeesToRemove": [{"id": "v"}]},
    ),
    "ListAttendees": Sample("list_attendees", ON_EVENT, {"max_results": 5}, E, {"maxResults": 5}),
    "CheckIn": Sample("check_in", ON_EVENT, {}, E),
    "SignIn": Sample("sign_in", ON_EVENT, {}, E),
    "SignOut": Sample("sign_out", ON_EVENT, {}, E),
    "GetSignInList": Sample(
        "get_sign_in_list",
        ON_EVENT,
        {"type": "not_yet_sign_in"},
        E,
        {"type": "not_yet_sign_in", "maxResults": 500},
    ),
    "GetSignOutList": Sample(
        "get_sign_out_list", ON_EVENT, {}, E, {"type": "sign_out", "maxResults": 500}
    ),
    "GetSignInLink": Sample("get_sign_in_link", ON_EVENT, {}, E),
    "GetSignOutLink": Sample("get_sign_out_link", ON_EVENT, {}, E),
    "AddMeetingRooms": Sample(
        "add_meeting_rooms",
        ON_EVENT,
        {"meeting_rooms_to_add": ["r", {"roomId": "q"}]},
        E,
        body={"meetingRoomsToAdd": [{"roomId": "r"}, {"roomId": "q"}]},
    ),
    "RemoveMeetingRooms": Sample(
        "remove_meeting_rooms",
        ON_EVENT,
        {"meeting_rooms_to_remove": ["r"]},
        E,
        body={"meetingRoomsToRemove": [{"roomId": "r"}]},
    ),
    "MeetingRoomRespond": Sample(
        "meeting_room_respond",
        (*ON_EVENT, "r/1"),
        {"response_status": "accepted"},
        E | {"roomId": "r/1"},
        body={"responseStatus": "accepted"},
    ),
    "GetMeetingRoomsSchedule": Sample(
        "get_meeting_rooms_schedule",
        ("u",),
        {"room_ids": ["r"], "start_time": NINE, "end_time": TEN},
        U,
        body={"roomIds": ["r"], "startTime": START["dateTime"], "endTime": END["dateTime"]},
    ),
    "GetSchedule": Sample(
        "get_schedule",
        ("u",),
        {"user_ids": ["u", "v"], "start_time": NINE, "end_time": TEN},
        U,
        body={"userIds": ["u", "v"], "startTime": START["dateTime"], "endTime": END["dateTime"]},
    ),
    "GetScheduleByMe": Sample(
        "get_schedule_by_me",
        (),
        {"user_ids": ["u"], "start_time": NINE, "end_time": TEN},
        {},
        body={"userIds": ["u"], "startTime": START["dateTime"], "endTime": END["dateTime"]},
    ),
    "CreateAcls": Sample(
        "create_acls",
        ("u", "primary"),
        {"privilege": "reader", "scope": "x", "send_msg": True},
        C,
        body={"privilege": "reader", "scope": {"scopeType": "user", "userId": "x"}, "sendMsg": True},
    ),
    "ListAcls": Sample("list_acls", ("u", "primary"), {}, C),
    "DeleteAcl": Sample("delete_acl", ("u", "primary", ACL), {}, C | {"aclId": ACL}),
    "GenerateCaldavAccount": Sample(
        "generate_caldav_account", ("u",), {"device": "d"}, U, body={"device": "d"}
    ),
    "ListCategories": Sample("list_categories", (), {}, {}),
    "ListAiMinutes": Sample("list_ai_minutes", ON_EVENT, {"fetch_all": True}, E, {"fetchAll": True}),
    "ListOrgPlugins": Sample("list_org_plugins", (), {}, {}),
    "UpdateOrgPluginSubscribers": Sample(
        "update_org_plugin_subscribers",
        ("p",),
        {"dept_ids": ["1"], "union_ids": []},
        {"pluginId": "p"},
        body={"deptIds": ["1"], "unionIds": []},
    ),
    "OapiV2UserGet": Sample(
        "get_union_id", ("manager",), {}, {}, body={"userid": "manager"}
    ),
    "OapiV2UserGetbymobile": Sample(
        "get_userid_by_mobile",
        ("+86-1",),
        {},
        {},
        body={"mobile": "+86-1"}
    ),
    "OapiUserGetbyunionid": Sample(
        "get_userid", ("u",), {}, {}, body={"unionid": "u"}
    ),
    "OapiV2UserList": Sample(
        "list_department_users", (1,), {}, {}, body={"dept_id": 1, "cursor": 0, "size": 100}
    ),
    "GetUser": Sample("get_contact_user", (), {}, {"unionId": "me"}),
    "ChatIdToOpenConversationId": Sample(
        "get_open_conversation_id",
        ("chat/1",),
        {},
        {"chatId": "chat/1"}
    ),
    "CreateSceneGroup": Sample(
        "create_scene_group",
        (),
        GROUP | {"user_ids": ["manager"], "management_options": {"searchable": 1}},
        {},
        body=GROUP | {"user_ids": ["manager"], "management_options": {"searchable": 1}},
    ),
    "OapiImChatScenegroupCreate": Sample(
        "create_scene_group_legacy",
        (),
        GROUP | {"user_ids": ["manager", "other"], "icon": "i"},
        {},
        body=GROUP | {"user_ids": "manager,other", "icon": "i"}
    ),
}  # fmt: skip
#: Operations that act for the user to whom the token belongs.
OF_ME = {"CreateEventByMe", "ListEventsViewByMe", "GetScheduleByMe", "GetUser"}

_USER = "/v1.0/calendar/users/{userId}"
_CALENDAR = "/v1.0/calendar/users/{userId}/calendars/{calendarId}"
_EVENT = "/v1.0/calendar/users/{userId}/calendars/{calendarId}/events/{eventId}"
#: Method and path of every operation, written out, so that a wrong route in the client fails a test.
ROUTES: dict[str, tuple[str, str]] = {
    "CreateSubscribedCalendar": ("POST", _USER + "/subscribedCalendars"),
    "GetSubscribedCalendar": ("GET", _USER + "/subscribedCalendars/{calendarId}"),
    "UpdateSubscribedCalendars": ("PUT", _USER + "/subscribedCalendars/{calendarId}"),
    "DeleteSubscribedCalendar": ("DELETE", _USER + "/subscribedCalendars/{calendarId}"),
    "ListCalendars": ("GET", _USER + "/calendars"),
    "SubscribeCalendar": ("POST", _CALENDAR + "/subscribe"),
    "UnsubscribeCalendar": ("POST", _CALENDAR + "/unsubscribe"),
    "CreateEvent": ("POST", _CALENDAR + "/events"),
    "CreateEventByMe": ("POST", "/v1.0/calendar/me/calendars/{calendarId}/events"),
    "GetEvent": ("GET", _EVENT),
    "PatchEvent": ("PUT", _EVENT),
    "DeleteEvent": ("DELETE", _EVENT),
    "CancelEvent": ("POST", _EVENT + "/cancel"),
    "TransferEvent": ("POST", _EVENT + "/transfer"),
    "RespondEvent": ("POST", _EVENT + "/respond"),
    "ListEvents": ("GET", _CALENDAR + "/events"),
    "ListEventsView": ("GET", _CALENDAR + "/eventsview"),
    "ListEventsViewByMe": ("GET", "/v1.0/calendar/me/calendars/{calendarId}/eventsview"),
    "ListEventsInstances": ("GET", _CALENDAR + "/instances"),
    "ListInstances": ("GET", _EVENT + "/instances"),
    "ConvertLegacyEventId": ("POST", _USER + "/legacyEventIds/convert"),
    "AddAttendee": ("POST", _EVENT + "/attendees"),
    "RemoveAttendee": ("POST", _EVENT + "/attendees/batchRemove"),
    "ListAttendees": ("GET", _EVENT + "/attendees"),
    "CheckIn": ("POST", _EVENT + "/checkIn"),
    "SignIn": ("POST", _EVENT + "/signin"),
    "SignOut": ("POST", _EVENT + "/signOut"),
    "GetSignInList": ("GET", _EVENT + "/signin"),
    "GetSignOutList": ("GET", _EVENT + "/signOut"),
    "GetSignInLink": ("GET", _EVENT + "/signInLinks"),
    "GetSignOutLink": ("GET", _EVENT + "/signOutLinks"),
    "AddMeetingRooms": ("POST", _EVENT + "/meetingRooms"),
    "RemoveMeetingRooms": ("POST", _EVENT + "/meetingRooms/batchRemove"),
    "MeetingRoomRespond": ("POST", _EVENT + "/meetingRooms/{roomId}/respond"),
    "GetMeetingRoomsSchedule": ("POST", _USER + "/meetingRooms/schedules/query"),
    "GetSchedule": ("POST", _USER + "/querySchedule"),
    "GetScheduleByMe": ("POST", "/v1.0/calendar/me/schedules/query"),
    "CreateAcls": ("POST", _CALENDAR + "/acls"),
    "ListAcls": ("GET", _CALENDAR + "/acls"),
    "DeleteAcl": ("DELETE", _CALENDAR + "/acls/{aclId}"),
    "GenerateCaldavAccount": ("POST", _USER + "/caldavAccounts"),
    "ListCategories": ("GET", "/v1.0/calendar/categories"),
    "ListAiMinutes": ("GET", _EVENT + "/minutes"),
    "ListOrgPlugins": ("GET", "/v1.0/calendar/plugins"),
    "UpdateOrgPluginSubscribers": ("POST", "/v1.0/calendar/plugins/{pluginId}/subscribers"),
    "OapiV2UserGet": ("POST", "/topapi/v2/user/get"),
    "OapiV2UserGetbymobile": ("POST", "/topapi/v2/user/getbymobile"),
    "OapiUserGetbyunionid": ("POST", "/topapi/user/getbyunionid"),
    "OapiV2UserList": ("POST", "/topapi/v2/user/list"),
    "GetUser": ("GET", "/v1.0/contact/users/{unionId}"),
    "ChatIdToOpenConversationId": ("POST", "/v1.0/im/chat/{chatId}/convertToOpenConversationId"),
    "CreateSceneGroup": ("POST", "/v1.0/im/sceneGroup/create"),
    "OapiImChatScenegroupCreate": ("POST", "/topapi/im/chat/scenegroup/create"),
}
#: Operations whose repeats DingTalk recognizes by ``x-client-token``.
KEYED = {"CreateEvent", "PatchEvent", "DeleteEvent", "AddAttendee", "RemoveAttendee"}


def with_ids(value: Any, ids: Mapping[str, str]) -> Any:
    """Replace the placeholders in a value with ids."""
    if isinstance(value, Mapping):
        return {name: with_ids(one, ids) for name, one in value.items()}
    if isinstance(value, tuple):
        return tuple(with_ids(one, ids) for one in value)
    return ids.get(value, value) if isinstance(value, str) else value
