"""The ``x-client-token`` of a task: by it DingTalk knows a request that it has had, for one day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context


def client_token(context: Context, operation: str, payload: Any) -> str | None:
    """Return the token of one request of a task: the same in every try, another one for another payload.

    It follows from dag, run, task, map index, operation and payload. So a task that is cleared within a day
    asks for what it has asked for already, and DingTalk does nothing a second time.
    https://help.dingtalk.io/open/development/create-schedule

    :param context: The context of the task.
    :param operation: Official name of the operation.
    :param payload: All that the request says.
    :return: None where there is no task, in which case the client makes one for each call.
    """
    instance = context.get("ti")
    if instance is None:
        return None
    task = (instance.dag_id, instance.run_id, instance.task_id, instance.map_index)
    text = json.dumps([*task, operation, payload], sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _plain(value: object) -> object:
    """Return what JSON has instead of a value; of the output of mapped tasks, what it holds.

    Its own text says how many items there are and not which.
    """
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return list(value)
    return str(value)
