"""Checks of operator arguments.

A check takes the name and the value of an argument and raises an error if the value is wrong. Operators check
all values that are known when a DAG is parsed, and the rest when the task runs.

A value is *pending* if Airflow resolves it before the task runs, like a template or the output of an upstream
task. :meth:`.DingTalkOperator.check_known` skips arguments that are pending. The checks skip pending items in
lists and mappings.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import timedelta
from functools import partial
from typing import Any, TypeAlias

from airflow_provider_dingtalk_calendar.client.wire.values import (
    MISSING,
    check_path_id,
    check_text,
    check_texts,
    described,
)
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

#: The three strings that open a Jinja tag.
TEMPLATE_MARKS = ("{{", "{%", "{#")

#: Arguments that list people.
OF_PEOPLE = frozenset({"attendees", "managers", "subscribe_scope", "union_id", "user_ids"})

#: Default for the longest time between two looks at a calendar.
RECHECK = timedelta(minutes=30)

SHORTEST_RECHECK, LONGEST_RECHECK = timedelta(seconds=1), timedelta(days=7)

#: Shortest interval between two looks without a warning. It costs 8,640 calls in 30 days; a standard
#: organization has 5,000 a month. https://help.dingtalk.io/open/development/call-frequency-limit
SPARING = timedelta(minutes=5)

Check: TypeAlias = Callable[[str, Any], object]


def is_pending(value: object) -> bool:
    """Tell whether the value itself is a template or the output of an upstream task.

    Everything else that Airflow resolves (XComArg, a mapped argument, a DAG parameter) has a method
    ``resolve``.

    :param value: An argument, or an item inside an argument.
    """
    if isinstance(value, str):
        return any(mark in value for mark in TEMPLATE_MARKS)
    return callable(getattr(value, "resolve", None))


def holds_pending(value: object) -> bool:
    """Tell whether the value or anything inside it is pending.

    :param value: An argument.
    """
    if is_pending(value):
        return True
    if isinstance(value, Mapping):
        return any(map(holds_pending, value.values()))
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray | range):
        return any(map(holds_pending, value))
    return False


@contextlib.contextmanager
def explained(arguments: Mapping[str, Any]) -> Iterator[None]:
    """Add the remedy for a usual mistake in DAG files to an error about arguments.

    :param arguments: The arguments that are checked.
    :raises InvalidArgumentError: The error of the check.
    """
    try:
        yield
    except InvalidArgumentError as error:
        hint = None
        # A value that is nested too deeply is not a usual mistake, so it gets no hint.
        with contextlib.suppress(RecursionError):
            hint = next(filter(None, (_hint(name, value) for name, value in arguments.items())), None)
        if hint is None:
            raise
        msg = f"{error}; {hint}"
        raise InvalidArgumentError(msg) from None


def _hint(name: str, value: object) -> str | None:
    """Return the remedy for a value that a DAG author probably did not mean to give."""
    if hasattr(type(value), "output") and hasattr(value, "task_id"):
        return f"{value.task_id!r} is a task: pass its output (task.output)"
    if isinstance(value, str):
        if value.strip()[:1] + value.strip()[-1:] in {"{}", "[]"}:
            return (
                "a template renders text: set render_template_as_native_obj on the DAG, or pass task.output"
            )
        if value == MISSING:
            return "a template renders a missing value as this text"
        return None if value else "a template that finds nothing renders an empty text"
    inside = [("", one) for one in value] if isinstance(value, list | tuple) else []
    if isinstance(value, Mapping):
        are_texts = all(isinstance(one, str) for one in (*value, *value.values()))
        if name in OF_PEOPLE and value and are_texts and "id" not in value:
            return f'of what LookUpUnionIdsOperator returns, {name} takes task.output["union_ids"]'
        inside = [(name if name == "subscribe_scope" else "", one) for one in value.values()]
    return next(filter(None, (_hint(*one) for one in inside)), None)


def optional(check: Check) -> Check:
    """Return a check that also accepts None."""
    return lambda name, value: None if value is None else check(name, value)


def required(check: Check) -> Check:
    """Turn a check that accepts None into one that refuses None."""

    def checked(name: str, value: object) -> object:
        if value is None:
            msg = f"{name} must be given, not None"
            raise InvalidArgumentError(msg)
        return check(name, value)

    return checked


def path_ids(name: str, value: object) -> None:
    """Check an id that becomes part of a path, or a list of such ids."""
    if value is None or isinstance(value, str):
        if value and value.startswith("[") and value.endswith("]"):
            msg = f"{name} must be a string or a list, not a list written as a string"
            raise InvalidArgumentError(msg)
        check_path_id(name, value)
        return
    for index, one in enumerate(check_texts(name, value, pending=is_pending)):
        check_path_id(f"{name}[{index}]", one, pending=is_pending)


def text(*, limit: int | None = None, required: bool = True) -> Check:
    """Return a check for a string.

    :param limit: Maximum number of characters.
    :param required: Whether to reject None and blank strings.
    """
    return lambda name, value: check_text(name, value, limit=limit, required=required)


#: Check for a list of strings, or None.
texts = partial(check_texts, pending=is_pending)


def matches(name: str, value: Any) -> None:
    """Check criteria that select events, or None."""
    from airflow_provider_dingtalk_calendar.client.wire.event_match import check_matches

    check_matches(name, value, pending=is_pending)


def required_texts(name: str, value: object) -> None:
    """Check a required list of strings."""
    if value is None:
        msg = f"{name} must be a list of strings, not NoneType"
        raise InvalidArgumentError(msg)
    texts(name, value)


def sequence(name: str, value: object) -> None:
    """Check that the value is a list. Its items are not checked."""
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        msg = f"{name} must be a list, not {type(value).__name__}"
        raise InvalidArgumentError(msg)


def mapping(name: str, value: object) -> None:
    """Check that the value is a mapping. Its contents are not checked."""
    if not isinstance(value, Mapping):
        msg = f"{name} must be a mapping, not {type(value).__name__}"
        raise InvalidArgumentError(msg)


def moment(name: str, value: Any) -> None:
    """Check a datetime with a time zone, or an ISO 8601 string with an offset."""
    from airflow_provider_dingtalk_calendar.client.wire.times import moment_to_wire

    if value is None:
        msg = f"{name} must be a datetime with a time zone, not NoneType"
        raise InvalidArgumentError(msg)
    moment_to_wire(name, value)


def zone(name: str, value: object) -> None:
    """Check a TZ database name."""
    from airflow_provider_dingtalk_calendar.client.wire.times import read_zone

    read_zone(name, value)


def period(first: str, last: str, arguments: Mapping[str, Any], *, longest_of_lists: bool = False) -> None:
    """Check that one time is not before another one, if both are known.

    :param first: Name of the earlier time.
    :param last: Name of the later time.
    :param arguments: The arguments.
    :param longest_of_lists: Whether the period must not be longer than a list of events can cover.
    """
    from airflow_provider_dingtalk_calendar.client.wire.times import LONGEST_LIST, window_to_wire

    begins, ends = ((name, arguments.get(name)) for name in (first, last))
    if not is_pending(begins[1]) and not is_pending(ends[1]):
        window_to_wire(begins, ends, longest=LONGEST_LIST if longest_of_lists else None)


def one_of(*allowed: str) -> Check:
    """Return a check that a value is one of the allowed values."""

    def check(name: str, value: object) -> None:
        if value not in allowed:
            msg = f"{name} must be one of {', '.join(map(repr, allowed))}, not {value!r}"
            raise InvalidArgumentError(msg)

    return check


def flag(name: str, value: object) -> bool | None:
    """Check a bool or None, and return it. A string is accepted, too, because templates render as strings.

    :raises InvalidArgumentError: If the value is none of these.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    msg = f"{name} must be True or False, not {value!r}"
    raise InvalidArgumentError(msg)


