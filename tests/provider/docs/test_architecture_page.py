"""docs/architecture.md: what it names is there, and its generator runs as it says."""

from __future__ import annotations

import re

from airflow_provider_dingtalk_calendar.provider_info import PACKAGE
from tests.provider.docs.pages import ROOT, claims

PAGE = "docs/architecture.md"
CLIENT = ROOT / PACKAGE / "client"


@claims(PAGE, "text", 0)
def test_the_parts_are_there(block: str) -> None:
    told = {part.strip("/") for part in re.findall(r"^  (\w+(?:\.py|/)) ", block, re.MULTILINE)}
    held = {path.name for path in (ROOT / PACKAGE).iterdir() if not path.name.startswith("_")}
    assert told == held - {"py.typed"}
    modules = re.findall(r"\w+\.py", block)
    assert "drivers.py" in modules
    for module in modules:
        assert list((ROOT / PACKAGE).rglob(module)), module


@claims(PAGE, "python", 0)
def test_the_generator_is_that_of_the_source(block: str) -> None:
    assert block in (CLIENT / "attempts.py").read_text("utf-8")


@claims(PAGE, "python", 1)
def test_the_driver_is_that_of_the_source(block: str) -> None:
    drivers = (CLIENT / "drivers.py").read_text("utf-8")
    assert block in drivers
    loop = block[block.index("        step:") :]
    assert loop.replace("self._perform(action)", "await self._perform(action)") in drivers


@claims(PAGE, "python", 2)
def test_the_story_ends_as_it_says(block: str) -> None:
    assert "assert done == " in block
    exec(compile(block, PAGE, "exec"), {})
