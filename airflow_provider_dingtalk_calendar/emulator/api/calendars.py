"""The operations on subscribed calendars and subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core import errors
from ..core.contract import FLAG, TEXT, UNION_ID, Contract, array, choice, exactly, record, saying, text_with
from ..core.errors import ServiceError
from ..core.permissions import CALENDAR_READ, CALENDAR_WRITE, EVENT_READ
from ..world.events import PRIMARY_CALENDAR_ID
from ..world.organization import SCOPE_KEYS, Calendar
from .route import CALENDAR, USER, Route

if TYPE_CHECKING:
    from .call import Call, Json

# In the answer of ListCalendars, the user's own calendar has the id that the event pages use (undocumented).
_PRIMARY = Calendar(PRIMARY_CALENDAR_ID, "primary", "", "", (), {})


def create_subscribed_calendar(call: Call) -> Json:
    """Create a calendar (page create-subscription-calendar).

    Every call adds a calendar, because no header makes the call idempotent.
    """
    fields = _fields(call)
    return {"calendarId": call.organization.create(call.union_id, fields).calendar_id}


def get_subscribed_calendar(call: Call) -> Json:
    """Return a calendar (page query-a-single-subscription-calendar).

    Fields that no request has set are empty (undocumented).
    """
    calendar = _edited_calendar(call)
    return {
        "calendarId": calendar.calendar_id,
        "name": calendar.name,
        "description": call.options.described(calendar.description),
        "author": calendar.author,
        "managers": list(calendar.managers),
        "subscribeScope": {key: list(values) for key, values in calendar.subscribe_scope.items()},
    }


def update_subscribed_calendars(call: Call) -> Json:
    """Change a calendar (page update-subscription-calendar).

    The caller must be in the range of a new scope (undocumented).
    """
    calendar = _edited_calendar(call)
    call.organization.update(calendar, _fields(call))
    return {"result": True}


def delete_subscribed_calendar(call: Call) -> Json:
    """Delete a calendar (page delete-subscription-calendar)."""
    calendar = call.calendar()
    if calendar.author != call.union_id:
        raise ServiceError(errors.PERMISSION_DENIED)
    call.organization.delete(calendar)
    call.events.drop_calendar(calendar.calendar_id)
    return {"result": True}


def list_calendars(call: Call) -> Json:
    """List the calendars of a user (page query-a-calendar).

    Co-editors see a calendar even without a subscription (undocumented). DingTalk does not document how soon
    the list shows a new calendar.
    """
    shown = [_list_entry(call, _PRIMARY, "primary", "owner")]
    for calendar in call.organization.listed():
        privilege = calendar.privilege_of(call.union_id)
        if privilege is not None:
            shown.append(_list_entry(call, calendar, "subscribed", privilege))
    for shared in call.sharing.to(call.union_id):
        calendar = Calendar(call.sharing.calendar_id(shared.owner), shared.owner, "", shared.owner, (), {})
        shown.append(_list_entry(call, calendar, "shared", shared.privilege))
    return {"response": {"calendars": shown}}


def subscribe_calendar(call: Call) -> None:
    """Subscribe to a calendar (page subscribe-to-a-public-calendar).

    The answer is 200 without a body.
    """
    calendar = _subscribable_calendar(call)
    if not call.organization.may_subscribe(calendar, call.union_id):
        raise ServiceError(errors.NOT_IN_SUBSCRIPTION_SCOPE)
    others = [
        other for other in call.organization if call.union_id in other.subscribers and other != calendar
    ]
    limit = call.options.subscription_limit
    if limit is not None and len(others) >= limit:
        raise ServiceError(errors.EXCEED_SUBSCRIBE_LIMIT)
    call.organization.subscribe(calendar, call.union_id)


def unsubscribe_calendar(call: Call) -> Json:
    """End a subscription (page unsubscribe-from-a-public-calendar).

    The page lists an error for a user outside the scope. Here a subscriber never gets that error
    (undocumented).
    """
    calendar = _subscribable_calendar(call)
    subscribed = call.union_id in calendar.subscribers
    if not subscribed and not call.organization.may_subscribe(calendar, call.union_id):
        raise ServiceError(errors.NOT_IN_SUBSCRIPTION_SCOPE)
    call.organization.unsubscribe(calendar, call.union_id)
    return {"result": True}


def _fields(call: Call) -> dict[str, Any]:
    """Return the body's fields under their names in ``Calendar``, with all three lists of the scope.

    :raises ServiceError: if the body breaks the contract, or the scope is not allowed.
    """
    fields = call.body()
    if "managers" in fields:
        fields["managers"] = tuple(fields["managers"])
    if "subscribeScope" in fields:
        given = fields.pop("subscribeScope")
        scope = {key: tuple(given.get(key, ())) for key in SCOPE_KEYS}
        if not any(scope.values()):
            raise ServiceError(errors.SCOPE_NULL)
        if not call.organization.author_is_in_range(call.union_id, scope):
            raise ServiceError(errors.NOT_IN_RANGE)
        fields["subscribe_scope"] = scope
    return fields


def _edited_calendar(call: Call) -> Calendar:
    """Return the calendar that the path identifies.

    :raises ServiceError: if the calendar does not exist, or the user is neither the author nor a co-editor.
    """
    calendar = call.calendar()
    if not calendar.is_edited_by(call.union_id):
        raise ServiceError(errors.PERMISSION_DENIED)
    return calendar


def _subscribable_calendar(call: Call) -> Calendar:
    """Return the subscribed calendar that the path identifies.

    :raises ServiceError: if the calendar does not exist, or is a primary calendar.
    """
    if call.parameters["calendarId"] == PRIMARY_CALENDAR_ID:
        raise ServiceError(errors.CALENDAR_TYPE_INVALID)
    return call.calendar()


def _list_entry(call: Call, calendar: Calendar, kind: str, privilege: str) -> Json:
    return {
        "id": calendar.calendar_id,
        "summary": calendar.name,
        "description": call.options.described(calendar.description),
        "timeZone": "Asia/Shanghai",
        "eTag": f'"{calendar.revision}"',
        "type": kind,
        "privilege": privilege,
    }


_SUBSCRIBED = f"{USER}/subscribedCalendars"
_SCOPE_LISTS = {key: array(TEXT) for key in SCOPE_KEYS}
_GIVEN_SCOPE = {**_SCOPE_LISTS, "unionIds": array(UNION_ID)}
_BLANK = "calendar name cannot be blank"
_FIELDS = {
    # The message says less than 128, but the error table says at most 128. Accept 128 characters.
    "name": saying(
        text_with(maxLength=128, pattern=r"\S"),
        required=_BLANK,
        pattern=_BLANK,
        maxLength="calendar name length must less than 128",
    ),
    "description": text_with(maxLength=1024),
    "managers": array(UNION_ID),
    "subscribeScope": saying(record(_GIVEN_SCOPE), required=errors.SCOPE_NULL.message),
}
_RESULT = exactly({"result": FLAG})
_CALENDAR = exactly(
    {
        **dict.fromkeys(("calendarId", "name", "description", "author"), TEXT),
        "managers": array(TEXT),
        "subscribeScope": exactly(_SCOPE_LISTS),
    }
)
_LISTED = {
    **dict.fromkeys(("id", "summary", "description", "timeZone", "eTag"), TEXT),
    "type": choice("unknown", "primary", "subscribed", "shared"),
    "privilege": choice("free_busy_reader", "title_reader", "reader", "writer", "owner"),
}

ROUTES = (
    Route(
        "CreateSubscribedCalendar",
        f"POST {_SUBSCRIBED}",
        "create-subscription-calendar",
        CALENDAR_WRITE,
        create_subscribed_calendar,
        Contract(exactly({"calendarId": TEXT}), record(_FIELDS, required=("name", "subscribeScope"))),
    ),
    Route(
        "GetSubscribedCalendar",
        f"GET {_SUBSCRIBED}/{{calendarId}}",
        "query-a-single-subscription-calendar",
        CALENDAR_READ,
        get_subscribed_calendar,
        Contract(_CALENDAR),
    ),
    Route(
        "UpdateSubscribedCalendars",
        f"PUT {_SUBSCRIBED}/{{calendarId}}",
        "update-subscription-calendar",
        CALENDAR_WRITE,
        update_subscribed_calendars,
        Contract(_RESULT, record(_FIELDS)),
    ),
    Route(
        "DeleteSubscribedCalendar",
        f"DELETE {_SUBSCRIBED}/{{calendarId}}",
        "delete-subscription-calendar",
        CALENDAR_WRITE,
        delete_subscribed_calendar,
        Contract(_RESULT),
    ),
    Route(
        "ListCalendars",
        f"GET {USER}/calendars",
        "query-a-calendar",
        EVENT_READ,
        list_calendars,
        Contract(exactly({"response": exactly({"calendars": array(exactly(_LISTED))})})),
    ),
    Route(
        "SubscribeCalendar",
        f"POST {CALENDAR}/subscribe",
        "subscribe-to-a-public-calendar",
        CALENDAR_WRITE,
        subscribe_calendar,
        Contract(None),
    ),
    Route(
        "UnsubscribeCalendar",
        f"POST {CALENDAR}/unsubscribe",
        "unsubscribe-from-a-public-calendar",
        CALENDAR_WRITE,
        unsubscribe_calendar,
        Contract(_RESULT),
    ),
)
