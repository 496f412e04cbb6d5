"""Check of a list of calendars.

The check has its own module so that parsing a DAG that creates calendars loads little of the client.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

from ...wire.values import Pending, described, nothing_pending

T = TypeVar("T")

#: The fields of a declared calendar.
FIELDS = ("name", "subscribe_scope", "description", "managers")


def read_declarations(
    field_name: str,
    value: object,
    read: Callable[[Mapping[str, Any]], T],
    *,
    pending: Pending = nothing_pending,
) -> list[T]:
    """Return what ``read`` makes of each calendar of a list.

    :param field_name: Name of the list in the error.
    :param value: A list of mappings with the fields of :data:`FIELDS`.
    :param read: Checks and converts one calendar. The first word of its error is the name of a field.
    :param pending: Returns whether a value is not known yet. Such calendars, and such names, are skipped.
    :raises InvalidArgumentError: If a calendar is wrong, or has the name of an earlier one. The message names
        its place in the list, and the field.
    """
    if not isinstance(value, Sequence) or isinstance(value, str | bytes | bytearray | range):
        msg = f"{field_name} must be a list of mappings, not {type(value).__name__}"
        raise InvalidArgumentError(msg)
    found, places = [], dict[str, str]()
    for index, calendar in enumerate(value):
        place = f"{field_name}[{index}]"
        if pending(calendar):
            continue
        if not isinstance(calendar, Mapping):
            msg = f"{place} must be a mapping with {', '.join(FIELDS)}, not {type(calendar).__name__}"
            raise InvalidArgumentError(msg)
        for name in calendar:
            if name not in FIELDS:
                msg = f"{place} has an unknown field {described(name)}; the fields are {', '.join(FIELDS)}"
                raise InvalidArgumentError(msg)
        try:
            found.append(read(calendar))
        except InvalidArgumentError as error:
            msg = f"{place}.{error}"
            raise InvalidArgumentError(msg) from None
        name = calendar["name"]
        if pending(name):
            continue
        first = places.setdefault(name.strip(), place)
        if first != place:
            msg = f"{place}.name must differ from {first}.name; both are {described(name)}"
            raise InvalidArgumentError(msg)
    return found
