"""Signing in to events, signing out of events, and lists of the attendees who have or have not done so."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine.both_clients import operation
from ..engine.effects import Flow
from ..engine.endpoint import Endpoint
from ..engine.paging import pages
from ..wire import readers
from ..wire.records import Page, Record, given
from .base import EVENT, EVENT_READ, EVENT_WRITE, Calling
from .events.attendees import PEOPLE_A_PAGE


@dataclass(frozen=True)
class Presence(Record):
    """An attendee who has, or has not, signed in to an event or out of it.

    :param user_id: unionId.
    :param display_name: Name.
    :param check_in_time: Time of signing in, in milliseconds since the epoch.
    :param check_out_time: Time of signing out, in milliseconds since the epoch.
    """

    user_id: str
    display_name: str | None = None
    check_in_time: int | None = None
    check_out_time: int | None = None


_QUERY_PRESENCE = ("type", "maxResults", "nextToken")

# New apps are not granted this operation's permission. SignIn has replaced the operation.
CHECK_IN: Endpoint[int] = Endpoint(
    operation="CheckIn",
    route=f"POST {EVENT}/checkIn",
    page="sign-in-for-a-single-schedule",
    answer=readers.number("checkInTime"),
)

SIGN_IN: Endpoint[int] = Endpoint(
    operation="SignIn",
    route=f"POST {EVENT}/signin",
    page="sign-in-single-schedule-news",
    answer=readers.number("checkInTime"),
    permission=EVENT_WRITE,
)

SIGN_OUT: Endpoint[int] = Endpoint(
    operation="SignOut",
    route=f"POST {EVENT}/signOut",
    page="sign-off-for-a-single-schedule",
    answer=readers.number("checkOutTime"),
    permission=EVENT_WRITE,
)

GET_SIGN_IN_LIST: Endpoint[Page[Presence]] = Endpoint(
    operation="GetSignInList",
    route=f"GET {EVENT}/signin",
    page="view-the-check-in-details-of-a-single-schedule",
    answer=readers.page("users", Presence),
    permission=EVENT_READ,
    query=_QUERY_PRESENCE,
    required=("type", "maxResults"),
)

GET_SIGN_OUT_LIST: Endpoint[Page[Presence]] = Endpoint(
    operation="GetSignOutList",
    route=f"GET {EVENT}/signOut",
    page="view-the-billing-details-of-a-single-schedule",
    answer=readers.page("users", Presence),
    permission=EVENT_READ,
    query=_QUERY_PRESENCE,
    required=("type", "maxResults"),
)

GET_SIGN_IN_LINK: Endpoint[str] = Endpoint(
    operation="GetSignInLink",
    route=f"GET {EVENT}/signInLinks",
    page="api-getsigninlink",
    answer=readers.text("signInLink"),
    permission=EVENT_WRITE,
)

GET_SIGN_OUT_LINK: Endpoint[str] = Endpoint(
    operation="GetSignOutLink",
    route=f"GET {EVENT}/signOutLinks",
    page="api-getsignoutlink",
    answer=readers.text("signOutLink"),
    permission=EVENT_WRITE,
)


class CheckInOperations(Calling):
    """Sign attendees in and out, and list who has or has not signed in or out."""

    @operation
    def check_in(self, union_id: str, calendar_id: str, event_id: str) -> Flow[int]:
        """Check a user in. Return the time in milliseconds since the epoch. New apps need :meth:`sign_in`.

        https://help.dingtalk.io/open/development/sign-in-for-a-single-schedule

        :param union_id: unionId of the attendee.
        :param calendar_id: Calendar of the event.
        :param event_id: Id of the event.
        :raises DingTalkError: If DingTalk does not return a time.
        """
        return self._send(CHECK_IN, union_id, calendar_id, event_id)

    @operation
    def sign_in(self, union_id: str, calendar_id: str, event_id: str) -> Flow[int]:
        """Sign a user in to an event. Return the time in milliseconds since the epoch.

        https://help.dingtalk.io/open/development/sign-in-single-schedule-news

        :param union_id: unionId of the attendee.
        :param calendar_id: Calendar of the event.
        :param event_id: Id of the event.
        :raises DingTalkError: If DingTalk does not return a time.
        """
        return self._send(SIGN_IN, union_id, calendar_id, event_id)

    @operation
    def sign_out(self, union_id: str, calendar_id: str, event_id: str) -> Flow[int]:
        """Sign a user out of an event. Return the time in milliseconds since the epoch.

        https://help.dingtalk.io/open/development/sign-off-for-a-single-schedule

        :param union_id: unionId of the attendee.
        :param calendar_id: Calendar of the event.
        :param event_id: Id of the event.
        :raises DingTalkError: If DingTalk does not return a time.
        """
        return self._send(SIGN_OUT, union_id, calendar_id, event_id)

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
        """Return one page of the attendees who have, or have not, signed in to an event.

        https://help.dingtalk.io/open/development/view-the-check-in-details-of-a-single-schedule

        :param union_id: unionId of the organizer.
        :param calendar_id: Calendar of the event.
        :param event_id: Id of the event.
        :param type: ``sign_in`` or ``not_yet_sign_in``.
        :param max_results: Users per page, at most 500.
        :param next_token: Token from the previous page.
        :raises DingTalkError: If DingTalk does not return users.
        """
        query = given(type=type, max_results=max_results, next_token=next_token)
        return self._send(GET_SIGN_IN_LIST, union_id, calendar_id, event_id, query=query)

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
        """Return one page of the attendees who have, or have not, signed out of an event.

        https://help.dingtalk.io/open/development/view-the-billing-details-of-a-single-schedule

        :param union_id: unionId of the organizer, who must also attend the event.
        :param calendar_id: Calendar of the event.
        :param event_id: Id of the event.
        :param type: ``sign_out`` or ``not_yet_sign_out``.
        :param max_results: Users per page, at most 500.
        :param next_token: Token from the previous page.
        :raises DingTalkError: If DingTalk does not return users.
        """
        query = given(type=type, max_results=max_results, next_token=next_token)
        return self._send(GET_SIGN_OUT_LIST, union_id, calendar_id, event_id, query=query)

    iter_sign_out_list = pages(get_sign_out_list)

    @operation
    def get_sign_in_link(self, union_id: str, calendar_id: str, event_id: str) -> Flow[str]:
        """Return the URL where attendees sign in.

        https://help.dingtalk.io/open/development/api-getsigninlink

        :param union_id: unionId of the organizer.
        :param calendar_id: Calendar of the event.
        :param event_id: Id of the event.
        :raises DingTalkError: If DingTalk does not return a URL.
        """
        return self._send(GET_SIGN_IN_LINK, union_id, calendar_id, event_id)

    @operation
    def get_sign_out_link(self, union_id: str, calendar_id: str, event_id: str) -> Flow[str]:
        """Return the URL where attendees sign out.

        https://help.dingtalk.io/open/development/api-getsignoutlink

        :param union_id: unionId of the organizer.
        :param calendar_id: Calendar of the event.
        :param event_id: Id of the event.
        :raises DingTalkError: If DingTalk does not return a URL.
        """
        return self._send(GET_SIGN_OUT_LINK, union_id, calendar_id, event_id)
