"""Perform a list of calls through DingTalk's official Python SDK and print what each one returned.

This is a script, run by the interpreter of the SDK's own environment (``.venv-sdk``): the SDK's dependencies
never meet Airflow's. Standard input is one JSON object::

    {"url": "http://127.0.0.1:8000", "client_id": "...", "client_secret": "...",
     "calls": [{"operation": "get_access_token", "arguments": {}},
               {"operation": "list_calendars", "arguments": {"union_id": "..."}}]}

Standard output is one JSON object a line, in the order of the calls: ``{"operation", "result"}`` with the
body of the answer in the API's own spelling, or ``{"operation", "error": {"status", "code", "message"}}``.
The calls for a token are ``get_access_token`` (no arguments), ``get_token`` (``corp_id``),
``get_corp_access_token`` (``corp_id``, ``suite_ticket``) and ``get_user_token`` (``code`` or
``refresh_token``); every call after one of them carries the token which that one returned.

The SDK follows redirects and reads proxies from the environment, so a guard ends the script when anything
but the given host and port is about to be connected to.
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
from Tea.exceptions import TeaException


class OfficialSdk:
    """The SDK's two clients, set to talk plain HTTP to one address and to send every request once."""

    def __init__(self, url: str, client_id: str, client_secret: str) -> None:
        parts = urlsplit(url)
        # Scheme and host are separate settings; a port belongs to the host. Without retry_options the SDK's
        # loop ends after the first attempt, whatever RuntimeOptions.autoretry says.
        config = Config(protocol=parts.scheme.upper(), endpoint=parts.netloc, retry_options=None)
        self._oauth2 = OAuth2Client(config)
        self._calendar = CalendarClient(config)
        self._runtime = RuntimeOptions(
            autoretry=False, max_attempts=1, connect_timeout=5_000, read_timeout=10_000
        )
        self._client_id = client_id
        self._client_secret = client_secret
        self._token: str | None = None

    def call(self, operation: str, arguments: dict[str, Any]) -> Any:
        """Perform one call and return the answer's body, None where the SDK discards it."""
        if operation.startswith("get_") and operation.endswith("token"):
            return self._get_token(operation, **arguments)
        model = operation.title().replace("_", "")
        arguments = dict(arguments)
        # The order of the path parameters differs from method to method, so they go by name.
        named = {"user_id": arguments.pop("union_id"), "runtime": self._runtime}
        if "calendar_id" in arguments:
            named["calendar_id"] = arguments.pop("calendar_id")
        headers = getattr(calendar_models, f"{model}Headers")
        named["headers"] = headers(x_acs_dingtalk_access_token=self._token)
        request_model = getattr(calendar_models, f"{model}Request", None)
        if request_model is not None:
            if "subscribe_scope" in arguments:
                scope_model = getattr(calendar_models, f"{model}RequestSubscribeScope")
                arguments["subscribe_scope"] = scope_model(**arguments["subscribe_scope"])
            named["request"] = request_model(**arguments)
        elif arguments:
            raise TypeError(f"{operation} does not take {sorted(arguments)}")
        response = getattr(self._calendar, f"{operation}_with_options")(**named)
        body = getattr(response, "body", None)
        return None if body is None else body.to_map()

    def _get_token(self, operation: str, corp_id: str | None = None, **arguments: str) -> dict[str, Any]:
        """Perform a call for a token and keep the token."""
        client_id, client_secret = self._client_id, self._client_secret
        path = []
        if operation == "get_access_token":
            fields = {"app_key": client_id, "app_secret": client_secret}
        elif operation == "get_token":
            path = [corp_id]
            fields = {
                "client_id": client_id,
                "client_secret": client_secret,
                "grant_type": "client_credentials",
            }
        elif operation == "get_corp_access_token":
            fields = {"suite_key": client_id, "suite_secret": client_secret, "auth_corp_id": corp_id}
        else:
            grant_type = "authorization_code" if "code" in arguments else "refresh_token"
            fields = {"client_id": client_id, "client_secret": client_secret, "grant_type": grant_type}
        model = getattr(oauth2_models, f"{operation.title().replace('_', '')}Request")
        method = getattr(self._oauth2, f"{operation}_with_options")
        body = method(*path, model(**fields, **arguments), {}, self._runtime).body
        self._token = body.access_token
        return body.to_map()


def allow_only(url: str) -> None:
    """End the process before it looks up or connects to anything but *url*."""
    parts = urlsplit(url)
    allowed = (parts.hostname, parts.port)

    def guard(event: str, details: tuple[Any, ...]) -> None:
        if event not in {"socket.connect", "socket.getaddrinfo"}:
            return
        address = tuple((details[1] if event == "socket.connect" else details)[:2])
        if address != allowed:
            # Not an exception: the SDK catches everything inside a request.
            print(f"refused to connect to {address}, only {url} is allowed", file=sys.stderr, flush=True)
            os._exit(3)

    sys.addaudithook(guard)


def main() -> None:
    """Read the plan, perform it, print one line a call."""
    plan = json.load(sys.stdin)
    allow_only(plan["url"])
    sdk = OfficialSdk(plan["url"], plan["client_id"], plan["client_secret"])
    for call in plan["calls"]:
        line: dict[str, Any] = {"operation": call["operation"]}
        try:
            line["result"] = sdk.call(call["operation"], call["arguments"])
        except TeaException as error:
            data = error.data or {}
            line["error"] = {"status": data.get("statusCode"), "code": error.code, "message": error.message}
        print(json.dumps(line, ensure_ascii=True), flush=True)


if __name__ == "__main__":
    main()
