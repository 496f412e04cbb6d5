"""How much the thorough tests try.

The variable TEST_EFFORT is not set in ``make test``, which tries a fifth. It is ``all`` in
``make test-long``, and ``few`` in ``make matrix``, which tries the same on many versions.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

EFFORT = os.environ.get("TEST_EFFORT", "")
ONE_IN = {"all": 1, "": 5, "few": 20}[EFFORT]


def effort(examples: int) -> int:
    """Return the number of examples to try, given the number for a thorough run."""
    return max(1, examples // ONE_IN)


def some(cases: Sequence[T]) -> Sequence[T]:
    """Return the cases to try."""
    return cases[::5] if EFFORT == "few" else cases
