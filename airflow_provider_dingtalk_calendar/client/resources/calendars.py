"""Subscribed calendars, subscriptions to them, and the list of a user's calendars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

from ..engine.both_clients import operation
from ..engine.effects import Flow
from ..engine.endpoint import Endpoint, Replay
from ..wire import readers
from ..wire.records import Record
from ..wire.values import MAX_CALENDAR_DESCRIPTION, MAX_CALENDAR_NAME, check_text, check_texts
from .base import CALENDAR, EVENT_READ, USER, Calling
from .subscribe_scope import SCOPE_FIELDS, check_scope


@dataclass(frozen=True)
class SubscribeScope(Record):
    """The people who may subscribe to a calendar.

    https://help.dingtalk.io/open/development/create-subscription-calendar

    :param union_ids: unionIds of users.
    :param open_conversation_ids: openConversationIds of groups.
    :param corp_ids: corpIds of organizations.
    """

    union_ids: tuple[str, ...] = ()
    open_conversation_ids: tuple[str, ...] = ()
    corp_ids: tuple[str, ...] = ()

    @classmethod
    def of(cls, value: object) -> SubscribeScope:
        """Return the scope that a mapping or another scope describes.

        :raises InvalidArgumentError: If :func:`.check_scope` rejects the value.
        """
        if isinstance(value, SubscribeScope):
            value = {name: getattr(value, name) for name in SCOPE_FIELDS}
        ids: dict[str, Any] = check_scope(value)
        return cls(**ids)

    def to_wire(self) -> dict[str, list[str]]:
        """Return the API's form, without empty fields."""
        return {name: ids for name, ids in super().to_wire().items() if ids}


ScopeLike: TypeAlias = SubscribeScope | Mapping[str, Any]


@dataclass(frozen=True)
class SubscribedCalendar(Record):
    """A subscribed calendar as its author and its co-editors see it.

    https://help.dingtalk.io/open/development/query-a-single-subscription-calendar

    :param calendar_id: Id of the calendar.
    :param name: Name.
    :param description: Description; may be empty.
    :param author: unionId of the creator.
    :param managers: unionIds of the co-editors.
    :param subscribe_scope: The people who may subscribe.
    """

    calendar_id: str
    name: str | None = None
    description: str | None = None
    author: str | None = None
    managers: tuple[str, ...] = ()
    subscribe_scope: SubscribeScope = field(default_factory=SubscribeScope)


@dataclass(frozen=True)
class Calendar(Record):
    """A calendar in a user's list.

    https://help.dingtalk.io/open/development/query-a-calendar

    :param id: Id of the calendar.
    :param summary: Name.
    :param description: Description.
    :param time_zone: TZ database name of the calendar's time zone.
    :param e_tag: Changes whenever the calendar changes.
    :param type: Documented values: unknown, primary, subscribed, shared. Other values occur.
    :param privilege: The user's rights. Documented values: free_busy_reader, title_reader, reader, writer,
        owner. Other values occur: the example on the page shows ``VIEW_DETAIL``.
    """

    id: str
    summary: str | None = None
    description: str | None = None
    time_zone: str | None = None
    e_tag: str | None = None
    type: str | None = None
    privilege: str | None = None


CALENDAR_READ = "Calendar.Calendar.Read"
CALENDAR_WRITE = "Calendar.Calendar.Write"

SUBSCRIBED_CALENDAR = f"{USER}/subscribedCalendars/{{calendarId}}"

DEFINITION = ("name", "description", "managers", "subscribeScope")

CREATE_SUBSCRIBED_CALENDAR: Endpoint[str] = Endpoint(
    operation="CreateSubscribedCalendar",
    route=f"POST {USER}/subscribedCalendars",
    page="create-subscription-calendar",
    answer=readers.identifier("calendarId"),
    permission=CALENDAR_WRITE,
    body=DEFINITION,
    required=("name", "subscribeScope"),
)

