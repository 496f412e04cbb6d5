"""Run the daily example for two days on a real Airflow, against the DingTalk emulator.

``python -m tools.demo`` exits with 0 if both days used the same calendar, else with 1.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tools.local_airflow.errors import StackError
from tools.local_airflow.stack import AirflowStack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CHECKOUT = Path(__file__).resolve().parents[1]
HOME = CHECKOUT / ".demo"
DAGS = CHECKOUT / "dags_examples"
DAG_ID = "dingtalk_daily_calendar"
FIRST_DAY = datetime(2026, 1, 5, tzinfo=timezone.utc)
SECOND_DAY = datetime(2026, 1, 6, tzinfo=timezone.utc)


@dataclass(frozen=True)
class Day:
    """The calendar that the downstream task read on one day, and the start and end of the day's run."""

    day: str
    calendar_id: str
    began: datetime
    ended: datetime


def main() -> int:
    """Run the demo and return the exit code."""
    # SIGTERM must stop Airflow, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    begun = time.monotonic()
    try:
        with DingTalkEmulator() as emulator:
            print(f"the DingTalk emulator is running at {emulator.url}")
            with AirflowStack(HOME, DAGS, say=_say) as stack:
                days = _two_days(stack, emulator)
            held = [(calendar.calendar_id, calendar.name) for calendar in emulator.calendars]
    except KeyboardInterrupt:
        print("interrupted")
        return 130
    except StackError as error:
        print(f"\nFAILED: {error}")
        return 1
    problem = find_problem(days, [calendar_id for calendar_id, _ in held])
    print()
    for line in report([(one.day, one.calendar_id) for one in days], held, problem, time.monotonic() - begun):
        print(line)
    return 1 if problem else 0


def report(
    days: Sequence[tuple[str, str]], held: Sequence[tuple[str, str]], problem: str | None, seconds: float
) -> Iterator[str]:
    """Return the lines of the result.

    :param days: Each day with the calendar id that the day's downstream task read.
    :param held: The id and the name of each calendar that exists.
    :param problem: What went wrong, or None.
    :param seconds: The duration of the demo.
    """
    yield "the downstream task read:"
    yield from (f"  {day}: {calendar_id}" for day, calendar_id in days)
    yield f"the DingTalk emulator has {len(held)} calendar(s):"
    yield from (f"  {calendar_id}  {name}" for calendar_id, name in held)
    verdict = f"FAILED: {problem}" if problem else "OK: the same calendar on both days"
    yield f"{verdict} ({seconds:.0f} s; logs are in {HOME.relative_to(CHECKOUT)}/logs)"


def _two_days(stack: AirflowStack, emulator: DingTalkEmulator) -> list[Day]:
    stack.api.create_connection(connection_id="dingtalk_default", **json.loads(emulator.airflow_connection()))
    stack.api.wait_for_dag(DAG_ID)
    stack.api.unpause(DAG_ID)
    days = []
    for day in (FIRST_DAY, SECOND_DAY):
        run_id = stack.api.trigger(DAG_ID, logical_date=day)
        stack.api.wait_for_run(DAG_ID, run_id)
        announced = stack.api.xcom(DAG_ID, run_id, "announce")
        run = stack.api.run(DAG_ID, run_id)
        times = (_time(run["start_date"]), _time(run["end_date"]))
        days.append(Day(announced["day"], announced["calendar_id"], *times))
    return days


def _time(text: str) -> datetime:
    # Python 3.10 cannot parse a Z at the end.
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def find_problem(days: Sequence[Day], held: Sequence[str]) -> str | None:
    """Return what went wrong, or None if the two days ran one after the other and used the only calendar.

    :param days: The two runs.
    :param held: The ids of all calendars that exist.
    """
    if [one.day for one in days] != [f"{FIRST_DAY:%Y-%m-%d}", f"{SECOND_DAY:%Y-%m-%d}"]:
        return f"the days that ran are {[one.day for one in days]}"
    if days[1].began < days[0].ended:
        return "the second day began before the first had ended"
    if len(held) != 1:
        return f"there are {len(held)} calendars instead of 1"
    if others := [one.day for one in days if one.calendar_id != held[0]]:
        return f"the wrong calendar was read on {', '.join(others)}"
    return None


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
