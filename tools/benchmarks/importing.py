"""Import in a process that has Airflow's Task SDK already, as Airflow's own processes for DAG files have.

Reads ``{"statements": {name: statement}, "path": folder, "rounds": n}`` and writes, by name, the processor
seconds and the number of modules that each statement costs, of each round.
"""

from __future__ import annotations

import json
import os
import sys
import time


def cost(statement: str) -> tuple[float, int]:
    """Return seconds and modules of a statement, run in a process that is forked for it."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        before, begun = len(sys.modules), time.process_time()
        exec(statement)  # noqa: S102  one of ours
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
    """Measure all statements in turn, again and again."""
    question = json.load(sys.stdin)
    from airflow.sdk import DAG, BaseOperator  # noqa: F401  loads what both names need

    # The official SDK, behind all that is installed here.
    sys.path.append(question["path"])
    statements = question["statements"]
    for statement in statements.values():
        # Writes bytecode where there is none, and reads the files.
        cost(statement)
    rounds = [
        {name: cost(statement) for name, statement in statements.items()} for _ in range(question["rounds"])
    ]
    print(json.dumps({name: [one[name] for one in rounds] for name in statements}))


if __name__ == "__main__":
    main()
