"""A trigger that fires when events of a calendar start, end or change, for assets with a watcher."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Literal

from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_dingtalk_calendar.client.wire.event_match import matches_from_texts
from airflow_provider_dingtalk_calendar.client.wire.times import read_zone
from airflow_provider_dingtalk_calendar.client.wire.values import check_path_id, check_text, check_texts
from airflow_provider_dingtalk_calendar.support import arguments
from airflow_provider_dingtalk_calendar.support.arguments import RECHECK

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.client.workflows.event_watch import Watch

try:
    from airflow.triggers.base import BaseEventTrigger
except ImportError:  # Airflow 2 has no watchers.
    BaseEventTrigger = BaseTrigger  # type: ignore[misc, assignment]

#: Name of the watcher's memory in the state store of its asset.
MEMORY = "dingtalk_events"

#: Seconds after which the triggerer has certainly saved an event. It takes events from its triggers every
#: second.
SAVED = 10.0


class CalendarEventTrigger(BaseEventTrigger):
    """Fire whenever an event of a calendar starts, ends or changes.

    :func:`.calendar_asset` creates this trigger. The trigger's event has the payload that
    :class:`.event_watch.Report` describes. If a look fails, the trigger logs a warning, reports the starts
    and ends that it knows of, and keeps watching.

    All triggers of a triggerer that wait for one calendar share their looks.

    :param name: Name of the asset. Triggers of two assets must differ.
    :param union_id: unionId of the user whose calendar it is.
    :param calendar_id: Any id that ListCalendars returns, or ``"primary"``.
    :param on: ``"start"``, ``"end"`` or ``"change"``.
    :param match: Selects events: titles, and JSON objects with the fields of an EventMatch. Empty for all
        events. They are strings, because Airflow 3.3 loses a watcher whose trigger has a mapping in a list.
    :param time_zone: TZ database name of the zone of all-day events.
    :param recheck: Longest time between two looks, in seconds.
    :param dingtalk_conn_id: Id of the connection.
    :raises InvalidArgumentError: If an argument is wrong.
    """

    def __init__(
        self,
        *,
        name: str,
        union_id: str,
        calendar_id: str,
        on: Literal["start", "end", "change"] = "start",
        match: Sequence[str] = (),
        time_zone: str = "UTC",
        recheck: float = RECHECK.total_seconds(),
        dingtalk_conn_id: str = "dingtalk_default",
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        check_text("name", name)
        check_path_id("union_id", union_id)
        check_path_id("calendar_id", calendar_id)
        arguments.one_of("start", "end", "change")("on", on)
        arguments.recheck_seconds("recheck", recheck)
        check_texts("match", match)
        check_text("dingtalk_conn_id", dingtalk_conn_id)
        self.name = name
        self.union_id = union_id
        self.calendar_id = calendar_id
        self.on = on
        self.match = list(match)
        self.time_zone = time_zone
        self.recheck = recheck
        self.dingtalk_conn_id = dingtalk_conn_id
        self._matches = matches_from_texts("match", match)
        self._zone = read_zone("time_zone", time_zone)

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class and its arguments as JSON, without secrets."""
        names = (
            *("name", "union_id", "calendar_id", "on", "match", "time_zone", "recheck"),
            "dingtalk_conn_id",
        )
        return f"{__name__}.{type(self).__name__}", {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Watch the calendar, and yield an event for each start, end or change."""
        # Not at the top, because DAG files import this module.
        from airflow_provider_dingtalk_calendar.client.workflows.calendar_state import matching_occurrences
        from airflow_provider_dingtalk_calendar.client.workflows.event_watch import watch_for
        from airflow_provider_dingtalk_calendar.exceptions import DingTalkError

        from . import reader

        if warning := arguments.cost_warning(timedelta(seconds=self.recheck)):
            self.log.warning("%s", warning)
        now = reader.READERS.clock
        notebook = _Notebook(self, getattr(self, "asset_state_store", None))
        memory = await notebook.read()
        try:
            watch = watch_for(self.on, now(), memory)
        except (KeyError, TypeError, ValueError):
            self.log.warning("The saved state of the watch cannot be read: the watch begins now")
            watch = watch_for(self.on, now())
        due = 0.0
        with reader.READERS.wait(self._key(), self.recheck) as wait:
            while True:
                news = await wait.news_until(min(watch.next_moment(), notebook.next_save), due)
                if isinstance(news, reader.Failure):
                    self._warn(news.reason, news.next_look)
                    due = 0.0
                elif news is not None:
                    due = news.at + self.recheck
                    try:
                        matching = matching_occurrences(news.events, self._matches, self._zone)
                        watch.see(news.at, news.at + news.horizon.total_seconds(), matching)
                    except DingTalkError as error:
                        self._warn(str(error), due)
                for report in watch.due(now()):
                    self.log.info("Calendar %r of %r: %s", self.calendar_id, self.union_id, report)
                    yield TriggerEvent(report.to_json())  # type: ignore[no-untyped-call]
                await notebook.write(watch, now())

    def _key(self) -> Any:
        from . import reader

        return reader.CalendarKey(self.dingtalk_conn_id, self.union_id, self.calendar_id)

    def _warn(self, reason: str, next_look: float) -> None:
        again = datetime.fromtimestamp(next_look, timezone.utc).isoformat(timespec="seconds")
        self.log.warning(
            "The events of calendar %r of %r are unknown: %s. The next look is at %s",
            *(self.calendar_id, self.union_id, reason, again),
        )


class _Notebook:
    """The memory of a watch, in the state store of the asset (Airflow 3.3 and later).

    What was reported is written down only when the triggerer has saved it. A triggerer that is killed in
    between reports it again.

    :param trigger: The trigger.
    :param store: The state store, or None if this Airflow has none.
    """

    def __init__(self, trigger: CalendarEventTrigger, store: Any) -> None:
        self._trigger = trigger
        self._store = store
        self._written: dict[str, Any] | None = None
        #: What to write, and when, in seconds since the epoch (UTC). The earliest comes first.
        self._pages: list[tuple[float, dict[str, Any]]] = []

    @property
    def next_save(self) -> float:
        """When to write next, in seconds since the epoch (UTC)."""
        return self._pages[0][0] if self._pages else float("inf")

    async def read(self) -> dict[str, Any] | None:
        """Return the memory of an earlier watch for the same events; None if there is none."""
        if self._store is None:
            self._trigger.log.info("This Airflow keeps no state for assets: the watch begins now")
            return None
        found = await self._store.aget(MEMORY)
        if not isinstance(found, dict) or found.get("watched") != self._watched():
            return None
        self._written = found.get("memory")
        return self._written

    async def write(self, watch: Watch, now: float) -> None:
        """Write what is due, and note what has changed.

        :param watch: The watch.
        :param now: The time in seconds since the epoch (UTC).
        """
        if self._store is None:
            return
        newest = self._pages[-1][1] if self._pages else self._written
        if (memory := watch.memory()) != newest:
            self._pages.append((now + SAVED, memory))
        due = [page for page in self._pages if page[0] <= now]
        if not due:
            return
        _, memory = due[-1]
        del self._pages[: len(due)]
        try:
            await self._store.aset(MEMORY, {"watched": self._watched(), "memory": memory})
        except Exception as error:  # noqa: BLE001  the watch must go on
            self._trigger.log.warning("The state of the watch was not saved: %s", type(error).__name__)
            if not self._pages:
                self._pages.append((now + SAVED, memory))
        else:
            self._written = memory

    def _watched(self) -> dict[str, Any]:
        trigger = self._trigger
        return {
            "union_id": trigger.union_id,
            "calendar_id": trigger.calendar_id,
            "on": trigger.on,
            "match": trigger.match,
            "time_zone": trigger.time_zone,
        }
