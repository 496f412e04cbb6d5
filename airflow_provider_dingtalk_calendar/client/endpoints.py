"""One entry per API operation: method, path, permission, documentation page, and what a good answer holds.

Everything that tells one operation from another is here, as data. How a call is made, repeated and judged
is in :mod:`.flows` and is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from airflow_provider_dingtalk_calendar.client import answers
from airflow_provider_dingtalk_calendar.client.answers import GrantedToken
from airflow_provider_dingtalk_calendar.client.models import Calendar, SubscribedCalendar

T = TypeVar("T")

CALENDAR_READ = "Calendar.Calendar.Read"
CALENDAR_WRITE = "Calendar.Calendar.Write"
EVENT_READ = "Calendar.Event.Read"


class Replay(Enum):
    """When a request may be sent again.

    After it certainly was not sent, or certainly was refused, any may. What tells them apart is what may be
    done where nobody knows whether DingTalk has carried it out.
    """

    #: It changes nothing, so it is sent again.
    READ = "read"
    #: Doing it twice is the same as doing it once, so it is sent again.
    REPEATABLE = "repeatable"
    #: It is sent again with the same ``x-client-token``, by which DingTalk knows it, for one day.
    KEYED = "keyed"
    #: Doing it twice makes two, so it is not sent again.
    ONCE = "once"


@dataclass(frozen=True)
class Endpoint(Generic[T]):
    """An API operation.

    :param operation: Its official name.
    :param method: HTTP method.
    :param path: Path with ``{parameters}``.
    :param page: Slug of its page under https://help.dingtalk.io/open/development/.
    :param answer: Reads what the operation promises out of a decoded answer; raises ``ValueError`` with the
        name of what is missing.
    :param permission: What the app must have been granted, as the developer console calls it.
    :param replay: When its request may be sent again.
    :param may_be_empty: Whether a good answer may have no body.
    :param advice: What to look at when the operation is refused for good, and the reason has no advice.
    """

    operation: str
    method: str
    path: str
    page: str
    answer: Callable[[Mapping[str, Any]], T]
    permission: str | None = None
    replay: Replay = Replay.ONCE
    may_be_empty: bool = False
    advice: str = ""

    @property
    def changes(self) -> bool:
        """Whether the operation changes anything."""
        return self.replay is not Replay.READ

    def url(self, base: str, parameters: Mapping[str, str]) -> str:
        """Return the URL for these path parameters, each percent-encoded with nothing left safe.

        The alphabet of the ids is not documented; the samples look like base64, where ``/`` is a digit.
        """
        encoded = {name: quote(value, safe="") for name, value in parameters.items()}
        return base.rstrip("/") + self.path.format_map(encoded)


GET_ACCESS_TOKEN: Endpoint[GrantedToken] = Endpoint(
    operation="GetAccessToken",
    method="POST",
    path="/v1.0/oauth2/accessToken",
    page="obtain-the-access-token-of-an-internal-app",
    answer=answers.granted_token,
    replay=Replay.READ,
)

GET_TOKEN: Endpoint[GrantedToken] = Endpoint(
    operation="GetToken",
    method="POST",
    path="/v1.0/oauth2/{corpId}/token",
    page="api-gettoken",
    answer=answers.granted_corp_token,
    permission="qyapi_base",
    replay=Replay.READ,
)

GET_CORP_ACCESS_TOKEN: Endpoint[GrantedToken] = Endpoint(
    operation="GetCorpAccessToken",
    method="POST",
    path="/v1.0/oauth2/corpAccessToken",
    page="obtain-the-access-token-of-the-authorized-enterprise-1",
    answer=answers.granted_token,
    replay=Replay.READ,
)

# Asking twice with the same refresh token may be refused the second time, which is not documented; where no
# answer came back, there is still nothing better than to ask again.
GET_USER_TOKEN: Endpoint[GrantedToken] = Endpoint(
    operation="GetUserToken",
    method="POST",
    path="/v1.0/oauth2/userAccessToken",
    page="obtain-user-token",
    answer=answers.granted_user_token,
    permission="open_app_api_base",
    replay=Replay.READ,
    advice=(
        "check Client ID and Client Secret; an authorization code works once, a refresh token for 30 days: "
        "if it is spent, have the user authorize the app anew and put the new code into the connection; if "
        "another task was refreshing it at this moment, try again"
    ),
)

CREATE_SUBSCRIBED_CALENDAR: Endpoint[str] = Endpoint(
    operation="CreateSubscribedCalendar",
    method="POST",
    path="/v1.0/calendar/users/{userId}/subscribedCalendars",
    page="create-subscription-calendar",
    answer=answers.calendar_id,
    permission=CALENDAR_WRITE,
)

GET_SUBSCRIBED_CALENDAR: Endpoint[SubscribedCalendar] = Endpoint(
    operation="GetSubscribedCalendar",
    method="GET",
    path="/v1.0/calendar/users/{userId}/subscribedCalendars/{calendarId}",
    page="query-a-single-subscription-calendar",
    answer=answers.subscribed_calendar,
    permission=CALENDAR_READ,
    replay=Replay.READ,
)

UPDATE_SUBSCRIBED_CALENDARS: Endpoint[None] = Endpoint(
    operation="UpdateSubscribedCalendars",
    method="PUT",
    path="/v1.0/calendar/users/{userId}/subscribedCalendars/{calendarId}",
    page="update-subscription-calendar",
    answer=answers.result_true,
    permission=CALENDAR_WRITE,
    replay=Replay.REPEATABLE,
)

DELETE_SUBSCRIBED_CALENDAR: Endpoint[None] = Endpoint(
    operation="DeleteSubscribedCalendar",
    method="DELETE",
    path="/v1.0/calendar/users/{userId}/subscribedCalendars/{calendarId}",
    page="delete-subscription-calendar",
    answer=answers.result_true,
    permission=CALENDAR_WRITE,
    replay=Replay.REPEATABLE,
)

LIST_CALENDARS: Endpoint[list[Calendar]] = Endpoint(
    operation="ListCalendars",
    method="GET",
    path="/v1.0/calendar/users/{userId}/calendars",
    page="query-a-calendar",
    answer=answers.calendars,
    permission=EVENT_READ,
    replay=Replay.READ,
)

SUBSCRIBE_CALENDAR: Endpoint[None] = Endpoint(
    operation="SubscribeCalendar",
    method="POST",
    path="/v1.0/calendar/users/{userId}/calendars/{calendarId}/subscribe",
    page="subscribe-to-a-public-calendar",
    answer=answers.nothing,
    permission=CALENDAR_WRITE,
    replay=Replay.REPEATABLE,
    may_be_empty=True,
)

UNSUBSCRIBE_CALENDAR: Endpoint[None] = Endpoint(
    operation="UnsubscribeCalendar",
    method="POST",
    path="/v1.0/calendar/users/{userId}/calendars/{calendarId}/unsubscribe",
    page="unsubscribe-from-a-public-calendar",
    answer=answers.result_true,
    permission=CALENDAR_WRITE,
    replay=Replay.REPEATABLE,
)
