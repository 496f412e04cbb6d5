"""A client that records requests and answers: field names, status, code, message and time, but no values."""

from __future__ import annotations

import functools
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from airflow_provider_dingtalk_calendar.client import DingTalkClient
from airflow_provider_dingtalk_calendar.client.auth import grants
from airflow_provider_dingtalk_calendar.client.catalog import OPERATIONS
from airflow_provider_dingtalk_calendar.client.engine.attempts import CLIENT_TOKEN_HEADER
from airflow_provider_dingtalk_calendar.client.engine.both_clients import operation
from airflow_provider_dingtalk_calendar.client.engine.effects import (
    Exclusive,
    Flow,
    Outcome,
    Request,
    Response,
    Send,
)
from airflow_provider_dingtalk_calendar.client.engine.endpoint import Endpoint
from airflow_provider_dingtalk_calendar.client.resources.calendars import (
    CREATE_SUBSCRIBED_CALENDAR,
    LIST_CALENDARS,
    definition_to_wire,
)
from airflow_provider_dingtalk_calendar.client.workflows.ensure_calendar.lookup import OwnersList
from airflow_provider_dingtalk_calendar.exceptions import DingTalkError

T = TypeVar("T")

LONGEST_MESSAGE = 200


@dataclass(frozen=True)
class Exchange:
    """One request and its outcome.

    :param operation: The official name of the operation.
    :param host: The host that received the request.
    :param sent: The names of the fields, parameters and headers in the request.
    :param came: The status with the code and message or the field names, or the reason for a missing answer.
    :param status: The HTTP status, or None if there is no answer.
    :param code: DingTalk's error code, or an empty string.
    :param begun: The time of sending, from ``time.monotonic``.
    :param seconds: The time until the answer.
    """

    operation: str
    host: str
    sent: tuple[str, ...]
    came: str
    status: int | None
    code: str
    begun: float
    seconds: float

    @property
    def ended(self) -> float:
        """The time of the answer, from ``time.monotonic``."""
        return self.begun + self.seconds

    @property
    def is_metered(self) -> bool:
        """Whether the request counts against the monthly quota."""
        return self.operation in OPERATIONS

    def __str__(self) -> str:
        sent = f" ({', '.join(self.sent)})" if self.sent else ""
        return f"{self.operation}{sent}: {self.came}; {self.seconds:.3f} s"


class LiveClient(DingTalkClient):
    """A client that records the requests it sends.

    :param settings: The client settings.
    :param exchanges: The list that receives the records, oldest first.
    :param more: More arguments for :class:`DingTalkClient`.
    """

    def __init__(self, settings: Any, exchanges: list[Exchange], **more: Any) -> None:
        super().__init__(settings, **more)
        self._exchanges = exchanges

    def run(self, start: Callable[[], Flow[T]]) -> T:
        """Run the flow that ``start`` returns, and record its requests."""
        return super().run(lambda: self._watched(start()))

    def _watched(self, flow: Flow[T]) -> Flow[T]:
        step: Callable[[Any], Any] = flow.send
        argument: Any = None
        while True:
            try:
                action = step(argument)
            except StopIteration as stop:
                result: T = stop.value
                return result
            if isinstance(action, Exclusive):
                action = replace(action, flow=self._watched(action.flow))
            begun = time.monotonic()
            try:
                argument, step = (yield action), flow.send
            except DingTalkError as error:
                argument, step = error, flow.throw
            else:
                if isinstance(action, Send):
                    self._exchanges.append(_exchange(action.request, argument, begun))

    @operation
    def create_calendar_with_token(
        self, union_id: str, *, client_token: str, name: str, subscribe_scope: Any
    ) -> Flow[str]:
        """Create a subscribed calendar with an ``x-client-token``, which the API page does not document."""
        body = definition_to_wire(name=name, subscribe_scope=subscribe_scope, description=None, managers=None)
        return self._send(CREATE_SUBSCRIBED_CALENDAR, union_id, body=body, client_token=client_token)

    @operation
    def owned_calendars(self, union_id: str, prefix: str) -> Flow[dict[str, str]]:
        """Return the user's own subscribed calendars whose names begin with ``prefix``: names by id."""
        found, owners_list = {}, OwnersList(self._calls, union_id)
        for calendar in (yield from self._send(LIST_CALENDARS, union_id)):
            name = calendar.summary or ""
            has_prefix = calendar.type == "subscribed" and name.startswith(prefix)
            if has_prefix and (yield from owners_list.is_owner(calendar)):
                found[calendar.id] = name
        return found


def _exchange(request: Request, outcome: Outcome, begun: float) -> Exchange:
    seconds = time.monotonic() - begun
    parts = urlsplit(request.url)
    names = [*json.loads(request.body or b"{}"), *(name for name, _ in parse_qsl(parts.query))]
    sent = tuple(sorted(names) + [name for name in request.headers if name == CLIENT_TOKEN_HEADER])
    if isinstance(outcome, Response):
        status, (code, came) = outcome.status, _read(outcome)
    else:
        status, code, came = None, "", f"no answer ({outcome.reason})"
    return Exchange(
        _operation(request.method, parts.path), parts.netloc, sent, came, status, code, begun, seconds
    )


def _read(response: Response) -> tuple[str, str]:
    """Return an answer's error code, and a description of the answer."""
    said = f"HTTP {response.status}"
    if not response.body:
        return "", f"{said}, no body"
    try:
        decoded = json.loads(response.body)
    except (ValueError, RecursionError):
        return "", f"{said}, no JSON"
    if isinstance(decoded, dict) and isinstance(decoded.get("code"), str):
        code, message = decoded["code"], str(decoded.get("message", ""))
        return code, f"{said}, code `{code}`, message {message[:LONGEST_MESSAGE]!r}"
    return "", f"{said}, {', '.join(dict.fromkeys(_names(decoded))) or 'no fields'}"


def _names(value: Any, path: str = "") -> Iterator[str]:
    """Yield the paths of all fields, for example ``response.calendars[].id``."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _names(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value:
        for inner in value:
            yield from _names(inner, f"{path}[]")
    else:
        yield path


@functools.cache
def _paths() -> list[tuple[str, re.Pattern[str], str]]:
    tokens = [entry for entry in vars(grants).values() if isinstance(entry, Endpoint)]
    return [
        (entry.method, re.compile(re.sub(r"{\w+}", "[^/]+", entry.path) + "$"), entry.operation)
        for entry in (*tokens, *OPERATIONS.values())
    ]


def _operation(method: str, path: str) -> str:
    return next(name for known, pattern, name in _paths() if known == method and pattern.match(path))
