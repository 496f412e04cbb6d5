"""Injects the ordered faults into requests, carries out late effects, and records every request."""

from __future__ import annotations

import contextlib
import threading
import uuid
from typing import TYPE_CHECKING

from .catalog import OPERATIONS, find_route
from .core.clock import Agenda
from .faults.fault import Fault, FaultQueue
from .faults.random_faults import RandomFaults
from .journal import Journal, RecordedRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .core.clock import EmulatorClock
    from .http.answer import Answer
    from .http.request import IncomingRequest
    from .service import Service


class Application:
    """The emulator without its sockets. Its methods may be called from any thread."""

    def __init__(self, service: Service, journal: Journal, clock: EmulatorClock) -> None:
        self.journal = journal
        self._service = service
        self._clock = clock
        self._agenda = Agenda(clock)
        self._faults = FaultQueue()
        self._random_faults = RandomFaults(0)
        self._lock = threading.RLock()

    @contextlib.contextmanager
    def service(self) -> Iterator[Service]:
        """Lend the service, with everything done that is due, while no other thread uses it."""
        with self._lock:
            self._agenda.catch_up()
            yield self._service

    def order(self, fault: Fault) -> None:
        """Queue a fault.

        :raises ValueError: if it is for an operation that does not exist.
        """
        _check_operation(fault)
        with self.service():
            self._faults.add(fault)

    def fail_at_random(self, rate: float, faults: Sequence[Fault], seed: int | None) -> None:
        """Let requests fail by chance, as ``RandomFaults`` does.

        :raises ValueError: if there is no such rate, or a fault is for an operation that does not exist.
        """
        for fault in faults:
            _check_operation(fault)
        random_faults = RandomFaults(rate, faults, seed)
        with self.service():
            self._random_faults = random_faults

    def reset(self) -> None:
        """Forget the journal, faults, late effects, and what the requests have changed."""
        with self.service() as service:
            service.reset()
            self._agenda.clear()
            self._faults.clear()
            self._random_faults = RandomFaults(0)
            self.journal.clear()

    def handle(self, request: IncomingRequest) -> Answer:
        """Carry a request out and record it, before its answer is on the wire."""
        request_id = str(uuid.uuid4()).upper()
        found = find_route(request.method, request.path)
        operation = found[0].operation if found else None
        with self.service() as service:
            now, before = self._clock(), service.changes
            fault = self._faults.take(operation) or self._random_faults.take(operation)
            if fault is None:
                answer = service.answer(found, request, request_id)
            else:
                if fault.is_after_effect:
                    service.answer(found, request, request_id)
                elif fault.effect_delay is not None and (late := service.prepare(found, request)):
                    self._agenda.add(now + fault.effect_delay, late)
                answer = fault.as_answer(request_id, is_legacy=request.is_legacy)
            entry = RecordedRequest(
                operation=operation,
                method=request.method,
                target=request.target,
                headers=request.headers,
                body=request.fields,
                raw_body=request.raw_body,
                path_parameters=found[1] if found else {},
                status=answer.status_on_the_wire,
                fault=fault,
                effect=service.changes != before,
                request_id=request_id,
                time=now,
            )
            self.journal.record(entry)
        return answer


def _check_operation(fault: Fault) -> None:
    if fault.operation is not None and fault.operation not in OPERATIONS:
        raise ValueError(f"no operation {fault.operation!r}; there are {', '.join(OPERATIONS)}")
