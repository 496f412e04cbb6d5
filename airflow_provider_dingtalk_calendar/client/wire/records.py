"""Records of the API: frozen dataclasses with snake_case fields for camelCase JSON keys."""

from __future__ import annotations

import dataclasses
import functools
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

R = TypeVar("R", bound="Record")

#: Function that reads a JSON value as the declared type. It returns None if the value has another type.
_Reader = Callable[[Any], Any]


def wire_name(name: str) -> str:
    """Return the API's spelling of a name: ``time_zone`` becomes ``timeZone``."""
    first, *more = name.split("_")
    return first + "".join(map(str.title, more))


def snake_case(name: str) -> str:
    """Return our spelling of a name: ``timeZone`` becomes ``time_zone``."""
    return re.sub("([A-Z])", r"_\1", name).lower()


def given(**fields: Any) -> dict[str, Any]:
    """Return the fields that are not None, in the API's spelling."""
    return {wire_name(name): value for name, value in fields.items() if value is not None}


#: Maximum length, in characters, of an id in an answer. DingTalk documents no limit.
MAX_ID = 1024

#: Control characters, and lone surrogates, which UTF-8 cannot encode.
_UNSOUND = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def check_id(name: str, value: str) -> None:
    """Check an id in an answer, because it goes into URLs, logs and databases.

    :param name: Name of the field in the error.
    :param value: The id.
    :raises ValueError: If the id is blank, is too long, or holds a control character or a lone surrogate.
    """
    if not value.strip():
        msg = f"the answer has no {name}"
        raise ValueError(msg)
    if len(value) > MAX_ID:
        msg = f"the {name} of the answer has {len(value)} characters, more than {MAX_ID}"
        raise ValueError(msg)
    if _UNSOUND.search(value):
        msg = f"the {name} of the answer holds a control character or a lone surrogate"
        raise ValueError(msg)


@dataclass(frozen=True)
class Record:
    """Base of all records.

    A field without a default must be in the answer; a string in such a field is an id. Any other field takes
    its default if the answer lacks the field or holds another type, because answers differ from the
    documentation.

    :param wire: The JSON object as received, including fields that the record does not have.
    """

    wire: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False, kw_only=True)

    @classmethod
    def from_wire(cls: type[R], wire: Mapping[str, Any]) -> R:
        """Make a record from a JSON object.

        :param wire: The JSON object.
        :raises ValueError: If a field without a default is missing, has another type, or is no usable id. The
            message names the field.
        """
        values: dict[str, Any] = {}
        for name, key, read, required in _plan(cls):  # type: ignore[arg-type]
            value = wire.get(key)
            if value is not None:
                value = read(value)
            if required and value is None:
                msg = f"the answer has no {key}"
                raise ValueError(msg)
            if required and isinstance(value, str):
                check_id(key, value)
            if value is not None:
                values[name] = value
        return cls(**values, wire=wire)

    def to_wire(self) -> dict[str, Any]:
        """Return a JSON object, without fields that are None."""
        return {
            key: _written(value)
            for name, key, *_ in _plan(type(self))  # type: ignore[arg-type]
            if (value := getattr(self, name)) is not None
        }


@functools.cache
def _plan(cls: Any) -> tuple[tuple[str, str, _Reader, bool], ...]:
    """Return, for each field, the name, JSON key and reader, and whether the field is required."""
    hints = get_type_hints(cls)
    return tuple(
        (
            one.name,
            one.metadata.get("key", wire_name(one.name)),
            _reader(hints[one.name]),
            one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING,
        )
        for one in dataclasses.fields(cls)
        if one.name != "wire"
    )


def _reader(kind: Any) -> _Reader:
    """Return a reader for a type. ``_plan`` keeps the readers, as a list can have thousands of records."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        readers = [_reader(one) for one in arguments if one is not types.NoneType]
        if len(readers) == 1:
            return readers[0]
        return lambda value: next((read for one in readers if (read := one(value)) is not None), None)
    if origin is tuple:
        item = _reader(arguments[0])
        return lambda value: (
            tuple(read for one in value if (read := item(one)) is not None)
            if isinstance(value, list)
            else None
        )
    if isinstance(kind, type) and issubclass(kind, Record):
        return lambda value: _record(kind, value)
    if kind is Any:
        return lambda value: value
    return _instance(origin or kind)


def _instance(wanted: type) -> _Reader:
    # In Python, True is an int. In JSON, true is not a number.
    if wanted is bool or not issubclass(bool, wanted):
        return lambda value: value if isinstance(value, wanted) else None
    return lambda value: value if isinstance(value, wanted) and not isinstance(value, bool) else None


def _record(kind: type[Record], value: object) -> Any:
    if not isinstance(value, Mapping):
        return None
    try:
        return kind.from_wire(value)
    except ValueError:
        return None


def _written(value: Any) -> Any:
    if isinstance(value, Record):
        return value.to_wire()
    return [_written(item) for item in value] if isinstance(value, tuple) else value


T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list.

    :param items: Items on the page.
    :param next_token: Token of the next page; None if this is the last page.
    :param sync_token: Token for a later list of changes. Only the last page of a list of events has this
        token.
    """

    items: tuple[T, ...]
    next_token: str | None = None
    sync_token: str | None = None
