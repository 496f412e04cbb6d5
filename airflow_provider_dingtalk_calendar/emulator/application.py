"""The stand-in service with what goes wrong in it: faults, late effects, and the entry in the journal."""

from __future__ import annotations

import contextlib
import threading
import uuid
from typing import TYPE_CHECKING

from airflow_provider_dingtalk_calendar.emulator.clock import Agenda
from airflow_provider_dingtalk_calendar.emulator.faults import Fault, FaultQueue
from airflow_provider_dingtalk_calendar.emulator.journal import Journal, RecordedRequest
from airflow_provider_dingtalk_calendar.emulator.legacy import is_legacy
from airflow_provider_dingtalk_calendar.emulator.random_faults import RandomFaults
from airflow_provider_dingtalk_calendar.emulator.route import raw_path
from airflow_provider_dingtalk_calendar.emulator.routes import OPERATIONS, find_route

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from airflow_provider_dingtalk_calendar.emulator.acls import Acl
    from airflow_provider_dingtalk_calendar.emulator.answers import Answer
    from airflow_provider_dingtalk_calendar.emulator.clock import EmulatorClock
    from airflow_provider_dingtalk_calendar.emulator.events import Event
    from airflow_provider_dingtalk_calendar.emulator.service import Request, Service
    from airflow_provider_dingtalk_calendar.emulator.state import Calendar, Organization


class Application:
    """The stand-in service without its sockets. Its methods may be called from any thread.

    :param service: what it does when nothing goes wrong.
    :param journal: where requests are recorded.
    :param clock: the time, the same as that of the service.
    """

    def __init__(self, service: Service, journal: Journal, clock: EmulatorClock) -> None:
        self.journal = journal
        self._service = service
        self._clock = clock
        self._agenda = Agenda(clock)
        self._faults = FaultQueue()
        self._random_faults = RandomFaults(0)
        self._lock = threading.RLock()

    @property
    def calendars(self) -> list[Calendar]:
        """The subscribed calendars, oldest first."""
        with self._up_to_date():
            return list(self._service.organization)

    @property
    def events(self) -> list[Event]:
        """The events, oldest first, without those that were deleted."""
        with self._up_to_date():
            return list(self._service.events)

    @property
    def acls(self) -> list[Acl]:
        """Who shares a calendar with whom, oldest first."""
        with self._up_to_date():
            return list(self._service.acls)

    @property
    def list_lag(self) -> float:
        """How many seconds old a calendar is before a list shows it."""
        return self._service.organization.list_lag

    @list_lag.setter
    def list_lag(self, seconds: float) -> None:
        with self._up_to_date():
            self._service.organization.list_lag = seconds

    @property
    def issued_tokens(self) -> list[str]:
        """Every access token ever issued, oldest first."""
        with self._up_to_date():
            return list(self._service.tokens.issued)

    @property
    def issued_secrets(self) -> list[str]:
        """Every secret ever handed out or accepted, oldest first."""
        with self._up_to_date():
            return list(self._service.tokens.secrets)

    @property
    def suite_ticket(self) -> str:
        """The newest suite ticket."""
        with self._up_to_date():
            return self._service.tokens.suite_ticket

    def push_suite_ticket(self) -> str:
        """Replace the suite ticket and return the new one."""
        with self._up_to_date():
            return self._service.tokens.push_suite_ticket()

    def authorize(self, union_id: str) -> str:
        """Return a new authorization code.

        :param union_id: the user who gives it.
        """
        with self._up_to_date():
            return self._service.tokens.authorize(union_id)

    @contextlib.contextmanager
    def organization(self) -> Iterator[Organization]:
        """Offer what the service remembers of people and calendars, while nothing else changes it."""
        with self._up_to_date():
            yield self._service.organization

    def order(self, fault: Fault) -> None:
        """Queue a fault.

        :param fault: what shall go wrong.
        :raises ValueError: if it is for an operation that does not exist.
        """
        _check_operation(fault)
        with self._up_to_date():
            self._faults.add(fault)

    def fail_at_random(self, rate: float, faults: Sequence[Fault], seed: int | None) -> None:
        """Let requests of operations fail by chance, as ``RandomFaults`` does.

        :param rate: the probability.
        :param faults: what may go wrong.
        :param seed: of the chance.
        :raises ValueError: if there is no such rate, or a fault is for an operation that does not exist.
        """
        for fault in faults:
            _check_operation(fault)
        random_faults = RandomFaults(rate, faults, seed)
        with self._up_to_date():
            self._random_faults = random_faults

    def expire_tokens(self) -> None:
        """Let every access token's time be over."""
        with self._up_to_date():
            self._service.tokens.expire()

    def revoke_tokens(self) -> None:
        """Make every access token invalid."""
        with self._up_to_date():
            self._service.tokens.revoke()

    def expire_refresh_tokens(self) -> None:
        """Let every refresh token's time be over."""
        with self._up_to_date():
            self._service.tokens.expire_refresh_tokens()

    def reset(self) -> None:
        """Forget what the service does, the journal, faults and late effects."""
        with self._up_to_date():
            self._service.reset()
            self._agenda.clear()
            self._faults.clear()
            self._random_faults = RandomFaults(0)
            self.journal.clear()

    def handle(self, request: Request) -> Answer:
        """Carry a request out and record it; it is in the journal before its answer is on the wire.

        :param request: what arrived.
        """
        request_id = str(uuid.uuid4()).upper()
        path = raw_path(request.target)
        found = find_route(request.method, path)
        with self._up_to_date():
            now, before = self._clock(), self._service.changes
            operation = found[0].operation if found else None
            fault = self._faults.take(operation) or self._random_faults.take(operation)
            if fault is None:
                answer = self._service.answer(found, request, request_id)
            else:
                if fault.is_after_effect:
                    self._service.answer(found, request, request_id)
                elif fault.effect_delay is not None and (late := self._service.prepare(found, request)):
                    self._agenda.add(now + fault.effect_delay, late)
                answer = fault.as_answer(request_id, is_legacy=is_legacy(path))
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
                effect=self._service.changes != before,
                request_id=request_id,
                time=now,
            )
            self.journal.record(entry)
        return answer

    @contextlib.contextmanager
    def _up_to_date(self) -> Iterator[None]:
        """Hold the lock, with everything done that is due."""
        with self._lock:
            self._agenda.catch_up()
            yield


def _check_operation(fault: Fault) -> None:
    if fault.operation is not None and fault.operation not in OPERATIONS:
        raise ValueError(f"no operation {fault.operation!r}; there are {', '.join(OPERATIONS)}")
