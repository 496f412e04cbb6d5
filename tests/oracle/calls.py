"""The calls that are made in the same way by our clients and by the official SDK.

For each of DingTalk's calendar operations: the parameters of its path, and what queries and bodies to send,
the smallest first. Between them they hold every field that the SDK knows, which a test sees to, and values
that are easily lost on the way: quotes, line ends, all the world's characters, ``False``, 0, empty texts and
empty lists. Then every operation is called with every id of ``IDS`` in every parameter of its path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.oracle import events

IDS = (
    "plain-id_1.2~3",
    "日历 🎉",
    "a b",
    "a+b=",
    "!$&'()*,;:@x",
    '"<>[]\\^`{|}',
    "100% x",
    "x/y",
    "x?y",
    "x#y",
    "x%2By",
)

TOKEN = "9c1185a5-c5e9-fc54-808c-56cbd7f5ef57/+=="


@dataclass(frozen=True)
class Call:
    """One call, in the API's own spelling.

    :param operation: Official name of the operation.
    :param path: Parameters of its path.
    :param request: Fields of its query and its body.
    :param client_token: Value of ``x-client-token``.
    """

    operation: str
    path: Mapping[str, str] = field(default_factory=dict)
    request: Mapping[str, Any] = field(default_factory=dict)
    client_token: str | None = None

    def __str__(self) -> str:
        token = f", client_token={self.client_token!r}" if self.client_token else ""
        return f"{self.operation}({dict(self.path)}, {dict(self.request)}{token})"


@dataclass(frozen=True)
class Operation:
    """What to call an operation with.

    :param path: Names of the parameters of its path.
    :param requests: Fields of query and body, the smallest request first.
    :param keyed: Whether it takes an ``x-client-token``.
    """

    path: Sequence[str]
    requests: Sequence[Mapping[str, Any]] = ({},)
    keyed: bool = False


def snake(name: str) -> str:
    """Return an operation's name as Python spells it."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


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
    "GenerateCaldavAccount": Operation(USER, ({}, {"device": 'iPhone "十五"\n📱'})),
    "ListOrgPlugins": Operation(NONE),
    "UpdateOrgPluginSubscribers": Operation(
        ("pluginId",), ({"unionIds": ["u1"]}, {"deptIds": [], "unionIds": []}, {"deptIds": ["-1", "研发部"]})
    ),
}


def with_id(request: Mapping[str, Any], path: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the request with the id of the event that the path names, if it has to name it."""
    return {**request, "id": path["eventId"]} if "id" in request else request


def calls_of(name: str) -> Iterator[Call]:
    """Yield the calls of an operation.

    Those with unusual ids have another one in each parameter; after as many as there are ids, every
    parameter has had each.
    """
    operation = OPERATIONS[name]
    path = dict.fromkeys(operation.path, "primary")
    for index, request in enumerate(operation.requests):
        yield Call(name, path, with_id(request, path))
        if operation.keyed:
            yield Call(name, path, with_id(request, path), f"{TOKEN}{index}")
    for index in range(len(IDS) if path else 0):
        rotated = {parameter: IDS[(index + 3 * place) % len(IDS)] for place, parameter in enumerate(path)}
        yield Call(name, rotated, with_id(operation.requests[index % len(operation.requests)], rotated))


CALLS = tuple(call for name in OPERATIONS for call in calls_of(name))
