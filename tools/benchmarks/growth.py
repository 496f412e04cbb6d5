"""What long lists cost: the time and the memory of an item must not grow with the length of the list.

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
    "Lists of so many items from a server in another process with fixed answers. Time is a median of "
    "rounds in which all lengths take turns, the request included; memory is the peak that "
    "tracemalloc sees, in a run of its own. *Events, page by page* is `iter_events`, which drops each "
    "event when it has been seen."
)
LENGTHS = (1, 10, 100, 1_000, 10_000)
ROUNDS = 5
SHORT, LONG = LENGTHS[-2:]
MOST = 2.0


def new_client(url: str) -> DingTalkClient:
    """Return a client of this server that waits for nothing."""
    settings = ClientSettings(
        credentials=InternalAppCredentials("id", "secret"),
        api_url=url,
        oapi_url=url,
        # The limit of calls a second is not what is measured.
        calls_per_second=10_000,
    )
    return DingTalkClient(settings)


def list_calendars(client: DingTalkClient, number: int) -> int:
    """Read a list of calendars and return how many there were."""
    return len(client.list_calendars(str(number)))


def look_up(client: DingTalkClient, number: int) -> int:
    """Find the last one by its name, as ``if_exists="reuse"`` does."""
    found = client.ensure_subscribed_calendar(
        str(number), name=minimal_server.NAME, subscribe_scope={"corp_ids": ["dingcorp"]}
    )
    return 0 if found.created else number


def iter_events(client: DingTalkClient, number: int) -> int:
    """Walk through all pages and return how many events there were."""
    return sum(1 for _ in client.iter_events(str(number)))


WAYS: dict[str, Callable[[DingTalkClient, int], int]] = {
    "list_calendars": list_calendars,
    "look-up of if_exists reuse": look_up,
    "events, page by page": iter_events,
}


def seconds_of(client: DingTalkClient, way: Callable[[DingTalkClient, int], int], number: int) -> float:
    """Return how long it takes, without what other garbage takes.

    :raises RuntimeError: If it does not find them all.
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
    """Return the peak in bytes, of what is not there before."""
    gc.collect()
    tracemalloc.start()
    try:
        way(client, number)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def measure() -> list[Line]:
    """Measure every way with every length."""
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
    """Return a line for each step from a length to ten times that, all figures for one item."""
    lines = []
    for short, long in pairwise(LENGTHS):
        bound = Bound(MOST) if long == LONG else None
        ours, theirs = figures[long] / long, figures[short] / short
        text = f"{what} of an item, {long:,} items"
        lines.append(Line(NAME, text, ours, f"{short:,} item{'s' if short > 1 else ''}", theirs, unit, bound))
    return lines


if __name__ == "__main__":
    raise SystemExit(report(measure()))
