"""The pre-commit hooks reject faulty files. ``make lint`` checks that the hooks accept this checkout."""

from __future__ import annotations

import os
import secrets
import shutil
import string
import subprocess
import sys
from pathlib import Path

import pytest

from tools.check_release import CHECKOUT

pytest.importorskip("pre_commit", reason="the development tools are not installed")

WORKFLOW = """\
name: A workflow
on: push
permissions: {}
concurrency:
  group: one
  cancel-in-progress: true
jobs:
  greet:
    name: Greet
    runs-on: ubuntu-latest
    timeout-minutes: 1
    steps:
      - run: echo hello
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A new repository with our hooks. Its ``.venv`` is the environment that runs this test."""
    shutil.copy(CHECKOUT / ".pre-commit-config.yaml", tmp_path)
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / ".gitignore").write_text("/.venv\n/.cache\n/.ruff_cache\n", "utf-8")
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    return tmp_path


def run_hooks(repository: Path) -> tuple[int, str]:
    """Run all hooks except mypy on all files, because mypy can check only our package."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"SKIP": "mypy", "PRE_COMMIT_HOME": str(repository / ".cache")}
    subprocess.run(["git", "add", "--all"], cwd=repository, env=environment, check=True)
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files"],
        cwd=repository,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def random_secret() -> str:
    """Return a string like a DingTalk client secret: 64 random letters, digits, dashes and underscores."""
    alphabet = string.ascii_letters + string.digits + "-_"
    return "0" + "".join(secrets.choice(alphabet) for _ in range(63))


def write_workflow(repository: Path, name: str, text: str) -> None:
    folder = repository / ".github" / "workflows"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, "utf-8")


def test_they_let_pass_what_is_in_order(repository: Path) -> None:
    (repository / "module.py").write_text('"""A module."""\n', "utf-8")
    (repository / "notes.md").write_text("client_secret = 'client-secret'\n", "utf-8")
    write_workflow(repository, "good.yml", WORKFLOW)
    status, said = run_hooks(repository)
    assert status == 0, said
    assert said.count("Passed") == 6, said


def test_they_stop_a_secret(repository: Path) -> None:
    secret = random_secret()
    for name, line in {
        "module.py": '"""A module."""\n\nDINGTALK = "{}"\n',
        "notes.md": "client_secret = '{}'\n",
        "notes.txt": "https://client:{}@gateway.example.com\n",
        "settings.yaml": "password: {}\n",
    }.items():
        (repository / name).write_text(line.format(secret), "utf-8")
    status, said = run_hooks(repository)
    assert status == 1
    assert secret not in said
    found = {line.split()[1] for line in said.splitlines() if line.startswith("Location:")}
    assert found == {"module.py:3", "notes.md:1", "notes.txt:1", "settings.yaml:1"}


def test_they_stop_a_file_that_ends_otherwise(repository: Path) -> None:
    texts = {"none.md": "no newline", "two.md": "two newlines\n\n", "blank.md": "a blank \n"}
    for name, text in texts.items():
        (repository / name).write_text(text, "utf-8")
    status, said = run_hooks(repository)
    assert status == 1
    for name, text in texts.items():
        assert f"Fixing {name}" in said
        assert (repository / name).read_text("utf-8") == f"{text.rstrip()}\n"


def test_they_stop_what_ruff_finds(repository: Path) -> None:
    (repository / "module.py").write_text("import os\n", "utf-8")
    status, said = run_hooks(repository)
    assert status == 1
    assert "F401" in said


def test_they_stop_a_workflow_that_is_not_safe(repository: Path) -> None:
    write_workflow(repository, "good.yml", WORKFLOW)
    title = "${{ github.event.pull_request.title }}"
    write_workflow(repository, "injected.yml", WORKFLOW.replace("hello", title))
    write_workflow(
        repository, "unpinned.yml", WORKFLOW.replace("run: echo hello", "uses: actions/checkout@v7")
    )
    status, said = run_hooks(repository)
    assert status == 1
    for kind, name in {"template-injection": "injected", "unpinned-uses": "unpinned"}.items():
        assert f"error[{kind}]" in said
        assert f"workflows/{name}.yml" in said
    assert "good.yml:" not in said


def test_they_stop_a_workflow_that_is_none(repository: Path) -> None:
    write_workflow(repository, "good.yml", WORKFLOW)
    write_workflow(repository, "bad.yml", WORKFLOW.replace("runs-on", "runs_on"))
    status, said = run_hooks(repository)
    assert status == 1
    assert "bad.yml" in said
