"""Bodies of requests that create and change events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TEXT = 'line one\nline "two"\t第三行 🥮 \\n <b>&amp;</b> \u2028'


def timed(start: str, end: str, zone: str) -> dict[str, Any]:
    return {
        "start": {"dateTime": start, "timeZone": zone},
        "end": {"dateTime": end, "timeZone": zone},
        "isAllDay": False,
    }


def recurring(pattern: Mapping[str, Any], until: Mapping[str, Any]) -> dict[str, Any]:
    return {"recurrence": {"pattern": dict(pattern), "range": dict(until)}}


def allowing(*, conference: bool, participants: bool, comment: bool) -> dict[str, bool]:
    return {
        "allowAttendeeAddConference": conference,
        "allowAttendeeAddParticipants": participants,
        "allowAttendeeCreateComment": comment,
    }


SHANGHAI = timed("2026-02-17T09:30:00+08:00", "2026-02-17T10:00:00+08:00", "Asia/Shanghai")
NEW_YORK = timed("2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00", "America/New_York")
ALL_DAY = {"start": {"date": "2026-09-25"}, "end": {"date": "2026-09-26"}, "isAllDay": True}

#: Fields that all operations for creating or changing events accept.
RICH = {
    "summary": "站会 \"daily\" \\ 'quotes' 🎉",
    "description": TEXT,
    "richTextDescription": {"text": f"<p>{TEXT}</p>"},
    "attendees": [{"id": "iiLZ+/x0==", "isOptional": False}, {"id": "李四", "isOptional": True}],
    "location": {"displayName": '三楼 "A\\B"'},
    "reminders": [{"method": "dingtalk", "minutes": 0}, {"method": "dingtalk", "minutes": 1440}],
    "onlineMeetingInfo": {"type": "dingtalk"},
    "extra": {"noPushNotification": "true", "noChatNotification": "false", "自定义 🔑": 'a "value"\n'},
    "uiConfigs": [
        {"uiName": "updateEventButton", "uiStatus": "hide"},
        {"uiName": "comment", "uiStatus": "disable"},
    ],
}

#: Additional fields of the operations with a user in the path.
RICHER = {
    "cardInstances": [{"outTrackId": 'track/1+2=="', "scenario": "场景"}],
    "categories": [{"categoryId": "c/1==", "displayName": "重要 ⭐"}],
    "freeBusyStatus": "free",
}

EMPTY: dict[str, Any] = {
    "summary": "放假",
    "description": "",
    "attendees": [],
    "reminders": [],
    "uiConfigs": [],
    "extra": {},
}

RECURRENCES = (
    recurring({"type": "daily", "interval": 1}, {"type": "noEnd"}),
    recurring(
        {"type": "weekly", "interval": 2, "daysOfWeek": "monday,friday", "firstDayOfWeek": "monday"},
        {"type": "numbered", "numberOfOccurrences": 99},
    ),
    recurring(
        {"type": "absoluteMonthly", "interval": 365, "dayOfMonth": 31},
        {"type": "endDate", "endDate": "2027-02-17T09:30:00+08:00"},
    ),
    recurring(
        {"type": "relativeMonthly", "interval": 1, "index": "last", "daysOfWeek": "sunday"},
        {"type": "numbered", "numberOfOccurrences": 1},
    ),
)

CREATIONS_BY_ME: tuple[dict[str, Any], ...] = (
    {"summary": "s", **SHANGHAI},
    {**RICH, **SHANGHAI},
    {**EMPTY, **ALL_DAY},
    *({"summary": "s", **NEW_YORK, **recurrence} for recurrence in RECURRENCES),
)

CREATIONS: tuple[dict[str, Any], ...] = (
    *CREATIONS_BY_ME,
    {
        **RICH,
        **RICHER,
        **ALL_DAY,
        "eventConfig": allowing(conference=False, participants=True, comment=False),
    },
    {
        **EMPTY,
        **SHANGHAI,
        "cardInstances": [],
        "categories": [],
        "freeBusyStatus": "busy",
        "eventConfig": allowing(conference=True, participants=False, comment=True),
    },
)

#: The body of a change repeats the event id from the path. The caller fills in the id.
SAME_ID = {"id": None}

CHANGES: tuple[dict[str, Any], ...] = (
    {**SAME_ID, "summary": "s"},
    {**SAME_ID, **RICH, **RICHER, **SHANGHAI},
    {**SAME_ID, **EMPTY, **ALL_DAY, "cardInstances": [], "categories": []},
    {**SAME_ID, "attendees": [{"id": "u1", "email": "zhang+三@example.com", "isOptional": True}]},
    *({**SAME_ID, **NEW_YORK, **recurrence} for recurrence in RECURRENCES),
)
