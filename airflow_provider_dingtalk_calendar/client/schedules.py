"""The operations on free/busy and meeting rooms, once for the sync and the async client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from airflow_provider_dingtalk_calendar.client import meeting_endpoints as endpoints
from airflow_provider_dingtalk_calendar.client.actions import Flow
from airflow_provider_dingtalk_calendar.client.calling import Calling, ClientToken
from airflow_provider_dingtalk_calendar.client.checks import USERS_PER_CALL, check_ids, check_text
from airflow_provider_dingtalk_calendar.client.event_body import items
from airflow_provider_dingtalk_calendar.client.event_models import Schedule
from airflow_provider_dingtalk_calendar.client.operation import operation
from airflow_provider_dingtalk_calendar.client.records import given
from airflow_provider_dingtalk_calendar.client.times import moment_to_wire
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError


def _users(user_ids: Sequence[str], start_time: datetime | str, end_time: datetime | str) -> dict[str, Any]:
    ids = check_ids("user_ids", user_ids)
    if len(ids) > USERS_PER_CALL:
        msg = f"user_ids must have at most {USERS_PER_CALL} items a call, not {len(ids)}"
        raise InvalidArgumentError(msg)
    return given(user_ids=ids) | _time(start_time, end_time)


def _time(start_time: datetime | str, end_time: datetime | str) -> dict[str, Any]:
    return given(
        start_time=moment_to_wire("start_time", start_time), end_time=moment_to_wire("end_time", end_time)
    )


def _rooms(field_name: str, rooms: Sequence[str | Mapping[str, Any]]) -> list[dict[str, Any]]:
    wire = []
    for place, room in items(field_name, rooms):
        if not isinstance(room, Mapping):
            check_text(place, room)
        wire.append(dict(room) if isinstance(room, Mapping) else {"roomId": room})
    return wire


class ScheduleOperations(Calling):
    """Operations on free/busy and meeting rooms. Times are datetimes with a zone, or ISO 8601 with offset."""

    @operation
    def get_schedule(
        self,
        union_id: str,
        *,
        user_ids: Sequence[str],
        start_time: datetime | str,
        end_time: datetime | str,
    ) -> Flow[list[Schedule]]:
        """Return when users are busy. What cannot be told of one is in the ``error`` of that one.

        https://help.dingtalk.io/open/development/free-schedule

        :param union_id: unionId of the user who asks.
        :param user_ids: unionIds, 20 at most.
        :param start_time: Where the time begins.
        :param end_time: Where it ends.
        :raises InvalidArgumentError: If there are too many users or a time is naive; nothing is sent.
        :raises DingTalkError: If DingTalk does not answer with schedules.
        """
        return self._send(
            endpoints.GET_SCHEDULE, union_id=union_id, body=_users(user_ids, start_time, end_time)
        )

    @operation
    def get_schedule_by_me(
        self,
        *,
        user_ids: Sequence[str],
        start_time: datetime | str,
        end_time: datetime | str,
        client_token: ClientToken | None = None,
    ) -> Flow[list[Schedule]]:
        """Return what :meth:`get_schedule` does, asked by the user whose token it is. SDK only.

        :param user_ids: unionIds; at most 20, as there.
        :param start_time: Where the time begins.
        :param end_time: Where it ends.
        :param client_token: Value of ``x-client-token``, which the SDK can send; what for is not documented.
        :raises InvalidArgumentError: If there are too many users or a time is naive; nothing is sent.
        :raises DingTalkError: If DingTalk does not answer with schedules.
        """
        return self._send(
            endpoints.GET_SCHEDULE_BY_ME,
            body=_users(user_ids, start_time, end_time),
            client_token=client_token,
        )

    @operation
    def get_meeting_rooms_schedule(
        self,
        union_id: str,
        *,
        room_ids: Sequence[str],
        start_time: datetime | str,
        end_time: datetime | str,
    ) -> Flow[list[Schedule]]:
        """Return when meeting rooms are taken, for 90 days at most.

        https://help.dingtalk.io/open/development/queries-free-and-busy-meeting-room-information

        :param union_id: unionId of the user who asks.
        :param room_ids: Ids of the rooms; the page advises 5 at most.
        :param start_time: Where the time begins.
        :param end_time: Where it ends.
        :raises InvalidArgumentError: If a time is naive; nothing is sent.
        :raises DingTalkError: If DingTalk does not answer with schedules.
        """
        body = given(room_ids=check_ids("room_ids", room_ids)) | _time(start_time, end_time)
        return self._send(endpoints.GET_MEETING_ROOMS_SCHEDULE, union_id=union_id, body=body)

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
        """Book meeting rooms for an event, 5 at most for one.

        https://help.dingtalk.io/open/development/add-a-meeting-room

        :param union_id: unionId of the organizer.
        :param calendar_id: Calendar that it belongs to.
        :param event_id: Its id.
        :param meeting_rooms_to_add: Ids of rooms, or mappings.
        :param client_token: Value of ``x-client-token``; whether it works here is not documented, so that a
            request whose outcome is unknown is not sent again.
        :raises DingTalkError: If DingTalk does not answer ``result: true``.
        """
        return self._send(
            endpoints.ADD_MEETING_ROOMS,
            union_id=union_id,
            calendar_id=calendar_id,
            event_id=event_id,
            body=given(meeting_rooms_to_add=_rooms("meeting_rooms_to_add", meeting_rooms_to_add)),
            client_token=client_token,
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
        """Give up meeting rooms of an event.

        https://help.dingtalk.io/open/development/remove-a-meeting-room

        :param union_id: unionId of the organizer.
        :param calendar_id: Calendar that it belongs to.
        :param event_id: Its id.
        :param meeting_rooms_to_remove: Ids of rooms, or mappings.
        :param client_token: As of :meth:`add_meeting_rooms`.
        :raises DingTalkError: If DingTalk does not answer ``result: true``.
        """
        return self._send(
            endpoints.REMOVE_MEETING_ROOMS,
            union_id=union_id,
            calendar_id=calendar_id,
            event_id=event_id,
            body=given(meeting_rooms_to_remove=_rooms("meeting_rooms_to_remove", meeting_rooms_to_remove)),
            client_token=client_token,
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
        """Answer for a meeting room. SDK only.

        :param union_id: unionId of the user.
        :param calendar_id: Calendar that the event belongs to.
        :param event_id: Id of the event.
        :param room_id: Id of the room.
        :param response_status: Not documented; events show ``accepted``, ``tentative`` or ``declined``.
        :param client_token: Value of ``x-client-token``; whether it works here is not documented.
        :raises DingTalkError: If DingTalk does not answer ``result: true``.
        """
        return self._send(
            endpoints.MEETING_ROOM_RESPOND,
            union_id=union_id,
            calendar_id=calendar_id,
            event_id=event_id,
            room_id=room_id,
            body=given(response_status=response_status),
            client_token=client_token,
        )
