"""The client's store in Airflow Variables, which Airflow shares between workers.

The store encrypts what it writes, because some versions of Airflow show Variables in clear: 2.11 in its REST
API, 3.0 in the output of ``airflow dags test`` and of the scheduler, 3.3 in the supervisor's DEBUG log.

In a task, and in other code that Airflow supervises, Variables are read through the supervisor. In the
api-server (the *Test* button), in scripts and on Airflow 2, they are read from the database.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async

from airflow_provider_dingtalk_calendar.exceptions import StoreError

from .masking import SUPERVISOR

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.client import Credentials

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
    """Store of strings in Airflow Variables, encrypted with a secret of the connection.

    :param credentials: Credentials of the connection.
    """

    def __init__(self, credentials: Credentials) -> None:
        from cryptography.fernet import Fernet

        key = hashlib.sha256(f"dingtalk variables\0{credentials.lasting_secret}".encode()).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def load(self, name: str) -> str | None:
        """Return the Variable with that name, or None if there is no such Variable.

        A Variable that this class did not encrypt is returned as it is: a suite ticket, or a value from an
        older version of this package.

        :raises StoreError: If Airflow cannot read the Variable.
        """
        from cryptography.fernet import InvalidToken

        # The name of the parameter for the default depends on the class.
        found: object = self._done("read", name, lambda: _variables().get(name, None))
        if found is None:
            return None
        # A secrets backend may return a number.
        text = str(found)
        try:
            return self._fernet.decrypt(text.encode()).decode()
        except InvalidToken:
            return text

    def save(self, name: str, value: str) -> None:
        """Set the Variable.

        :raises StoreError: If Airflow cannot write the Variable.
        """
        text = self._fernet.encrypt(value.encode()).decode()
        self._done("written", name, lambda: _variables().set(name, text, description=DESCRIPTION))

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

    def __init__(self, credentials: Credentials) -> None:
        store = VariableStore(credentials)
        self.load = sync_to_async(store.load)
        self.save = sync_to_async(store.save)
