"""The client's store in Airflow Variables, which Airflow encrypts at rest and shares between workers.

In a task, and in other code that Airflow supervises, Variables are read through the supervisor. In the
api-server (the *Test* button), in scripts and on Airflow 2, they are read from the database.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

from asgiref.sync import sync_to_async

from airflow_provider_dingtalk_calendar.exceptions import StoreError

from .masking import SUPERVISOR

DESCRIPTION = "Kept by airflow-provider-dingtalk-calendar."

log = logging.getLogger(__name__)


def _is_supervised() -> bool:
    return hasattr(sys.modules.get("airflow.sdk.execution_time.task_runner"), "SUPERVISOR_COMMS")


def _variables() -> Any:
    """Return the class that gives this process access to Variables."""
    if _is_supervised():
        from airflow.sdk import Variable

        return Variable
    from airflow.models.variable import Variable as VariableInDatabase

    return VariableInDatabase


def _failures() -> tuple[type[Exception], ...]:
    """Return the exceptions that Airflow raises if a Variable cannot be read or written."""
    from airflow.providers.common.compat.sdk import AirflowException
    from sqlalchemy.exc import SQLAlchemyError

    failures: list[type[Exception]] = [AirflowException, SQLAlchemyError, OSError, RuntimeError, ImportError]
    if _is_supervised():
        from airflow.sdk.exceptions import AirflowRuntimeError

        failures.append(AirflowRuntimeError)
    return tuple(failures)


class VariableStore:
    """Store of strings in Airflow Variables."""

    def load(self, name: str) -> str | None:
        """Return the Variable with that name, or None if there is no such Variable.

        :raises StoreError: If Airflow cannot read the Variable.
        """
        # The name of the parameter for the default depends on the class.
        found: object = self._done("read", name, lambda: _variables().get(name, None))
        # A secrets backend may return a number.
        return None if found is None else str(found)

    def save(self, name: str, value: str) -> None:
        """Set the Variable.

        :raises StoreError: If Airflow cannot write the Variable.
        """
        self._done("written", name, lambda: _variables().set(name, value, description=DESCRIPTION))

    @staticmethod
    def _done(what: str, name: str, action: Callable[[], str | None]) -> str | None:
        try:
            with SUPERVISOR.value:
                return action()
        except _failures() as error:
            # Other names were typed by a user, who may have put the ticket itself into the field.
            shown = repr(name) if name.startswith("dingtalk_") else "of the suite ticket"
            msg = f"the Airflow Variable {shown} could not be {what} ({type(error).__name__})"
        # Raised outside the ``except`` clause above, because a database error can contain the value.
        log.warning("%s", msg)
        raise StoreError(msg)


class AsyncVariableStore:
    """Store of strings in Airflow Variables that does not block the event loop."""

    def __init__(self) -> None:
        store = VariableStore()
        self.load = sync_to_async(store.load)
        self.save = sync_to_async(store.save)
