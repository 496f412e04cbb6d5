"""What the operations on calendars do: functions from a call to the body of its answer, ``None`` for none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator import errors
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError
from airflow_provider_dingtalk_calendar.emulator.events import PRIMARY_CALENDAR_ID
from airflow_provider_dingtalk_calendar.emulator.state import Calendar
from airflow_provider_dingtalk_calendar.emulator.validation import read_calendar

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.emulator.access import App
    from airflow_provider_dingtalk_calendar.emulator.acls import Acls
    from airflow_provider_dingtalk_calendar.emulator.events import Events
    from airflow_provider_dingtalk_calendar.emulator.query import Query
    from airflow_provider_dingtalk_calendar.emulator.state import Organization
    from airflow_provider_dingtalk_calendar.emulator.tokens import Tokens

Json = Mapping[str, object]

# That the list gives the user's own calendar the id by which the event pages call it is not documented.
_PRIMARY = Calendar(PRIMARY_CALENDAR_ID, "primary", "", "", (), {})


@dataclass(frozen=True)
class Call:
    """One call of an operation.

    :param app: the calling app.
    :param tokens: its tokens.
    :param organization: what the call reads and changes.
    :param events: the events that it reads and changes.
    :param acls: who shares a calendar with whom.
    :param parameters: the path parameters, decoded.
    :param body: the parsed JSON of the request, ``None`` if it has none.
    :param query: the query string.
    :param user: unionId of the user in whose name it calls, ``None`` if it calls as an app.
    :param subscription_limit: how many calendars a user may subscribe to, ``None`` for any number.
    """

    app: App
    tokens: Tokens
    organization: Organization
    events: Events
    acls: Acls
    parameters: Mapping[str, str]
    body: object
    query: Query
    user: str | None = None
    subscription_limit: int | None = None

    @property
    def union_id(self) -> str:
        """The path parameter ``userId``, which is a unionId; any text is a user (undocumented).

        A path with ``me`` in its place is for the user in whose name the app calls.

        :raises ApiError: if the path has ``me`` and the app calls in nobody's name.
        """
        self.check_user()
        return self.parameters.get("userId") or self.user or ""

    def check_user(self) -> None:
        """Check that there is a user.

        :raises ApiError: as ``union_id`` does.
        """
        if "userId" not in self.parameters and self.user is None:
            raise ApiError(errors.NO_USER)

    def calendar(self) -> Calendar:
        """Return the calendar that the path names.

        :raises ApiError: if there is none.
        """
        calendar = self.organization.find(self.parameters["calendarId"])
        if calendar is None:
            raise ApiError(errors.CALENDAR_NOT_FOUND)
        return calendar

    def edited_calendar(self) -> Calendar:
        """Return the calendar that the path names, to its author or a co-editor.

        :raises ApiError: if there is none, or the user is neither.
        """
        calendar = self.calendar()
        if not calendar.is_edited_by(self.union_id):
            raise ApiError(errors.PERMISSION_DENIED)
        return calendar

    def subscribable_calendar(self) -> Calendar:
        """Return the calendar that the path names, if it is of type ``subscribed``.

        :raises ApiError: if it is the primary one, or there is none.
        """
        if self.parameters["calendarId"] == PRIMARY_CALENDAR_ID:
            raise ApiError(errors.CALENDAR_TYPE_INVALID)
        return self.calendar()


def create_subscribed_calendar(call: Call) -> Json:
    """Page create-subscription-calendar. The API has no idempotency header: every call adds a calendar."""
    fields = read_calendar(call.body, partial=False)
    if not call.organization.author_is_in_range(call.union_id, fields.subscribe_scope or {}):
        raise ApiError(errors.NOT_IN_RANGE)
    return {"calendarId": call.organization.create(call.union_id, fields).calendar_id}


def get_subscribed_calendar(call: Call) -> Json:
    """Page query-a-single-subscription-calendar. Fields never given are answered empty (undocumented)."""
    calendar = call.edited_calendar()
    return {
        "calendarId": calendar.calendar_id,
        "name": calendar.name,
        "description": calendar.description,
        "author": calendar.author,
        "managers": list(calendar.managers),
        "subscribeScope": {key: list(values) for key, values in calendar.subscribe_scope.items()},
    }


def update_subscribed_calendars(call: Call) -> Json:
    """Page update-subscription-calendar. That the caller has to be in a new scope's range is undocumented."""
    calendar = call.edited_calendar()
    fields = read_calendar(call.body, partial=True)
    scope = fields.subscribe_scope
    if scope is not None and not call.organization.author_is_in_range(call.union_id, scope):
        raise ApiError(errors.NOT_IN_RANGE)
    call.organization.update(calendar, fields)
    return {"result": True}


def delete_subscribed_calendar(call: Call) -> Json:
    """Page delete-subscription-calendar."""
    calendar = call.calendar()
    if calendar.author != call.union_id:
        raise ApiError(errors.PERMISSION_DENIED)
    call.organization.delete(calendar)
    call.events.drop_calendar(calendar.calendar_id)
    return {"result": True}


def list_calendars(call: Call) -> Json:
    """Page query-a-calendar. When a new calendar is listed, and that a co-editor sees it, is undocumented."""
    shown = [_list_entry(_PRIMARY, "primary", "owner")]
    for calendar in call.organization.listed():
        privilege = calendar.privilege_of(call.union_id)
        if privilege is not None:
            shown.append(_list_entry(calendar, "subscribed", privilege))
    for acl in call.acls.to(call.union_id):
        calendar = Calendar(call.acls.calendar_id(acl.owner), acl.owner, "", acl.owner, (), {})
        shown.append(_list_entry(calendar, "shared", acl.privilege))
    return {"response": {"calendars": shown}}


def subscribe_calendar(call: Call) -> None:
    """Page subscribe-to-a-public-calendar: 200 without a body."""
    calendar = call.subscribable_calendar()
    if not call.organization.may_subscribe(calendar, call.union_id):
        raise ApiError(errors.NOT_IN_SUBSCRIPTION_SCOPE)
    others = [
        other for other in call.organization if call.union_id in other.subscribers and other != calendar
    ]
    if call.subscription_limit is not None and len(others) >= call.subscription_limit:
        raise ApiError(errors.EXCEED_SUBSCRIBE_LIMIT)
    call.organization.subscribe(calendar, call.union_id)


def unsubscribe_calendar(call: Call) -> Json:
    """Page unsubscribe-from-a-public-calendar, which lists the error for a user outside the scope too."""
    calendar = call.subscribable_calendar()
    subscribed = call.union_id in calendar.subscribers
    if not subscribed and not call.organization.may_subscribe(calendar, call.union_id):
        raise ApiError(errors.NOT_IN_SUBSCRIPTION_SCOPE)
    call.organization.unsubscribe(calendar, call.union_id)
    return {"result": True}


def _list_entry(calendar: Calendar, kind: str, privilege: str) -> Json:
    return {
        "id": calendar.calendar_id,
        "summary": calendar.name,
        "description": calendar.description,
        "timeZone": "Asia/Shanghai",
        "eTag": f'"{calendar.revision}"',
        "type": kind,
        "privilege": privilege,
    }
