"""The contracts and samples of the operations that are checked and recorded only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator.contract import Contract
from airflow_provider_dingtalk_calendar.emulator.recorded_checks import RecordedCheck, Window
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
    saying,
)

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.emulator.schema import Schema

_ROOMS_MAX = 5
_SIGN_IN_PAGE_MAX = 500
_TIME = 1632304130862
_RESULT = exactly({"result": FLAG})
_ROOM = record({"roomId": TEXT})
_MOMENT = exactly({"dateTime": TEXT, "timeZone": TEXT})
_LINK = (
    "http://qr.dingtalk.com/page/dingcheckin?isNew=1&code=VDBGU1hGaTk2WkZncnQ3Q3JXSUlSVC9jSGM2c2pUUVZkK09r"
)
_PAGE_TOKEN = "cnNTbW1YbxxxxdlQrQT09"  # noqa: S105  # of a page


def _now(field: str) -> RecordedCheck:
    """Return the check of an operation without parameters that answers with a time."""
    return RecordedCheck(Contract(exactly({field: INTEGER})), {field: _TIME})


def _sign_list(time_field: str, *types: str) -> RecordedCheck:
    user = exactly({"userId": TEXT, "displayName": TEXT, time_field: INTEGER})
    users = [{"userId": "iiiP35sJaxxx", "displayName": "张三", time_field: _TIME}]
    query: dict[str, Schema] = {
        "maxResults": integer(1, _SIGN_IN_PAGE_MAX),
        "nextToken": TEXT,
        "type": one_of(*types),
    }
    return RecordedCheck(
        Contract(
            exactly({"nextToken": TEXT, "users": array(user)}, optional=("nextToken",)),
            query=query,
            required=("maxResults", "type"),
        ),
        {"nextToken": _PAGE_TOKEN, "users": users},
        {"users": users},
    )


_ROOMS_SCHEDULE = RecordedCheck(
    Contract(
        exactly(
            {
                "scheduleInformation": array(
                    exactly(
                        {
                            "roomId": TEXT,
                            "error": TEXT,
                            "scheduleItems": array(
                                exactly(
                                    {
                                        "status": one_of("BUSY", "TENTATIVE"),
                                        "eventId": TEXT,
                                        "organizer": exactly({"id": TEXT}),
                                        "start": _MOMENT,
                                        "end": _MOMENT,
                                    }
                                )
                            ),
                        }
                    )
                )
            }
        ),
        record(
            {
                "roomIds": saying(
                    array(TEXT, minItems=1, maxItems=_ROOMS_MAX),
                    required="query ids cannot be empty",
                    minItems="query ids cannot be empty",
                    maxItems="Cannot get schedule information for more than limit.",
                ),
                "startTime": TEXT,
                "endTime": TEXT,
            },
            required=("roomIds", "startTime", "endTime"),
        ),
    ),
    {
        "scheduleInformation": [
            {
                "roomId": "4002f89xxxxx",
                "error": "无权限",
                "scheduleItems": [
                    {
                        "status": "BUSY",
                        "eventId": "UzZvxxxxx",
                        "organizer": {"id": "WWxlK8xxxxx"},
                        "start": {"dateTime": "2020-01-01T10:15:30+08:00", "timeZone": "Asia/Shanghai"},
                        "end": {"dateTime": "2020-01-02T10:15:30+08:00", "timeZone": "Asia/Shanghai"},
                    }
                ],
            }
        ]
    },
    window=Window("startTime", "endTime", 90, "Cannot query schedule for more than 90 days."),
)
"""That more than five rooms are over the limit is undocumented: the page recommends five at most."""

_ADD_ROOMS = RecordedCheck(
    Contract(
        _RESULT,
        record(
            {
                "meetingRoomsToAdd": saying(
                    array(_ROOM, minItems=1, maxItems=_ROOMS_MAX),
                    required="roomId must be provided.",
                    minItems="roomId must be provided.",
                    maxItems="attendees batch size too large. Maximum allowed:5",
                )
            },
            required=("meetingRoomsToAdd",),
        ),
    ),
    {"result": True},
)

_REMOVE_ROOMS = RecordedCheck(
    Contract(
        _RESULT,
        record(
            {
                "meetingRoomsToRemove": saying(
                    array(_ROOM, minItems=1),
                    required="Meeting rooms to remove must be provided.",
                    minItems="Meeting rooms to remove must be provided.",
                )
            },
            required=("meetingRoomsToRemove",),
        ),
    ),
    {"result": True},
)
"""The table of the page has the list as optional, its errors have not."""

_PLUGIN = exactly(
    {
        "pluginId": TEXT,
        "name": TEXT,
        "logo": TEXT,
        "pluginClassification": TEXT,
        "subscribers": exactly({"deptIds": array(TEXT), "unionIds": array(TEXT)}),
    }
)

RECORDED_CHECKS: dict[str, RecordedCheck] = {
    "CheckIn": _now("checkInTime"),
    "SignIn": _now("checkInTime"),
    "SignOut": _now("checkOutTime"),
    "GetSignInList": _sign_list("checkInTime", "sign_in", "not_yet_sign_in"),
    "GetSignOutList": _sign_list("checkOutTime", "sign_out", "not_yet_sign_out"),
    "GetSignInLink": RecordedCheck(Contract(exactly({"signInLink": TEXT})), {"signInLink": _LINK}),
    "GetSignOutLink": RecordedCheck(Contract(exactly({"signOutLink": TEXT})), {"signOutLink": _LINK}),
    "GetMeetingRoomsSchedule": _ROOMS_SCHEDULE,
    "AddMeetingRooms": _ADD_ROOMS,
    "RemoveMeetingRooms": _REMOVE_ROOMS,
    "MeetingRoomRespond": RecordedCheck(
        Contract(_RESULT, record({"responseStatus": TEXT})), {"result": True}
    ),
    "GenerateCaldavAccount": RecordedCheck(
        Contract(
            exactly({"username": TEXT, "password": TEXT, "serverAddress": TEXT}),
            record({"device": TEXT}, required=("device",)),
        ),
        {
            "username": "u_emulated",
            "password": "emulated-caldav-password",
            "serverAddress": "calendar.dingtalk.com",
        },
    ),
    "ConvertLegacyEventId": RecordedCheck(
        Contract(
            exactly({"legacyEventIdMap": MAPPING}),
            record({"legacyEventIds": array(TEXT)}, required=("legacyEventIds",)),
        ),
        # pragma: allowlist nextline secret
        {"legacyEventIdMap": {"legacyEventId": "cnNTbW1YbU9sL2p6aFJZdEgvdlQrQT09"}},
    ),
    "ListCategories": RecordedCheck(
        Contract(exactly({"categories": array(exactly({"openCategoryId": TEXT, "displayName": TEXT}))})),
        {"categories": [{"openCategoryId": "emulated-category", "displayName": "例会"}]},
    ),
    "ListAiMinutes": RecordedCheck(
        Contract(
            exactly({"minutes": array(exactly({"minutesId": TEXT, "creatorUserId": TEXT}))}),
            query={"fetchAll": FLAG},
        ),
        {"minutes": [{"minutesId": "emulated-minutes", "creatorUserId": "iiiP35sJaxxx"}]},
    ),
    "ListOrgPlugins": RecordedCheck(
        Contract(exactly({"plugins": array(_PLUGIN)})),
        {
            "plugins": [
                {
                    "pluginId": "emulated-plugin",
                    "name": "节假日",
                    "logo": "",
                    "pluginClassification": "emulated",
                    "subscribers": {"deptIds": ["1"], "unionIds": []},
                }
            ]
        },
    ),
    "UpdateOrgPluginSubscribers": RecordedCheck(
        Contract(_RESULT, record({"deptIds": array(TEXT), "unionIds": array(TEXT)})), {"result": True}
    ),
}
