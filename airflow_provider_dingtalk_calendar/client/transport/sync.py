"""Driver that runs flows on ``requests`` and ``urllib3``.

The libraries are not imported before the first request, so that importing an operator stays cheap. The driver
follows no redirects, which would carry the token to another host, and keeps no cookies.
"""

from __future__ import annotations

import random
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError, DingTalkError

from ..engine import effects
from ..engine.per_process import PerProcess
from ..engine.secrets import Secret, without_frames
from ..settings import ClientSettings
from .answers import Body, SlowAnswerError, UnreadableError
from .common import causes, described_failure, environment_proxy, is_loopback, named_bundle, trust

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

    from ..auth.store import Store
    from ..auth.token_memory import TokenMemory
    from .bounded import Host


T = TypeVar("T")


class SyncDriver:
    """Runs flows on ``requests`` and ``urllib3``. Threads can share a driver.

    :param settings: Timeouts, proxy and certificates.
    :param mask: Called with every secret before its first use.
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
        mask: Callable[[str], None],
        store: Store,
        memory: TokenMemory,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._settings = settings
        self._mask = mask
        self._store = store
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._memory = memory
        #: Hosts by origin of the URL.
        self._hosts: PerProcess[dict[str, Host]] = PerProcess(dict)
        self._opening = PerProcess(threading.Lock)

    def run(self, flow: effects.Flow[T]) -> T:
        """Run a flow to its end and return its result."""
        step: Callable[[Any], effects.Action] = flow.send
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

    def _perform(self, action: effects.Action) -> Any:
        match action:
            case effects.Wait(seconds):
                return self._sleep(seconds)
            case effects.Now():
                return self._clock()
            case effects.Chance():
                return self._chance()
            case effects.Exclusive(key, flow):
                with self._memory.lock(key):
                    return self.run(flow)
            case effects.Invoke(function, arguments):
                return function(*arguments)
            case _:
                try:
                    return self._perform_with_secrets(action)
                except BaseException as error:  # noqa: BLE001
                    # An interrupt, such as a task's timeout, can come while a frame holds secrets.
                    raise without_frames(error)  # noqa: B904

    def _perform_with_secrets(self, action: effects.Action) -> Any:
        match action:
            case effects.Send(request):
                return self._send(request)
            case effects.Mask(secret):
                return self._mask(secret)
            case effects.Load(name):
                text = self._store.load(name)
                return None if text is None else Secret(text)
            case effects.Save(name, value):
                return self._store.save(name, value)

    def _send(self, request: effects.Request) -> effects.Outcome:
        from urllib3.exceptions import HTTPError

        settings, url = self._settings, urlsplit(request.url)
        try:
            host = self._open(f"{url.scheme}://{url.netloc}")
        except ConfigurationError:
            raise
        except (OSError, HTTPError, ValueError) as error:
            return effects.NotSent(described_failure(error))
        try:
            answer = host.send(
                request,
                url,
                connect=settings.connect_timeout or settings.timeout,
                read=settings.timeout,
            )
            with closing(answer):
                return _read(answer)
        except (SlowAnswerError, UnreadableError) as error:
            return effects.Unknown(str(error))
        except (HTTPError, OSError, ValueError) as error:
            return urllib3_failure(error)

    def _open(self, origin: str) -> Host:
        with self._opening.value:
            hosts = self._hosts.value
            if origin not in hosts:
                hosts[origin] = new_host(self._settings, origin)
            return hosts[origin]

    def close(self) -> None:
        """Close the connections. The next request opens new ones."""
        with self._opening.value:
            hosts = self._hosts.value
            while hosts:
                hosts.popitem()[1].close()


def _read(answer: BaseHTTPResponse) -> effects.Outcome:
    body = Body()
    try:
        for part in answer.stream(decode_content=False):
            body.add(part)
        return effects.Response(answer.status, body.decoded(answer.headers.get("content-encoding")))
    except UnreadableError as error:
        return effects.Unreadable(answer.status, str(error))


def new_host(settings: ClientSettings, origin: str) -> Host:
    """Return the connections to a host.

    :param settings: Proxy and certificates. The environment supplies what is not set here, unless the API is
        on this machine.
    :param origin: Scheme, host and port of the URL.
    :raises ConfigurationError: If a file of certificates or the port of the proxy cannot be used.
    :raises requests.RequestException: If the URL or the proxy cannot be used.
    """
    from .bounded import Host

    trust(settings.ca_bundle)
    proxy, bundle = settings.proxy, settings.ca_bundle
    if not is_loopback(settings.api_url):
        proxy = proxy or environment_proxy(origin)
        bundle = bundle or named_bundle("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    return Host(origin, proxy=proxy, bundle=bundle)


def urllib3_failure(error: Exception) -> effects.Outcome:
    """Translate an error of a request: to NotSent if certainly nothing was sent, else to Unknown."""
    from urllib3.exceptions import ClosedPoolError, ConnectTimeoutError

    before_sending = (
        # Also the base class of NewConnectionError.
        ConnectTimeoutError,
        ClosedPoolError,
        ssl.SSLCertVerificationError,
    )
    for cause in causes(error):
        # http.client raises a bare OSError if a proxy refuses to connect.
        is_refused_tunnel = type(cause) is OSError and str(cause).startswith("Tunnel connection failed")
        if isinstance(cause, before_sending) or is_refused_tunnel:
            return effects.NotSent(described_failure(error))
    # A ProxyError proves nothing: urllib3 also raises it if the answer is lost behind a proxy.
    return effects.Unknown(type(error).__name__)
