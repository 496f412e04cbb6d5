"""Run scripts in the separate environment of the official SDK."""

from __future__ import annotations

import functools
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.oracle.calls import Call

HERE = Path(__file__).parent
SDK_PYTHON = HERE.parents[1] / ".venv-sdk" / "bin" / "python"


@dataclass(frozen=True)
class SdkOperation:
    """The SDK's description of an operation, in the API's own spelling; see ``sdk_operations.py``."""

    operation: str
    method: str
    path: str
    query: Sequence[str]
    body: Sequence[str]
    headers: Sequence[str]
    python: Mapping[str, str]


def run_script(
    script: str, plan: Mapping[str, Any], environment: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Run a script from this folder with the SDK's interpreter. Return the output lines."""
    if not SDK_PYTHON.exists():
        pytest.fail(
            f"{SDK_PYTHON} is missing: `make test` builds the official SDK's environment from "
            f"{HERE.parent.name}/{HERE.name}/requirements.txt",
            pytrace=False,
        )
    done = subprocess.run(
        [SDK_PYTHON, "-I", "-W", "error", HERE / script],
        input=json.dumps(plan),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        env=dict(environment or {}),
    )
    if done.returncode or done.stderr:
        pytest.fail(f"{script} ended with {done.returncode}:\n{done.stderr}", pytrace=False)
    return [json.loads(line) for line in done.stdout.splitlines()]


@functools.cache
def sdk_operations() -> Mapping[str, SdkOperation]:
    """Return the SDK's calendar operations by their official names."""
    return {line["operation"]: SdkOperation(**line) for line in run_script("sdk_operations.py", {})}


def run_sdk(
    url: str, calls: Sequence[Call], environment: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Make the calls with the SDK, and return one answer for each."""
    plan = {
        "url": url,
        "calls": [
            {
                "operation": call.operation,
                "path": call.path,
                "request": call.request,
                "headers": {} if call.client_token is None else {"x-client-token": call.client_token},
            }
            for call in calls
        ],
    }
    answers = run_script("sdk_calls.py", plan, environment)
    assert [answer["operation"] for answer in answers] == [call.operation for call in calls]
    return answers
