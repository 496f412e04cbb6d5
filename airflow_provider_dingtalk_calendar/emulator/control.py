"""The control paths, for tests and demonstrations in other processes, and ``/openapi.json``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from . import openapi
from .catalog import OPERATIONS
from .core.errors import FieldError
from .faults.fault import HTTP_STATUSES, KINDS, OPTIONAL_FIELDS, Fault
from .http.answer import Answer, json_answer

if TYPE_CHECKING:
    from .fault_injection import Application
    from .http.request import IncomingRequest
    from .service import Service

PREFIX = "/_emulator/"

_COMMON_FIELDS = ("kind", "operation", "after_effect", "late_effect", "times")
_LONGEST = 3600
_LAST_MOMENT = 7_000_000_000  # in 2191, one of the ``YEARS`` of events


def answer_control(application: Application, request: IncomingRequest) -> Answer | None:
    """Answer a request to one of the control paths. Return ``None`` for any other path."""
    path = request.path
    if (request.method, path) == ("GET", openapi.PATH):
        return json_answer(200, openapi.describe())
    if not path.startswith(PREFIX):
        return None
    if (header := request.foreign_header()) is not None:
        return json_answer(403, {"error": f"{header}; control requests need localhost or a loopback address"})
    action = _ACTIONS.get((request.method, path))
    if action is None:
        known = ", ".join(" ".join(key) for key in _ACTIONS)
        return json_answer(404, {"error": f"no {request.method} {path}; there are {known}"})
    try:
        with application.service() as service:
            return json_answer(200, action(application, service, request) or {})
    except FieldError as error:
        return json_answer(400, {"field": error.field, "error": str(error)})


def read_fault(body: object) -> Fault:
    """Return the fault that a JSON object describes.

    :param body: ``kind`` and the fields for that kind, and optionally ``operation``, ``after_effect`` or
        ``late_effect``, and ``times``.
    :raises FieldError: if a field is wrong.
    """
    if not isinstance(body, Mapping):
        raise FieldError("body", "must be a JSON object with a field kind")
    kind = body.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise FieldError("kind", f"must be one of {', '.join(KINDS)}")
    allowed = (*KINDS[kind], *_COMMON_FIELDS)
    for field, value in body.items():
        if field not in allowed:
            raise FieldError(field, f"unknown; a fault of kind {kind} has {', '.join(allowed)}")
        if field in _RULES and not _RULES[field][0](value):
            raise FieldError(field, _RULES[field][1])
    for field in KINDS[kind]:
        if field not in body and field not in OPTIONAL_FIELDS:
            raise FieldError(field, f"missing; a fault of kind {kind} needs it")
    if body.get("after_effect") and "late_effect" in body:
        raise FieldError("late_effect", "cannot be together with after_effect true")
    return Fault(
        kind,
        operation=body.get("operation"),
        is_after_effect=body.get("after_effect", False),
        effect_delay=body.get("late_effect"),
        count=body.get("times", 1),
        **{field: body[field] for field in KINDS[kind] if field in body},
    )


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_duration(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= _LONGEST


_RULES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "operation": (
        lambda value: value is None or value in OPERATIONS,
        f"must be null or one of {', '.join(OPERATIONS)}",
    ),
    "after_effect": (lambda value: isinstance(value, bool), "must be true or false"),
    "late_effect": (_is_duration, f"must be a number of seconds up to {_LONGEST}"),
    "times": (lambda value: _is_int(value) and value >= 1, "must be a whole number of at least 1"),
    "status": (
        lambda value: _is_int(value) and value in HTTP_STATUSES,
        f"must be an HTTP status from {HTTP_STATUSES[0]} to {HTTP_STATUSES[-1]}",
    ),
    **dict.fromkeys(
        ("code", "message", "location"), (lambda value: isinstance(value, str), "must be a string")
    ),
    "seconds": (
        lambda value: value is None or _is_duration(value),
        f"must be a number of seconds up to {_LONGEST}, or null for as long as the client waits",
    ),
}
"""For each field, a check of its value, and a text that names the allowed values."""


def _fields(request: IncomingRequest) -> Mapping[str, object]:
    if not isinstance(request.json, Mapping):
        raise FieldError("body", "must be a JSON object")
    return request.json


def _journal(application: Application, *_: object) -> object:
    journal = application.journal
    requests = [entry.redacted() for entry in journal]
    return {"kept": len(requests), "dropped": journal.dropped, "requests": requests}


def _change_options(_: Application, service: Service, request: IncomingRequest) -> object:
    service.options.change(_fields(request))
    return service.options.as_json()


def _move_clock(application: Application, _: Service, request: IncomingRequest) -> object:
    fields = _fields(request)
    if len(fields) != 1 or not set(fields) <= {"advance", "now"}:
        raise FieldError("body", "must have advance (seconds), or now (seconds since the epoch)")
    ((name, value),) = fields.items()
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not abs(value) <= _LAST_MOMENT:
        raise FieldError(name, f"must be a number from -{_LAST_MOMENT} to {_LAST_MOMENT}")
    application.clock.advance(value if name == "advance" else value - application.clock())
    return {"now": application.clock()}


def _order_fault(application: Application, _: Service, request: IncomingRequest) -> object:
    fault = read_fault(request.json)
    application.order(fault)
    return {"ordered": asdict(fault)}


_ACTIONS: Mapping[tuple[str, str], Callable[[Application, Service, IncomingRequest], object]] = {
    ("GET", f"{PREFIX}journal"): _journal,
    ("GET", f"{PREFIX}calendars"): lambda _, service, __: {
        "calendars": [asdict(calendar) for calendar in service.organization]
    },
    ("GET", f"{PREFIX}events"): lambda _, service, __: {
        "events": [asdict(event) for event in service.events]
    },
    ("GET", f"{PREFIX}calls"): lambda _, service, __: {
        "metered": service.limits.metered_calls.total(),
        "operations": service.limits.metered_calls,
    },
    ("GET", f"{PREFIX}options"): lambda _, service, __: service.options.as_json(),
    ("POST", f"{PREFIX}options"): _change_options,
    ("GET", f"{PREFIX}clock"): lambda application, *_: {"now": application.clock()},
    ("POST", f"{PREFIX}clock"): _move_clock,
    ("POST", f"{PREFIX}faults"): _order_fault,
    ("POST", f"{PREFIX}reset"): lambda application, *_: application.reset(),
    ("POST", f"{PREFIX}tokens/revoke"): lambda _, service, __: service.tokens.revoke(),
    ("POST", f"{PREFIX}tokens/expire"): lambda _, service, __: service.tokens.expire(),
}
"""The action of each method and path. It returns the answer's body, ``None`` for an empty object."""
