"""Objects whose repr hides secrets, and tracebacks without the frames that hold secrets in clear.

Error reporters, ``rich`` and ``pytest --showlocals`` print the local variables of every frame of a traceback.
The frames of this package hold secrets only in these objects. Frames that need the plain
strings (HTTP libraries, stores, maskers, readers of answers) are removed from the traceback of their error.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

E = TypeVar("E", bound=BaseException)


@dataclass(frozen=True)
class Secret:
    """A string with a repr that hides it."""

    value: str = field(repr=False)


class Secrets(Collection[str]):
    """A collection of secrets with a repr that hides them.

    :param secrets: The secrets. Empty strings and repetitions are dropped.
    """

    def __init__(self, *secrets: str | None) -> None:
        self._values = tuple(dict.fromkeys(filter(None, secrets)))

    def __contains__(self, secret: object) -> bool:
        return secret in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __add__(self, others: Collection[str]) -> Secrets:
        return Secrets(*self, *others)


def without_frames(error: E) -> E:
    """Remove the traceback, cause and context from an error, and return the error.

    :param error: An error that has passed through frames with secrets in clear.
    """
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)
