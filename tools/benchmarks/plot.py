"""A plot of our cost as a fraction of the cost of each alternative."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tools.benchmarks.table import Line

#: The plot shows the lines whose text begins with one of these strings.
SHOWN = (
    "import of all operators",
    "requests for 100 calendars, one task, create",
    "requests for 100 calendars, one task, reuse",
    "requests for 100 calendars, mapped tasks, create, token cache variable",
    "requests for 100 calendars, mapped tasks, reuse, token cache variable",
    "requests for 100 calendars, mapped tasks, reuse, token cache process",
    "time of one create",
    "calls per second",
    "throttled calls of 200",
    "peak memory of a whole task",
    "processor time of a whole task",
)


def chosen(lines: Iterable[Line]) -> list[Line]:
    """Return the lines to plot, in the order of ``SHOWN``."""
    found = list(lines)
    return [line for what in SHOWN for line in found if line.what.startswith(what)]


def _color(line: Line) -> str:
    """Return the color for a better or a worse figure. Higher is better only for calls per second."""
    ratio = line.ratio or 0.0
    is_better = ratio > 1 if line.unit == "/s" else ratio < 1
    return "#1677ff" if is_better else "#f0a35e"


def draw(lines: Iterable[Line], path: Path) -> None:
    """Draw one bar for each line, with the ratio as its length, and write a PNG and an SVG file.

    :param lines: The lines of a run.
    :param path: The path of both files, without the suffix.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    # Do not write a date or random ids, so that the same figures produce the same file.
    mpl.rcParams["svg.hashsalt"] = "benchmarks"
    from matplotlib import pyplot

    found = [line for line in chosen(lines) if line.ratio]
    figure, axes = pyplot.subplots(figsize=(10, 0.42 * len(found) + 1.2), layout="constrained")
    ratios = [line.ratio or 0.0 for line in found]
    labels = [f"{line.what}\nbeside {line.beside}" for line in found]
    # Bars begin at 1, where both cost the same, because a logarithmic scale has no zero.
    widths = [ratio - 1 for ratio in ratios]
    axes.barh(range(len(found)), widths, left=1, color=[_color(line) for line in found])
    for row, line in enumerate(found):
        text = f"{line.cells[1]} : {line.cells[3]} = {line.cells[4]}"
        axes.text(1.01, row, text, transform=axes.get_yaxis_transform(), va="center", fontsize=8)
    axes.set_yticks(range(len(found)), labels, fontsize=7)
    axes.invert_yaxis()
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xscale("log")
    axes.set_xlim(min(ratios) / 1.5, max(ratios) * 1.5)
    axes.set_xlabel("ours : theirs, logarithmic; blue: we do better, orange: we do worse")
    figure.savefig(path.with_suffix(".png"), dpi=110, metadata={"Software": None})
    figure.savefig(path.with_suffix(".svg"), metadata={"Date": None})
    pyplot.close(figure)
