"""The emulator's interface for tests and demonstrations."""

from __future__ import annotations

import json
import secrets
import threading
import time
from typing import TYPE_CHECKING, Any

from .control import answer_control
from .core.clock import Clock, EmulatorClock
from .core.options import Options
from .fault_injection import Application
from .faults.random_faults import RANDOM_FAULTS
from .http.listener import HOST, Server
from .journal import Journal, RecordedRequest
from .page.serving import answer_page
from .service import Service
from .world.app import INTERNAL, THIRD_PARTY_ENTERPRISE, THIRD_PARTY_PERSONAL, App
from .world.client_tokens import ClientTokens
from .world.directory import Person
from .world.events import Events
from .world.limits import Limits
from .world.organization import Organization
from .world.tokens import TokenIssuer

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable, Sequence

    from .faults.fault import Fault
    from .http.answer import Answer
    from .http.request import IncomingRequest
    from .world.events import Event
    from .world.organization import Calendar
    from .world.sharing import SharedAccess

DEFAULT_CLIENT_ID = "dingemulatedclientid"
DEFAULT_CORP_ID = "dingemulatedcorpid"
DEFAULT_USER = "emulatedunionid"
"""unionId of the user who signs in by default."""


class DingTalkEmulator:
    """A stand-in DingTalk server on 127.0.0.1, as a context manager or with ``start`` and ``stop``.

    :param port: the port, 0 for any free port.
    :param client_id: AppKey, SuiteKey or AppId of the app whose calls are accepted, ``None`` for a fixed id.
    :param client_secret: the secret of the app, ``None`` for a random secret.
    :param app_type: ``internal``, ``third_party_enterprise`` or ``third_party_personal``.
    :param corp_id: the organization of an internal app, or the organization that authorized a third-party
        app. ``None`` for a fixed corpId.
    :param clock: returns the time in seconds since the epoch.
    :param on_request: called with each request when it is recorded, in the thread of its connection.
    :param options: limits and behaviour, by name, as in ``Options``. The table on the page "Test your own
        DAGs" lists them.
    :raises ValueError: if the app type does not exist, or an option has a value that is not allowed.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        client_id: str | None = None,
        client_secret: str | None = None,
        app_type: str = INTERNAL,
        corp_id: str | None = None,
        clock: Clock = time.time,
        on_request: Callable[[RecordedRequest], None] | None = None,
        **options: Any,
    ) -> None:
        self.options = Options(**options)
        """Limits and behaviour. They can be changed at any time, and a ``reset`` does not change them."""
        self.client_id = client_id or DEFAULT_CLIENT_ID
        self.client_secret = client_secret or f"emulated-client-secret-{secrets.token_hex(24)}"
        self.app_type = app_type
        self.corp_id = corp_id or DEFAULT_CORP_ID
        own_clock = EmulatorClock(clock)
        service = Service(
            App(self.client_id, self.client_secret, app_type, self.corp_id),
            TokenIssuer(self.options, own_clock, self.client_secret),
            Limits(self.options, own_clock),
            Organization(own_clock, self.options),
            Events(own_clock, self.options),
            ClientTokens(own_clock),
            self.options,
        )
        self._application = Application(service, Journal(self.options, on_request), own_clock)
        self._authorization_code = self.authorize(DEFAULT_USER)
        self._wanted_port = port
        self._stopping = threading.Event()
        self._server: Server | None = None
        self._lifecycle = threading.Lock()

    def start(self) -> None:
        """Start serving. Data from before a ``stop`` is kept. Do nothing if the emulator already serves.

        :raises OSError: if the port is in use.
        """
        with self._lifecycle:
            if self._server is None:
                self._stopping.clear()
                self._server = Server(self._wanted_port, self._answer)
                self._server.start()

    def stop(self) -> None:
        """End every connection and wait for every thread. Do nothing if the emulator does not serve."""
        with self._lifecycle:
            if self._server is not None:
                self._stopping.set()
                self._server.stop()
                self._server = None

    def __enter__(self) -> DingTalkEmulator:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The base URL.

        :raises RuntimeError: if the emulator does not serve.
        """
        server = self._server
        if server is None:
            raise RuntimeError("the emulator has no URL before start() or after stop()")
        return f"http://{HOST}:{server.port}"

    def airflow_connection(self, **extra: object) -> str:
        """Return an Airflow connection as JSON text, for ``AIRFLOW_CONN_DINGTALK_DEFAULT``.

        :param extra: fields for the connection's ``extra``. They are added to the fields that the app type
            needs, or replace those fields. ``None`` removes a field.
        :raises RuntimeError: if the emulator does not serve.
        """
        needed: dict[str, object] = {}
        if self.app_type == THIRD_PARTY_ENTERPRISE:
            needed = {"corp_id": self.corp_id, "suite_ticket_secret": self.suite_ticket}
        elif self.app_type == THIRD_PARTY_PERSONAL:
            needed = {"authorization_code": self.authorization_code}
        if needed:
            needed = {"app_type": self.app_type, **needed}
        connection: dict[str, object] = {
            "conn_type": "dingtalk",
            "host": self.url,
            "login": self.client_id,
            "password": self.client_secret,
        }
        given = {name: value for name, value in {**needed, **extra}.items() if value is not None}
        return json.dumps({**connection, "extra": given} if given else connection)

    # Recorded requests and stored data

    @property
    def journal(self) -> Journal:
        """The requests so far, in order. Reading is safe while the emulator serves."""
        return self._application.journal

    @property
    def calendars(self) -> list[Calendar]:
        """The subscribed calendars, oldest first."""
        with self._application.service() as service:
            return list(service.organization)

    @property
    def events(self) -> list[Event]:
        """The events of everybody, oldest first, without deleted ones."""
        with self._application.service() as service:
            return list(service.events)

    @property
    def acls(self) -> list[SharedAccess]:
        """The access that users have to others' primary calendars, oldest first."""
        with self._application.service() as service:
            return list(service.sharing)

    @property
    def issued_tokens(self) -> list[str]:
        """Every access token ever issued, even before a ``reset``, oldest first."""
        with self._application.service() as service:
            return list(service.tokens.issued)

    @property
    def issued_secrets(self) -> list[str]:
        """Every secret ever issued or accepted: client secret, tickets, codes and tokens of all kinds."""
        with self._application.service() as service:
            return list(service.tokens.secrets)

    @property
    def list_lag(self) -> float:
        """The option ``list_lag``, which can be set at any time."""
        return self.options.list_lag

    @list_lag.setter
    def list_lag(self, seconds: float) -> None:
        self.options.list_lag = seconds

    @property
    def metered_calls(self) -> Counter[str]:
        """The calls that counted against the monthly quota this month, by operation.

        Calls for tokens and contacts do not count, nor do calls that a limit refused.
        """
        with self._application.service() as service:
            return service.limits.metered_calls

    # Time

    @property
    def now(self) -> float:
        """The time by the emulator's clock, in seconds since the epoch. The time can be set, and runs on."""
        with self._application.service():
            return self._application.clock()

    @now.setter
    def now(self, moment: float) -> None:
        with self._application.service():
            self._application.clock.advance(moment - self._application.clock())

    def advance(self, seconds: float) -> None:
        """Move the emulator's clock, as if time had passed. The clock stays moved after a ``reset``.

        :param seconds: how far to move the clock. A negative number moves it back.
        """
        with self._application.service():
            self._application.clock.advance(seconds)

    # People and groups

    def add_user(self, *, userid: str, union_id: str, mobile: str = "", name: str = "") -> None:
        """Add a person to the directory, or replace the one with the same userid.

        :param userid: the id within the organization.
        :param union_id: the id that calendars use.
        :param mobile: mobile number, empty for none.
        :param name: the name shown to others, empty for the userid.
        """
        with self._application.service() as service:
            service.organization.directory.people[userid] = Person(userid, union_id, mobile, name or userid)

    def add_department(self, dept_id: int, userids: Iterable[str]) -> None:
        """Declare the members of a department.

        :param dept_id: the department, 1 for the root.
        :param userids: the direct members of the department, without the members of its subdepartments.
        """
        with self._application.service() as service:
            service.organization.directory.departments[dept_id] = tuple(userids)

    def add_chat(self, chat_id: str, open_conversation_id: str) -> None:
        """Add a group chat that the directory can look up.

        :param chat_id: the chatId of the group chat.
        :param open_conversation_id: the openConversationId of the group chat.
        """
        with self._application.service() as service:
            service.organization.directory.chats[chat_id] = open_conversation_id

    def add_group(self, open_conversation_id: str, members: Iterable[str]) -> None:
        """Declare the members of a group. An undeclared group contains everyone.

        :param open_conversation_id: the group.
        :param members: unionIds.
        """
        with self._application.service() as service:
            service.organization.declare("openConversationIds", open_conversation_id, members)

    def add_organization(self, corp_id: str, members: Iterable[str]) -> None:
        """Declare the members of an organization. An undeclared organization contains everyone.

        :param corp_id: the organization.
        :param members: unionIds.
        """
        with self._application.service() as service:
            service.organization.declare("corpIds", corp_id, members)

    # Tokens

    @property
    def suite_ticket(self) -> str:
        """The newest suite ticket, the only one that works."""
        with self._application.service() as service:
            return service.tokens.suite_ticket

    @property
    def authorization_code(self) -> str:
        """The authorization code of the default user, who signed in at the beginning. The code works once."""
        return self._authorization_code

    def push_suite_ticket(self) -> str:
        """Replace the suite ticket and return the new one."""
        with self._application.service() as service:
            return service.tokens.push_suite_ticket()

    def authorize(self, union_id: str = DEFAULT_USER) -> str:
        """Return a new authorization code, as if a user had signed in again. The code works once.

        :param union_id: the user on whose behalf the app then calls.
        """
        with self._application.service() as service:
            return service.tokens.authorize(union_id)

    def expire_tokens(self) -> None:
        """Make every access token expire."""
        with self._application.service() as service:
            service.tokens.expire()

    def revoke_tokens(self) -> None:
        """Make every access token invalid."""
        with self._application.service() as service:
            service.tokens.revoke()

    def expire_refresh_tokens(self) -> None:
        """Make every refresh token expire."""
        with self._application.service() as service:
            service.tokens.expire_refresh_tokens()

    # Faults

    def order(self, fault: Fault) -> None:
        """Order a fault for a later request. Faults are used in the order in which they were ordered.

        :param fault: the failure, its operation, and the number of requests that it hits.
        :raises ValueError: if the fault is for an operation that does not exist.
        """
        self._application.order(fault)

    def fail_at_random(
        self, rate: float, faults: Sequence[Fault] = RANDOM_FAULTS, seed: int | None = None
    ) -> None:
        """Make requests fail at random, until a ``reset``. Ordered faults come first.

        A request that matches no operation never fails at random.

        A fault comes before or after the effect with equal probability. An error with a status below 500 is a
        refusal, so it always comes before the effect. A fault made with ``after_effect`` or ``late_effect``
        keeps its time. ``times`` is ignored.

        :param rate: the probability that a request fails, 0 for no more random faults.
        :param faults: the faults to choose from. A fault made with ``on`` hits only its operation.
        :param seed: with the same seed, the same requests get the same faults. ``None`` for a random seed.
        :raises ValueError: if the rate is not between 0 and 1, or a fault is for an operation that does not
            exist.
        """
        self._application.fail_at_random(rate, faults, seed)

    def reset(self) -> None:
        """Undo what requests changed, and clear the journal, faults, late effects and call counts.

        Added people and groups stay, and so do tickets, codes, options and the moved clock.
        """
        self._application.reset()

    def _answer(self, request: IncomingRequest) -> Answer:
        answer = answer_control(self._application, request) or answer_page(self._application, request)
        if answer is None:
            answer = self._application.handle(request)
            # Wait in the connection's thread without the lock, so that other requests are answered meanwhile.
            self._stopping.wait(self.options.latency)
        return answer
