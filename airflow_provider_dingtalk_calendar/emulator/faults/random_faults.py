"""Random faults, which can hit any request that matches an operation."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from ..core import errors
from .fault import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

_SERVER_ERRORS = 500

RANDOM_FAULTS = (
    Fault.drop(),
    Fault.silence(0.05),
    Fault.truncated(),
    Fault.empty(),
    Fault.not_json(),
    Fault.error(500, "internalError", "The server has failed."),
    Fault.error(503, "systemBusy", "The server is busy."),
    Fault.error(429, "system.busy", "The server is busy."),
    Fault.error(errors.QPS_LIMIT.status, errors.QPS_LIMIT.code, errors.QPS_LIMIT.message),
)
"""Faults that end within seconds, unlike an IP block. The emulator chose the error messages."""


class RandomFaults:
    """Random faults. Not thread-safe, so the owner holds a lock.

    :param rate: the probability that a request is hit.
    :param faults: the faults to choose from, each any number of times. ``times`` is ignored.
    :param seed: with the same seed, the same faults hit the same requests. ``None`` for a random seed.
    :raises ValueError: if the rate is not between 0 and 1.
    """

    def __init__(self, rate: float, faults: Sequence[Fault] = (), seed: int | None = None) -> None:
        if not 0 <= rate <= 1:
            raise ValueError(f"a rate is from 0 to 1, not {rate}")
        self._rate = rate
        self._faults = tuple(faults)
        self._random = random.Random(seed)  # noqa: S311  # no secret depends on it

    def take(self, operation: str | None) -> Fault | None:
        """Return a fault that hits a request before or after its effect, or ``None`` for no fault.

        :param operation: official name, ``None`` for a request that matches no operation. No fault hits such
            a request.
        """
        if operation is None:
            return None
        fitting = [fault for fault in self._faults if fault.operation in {None, operation}]
        if not fitting or self._random.random() >= self._rate:
            return None
        fault = self._random.choice(fitting)
        is_refusal = fault.kind == "error" and fault.status < _SERVER_ERRORS
        if is_refusal or fault.effect_delay is not None:
            return fault
        return self._random.choice((fault, fault.after_effect()))
