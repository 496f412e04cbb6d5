"""Make a list of calls with DingTalk's official Python SDK, and print the result of each.

This is a script for the interpreter of the SDK's own environment (``.venv-sdk``), which keeps the SDK's
dependencies apart from Airflow's. Standard input is one JSON object, in the API's own spelling::

    {"url": "http://127.0.0.1:8000",
     "calls": [{"operation": "GetAccessToken", "request": {"appKey": "...", "appSecret": "..."}},
               {"operation": "CreateEvent", "path": {"userId": "...", "calendarId": "primary"},
                "request": {"summary": "...", "start": {"date": "2026-02-17"}},
                "headers": {"x-client-token": "..."}}]}

``request`` has the fields of both query and body. The SDK separates the two and drops unknown fields.
Standard output is one JSON object per line, in the order of the calls: ``{"operation", "result"}`` with the
body of the answer, or ``{"operation", "error": {"status", "code", "message"}}``. A call for a token sets the
token for the following calls.

The SDK follows redirects and reads proxies from the environment. A guard therefore ends the script before it
connects to any other host or port.
"""

from __future__ import annotations

import inspect
import json
import os
import re
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

# The SDK's ListCategories requires a user id, but does not send it.
LEFT_OUT = "not-sent"


def snake(name: str) -> str:
    """Return the SDK's spelling of an operation or of a path parameter."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def filled(model: Any, fields: dict[str, Any]) -> Any:
    """Return the model with exactly these fields.

    The SDK's ``from_map`` would replace a missing list with an empty list and send it.
    """
    model.from_map(fields)
    given = {name.lower() for name in fields}
    for name, value in vars(model).items():
        if value == [] and name.replace("_", "") not in given:
            setattr(model, name, None)
    return model


class OfficialSdk:
    """The SDK's two clients, which use plain HTTP to one address and send every request once."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        # Scheme and host are separate settings. The host includes the port. Without retry_options the SDK's
        # loop ends after the first attempt, even if RuntimeOptions.autoretry is set.
        config = Config(protocol=parts.scheme.upper(), endpoint=parts.netloc, retry_options=None)
        self._oauth2 = OAuth2Client(config)
        self._calendar = CalendarClient(config)
        self._runtime = RuntimeOptions(
            autoretry=False, max_attempts=1, connect_timeout=5_000, read_timeout=10_000
        )
        self._token: str | None = None

    def call(
        self,
        operation: str,
        path: dict[str, str] | None = None,
        request: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """Make one call and return the body of the answer, or None if the SDK discards it."""
        for_token = re.fullmatch("Get.*Token", operation)
        client, models = (self._oauth2, oauth2_models) if for_token else (self._calendar, calendar_models)
        method = getattr(client, f"{snake(operation)}_with_options")
        # Pass path parameters by name, because their order differs between methods.
        arguments: dict[str, Any] = dict.fromkeys(inspect.signature(method).parameters, LEFT_OUT)
        arguments |= {snake(name): value for name, value in (path or {}).items()}
        arguments["runtime"] = self._runtime
        if "request" in arguments:
            arguments["request"] = filled(getattr(models, f"{operation}Request")(), request or {})
        elif request:
            raise TypeError(f"{operation} does not take {sorted(request)}")
        if for_token:
            arguments["headers"] = {}
        else:
            arguments["headers"] = getattr(models, f"{operation}Headers")().from_map(
                {**(headers or {}), "x-acs-dingtalk-access-token": self._token}
            )
        body = getattr(method(**arguments), "body", None)
        if for_token:
            self._token = body.access_token
        return None if body is None else body.to_map()


def allow_only(url: str) -> None:
    """End the process before it looks up or connects to any address other than the address in *url*."""
    parts = urlsplit(url)
    allowed = (parts.hostname, parts.port)

    def guard(event: str, details: tuple[Any, ...]) -> None:
        if event not in {"socket.connect", "socket.getaddrinfo"}:
            return
        address = tuple((details[1] if event == "socket.connect" else details)[:2])
        if address != allowed:
            # Exit instead of raising, because the SDK catches every exception inside a request.
            print(f"refused to connect to {address}, only {url} is allowed", file=sys.stderr, flush=True)
            os._exit(3)

    sys.addaudithook(guard)


def main() -> None:
    """Read the calls, make them, and print one line for each."""
    plan = json.load(sys.stdin)
    allow_only(plan["url"])
    sdk = OfficialSdk(plan["url"])
    for call in plan["calls"]:
        line: dict[str, Any] = {"operation": call["operation"]}
        try:
            line["result"] = sdk.call(**call)
        except TeaException as error:
            data = error.data or {}
            line["error"] = {"status": data.get("statusCode"), "code": error.code, "message": error.message}
        print(json.dumps(line, ensure_ascii=True), flush=True)


if __name__ == "__main__":
    main()
