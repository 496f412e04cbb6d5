"""Operations that only check and record a request: check-in, rooms, and others that do not change events.

The answer is a sample from the page of the operation. For an operation without a page, the sample has the
shape of the official SDK's model and made-up values. The permission and app types of such an operation are
not documented. These operations do not change the emulator's data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ..core import errors
from ..core.contract import (
    FLAG,
    INTEGER,
    MAPPING,
    TEXT,
    UNION_ID,
    Contract,
    Schema,
    array,
    choice,
    exactly,
    full,
    integer,
    record,
    saying,
)
from ..core.errors import ErrorAnswer, ServiceError
from ..core.moments import parse_moment
from ..core.permissions import ANY_PERMISSION, EVENT_READ, EVENT_WRITE
from .route import ENTERPRISE_APPS, EVENT, USER, Route

if TYPE_CHECKING:
    from .call import Call, Json


@dataclass(frozen=True)
class Sample:
    """A handler that checks a request and answers with a sample.

    :param answer: the body of the answer.
    :param last: the body for a request with ``nextToken``, ``None`` for the same body.
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
    """Return the busy times of rooms (page queries-free-and-busy-meeting-room-information).

    The page allows at most 90 days.
    """
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
_PAGE_TOKEN = "cnNTbW1YbxxxxdlQrQT09"  # noqa: S105  # a page token

_ROOMS = f"{EVENT}/meetingRooms"
_PLUGINS = "/v1.0/calendar/plugins"
_ROOM_PAGE = "queries-free-and-busy-meeting-room-information"

# Page queries-free-and-busy-meeting-room-information.
WINDOW_TOO_LONG = ErrorAnswer(400, "invalidParameter", "Cannot query schedule for more than 90 days.")

_ROOM = record({"roomId": TEXT})
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
_PLUGIN = {
    "pluginId": "emulated-plugin",
    "name": "节假日",
    "logo": "",
    "pluginClassification": "emulated",
    "subscribers": {"deptIds": ["1"], "unionIds": []},
}
_MOMENT = exactly({"dateTime": TEXT, "timeZone": TEXT})
_BUSY = exactly(
    {
        "status": choice("BUSY", "TENTATIVE"),
        "eventId": TEXT,
        "organizer": exactly({"id": TEXT}),
        "start": _MOMENT,
        "end": _MOMENT,
    }
)
_ROOM_SCHEDULE = exactly({"roomId": TEXT, "error": TEXT, "scheduleItems": array(_BUSY)})
_NO_ROOM_ID = "query ids cannot be empty"
_NO_ROOM_TO_ADD = "roomId must be provided."
_NO_ROOM_TO_REMOVE = "Meeting rooms to remove must be provided."


def _schema(sample: object) -> Schema:
    """Return a schema that requires every field of a sample. An empty list becomes a list of strings."""
    if isinstance(sample, Mapping):
        return exactly({name: _schema(value) for name, value in sample.items()})
    if isinstance(sample, list):
        return array(_schema(sample[0]) if sample else TEXT)
    if isinstance(sample, bool):
        return FLAG
    return INTEGER if isinstance(sample, int) else TEXT


def _answering(
    sample: Json, body: Schema | None = None, query: Mapping[str, Schema] | None = None
) -> tuple[Sample, Contract]:
    """Return the handler and the contract of an operation whose answer has the shape of the sample."""
    return Sample(sample), Contract(_schema(sample), body, query or {})


def _sign_list(time_field: str, *types: str) -> tuple[Sample, Contract]:
    user = exactly({"userId": TEXT, "displayName": TEXT, time_field: INTEGER})
    users = [{"userId": "iiiP35sJaxxx", "displayName": "张三", time_field: _TIME}]
    return Sample({"nextToken": _PAGE_TOKEN, "users": users}, {"users": users}), Contract(
        exactly({"nextToken": TEXT, "users": array(user)}, optional=("nextToken",)),
        query={"maxResults": integer(1, 500), "nextToken": TEXT, "type": choice(*types)},
        required=("maxResults", "type"),
    )


