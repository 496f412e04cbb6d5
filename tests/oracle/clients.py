"""Our clients, made to perform the calls of :mod:`.calls`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_provider_dingtalk_calendar.client import ClientSettings, InternalAppCredentials
from tests.client.both import CALLERS
from tests.oracle.calls import snake
from tests.oracle.sdk import sdk_operations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.oracle.calls import Call
    from tests.oracle.recording_server import Arrived, RecordingServer


def by_method(caller: Any, call: Call) -> None:
    """Call the method that is named as the operation; its arguments are named as the SDK's."""
    python = sdk_operations()[call.operation].python
    more = {python[name]: value for name, value in call.request.items()}
    if call.client_token is not None:
        more["client_token"] = call.client_token
    caller(snake(call.operation), *call.path.values(), **more)


def by_name(caller: Any, call: Call) -> None:
    """Call the operation by its official name; all is in the API's own spelling."""
    known = sdk_operations()[call.operation]

    def fields(names: set[str]) -> Mapping[str, Any] | None:
        return {name: value for name, value in call.request.items() if name in names} if names else None

    query = set(known.query)
    caller(
        "call",
        call.operation,
        call.path,
        query=fields(query),
        body=fields(set(known.python) - query),
        client_token=call.client_token,
    )


WAYS = {"by method": by_method, "by name": by_name}


def perform(kind: str, way: str, calls: Sequence[Call], server: RecordingServer) -> list[list[Arrived]]:
    """Get a token, make the calls, and return for each what arrived.

    :param kind: ``sync`` or ``async``.
    :param way: one of ``WAYS``.
    """
    credentials = InternalAppCredentials(client_id="id", client_secret="secret")
    settings = ClientSettings(credentials=credentials, api_url=server.url, oapi_url=server.url)
    caller = CALLERS[kind](settings)
    caller("get_access_token")
    arrived = [server.take()]
    for call in calls:
        WAYS[way](caller, call)
        arrived.append(server.take())
    caller.close()
    return arrived
