"""Find a Chromium browser on this machine and start it."""

from __future__ import annotations

import importlib.util
import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
)


def find() -> str | None:
    """Return the path of the browser set in CHROMIUM, or of the first known browser on the PATH."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


def what_is_missing() -> str | None:
    """Return what to install for the browser tests, or None if nothing is missing."""
    if importlib.util.find_spec("playwright") is None:
        return "no test in a browser: Playwright is missing; pip install --editable '.[dev]'"
    if find() is None:
        return (
            "no test in a browser: Chromium is missing; apt-get install chromium, "
            "or set CHROMIUM to the path of a Chromium or Chrome"
        )
    return None


def launch(playwright: Playwright) -> Browser:
    """Start the browser without a window and with a new profile."""
    # Chromium does not start its sandbox as root.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=find(), headless=True, args=[*ARGUMENTS, *sandbox])
