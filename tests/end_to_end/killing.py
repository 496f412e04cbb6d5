"""The kills that the tasks of ``killed_dags`` and their test agree on: which task, when and how."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.emulator.journal import RecordedRequest

#: The environment variable that names the folder of the notes.
FOLDER = "KILLED_TASKS"
OWNER = "owner"
MODES = ("reuse", "fail", "create")
#: The points at which a task is killed, in order. A task writes its intent and the id to its state store. The
#: effect is that of the create request; the task does not read the answer.
POINTS = (
    "before_intent",
    "after_intent",
    "after_effect",
    "before_id",
    "after_id",
    "before_xcom",
)
#: Tasks that create a calendar although one with that name already exists, to ``if_exists`` and point.
BESIDE = {f"beside_another_{point}": ("create", point) for point in ("after_intent", "after_effect")}
#: Task id, which is the name of its calendar too, to ``if_exists`` and point.
CASES = {f"{mode}_{point}": (mode, point) for mode in MODES for point in POINTS} | BESIDE
#: The task that is killed together with its supervisor, a worker of the executor.
WITH_WORKER = "with_worker"
#: Ids of tasks that find rubbish in their state store, and an existing calendar with their name.
RUBBISH = ("text", "list", "bare_version", "newer_record", "record_of_another", "open_record_of_another")


class Killings:
    """The kills in one Airflow, by task. A note is written before each kill.

    :param folder: Where the notes are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of_this_airflow(cls) -> Killings:
        """Return those of the Airflow that this process is part of."""
        return cls(Path(os.environ[FOLDER]))

    def victims(self, task_id: str) -> list[int]:
        """Return the processes that were killed for a task; empty if none was."""
        note = self._note(task_id)
        return json.loads(note.read_text(encoding="utf-8")) if note.exists() else []

    def kill(self, task_id: str, *victims: int) -> None:
        """Kill processes, in that order."""
        self._note(task_id).write_text(json.dumps(victims), encoding="utf-8")
        for victim in victims:
            os.kill(victim, signal.SIGKILL)

    def offer(self, task_id: str, *victims: int) -> None:
        """Have processes killed as soon as the request to create the task's calendar has taken effect."""
        self._offer(task_id).write_text(json.dumps(victims), encoding="utf-8")

    def kill_the_sender(self, request: RecordedRequest) -> None:
        """Kill the processes that were offered. The emulator calls this as ``on_request``.

        The emulator answers afterwards, but nobody reads the answer: a process with a pending SIGKILL never
        returns from the system call in which it waits.
        """
        if request.operation != "CreateSubscribedCalendar" or not isinstance(request.body, dict):
            return
        task_id = request.body["name"]
        if self._offer(task_id).exists() and not self.victims(task_id):
            self.kill(task_id, *json.loads(self._offer(task_id).read_text(encoding="utf-8")))

    def _note(self, task_id: str) -> Path:
        return self.folder / f"{task_id}.killed"

    def _offer(self, task_id: str) -> Path:
        return self.folder / f"{task_id}.offered"
