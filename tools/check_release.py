"""Check a tag, the changelog and the project's addresses: ``python -m tools.check_release vVERSION``."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from airflow_provider_dingtalk_calendar import __version__

CHECKOUT = Path(__file__).parents[1]


def fault(tag: str, version: str, changelog: str, pyproject: str) -> str | None:
    """Return the reason not to release this tag, or None."""
    if tag != f"v{version}":
        return f"the tag is {tag!r}, but the version is {version}"
    newest = re.search("^## .*$", changelog, re.MULTILINE)
    if not (newest and re.fullmatch(rf"## \[{re.escape(version)}] - \d{{4}}-\d\d-\d\d", newest[0])):
        return f"CHANGELOG.md does not begin with '## [{version}] - ' and a date"
    if "/OWNER/" in pyproject:
        return "pyproject.toml has OWNER in [project.urls]; put the owner of the repository there"
    return None


if __name__ == "__main__":
    texts = [(CHECKOUT / name).read_text("utf-8") for name in ("CHANGELOG.md", "pyproject.toml")]
    if reason := fault(sys.argv[1], __version__, *texts):
        sys.exit(f"not released: {reason}")
    print(f"{sys.argv[1]} may be released")
