"""A server with fixed answers and no checks, so that measurements show the cost of the client.

The server prints its port and ends when its input is closed. The unionId in the path is the length of a list:
``/v1.0/calendar/users/1000/calendars`` returns 1,000 calendars, and ``.../events`` returns 1,000 events in
pages of 100.
"""

from __future__ import annotations

import functools
import json
import re
import socket
import sys
import threading

PAGE = 100
#: The name of the last calendar in a list. Only this calendar belongs to the user.
NAME = "Month-end close"
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_TOKEN = re.compile(r"[?&]nextToken=(\d+)")


def calendars(number: int) -> dict[str, object]:
    """Return a list of ``number`` calendars."""
    found = [
        {
            "id": f"id{index:06}",
            "summary": f"calendar {index}",
            "description": "What it is for",
            "timeZone": "Asia/Shanghai",
            "eTag": f"{index:032}",
            "type": "subscribed",
            "privilege": "reader",
        }
        for index in range(number)
    ]
    found[-1] |= {"summary": NAME, "privilege": "owner"}
    return {"response": {"calendars": found}}


def events(number: int, first: int) -> dict[str, object]:
    """Return one page of a list of ``number`` events, starting at index ``first``."""
    after = min(first + PAGE, number)
    found = [
        {
            "id": f"id{index:06}",
            "summary": f"event {index}",
            "description": "What it is for",
            "start": {"dateTime": "2026-02-17T09:00:00+08:00", "timeZone": "Asia/Shanghai"},
            "end": {"dateTime": "2026-02-17T10:00:00+08:00", "timeZone": "Asia/Shanghai"},
            "isAllDay": False,
            "status": "confirmed",
            "attendees": [{"id": "alice", "displayName": "Alice", "responseStatus": "accepted"}],
        }
        for index in range(first, after)
    ]
    return {"events": found} | ({"nextToken": str(after)} if after < number else {})


@functools.cache
def answer(method: str, target: str) -> bytes:
    """Return a complete answer. Answers are cached, so after a warm-up only the sending takes time."""
    content: dict[str, object] = {"calendarId": "an/id", "accessToken": "token", "expireIn": 7200}
    if method == "GET":
        number = int(target.split("/")[4])
        token = _TOKEN.search(target)
        is_events = "/events" in target
        content = events(number, int(token[1]) if token else 0) if is_events else calendars(number)
    body = json.dumps(content).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def serve(connection: socket.socket) -> None:
    """Answer the requests on one connection."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    received = b""
    with connection:
        while True:
            while b"\r\n\r\n" not in received:
                piece = connection.recv(65536)
                if not piece:
                    return
                received += piece
            head, _, received = received.partition(b"\r\n\r\n")
            length = _LENGTH.search(head)
            left = int(length[1]) if length else 0
            while len(received) < left:
                received += connection.recv(65536)
            received = received[left:]
            method, target, _ = head.decode("latin-1").split(" ", 2)
            connection.sendall(answer(method, target))


def accept(listener: socket.socket) -> None:
    """Serve each connection in its own thread."""
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


def main() -> None:
    """Serve until standard input is closed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
        print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
