"""The sensor, in DAGs that Airflow runs against the emulator, and its arguments."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pendulum
import pytest
from airflow.providers.common.compat.sdk import (
    DAG,
    AirflowException,
    AirflowSensorTimeout,
    AirflowSkipException,
    TaskDeferred,
)
from airflow.providers.common.compat.version_compat import AIRFLOW_V_3_0_PLUS, AIRFLOW_V_3_1_PLUS

from airflow_provider_dingtalk_calendar.client import EventMatch
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError, InvalidArgumentError
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
from airflow_provider_dingtalk_calendar.sensors.calendar import CalendarSensor
from tests.in_airflow.dag_source import dag
from tests.in_airflow.versions import DagSerialization, final

HOUR = timedelta(hours=1)
SENSOR = """
from datetime import timedelta
from airflow_provider_dingtalk_calendar.sensors.calendar import CalendarSensor
sensor = CalendarSensor(task_id="sensor", union_id="u", calendar_id="primary", {})
"""


def freeze() -> None:
    now = datetime.now(timezone.utc)
    with DingTalkHook().get_conn() as client:
        client.create_event("u", summary="Freeze", start=now - HOUR, end=now + HOUR, time_zone="UTC")


def sensor(**changes: Any) -> CalendarSensor:
    return CalendarSensor(**{"task_id": "t", "union_id": "u", "calendar_id": "primary"} | changes)


def looks(emulator: DingTalkEmulator) -> int:
    return emulator.journal.operations.count("ListEventsView")


class Dag:
    """What a sensor needs of a DAG."""

    def __init__(self, zone: Any) -> None:
        self.timezone = zone


def context(zone: Any = timezone.utc) -> Any:
    return {"dag": Dag(zone)}


def deferred(made: CalendarSensor, zone: Any = timezone.utc) -> TaskDeferred:
    with pytest.raises(TaskDeferred) as caught:
        made.execute(context(zone))
    return caught.value


@pytest.mark.parametrize(
    "mode", ["deferrable=True", "deferrable=True, end_from_trigger=True", "deferrable=False"]
)
def test_an_open_calendar(mode: str, run_dag: Callable[..., Any], connection: DingTalkEmulator) -> None:
    run = run_dag(dag(SENSOR.format(mode)))
    assert run.state == "success"
    assert run.xcom("sensor") == {
        "is_open": True,
        "reason": "no event is running",
        "next_change": None,
        "events": [],
    }
    assert looks(connection) == 1


@pytest.mark.parametrize("deferrable", [True, False])
def test_a_closed_calendar(
    deferrable: bool, run_dag: Callable[..., Any], connection: DingTalkEmulator
) -> None:
    freeze()
    source = SENSOR.format(f'deferrable={deferrable}, deny="{{{{ params.word }}}}", until="closed"')
    run = run_dag(dag(source, word="FREEZE"))
    assert run.state == "success"
    assert run.xcom("sensor")["reason"] == '"Freeze" is running'
    assert "Calendar 'primary' of 'u' is closed" in run.log
    assert 'is "Freeze" is' not in run.log
    assert looks(connection) == 1


def test_all_day_events_lie_in_the_zone_of_the_dag(connection: DingTalkEmulator) -> None:
    # In at least one of these zones, today is another day than in UTC.
    zones = (timezone(timedelta(hours=14)), timezone(-timedelta(hours=12)))
    now = datetime.now(timezone.utc)
    zone = next(one for one in zones if now.astimezone(one).date() != now.date())
    with DingTalkHook().get_conn() as client:
        client.create_event("u", summary="Freeze", start=now.astimezone(zone).date())
    made = sensor(mode="poke", until="closed")
    assert bool(made.poke(context(zone)))
    assert not made.poke(context(timezone.utc))
    assert looks(connection) == 2


def test_it_defers_without_a_look(connection: DingTalkEmulator) -> None:
    one = EventMatch(title="window")
    made = sensor(deferrable=True, allow=[one], timeout=7200, recheck=timedelta(minutes=10))
    found = deferred(made, pendulum.timezone("Asia/Shanghai"))
    assert (found.method_name, found.timeout) == ("execute_complete", timedelta(hours=2))
    assert found.trigger.serialize()[1] == {
        "union_id": "u",
        "calendar_id": "primary",
        "allow": [{"title": "window"}],
        "deny": None,
        "time_zone": "Asia/Shanghai",
        "until": "open",
        "recheck": 600.0,
        "end_from_trigger": False,
        "dingtalk_conn_id": "dingtalk_default",
    }
    assert list(connection.journal) == []


@pytest.mark.usefixtures("connection")
@pytest.mark.parametrize("said", [True, False, "true", "false"])
def test_it_ends_from_the_trigger(said: Any) -> None:
    made = sensor(deferrable=True, end_from_trigger=said)
    assert deferred(made).trigger.serialize()[1]["end_from_trigger"] is (str(said).lower() == "true")


def test_text_that_says_not_to_defer(connection: DingTalkEmulator) -> None:
    made: Any = sensor(deferrable="false", mode="poke", poke_interval=0.01, timeout=1)
    assert made.execute(context())["is_open"] is True
    assert looks(connection) == 1


@pytest.mark.usefixtures("connection")
@pytest.mark.parametrize("zone", [timezone(timedelta(hours=5, minutes=30)), pendulum.FixedTimezone(19800)])
def test_a_dag_may_have_an_offset_only(zone: Any) -> None:
    assert deferred(sensor(deferrable=True), zone).trigger.serialize()[1]["time_zone"] == "+0530"


@pytest.mark.parametrize("deferrable", [True, False])
def test_a_wrong_connection_fails_at_once(
    deferrable: bool, connection: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", connection.airflow_connection(app_type="unknown"))
    with pytest.raises(final(ConfigurationError)):
        sensor(deferrable=deferrable, mode="poke", poke_interval=0.01, timeout=1).execute(context())


def test_a_refusal_is_waited_out(connection: DingTalkEmulator) -> None:
    connection.order(Fault.error(403, "permissionDenied").on("ListEventsView").times(2))
    made = sensor(mode="poke", poke_interval=0.01)
    assert made.execute(context())["is_open"] is True
    assert looks(connection) == 3


@pytest.mark.parametrize(
    ("soft_fail", "error"), [(False, AirflowSensorTimeout), (True, AirflowSkipException)]
)
def test_a_timeout(soft_fail: bool, error: type[Exception], connection: DingTalkEmulator) -> None:
    freeze()
    made = sensor(mode="poke", poke_interval=0.01, timeout=0.1, soft_fail=soft_fail)
    with pytest.raises(error):
        made.execute(context())
    assert looks(connection) >= 1


@pytest.mark.usefixtures("connection")
@pytest.mark.parametrize("soft_fail", [True, False])
def test_a_timeout_in_the_triggerer(soft_fail: bool) -> None:
    """Airflow resumes the task with this exception. Airflow 3.0 fails the task, even with ``soft_fail``."""
    skips = soft_fail and (AIRFLOW_V_3_1_PLUS or not AIRFLOW_V_3_0_PLUS)
    with pytest.raises(AirflowException) as caught:
        sensor(deferrable=True, soft_fail=soft_fail).resume_execution(
            "__fail__", {"error": "Trigger timeout"}, context()
        )
    assert isinstance(caught.value, AirflowSkipException) == skips


@pytest.mark.usefixtures("connection")
@pytest.mark.parametrize(
    ("recheck", "calls"), [(timedelta(minutes=1), "43,200"), (timedelta(minutes=4), "10,800"), (None, None)]
)
def test_a_short_recheck_is_taken_with_a_warning(
    recheck: timedelta | None,
    calls: str | None,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    deferred(sensor(deferrable=True, **({"recheck": recheck} if recheck else {})))
    said = "".join(capfd.readouterr()) + caplog.text
    assert (f"costs up to {calls} metered calls in 30 days" in said) == bool(calls)
    assert ("metered calls" in said) == bool(calls)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"until": "later"}, "until must be one of 'open', 'closed', not 'later'"),
        ({"recheck": 60}, "recheck must be a timedelta from 1 second to 7 days, not of type int"),
        (
            {"recheck": timedelta(days=8)},
            "recheck must be a timedelta from 1 second to 7 days, not 8 days, 0:00:00",
        ),
        ({"time_zone": "Nowhere/Land"}, "time_zone must be a TZ database name"),
        ({"end_from_trigger": "yes"}, "end_from_trigger must be True or False, not 'yes'"),
        ({"end_from_trigger": None}, "end_from_trigger must be given, not None"),
        ({"deferrable": "yes"}, "deferrable must be True or False, not 'yes'"),
        ({"calendar_id": " "}, "calendar_id"),
        ({"deny": []}, "deny must be None or have at least one entry"),
        ({"allow": {}}, "allow must have at least one of title, pattern, organizer, all_day, but has none"),
    ],
)
def test_a_wrong_argument_is_refused_at_once(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        sensor(**wrong)


def test_it_is_serialized() -> None:
    with DAG("d", start_date=pendulum.datetime(2026, 1, 1), schedule=None) as made:
        sensor(task_id="t", deny="freeze")
        CalendarSensor.partial(task_id="mapped", calendar_id="primary").expand(union_id=["u", "v"])
    read = DagSerialization.from_dict(json.loads(json.dumps(DagSerialization.to_dict(made))))
    assert set(read.task_ids) == {"t", "mapped"}
