"""Measure imports in a process that has loaded Airflow's Task SDK. Processes that parse DAG files have, too.

Reads ``{"statements": {name: statement}, "path": folder, "rounds": n}``. Writes, by name, a list with the
processor seconds and the number of new modules of each round.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time


def cost(statement: str) -> tuple[float, int]:
    """Run a statement in a forked process. Return the processor seconds and the number of new modules."""
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
    """Run all statements in turn, as many times as asked."""
    question = json.load(sys.stdin)
    # Otherwise a garbage collection of Airflow's objects would slow down a random import.
    gc.disable()
    from airflow.sdk import DAG, BaseOperator  # noqa: F401  the names load their modules

    # The last place, because packages of this environment must win over packages of the official SDK.
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
