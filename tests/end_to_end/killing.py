"""Define which tasks of ``killed_dags`` are killed, when and how. The DAGs and their test use this module."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.emulator.journal import RecordedRequest

#: The environment variable with the path of the notes folder. The notes record the kills.
FOLDER = "KILLED_TASKS"
OWNER = "owner"
MODES = ("reuse", "fail", "create")
#: The points at which a task is killed, in order. A task writes its intent and the id to its state store.
#: At ``after_effect``, DingTalk has created the calendar, but the task has not read the answer.
POINTS = (
    "before_intent",
    "after_intent",
    "after_effect",
    "before_id",
    "after_id",
    "before_xcom",
)
#: Tasks that create a calendar although its name is in use. Maps the task id to ``if_exists``
#: and the point.
BESIDE = {f"beside_another_{point}": ("create", point) for point in ("after_intent", "after_effect")}
#: Maps the task id to ``if_exists`` and the point. The task id is also the name of the calendar.
CASES = {f"{mode}_{point}": (mode, point) for mode in MODES for point in POINTS} | BESIDE
#: The task that is killed together with its supervisor, which is an executor worker.
WITH_WORKER = "with_worker"
WINDOW = {"window_start": "2027-01-01"}
#: What ``killed_sync`` makes of a calendar that has the rows of BEFORE: one update, four creates, one delete.
LIST = [{"key": f"k{day}", "summary": f"Day {day}", "start": f"2027-01-0{day}"} for day in range(1, 6)]
BEFORE = [LIST[0] | {"start": "2027-02-01"}, {"key": "old", "summary": "Old", "start": "2027-01-09"}]
#: Maps the task id to the operation, and to the number of its requests after which the task is killed. The
#: task id is also the unionId of the calendar's owner.
SYNC_POINTS = {
    "sync_listed": ("ListEvents", 1),
    "sync_updated": ("PatchEvent", 1),
    "sync_first_created": ("CreateEvent", 1),
    "sync_third_created": ("CreateEvent", 3),
    "sync_deleted": ("DeleteEvent", 1),
}
#: Ids of tasks that find invalid data in their state store. A calendar with the task's name exists already.
RUBBISH = ("text", "list", "bare_version", "newer_record", "record_of_another", "open_record_of_another")


class Killings:
    """The kills in one Airflow, recorded by task. Before each kill, a note with the process ids is written.

    :param folder: Folder for the notes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._requests: Counter[tuple[str, str | None]] = Counter()

    @classmethod
    def of_this_airflow(cls) -> Killings:
        """Return the kills of the Airflow to which this process belongs."""
        return cls(Path(os.environ[FOLDER]))

    def victims(self, task_id: str) -> list[int]:
        """Return the ids of the processes that were killed for a task. The list can be empty."""
        note = self._note(task_id)
        return json.loads(note.read_text(encoding="utf-8")) if note.exists() else []

    def kill(self, task_id: str, *victims: int) -> None:
        """Kill processes in the given order."""
        self._note(task_id).write_text(json.dumps(victims), encoding="utf-8")
        for victim in victims:
            os.kill(victim, signal.SIGKILL)

    def offer(self, task_id: str, *victims: int) -> None:
        """Choose processes to kill as soon as the request to create the task's calendar has taken effect."""
        self._offer(task_id).write_text(json.dumps(victims), encoding="utf-8")

    def kill_the_sender(self, request: RecordedRequest) -> None:
        """Kill the processes that :meth:`offer` chose. The emulator calls this method as ``on_request``.

        The emulator answers afterwards, but no process reads the answer, because a process with a pending
        SIGKILL never returns from the system call in which it waits.
        """
        task_id = self._sender(request)
        if task_id is None:
            return
        if self._offer(task_id).exists() and not self.victims(task_id):
            self.kill(task_id, *json.loads(self._offer(task_id).read_text(encoding="utf-8")))

    def _sender(self, request: RecordedRequest) -> str | None:
        """Return the id of the task to kill after this request, or None if no task is to be killed."""
        if request.operation == "CreateSubscribedCalendar" and isinstance(request.body, dict):
            return request.body["name"]
        for task_id, (operation, number) in SYNC_POINTS.items():
            if f"/users/{task_id}/" in request.target and self._offer(task_id).exists():
                self._requests[task_id, request.operation] += 1
                if (request.operation, self._requests[task_id, operation]) == (operation, number):
                    return task_id
        return None

    def _note(self, task_id: str) -> Path:
        return self.folder / f"{task_id}.killed"

    def _offer(self, task_id: str) -> Path:
        return self.folder / f"{task_id}.offered"
