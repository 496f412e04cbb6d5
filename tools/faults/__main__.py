"""Play the stories with this package, the official SDK and plain ``requests``.

``python -m tools.faults`` prints the page docs/faults.md. With ``--write``, it writes the page instead.
"""

from __future__ import annotations

import argparse
import sys

from tools.faults import document
from tools.faults.catalog import PEERS, STORIES
from tools.faults.others import SDK_PYTHON, play_other, with_requests, with_sdk
from tools.faults.playing import MODES, play
from tools.faults.stage import Stage


def played_by_all() -> dict[str, list[str]]:
    """Play the stories in ``PEERS`` with this package, the SDK and ``requests``."""
    found = {}
    with Stage().opened() as stage, with_sdk(stage) as with_the_sdk:
        for story in PEERS:
            ours = play(stage, story, MODES["reuse"], "sync")
            theirs = (play_other(stage, story, attempt) for attempt in (with_the_sdk, with_requests))
            found[story.name] = [str(outcome) for outcome in (ours, *theirs)]
    return found


def played_in_all_modes() -> dict[str, list[str]]:
    """Play every story in every mode."""
    with Stage().opened() as stage:
        return {
            name: [str(play(stage, story, mode, "sync")) for mode in MODES.values()]
            for name, story in STORIES.items()
        }


def main() -> None:
    """Play the stories, then print or write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/faults.md instead of printing it")
    arguments = parser.parse_args()
    if not SDK_PYTHON.exists():
        sys.exit(f"{SDK_PYTHON} is missing; make faults creates it")
    peers = played_by_all()
    page = document.rendered(peers, played_in_all_modes())
    if not arguments.write:
        print(page, end="")
        return
    document.PATH.write_text(page, "utf-8")
    print(f"{document.PATH.name}, of {len(peers)} stories, {', '.join(document.COLUMNS)}:")
    for name, numbers in document.totals(peers).items():
        print(f"  {name}: {', '.join(numbers)}")


if __name__ == "__main__":
    main()