GET_SUBSCRIBED_CALENDAR: Endpoint[SubscribedCalendar] = Endpoint(
    operation="GetSubscribedCalendar",
    route=f"GET {SUBSCRIBED_CALENDAR}",
    page="query-a-single-subscription-calendar",
    answer=SubscribedCalendar.from_wire,
    permission=CALENDAR_READ,
)

UPDATE_SUBSCRIBED_CALENDARS: Endpoint[None] = Endpoint(
    operation="UpdateSubscribedCalendars",
    route=f"PUT {SUBSCRIBED_CALENDAR}",
    page="update-subscription-calendar",
    answer=readers.result_true,
    permission=CALENDAR_WRITE,
    replay=Replay.REPEATABLE,
    body=DEFINITION,
)

DELETE_SUBSCRIBED_CALENDAR: Endpoint[None] = Endpoint(
    operation="DeleteSubscribedCalendar",
    route=f"DELETE {SUBSCRIBED_CALENDAR}",
    page="delete-subscription-calendar",
    answer=readers.result_true,
    permission=CALENDAR_WRITE,
    replay=Replay.REPEATABLE,
)

LIST_CALENDARS: Endpoint[list[Calendar]] = Endpoint(
    operation="ListCalendars",
    route=f"GET {USER}/calendars",
    page="query-a-calendar",
    answer=readers.inside("response", readers.records("calendars", Calendar)),
    permission=EVENT_READ,
)

SUBSCRIBE_CALENDAR: Endpoint[None] = Endpoint(
    operation="SubscribeCalendar",
    route=f"POST {CALENDAR}/subscribe",
    page="subscribe-to-a-public-calendar",
    answer=readers.nothing,
    may_be_empty=True,
    permission=CALENDAR_WRITE,
    replay=Replay.REPEATABLE,
)

UNSUBSCRIBE_CALENDAR: Endpoint[None] = Endpoint(
    operation="UnsubscribeCalendar",
    route=f"POST {CALENDAR}/unsubscribe",
    page="unsubscribe-from-a-public-calendar",
    answer=readers.result_true,
    permission=CALENDAR_WRITE,
    replay=Replay.REPEATABLE,
)


#: Error message for a call that would change no field of a subscribed calendar.
NO_CHANGE = "nothing is to be changed: give at least one of name, description, managers, subscribe_scope"


def definition_to_wire(
    name: str | None,
    description: str | None,
    managers: Sequence[str] | None,
    subscribe_scope: ScopeLike | None,
    *,
    partial: bool = False,
) -> dict[str, Any]:
    """Return the body that creates or updates a subscribed calendar.

    :param name: At most 128 characters, not blank.
    :param description: At most 1024 characters.
    :param managers: unionIds of the co-editors.
    :param subscribe_scope: The people who may subscribe.
    :param partial: Whether this is an update, so that None leaves a field as it is. Otherwise, ``name`` and
        ``subscribe_scope`` are required.
    :raises InvalidArgumentError: If a value breaks a documented limit, or if no field is given.
    """
    body: dict[str, Any] = {}
    if name is not None or not partial:
        check_text("name", name, limit=MAX_CALENDAR_NAME)
        body["name"] = name
    if description is not None:
        check_text("description", description, limit=MAX_CALENDAR_DESCRIPTION, required=False)
        body["description"] = description
    if managers is not None:
        body["managers"] = check_texts("managers", managers)
    if subscribe_scope is not None or not partial:
        body["subscribeScope"] = SubscribeScope.of(subscribe_scope).to_wire()
    if not body:
        raise InvalidArgumentError(NO_CHANGE)
    return body


