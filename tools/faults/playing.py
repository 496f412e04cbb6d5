"""Play a story as Airflow would: one task, with up to four tries."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from airflow_provider_dingtalk_calendar.client import AsyncDingTalkClient, ClientSettings, DingTalkClient
from airflow_provider_dingtalk_calendar.client.auth.store import AsyncMemoryStore, MemoryStore
from airflow_provider_dingtalk_calendar.client.auth.token_memory import TokenMemory
from airflow_provider_dingtalk_calendar.client.transport.aio import AsyncDriver
from airflow_provider_dingtalk_calendar.client.transport.sync import SyncDriver
from airflow_provider_dingtalk_calendar.emulator import Fault, RecordedRequest
from airflow_provider_dingtalk_calendar.exceptions import DingTalkError
from tools.faults.catalog import CREATE, LIST, Story
from tools.faults.stage import NAME, OTHER_NAME, SCOPE, UNION_ID, Outcome, Stage

TRIES = 4
#: Seconds between two tries. Airflow's default is 300.
PAUSE = 60.0
#: Timeouts for an answer, in seconds of real time: for stories with a silence, and for all other stories.
SILENCE, PATIENCE = 0.3, 30.0


@dataclass(frozen=True)
class Mode:
    """One way to use the operator.

    :param if_exists: The argument of the operator.
    :param look_first: Whether the operator lists calendars first, as it does if the task has ``retries``.
    :param has_memory: Whether Airflow keeps a value from one try to the next, as Airflow 3.3 and later do.
    :param has_older: Whether the owner already has a calendar with that name.
    """

    if_exists: str
    look_first: bool = True
    has_memory: bool = True
    has_older: bool = False
    #: Whether the task ensures several calendars. The failures begin with the first.
    is_several: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the calendars that the task creates."""
        return (NAME, OTHER_NAME) if self.is_several else (NAME,)


MODES: Mapping[str, Mode] = {
    "reuse": Mode("reuse"),
    "reuse, no memory": Mode("reuse", has_memory=False),
    "update": Mode("update"),
    "several": Mode("reuse", is_several=True),
    "fail": Mode("fail"),
    "create, looks first": Mode("create"),
    "create, looks first, beside another": Mode("create", has_older=True),
    "create, never looks first": Mode("create", look_first=False),
}


class Remembered:
    """The task state store of one task, for the sync client."""

    def __init__(self) -> None:
        self.value: object = None

    def read(self) -> object:
        """Return the value that the last try kept."""
        return self.value

    def write(self, value: dict[str, Any]) -> None:
        """Keep a value for the next try."""
        self.value = value


class AsyncRemembered:
    """The task state store of one task, for the async client."""

    def __init__(self) -> None:
        self.value: object = None

    async def read(self) -> object:
        """Return the value that the last try kept."""
        return self.value

    async def write(self, value: dict[str, Any]) -> None:
        """Keep a value for the next try."""
        self.value = value


async def _no_mask(secret: str) -> None:
    pass


def _ensure(stage: Stage, settings: ClientSettings, mode: Mode, arguments: dict[str, Any]) -> dict[str, str]:
    """Ensure that the calendars exist and return their ids by name.

    A new sync client makes the calls and sleeps on the stage's clock.
    """
    memory = TokenMemory()
    with DingTalkClient(settings, memory=memory) as client:
        client._driver = SyncDriver(
            settings,
            mask=lambda _: None,
            store=MemoryStore(),
            memory=memory,
            clock=stage.clock,
            sleep=stage.clock.sleep,
            chance=float,
        )
        if mode.is_several:
            found = client.ensure_subscribed_calendars(UNION_ID, **arguments)
            return {name: one.calendar_id for name, one in found.items()}
        return {NAME: client.ensure_subscribed_calendar(UNION_ID, **arguments).calendar_id}


async def _aensure(
    stage: Stage, settings: ClientSettings, mode: Mode, arguments: dict[str, Any]
) -> dict[str, str]:
    """Ensure that the calendars exist and return their ids by name.

    A new async client makes the calls and sleeps on the stage's clock.
    """
    memory = TokenMemory()
    async with AsyncDingTalkClient(settings, memory=memory) as client:
        client._driver = AsyncDriver(
            settings,
            mask=_no_mask,
            store=AsyncMemoryStore(),
            memory=memory,
            clock=stage.clock,
            sleep=stage.clock.asleep,
            chance=float,
        )
        if mode.is_several:
            found = await client.ensure_subscribed_calendars(UNION_ID, **arguments)
            return {name: one.calendar_id for name, one in found.items()}
        return {NAME: (await client.ensure_subscribed_calendar(UNION_ID, **arguments)).calendar_id}


def play(stage: Stage, story: Story, mode: Mode, kind: str, *, tries: int = TRIES) -> Outcome:
    """Run a task that creates the calendar, and return how it ended. Each try has its own client.

    :param kind: The client to use, ``sync`` or ``async``.
    :param tries: The maximum number of tries.
    """
    older = stage.set(story, has_older=mode.has_older)
    timeout = SILENCE if story.is_silent else PATIENCE
    settings = stage.settings(timeout=timeout, ca_bundle=stage.authority)
    definitions = [{"name": name, "subscribe_scope": SCOPE} for name in mode.names]
    arguments: dict[str, Any] = {"calendars": definitions}
    if not mode.is_several:
        arguments = definitions[0] | {"if_exists": mode.if_exists, "look_first": mode.look_first}
    if mode.has_memory:
        arguments["memory"] = Remembered() if kind == "sync" else AsyncRemembered()
    end = "not tried"
    for number in range(1, tries + 1):
        arguments["retried"] = number > 1
        try:
            if kind == "sync":
                ids = _ensure(stage, settings, mode, arguments)
            else:
                ids = asyncio.run(_aensure(stage, settings, mode, arguments))
        except DingTalkError as error:
            end = type(error).__name__
            if error.retry_after is None:
                break
            stage.clock.now += max(PAUSE, error.retry_after)
        else:
            return stage.come_to_an_end(older, None, ids, names=mode.names)
    return stage.come_to_an_end(older, end, names=mode.names)


def blind_creates(journal: Sequence[RecordedRequest]) -> int:
    """Count create requests that follow one with an unknown outcome.

    Do not count a request if a successful list request came in between.
    """
    count, in_doubt = 0, set()
    for request in journal:
        if request.operation == CREATE:
            body: Any = request.body
            name = body["name"]
            count += name in in_doubt
            in_doubt.discard(name)
            if request.fault is not None and not _is_refusal(request.fault):
                in_doubt.add(name)
        elif request.operation == LIST and request.fault is None and request.status == HTTPStatus.OK:
            in_doubt.clear()
    return count


def _is_refusal(fault: Fault) -> bool:
    """Return whether the answer means that DingTalk did nothing. An IP block is such an answer."""
    is_busy = fault.status >= HTTPStatus.INTERNAL_SERVER_ERROR or fault.code.startswith("system.")
    return fault.kind in {"ip_block", "html"} or (fault.kind == "error" and not is_busy)
