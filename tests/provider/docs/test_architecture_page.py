"""docs/architecture.md: what it names is there."""

from __future__ import annotations

import re

from airflow_provider_dingtalk_calendar.provider_info import PACKAGE
from tests.provider.docs.pages import ROOT, claims

PAGE = "docs/architecture.md"


@claims(PAGE, "text", 0)
def test_the_parts_are_there(block: str) -> None:
    parts = re.findall(r"^  (\w+(?:\.py|/)) ", block, re.MULTILINE)
    told = {part.strip("/") for part in parts}
    held = {path.name for path in (ROOT / PACKAGE).iterdir() if not path.name.startswith("_")}
    assert told == held - {"py.typed"}
    for module in re.findall(r"(?<!\S)\(?(\w+\.py) a? ?\w+", block):
        assert list((ROOT / PACKAGE).rglob(module)), module