class SubscribedCalendarOperations(Calling):
    """Manage subscribed calendars and subscriptions."""

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

        Two calls create two calendars, because DingTalk allows two calendars with the same name and offers no
        idempotency key.
        https://help.dingtalk.io/open/development/create-subscription-calendar

        :param union_id: unionId of the creator, who must belong to a group or organization of the scope.
        :param name: Name, at most 128 characters, not blank.
        :param subscribe_scope: The people who may subscribe; at least one id.
        :param description: Description, at most 1024 characters.
        :param managers: unionIds of the co-editors.
        :raises InvalidArgumentError: If a value breaks a documented limit; nothing is sent.
        :raises DingTalkError: If DingTalk does not return a calendarId.
        """
        body = definition_to_wire(name, description, managers, subscribe_scope)
        return self._send(CREATE_SUBSCRIBED_CALENDAR, union_id, body=body)

    @operation
    def get_subscribed_calendar(self, union_id: str, calendar_id: str) -> Flow[SubscribedCalendar]:
        """Return a subscribed calendar.

        https://help.dingtalk.io/open/development/query-a-single-subscription-calendar

        :param union_id: unionId of the author or a co-editor.
        :param calendar_id: Id of the calendar.
        :raises DingTalkError: If DingTalk does not return the calendar.
        """
        return self._send(GET_SUBSCRIBED_CALENDAR, union_id, calendar_id)

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
        """Change a subscribed calendar. Give at least one field. Fields that are None are not sent.

        https://help.dingtalk.io/open/development/update-subscription-calendar

        :param union_id: unionId of the author or a co-editor.
        :param calendar_id: Id of the calendar.
        :param name: New name, at most 128 characters, not blank.
        :param description: New description, at most 1024 characters.
        :param managers: unionIds of the new co-editors.
        :param subscribe_scope: New scope; at least one id.
        :raises InvalidArgumentError: If a value breaks a documented limit, or if no field is given;
            nothing is sent.
        :raises DingTalkError: If DingTalk does not answer ``result: true``.
        """
        body = definition_to_wire(name, description, managers, subscribe_scope, partial=True)
        return self._send(UPDATE_SUBSCRIBED_CALENDARS, union_id, calendar_id, body=body)

    @operation
    def delete_subscribed_calendar(self, union_id: str, calendar_id: str) -> Flow[bool]:
        """Delete a subscribed calendar and every subscription to it.

        Return True, or False if the calendar does not exist. The calendar might have been deleted earlier,
        for example by a request whose answer was lost. DingTalk does not document the answer for a missing
        calendar. The calendar counts as missing if DingTalk answers HTTP 404 with an error code, unless the
        code says that the user or the route does not exist.
        https://help.dingtalk.io/open/development/delete-subscription-calendar

        :param union_id: unionId of the author.
        :param calendar_id: Id of the calendar.
        :raises DingTalkError: If DingTalk neither answers ``result: true`` nor reports a missing calendar.
        """
        return self._delete(DELETE_SUBSCRIBED_CALENDAR, union_id, calendar_id)

    @operation
    def list_calendars(self, union_id: str) -> Flow[list[Calendar]]:
        """Return the calendars in a user's list: the primary, shared and subscribed calendars.

        https://help.dingtalk.io/open/development/query-a-calendar

        :param union_id: unionId of the user.
        :raises DingTalkError: If DingTalk does not return a list.
        """
        return self._send(LIST_CALENDARS, union_id)

    @operation
    def subscribe_calendar(self, union_id: str, calendar_id: str) -> Flow[None]:
        """Subscribe a user to a calendar of type ``subscribed``. The user must be in the calendar's scope.

        https://help.dingtalk.io/open/development/subscribe-to-a-public-calendar

        :param union_id: unionId of the subscriber.
        :param calendar_id: Id of the calendar.
        :raises DingTalkError: If DingTalk refuses.
        """
        return self._send(SUBSCRIBE_CALENDAR, union_id, calendar_id)

    @operation
    def unsubscribe_calendar(self, union_id: str, calendar_id: str) -> Flow[None]:
        """End a user's subscription to a calendar.

        https://help.dingtalk.io/open/development/unsubscribe-from-a-public-calendar

        :param union_id: unionId of the subscriber.
        :param calendar_id: Id of the calendar.
        :raises DingTalkError: If DingTalk does not answer ``result: true``.
        """
        return self._send(UNSUBSCRIBE_CALENDAR, union_id, calendar_id)
