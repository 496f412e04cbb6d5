"""An emulator, and a plain HTTP client that relies only on the documentation."""

from __future__ import annotations

import json
import signal
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest
import requests

from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCOPE = {"openConversationIds": ["cid-team"]}


class Clock:
    """A clock that a test sets by hand."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Caller:
    """Calls one emulator over one kept-alive connection."""

    emulator: DingTalkEmulator
    session: requests.Session = field(default_factory=requests.Session)
    token: str = ""

    def fetch_token(self, **changes: str) -> requests.Response:
        body = {"appKey": self.emulator.client_id, "appSecret": self.emulator.client_secret, **changes}
        response = self.session.post(f"{self.emulator.url}/v1.0/oauth2/accessToken", json=body, timeout=10)
        if response.status_code == 200:
            self.token = response.json()["accessToken"]
        return response

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"x-acs-dingtalk-access-token": self.token}
        options = {"headers": headers, "timeout": 10, "allow_redirects": False, **options}
        return self.session.request(method, f"{self.emulator.url}{path}", **options)

    def create(self, user: str = "author", **body: Any) -> requests.Response:
        body = {"name": "Releases", "subscribeScope": SCOPE, **body}
        given = {key: value for key, value in body.items() if value is not ...}
        return self.call("POST", f"/v1.0/calendar/users/{user}/subscribedCalendars", json=given)

    def created(self, user: str = "author", **body: Any) -> str:
        response = self.create(user, **body)
        assert response.status_code == 200, response.text
        return str(response.json()["calendarId"])

    def one(self, method: str, calendar_id: str, user: str = "author", **options: Any) -> requests.Response:
        path = f"/v1.0/calendar/users/{user}/subscribedCalendars/{quote(calendar_id, safe='')}"
        return self.call(method, path, **options)

    def listed(self, user: str = "author") -> list[dict[str, Any]]:
        response = self.call("GET", f"/v1.0/calendar/users/{user}/calendars")
        assert response.status_code == 200, response.text
        return list(response.json()["response"]["calendars"])

    def subscription(self, action: str, calendar_id: str, user: str) -> requests.Response:
        path = f"/v1.0/calendar/users/{user}/calendars/{quote(calendar_id, safe='')}/{action}"
        return self.call("POST", path)

    def raw(self, data: bytes) -> bytes:
        """Send bytes on a new connection and return all bytes of the answer."""
        address = urlsplit(self.emulator.url)
        with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            received = b""
            while chunk := connection.recv(65536):
                received += chunk
        return received


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def serve() -> Iterator[Callable[..., Caller]]:
    """Yield a function that starts an emulator with options. Stop all emulators after the test."""
    callers: list[Caller] = []

    def start(**options: Any) -> Caller:
        emulator = DingTalkEmulator(**options)
        emulator.start()
        callers.append(Caller(emulator))
        return callers[-1]

    yield start
    for caller in callers:
        caller.session.close()
        caller.emulator.stop()


@pytest.fixture
def signal_handlers() -> Iterator[None]:
    """Restore the signal handlers that the command line replaces."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def caller(serve: Callable[..., Caller]) -> Caller:
    """Return a caller that has a token, on an emulator without limits."""
    caller = serve(qps_limit=None, monthly_quota=None)
    caller.fetch_token()
    return caller


def error_of(response: requests.Response) -> tuple[int, str, str]:
    """Check the fields of an error answer, and return the status, code and message."""
    body = response.json()
    assert set(body) - {"accessdenieddetail"} == {"code", "message", "requestid"}, json.dumps(body)
    assert body["requestid"] == response.headers["x-acs-request-id"]
    return response.status_code, body["code"], body["message"]
