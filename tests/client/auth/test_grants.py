"""Both clients fetch tokens for every app type from the emulator over HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.client import (
    AsyncDingTalkClient,
    ClientSettings,
    CorpCredentials,
    Credentials,
    InternalAppCredentials,
    SuiteCredentials,
    UserCredentials,
)
from airflow_provider_dingtalk_calendar.client.auth.store import AsyncMemoryStore, MemoryStore
from airflow_provider_dingtalk_calendar.client.auth.token_memory import TokenMemory
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.exceptions import (
    ApiError,
    DingTalkError,
    InvalidCredentialsError,
    InvalidSuiteTicketError,
    NotAuthorizedError,
    ThrottledError,
)
from tests.client.both import CALLERS, AsyncCaller, SyncCaller, settings_for

Caller = SyncCaller | AsyncCaller
TICKET = "a_variable"
QPS = "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"


@dataclass(frozen=True)
class Source:
    """One kind of app, and how the app gets a token.

    :param operation: The operation that grants the token.
    :param app_type: The type of the emulated app.
    :param credentials: Returns the credentials that an emulator accepts.
    """

    operation: str
    app_type: str
    credentials: Callable[[DingTalkEmulator], Credentials]


def app(emulator: DingTalkEmulator) -> dict[str, str]:
    return {"client_id": emulator.client_id, "client_secret": emulator.client_secret}


SOURCES = {
    "internal": Source("GetAccessToken", "internal", lambda e: InternalAppCredentials(**app(e))),
    "internal, named organization": Source(
        "GetToken", "internal", lambda e: CorpCredentials(**app(e), corp_id=e.corp_id)
    ),
    "third-party enterprise": Source(
        "GetToken",
        "third_party_enterprise",
        lambda e: CorpCredentials(**app(e), corp_id=e.corp_id, third_party=True),
    ),
    "third-party enterprise, ticket": Source(
        "GetCorpAccessToken",
        "third_party_enterprise",
        lambda e: SuiteCredentials(**app(e), corp_id=e.corp_id, suite_ticket_name=TICKET),
    ),
    "third-party personal, code": Source(
        "GetUserToken",
        "third_party_personal",
        lambda e: UserCredentials(**app(e), authorization_code=e.authorization_code),
    ),
}


class Setup:
    """An emulator, a store, and clients that share both.

    A client advances the clock instead of waiting, unless it is opened with ``really_waits``.
    """

    def __init__(self, source: Source, kind: str) -> None:
        self.source = source
        self.now = time.time()
        self.emulator = DingTalkEmulator(app_type=source.app_type, clock=lambda: self.now, qps_limit=None)
        self.kind = kind
        self.store = MemoryStore()
        self._callers: list[Caller] = []

    def __enter__(self) -> Setup:
        self.emulator.start()
        self.store.save(TICKET, self.emulator.suite_ticket)
        return self

    def __exit__(self, *_: object) -> None:
        for caller in self._callers:
            caller.close()
        self.emulator.stop()

    def open(self, *, really_waits: bool = False, **changes: Any) -> Caller:
        memory = changes.pop("memory", None)
        credentials = replace(self.source.credentials(self.emulator), **changes.pop("credentials", {}))
        store: Any = self.store
        if self.kind == "async":
            store = AsyncMemoryStore()
            store._store = self.store
        settings = settings_for(self.emulator, credentials=credentials, **changes)
        caller = CALLERS[self.kind](settings, store=store, memory=memory)
        caller.client._driver._clock = lambda: self.now  # type: ignore[method-assign]
        if not really_waits:
            caller.client._driver._sleep = self._sleep if self.kind == "sync" else self._async_sleep
        self._callers.append(caller)
        return caller

    def _sleep(self, seconds: float) -> None:
        self.now += seconds

    async def _async_sleep(self, seconds: float) -> None:
        self.now += seconds

    def push_ticket(self) -> None:
        self.store.save(TICKET, self.emulator.push_suite_ticket())

    @property
    def token_requests(self) -> int:
        return len(self.emulator.journal.of(self.source.operation))

    @property
    def all_requests(self) -> list[str | None]:
        return self.emulator.journal.operations


@pytest.fixture(params=CALLERS)
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(params=SOURCES)
def setup(request: pytest.FixtureRequest, kind: str) -> Iterator[Setup]:
    with Setup(SOURCES[request.param], kind) as made:
        yield made


@pytest.fixture
def ticket(kind: str) -> Iterator[Setup]:
    with Setup(SOURCES["third-party enterprise, ticket"], kind) as made:
        yield made


@pytest.fixture
def user_of_a_thread() -> Iterator[Setup]:
    with Setup(SOURCES["third-party personal, code"], "sync") as made:
        yield made


@pytest.fixture
def user(kind: str) -> Iterator[Setup]:
    with Setup(SOURCES["third-party personal, code"], kind) as made:
        yield made


def create(call: Caller, name: str = "n") -> str:
    made: str = call("create_subscribed_calendar", "u", name=name, subscribe_scope={"corp_ids": ["c"]})
    return made


def test_a_token_is_fetched_once_for_a_hundred_calendars(setup: Setup) -> None:
    call = setup.open()
    for number in range(100):
        create(call, f"n{number}")
    assert setup.all_requests == [setup.source.operation, *["CreateSubscribedCalendar"] * 100]
    assert len(setup.emulator.calendars) == 100


def test_a_wrong_secret_is_told(setup: Setup) -> None:
    call = setup.open(credentials={"client_secret": "a-wrong-secret"})
    with pytest.raises(InvalidCredentialsError, match="check Client ID and Client Secret") as raised:
        create(call)
    assert "a-wrong-secret" not in str(raised.value)
    assert setup.all_requests in (
        [setup.source.operation],
        # The error for a used code is not documented, so any refusal can mean a used code.
        [setup.source.operation] * setup.token_requests,
    )
    assert setup.emulator.calendars == []


@pytest.mark.parametrize("seconds", [7200 - 299, 7201, 86_400])
def test_a_token_that_expires_in_the_middle_of_a_run_is_renewed(setup: Setup, seconds: float) -> None:
    call = setup.open()
    create(call)
    setup.now += seconds
    create(call)
    assert setup.all_requests == [setup.source.operation, "CreateSubscribedCalendar"] * 2


def test_a_token_that_the_service_expires_early_is_renewed(setup: Setup) -> None:
    call = setup.open()
    create(call)
    setup.emulator.expire_tokens()
    create(call)
    assert setup.token_requests == 2
    assert len(setup.emulator.calendars) == 2


def test_a_revoked_token_is_replaced_everywhere(setup: Setup) -> None:
    first, second = setup.open(share_token=True), setup.open(share_token=True)
    create(first)
    create(second)
    assert setup.token_requests == 1
    setup.emulator.revoke_tokens()
    create(first)
    create(second)
    assert setup.token_requests == 2
    assert [entry.status for entry in setup.emulator.journal.of("CreateSubscribedCalendar")] == [
        *(200, 200),
        *(400, 200),
        *(400, 200),
    ]


def test_a_throttled_token_request_is_repeated(setup: Setup) -> None:
    setup.emulator.order(Fault.error(403, QPS).on(setup.source.operation))
    create(setup.open())
    assert setup.token_requests == 2


def test_a_token_request_that_stays_throttled_says_when_to_come_back(setup: Setup) -> None:
    setup.emulator.order(Fault.error(403, QPS).on(setup.source.operation).times(9))
    with pytest.raises(ThrottledError) as raised:
        create(setup.open(max_wait=1.0))
    assert raised.value.retry_after == 1.0
    assert raised.value.operation == setup.source.operation


@pytest.mark.parametrize("jump", [-86_400.0, -400.0, 86_400.0])
def test_a_clock_that_jumps_is_no_harm(setup: Setup, jump: float) -> None:
    """The client's clock jumps, but the service's clock does not."""
    call = setup.open(share_token=True)
    create(call)
    call.client._driver._clock = lambda: setup.now + jump  # type: ignore[method-assign]
    for _ in range(3):
        create(call)
    assert setup.token_requests <= 2
    setup.now += 7200
    create(call)
    assert len(setup.emulator.calendars) == 5


def test_a_lost_answer_to_a_token_request_costs_no_calendar(setup: Setup) -> None:
    setup.emulator.order(Fault.drop().on(setup.source.operation).after_effect())
    call = setup.open()
    if setup.source.operation == "GetUserToken":
        # The code is used up and the answer is lost, so the client can only report the failure.
        with pytest.raises(ApiError, match="have the user authorize the app anew"):
            create(call)
    else:
        create(call)
        assert len(setup.emulator.calendars) == 1


def test_what_is_secret_is_masked_and_not_repeated(setup: Setup) -> None:
    call = setup.open(share_token=True)
    create(call)
    setup.push_ticket()
    setup.now += 7200
    create(call)
    used = {*app(setup.emulator).values()} - {setup.emulator.client_id}
    sent = [entry.raw_body.decode() for entry in setup.emulator.journal.of(setup.source.operation)]
    used |= {secret for secret in setup.emulator.issued_secrets if any(secret in body for body in sent)}
    used |= {
        entry.headers["x-acs-dingtalk-access-token"]
        for entry in setup.emulator.journal.of("CreateSubscribedCalendar")
    }
    assert used <= set(call.masked)
    shown = repr((call.client.settings, call.client._calls, call.client))
    assert not any(secret in shown for secret in setup.emulator.issued_secrets)


# ---- the suite ticket


def test_a_new_ticket_is_read_from_the_store(ticket: Setup) -> None:
    call = ticket.open()
    create(call)
    ticket.push_ticket()
    ticket.now += 7200
    create(call)
    assert [entry.status for entry in ticket.emulator.journal.of("GetCorpAccessToken")] == [200, 200]


def test_an_outdated_ticket_is_told(ticket: Setup) -> None:
    ticket.emulator.push_suite_ticket()
    with pytest.raises(InvalidSuiteTicketError, match="the suite ticket is out of date"):
        create(ticket.open())
    assert ticket.token_requests == 1


def test_an_organization_that_has_not_authorized_the_app_is_told(ticket: Setup) -> None:
    with pytest.raises(NotAuthorizedError, match="check corp_id"):
        create(ticket.open(credentials={"corp_id": "dingother"}))


def test_an_organization_that_the_app_does_not_serve_is_told(kind: str) -> None:
    with (
        Setup(SOURCES["third-party enterprise"], kind) as unified,
        pytest.raises(NotAuthorizedError, match="check corp_id"),
    ):
        create(unified.open(credentials={"corp_id": "dingother"}))


# ---- the user


def test_each_refresh_token_is_used_once(user: Setup) -> None:
    for _ in range(4):
        create(user.open())
    sent = [entry.body for entry in user.emulator.journal.of("GetUserToken")]
    assert [body["grantType"] for body in sent] == ["authorization_code", *["refresh_token"] * 3]
    assert len({body.get("refreshToken") for body in sent}) == 4
    assert {entry.status for entry in user.emulator.journal} == {200}


def test_a_refresh_token_to_begin_with(user: Setup) -> None:
    create(user.open())
    first = next(secret for secret in user.emulator.issued_secrets if "refresh-token" in secret)
    given = {"authorization_code": None, "refresh_token": first}
    for _ in range(2):
        create(user.open(credentials=given))
    assert [entry.status for entry in user.emulator.journal.of("GetUserToken")] == [200, 200, 200]


@pytest.mark.parametrize("shared", [False, True])
def test_one_that_is_overtaken_between_reading_and_asking_ends_with_a_working_token(
    user_of_a_thread: Setup, shared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = user_of_a_thread
    create(user.open(share_token=shared))
    user.now += 7200
    first, second = (user.open(share_token=shared) for _ in range(2))
    store = user.store
    load, interrupted = store.load, []

    def load_and_be_overtaken(name: str) -> str | None:
        text = load(name)
        if "refresh" in name and not interrupted:
            interrupted.append(name)
            create(second)
        return text

    # The second client refreshes after the first has read the store and before it sends its request.
    monkeypatch.setattr(store, "load", load_and_be_overtaken)
    create(first)
    assert len(user.emulator.calendars) == 3
    assert [entry.status for entry in user.emulator.journal.of("GetUserToken")] == (
        [200, 200, 400] if shared else [200, 200, 400, 200]
    )


def test_workers_that_refresh_at_the_same_moment_all_end_with_a_working_token(user: Setup) -> None:
    """Each client stands for a separate worker. The workers share only the store."""
    create(user.open())
    user.now += 7200
    workers = [user.open(share_token=True, max_wait=30.0, really_waits=True) for _ in range(5)]
    assert len(set(together(workers, create))) == 5
    assert len(user.emulator.calendars) == 6


def together(workers: list[Caller], make: Callable[[Caller], str]) -> list[str]:
    """Let all workers create a calendar at once, in threads or in one event loop."""
    if isinstance(workers[0], SyncCaller):
        with ThreadPoolExecutor(len(workers)) as pool:
            return list(pool.map(make, workers))
    arguments = {"name": "n", "subscribe_scope": {"corp_ids": ["c"]}}

    async def all_of_them() -> list[str]:
        calls = [worker.client.create_subscribed_calendar("u", **arguments) for worker in workers]
        made = await asyncio.gather(*calls)
        for worker in workers:
            await worker.client.aclose()
        return list(made)

    return workers[0].loop.run_until_complete(all_of_them())


class SlowStore(AsyncMemoryStore):
    """A store that signals when a value arrives, and saves the value only when a test allows it."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived, self.may_keep = asyncio.Event(), asyncio.Event()

    async def save(self, name: str, value: str) -> None:
        self.arrived.set()
        await self.may_keep.wait()
        await super().save(name, value)


