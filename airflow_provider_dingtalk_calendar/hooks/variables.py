"""The client's store in Airflow Variables, which Airflow encrypts at rest and shares between workers.

In a task, and in other code that Airflow supervises, Variables are read through the supervisor. In the
api-server (the *Test* button), in scripts and on Airflow 2, they are read from the database.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from airflow_provider_dingtalk_calendar.exceptions import StoreError

from .masking import SUPERVISOR

DESCRIPTION = "Kept by airflow-provider-dingtalk-calendar."

log = logging.getLogger(__name__)


def _is_supervised() -> bool:
    return hasattr(sys.modules.get("airflow.sdk.execution_time.task_runner"), "SUPERVISOR_COMMS")


def _get(name: str) -> str | None:
    if _is_supervised():
        from airflow.sdk import Variable

        found = Variable.get(name, default=None)
    else:
        from airflow.models.variable import Variable as VariableInDatabase

        found = VariableInDatabase.get(name, default_var=None)
    return None if found is None else str(found)


def _set(name: str, value: str) -> None:
    if _is_supervised():
        from airflow.sdk import Variable

        Variable.set(name, value, description=DESCRIPTION)
    else:
        from airflow.models.variable import Variable as VariableInDatabase

        VariableInDatabase.set(name, value, description=DESCRIPTION)


def _failures() -> tuple[type[Exception], ...]:
    """Return what Airflow raises if it cannot reach a Variable, in a task, its supervisor or the database."""
    from airflow.providers.common.compat.sdk import AirflowException
    from sqlalchemy.exc import SQLAlchemyError

    failures: list[type[Exception]] = [AirflowException, SQLAlchemyError, OSError, RuntimeError, ImportError]
    if _is_supervised():
        from airflow.sdk.exceptions import AirflowRuntimeError

        failures.append(AirflowRuntimeError)
    return tuple(failures)


class VariableStore:
    """Store of texts in Airflow Variables."""

    def load(self, name: str) -> str | None:
        """Return the Variable of that name, or None if it does not exist.

        :raises StoreError: If Airflow cannot read it.
        """
        return self._done("read", name, lambda: _get(name))

    def save(self, name: str, value: str) -> None:
        """Set the Variable.

        :raises StoreError: If Airflow cannot write it.
        """
        self._done("written", name, lambda: _set(name, value))

    @staticmethod
    def _done(what: str, name: str, action: Callable[[], str | None]) -> str | None:
        try:
            with SUPERVISOR:
                return action()
        except _failures() as error:
            # Other names were typed by a user, who may have put the ticket itself into the field.
            shown = repr(name) if name.startswith("dingtalk_") else "of the suite ticket"
            msg = f"the Airflow Variable {shown} could not be {what} ({type(error).__name__})"
        # Raised outside the clause above, because a database error can contain the value.
        log.warning("%s", msg)
        raise StoreError(msg)


class AsyncVariableStore:
    """The same store for an event loop, which it does not block."""

    def __init__(self) -> None:
        self._store = VariableStore()

    async def load(self, name: str) -> str | None:
        """Return the Variable of that name; see :meth:`VariableStore.load`."""
        from asgiref.sync import sync_to_async

        found: str | None = await sync_to_async(self._store.load)(name)
        return found

    async def save(self, name: str, value: str) -> None:
        """Set the Variable; see :meth:`VariableStore.save`."""
        from asgiref.sync import sync_to_async

        await sync_to_async(self._store.save)(name, value)
