"""The attendees of an event."""

from __future__ import annotations

from collections.abc import Sequence

from ...engine.both_clients import operation
from ...engine.effects import Flow
from ...engine.endpoint import Endpoint, Replay
from ...engine.paging import pages
from ...wire import readers
from ...wire.records import Page, given
from ..base import EVENT, EVENT_READ, EVENT_WRITE, Calling, ClientToken
from .content import AttendeeLike, attendees_to_wire
from .records import Attendee

ADD_ATTENDEE: Endpoint[None] = Endpoint(
    operation="AddAttendee",
    route=f"POST {EVENT}/attendees",
    page="add-schedule-participant",
    answer=readers.nothing,
    may_be_empty=True,
    permission=EVENT_WRITE,
    replay=Replay.KEYED,
    body=("attendeesToAdd", "pushNotification", "chatNotification"),
    client_token=True,
    required=("attendeesToAdd",),
)

REMOVE_ATTENDEE: Endpoint[None] = Endpoint(
    operation="RemoveAttendee",
    route=f"POST {EVENT}/attendees/batchRemove",
    page="delete-schedule-participant",
    answer=readers.nothing,
    may_be_empty=True,
    permission=EVENT_WRITE,
    replay=Replay.KEYED,
    body=("attendeesToRemove",),
    client_token=True,
    required=("attendeesToRemove",),
)

LIST_ATTENDEES: Endpoint[Page[Attendee]] = Endpoint(
    operation="ListAttendees",
    route=f"GET {EVENT}/attendees",
    page="get-the-participants-of-a-schedule",
    answer=readers.page("attendees", Attendee),
    permission=EVENT_READ,
    query=("maxResults", "nextToken"),
)

RESPOND_EVENT: Endpoint[None] = Endpoint(
    operation="RespondEvent",
    route=f"POST {EVENT}/respond",
    page="configure-response-status",
    answer=readers.nothing,
    may_be_empty=True,
    permission=EVENT_WRITE,
    replay=Replay.REPEATABLE,
    body=("responseStatus",),
    client_token=True,
    required=("responseStatus",),
)

#: https://help.dingtalk.io/open/development/get-the-participants-of-a-schedule
PEOPLE_A_PAGE = 500


class AttendeeOperations(Calling):
    """Invite attendees, remove them, list them, and answer an invitation."""

    @operation
    def add_attendee(
        self,
        union_id: str,
        calendar_id: str,
        event_id: str,
        *,
        attendees_to_add: Sequence[AttendeeLike],
        push_notification: bool | None = None,
        chat_notification: bool | None = None,
        client_token: ClientToken | None = None,
    ) -> Flow[None]:
        """Invite people to an event: at most 500 per call and 5000 per event.

        https://help.dingtalk.io/open/development/add-schedule-participant

        :param union_id: unionId of the organizer.
        :param calendar_id: Calendar of the event.
        :param event_id: Id of the event.
        :param attendees_to_add: unionIds, records or mappings.
        :param push_notification: Whether DingTalk notifies the new attendees with a pop-up.
        :param chat_notification: Whether DingTalk notifies the new attendees in a chat.
        :param client_token: See :meth:`~.EventOperations.create_event`.
        :raises InvalidArgumentError: If there are too many attendees, or an attendee's id is invalid. Nothing
            is sent.
        :raises DingTalkError: If DingTalk refuses.
        """
        body = given(
            attendees_to_add=attendees_to_wire("attendees_to_add", attendees_to_add),
            push_notification=push_notification,
            chat_notification=chat_notification,
        )
        return self._send(ADD_ATTENDEE, union_id, calendar_id, event_id, body=body, client_token=client_token)

    @operation
    def remove_attendee(
        self,
        union_id: str,
        calendar_id: str,
        event_id: str,
        *,
        attendees_to_remove: Sequence[AttendeeLike],
        client_token: ClientToken | None = None,
    ) -> Flow[None]:
        """Withdraw invitations: at most 500 per call.

        https://help.dingtalk.io/open/development/delete-schedule-participant

        :param union_id: unionId of the organizer.
        :param calendar_id: Calendar of the event.
        :param event_id: Id of the event.
        :param attendees_to_remove: unionIds, records or mappings.
        :param client_token: See :meth:`~.EventOperations.create_event`.
        :raises InvalidArgumentError: If there are too many attendees, or an attendee's id is invalid. Nothing
            is sent.
        :raises DingTalkError: If DingTalk refuses.
        """
        body = given(attendees_to_remove=attendees_to_wire("attendees_to_remove", attendees_to_remove))
        return self._send(
            REMOVE_ATTENDEE, union_id, calendar_id, event_id, body=body, client_token=client_token
        )

    @operation
    def list_attendees(
        self,
        union_id: str,
        calendar_id: str,
        event_id: str,
        *,
        max_results: int | None = None,
        next_token: str | None = None,
    ) -> Flow[Page[Attendee]]:
        """Return one page of an event's attendees.

        https://help.dingtalk.io/open/development/get-the-participants-of-a-schedule

        :param union_id: unionId of the organizer.
        :param calendar_id: Calendar of the event.
        :param event_id: Id of the event.
        :param max_results: Attendees per page, at most 500; default 100.
        :param next_token: Token from the previous page.
        :raises DingTalkError: If DingTalk does not return attendees.
        """
        query = given(max_results=max_results, next_token=next_token)
        return self._send(LIST_ATTENDEES, union_id, calendar_id, event_id, query=query)

    iter_attendees = pages(list_attendees, size=PEOPLE_A_PAGE)

    @operation
    def respond_event(
        self,
        union_id: str,
        calendar_id: str,
        event_id: str,
        *,
        response_status: str,
        client_token: ClientToken | None = None,
    ) -> Flow[None]:
        """Answer an invitation.

        https://help.dingtalk.io/open/development/configure-response-status

        :param union_id: unionId of the attendee.
        :param calendar_id: Calendar of the event.
        :param event_id: Id of the event.
        :param response_status: ``needsAction``, ``accepted``, ``declined`` or ``tentative``.
        :param client_token: Value of ``x-client-token``; its effect here is not documented.
        :raises DingTalkError: If DingTalk refuses.
        """
        body = given(response_status=response_status)
        return self._send(
            RESPOND_EVENT, union_id, calendar_id, event_id, body=body, client_token=client_token
        )