def test_an_authorization_outlives_whoever_is_cancelled_while_refreshing() -> None:
    async def cancel_and_close(settings: ClientSettings) -> tuple[object, str | None]:
        store = SlowStore()
        client = AsyncDingTalkClient(settings, store=store)
        task = asyncio.create_task(client.list_calendars("u"))
        await store.arrived.wait()
        task.cancel()
        (came,) = await asyncio.gather(task, return_exceptions=True)
        asyncio.get_running_loop().call_soon(store.may_keep.set)
        await client.aclose()
        name = settings.credentials.held_as(settings.api_url)
        assert name is not None
        return came, await store.load(name)

    with Setup(SOURCES["third-party personal, code"], "async") as user:
        credentials = user.source.credentials(user.emulator)
        came, kept = asyncio.run(cancel_and_close(settings_for(user.emulator, credentials=credentials)))
        assert isinstance(came, asyncio.CancelledError)
        assert user.token_requests == 1
        assert "refresh_token" in (kept or "")


def test_clients_that_have_their_tokens_in_common_ask_for_one(kind: str) -> None:
    with Setup(SOURCES["internal"], kind) as setup:
        memory = TokenMemory()
        workers = [setup.open(memory=memory, really_waits=True) for _ in range(10)]
        together(workers, create)
        assert setup.token_requests == 1


def test_a_spent_authorization_is_told(user: Setup) -> None:
    create(user.open())
    user.now += 31 * 86_400
    with pytest.raises(DingTalkError, match="have the user authorize the app anew"):
        create(user.open())
    renewed = {"authorization_code": user.emulator.authorize()}
    assert create(user.open(credentials=renewed))
