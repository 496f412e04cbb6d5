"""Every operator in the package, with valid arguments."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import types
from typing import Any

from airflow_provider_dingtalk_calendar import operators
from airflow_provider_dingtalk_calendar.support.base import DingTalkOperator

_CLASSES = {
    value
    for found in pkgutil.iter_modules(operators.__path__)
    for value in vars(importlib.import_module(f"{operators.__name__}.{found.name}")).values()
    if inspect.isclass(value)
    # On Python 3.10, isclass(list[str]) is true.
    and not isinstance(value, types.GenericAlias)
    and issubclass(value, DingTalkOperator)
}
#: The operators for DAGs, by name, without base classes.
OPERATORS: dict[str, type[DingTalkOperator]] = {
    one.__name__: one
    for one in sorted(_CLASSES, key=lambda one: one.__name__)
    if not any(issubclass(other, one) for other in _CLASSES - {one})
}

EVENT: dict[str, Any] = {"union_id": "owner", "event_id": "event/1"}
CALENDAR: dict[str, Any] = {"union_id": "owner", "calendar_id": "calendar/1"}
SCOPE: dict[str, Any] = {"corp_ids": ["corp"]}
HOUR: dict[str, Any] = {"start": "2026-05-06T09:00:00+08:00", "end": "2026-05-06T10:00:00+08:00"}
#: Valid arguments for each operator, including all required arguments.
GOOD: dict[str, dict[str, Any]] = {
    "AddAttendeesOperator": EVENT | {"attendees": ["u1"]},
    "CalendarGateOperator": CALENDAR,
    "CreateEventOperator": {"union_id": "owner", "summary": "s", "time_zone": "Asia/Shanghai"} | HOUR,
    "CreateGroupOperator": {"title": "t", "template_id": "t", "owner_user_id": "o"},
    "CreateSubscribedCalendarOperator": {"union_id": "owner", "name": "n", "subscribe_scope": SCOPE},
    "DeleteEventOperator": EVENT,
    "DeleteSubscribedCalendarOperator": CALENDAR,
    "DingTalkApiOperator": {"operation": "ListCalendars", "path": {"userId": "owner"}},
    "GetFreeBusyOperator": {
        "union_id": "owner",
        "user_ids": ["u1"],
        "start_time": HOUR["start"],
        "end_time": HOUR["end"],
    },
    "GetOpenConversationIdOperator": {"chat_id": "chat"},
    "GetSubscribedCalendarOperator": CALENDAR,
    "ListCalendarsOperator": {"union_id": "owner"},
    "ListEventsOperator": {"union_id": "owner"},
    "LookUpUnionIdsOperator": {"userids": ["staff-1"]},
    "RemoveAttendeesOperator": EVENT | {"attendees": ["u1"]},
    "SubscribeCalendarOperator": CALENDAR,
    "UnsubscribeCalendarOperator": CALENDAR,
    "UpdateEventOperator": EVENT | {"summary": "s"},
    "UpdateSubscribedCalendarOperator": CALENDAR | {"name": "n"},
}


def arguments_of(kind: type[DingTalkOperator]) -> dict[str, inspect.Parameter]:
    """Return the arguments of an operator and its base classes, without Airflow's own arguments."""
    found: dict[str, inspect.Parameter] = {}
    for one in reversed(kind.__mro__[: kind.__mro__.index(DingTalkOperator) + 1]):
        found |= inspect.signature(one.__init__).parameters
    return {
        name: parameter
        for name, parameter in found.items()
        if name != "self" and parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }


def make(name: str, /, **more: Any) -> DingTalkOperator:
    """Return an operator with valid arguments, some of which may be replaced."""
    return OPERATORS[name](task_id="t", **(GOOD[name] | more))
