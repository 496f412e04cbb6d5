"""The table of results and their bounds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

HEADER = ("measured", "ours", "beside", "theirs", "ours / theirs", "bound")


@dataclass(frozen=True)
class Bound:
    """A limit for a figure. The figure is a ratio or a count, so the speed of the machine does not matter.

    :param limit: The last good value.
    :param of: The figure that the bound limits: the ``"ratio"`` of our figure to theirs, or ``"ours"``.
    :param at_least: Whether the bound is a lower limit.
    """

    limit: float
    of: str = "ratio"
    at_least: bool = False

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return f"{'ours ' if self.of == 'ours' else ''}{sign} {self.limit:.3g}"


@dataclass(frozen=True)
class Line:
    """Our figure and the figure of one alternative, from the same run.

    :param measurement: The name of the module that made the measurement.
    :param what: What the figures mean.
    :param ours: Our figure.
    :param beside: The name of the alternative.
    :param theirs: The figure of the alternative.
    :param unit: The unit of both figures; empty for a count.
    :param bound: The limit for our figure, if there is one.
    """

    measurement: str
    what: str
    ours: float
    beside: str
    theirs: float
    unit: str = ""
    bound: Bound | None = None

    @property
    def ratio(self) -> float | None:
        """Our figure divided by theirs; None if theirs is 0."""
        return self.ours / self.theirs if self.theirs else None

    @property
    def is_missed(self) -> bool:
        """Whether the figure misses its bound. A missing figure also misses the bound."""
        if self.bound is None:
            return False
        value = self.ours if self.bound.of == "ours" else self.ratio
        if value is None:
            return True
        # Not "value < limit", because NaN must miss the bound.
        return not (value >= self.bound.limit if self.bound.at_least else value <= self.bound.limit)

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of the table, in the order of ``HEADER``."""
        ratio = "" if self.ratio is None else shown(self.ratio)
        bound = "" if self.bound is None else f"{self.bound}{' MISSED' if self.is_missed else ''}"
        return (self.what, self._figure(self.ours), self.beside, self._figure(self.theirs), ratio, bound)

    def __str__(self) -> str:
        what, ours, beside, theirs, ratio, _ = self.cells
        text = f"{self.measurement}: {what}: {ours}; {beside}: {theirs}"
        text += f"; ratio {ratio}" if ratio else ""
        return text + (f" ({self.bound})" if self.bound else "") + (" MISSED" if self.is_missed else "")

    def _figure(self, value: float) -> str:
        return f"{shown(value)} {self.unit}".rstrip()


def shown(value: float) -> str:
    """Format a number with three significant digits, or a whole number in full."""
    if value == int(value):
        return f"{int(value):,}"
    if abs(value) >= 100:  # noqa: PLR2004  three digits
        return f"{value:,.0f}"
    text = f"{value:.2e}" if abs(value) < 0.001 else f"{value:#.3g}"  # noqa: PLR2004  smaller values are hard to read
    return text.rstrip(".")


def markdown(rows: Iterable[Sequence[str]], header: Sequence[str] = HEADER) -> str:
    """Return a Markdown table that ends with a newline."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def missed(lines: Iterable[Line]) -> list[Line]:
    """Return the lines that miss their bound."""
    return [line for line in lines if line.is_missed]


def report(lines: Sequence[Line]) -> int:
    """Print all lines, then the lines that miss their bound. Return the exit status."""
    for line in lines:
        print(line, flush=True)
    for line in missed(lines):
        print(f"bound missed: {line}", flush=True)
    return 1 if missed(lines) else 0


def save(lines: Iterable[Line], path: Path) -> None:
    """Write the lines as JSON."""
    path.write_text(
        json.dumps([asdict(line) for line in lines], indent=1, ensure_ascii=False) + "\n", "utf-8"
    )
