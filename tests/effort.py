"""The number of cases that the thorough tests try.

The environment variable TEST_EFFORT sets this number. ``make test`` leaves the variable unset and tries a
fifth of the cases. ``make test-long`` sets ``all``. ``make matrix`` sets ``few``, because it tests many
versions.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

EFFORT = os.environ.get("TEST_EFFORT", "")
ONE_IN = {"all": 1, "": 5, "few": 20}[EFFORT]


def effort(examples: int) -> int:
    """Return the number of examples to try.

    :param examples: Number of examples for a thorough run.
    """
    return max(1, examples // ONE_IN)


def some(cases: Sequence[T]) -> Sequence[T]:
    """Return the cases to try: every fifth case if TEST_EFFORT is ``few``, otherwise all."""
    return cases[::5] if EFFORT == "few" else cases
