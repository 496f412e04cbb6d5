"""The stage for the stories: an emulator, and a clock that moves forward without waiting."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import certifi

from airflow_provider_dingtalk_calendar.client import ClientSettings, DingTalkClient, InternalAppCredentials
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, RecordedRequest
from tools.faults.catalog import CREATE, Story, Wrong

UNION_ID, NAME, OTHER_NAME = "author", "Month-end close", "Campaigns"
SCOPE = {"open_conversation_ids": ["cid-team"]}
TOKEN_HEADER = "x-acs-dingtalk-access-token"  # noqa: S105  a header, not a secret


class Clock:
    """A clock that moves only when code sets it or sleeps on it."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        """Return the time that the clock shows."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Move the clock forward without waiting."""
        self.now += seconds

    async def asleep(self, seconds: float) -> None:
        """Move the clock forward without waiting."""
        self.now += seconds


@dataclass(frozen=True)
class Outcome:
    """How a task ended.

    :param calendars: The number of calendars that the task created. If the task has several names, the
        number for the name that ended worst.
    :param end: What the task returned, or the class of its last exception.
    :param token_elsewhere: Whether another server received an access token.
    """

    calendars: int
    end: str
    token_elsewhere: bool = False

    def __str__(self) -> str:
        text = f"{self.calendars}, {self.end}"
        if self.calendars > 1:
            text = f"{self.calendars} calendars" + ("" if self.end == ITS_ID else f", {self.end}")
        return text + ("; token sent elsewhere" if self.token_elsewhere else "")


ITS_ID, NO_ID, ANOTHER_ID = "its id", "no id", "an id of nothing"
RIGHT = Outcome(1, ITS_ID)


class Stage:
    """An emulator, another server that must not receive a token, and their clock."""

    def __init__(self) -> None:
        self.clock = Clock()
        #: The path of a file with one certificate. Loading all certificates takes longer than a whole story.
        self.authority = ""
        self._story: Story | None = None
        limits: dict[str, Any] = {"qps_limit": None, "monthly_quota": None, "clock": self.clock}
        self.emulator = DingTalkEmulator(**limits, on_request=self._go_on)
        self.elsewhere = DingTalkEmulator(**limits)

    @contextlib.contextmanager
    def opened(self) -> Iterator[Stage]:
        """Run both servers during the block."""
        certificate, end, _ = Path(certifi.where()).read_text("utf-8").partition("-----END CERTIFICATE-----")
        with self.emulator, self.elsewhere, tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(f"{certificate}{end}\n")
            file.flush()
            self.authority = file.name
            yield self

    def settings(self, **more: Any) -> ClientSettings:
        """Return the settings of a client that calls the emulator.

        :param more: Further arguments of ``ClientSettings``.
        """
        return ClientSettings(
            InternalAppCredentials(self.emulator.client_id, self.emulator.client_secret),
            api_url=self.emulator.url,
            oapi_url=self.emulator.url,
            # The client has practically no limit of its own, so that only the emulator refuses calls.
            calls_per_second=10_000.0,
            **more,
        )

    def set(self, story: Story, *, has_older: bool = False) -> frozenset[str]:
        """Start a story and return the ids of the calendars that already exist."""
        self._story = None
        self.emulator.reset()
        self.elsewhere.reset()
        self.emulator.list_lag = story.lag
        if has_older:
            with DingTalkClient(self.settings()) as client:
                client.create_subscribed_calendar(UNION_ID, name=NAME, subscribe_scope=SCOPE)
            self.clock.now += 86400
            self.emulator.journal.clear()
        self._order(story.first)
        self._story = story
        return self._ids()

    def come_to_an_end(
        self,
        older: frozenset[str],
        end: str | None,
        calendar_id: object = None,
        *,
        names: tuple[str, ...] = (NAME,),
    ) -> Outcome:
        """Move the clock past all late effects and return the outcome.

        :param older: The return value of ``set``.
        :param end: The class of the exception, or None if the task returned a value.
        :param calendar_id: The return value of the task. For a task with several names, the ids by name.
        :param names: Names of the calendars that the task creates.
        """
        self.clock.now += 3600
        ids = calendar_id if isinstance(calendar_id, dict) else {NAME: calendar_id}
        made: dict[str, set[str]] = {name: set() for name in names}
        for calendar in self.emulator.calendars:
            if calendar.calendar_id not in older:
                made[calendar.name].add(calendar.calendar_id)
        if end is None:
            are_made = all(ids.get(name) in made[name] for name in names)
            end = ITS_ID if are_made else ANOTHER_ID if all(map(ids.get, names)) else NO_ID
        seen = any(TOKEN_HEADER in request.headers for request in self.elsewhere.journal)
        counts = [len(found) for found in made.values()]
        return Outcome(max(counts) if max(counts) > 1 else min(counts), end, token_elsewhere=seen)

    def _ids(self) -> frozenset[str]:
        return frozenset(calendar.calendar_id for calendar in self.emulator.calendars)

    def _order(self, *wrongs: Wrong) -> None:
        for wrong in wrongs:
            self.emulator.order(wrong.fault(f"{self.elsewhere.url}/elsewhere"))

    def _go_on(self, request: RecordedRequest) -> None:
        if request.operation == CREATE and self._story is not None:
            story, self._story = self._story, None
            self._order(*story.then)
