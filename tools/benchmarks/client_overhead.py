"""How much longer a request takes with our client than with a plain HTTP library.

python -m tools.benchmarks.client_overhead
"""

from __future__ import annotations

import functools
import http.client
import json
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from statistics import quantiles
from urllib.parse import urlsplit

from tools.benchmarks import children
from tools.benchmarks.growth import new_client
from tools.benchmarks.table import Bound, Line, report

NAME = "client_overhead"
HOW = (
    "The time of one create request on an open connection. The server is another process that answers "
    "at once with a fixed body. All clients have a token, send the same JSON and take turns. The figure "
    "is the lower quartile. The official SDK opens a connection for each request. `requests.Session` "
    "searches the environment for a proxy with each request. Our client skips that for a server on this "
    "machine, as does the session with `trust_env=False`."
)
ROUNDS = 120
#: Calls in each round. Short rounds are rarely interrupted by another process.
CALLS = 5
MOST = 1.0
BARE = "requests.Session"
SDK = "the official SDK"
PATH = "/v1.0/calendar/users/owner/subscribedCalendars"
BODY = {"name": "Month-end close", "subscribeScope": {"corpIds": ["dingcorp"]}}
HEADERS = {"x-acs-dingtalk-access-token": "token"}

Create = Callable[[], str]


def with_ours(url: str, until: ExitStack) -> Create:
    """Return a function that creates a calendar with our client."""
    client = until.enter_context(new_client(url))
    scope = {"corp_ids": ["dingcorp"]}
    return lambda: client.create_subscribed_calendar("owner", name="Month-end close", subscribe_scope=scope)


def with_requests(url: str, until: ExitStack, *, trust_env: bool = True) -> Create:
    """Return a function that creates a calendar with ``requests``.

    :param trust_env: Whether to search the environment for a proxy with each request, which is the default.
    """
    import requests

    session = until.enter_context(requests.Session())
    session.trust_env = trust_env

    def create() -> str:
        answer = session.post(url + PATH, json=BODY, headers=HEADERS, timeout=30)
        answer.raise_for_status()
        calendar_id: str = answer.json()["calendarId"]
        return calendar_id

    return create


def with_httpx(url: str, until: ExitStack) -> Create:
    """Return a function that creates a calendar with ``httpx``."""
    import httpx

    client = until.enter_context(httpx.Client(timeout=30))

    def create() -> str:
        answer = client.post(url + PATH, json=BODY, headers=HEADERS)
        answer.raise_for_status()
        calendar_id: str = answer.json()["calendarId"]
        return calendar_id

    return create


def with_http_client(url: str, until: ExitStack) -> Create:
    """Return a function that creates a calendar with ``http.client`` from the standard library."""
    connection = until.enter_context(closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)))

    def create() -> str:
        headers = {"content-type": "application/json", **HEADERS}
        connection.request("POST", PATH, json.dumps(BODY).encode(), headers)
        calendar_id: str = json.loads(connection.getresponse().read())["calendarId"]
        return calendar_id

    return create


def timed(create: Create) -> float:
    """Return the mean duration of a call, in seconds."""
    begun = time.perf_counter()
    for _ in range(CALLS):
        create()
    return (time.perf_counter() - begun) / CALLS


def measure() -> list[Line]:
    """Measure the clients in rounds. Each round runs every client once."""
    others: dict[str, Callable[[str, ExitStack], Create]] = {
        BARE: with_requests,
        "requests.Session, trust_env=False": functools.partial(with_requests, trust_env=False),
        "httpx.Client": with_httpx,
        "http.client": with_http_client,
    }
    with children.minimal_server() as url, children.sdk_child() as sdk, ExitStack() as until:
        ours = with_ours(url, until)
        ways: dict[str, Callable[[], float]] = {"ours": functools.partial(timed, ours)}
        ways |= {name: functools.partial(timed, make(url, until)) for name, make in others.items()}
        ways[SDK] = lambda: sdk.ask(do="create_fast", url=url, number=CALLS)
        for way in ways.values():
            way()
        names = list(ways)
        seconds: dict[str, list[float]] = {name: [] for name in names}
        for number in range(ROUNDS):
            turn = number % len(names)
            for name in names[turn:] + names[:turn]:
                seconds[name].append(ways[name]())
    # Use the lower quartile, because slower rounds include other work on the machine.
    quiet = {name: quantiles(found, n=4)[0] * 1e6 for name, found in seconds.items()}
    return [
        Line(
            NAME,
            "time of one create",
            quiet["ours"],
            name,
            quiet[name],
            "µs",
            Bound(MOST) if name in (BARE, SDK) else None,
        )
        for name in names[1:]
    ]


if __name__ == "__main__":
    raise SystemExit(report(measure()))
