"""All pages: nothing in them that was not run, and no link that leads nowhere."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import tests.provider.docs
from airflow_provider_dingtalk_calendar import exceptions
from tests.provider.docs.pages import CLAIMED, PAGES, ROOT, blocks_of, slug, text_of


def test_every_block_is_run() -> None:
    for module in pkgutil.iter_modules(tests.provider.docs.__path__, "tests.provider.docs."):
        importlib.import_module(module.name)
    unclaimed = [block for page in PAGES for block in blocks_of(page) if block not in CLAIMED]
    assert unclaimed == []


def anchors(page: str) -> set[str]:
    return {slug(heading) for heading in re.findall(r"^#+ (.*)$", text_of(page), re.MULTILINE)}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        found = (ROOT / page).parent / path if path else ROOT / page
        assert found.exists(), target
        if anchor:
            assert anchor in anchors(str(found.resolve().relative_to(ROOT))), target


@pytest.mark.parametrize("page", PAGES)
def test_the_errors_it_names_are_there(page: str) -> None:
    for name in re.findall(r"`(\w+Error)`", text_of(page)):
        assert issubclass(getattr(exceptions, name), exceptions.DingTalkError), name


def test_every_page_is_reached_from_the_readme() -> None:
    linked = set(re.findall(r"\]\((docs/[\w/-]+\.md)", text_of("README.md")))
    assert linked == {page for page in PAGES if page.startswith("docs/") and "/reference/" not in page}
