"""The two loops that do the I/O: :class:`SyncDriver` on ``requests``, :class:`AsyncDriver` on ``httpx``.

Both HTTP libraries are imported where the first request is made, so that importing an operator stays cheap.
Neither driver follows redirects (a redirect would carry the token to another host) or keeps cookies.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from airflow_provider_dingtalk_calendar.client.actions import (
    Action,
    Exclusive,
    Flow,
    Invoke,
    Load,
    Mask,
    Now,
    Outcome,
    Request,
    Response,
    Save,
    Send,
    Wait,
)
from airflow_provider_dingtalk_calendar.client.transport import (
    httpx_failure,
    new_async_client,
    new_session,
    requests_failure,
)
from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError, DingTalkError

if TYPE_CHECKING:
    import httpx
    import requests

    from airflow_provider_dingtalk_calendar.client.memory import TokenMemory
    from airflow_provider_dingtalk_calendar.client.settings import ClientSettings
    from airflow_provider_dingtalk_calendar.client.store import AsyncStore, Store

T = TypeVar("T")


class SyncDriver:
    """Runs flows on ``requests``; may be shared by threads.

    :param settings: Timeouts and proxy.
    :param mask: Called with every secret before its first use.
    :param store: Keeps what must outlive the client.
    :param memory: What the client has in common with others.
    :param clock: Seconds since the epoch.
    :param sleep: Waits that many seconds.
    """

    def __init__(
        self,
        settings: ClientSettings,
        *,
        mask: Callable[[str], None],
        store: Store,
        memory: TokenMemory,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._mask = mask
        self._store = store
        self._clock = clock
        self._sleep = sleep
        self._memory = memory
        self._opening = threading.Lock()
        self._session: requests.Session | None = None

    def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end and return what it returns."""
        step: Callable[[Any], Action] = flow.send
        argument: Any = None
        while True:
            try:
                action = step(argument)
            except StopIteration as stop:
                result: T = stop.value
                return result
            try:
                argument = self._perform(action)
                step = flow.send
            except DingTalkError as error:
                argument = error
                step = flow.throw

    def _perform(self, action: Action) -> Any:  # noqa: PLR0911  one for each action
        match action:
            case Send(request):
                return self._send(request)
            case Wait(seconds):
                return self._sleep(seconds)
            case Now():
                return self._clock()
            case Mask(secret):
                return self._mask(secret)
            case Load(name):
                return self._store.load(name)
            case Save(name, value):
                return self._store.save(name, value)
            case Exclusive(key, flow):
                with self._memory.lock(key):
                    return self.run(flow)
            case Invoke(function, arguments):
                return function(*arguments)

    def _send(self, request: Request) -> Outcome:
        import requests

        settings, session = self._settings, self._open()
        proxies = {"http": settings.proxy, "https": settings.proxy} if settings.proxy else {}
        try:
            # Past the session's own ``send``, which would keep cookies and read redirects and a .netrc file.
            prepared = requests.PreparedRequest()
            prepared.prepare(request.method, request.url, dict(request.headers), data=request.body)
            answer = session.get_adapter(request.url).send(
                prepared,
                timeout=(settings.connect_timeout or settings.timeout, settings.timeout),
                # Given here, proxies win over those of the environment; given to the session, they would not.
                **session.merge_environment_settings(  # type: ignore[arg-type]  # verify is not None
                    prepared.url, proxies, stream=False, verify=settings.ca_bundle, cert=None
                ),
            )
            return Response(answer.status_code, answer.content)
        except (requests.RequestException, OSError, ValueError) as error:
            return requests_failure(error)

    def _open(self) -> requests.Session:
        with self._opening:
            if self._session is None:
                self._session = new_session(self._settings)
            return self._session

    def close(self) -> None:
        """Close the connections. The next request opens new ones."""
        with self._opening:
            session, self._session = self._session, None
        if session is not None:
            session.close()


class AsyncDriver:
    """Runs flows on ``httpx.AsyncClient``; belongs to one event loop.

    :param settings: Timeouts and proxy.
    :param mask: Awaited with every secret before its first use.
    :param store: Keeps what must outlive the client.
    :param memory: What the client has in common with others.
    :param clock: Seconds since the epoch.
    :param sleep: Waits that many seconds.
    """

    def __init__(
        self,
        settings: ClientSettings,
        *,
        mask: Callable[[str], Awaitable[None]],
        store: AsyncStore,
        memory: TokenMemory,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings = settings
        self._mask = mask
        self._store = store
        self._clock = clock
        self._sleep = sleep
        self._memory = memory
        self._begun: set[asyncio.Future[Any]] = set()
        self._client: httpx.AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end and return what it returns.

        :raises ConfigurationError: In another event loop than that of the first call.
        """
        loop = asyncio.get_running_loop()
        self._loop = self._loop or loop
        if self._loop is not loop:
            msg = "an AsyncDingTalkClient belongs to the event loop of its first call; make one for each loop"
            raise ConfigurationError(msg)
        step: Callable[[Any], Action] = flow.send
        argument: Any = None
        while True:
            try:
                action = step(argument)
            except StopIteration as stop:
                result: T = stop.value
                return result
            try:
                argument = await self._perform(action)
                step = flow.send
            except DingTalkError as error:
                argument = error
                step = flow.throw

    async def _perform(self, action: Action) -> Any:  # noqa: PLR0911  one for each action
        match action:
            case Send(request):
                return await self._send(request)
            case Wait(seconds):
                return await self._sleep(seconds)
            case Now():
                return self._clock()
            case Mask(secret):
                return await self._mask(secret)
            case Load(name):
                return await self._store.load(name)
            case Save(name, value):
                return await self._store.save(name, value)
            case Exclusive(key, flow):
                return await self._to_its_end(key, flow)
            case Invoke(function, arguments):
                return await function(*arguments)

    async def _to_its_end(self, key: str, flow: Flow[T]) -> T:
        lock = self._memory.lock_of_loop(key)
        await lock.acquire()
        # Between the answer to a token request and the keeping of what it brought, nobody may cancel it.
        begun = asyncio.ensure_future(self.run(flow))
        self._begun.add(begun)

        def end(ended: asyncio.Future[T]) -> None:
            lock.release()
            self._begun.discard(ended)
            if not ended.cancelled():
                ended.exception()

        begun.add_done_callback(end)
        return await asyncio.shield(begun)

    async def _send(self, request: Request) -> Outcome:
        import httpx

        client = self._open()
        try:
            answer = await client.request(
                request.method, request.url, content=request.body, headers=dict(request.headers)
            )
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return httpx_failure(error)
        return Response(answer.status_code, answer.content)

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = new_async_client(self._settings)
        self._client.cookies.clear()
        return self._client

    async def close(self) -> None:
        """Close the connections. The next request opens new ones."""
        if self._begun:
            await asyncio.wait(self._begun)
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()
