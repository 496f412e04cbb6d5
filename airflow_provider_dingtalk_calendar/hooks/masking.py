"""Registering secrets with Airflow's secrets masker, from threads and from event loops, on every Airflow."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError

#: Where ``mask_secret`` is: Airflow 3.1 and later, 3.0, 2.11.
HOMES = (
    "airflow.sdk.log",
    "airflow.sdk.execution_time.secrets_masker",
    "airflow.utils.log.secrets_masker",
)


def _find(name: str) -> Callable[..., object] | None:
    for home in HOMES:
        try:
            found: Callable[..., object] = getattr(importlib.import_module(home), name)
        except (ImportError, AttributeError):
            continue
        return found
    return None


def mask(secret: str) -> None:
    """Have Airflow replace this value by asterisks wherever it writes a log from now on.

    :raises ConfigurationError: If this Airflow has no masker that is known here: no secret is used unmasked.
    """
    mask_secret = _find("mask_secret")
    if mask_secret is None:
        msg = f"no mask_secret in {', '.join(HOMES)}"
        raise ConfigurationError(msg)
    mask_secret(secret)


async def amask(secret: str) -> None:
    """Do the same without blocking the event loop on the supervisor, where Airflow can."""
    amask_secret: Callable[..., object] | None = _find("amask_secret")
    if amask_secret is None:
        mask(secret)
    else:
        await amask_secret(secret)  # type: ignore[misc]
