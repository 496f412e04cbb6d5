"""The operations that say when users are busy."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ...core.contract import FILLED, FILLED_UNION_ID, TEXT, Contract, array, choice, exactly, full
from ...core.errors import SCHEDULE_PARAMETER, ServiceError
from ...core.moments import parse_window
from ...core.permissions import SCHEDULE_READ
from ...world.events import CANCELLED, PRIMARY_CALENDAR_ID, Place
from ...world.instances import entries_in
from ..route import ME, USER, Route
from .answers import TIME

if TYPE_CHECKING:
    from datetime import datetime

    from ...core.moments import Window
    from ...world.events import Event
    from ...world.instances import Entry
    from ..call import Call, Json

_TIME_ZONE = "Asia/Shanghai"
_STATUSES = {"accepted": "BUSY", "tentative": "TENTATIVE", "needsAction": "TENTATIVE"}


def get_schedule(call: Call) -> Json:
    """Return the busy times of users (page free-schedule).

    These rules are not documented. The organizer is busy, and so is an attendee who has accepted. An attendee
    who has not answered is tentatively busy. An attendee who has declined is free. An event makes nobody busy
    if its ``freeBusyStatus``, a field that only the official SDK has, is ``free``.
    """
    call.check_user()
    body = call.body()
    try:
        window = parse_window(body["startTime"], body["endTime"])
    except ValueError as error:
        raise ServiceError(SCHEDULE_PARAMETER) from error
    return {
        "scheduleInformation": [
            {"userId": user, "scheduleItems": _items(call, user, window)}
            for user in dict.fromkeys(body["userIds"])
        ]
    }


def _items(call: Call, user: str, window: Window) -> list[Json]:
    place = Place(PRIMARY_CALENDAR_ID, user)
    found: list[tuple[datetime, Json]] = []
    for event in call.events.of(place):
        status = _status(event, user)
        if event.is_gone_from(place) or status is None:
            continue
        for entry in entries_in(event, window):
            is_free = str(entry.fields.get("freeBusyStatus", "")).lower() == "free"
            if not is_free and entry.status != CANCELLED and entry.end > window.earliest:
                found.append((entry.start, {"status": status, **_times(entry)}))
    return [item for _, item in sorted(found, key=lambda pair: pair[0])]


def _status(event: Event, user: str) -> str | None:
    if user == event.organizer:
        return "BUSY"
    attendee = event.attendee(user)
    return _STATUSES.get(attendee.response_status) if attendee else None


def _times(entry: Entry) -> Json:
    """Return the start and end: all-day events in UTC, others in China's time zone (page free-schedule)."""
    if entry.fields["isAllDay"]:
        return {name: {**entry.fields[name], "timeZone": "UTC"} for name in ("start", "end")}
    zone = ZoneInfo(_TIME_ZONE)
    return {
        name: {"dateTime": moment.astimezone(zone).isoformat(), "timeZone": _TIME_ZONE}
        for name, moment in (("start", entry.start), ("end", entry.end))
    }


_ITEM = exactly({"status": choice("BUSY", "TENTATIVE"), "start": TIME, "end": TIME})
_USER = exactly(
    {"userId": TEXT, "error": TEXT, "scheduleItems": array(_ITEM)}, optional=("error", "scheduleItems")
)
_CONTRACT = Contract(
    exactly({"scheduleInformation": array(_USER)}),
    full(
        {"userIds": array(FILLED_UNION_ID, minItems=1, maxItems=20), "startTime": FILLED, "endTime": FILLED}
    ),
    error=SCHEDULE_PARAMETER,
)

ROUTES = (
    Route(
        "GetSchedule", f"POST {USER}/querySchedule", "free-schedule", SCHEDULE_READ, get_schedule, _CONTRACT
    ),
    Route("GetScheduleByMe", f"POST {ME}/schedules/query", None, SCHEDULE_READ, get_schedule, _CONTRACT),
)
