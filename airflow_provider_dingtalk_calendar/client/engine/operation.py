"""One definition of an operation for both clients.

An operation is written once, as a method that returns a flow. On :class:`~.DingTalkClient` it is called and
returns a value; on :class:`~.AsyncDingTalkClient` it is awaited. Type checkers see both.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, overload

from airflow_provider_dingtalk_calendar.client.engine.effects import Flow

P = ParamSpec("P")

T = TypeVar("T")


class RunsSync(Protocol):
    """Runs a flow and returns its result."""

    def run(self, start: Callable[[], Flow[T]]) -> T:
        """Run the flow that ``start`` makes."""


class RunsAsync(Protocol):
    """Runs a flow in a coroutine."""

    async def run(self, start: Callable[[], Flow[T]]) -> T:
        """Run the flow that ``start`` makes."""


class operation(Generic[P, T]):  # noqa: N801  used as a decorator
    """Make a method that returns a flow into one that runs it on the client it is called on."""

    def __init__(self, method: Callable[Concatenate[Any, P], Flow[T]]) -> None:
        #: The method itself: what it returns is a flow.
        self.flow = method
        functools.update_wrapper(self, method)  # type: ignore[arg-type]

    @property
    def name(self) -> str:
        """Name of the method."""
        return self.flow.__name__

    @overload
    def __get__(self, client: None, owner: type) -> operation[P, T]: ...
    @overload
    def __get__(self, client: RunsSync, owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: RunsAsync, owner: type) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        """Bind the operation to a client."""
        if client is None:
            return self

        @functools.wraps(self.flow)
        def bound(*args: P.args, **kwargs: P.kwargs) -> Any:
            return client.run(functools.partial(self.flow, client, *args, **kwargs))

        return bound
