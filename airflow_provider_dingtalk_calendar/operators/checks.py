"""Checks of arguments when a DAG is parsed: what is pending, such as a template, passes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from airflow_provider_dingtalk_calendar.client.checks import check_path_id, check_text, check_texts
from airflow_provider_dingtalk_calendar.client.models import MAX_DESCRIPTION, MAX_NAME, SubscribeScope
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError
from airflow_provider_dingtalk_calendar.operators.pending import is_pending

Check: TypeAlias = Callable[[Any], object]


def path_id(name: str) -> Check:
    """Return the check of an argument that becomes part of a path."""
    return lambda value: check_path_id(name, value, pending=is_pending)


def text(name: str, *, limit: int | None = None, required: bool = True) -> Check:
    """Return the check of a text."""
    return lambda value: check_text(name, value, limit=limit, required=required, pending=is_pending)


def texts(name: str) -> Check:
    """Return the check of a list of texts."""
    return lambda value: check_texts(name, value, pending=is_pending)


def sequence(name: str) -> Check:
    """Return the check of a list of whatever the client takes."""

    def check(value: object) -> None:
        if is_pending(value) or (isinstance(value, Sequence) and not isinstance(value, str | bytes)):
            return
        msg = f"{name} must be a list, not {type(value).__name__}"
        raise InvalidArgumentError(msg)

    return check


def unless_none(check: Check) -> Check:
    """Return the check of an argument that may be absent."""
    return lambda value: None if value is None else check(value)


check_name = text("name", limit=MAX_NAME)
check_description = text("description", limit=MAX_DESCRIPTION, required=False)
check_managers = texts("managers")


def check_scope(value: object) -> None:
    """Check a subscribe scope, which must be of what Airflow can render."""
    if isinstance(value, SubscribeScope):
        msg = "subscribe_scope must be a mapping, which Airflow can render, not SubscribeScope"
        raise InvalidArgumentError(msg)
    SubscribeScope.check(value, pending=is_pending)


def one_or_many(name: str) -> Check:
    """Return the check of one id of a path or a list of them."""

    def check(value: object) -> None:
        if value is None or isinstance(value, str):
            check_path_id(name, value, pending=is_pending)
            return
        for index, one in enumerate(check_texts(name, value, pending=is_pending)):
            check_path_id(f"{name}[{index}]", one, pending=is_pending)

    return check
