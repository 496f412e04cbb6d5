"""``python -m tools.live``: a short test against the real DingTalk, with a report. See docs/live.md."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from airflow_provider_dingtalk_calendar.exceptions import DingTalkError

from .asking import ask_all, is_good, report
from .cleaning import clean, left_behind
from .configuration import PLAN, NotReadyError, read_configuration
from .run import Run

REPORT = Path(__file__).resolve().parents[2] / "live-report.md"
GOOD, NOT_GOOD, NOT_READY = 0, 1, 2
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: Signals less than this many seconds apart count as one, because make and the terminal both send one.
_TOGETHER = 2.0


class Signals:
    """Handle SIGINT, SIGTERM and SIGHUP.

    The first signal stops the questions. A later signal can stop the cleanup.
    """

    def __init__(self) -> None:
        self.first: int | None = None
        self._last = float("-inf")
        self._is_cleaning = self._is_noted = False
        for number in _SIGNALS:
            signal.signal(number, self._arrived)

    def _arrived(self, number: int, _: FrameType | None) -> None:
        now = time.monotonic()
        if now - self._last < _TOGETHER:
            return
        self._last, self.first = now, self.first or number
        if self._is_cleaning and not self._is_noted:
            self._is_noted = True
            _say("deleting everything that was created; interrupt again to stop")
            return
        raise KeyboardInterrupt

    def cleaning(self) -> None:
        """Start the cleanup, which the next signal does not stop."""
        self._is_cleaning = True

    def ignore(self) -> None:
        """Ignore signals while the report is written."""
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the test. Return 0 if all went well, 1 if not, and 2 if nothing was sent."""
    options = _parser().parse_args(arguments)
    try:
        configuration = read_configuration(os.environ)
        elsewhere = configuration.elsewhere(options.other_host)
    except NotReadyError as error:
        print(error, file=sys.stderr)
        return NOT_READY
    run = Run(configuration, options.list_wait, options.leftover_age, elsewhere)
    if options.delete_calendar or options.delete_event:
        return _delete(run, options)
    _say(PLAN)
    _say(f"\nrun {run.run_id}")
    signals = Signals()
    try:
        _run(run, signals)
    except KeyboardInterrupt:
        _say("stopped")
    finally:
        signals.ignore()
        run.client.close()
        _say(
            "\n".join(run.redacted(f"LEFT BEHIND: {line}") for line in left_behind(run))
            or "Nothing is left behind."
        )
        _write(report(run), options.report)
    if signals.first is not None:
        return 128 + signals.first
    return GOOD if is_good(run) else NOT_GOOD


def _run(run: Run, signals: Signals) -> None:
    try:
        ask_all(run, lambda line: _say(run.redacted(line)))
        signals.cleaning()
    except KeyboardInterrupt:
        signals.cleaning()
        _say("interrupted: deleting everything that was created")
    finally:
        signals.cleaning()
        clean(run)


def _write(text: str, path: Path) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        # Print the report instead of losing it, because another run would cost calls again.
        _say(f"{text}\nthe report could not be written: {error}")
    else:
        _say(f"the report is in {path}")


def _delete(run: Run, options: argparse.Namespace) -> int:
    try:
        if options.delete_calendar:
            deleted = run.client.delete_subscribed_calendar(run.owner, options.delete_calendar)
        else:
            deleted = run.client.delete_event(run.owner, *options.delete_event)
    except DingTalkError as error:
        _say(run.redacted(f"not deleted: {error}"))
        return NOT_GOOD
    _say("deleted" if deleted else "it did not exist any more")
    return GOOD


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.live", description="A short test against the real DingTalk."
    )
    parser.add_argument(
        "--report", type=_path, default=REPORT, help="file for the report (default: %(default)s)"
    )
    parser.add_argument(
        "--list-wait",
        type=float,
        default=60,
        metavar="SECONDS",
        help="how long to wait for a list to show a calendar (default: 60)",
    )
    parser.add_argument(
        "--leftover-age",
        type=float,
        default=3600,
        metavar="SECONDS",
        help="delete what earlier runs left behind if it is at least this old (default: 3600)",
    )
    parser.add_argument("--other-host", metavar="URL", help="base URL to use for the other region")
    parser.add_argument("--delete-calendar", metavar="ID", help="only delete this calendar")
    parser.add_argument("--delete-event", nargs=2, metavar=("CALENDAR", "ID"), help="only delete this event")
    return parser


def _path(text: str) -> Path:
    path = Path(text)
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no directory {str(path.parent)!r}")
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is a directory")
    return path


def _say(line: str) -> None:
    # Writing fails after the terminal has closed, but the cleanup must go on.
    with contextlib.suppress(OSError):
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
