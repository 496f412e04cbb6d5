"""The contracts of the operations on events, attendees, free/busy times and sharing.

What an answer copies from a request may have fields that are not named here.
"""

from __future__ import annotations

from airflow_provider_dingtalk_calendar.emulator.acls import PRIVILEGES
from airflow_provider_dingtalk_calendar.emulator.contract import Contract
from airflow_provider_dingtalk_calendar.emulator.schema import (
    FLAG,
    INTEGER,
    MAPPING,
    TEXT,
    array,
    exactly,
    integer,
    one_of,
    record,
    text,
)

_SUMMARY_MAX = 2048
_DESCRIPTION_MAX = 5000
_ATTENDEES_MAX = 500
_PAGE_MAX = 100
_USERS_MAX = 20
_OCCURRENCES_MAX = 99
_INTERVAL_MAX = 365

_RESULT = exactly({"result": FLAG})
_TIME = record({"date": TEXT, "dateTime": TEXT, "timeZone": TEXT})
_ANSWERED = one_of("needsAction", "accepted", "declined", "tentative")
_ATTENDEE = exactly(
    {"id": TEXT, "displayName": TEXT, "responseStatus": _ANSWERED, "self": FLAG, "isOptional": FLAG}
)
_RECURRENCE = record(
    {
        "pattern": record(
            {
                "type": one_of("daily", "weekly", "absoluteMonthly", "relativeMonthly", "absoluteYearly"),
                "dayOfMonth": INTEGER,
                "daysOfWeek": TEXT,
                "firstDayOfWeek": TEXT,
                "index": TEXT,
                "interval": integer(1, _INTERVAL_MAX),
            }
        ),
        "range": record(
            {
                "type": one_of("noEnd", "endDate", "numbered"),
                "endDate": TEXT,
                "numberOfOccurrences": integer(1, _OCCURRENCES_MAX),
            }
        ),
    }
)

_MY_FIELDS = {
    "summary": text(maxLength=_SUMMARY_MAX),
    "description": text(maxLength=_DESCRIPTION_MAX),
    "start": _TIME,
    "end": _TIME,
    "isAllDay": FLAG,
    "recurrence": _RECURRENCE,
    "attendees": array(record({"id": TEXT, "isOptional": FLAG}), maxItems=_ATTENDEES_MAX),
    "location": record({"displayName": TEXT}),
    "reminders": array(record({"method": TEXT, "minutes": INTEGER})),
    "onlineMeetingInfo": record({"type": TEXT}),
    "extra": MAPPING,
    "uiConfigs": array(record({"uiName": TEXT, "uiStatus": TEXT})),
    "richTextDescription": record({"text": TEXT}),
}
_FIELDS = {
    **_MY_FIELDS,
    "cardInstances": array(record({"outTrackId": TEXT, "scenario": TEXT})),
    "categories": array(record({"categoryId": TEXT, "displayName": TEXT})),
    "freeBusyStatus": TEXT,
}
_EVENT_CONFIG = record(
    {
        "allowAttendeeAddConference": FLAG,
        "allowAttendeeAddParticipants": FLAG,
        "allowAttendeeCreateComment": FLAG,
    }
)

_ANSWER_FIELDS = {
    "id": TEXT,
    "summary": TEXT,
    "description": TEXT,
    "status": one_of("confirmed", "cancelled"),
    "start": _TIME,
    "end": _TIME,
    "originStart": record({"dateTime": TEXT}),
    "isAllDay": FLAG,
    "recurrence": MAPPING,
    "attendees": array(_ATTENDEE),
    "organizer": exactly({"id": TEXT, "displayName": TEXT, "responseStatus": _ANSWERED, "self": FLAG}),
    "location": MAPPING,
    "seriesMasterId": TEXT,
    "createTime": TEXT,
    "updateTime": TEXT,
    "reminders": array(MAPPING),
    "onlineMeetingInfo": MAPPING,
    "extendedProperties": MAPPING,
    "meetingRooms": array(MAPPING),
    "categories": array(MAPPING),
    "richTextDescription": MAPPING,
    "uiConfigs": array(MAPPING),
    "cardInstances": array(MAPPING),
    "eventConfig": MAPPING,
}
_EVENT = exactly(_ANSWER_FIELDS, optional=tuple(name for name in _ANSWER_FIELDS if name != "id"))
_EVENTS = exactly(
    {"events": array(_EVENT), "nextToken": TEXT, "syncToken": TEXT}, optional=("nextToken", "syncToken")
)

