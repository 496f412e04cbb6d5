"""
What can go wrong around a running Airflow.

StackError
├── HomeNotUsableError   the folder is somebody else's, or in use
├── ComponentDiedError   a process of Airflow ended while it was needed
├── NotInTimeError       a condition did not come true before its deadline
├── DagImportError       a DAG file could not be imported
├── ApiError             the REST API answered with an error
└── RunFailedError       a DAG run ended otherwise than expected
"""

from __future__ import annotations


class StackError(Exception):
    """Its text holds all that is needed to see the cause: the end of a log, an answer, a task's log."""


class HomeNotUsableError(StackError):
    """The folder holds something that is not from an earlier stack, or is in use by a running one."""


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
    """A DAG run ended otherwise than expected."""
