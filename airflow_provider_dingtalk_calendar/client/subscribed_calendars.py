"""The operations on subscribed calendars, once for the sync and the async client."""

from __future__ import annotations

from collections.abc import Sequence

from airflow_provider_dingtalk_calendar.client import endpoints
from airflow_provider_dingtalk_calendar.client.actions import Flow
from airflow_provider_dingtalk_calendar.client.calling import Calling
from airflow_provider_dingtalk_calendar.client.codes import is_gone
from airflow_provider_dingtalk_calendar.client.models import (
    Calendar,
    ScopeLike,
    SubscribedCalendar,
    definition_to_wire,
)
from airflow_provider_dingtalk_calendar.client.operation import operation
from airflow_provider_dingtalk_calendar.exceptions import NotFoundError


class SubscribedCalendarOperations(Calling):
    """Operations on subscribed calendars; every ``union_id`` is the unionId that the API calls ``userId``."""

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
        return self._send(endpoints.CREATE_SUBSCRIBED_CALENDAR, union_id=union_id, body=body)

    @operation
    def get_subscribed_calendar(self, union_id: str, calendar_id: str) -> Flow[SubscribedCalendar]:
        """Return a subscribed calendar.

        https://help.dingtalk.io/open/development/query-a-single-subscription-calendar

        :param union_id: unionId of the author or of a co-editor.
        :param calendar_id: Its id.
        :raises DingTalkError: If DingTalk does not answer with the calendar.
        """
        return self._send(endpoints.GET_SUBSCRIBED_CALENDAR, union_id=union_id, calendar_id=calendar_id)

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
        return self._send(
            endpoints.UPDATE_SUBSCRIBED_CALENDARS, union_id=union_id, calendar_id=calendar_id, body=body
        )

    @operation
    def delete_subscribed_calendar(self, union_id: str, calendar_id: str) -> Flow[bool]:
        """Delete a subscribed calendar and with it every subscription to it.

        Return True, or False if there is no such calendar: it is gone already, or was deleted by a request
        whose answer was lost. How DingTalk answers for one that is gone is not documented; HTTP 404 with an
        error code is taken for that, unless the code says that it is the user who is not there.

        https://help.dingtalk.io/open/development/delete-subscription-calendar

        :param union_id: unionId of the author.
        :param calendar_id: Its id.
        :raises DingTalkError: If DingTalk does not answer ``result: true``.
        """
        try:
            yield from self._send(
                endpoints.DELETE_SUBSCRIBED_CALENDAR, union_id=union_id, calendar_id=calendar_id
            )
        except NotFoundError as error:
            if not is_gone(error):
                raise
            return False
        return True

    @operation
    def list_calendars(self, union_id: str) -> Flow[list[Calendar]]:
        """Return the calendars in a user's list: the primary one, shared ones and subscribed ones.

        https://help.dingtalk.io/open/development/query-a-calendar

        :param union_id: unionId of the user.
        :raises DingTalkError: If DingTalk does not answer with a list.
        """
        return self._send(endpoints.LIST_CALENDARS, union_id=union_id)

    @operation
    def subscribe_calendar(self, union_id: str, calendar_id: str) -> Flow[None]:
        """Subscribe a user to a calendar of type ``subscribed`` in whose scope the user is.

        https://help.dingtalk.io/open/development/subscribe-to-a-public-calendar

        :param union_id: unionId of the subscriber.
        :param calendar_id: Id of the calendar.
        :raises DingTalkError: If DingTalk refuses.
        """
        return self._send(endpoints.SUBSCRIBE_CALENDAR, union_id=union_id, calendar_id=calendar_id)

    @operation
    def unsubscribe_calendar(self, union_id: str, calendar_id: str) -> Flow[None]:
        """End a user's subscription to a calendar.

        https://help.dingtalk.io/open/development/unsubscribe-from-a-public-calendar

        :param union_id: unionId of the subscriber.
        :param calendar_id: Id of the calendar.
        :raises DingTalkError: If DingTalk does not answer ``result: true``.
        """
        return self._send(endpoints.UNSUBSCRIBE_CALENDAR, union_id=union_id, calendar_id=calendar_id)
