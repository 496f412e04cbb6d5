"""Look for the calendars that a user owns. The caller has checked ``union_id``."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from airflow_provider_dingtalk_calendar.exceptions import (
    MissingPermissionError,
    NotFoundError,
    PermissionDeniedError,
)

from ...engine.effects import Flow
from ...engine.error_codes import is_gone
from ...resources.calendars import GET_SUBSCRIBED_CALENDAR, LIST_CALENDARS, Calendar, SubscribedCalendar
from ...session import Calls
from ...wire import readers
from ...wire.values import check_path_id

#: https://help.dingtalk.io/open/development/query-a-calendar
DOCUMENTED_PRIVILEGES = frozenset({"free_busy_reader", "title_reader", "reader", "writer", "owner"})


class OwnersList:
    """A user's list of calendars. One answer of ListCalendars can serve the look-ups of several names.

    :param calls: Sends the requests.
    :param union_id: unionId of the user.
    :param advice: What to add to the error if the app may not look; may be empty.
    """

    def __init__(self, calls: Calls, union_id: str, advice: str = "") -> None:
        self._calls = calls
        self._union_id = union_id
        self._advice = advice
        #: The last answer of ListCalendars.
        self._answer: Mapping[str, Any] | None = None
        self._details: dict[str, SubscribedCalendar | None] = {}

    def read(self) -> Flow[None]:
        """Read the list for later look-ups. A damaged entry is an error only in a look-up that needs it."""
        yield from self._call(_reader(lambda _: False))

    def owned(self, name: str, *, again: bool = True) -> Flow[dict[str, Calendar]]:
        """Return the subscribed calendars with that name that the user owns, by id.

        An entry of the list that cannot be read is an error only if it might be such a calendar.

        :param name: The name. White space at either end is ignored.
        :param again: Whether to read the list even if it has been read.
        """
        found = {}
        try:
            for calendar in (yield from self._listed(name, again=again)):
                is_meant = is_subscribed(calendar.type) and calendar.summary is not None
                if is_meant and (yield from self.is_owner(calendar)):
                    found[calendar.id] = calendar
        except MissingPermissionError as error:
            if self._advice:
                error.args = (f"{error.args[0]}, {self._advice}",)
            raise
        return found

    def shows(self, calendar_id: str) -> bool:
        """Return whether the list has been read and has a calendar with this id."""
        if self._answer is None:
            return False
        listed = readers.entries(readers.mapping("response")(self._answer), "calendars")
        return any(entry.get("id") == calendar_id for entry in listed)

    def is_owner(self, calendar: Calendar) -> Flow[bool]:
        """Return whether the user owns a calendar. If the privilege is undocumented, compare the author."""
        privilege = (calendar.privilege or "").casefold()
        if privilege in DOCUMENTED_PRIVILEGES:
            return privilege == "owner"
        found = yield from self.details(calendar.id)
        return found is not None and found.author == self._union_id

    def details(self, calendar_id: str) -> Flow[SubscribedCalendar | None]:
        """Read a calendar once, and return it; None if it does not exist, or the user may not edit it."""
        if calendar_id not in self._details:
            self._details[calendar_id] = yield from self._get(calendar_id)
        return self._details[calendar_id]

    def known(self, calendar_id: str) -> SubscribedCalendar | None:
        """Return a calendar if :meth:`details` has read it; None otherwise."""
        return self._details.get(calendar_id)

    def _get(self, calendar_id: str) -> Flow[SubscribedCalendar | None]:
        # The id comes from a list or a memo and not from the caller, so it is checked here.
        check_path_id("calendar_id", calendar_id)
        parameters = {"userId": self._union_id, "calendarId": calendar_id}
        try:
            return (yield from self._calls.call(GET_SUBSCRIBED_CALENDAR, parameters))
        except NotFoundError as error:
            if not is_gone(error):
                raise
        except PermissionDeniedError as error:
            # With this code, DingTalk refuses everyone but the author and the co-editors. Other refusals say
            # nothing about the owner.
            if (error.code or "").casefold() != "permissiondenied":
                raise
        return None

    def _listed(self, name: str, *, again: bool) -> Flow[list[Calendar]]:
        """Return the calendars that have the name, or might have it."""
        read = _reader(lambda entry: _may_be(name, entry))
        if self._answer is not None and not again:
            # If an entry is damaged, read the list again, so that the call raises the error.
            with contextlib.suppress(ValueError):
                return read(self._answer)
        return (yield from self._call(read))

    def _call(self, read: Callable[[Mapping[str, Any]], list[Calendar]]) -> Flow[list[Calendar]]:
        def answer(body: Mapping[str, Any]) -> list[Calendar]:
            calendars = read(body)
            self._answer = body
            return calendars

        endpoint = replace(LIST_CALENDARS, answer=answer)
        return (yield from self._calls.call(endpoint, {"userId": self._union_id}))


def is_subscribed(kind: str | None) -> bool:
    """Return whether the type of a calendar is ``subscribed``, ignoring case."""
    return (kind or "").casefold() == "subscribed"


def _reader(
    matters: Callable[[Mapping[str, Any]], bool],
) -> Callable[[Mapping[str, Any]], list[Calendar]]:
    return readers.inside("response", readers.records("calendars", Calendar, matters=matters))


def _may_be(name: str, entry: Mapping[str, Any]) -> bool:
    kind, summary = entry.get("type"), entry.get("summary")
    return (not isinstance(kind, str) or is_subscribed(kind)) and (
        not isinstance(summary, str) or summary.strip() == name.strip()
    )
