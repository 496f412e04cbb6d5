"""A simulated DingTalk: a clock, a list of calendars, and the faults that a test chooses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from airflow_provider_dingtalk_calendar.client.auth.token_memory import TokenMemory
from airflow_provider_dingtalk_calendar.client.clients import _Operations
from airflow_provider_dingtalk_calendar.client.engine.effects import (
    Chance,
    Exclusive,
    Invoke,
    Mask,
    NotSent,
    Now,
    Outcome,
    Request,
    Response,
    Send,
    Unknown,
    Wait,
)
from airflow_provider_dingtalk_calendar.client.session import Calls
from airflow_provider_dingtalk_calendar.exceptions import StoreError
from tests.client.story import SETTINGS, answer, played, refusal, token

ACCESS = "Forbidden.AccessDenied."


class Killed(BaseException):
    """The process was killed."""


class Fault(NamedTuple):
    """The fate of a request that does not get its normal answer.

    :param outcome: The outcome that the client sees, or None if the process is killed.
    :param effect: Whether the request is carried out, now or later.
    :param is_known: Whether the client can know that the request was not carried out.
    :param lies: Whether the outcome is a refusal although the request was carried out.
    """

    outcome: Outcome | None
    effect: bool = False
    is_known: bool = False
    lies: bool = False


QPS = refusal(403, ACCESS + "QpsLimitForAppkeyAndApi")
QPM = refusal(403, ACCESS + "QpmLimitForAppkeyAndApi")
SIGN_IN = "<html><title>Sign in</title></html>"
FAULTS = {
    "not sent": Fault(NotSent("ConnectionError"), is_known=True),
    "over the limit of a second": Fault(QPS, is_known=True),
    "over the limit of a minute": Fault(QPM, is_known=True),
    "busy": Fault(refusal(429, "system.busy")),
    "busy after": Fault(refusal(429, "system.busy"), effect=True),
    "token refused": Fault(refusal(400, "InvalidAuthentication"), is_known=True),
    "refused for good": Fault(refusal(400, "invalidParameter"), is_known=True),
    "IP blocked": Fault(answer({"status": 1111, "wait": 5}), is_known=True),
    "IP blocked with a page": Fault(answer("<html>punish</html>"), is_known=True),
    "lost before": Fault(Unknown("ReadTimeout")),
    "lost after": Fault(Unknown("ConnectionResetError"), effect=True),
    "5xx before": Fault(answer({}, 500)),
    "5xx after": Fault(answer({}, 502), effect=True),
    "garbage before": Fault(answer(b"")),
    "garbage after": Fault(answer('{"calendarId": "ca'), effect=True),
    "redirect before": Fault(answer("", 302)),
    "sign-in page before": Fault(answer(SIGN_IN)),
    "sign-in page after": Fault(answer(SIGN_IN), effect=True),
    "forbidden by a proxy before": Fault(answer(SIGN_IN, 403)),
    "forbidden by a proxy after": Fault(answer(SIGN_IN, 403), effect=True),
    "no such page after": Fault(answer("", 404), effect=True),
    "busy with HTTP 400 after": Fault(refusal(400, "system.error"), effect=True),
    "killed before": Fault(None),
    "killed after": Fault(None, effect=True),
}
#: Refusals of requests that are carried out anyway. The documentation mentions no such case.
LIES = {
    "limit, a lie": Fault(QPS, effect=True, lies=True),
    "limit of a minute, a lie": Fault(QPM, effect=True, lies=True),
    "token, a lie": Fault(refusal(400, "InvalidAuthentication"), effect=True, lies=True),
}


@dataclass
class Made:
    """A calendar, with the time when it is created and the time when lists begin to show it."""

    calendar_id: str
    there: float
    listed: float
    name: str = "Plan"
    description: str = ""


@dataclass
class World:
    """The calendars of one owner.

    :param delay: Seconds from the loss of a connection until its request is carried out.
    :param lag: Seconds until the list shows a new calendar.
    """

    delay: float = 0.0
    lag: float = 0.0
    time: float = 1_000_000.0
    calendars: list[Made] = field(default_factory=list)
    made: int = 0
    creates: int = 0
    #: Names of calendars whose last create request has an unknown outcome, if no list has been read since.
    open: set[str] = field(default_factory=set)
    #: Number of create requests sent for a name in ``open``.
    blind: int = 0
    #: Ids in the last list that was read.
    shown: set[str] = field(default_factory=set)
    faults: Iterator[Fault | None] = field(default_factory=lambda: iter(()))
    store_faults: Iterator[str | None] = field(default_factory=lambda: iter(()))
    memory: dict[str, Any] | None = None

    def read(self) -> object:
        self._fail_in_store(before=True)
        return self.memory

    def write(self, value: dict[str, Any]) -> None:
        fault = self._fail_in_store(before=True)
        self.memory = json.loads(json.dumps(value))
        if fault == "killed after":
            raise Killed

    def _fail_in_store(self, *, before: bool) -> str | None:
        fault = next(self.store_faults, None)
        if fault == "error":
            raise StoreError
        if before and fault == "killed before":
            raise Killed
        return fault

    def run(self, start: Any) -> Any:
        return played(start(), self._perform)

    def _perform(self, action: object) -> Any:
        match action:
            case Send(request):
                self.time += 0.1
                return self._sent(request)
            case Wait(seconds):
                self.time += seconds
            case Now():
                return self.time
            case Chance():
                return 0.0
            case Exclusive(_, flow):
                return played(flow, self._perform)
            case Invoke(function, arguments):
                return function(*arguments)
            case Mask():
                pass
            case _:
                raise AssertionError(action)
        return None

    def _sent(self, request: Request) -> Outcome:
        fault = next(self.faults, None)
        if request.url.endswith("/accessToken"):
            return token(f"token-{self.time}") if fault is None else self._end(fault)
        if request.url.endswith("/calendars"):
            return self._listed() if fault is None else self._end(fault)
        if request.method == "GET":
            return self._shown(request) if fault is None else self._end(fault)
        body = json.loads(request.body or b"")
        declared = body["name"], body.get("description", "")
        if request.method == "PUT":
            if fault is None or fault.effect:
                self._change(request.url.rpartition("/")[2], *declared)
            return answer({"result": True}) if fault is None else self._end(fault)
        self.creates += 1
        self.blind += declared[0] in self.open
        if fault is None:
            return answer({"calendarId": self.make(0.0, self.lag, *declared)})
        if fault.effect:
            self.make(*(0.0, 0.0) if fault.lies else (self.delay, self.lag), *declared)
        self.open -= {declared[0]}
        self.open |= set() if fault.is_known else {declared[0]}
        return self._end(fault)

    def _change(self, calendar_id: str, name: str, description: str) -> None:
        (found,) = (one for one in self.calendars if one.calendar_id == calendar_id)
        found.name, found.description = name, description

    @staticmethod
    def _end(fault: Fault) -> Outcome:
        if fault.outcome is None:
            raise Killed
        return fault.outcome

    def make(self, delay: float, lag: float, name: str = "Plan", description: str = "") -> str:
        self.made += 1
        calendar_id = f"calendar-{self.made}"
        there = self.time + delay
        self.calendars.append(Made(calendar_id, there, there + lag, name, description))
        return calendar_id

    def _listed(self) -> Response:
        self.open.clear()
        shown = [made for made in self.calendars if made.listed <= self.time]
        self.shown = {made.calendar_id for made in shown}
        entry = {"type": "subscribed", "privilege": "owner"}
        calendars = [entry | {"id": made.calendar_id, "summary": made.name} for made in shown]
        return answer({"response": {"calendars": calendars}})

    def _shown(self, request: Request) -> Response:
        calendar_id = request.url.rpartition("/")[2]
        for made in self.calendars:
            if made.calendar_id == calendar_id and made.there <= self.time:
                shown = {"name": made.name, "description": made.description, "author": "owner"}
                scope = {"subscribeScope": {"corpIds": ["corp"]}}
                return answer({"calendarId": calendar_id} | shown | scope)
        return refusal(404, "notFound")


class Client(_Operations):
    """The operations of a client in this world."""

    def __init__(self, world: World) -> None:
        self._calls = Calls(SETTINGS, TokenMemory())
        self.run = world.run