def count(name: str, value: object) -> int | None:
    """Check a whole number of at least 0, or None, and return it. A string is accepted, too.

    :raises InvalidArgumentError: If the value is none of these.
    """
    if value is None:
        return None
    if isinstance(value, int | str) and not isinstance(value, bool):
        with contextlib.suppress(ValueError):
            number = int(value)
            if number >= 0:
                return number
    msg = f"{name} must be a whole number of at least 0, not {value!r}"
    raise InvalidArgumentError(msg)


def template_scope(name: str, value: object) -> None:
    """Check a subscribe scope. It must be a mapping, because Airflow does not render a SubscribeScope."""
    from airflow_provider_dingtalk_calendar.client.resources.subscribe_scope import check_scope

    if is_dataclass(value):
        msg = f"{name} must be a mapping, which Airflow can render, not {type(value).__name__}"
        raise InvalidArgumentError(msg)
    check_scope(value, pending=is_pending)


def recheck(name: str, value: object) -> None:
    """Check the longest time between two looks at a calendar."""
    if not isinstance(value, timedelta) or not SHORTEST_RECHECK <= value <= LONGEST_RECHECK:
        said = value if isinstance(value, timedelta) else described(value)
        msg = f"{name} must be a timedelta from 1 second to {LONGEST_RECHECK.days} days, not {said}"
        raise InvalidArgumentError(msg)


def recheck_seconds(name: str, value: object) -> None:
    """Check the longest time between two looks at a calendar, in seconds."""
    shortest, longest = (one.total_seconds() for one in (SHORTEST_RECHECK, LONGEST_RECHECK))
    if isinstance(value, bool) or not isinstance(value, int | float) or not shortest <= value <= longest:
        msg = f"{name} must be a number of seconds from {shortest:g} to {longest:.0f}, not {value!r}"
        raise InvalidArgumentError(msg)


def cost_warning(interval: timedelta) -> str | None:
    """Return a warning about looks at a calendar that come too often; None if they do not."""
    if interval >= SPARING:
        return None
    calls = timedelta(days=30) // interval
    return (
        f"A look every {interval.total_seconds():g} s costs up to {calls:,} metered calls in 30 days. "
        "A standard organization has 5,000 a month"
    )
