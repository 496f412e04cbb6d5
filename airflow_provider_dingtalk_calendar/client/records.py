"""Records of the API: frozen dataclasses whose fields in snake_case stand for JSON keys in camelCase."""

from __future__ import annotations

import dataclasses
import functools
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

R = TypeVar("R", bound="Record")

_WRONG = object()

#: How a field is declared that takes a text.
_TEXTS = (str, str | None)


def wire_name(name: str) -> str:
    """Return the API's spelling of a field: ``time_zone`` becomes ``timeZone``."""
    first, *more = name.split("_")
    return first + "".join(map(str.title, more))


def given(**fields: Any) -> dict[str, Any]:
    """Return those of the fields that are not None, in the API's spelling."""
    return {wire_name(name): value for name, value in fields.items() if value is not None}


@dataclass(frozen=True)
class Record:
    """Base of the records.

    What has no default has to be in an answer. All else is lenient, since the API says more and other things
    than its documentation: what is absent or of another type takes its default.

    :param wire: The answer as it came, with the fields that have no name here.
    """

    wire: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False, kw_only=True)

    @classmethod
    def from_wire(cls: type[R], wire: Mapping[str, Any]) -> R:
        """Read the API's form.

        :raises ValueError: If a field without a default is missing; the text names it.
        """
        values: dict[str, Any] = {}
        for name, key, kind, required in _plan(cls):  # type: ignore[arg-type]
            value = wire.get(key)
            # Most are texts or absent, and there can be thousands of records.
            if value is not None and not (type(value) is str and kind in _TEXTS):
                value = _read(kind, value)
            is_there = value is not _WRONG and value is not None
            if required and (not is_there or (isinstance(value, str) and not value.strip())):
                msg = f"the answer has no {key}"
                raise ValueError(msg)
            if is_there:
                values[name] = value
        return cls(**values, wire=wire)

    def to_wire(self) -> dict[str, Any]:
        """Return the API's form, without what is None."""
        return {
            key: _written(value)
            for name, key, *_ in _plan(type(self))  # type: ignore[arg-type]
            if (value := getattr(self, name)) is not None
        }


@functools.cache
def _plan(cls: Any) -> tuple[tuple[str, str, Any, bool], ...]:
    """Return name, JSON key and type of each field, and whether it is required."""
    hints = get_type_hints(cls)
    return tuple(
        (
            one.name,
            one.metadata.get("key", wire_name(one.name)),
            hints[one.name],
            one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING,
        )
        for one in dataclasses.fields(cls)
        if one.name != "wire"
    )


def _read(kind: Any, value: object) -> Any:
    """Return the value as the type wants it, ``_WRONG`` if it is of another."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return next((read for one in arguments if (read := _read(one, value)) is not _WRONG), _WRONG)
    if origin is tuple:
        if not isinstance(value, list):
            return _WRONG
        return tuple(read for item in value if (read := _read(arguments[0], item)) is not _WRONG)
    if isinstance(kind, type) and issubclass(kind, Record):
        return _record(kind, value)
    if kind is Any:
        return value
    wanted = origin or kind
    # True is an int in Python and no number in JSON.
    fits = isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool))
    return value if fits else _WRONG


def _record(kind: type[Record], value: object) -> Any:
    if not isinstance(value, Mapping):
        return _WRONG
    try:
        return kind.from_wire(value)
    except ValueError:
        return _WRONG


def _written(value: Any) -> Any:
    if isinstance(value, Record):
        return value.to_wire()
    return [_written(item) for item in value] if isinstance(value, tuple) else value
