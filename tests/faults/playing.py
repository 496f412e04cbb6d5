"""Playing a story as Airflow would: one task that is tried up to four times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airflow_provider_dingtalk_calendar.client.auth.store import AsyncMemoryStore, MemoryStore
from airflow_provider_dingtalk_calendar.client.auth.token_memory import TokenMemory
from airflow_provider_dingtalk_calendar.client.transport.aio import AsyncDriver
from airflow_provider_dingtalk_calendar.client.transport.sync import SyncDriver
from airflow_provider_dingtalk_calendar.emulator import Fault, RecordedRequest
from airflow_provider_dingtalk_calendar.exceptions import DingTalkError
from tests.client.both import AsyncCaller, SyncCaller, settings_for
from tests.faults.catalog import CREATE, LIST, Story
from tests.faults.stage import NAME, SCOPE, UNION_ID, Outcome, Stage

TRIES = 4
#: Seconds from one try to the next; Airflow's own default is 300.
PAUSE = 60.0
#: Seconds of real time that a client waits for an answer: in a story with a silence, and in all others.
SILENCE, PATIENCE = 0.3, 30.0


@dataclass(frozen=True)
class Mode:
    """How the operator is used.

    :param if_exists: As the operator's.
    :param look_first: As it comes of the operator's ``retries``.
    :param has_memory: Whether Airflow keeps what a try leaves for the next: 3.3 and later.
    :param has_older: Whether the owner has a calendar of that name already.
    """

    if_exists: str
    look_first: bool = True
    has_memory: bool = True
    has_older: bool = False


MODES: Mapping[str, Mode] = {
    "reuse": Mode("reuse"),
    "reuse, no memory": Mode("reuse", has_memory=False),
    "fail": Mode("fail"),
    "create, looks first": Mode("create"),
    "create, looks first, beside another": Mode("create", has_older=True),
    "create, never looks first": Mode("create", look_first=False),
}


class Remembered:
    """The task state store of one task."""

    def __init__(self) -> None:
        self.value: object = None

    def read(self) -> object:
        return self.value

    def write(self, value: dict[str, Any]) -> None:
        self.value = value


class AsyncRemembered:
    """The same for the async client."""

    def __init__(self) -> None:
        self._memory = Remembered()

    async def read(self) -> object:
        return self._memory.read()

    async def write(self, value: dict[str, Any]) -> None:
        self._memory.write(value)


def caller_of(kind: str, stage: Stage, story: Story) -> SyncCaller | AsyncCaller:
    """Return a client of that kind, as a new process would have it, that waits on the stage's clock."""
    timeout = SILENCE if story.is_silent else PATIENCE
    settings = settings_for(stage.emulator, timeout=timeout, ca_bundle=stage.authority)
    tokens = TokenMemory()
    common: dict[str, Any] = {"memory": tokens, "clock": stage.clock}
    if kind == "sync":
        caller = SyncCaller(settings, memory=tokens)
        caller.client._driver = SyncDriver(
            settings, mask=caller.masked.append, store=MemoryStore(), sleep=stage.clock.sleep, **common
        )
        return caller
    acaller = AsyncCaller(settings, memory=tokens)

    async def mask(secret: str) -> None:
        acaller.masked.append(secret)

    acaller.client._driver = AsyncDriver(
        settings, mask=mask, store=AsyncMemoryStore(), sleep=stage.clock.asleep, **common
    )
    return acaller


def play(stage: Stage, story: Story, mode: Mode, kind: str, *, tries: int = TRIES) -> Outcome:
    """Have a task create the calendar, and return how it ended.

    :param kind: ``sync`` or ``async``.
    :param tries: How often it is tried at most.
    """
    older = stage.set(story, has_older=mode.has_older)
    memory = (Remembered() if kind == "sync" else AsyncRemembered()) if mode.has_memory else None
    end = "not tried"
    for number in range(1, tries + 1):
        caller = caller_of(kind, stage, story)
        try:
            ensured = caller(
                "ensure_subscribed_calendar",
                UNION_ID,
                name=NAME,
                subscribe_scope=SCOPE,
                if_exists=mode.if_exists,
                look_first=mode.look_first,
                memory=memory,
                retried=number > 1,
            )
        except DingTalkError as error:
            end = type(error).__name__
            if error.retry_after is None:
                break
            stage.clock.now += max(PAUSE, error.retry_after)
        else:
            return stage.come_to_an_end(older, None, ensured.calendar_id)
        finally:
            caller.close()
    return stage.come_to_an_end(older, end)


def blind_creates(journal: Sequence[RecordedRequest]) -> int:
    """Count requests that create after one of unknown outcome without a list in between."""
    count, is_open = 0, False
    for request in journal:
        if request.operation == CREATE:
            count += is_open
            is_open = request.fault is not None and not _is_refusal(request.fault)
        elif request.operation == LIST and request.fault is None and request.status == 200:
            is_open = False
    return count


def _is_refusal(fault: Fault) -> bool:
    """Tell whether the client is told that nothing was done; whoever blocks an address says that too."""
    return fault.kind in {"ip_block", "html"} or (fault.kind == "error" and fault.status < 500)
