"""The operations on subscribed calendars, once for the sync and the async client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from airflow_provider_dingtalk_calendar.client import endpoints
from airflow_provider_dingtalk_calendar.client.actions import Flow
from airflow_provider_dingtalk_calendar.client.checks import check_path_id
from airflow_provider_dingtalk_calendar.client.endpoints import Endpoint, T
from airflow_provider_dingtalk_calendar.client.flows import Calls
from airflow_provider_dingtalk_calendar.client.models import (
    Calendar,
    ScopeLike,
    SubscribedCalendar,
    definition_to_wire,
)
from airflow_provider_dingtalk_calendar.client.operation import operation
from airflow_provider_dingtalk_calendar.exceptions import (
    CalendarExistsError,
    InvalidArgumentError,
    MissingPermissionError,
    NotFoundError,
    PermissionDeniedError,
)

IfExists: TypeAlias = Literal["reuse", "create", "fail"]

#: https://help.dingtalk.io/open/development/query-a-calendar
DOCUMENTED_PRIVILEGES = frozenset({"free_busy_reader", "title_reader", "reader", "writer", "owner"})


def check_if_exists(value: object) -> None:
    """Check that the value is one of :data:`IfExists`.

    :raises InvalidArgumentError: If it is not; the message names the values allowed.
    """
    allowed = get_args(IfExists)
    if value not in allowed:
        msg = f"if_exists must be one of {', '.join(map(repr, allowed))}, not {value!r}"
        raise InvalidArgumentError(msg)


@dataclass(frozen=True)
class EnsuredCalendar:
    """What :meth:`SubscribedCalendarOperations.ensure_subscribed_calendar` came to.

    :param calendar_id: The id of the calendar.
    :param created: Whether it was created now; otherwise it was there.
    :param duplicates: Further ids of calendars with that name and owner, sorted.
    """

    calendar_id: str
    created: bool
    duplicates: tuple[str, ...] = ()


class SubscribedCalendarOperations:
    """Operations on subscribed calendars; every ``union_id`` is the unionId that the API calls ``userId``."""

    _calls: Calls

    def _call(
        self,
        endpoint: Endpoint[T],
        union_id: str,
        calendar_id: str | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Flow[T]:
        check_path_id("union_id", union_id)
        parameters = {"userId": union_id}
        if "{calendarId}" in endpoint.path:
            check_path_id("calendar_id", calendar_id)
            parameters["calendarId"] = str(calendar_id)
        return self._calls.call(endpoint, parameters, body)

    @operation
    def create_subscribed_calendar(
        self,
        union_id: str,
        *,
        name: str,
        subscribe_scope: ScopeLike,
        description: str | None = None,
        managers: Sequence[str] | None = None,
    ) -> Flow[str]:
        """Create a calendar that others can subscribe to, and return its calendarId.

        Calling it twice makes two calendars; DingTalk lets them have one name and offers no idempotency key.
        https://help.dingtalk.io/open/development/create-subscription-calendar

        :param union_id: unionId of the creator, who must belong to a group or organization of the scope.
        :param name: Name, at most 128 characters, not blank.
        :param subscribe_scope: Who may subscribe; at least one id.
        :param description: Description, at most 1024 characters.
        :param managers: unionIds of the co-editors.
        :raises InvalidArgumentError: If the documentation rules a value out; nothing is sent.
        :raises DingTalkError: If DingTalk does not answer with a calendarId.
        """
        body = definition_to_wire(
            name=name, description=description, managers=managers, subscribe_scope=subscribe_scope
        )
        return self._call(endpoints.CREATE_SUBSCRIBED_CALENDAR, union_id, body=body)

    @operation
    def get_subscribed_calendar(self, union_id: str, calendar_id: str) -> Flow[SubscribedCalendar]:
        """Return a subscribed calendar.

        https://help.dingtalk.io/open/development/query-a-single-subscription-calendar

        :param union_id: unionId of the author or of a co-editor.
        :param calendar_id: Its id.
        :raises DingTalkError: If DingTalk does not answer with the calendar.
        """
        return self._call(endpoints.GET_SUBSCRIBED_CALENDAR, union_id, calendar_id)

    @operation
    def update_subscribed_calendars(
        self,
        union_id: str,
        calendar_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        managers: Sequence[str] | None = None,
        subscribe_scope: ScopeLike | None = None,
    ) -> Flow[None]:
        """Change a subscribed calendar. What is None is not sent.

        https://help.dingtalk.io/open/development/update-subscription-calendar

        :param union_id: unionId of the author or of a co-editor.
        :param calendar_id: Its id.
        :param name: New name, at most 128 characters, not blank.
        :param description: New description, at most 1024 characters.
        :param managers: unionIds of the new co-editors.
        :param subscribe_scope: The new scope; at least one id.
        :raises InvalidArgumentError: If the documentation rules a value out; nothing is sent.
        :raises DingTalkError: If DingTalk does not answer ``result: true``.
        """
        body = definition_to_wire(
            name=name,
            description=description,
            managers=managers,
            subscribe_scope=subscribe_scope,
            partial=True,
        )
        return self._call(endpoints.UPDATE_SUBSCRIBED_CALENDARS, union_id, calendar_id, body)

    @operation
    def delete_subscribed_calendar(self, union_id: str, calendar_id: str) -> Flow[None]:
        """Delete a subscribed calendar and with it every subscription to it.

        https://help.dingtalk.io/open/development/delete-subscription-calendar

        :param union_id: unionId of the author.
        :param calendar_id: Its id.
        :raises DingTalkError: If DingTalk does not answer ``result: true``.
        """
        return self._call(endpoints.DELETE_SUBSCRIBED_CALENDAR, union_id, calendar_id)

    @operation
    def list_calendars(self, union_id: str) -> Flow[list[Calendar]]:
        """Return the calendars in a user's list: the primary one, shared ones and subscribed ones.

        https://help.dingtalk.io/open/development/query-a-calendar

        :param union_id: unionId of the user.
        :raises DingTalkError: If DingTalk does not answer with a list.
        """
        return self._call(endpoints.LIST_CALENDARS, union_id)

    @operation
    def subscribe_calendar(self, union_id: str, calendar_id: str) -> Flow[None]:
        """Subscribe a user to a calendar of type ``subscribed`` in whose scope the user is.

        https://help.dingtalk.io/open/development/subscribe-to-a-public-calendar

        :param union_id: unionId of the subscriber.
        :param calendar_id: Id of the calendar.
        :raises DingTalkError: If DingTalk refuses.
        """
        return self._call(endpoints.SUBSCRIBE_CALENDAR, union_id, calendar_id)

    @operation
    def unsubscribe_calendar(self, union_id: str, calendar_id: str) -> Flow[None]:
        """End a user's subscription to a calendar.

        https://help.dingtalk.io/open/development/unsubscribe-from-a-public-calendar

        :param union_id: unionId of the subscriber.
        :param calendar_id: Id of the calendar.
        :raises DingTalkError: If DingTalk does not answer ``result: true``.
        """
        return self._call(endpoints.UNSUBSCRIBE_CALENDAR, union_id, calendar_id)

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

        The look-up costs one call (ListCalendars) and needs the permission Calendar.Event.Read. A calendar
        that is there is left as it is: its description, co-editors and scope are not compared. Where several
        have the name, the smallest id is taken, so that every run takes the same.

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
        try:
            listed = yield from self._call(endpoints.LIST_CALENDARS, union_id)
        except MissingPermissionError as error:
            error.args = (
                f'{error.args[0]}, or set if_exists="create", which creates without looking and needs only '
                f"{endpoints.CALENDAR_WRITE}",
            )
            raise
        owned = []
        for calendar in listed:
            if calendar.type == "subscribed" and (calendar.summary or "").strip() == name.strip():
                is_owner = yield from self._is_owner(union_id, calendar)
                if is_owner:
                    owned.append(calendar.id)
        return sorted(set(owned))

    def _is_owner(self, union_id: str, calendar: Calendar) -> Flow[bool]:
        """Tell by the privilege; where its value is not a documented one, ask for the author."""
        if calendar.privilege in DOCUMENTED_PRIVILEGES:
            return calendar.privilege == "owner"
        try:
            details = yield from self._call(endpoints.GET_SUBSCRIBED_CALENDAR, union_id, calendar.id)
        except MissingPermissionError:
            raise
        except (PermissionDeniedError, NotFoundError):
            # Only the author and the co-editors may ask.
            return False
        return details.author == union_id
