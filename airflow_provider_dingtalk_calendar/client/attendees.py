"""The operations on who attends an event, once for the sync and the async client."""

from __future__ import annotations

from collections.abc import Sequence

from airflow_provider_dingtalk_calendar.client import event_endpoints, meeting_endpoints
from airflow_provider_dingtalk_calendar.client.actions import Flow
from airflow_provider_dingtalk_calendar.client.calling import Calling
from airflow_provider_dingtalk_calendar.client.event_body import AttendeeLike, attendees_to_wire
from airflow_provider_dingtalk_calendar.client.event_models import Attendee, Page
from airflow_provider_dingtalk_calendar.client.meeting_models import Presence
from airflow_provider_dingtalk_calendar.client.operation import operation
from airflow_provider_dingtalk_calendar.client.pages import pages
from airflow_provider_dingtalk_calendar.client.records import given

#: https://help.dingtalk.io/open/development/get-the-participants-of-a-schedule
PEOPLE_A_PAGE = 500


class AttendeeOperations(Calling):
    """Operations on attendees, and on signing in and out. ``union_id`` is the unionId that calls."""

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
        client_token: str | None = None,
    ) -> Flow[None]:
        """Invite people to an event, 500 at most in a call and 5000 in all.

        https://help.dingtalk.io/open/development/add-schedule-participant

        :param union_id: unionId of the organizer.
        :param calendar_id: Calendar that it belongs to.
        :param event_id: Its id.
        :param attendees_to_add: unionIds, records or mappings.
        :param push_notification: Whether DingTalk tells them with a pop-up.
        :param chat_notification: Whether DingTalk tells them in a chat.
        :param client_token: DingTalk takes two calls with the same one for one call, for one day.
        :raises InvalidArgumentError: If there are too many, or one is no id; nothing is sent.
        :raises DingTalkError: If DingTalk refuses.
        """
        body = given(
            attendees_to_add=attendees_to_wire("attendees_to_add", attendees_to_add),
            push_notification=push_notification,
            chat_notification=chat_notification,
        )
        return self._send(
            event_endpoints.ADD_ATTENDEE,
            union_id=union_id,
            calendar_id=calendar_id,
            event_id=event_id,
            body=body,
            client_token=client_token,
        )

    @operation
    def remove_attendee(
        self,
        union_id: str,
        calendar_id: str,
        event_id: str,
        *,
        attendees_to_remove: Sequence[AttendeeLike],
        client_token: str | None = None,
    ) -> Flow[None]:
        """Take back the invitations of people, 500 at most in a call.

        https://help.dingtalk.io/open/development/delete-schedule-participant

        :param union_id: unionId of the organizer.
        :param calendar_id: Calendar that it belongs to.
        :param event_id: Its id.
        :param attendees_to_remove: unionIds or mappings.
        :param client_token: DingTalk takes two calls with the same one for one call, for one day.
        :raises InvalidArgumentError: If there are too many, or one is no id; nothing is sent.
        :raises DingTalkError: If DingTalk refuses.
        """
        removed = attendees_to_wire("attendees_to_remove", attendees_to_remove)
        return self._send(
            event_endpoints.REMOVE_ATTENDEE,
            union_id=union_id,
            calendar_id=calendar_id,
            event_id=event_id,
            body=given(attendees_to_remove=removed),
            client_token=client_token,
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
        :param calendar_id: Calendar that it belongs to.
        :param event_id: Its id.
        :param max_results: Attendees a page, 500 at most; None: 100.
        :param next_token: Of the page before.
        :raises DingTalkError: If DingTalk does not answer with attendees.
        """
        return self._send(
            event_endpoints.LIST_ATTENDEES,
            union_id=union_id,
            calendar_id=calendar_id,
            event_id=event_id,
            query=given(max_results=max_results, next_token=next_token),
        )

    iter_attendees = pages(list_attendees, size=PEOPLE_A_PAGE)

    @operation
    def check_in(self, union_id: str, calendar_id: str, event_id: str) -> Flow[int]:
        """Check a user in and return when, in milliseconds since the epoch. New apps use :meth:`sign_in`.

        https://help.dingtalk.io/open/development/sign-in-for-a-single-schedule

        :param union_id: unionId of the attendee.
        :param calendar_id: Calendar that it belongs to.
        :param event_id: Its id.
        :raises DingTalkError: If DingTalk does not answer with a time.
        """
        return self._send(
            meeting_endpoints.CHECK_IN, union_id=union_id, calendar_id=calendar_id, event_id=event_id
        )

    @operation
    def sign_in(self, union_id: str, calendar_id: str, event_id: str) -> Flow[int]:
        """Sign a user in to an event and return when, in milliseconds since the epoch.

        https://help.dingtalk.io/open/development/sign-in-single-schedule-news

        :param union_id: unionId of the attendee.
        :param calendar_id: Calendar that it belongs to.
        :param event_id: Its id.
        :raises DingTalkError: If DingTalk does not answer with a time.
        """
        return self._send(
            meeting_endpoints.SIGN_IN, union_id=union_id, calendar_id=calendar_id, event_id=event_id
        )

    @operation
    def sign_out(self, union_id: str, calendar_id: str, event_id: str) -> Flow[int]:
        """Sign a user out of an event and return when, in milliseconds since the epoch.

        https://help.dingtalk.io/open/development/sign-off-for-a-single-schedule

        :param union_id: unionId of the attendee.
        :param calendar_id: Calendar that it belongs to.
        :param event_id: Its id.
        :raises DingTalkError: If DingTalk does not answer with a time.
        """
        return self._send(
            meeting_endpoints.SIGN_OUT, union_id=union_id, calendar_id=calendar_id, event_id=event_id
        )

    @operation
    def get_sign_in_list(
        self,
        union_id: str,
        calendar_id: str,
        event_id: str,
        *,
        type: str = "sign_in",  # noqa: A002  as the API calls it
        max_results: int = PEOPLE_A_PAGE,
        next_token: str | None = None,
    ) -> Flow[Page[Presence]]:
        """Return one page of who has signed in to an event, or has not.

        https://help.dingtalk.io/open/development/view-the-check-in-details-of-a-single-schedule

        :param union_id: unionId of the organizer.
        :param calendar_id: Calendar that it belongs to.
        :param event_id: Its id.
        :param type: ``sign_in`` or ``not_yet_sign_in``.
        :param max_results: Users a page, 500 at most.
        :param next_token: Of the page before.
        :raises DingTalkError: If DingTalk does not answer with users.
        """
        return self._send(
            meeting_endpoints.GET_SIGN_IN_LIST,
            union_id=union_id,
            calendar_id=calendar_id,
            event_id=event_id,
            query=given(type=type, max_results=max_results, next_token=next_token),
        )

    iter_sign_in_list = pages(get_sign_in_list)

    @operation
    def get_sign_out_list(
        self,
        union_id: str,
        calendar_id: str,
        event_id: str,
        *,
        type: str = "sign_out",  # noqa: A002  as the API calls it
        max_results: int = PEOPLE_A_PAGE,
        next_token: str | None = None,
    ) -> Flow[Page[Presence]]:
        """Return one page of who has signed out of an event, or has not.

        https://help.dingtalk.io/open/development/view-the-billing-details-of-a-single-schedule

        :param union_id: unionId of the organizer, who must attend the event.
        :param calendar_id: Calendar that it belongs to.
        :param event_id: Its id.
        :param type: ``sign_out`` or ``not_yet_sign_out``.
        :param max_results: Users a page, 500 at most.
        :param next_token: Of the page before.
        :raises DingTalkError: If DingTalk does not answer with users.
        """
        return self._send(
            meeting_endpoints.GET_SIGN_OUT_LIST,
            union_id=union_id,
            calendar_id=calendar_id,
            event_id=event_id,
            query=given(type=type, max_results=max_results, next_token=next_token),
        )

    iter_sign_out_list = pages(get_sign_out_list)

    @operation
    def get_sign_in_link(self, union_id: str, calendar_id: str, event_id: str) -> Flow[str]:
        """Return the address at which attendees sign in.

        https://help.dingtalk.io/open/development/api-getsigninlink

        :param union_id: unionId of the organizer.
        :param calendar_id: Calendar that it belongs to.
        :param event_id: Its id.
        :raises DingTalkError: If DingTalk does not answer with an address.
        """
        return self._send(
            meeting_endpoints.GET_SIGN_IN_LINK, union_id=union_id, calendar_id=calendar_id, event_id=event_id
        )

    @operation
    def get_sign_out_link(self, union_id: str, calendar_id: str, event_id: str) -> Flow[str]:
        """Return the address at which attendees sign out.

        https://help.dingtalk.io/open/development/api-getsignoutlink

        :param union_id: unionId of the organizer.
        :param calendar_id: Calendar that it belongs to.
        :param event_id: Its id.
        :raises DingTalkError: If DingTalk does not answer with an address.
        """
        return self._send(
            meeting_endpoints.GET_SIGN_OUT_LINK, union_id=union_id, calendar_id=calendar_id, event_id=event_id
        )
