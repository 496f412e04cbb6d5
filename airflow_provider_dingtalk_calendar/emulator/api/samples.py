"""Operations whose requests are checked and recorded only: check-in, rooms, and others beside events.

The answer is a sample. It is from the page of the operation, or else has the shape of the official SDK's
model and made-up values. Nothing is remembered. For an operation without a page, permission and app types are
not documented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ..core import errors
from ..core.contract import (
    FLAG,
    INTEGER,
    MAPPING,
    TEXT,
    Contract,
    Schema,
    array,
    choice,
    exactly,
    integer,
    record,
    saying,
)
from ..core.errors import ErrorAnswer, ServiceError
from ..core.moments import parse_moment
from .route import ANY_PERMISSION, ENTERPRISE_APPS, EVENT, EVENT_READ, EVENT_WRITE, USER, Route

if TYPE_CHECKING:
    from .call import Call, Json


@dataclass(frozen=True)
class Sample:
    """A handler that checks a request and gives a sample as its answer.

    :param answer: the answer.
    :param last: the answer to a request with ``nextToken``, ``None`` for the same one.
    """

    answer: Json
    last: Json | None = None

    def __call__(self, call: Call) -> Json:
        """Answer a request."""
        query = call.query()
        if call.contract.body is not None:
            call.body()
        return self.last if self.last is not None and "nextToken" in query else self.answer


def get_meeting_rooms_schedule(call: Call) -> Json:
    """Page queries-free-and-busy-meeting-room-information, which allows 90 days."""
    body = call.body()
    try:
        length = parse_moment(body["endTime"]) - parse_moment(body["startTime"])
    except ValueError as error:
        raise ServiceError(errors.OTHER_PARAMETER) from error
    if length > timedelta(days=_MOST_DAYS):
        raise ServiceError(WINDOW_TOO_LONG)
    return _BUSY_ROOM


_MOST_DAYS = 90
_MOST_ROOMS = 5
_TIME = 1632304130862
_LINK = (
    "http://qr.dingtalk.com/page/dingcheckin?isNew=1&code=VDBGU1hGaTk2WkZncnQ3Q3JXSUlSVC9jSGM2c2pUUVZkK09r"
)
_PAGE_TOKEN = "cnNTbW1YbxxxxdlQrQT09"  # noqa: S105  # of a page

_ROOMS = f"{EVENT}/meetingRooms"
_PLUGINS = "/v1.0/calendar/plugins"
_ROOM_PAGE = "queries-free-and-busy-meeting-room-information"

# Page queries-free-and-busy-meeting-room-information.
WINDOW_TOO_LONG = ErrorAnswer(400, "invalidParameter", "Cannot query schedule for more than 90 days.")

_DONE = Sample({"result": True})
_RESULT = exactly({"result": FLAG})
_ROOM = record({"roomId": TEXT})
_MOMENT = exactly({"dateTime": TEXT, "timeZone": TEXT})
_BUSY_ROOM: Json = {
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
}
_PLUGIN = exactly(
    {
        "pluginId": TEXT,
        "name": TEXT,
        "logo": TEXT,
        "pluginClassification": TEXT,
        "subscribers": exactly({"deptIds": array(TEXT), "unionIds": array(TEXT)}),
    }
)


def _answering(name: str, kind: Schema, value: object) -> tuple[Sample, Contract]:
    """Return handler and contract of an operation without body whose answer has one field."""
    return Sample({name: value}), Contract(exactly({name: kind}))


def _sign_list(time_field: str, *types: str) -> tuple[Sample, Contract]:
    user = exactly({"userId": TEXT, "displayName": TEXT, time_field: INTEGER})
    users = [{"userId": "iiiP35sJaxxx", "displayName": "张三", time_field: _TIME}]
    return Sample({"nextToken": _PAGE_TOKEN, "users": users}, {"users": users}), Contract(
        exactly({"nextToken": TEXT, "users": array(user)}, optional=("nextToken",)),
        query={"maxResults": integer(1, 500), "nextToken": TEXT, "type": choice(*types)},
        required=("maxResults", "type"),
    )


_CHECKED_IN = _answering("checkInTime", INTEGER, _TIME)
_CHECKED_OUT = _answering("checkOutTime", INTEGER, _TIME)
_SIGN_IN_LINK = _answering("signInLink", TEXT, _LINK)
_SIGN_OUT_LINK = _answering("signOutLink", TEXT, _LINK)

ROUTES = (
    Route("CheckIn", f"POST {EVENT}/checkIn", "sign-in-for-a-single-schedule", ANY_PERMISSION, *_CHECKED_IN),
    Route("SignIn", f"POST {EVENT}/signin", "sign-in-single-schedule-news", EVENT_WRITE, *_CHECKED_IN),
    Route("SignOut", f"POST {EVENT}/signOut", "sign-off-for-a-single-schedule", EVENT_WRITE, *_CHECKED_OUT),
    Route(
        "GetSignInList",
        f"GET {EVENT}/signin",
        "view-the-check-in-details-of-a-single-schedule",
        EVENT_READ,
        *_sign_list("checkInTime", "sign_in", "not_yet_sign_in"),
    ),
    Route(
        "GetSignOutList",
        f"GET {EVENT}/signOut",
        "view-the-billing-details-of-a-single-schedule",
        EVENT_READ,
        *_sign_list("checkOutTime", "sign_out", "not_yet_sign_out"),
    ),
    Route("GetSignInLink", f"GET {EVENT}/signInLinks", "api-getsigninlink", EVENT_WRITE, *_SIGN_IN_LINK),
    Route("GetSignOutLink", f"GET {EVENT}/signOutLinks", "api-getsignoutlink", EVENT_WRITE, *_SIGN_OUT_LINK),
    Route(
        "GetMeetingRoomsSchedule",
        f"POST {USER}/meetingRooms/schedules/query",
        _ROOM_PAGE,
        EVENT_READ,
        get_meeting_rooms_schedule,
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
                                            "status": choice("BUSY", "TENTATIVE"),
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
                    # The page recommends at most five rooms. That more are refused is not documented.
                    "roomIds": saying(
                        array(TEXT, minItems=1, maxItems=_MOST_ROOMS),
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
        ENTERPRISE_APPS,
    ),
    Route(
        "AddMeetingRooms",
        f"POST {_ROOMS}",
        "add-a-meeting-room",
        EVENT_WRITE,
        _DONE,
        Contract(
            _RESULT,
            record(
                {
                    "meetingRoomsToAdd": saying(
                        array(_ROOM, minItems=1, maxItems=_MOST_ROOMS),
                        required="roomId must be provided.",
                        minItems="roomId must be provided.",
                        maxItems="attendees batch size too large. Maximum allowed:5",
                    )
                },
                required=("meetingRoomsToAdd",),
            ),
        ),
        ENTERPRISE_APPS,
    ),
    Route(
        "RemoveMeetingRooms",
        f"POST {_ROOMS}/batchRemove",
        "remove-a-meeting-room",
        EVENT_WRITE,
        _DONE,
        # The page's table has the list as optional, its errors do not.
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
        ENTERPRISE_APPS,
    ),
    Route(
        "MeetingRoomRespond",
        f"POST {_ROOMS}/{{roomId}}/respond",
        None,
        ANY_PERMISSION,
        _DONE,
        Contract(_RESULT, record({"responseStatus": TEXT})),
    ),
    Route(
        "GenerateCaldavAccount",
        f"POST {USER}/caldavAccounts",
        None,
        ANY_PERMISSION,
        Sample(
            {
                "username": "u_emulated",
                "password": "emulated-caldav-password",
                "serverAddress": "calendar.dingtalk.com",
            }
        ),
        Contract(
            exactly({"username": TEXT, "password": TEXT, "serverAddress": TEXT}),
            record({"device": TEXT}, required=("device",)),
        ),
    ),
    Route(
        "ConvertLegacyEventId",
        f"POST {USER}/legacyEventIds/convert",
        None,
        ANY_PERMISSION,
        # pragma: allowlist nextline secret
        Sample({"legacyEventIdMap": {"legacyEventId": "cnNTbW1YbU9sL2p6aFJZdEgvdlQrQT09"}}),
        Contract(
            exactly({"legacyEventIdMap": MAPPING}),
            record({"legacyEventIds": array(TEXT)}, required=("legacyEventIds",)),
        ),
    ),
    Route(
        "ListCategories",
        "GET /v1.0/calendar/categories",
        None,
        ANY_PERMISSION,
        Sample({"categories": [{"openCategoryId": "emulated-category", "displayName": "例会"}]}),
        Contract(exactly({"categories": array(exactly({"openCategoryId": TEXT, "displayName": TEXT}))})),
    ),
    Route(
        "ListAiMinutes",
        f"GET {EVENT}/minutes",
        None,
        ANY_PERMISSION,
        Sample({"minutes": [{"minutesId": "emulated-minutes", "creatorUserId": "iiiP35sJaxxx"}]}),
        Contract(
            exactly({"minutes": array(exactly({"minutesId": TEXT, "creatorUserId": TEXT}))}),
            query={"fetchAll": FLAG},
        ),
    ),
    Route(
        "ListOrgPlugins",
        f"GET {_PLUGINS}",
        None,
        ANY_PERMISSION,
        Sample(
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
            }
        ),
        Contract(exactly({"plugins": array(_PLUGIN)})),
    ),
    Route(
        "UpdateOrgPluginSubscribers",
        f"POST {_PLUGINS}/{{pluginId}}/subscribers",
        None,
        ANY_PERMISSION,
        _DONE,
        Contract(_RESULT, record({"deptIds": array(TEXT), "unionIds": array(TEXT)})),
    ),
)
