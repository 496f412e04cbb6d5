"""Criteria that select events of a calendar.

DAG files can import this module cheaply: it imports nothing heavy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeAlias, TypeGuard

from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

from .values import Pending, check_text, described, nothing_pending

#: Beginnings of a list that a template has rendered as a string.
_TEXT_OF_A_LIST = ("['", '["', "[{")


@dataclass(frozen=True)
class EventMatch:
    """Selects the events that meet all of the given criteria. At least one criterion must be given.

    :param title: A string that the title must contain. Upper and lower case count as equal.
    :param pattern: A regular expression that must match somewhere in the title.
    :param organizer: unionId of the organizer.
    :param all_day: True for all-day events only, False for all other events.
    :raises InvalidArgumentError: If no criterion is given, or a criterion is wrong.
    """

    title: str | None = None
    pattern: str | None = None
    organizer: str | None = None
    all_day: bool | None = None

    def __post_init__(self) -> None:
        """Check the criteria."""
        _check(self.to_json())

    def fits(self, title: str, organizer: str | None, *, all_day: bool) -> bool:
        """Return whether an event with these values meets all criteria.

        :param title: Title of the event; may be empty.
        :param organizer: unionId of the organizer; None if unknown.
        :param all_day: Whether this is an all-day event.
        """
        return (
            (self.title is None or self.title.casefold() in title.casefold())
            and (self.pattern is None or re.search(self.pattern, title) is not None)
            and (self.organizer is None or self.organizer == organizer)
            and (self.all_day is None or self.all_day == all_day)
        )

    def to_json(self) -> dict[str, Any]:
        """Return the given criteria by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}


#: A string that the title must contain, an EventMatch, or a mapping with the fields of EventMatch.
MatchLike: TypeAlias = str | EventMatch | Mapping[str, Any]

CRITERIA = tuple(one.name for one in fields(EventMatch))


def check_matches(field_name: str, value: object, *, pending: Pending = nothing_pending) -> None:
    """Check criteria, as far as they are known.

    :param field_name: Name of the field in the error.
    :param value: One :data:`MatchLike` or a list of them; None if not given.
    :param pending: Returns whether to skip a value.
    :raises InvalidArgumentError: If a value is wrong, or a list is empty.
    """
    if value is None or pending(value):
        return
    if not _is_list(value):
        _check_one(field_name, value, pending)
        return
    if not value:
        # An empty list is probably a mistake of an upstream task, not a wish to select no events.
        msg = f"{field_name} must be None or have at least one entry, but the list is empty"
        raise InvalidArgumentError(msg)
    for index, one in enumerate(value):
        if not pending(one):
            _check_one(f"{field_name}[{index}]", one, pending)


def read_matches(field_name: str, value: object) -> tuple[EventMatch, ...] | None:
    """Return criteria as a tuple; None if not given.

    :param field_name: Name of the field in the error.
    :param value: As in :func:`check_matches`.
    :raises InvalidArgumentError: If a value is wrong, or a list is empty.
    """
    check_matches(field_name, value)
    if value is None:
        return None
    return tuple(map(_read_one, value if _is_list(value) else [value]))


def matches_to_json(field_name: str, value: object) -> list[dict[str, Any]] | None:
    """Return criteria as JSON; None if not given.

    :param field_name: Name of the field in the error.
    :param value: As in :func:`check_matches`.
    :raises InvalidArgumentError: If a value is wrong, or a list is empty.
    """
    matches = read_matches(field_name, value)
    return None if matches is None else [one.to_json() for one in matches]


def matches_to_texts(field_name: str, value: object) -> list[str]:
    """Return criteria as sorted strings: a title alone as it is, everything else as a JSON object.

    :param field_name: Name of the field in the error.
    :param value: As in :func:`check_matches`. None makes an empty list.
    :raises InvalidArgumentError: If a value is wrong, or a list is empty.
    """
    return sorted({_as_text(match) for match in read_matches(field_name, value) or ()})


def matches_from_texts(field_name: str, texts: Sequence[str]) -> tuple[EventMatch, ...] | None:
    """Return the criteria that :func:`matches_to_texts` has written.

    :param field_name: Name of the field in the error.
    :param texts: The strings.
    :raises InvalidArgumentError: If one is wrong.
    """
    try:
        matches = [json.loads(text) if text.startswith("{") else text for text in texts]
    except (ValueError, RecursionError):
        msg = f"{field_name} must be titles or JSON objects"
        raise InvalidArgumentError(msg) from None
    return read_matches(field_name, matches or None)


def _as_text(match: EventMatch) -> str:
    criteria = match.to_json()
    if match.title and len(criteria) == 1 and not match.title.startswith("{"):
        return match.title
    return json.dumps(criteria, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _is_list(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray)


def _read_one(value: Any) -> EventMatch:
    if isinstance(value, EventMatch):
        return value
    return EventMatch(title=value) if isinstance(value, str) else EventMatch(**value)


def _check_one(field_name: str, value: object, pending: Pending) -> None:
    if isinstance(value, EventMatch):
        # EventMatch has checked its criteria. A template in one of them would never be rendered.
        if any(map(pending, value.to_json().values())):
            msg = (
                f"{field_name} holds an EventMatch with a template in it, which Airflow does not render: "
                "use a mapping"
            )
            raise InvalidArgumentError(msg)
    elif isinstance(value, str):
        _check_title(field_name, value)
    elif isinstance(value, Mapping):
        _check(value, f"{field_name}.", pending)
    else:
        msg = f"{field_name} must be a text, an EventMatch or a mapping, not {described(value)}"
        raise InvalidArgumentError(msg)


def _check(criteria: Mapping[str, Any], prefix: str = "", pending: Pending = nothing_pending) -> None:
    owner, allowed = prefix.removesuffix(".") or "EventMatch", ", ".join(CRITERIA)
    for name in criteria:
        if name not in CRITERIA:
            msg = f"{owner} has an unknown criterion {described(name)}; allowed are {allowed}"
            raise InvalidArgumentError(msg)
    if all(value is None for value in criteria.values()):
        msg = f"{owner} must have at least one of {allowed}, but has none"
        raise InvalidArgumentError(msg)
    for name, value in criteria.items():
        if value is not None and not pending(value):
            _CHECKS[name](f"{prefix}{name}", value)


def _check_title(field_name: str, value: Any) -> None:
    check_text(field_name, value)
    if value.startswith(_TEXT_OF_A_LIST):
        msg = (
            f"{field_name} is the text of a list, as a template renders one: pass the output of the task "
            "itself (task.output), or set render_template_as_native_obj on the DAG"
        )
        raise InvalidArgumentError(msg)


def _check_pattern(field_name: str, value: Any) -> None:
    check_text(field_name, value)
    try:
        re.compile(value)
    except (re.error, RecursionError, OverflowError) as error:
        msg = f"{field_name} must be a regular expression, not {described(value)} ({error})"
        raise InvalidArgumentError(msg) from None


def _check_flag(field_name: str, value: Any) -> None:
    if not isinstance(value, bool):
        msg = f"{field_name} must be True or False, not {described(value)}"
        raise InvalidArgumentError(msg)


_CHECKS = {
    "title": _check_title,
    "pattern": _check_pattern,
    "organizer": check_text,
    "all_day": _check_flag,
}
