"""Check of a subscribed calendar's scope.

The check has its own module so that parsing a DAG that creates a calendar loads little of the client.

https://help.dingtalk.io/open/development/create-subscription-calendar (parameters and error table)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

from ..wire.values import Pending, check_texts, described, nothing_pending

#: Fields of a scope, with the API's spelling.
SCOPE_FIELDS = {
    "union_ids": "unionIds",
    "open_conversation_ids": "openConversationIds",
    "corp_ids": "corpIds",
}


def check_scope(value: object, *, pending: Pending = nothing_pending) -> dict[str, tuple[Any, ...]]:
    """Check a scope given as a mapping, and return the ids of each field.

    :param value: The mapping; keys may have either spelling.
    :param pending: Returns whether a value is not known yet. Such values are skipped.
    :raises InvalidArgumentError: If the value is not a mapping, has an unknown key, has a field twice, has a
        field that is not a list of ids, or has no id at all.
    """
    if pending(value):
        return {}
    if not isinstance(value, Mapping):
        msg = f"subscribe_scope must be a mapping, not {type(value).__name__}"
        raise InvalidArgumentError(msg)
    spellings = {spelling: name for name, wire in SCOPE_FIELDS.items() for spelling in (name, wire)}
    found: dict[str, tuple[Any, ...]] = {}
    for key, ids in value.items():
        name = spellings.get(key) if isinstance(key, str) else None
        if name is None:
            allowed = ", ".join(f"{name} (or {wire})" for name, wire in SCOPE_FIELDS.items())
            msg = f"subscribe_scope has an unknown key {described(key)}; allowed are {allowed}"
            raise InvalidArgumentError(msg)
        if name in found:
            msg = f"subscribe_scope has {name} twice, in both spellings"
            raise InvalidArgumentError(msg)
        found[name] = tuple(check_texts(f"subscribe_scope.{name}", ids, pending=pending))
    if not any(found.values()) and not any(pending(ids) for ids in value.values()):
        msg = f"subscribe_scope must hold at least one id in {', '.join(SCOPE_FIELDS)}; it holds 0"
        raise InvalidArgumentError(msg)
    return found
