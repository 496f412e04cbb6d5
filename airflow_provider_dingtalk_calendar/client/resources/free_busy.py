"""Free and busy times of users."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pendulum

from ..engine.both_clients import operation
from ..engine.effects import Flow
from ..engine.endpoint import Endpoint, Replay
from ..wire import readers
from ..wire.records import Record, given
from ..wire.times import window_to_wire
from ..wire.values import USERS_PER_CALL, check_ids
from .base import USER, Calling, ClientToken
from .events.content import items
from .events.records import EventTime


@dataclass(frozen=True)
class BusyTime(Record):
    """A period in which a user or a meeting room is busy.

    :param status: ``BUSY`` or ``TENTATIVE``.
    :param start: Start.
    :param end: End.
    :param event_id: Id of the event; given for meeting rooms only.
    """

    status: str | None = None
    start: EventTime | None = None
    end: EventTime | None = None
    event_id: str | None = None


@dataclass(frozen=True)
class Schedule(Record):
    """The busy times of a user or a meeting room.

    :param user_id: unionId of the user.
    :param room_id: Id of the meeting room.
    :param error: Why the times are missing, for example because of a missing permission; None if the times
        are known.
    :param schedule_items: The busy times.
    """

    user_id: str | None = None
    room_id: str | None = None
    error: str | None = None
    schedule_items: tuple[BusyTime, ...] = ()


SCHEDULE_READ = "Calendar.EventSchedule.Read"

_QUERY_SCHEDULE = ("userIds", "startTime", "endTime")

GET_SCHEDULE: Endpoint[list[Schedule]] = Endpoint(
    operation="GetSchedule",
    route=f"POST {USER}/querySchedule",
    page="free-schedule",
    answer=readers.records("scheduleInformation", Schedule),
    permission=SCHEDULE_READ,
    replay=Replay.READ,
    body=_QUERY_SCHEDULE,
    required=_QUERY_SCHEDULE,
)

GET_SCHEDULE_BY_ME: Endpoint[list[Schedule]] = Endpoint(
    operation="GetScheduleByMe",
    route="POST /v1.0/calendar/me/schedules/query",
    answer=readers.records("scheduleInformation", Schedule),
    replay=Replay.READ,
    body=_QUERY_SCHEDULE,
    client_token=True,
    required=_QUERY_SCHEDULE,
)


def span_to_wire(
    start_time: datetime | str, end_time: datetime | str, *, longest: pendulum.Duration | None = None
) -> dict[str, str]:
    """Return the start and the end of a queried period in the API's form.

    :raises InvalidArgumentError: If a time is naive, if the end is before the start, or if the period is too
        long.
    """
    return window_to_wire(("start_time", start_time), ("end_time", end_time), longest=longest)


def _query(user_ids: Sequence[str], start_time: datetime | str, end_time: datetime | str) -> dict[str, Any]:
    ids = [item for _, item in items("user_ids", check_ids("user_ids", user_ids), USERS_PER_CALL)]
    return given(user_ids=ids) | span_to_wire(start_time, end_time)


class FreeBusyOperations(Calling):
    """Report when users are busy. Times are aware datetimes, or ISO 8601 strings with an offset."""

    @operation
    def get_schedule(
        self,
        union_id: str,
        *,
        user_ids: Sequence[str],
        start_time: datetime | str,
        end_time: datetime | str,
    ) -> Flow[list[Schedule]]:
        """Return the busy times of users. If a user's times are unavailable, that user's ``error`` says why.

        https://help.dingtalk.io/open/development/free-schedule

        :param union_id: unionId of the user who asks.
        :param user_ids: unionIds, at most 20.
        :param start_time: Start of the period.
        :param end_time: End of the period.
        :raises InvalidArgumentError: If there are too many users, a time is naive, or the end is before the
            start; nothing is sent.
        :raises DingTalkError: If DingTalk does not return schedules.
        """
        return self._send(GET_SCHEDULE, union_id, body=_query(user_ids, start_time, end_time))

    @operation
    def get_schedule_by_me(
        self,
        *,
        user_ids: Sequence[str],
        start_time: datetime | str,
        end_time: datetime | str,
        client_token: ClientToken | None = None,
    ) -> Flow[list[Schedule]]:
        """Call :meth:`get_schedule` as the user who owns the token. SDK only.

        :param user_ids: unionIds, at most 20.
        :param start_time: Start of the period.
        :param end_time: End of the period.
        :param client_token: Value of ``x-client-token``; its effect is not documented.
        :raises InvalidArgumentError: If there are too many users, a time is naive, or the end is before the
            start; nothing is sent.
        :raises DingTalkError: If DingTalk does not return schedules.
        """
        body = _query(user_ids, start_time, end_time)
        return self._send(GET_SCHEDULE_BY_ME, body=body, client_token=client_token)
