"""Runs a function in a forked child, while other threads of this process go on."""

from __future__ import annotations

import json
import os
import select
import signal
import warnings
from collections.abc import Callable
from typing import Any

#: A generous limit, because it only matters that the child ends.
SECONDS = 60.0


class Child:
    """A forked child that runs a function.

    :param function: Returns a value that JSON can represent.
    """

    def __init__(self, function: Callable[[], Any]) -> None:
        self._results, results = os.pipe()
        with warnings.catch_warnings():
            # Python 3.12 and later warn about a fork in a process with several threads.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._pid = os.fork()
        if self._pid == 0:
            try:
                found = {"result": function()}
            except BaseException as error:  # noqa: BLE001  the parent reports it
                found = {"error": repr(error)}
            os.write(results, json.dumps(found).encode())
            os._exit(0)
        os.close(results)

    def result(self) -> Any:
        """Wait for the child and return its result."""
        try:
            readable, _, _ = select.select([self._results], [], [], SECONDS)
            assert readable, "the child hangs"
            with os.fdopen(os.dup(self._results), "rb") as results:
                found = json.loads(results.read())
            assert "error" not in found, found
            return found["result"]
        finally:
            os.close(self._results)
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
