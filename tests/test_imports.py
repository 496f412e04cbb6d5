"""What importing costs: Airflow imports DAG files over and over."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

from airflow.providers.common.compat.version_compat import AIRFLOW_V_3_0_PLUS

from airflow_provider_dingtalk_calendar.provider_info import OPERATOR_MODULES

PACKAGE = Path(__file__).parent.parent / "airflow_provider_dingtalk_calendar"


def modules_added_by(statement: str, *, after: str = "pass") -> set[str]:
    steps = [after, "import json, sys", "n = set(sys.modules)", statement]
    program = "\n".join([*steps, "print(json.dumps(sorted(set(sys.modules) - n)))"])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_all_operators_together_add_few_modules_and_no_http_library() -> None:
    names = [f"{PACKAGE.name}.operators.{path.stem}" for path in (PACKAGE / "operators").glob("*.py")]
    added = modules_added_by(
        f"import {', '.join(name for name in names if not name.endswith('__'))}",
        after="from airflow.providers.common.compat.sdk import DAG, BaseOperator, Context",
    )
    assert set(OPERATOR_MODULES) <= {name.rpartition(".")[2] for name in added}
    # On Airflow 2, parts of Airflow that any provider loads come on top.
    assert len([name for name in added if AIRFLOW_V_3_0_PLUS or not name.startswith("airflow.")]) <= 30
    assert not added & {"requests", "aiohttp", "urllib3", "werkzeug"}
    assert not any(name.startswith("airflow_provider_dingtalk_calendar.emulator") for name in added)


def test_the_package_itself_imports_nothing() -> None:
    assert modules_added_by("import airflow_provider_dingtalk_calendar") <= {
        "airflow_provider_dingtalk_calendar",
        "__future__",
    }


def imports_of(folder: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in (PACKAGE / folder).rglob("*.py"):
        names: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add(node.module or "")
        found[path.name] = names
    return found


def test_the_emulator_shares_nothing_with_the_client_and_needs_no_airflow() -> None:
    own = "airflow_provider_dingtalk_calendar"
    for module, names in imports_of("emulator").items():
        for name in names:
            if name.startswith(own):
                assert name == own or name.startswith(f"{own}.emulator"), (module, name)
            assert name.split(".")[0] not in {"airflow", "requests", "httpx"}, (module, name)


def test_the_client_knows_no_airflow() -> None:
    for module, names in imports_of("client").items():
        for name in names:
            assert name.split(".")[0] != "airflow", (module, name)
            assert not name.startswith("airflow_provider_dingtalk_calendar.hooks"), (module, name)
            assert not name.startswith("airflow_provider_dingtalk_calendar.emulator"), (module, name)
