"""Run the live test as a program, against the emulator."""

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
    """The result of a run.

    :param status: The exit status.
    :param output: The standard output and the standard error.
    :param report: The report, or an empty string if there is no report.
    """

    status: int
    output: str
    report: str

    def answer(self, question: str) -> str:
        """Return the answer to the question that contains the given words."""
        (found,) = [one for one in QUESTIONS if question in one]
        return self.report.split(f"## {found}\n\n**")[1].split("**\n")[0]

    def exchanges(self, question: str) -> list[str]:
        """Return the exchanges for the question that contains the given words."""
        (found,) = [one for one in QUESTIONS if question in one]
        section = self.report.split(f"## {found}\n")[1].split("\n## ")[0]
        return [line[2:] for line in section.splitlines() if line.startswith("- ")]


class Stage:
    """An emulator and the runs against it.

    :param directory: The folder for reports.
    :param more: More arguments for :class:`DingTalkEmulator`.
    """

    def __init__(self, directory: Path, **more: Any) -> None:
        self.emulator = DingTalkEmulator(on_request=self._arrived, qps_limit=None, **more)
        self.directory = directory
        #: Called during each request, with the request's record and the process id of the run.
        self.when: Callable[[RecordedRequest, int], None] = lambda *_: None
        self._process: subprocess.Popen[str] | None = None

    def _arrived(self, entry: RecordedRequest) -> None:
        if self._process is not None:
            self.when(entry, self._process.pid)

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables for a run.

        The client does not repeat calls, so one fault makes a call fail.
        """
        return {
            "DINGTALK_LIVE": "1",
            "DINGTALK_LIVE_CONNECTION": self.emulator.airflow_connection(max_wait=0, timeout=5),
            "DINGTALK_LIVE_OWNER": OWNER,
            "DINGTALK_LIVE_SUBSCRIBER": SUBSCRIBER,
            "DINGTALK_LIVE_CORP_ID": CORP_ID,
        }

    def run(self, *options: str, environment: dict[str, str] | None = None, list_wait: float = 1) -> Ended:
        """Run the program to its end, and check that it does not print or write a secret."""
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
        """Whether the emulator has no calendar and no event."""
        return not self.emulator.calendars and not self.emulator.events


@pytest.fixture
def make_stage(tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Yield a function that makes a stage. Stop all emulators after the test."""
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
    """Provide a stage with an internal app."""
    return make_stage()
