"""Python values that our methods take instead of the API's form: dates, records and plain strings.

There are examples for some operations. An example has the arguments of our method, and the request that the
official SDK sends for the same values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pendulum

from airflow_provider_dingtalk_calendar.client import SubscribeScope
from airflow_provider_dingtalk_calendar.client.resources.events.records import (
    NewAttendee,
    Recurrence,
    Reminder,
)

Example = tuple[Mapping[str, Any], Mapping[str, Any]]

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 2, 17, 9, 30, tzinfo=SHANGHAI)
WIRE_MORNING = "2026-02-17T09:30:00+08:00"
NOON = pendulum.datetime(2026, 2, 17, 12, tz="Asia/Shanghai")
WIRE_NOON = "2026-02-17T12:00:00+08:00"

MEETING: Example = (
    {
        "summary": "站会",
        "start": MORNING,
        "end": NOON,
        "attendees": ["u1", NewAttendee("李四", is_optional=True), {"id": "u3", "isOptional": False}],
        "reminders": [0, Reminder(15), {"method": "dingtalk", "minutes": 1440}],
        "location": '三楼 "A"',
        "online_meeting_info": "dingtalk",
        "rich_text_description": "<p>…</p>",
        "recurrence": Recurrence(
            "weekly",
            interval=2,
            days_of_week=("monday", "friday"),
            first_day_of_week="monday",
            until=datetime(2027, 1, 1, tzinfo=timezone.utc),
        ),
    },
    {
        "summary": "站会",
        "start": {"dateTime": WIRE_MORNING, "timeZone": "Asia/Shanghai"},
        "end": {"dateTime": WIRE_NOON, "timeZone": "Asia/Shanghai"},
        "isAllDay": False,
        "attendees": [{"id": "u1"}, {"id": "李四", "isOptional": True}, {"id": "u3", "isOptional": False}],
        "reminders": [{"method": "dingtalk", "minutes": minutes} for minutes in (0, 15, 1440)],
        "location": {"displayName": '三楼 "A"'},
        "onlineMeetingInfo": {"type": "dingtalk"},
        "richTextDescription": {"text": "<p>…</p>"},
        "recurrence": {
            "pattern": {
                "type": "weekly",
                "interval": 2,
                "daysOfWeek": "monday,friday",
                "firstDayOfWeek": "monday",
            },
            "range": {"type": "endDate", "endDate": "2027-01-01T00:00:00+00:00"},
        },
    },
)
HOLIDAY: Example = (
    {
        "summary": "国庆",
        "start": date(2026, 10, 1),
        "end": "2026-10-07",
        "recurrence": Recurrence("relativeMonthly", index="last", days_of_week=("sunday",), occurrences=99),
    },
    {
        "summary": "国庆",
        "start": {"date": "2026-10-01"},
        "end": {"date": "2026-10-08"},
        "isAllDay": True,
        "recurrence": {
            "pattern": {"type": "relativeMonthly", "interval": 1, "index": "last", "daysOfWeek": "sunday"},
            "range": {"type": "numbered", "numberOfOccurrences": 99},
        },
    },
)
RELEASE: Example = (
    {
        "summary": "s",
        "start": "2026-02-17T01:30:00Z",
        "end": "2026-02-17T04:00:00+00:00",
        "time_zone": "Asia/Shanghai",
        "recurrence": Recurrence("absoluteMonthly", day_of_month=31),
    },
    {
        "summary": "s",
        "start": {"dateTime": WIRE_MORNING, "timeZone": "Asia/Shanghai"},
        "end": {"dateTime": WIRE_NOON, "timeZone": "Asia/Shanghai"},
        "isAllDay": False,
        "recurrence": {
            "pattern": {"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31},
            "range": {"type": "noEnd"},
        },
    },
)
WINDOW: Example = (
    {"time_min": MORNING, "time_max": NOON},
    {"timeMin": WIRE_MORNING, "timeMax": WIRE_NOON},
)
BUSY: Example = (
    {"user_ids": ("u1",), "start_time": MORNING, "end_time": NOON},
    {"userIds": ["u1"], "startTime": WIRE_MORNING, "endTime": WIRE_NOON},
)
SCOPE: Example = (
    {"name": "n", "managers": ("u2",), "subscribe_scope": SubscribeScope(union_ids=("u1",))},
    {"name": "n", "managers": ["u2"], "subscribeScope": {"unionIds": ["u1"]}},
)

EXAMPLES: Mapping[str, Sequence[Example]] = {
    "CreateSubscribedCalendar": [SCOPE],
    "UpdateSubscribedCalendars": [SCOPE],
    "CreateEvent": [MEETING, HOLIDAY, RELEASE],
    "CreateEventByMe": [MEETING, HOLIDAY, RELEASE],
    "PatchEvent": [(python, {"id": None, **wire}) for python, wire in (MEETING, HOLIDAY, RELEASE)],
    "ListEvents": [WINDOW],
    "ListEventsView": [WINDOW],
    "ListEventsViewByMe": [WINDOW],
    "ListInstances": [WINDOW],
    "AddAttendee": [
        (
            {"attendees_to_add": ["u1", NewAttendee("李四", is_optional=True)]},
            {"attendeesToAdd": [{"id": "u1"}, {"id": "李四", "isOptional": True}]},
        )
    ],
    "RemoveAttendee": [({"attendees_to_remove": ["u1"]}, {"attendeesToRemove": [{"id": "u1"}]})],
    "AddMeetingRooms": [({"meeting_rooms_to_add": ["r1"]}, {"meetingRoomsToAdd": [{"roomId": "r1"}]})],
    "RemoveMeetingRooms": [
        ({"meeting_rooms_to_remove": ["r1"]}, {"meetingRoomsToRemove": [{"roomId": "r1"}]})
    ],
    "GetMeetingRoomsSchedule": [
        (
            {"room_ids": ("r1",), "start_time": MORNING, "end_time": NOON},
            {"roomIds": ["r1"], "startTime": WIRE_MORNING, "endTime": WIRE_NOON},
        )
    ],
    "GetSchedule": [BUSY],
    "GetScheduleByMe": [BUSY],
    "CreateAcls": [
        (
            {"privilege": "reader", "scope": "u1"},
            {"privilege": "reader", "sendMsg": False, "scope": {"scopeType": "user", "userId": "u1"}},
        )
    ],
    "GetSignInList": [({}, {"maxResults": 500, "type": "sign_in"})],
    "GetSignOutList": [({}, {"maxResults": 500, "type": "sign_out"})],
}
