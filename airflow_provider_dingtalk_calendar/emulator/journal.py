"""The journal, which records requests and their outcomes."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

from .core.redaction import redacted, redacted_target

if TYPE_CHECKING:
    from .core.options import Options
    from .faults.fault import Fault


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
    :param effect: whether the request changed a calendar, a subscription, a group, an event, the access to a
        calendar, or a token.
    :param metered: whether the request counted against the monthly quota.
    :param request_id: the ``requestid`` of the answer.
    :param time: the time of arrival by the emulator's clock, in seconds since the epoch.
    :param warning: the caller's likely mistake, such as a userid in place of a unionId, empty for none.
    :param secrets: secrets to hide wherever the request has them.
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
    metered: bool
    request_id: str
    time: float
    warning: str
    secrets: tuple[str, ...]

    def redacted(self) -> dict[str, object]:
        """Return the request as JSON values, without secrets."""
        shown = {
            **vars(self),
            "method": redacted(self.method, self.secrets),
            "target": redacted_target(self.target, self.secrets),
            "headers": redacted(self.headers, self.secrets),
            "body": redacted(self.body, self.secrets),
            "path_parameters": redacted(self.path_parameters, self.secrets),
            "fault": None if self.fault is None else self.fault.kind,
            "warning": redacted(self.warning, self.secrets),
        }
        del shown["raw_body"], shown["secrets"]
        return shown

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.redacted().items())
        return f"RecordedRequest({shown})"


class Journal(Sequence[RecordedRequest]):
    """The newest requests, in order. Reading is safe while more requests arrive. A slice is a tuple.

    :param options: the emulator's options, for ``journal_size``, the number of requests to keep. The oldest
        requests are dropped.
    :param listener: called with each request when it is recorded.
    """

    def __init__(self, options: Options, listener: Callable[[RecordedRequest], None] | None = None) -> None:
        self.dropped = 0
        """How many requests were dropped since the journal was last cleared."""
        self._lock = threading.Lock()
        self._options = options
        self._entries: deque[RecordedRequest] = deque()
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
            while len(self._entries) > self._options.journal_size:
                self._entries.popleft()
                self.dropped += 1
        if self._listener is not None:
            self._listener(entry)

    def clear(self) -> None:
        """Forget all requests."""
        with self._lock:
            self._entries.clear()
            self.dropped = 0

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
        entries = self._snapshot()
        return f"Journal(kept={len(entries)}, dropped={self.dropped}, requests={list(entries)!r})"
