"""The state of one run: the items to delete, the answers and the requests."""

from __future__ import annotations

import contextlib
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from airflow_provider_dingtalk_calendar.client import Calendar, ClientSettings, Event
from airflow_provider_dingtalk_calendar.client.auth.store import MemoryStore
from airflow_provider_dingtalk_calendar.client.auth.token_memory import TokenMemory
from airflow_provider_dingtalk_calendar.exceptions import DingTalkError

from .configuration import Configuration
from .recording import Exchange, LiveClient

PRIMARY = "primary"
#: The name of every calendar and event of any run starts with this string, followed by the id of the run.
MARKER = "Live test of airflow-provider-dingtalk-calendar"
_NAME = re.compile(re.escape(MARKER) + r" (\d{8}T\d{6}Z)-[0-9a-f]{8}\b")
_STAMP = "%Y%m%dT%H%M%SZ"
_ZONE = "Asia/Shanghai"
#: Shorter ids are not hidden, because they could be words in the report.
_SHORTEST_HIDDEN = 8
_FIRST_PAUSE = 0.5


class NotAnsweredError(Exception):
    """A question cannot be asked. The message gives the reason."""


@dataclass
class Answer:
    """A question and its answer.

    :param question: The text of the question.
    :param text: The text of the answer.
    :param is_failure: Whether a call failed that should have succeeded.
    :param exchanges: The requests and their outcomes.
    """

    question: str
    text: str = "not answered: the run ended before"
    is_failure: bool = True
    exchanges: Sequence[Exchange] = ()


