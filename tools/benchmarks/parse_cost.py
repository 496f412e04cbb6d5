"""The cost of importing the operators. Airflow imports every DAG file again and again.

python -m tools.benchmarks.parse_cost
"""

from __future__ import annotations

import importlib
import tempfile
from statistics import median
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
    "parses DAG files in such processes. The imports take turns, and each figure is a median. *All "
    "ours* is every module of operators and sensors. *Airflow's floor* is "
    "`airflow.providers.common.compat.sdk`, `RetryPolicy`, and one empty subclass of `BaseOperator` for "
    "each of our operators."
)
ROUNDS = 25
#: The maximum ratio of the import time of all our modules to that of Airflow's floor.
MOST_OF_FLOOR = 2.5
#: The maximum ratio of the import time of all our modules to that of DingdingOperator.
MOST_OF_DINGDING = 1 / 8


def own_modules() -> list[str]:
    """Return the modules from which a DAG file imports operators and sensors."""
    info = get_provider_info()
    kinds = (info.get(kind, ()) for kind in ("operators", "sensors"))
    return [module for kind in kinds for group in kind for module in group["python-modules"]]


def own_operators() -> list[type[BaseOperator]]:
    """Return the operator and sensor classes that our modules define."""
    # Airflow reads its settings at its first import, which must not happen before measure() runs.
    from airflow.providers.common.compat.sdk import BaseOperator

    return [
        found
        for module in map(importlib.import_module, own_modules())
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, BaseOperator) and found.__module__ == module.__name__
    ]


def floor() -> str:
    """Return the code that every provider with the same number of operators must run."""
    return "\n".join(
        [
            "from airflow.providers.common.compat.sdk import BaseOperator",
            "from airflow.sdk import RetryPolicy",
            *(f"class Empty{operator.__name__}(BaseOperator): pass" for operator in own_operators()),
        ]
    )


ALL, FLOOR, DINGDING = "all ours", "Airflow's floor", "DingdingOperator"
STATEMENTS = {
    ALL: f"import {', '.join(own_modules())}",
    "CreateSubscribedCalendarOperator": (
        f"from {PACKAGE}.operators.subscribed_calendar import CreateSubscribedCalendarOperator"
    ),
    DINGDING: "from airflow.providers.dingding.operators.dingding import DingdingOperator",
    "HttpOperator": "from airflow.providers.http.operators.http import HttpOperator",
    "the official SDK": "from alibabacloud_dingtalk.calendar_1_0.client import Client",
}
OURS = list(STATEMENTS)[:2]
OTHERS = list(STATEMENTS)[2:]
BOUNDS = {(ALL, FLOOR): Bound(MOST_OF_FLOOR), (ALL, DINGDING): Bound(MOST_OF_DINGDING)}


def measure() -> list[Line]:
    """Measure the imports in rounds. Each round runs every import once."""
    statements = STATEMENTS | {FLOOR: floor()}
    with tempfile.TemporaryDirectory() as home:
        question = {"statements": statements, "path": str(children.sdk_packages()), "rounds": ROUNDS}
        costs = children.ask("importing", question, {"AIRFLOW_HOME": home})
    seconds = {name: median(one[0] for one in rounds) * 1000 for name, rounds in costs.items()}
    modules = {name: median(one[1] for one in rounds) for name, rounds in costs.items()}
    times = [
        Line(NAME, f"import of {ours}", seconds[ours], other, seconds[other], "ms", BOUNDS.get((ours, other)))
        for ours in OURS
        for other in (FLOOR, *OTHERS)
    ]
    counts = [
        Line(NAME, "modules that all ours add", modules[ALL], other, modules[other])
        for other in (FLOOR, *OTHERS)
    ]
    return times + counts


if __name__ == "__main__":
    raise SystemExit(report(measure()))
