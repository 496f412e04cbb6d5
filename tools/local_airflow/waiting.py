"""Check a condition again and again until it is true or a deadline has passed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from .errors import NotInTimeError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def wait_until(
    what: str, look: Callable[[], T | None], *, timeout: float, interval: float = 0.25
) -> tuple[T, float]:
    """Call ``look`` until it returns a true value. Return the value and the time this took in seconds.

    :param look: Can raise an error to end the wait at once, for example if a process has died.
    :param timeout: Seconds to wait.
    :param interval: Seconds between two calls.
    :raises NotInTimeError: If the time is over. The message contains ``what``.
    """
    begun = time.monotonic()
    while True:
        found = look()
        passed = time.monotonic() - begun
        if found:
            return found, passed
        if passed > timeout:
            raise NotInTimeError(f"{what}: not within {timeout:.0f} s")
        time.sleep(interval)
