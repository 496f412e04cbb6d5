"""Decorator that makes one definition of an operation serve both clients.

An operation is a method that returns a flow. :class:`~.DingTalkClient` runs the flow and returns its result.
:class:`~.AsyncDingTalkClient` returns a coroutine that does the same. Type checkers see both signatures.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Coroutine
from types import MethodType
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, overload

from .effects import Flow

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
    """Turn a method that returns a flow into one that runs the flow on its client."""

    def __init__(self, method: Callable[Concatenate[Any, P], Flow[T]]) -> None:
        #: The method as written. It returns a flow.
        self.flow = method
        functools.update_wrapper(self, method)
        self.__signature__ = _signature(method)

    @property
    def name(self) -> str:
        """Name of the method."""
        return self.flow.__name__

    def __call__(self, client: Any, *args: P.args, **kwargs: P.kwargs) -> Any:
        """Run the operation on a client."""
        return client.run(functools.partial(self.flow, client, *args, **kwargs))

    @overload
    def __get__(self, client: None, owner: type) -> operation[P, T]: ...
    @overload
    def __get__(self, client: RunsSync, owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: RunsAsync, owner: type) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        """Bind the operation to a client."""
        return self if client is None else MethodType(self, client)


def _signature(method: Callable[..., Any]) -> inspect.Signature:
    """Return the signature that callers see: the result instead of a flow."""
    signature = inspect.signature(method)
    result = str(signature.return_annotation).removeprefix("Flow[").removesuffix("]")
    return signature.replace(return_annotation=result)
