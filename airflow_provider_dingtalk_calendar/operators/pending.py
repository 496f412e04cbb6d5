"""Which arguments of an operator are not known yet when a DAG is parsed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
