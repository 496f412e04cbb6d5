"""``python -m tools.benchmarks`` with made-up figures: the exit status, report and files."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.benchmarks import __main__ as program
from tools.benchmarks import children, parse_cost, waits
from tools.benchmarks.table import Bound, Line

DOCS = children.ROOT / "docs"


def a_line(ours: float, of: str = parse_cost.NAME) -> Line:
    return Line(of, "import of all operators", ours, "DingdingOperator", 100, "ms", Bound(0.5))


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Replace build/bench and docs with a temporary folder, and run without Airflow."""

    @contextlib.contextmanager
    def no_home() -> Iterator[children.Home]:
        yield children.Home(tmp_path)

    monkeypatch.setattr(children, "airflow_home", no_home)
    monkeypatch.setattr(program, "BUILD", tmp_path / "build")
    monkeypatch.setattr(program, "DOCS", tmp_path / "docs")
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, ours: float, *arguments: str) -> int:
    for module, needs_airflow in program.MEASUREMENTS.items():
        name = module.NAME
        measure = (
            (lambda _, n=name: [a_line(ours, n)]) if needs_airflow else (lambda n=name: [a_line(ours, n)])
        )
        monkeypatch.setattr(module, "measure", measure)
    monkeypatch.setattr(sys, "argv", ["benchmarks", *arguments])
    return program.main()


def test_without_a_missed_bound_the_exit_status_is_0_and_docs_do_not_change(
    build: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, 40) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "8 lines, 8 bounds, 0 missed"
    assert sorted(path.name for path in (build / "build").iterdir()) == [
        "benchmarks.json",
        "benchmarks.md",
        "benchmarks.svg",
    ]
    assert not (build / "docs").exists()
    kept = json.loads((build / "build" / "benchmarks.json").read_text("utf-8"))
    assert [one["measurement"] for one in kept] == [module.NAME for module in program.MEASUREMENTS]


def test_a_missed_bound_is_named_and_the_exit_status_is_1(
    build: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, 60, "--write") == 1
    late = [text for text in capsys.readouterr().out.splitlines() if text.startswith("bound missed: ")]
    assert len(late) == 8
    assert "DingdingOperator: 100 ms; ratio 0.600 (≤ 0.5) MISSED" in late[0]
    page = (build / "docs" / "benchmarks.md").read_text("utf-8")
    assert page.count("| 60 ms | DingdingOperator | 100 ms | 0.600 | ≤ 0.5 MISSED |") == 8


def test_the_same_figures_make_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        program.write([a_line(40)], tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_no_measurement_of_the_page_misses_a_bound() -> None:
    page = (DOCS / "benchmarks.md").read_text("utf-8")
    for module in program.MEASUREMENTS:
        assert f"## {program.TITLES[module.NAME]}\n\n{module.HOW}\n" in page
    assert "MISSED" not in page


def test_child_processes_ignore_the_airflow_of_the_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AIRFLOW_HOME", "/nowhere")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    found = children.environment(AIRFLOW_HOME="/somewhere")
    assert found["AIRFLOW_HOME"] == "/somewhere"
    assert found["PYTHONPATH"] == str(children.ROOT)
    assert not found.keys() & {"PYTHONDONTWRITEBYTECODE", "http_proxy"}


def test_the_path_sets_the_number_of_items_of_the_minimal_server() -> None:
    from tools.benchmarks import client_overhead, growth

    with children.minimal_server() as url, growth.new_client(url) as client:
        assert [way(client, 250) for way in growth.WAYS.values()] == [250, 250, 250]
        ways = (
            client_overhead.with_ours,
            client_overhead.with_requests,
            client_overhead.with_httpx,
            client_overhead.with_http_client,
        )
        with contextlib.ExitStack() as until:
            assert {way(url, until)() for way in ways} == {"an/id"}


@pytest.mark.usefixtures("airflow_database")
def test_deferred_waits_cost_as_much_as_one() -> None:
    (line,) = waits.measure(3)
    assert (line.ours, line.theirs) == (waits.LOOKS, 3 * waits.LOOKS)
    assert not line.is_missed


def test_every_measurement_can_be_run_alone() -> None:
    for module in program.MEASUREMENTS:
        command = [sys.executable, "-c", f"import tools.benchmarks.{module.NAME} as m; print(m.NAME)"]
        done = subprocess.run(command, cwd=children.ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == module.NAME
