"""Driver that runs flows on ``httpx.AsyncClient``.

The library is not imported before the first request, so that importing an operator stays cheap. The driver
follows no redirects, which would carry the token to another host, and keeps no cookies.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError, DingTalkError

from ..engine import effects
from ..engine.secrets import Secret, without_frames
from .common import POOL_SIZE, check_trusted, described_failure, is_loopback, trust

if TYPE_CHECKING:
    import httpx

    from ..auth.store import AsyncStore
    from ..auth.token_memory import TokenMemory
    from ..settings import ClientSettings


T = TypeVar("T")


class AsyncDriver:
    """Runs flows on ``httpx.AsyncClient``, in one event loop.

    :param settings: Timeouts, proxy and certificates.
    :param mask: Awaited with every secret before its first use.
    :param store: Keeps data that must outlive the client.
    :param memory: State shared with other clients.
    :param clock: Returns seconds since the epoch (UTC).
    :param sleep: Waits a number of seconds.
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

    async def run(self, flow: effects.Flow[T]) -> T:
        """Run a flow to its end and return its result.

        :raises ConfigurationError: If the client was first used in another event loop.
        """
        loop = asyncio.get_running_loop()
        self._loop = self._loop or loop
        if self._loop is not loop:
            msg = "an AsyncDingTalkClient belongs to the event loop of its first call; make one for each loop"
            raise ConfigurationError(msg)
        step: Callable[[Any], effects.Action] = flow.send
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

    async def _perform(self, action: effects.Action) -> Any:
        match action:
            case effects.Wait(seconds):
                return await self._sleep(seconds)
            case effects.Now():
                return self._clock()
            case effects.Exclusive(key, flow):
                return await self._to_its_end(key, flow)
            case effects.Invoke(function, arguments):
                return await function(*arguments)
            case _:
                try:
                    return await self._perform_with_secrets(action)
                except BaseException as error:  # noqa: BLE001
                    # Also an interrupt, such as a task's timeout, is raised in a frame that holds secrets.
                    raise without_frames(error)  # noqa: B904

    async def _perform_with_secrets(self, action: effects.Action) -> Any:
        match action:
            case effects.Send(request):
                return await self._send(request)
            case effects.Mask(secret):
                return await self._mask(secret)
            case effects.Load(name):
                text = await self._store.load(name)
                return None if text is None else Secret(text)
            case effects.Save(name, value):
                return await self._store.save(name, value)

    async def _to_its_end(self, key: str, flow: effects.Flow[T]) -> T:
        lock = self._memory.lock_of_loop(key)
        await lock.acquire()
        # The flow must not be cancelled between the answer to a token request and storing the token.
        begun = asyncio.ensure_future(self.run(flow))
        self._begun.add(begun)

        def end(ended: asyncio.Future[T]) -> None:
            lock.release()
            self._begun.discard(ended)
            if not ended.cancelled():
                ended.exception()

        begun.add_done_callback(end)
        return await asyncio.shield(begun)

    async def _send(self, request: effects.Request) -> effects.Outcome:
        import httpx

        client = self._open()
        try:
            answer = await client.request(
                request.method, request.url, content=request.body, headers=dict(request.headers)
            )
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return httpx_failure(error)
        return effects.Response(answer.status_code, answer.content)

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


async def _drop_location(response: httpx.Response) -> None:
    """Hide a redirect from httpx, which parses the target even if it does not follow the redirect."""
    response.headers.pop("location", None)


def new_async_client(settings: ClientSettings) -> httpx.AsyncClient:
    """Return an httpx client.

    :raises ConfigurationError: If the proxy or the certificates of the environment cannot be used.
    """
    import httpx

    context = trust(settings.ca_bundle)
    connect_timeout = settings.connect_timeout or settings.timeout
    trust_env = not is_loopback(settings.api_url)
    if trust_env and context is None:
        # If the file does not exist, httpx before 0.28 would trust other certificates.
        check_trusted("SSL_CERT_FILE")
    try:
        client = httpx.AsyncClient(
            verify=True if context is None else context,
            timeout=httpx.Timeout(settings.timeout, connect=connect_timeout, pool=None),
            limits=httpx.Limits(max_keepalive_connections=POOL_SIZE),
            proxy=settings.proxy or None,
            trust_env=trust_env,
            follow_redirects=False,
            event_hooks={"response": [_drop_location]},
        )
    except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
        msg = f"the proxy or the certificates of the environment cannot be used: {type(error).__name__}"
        raise ConfigurationError(msg) from None
    client.headers.clear()
    return client


def httpx_failure(error: Exception) -> effects.Outcome:
    """Translate an error from ``httpx`` into an outcome: not sent if that is certain, else unknown.

    The class of the error tells which step failed.
    """
    import httpx

    before_sending = (
        httpx.ConnectError,
        httpx.ConnectTimeout,
        httpx.ProxyError,
        httpx.UnsupportedProtocol,
        httpx.LocalProtocolError,
        httpx.InvalidURL,
    )
    if isinstance(error, before_sending):
        return effects.NotSent(described_failure(error))
    return effects.Unknown(type(error).__name__)
