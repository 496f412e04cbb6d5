"""Meeting rooms: bookings and busy times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pendulum

from ..engine.both_clients import operation
from ..engine.effects import Flow
from ..engine.endpoint import Endpoint, Replay
from ..wire import readers
from ..wire.records import given
from ..wire.values import check_ids
from .base import EVENT, EVENT_READ, EVENT_WRITE, USER, Calling, ClientToken
from .events.content import as_mapping, items
from .free_busy import Schedule, span_to_wire

ADD_MEETING_ROOMS: Endpoint[None] = Endpoint(
    operation="AddMeetingRooms",
    route=f"POST {EVENT}/meetingRooms",
    page="add-a-meeting-room",
    answer=readers.result_true,
    permission=EVENT_WRITE,
    body=("meetingRoomsToAdd",),
    client_token=True,
    required=("meetingRoomsToAdd",),
)

REMOVE_MEETING_ROOMS: Endpoint[None] = Endpoint(
    operation="RemoveMeetingRooms",
    route=f"POST {EVENT}/meetingRooms/batchRemove",
    page="remove-a-meeting-room",
    answer=readers.result_true,
    permission=EVENT_WRITE,
    body=("meetingRoomsToRemove",),
    client_token=True,
    required=("meetingRoomsToRemove",),
)

MEETING_ROOM_RESPOND: Endpoint[None] = Endpoint(
    operation="MeetingRoomRespond",
    route=f"POST {EVENT}/meetingRooms/{{roomId}}/respond",
    answer=readers.result_true,
    replay=Replay.REPEATABLE,
    body=("responseStatus",),
    client_token=True,
)

GET_MEETING_ROOMS_SCHEDULE: Endpoint[list[Schedule]] = Endpoint(
    operation="GetMeetingRoomsSchedule",
    route=f"POST {USER}/meetingRooms/schedules/query",
    page="queries-free-and-busy-meeting-room-information",
    answer=readers.records("scheduleInformation", Schedule),
    permission=EVENT_READ,
    replay=Replay.READ,
    body=("roomIds", "startTime", "endTime"),
    required=("roomIds", "startTime", "endTime"),
)

#: The longest period of a query.
#: https://help.dingtalk.io/open/development/queries-free-and-busy-meeting-room-information
LONGEST_PERIOD = pendulum.duration(days=90)


def _rooms(field_name: str, rooms: Sequence[str | Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [as_mapping(place, "roomId", room) for place, room in items(field_name, rooms)]


class RoomOperations(Calling):
    """Book meeting rooms and report when they are busy."""

    @operation
    def get_meeting_rooms_schedule(
        self,
        union_id: str,
        *,
        room_ids: Sequence[str],
        start_time: datetime | str,
        end_time: datetime | str,
    ) -> Flow[list[Schedule]]:
        """Return the busy times of meeting rooms in a period of at most 90 days.

        https://help.dingtalk.io/open/development/queries-free-and-busy-meeting-room-information

        :param union_id: unionId of the user who asks.
        :param room_ids: Ids of the rooms; the page advises at most 5.
        :param start_time: Start of the period: an aware datetime, or ISO 8601 with an offset.
        :param end_time: End of the period.
        :raises InvalidArgumentError: If a time is naive, the end is before the start, or the period is longer
            than 90 days; nothing is sent.
        :raises DingTalkError: If DingTalk does not return schedules.
        """
        span = span_to_wire(start_time, end_time, longest=LONGEST_PERIOD)
        body = given(room_ids=check_ids("room_ids", room_ids)) | span
        return self._send(GET_MEETING_ROOMS_SCHEDULE, union_id, body=body)

    @operation
    def add_meeting_rooms(
        self,
        union_id: str,
        calendar_id: str,
        event_id: str,
        *,
        meeting_rooms_to_add: Sequence[str | Mapping[str, Any]],
        client_token: ClientToken | None = None,
    ) -> Flow[None]:
        """Book meeting rooms for an event. An event can have at most 5 rooms.

        https://help.dingtalk.io/open/development/add-a-meeting-room

        :param union_id: unionId of the organizer.
        :param calendar_id: Calendar of the event.
        :param event_id: Id of the event.
        :param meeting_rooms_to_add: Ids of rooms, or mappings in the API's form.
        :param client_token: Value of ``x-client-token``. Its effect here is not documented, so a request
            whose outcome is unknown is not repeated.
        :raises DingTalkError: If DingTalk does not answer ``result: true``.
        """
        body = given(meeting_rooms_to_add=_rooms("meeting_rooms_to_add", meeting_rooms_to_add))
        return self._send(
            ADD_MEETING_ROOMS, union_id, calendar_id, event_id, body=body, client_token=client_token
        )

    @operation
    def remove_meeting_rooms(
        self,
        union_id: str,
        calendar_id: str,
        event_id: str,
        *,
        meeting_rooms_to_remove: Sequence[str | Mapping[str, Any]],
        client_token: ClientToken | None = None,
    ) -> Flow[None]:
        """Cancel the booking of meeting rooms for an event.

        https://help.dingtalk.io/open/development/remove-a-meeting-room

        :param union_id: unionId of the organizer.
        :param calendar_id: Calendar of the event.
        :param event_id: Id of the event.
        :param meeting_rooms_to_remove: Ids of rooms, or mappings in the API's form.
        :param client_token: See :meth:`add_meeting_rooms`.
        :raises DingTalkError: If DingTalk does not answer ``result: true``.
        """
        body = given(meeting_rooms_to_remove=_rooms("meeting_rooms_to_remove", meeting_rooms_to_remove))
        return self._send(
            REMOVE_MEETING_ROOMS, union_id, calendar_id, event_id, body=body, client_token=client_token
        )

    @operation
    def meeting_room_respond(
        self,
        union_id: str,
        calendar_id: str,
        event_id: str,
        room_id: str,
        *,
        response_status: str | None = None,
        client_token: ClientToken | None = None,
    ) -> Flow[None]:
        """Answer an event's booking request on behalf of a meeting room. SDK only.

        :param union_id: unionId of the user.
        :param calendar_id: Calendar of the event.
        :param event_id: Id of the event.
        :param room_id: Id of the room.
        :param response_status: Not documented; events show ``accepted``, ``tentative`` or ``declined``.
        :param client_token: Value of ``x-client-token``; its effect here is not documented.
        :raises DingTalkError: If DingTalk does not answer ``result: true``.
        """
        return self._send(
            MEETING_ROOM_RESPOND,
            union_id,
            calendar_id,
            event_id,
            room_id,
            body=given(response_status=response_status),
            client_token=client_token,
        )
