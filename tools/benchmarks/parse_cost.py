"""The cost of importing the operators. Airflow imports every DAG file again and again.

python -m tools.benchmarks.parse_cost
"""

from __future__ import annotations

import importlib
import tempfile
from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.provider_info import PACKAGE, get_provider_info
from tools.benchmarks import children
from tools.benchmarks.table import Bound, Line, report

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import BaseOperator

NAME = "parse_cost"
HOW = (
    "The processor time of an import, and the number of modules it loads. Each import runs in a fresh "
    "process, forked from one that has loaded `airflow.sdk`, with the garbage collector off. Airflow "
    "parses DAG files in such processes. The imports take turns, and each figure is the least of all "
    "rounds, because other work on the machine only adds time. *All operators* is every module of "
    "operators. *Airflow's floor* is `airflow.providers.common.compat.sdk`, `RetryPolicy`, and one empty "
    "subclass of `BaseOperator` for each of our operators. *Airflow's floor with sensors* also has an empty "
    "subclass of `BaseSensorOperator` for each of our sensors."
)
ROUNDS = 40
#: The maximum ratio of the import time of our modules to that of Airflow's floor.
MOST_OF_FLOOR = 2.5
#: The maximum ratio of the import time of all operators to that of DingdingOperator.
MOST_OF_DINGDING = 1 / 8


def own_modules(kind: str) -> list[str]:
    """Return the modules from which a DAG file imports our operators, or our sensors."""
    return [module for group in get_provider_info()[kind] for module in group["python-modules"]]


def own_classes(kind: str) -> list[type[BaseOperator]]:
    """Return the classes of operators, or of sensors, that our modules define."""
    # Airflow reads its settings at its first import, which must not happen before measure() runs.
    from airflow.providers.common.compat.sdk import BaseOperator

    return [
        found
        for module in map(importlib.import_module, own_modules(kind))
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, BaseOperator) and found.__module__ == module.__name__
    ]


def floor(*kinds: str) -> str:
    """Return the code that every provider with the same number of operators, or of both, must run."""
    lines = ["from airflow.sdk import RetryPolicy"]
    for kind in kinds:
        base = BASES[kind]
        lines.append(f"from airflow.providers.common.compat.sdk import {base}")
        lines += [f"class Empty{own.__name__}({base}): pass" for own in own_classes(kind)]
    return "\n".join(lines)


BASES = {"operators": "BaseOperator", "sensors": "BaseSensorOperator"}
OPERATORS, FLOOR = "all operators", "Airflow's floor"
BOTH, FLOOR_OF_BOTH = "all operators and sensors", "Airflow's floor with sensors"
CREATE, DINGDING = "CreateSubscribedCalendarOperator", "DingdingOperator"
STATEMENTS = {
    OPERATORS: f"import {', '.join(own_modules('operators'))}",
    BOTH: f"import {', '.join(own_modules('operators') + own_modules('sensors'))}",
    CREATE: f"from {PACKAGE}.operators.subscribed_calendar import CreateSubscribedCalendarOperator",
    DINGDING: "from airflow.providers.dingding.operators.dingding import DingdingOperator",
    "HttpOperator": "from airflow.providers.http.operators.http import HttpOperator",
    "the official SDK": "from alibabacloud_dingtalk.calendar_1_0.client import Client",
}
PEERS = list(STATEMENTS)[3:]
PAIRS = [
    *((ours, other) for ours in (OPERATORS, CREATE) for other in (FLOOR, *PEERS)),
    *((BOTH, other) for other in (FLOOR_OF_BOTH, DINGDING)),
]
BOUNDS = {
    (OPERATORS, FLOOR): Bound(MOST_OF_FLOOR),
    (BOTH, FLOOR_OF_BOTH): Bound(MOST_OF_FLOOR),
    (OPERATORS, DINGDING): Bound(MOST_OF_DINGDING),
    (BOTH, DINGDING): Bound(MOST_OF_DINGDING),
}


def measure() -> list[Line]:
    """Measure the imports in rounds. Each round runs every import once."""
    statements = STATEMENTS | {
        FLOOR: floor("operators"),
        FLOOR_OF_BOTH: floor("operators", "sensors"),
    }
    with tempfile.TemporaryDirectory() as home:
        question = {"statements": statements, "path": str(children.sdk_packages()), "rounds": ROUNDS}
        costs = children.ask("importing", question, {"AIRFLOW_HOME": home})
    seconds = {name: min(one[0] for one in rounds) * 1000 for name, rounds in costs.items()}
    modules = {name: rounds[0][1] for name, rounds in costs.items()}
    times = [
        Line(NAME, f"import of {ours}", seconds[ours], other, seconds[other], "ms", BOUNDS.get((ours, other)))
        for ours, other in PAIRS
    ]
    counts = [
        Line(NAME, f"modules that {ours} add", modules[ours], other, modules[other])
        for ours, other in PAIRS
        if ours != CREATE
    ]
    return times + counts


if __name__ == "__main__":
    raise SystemExit(report(measure()))
