"""Clients made from an Airflow connection.

The hook imports this module when it makes a client, so DAG files that use an operator do not load the client.
"""

from __future__ import annotations

from typing import Any

from airflow_provider_dingtalk_calendar.client import AsyncDingTalkClient, DingTalkClient
from airflow_provider_dingtalk_calendar.client.auth.token_memory import TokenMemory

from .connection.settings import settings_of
from .masking import amask, mask
from .variables import AsyncVariableStore, VariableStore

#: The access tokens that all hooks of this process share.
TOKENS = TokenMemory()


def sync_client(connection: Any) -> DingTalkClient:
    """Make a client for ``requests``.

    :param connection: An Airflow connection of type ``dingtalk``.
    :raises ConfigurationError: If a field of the connection is missing or wrong.
    """
    settings = settings_of(connection)
    return DingTalkClient(settings, mask=mask, store=VariableStore(settings.credentials), memory=TOKENS)


def async_client(connection: Any) -> AsyncDingTalkClient:
    """Make a client for ``httpx``; see :func:`sync_client`."""
    settings = settings_of(connection)
    return AsyncDingTalkClient(
        settings, mask=amask, store=AsyncVariableStore(settings.credentials), memory=TOKENS
    )
