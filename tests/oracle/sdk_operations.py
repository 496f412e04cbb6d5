"""Print the calendar operations that DingTalk's official Python SDK would send.

Like ``sdk_calls.py``, this is a script for the interpreter of the SDK's own environment (``.venv-sdk``).
The script calls every method of the SDK's client, with every field of the models filled in. It stops each
method just before the request, so nothing is sent.

Standard output is one line for each operation, with a JSON object::

    {"operation": "ListEvents", "method": "GET",
     "path": "/v1.0/calendar/users/{userId}/calendars/{calendarId}/events",
     "query": ["maxResults", ...], "body": ["recurrence.pattern.type", "attendees[].id", ...],
     "headers": ["x-client-token", ...], "python": {"maxResults": "max_results", ...}}

``query`` and ``body`` are in the SDK's order. ``extra{}`` in a body is a mapping with the caller's own names.
``python`` has the SDK's own name for each field of query and body.
"""

from __future__ import annotations

import inspect
import json
import typing
from collections.abc import Iterator
from typing import Any

from alibabacloud_dingtalk.calendar_1_0.client import Client
from alibabacloud_tea_openapi.models import Config, OpenApiRequest, Params

METHOD_SUFFIX = "_with_options"
FREE_NAME = "{}"


class Sent(Exception):  # noqa: N818  not an error: raising it stops the SDK
    """The request that the SDK was about to send."""


class Stopped(Client):
    """The SDK's client, stopped before it sends anything."""

    def execute(self, params: Params, request: OpenApiRequest, *_: Any) -> Any:
        raise Sent(params, request)


def filled(annotation: Any) -> Any:
    """Return a value of this type with every field filled in."""
    if typing.get_origin(annotation) is list:
        return [filled(typing.get_args(annotation)[0])]
    if typing.get_origin(annotation) is dict:
        return {FREE_NAME: "text"}
    if annotation in {bool, int, str}:
        return annotation(1)
    fields = annotations(annotation)
    return annotation(**{name: filled(kind) for name, kind in fields.items() if name != "common_headers"})


def annotations(function: Any) -> dict[str, Any]:
    """Return the type of each parameter. In Python 3.10, ``get_type_hints`` would add ``Optional``."""
    return {name: parameter.annotation for name, parameter in inspect.signature(function).parameters.items()}


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """Return the name of every field in a body."""
    if isinstance(value, dict):
        for name, entry in value.items():
            dot = "." if path and name != FREE_NAME else ""
            yield from leaves(entry, f"{path}{dot}{name}")
    elif isinstance(value, list):
        for entry in value:
            yield from leaves(entry, f"{path}[]")
    else:
        yield path


def camel(name: str) -> str:
    """Return the API's spelling of a path parameter."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def described(name: str) -> dict[str, Any]:
    """Describe the operation of one method."""
    method = getattr(Stopped(Config(endpoint="nowhere.invalid")), name)
    arguments = {
        parameter: f"{{{camel(parameter)}}}" if kind is str else filled(kind)
        for parameter, kind in annotations(method).items()
    }
    try:
        method(**arguments)
    except Sent as sent:
        params, request = sent.args
    body = request.body or {}
    spelled = {attribute.replace("_", ""): attribute for attribute in vars(arguments.get("request", params))}
    return {
        "operation": params.action,
        "method": params.method,
        "path": params.pathname,
        "query": list(request.query or {}),
        "body": list(leaves(body)),
        "headers": sorted(set(request.headers) - {"x-acs-dingtalk-access-token"}),
        "python": {wire: spelled[wire.lower()] for wire in (*(request.query or {}), *body)},
    }


def main() -> None:
    """Print one line for each operation."""
    for name in sorted(vars(Client)):
        if name.endswith(METHOD_SUFFIX):
            print(json.dumps(described(name)))


if __name__ == "__main__":
    main()
