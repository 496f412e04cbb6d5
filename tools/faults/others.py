"""The same task without this package: with plain ``requests`` and with DingTalk's official SDK.

Both alternatives do what a PythonOperator usually does: get a token, create the calendar and return its id.
After any exception, Airflow tries the task again from the start.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, TypeAlias
from urllib.parse import urlsplit

import requests

from tools.faults.catalog import Story
from tools.faults.playing import PATIENCE, PAUSE, SILENCE, TRIES
from tools.faults.stage import NAME, SCOPE, TOKEN_HEADER, UNION_ID, Outcome, Stage

HERE = Path(__file__).parent
SDK_PYTHON = HERE.parents[1] / ".venv-sdk" / "bin" / "python"

#: Takes a stage and a timeout in seconds, makes one try, and returns the return value of the task.
Try: TypeAlias = Callable[[Stage, float], object]


class TryFailed(Exception):  # noqa: N818  Airflow calls it a try
    """The task raised an exception."""


def with_requests(stage: Stage, timeout: float) -> object:
    """Make one try with plain ``requests``."""
    emulator = stage.emulator
    with requests.Session() as session:
        # A proxy in the environment would change the result.
        session.trust_env = False
        try:
            scope = {"openConversationIds": SCOPE["open_conversation_ids"]}
            secret = {"appKey": emulator.client_id, "appSecret": emulator.client_secret}
            granted = session.post(f"{emulator.url}/v1.0/oauth2/accessToken", json=secret, timeout=timeout)
            granted.raise_for_status()
            created = session.post(
                f"{emulator.url}/v1.0/calendar/users/{UNION_ID}/subscribedCalendars",
                json={"name": NAME, "subscribeScope": scope},
                headers={TOKEN_HEADER: granted.json()["accessToken"]},
                timeout=timeout,
            )
            created.raise_for_status()
            return created.json()["calendarId"]
        except (requests.RequestException, LookupError, TypeError) as error:
            raise TryFailed(type(error).__name__) from error


@contextlib.contextmanager
def with_sdk(stage: Stage) -> Iterator[Try]:
    """Yield a function that makes tries with the official SDK, in a process that can reach only this stage.

    :param stage: An open stage.
    """
    addresses = [urlsplit(server.url).netloc for server in (stage.emulator, stage.elsewhere)]
    command = [str(SDK_PYTHON), "-I", str(HERE / "sdk_peer.py"), *addresses]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "env": {}}
    with subprocess.Popen(command, encoding="utf-8", **pipes) as process:
        standard_input: IO[str] = process.stdin  # type: ignore[assignment]
        standard_output: IO[str] = process.stdout  # type: ignore[assignment]

        def one(stage: Stage, timeout: float) -> object:
            emulator = stage.emulator
            arguments = {
                "url": emulator.url,
                "client_id": emulator.client_id,
                "client_secret": emulator.client_secret,
                "timeout": timeout,
                "union_id": UNION_ID,
                "name": NAME,
                **SCOPE,
            }
            print(json.dumps(arguments), file=standard_input, flush=True)
            result = json.loads(standard_output.readline())
            if "raised" in result:
                raise TryFailed(result["raised"])
            return result["returned"]

        yield one
        standard_input.close()


def play_other(stage: Stage, story: Story, attempt: Try) -> Outcome:
    """Run a task that creates the calendar, and return how it ended.

    :param attempt: Makes one try.
    """
    older = stage.set(story)
    for _ in range(TRIES):
        try:
            returned = attempt(stage, SILENCE if story.is_silent else PATIENCE)
        except TryFailed:
            stage.clock.now += PAUSE
        else:
            return stage.come_to_an_end(older, None, returned)
    return stage.come_to_an_end(older, "error")
