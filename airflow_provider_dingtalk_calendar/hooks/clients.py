"""Clients made from an Airflow connection.

The hook imports this module when it makes a client, so DAG files that use an operator do not load the client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_provider_dingtalk_calendar.client import AsyncDingTalkClient, DingTalkClient

from .connection.settings import settings_of
from .masking import amask, mask
from .variables import AsyncVariableStore, VariableStore

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.client.auth.token_memory import TokenMemory


def sync_client(connection: Any, memory: TokenMemory) -> DingTalkClient:
    """Make a client for ``requests``.

    :param connection: An Airflow connection of type ``dingtalk``.
    :param memory: Access tokens of this process.
    :raises ConfigurationError: If a field of the connection is missing or wrong.
    """
    return DingTalkClient(settings_of(connection), mask=mask, store=VariableStore(), memory=memory)


def async_client(connection: Any, memory: TokenMemory) -> AsyncDingTalkClient:
    """Make a client for ``httpx``; see :func:`sync_client`."""
    return AsyncDingTalkClient(settings_of(connection), mask=amask, store=AsyncVariableStore(), memory=memory)
