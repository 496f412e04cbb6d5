"""The checks that a release must pass."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tools.check_release import CHECKOUT, fault

RELEASED = "# Changelog\n\n## [1.2.3] - 2026-11-23\n\n### Added\n\n- All.\n\n## [1.2.2] - 2026-11-01\n"


PYPROJECT = '[project.urls]\nHomepage = "https://github.com/somebody/it"\n'


def test_the_newest_version_may_be_released() -> None:
    assert fault("v1.2.3", "1.2.3", RELEASED, PYPROJECT) is None


@pytest.mark.parametrize("tag", ["1.2.3", "v1.2.4", "v1.2.3rc1", "v1.2", ""])
def test_another_tag_is_refused(tag: str) -> None:
    assert fault(tag, "1.2.3", RELEASED, PYPROJECT) == f"the tag is {tag!r}, but the version is 1.2.3"


@pytest.mark.parametrize(
    "newest", ["## [Unreleased]", "## [1.2.3]", "## 1.2.3 - 2026-11-23", "## [1.2.4] - 2026-11-23", ""]
)
def test_a_changelog_that_begins_with_something_else_is_refused(newest: str) -> None:
    changelog = RELEASED.replace("## [1.2.3] - 2026-11-23", newest)
    reason = fault("v1.2.3", "1.2.3", changelog, PYPROJECT)
    assert reason == "CHANGELOG.md does not begin with '## [1.2.3] - ' and a date"


def test_addresses_without_the_owner_are_refused() -> None:
    reason = fault("v1.2.3", "1.2.3", RELEASED, PYPROJECT.replace("somebody", "OWNER"))
    assert reason == "pyproject.toml has OWNER in [project.urls]; put the owner of the repository there"


def test_the_program_exits_with_1() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.check_release", "v0.0.0"],
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("not released: the tag is 'v0.0.0', but the version is ")
