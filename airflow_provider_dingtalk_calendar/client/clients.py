"""The sync and the async client: one set of operations, run by two drivers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TypeVar

from .auth.access_token import AccessToken
from .auth.store import AsyncMemoryStore, AsyncStore, MemoryStore, Store
from .auth.token_memory import TokenMemory
from .catalog import NamedOperations
from .engine.both_clients import operation
from .engine.effects import Flow
from .engine.paging import AsyncPageIterator, PageIterator
from .resources.check_in import CheckInOperations
from .resources.directory import DirectoryOperations
from .resources.events.attendees import AttendeeOperations
from .resources.events.lists import EventListOperations
from .resources.events.single import EventOperations
from .resources.free_busy import FreeBusyOperations
from .resources.rooms import RoomOperations
from .resources.sdk_only import SdkOnlyOperations
from .resources.sharing import SharingOperations
from .session import Calls
from .settings import ClientSettings
from .transport.aio import AsyncDriver
from .transport.sync import SyncDriver
from .workflows.calendar_state import CalendarStateOperations
from .workflows.ensure_calendar.ensure import EnsureOperations
from .workflows.sync_events.sync import SyncOperations

T = TypeVar("T")


def _mask_nothing(secret: str) -> None:
    """Mask nothing: outside Airflow there is no masker."""


async def _amask_nothing(secret: str) -> None:
    """Mask nothing: outside Airflow there is no masker."""


class _Operations(
    CalendarStateOperations,
    EnsureOperations,
    SyncOperations,
    EventOperations,
    EventListOperations,
    AttendeeOperations,
    CheckInOperations,
    RoomOperations,
    FreeBusyOperations,
    SharingOperations,
    SdkOnlyOperations,
    DirectoryOperations,
    NamedOperations,
):
    @operation
    def get_access_token(self, *, fresh: bool = False) -> Flow[AccessToken]:
        """Return a valid access token, requesting one if the client has none.

        https://help.dingtalk.io/open/development/obtain-the-access-token-of-an-internal-app. For every other
        kind of app, the credentials class links to the page.

        :param fresh: Whether to request a new token in any case.
        :raises InvalidCredentialsError: If DingTalk refuses Client ID and Client Secret.
        """
        return self._calls.token(fresh=fresh)


class DingTalkClient(_Operations):
    """A DingTalk client that threads can share.

    :param settings: Credentials, hosts and limits.
    :param mask: Called with every secret before its first use.
    :param store: Keeps refresh tokens and shared access tokens; None to keep them only as long as the client
        exists.
    :param memory: Access tokens and rate limits to share with other clients; None to share nothing.
    """

    pages = PageIterator

    def __init__(
        self,
        settings: ClientSettings,
        *,
        mask: Callable[[str], None] = _mask_nothing,
        store: Store | None = None,
        memory: TokenMemory | None = None,
    ) -> None:
        memory = memory or TokenMemory()
        self._calls = Calls(settings, memory)
        self._driver = SyncDriver(settings, mask=mask, store=store or MemoryStore(), memory=memory)

    def run(self, start: Callable[[], Flow[T]]) -> T:
        """Run the flow that ``start`` makes."""
        return self._driver.run(start())

    def close(self) -> None:
        """Close the connections. The client keeps its token and can be used again."""
        self._driver.close()

    def __enter__(self) -> DingTalkClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncDingTalkClient(_Operations):
    """A DingTalk client for one event loop. Its operations are coroutines: await them.

    :param settings: Credentials, hosts and limits.
    :param mask: Awaited with every secret before its first use.
    :param store: Keeps refresh tokens and shared access tokens; None to keep them only as long as the client
        exists.
    :param memory: Access tokens and rate limits to share with other clients; None to share nothing.
    """

    pages = AsyncPageIterator

    def __init__(
        self,
        settings: ClientSettings,
        *,
        mask: Callable[[str], Awaitable[None]] = _amask_nothing,
        store: AsyncStore | None = None,
        memory: TokenMemory | None = None,
    ) -> None:
        memory = memory or TokenMemory()
        self._calls = Calls(settings, memory)
        self._driver = AsyncDriver(settings, mask=mask, store=store or AsyncMemoryStore(), memory=memory)

    async def run(self, start: Callable[[], Flow[T]]) -> T:
        """Run the flow that ``start`` makes."""
        return await self._driver.run(start())

    async def aclose(self) -> None:
        """Close the connections. The client keeps its token and can be used again."""
        await self._driver.close()

    async def __aenter__(self) -> AsyncDingTalkClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
