"""The operations on who was there, once for the sync and the async client."""

from __future__ import annotations

from airflow_provider_dingtalk_calendar.client import meeting_endpoints as endpoints
from airflow_provider_dingtalk_calendar.client.actions import Flow
from airflow_provider_dingtalk_calendar.client.attendees import PEOPLE_A_PAGE
from airflow_provider_dingtalk_calendar.client.calling import Calling
from airflow_provider_dingtalk_calendar.client.event_models import Page
from airflow_provider_dingtalk_calendar.client.meeting_models import Presence
from airflow_provider_dingtalk_calendar.client.operation import operation
from airflow_provider_dingtalk_calendar.client.pages import pages
from airflow_provider_dingtalk_calendar.client.records import given


class PresenceOperations(Calling):
    """Operations on signing in to events and out of them."""

    @operation
    def check_in(self, union_id: str, calendar_id: str, event_id: str) -> Flow[int]:
        """Check a user in and return when, in milliseconds since the epoch. New apps use :meth:`sign_in`.

        https://help.dingtalk.io/open/development/sign-in-for-a-single-schedule

        :param union_id: unionId of the attendee.
        :param calendar_id: Calendar that it belongs to.
        :param event_id: Its id.
        :raises DingTalkError: If DingTalk does not answer with a time.
        """
        return self._send(endpoints.CHECK_IN, union_id=union_id, calendar_id=calendar_id, event_id=event_id)

    @operation
    def sign_in(self, union_id: str, calendar_id: str, event_id: str) -> Flow[int]:
        """Sign a user in to an event and return when, in milliseconds since the epoch.

        https://help.dingtalk.io/open/development/sign-in-single-schedule-news

        :param union_id: unionId of the attendee.
        :param calendar_id: Calendar that it belongs to.
        :param event_id: Its id.
        :raises DingTalkError: If DingTalk does not answer with a time.
        """
        return self._send(endpoints.SIGN_IN, union_id=union_id, calendar_id=calendar_id, event_id=event_id)

    @operation
    def sign_out(self, union_id: str, calendar_id: str, event_id: str) -> Flow[int]:
        """Sign a user out of an event and return when, in milliseconds since the epoch.

        https://help.dingtalk.io/open/development/sign-off-for-a-single-schedule

        :param union_id: unionId of the attendee.
        :param calendar_id: Calendar that it belongs to.
        :param event_id: Its id.
        :raises DingTalkError: If DingTalk does not answer with a time.
        """
        return self._send(endpoints.SIGN_OUT, union_id=union_id, calendar_id=calendar_id, event_id=event_id)

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
            endpoints.GET_SIGN_IN_LIST,
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
            endpoints.GET_SIGN_OUT_LIST,
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
            endpoints.GET_SIGN_IN_LINK, union_id=union_id, calendar_id=calendar_id, event_id=event_id
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
            endpoints.GET_SIGN_OUT_LINK, union_id=union_id, calendar_id=calendar_id, event_id=event_id
        )
