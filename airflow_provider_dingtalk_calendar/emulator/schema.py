"""The shapes of requests and answers, as JSON Schema, and that part of it which requests are checked by.

``x-messages`` says with which words DingTalk refuses a value, by the keyword that it fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Schema = Mapping[str, Any]

ANYTHING: Schema = {}
TEXT: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
MAPPING: Schema = {"type": "object"}


def text(**limits: object) -> Schema:
    """Return the schema of a text.

    :param limits: further keywords.
    """
    return {**TEXT, **limits}


def one_of(*values: str) -> Schema:
    """Return the schema of one of some texts.

    :param values: the texts.
    """
    return {**TEXT, "enum": list(values)}


def integer(least: int, most: int) -> Schema:
    """Return the schema of a whole number.

    :param least: the smallest.
    :param most: the largest.
    """
    return {**INTEGER, "minimum": least, "maximum": most}


def array(items: Schema, **limits: object) -> Schema:
    """Return the schema of a list.

    :param items: the schema of each item.
    :param limits: further keywords.
    """
    return {"type": "array", "items": items, **limits}


def record(properties: Mapping[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    """Return the schema of an object that may have other fields too.

    :param properties: the schemas of the known fields.
    :param required: those that it has to have.
    """
    schema: dict[str, object] = {"type": "object", "properties": dict(properties)}
    return {**schema, "required": list(required)} if required else schema


def exactly(properties: Mapping[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    """Return the schema of an object that has these fields and no other.

    :param properties: the schemas of the fields.
    :param optional: those that it need not have.
    """
    required = tuple(name for name in properties if name not in optional)
    return {**record(properties, required), "additionalProperties": False}


def saying(schema: Schema, **messages: str) -> Schema:
    """Return a schema with the words that a value is refused with.

    :param schema: the schema.
    :param messages: the words, by the keyword that fails.
    """
    return {**schema, "x-messages": messages}


def fault_of(value: object, schema: Schema) -> str | None:
    """Return the words with which a value is refused, ``None`` if it fits; empty where no page has any.

    A ``null`` counts as left out, and fields that a schema does not have are let through: both undocumented.

    :param value: the value.
    :param schema: what it shall be.
    """
    failed = _failed_keyword(value, schema)
    if failed is not None:
        return str(schema.get("x-messages", {}).get(failed, ""))
    if isinstance(value, Mapping):
        return _fault_inside(value, schema)
    if isinstance(value, list):
        faults = (fault_of(item, schema.get("items", ANYTHING)) for item in value)
        return next((fault for fault in faults if fault is not None), None)
    return None


def _fault_inside(value: Mapping[str, object], schema: Schema) -> str | None:
    for name, inner in schema.get("properties", {}).items():
        if value.get(name) is not None:
            fault = fault_of(value[name], inner)
            if fault is not None:
                return fault
        elif name in schema.get("required", ()):
            return str(inner.get("x-messages", {}).get("required", ""))
    return None


def _failed_keyword(value: object, schema: Schema) -> str | None:
    for keyword, fits in _KEYWORDS.items():
        if keyword in schema and not fits(value, schema[keyword]):
            return keyword
    return None


_TYPES: Mapping[str, Callable[[object], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, Mapping),
}

_KEYWORDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "type": lambda value, name: _TYPES[name](value),
    "enum": lambda value, allowed: value in allowed,
    "minimum": lambda value, least: value >= least,
    "maximum": lambda value, most: value <= most,
    "maxLength": lambda value, most: len(value) <= most,
    "minItems": lambda value, least: len(value) >= least,
    "maxItems": lambda value, most: len(value) <= most,
}
"""The keywords that are checked, in this order, the type first."""
