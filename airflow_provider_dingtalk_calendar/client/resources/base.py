"""Base class of the operations: turns the arguments of a method into a checked call."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from airflow_provider_dingtalk_calendar.client.engine.attempts import LookBefore
from airflow_provider_dingtalk_calendar.client.engine.effects import Flow
from airflow_provider_dingtalk_calendar.client.engine.endpoint import Endpoint, T
from airflow_provider_dingtalk_calendar.client.session import Calls
from airflow_provider_dingtalk_calendar.client.wire.values import (
    check_client_token,
    check_path_id,
    check_query_value,
    to_json,
)
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

EVENT_READ = "Calendar.Event.Read"
EVENT_WRITE = "Calendar.Event.Write"

USER = "/v1.0/calendar/users/{userId}"
CALENDAR = f"{USER}/calendars/{{calendarId}}"
MY_CALENDAR = "/v1.0/calendar/me/calendars/{calendarId}"
EVENTS = f"{CALENDAR}/events"
EVENT = f"{EVENTS}/{{eventId}}"

#: Value of ``x-client-token``, or a function that derives one from the content of the request.
ClientToken: TypeAlias = str | Callable[[str], str | None]


def argument_name(parameter: str) -> str:
    """Return our name of a parameter. The calendar API calls a unionId ``userId``."""
    return "union_id" if parameter == "userId" else re.sub("([A-Z])", r"_\1", parameter).lower()


class Calling:
    """Base class of the operations."""

    _calls: Calls

    def _send(
        self,
        endpoint: Endpoint[T],
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        client_token: ClientToken | None = None,
        look_before: LookBefore[T] | None = None,
        **path: str,
    ) -> Flow[T]:
        """Check the arguments of an operation and call it.

        :param endpoint: The operation.
        :param query: Query parameters in the API's spelling.
        :param body: Fields of the body in the API's spelling.
        :param client_token: Value of ``x-client-token``, or a function that derives one from the content of
            the request.
        :param look_before: Runs before a repeat, to find out whether the request was carried out.
        :param path: Path parameters under the names of :func:`argument_name`.
        :raises InvalidArgumentError: If a value is missing, or a URL or JSON cannot hold it.
        """
        for name, value in path.items():
            check_path_id(name, value)
        for name, value in (query or {}).items():
            check_query_value(argument_name(name), value)
        content = None if body is None else to_json(body)
        _check_required(endpoint, {**(query or {}), **(body or {})})
        parameters = {parameter: path[argument_name(parameter)] for parameter in endpoint.path_parameters}
        if callable(client_token):
            said = [endpoint.operation, parameters, dict(query or {}), (content or b"").decode()]
            client_token = client_token(json.dumps(said, sort_keys=True))
        check_client_token(client_token)
        return self._calls.call(
            endpoint, parameters, content, query=query, client_token=client_token, look_before=look_before
        )


def _check_required(endpoint: Endpoint[Any], given: Mapping[str, Any]) -> None:
    for name in endpoint.required:
        if given.get(name) is None:
            msg = f"{argument_name(name)} must be given"
            raise InvalidArgumentError(msg)
