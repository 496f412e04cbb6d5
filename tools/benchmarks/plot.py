"""A picture for readers: what a DAG file, the quota, a call and a wait pay, compared with alternatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from tools.benchmarks.table import HEADER, Line


@dataclass(frozen=True)
class Bar:
    """A comparison that the picture shows.

    :param what: The text of the measured line.
    :param beside: The alternative of that line.
    :param sentence: The title of the bar, with ``{share}`` for our cost as a percentage of the alternative's.
    """

    what: str
    beside: str
    sentence: str

    def line(self, lines: Sequence[Line]) -> Line | None:
        """Return the measured line of the bar, or None if the run has no such line."""
        return next((one for one in lines if (one.what, one.beside) == (self.what, self.beside)), None)


IMPORT = "Importing all operators takes {share} of the time of "
CREATE = "Creating a calendar takes {share} of the time with "
SDK_LOOP = "the official SDK in a loop"
#: The bars, by question. More than eight would be hard to read.
GROUPS: dict[str, tuple[Bar, ...]] = {
    "What a DAG file pays": (
        Bar("import of all operators", "DingdingOperator", f"{IMPORT}DingdingOperator"),
        Bar("import of all operators", "the official SDK", f"{IMPORT}the official SDK"),
    ),
    "What the quota pays": (
        Bar(
            "metered calls for 100 events, first run",
            SDK_LOOP,
            "The first run of a list of 100 events takes {share} of the calls of an SDK loop",
        ),
        Bar(
            "metered calls for 100 events, same list",
            SDK_LOOP,
            "Each later run with the same list takes {share} of the calls of an SDK loop",
        ),
    ),
    "What a call pays": (
        Bar("time of one create", "the official SDK", f"{CREATE}the official SDK"),
        Bar("time of one create", "requests.Session", f"{CREATE}requests.Session"),
        Bar("time of one create", "httpx.Client", f"{CREATE}httpx.Client"),
    ),
    "What a wait pays": (
        Bar(
            "metered calls of 100 waits of 6 hours",
            "sensors that poke",
            "100 deferred waits take {share} of the calls of 100 sensors that poke",
        ),
    ),
}

#: Measures in pixels, for the width of a README. The text is large enough for half of this width.
WIDTH, MARGIN = 830, 24
HEADING, SENTENCE, BAR, GAP = 38, 30, 20, 16
#: The width of the space for bars. The figures stand beside it.
TRACK = 520
STYLE = """
:root { color-scheme: light dark }
.card { fill: #ffffff; stroke: #d0d7de }
text { fill: #1f2328; font: 21px system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif }
.heading { font-size: 23px; font-weight: 600 }
.figures, .legend { fill: #59636e; font-size: 18px }
.track { fill: #eaeef2 }
.less { fill: #1677ff }
.more { fill: #e8833a }
.same { stroke: #1f2328; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
  .card { fill: #0d1117; stroke: #3d444d }
  text { fill: #f0f6fc }
  .figures, .legend { fill: #9198a1 }
  .track { fill: #212830 }
  .same { stroke: #f0f6fc }
}
"""
LEGEND = "The line marks the cost of the alternative. Blue: ours is lower. Orange: ours is higher."


def share(ratio: float) -> str:
    """Return a ratio as a percentage."""
    return f"{100 * ratio:.0f} %"


def ratio_of(cells: Sequence[str]) -> float:
    """Return the ratio in a row of the table, so that picture and table agree."""
    return float(cells[HEADER.index("ours / theirs")].replace(",", ""))


def picture(lines: Sequence[Line]) -> str:
    """Return the picture as SVG.

    :param lines: The lines of a run.
    """
    found = {
        question: [(bar, line.cells) for bar in bars if (line := bar.line(lines)) and line.ratio]
        for question, bars in GROUPS.items()
    }
    # One scale for all bars. It ends at 140 %, or at the longest bar.
    longest = max([1.4, *(ratio_of(cells) for pairs in found.values() for _, cells in pairs)])
    unit = TRACK / longest
    root = Xml.Element("svg", xmlns="http://www.w3.org/2000/svg")
    Xml.SubElement(root, "style").text = STYLE
    card = Xml.SubElement(root, "rect", {"class": "card", "x": "0.5", "y": "0.5", "rx": "8"})

    def text(kind: str, x: float, y: float, content: str) -> None:
        Xml.SubElement(root, "text", {"class": kind, "x": f"{x:g}", "y": f"{y:g}"}).text = content

    def box(kind: str, y: float, width: float) -> None:
        size = {"width": f"{width:.1f}", "height": f"{BAR}", "rx": "3"}
        Xml.SubElement(root, "rect", {"class": kind, "x": f"{MARGIN}", "y": f"{y:g}"} | size)

    y = MARGIN
    for question, pairs in found.items():
        if not pairs:
            continue
        text("heading", MARGIN, y + 20, question)
        y += HEADING
        for bar, cells in pairs:
            ratio = ratio_of(cells)
            text("sentence", MARGIN, y + 20, bar.sentence.format(share=share(ratio)))
            y += SENTENCE
            box("track", y, TRACK)
            box("less" if ratio <= 1 else "more", y, max(ratio * unit, 3))
            x = f"{MARGIN + unit:.1f}"
            Xml.SubElement(
                root, "line", {"class": "same", "x1": x, "x2": x, "y1": f"{y - 3}", "y2": f"{y + BAR + 3}"}
            )
            _, ours, _, theirs, *_ = cells
            text("figures", MARGIN + TRACK + 14, y + 16, f"{ours} against {theirs}")
            y += BAR + GAP
        y += GAP
    text("legend", MARGIN, y + 10, LEGEND)
    height = y + MARGIN + 4
    root.set("viewBox", f"0 0 {WIDTH} {height}")
    card.set("width", f"{WIDTH - 1}")
    card.set("height", f"{height - 1}")
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode") + "\n"
