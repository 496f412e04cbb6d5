"""Paths, queries and bodies for each calendar operation of DingTalk.

Together they contain every field that the official SDK defines, as ``test_calls.py`` checks. They also
contain values that are easily lost in transfer: quotes, newlines, non-ASCII and control characters,
``False``, 0, empty strings and empty lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.oracle import events


@dataclass(frozen=True)
class Operation:
    """The requests of one operation.

    :param path: Names of the path parameters.
    :param requests: Fields of query and body, the smallest request first.
    :param keyed: Whether the operation takes an ``x-client-token``.
    """

    path: Sequence[str]
    requests: Sequence[Mapping[str, Any]] = ({},)
    keyed: bool = False


NONE = ()
USER = ("userId",)
MINE = ("calendarId",)
CALENDAR = (*USER, "calendarId")
EVENT = (*CALENDAR, "eventId")

MOMENT = "2026-02-17T09:30:00+08:00"
LATER = "2026-03-01T00:00:00-05:00"
CURSOR = "cnNOBE6+/x==?&#%2B 页"
WINDOW = {"timeMin": MOMENT, "timeMax": LATER}
FREE_BUSY = (
    {"userIds": ["u1"], "startTime": MOMENT, "endTime": LATER},
    {"userIds": ["iiLZ+/x0==", '用户 "二"', "u\n3"], "startTime": MOMENT, "endTime": LATER},
)
PAGES = ({}, {"maxResults": 1}, {"maxResults": 100, "nextToken": CURSOR})
SIGNED_IN = (
    {"maxResults": 1, "type": "sign_in"},
    {"maxResults": 500, "type": "not_yet_sign_in", "nextToken": CURSOR},
)
SIGNED_OUT = tuple({**asked, "type": asked["type"].replace("in", "out")} for asked in SIGNED_IN)
VIEW = (WINDOW, {**WINDOW, "maxAttendees": 0, "maxResults": 100, "nextToken": CURSOR}, {"maxAttendees": 100})
RESPONSES = tuple({"responseStatus": status} for status in ("accepted", "needsAction"))
SCOPE = {
    "unionIds": ["u1", "iiLZ+/x0=="],
    "openConversationIds": ["cidAbC+/9w=="],
    "corpIds": ["ding0123456789abcdef"],
}
CALENDARS = (
    {"name": "发布窗口 🎉", "subscribeScope": {"unionIds": ["u1"]}},
    {"name": "month-end close", "subscribeScope": {"openConversationIds": ["cid1", "cid2"]}},
    {"name": "campaigns", "subscribeScope": {"corpIds": ["ding1"]}, "description": "", "managers": []},
    {
        "name": "中秋节 \"Mid-Autumn\" \\ 'quotes'",
        "subscribeScope": SCOPE,
        "description": 'line one\nline "two"\t第三行 🥮\\n',
        "managers": ["lisi-unionid", "王五+/="],
    },
)

OPERATIONS: Mapping[str, Operation] = {
    # subscribed calendars
    "CreateSubscribedCalendar": Operation(USER, CALENDARS),
    "GetSubscribedCalendar": Operation(CALENDAR),
    "UpdateSubscribedCalendars": Operation(
        CALENDAR,
        (
            {"name": "国庆节"},
            {"description": "two\nlines"},
            {"description": ""},
            {"managers": ["u2", "u3"]},
            {"managers": []},
            {"subscribeScope": SCOPE},
            *CALENDARS,
        ),
    ),
    "DeleteSubscribedCalendar": Operation(CALENDAR),
    "SubscribeCalendar": Operation(CALENDAR),
    "UnsubscribeCalendar": Operation(CALENDAR),
    "ListCalendars": Operation(USER),
    # events
    "CreateEvent": Operation(CALENDAR, events.CREATIONS, keyed=True),
    "CreateEventByMe": Operation(MINE, events.CREATIONS_BY_ME, keyed=True),
    "GetEvent": Operation(EVENT, ({}, {"maxAttendees": 0}, {"maxAttendees": 100})),
    "PatchEvent": Operation(EVENT, events.CHANGES, keyed=True),
    "DeleteEvent": Operation(
        EVENT, ({}, {"pushNotification": False}, {"pushNotification": True}), keyed=True
    ),
    "CancelEvent": Operation(EVENT, ({}, {"scope": "all & 之后"}), keyed=True),
    "TransferEvent": Operation(
        EVENT,
        (
            {"newOrganizerId": "u2"},
            {"newOrganizerId": "王五+/=", "isExitCalendar": False, "needNotifyViaO2O": False},
            {"newOrganizerId": "u2", "isExitCalendar": True, "needNotifyViaO2O": True},
        ),
        keyed=True,
    ),
    "RespondEvent": Operation(EVENT, RESPONSES, keyed=True),
    "ListEvents": Operation(
        CALENDAR,
        (
            {},
            {**WINDOW, "showDeleted": False, "maxResults": 1, "maxAttendees": 0, "nextToken": CURSOR},
            {"showDeleted": True, "syncToken": CURSOR, "seriesMasterId": "a/b=="},
        ),
    ),
    "ListEventsView": Operation(CALENDAR, VIEW),
    "ListEventsViewByMe": Operation(MINE, VIEW, keyed=True),
    "ListEventsInstances": Operation(
        CALENDAR,
        (
            {"seriesMasterId": "m1"},
            {"seriesMasterId": "a/b==", "startRecurrenceId": MOMENT, "maxResults": 1, "maxAttendees": 0},
        ),
    ),
    "ListInstances": Operation(EVENT, VIEW),
    "ConvertLegacyEventId": Operation(
        USER, ({"legacyEventIds": ["1"]}, {"legacyEventIds": ["a/b==", '旧 "id"']})
    ),
    "ListCategories": Operation(NONE, keyed=True),
    "ListAiMinutes": Operation(EVENT, ({}, {"fetchAll": False}, {"fetchAll": True})),
    # attendees
    "AddAttendee": Operation(
        EVENT,
        (
            {"attendeesToAdd": [{"id": "u1"}]},
            {
                "attendeesToAdd": [
                    {"id": "iiLZ+/x0==", "isOptional": False},
                    {"id": "李四", "isOptional": True},
                ],
                "chatNotification": False,
                "pushNotification": True,
            },
            {"attendeesToAdd": [{"id": "u1"}], "chatNotification": True, "pushNotification": False},
        ),
        keyed=True,
    ),
    "RemoveAttendee": Operation(
        EVENT,
        ({"attendeesToRemove": [{"id": "u1"}]}, {"attendeesToRemove": [{"id": "李四"}, {"id": "a/b=="}]}),
        keyed=True,
    ),
    "ListAttendees": Operation(EVENT, PAGES),
    # check-in
    "CheckIn": Operation(EVENT),
    "SignIn": Operation(EVENT),
    "SignOut": Operation(EVENT),
    "GetSignInList": Operation(EVENT, SIGNED_IN),
    "GetSignOutList": Operation(EVENT, SIGNED_OUT),
    "GetSignInLink": Operation(EVENT),
    "GetSignOutLink": Operation(EVENT),
    # rooms
    "AddMeetingRooms": Operation(
        EVENT,
        (
            {"meetingRoomsToAdd": [{"roomId": "r1"}]},
            {"meetingRoomsToAdd": [{"roomId": "会议室 🏢"}, {"roomId": 'a/b=="'}]},
        ),
        keyed=True,
    ),
    "RemoveMeetingRooms": Operation(
        EVENT,
        (
            {"meetingRoomsToRemove": [{"roomId": "r1"}]},
            {"meetingRoomsToRemove": [{"roomId": "会议室 🏢"}, {"roomId": 'a/b=="'}]},
        ),
        keyed=True,
    ),
    "MeetingRoomRespond": Operation((*EVENT, "roomId"), RESPONSES, keyed=True),
    "GetMeetingRoomsSchedule": Operation(
        USER,
        (
            {"roomIds": ["r1"], "startTime": MOMENT, "endTime": LATER},
            {"roomIds": ["会议室 🏢", 'a/b=="'], "startTime": MOMENT, "endTime": LATER},
        ),
    ),
    # free and busy
    "GetSchedule": Operation(USER, FREE_BUSY),
    "GetScheduleByMe": Operation(NONE, FREE_BUSY, keyed=True),
    # sharing
    "CreateAcls": Operation(
        CALENDAR,
        tuple(
            {"privilege": privilege, "sendMsg": send, "scope": {"scopeType": "user", "userId": user}}
            for privilege, send, user in (("reader", False, "u1"), ("free_busy_reader", True, "王五+/="))
        ),
    ),
    "ListAcls": Operation(CALENDAR),
    "DeleteAcl": Operation((*CALENDAR, "aclId")),
    # other
    "GenerateCaldavAccount": Operation(USER, ({"device": "d"}, {"device": 'iPhone "十五"\n📱'})),
    "ListOrgPlugins": Operation(NONE),
    "UpdateOrgPluginSubscribers": Operation(
        ("pluginId",),
        ({}, {"unionIds": ["u1"]}, {"deptIds": [], "unionIds": []}, {"deptIds": ["-1", "研发部"]}),
    ),
}
