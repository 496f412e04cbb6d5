"""On every page, the code is valid, the links have targets, and the generated parts are current."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from importlib import metadata

import pytest

from airflow_provider_dingtalk_calendar import exceptions
from tests.docs.pages import (
    BLOCK,
    PAGES,
    README,
    ROOT,
    TRANSLATION,
    blocks_of,
    links_of,
    slug,
    text_of,
)
from tools import tables

#: Commands of examples that no test runs as they stand. CI runs the targets of make, except faults, live and
#: screenshot. tests/packaging installs the package, tests/emulator starts the emulator as a command, and
#: tests/tools does the live run. The rest are commands for contributors.
NOT_RUN = re.compile(
    r"|make [a-z-]+( KEEP=1)?|pip install \S+|python -m airflow_provider_dingtalk_calendar\.emulator .*"
    r"|\.venv/bin/python -m pytest .*|DINGTALK_LIVE=1 \.venv/bin/python -m tools\.live .*"
)

DISTRIBUTION = "airflow-provider-dingtalk-calendar"


@pytest.mark.parametrize("page", PAGES)
def test_python_is_valid_and_imports_exist(page: str) -> None:
    for block in blocks_of(page, "python"):
        body = ast.parse(block).body
        if all(isinstance(node, ast.ImportFrom) for node in body):
            exec(compile(block, page, "exec"), {})


def run_examples() -> set[tuple[str, str, str]]:
    """Return the arguments of all calls of ``block_with`` in test_examples.py."""
    tree = ast.parse((ROOT / "tests/docs/test_examples.py").read_text("utf-8"))
    return {
        # The only name among the arguments is README.
        tuple(README if isinstance(one, ast.Name) else ast.literal_eval(one) for one in node.args)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "block_with"
    }


@pytest.mark.parametrize("page", PAGES)
def test_every_example_is_run(page: str) -> None:
    # The translation has the code of the README: see test_the_translation_has_the_shape_of_the_readme.
    if page == TRANSLATION:
        return
    run = {(language, content) for where, language, content in run_examples() if where == page}
    # Code of the package, which make tables quotes.
    text = re.sub(r"<!-- begin source of .*?<!-- end source of", "", text_of(page), flags=re.DOTALL)
    for _, language, block in BLOCK.findall(text):
        if language in {"python", "shell"} and not any(
            language == one and content in block for one, content in run
        ):
            for line in block.split("\n"):
                assert NOT_RUN.fullmatch(line.strip()), f"no test runs {line!r}"


@pytest.mark.parametrize("page", PAGES)
def test_commands_and_extras_exist(page: str) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", text_of(page), re.MULTILINE))
    assert named <= set(targets)
    for extra in re.findall(r"pip install '\.\[(\w+)\]'", text_of(page)):
        assert extra in metadata.metadata(DISTRIBUTION).get_all("Provides-Extra")


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for target in links_of(text_of(page)):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        found = ((ROOT / page).parent / path if path else ROOT / page).resolve()
        assert found.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", found.read_text("utf-8"), re.MULTILINE)
            assert anchor in map(slug, headings), target


@pytest.mark.parametrize("page", ["docs/architecture.md", "docs/contributing.md"])
def test_files_and_folders_exist(page: str) -> None:
    named = set(re.findall(r"`([\w/]+(?:\.py|/))`", text_of(page)))
    assert len(named) > 10
    for name in named:
        assert (ROOT / name).exists() or list((ROOT / tables.PACKAGE).rglob(name)), name


@pytest.mark.parametrize("page", PAGES)
def test_exceptions_exist(page: str) -> None:
    for name in re.findall(r"`(\w+Error)`", text_of(page)):
        assert issubclass(getattr(exceptions, name), exceptions.DingTalkError), name


@pytest.mark.parametrize("page", [README, TRANSLATION])
def test_the_readme_is_short_and_links_no_page_for_contributors(page: str) -> None:
    assert len(text_of(page).splitlines()) <= 150
    internal = {"faults.md", "benchmarks.md", "live.md", "architecture.md"}
    assert not internal & {target.rpartition("/")[2] for target in links_of(text_of(page))}


def test_the_emulator_has_the_options_of_the_page() -> None:
    command = [sys.executable, "-m", "airflow_provider_dingtalk_calendar.emulator", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    named = re.findall(r"(--[a-z][a-z-]+)", text_of("docs/testing.md").partition("## On the command line")[2])
    assert set(named) <= set(re.findall(r"--[a-z][a-z-]+", shown))
    assert len(named) > 5


def test_generated_parts_are_current() -> None:
    stale = [str(path) for path, text in tables.pages().items() if path.read_text("utf-8") != text]
    assert stale == [], "run make tables"


def shape(text: str) -> list[tuple[str, object]]:
    """Return, for each section, the parts that a translation must keep unchanged."""
    found: list[tuple[str, object]] = [("code", [block for *_, block in BLOCK.findall(text)])]
    parts = re.split(r"^(#+) .*$", BLOCK.sub("", text), flags=re.MULTILINE)
    for level, part in zip(parts[1::2], parts[2::2], strict=True):
        pages = Counter(target for target in links_of(part) if not target.startswith("README"))
        code = Counter(re.findall(r"`([^`]+)`", part))
        lines = Counter(line[:2] for line in part.splitlines() if line.startswith(("- ", "| ")))
        figures = set(re.findall(r"\d+(?:[.,]\d+)*", part))
        found.append((level, (pages, code, lines, figures)))
    return found


def test_the_translation_has_the_shape_of_the_readme() -> None:
    for original, translated in zip(shape(text_of(README)), shape(text_of(TRANSLATION)), strict=True):
        assert translated == original


@pytest.mark.parametrize("page", [README, TRANSLATION])
def test_each_readme_links_to_the_other_at_the_top(page: str) -> None:
    (other,) = {README, TRANSLATION} - {page}
    assert f"]({other})" in text_of(page)[:200]
