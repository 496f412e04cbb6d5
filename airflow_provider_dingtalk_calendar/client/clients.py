"""The two clients: one set of operations, two drivers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TypeVar

from airflow_provider_dingtalk_calendar.client.actions import Flow
from airflow_provider_dingtalk_calendar.client.credentials import AccessToken
from airflow_provider_dingtalk_calendar.client.drivers import AsyncDriver, SyncDriver
from airflow_provider_dingtalk_calendar.client.ensure import EnsureOperations
from airflow_provider_dingtalk_calendar.client.flows import Calls
from airflow_provider_dingtalk_calendar.client.operation import operation
from airflow_provider_dingtalk_calendar.client.settings import ClientSettings

T = TypeVar("T")


def _mask_nothing(secret: str) -> None:
    """Mask nothing: outside Airflow there is no masker."""


async def _amask_nothing(secret: str) -> None:
    """Mask nothing: outside Airflow there is no masker."""


class _Operations(EnsureOperations):
    @property
    def settings(self) -> ClientSettings:
        """Where this client calls, and as whom."""
        return self._calls.settings

    @operation
    def get_access_token(self) -> Flow[AccessToken]:
        """Return a valid access token, fetching one where the client holds none.

        https://help.dingtalk.io/open/development/obtain-the-access-token-of-an-internal-app

        :raises InvalidCredentialsError: If DingTalk refuses Client ID and Client Secret.
        """
        return self._calls.token()


class DingTalkClient(_Operations):
    """A DingTalk client for threads: it may be shared by them, and they share its token.

    :param settings: Where to call, and as whom.
    :param mask: Called with every secret before its first use.
    """

    def __init__(self, settings: ClientSettings, *, mask: Callable[[str], None] = _mask_nothing) -> None:
        self._calls = Calls(settings)
        self._driver = SyncDriver(settings, mask=mask)

    def run(self, start: Callable[[], Flow[T]]) -> T:
        """Run the flow that ``start`` makes."""
        return self._driver.run(start())

    def close(self) -> None:
        """Close the connections. The client can be used again; it keeps its token."""
        self._driver.close()

    def __enter__(self) -> DingTalkClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncDingTalkClient(_Operations):
    """A DingTalk client for one event loop; its coroutines share its token.

    :param settings: Where to call, and as whom.
    :param mask: Awaited with every secret before its first use.
    """

    def __init__(
        self, settings: ClientSettings, *, mask: Callable[[str], Awaitable[None]] = _amask_nothing
    ) -> None:
        self._calls = Calls(settings)
        self._driver = AsyncDriver(settings, mask=mask)

    async def run(self, start: Callable[[], Flow[T]]) -> T:
        """Run the flow that ``start`` makes."""
        return await self._driver.run(start())

    async def aclose(self) -> None:
        """Close the connections. The client can be used again; it keeps its token."""
        await self._driver.close()

    async def __aenter__(self) -> AsyncDingTalkClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
