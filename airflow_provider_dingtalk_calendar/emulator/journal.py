"""The journal, which records every request and its outcome."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from .faults.fault import Fault

_REDACTED = "***"
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "x-acs-dingtalk-access-token"})
_SECRET_FIELDS = frozenset(
    {
        "accesstoken",
        "access_token",
        "appsecret",
        "clientsecret",
        "client_secret",
        "code",
        "refresh_token",
        "refreshtoken",
        "suitesecret",
        "suiteticket",
    }
)
_SECRET_QUERY = re.compile(rf"([?&](?:{'|'.join(sorted(_SECRET_FIELDS))})=)[^&]*", re.IGNORECASE)


@dataclass(frozen=True, repr=False)
class RecordedRequest:
    """One request as it arrived, and its outcome. The fields show secrets, but ``repr`` does not.

    :param operation: official name, ``None`` if the method and path match no operation.
    :param method: HTTP method.
    :param target: the request target exactly as sent, with percent-encoding and query.
    :param headers: the headers, with names in lower case.
    :param body: the parsed JSON or the form fields, ``None`` if the body is neither JSON nor a form.
    :param raw_body: the bytes of the body.
    :param path_parameters: the decoded path parameters.
    :param status: the HTTP status of the answer, ``None`` if the client got no answer.
    :param fault: the fault that hit the request, ``None`` for no fault.
    :param effect: whether the request changed a calendar, an event, the access to a calendar or event, or a
        token.
    :param request_id: the ``requestid`` of the answer.
    :param time: the time of arrival by the emulator's clock, in seconds since the epoch.
    """

    operation: str | None
    method: str
    target: str
    headers: Mapping[str, str]
    body: object
    raw_body: bytes
    path_parameters: Mapping[str, str]
    status: int | None
    fault: Fault | None
    effect: bool
    request_id: str
    time: float

    def redacted(self) -> dict[str, object]:
        """Return the request as JSON values, without secrets."""
        shown = {
            **vars(self),
            "target": _SECRET_QUERY.sub(rf"\1{_REDACTED}", self.target),
            "headers": {
                name: _REDACTED if name in _SECRET_HEADERS else value for name, value in self.headers.items()
            },
            "body": _without_secrets(self.body),
            "path_parameters": dict(self.path_parameters),
            "fault": None if self.fault is None else self.fault.kind,
        }
        del shown["raw_body"]
        return shown

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.redacted().items())
        return f"RecordedRequest({shown})"


class Journal(Sequence[RecordedRequest]):
    """The requests so far. Reading is safe while more requests arrive. A slice is a tuple.

    :param listener: called with each request when it is recorded.
    """

    def __init__(self, listener: Callable[[RecordedRequest], None] | None = None) -> None:
        self._lock = threading.Lock()
        self._entries: list[RecordedRequest] = []
        self._listener = listener

    @property
    def operations(self) -> list[str | None]:
        """The names of the operations, in order, with ``None`` for a request that matches no operation."""
        return [entry.operation for entry in self._snapshot()]

    def of(self, operation: str) -> list[RecordedRequest]:
        """Return the requests of one operation, by its official name."""
        return [entry for entry in self._snapshot() if entry.operation == operation]

    def record(self, entry: RecordedRequest) -> None:
        """Add a request."""
        with self._lock:
            self._entries.append(entry)
        if self._listener is not None:
            self._listener(entry)

    def clear(self) -> None:
        """Forget all requests."""
        with self._lock:
            self._entries.clear()

    def _snapshot(self) -> tuple[RecordedRequest, ...]:
        with self._lock:
            return tuple(self._entries)

    def __iter__(self) -> Iterator[RecordedRequest]:
        return iter(self._snapshot())

    def __len__(self) -> int:
        return len(self._snapshot())

    @overload
    def __getitem__(self, index: int) -> RecordedRequest: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[RecordedRequest, ...]: ...

    def __getitem__(self, index: int | slice) -> RecordedRequest | tuple[RecordedRequest, ...]:
        return self._snapshot()[index]

    def __repr__(self) -> str:
        return f"Journal({list(self._snapshot())!r})"


def _without_secrets(value: object) -> object:
    if isinstance(value, Mapping):
        return {
            key: _REDACTED if str(key).lower() in _SECRET_FIELDS else _without_secrets(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_without_secrets(item) for item in value]
    return value
