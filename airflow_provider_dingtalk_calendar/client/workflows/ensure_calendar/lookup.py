"""Look for the calendars that a user owns. The caller has checked ``union_id``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from airflow_provider_dingtalk_calendar.exceptions import NotFoundError, PermissionDeniedError

from ...engine.effects import Flow
from ...engine.error_codes import is_gone
from ...resources.calendars import GET_SUBSCRIBED_CALENDAR, LIST_CALENDARS, Calendar, SubscribedCalendar
from ...session import Calls
from ...wire import readers
from ...wire.values import check_path_id

#: https://help.dingtalk.io/open/development/query-a-calendar
DOCUMENTED_PRIVILEGES = frozenset({"free_busy_reader", "title_reader", "reader", "writer", "owner"})


def owned(calls: Calls, union_id: str, name: str) -> Flow[dict[str, Calendar]]:
    """Return the subscribed calendars with that name that the user owns, by id.

    An entry of the list that cannot be read is an error only if it may be such a calendar.
    """

    def may_be_meant(entry: Mapping[str, Any]) -> bool:
        kind, summary = entry.get("type"), entry.get("summary")
        return (not isinstance(kind, str) or is_subscribed(kind)) and (
            not isinstance(summary, str) or summary.strip() == name.strip()
        )

    answer = readers.inside("response", readers.records("calendars", Calendar, matters=may_be_meant))
    found = {}
    for calendar in (yield from calls.call(replace(LIST_CALENDARS, answer=answer), {"userId": union_id})):
        is_meant = is_subscribed(calendar.type) and calendar.summary is not None
        if is_meant and (yield from is_owner(calls, union_id, calendar)):
            found[calendar.id] = calendar
    return found


def is_subscribed(kind: str | None) -> bool:
    """Return whether the type of a calendar is ``subscribed``, in any case."""
    return (kind or "").casefold() == "subscribed"


def is_owner(calls: Calls, union_id: str, calendar: Calendar) -> Flow[bool]:
    """Return whether the user owns a calendar. If the privilege is undocumented, compare the author."""
    privilege = (calendar.privilege or "").casefold()
    if privilege in DOCUMENTED_PRIVILEGES:
        return privilege == "owner"
    found = yield from details(calls, union_id, calendar.id)
    return found is not None and found.author == union_id


def details(calls: Calls, union_id: str, calendar_id: str) -> Flow[SubscribedCalendar | None]:
    """Return a calendar; None if the user is neither author nor co-editor of a calendar with this id."""
    # The id comes from a list or a memo and not from the caller, so it is checked here.
    check_path_id("calendar_id", calendar_id)
    parameters = {"userId": union_id, "calendarId": calendar_id}
    try:
        return (yield from calls.call(GET_SUBSCRIBED_CALENDAR, parameters))
    except NotFoundError as error:
        if not is_gone(error):
            raise
    except PermissionDeniedError as error:
        # DingTalk refuses everyone but the author and the co-editors with this code. Other refusals say
        # nothing about the owner.
        if (error.code or "").casefold() != "permissiondenied":
            raise
    return None
