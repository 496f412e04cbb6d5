"""Find secrets in the local variables of a traceback, as error reporters and pretty printers show them."""

from __future__ import annotations

import dataclasses
import traceback
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from pathlib import Path
from types import FrameType
from typing import Any

TESTS = str(Path(__file__).parent)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error, its causes and contexts, even suppressed ones, and the errors of exception groups."""
    seen: set[int] = set()
    queue = [error]
    while queue:
        one = queue.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            queue += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]


def frames(error: BaseException) -> Iterator[FrameType]:
    """Yield the frames of an error and of its causes and contexts, except the frames of tests."""
    for one in chain(error):
        for frame, _ in traceback.walk_tb(one.__traceback__):
            if not frame.f_code.co_filename.startswith(TESTS):
                yield frame


def shown(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield what a reporter shows of a value: its repr, and the contents of containers and data classes."""
    yield repr(value)
    if isinstance(value, bytes | bytearray | memoryview):
        yield bytes(value).decode(errors="replace")
    if depth > 8 or isinstance(value, str | bytes | bytearray | memoryview):
        return
    parts: list[Any] = []
    if isinstance(value, Mapping):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, Sequence | Set):
        parts = list(value)
    elif dataclasses.is_dataclass(value) and hasattr(type(value).__repr__, "__wrapped__"):
        # The data class has the repr that ``dataclass`` generates.
        parts = [getattr(value, field.name) for field in dataclasses.fields(value) if field.repr]
    elif hasattr(type(value), "__attrs_attrs__"):
        parts = [getattr(value, field.name) for field in type(value).__attrs_attrs__ if field.repr]
    elif not type(value).__module__.startswith(("airflow", "tests")):
        # Objects of libraries, such as a request with its headers and its body.
        parts = [part for part in getattr(value, "__dict__", {}).values() if not callable(part)]
    for part in parts:
        yield from shown(part, depth + 1)


def secrets_in_frames(error: BaseException, secrets: Collection[str]) -> set[str]:
    """Return the places that show a secret: file, function and variable."""
    found = {
        f"{Path(frame.f_code.co_filename).name}:{frame.f_code.co_name}: {name}"
        for frame in frames(error)
        for name, value in list(frame.f_locals.items())
        if any(secret in text for text in shown(value) for secret in secrets)
    }
    for one in chain(error):
        for summary in traceback.TracebackException.from_exception(one, capture_locals=True).stack:
            if summary.filename.startswith(TESTS):
                continue
            for name, text in (summary.locals or {}).items():
                if any(secret in text for secret in secrets):
                    found.add(f"{Path(summary.filename).name}:{summary.name}: {name} (captured)")
    return found
