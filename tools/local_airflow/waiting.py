"""Wait for a condition, with a deadline and without a blind sleep."""

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
    """
    Call ``look`` until it returns something true, and return that with the seconds it took.

    :param look: may raise to end the wait at once, for example when a process that it needs has died.
    :param timeout: seconds.
    :param interval: seconds between two looks.
    :raises NotInTimeError: naming ``what``.
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
