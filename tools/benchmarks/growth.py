"""The cost of long lists: time and memory per item must not grow with the length.

python -m tools.benchmarks.growth
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable
from itertools import pairwise
from statistics import median

from airflow_provider_dingtalk_calendar.client import ClientSettings, DingTalkClient, InternalAppCredentials
from tools.benchmarks import children, minimal_server
from tools.benchmarks.table import Bound, Line, report

NAME = "growth"
HOW = (
    "The client reads lists of different lengths from a server in another process with fixed answers. "
    "Time includes the request and is a median. The lengths take turns. Memory is the peak that "
    "tracemalloc reports in a separate run. *Events, page by page* is `iter_events`, with each event "
    "dropped after use."
)
LENGTHS = (1, 10, 100, 1_000, 10_000)
ROUNDS = 5
SHORT, LONG = LENGTHS[-2:]
MOST = 2.0


def new_client(url: str) -> DingTalkClient:
    """Return a client for this server, without a rate limit."""
    settings = ClientSettings(
        credentials=InternalAppCredentials("id", "secret"),
        api_url=url,
        oapi_url=url,
        # This number is so high that the rate limit does not affect the measurement.
        calls_per_second=10_000,
    )
    return DingTalkClient(settings)


def list_calendars(client: DingTalkClient, number: int) -> int:
    """List calendars and return their number."""
    return len(client.list_calendars(str(number)))


def look_up(client: DingTalkClient, number: int) -> int:
    """Find the last calendar by its name, as ``if_exists="reuse"`` does."""
    found = client.ensure_subscribed_calendar(
        str(number), name=minimal_server.NAME, subscribe_scope={"corp_ids": ["dingcorp"]}
    )
    return 0 if found.created else number


def iter_events(client: DingTalkClient, number: int) -> int:
    """Iterate over all events and return their number."""
    return sum(1 for _ in client.iter_events(str(number)))


WAYS: dict[str, Callable[[DingTalkClient, int], int]] = {
    "list_calendars": list_calendars,
    "look-up of if_exists reuse": look_up,
    "events, page by page": iter_events,
}


def seconds_of(client: DingTalkClient, way: Callable[[DingTalkClient, int], int], number: int) -> float:
    """Collect the garbage of earlier calls, then make one call and return its duration in seconds.

    :raises RuntimeError: If the number of items is wrong.
    """
    gc.collect()
    begun = time.perf_counter()
    found = way(client, number)
    seconds = time.perf_counter() - begun
    if found != number:
        msg = f"{found} items instead of {number}"
        raise RuntimeError(msg)
    return seconds


def memory_of(client: DingTalkClient, way: Callable[[DingTalkClient, int], int], number: int) -> float:
    """Return the peak of newly allocated memory, in bytes."""
    gc.collect()
    tracemalloc.start()
    try:
        way(client, number)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def measure() -> list[Line]:
    """Measure each way to read a list, with each length."""
    with children.minimal_server() as url, new_client(url) as client:
        for way in WAYS.values():
            for number in LENGTHS:
                way(client, number)
        lines = []
        for name, way in WAYS.items():
            rounds = [{number: seconds_of(client, way, number) for number in LENGTHS} for _ in range(ROUNDS)]
            times = {number: median(one[number] for one in rounds) for number in LENGTHS}
            peaks = {number: memory_of(client, way, number) for number in LENGTHS}
            lines += _lines(f"{name}: time", {number: t * 1e6 for number, t in times.items()}, "µs")
            lines += _lines(f"{name}: peak memory", {number: p / 1024 for number, p in peaks.items()}, "KiB")
    return lines


def _lines(what: str, figures: dict[int, float], unit: str) -> list[Line]:
    """Return lines that compare each length with the next shorter one. The figures are per item."""
    lines = []
    for short, long in pairwise(LENGTHS):
        bound = Bound(MOST) if long == LONG else None
        ours, theirs = figures[long] / long, figures[short] / short
        text = f"{what} of an item, {long:,} items"
        lines.append(Line(NAME, text, ours, f"{short:,} item{'s' if short > 1 else ''}", theirs, unit, bound))
    return lines


if __name__ == "__main__":
    raise SystemExit(report(measure()))
