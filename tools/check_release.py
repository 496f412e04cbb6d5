"""Check a release tag against the version and the changelog: ``python -m tools.check_release vVERSION``."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from airflow_provider_dingtalk_calendar import __version__

CHECKOUT = Path(__file__).parents[1]


def fault(tag: str, version: str, changelog: str) -> str | None:
    """Return the reason not to release this tag, or None."""
    if tag != f"v{version}":
        return f"the tag is {tag!r}, but the version is {version}"
    newest = re.search("^## .*$", changelog, re.MULTILINE)
    if not (newest and re.fullmatch(rf"## \[{re.escape(version)}] - \d{{4}}-\d\d-\d\d", newest[0])):
        return f"CHANGELOG.md does not begin with '## [{version}] - ' and a date"
    return None


if __name__ == "__main__":
    if reason := fault(sys.argv[1], __version__, (CHECKOUT / "CHANGELOG.md").read_text("utf-8")):
        sys.exit(f"not released: {reason}")
    print(f"{sys.argv[1]} may be released")
