"""Registration of secrets with the secrets masker of every Airflow version, in threads and event loops."""

from __future__ import annotations

import importlib
import os
import sys
import threading
from types import ModuleType

from airflow_provider_dingtalk_calendar.client.engine.per_process import PerProcess
from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError

#: Modules that have ``mask_secret``: in Airflow 3.1 and later, in 3.0, and in 2.11.
HOMES = (
    "airflow.sdk.log",
    "airflow.sdk.execution_time.secrets_masker",
    "airflow.utils.log.secrets_masker",
)

#: Hold this lock for every request to the supervisor. On Airflow 3.0 and 3.1, threads that ask at the same
#: time can get each other's answers.
SUPERVISOR = PerProcess(threading.Lock)


def _renew_thread() -> None:
    """Give a forked child a new thread for ``sync_to_async``, because the parent's thread did not survive."""
    asgiref = sys.modules.get("asgiref.sync")
    if asgiref is not None:
        executor = asgiref.SyncToAsync.single_thread_executor
        asgiref.SyncToAsync.single_thread_executor = type(executor)(max_workers=1)


os.register_at_fork(after_in_child=_renew_thread)


def _home() -> ModuleType:
    for name in HOMES:
        try:
            home = importlib.import_module(name)
        except ImportError:
            continue
        if hasattr(home, "mask_secret"):
            return home
    msg = f"no mask_secret in {', '.join(HOMES)}: logs could show secrets"
    raise ConfigurationError(msg)


def mask(secret: str) -> None:
    """Replace this value with asterisks in everything that Airflow logs from now on.

    :raises ConfigurationError: If the masker of this Airflow version is unknown, because no secret may be
        used unmasked.
    """
    mask_secret = _home().mask_secret
    with SUPERVISOR.value:
        mask_secret(secret)


async def amask(secret: str) -> None:
    """Mask a value as :func:`mask` does, without blocking the event loop.

    If Airflow has no async masker, the call runs in the thread that also reads Variables.
    """
    amask_secret = getattr(_home(), "amask_secret", None)
    if amask_secret is None:
        from asgiref.sync import sync_to_async

        amask_secret = sync_to_async(mask)
    await amask_secret(secret)
