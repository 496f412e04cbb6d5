"""A sensor that waits until a calendar opens or closes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from airflow.providers.common.compat.sdk import BaseSensorOperator

from airflow_provider_dingtalk_calendar.exceptions import DingTalkError
from airflow_provider_dingtalk_calendar.support import arguments
from airflow_provider_dingtalk_calendar.support.arguments import (
    RECHECK,
    flag,
    matches,
    one_of,
    optional,
    required,
    zone,
)
from airflow_provider_dingtalk_calendar.support.base import DingTalkOperator

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context, PokeReturnValue

    from airflow_provider_dingtalk_calendar.client.wire.event_match import MatchLike


class CalendarSensor(DingTalkOperator, BaseSensorOperator):
    """Wait until a calendar is open, or closed.

    CalendarGateOperator defines when a calendar is open. The sensor sleeps until the state is due to change,
    but not longer than ``recheck``, because people move events. It always looks again before it succeeds.
    While the state cannot be read from DingTalk, the sensor logs a warning and keeps waiting.

    Deferrable sensors that wait for one calendar share their looks: a thousand of them cost as much as one.
    Other sensors look for themselves at every poke. Each page of 100 events is one call.
    https://help.dingtalk.io/open/development/query-schedule-view

    :param union_id: (templated) unionId of the user whose calendar it is.
    :param calendar_id: (templated) Id of the calendar: any id that ListCalendarsOperator returns, or
        ``"primary"``.
    :param allow: (templated) Selects the events that open the calendar, as in CalendarGateOperator.
    :param deny: (templated) Selects the events that close the calendar, as in CalendarGateOperator.
    :param time_zone: (templated) TZ database name of the zone in which all-day events lie. Default: the zone
        of the DAG.
    :param until: What to wait for: ``"open"`` or ``"closed"``.
    :param recheck: Longest time between two looks, from 1 second to 7 days.
    :param deferrable: Whether to wait in the triggerer. Default: Airflow's ``default_deferrable``.
    :param end_from_trigger: Whether a deferrable sensor ends in the triggerer, so that no worker starts when
        the wait is over. Use it if many sensors wait for the same moment.
    :param poke_interval: Time between two looks of a sensor that is not deferrable, as a timedelta or in
        seconds. Default: ``recheck``.
    :param mode: ``"reschedule"`` or ``"poke"``, for a sensor that is not deferrable.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: The state of the calendar: ``is_open``, ``reason``, ``next_change`` (ISO 8601) and ``events``.
    """

    template_fields: Sequence[str] = (
        "union_id",
        "calendar_id",
        "allow",
        "deny",
        "time_zone",
        "dingtalk_conn_id",
    )
    template_fields_renderers = {"allow": "json", "deny": "json"}
    checks = {
        "allow": matches,
        "deny": matches,
        "time_zone": optional(zone),
        "until": one_of("open", "closed"),
        "recheck": arguments.recheck,
        "deferrable": required(flag),
        "end_from_trigger": required(flag),
    }

    def __init__(
        self,
        *,
        union_id: str,
        calendar_id: str,
        allow: MatchLike | Sequence[MatchLike] | None = None,
        deny: MatchLike | Sequence[MatchLike] | None = None,
        time_zone: str | None = None,
        until: Literal["open", "closed"] = "open",
        recheck: timedelta = RECHECK,
        deferrable: bool | None = None,
        end_from_trigger: bool = False,
        poke_interval: timedelta | float | None = None,
        mode: str = "reschedule",
        **kwargs: Any,
    ) -> None:
        arguments.recheck("recheck", recheck)
        super().__init__(
            poke_interval=recheck if poke_interval is None else poke_interval, mode=mode, **kwargs
        )
        self.union_id = union_id
        self.calendar_id = calendar_id
        self.allow = allow
        self.deny = deny
        self.time_zone = time_zone
        self.until = until
        self.recheck = recheck
        self.deferrable = _default_deferrable() if deferrable is None else deferrable
        self.end_from_trigger = end_from_trigger
        self.check_known(vars(self))

    def call(self, context: Context) -> Any:
        """Wait for the state, and return it."""
        is_deferrable = flag("deferrable", self.deferrable)
        warning = arguments.cost_warning(
            self.recheck if is_deferrable else timedelta(seconds=self.poke_interval)
        )
        if warning:
            self.log.warning("%s", warning)
        if not is_deferrable:
            return BaseSensorOperator.execute(self, context)
        from airflow_provider_dingtalk_calendar.triggers.calendar import CalendarStateTrigger

        # A wrong connection must fail here. The first look is left to the reader that all waits share.
        self.client().close()
        trigger = CalendarStateTrigger.of(
            self,
            context,
            until=self.until,
            recheck=self.recheck,
            end_from_trigger=bool(flag("end_from_trigger", self.end_from_trigger)),
        )
        self.defer(trigger=trigger, method_name="execute_complete", timeout=timedelta(seconds=self.timeout))
        return None

    def execute_complete(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """Return the state that the trigger has found."""
        found = "open" if event["is_open"] else "closed"
        self.log.info("Calendar %r of %r is %s: %s", self.calendar_id, self.union_id, found, event["reason"])
        return event

    def poke(self, context: Context) -> bool | PokeReturnValue:
        """Look at the calendar once."""
        from airflow.providers.common.compat.sdk import PokeReturnValue

        # A wrong connection must fail here.
        client = self.client()
        try:
            with client:
                state = client.get_calendar_state(
                    self.union_id,
                    self.calendar_id,
                    allow=self.allow,
                    deny=self.deny,
                    time_zone=self.time_zone or context["dag"].timezone,
                )
        except DingTalkError as error:
            self.log.warning(
                "The state of calendar %r of %r is unknown: %s", self.calendar_id, self.union_id, error
            )
            return False
        self.log.info("Calendar %r of %r is %s", self.calendar_id, self.union_id, state)
        return PokeReturnValue(state.is_open == (self.until == "open"), xcom_value=state.to_json())


def _default_deferrable() -> bool:
    from airflow.providers.common.compat.sdk import conf

    found: bool = conf.getboolean("operators", "default_deferrable", fallback=False)
    return found
