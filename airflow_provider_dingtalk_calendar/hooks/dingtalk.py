"""The hook, which makes a DingTalk client from an Airflow connection.

Each method imports what it needs, because Airflow loads this module to list connection types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.providers.common.compat.sdk import AirflowException, BaseHook
from airflow.providers.common.compat.version_compat import AIRFLOW_V_3_2_PLUS

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

    if not AIRFLOW_V_3_2_PLUS:
        # Later versions of Airflow read the provider metadata and warn about a hook that has these methods.

        @classmethod
        def get_connection_form_widgets(cls) -> dict[str, Any]:
            """Return the form fields that are stored in extra."""
            from .connection.form import widgets

            return widgets()

        @classmethod
        def get_ui_field_behaviour(cls) -> dict[str, Any]:
            """Return how the form shows the standard fields."""
            from .connection.form import behaviour

            return behaviour()

    def __init__(self, dingtalk_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.dingtalk_conn_id = dingtalk_conn_id
        self._client: DingTalkClient | None = None

    def get_conn(self) -> DingTalkClient:
        """Return the client of this hook. Every call returns the same client.

        Close the client when done, or use it in a ``with`` statement. A closed client opens again when it is
        used. All hooks of a process share their access tokens.

        :raises ConfigurationError: If the connection is wrong or incomplete.
        """
        from airflow_provider_dingtalk_calendar.client.engine.secrets import without_frames
        from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError

        from .clients import sync_client

        if self._client is None:
            try:
                self._client = sync_client(self.get_connection(self.dingtalk_conn_id))
            except ConfigurationError as error:
                # The frames below hold the connection, whose repr shows its secrets.
                raise without_frames(error)  # noqa: B904
        return self._client

    async def aget_conn(self) -> AsyncDingTalkClient:
        """Return a new async client for the running event loop. Use it in an ``async with`` statement.

        :raises ConfigurationError: If the connection is wrong or incomplete.
        """
        from airflow.providers.common.compat.connection import get_async_connection

        from airflow_provider_dingtalk_calendar.client.engine.secrets import without_frames
        from airflow_provider_dingtalk_calendar.exceptions import ConfigurationError

        from .clients import async_client

        try:
            return async_client(await get_async_connection(self.dingtalk_conn_id, hook=self))
        except ConfigurationError as error:
            raise without_frames(error)  # noqa: B904

    def test_connection(self) -> tuple[bool, str]:
        """Request one access token, and report which app it belongs to, or why there is no token.

        The test creates nothing in DingTalk. For an app that acts for a user, it uses up the refresh token
        and saves the next one.
        """
        from .connection.report import report_on

        try:
            return report_on(self.get_connection(self.dingtalk_conn_id))
        except AirflowException as error:
            return False, str(error)
