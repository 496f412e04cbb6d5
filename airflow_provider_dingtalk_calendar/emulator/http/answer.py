"""The emulator's answers, and faulty ways to deliver an answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import Enum
from http.client import responses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Delivery(Enum):
    """How an answer reaches the client."""

    COMPLETE = "complete"
    TRUNCATED = "truncated"
    """Send half of the promised bytes, then close the connection."""
    RESET = "reset"
    """Send nothing and reset the connection."""
    SILENCE = "silence"
    """Send nothing while the connection stays open."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer.

    :param status: HTTP status.
    :param body: the bytes of the body.
    :param content_type: media type of the body, empty for none.
    :param headers: other headers.
    :param delivery: how the answer reaches the client.
    :param seconds: how long a silence lasts before the connection is closed, ``None`` for no end.
    :param warning: the caller's likely mistake, for the journal only.
    """

    status: int
    body: bytes = b""
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    delivery: Delivery = Delivery.COMPLETE
    seconds: float | None = None
    warning: str = ""

    @property
    def status_on_the_wire(self) -> int | None:
        """The status that the client sees, ``None`` if the client gets no answer."""
        return None if self.delivery in {Delivery.RESET, Delivery.SILENCE} else self.status

    def encode(self, *, with_body: bool = True, last: bool = False) -> bytes:
        """Return the whole answer as HTTP/1.1 bytes, so that one call can send everything.

        :param with_body: false for the answer to a HEAD request, which has headers only.
        :param last: whether the connection ends after this answer.
        """
        lines = [
            f"HTTP/1.1 {self.status} {responses.get(self.status, 'Unknown')}",
            "Server: DingTalkEmulator",
        ]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.content_type:
            lines.append(f"Content-Type: {self.content_type}")
        lines.append(f"Content-Length: {len(self.body)}")
        if last:
            lines.append("Connection: close")
        body = self.body if with_body else b""
        if self.delivery is Delivery.TRUNCATED:
            body = body[: len(body) // 2]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def json_answer(status: int, body: object, headers: Mapping[str, str] | None = None) -> Answer:
    """Return an answer with a JSON body.

    :param status: HTTP status.
    :param body: the body, to be encoded as JSON.
    :param headers: other headers.
    """
    text = json.dumps(body, ensure_ascii=False)
    # A request can contain a lone surrogate as an escape. Escape it in the answer too.
    return Answer(
        status, text.encode(errors="backslashreplace"), "application/json;charset=utf-8", headers or {}
    )
