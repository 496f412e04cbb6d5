"""What a decision asks of the world, and what the world tells it.

A flow is a generator. It yields actions and is sent what came of them; it has no socket, no clock and no
lock of its own. The drivers in :mod:`.drivers` run it: one for ``requests``, one for ``httpx.AsyncClient``.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, repr=False)
class Request:
    """An HTTP request. Its repr shows neither query, headers nor body, since all carry secrets."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None

    def __repr__(self) -> str:
        return f"Request({self.method} {self.url.partition('?')[0]})"


@dataclass(frozen=True)
class Response:
    """An HTTP answer that arrived whole."""

    status: int
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class NotSent:
    """The request certainly did not reach the server."""

    reason: str


@dataclass(frozen=True)
class Unknown:
    """The request may have reached the server; no whole answer came back."""

    reason: str


Outcome: TypeAlias = Response | NotSent | Unknown


@dataclass(frozen=True)
class Send:
    """Send the request once; the driver sends back an :data:`Outcome`."""

    request: Request


@dataclass(frozen=True)
class Wait:
    """Wait that many seconds."""

    seconds: float


@dataclass(frozen=True)
class Now:
    """Tell the time, in seconds since the epoch (UTC)."""


@dataclass(frozen=True)
class Mask:
    """Make sure that this value is masked in logs from now on."""

    secret: str = field(repr=False)


@dataclass(frozen=True)
class Load:
    """Look a text up in the store; send back the text, or None if there is none."""

    name: str


@dataclass(frozen=True)
class Save:
    """Put a text into the store, in place of the one that is there under this name."""

    name: str
    value: str = field(repr=False)


@dataclass(frozen=True)
class Exclusive:
    """Run the flow while no other exclusive flow of the same key runs; send back what it returns.

    Once begun it is run to its end, even if the caller is cancelled meanwhile.
    """

    key: str
    flow: Generator[Any, Any, Any]


@dataclass(frozen=True)
class Invoke:
    """Call a function of the caller's, or await it; send back what it returns."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()


Action: TypeAlias = Send | Wait | Now | Mask | Load | Save | Exclusive | Invoke

Flow: TypeAlias = Generator[Action, Any, T]


def send(request: Request) -> Flow[Outcome]:
    """Ask for one request to be sent."""
    outcome: Outcome = yield Send(request)
    return outcome


def now() -> Flow[float]:
    """Ask for the time, in seconds since the epoch (UTC)."""
    seconds: float = yield Now()
    return seconds


def load(name: str) -> Flow[str | None]:
    """Ask for a text of the store; None if there is none."""
    text: str | None = yield Load(name)
    return text


def invoke(function: Callable[..., Any], *arguments: Any) -> Flow[Any]:
    """Call a function of the caller's, or await it, and return what it returns."""
    return (yield Invoke(function, arguments))
