"""State that a task keeps between its tries."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from airflow_provider_dingtalk_calendar.exceptions import StoreError

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context


log = logging.getLogger(__name__)


class TaskState:
    """One JSON value in the task state store of Airflow 3.3 and later, which survives retries.

    :param store: State store of the task.
    :param key: Key of the value in the store.
    """

    def __init__(self, store: Any, key: str) -> None:
        self._store = store
        self._key = key

    @classmethod
    def of(cls, context: Context, key: str) -> TaskState | None:
        """Return the state of a task, or None if this Airflow has no state store.

        :param context: The context of the task.
        :param key: Key of the value in the store.
        """
        store = context.get("task_state_store")
        return None if store is None else cls(store, key)

    def read(self) -> object:
        """Return the value, or None if there is none.

        :raises StoreError: If Airflow cannot read the value.
        """
        return self._done("read", lambda: self._store.get(self._key))

    def write(self, value: dict[str, Any]) -> None:
        """Replace the value.

        :raises StoreError: If Airflow cannot write the value.
        """
        self._done("written", lambda: self._store.set(self._key, value))

    def _done(self, what: str, action: Callable[[], Any]) -> Any:
        from airflow_provider_dingtalk_calendar.hooks.masking import SUPERVISOR

        try:
            with SUPERVISOR.value:
                return action()
        # A user's own store backend can raise any exception.
        except Exception as error:  # noqa: BLE001
            msg = f"{self._key!r} in Airflow's task state store could not be {what} ({type(error).__name__})"
        log.warning("%s", msg)
        raise StoreError(msg)
