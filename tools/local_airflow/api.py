"""A small client for Airflow's REST API. Every error shows the whole answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import uuid4

from .errors import DagImportError, NotInTimeError, RunFailedError
from .rest_client import RestClient
from .waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

ENDED = ("success", "failed")
#: Seconds between two requests for the state of a DAG or a run. Each request takes time that the api-server
#: needs for the tasks.
INTERVAL = 1.0
#: States of a task that waits for a person: from Airflow 3.3 on, and before.
WAITING = ("awaiting_input", "deferred")
UNHAPPY = ("failed", "upstream_failed", "up_for_retry")


class AirflowApi(RestClient):
    """The REST API of one running Airflow.

    :param check: Called during each wait. Raises an error if Airflow has died.
    :param say: Called with one line for each change during a wait.
    """

    def __init__(
        self, url: str, user: str, password: str, *, check: Callable[[], None], say: Callable[[str], None]
    ) -> None:
        super().__init__(url, user, password)
        self._check = check
        self._say = say

    def health(self) -> dict[str, dict[str, Any]]:
        """Return the state of metadatabase, scheduler, triggerer and dag_processor."""
        health: dict[str, dict[str, Any]] = self.get("/monitor/health")
        return health

    def hook_meta(self) -> list[dict[str, Any]]:
        """Return the data behind the connection form, one entry per connection type."""
        meta: list[dict[str, Any]] = self.get("/ui/connections/hook_meta")
        return meta

    def create_connection(self, **fields: Any) -> dict[str, Any]:
        """Create a connection from ``connection_id``, ``conn_type`` and so on. ``extra`` is a JSON string."""
        created: dict[str, Any] = self.post("/connections", fields)
        return created

    def connection(self, connection_id: str) -> dict[str, Any]:
        """Return a connection as the API shows it."""
        connection: dict[str, Any] = self.get(f"/connections/{quote(connection_id)}")
        return connection

    def delete_connection(self, connection_id: str) -> None:
        """Delete a connection."""
        self.request("DELETE", f"/connections/{quote(connection_id)}")

    def import_errors(self) -> list[dict[str, Any]]:
        """Return the DAG files that could not be imported."""
        errors: list[dict[str, Any]] = self.get("/importErrors")["import_errors"]
        return errors

    def wait_for_dag(self, dag_id: str, *, timeout: float = 90.0) -> None:
        """Wait until the dag-processor has found a DAG.

        :raises DagImportError: If a DAG file cannot be imported. In this case, the wait ends at once.
        """

        def look() -> bool:
            self._check()
            if errors := self.import_errors():
                raise DagImportError(
                    "\n".join(f"{error['filename']}:\n{error['stack_trace']}" for error in errors)
                )
            return any(dag["dag_id"] == dag_id for dag in self.get("/dags", limit=1000)["dags"])

        self._say(f"waiting for the DAG {dag_id} ...")
        _, seconds = wait_until(f"the DAG {dag_id}", look, timeout=timeout, interval=INTERVAL)
        self._say(f"  ok ({seconds:.0f} s)")

    def unpause(self, dag_id: str) -> None:
        """Let the scheduler run a DAG."""
        self.patch(f"/dags/{dag_id}", {"is_paused": False})

    def trigger(
        self, dag_id: str, *, logical_date: datetime | None = None, conf: dict[str, Any] | None = None
    ) -> str:
        """Start a run and return its id."""
        # We choose the id, so a request that is repeated after a server error does not start a second run.
        day = f"{logical_date:%Y-%m-%d}" if logical_date else "now"
        run_id = f"{day}__{uuid4().hex[:8]}"
        body = {"dag_run_id": run_id, "logical_date": logical_date and logical_date.isoformat()}
        self.post(f"/dags/{dag_id}/dagRuns", body | {"conf": conf or {}})
        return run_id

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """Return a run: its ``state``, ``logical_date``, ``start_date`` and more."""
        run: dict[str, Any] = self.get(f"/dags/{dag_id}/dagRuns/{quote(run_id)}")
        return run

    def wait_for_run(
        self, dag_id: str, run_id: str, *, timeout: float = 180.0, expected: str | None = "success"
    ) -> str:
        """Wait for the end of a run, report each change of a task's state, and return the state of the run.

        :param expected: The state in which the run must end, or None for any state.
        :raises RunFailedError: If the run ends in another state.
        """
        seen: dict[str, str | None] = {}

        def look() -> str | None:
            self._check()
            # Read the run first, because the states of its tasks are final once it has ended.
            state: str = self.run(dag_id, run_id)["state"]
            for task in self.task_instances(dag_id, run_id):
                name = _name(task)
                if task["state"] != seen.get(name):
                    seen[name] = task["state"]
                    self._say(f"  {name}: {task['state']}")
            return state if state in ENDED else None

        self._say(f"waiting for the run {run_id} ...")
        try:
            state, seconds = wait_until(f"the end of {run_id}", look, timeout=timeout, interval=INTERVAL)
        except NotInTimeError as error:
            raise NotInTimeError(f"{error}; the tasks are {seen}") from None
        self._say(f"  {state} ({seconds:.0f} s)")
        if expected is not None and state != expected:
            raise RunFailedError(f"{dag_id} {run_id}: {state}\n{self._logs_of_failed_tasks(dag_id, run_id)}")
        return state

    def task_instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Return the task instances of a run. ``rendered_fields`` holds the rendered template fields."""
        path = f"/dags/{dag_id}/dagRuns/{quote(run_id)}/taskInstances"
        instances: list[dict[str, Any]] = self.get(path, limit=1000)["task_instances"]
        return instances

    def task_tries(self, dag_id: str, run_id: str, task_id: str) -> list[dict[str, Any]]:
        """Return every try of an unmapped task. A try has the state ``failed`` if another try followed."""
        path = f"/dags/{dag_id}/dagRuns/{quote(run_id)}/taskInstances/{quote(task_id)}/tries"
        tries: list[dict[str, Any]] = self.get(path)["task_instances"]
        return tries

    def rendered_fields(self, dag_id: str, run_id: str, task_id: str) -> dict[str, Any]:
        """Return the rendered template fields of an unmapped task."""
        path = f"/dags/{dag_id}/dagRuns/{quote(run_id)}/taskInstances/{quote(task_id)}"
        fields: dict[str, Any] = self.get(path)["rendered_fields"]
        return fields

    def xcom(
        self, dag_id: str, run_id: str, task_id: str, *, key: str = "return_value", map_index: int = -1
    ) -> Any:
        """Return a value that a task pushed to XCom."""
        path = (
            f"/dags/{dag_id}/dagRuns/{quote(run_id)}/taskInstances/{quote(task_id)}/xcomEntries/{quote(key)}"
        )
        return self.get(path, map_index=map_index)["value"]

    def approve(self, dag_id: str, run_id: str, task_id: str, *, timeout: float = 90.0) -> None:
        """Choose *Approve* in an approval task, as soon as the task asks. Needs Airflow 3.1 or later."""
        path = f"/dags/{dag_id}/dagRuns/{quote(run_id)}/taskInstances/{quote(task_id)}/-1/hitlDetails"

        def asks() -> bool:
            self._check()
            states = {one["task_id"]: one["state"] for one in self.task_instances(dag_id, run_id)}
            return states[task_id] in WAITING

        wait_until(f"{task_id} to ask for approval", asks, timeout=timeout, interval=INTERVAL)
        self.patch(path, {"chosen_options": ["Approve"], "params_input": {}})

    def task_log(
        self, dag_id: str, run_id: str, task_id: str, *, try_number: int = 1, map_index: int = -1
    ) -> str:
        """Return the log of one try: one line of JSON for each event, with all details."""
        path = f"/dags/{dag_id}/dagRuns/{quote(run_id)}/taskInstances/{quote(task_id)}/logs/{try_number}"
        # If we asked for plain JSON, the api-server would log a warning about its own answer.
        accept = {"Accept": "application/x-ndjson"}
        query = {"map_index": map_index, "full_content": True}
        return self.request_text("GET", path, params=query, headers=accept)

    def _logs_of_failed_tasks(self, dag_id: str, run_id: str) -> str:
        parts = []
        for task in self.task_instances(dag_id, run_id):
            if task["state"] in UNHAPPY and task["try_number"]:
                number, index = task["try_number"], task["map_index"]
                log = self.task_log(dag_id, run_id, task["task_id"], try_number=number, map_index=index)
                events = "\n".join(_readable(line) for line in log.splitlines())
                parts.append(f"--- {_name(task)}, attempt {number} ---\n{events}")
        return "\n".join(parts)


def _name(task: dict[str, Any]) -> str:
    index: int = task["map_index"]
    return task["task_id"] if index < 0 else f"{task['task_id']}[{index}]"


def _readable(line: str) -> str:
    """Shorten an event of a task log to its message and, for an exception, its traceback."""
    event = json.loads(line)
    lines = [f"{event.get('level', ''):8}{event.get('event', '')}"]
    for error in event.get("error_detail") or []:
        lines += [
            f"          {frame['filename']}:{frame['lineno']} {frame['name']}" for frame in error["frames"]
        ]
        lines.append(f"          {error['exc_type']}: {error['exc_value']}")
    return "\n".join(lines)
