"""Registering secrets with Airflow's secrets masker, from threads and from event loops."""

from __future__ import annotations

from airflow.providers.common.compat.sdk import mask_secret


def mask(secret: str) -> None:
    """Have Airflow replace this value by asterisks wherever it writes a log from now on."""
    mask_secret(secret)


async def amask(secret: str) -> None:
    """Do the same without blocking the event loop on the supervisor (Airflow 3.3 and later)."""
    try:
        from airflow.sdk.log import amask_secret
    except ImportError:
        mask_secret(secret)
    else:
        await amask_secret(secret)
