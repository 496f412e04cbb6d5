"""Injects faults into requests, carries out late effects, and records every request."""

from __future__ import annotations

import contextlib
import threading
import uuid
from typing import TYPE_CHECKING

from .catalog import OPERATIONS, find_route
from .core.clock import Agenda
from .faults.fault import Fault, take
from .faults.random_faults import RandomFaults
from .journal import Journal, RecordedRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .core.clock import EmulatorClock
    from .http.answer import Answer
    from .http.request import IncomingRequest
    from .service import Service


class Application:
    """The emulator without its sockets. Its methods can be called from any thread."""

    def __init__(self, service: Service, journal: Journal, clock: EmulatorClock) -> None:
        self.journal = journal
        self.clock = clock
        self._service = service
        self._agenda = Agenda(clock)
        self._faults: list[Fault] = []
        self._random_faults = RandomFaults(0)
        self._lock = threading.RLock()

    @contextlib.contextmanager
    def service(self) -> Iterator[Service]:
        """Run all due actions, then lend the service while no other thread can use it."""
        with self._lock:
            self._agenda.catch_up()
            yield self._service

    def order(self, fault: Fault) -> None:
        """Queue a fault.

        :raises ValueError: if the fault is for an operation that does not exist.
        """
        _check_operations(fault)
        with self.service():
            self._faults.append(fault)

    def fail_at_random(self, rate: float, faults: Sequence[Fault], seed: int | None) -> None:
        """Make requests fail at random, as ``RandomFaults`` describes.

        :raises ValueError: if the rate is invalid, or a fault is for an operation that does not exist.
        """
        _check_operations(*faults)
        random_faults = RandomFaults(rate, faults, seed)
        with self.service():
            self._random_faults = random_faults

    def reset(self) -> None:
        """Clear the data that ``Service.reset`` clears, the journal, the faults and the late effects."""
        with self.service() as service:
            service.reset()
            self._agenda.clear()
            self._faults.clear()
            self._random_faults = RandomFaults(0)
            self.journal.clear()

    def handle(self, request: IncomingRequest) -> Answer:
        """Carry out a request, unless a fault prevents that. Record the request, and return the answer."""
        request_id = str(uuid.uuid4()).upper()
        found = find_route(request.method, request.path)
        operation = found[0].operation if found else None
        with self.service() as service:
            now, before, metered = self.clock(), service.changes, service.limits.metered_calls
            fault = take(self._faults, operation) or self._random_faults.take(operation)
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
                metered=service.limits.metered_calls != metered,
                request_id=request_id,
                time=now,
                warning=answer.warning,
                secrets=(service.app.client_secret,),
            )
            self.journal.record(entry)
        return answer


def _check_operations(*faults: Fault) -> None:
    for fault in faults:
        if fault.operation is not None and fault.operation not in OPERATIONS:
            raise ValueError(f"no operation {fault.operation!r}; there are {', '.join(OPERATIONS)}")
