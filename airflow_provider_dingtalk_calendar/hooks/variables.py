"""Airflow Variables as the store of a client: encrypted at rest by Airflow, the same on every worker.

In a task, and wherever else Airflow runs our code for it, Variables are reached through the supervisor; in
the api-server, which runs the *Test* button, in a script and on Airflow 2, through the database.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from airflow_provider_dingtalk_calendar.exceptions import StoreError
from airflow_provider_dingtalk_calendar.hooks.masking import SUPERVISOR

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
    """Return what Airflow raises where it cannot reach what it keeps: in the task, its supervisor, SQL."""
    from airflow.providers.common.compat.sdk import AirflowException
    from sqlalchemy.exc import SQLAlchemyError

    failures: list[type[Exception]] = [AirflowException, SQLAlchemyError, OSError, RuntimeError, ImportError]
    if _is_supervised():
        from airflow.sdk.exceptions import AirflowRuntimeError

        failures.append(AirflowRuntimeError)
    return tuple(failures)


class VariableStore:
    """Texts in Airflow Variables."""

    def load(self, name: str) -> str | None:
        """Return the Variable of that name, None if there is none.

        :raises StoreError: If Airflow cannot tell.
        """
        return self._done("read", name, lambda: _get(name))

    def save(self, name: str, value: str) -> None:
        """Set the Variable.

        :raises StoreError: If Airflow does not.
        """
        self._done("written", name, lambda: _set(name, value))

    @staticmethod
    def _done(what: str, name: str, action: Callable[[], str | None]) -> str | None:
        try:
            with SUPERVISOR:
                return action()
        except _failures() as error:
            # A name that is not ours was typed in, and could be a ticket in the wrong field.
            shown = repr(name) if name.startswith("dingtalk_") else "of the suite ticket"
            msg = f"the Airflow Variable {shown} could not be {what} ({type(error).__name__})"
        # Not within the clause above: the error of a database can hold the value.
        log.warning("%s", msg)
        raise StoreError(msg)


class AsyncVariableStore:
    """The same for an event loop, which is not blocked meanwhile."""

    def __init__(self) -> None:
        self._store = VariableStore()

    async def load(self, name: str) -> str | None:
        """Return the Variable of that name, None if there is none.

        :raises StoreError: If Airflow cannot tell.
        """
        from asgiref.sync import sync_to_async

        found: str | None = await sync_to_async(self._store.load)(name)
        return found

    async def save(self, name: str, value: str) -> None:
        """Set the Variable.

        :raises StoreError: If Airflow does not.
        """
        from asgiref.sync import sync_to_async

        await sync_to_async(self._store.save)(name, value)
