"""All operations on calendars, people and groups, by their official names."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any

from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

from .engine.both_clients import operation
from .engine.effects import Flow, Mask
from .engine.endpoint import Endpoint
from .resources import calendars, check_in, directory, free_busy, rooms, sdk_only, sharing
from .resources.base import Calling, ClientToken
from .resources.events import attendees, lists, single
from .wire.values import described


def _endpoints(*resources: ModuleType) -> dict[str, Endpoint[Any]]:
    found = (entry for resource in resources for entry in vars(resource).values())
    return {entry.operation: entry for entry in found if isinstance(entry, Endpoint)}


#: Operations of the calendar API (``calendar_1_0`` of the official SDK), by name.
CALENDAR_OPERATIONS: Mapping[str, Endpoint[Any]] = _endpoints(
    calendars, single, lists, attendees, check_in, rooms, free_busy, sharing, sdk_only
)

#: All operations of the calendar API and of the directory.
OPERATIONS: Mapping[str, Endpoint[Any]] = {**CALENDAR_OPERATIONS, **_endpoints(directory)}


class NamedOperations(Calling):
    """Call any operation by its official name."""

    @operation
    def call(
        self,
        operation: str,
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        client_token: ClientToken | None = None,
    ) -> Flow[dict[str, Any]]:
        """Call an operation by its official name and return its answer, in the API's own spelling.

        :param operation: A name in :data:`OPERATIONS`, such as ``"TransferEvent"``.
        :param path: Path parameters.
        :param query: Query parameters.
        :param body: Fields of the body.
        :param client_token: Value of ``x-client-token``, for operations that take this header.
        :raises InvalidArgumentError: If the operation does not exist, a parameter is missing or unknown, or
            JSON cannot hold a value. Nothing is sent.
        :raises DingTalkError: If the call fails.
        """
        endpoint = named(operation)
        for part, given in (("path", path), ("query", query), ("body", body)):
            check_names(endpoint, part, {} if given is None else given)
        if client_token is not None and not endpoint.client_token:
            msg = f"client_token must not be given: {operation} takes no x-client-token"
            raise InvalidArgumentError(msg)

        def answer(decoded: Mapping[str, Any]) -> dict[str, Any]:
            endpoint.answer(decoded)
            return dict(decoded)

        found: dict[str, Any] = yield from self._send(
            replace(endpoint, answer=answer),
            *((path or {})[name] for name in endpoint.path_parameters),
            query={name: value for name, value in (query or {}).items() if value is not None},
            body=(body or {}) if endpoint.body else None,
            client_token=client_token,
        )
        if endpoint.secret is not None:
            yield Mask(found[endpoint.secret])
        return found


def named(operation: object) -> Endpoint[Any]:
    """Return the operation with a given name.

    :raises InvalidArgumentError: If no operation has this name. The message suggests similar names.
    """
    if isinstance(operation, str) and operation in OPERATIONS:
        return OPERATIONS[operation]
    alike = difflib.get_close_matches(operation, OPERATIONS) if isinstance(operation, str) else []
    hint = f"did you mean {' or '.join(alike)}?" if alike else f"there are {', '.join(sorted(OPERATIONS))}"
    msg = f"operation must be the name of an operation, not {described(operation)}; {hint}"
    raise InvalidArgumentError(msg)


def check_names(endpoint: Endpoint[Any], where: str, given: object) -> None:
    """Check that one part of a call is a mapping with names that the operation has.

    :param endpoint: The operation.
    :param where: ``"path"``, which must be complete, ``"query"`` or ``"body"``.
    :param given: The part.
    :raises InvalidArgumentError: If the part is not such a mapping. The message lists the allowed names.
    """
    if not isinstance(given, Mapping):
        msg = f"{where} must be a mapping, not {type(given).__name__}"
        raise InvalidArgumentError(msg)
    parts = {"path": endpoint.path_parameters, "query": endpoint.query, "body": endpoint.body}
    allowed = parts[where]
    text = f"{endpoint.operation} has {', '.join(allowed) or 'none'}"
    for name in given:
        if name not in allowed:
            msg = f"{where} has an unknown name {described(name)}; {text}"
            raise InvalidArgumentError(msg)
    missing = [name for name in allowed if name not in given] if where == "path" else []
    if missing:
        msg = f"{where} must have {', '.join(missing)}; {text}"
        raise InvalidArgumentError(msg)
