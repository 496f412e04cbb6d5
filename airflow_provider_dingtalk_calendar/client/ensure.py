"""Creating a calendar unless it is there: the rules behind ``if_exists``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from airflow_provider_dingtalk_calendar.client import endpoints
from airflow_provider_dingtalk_calendar.client.actions import Flow
from airflow_provider_dingtalk_calendar.client.checks import IfExists, check_if_exists
from airflow_provider_dingtalk_calendar.client.models import Calendar, ScopeLike, definition_to_wire
from airflow_provider_dingtalk_calendar.client.operation import operation
from airflow_provider_dingtalk_calendar.client.subscribed_calendars import SubscribedCalendarOperations
from airflow_provider_dingtalk_calendar.exceptions import (
    CalendarExistsError,
    MissingPermissionError,
    NotFoundError,
    PermissionDeniedError,
)

#: https://help.dingtalk.io/open/development/query-a-calendar
DOCUMENTED_PRIVILEGES = frozenset({"free_busy_reader", "title_reader", "reader", "writer", "owner"})


@dataclass(frozen=True)
class EnsuredCalendar:
    """What :meth:`EnsureOperations.ensure_subscribed_calendar` came to.

    :param calendar_id: The id of the calendar.
    :param created: Whether it was created now; otherwise it was there.
    :param duplicates: Further ids of calendars with that name and owner, sorted.
    """

    calendar_id: str
    created: bool
    duplicates: tuple[str, ...] = ()


class EnsureOperations(SubscribedCalendarOperations):
    """Operations that look before they create."""

    @operation
    def ensure_subscribed_calendar(
        self,
        union_id: str,
        *,
        name: str,
        subscribe_scope: ScopeLike,
        description: str | None = None,
        managers: Sequence[str] | None = None,
        if_exists: IfExists = "reuse",
    ) -> Flow[EnsuredCalendar]:
        """Create a subscribed calendar unless the user owns one of that name.

        The look-up costs one call (ListCalendars) and needs the permission Calendar.Event.Read. Only where a
        calendar of that name has a privilege that is not documented, it costs one more call
        (GetSubscribedCalendar, permission Calendar.Calendar.Read), to learn its author. A calendar that is
        there is left as it is: its description, co-editors and scope are not compared. Where several have
        the name, the smallest id is taken, so that every run takes the same.

        :param union_id: unionId of the creator.
        :param name: Name; compared without white space at its ends.
        :param subscribe_scope: Who may subscribe.
        :param description: Description.
        :param managers: unionIds of the co-editors.
        :param if_exists: ``"reuse"`` takes the calendar that is there, ``"fail"`` raises, ``"create"`` does
            not look and always creates.
        :raises CalendarExistsError: With ``if_exists="fail"``, if there is one.
        :raises MissingPermissionError: If the app may not look; the message says how to do without.
        :raises InvalidArgumentError: If a value is ruled out; nothing is sent.
        """
        check_if_exists(if_exists)
        body = definition_to_wire(
            name=name, description=description, managers=managers, subscribe_scope=subscribe_scope
        )
        if if_exists != "create":
            found = yield from self._owned(union_id, name)
            if found and if_exists == "fail":
                msg = f"{union_id} already owns a calendar named {name!r}: {', '.join(found)}"
                raise CalendarExistsError(msg, calendar_ids=tuple(found))
            if found:
                return EnsuredCalendar(found[0], created=False, duplicates=tuple(found[1:]))
        calendar_id = yield from self._call(endpoints.CREATE_SUBSCRIBED_CALENDAR, union_id, body=body)
        return EnsuredCalendar(calendar_id, created=True)

    def _owned(self, union_id: str, name: str) -> Flow[list[str]]:
        """Return the sorted ids of the subscribed calendars of that name that the user owns."""
        owned = set()
        try:
            listed = yield from self._call(endpoints.LIST_CALENDARS, union_id)
            for calendar in listed:
                if calendar.type == "subscribed" and (calendar.summary or "").strip() == name.strip():
                    is_owner = yield from self._is_owner(union_id, calendar)
                    if is_owner:
                        owned.add(calendar.id)
        except MissingPermissionError as error:
            error.args = (
                f'{error.args[0]}, or set if_exists="create", which creates without looking and needs only '
                f"{endpoints.CALENDAR_WRITE}",
            )
            raise
        return sorted(owned)

    def _is_owner(self, union_id: str, calendar: Calendar) -> Flow[bool]:
        """Tell by the privilege; where its value is not a documented one, ask for the author."""
        if calendar.privilege in DOCUMENTED_PRIVILEGES:
            return calendar.privilege == "owner"
        try:
            details = yield from self._call(endpoints.GET_SUBSCRIBED_CALENDAR, union_id, calendar.id)
        except NotFoundError:
            return False
        except PermissionDeniedError as error:
            # Only the author and the co-editors may ask. Any other refusal says nothing of who owns it.
            if error.code != "permissionDenied":
                raise
            return False
        return details.author == union_id
