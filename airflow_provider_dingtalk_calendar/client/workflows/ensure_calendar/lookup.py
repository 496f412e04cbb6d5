"""Look for the calendars that a user owns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_dingtalk_calendar.exceptions import NotFoundError, PermissionDeniedError

from ...engine.attempts import LookBefore
from ...engine.effects import Flow
from ...engine.error_codes import is_gone
from ...resources.calendars import (
    CREATE_SUBSCRIBED_CALENDAR,
    GET_SUBSCRIBED_CALENDAR,
    LIST_CALENDARS,
    Calendar,
    SubscribedCalendar,
    SubscribedCalendarOperations,
)
from ...settings import ClientSettings
from ...wire.values import check_path_id, to_json

#: https://help.dingtalk.io/open/development/query-a-calendar
DOCUMENTED_PRIVILEGES = frozenset({"free_busy_reader", "title_reader", "reader", "writer", "owner"})


class LookUps(SubscribedCalendarOperations):
    """The requests of :class:`.Creation`, which has checked ``union_id`` once for all of them."""

    @property
    def settings(self) -> ClientSettings:
        """The settings of this client."""
        return self._calls.settings

    def send_create(
        self, union_id: str, body: Mapping[str, Any], look_before: LookBefore[str] | None
    ) -> Flow[str]:
        """Send the create request and return the calendarId.

        :param union_id: unionId of the creator.
        :param body: Body of the request.
        :param look_before: Flow to run before the request is repeated after a refusal.
        """
        parameters = {"userId": union_id}
        return self._calls.call(
            CREATE_SUBSCRIBED_CALENDAR, parameters, to_json(body), look_before=look_before
        )

    def owned(self, union_id: str, name: str) -> Flow[frozenset[str]]:
        """Return the ids of the subscribed calendars of that name that the user owns."""
        listed = yield from self._calls.call(LIST_CALENDARS, {"userId": union_id})
        owned = set()
        for calendar in listed:
            if calendar.type == "subscribed" and (calendar.summary or "").strip() == name.strip():
                is_owner = yield from self._is_owner(union_id, calendar)
                if is_owner:
                    owned.add(calendar.id)
        return frozenset(owned)

    def _is_owner(self, union_id: str, calendar: Calendar) -> Flow[bool]:
        """Judge by the privilege. If its value is undocumented, ask for the author."""
        if calendar.privilege in DOCUMENTED_PRIVILEGES:
            return calendar.privilege == "owner"
        details = yield from self.details(union_id, calendar.id)
        return details is not None and details.author == union_id

    def details(self, union_id: str, calendar_id: str) -> Flow[SubscribedCalendar | None]:
        """Return a calendar; None if the user is neither author nor co-editor of one with this id."""
        # It comes from a list or a memory.
        check_path_id("calendar_id", calendar_id)
        parameters = {"userId": union_id, "calendarId": calendar_id}
        try:
            return (yield from self._calls.call(GET_SUBSCRIBED_CALENDAR, parameters))
        except NotFoundError as error:
            if not is_gone(error):
                raise
            return None
        except PermissionDeniedError as error:
            # Only the author and the co-editors may ask. Other refusals say nothing about the owner.
            if error.code != "permissionDenied":
                raise
            return None
