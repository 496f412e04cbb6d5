"""Reading the parts of a JSON body; each fault is the parameter fault of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_dingtalk_calendar.emulator import errors
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError


def read_mapping(value: object) -> Mapping[str, Any]:
    """Return a JSON object.

    :param value: what the request gives.
    :raises ApiError: if it is anything else.
    """
    if not isinstance(value, Mapping):
        raise ApiError(errors.OTHER_PARAMETER)
    return value


def read_list(value: object) -> list[object]:
    """Return a JSON array.

    :param value: what the request gives.
    :raises ApiError: if it is anything else.
    """
    if not isinstance(value, list):
        raise ApiError(errors.OTHER_PARAMETER)
    return value


def read_text(value: object) -> str:
    """Return a text.

    :param value: what the request gives.
    :raises ApiError: if it is anything else.
    """
    if not isinstance(value, str):
        raise ApiError(errors.OTHER_PARAMETER)
    return value


def read_limited(value: object, most: int) -> str:
    """Return a text that is short enough.

    :param value: what the request gives.
    :param most: the greatest length allowed.
    :raises ApiError: if it is anything else.
    """
    text = read_text(value)
    if len(text) > most:
        raise ApiError(errors.OTHER_PARAMETER)
    return text


def read_filled(mapping: Mapping[str, Any], name: str) -> str:
    """Return a text of an object that is there and not blank.

    :param mapping: the object.
    :param name: its field.
    :raises ApiError: if it is not.
    """
    text = read_text(mapping.get(name))
    if not text.strip():
        raise ApiError(errors.OTHER_PARAMETER)
    return text


def read_bool(value: object) -> bool:
    """Return true or false.

    :param value: what the request gives.
    :raises ApiError: if it is anything else.
    """
    if not isinstance(value, bool):
        raise ApiError(errors.OTHER_PARAMETER)
    return value


def read_one_of(value: object, allowed: tuple[str, ...]) -> str:
    """Return one of some texts.

    :param value: what the request gives.
    :param allowed: these texts.
    :raises ApiError: if it is anything else.
    """
    text = read_text(value)
    if text not in allowed:
        raise ApiError(errors.OTHER_PARAMETER)
    return text
