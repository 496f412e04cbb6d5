"""Iterators over lists that DingTalk returns in pages, for both clients."""

from __future__ import annotations

import inspect
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from types import MethodType
from typing import Any, Generic, ParamSpec, TypeVar, overload

from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError, UnexpectedAnswerError

from ..wire.records import Page
from .both_clients import RunsAsync, RunsSync, operation
from .effects import Flow

#: A list counts as endless after this number of pages in a row without an item.
MAX_EMPTY_PAGES = 20

#: Maximum number of pages of a list.
MAX_PAGES = 10_000

P = ParamSpec("P")

T = TypeVar("T")

S = TypeVar("S", bound="_Pages[Any]")


class Course:
    """Records which pages of one list have been requested, and makes sure that the list ends."""

    def __init__(self) -> None:
        self._asked: set[object] = set()
        self._empty = 0

    def ask(self, token: object) -> None:
        """Record that a page is requested.

        :param token: Token of the page.
        """
        self._asked.add(token)

    def check(self, items: int, following: object, operation: str | None = None) -> None:
        """Check that the next page is worth reading.

        :param items: Number of items on the page that was just read.
        :param following: Token of the next page; None after the last page.
        :param operation: Name of the operation, for the error.
        :raises UnexpectedAnswerError: If the list would not end.
        """
        self._empty = 0 if items else self._empty + 1
        if following is None:
            return
        if following in self._asked:
            why = "the answer names a page that was already read"
        elif self._empty >= MAX_EMPTY_PAGES:
            why = f"the last {MAX_EMPTY_PAGES} pages had no item, and the answer names one more"
        elif len(self._asked) >= MAX_PAGES:
            why = f"{MAX_PAGES:,} pages have been read, and the answer names one more"
        else:
            return
        raise UnexpectedAnswerError(f"{why}, so the list would never end", operation=operation)


class _Pages(Generic[T]):
    """State of an iterator over pages.

    :param client: The client that reads the pages.
    :param fetch: Takes a page token and returns the flow that reads that page.
    :param first: Token of the first page; None for the beginning of the list.
    """

    def __init__(self, client: Any, fetch: Callable[[str | None], Flow[Page[T]]], first: str | None) -> None:
        self._client = client
        self._fetch = fetch
        self._next = first
        self._course = Course()
        self._items: deque[T] = deque()
        self._left: int | None = None
        self._ended = False
        self._sync_token: str | None = None

    def limit(self: S, number: int) -> S:
        """Stop after the given number of items. Later pages are not read.

        :param number: Maximum number of items, at least 0.
        :raises InvalidArgumentError: If the number is not a whole number of at least 0.
        """
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            msg = f"limit must be a whole number of at least 0, not {number!r}"
            raise InvalidArgumentError(msg)
        self._left = number
        return self

    @property
    def sync_token(self) -> str | None:
        """Token for a later list of changes; None until the last item has been taken."""
        return self._sync_token if self._ended and not self._items else None

    @property
    def _is_over(self) -> bool:
        return self._left == 0 or (self._ended and not self._items)

    def _call(self) -> Flow[Page[T]]:
        self._course.ask(self._next)
        return self._fetch(self._next)

    def _take(self, page: Page[T]) -> None:
        self._items.extend(page.items)
        self._next, self._ended = page.next_token, page.next_token is None
        self._sync_token = page.sync_token
        try:
            self._course.check(len(page.items), page.next_token)
        except UnexpectedAnswerError:
            self._ended = True
            raise

    def _pop(self) -> T:
        if self._left is not None:
            self._left -= 1
        return self._items.popleft()


def all_items(fetch: Callable[[str | None], Flow[Page[T]]]) -> Flow[list[T]]:
    """Return the items of all pages, for a flow that needs a whole list.

    :param fetch: Takes a page token and returns the flow that reads that page.
    :raises UnexpectedAnswerError: If the list would not end; see :class:`PageIterator`.
    """
    items: list[T] = []
    pages = _Pages[T](None, fetch, None)
    while not pages._is_over:
        pages._take((yield from pages._call()))
        while pages._items:
            items.append(pages._pop())
    return items


class PageIterator(_Pages[T], Iterator[T]):
    """Iterator over the items of all pages. Each page is read when it is needed.

    :raises UnexpectedAnswerError: If the list would not end: an answer leads back to a page that was already
        read, 20 pages in a row have no item, or 10,000 pages have been read.
    """

    _client: RunsSync

    def __next__(self) -> T:
        while not self._is_over and not self._items:
            self._take(self._client.run(self._call))
        if self._is_over:
            raise StopIteration
        return self._pop()


class AsyncPageIterator(_Pages[T], AsyncIterator[T]):
    """Iterator over the items of all pages. Each page is read when it is needed.

    :raises UnexpectedAnswerError: If the list would not end: an answer leads back to a page that was already
        read, 20 pages in a row have no item, or 10,000 pages have been read.
    """

    _client: RunsAsync

    async def __anext__(self) -> T:
        while not self._is_over and not self._items:
            self._take(await self._client.run(self._call))
        if self._is_over:
            raise StopAsyncIteration
        return self._pop()


class pages(Generic[P, T]):  # noqa: N801  used as a decorator
    """Turn a one-page operation into an iterator over all items.

    :param one_page: The operation.
    :param size: Items per page, unless the caller sets another number. Each page is one metered
        call.
    """

    def __init__(self, one_page: operation[P, Page[T]], *, size: int | None = None) -> None:
        self._one_page = one_page
        self._size = size
        self.__doc__ = f"Iterate over the items of all pages of :meth:`{one_page.name}`, with its arguments."
        self.__signature__ = _signature(one_page.__signature__)

    def __set_name__(self, owner: type, name: str) -> None:
        self.__name__ = name

    @overload
    def __get__(self, client: None, owner: type) -> pages[P, T]: ...
    @overload
    def __get__(self, client: RunsSync, owner: type) -> Callable[P, PageIterator[T]]: ...
    @overload
    def __get__(self, client: RunsAsync, owner: type) -> Callable[P, AsyncPageIterator[T]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        """Bind the method to a client."""
        return self if client is None else MethodType(self, client)

    def __call__(self, client: Any, *args: P.args, **kwargs: P.kwargs) -> Any:
        """Return an iterator over the items that a client lists."""
        if kwargs.get("client_token") is not None:
            # DingTalk treats requests with the same token as one request, so every page would be the first
            # page.
            msg = f"client_token must not be given: {self.__name__} sends a request for each page"
            raise TypeError(msg)
        first = kwargs.pop("next_token", None)
        if self._size is not None and kwargs.get("max_results") is None:
            kwargs["max_results"] = self._size

        def fetch(token: str | None) -> Flow[Page[T]]:
            arguments: Any = {**kwargs, "next_token": token}
            return self._one_page.flow(client, *args, **arguments)

        return client.pages(client, fetch, first)


def _signature(one_page: inspect.Signature) -> inspect.Signature:
    item = str(one_page.return_annotation).removeprefix("Page[").removesuffix("]")
    parameters = [one for name, one in one_page.parameters.items() if name != "client_token"]
    return one_page.replace(parameters=parameters, return_annotation=f"PageIterator[{item}]")
