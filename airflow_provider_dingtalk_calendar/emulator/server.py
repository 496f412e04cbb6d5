"""The emulator as tests and demonstrations use it."""

from __future__ import annotations

import secrets
import threading
import time
from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator.access import INTERNAL, App, Limits
from airflow_provider_dingtalk_calendar.emulator.application import Application
from airflow_provider_dingtalk_calendar.emulator.clock import Clock, EmulatorClock
from airflow_provider_dingtalk_calendar.emulator.connection import connection_to
from airflow_provider_dingtalk_calendar.emulator.control import answer_control
from airflow_provider_dingtalk_calendar.emulator.events import Events
from airflow_provider_dingtalk_calendar.emulator.journal import Journal, RecordedRequest
from airflow_provider_dingtalk_calendar.emulator.people import People
from airflow_provider_dingtalk_calendar.emulator.random_faults import RANDOM_FAULTS
from airflow_provider_dingtalk_calendar.emulator.routes import PERMISSIONS
from airflow_provider_dingtalk_calendar.emulator.service import Request, Service
from airflow_provider_dingtalk_calendar.emulator.state import Organization
from airflow_provider_dingtalk_calendar.emulator.tokens import Tokens
from airflow_provider_dingtalk_calendar.emulator.wire import HOST, Server, listen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import TracebackType

    from airflow_provider_dingtalk_calendar.emulator.acls import Acl
    from airflow_provider_dingtalk_calendar.emulator.answers import Answer
    from airflow_provider_dingtalk_calendar.emulator.events import Event
    from airflow_provider_dingtalk_calendar.emulator.faults import Fault
    from airflow_provider_dingtalk_calendar.emulator.state import Calendar

DEFAULT_CLIENT_ID = "dingemulatedclientid"
DEFAULT_CORP_ID = "dingemulatedcorpid"
DEFAULT_USER = "emulatedunionid"
"""The unionId of the user who signs in unless another is named."""


