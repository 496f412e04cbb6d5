"""The calls that both our clients and the official SDK make.

The calls cover every operation with the requests from :mod:`.operations` and :mod:`.python_values`. The calls
also put every id of ``IDS`` into every path parameter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.oracle.operations import OPERATIONS
from tests.oracle.python_values import EXAMPLES

IDS = (
    "plain-id_1.2~3",
    "日历 🎉",
    "a b",
    "a+b=",
    "!$&'()*,;:@x",
    '"<>[]\\^`{|}',
    "100% x",
    "x/y",
    "x?y",
    "x#y",
    "x%2By",
)

TOKEN = "9c1185a5-c5e9-fc54-808c-56cbd7f5ef57/+=="


@dataclass(frozen=True)
class Call:
    """One call, in the API's own spelling.

    :param operation: Official name of the operation.
    :param path: Path parameters.
    :param request: Fields of query and body.
    :param client_token: Value of ``x-client-token``.
    :param python: Arguments of our method, if they differ from ``request``. None passes ``request`` itself.
    """

    operation: str
    path: Mapping[str, str] = field(default_factory=dict)
    request: Mapping[str, Any] = field(default_factory=dict)
    client_token: str | None = None
    python: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        token = f", client_token={self.client_token!r}" if self.client_token else ""
        python = f", from {dict(self.python)}" if self.python is not None else ""
        return f"{self.operation}({dict(self.path)}, {dict(self.request)}{token}{python})"


def snake(name: str) -> str:
    """Return the name of an operation in snake case."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def with_id(request: Mapping[str, Any], path: Mapping[str, str]) -> Mapping[str, Any]:
    """Set the field ``id`` of a request to the event id from the path, if the request has this field."""
    return {**request, "id": path["eventId"]} if "id" in request else request


def calls_of(name: str) -> Iterator[Call]:
    """Yield the calls of an operation.

    Each call with unusual ids has a different id in each parameter. Together these calls put every id into
    every parameter.
    """
    operation = OPERATIONS[name]
    path = {parameter: f"{parameter}-1" for parameter in operation.path}
    for index, request in enumerate(operation.requests):
        yield Call(name, path, with_id(request, path))
        if operation.keyed:
            yield Call(name, path, with_id(request, path), f"{TOKEN}{index}")
    for python, request in EXAMPLES.get(name, ()):
        yield Call(name, path, with_id(request, path), python=python)
    for index in range(len(IDS) if path else 0):
        rotated = {parameter: IDS[(index + 3 * place) % len(IDS)] for place, parameter in enumerate(path)}
        yield Call(name, rotated, with_id(operation.requests[index % len(operation.requests)], rotated))


CALLS = tuple(call for name in OPERATIONS for call in calls_of(name))
