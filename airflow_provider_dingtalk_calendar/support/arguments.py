"""Checks of arguments when a DAG is parsed: what is pending, such as a template, passes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from typing import Any, TypeAlias

from airflow_provider_dingtalk_calendar.client.resources.subscribe_scope import MAX_DESCRIPTION, MAX_NAME
from airflow_provider_dingtalk_calendar.client.resources.subscribe_scope import (
    check_scope as check_known_scope,
)
from airflow_provider_dingtalk_calendar.client.wire.values import check_path_id, check_text, check_texts
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

#: Jinja's three ways to open a tag.
TEMPLATE_MARKS = ("{{", "{%", "{#")


def is_pending(value: object) -> bool:
    """Tell whether the value is a template, or the output of an upstream task.

    Whatever Airflow resolves before a task runs (XComArg, a mapped argument, a DAG parameter) has a
    ``resolve`` method. Other values inside a list or a mapping are looked at one by one.

    :param value: An argument, or an item inside one.
    """
    if isinstance(value, str):
        return any(mark in value for mark in TEMPLATE_MARKS)
    return callable(getattr(value, "resolve", None))


def holds_pending(value: object) -> bool:
    """Tell whether the value, or anything inside it, is pending.

    :param value: An argument.
    """
    if is_pending(value):
        return True
    if isinstance(value, Mapping):
        return any(map(holds_pending, value.values()))
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray | range):
        return any(map(holds_pending, value))
    return False


Check: TypeAlias = Callable[[Any], object]


def path_id(name: str) -> Check:
    """Return the check of an argument that becomes part of a path."""
    return lambda value: check_path_id(name, value, pending=is_pending)


def text(name: str, *, limit: int | None = None, required: bool = True) -> Check:
    """Return the check of a text."""
    return lambda value: check_text(name, value, limit=limit, required=required, pending=is_pending)


def texts(name: str, *, required: bool = False) -> Check:
    """Return the check of a list of texts."""

    def check(value: object) -> None:
        if value is None and required:
            msg = f"{name} must be a list of strings, not NoneType"
            raise InvalidArgumentError(msg)
        check_texts(name, value, pending=is_pending)

    return check


def sequence(name: str) -> Check:
    """Return the check of a list of whatever the client takes."""

    def check(value: object) -> None:
        if is_pending(value) or (isinstance(value, Sequence) and not isinstance(value, str | bytes)):
            return
        msg = f"{name} must be a list, not {type(value).__name__}"
        raise InvalidArgumentError(msg)

    return check


def mapping(name: str) -> Check:
    """Return the check of a mapping."""

    def check(value: object) -> None:
        if not is_pending(value) and not isinstance(value, Mapping):
            msg = f"{name} must be a mapping, not {type(value).__name__}"
            raise InvalidArgumentError(msg)

    return check


def moment(name: str) -> Check:
    """Return the check of a datetime with a time zone."""

    def check(value: object) -> None:
        from airflow_provider_dingtalk_calendar.client.wire.times import moment_to_wire

        if value is None:
            msg = f"{name} must be a datetime with a time zone, not NoneType"
            raise InvalidArgumentError(msg)
        if not is_pending(value):
            moment_to_wire(name, value)  # type: ignore[arg-type]  # it says itself what it takes

    return check


def one_of(name: str, *allowed: str) -> Check:
    """Return the check of a word, which is no template."""

    def check(value: object) -> None:
        if value not in allowed:
            msg = f"{name} must be one of {', '.join(map(repr, allowed))}, not {value!r}"
            raise InvalidArgumentError(msg)

    return check


def flag(name: str) -> Check:
    """Return the check of True, False or None."""
    return lambda value: None if is_pending(value) else read_flag(name, value)


def read_flag(name: str, value: object) -> bool | None:
    """Return True, False or None; a template renders the first two as texts.

    :raises InvalidArgumentError: If it is neither.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    msg = f"{name} must be True or False, not {value!r}"
    raise InvalidArgumentError(msg)


def count(name: str) -> Check:
    """Return the check of a number of things, or None."""
    return lambda value: None if is_pending(value) else read_count(name, value)


def read_count(name: str, value: object) -> int | None:
    """Return a number from 0 on, or None; a template renders it as a text.

    :raises InvalidArgumentError: If it is neither.
    """
    if value is None:
        return None
    if isinstance(value, int | str) and not isinstance(value, bool):
        with contextlib.suppress(ValueError):
            number = int(value)
            if number >= 0:
                return number
    msg = f"{name} must be a whole number from 0 on, not {value!r}"
    raise InvalidArgumentError(msg)


def unless_none(check: Check) -> Check:
    """Return the check of an argument that may be absent."""
    return lambda value: None if value is None else check(value)


check_name = text("name", limit=MAX_NAME)

check_description = text("description", limit=MAX_DESCRIPTION, required=False)

check_managers = texts("managers")


def check_scope_argument(value: object) -> None:
    """Check a subscribe scope, which must be of what Airflow can render."""
    if is_dataclass(value):
        # Such as a SubscribeScope, which the client takes.
        msg = f"subscribe_scope must be a mapping, which Airflow can render, not {type(value).__name__}"
        raise InvalidArgumentError(msg)
    check_known_scope(value, pending=is_pending)


def one_or_many(name: str) -> Check:
    """Return the check of one id of a path or a list of them."""

    def check(value: object) -> None:
        if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
            msg = (
                f"{name} is the text of a list, as a template renders one: give the output of the task "
                "itself (task.output), or set render_template_as_native_obj on the DAG"
            )
            raise InvalidArgumentError(msg)
        if value is None or isinstance(value, str):
            check_path_id(name, value, pending=is_pending)
            return
        for index, one in enumerate(check_texts(name, value, pending=is_pending)):
            check_path_id(f"{name}[{index}]", one, pending=is_pending)

    return check
