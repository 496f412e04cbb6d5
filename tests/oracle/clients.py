"""Make the calls from :mod:`.calls` with our clients."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_provider_dingtalk_calendar.client import ClientSettings, InternalAppCredentials
from tests.client.both import CALLERS
from tests.oracle.calls import snake
from tests.oracle.sdk import sdk_operations
from tests.oracle.wire import SentRequest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.oracle.calls import Call
    from tests.oracle.recording_server import Arrived, RecordingServer


#: Fields of the body that repeat a path parameter, which our methods take only once.
SAID_BY_THE_PATH = {"PatchEvent": "id"}


def by_method(caller: Any, call: Call) -> None:
    """Call the method of the operation, with the SDK's names for the arguments."""
    if call.python is None:
        names, said = sdk_operations()[call.operation].python, SAID_BY_THE_PATH.get(call.operation)
        more = {names[name]: value for name, value in call.request.items() if name != said}
    else:
        more = dict(call.python)
    if call.client_token is not None:
        more["client_token"] = call.client_token
    caller(snake(call.operation), *call.path.values(), **more)


def by_name(caller: Any, call: Call) -> None:
    """Call the operation by its official name, in the API's own spelling."""
    known = sdk_operations()[call.operation]

    def fields(names: set[str]) -> Mapping[str, Any] | None:
        return {name: value for name, value in call.request.items() if name in names} or None

    query = set(known.query)
    caller(
        "call",
        call.operation,
        path=call.path,
        query=fields(query),
        body=fields(set(known.python) - query),
        client_token=call.client_token,
    )


@dataclass(frozen=True)
class Made:
    """The outcome of a call: the requests that were sent, normally one, and the exception that was raised."""

    requests: Sequence[SentRequest]
    error: Exception | None = None

    @classmethod
    def of(cls, arrived: Sequence[Arrived], error: Exception | None = None) -> Made:
        return cls([SentRequest.of(one) for one in arrived], error)


WAYS = {"method": by_method, "name": by_name}


def perform(kind: str, way: str, calls: Sequence[Call], server: RecordingServer) -> list[Made]:
    """Get a token, make the calls, and return the outcome of each.

    :param kind: ``sync`` or ``async``.
    :param way: One of ``WAYS``.
    """
    credentials = InternalAppCredentials(client_id="id", client_secret="secret")
    settings = ClientSettings(
        credentials=credentials,
        api_url=server.url,
        oapi_url=server.url,
        max_wait=0.0,
        calls_per_second=10_000.0,
    )
    made = []
    with contextlib.closing(CALLERS[kind](settings)) as caller:
        caller("get_access_token")
        made.append(Made.of(server.take()))
        for call in calls:
            error = None
            try:
                WAYS[way](caller, call)
            except Exception as raised:  # noqa: BLE001  the other calls are still compared
                error = raised
            made.append(Made.of(server.take(), error))
    return made
