"""Reading the recurrence of an event, with the errors that page create-schedule words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow_provider_dingtalk_calendar.emulator import errors, event_errors
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError
from airflow_provider_dingtalk_calendar.emulator.json_fields import (
    read_filled,
    read_mapping,
    read_one_of,
    read_text,
)
from airflow_provider_dingtalk_calendar.emulator.recurrence import (
    INDEXES,
    PATTERN_TYPES,
    WEEKDAYS,
    end_date,
    weekdays,
)

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.emulator.errors import ErrorAnswer

_LONGEST_INTERVAL = 365
_MOST_OCCURRENCES = 99
_LAST_DAY_OF_MONTH = 31
_RANGE_TYPES = ("noEnd", "endDate", "numbered")


def read_recurrence(value: object) -> dict[str, object]:
    """Return a recurrence, as it was given.

    Which fields a type needs is not documented, nor what a field that it does not use means: that is ignored.

    :param value: an object with ``pattern`` and ``range``; without a range it has no end (undocumented).
    :raises ApiError: if it is none that the service accepts.
    """
    given = read_mapping(value)
    pattern = _given(given.get("pattern"))
    limits = _given(given.get("range") or {})
    _check_pattern(pattern)
    _check_range(limits)
    return {"pattern": pattern, "range": limits or {"type": "noEnd"}}


def _given(value: object) -> dict[str, Any]:
    return {name: item for name, item in read_mapping(value).items() if item is not None}


def _check_pattern(pattern: Mapping[str, Any]) -> None:
    kind = read_one_of(pattern.get("type"), PATTERN_TYPES)
    _check_number(pattern, "interval", _LONGEST_INTERVAL, event_errors.INTERVAL_OUT_OF_RANGE)
    if kind == "absoluteMonthly":
        _check_number(pattern, "dayOfMonth", _LAST_DAY_OF_MONTH, errors.OTHER_PARAMETER)
    if kind == "relativeMonthly":
        read_one_of(pattern.get("index"), INDEXES)
        read_filled(pattern, "daysOfWeek")
    if pattern.get("daysOfWeek") and kind in {"weekly", "relativeMonthly"}:
        try:
            weekdays(read_text(pattern["daysOfWeek"]))
        except ValueError as error:
            raise ApiError(errors.OTHER_PARAMETER) from error
    if "firstDayOfWeek" in pattern:
        read_one_of(pattern["firstDayOfWeek"], WEEKDAYS)


def _check_range(limits: Mapping[str, Any]) -> None:
    """Check the end; ``endDate`` and ``numberOfOccurrences`` exclude each other (page create-schedule)."""
    if not limits:
        return
    kind = read_one_of(limits.get("type"), _RANGE_TYPES)
    if kind == "numbered" and "numberOfOccurrences" not in limits:
        raise ApiError(event_errors.OCCURRENCES_OUT_OF_RANGE)
    _check_number(limits, "numberOfOccurrences", _MOST_OCCURRENCES, event_errors.OCCURRENCES_OUT_OF_RANGE)
    if (kind == "endDate") != ("endDate" in limits) or (kind == "numbered") != (
        "numberOfOccurrences" in limits
    ):
        raise ApiError(errors.OTHER_PARAMETER)
    if kind == "endDate":
        try:
            end_date(read_text(limits["endDate"]))
        except ValueError as error:
            raise ApiError(errors.OTHER_PARAMETER) from error


def _check_number(mapping: Mapping[str, Any], name: str, most: int, error: ErrorAnswer) -> None:
    value = mapping.get(name, 1)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise ApiError(error)
