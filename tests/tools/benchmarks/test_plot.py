"""The picture of the benchmarks: few bars, and each shows a measured line."""

from __future__ import annotations

import re
from itertools import chain
from xml.etree import ElementTree as Xml

import pytest

from tools.benchmarks import children, plot
from tools.benchmarks.table import Line

DOCS = children.ROOT / "docs"
BARS = [*chain(*plot.GROUPS.values())]


def made_up(ratios: list[float]) -> list[Line]:
    """Return a line for each bar."""
    return [
        Line("m", bar.what, 200 * ratio, bar.beside, 200, "ms")
        for bar, ratio in zip(BARS, ratios, strict=True)
    ]


def parts(svg: str, kind: str, name: str) -> list[Xml.Element]:
    """Return the elements of a picture that have a class."""
    return [
        one
        for one in Xml.fromstring(svg).iter(f"{{http://www.w3.org/2000/svg}}{name}")
        if one.get("class") == kind
    ]


def texts(svg: str, kind: str) -> list[str]:
    return [one.text or "" for one in parts(svg, kind, "text")]


def test_few_bars_answer_four_questions() -> None:
    assert list(plot.GROUPS) == [
        f"What {one} pays" for one in ("a DAG file", "the quota", "a call", "a wait")
    ]
    assert len(BARS) <= 8
    assert all(plot.GROUPS.values())


def test_each_bar_has_its_sentence_figures_and_length() -> None:
    ratios = [0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 0.01]
    svg = plot.picture(made_up(ratios))
    shares = [re.findall(r"\d+ %", text) for text in texts(svg, "sentence")]
    assert shares == [["25 %"], ["50 %"], ["75 %"], ["100 %"], ["125 %"], ["150 %"], ["200 %"], ["1 %"]]
    assert texts(svg, "figures")[0] == "50 ms against 200 ms"
    assert texts(svg, "heading") == list(plot.GROUPS)
    less, more = (
        [float(one.attrib["width"]) for one in parts(svg, kind, "rect")] for kind in ("less", "more")
    )
    assert more == [325, 390, 520]
    assert less == [65, 130, 195, 260, 3]
    # The mark of the alternative is at the end of a bar of 100 %.
    assert {line.get("x1") for line in parts(svg, "same", "line")} == {f"{plot.MARGIN + 260:.1f}"}


def test_a_bar_without_a_measured_line_is_left_out() -> None:
    svg = plot.picture(made_up([0.5] * len(BARS))[:1])
    assert len(texts(svg, "sentence")) == len(texts(svg, "heading")) == 1


@pytest.mark.parametrize("bar", BARS, ids=lambda bar: f"{bar.what}, {bar.beside}")
def test_the_picture_of_the_page_shows_the_lines_of_the_page(bar: plot.Bar) -> None:
    page, svg = ((DOCS / f"benchmarks.{kind}").read_text("utf-8") for kind in ("md", "svg"))
    ((ours, theirs, ratio),) = re.findall(
        rf"^\| {re.escape(bar.what)} \| ([^|]+) \| {re.escape(bar.beside)} \| ([^|]+) \| ([^|]+) \|",
        page,
        re.MULTILINE,
    )
    shown = dict(zip(texts(svg, "sentence"), texts(svg, "figures"), strict=True))
    assert shown[bar.sentence.format(share=plot.share(float(ratio)))] == f"{ours} against {theirs}"
