"""When users are free and when not: functions as in ``operations``."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from airflow_provider_dingtalk_calendar.emulator import event_errors
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError
from airflow_provider_dingtalk_calendar.emulator.event_lists import Window, expanded, window_of
from airflow_provider_dingtalk_calendar.emulator.events import CANCELLED, PRIMARY_CALENDAR_ID, Place
from airflow_provider_dingtalk_calendar.emulator.json_fields import read_filled, read_list, read_mapping

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.emulator.entries import Entry
    from airflow_provider_dingtalk_calendar.emulator.operations import Call, Json

_MOST_USERS = 20
_TIME_ZONE = "Asia/Shanghai"
_STATUSES = {"accepted": "BUSY", "tentative": "TENTATIVE", "needsAction": "TENTATIVE"}


def get_schedule(call: Call) -> Json:
    """Page free-schedule.

    An organizer is busy, an attendee who has accepted too; one who has not answered, or not for sure, is so
    tentatively, one who has declined not at all: undocumented. So is ``freeBusyStatus``, a field of the
    official SDK only: an event with ``free`` there keeps nobody busy.
    """
    call.check_user()
    try:
        users, window = _asked_for(call)
    except (ApiError, ValueError) as error:
        raise ApiError(event_errors.SCHEDULE_PARAMETER) from error
    return {
        "scheduleInformation": [
            {"userId": user, "scheduleItems": _items(call, user, window)} for user in dict.fromkeys(users)
        ]
    }


def _asked_for(call: Call) -> tuple[list[str], Window]:
    body = read_mapping(call.body)
    users = [read_filled({"id": user}, "id") for user in read_list(body.get("userIds"))]
    if not 1 <= len(users) <= _MOST_USERS:
        raise ValueError(f"{len(users)} users")
    return users, window_of(read_filled(body, "startTime"), read_filled(body, "endTime"))


def _items(call: Call, user: str, window: Window) -> list[Json]:
    place = Place(PRIMARY_CALENDAR_ID, user)
    found: list[tuple[datetime, Json]] = []
    for event in call.events.of(place):
        status = _status(
            user, event.organizer, {one.union_id: one.response_status for one in event.attendees}
        )
        if event.is_gone_from(place) or status is None:
            continue
        for row in expanded(event, window):
            is_free = str(row.fields.get("freeBusyStatus", "")).lower() == "free"
            if not is_free and row.status != CANCELLED and row.end > window.earliest:
                found.append((row.start, {"status": status, **_times(row)}))
    return [item for _, item in sorted(found, key=lambda pair: pair[0])]


def _status(user: str, organizer: str, responses: dict[str, str]) -> str | None:
    return "BUSY" if user == organizer else _STATUSES.get(responses.get(user, ""))


def _times(row: Entry) -> Json:
    """Page free-schedule: all-day events in UTC, others in the time zone of China."""
    if row.fields["isAllDay"]:
        return {name: {**row.fields[name], "timeZone": "UTC"} for name in ("start", "end")}
    zone = ZoneInfo(_TIME_ZONE)
    return {
        name: {"dateTime": moment.astimezone(zone).isoformat(), "timeZone": _TIME_ZONE}
        for name, moment in (("start", row.start), ("end", row.end))
    }
