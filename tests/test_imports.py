"""Modules import only what their layer allows, and importing an operator loads no heavy library.

docs/contributing.md states the rules. A module is identified by its path below the package.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

import pytest

from airflow_provider_dingtalk_calendar.provider_info import OPERATOR_MODULES, SENSOR_MODULES

PACKAGE = Path(__file__).parent.parent / "airflow_provider_dingtalk_calendar"

#: The layers from bottom to top. A module may import modules of its own layer and of the layers before it.
LAYERS = [
    ["exceptions", "provider_info"],
    ["client/wire"],
    ["client/engine"],
    ["client/auth"],
    ["client/settings"],
    # This module gets tokens with the settings, which hold the credentials.
    ["client/auth/token_source"],
    ["client/transport"],
    ["client/session"],
    ["client/resources"],
    ["client/workflows"],
    ["client/catalog"],
    ["client/clients"],
    ["client"],
    ["ics"],
    ["hooks"],
    ["support"],
    ["triggers"],
    ["operators", "sensors", "assets"],
    ["decorators"],
    ["emulator/core"],
    ["emulator/http"],
    ["emulator/world"],
    ["emulator/faults"],
    ["emulator/api"],
    ["emulator/catalog"],
    ["emulator/journal", "emulator/service"],
    ["emulator/fault_injection", "emulator/openapi"],
    ["emulator/control"],
    ["emulator/page"],
    ["emulator/server"],
    ["emulator"],
    ["emulator/__main__", "emulator/pytest_plugin"],
]
#: Parts that import nothing from other parts. No other part imports from them.
APART = ["emulator"]

#: Libraries that importing the operators must not load, because Airflow parses DAG files repeatedly.
HEAVY = {"aiohttp", "httpx", "requests", "urllib3", "werkzeug"}


def module_of(path: Path) -> str:
    """Return the path of a module below the package, without ``.py``, or the folder of an ``__init__.py``."""
    relative = PurePosixPath(path.relative_to(PACKAGE).with_suffix(""))
    return str(relative.parent if relative.name == "__init__" else relative)


MODULES = {module_of(path): path for path in PACKAGE.rglob("*.py")}


def is_for_type_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def statements(tree: ast.AST, *, at_run_time: bool) -> Iterator[ast.Import | ast.ImportFrom]:
    """Return all import statements, or only the statements that run when the module is imported."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif not (
            at_run_time
            and (isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or is_for_type_checkers(node))
        ):
            yield from statements(node, at_run_time=at_run_time)


def names_imported(module: str, *, at_run_time: bool = False) -> set[str]:
    """Return the dotted names that a module imports. Each name of a ``from`` import is listed separately."""
    path = MODULES[module]
    folder = path.parent.relative_to(PACKAGE.parent).parts
    names: set[str] = set()
    for node in statements(ast.parse(path.read_text("utf-8")), at_run_time=at_run_time):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
            continue
        above = folder[: len(folder) - node.level + 1] if node.level else ()
        source = ".".join(filter(None, [*above, node.module]))
        names |= {f"{source}.{alias.name}" for alias in node.names}
    return names


def modules_imported(module: str, *, at_run_time: bool = False) -> set[str]:
    """Return the modules of this package that a module imports."""
    found = set()
    for name in names_imported(module, at_run_time=at_run_time):
        top, *parts = name.split(".")
        if top != PACKAGE.name:
            continue
        path = "/".join(parts)
        found.add(path if path in MODULES else "/".join(parts[:-1]) or ".")
    return found - {module}


def layer_of(module: str) -> int | None:
    """Return the number of the layer of a module. The longest matching path decides."""
    fitting = [
        (len(path), number)
        for number, paths in enumerate(LAYERS)
        for path in paths
        if module == path or module.startswith(f"{path}/")
    ]
    return max(fitting)[1] if fitting else None


def is_apart(module: str) -> bool:
    return any(module == path or module.startswith(f"{path}/") for path in APART)


def test_every_module_has_a_place() -> None:
    assert {module for module in MODULES if layer_of(module) is None and not is_apart(module)} == {"."}


@pytest.mark.parametrize("module", sorted(module for module in MODULES if layer_of(module) is not None))
def test_imports_go_downward_only(module: str) -> None:
    own = layer_of(module)
    assert own is not None
    upward = {
        other
        for other in modules_imported(module)
        if other != "." and ((layer := layer_of(other)) is None or layer > own)
    }
    assert upward == set()


