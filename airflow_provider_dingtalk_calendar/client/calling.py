"""From the arguments of a method to the call of an operation; here path parameters are checked."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from airflow_provider_dingtalk_calendar.client.actions import Flow, Mask
from airflow_provider_dingtalk_calendar.client.answers import is_visible_ascii
from airflow_provider_dingtalk_calendar.client.checks import check_path_id, check_query_value, described
from airflow_provider_dingtalk_calendar.client.endpoint import Endpoint, T
from airflow_provider_dingtalk_calendar.client.flows import Calls
from airflow_provider_dingtalk_calendar.client.operation import operation
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError

#: Value of ``x-client-token``, or a function that makes one of all that the request says, as a text.
ClientToken: TypeAlias = str | Callable[[str], str | None]

#: https://help.dingtalk.io/open/development/create-schedule does not say how long a token may be.
MAX_CLIENT_TOKEN = 1000


def argument_name(parameter: str) -> str:
    """Return what we call a path parameter: ``{userId}`` of the calendar API is a unionId."""
    return "union_id" if parameter == "userId" else re.sub("([A-Z])", r"_\1", parameter).lower()


class Calling:
    """Base of the operations: calls one with its arguments checked."""

    _calls: Calls

    def _send(
        self,
        endpoint: Endpoint[T],
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        client_token: ClientToken | None = None,
        **path: str,
    ) -> Flow[T]:
        """Call an operation.

        :param endpoint: The operation.
        :param query: Query parameters in the API's spelling.
        :param body: Fields of the body in the API's spelling.
        :param client_token: Value of ``x-client-token``, or what makes one of all that the request says.
        :param path: Path parameters under the names of :func:`argument_name`.
        :raises InvalidArgumentError: If something is missing, or neither a URL nor JSON can carry a value.
        """
        for name, value in path.items():
            check_path_id(name, value)
        for name, value in (query or {}).items():
            check_query_value(argument_name(name), value)
        plain = plain_json(body)
        _check_required(endpoint, {**(query or {}), **(plain or {})})
        parameters = {parameter: path[argument_name(parameter)] for parameter in endpoint.path_parameters}
        if callable(client_token):
            said = [endpoint.operation, parameters, dict(query or {}), plain]
            client_token = client_token(json.dumps(said, sort_keys=True))
        check_client_token(client_token)
        return self._calls.call(endpoint, parameters, plain, query=query, client_token=client_token)

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
        """Call any operation by its official name, in the API's own spelling, and return its answer.

        :param operation: Such as ``"TransferEvent"``; :mod:`.table` has them all.
        :param path: Its path parameters.
        :param query: Its query parameters.
        :param body: The fields of its body.
        :param client_token: Value of ``x-client-token``, where it takes one.
        :raises InvalidArgumentError: If there is no such operation, a parameter is missing or unknown, or a
            value has no JSON; nothing is sent.
        :raises DingTalkError: If DingTalk does not answer what the operation promises.
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
            query={name: value for name, value in (query or {}).items() if value is not None},
            body=(body or {}) if endpoint.body else None,
            client_token=client_token,
            **{argument_name(name): value for name, value in (path or {}).items()},
        )
        if endpoint.secret is not None:
            yield Mask(found[endpoint.secret])
        return found


def named(operation: object) -> Endpoint[Any]:
    """Return the operation of that name.

    :raises InvalidArgumentError: If there is none; the message names those that are spelled alike.
    """
    from airflow_provider_dingtalk_calendar.client.table import OPERATIONS

    if isinstance(operation, str) and operation in OPERATIONS:
        return OPERATIONS[operation]
    alike = difflib.get_close_matches(operation, OPERATIONS) if isinstance(operation, str) else []
    hint = f"did you mean {' or '.join(alike)}?" if alike else f"there are {', '.join(sorted(OPERATIONS))}"
    msg = f"operation must be the name of an operation, not {described(operation)}; {hint}"
    raise InvalidArgumentError(msg)


def _check_required(endpoint: Endpoint[Any], given: Mapping[str, Any]) -> None:
    for name in endpoint.required:
        if given.get(name) is None:
            msg = f"{argument_name(name)} must be given"
            raise InvalidArgumentError(msg)


def check_client_token(value: object) -> None:
    """Check the value of a header ``x-client-token``.

    :raises InvalidArgumentError: If no header can carry it.
    """
    if value is None:
        return
    if not isinstance(value, str) or not is_visible_ascii(value) or len(value) > MAX_CLIENT_TOKEN:
        msg = f"client_token must be 1 to {MAX_CLIENT_TOKEN} visible ASCII characters, not {described(value)}"
        raise InvalidArgumentError(msg)


def check_names(endpoint: Endpoint[Any], where: str, given: object) -> None:
    """Check that a part of a call is a mapping with the names that the operation has.

    :param endpoint: The operation.
    :param where: ``"path"``, of which all have to be there, ``"query"`` or ``"body"``.
    :param given: The part.
    :raises InvalidArgumentError: If it is not; the message has the names allowed.
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


def plain_json(body: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return a body as JSON has it, with nothing in it that the caller may still change.

    :raises InvalidArgumentError: If it holds what JSON cannot.
    """
    if body is None:
        return None
    try:
        text = json.dumps(body, allow_nan=False, ensure_ascii=False)
        # A lone surrogate has no UTF-8.
        text.encode()
        plain: dict[str, Any] = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        msg = f"body must be made of what JSON can hold ({type(error).__name__})"
        raise InvalidArgumentError(msg) from None
    return plain
