"""How much the long tests try: all of it in ``make test``, less where many versions are asked the same."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

FEW = os.environ.get("TEST_EFFORT") == "few"


def effort(examples: int) -> int:
    """Return how many of so many examples are played."""
    return max(1, examples // 20) if FEW else examples


def some(cases: Sequence[T]) -> Sequence[T]:
    """Return those of the cases that are played."""
    return cases[::5] if FEW else cases
