"""A server that records every request and answers it with success."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

GRANTED_TOKEN = "token-of-the-recording-server"

#: The answer to every request. The answer has the fields of all operations.
ANSWER: Mapping[str, Any] = {
    "accessToken": GRANTED_TOKEN,
    "expireIn": 7200,
    "result": True,
    "calendarId": "calendar-1",
    "response": {"calendars": []},
    "id": "event-1",
    "events": [],
    "legacyEventIdMap": {},
    "attendees": [],
    "users": [],
    "checkInTime": 1_800_000_000_000,
    "checkOutTime": 1_800_000_000_000,
    "signInLink": "https://example.com/in",
    "signOutLink": "https://example.com/out",
    "scheduleInformation": [],
    "aclId": "acl-1",
    "privilege": "reader",
    "scope": {"scopeType": "user", "userId": "u1"},
    "acls": [],
    "categories": [],
    "minutes": [],
    "plugins": [],
    "serverAddress": "caldav.example.com",
    "username": "u",
    "password": "p",
}


@dataclass(frozen=True)
class Arrived:
    """A request as it arrived. Escapes are kept, and the names of headers are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    raw_body: bytes


class RecordingServer:
    """Server on a free port of this machine. Use it as a context manager."""

    def __init__(self) -> None:
        self._arrived: list[Arrived] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def take(self) -> list[Arrived]:
        """Return the requests that have arrived since the last call to this method."""
        taken, self._arrived[:] = list(self._arrived), []
        return taken

    def __enter__(self) -> RecordingServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        arrived = self._arrived

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Send head and body together. Otherwise the body waits until the head is acknowledged.
            wbufsize = -1
            disable_nagle_algorithm = True

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                arrived.append(Arrived(self.command, self.path, headers, body))
                answer = json.dumps(ANSWER).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Log nothing."""

        return Handler
