"""Create a calendar with DingTalk's official SDK, as a PythonOperator does, once for each line of the input.

This is a script, run by the interpreter of the SDK's own environment (``.venv-sdk``). Its arguments are the
addresses, as ``host:port``, that it may connect to; a guard ends it before it connects to another one. Each
line of the input is one try, a JSON object with ``url``, ``client_id``, ``client_secret``, ``timeout``,
``union_id``, ``name`` and ``open_conversation_ids``; for each there is one line of output, ``{"returned":
...}`` or ``{"raised": "the class"}``.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any
from urllib.parse import urlsplit

from alibabacloud_dingtalk.calendar_1_0 import models as calendar_models
from alibabacloud_dingtalk.calendar_1_0.client import Client as CalendarClient
from alibabacloud_dingtalk.oauth2_1_0 import models as oauth2_models
from alibabacloud_dingtalk.oauth2_1_0.client import Client as OAuth2Client
from alibabacloud_tea_openapi.models import Config
from alibabacloud_tea_util.models import RuntimeOptions


def create(
    *,
    url: str,
    client_id: str,
    client_secret: str,
    timeout: float,
    union_id: str,
    name: str,
    open_conversation_ids: list[str],
) -> str | None:
    """Get a token and create a calendar; return its id, None where the SDK finds none in the answer."""
    parts = urlsplit(url)
    config = Config(protocol=parts.scheme.upper(), endpoint=parts.netloc)
    runtime = RuntimeOptions(connect_timeout=int(timeout * 1000), read_timeout=int(timeout * 1000))
    asked = oauth2_models.GetAccessTokenRequest(app_key=client_id, app_secret=client_secret)
    granted = OAuth2Client(config).get_access_token_with_options(asked, {}, runtime)
    headers = calendar_models.CreateSubscribedCalendarHeaders(
        x_acs_dingtalk_access_token=granted.body.access_token
    )
    scope = calendar_models.CreateSubscribedCalendarRequestSubscribeScope(
        open_conversation_ids=open_conversation_ids
    )
    wanted = calendar_models.CreateSubscribedCalendarRequest(name=name, subscribe_scope=scope)
    answer = CalendarClient(config).create_subscribed_calendar_with_options(
        union_id, wanted, headers, runtime
    )
    calendar_id: str | None = answer.body.calendar_id
    return calendar_id


def allow_only(addresses: list[str]) -> None:
    """End the process before it looks up or connects to anything else."""
    allowed = {(host, int(port)) for host, _, port in (address.partition(":") for address in addresses)}

    def guard(event: str, details: tuple[Any, ...]) -> None:
        if event not in {"socket.connect", "socket.getaddrinfo"}:
            return
        address = tuple((details[1] if event == "socket.connect" else details)[:2])
        if address not in allowed:
            # Not an exception: the SDK catches everything inside a request.
            print(f"refused to connect to {address}, only {allowed} are allowed", file=sys.stderr, flush=True)
            os._exit(3)

    sys.addaudithook(guard)


def main() -> None:
    """Make one try a line."""
    allow_only(sys.argv[1:])
    for line in sys.stdin:
        try:
            result = {"returned": create(**json.loads(line))}
        except Exception as error:  # noqa: BLE001  as Airflow: whatever it is, the task has failed
            result = {"raised": type(error).__name__}
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
