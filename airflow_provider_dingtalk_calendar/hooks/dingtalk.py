"""The hook: an Airflow connection in, a DingTalk client out.

The client is imported where it is made, since every DAG file that uses an operator imports this module.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from airflow.providers.common.compat.sdk import AirflowException, BaseHook
from airflow.providers.common.compat.version_compat import AIRFLOW_V_3_2_PLUS

from airflow_provider_dingtalk_calendar.exceptions import DingTalkError

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.client import AsyncDingTalkClient, DingTalkClient
    from airflow_provider_dingtalk_calendar.client.auth.token_memory import TokenMemory


@functools.cache
def token_memory() -> TokenMemory:
    """Return what all hooks of this process have in common."""
    from airflow_provider_dingtalk_calendar.client.auth.token_memory import TokenMemory

    return TokenMemory()


class DingTalkHook(BaseHook):
    """Talk to DingTalk with the credentials of an Airflow connection.

    :param dingtalk_conn_id: Id of a connection of type ``dingtalk``.
    """

    conn_name_attr = "dingtalk_conn_id"
    default_conn_name = "dingtalk_default"
    conn_type = "dingtalk"
    hook_name = "DingTalk"

    if not AIRFLOW_V_3_2_PLUS:
        # Later versions read the provider metadata, and warn of a hook that has these methods.

        @classmethod
        def get_connection_form_widgets(cls) -> dict[str, Any]:
            """Return the fields of the connection form that are kept in extra."""
            from airflow_provider_dingtalk_calendar.hooks.connection.form import widgets

            return widgets()

        @classmethod
        def get_ui_field_behaviour(cls) -> dict[str, Any]:
            """Return how the form treats the standard fields."""
            from airflow_provider_dingtalk_calendar.hooks.connection.form import behaviour

            return behaviour()

    def __init__(self, dingtalk_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.dingtalk_conn_id = dingtalk_conn_id
        self._client: DingTalkClient | None = None

    def get_conn(self) -> DingTalkClient:
        """Return the client of this hook: the same one at every call.

        Close it when done, or use it as a context manager; it can be used again afterwards. All hooks of a
        process have their access tokens in common.

        :raises ConfigurationError: If the connection is wrong or incomplete.
        """
        from airflow_provider_dingtalk_calendar.client import DingTalkClient
        from airflow_provider_dingtalk_calendar.hooks.connection.settings import settings_of
        from airflow_provider_dingtalk_calendar.hooks.masking import mask
        from airflow_provider_dingtalk_calendar.hooks.variables import VariableStore

        if self._client is None:
            settings = settings_of(self.get_connection(self.dingtalk_conn_id))
            self._client = DingTalkClient(settings, mask=mask, store=VariableStore(), memory=token_memory())
        return self._client

    async def aget_conn(self) -> AsyncDingTalkClient:
        """Return a new async client for the running event loop; use it with ``async with``.

        :raises ConfigurationError: If the connection is wrong or incomplete.
        """
        from airflow.providers.common.compat.connection import get_async_connection

        from airflow_provider_dingtalk_calendar.client import AsyncDingTalkClient
        from airflow_provider_dingtalk_calendar.hooks.connection.settings import settings_of
        from airflow_provider_dingtalk_calendar.hooks.masking import amask
        from airflow_provider_dingtalk_calendar.hooks.variables import AsyncVariableStore

        settings = settings_of(await get_async_connection(self.dingtalk_conn_id, hook=self))
        return AsyncDingTalkClient(settings, mask=amask, store=AsyncVariableStore(), memory=token_memory())

    def test_connection(self) -> tuple[bool, str]:
        """Ask for an access token, once, and say for whom it was, or what DingTalk said and what to look at.

        That creates nothing; of a user's authorization it spends the refresh token, and keeps the next one.
        """
        from dataclasses import replace

        from airflow_provider_dingtalk_calendar.client import DingTalkClient
        from airflow_provider_dingtalk_calendar.hooks.connection import report
        from airflow_provider_dingtalk_calendar.hooks.connection.settings import settings_of
        from airflow_provider_dingtalk_calendar.hooks.masking import mask
        from airflow_provider_dingtalk_calendar.hooks.variables import VariableStore

        try:
            settings = settings_of(self.get_connection(self.dingtalk_conn_id))
        except (DingTalkError, AirflowException) as error:
            return False, str(error)
        try:
            with DingTalkClient(replace(settings, max_wait=0.0), mask=mask, store=VariableStore()) as client:
                token = client.get_access_token(fresh=True)
        except DingTalkError as error:
            return False, report.failure(settings, error)
        return True, report.success(settings, token)
