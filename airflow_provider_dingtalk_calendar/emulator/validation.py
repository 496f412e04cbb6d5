"""Reading the body of a create or update request, with the errors the documentation words."""

from __future__ import annotations

from collections.abc import Mapping

from airflow_provider_dingtalk_calendar.emulator import errors
from airflow_provider_dingtalk_calendar.emulator.errors import ApiError
from airflow_provider_dingtalk_calendar.emulator.state import SCOPE_KEYS, CalendarFields

_NAME_MAX = 128
_DESCRIPTION_MAX = 1024


def read_calendar(body: object, *, partial: bool) -> CalendarFields:
    """Return the fields of a calendar in a request body.

    Fields that the page does not list are ignored and a ``null`` counts as left out: both undocumented.

    :param body: the parsed JSON, ``None`` if there was none.
    :param partial: true for an update, which may leave every field out (page update-subscription-calendar);
        false for a creation, which needs name and scope (page create-subscription-calendar).
    :raises ApiError: for a body that the service rejects.
    """
    if not isinstance(body, Mapping):
        raise ApiError(errors.OTHER_PARAMETER)
    name = _text(body.get("name"))
    if (name is None and not partial) or (name is not None and not name.strip()):
        raise ApiError(errors.NAME_BLANK)
    if name is not None and len(name) > _NAME_MAX:
        raise ApiError(errors.NAME_TOO_LONG)
    description = _text(body.get("description"))
    if description is not None and len(description) > _DESCRIPTION_MAX:
        raise ApiError(errors.OTHER_PARAMETER)
    managers = body.get("managers")
    scope = _scope(body.get("subscribeScope"))
    if scope is None and not partial:
        raise ApiError(errors.SCOPE_NULL)
    return CalendarFields(name, description, None if managers is None else _texts(managers), scope)


def _scope(value: object) -> Mapping[str, tuple[str, ...]] | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise ApiError(errors.OTHER_PARAMETER)
    scope = {key: _texts(value.get(key)) for key in SCOPE_KEYS}
    if not any(scope.values()):
        raise ApiError(errors.SCOPE_NULL)
    return scope


def _text(value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ApiError(errors.OTHER_PARAMETER)
    return value


def _texts(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ApiError(errors.OTHER_PARAMETER)
    return tuple(value)
