"""The hook: an Airflow connection in, a DingTalk client out.

The client is imported where it is made, since every DAG file that uses an operator imports this module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.providers.common.compat.sdk import BaseHook

from airflow_provider_dingtalk_calendar.exceptions import DingTalkError

if TYPE_CHECKING:
    from airflow_provider_dingtalk_calendar.client import AsyncDingTalkClient, DingTalkClient


class DingTalkHook(BaseHook):
    """Talk to DingTalk with the credentials of an Airflow connection.

    :param dingtalk_conn_id: Id of a connection of type ``dingtalk``.
    """

    conn_name_attr = "dingtalk_conn_id"
    default_conn_name = "dingtalk_default"
    conn_type = "dingtalk"
    hook_name = "DingTalk"

    def __init__(self, dingtalk_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.dingtalk_conn_id = dingtalk_conn_id
        self._client: DingTalkClient | None = None

    def get_conn(self) -> DingTalkClient:
        """Return the client of this hook: the same one at every call, so that it fetches one token.

        Close it when done, or use it as a context manager; it can be used again afterwards.

        :raises ConfigurationError: If the connection is wrong or incomplete.
        """
        from airflow_provider_dingtalk_calendar.client import DingTalkClient
        from airflow_provider_dingtalk_calendar.hooks.masking import mask
        from airflow_provider_dingtalk_calendar.hooks.settings import settings_of

        if self._client is None:
            settings = settings_of(self.get_connection(self.dingtalk_conn_id))
            self._client = DingTalkClient(settings, mask=mask)
        return self._client

    async def aget_conn(self) -> AsyncDingTalkClient:
        """Return a new async client for the running event loop; use it with ``async with``.

        :raises ConfigurationError: If the connection is wrong or incomplete.
        """
        from airflow.providers.common.compat.connection import get_async_connection

        from airflow_provider_dingtalk_calendar.client import AsyncDingTalkClient
        from airflow_provider_dingtalk_calendar.hooks.masking import amask
        from airflow_provider_dingtalk_calendar.hooks.settings import settings_of

        connection = await get_async_connection(self.dingtalk_conn_id, hook=self)
        return AsyncDingTalkClient(settings_of(connection), mask=amask)

    def test_connection(self) -> tuple[bool, str]:
        """Fetch a token, which creates nothing, and say for whom it was, or what DingTalk said."""
        try:
            with self.get_conn() as client:
                client.get_access_token()
                settings = client.settings
        except DingTalkError as error:
            return False, str(error)
        return True, f"Got an access token for {settings.credentials.client_id} from {settings.api_url}"
