"""How long one task takes to subscribe 200 users, at a limit of 20 calls a second and 200 ms an answer.

    python -m benchmarks.subscribe_many

The emulator and the operator run in this process, the connection is one of Airflow's; all calls go over HTTP.
Exits with 1 if a run takes longer than it may or a call is throttled.
"""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import dataclass

USERS = 200
CALLS_PER_SECOND = 20
LATENCY = 0.2
RUNS = 3
#: Seconds that a run may take; the limit alone takes 200 / 20.
MOST_SECONDS = 11.0
THROTTLED = 403
CONNECTION = "AIRFLOW_CONN_DINGTALK_DEFAULT"


@dataclass(frozen=True)
class Measured:
    """One run.

    :param seconds: How long ``execute`` took, the token request included.
    :param throttled: How many calls were answered with 403.
    :param subscribed: How many users are subscribed in the end.
    """

    seconds: float
    throttled: int
    subscribed: int

    @property
    def is_good(self) -> bool:
        """Whether all are subscribed, in time, without a call for nothing."""
        return self.seconds <= MOST_SECONDS and self.throttled == 0 and self.subscribed == USERS

    def __str__(self) -> str:
        rate = USERS / self.seconds
        return (
            f"{self.seconds:.2f} s, {rate:.1f} calls a second ({rate / CALLS_PER_SECOND:.0%} of the limit), "
            f"{self.throttled} throttled, {self.subscribed} of {USERS} subscribed"
        )


def measure() -> Measured:
    """Subscribe all users with one task, to a new emulator with a new token."""
    from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
    from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook, token_memory
    from airflow_provider_dingtalk_calendar.operators.calendars import SubscribeCalendarOperator

    with DingTalkEmulator(qps_limit=CALLS_PER_SECOND, latency=LATENCY) as emulator:
        before = os.environ.get(CONNECTION)
        os.environ[CONNECTION] = emulator.airflow_connection()
        try:
            with DingTalkHook().get_conn() as client:
                calendar_id = client.create_subscribed_calendar(
                    "owner", name="Releases", subscribe_scope={"corp_ids": ["dingcorp"]}
                )
            token_memory.cache_clear()
            users = [f"user-{number}" for number in range(USERS)]
            operator = SubscribeCalendarOperator(
                task_id="subscribe", calendar_id=calendar_id, union_id=users, fail_on_error=False
            )
            begun = time.monotonic()
            operator.execute({})
            seconds = time.monotonic() - begun
        finally:
            os.environ.pop(CONNECTION)
            if before is not None:
                os.environ[CONNECTION] = before
        throttled = [entry for entry in emulator.journal if entry.status == THROTTLED]
        return Measured(seconds, len(throttled), len(emulator.calendars[0].subscribers))


def main() -> int:
    """Measure a few times, and return the exit status."""
    with tempfile.TemporaryDirectory() as home:
        # An Airflow of its own, of which no more is needed than its connections from the environment.
        os.environ |= {"AIRFLOW_HOME": home, "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR"}
        print(
            f"{USERS} users, {CALLS_PER_SECOND} calls a second, {LATENCY * 1000:.0f} ms an answer; "
            f"at most {MOST_SECONDS:g} s"
        )
        runs = []
        for number in range(1, RUNS + 1):
            runs.append(measure())
            print(f"run {number}: {runs[-1]}", flush=True)
    return 0 if all(run.is_good for run in runs) else 1


if __name__ == "__main__":
    raise SystemExit(main())
