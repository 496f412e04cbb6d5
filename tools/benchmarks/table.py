"""What is measured, as lines of one table, and which of them miss their bound."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

HEADER = ("measured", "ours", "beside", "theirs", "ours / theirs", "bound")


@dataclass(frozen=True)
class Bound:
    """What a figure may be. A ratio or a count, so that it does not depend on the speed of the machine.

    :param limit: The last value that is good.
    :param of: ``"ratio"`` of ours to theirs, or ``"ours"``.
    :param at_least: Whether what is smaller is missed, and not what is greater.
    """

    limit: float
    of: str = "ratio"
    at_least: bool = False

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return f"{'ours ' if self.of == 'ours' else ''}{sign} {self.limit:.3g}"


@dataclass(frozen=True)
class Line:
    """Ours beside one other, from the same run.

    :param measurement: Name of the module that measured.
    :param what: What the figures are.
    :param ours: Our figure.
    :param beside: Whose the other is.
    :param theirs: The other.
    :param unit: Of both; empty for a count.
    :param bound: What is promised; None where nothing is.
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
        """Ours, where theirs is 1; None where theirs is 0."""
        return self.ours / self.theirs if self.theirs else None

    @property
    def is_missed(self) -> bool:
        """Whether there is a bound, and the figure is on the wrong side of it, or there is no figure."""
        if self.bound is None:
            return False
        value = self.ours if self.bound.of == "ours" else self.ratio
        if value is None:
            return True
        # Not "value < limit": what is no number is missed too.
        return not (value >= self.bound.limit if self.bound.at_least else value <= self.bound.limit)

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in the columns of ``HEADER``."""
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
    """Return a number with three figures; a whole one as it is."""
    if value == int(value):
        return f"{int(value):,}"
    if abs(value) >= 100:  # noqa: PLR2004  three figures
        return f"{value:,.0f}"
    text = f"{value:.2e}" if abs(value) < 0.001 else f"{value:#.3g}"  # noqa: PLR2004  no more than readable
    return text.rstrip(".")


def markdown(rows: Iterable[Sequence[str]], header: Sequence[str] = HEADER) -> str:
    """Return a table, with a line break at its end."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def missed(lines: Iterable[Line]) -> list[Line]:
    """Return the lines that are not as they should be."""
    return [line for line in lines if line.is_missed]


def report(lines: Sequence[Line]) -> int:
    """Print the lines, then those that are missed; return the exit status."""
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
