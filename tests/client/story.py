"""Runs a flow without I/O: the test supplies the outcome of each request and checks the flow's actions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from airflow_provider_dingtalk_calendar.client.auth.credentials import InternalAppCredentials
from airflow_provider_dingtalk_calendar.client.auth.token_memory import TokenMemory
from airflow_provider_dingtalk_calendar.client.clients import _Operations
from airflow_provider_dingtalk_calendar.client.engine.effects import (
    Chance,
    Exclusive,
    Flow,
    Invoke,
    Load,
    Mask,
    NotSent,
    Now,
    Outcome,
    Request,
    Response,
    Save,
    Send,
    Unknown,
    Wait,
)
from airflow_provider_dingtalk_calendar.client.engine.secrets import Secret
from airflow_provider_dingtalk_calendar.client.session import Calls
from airflow_provider_dingtalk_calendar.client.settings import ClientSettings
from airflow_provider_dingtalk_calendar.exceptions import DingTalkError, StoreError

SETTINGS = ClientSettings(InternalAppCredentials("client-id", "client-secret-of-the-story"))
NOT_SENT = NotSent("ConnectionError: Connection refused")
UNKNOWN = Unknown("ReadTimeout")


def answer(body: object, status: int = 200) -> Response:
    """Return an answer. Strings and bytes are sent unchanged. Any other body is encoded as JSON."""
    if isinstance(body, str):
        body = body.encode()
    return Response(status, body if isinstance(body, bytes) else json.dumps(body).encode())


def refusal(status: int, code: str, message: str = "") -> Response:
    return answer({"code": code, "message": message, "requestid": "REQUEST-1"}, status)


def token(value: str = "token-1", **fields: Any) -> Response:
    return answer({"accessToken": value, "expireIn": 7200} | fields)


def played(flow: Flow[Any], perform: Callable[[object], Any]) -> Any:
    """Run a flow to completion. ``perform`` returns the outcome of each action."""
    step, argument = flow.send, None
    while True:
        try:
            action = step(argument)  # type: ignore[arg-type]
        except StopIteration as stop:
            return stop.value
        try:
            step, argument = flow.send, perform(action)
        except DingTalkError as error:
            step, argument = flow.throw, error  # type: ignore[assignment]


@dataclass
class Story:
    """Supplies the outcomes of requests in order, and records the actions of flows."""

    outcomes: Iterable[Outcome] = ()
    time: float = 1_000_000.0
    seconds_per_request: float = 0.0
    sent: list[Request] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    masked: list[str] = field(default_factory=list)
    store: dict[str, str] = field(default_factory=dict)
    #: Requests by path, and reads and writes of the store by name, in order.
    events: list[str] = field(default_factory=list)
    #: The random number that every flow gets.
    chance: float = 0.0
    #: How many of the next writes to the store fail.
    broken_saves: int = 0
    broken_loads: int = 0
    #: Runs after each wait.
    on_wait: Callable[[], object] = bool

    def __post_init__(self) -> None:
        self._outcomes = iter(self.outcomes)

    @property
    def paths(self) -> list[str]:
        return [request.url.rpartition("/")[2] for request in self.sent]

    def play(self, flow: Flow[Any]) -> Any:
        return played(flow, self._perform)

    def _perform(self, action: object) -> Any:  # noqa: PLR0911
        match action:
            case Send(request):
                assert "client-secret-of-the-story" in self.masked, "a secret is masked before it is used"
                self.sent.append(request)
                self.events.append(self.paths[-1])
                self.time += self.seconds_per_request
                return next(self._outcomes)
            case Wait(seconds):
                self.waits.append(seconds)
                self.time += seconds
                self.on_wait()
            case Now():
                return self.time
            case Chance():
                return self.chance
            case Mask(secret):
                self.masked.append(secret)
            case Load(name):
                self.events.append(f"load {name}")
                if self.broken_loads:
                    self.broken_loads -= 1
                    raise StoreError
                text = self.store.get(name)
                return None if text is None else Secret(text)
            case Save(name, value):
                self.events.append(f"save {name}")
                if self.broken_saves:
                    self.broken_saves -= 1
                    raise StoreError
                self.store[name] = value
            case Exclusive(_, flow):
                return self.play(flow)
            case Invoke(function, arguments):
                return function(*arguments)
            case _:
                raise AssertionError(action)
        return None


class Operations(_Operations):
    """All operations. A story supplies their outcomes."""

    def __init__(
        self,
        story: Story,
        settings: ClientSettings = SETTINGS,
        memory: TokenMemory | None = None,
    ) -> None:
        self._calls = Calls(settings, memory or TokenMemory())
        self.story = story

    def run(self, start: Any) -> Any:
        return self.story.play(start())
