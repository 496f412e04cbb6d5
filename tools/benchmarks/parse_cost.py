"""What importing costs, since Airflow imports DAG files over and over.

python -m tools.benchmarks.parse_cost
"""

from __future__ import annotations

import tempfile
from statistics import median

from airflow_provider_dingtalk_calendar.provider_info import PACKAGE, get_provider_info
from tools.benchmarks import children
from tools.benchmarks.table import Bound, Line, report

NAME = "parse_cost"
HOW = (
    "Processor time and modules that an import adds to a process that has loaded `airflow.sdk`, each "
    "in a process forked for it, as Airflow does for each DAG file; medians of rounds in which all "
    "take turns. *All ours* is every module of operators, sensors and triggers."
)
ROUNDS = 15
MOST_MODULES = 30
#: Of the time of one DingdingOperator.
MOST_TIME = 1 / 8


def own_modules() -> list[str]:
    """Return the modules that a DAG file can import for its tasks."""
    info = get_provider_info()
    kinds = (info.get(kind, ()) for kind in ("operators", "sensors", "triggers"))
    return [module for kind in kinds for group in kind for module in group["python-modules"]]


STATEMENTS = {
    "all ours": f"import {', '.join(own_modules())}",
    "CreateSubscribedCalendarOperator": (
        f"from {PACKAGE}.operators.subscribed_calendar import CreateSubscribedCalendarOperator"
    ),
    "DingdingOperator": "from airflow.providers.dingding.operators.dingding import DingdingOperator",
    "HttpOperator": "from airflow.providers.http.operators.http import HttpOperator",
    "the official SDK": "from alibabacloud_dingtalk.calendar_1_0.client import Client",
}
OURS = list(STATEMENTS)[:2]
OTHERS = list(STATEMENTS)[2:]


def measure() -> list[Line]:
    """Import everything in turn."""
    with tempfile.TemporaryDirectory() as home:
        question = {"statements": STATEMENTS, "path": str(children.sdk_packages()), "rounds": ROUNDS}
        costs = children.ask("importing", question, {"AIRFLOW_HOME": home})
    seconds = {name: median(one[0] for one in rounds) * 1000 for name, rounds in costs.items()}
    modules = {name: median(one[1] for one in rounds) for name, rounds in costs.items()}
    lines = []
    for ours in OURS:
        for other in OTHERS:
            is_bound = ours == "all ours" and other == "DingdingOperator"
            bound = Bound(MOST_TIME) if is_bound else None
            lines.append(Line(NAME, f"import of {ours}", seconds[ours], other, seconds[other], "ms", bound))
    for other in OTHERS:
        bound = Bound(MOST_MODULES, of="ours") if other == "DingdingOperator" else None
        lines.append(
            Line(NAME, "modules that all ours add", modules["all ours"], other, modules[other], "", bound)
        )
    return lines


if __name__ == "__main__":
    raise SystemExit(report(measure()))
