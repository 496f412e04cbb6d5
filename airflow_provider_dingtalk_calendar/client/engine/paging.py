"""Lists that come page by page, as iterators: of the sync client and of the async one."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Generic, ParamSpec, TypeVar, overload

from airflow_provider_dingtalk_calendar.client.engine.effects import Flow
from airflow_provider_dingtalk_calendar.client.engine.operation import RunsAsync, RunsSync, operation
from airflow_provider_dingtalk_calendar.client.wire.records import Page
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError, UnexpectedAnswerError

#: What is wrong with an answer that leads back.
ENDLESS = "the answer names a page that has been read already, so that the list would never end"

P = ParamSpec("P")

T = TypeVar("T")

S = TypeVar("S", bound="_Pages[Any]")


class _Pages(Generic[T]):
    """What is known of a list so far.

    :param fetch: Makes the flow that asks for the page of a token.
    :param first: Token of the first page; None for the beginning.
    """

    def __init__(self, fetch: Callable[[str | None], Flow[Page[T]]], first: str | None) -> None:
        self._fetch = fetch
        self._next = first
        self._asked: set[str | None] = set()
        self._items: deque[T] = deque()
        self._left: int | None = None
        self._ended = False
        self._sync_token: str | None = None

    def limit(self: S, number: int) -> S:
        """Stop after so many items. A page that is not needed for them is not asked for.

        :param number: At least 0.
        :raises InvalidArgumentError: If it is not.
        """
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            msg = f"limit must be a whole number from 0, not {number!r}"
            raise InvalidArgumentError(msg)
        self._left = number
        return self

    @property
    def sync_token(self) -> str | None:
        """What to ask with, later, for what has changed since; None until the last item has been taken."""
        return self._sync_token if self._ended and not self._items else None

    @property
    def _is_over(self) -> bool:
        return self._left == 0 or (self._ended and not self._items)

    def _call(self) -> Flow[Page[T]]:
        self._asked.add(self._next)
        return self._fetch(self._next)

    def _take(self, page: Page[T]) -> None:
        self._items.extend(page.items)
        self._next, self._ended = page.next_token, page.next_token is None
        self._sync_token = page.sync_token
        if not self._ended and self._next in self._asked:
            self._ended = True
            raise UnexpectedAnswerError(ENDLESS)

    def _pop(self) -> T:
        if self._left is not None:
            self._left -= 1
        return self._items.popleft()


class PageIterator(_Pages[T], Iterator[T]):
    """The items of all pages; each page is asked for when it is needed.

    :raises UnexpectedAnswerError: If an answer leads back to a page that has been read.
    """

    def __init__(
        self, client: RunsSync, fetch: Callable[[str | None], Flow[Page[T]]], first: str | None
    ) -> None:
        super().__init__(fetch, first)
        self._client = client

    def __next__(self) -> T:
        while not self._is_over and not self._items:
            self._take(self._client.run(self._call))
        if self._is_over:
            raise StopIteration
        return self._pop()


class AsyncPageIterator(_Pages[T], AsyncIterator[T]):
    """The items of all pages; each page is asked for when it is needed.

    :raises UnexpectedAnswerError: If an answer leads back to a page that has been read.
    """

    def __init__(
        self, client: RunsAsync, fetch: Callable[[str | None], Flow[Page[T]]], first: str | None
    ) -> None:
        super().__init__(fetch, first)
        self._client = client

    async def __anext__(self) -> T:
        while not self._is_over and not self._items:
            self._take(await self._client.run(self._call))
        if self._is_over:
            raise StopAsyncIteration
        return self._pop()


class pages(Generic[P, T]):  # noqa: N801  used as a decorator is
    """Make of an operation that returns one page a method that returns an iterator over all items.

    :param one_page: The operation.
    :param size: Items a page where the caller does not say: as many as there can be, since calls are metered.
    """

    def __init__(self, one_page: operation[P, Page[T]], *, size: int | None = None) -> None:
        self._one_page = one_page
        self._size = size
        self.__doc__ = f"Iterate over the items of all pages of :meth:`{one_page.name}`, with its arguments."

    @overload
    def __get__(self, client: None, owner: type) -> pages[P, T]: ...
    @overload
    def __get__(self, client: RunsSync, owner: type) -> Callable[P, PageIterator[T]]: ...
    @overload
    def __get__(self, client: RunsAsync, owner: type) -> Callable[P, AsyncPageIterator[T]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        """Bind the method to a client."""
        if client is None:
            return self

        def bound(*args: P.args, **kwargs: P.kwargs) -> Any:
            if kwargs.get("client_token") is not None:
                # The same token means the same request, so that each page would be the first one.
                msg = f"{self._one_page.name} takes no client_token where it is to go on to further pages"
                raise TypeError(msg)
            first = kwargs.pop("next_token", None)
            if self._size is not None and kwargs.get("max_results") is None:
                kwargs["max_results"] = self._size

            def fetch(token: str | None) -> Flow[Page[T]]:
                arguments: Any = {**kwargs, "next_token": token}
                return self._one_page.flow(client, *args, **arguments)

            return client.pages(fetch, first)

        return bound
