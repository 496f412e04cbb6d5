"""The task state store works, and errors of a failing backend are handled."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.exceptions import StoreError
from airflow_provider_dingtalk_calendar.support.task_state import TaskState


class Broken:
    """A backend that raises its own type of error."""

    def get(self, key: str) -> Any:
        raise KeyError(key)

    def set(self, key: str, value: Any) -> None:  # noqa: ARG002
        raise type("ClientError", (Exception,), {})(value)


def test_every_error_becomes_a_store_error_without_its_text() -> None:
    memory = TaskState(Broken(), "a key")
    with pytest.raises(StoreError, match=r"could not be read \(KeyError\)"):
        memory.read()
    with pytest.raises(StoreError, match=r"could not be written \(ClientError\)") as raised:
        memory.write({"a": "value"})
    assert "value" not in str(raised.value)
    assert raised.value.__context__ is None
