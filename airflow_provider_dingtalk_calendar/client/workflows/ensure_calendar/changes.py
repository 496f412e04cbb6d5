"""Compare a subscribed calendar with its declaration."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from ...resources.calendars import SubscribedCalendar
from ...wire.records import snake_case


def differing(body: Mapping[str, Any], calendar: SubscribedCalendar) -> tuple[str, ...]:
    """Return the names of the declared arguments that a calendar does not match.

    The order of ids does not count. The name is not compared, because the calendar was found by its name.

    :param body: The declaration, as the body of a create request.
    :param calendar: The calendar.
    """
    shown = _comparable(
        {
            "description": calendar.description,
            "managers": calendar.managers,
            "subscribeScope": calendar.subscribe_scope.to_wire(),
        }
    )
    declared = _comparable(body)
    return tuple(
        snake_case(name) for name, value in declared.items() if name in body and value != shown[name]
    )


def readable(description: str) -> str:
    """Return a description as people read it. DingTalk might change white space or escape HTML in it."""
    return " ".join(html.unescape(description).split())


def _comparable(body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "description": readable(body.get("description") or ""),
        "managers": set(body.get("managers") or ()),
        "subscribeScope": {name: set(ids) for name, ids in body["subscribeScope"].items()},
    }
