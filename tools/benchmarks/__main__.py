"""Run all benchmarks, report missed bounds, and write a page, a picture and the figures.

    python -m tools.benchmarks [--write]

The results go to ``build/bench`` and, with ``--write``, also to ``docs``. The exit status is 1 if a bound is
missed.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from tools.benchmarks import (
    at_limit,
    children,
    client_overhead,
    events_kept,
    growth,
    parse_cost,
    plot,
    requests_sent,
    waits,
    whole_task,
)
from tools.benchmarks.table import Line, markdown, missed, save

BUILD = children.ROOT / "build" / "bench"
DOCS = children.ROOT / "docs"
FILE = "benchmarks"
#: The measurements, in the order of the page. True marks a measurement that needs the Airflow home.
MEASUREMENTS: dict[ModuleType, bool] = {
    parse_cost: False,
    requests_sent: False,
    events_kept: False,
    waits: False,
    client_overhead: False,
    at_limit: False,
    whole_task: True,
    growth: False,
}
TITLES = {
    parse_cost.NAME: "Imports",
    requests_sent.NAME: "Requests sent",
    events_kept.NAME: "A calendar equal to a list",
    waits.NAME: "Waiting for a calendar",
    client_overhead.NAME: "The client's share of a request",
    at_limit.NAME: "At the rate limit",
    whole_task.NAME: "A whole task",
    growth.NAME: "Long lists",
}
INTRO = """# Measured

`make bench` repeats these measurements in a few minutes. If a bound is missed, it prints the line and fails.
`make bench WRITE=1` also writes this page. All figures of a line come from one run on one machine, so compare
the ratios. Bounds are ratios or counts. A line without a bound promises nothing.

![Our cost as a percentage of the cost of alternatives](benchmarks.svg)
"""


def measured(say: Callable[[str], None]) -> list[Line]:
    """Run all measurements, one after the other.

    :param say: Called with each line of progress.
    """
    lines: list[Line] = []
    say("creating an Airflow with a database")
    with children.airflow_home() as home:
        for module, needs_airflow in MEASUREMENTS.items():
            begun = time.monotonic()
            say(f"== {TITLES[module.NAME]}")
            found = module.measure(home) if needs_airflow else module.measure()
            for line in found:
                say(str(line))
            say(f"   {time.monotonic() - begun:.0f} s")
            lines += found
    return lines


def page(lines: list[Line]) -> str:
    """Return the documentation page."""
    packages = ("apache-airflow-core", "requests", "httpx", "apache-airflow-providers-dingding")
    on = ", ".join(f"{name} {version(name)}" for name in packages)
    texts = [INTRO, f"Python {platform.python_version()}, {on}.\n"]
    for module in MEASUREMENTS:
        rows = [line.cells for line in lines if line.measurement == module.NAME]
        texts.append(f"## {TITLES[module.NAME]}\n\n{module.HOW}\n\n{markdown(rows)}")
    return "\n".join(texts)


def write(lines: list[Line], folder: Path) -> None:
    """Write the page and the picture."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{FILE}.md").write_text(page(lines), "utf-8")
    (folder / f"{FILE}.svg").write_text(plot.picture(lines), "utf-8")


def main() -> int:
    """Measure, write, and return the exit status."""
    parser = argparse.ArgumentParser(description="Run all benchmarks.")
    parser.add_argument("--write", action="store_true", help="also write docs/benchmarks.*")
    arguments = parser.parse_args()
    lines = measured(lambda text: print(text, flush=True))
    write(lines, BUILD)
    save(lines, BUILD / f"{FILE}.json")
    if arguments.write:
        write(lines, DOCS)
    late = missed(lines)
    print(f"{len(lines)} lines, {sum(line.bound is not None for line in lines)} bounds, {len(late)} missed")
    for line in late:
        print(f"bound missed: {line}")
    return 1 if late else 0


if __name__ == "__main__":
    raise SystemExit(main())