_PAGE = {"maxResults": integer(1, _PAGE_MAX), "nextToken": TEXT}
_SHOWN = {"maxAttendees": integer(1, _PAGE_MAX)}
_BETWEEN = {"timeMin": TEXT, "timeMax": TEXT}
_VIEW = Contract(_EVENTS, query={**_BETWEEN, **_PAGE, **_SHOWN})

_SCHEDULE = Contract(
    exactly(
        {
            "scheduleInformation": array(
                exactly(
                    {
                        "userId": TEXT,
                        "error": TEXT,
                        "scheduleItems": array(
                            exactly({"status": one_of("BUSY", "TENTATIVE"), "start": _TIME, "end": _TIME})
                        ),
                    },
                    optional=("error", "scheduleItems"),
                )
            )
        }
    ),
    record(
        {"userIds": array(TEXT, minItems=1, maxItems=_USERS_MAX), "startTime": TEXT, "endTime": TEXT},
        required=("userIds", "startTime", "endTime"),
    ),
)

_ACL_FIELDS = {
    "privilege": one_of(*PRIVILEGES),
    "scope": record({"scopeType": one_of("user"), "userId": TEXT}, required=("scopeType", "userId")),
}
_ACL = exactly({"aclId": TEXT, **_ACL_FIELDS})

EVENT_CONTRACTS = {
    "CreateEvent": Contract(
        _EVENT, record({**_FIELDS, "eventConfig": _EVENT_CONFIG}, required=("summary", "start", "end"))
    ),
    "CreateEventByMe": Contract(_EVENT, record(_MY_FIELDS, required=("summary", "start"))),
    "GetEvent": Contract(_EVENT, query={"maxAttendees": integer(1, _ATTENDEES_MAX)}),
    "PatchEvent": Contract(_EVENT, record({**_FIELDS, "id": TEXT}, required=("id",))),
    "DeleteEvent": Contract(None, query={"pushNotification": FLAG}),
    "CancelEvent": Contract(_RESULT, query={"scope": TEXT}),
    "TransferEvent": Contract(
        _RESULT,
        record(
            {"newOrganizerId": TEXT, "isExitCalendar": FLAG, "needNotifyViaO2O": FLAG},
            required=("newOrganizerId",),
        ),
    ),
    "RespondEvent": Contract(None, record({"responseStatus": _ANSWERED}, required=("responseStatus",))),
    "ListEvents": Contract(
        _EVENTS,
        query={
            **_BETWEEN,
            **_PAGE,
            **_SHOWN,
            "showDeleted": FLAG,
            "seriesMasterId": TEXT,
            "syncToken": TEXT,
        },
    ),
    "ListEventsView": _VIEW,
    "ListEventsViewByMe": _VIEW,
    "ListEventsInstances": Contract(
        _EVENTS,
        query={
            **_SHOWN,
            "maxResults": integer(1, _PAGE_MAX),
            "seriesMasterId": TEXT,
            "startRecurrenceId": TEXT,
        },
        required=("seriesMasterId",),
    ),
    "ListInstances": Contract(_EVENTS, query={**_BETWEEN, **_PAGE, **_SHOWN}),
    "AddAttendee": Contract(
        None,
        record(
            {
                "attendeesToAdd": array(record({"id": TEXT, "isOptional": FLAG}), maxItems=_ATTENDEES_MAX),
                "chatNotification": FLAG,
                "pushNotification": FLAG,
            },
            required=("attendeesToAdd",),
        ),
    ),
    "RemoveAttendee": Contract(
        None,
        record(
            {"attendeesToRemove": array(record({"id": TEXT}), maxItems=_ATTENDEES_MAX)},
            required=("attendeesToRemove",),
        ),
    ),
    "ListAttendees": Contract(
        exactly({"attendees": array(_ATTENDEE), "nextToken": TEXT}, optional=("nextToken",)),
        query={"maxResults": integer(0, _ATTENDEES_MAX), "nextToken": TEXT},
    ),
    "GetSchedule": _SCHEDULE,
    "GetScheduleByMe": _SCHEDULE,
    "CreateAcls": Contract(
        _ACL, record({**_ACL_FIELDS, "sendMsg": FLAG}, required=("privilege", "scope", "sendMsg"))
    ),
    "ListAcls": Contract(exactly({"acls": array(_ACL)})),
    "DeleteAcl": Contract(None),
}
