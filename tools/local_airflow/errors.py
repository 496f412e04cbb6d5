"""Exceptions for a running Airflow.

StackError
├── HomeNotUsableError   the folder is in use, or is not from an earlier stack
├── ComponentDiedError   a process of Airflow ended while it was needed
├── NotInTimeError       a condition did not come true before its deadline
├── DagImportError       a DAG file could not be imported
├── ApiError             the REST API answered with an error
└── RunFailedError       a DAG run did not end in the expected state
"""

from __future__ import annotations


class StackError(Exception):
    """The base class. The message shows the full cause: the end of a log, an answer, or a task log."""


class HomeNotUsableError(StackError):
    """A running stack uses the folder, or the folder holds files that are not from an earlier stack."""


class ComponentDiedError(StackError):
    """A component ended while it was needed."""


class NotInTimeError(StackError):
    """A condition did not come true before its deadline."""


class DagImportError(StackError):
    """A DAG file could not be imported."""


class ApiError(StackError):
    """The REST API answered with an error."""

    def __init__(self, call: str, status: int, body: str) -> None:
        super().__init__(f"{call}: HTTP {status}\n{body}")
        self.status = status


class RunFailedError(StackError):
    """A DAG run did not end in the expected state."""
