"""The operations on single events, once for the sync and the async client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.client.engine.effects import Flow
from airflow_provider_dingtalk_calendar.client.engine.endpoint import Endpoint, Replay
from airflow_provider_dingtalk_calendar.client.engine.error_codes import is_gone
from airflow_provider_dingtalk_calendar.client.engine.operation import operation
from airflow_provider_dingtalk_calendar.client.resources.base import (
    EVENT,
    EVENT_READ,
    EVENT_WRITE,
    EVENTS,
    MY_CALENDAR,
    Calling,
    ClientToken,
)
from airflow_provider_dingtalk_calendar.client.resources.events.content import event_to_wire
from airflow_provider_dingtalk_calendar.client.resources.events.records import (
    Event,
)
from airflow_provider_dingtalk_calendar.client.wire import readers
from airflow_provider_dingtalk_calendar.client.wire.records import given
from airflow_provider_dingtalk_calendar.client.wire.values import PRIMARY
from airflow_provider_dingtalk_calendar.exceptions import NotFoundError

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from airflow_provider_dingtalk_calendar.client.resources.events.content import EventContent


_CONTENT = (
    "summary",
    "description",
    "start",
    "end",
    "isAllDay",
    "recurrence",
    "attendees",
    "location",
    "reminders",
    "onlineMeetingInfo",
    "extra",
    "uiConfigs",
    "richTextDescription",
)

#: In the SDK and not on the page.
_MORE_CONTENT = ("cardInstances", "categories", "freeBusyStatus")

CREATE_EVENT: Endpoint[Event] = Endpoint(
    operation="CreateEvent",
    method="POST",
    path=EVENTS,
    page="create-schedule",
    answer=Event.from_wire,
    permission=EVENT_WRITE,
    replay=Replay.KEYED,
    body=(*_CONTENT, *_MORE_CONTENT, "eventConfig"),
    client_token=True,
    required=("summary", "start", "end"),
)

# Whether the token works here is not documented: the public reference does not have the operation.
CREATE_EVENT_BY_ME: Endpoint[Event] = Endpoint(
    operation="CreateEventByMe",
    method="POST",
    path=f"{MY_CALENDAR}/events",
    page=None,
    answer=Event.from_wire,
    body=_CONTENT,
    client_token=True,
    required=("summary", "start"),
)

GET_EVENT: Endpoint[Event] = Endpoint(
    operation="GetEvent",
    method="GET",
    path=EVENT,
    page="query-details-about-an-event",
    answer=Event.from_wire,
    permission=EVENT_READ,
    replay=Replay.READ,
    query=("maxAttendees",),
)

PATCH_EVENT: Endpoint[Event] = Endpoint(
    operation="PatchEvent",
    method="PUT",
    path=EVENT,
    page="modify-event",
    answer=Event.from_wire,
    permission=EVENT_WRITE,
    replay=Replay.KEYED,
    body=("id", *_CONTENT, *_MORE_CONTENT),
    client_token=True,
    required=("id",),
)

DELETE_EVENT: Endpoint[None] = Endpoint(
    operation="DeleteEvent",
    method="DELETE",
    path=EVENT,
    page="delete-event",
    answer=readers.nothing,
    permission=EVENT_WRITE,
    replay=Replay.KEYED,
    may_be_empty=True,
    query=("pushNotification",),
    client_token=True,
)

CANCEL_EVENT: Endpoint[None] = Endpoint(
    operation="CancelEvent",
    method="POST",
    path=f"{EVENT}/cancel",
    page=None,
    answer=readers.result_true,
    query=("scope",),
    client_token=True,
)

TRANSFER_EVENT: Endpoint[None] = Endpoint(
    operation="TransferEvent",
    method="POST",
    path=f"{EVENT}/transfer",
    page=None,
    answer=readers.result_true,
    body=("newOrganizerId", "isExitCalendar", "needNotifyViaO2O"),
    client_token=True,
    required=("newOrganizerId",),
)

RESPOND_EVENT: Endpoint[None] = Endpoint(
    operation="RespondEvent",
    method="POST",
    path=f"{EVENT}/respond",
    page="configure-response-status",
    answer=readers.nothing,
    permission=EVENT_WRITE,
    replay=Replay.REPEATABLE,
    may_be_empty=True,
    body=("responseStatus",),
    client_token=True,
    required=("responseStatus",),
)


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
        body = event_to_wire(CREATE_EVENT, content)
        return self._send(
            CREATE_EVENT,
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
        body = event_to_wire(CREATE_EVENT_BY_ME, content)
        return self._send(CREATE_EVENT_BY_ME, calendar_id=calendar_id, body=body, client_token=client_token)

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
            GET_EVENT,
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
        body = {"id": event_id, **event_to_wire(PATCH_EVENT, content, changing=True)}
        return self._send(
            PATCH_EVENT,
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
                DELETE_EVENT,
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
            CANCEL_EVENT,
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
            TRANSFER_EVENT,
            union_id=union_id,
            calendar_id=calendar_id,
            event_id=event_id,
            body=body,
            client_token=client_token,
        )
