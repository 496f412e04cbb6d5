"""A common interface to the sync and the async client, so that a test can run on both."""

from __future__ import annotations

import asyncio
from typing import Any

from airflow_provider_dingtalk_calendar.client import (
    AsyncDingTalkClient,
    ClientSettings,
    DingTalkClient,
    InternalAppCredentials,
)
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from airflow_provider_dingtalk_calendar.exceptions import DingTalkError


def settings_for(emulator: DingTalkEmulator, **changes: Any) -> ClientSettings:
    arguments: dict[str, Any] = {
        "credentials": InternalAppCredentials(emulator.client_id, emulator.client_secret),
        "api_url": emulator.url,
        "oapi_url": emulator.url,
        # Do not limit the rate here, because the emulator does.
        "calls_per_second": 10_000.0,
    }
    return ClientSettings(**(arguments | changes))


class SyncCaller:
    """Calls operations on a sync client."""

    def __init__(self, settings: ClientSettings, **more: Any) -> None:
        self.masked: list[str] = []
        self.client = DingTalkClient(settings, mask=self.masked.append, **more)

    def __call__(self, operation: str, *args: Any, **kwargs: Any) -> Any:
        return getattr(self.client, operation)(*args, **kwargs)

    def together(self, operation: str, calls: list[tuple[Any, ...]]) -> list[Any]:
        """Start all calls at once, each in its own thread, and return results and errors."""
        import threading
        from concurrent.futures import ThreadPoolExecutor

        barrier = threading.Barrier(len(calls))

        def one(arguments: tuple[Any, ...]) -> Any:
            barrier.wait()
            try:
                return self(operation, *arguments)
            except DingTalkError as error:
                return error

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(one, calls))

    def close(self) -> None:
        with self.client:
            pass


class AsyncCaller:
    """Calls operations on an async client in its own event loop."""

    def __init__(self, settings: ClientSettings, **more: Any) -> None:
        self.masked: list[str] = []
        self.loop = asyncio.new_event_loop()

        async def mask(secret: str) -> None:
            self.masked.append(secret)

        self.client = AsyncDingTalkClient(settings, mask=mask, **more)

    def __call__(self, operation: str, *args: Any, **kwargs: Any) -> Any:
        return self.loop.run_until_complete(getattr(self.client, operation)(*args, **kwargs))

    def together(self, operation: str, calls: list[tuple[Any, ...]]) -> list[Any]:
        """Start all calls at once, each in its own coroutine, and return results and errors."""

        async def all_of_them() -> list[Any]:
            coroutines = (getattr(self.client, operation)(*each) for each in calls)
            return await asyncio.gather(*coroutines, return_exceptions=True)

        return self.loop.run_until_complete(all_of_them())

    def close(self) -> None:
        async def leave() -> None:
            async with self.client:
                pass

        self.loop.run_until_complete(leave())
        # If httpx cannot decode a body, it leaves a generator open. Close it, as asyncio.run would.
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()


CALLERS = {"sync": SyncCaller, "async": AsyncCaller}
