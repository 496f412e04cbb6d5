"""Driver that runs flows on ``httpx``.

The library is imported with the first request, so that importing an operator stays cheap. The driver uses the
transports below ``httpx.AsyncClient``. That client would log every URL with its query and keep cookies, and a
redirect that it follows would carry the token to another host.
"""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError, DingTalkError

from ..engine import effects
from ..engine.per_process import PerProcess
from ..engine.secrets import Secret, without_frames
from ..settings import ClientSettings
from .answers import TIMEOUTS_PER_ANSWER, Body, EarlyAnswerError, SlowAnswerError, UnreadableError
from .common import POOL_SIZE, described_failure, environment_proxy, is_loopback, named_bundle, trust

if TYPE_CHECKING:
    import anyio
    import httpx

    from ..auth.store import AsyncStore
    from ..auth.token_memory import TokenMemory


T = TypeVar("T")


@dataclass
class _Connections:
    """The event loop and the connections of one process.

    :param transports: Transports by origin of the URL.
    :param begun: Exclusive flows that are still running.
    """

    loop: asyncio.AbstractEventLoop | None = None
    transports: dict[str, httpx.AsyncHTTPTransport] = field(default_factory=dict)
    begun: set[asyncio.Future[Any]] = field(default_factory=set)


class AsyncDriver:
    """Runs flows on ``httpx``, in one event loop.

    :param settings: Timeouts, proxy and certificates.
    :param mask: Awaited with every secret before its first use.
    :param store: Keeps data that must outlive the client.
    :param memory: State shared with other clients.
    :param clock: Returns seconds since the epoch (UTC).
    :param sleep: Waits a number of seconds.
    :param chance: Returns a random number from 0 up to, but not including, 1.
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
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._settings = settings
        self._mask = mask
        self._store = store
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._memory = memory
        self._connections = PerProcess(_Connections)

    async def run(self, flow: effects.Flow[T]) -> T:
        """Run a flow to its end and return its result.

        :raises ConfigurationError: If the client's first call was made in another event loop.
        """
        loop = asyncio.get_running_loop()
        own = self._connections.value
        own.loop = own.loop or loop
        if own.loop is not loop:
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
            case effects.Chance():
                return self._chance()
            case effects.Exclusive(key, flow):
                return await self._to_its_end(key, flow)
            case effects.Invoke(function, arguments):
                return await function(*arguments)
            case _:
                try:
                    return await self._perform_with_secrets(action)
                except BaseException as error:  # noqa: BLE001
                    # An interrupt, such as a task's timeout, can come while a frame holds secrets.
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
        begun, all_begun = asyncio.ensure_future(self.run(flow)), self._connections.value.begun
        all_begun.add(begun)

        def end(ended: asyncio.Future[T]) -> None:
            lock.release()
            all_begun.discard(ended)
            if not ended.cancelled():
                ended.exception()

        begun.add_done_callback(end)
        return await asyncio.shield(begun)

    async def _send(self, request: effects.Request) -> effects.Outcome:
        import anyio
        import httpx

        settings = self._settings
        transport = self._open(request.url)
        seconds = TIMEOUTS_PER_ANSWER * settings.timeout
        timeout = httpx.Timeout(
            settings.timeout, connect=settings.connect_timeout or settings.timeout, pool=None
        )
        try:
            # The deadline is set when sending begins. asyncio.wait_for would start its timer at once, and
            # Python 3.10 has no asyncio.timeout.
            with anyio.fail_after(None) as limit:
                sent = httpx.Request(
                    request.method,
                    request.url,
                    headers=dict(request.headers),
                    content=request.body,
                    extensions={"timeout": timeout.as_dict(), "trace": _watched(limit, seconds)},
                )
                answer = await transport.handle_async_request(sent)
                try:
                    return await _read(answer)
                finally:
                    await answer.aclose()
        except TimeoutError:
            return effects.Unknown(str(SlowAnswerError(seconds)))
        except EarlyAnswerError as error:
            return effects.Unknown(str(error))
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return httpx_failure(error)

    def _open(self, url: str) -> httpx.AsyncHTTPTransport:
        transports = self._connections.value.transports
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in transports:
            transports[origin] = new_transport(self._settings, origin)
        return transports[origin]

    async def close(self) -> None:
        """Wait for exclusive flows to end, then close the connections. The next request opens new ones."""
        own = self._connections.value
        if own.begun:
            await asyncio.wait(own.begun)
        transports, own.transports = own.transports, {}
        for transport in transports.values():
            await transport.aclose()


def _watched(limit: anyio.CancelScope, seconds: float) -> Callable[[str, object], Awaitable[None]]:
    """Return a function that httpcore calls with each step of a request.

    :param limit: Scope whose deadline is set when sending begins.
    :param seconds: Maximum time of the whole answer.
    """
    import anyio

    turns: list[None] = []

    async def trace(event: str, _: object) -> None:
        # A tunnel request has a time limit of its own, as in the sync driver.
        if event.endswith(".send_request_headers.started"):
            limit.deadline = anyio.current_time() + seconds
        elif event.endswith(".receive_response_headers.started"):
            turns.clear()
            asyncio.get_running_loop().call_soon(turns.append, None)
        elif event.endswith(".receive_response_headers.complete") and not turns:
            # Nothing was received since the request was sent, or the event loop would have turned.
            raise EarlyAnswerError

    return trace


async def _read(answer: httpx.Response) -> effects.Outcome:
    body = Body()
    try:
        async for part in answer.aiter_raw():
            body.add(part)
        return effects.Response(answer.status_code, body.decoded(answer.headers.get("content-encoding")))
    except UnreadableError as error:
        return effects.Unreadable(answer.status_code, str(error))


def new_transport(settings: ClientSettings, url: str) -> httpx.AsyncHTTPTransport:
    """Return a new transport for a URL.

    :param settings: Proxy and certificates. The environment supplies what is not set here, unless the API is
        on this machine.
    :param url: The URL.
    :raises ConfigurationError: If the proxy or the certificates cannot be used.
    """
    import httpx

    context = trust(settings.ca_bundle)
    trust_env = not is_loopback(settings.api_url)
    if trust_env and context is None:
        # httpx reads the variable itself, but before 0.28, it ignores a file that does not exist.
        named_bundle("SSL_CERT_FILE")
    proxy = settings.proxy or (environment_proxy(url) if trust_env else None)
    try:
        return httpx.AsyncHTTPTransport(
            # Loading the certificates takes tens of milliseconds, and plain HTTP uses none.
            verify=url.startswith("https:") if context is None else context,
            limits=httpx.Limits(max_keepalive_connections=POOL_SIZE),
            proxy=proxy,
            trust_env=trust_env,
        )
    except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
        msg = f"the proxy or the certificates of the environment cannot be used: {type(error).__name__}"
        raise ConfigurationError(msg) from None


def httpx_failure(error: Exception) -> effects.Outcome:
    """Translate an error from ``httpx``: to NotSent if certainly nothing was sent, else to Unknown.

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
        # httpcore before 1.0.6 does not wrap this error.
        ssl.SSLCertVerificationError,
    )
    if isinstance(error, before_sending):
        return effects.NotSent(described_failure(error))
    return effects.Unknown(type(error).__name__)