@dataclass
class Run:
    """One run.

    :param configuration: The app and the users.
    :param list_wait: The maximum number of seconds to wait for a list to show a calendar.
    :param leftover_age: The age in seconds from which leftovers of earlier runs are deleted.
    :param elsewhere: The settings for the other region, or None.
    """

    configuration: Configuration
    list_wait: float
    leftover_age: float
    elsewhere: ClientSettings | None
    answers: list[Answer] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    #: The items to delete: calendar ids, and pairs of calendar id and event id.
    calendars: set[str] = field(default_factory=set)
    events: set[tuple[str, str]] = field(default_factory=set)
    #: The reason why an item could not be deleted, by the id of the item.
    problems: dict[str, str] = field(default_factory=dict)
    #: The number of calendars and events that might exist although their ids are unknown.
    uncertain: Counter[str] = field(default_factory=Counter)
    #: Whether a create request might have been sent.
    has_created: bool = False
    #: The calendar that most questions are about, and its creation time from ``time.monotonic``.
    calendar_id: str | None = None
    created_at: float = 0.0
    #: The ids that the run has seen, by kind.
    ids: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.begun = datetime.now(timezone.utc)
        self.run_id = f"{self.begun:{_STAMP}}-{secrets.token_hex(4)}"
        self.name = f"{MARKER} {self.run_id}"
        self.secrets.update(self.configuration.settings.secrets)
        self.store = MemoryStore()
        self.client = self.new_client(self.configuration.settings)

    @property
    def owner(self) -> str:
        """The unionId of the owner."""
        return self.configuration.owner

    @property
    def scope(self) -> dict[str, list[str]]:
        """The subscribe scope: the whole organization."""
        return {"corp_ids": [self.configuration.corp_id]}

    def new_client(self, settings: ClientSettings, memory: TokenMemory | None = None) -> LiveClient:
        """Return a client whose requests and secrets this run records."""
        return LiveClient(settings, self.exchanges, mask=self.secrets.add, store=self.store, memory=memory)

    @contextlib.contextmanager
    def creating(self, kind: str) -> Iterator[None]:
        """Count one more uncertain item during the block. Keep the count if the outcome is unknown."""
        self.has_created = True
        self.uncertain[kind] += 1
        try:
            yield
        except DingTalkError as error:
            if not error.may_have_taken_effect:
                self.uncertain[kind] -= 1
            raise
        self.uncertain[kind] -= 1

    def create_calendar(self, name: str, client_token: str | None = None) -> str:
        """Create a subscribed calendar, mark it for deletion and return its id."""
        with self.creating("calendar"):
            if client_token is None:
                calendar_id = self.client.create_subscribed_calendar(
                    self.owner, name=name, subscribe_scope=self.scope, description="As created."
                )
            else:
                calendar_id = self.client.create_calendar_with_token(
                    self.owner, name=name, subscribe_scope=self.scope, client_token=client_token
                )
            self.calendars.add(calendar_id)
        self.ids.setdefault("calendarId", set()).add(calendar_id)
        return calendar_id

    def create_event(
        self, calendar_id: str, summary: str, client_token: str | None = None, **content: Any
    ) -> Event:
        """Create an event, mark it for deletion and return it. ``content`` has more fields of the event."""
        start = moments(self.begun)[1]
        # An event in a subscribed calendar is deleted with the calendar.
        with self.creating("event") if calendar_id == PRIMARY else contextlib.nullcontext():
            event = self.client.create_event(
                self.owner,
                calendar_id,
                summary=summary,
                start=start,
                end=start + timedelta(minutes=15),
                time_zone=_ZONE,
                client_token=client_token,
                **({"reminders": []} | content),
            )
            self.events.add((calendar_id, event.id))
        self.ids.setdefault("event id", set()).add(event.id)
        return event

    def events_at(self, calendar_id: str, start: datetime) -> list[Event]:
        """Return the events, from any run, that start at about the given time."""
        page = self.client.list_events(
            self.owner,
            calendar_id,
            time_min=start - timedelta(minutes=1),
            time_max=start + timedelta(hours=1),
        )
        there = [event for event in page.items if event.status != "cancelled"]
        return [event for event in there if (event.summary or "").startswith(MARKER)]

    def is_old(self, name: str) -> bool:
        """Return whether a name belongs to another run that began at least ``leftover_age`` seconds ago."""
        found = _NAME.match(name)
        if found is None or name.startswith(self.name):
            return False
        made = datetime.strptime(found[1], _STAMP).replace(tzinfo=timezone.utc)
        return (self.begun - made).total_seconds() >= self.leftover_age

    def list_until(self, wanted: Callable[[list[Calendar]], bool]) -> tuple[list[Calendar], list[Exchange]]:
        """List the owner's calendars until ``wanted`` is true or the waiting time is over.

        Return the last list and the exchanges of all lists for which ``wanted`` was false.
        """
        begun, pause = time.monotonic(), _FIRST_PAUSE
        before: list[Exchange] = []
        while True:
            calendars = self.client.list_calendars(self.owner)
            if wanted(calendars):
                return calendars, before
            before.append(self.exchanges[-1])
            left = begun + self.list_wait - time.monotonic()
            if left <= 0:
                return calendars, before
            time.sleep(min(pause, left))
            pause *= 2

    def redacted(self, text: str) -> str:
        """Return the text without secrets and without the ids of people and organizations."""
        configuration = self.configuration
        people = {
            configuration.owner: "{owner}",
            configuration.subscriber: "{subscriber}",
            configuration.corp_id: "{corpId}",
            configuration.settings.credentials.client_id: "{Client ID}",
        }
        hidden = dict.fromkeys(filter(None, self.secrets), "***")
        hidden |= {value: name for value, name in people.items() if len(value) >= _SHORTEST_HIDDEN}
        for value in sorted(hidden, key=len, reverse=True):
            text = text.replace(value, hidden[value])
        return text


def moments(now: datetime) -> tuple[datetime, datetime]:
    """Return the two start times, both on 1 January, that runs of the last twelve months might have used."""
    zone = ZoneInfo(_ZONE)
    return datetime(now.year, 1, 1, 3, tzinfo=zone), datetime(now.year + 1, 1, 1, 3, tzinfo=zone)
