"""Single events: create, read, change, delete, cancel, transfer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

from ...engine.both_clients import operation
from ...engine.effects import Flow
from ...engine.endpoint import Endpoint, Replay
from ...wire import readers
from ...wire.records import given
from ...wire.values import PRIMARY
from ..base import EVENT, EVENT_READ, EVENT_WRITE, EVENTS, MY_CALENDAR, Calling, ClientToken
from .content import EventContent, event_to_wire
from .records import Event

if TYPE_CHECKING:
    from typing_extensions import Unpack

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

#: Fields that are in the official SDK, but not on the page.
_MORE_CONTENT = ("cardInstances", "categories", "freeBusyStatus")

CREATE_EVENT: Endpoint[Event] = Endpoint(
    operation="CreateEvent",
    route=f"POST {EVENTS}",
    page="create-schedule",
    answer=Event.from_wire,
    permission=EVENT_WRITE,
    replay=Replay.KEYED,
    body=(*_CONTENT, *_MORE_CONTENT, "eventConfig"),
    client_token=True,
    required=("summary", "start", "end"),
)

# A request whose outcome is unknown is not repeated, because the token's effect here is not documented.
CREATE_EVENT_BY_ME: Endpoint[Event] = Endpoint(
    operation="CreateEventByMe",
    route=f"POST {MY_CALENDAR}/events",
    answer=Event.from_wire,
    body=_CONTENT,
    client_token=True,
    required=("summary", "start"),
)

GET_EVENT: Endpoint[Event] = Endpoint(
    operation="GetEvent",
    route=f"GET {EVENT}",
    page="query-details-about-an-event",
    answer=Event.from_wire,
    permission=EVENT_READ,
    query=("maxAttendees",),
)

PATCH_EVENT: Endpoint[Event] = Endpoint(
    operation="PatchEvent",
    route=f"PUT {EVENT}",
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
    route=f"DELETE {EVENT}",
    page="delete-event",
    answer=readers.nothing,
    may_be_empty=True,
    permission=EVENT_WRITE,
    replay=Replay.KEYED,
    query=("pushNotification",),
    client_token=True,
)

CANCEL_EVENT: Endpoint[None] = Endpoint(
    operation="CancelEvent",
    route=f"POST {EVENT}/cancel",
    answer=readers.result_true,
    query=("scope",),
    client_token=True,
)

TRANSFER_EVENT: Endpoint[None] = Endpoint(
    operation="TransferEvent",
    route=f"POST {EVENT}/transfer",
    answer=readers.result_true,
    body=("newOrganizerId", "isExitCalendar", "needNotifyViaO2O"),
    client_token=True,
    required=("newOrganizerId",),
)

#: Error message for a call that would change no field of an event.
NO_CHANGE = "nothing is to be changed: give at least one field of the event, such as summary or start"


class EventOperations(Calling):
    """Work with single events.

    The API's name for ``union_id`` is ``userId``. The reference allows only ``"primary"`` as ``calendar_id``.
    The id of a subscribed calendar probably works too, but such calls are experimental, because DingTalk does
    not document them. "SDK only" marks operations that are in the official SDK but not in the public
    reference.
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
        :param calendar_id: Calendar of the event.
        :param client_token: Idempotency key. For one day, DingTalk treats calls with the same key as one
            call. Default: a new key for this call and its repeats. A function receives the content of the
            request as a string and returns the key.
        :param content: See :class:`.EventContent`; ``summary`` and ``start`` are required.
        :raises InvalidArgumentError: If a value breaks a documented limit; nothing is sent.
        :raises DailyEventLimitError: If the user has created 100 events today.
        :raises DingTalkError: If DingTalk does not return the event.
        """
        body = event_to_wire(CREATE_EVENT, content)
        return self._send(CREATE_EVENT, union_id, calendar_id, body=body, client_token=client_token)

    @operation
    def create_event_by_me(
        self,
        calendar_id: str = PRIMARY,
        *,
        client_token: ClientToken | None = None,
        **content: Unpack[EventContent],
    ) -> Flow[Event]:
        """Create an event for the user who owns the token, and return it. SDK only.

        :param calendar_id: Calendar of the event.
        :param client_token: Value of ``x-client-token``. Its effect here is not documented, so a request
            whose outcome is unknown is not repeated.
        :param content: See :meth:`create_event`.
        :raises InvalidArgumentError: If a value breaks a documented limit; nothing is sent.
        :raises DingTalkError: If DingTalk does not return the event.
        """
        body = event_to_wire(CREATE_EVENT_BY_ME, content)
        return self._send(CREATE_EVENT_BY_ME, calendar_id, body=body, client_token=client_token)

    @operation
    def get_event(
        self, union_id: str, calendar_id: str, event_id: str, *, max_attendees: int | None = None
    ) -> Flow[Event]:
        """Return an event.

        https://help.dingtalk.io/open/development/query-details-about-an-event

        :param union_id: unionId of the user.
        :param calendar_id: Calendar of the event.
        :param event_id: Id of the event.
        :param max_attendees: Number of attendees to return, at most 500; default 100.
        :raises DingTalkError: If DingTalk does not return the event.
        """
        return self._send(
            GET_EVENT, union_id, calendar_id, event_id, query=given(max_attendees=max_attendees)
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
        """Change an event and return it. Absent fields stay as they are.

        The page contradicts itself about absent ``reminders``: they either stay or become the default.
        https://help.dingtalk.io/open/development/modify-event

        :param union_id: unionId of the organizer. Nobody else can change the event.
        :param calendar_id: Calendar of the event.
        :param event_id: Id of the event.
        :param client_token: See :meth:`create_event`.
        :param content: See :meth:`create_event`; at least one field.
        :raises InvalidArgumentError: If a value breaks a documented limit, or if no field is given;
            nothing is sent.
        :raises DingTalkError: If DingTalk does not return the event.
        """
        changes = event_to_wire(PATCH_EVENT, content, changing=True)
        if not changes:
            raise InvalidArgumentError(NO_CHANGE)
        body = {"id": event_id, **changes}
        return self._send(PATCH_EVENT, union_id, calendar_id, event_id, body=body, client_token=client_token)

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
        """Delete an event: for everyone if the user is the organizer, else only for the user.

        Return True, or False if the event does not exist. The event counts as missing if DingTalk answers
        HTTP 404 with an error code, unless the code says that the user or the route does not exist.
        https://help.dingtalk.io/open/development/delete-event

        :param union_id: unionId of the organizer or of an attendee.
        :param calendar_id: Calendar of the event.
        :param event_id: Id of the event.
        :param push_notification: Whether DingTalk notifies the attendees with a pop-up.
        :param client_token: See :meth:`create_event`.
        :raises DingTalkError: If DingTalk refuses.
        """
        query = given(push_notification=push_notification)
        return self._delete(
            DELETE_EVENT, union_id, calendar_id, event_id, query=query, client_token=client_token
        )

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
        """Cancel an event. SDK only; the documented call is :meth:`delete_event`.

        :param union_id: unionId of the organizer.
        :param calendar_id: Calendar of the event.
        :param event_id: Id of the event.
        :param scope: Values are not documented.
        :param client_token: Value of ``x-client-token``; its effect here is not documented.
        :raises DingTalkError: If DingTalk does not answer ``result: true``.
        """
        query = given(scope=scope)
        return self._send(
            CANCEL_EVENT, union_id, calendar_id, event_id, query=query, client_token=client_token
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
        :param calendar_id: Calendar of the event.
        :param event_id: Id of the event.
        :param new_organizer_id: unionId of the new organizer.
        :param is_exit_calendar: Not documented; presumably whether the old organizer leaves the event.
        :param need_notify_via_o2o: Not documented; presumably whether the new organizer gets a message.
        :param client_token: Value of ``x-client-token``; its effect here is not documented.
        :raises DingTalkError: If DingTalk does not answer ``result: true``.
        """
        body = given(new_organizer_id=new_organizer_id, is_exit_calendar=is_exit_calendar)
        if need_notify_via_o2o is not None:
            body["needNotifyViaO2O"] = need_notify_via_o2o
        return self._send(
            TRANSFER_EVENT, union_id, calendar_id, event_id, body=body, client_token=client_token
        )
