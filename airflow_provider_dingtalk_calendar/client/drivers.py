"""The two loops that do the I/O: :class:`SyncDriver` on ``requests``, :class:`AsyncDriver` on ``httpx``.

Both HTTP libraries are imported where the first request is made, so that importing an operator stays cheap.
Neither driver follows redirects (a redirect would carry the token to another host) or keeps cookies.
"""

from __future__ import annotations

import asyncio
import ipaddress
import threading
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from airflow_provider_dingtalk_calendar.client.actions import (
    Action,
    Exclusive,
    Flow,
    Mask,
    Now,
    Outcome,
    Request,
    Response,
    Send,
    Wait,
)
from airflow_provider_dingtalk_calendar.client.transport import httpx_failure, requests_failure
from airflow_provider_dingtalk_calendar.exceptions import DingTalkError

if TYPE_CHECKING:
    import httpx
    import requests

    from airflow_provider_dingtalk_calendar.client.settings import ClientSettings

T = TypeVar("T")

#: Connections kept open per client. More callers than that take turns in getting one.
POOL_SIZE = 50


def is_loopback(url: str) -> bool:
    """Tell whether the URL names this machine, where no proxy of the environment is wanted."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class SyncDriver:
    """Runs flows on ``requests``; may be shared by threads.

    :param settings: Timeouts and proxy.
    :param mask: Called with every secret before its first use.
    :param clock: Seconds since the epoch.
    :param sleep: Waits that many seconds.
    """

    def __init__(
        self,
        settings: ClientSettings,
        *,
        mask: Callable[[str], None],
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._mask = mask
        self._clock = clock
        self._sleep = sleep
        self._exclusive = threading.Lock()
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

    def _perform(self, action: Action) -> Any:
        match action:
            case Send(request):
                return self._send(request)
            case Wait(seconds):
                return self._sleep(seconds)
            case Now():
                return self._clock()
            case Mask(secret):
                return self._mask(secret)
            case Exclusive(flow):
                with self._exclusive:
                    return self.run(flow)

    def _send(self, request: Request) -> Outcome:
        import requests

        timeout = self._settings.timeout
        try:
            answer = self._open().request(
                request.method,
                request.url,
                data=request.body,
                headers=dict(request.headers),
                timeout=(timeout, timeout),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return requests_failure(error)
        return Response(answer.status_code, answer.headers, answer.content)

    def _open(self) -> requests.Session:
        from http.cookiejar import DefaultCookiePolicy

        import requests
        from requests.adapters import HTTPAdapter

        with self._opening:
            if self._session is None:
                session = requests.Session()
                adapter = HTTPAdapter(pool_maxsize=POOL_SIZE, pool_block=True)
                session.mount("https://", adapter)
                session.mount("http://", adapter)
                session.headers.clear()
                session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
                # Without an auth of its own, requests would add one from a .netrc file.
                session.auth = lambda prepared: prepared
                session.trust_env = not is_loopback(self._settings.api_url)
                if self._settings.proxy:
                    session.proxies = {"http": self._settings.proxy, "https": self._settings.proxy}
                    session.trust_env = False
                self._session = session
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
    :param clock: Seconds since the epoch.
    :param sleep: Waits that many seconds.
    """

    def __init__(
        self,
        settings: ClientSettings,
        *,
        mask: Callable[[str], Awaitable[None]],
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings = settings
        self._mask = mask
        self._clock = clock
        self._sleep = sleep
        self._exclusive = asyncio.Lock()
        self._client: httpx.AsyncClient | None = None

    async def run(self, flow: Flow[T]) -> T:
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
                argument = await self._perform(action)
                step = flow.send
            except DingTalkError as error:
                argument = error
                step = flow.throw

    async def _perform(self, action: Action) -> Any:
        match action:
            case Send(request):
                return await self._send(request)
            case Wait(seconds):
                return await self._sleep(seconds)
            case Now():
                return self._clock()
            case Mask(secret):
                return await self._mask(secret)
            case Exclusive(flow):
                async with self._exclusive:
                    return await self.run(flow)

    async def _send(self, request: Request) -> Outcome:
        import httpx

        try:
            answer = await self._open().request(
                request.method, request.url, content=request.body, headers=dict(request.headers)
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return httpx_failure(error)
        return Response(answer.status_code, answer.headers, answer.content)

    def _open(self) -> httpx.AsyncClient:
        import httpx

        if self._client is None:
            settings = self._settings
            self._client = httpx.AsyncClient(
                timeout=httpx.Timeout(settings.timeout, pool=None),
                limits=httpx.Limits(max_connections=POOL_SIZE, max_keepalive_connections=POOL_SIZE),
                proxy=settings.proxy or None,
                trust_env=not settings.proxy and not is_loopback(settings.api_url),
                follow_redirects=False,
            )
            self._client.headers.clear()
        self._client.cookies.clear()
        return self._client

    async def close(self) -> None:
        """Close the connections. The next request opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()
