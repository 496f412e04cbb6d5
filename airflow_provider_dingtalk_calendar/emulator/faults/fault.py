"""Faults that a test orders: the kind of failure, the operation, the time, and the number of requests."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from ..core.legacy import error_body
from ..http.answer import Answer, Delivery, json_answer

if TYPE_CHECKING:
    from collections.abc import Mapping

_JSON = "application/json;charset=utf-8"
_HTML = "text/html;charset=utf-8"
_PROXY_PAGE = (
    b"<!DOCTYPE html><html><head><title>Sign in to the corporate network</title></head>"
    b"<body>Unauthorized use is punishable.</body></html>"
)
# The page call-frequency-limit does not show its HTML. Only these words of it are known.
_BLOCK_PAGE = b"<!DOCTYPE html><html><body>1111 x5 punish deny</body></html>"
_TRUNCATED_BODY = b'{"calendarId": "an id that never arrives whole", "result": true}'

HTTP_STATUSES = range(200, 600)
_SERVER_ERRORS = 500

KINDS: Mapping[str, tuple[str, ...]] = {
    "error": ("status", "code", "message"),
    "drop": (),
    "silence": ("seconds",),
    "truncated": (),
    "empty": (),
    "not_json": (),
    "ip_block": (),
    "html": (),
    "proxy_page": ("status",),
    "redirect": ("location",),
    "answer": ("status", "body"),
}
"""The kinds of faults, each with the fields that only this kind has."""

OPTIONAL_FIELDS = frozenset({"message", "seconds"})


@dataclass(frozen=True)
class Fault:
    """A failure to inject. Class methods create a fault.

    ``on``, ``after_effect``, ``late_effect`` and ``times`` each return a new fault.

    :param kind: one of ``KINDS``.
    :param operation: the operation that the fault hits, ``None`` for any request.
    :param is_after_effect: whether the request is carried out before the fault hits it.
    :param effect_delay: seconds after which the request is carried out late, ``None`` for never.
    :param count: the number of requests that the fault hits.
    :param status: HTTP status of ``error``, ``proxy_page`` and ``answer``.
    :param code: ``code`` field of ``error``.
    :param message: ``message`` field of ``error``.
    :param body: the body that ``answer`` sends as JSON.
    :param location: the URL to which ``redirect`` points.
    :param seconds: how long ``silence`` lasts, ``None`` for as long as the client waits.
    :raises ValueError: if ``is_after_effect`` is true and ``effect_delay`` is given.
    """

    kind: str
    operation: str | None = None
    is_after_effect: bool = False
    effect_delay: float | None = None
    count: int = 1
    status: int = 200
    code: str = ""
    message: str = ""
    body: object = None
    location: str = ""
    seconds: float | None = None

    def __post_init__(self) -> None:
        if self.is_after_effect and self.effect_delay is not None:
            raise ValueError("a fault comes after the effect or before a late effect, not both")

    @classmethod
    def error(cls, status: int, code: str, message: str = "") -> Fault:
        """Answer with an error in the form of the API.

        The legacy API sends status 200, unless the given status is 500 or more. In the legacy API, the
        code can be an ``errcode``. A code of the new API becomes the matching ``errcode``, or -1 if none
        matches.

        :param status: HTTP status.
        :param code: ``code`` field.
        :param message: ``message`` field.
        """
        return cls("error", status=status, code=code, message=message)

    @classmethod
    def drop(cls) -> Fault:
        """Reset the connection without an answer."""
        return cls("drop")

    @classmethod
    def silence(cls, seconds: float | None = None) -> Fault:
        """Answer nothing until the client leaves, the emulator stops, or the given time is over.

        :param seconds: the time until the connection is closed, ``None`` for no limit.
        """
        return cls("silence", seconds=seconds)

    @classmethod
    def truncated(cls) -> Fault:
        """Send half of the bytes that Content-Length promises, then close the connection."""
        return cls("truncated")

    @classmethod
    def empty(cls) -> Fault:
        """Answer 200 with no body."""
        return cls("empty")

    @classmethod
    def not_json(cls) -> Fault:
        """Answer 200 with a body that is labelled as JSON but is not JSON."""
        return cls("not_json")

    @classmethod
    def ip_block(cls) -> Fault:
        """Answer 200 as the service does to a blocked IP (page call-frequency-limit)."""
        return cls("ip_block")

    @classmethod
    def html(cls) -> Fault:
        """Answer 200 with an HTML page, the other form of an IP block (page call-frequency-limit)."""
        return cls("html")

    @classmethod
    def proxy_page(cls, status: int = HTTPStatus.OK) -> Fault:
        """Answer with the sign-in page of a proxy, which stands between the client and the service.

        :param status: HTTP status.
        """
        return cls("proxy_page", status=int(status))

    @classmethod
    def redirect(cls, location: str) -> Fault:
        """Answer 302 with the given location."""
        return cls("redirect", location=location)

    @classmethod
    def answer(cls, status: int, body: object) -> Fault:
        """Send the given answer instead of the operation's own answer.

        :param status: HTTP status.
        :param body: the body, sent as JSON.
        """
        return cls("answer", status=status, body=body)

    def on(self, operation: str) -> Fault:
        """Return a fault like this one, but for one operation only.

        :param operation: the official name of the operation.
        """
        return replace(self, operation=operation)

    def after_effect(self) -> Fault:
        """Return a fault like this one, but for a request that is carried out before the fault hits."""
        return replace(self, is_after_effect=True)

    def late_effect(self, seconds: float) -> Fault:
        """Return a fault like this one, but for a request that is carried out late, after the fault hits.

        Access is checked when the request arrives, and everything else when the request is carried out.

        :param seconds: the delay by the emulator's clock, more than 0.
        :raises ValueError: if the delay is not more than 0.
        """
        if not seconds > 0:
            raise ValueError(f"a late effect must be more than 0 seconds late, not {seconds}")
        return replace(self, effect_delay=seconds)

    def times(self, count: int) -> Fault:
        """Return a fault like this one, but for the given number of requests.

        :param count: the number of requests, at least 1.
        :raises ValueError: if the number is less than 1.
        """
        if count < 1:
            raise ValueError(f"a fault must be for at least 1 request, not {count}")
        return replace(self, count=count)

    def as_answer(self, request_id: str, *, is_legacy: bool = False) -> Answer:
        """Return the answer that the client gets.

        :param request_id: the id of the request.
        :param is_legacy: whether the request belongs to the legacy API, whose errors have a different form.
        """
        if self.kind == "error":
            return self._error_answer(request_id, is_legacy=is_legacy)
        if self.kind == "answer":
            return json_answer(self.status, self.body)
        if self.kind == "ip_block":
            block = {"status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": uuid.uuid4().hex}
            return json_answer(200, block)
        if self.kind == "redirect":
            return Answer(302, headers={"Location": self.location})
        if self.kind == "silence":
            return Answer(200, delivery=Delivery.SILENCE, seconds=self.seconds)
        return replace(_FIXED[self.kind], status=self.status)

    def _error_answer(self, request_id: str, *, is_legacy: bool) -> Answer:
        """Return the error answer.

        In the legacy API the status is 200, unless the fault's own status is 500 or more. Such a status comes
        from a server in front of the API.
        """
        if not is_legacy:
            body = {"code": self.code, "message": self.message, "requestid": request_id}
            return json_answer(self.status, body)
        status = self.status if self.status >= _SERVER_ERRORS else HTTPStatus.OK
        return json_answer(status, error_body(self.code, self.message, request_id))


_FIXED: Mapping[str, Answer] = {
    "drop": Answer(200, delivery=Delivery.RESET),
    "truncated": Answer(200, _TRUNCATED_BODY, _JSON, delivery=Delivery.TRUNCATED),
    "empty": Answer(200),
    "not_json": Answer(200, b"{calendarId: oops", _JSON),
    "html": Answer(200, _BLOCK_PAGE, _HTML),
    "proxy_page": Answer(200, _PROXY_PAGE, _HTML),
}


def take(waiting: list[Fault], operation: str | None) -> Fault | None:
    """Return the first fault for an operation, ``None`` if there is none, and count one use of the fault.

    :param waiting: the faults that are not used up, in the order in which they were ordered.
    :param operation: official name, ``None`` for a request that matches no operation.
    """
    for index, fault in enumerate(waiting):
        if fault.operation in {None, operation}:
            left = [replace(fault, count=fault.count - 1)] if fault.count > 1 else []
            waiting[index : index + 1] = left
            return fault
    return None
