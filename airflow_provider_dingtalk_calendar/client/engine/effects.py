"""What a flow may ask a driver to do, and what the driver answers.

A flow is a generator. It decides what to do and has no socket, clock or lock. A driver in :mod:`..transport`
runs the flow and performs its actions. There is one driver for ``requests`` and another for
``httpx.AsyncClient``.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from .secrets import Secret

T = TypeVar("T")


@dataclass(frozen=True, repr=False)
class Request:
    """An HTTP request. The repr leaves out query, headers and body, which can hold secrets."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None

    def __repr__(self) -> str:
        return f"Request({self.method} {self.url.partition('?')[0]})"


@dataclass(frozen=True)
class Response:
    """A complete HTTP answer."""

    status: int
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class NotSent:
    """The request certainly did not reach the server.

    :param reason: Name of the failure, without secrets.
    """

    reason: str


@dataclass(frozen=True)
class Unknown:
    """The request may have reached the server, but no complete answer came back.

    :param reason: Name of the failure, without secrets.
    """

    reason: str


@dataclass(frozen=True)
class Unreadable:
    """An answer came back, but its body cannot be used.

    :param status: HTTP status of the answer.
    :param reason: What is wrong with the body, without secrets.
    """

    status: int
    reason: str


Outcome: TypeAlias = Response | NotSent | Unknown | Unreadable


@dataclass(frozen=True)
class Send:
    """Send the request once. The driver sends back an :data:`Outcome`."""

    request: Request


@dataclass(frozen=True)
class Wait:
    """Wait for a number of seconds."""

    seconds: float


@dataclass(frozen=True)
class Now:
    """Read the clock. The driver sends back seconds since the epoch (UTC)."""


@dataclass(frozen=True)
class Chance:
    """Draw a random number. The driver sends back a number from 0 up to, but not including, 1."""


@dataclass(frozen=True)
class Mask:
    """Mask a secret in logs from now on."""

    secret: str = field(repr=False)


@dataclass(frozen=True)
class Load:
    """Read a string from the store. The driver sends back a :class:`Secret`; None for a missing string."""

    name: str


@dataclass(frozen=True)
class Save:
    """Write a string to the store, replacing any older string with this name."""

    name: str
    value: str = field(repr=False)


@dataclass(frozen=True)
class Exclusive:
    """Run a flow while no other exclusive flow with the same key runs. The driver sends back the result.

    Once started, the flow runs to its end, even if the caller is cancelled.
    """

    key: str
    flow: Generator[Any, Any, Any]


@dataclass(frozen=True)
class Invoke:
    """Call a function that the caller supplied, or await it. The driver sends back the function's result."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()


Action: TypeAlias = Send | Wait | Now | Chance | Mask | Load | Save | Exclusive | Invoke

Flow: TypeAlias = Generator[Action, Any, T]


def send(request: Request) -> Flow[Outcome]:
    """Send one request and return its outcome."""
    outcome: Outcome = yield Send(request)
    return outcome


def now() -> Flow[float]:
    """Return the time, in seconds since the epoch (UTC)."""
    seconds: float = yield Now()
    return seconds


def chance() -> Flow[float]:
    """Return a random number from 0 up to, but not including, 1."""
    number: float = yield Chance()
    return number


def load(name: str) -> Flow[Secret | None]:
    """Return a string from the store, or None if there is no such string."""
    text: Secret | None = yield Load(name)
    return text


def invoke(function: Callable[..., Any], *arguments: Any) -> Flow[Any]:
    """Call or await a function that the caller supplied, and return its result."""
    return (yield Invoke(function, arguments))