class DingTalkEmulator(People):
    """A stand-in DingTalk server on 127.0.0.1, as a context manager or with ``start`` and ``stop``.

    The defaults are those of an internal app in a standard organization: 20 calls a second and API, 5,000
    calls a month (page how-to-process-api-throttling-on-the-dingtalk-server), tokens valid for 7,200 seconds
    (page obtain-the-access-token-of-an-internal-app).

    :param port: the port, 0 for a free one.
    :param client_id: AppKey, SuiteKey or AppId of the app that may call, ``None`` for a fixed one.
    :param client_secret: its secret, ``None`` for a random one.
    :param app_type: ``internal``, ``third_party_enterprise`` or ``third_party_personal``.
    :param corp_id: the organization of an internal app, or the one that authorized a third-party one;
        ``None`` for a fixed one.
    :param qps_limit: calls of one API in any second, ``None`` for no limit.
    :param monthly_quota: calls of all APIs but the token's in a month, ``None`` for no limit.
    :param token_lifetime: in seconds.
    :param permissions: official names of the permissions the app was granted.
    :param clock: returns the time in seconds since the epoch.
    :param subscription_limit: how many calendars a user may subscribe to, ``None`` for any number: that of
        DingTalk is not documented.
    :param daily_event_limit: how many events a user may create in a day of China, ``None`` for any number
        (page create-schedule).
    :param list_lag: how many seconds old a calendar is before ListCalendars shows it; all else sees it at
        once. Whether the list of DingTalk lags is not documented.
    :param latency: how many seconds later than judged and carried out each request is answered.
    :param on_request: called with each request as it is recorded, in the thread of its connection.
    :raises ValueError: if there is no such app type.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        client_id: str | None = None,
        client_secret: str | None = None,
        app_type: str = INTERNAL,
        corp_id: str | None = None,
        qps_limit: int | None = 20,
        monthly_quota: int | None = 5000,
        token_lifetime: int = 7200,
        permissions: Iterable[str] = PERMISSIONS,
        clock: Clock = time.time,
        subscription_limit: int | None = None,
        daily_event_limit: int | None = 100,
        list_lag: float = 0.0,
        latency: float = 0.0,
        on_request: Callable[[RecordedRequest], None] | None = None,
    ) -> None:
        self.client_id = client_id or DEFAULT_CLIENT_ID
        self.client_secret = client_secret or f"emulated-client-secret-{secrets.token_hex(24)}"
        self.app_type = app_type
        self.corp_id = corp_id or DEFAULT_CORP_ID
        app = App(self.client_id, self.client_secret, frozenset(permissions), app_type, self.corp_id)
        own_clock = EmulatorClock(clock)
        tokens = Tokens(token_lifetime, own_clock, self.client_secret)
        limits = Limits(qps_limit, monthly_quota, own_clock)
        organization = Organization(own_clock, list_lag)
        events = Events(own_clock, daily_event_limit)
        service = Service(
            app,
            tokens,
            limits,
            organization,
            events=events,
            clock=own_clock,
            subscription_limit=subscription_limit,
        )
        super().__init__(Application(service, Journal(on_request), own_clock))
        self._authorization_code = self._application.authorize(DEFAULT_USER)
        self._wanted_port = port
        self._latency = latency
        self._stopping = threading.Event()
        self._server: Server | None = None
        self._lifecycle = threading.Lock()

    def start(self) -> None:
        """Begin to serve, with all that was remembered before a ``stop``. Does nothing if it serves already.

        :raises OSError: if the port is in use.
        """
        with self._lifecycle:
            if self._server is None:
                self._stopping.clear()
                with listen(self._wanted_port) as listener:
                    self._server = Server(listener, self._answer)
                self._server.start()

    def stop(self) -> None:
        """End every connection and wait until no thread and no socket is left. Does nothing if none is."""
        with self._lifecycle:
            if self._server is not None:
                self._stopping.set()
                self._server.stop()
                self._server = None

    def __enter__(self) -> DingTalkEmulator:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The base URL.

        :raises RuntimeError: if it does not serve.
        """
        server = self._server
        if server is None:
            raise RuntimeError("the emulator has no URL before start() or after stop()")
        return f"http://{HOST}:{server.port}"

    @property
    def journal(self) -> Journal:
        """The requests so far, in order; may be read while it serves."""
        return self._application.journal

    @property
    def calendars(self) -> list[Calendar]:
        """The subscribed calendars as they are now, oldest first."""
        return self._application.calendars

    @property
    def events(self) -> list[Event]:
        """The events of everybody as they are now, oldest first, without those that were deleted."""
        return self._application.events

    @property
    def acls(self) -> list[Acl]:
        """Who may see or edit whose primary calendar, oldest first."""
        return self._application.acls

    @property
    def list_lag(self) -> float:
        """How many seconds old a calendar is before ListCalendars shows it; may be set while it serves."""
        return self._application.list_lag

    @list_lag.setter
    def list_lag(self, seconds: float) -> None:
        self._application.list_lag = seconds

    @property
    def issued_tokens(self) -> list[str]:
        """Every access token ever issued, also before a ``reset``, oldest first."""
        return self._application.issued_tokens

    @property
    def issued_secrets(self) -> list[str]:
        """Every secret ever handed out or accepted: client secret, tickets, codes and tokens of all kinds."""
        return self._application.issued_secrets

    @property
    def suite_ticket(self) -> str:
        """The newest suite ticket, the only one that works."""
        return self._application.suite_ticket

    @property
    def authorization_code(self) -> str:
        """A user's authorization code from the beginning; it works once."""
        return self._authorization_code

    def push_suite_ticket(self) -> str:
        """Replace the suite ticket and return the new one."""
        return self._application.push_suite_ticket()

    def authorize(self, union_id: str = DEFAULT_USER) -> str:
        """Return a new authorization code, as if a user had signed in again; it works once.

        :param union_id: the user in whose name the app then calls.
        """
        return self._application.authorize(union_id)

    def airflow_connection(self, **extra: object) -> str:
        """Return the connection as the JSON text that ``AIRFLOW_CONN_DINGTALK_DEFAULT`` takes.

        :param extra: fields of its ``extra``, besides or instead of what the app type needs there; ``None``
            for one that it shall not have.
        :raises RuntimeError: if it does not serve.
        """
        return connection_to(self, extra)

    def order(self, fault: Fault) -> None:
        """Let something go wrong with a request to come; faults are used up in the order they were ordered.

        :param fault: what, with which operation, and how often.
        :raises ValueError: if it is for an operation that does not exist.
        """
        self._application.order(fault)

    def fail_at_random(
        self, rate: float, faults: Sequence[Fault] = RANDOM_FAULTS, seed: int | None = None
    ) -> None:
        """Let each request of an operation that no ordered fault is for fail by chance, until a ``reset``.

        A fault comes before or after the effect with equal chance, an error below 500, a refusal, always
        before; one made with ``after_effect`` or ``late_effect`` stays what it is. ``times`` is ignored.

        :param rate: the probability, 0 to end it.
        :param faults: what may go wrong; one made with ``on`` only with its operation.
        :param seed: for the same faults with the same requests again, ``None`` for others each time.
        :raises ValueError: if the rate is not within 0 and 1, or a fault is for an operation that does not
            exist.
        """
        self._application.fail_at_random(rate, faults, seed)

    def expire_tokens(self) -> None:
        """Let every access token's time be over."""
        self._application.expire_tokens()

    def revoke_tokens(self) -> None:
        """Make every access token invalid."""
        self._application.revoke_tokens()

    def expire_refresh_tokens(self) -> None:
        """Let every refresh token's time be over."""
        self._application.expire_refresh_tokens()

    def reset(self) -> None:
        """Forget what requests have changed, the journal, all faults, late effects, and the calls counted.

        Who and what was added stays, as do tickets, codes and the lag of the list.
        """
        self._application.reset()

    def _answer(self, request: Request) -> Answer:
        answer = answer_control(self._application, request)
        if answer is None:
            answer = self._application.handle(request)
            # In the thread of the connection, without the lock: others are answered meanwhile.
            self._stopping.wait(self._latency)
        return answer
