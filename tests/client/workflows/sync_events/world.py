"""A simulated DingTalk with one user's events, and the faults that a test chooses."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

from airflow_provider_dingtalk_calendar.client import SyncResult
from airflow_provider_dingtalk_calendar.client.auth.token_memory import TokenMemory
from airflow_provider_dingtalk_calendar.client.clients import _Operations
from airflow_provider_dingtalk_calendar.client.engine.effects import (
    Chance,
    Exclusive,
    Flow,
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
from airflow_provider_dingtalk_calendar.exceptions import DingTalkError
from tests.client.story import SETTINGS, answer, refusal, token

CHINA = ZoneInfo("Asia/Shanghai")
DAY = 86400.0
MARK = re.compile(r"\[airflow ([^\s/\]]+)/([^\s/\]]+) [0-9a-f]{8}\]")


class Killed(BaseException):
    """The process was killed."""


class Fault(NamedTuple):
    """The result of a request instead of its normal answer.

    :param outcome: The outcome that the client sees, or None if the process is killed.
    :param effect: When the request is carried out: never, now, or before the next run.
    """

    outcome: Outcome | None
    effect: str = "never"


FAULTS = {
    "not sent": Fault(NotSent("ConnectionError")),
    "limit": Fault(refusal(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi")),
    "busy before": Fault(refusal(429, "system.busy")),
    "busy after": Fault(refusal(429, "system.busy"), "now"),
    "token refused": Fault(refusal(400, "InvalidAuthentication")),
    "system error after": Fault(refusal(500, "unknownError"), "now"),
    "lost before": Fault(Unknown("ReadTimeout")),
    "lost after": Fault(Unknown("ReadTimeout"), "now"),
    "lost, later": Fault(Unknown("ReadTimeout"), "later"),
    "garbage after": Fault(answer('{"id": "ev'), "now"),
    "quota": Fault(refusal(403, "Forbidden.AccessDenied.ApiCountLimitForOrg")),
    "killed before": Fault(None),
    "killed after": Fault(None, "now"),
    "killed, later": Fault(None, "later"),
}

#: How clients and servers can change a text.
CHANGES_TEXT: Mapping[str, Callable[[str], str]] = {
    "nothing": lambda text: text,
    "trimmed": lambda text: "\n".join(line.rstrip() for line in text.rstrip().split("\n")),
    "escaped": html.escape,
    "escaped twice": lambda text: html.escape(html.escape(text)),
    "brackets escaped": lambda text: html.escape(text).replace("[", "&#x5B;").replace("]", "&#93;"),
    "lines joined": lambda text: text.replace("\n", " "),
    "lines glued": lambda text: text.replace("\n", ""),
    "line breaks": lambda text: html.escape(text).replace("\n", "<br>"),
    "hard spaces": lambda text: text.replace(" ", "&nbsp;"),
}

#: Which lists a calendar supports, and what they leave out.
LISTS = ("all", "dead without description", "no deleted", "view", "empty list", "deleted left out")


@dataclass
class Made:
    """An event."""

    event_id: str
    fields: dict[str, Any]
    created: float
    is_deleted: bool = False

    @property
    def marks(self) -> list[tuple[str, str]]:
        return MARK.findall(self.fields.get("description", ""))

    @property
    def start(self) -> datetime:
        return moment(self.fields["start"])


def moment(time: Mapping[str, str]) -> datetime:
    if time.get("date"):
        return datetime.fromisoformat(time["date"]).replace(tzinfo=CHINA)
    return datetime.fromisoformat(time["dateTime"])


@dataclass
class World:
    """The events of one user.

    :param lag: Seconds until lists show a change.
    :param daily_limit: Number of events that the user may create in a day.
    :param lists: One of :data:`LISTS`.
    :param changes_text: Applied to texts in lists.
    """

    lag: float = 0.0
    daily_limit: int = 100
    lists: str = "all"
    changes_text: Callable[[str], str] = str
    time: float = datetime(2026, 3, 2, 9, tzinfo=CHINA).timestamp()
    events: dict[str, Made] = field(default_factory=dict)
    history: list[tuple[float, dict[str, Made]]] = field(default_factory=list)
    answers: dict[tuple[str, str], tuple[float, Response]] = field(default_factory=dict)
    #: Requests that are carried out later.
    late: list[tuple[Request, str]] = field(default_factory=list)
    created: Counter[str] = field(default_factory=Counter)
    faults: Iterator[Fault | None] = field(default_factory=lambda: iter(()))
    #: Method and operation of each request, in order.
    sent: list[str] = field(default_factory=list)

    # Actions of a person

    def make(self, fields: dict[str, Any]) -> Made:
        made = Made(f"event-{len(self.events) + 1}", fields, self.time)
        self.events[made.event_id] = made
        self.record()
        return made

    def change(self, made: Made, **fields: Any) -> None:
        made.fields = {**made.fields, **fields}
        self.record()

    def delete(self, made: Made) -> None:
        made.is_deleted = True
        self.record()

    def record(self) -> None:
        self.history.append((self.time, {made.event_id: replace(made) for made in self.events.values()}))

    @property
    def live(self) -> list[Made]:
        return [made for made in self.events.values() if not made.is_deleted]

    def listed(self) -> dict[str, Made]:
        """Return the events as lists show them now."""
        shown: dict[str, Made] = {}
        for time, events in reversed(self.history):
            if time + self.lag <= self.time:
                shown = events
                break
        return shown

    def settle(self) -> None:
        """Carry out the requests that are late."""
        late, self.late = self.late, []
        for request, _ in late:
            self._once(request)

    # Requests of the client

    def steps(self, flow: Flow[Any], namespace: str) -> Generator[None, None, Any]:
        """Run a flow. Pause before each request."""
        step: Any = flow.send
        argument: Any = None
        while True:
            try:
                action = step(argument)
            except StopIteration as stop:
                return stop.value
            try:
                step, argument = flow.send, None
                match action:
                    case Send(request):
                        yield
                        argument = self._sent(request, namespace)
                    case Exclusive(_, inner):
                        argument = yield from self.steps(inner, namespace)
                    case Wait(seconds):
                        self.time += seconds
                    case Now():
                        argument = self.time
                    case Chance():
                        argument = 0.0
                    case Invoke(function, arguments):
                        argument = function(*arguments)
                    case Mask():
                        pass
                    case _:
                        raise AssertionError(action)
            except DingTalkError as error:
                step, argument = flow.throw, error

    def _sent(self, request: Request, namespace: str) -> Outcome:
        self.time += 0.1
        if request.url.endswith("/accessToken"):
            return token(f"token-{self.time}")
        fault = next(self.faults, None)
        self.sent.append(f"{request.method} {urlsplit(request.url).path.rpartition('/')[2]}")
        if request.method in {"PUT", "DELETE"}:
            self._check_ours(request, namespace)
        if fault is None:
            return self._once(request)
        if fault.effect == "now":
            self._once(request)
        elif fault.effect == "later" and request.method != "GET":
            self.late.append((request, request.headers["x-client-token"]))
        if fault.outcome is None:
            raise Killed
        return fault.outcome

    def _check_ours(self, request: Request, namespace: str) -> None:
        """Check that the event has, or once had, a mark of the namespace as its last mark."""
        event_id = _event_id(request)
        states = [events[event_id].marks for _, events in self.history if event_id in events]
        assert any(marks and marks[-1][0] == namespace for marks in states), request

    def _once(self, request: Request) -> Response:
        if request.method == "GET":
            return self._read(request)
        key = request.method, request.headers["x-client-token"]
        if any(late[1] == key[1] for late in self.late):
            return refusal(400, "idempotencyProcessing")
        time, told = self.answers.get(key, (-DAY, None))
        if told is not None and self.time < time + DAY:
            return told
        told = self._write(request)
        if told.status == 200:
            self.answers[key] = self.time, told
        return told

    def _write(self, request: Request) -> Response:
        body = json.loads(request.body) if request.body else {}
        if request.method == "POST":
            day = f"{datetime.fromtimestamp(self.time, CHINA):%Y-%m-%d}"
            if self.created[day] >= self.daily_limit:
                return refusal(400, "flowLimit")
            self.created[day] += 1
            body.setdefault("reminders", [{"method": "dingtalk", "minutes": 15}])
            made = self.make(body)
            return answer({"id": made.event_id, "createTime": _minute(made.created), **made.fields})
        made_or_none = self.events.get(_event_id(request))
        if made_or_none is None or made_or_none.is_deleted:
            return refusal(404, "itemNotFound")
        made = made_or_none
        if request.method == "DELETE":
            self.delete(made)
            return answer(b"")
        assert body.pop("id") == made.event_id
        self.change(made, **({"reminders": "default"} | body))
        return answer({"id": made.event_id, **made.fields})

    def _read(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        last = parts.path.rpartition("/")[2]
        if last not in {"events", "eventsview"}:
            made = self.events.get(_event_id(request))
            if made is None or made.is_deleted:
                return refusal(404, "itemNotFound")
            return answer(self._entry(made))
        if last == "events" and (
            self.lists == "view" or (self.lists == "no deleted" and "showDeleted" in query)
        ):
            return refusal(400, "invalidParameter", "forwardErrorMessage")
        low, high = (datetime.fromisoformat(query[name]) for name in ("timeMin", "timeMax"))
        entries = []
        for made in self.listed().values():
            if last == "eventsview":
                if not made.is_deleted:
                    entries += [one for one in self._instances(made) if low <= moment(one["start"]) < high]
            elif low <= made.start <= high and self.lists != "empty list":
                shown = "showDeleted" in query and self.lists != "deleted left out"
                if not made.is_deleted or shown:
                    entries.append(self._entry(made))
        first, size = int(query.get("nextToken", 0)), int(query["maxResults"])
        page: dict[str, Any] = {"events": entries[first : first + size]}
        if first + size < len(entries):
            page["nextToken"] = str(first + size)
        return answer(page)

    def _entry(self, made: Made) -> dict[str, Any]:
        entry = {
            **made.fields,
            "id": made.event_id,
            "status": "cancelled" if made.is_deleted else "confirmed",
            "createTime": _minute(made.created),
            "organizer": {"id": "u", "self": True},
        }
        entry.pop("reminders", None)
        for name in ("summary", "description"):
            if name in entry:
                entry[name] = self.changes_text(entry[name])
        if made.is_deleted and self.lists == "dead without description":
            entry.pop("description", None)
        return entry

    def _instances(self, made: Made) -> list[dict[str, Any]]:
        entry = self._entry(made)
        recurrence = entry.pop("recurrence", None)
        if recurrence is None:
            return [entry]
        instances = []
        for number in range(recurrence["range"]["numberOfOccurrences"]):
            shift = timedelta(days=number * recurrence["pattern"]["interval"])
            times = {
                name: {**entry[name], "dateTime": (moment(entry[name]) + shift).isoformat()}
                if "dateTime" in entry[name]
                else {"date": (moment(entry[name]) + shift).date().isoformat()}
                for name in ("start", "end")
            }
            ids = {"id": f"{made.event_id}_{number}", "seriesMasterId": made.event_id}
            instances.append({**entry, **times, **ids})
        return instances

    # Runs

    def sync(self, rows: object, *, namespace: str = "releases", **arguments: Any) -> SyncResult:
        """Run the operation to its end."""
        steps = self.begin(rows, namespace=namespace, **arguments)
        while True:
            try:
                next(steps)
            except StopIteration as stop:
                result: SyncResult = stop.value
                return result

    def begin(
        self, rows: object, *, namespace: str = "releases", **arguments: Any
    ) -> Generator[None, None, SyncResult]:
        """Return the operation as a generator that pauses before each request."""
        client = Client(self)
        arguments = {"time_zone": "Asia/Shanghai", "allow_empty": True, "max_deletions": 100} | arguments
        flow = _Operations.sync_events.flow(client, "u", rows, namespace=namespace, **arguments)
        return self.steps(flow, namespace)


def _minute(time: float) -> str:
    """Return a time as answers show it, without seconds."""
    return f"{datetime.fromtimestamp(time, timezone.utc):%Y-%m-%dT%H:%MZ}"


def _event_id(request: Request) -> str:
    return unquote(urlsplit(request.url).path.rpartition("/")[2])


class Client(_Operations):
    """The operations of a client in this world."""

    def __init__(self, world: World) -> None:
        self._calls = Calls(SETTINGS, TokenMemory())
        self.world = world
