"""The valid requests and answers of an operation, as JSON Schema.

One contract both validates the requests of an operation and describes them in ``/openapi.json``.
``x-messages`` maps a schema keyword to the words with which DingTalk refuses a value that breaks the keyword.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import fastjsonschema

from .errors import OTHER_PARAMETER, ErrorAnswer, ServiceError

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string"}
FILLED: Schema = {"type": "string", "pattern": r"\S"}
"""A string that is neither empty nor blank."""
UNION_ID: Schema = {**TEXT, "format": "unionId"}
FILLED_UNION_ID: Schema = {**FILLED, **UNION_ID}
INTEGER: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
MAPPING: Schema = {"type": "object"}

_FLAGS = {"true": True, "false": False}
_MOST_DIGITS = 18


def text_with(**limits: object) -> Schema:
    """Return the schema of a string. ``limits`` are additional keywords."""
    return {**TEXT, **limits}


def choice(*values: str) -> Schema:
    """Return the schema of a string that must be one of the given values."""
    return {**TEXT, "enum": list(values)}


def integer(least: int, most: int) -> Schema:
    """Return the schema of a whole number between two bounds, both included."""
    return {**INTEGER, "minimum": least, "maximum": most}


def array(items: Schema, **limits: object) -> Schema:
    """Return the schema of a list. ``limits`` are additional keywords."""
    return {"type": "array", "items": items, **limits}


def record(properties: Mapping[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    """Return the schema of an object that can also have other fields.

    :param properties: the schemas of the known fields.
    :param required: the fields that the object must have.
    """
    schema: dict[str, object] = {"type": "object", "properties": dict(properties)}
    return {**schema, "required": list(required)} if required else schema


def full(properties: Mapping[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    """Return the schema of an object that must have the given fields and can also have others.

    :param properties: the schemas of the fields.
    :param optional: the given fields that may be missing.
    """
    return record(properties, tuple(name for name in properties if name not in optional))


def exactly(properties: Mapping[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    """Return the same schema as ``full``, except that it allows no other fields."""
    return {**full(properties, optional), "additionalProperties": False}


def saying(schema: Schema, **messages: str) -> Schema:
    """Return the schema together with DingTalk's words for refusing a bad value.

    :param messages: for each keyword, the words for refusing a value that breaks the keyword.
    """
    return {**schema, "x-messages": messages}


@dataclass(frozen=True)
class Contract:
    """The query, body and answer of an operation, from the operation's page, or else from the official SDK.

    :param answer: the schema of the answer, ``None`` for an answer without a body. For the legacy API, the
        schema of the fields other than ``errcode`` and ``errmsg``.
    :param body: the schema of the request body, ``None`` for no body.
    :param query: the schemas of the query parameters.
    :param required: the query parameters that must be given.
    :param error: the answer to a request that breaks the contract. Words from the schema replace the message
        of that answer.
    """

    answer: Schema | None
    body: Schema | None = None
    query: Mapping[str, Schema] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    error: ErrorAnswer = OTHER_PARAMETER

    def read_body(self, body: object) -> dict[str, Any]:
        """Return those fields of a body that the contract knows.

        A ``null`` counts as left out, and unknown fields are ignored (neither is documented).

        :raises ServiceError: if the body breaks the contract.
        """
        schema = self.body or record({})
        given = body
        if isinstance(body, Mapping):
            try:
                known = {name: _without_nulls(body[name]) for name in schema["properties"] if name in body}
            except RecursionError:
                raise ServiceError(self.error) from None
            given = {name: value for name, value in {**body, **known}.items() if value is not None}
        return self._read(given, schema, self._check_body)

    def read_form(self, fields: object) -> dict[str, Any]:
        """Return the fields of a body. Numbers and flags may be written as strings, as in a form.

        :raises ServiceError: if the body breaks the contract.
        """
        if not isinstance(fields, Mapping):
            return self.read_body(fields)
        schemas = (self.body or record({}))["properties"]
        return self.read_body({name: _typed(value, schemas.get(name, {})) for name, value in fields.items()})

    def read_query(self, texts: Mapping[str, str | None]) -> dict[str, Any]:
        """Return the given query parameters, converted to their types.

        An empty string counts as left out, but an empty number or flag does not (neither is documented).

        :param texts: the parameters as they were sent.
        :raises ServiceError: if the parameters break the contract.
        """
        typed = {name: _typed(value, self.query[name]) for name, value in texts.items()}
        given = {
            name: value
            for name, value in typed.items()
            if value != "" or self.query[name]["type"] != "string"
        }
        return self._read(_without_nulls(given), record(self.query, self.required), self._check_query)

    # Compile on first use, because most processes call only a few operations.
    @cached_property
    def _check_body(self) -> Callable[[Any], object]:
        return _compiled(self.body or record({}))

    @cached_property
    def _check_query(self) -> Callable[[Any], object]:
        return _compiled(record(self.query, self.required))

    def _read(self, value: Any, schema: Schema, check: Callable[[Any], object]) -> dict[str, Any]:
        try:
            check(value)
        except fastjsonschema.JsonSchemaValueException as error:
            words = _words(error.definition, str(error.rule), error.value)
            raise ServiceError(replace(self.error, message=words or self.error.message)) from error
        return {name: value[name] for name in schema["properties"] if name in value}


def union_ids(value: object, schema: Schema, place: str = "") -> Iterator[tuple[str, str]]:
    """Return each unionId in a valid value, with the name of its field.

    :param schema: the schema of the value. A unionId has the format ``unionId``.
    :param place: the name of the field that holds the value.
    """
    if schema.get("format") == UNION_ID["format"]:
        yield place, str(value)
    elif isinstance(value, Mapping):
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                yield from union_ids(value[name], inner, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for item in value:
            yield from union_ids(item, schema["items"], place)


def _compiled(schema: Schema) -> Callable[[Any], object]:
    return fastjsonschema.compile(dict(schema), use_default=False, use_formats=False)


def _words(schema: Schema, keyword: str, value: Any) -> str:
    """Return the words for a value that breaks a keyword. A missing field has its own words."""
    if keyword == "required":
        missing = next(name for name in schema["required"] if name not in value)
        schema = schema["properties"].get(missing, {})
    return str(schema.get("x-messages", {}).get(keyword, ""))


def _without_nulls(value: object) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def _typed(value: object, schema: Schema) -> object:
    """Convert a string to the number or flag that it stands for. Return any other string unchanged."""
    kind = schema.get("type")
    if not isinstance(value, str) or kind not in {"integer", "boolean"}:
        return value
    if kind == "boolean":
        return _FLAGS.get(value, value)
    digits = value.lstrip("0")
    if value.isascii() and value.isdecimal() and len(digits) <= _MOST_DIGITS:
        return int(digits or "0")
    return value