def test_an_import_is_relative_inside_a_part_and_absolute_across_parts() -> None:
    for module, path in MODULES.items():
        part = module.split("/")[0]
        for node in statements(ast.parse(path.read_text("utf-8")), at_run_time=False):
            if not isinstance(node, ast.ImportFrom):
                continue
            if node.level:
                assert node.level <= len(path.relative_to(PACKAGE).parts) - 1, (module, node.lineno)
            else:
                assert not f"{node.module}.".startswith(f"{PACKAGE.name}.{part}."), (module, node.lineno)


def test_no_two_modules_import_each_other() -> None:
    graph = {module: modules_imported(module, at_run_time=True) - {"."} for module in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"import cycle: {' -> '.join(error.args[1])}")


def test_the_emulator_shares_nothing_with_the_client_and_needs_no_airflow() -> None:
    for module in filter(is_apart, MODULES):
        assert {other for other in modules_imported(module) if other != "." and not is_apart(other)} == set()
        roots = {name.split(".")[0] for name in names_imported(module)}
        assert not roots & {"airflow", "httpx", "requests"}, module


def test_the_client_does_not_import_airflow() -> None:
    for module in MODULES:
        if module == "exceptions" or module.split("/")[0] in {"client", "ics"}:
            assert "airflow" not in {name.split(".")[0] for name in names_imported(module)}, module


def modules_added_by(statement: str, *, after: str = "pass") -> set[str]:
    """Return the modules that a statement loads in a new interpreter."""
    steps = [after, "import json, sys", "n = set(sys.modules)", statement]
    program = "\n".join([*steps, "print(json.dumps(sorted(set(sys.modules) - n)))"])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_operators_and_sensors_load_no_http_library_and_no_emulator() -> None:
    names = [
        f"{PACKAGE.name}.{folder}.{path.stem}"
        for folder in ("operators", "sensors", "decorators")
        for path in (PACKAGE / folder).glob("*.py")
    ]
    added = modules_added_by(
        f"import {', '.join(name for name in names if not name.endswith('__'))}",
        after="from airflow.providers.common.compat.sdk import DAG, BaseOperator, Context",
    )
    assert {*OPERATOR_MODULES, *SENSOR_MODULES} <= {name.rpartition(".")[2] for name in added}
    assert not added & HEAVY
    assert f"{PACKAGE.name}.client.workflows.calendar_state" not in added
    assert f"{PACKAGE.name}.triggers" not in added
    assert not any(name.startswith(f"{PACKAGE.name}.emulator") for name in added)


@pytest.mark.skipif(not find_spec("airflow.sdk"), reason="Airflow 2 has no asset watchers")
def test_an_asset_with_a_watcher_loads_no_http_library_and_no_client() -> None:
    added = modules_added_by(
        f"from {PACKAGE.name}.assets import calendar_asset; calendar_asset('n', 'u', 'c', match='freeze')",
        # The first asset makes Airflow load its providers. In Airflow 3.0, this loads an HTTP library.
        after=(
            "from airflow.sdk import DAG, Asset, AssetWatcher; import airflow.triggers.base; "
            "Asset(uri='x://y/z', name='n')"
        ),
    )
    assert f"{PACKAGE.name}.triggers.events" in added
    assert not added & HEAVY
    parts = {name.removeprefix(f"{PACKAGE.name}.").split(".")[0] for name in added if PACKAGE.name in name}
    assert parts <= {PACKAGE.name, "assets", "client", "exceptions", "provider_info", "support", "triggers"}
    loaded = {name for name in added if name.startswith(f"{PACKAGE.name}.client.")}
    assert all(name.startswith(f"{PACKAGE.name}.client.wire") for name in loaded)


def test_reading_ics_loads_its_libraries_late() -> None:
    added = modules_added_by(f"import {PACKAGE.name}.ics")
    assert not added & (HEAVY | {"dateutil", "icalendar"})
    assert not any(name.startswith(f"{PACKAGE.name}.client") for name in added)


def test_the_package_itself_imports_nothing() -> None:
    added = modules_added_by(f"import {PACKAGE.name}")
    assert added <= {PACKAGE.name, "__future__"}
