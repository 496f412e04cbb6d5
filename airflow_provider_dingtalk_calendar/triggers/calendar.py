"""A trigger that fires when a calendar opens or closes."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Any, Literal

from airflow.triggers.base import BaseTrigger, TaskSuccessEvent, TriggerEvent

from airflow_provider_dingtalk_calendar.client.wire.event_match import MatchLike, matches_to_json
from airflow_provider_dingtalk_calendar.client.wire.times import read_zone
from airflow_provider_dingtalk_calendar.client.wire.values import check_path_id, check_text
from airflow_provider_dingtalk_calendar.exceptions import DingTalkError
from airflow_provider_dingtalk_calendar.support import arguments
from airflow_provider_dingtalk_calendar.support.arguments import RECHECK

from . import reader

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context


class CalendarStateTrigger(BaseTrigger):
    """Wait until a calendar is open, or closed.

    The trigger's event has the state as JSON, like the XCom of CalendarSensor. The trigger fires only after a
    look in the last minute. If a look fails, the trigger logs a warning and keeps waiting.

    All triggers of a triggerer that wait for one calendar share their looks.

    :param union_id: unionId of the user whose calendar it is.
    :param calendar_id: Any id that ListCalendars returns, or ``"primary"``.
    :param allow: Selects the events that open the calendar.
    :param deny: Selects the events that close the calendar.
    :param time_zone: Zone of all-day events: a TZ database name, or an offset such as ``"+08:00"``.
    :param until: ``"open"`` or ``"closed"``.
    :param recheck: Longest time between two looks, in seconds.
    :param end_from_trigger: Whether the trigger ends the task, with the state as its result, instead of
        letting a worker resume it.
    :param dingtalk_conn_id: Id of the connection.
    :raises InvalidArgumentError: If an argument is wrong.
    """

    def __init__(
        self,
        *,
        union_id: str,
        calendar_id: str,
        allow: MatchLike | Sequence[MatchLike] | None = None,
        deny: MatchLike | Sequence[MatchLike] | None = None,
        time_zone: str = "UTC",
        until: Literal["open", "closed"] = "open",
        recheck: float = RECHECK.total_seconds(),
        end_from_trigger: bool = False,
        dingtalk_conn_id: str = "dingtalk_default",
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        arguments.one_of("open", "closed")("until", until)
        arguments.recheck_seconds("recheck", recheck)
        check_path_id("union_id", union_id)
        check_path_id("calendar_id", calendar_id)
        check_text("dingtalk_conn_id", dingtalk_conn_id)
        self.union_id = union_id
        self.calendar_id = calendar_id
        self.allow = matches_to_json("allow", allow)
        self.deny = matches_to_json("deny", deny)
        self.time_zone = time_zone
        self.until = until
        self.recheck = recheck
        self.end_from_trigger = end_from_trigger
        self.dingtalk_conn_id = dingtalk_conn_id
        self._zone = _zone(time_zone)

    @classmethod
    def of(
        cls,
        task: Any,
        context: Context,
        *,
        until: Literal["open", "closed"],
        recheck: timedelta,
        end_from_trigger: bool = False,
    ) -> CalendarStateTrigger:
        """Return the trigger for which a task defers.

        :param task: A CalendarSensor or a CalendarGateOperator.
        :param context: The context of the task.
        :param until: ``"open"`` or ``"closed"``.
        :param recheck: Longest time between two looks.
        :param end_from_trigger: Whether the trigger ends the task.
        """
        return cls(
            union_id=task.union_id,
            calendar_id=task.calendar_id,
            allow=task.allow,
            deny=task.deny,
            time_zone=task.time_zone or _name(context["dag"].timezone),
            until=until,
            recheck=recheck.total_seconds(),
            end_from_trigger=end_from_trigger,
            dingtalk_conn_id=task.dingtalk_conn_id,
        )

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class and its arguments as JSON, without secrets."""
        names = (
            *("union_id", "calendar_id", "allow", "deny", "time_zone", "until", "recheck"),
            *("end_from_trigger", "dingtalk_conn_id"),
        )
        return f"{__name__}.{type(self).__name__}", {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Wait until the calendar is open, or closed, and yield its state."""
        readers = reader.READERS
        key = reader.CalendarKey(self.dingtalk_conn_id, self.union_id, self.calendar_id)
        due, said = 0.0, ""
        with readers.wait(key, self.recheck) as wait:
            while True:
                news = await wait.news(due)
                if isinstance(news, reader.Failure):
                    self._warn(news.reason, news.next_look)
                    due = 0.0
                    continue
                now, due = readers.clock(), news.at + self.recheck
                try:
                    state = news.state(now, allow=self.allow, deny=self.deny, time_zone=self._zone)
                except DingTalkError as error:
                    self._warn(str(error), due)
                    continue
                if str(state) != said:
                    said = str(state)
                    self.log.info("Calendar %r of %r is %s", self.calendar_id, self.union_id, said)
                if state.is_open != (self.until == "open"):
                    due = min(due, reader.change_of(state))
                elif not news.is_fresh(now):
                    due = now
                else:
                    yield self._event(state.to_json())
                    return

    def _event(self, state: dict[str, Any]) -> TriggerEvent:
        if not self.end_from_trigger:
            return TriggerEvent(state)  # type: ignore[no-untyped-call]
        event = TaskSuccessEvent(xcoms={"return_value": state})
        # dag.test resumes the task nevertheless, with this payload.
        event.payload = state
        return event

    def _warn(self, reason: str, next_look: float) -> None:
        again = datetime.fromtimestamp(next_look, timezone.utc).isoformat(timespec="seconds")
        self.log.warning(
            "The state of calendar %r of %r is unknown: %s. The next look is at %s",
            *(self.calendar_id, self.union_id, reason, again),
        )


def _name(zone: tzinfo) -> str:
    """Return the name of a DAG's zone, or its current UTC offset if the zone has no name."""
    name = getattr(zone, "key", None)
    return str(name) if name else f"{datetime.now(zone):%z}"


def _zone(name: str) -> tzinfo:
    if name[:1] in {"+", "-"}:
        with contextlib.suppress(ValueError):
            return datetime.strptime(name, "%z").tzinfo or timezone.utc
    return read_zone("time_zone", name)
