"""Registering secrets with Airflow's secrets masker, from threads and from event loops, on every Airflow."""

from __future__ import annotations

import importlib
import threading
from types import ModuleType

from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError

#: Where ``mask_secret`` is: Airflow 3.1 and later, 3.0, 2.11.
HOMES = (
    "airflow.sdk.log",
    "airflow.sdk.execution_time.secrets_masker",
    "airflow.utils.log.secrets_masker",
)

#: Held while the supervisor is asked: on Airflow 3.0 and 3.1, threads that ask at once get the answers of
#: each other.
SUPERVISOR = threading.Lock()


def _home() -> ModuleType:
    for name in HOMES:
        try:
            home = importlib.import_module(name)
        except ImportError:
            continue
        if hasattr(home, "mask_secret"):
            return home
    msg = f"no mask_secret in {', '.join(HOMES)}"
    raise ConfigurationError(msg)


def mask(secret: str) -> None:
    """Have Airflow replace this value by asterisks wherever it writes a log from now on.

    :raises ConfigurationError: If this Airflow has no masker that is known here: no secret is used unmasked.
    """
    mask_secret = _home().mask_secret
    with SUPERVISOR:
        mask_secret(secret)


async def amask(secret: str) -> None:
    """Do the same for an event loop, which is not blocked meanwhile.

    Where Airflow has no way of its own, it is done in the one thread in which Variables are read, too.
    """
    amask_secret = getattr(_home(), "amask_secret", None)
    if amask_secret is None:
        from asgiref.sync import sync_to_async

        amask_secret = sync_to_async(mask)
    await amask_secret(secret)
