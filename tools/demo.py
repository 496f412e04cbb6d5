"""Run the release calendar for two days on a real Airflow, against the DingTalk emulator.

Between the days, the list of releases changes. ``python -m tools.demo`` exits with 0 if both days used the
same calendar and its events equal the list of the second day, else with 1. With ``--keep``, emulator and
Airflow then run until Ctrl-C or SIGTERM.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import shutil
import signal
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tools.local_airflow.errors import StackError
from tools.local_airflow.settings import USER
from tools.local_airflow.stack import AirflowStack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from airflow_provider_dingtalk_calendar.emulator import Event

CHECKOUT = Path(__file__).resolve().parents[1]
HOME = CHECKOUT / ".demo"
EXAMPLES = CHECKOUT / "dags_examples"
FILES = ("release_calendar.py", "releases.csv")
DAG_ID = "dingtalk_release_calendar"
#: A month in which the list has a release and a freeze.
MONTH = "2026-06"
#: Seconds between two checks that Airflow is still running.
CHECK_INTERVAL = 5.0
#: The days of the two runs. Each has the changes to make in the list before the run: new text by old text.
DAYS: Mapping[datetime, Mapping[str, str]] = {
    datetime(2026, 1, 5, tzinfo=timezone.utc): {},
    datetime(2026, 1, 6, tzinfo=timezone.utc): {
        "2026-04-15 22:00": "2026-04-15 20:00",
        "2026-10,Release 2026.10 · 发布,2026-10-21 22:00,2026-10-22 02:00,,": "hotfix,Hotfix,2026-03-01,,,",
    },
}


@dataclass(frozen=True)
class Day:
    """One run.

    :param day: The day.
    :param calendar_id: The calendar that the run used.
    :param changes: The changes that the run made, as its log shows them.
    :param counts: The operator's return value: numbers of events, such as those created and those deleted.
    """

    day: str
    calendar_id: str
    changes: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo and return the exit code.

    :param arguments: The command-line arguments, None for the arguments of the process.
    """
    parser = argparse.ArgumentParser(prog="python -m tools.demo", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave emulator and Airflow running until Ctrl-C")
    keep = parser.parse_args(arguments).keep
    # SIGTERM, and a terminal that closes, must stop Airflow, too.
    # A shell starts background jobs with Ctrl-C ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for one in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, lambda number, _: sys.exit(128 + number))
    begun = time.monotonic()
    try:
        with DingTalkEmulator() as emulator, tempfile.TemporaryDirectory() as folder:
            _say(f"the DingTalk emulator is running; see its calendars at {emulator.url}/?month={MONTH}")
            dags = Path(folder)
            for name in FILES:
                shutil.copy(EXAMPLES / name, dags)
            for name in ("alice", "bob"):
                emulator.add_user(userid=name, union_id=f"{name}-union-id")
            emulator.add_department(7, ["alice", "bob"])
            with AirflowStack(HOME, dags, say=_say) as stack:
                days = list(_run(stack, emulator, dags / "releases.csv"))
                calendars = [calendar.calendar_id for calendar in emulator.calendars]
                held = sorted(map(_shown, emulator.events))
                problem = find_problem(days, calendars, held, sorted(read(dags / "releases.csv")))
                _say("")
                for line in report(days, held, problem, time.monotonic() - begun):
                    _say(line)
                if keep:
                    _keep(stack, emulator)
    except KeyboardInterrupt:
        print("interrupted")
        return 130
    except StackError as error:
        print(f"\nFAILED: {error}")
        return 1
    return 1 if problem else 0


def _keep(stack: AirflowStack, emulator: DingTalkEmulator) -> None:
    """Print both addresses and the sign-in of Airflow, and wait for Ctrl-C or SIGTERM.

    The password is that of this Airflow only, which the stack has made up.

    :raises StackError: If a part of Airflow ends by itself.
    """
    _say("")
    _say(f"the calendars: {emulator.url}/?month={MONTH}")
    _say(f"Airflow:       {stack.api.url} (user {USER}, password {stack.password})")
    _say("running until Ctrl-C")
    waiting = threading.Event()
    with contextlib.suppress(KeyboardInterrupt):
        while not waiting.wait(CHECK_INTERVAL):
            stack.check()


def read(table: Path) -> Iterator[tuple[str, str]]:
    """Return start and title of each row of the list."""
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["start"], row["summary"]


def _shown(event: Event) -> tuple[str, str]:
    """Return start and title of an event, as the list has them."""
    start = event.fields["start"]
    return start.get("date") or start["dateTime"][:16].replace("T", " "), event.summary


def report(
    days: Sequence[Day], held: Sequence[tuple[str, str]], problem: str | None, seconds: float
) -> Iterator[str]:
    """Return the lines of the result.

    :param days: The runs.
    :param held: Start and title of each event.
    :param problem: What went wrong, or None.
    :param seconds: The duration of the demo.
    """
    for one in days:
        counts = ", ".join(f"{number} {kind}" for kind, number in one.counts.items() if number)
        yield f"{one.day}: {counts}"
        yield from (f"  {line}" for line in one.changes)
    yield f"the DingTalk emulator has {len(held)} events:"
    yield from (f"  {start}  {summary}" for start, summary in held)
    verdict = f"FAILED: {problem}" if problem else "OK: one calendar, and it equals the list"
    yield f"{verdict} ({seconds:.0f} s; logs are in {HOME.relative_to(CHECKOUT)}/logs)"


def _run(stack: AirflowStack, emulator: DingTalkEmulator, table: Path) -> Iterator[Day]:
    stack.api.create_connection(connection_id="dingtalk_default", **json.loads(emulator.airflow_connection()))
    stack.api.wait_for_dag(DAG_ID)
    stack.api.unpause(DAG_ID)
    for day, changes in DAYS.items():
        text = table.read_text("utf-8")
        for old, new in changes.items():
            text = text.replace(old, new)
        table.write_text(text, "utf-8")
        run_id = stack.api.trigger(DAG_ID, logical_date=day)
        stack.api.wait_for_run(DAG_ID, run_id)
        counts = stack.api.xcom(DAG_ID, run_id, "sync_releases")
        plan = stack.api.xcom(DAG_ID, run_id, "sync_releases", key="plan")
        lines = tuple(
            f"{row['action']} {row['summary']}, {row['start']} {', '.join(row.get('fields', []))}".rstrip()
            for row in plan
        )
        calendar_id = stack.api.xcom(DAG_ID, run_id, "create_calendar")
        yield Day(f"{day:%Y-%m-%d}", calendar_id, lines, counts)


def find_problem(
    days: Sequence[Day], calendars: Sequence[str], held: Sequence[object], wanted: Sequence[object]
) -> str | None:
    """Return what went wrong, or None if both days used the only calendar and its events equal the list.

    :param days: The runs.
    :param calendars: The ids of all calendars that exist.
    :param held: Start and title of each event.
    :param wanted: Start and title of each row of the list.
    """
    if [one.day for one in days] != [f"{day:%Y-%m-%d}" for day in DAYS]:
        return f"the days that ran are {[one.day for one in days]}"
    if len(calendars) != 1:
        return f"there are {len(calendars)} calendars instead of 1"
    if others := [one.day for one in days if one.calendar_id != calendars[0]]:
        return f"the wrong calendar was used on {', '.join(others)}"
    if list(held) != list(wanted):
        return f"the calendar has {held} instead of {wanted}"
    if unchanged := [one.day for one in days if not one.changes]:
        return f"nothing was changed on {', '.join(unchanged)}"
    return None


def _say(line: str) -> None:
    # The terminal may have been closed.
    with contextlib.suppress(OSError):
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
