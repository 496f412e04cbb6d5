"""The operations on single events, once for the sync and the async client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.client import event_endpoints as endpoints
from airflow_provider_dingtalk_calendar.client.actions import Flow
from airflow_provider_dingtalk_calendar.client.calling import Calling, ClientToken
from airflow_provider_dingtalk_calendar.client.checks import PRIMARY
from airflow_provider_dingtalk_calendar.client.codes import is_gone
from airflow_provider_dingtalk_calendar.client.event_body import event_to_wire
from airflow_provider_dingtalk_calendar.client.event_models import Event
from airflow_provider_dingtalk_calendar.client.operation import operation
from airflow_provider_dingtalk_calendar.client.records import given
from airflow_provider_dingtalk_calendar.exceptions import NotFoundError

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from airflow_provider_dingtalk_calendar.client.event_body import EventContent


class EventOperations(Calling):
    """Operations on single events.

    Every ``union_id`` is the unionId that the API calls ``userId``, and ``calendar_id`` is ``"primary"``,
    says the reference. That the id of a subscribed calendar is taken too is likely and not documented:
    experimental. "SDK only" is said of what the official SDK has and the public reference has not.
    """

    @operation
    def create_event(
        self,
        union_id: str,
        calendar_id: str = PRIMARY,
        *,
        client_token: ClientToken | None = None,
        **content: Unpack[EventContent],
    ) -> Flow[Event]:
        """Create an event and return it.

        https://help.dingtalk.io/open/development/create-schedule

        :param union_id: unionId of the organizer.
        :param calendar_id: Calendar that it belongs to.
        :param client_token: DingTalk takes two calls with the same one for one call, for one day. None: one
            of its own for this call and its repeats. A function that makes one is given all that the
            request says, as a text.
        :param content: See :class:`.EventContent`; ``summary`` and ``start`` have to be there.
        :raises InvalidArgumentError: If the documentation rules a value out; nothing is sent.
        :raises DailyEventLimitError: If the user has created 100 events today.
        :raises DingTalkError: If DingTalk does not answer with the event.
        """
        body = event_to_wire(endpoints.CREATE_EVENT, content)
        return self._send(
            endpoints.CREATE_EVENT,
            union_id=union_id,
            calendar_id=calendar_id,
            body=body,
            client_token=client_token,
        )

    @operation
    def create_event_by_me(
        self,
        calendar_id: str = PRIMARY,
        *,
        client_token: ClientToken | None = None,
        **content: Unpack[EventContent],
    ) -> Flow[Event]:
        """Create an event of the user whose token it is, and return it. SDK only.

        :param calendar_id: Calendar that it belongs to.
        :param client_token: Value of ``x-client-token``; whether it works here is not documented, so that a
            request whose outcome is unknown is not sent again.
        :param content: As of :meth:`create_event`.
        :raises InvalidArgumentError: If a value is ruled out; nothing is sent.
        :raises DingTalkError: If DingTalk does not answer with the event.
        """
        body = event_to_wire(endpoints.CREATE_EVENT_BY_ME, content)
        return self._send(
            endpoints.CREATE_EVENT_BY_ME, calendar_id=calendar_id, body=body, client_token=client_token
        )

    @operation
    def get_event(
        self, union_id: str, calendar_id: str, event_id: str, *, max_attendees: int | None = None
    ) -> Flow[Event]:
        """Return an event.

        https://help.dingtalk.io/open/development/query-details-about-an-event

        :param union_id: unionId of the user.
        :param calendar_id: Calendar that it belongs to.
        :param event_id: Its id.
        :param max_attendees: How many attendees to return, 500 at most; None: 100.
        :raises DingTalkError: If DingTalk does not answer with the event.
        """
        return self._send(
            endpoints.GET_EVENT,
            union_id=union_id,
            calendar_id=calendar_id,
            event_id=event_id,
            query=given(max_attendees=max_attendees),
        )

    @operation
    def patch_event(
        self,
        union_id: str,
        calendar_id: str,
        event_id: str,
        *,
        client_token: ClientToken | None = None,
        **content: Unpack[EventContent],
    ) -> Flow[Event]:
        """Change an event and return it. What is absent stays as it is.

        Absent ``reminders`` are said to stay and to become the default, on the same page.
        https://help.dingtalk.io/open/development/modify-event

        :param union_id: unionId of the organizer, who alone may.
        :param calendar_id: Calendar that it belongs to.
        :param event_id: Its id.
        :param client_token: As of :meth:`create_event`.
        :param content: As of :meth:`create_event`, all optional.
        :raises InvalidArgumentError: If the documentation rules a value out; nothing is sent.
        :raises DingTalkError: If DingTalk does not answer with the event.
        """
        body = {"id": event_id, **event_to_wire(endpoints.PATCH_EVENT, content, changing=True)}
        return self._send(
            endpoints.PATCH_EVENT,
            union_id=union_id,
            calendar_id=calendar_id,
            event_id=event_id,
            body=body,
            client_token=client_token,
        )

    @operation
    def delete_event(
        self,
        union_id: str,
        calendar_id: str,
        event_id: str,
        *,
        push_notification: bool | None = None,
        client_token: ClientToken | None = None,
    ) -> Flow[bool]:
        """Delete an event: for all, if the user organizes it, else from the user's own calendar.

        Return True, or False if there is no such event: HTTP 404 with a code that does not say that it is the
        user who is not there. https://help.dingtalk.io/open/development/delete-event

        :param union_id: unionId of the organizer or of an attendee.
        :param calendar_id: Calendar that it belongs to.
        :param event_id: Its id.
        :param push_notification: Whether DingTalk tells the attendees with a pop-up.
        :param client_token: As of :meth:`create_event`.
        :raises DingTalkError: If DingTalk refuses.
        """
        try:
            yield from self._send(
                endpoints.DELETE_EVENT,
                union_id=union_id,
                calendar_id=calendar_id,
                event_id=event_id,
                query=given(push_notification=push_notification),
                client_token=client_token,
            )
        except NotFoundError as error:
            if not is_gone(error):
                raise
            return False
        return True

    @operation
    def cancel_event(
        self,
        union_id: str,
        calendar_id: str,
        event_id: str,
        *,
        scope: str | None = None,
        client_token: ClientToken | None = None,
    ) -> Flow[None]:
        """Cancel an event. SDK only, which has :meth:`delete_event`.

        :param union_id: unionId of the organizer.
        :param calendar_id: Calendar that it belongs to.
        :param event_id: Its id.
        :param scope: Which values it takes is not documented.
        :param client_token: Value of ``x-client-token``; whether it works here is not documented.
        :raises DingTalkError: If DingTalk does not answer ``result: true``.
        """
        return self._send(
            endpoints.CANCEL_EVENT,
            union_id=union_id,
            calendar_id=calendar_id,
            event_id=event_id,
            query=given(scope=scope),
            client_token=client_token,
        )

    @operation
    def transfer_event(
        self,
        union_id: str,
        calendar_id: str,
        event_id: str,
        *,
        new_organizer_id: str,
        is_exit_calendar: bool | None = None,
        need_notify_via_o2o: bool | None = None,
        client_token: ClientToken | None = None,
    ) -> Flow[None]:
        """Hand an event over to another organizer. SDK only.

        :param union_id: unionId of the organizer.
        :param calendar_id: Calendar that it belongs to.
        :param event_id: Its id.
        :param new_organizer_id: unionId of the next one.
        :param is_exit_calendar: Not documented; by its name, whether the old organizer leaves the event.
        :param need_notify_via_o2o: Not documented; by its name, whether the new one gets a message.
        :param client_token: Value of ``x-client-token``; whether it works here is not documented.
        :raises DingTalkError: If DingTalk does not answer ``result: true``.
        """
        body = given(new_organizer_id=new_organizer_id, is_exit_calendar=is_exit_calendar)
        if need_notify_via_o2o is not None:
            body["needNotifyViaO2O"] = need_notify_via_o2o
        return self._send(
            endpoints.TRANSFER_EVENT,
            union_id=union_id,
            calendar_id=calendar_id,
            event_id=event_id,
            body=body,
            client_token=client_token,
        )
