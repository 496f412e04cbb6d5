"""Driver that runs flows on ``requests``.

The library is not imported before the first request, so that importing an operator stays cheap. The driver
follows no redirects, which would carry the token to another host, and keeps no cookies.
"""

from __future__ import annotations

import random
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from airflow_provider_dingtalk_calendar.exceptions import DingTalkError

from ..engine import effects
from ..engine.per_process import PerProcess
from ..engine.secrets import Secret, without_frames
from ..settings import ClientSettings, check_port
from .answers import Body, SlowAnswerError, UnreadableError
from .common import ENVIRONMENT_PROXY, POOL_SIZE, causes, check_trusted, described_failure, is_loopback, trust

if TYPE_CHECKING:
    import requests

    from ..auth.store import Store
    from ..auth.token_memory import TokenMemory


T = TypeVar("T")


#: Number of bytes to read at once.
CHUNK = 65536


@dataclass
class _Connections:
    """The connections of one process."""

    opening: threading.Lock = field(default_factory=threading.Lock)
    session: requests.Session | None = None


class SyncDriver:
    """Runs flows on ``requests``. Threads can share a driver.

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
        self._connections = PerProcess(_Connections)

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
        import requests
        from urllib3.exceptions import HTTPError

        settings, session = self._settings, self._open()
        # Proxies given here override the proxies of the environment. Proxies set on the session would not.
        proxies = {"http": settings.proxy, "https": settings.proxy} if settings.proxy else {}
        merged: dict[str, Any] = session.merge_environment_settings(  # type: ignore[assignment]
            request.url, proxies, stream=True, verify=settings.ca_bundle, cert=None
        )
        check_port(ENVIRONMENT_PROXY, requests.utils.select_proxy(request.url, merged["proxies"]) or "")
        try:
            # The session's own methods would keep cookies, process redirects and read a .netrc file.
            prepared = requests.PreparedRequest()
            prepared.prepare(request.method, request.url, dict(request.headers), data=request.body)
            answer = session.get_adapter(request.url).send(
                prepared,
                timeout=(settings.connect_timeout or settings.timeout, settings.timeout),
                **merged,
            )
            with answer:
                return _read(answer)
        except (SlowAnswerError, UnreadableError) as error:
            return effects.Unknown(str(error))
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            return requests_failure(error)

    def _open(self) -> requests.Session:
        own = self._connections.value
        with own.opening:
            if own.session is None:
                own.session = new_session(self._settings)
            return own.session

    def close(self) -> None:
        """Close the connections. The next request opens new ones."""
        own = self._connections.value
        with own.opening:
            session, own.session = own.session, None
        if session is not None:
            session.close()


def _read(answer: requests.Response) -> effects.Outcome:
    body = Body()
    try:
        for part in answer.raw.stream(CHUNK, decode_content=False):
            body.add(part)
        return effects.Response(answer.status_code, body.decoded(answer.headers.get("content-encoding")))
    except UnreadableError as error:
        return effects.Unreadable(answer.status_code, str(error))


def new_session(settings: ClientSettings) -> requests.Session:
    """Return a new session.

    The session uses the proxies and certificates of the environment, unless the API is on this machine.

    :raises ConfigurationError: If a file of certificates cannot be used.
    """
    import requests

    from .bounded import BoundedAdapter

    trust(settings.ca_bundle)
    session = requests.Session()
    adapter = BoundedAdapter(pool_maxsize=POOL_SIZE)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.trust_env = not is_loopback(settings.api_url)
    if session.trust_env and not settings.ca_bundle:
        check_trusted("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    return session


def requests_failure(error: Exception) -> effects.Outcome:
    """Translate an error from ``requests``: to NotSent if certainly nothing was sent, else to Unknown."""
    import requests
    from urllib3.exceptions import ConnectTimeoutError

    before_sending = (
        requests.exceptions.InvalidURL,
        requests.exceptions.InvalidSchema,
        requests.exceptions.MissingSchema,
        # Also the base class of NewConnectionError.
        ConnectTimeoutError,
        ssl.SSLCertVerificationError,
    )
    for cause in causes(error):
        # http.client raises a bare OSError if a proxy refuses to connect.
        is_refused_tunnel = type(cause) is OSError and str(cause).startswith("Tunnel connection failed")
        if isinstance(cause, before_sending) or is_refused_tunnel:
            return effects.NotSent(described_failure(error))
    # A ProxyError proves nothing: urllib3 also raises it if the answer is lost behind a proxy.
    return effects.Unknown(type(error).__name__)
