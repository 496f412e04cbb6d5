"""The metered calls of many waits for one calendar: deferred, and as sensors that poke.

python -m tools.benchmarks.waits
"""

from __future__ import annotations

import asyncio
import os
import time
from datetime import datetime, timedelta, timezone
from typing import Any

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tools.benchmarks import children
from tools.benchmarks.events_kept import CONNECTION, metered
from tools.benchmarks.table import Bound, Line, report
from tools.moved_clock import MovedClock

NAME = "waits"
WAITS, HOURS, RECHECK = 100, 6, timedelta(minutes=30)
HOW = (
    f"Metered calls that reach the emulator while {WAITS} tasks wait until a calendar opens {HOURS} hours "
    "later, with a look every 30 minutes. *Ours* are deferred CalendarSensors, which share one reader. "
    "*Sensors that poke* are CalendarSensors with `deferrable=False`. Each of them looks for itself, as "
    "hand-written sensors do. The measurement sets the clock of the waits forward."
)
CALENDAR: dict[str, Any] = {"union_id": "owner", "calendar_id": "primary", "time_zone": "UTC"}
#: The first look, and one look after each recheck. The last one finds the calendar open.
LOOKS = 1 + timedelta(hours=HOURS) // RECHECK


async def deferred(number: int, clock: MovedClock) -> None:
    """Run the triggers of deferred sensors in one event loop, as the triggerer does, until all have fired."""
    from airflow_provider_dingtalk_calendar.triggers import reader
    from airflow_provider_dingtalk_calendar.triggers.calendar import CalendarStateTrigger

    async def fired() -> int:
        return len([event async for event in CalendarStateTrigger(**CALENDAR).run()])

    reader.READERS = reader.CalendarReaders(clock, clock.sleep)
    moving = asyncio.ensure_future(clock.run())
    try:
        await asyncio.gather(*(fired() for _ in range(number)))
    finally:
        moving.cancel()


def poked(number: int) -> None:
    """Poke sensors that are not deferrable, as often as Airflow does until the calendar opens."""
    from airflow_provider_dingtalk_calendar.sensors.calendar import CalendarSensor

    for index in range(number):
        sensor = CalendarSensor(task_id=f"wait_{index}", deferrable=False, **CALENDAR)
        for _ in range(LOOKS):
            sensor.poke({})


def measure(number: int = WAITS) -> list[Line]:
    """Count the metered calls.

    :param number: How many tasks wait.
    """
    from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook

    with DingTalkEmulator(qps_limit=None, monthly_quota=None) as emulator:
        os.environ[CONNECTION] = emulator.airflow_connection(calls_per_second=10_000)
        # Events have whole minutes.
        begin = time.time() // 60 * 60
        start, end = (datetime.fromtimestamp(begin + seconds, timezone.utc) for seconds in (0, HOURS * 3600))
        with DingTalkHook().get_conn() as client:
            client.create_event("owner", summary="Freeze", start=start, end=end, time_zone="UTC")
        emulator.journal.clear()
        asyncio.run(deferred(number, MovedClock(begin)))
        ours = metered(emulator)
        poked(number)
        theirs = metered(emulator)
    text = f"metered calls of {number} waits of {HOURS} hours"
    return [Line(NAME, text, ours, "sensors that poke", theirs, "", Bound(LOOKS, of="ours"))]


if __name__ == "__main__":
    with children.airflow_home():
        raise SystemExit(report(measure()))
