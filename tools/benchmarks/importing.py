"""Measure imports in a process that has loaded Airflow's Task SDK, like the processes that parse DAG files.

The input is ``{"statements": {name: statement}, "path": folder, "rounds": n}``. The output maps each name to
a list that holds, for each round, the CPU time in seconds and the number of modules imported.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time


def cost(statement: str) -> tuple[float, int]:
    """Run a statement in a forked process.

    Return its CPU time in seconds and the number of modules it imported.
    """
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        before, begun = len(sys.modules), time.process_time()
        exec(statement, {"__name__": "a_dag_file"})  # noqa: S102  parse_cost.py wrote the statement
        seconds = time.process_time() - begun
        os.write(writing, json.dumps((seconds, len(sys.modules) - before)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(process, 0)
    seconds, modules = json.loads(answer)
    return seconds, modules


def main() -> None:
    """Run all statements in turn, for the number of rounds in the input."""
    question = json.load(sys.stdin)
    # Otherwise a garbage collection of Airflow's objects would slow down a random import.
    gc.disable()
    from airflow.sdk import DAG, BaseOperator  # noqa: F401  the names load their modules

    # Append the path, so that this environment's packages take precedence over the official SDK's.
    sys.path.append(question["path"])
    statements = question["statements"]
    for statement in statements.values():
        # The first import writes the bytecode and warms the file cache.
        cost(statement)
    rounds = [
        {name: cost(statement) for name, statement in statements.items()} for _ in range(question["rounds"])
    ]
    print(json.dumps({name: [one[name] for one in rounds] for name in statements}))


if __name__ == "__main__":
    main()
