"""The ``x-client-token`` of a task. Within a day, DingTalk carries out only one request per token."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context


def client_token(context: Context) -> Callable[[str], str] | None:
    """Return a function that makes the token of a request.

    The token depends on the DAG, run, task, map index and the whole request, not on the try. So a task that
    is retried, or cleared within a day, sends the same token, and DingTalk does not carry out the request
    again. https://help.dingtalk.io/open/development/create-schedule

    :param context: The context of the task.
    :return: The function. None without a task instance, in which case the client makes a token for each call.
    """
    instance = context.get("ti")
    if instance is None:
        return None
    task = (instance.dag_id, instance.run_id, instance.task_id, instance.map_index)

    def token(request: str) -> str:
        text = json.dumps([*task, request])
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    return token
