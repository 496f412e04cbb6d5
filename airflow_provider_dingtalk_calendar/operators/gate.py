"""An operator that stops a pipeline while a calendar is closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from airflow.providers.common.compat.sdk import AirflowFailException

from airflow_provider_dingtalk_calendar.exceptions import (
    ConfigurationError,
    DingTalkError,
    InvalidArgumentError,
    InvalidParameterError,
    NotFoundError,
)
from airflow_provider_dingtalk_calendar.support.arguments import (
    RECHECK,
    flag,
    matches,
    one_of,
    optional,
    required,
    text,
    zone,
)
from airflow_provider_dingtalk_calendar.support.base import DingTalkOperator, push

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_dingtalk_calendar.client import CalendarState
    from airflow_provider_dingtalk_calendar.client.wire.event_match import MatchLike

#: Failures that mean that the DAG or its connection is wrong. They never open the gate.
WRONG_INPUT = (ConfigurationError, InvalidArgumentError, InvalidParameterError, NotFoundError)


class CalendarGateOperator(DingTalkOperator):
    """Let a pipeline pass only while a calendar is open.

    The calendar is open if no ``deny`` event is running and, where ``allow`` is given, at least one ``allow``
    event is. If neither is given, every event denies. Cancelled events, and events that the user has
    declined, do not count.

    The XCom ``state`` says whether the calendar is open, why, which events decide, and when this will next
    change, within 7 days. It is pushed before the operator skips or fails. Each page of 100 events is one
    call. https://help.dingtalk.io/open/development/query-schedule-view

    :param union_id: (templated) unionId of the user whose calendar it is.
    :param calendar_id: (templated) Id of the calendar: any id that ListCalendarsOperator returns, or
        ``"primary"``.
    :param allow: (templated) Selects the events that open the calendar: a string that the title must contain
        (case is ignored), an ``EventMatch``, a mapping with its fields (``title``, ``pattern``,
        ``organizer``, ``all_day``), or a list of these. One match is enough.
    :param deny: (templated) Selects the events that close the calendar, like ``allow``.
    :param time_zone: (templated) TZ database name of the zone in which all-day events lie. Default: the zone
        of the DAG.
    :param on_closed: What to do while the calendar is closed: ``"skip"`` skips the tasks downstream, as
        ShortCircuitOperator does; ``"fail"`` fails the task, without retries; ``"wait"`` waits in the
        triggerer until the calendar is open, as CalendarSensor does, and looks at least every 30 minutes.
    :param on_unknown: What to do if the state cannot be read from DingTalk: ``"fail"`` fails the task, and a
        retry looks again; ``"closed"`` does what ``on_closed`` says; ``"open"`` lets the pipeline pass. A
        wrong argument or connection, or a calendar that does not exist, fails the task in any case.
    :param override_param: Name of a DAG param that opens the gate if it is true, without a call and with a
        warning in the log. None for no such param.
    :param ignore_downstream_trigger_rules: Whether ``"skip"`` skips all tasks downstream. If False, it skips
        only the next tasks, and later tasks follow their trigger rules.
    :param dingtalk_conn_id: (templated) Id of the connection.
    :returns: Whether the calendar is open. If ``"skip"`` skips tasks, there is no return value.
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
        "on_closed": one_of("skip", "fail", "wait"),
        "on_unknown": one_of("fail", "closed", "open"),
        "override_param": optional(text()),
        "ignore_downstream_trigger_rules": required(flag),
    }

    #: The scheduler reads this when a skipped task is cleared.
    inherits_from_skipmixin = True

    def __init__(
        self,
        *,
        union_id: str,
        calendar_id: str,
        allow: MatchLike | Sequence[MatchLike] | None = None,
        deny: MatchLike | Sequence[MatchLike] | None = None,
        time_zone: str | None = None,
        on_closed: Literal["skip", "fail", "wait"] = "skip",
        on_unknown: Literal["fail", "closed", "open"] = "fail",
        override_param: str | None = "ignore_calendar",
        ignore_downstream_trigger_rules: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.union_id = union_id
        self.calendar_id = calendar_id
        self.allow = allow
        self.deny = deny
        self.time_zone = time_zone
        self.on_closed = on_closed
        self.on_unknown = on_unknown
        self.override_param = override_param
        self.ignore_downstream_trigger_rules = ignore_downstream_trigger_rules
        self.check_known(vars(self))

    def call(self, context: Context) -> bool:
        """Look at the calendar, and skip, fail or wait if it is closed."""
        state = self._state(context)
        push(context, "state", state.to_json())
        self.log.info("Calendar %r of %r is %s", self.calendar_id, self.union_id, state)
        if state.is_open:
            return True
        if self.on_closed == "fail":
            msg = f"calendar {self.calendar_id!r} of {self.union_id!r} is {state}"
            raise AirflowFailException(msg)
        if self.on_closed == "wait":
            return self._wait(context)
        self._skip_downstream(context)
        return False

    def _wait(self, context: Context) -> bool:
        from airflow_provider_dingtalk_calendar.triggers.calendar import CalendarStateTrigger

        trigger = CalendarStateTrigger.of(self, context, until="open", recheck=RECHECK)
        self.defer(trigger=trigger, method_name="opened", timeout=self.execution_timeout)
        return False

    def opened(self, context: Context, event: dict[str, Any]) -> bool:
        """Let the pipeline pass after a wait.

        :param event: The state that the trigger has found.
        """
        push(context, "state", event)
        self.log.info("Calendar %r of %r is open: %s", self.calendar_id, self.union_id, event["reason"])
        return True

    def _state(self, context: Context) -> CalendarState:
        from airflow_provider_dingtalk_calendar.client import CalendarState

        if self._is_overridden(context):
            return CalendarState(True, f"the param {self.override_param} overrides the calendar", None)
        try:
            with self.client() as client:
                return client.get_calendar_state(
                    self.union_id,
                    self.calendar_id,
                    allow=self.allow,
                    deny=self.deny,
                    time_zone=self.time_zone or context["dag"].timezone,
                )
        except DingTalkError as error:
            if self.on_unknown == "fail" or isinstance(error, WRONG_INPUT):
                raise
            self.log.warning(
                "The state of calendar %r of %r is unknown: %s", self.calendar_id, self.union_id, error
            )
            return CalendarState(self.on_unknown == "open", f"the state is unknown: {error}", None)

    def _is_overridden(self, context: Context) -> bool:
        if self.override_param is None:
            return False
        if not flag(self.override_param, (context.get("params") or {}).get(self.override_param)):
            return False
        run = context.get("dag_run")
        who = getattr(run, "triggering_user_name", None) or "an unknown user"
        self.log.warning(
            "Calendar %r of %r is ignored: the param %s is true in the run %s, which %s has triggered",
            self.calendar_id,
            self.union_id,
            self.override_param,
            context.get("run_id"),
            who,
        )
        return True

    def _skip_downstream(self, context: Context) -> None:
        """Skip tasks as ShortCircuitOperator does. Importing that class would slow down DAG parsing."""
        from airflow.providers.common.compat.sdk import SkipMixin
        from airflow.providers.common.compat.version_compat import AIRFLOW_V_3_0_PLUS

        class Skip(SkipMixin):
            task_id = self.task_id

        task, instance = context["task"], context["ti"]
        every = flag("ignore_downstream_trigger_rules", self.ignore_downstream_trigger_rules)
        relatives = task.get_flat_relatives if every else task.get_direct_relatives
        skipped = [one for one in relatives(upstream=False) if not one.is_teardown]
        arguments: dict[str, Any] = {"ti": instance}
        if not AIRFLOW_V_3_0_PLUS:
            run: Any = context["dag_run"]
            arguments = {"dag_run": run, "execution_date": run.logical_date, "map_index": instance.map_index}
        if skipped:
            Skip().skip(tasks=skipped, **arguments)  # type: ignore[no-untyped-call]