_DONE = {"result": True}
_CHECKED_IN = _answering({"checkInTime": _TIME})
_CHECKED_OUT = _answering({"checkOutTime": _TIME})
_SIGN_IN_LINK = _answering({"signInLink": _LINK})
_SIGN_OUT_LINK = _answering({"signOutLink": _LINK})

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
            exactly({"scheduleInformation": array(_ROOM_SCHEDULE)}),
            full(
                {
                    # The page recommends at most five rooms. Refusing more than five is undocumented.
                    "roomIds": saying(
                        array(TEXT, minItems=1, maxItems=_MOST_ROOMS),
                        required=_NO_ROOM_ID,
                        minItems=_NO_ROOM_ID,
                        maxItems="Cannot get schedule information for more than limit.",
                    ),
                    "startTime": TEXT,
                    "endTime": TEXT,
                }
            ),
        ),
        ENTERPRISE_APPS,
    ),
    Route(
        "AddMeetingRooms",
        f"POST {_ROOMS}",
        "add-a-meeting-room",
        EVENT_WRITE,
        *_answering(
            _DONE,
            full(
                {
                    "meetingRoomsToAdd": saying(
                        array(_ROOM, minItems=1, maxItems=_MOST_ROOMS),
                        required=_NO_ROOM_TO_ADD,
                        minItems=_NO_ROOM_TO_ADD,
                        maxItems="attendees batch size too large. Maximum allowed:5",
                    )
                }
            ),
        ),
        ENTERPRISE_APPS,
    ),
    Route(
        "RemoveMeetingRooms",
        f"POST {_ROOMS}/batchRemove",
        "remove-a-meeting-room",
        EVENT_WRITE,
        # The page's table says that the list is optional, but its errors say that it is required.
        *_answering(
            _DONE,
            full(
                {
                    "meetingRoomsToRemove": saying(
                        array(_ROOM, minItems=1), required=_NO_ROOM_TO_REMOVE, minItems=_NO_ROOM_TO_REMOVE
                    )
                }
            ),
        ),
        ENTERPRISE_APPS,
    ),
    Route(
        "MeetingRoomRespond",
        f"POST {_ROOMS}/{{roomId}}/respond",
        None,
        ANY_PERMISSION,
        *_answering(_DONE, record({"responseStatus": TEXT})),
    ),
    Route(
        "GenerateCaldavAccount",
        f"POST {USER}/caldavAccounts",
        None,
        ANY_PERMISSION,
        *_answering(
            {
                "username": "u_emulated",
                "password": "emulated-caldav-password",
                "serverAddress": "calendar.dingtalk.com",
            },
            full({"device": TEXT}),
        ),
    ),
    Route(
        "ConvertLegacyEventId",
        f"POST {USER}/legacyEventIds/convert",
        None,
        ANY_PERMISSION,
        # pragma: allowlist nextline secret
        Sample({"legacyEventIdMap": {"legacyEventId": "cnNTbW1YbU9sL2p6aFJZdEgvdlQrQT09"}}),
        Contract(exactly({"legacyEventIdMap": MAPPING}), full({"legacyEventIds": array(TEXT)})),
    ),
    Route(
        "ListCategories",
        "GET /v1.0/calendar/categories",
        None,
        ANY_PERMISSION,
        *_answering({"categories": [{"openCategoryId": "emulated-category", "displayName": "例会"}]}),
    ),
    Route(
        "ListAiMinutes",
        f"GET {EVENT}/minutes",
        None,
        ANY_PERMISSION,
        *_answering(
            {"minutes": [{"minutesId": "emulated-minutes", "creatorUserId": "iiiP35sJaxxx"}]},
            query={"fetchAll": FLAG},
        ),
    ),
    Route("ListOrgPlugins", f"GET {_PLUGINS}", None, ANY_PERMISSION, *_answering({"plugins": [_PLUGIN]})),
    Route(
        "UpdateOrgPluginSubscribers",
        f"POST {_PLUGINS}/{{pluginId}}/subscribers",
        None,
        ANY_PERMISSION,
        *_answering(_DONE, record({"deptIds": array(TEXT), "unionIds": array(UNION_ID)})),
    ),
)
