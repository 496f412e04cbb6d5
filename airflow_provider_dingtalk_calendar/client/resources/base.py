"""Base class of the operations: turns the arguments of a method into a checked call."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from airflow_provider_dingtalk_calendar.exceptions import (
    InvalidArgumentError,
    InvalidParameterError,
    NotFoundError,
)

from ..engine.effects import Flow
from ..engine.endpoint import Endpoint, T
from ..engine.error_codes import is_gone
from ..session import Calls
from ..settings import ClientSettings
from ..wire.records import snake_case
from ..wire.values import check_client_token, check_path_id, check_query_value, described, to_json

#: Fields of a body that name a person or a department.
PEOPLE = ("userid", "mobile", "unionid", "dept_id", "owner_user_id")

#: Error code for a request that subscribed calendars do not support.
IS_SUBSCRIBED = "invalidParameter.subscribed.invalid"

EVENT_READ = "Calendar.Event.Read"
EVENT_WRITE = "Calendar.Event.Write"

USER = "/v1.0/calendar/users/{userId}"
CALENDAR = f"{USER}/calendars/{{calendarId}}"
MY_CALENDAR = "/v1.0/calendar/me/calendars/{calendarId}"
EVENTS = f"{CALENDAR}/events"
EVENT = f"{EVENTS}/{{eventId}}"

#: Value of ``x-client-token``, or a function that derives the value from the content of the request.
ClientToken: TypeAlias = str | Callable[[str], str | None]


def argument_name(parameter: str) -> str:
    """Return our name for a parameter of the API. The calendar API calls a unionId ``userId``."""
    return "union_id" if parameter == "userId" else snake_case(parameter)


def _with_ids(call: Flow[T], ids: Mapping[str, object]) -> Flow[T]:
    """Make a call. If an id does not exist or names a subscribed calendar, let the error name the ids.

    :param call: The call.
    :param ids: The ids in the request, by name of the argument.
    """
    try:
        return (yield from call)
    except NotFoundError as error:
        named = ", ".join(f"{name} {described(str(value))}" for name, value in ids.items())
        error.args = (f"{error.args[0]}; the request names {named}",)
        raise
    except InvalidParameterError as error:
        if error.code == IS_SUBSCRIBED:
            calendar = described(str(ids.get("calendar_id")))
            what = "a subscribed calendar, which has no attendees, responses or meeting rooms"
            error.args = (f"{error.args[0]}; {calendar} is {what}",)
        raise


class Calling:
    """Base class of the operations."""

    _calls: Calls

    @property
    def settings(self) -> ClientSettings:
        """The settings of this client."""
        return self._calls.settings

    def _send(
        self,
        endpoint: Endpoint[T],
        *path: str,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        client_token: ClientToken | None = None,
    ) -> Flow[T]:
        """Check the arguments of an operation, then call the operation.

        :param endpoint: The operation.
        :param path: Path parameters, in the order of the path.
        :param query: Query parameters in the API's spelling.
        :param body: Fields of the body in the API's spelling.
        :param client_token: Value of ``x-client-token``, or a function that derives the value from the
            content of the request.
        :raises InvalidArgumentError: If a value is missing, or does not fit into a URL, a header or JSON.
        """
        parameters = dict(zip(endpoint.path_parameters, path, strict=True))
        for name, value in parameters.items():
            check_path_id(argument_name(name), value)
        for name, value in (query or {}).items():
            check_query_value(argument_name(name), value)
        content = None if body is None else to_json(body)
        given = {**(query or {}), **(body or {})}
        for name in endpoint.required:
            if given.get(name) is None:
                msg = f"{argument_name(name)} must be given"
                raise InvalidArgumentError(msg)
        if callable(client_token):
            said = [endpoint.operation, parameters, dict(query or {}), content and json.loads(content)]
            client_token = client_token(json.dumps(said, sort_keys=True))
        check_client_token(client_token)
        call = self._calls.call(endpoint, parameters, content, query=query, client_token=client_token)
        names = [*parameters, *(name for name in endpoint.required if name in PEOPLE)]
        return _with_ids(call, {argument_name(name): {**given, **parameters}[name] for name in names})

    def _delete(self, endpoint: Endpoint[None], *path: str, **more: Any) -> Flow[bool]:
        """Call an operation that deletes. Return True, or False if there is nothing to delete.

        HTTP 404 with an error code means that there is nothing to delete, unless the code says that the user
        or the route does not exist.
        """
        try:
            yield from self._send(endpoint, *path, **more)
        except NotFoundError as error:
            if not is_gone(error):
                raise
            return False
        return True
