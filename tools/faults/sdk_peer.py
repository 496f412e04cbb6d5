"""Create a calendar with DingTalk's official SDK, as a PythonOperator does, once for each line of input.

The Python of ``.venv-sdk`` runs this script. The script may connect only to the addresses in its arguments,
each in the form ``host:port``. Each line of input is one try: a JSON object with the arguments of ``create``.
The script answers with one line, ``{"returned": ...}`` or ``{"raised": "the class"}``.
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
    """Get a token and create a calendar. Return its id, or None if the SDK finds no id in the answer."""
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
    """From now on, end the process before it looks up or connects to an address not in ``addresses``."""
    allowed = {(host, int(port)) for host, _, port in (address.partition(":") for address in addresses)}

    def guard(event: str, details: tuple[Any, ...]) -> None:
        if event not in {"socket.connect", "socket.getaddrinfo"}:
            return
        address = tuple((details[1] if event == "socket.connect" else details)[:2])
        if address not in allowed:
            # Do not raise an exception here, because the SDK catches all exceptions.
            print(f"refused to connect to {address}, only {allowed} are allowed", file=sys.stderr, flush=True)
            os._exit(3)

    sys.addaudithook(guard)


def main() -> None:
    """Make one try for each line of input."""
    allow_only(sys.argv[1:])
    for line in sys.stdin:
        try:
            result = {"returned": create(**json.loads(line))}
        except Exception as error:  # noqa: BLE001  in Airflow, any exception fails the task
            result = {"raised": type(error).__name__}
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
