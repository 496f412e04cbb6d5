"""The live run as a program, against the emulator."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, RecordedRequest
from tools.live.asking import QUESTIONS

OWNER = "unionIdOfTheOwner"
SUBSCRIBER = "unionIdOfTheSubscriber"
CORP_ID = "dingcorpidofthetest"

CHECKOUT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Ended:
    """A run that has ended.

    :param status: Its exit status.
    :param output: What it printed, errors after the rest.
    :param report: Its report; empty without one.
    """

    status: int
    output: str
    report: str

    def answer(self, question: str) -> str:
        """Return the answer to the question that has these words."""
        (found,) = [one for one in QUESTIONS if question in one]
        return self.report.split(f"## {found}\n\n**")[1].split("**\n")[0]

    def exchanges(self, question: str) -> list[str]:
        """Return what was sent for the question that has these words, and what came back."""
        (found,) = [one for one in QUESTIONS if question in one]
        section = self.report.split(f"## {found}\n")[1].split("\n## ")[0]
        return [line[2:] for line in section.splitlines() if line.startswith("- ")]


class Stage:
    """An emulator, and runs against it.

    :param directory: For reports.
    :param more: As of :class:`DingTalkEmulator`.
    """

    def __init__(self, directory: Path, **more: Any) -> None:
        self.emulator = DingTalkEmulator(on_request=self._arrived, qps_limit=None, **more)
        self.directory = directory
        #: Called with every request while it is carried out, and with the process that sends it.
        self.when: Callable[[RecordedRequest, int], None] = lambda *_: None
        self._process: subprocess.Popen[str] | None = None

    def _arrived(self, entry: RecordedRequest) -> None:
        if self._process is not None:
            self.when(entry, self._process.pid)

    @property
    def environment(self) -> dict[str, str]:
        """The variables for a run: nothing is repeated, so that one fault is felt."""
        return {
            "DINGTALK_LIVE": "1",
            "DINGTALK_LIVE_CONNECTION": self.emulator.airflow_connection(max_wait=0, timeout=5),
            "DINGTALK_LIVE_OWNER": OWNER,
            "DINGTALK_LIVE_SUBSCRIBER": SUBSCRIBER,
            "DINGTALK_LIVE_CORP_ID": CORP_ID,
        }

    def run(self, *options: str, environment: dict[str, str] | None = None, list_wait: float = 1) -> Ended:
        """Run to the end, and see that nothing secret is printed or written."""
        report = self.directory / "report.md"
        report.unlink(missing_ok=True)
        others = {name: value for name, value in os.environ.items() if not name.startswith("DINGTALK_")}
        given = self.environment if environment is None else environment
        command = [sys.executable, "-m", "tools.live", "--report", str(report), "--list-wait", str(list_wait)]
        with subprocess.Popen(
            [*command, *options],
            cwd=CHECKOUT,
            env=others | given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as self._process:
            output, _ = self._process.communicate(timeout=120)
        ended = Ended(self._process.returncode, output, report.read_text("utf-8") if report.exists() else "")
        for secret in (*self.emulator.issued_secrets, *self.emulator.issued_tokens):
            assert secret not in ended.output + ended.report
        for person in (OWNER, SUBSCRIBER, CORP_ID, self.emulator.client_id):
            assert person not in ended.report
        return ended

    @property
    def is_empty(self) -> bool:
        """Whether no calendar and no event is left."""
        return not self.emulator.calendars and not self.emulator.events


@pytest.fixture
def make_stage(tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Make stages whose emulators stop in the end."""
    made: list[Stage] = []

    def make(**more: Any) -> Stage:
        made.append(Stage(tmp_path, **more))
        made[-1].emulator.start()
        return made[-1]

    yield make
    for stage in made:
        stage.emulator.stop()


@pytest.fixture
def stage(make_stage: Callable[..., Stage]) -> Stage:
    """Offer an emulator of an internal app."""
    return make_stage()
