"""The ``x-client-token`` of a task: by it DingTalk knows a request that it has had, for one day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context


def client_token(context: Context) -> Callable[[str], str] | None:
    """Return what makes the token of a request: the same in every try, another one for another request.

    It follows from dag, run, task, map index, and all that the request says. So a task that is cleared within
    a day asks for what it has asked for already, and DingTalk does nothing a second time.
    https://help.dingtalk.io/open/development/create-schedule

    :param context: The context of the task.
    :return: None where there is no task, in which case the client makes one for each call.
    """
    instance = context.get("ti")
    if instance is None:
        return None
    task = (instance.dag_id, instance.run_id, instance.task_id, instance.map_index)

    def token(request: str) -> str:
        text = json.dumps([*task, request])
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    return token
