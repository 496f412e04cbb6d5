"""Use DingTalk's official SDK as tasks do, and report how long it takes.

The Python of ``.venv-sdk`` runs this script. Each line of input is a JSON object with the name of a function
below (``do``) and the function's arguments. The script answers each line with one line.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote, urlsplit

from alibabacloud_dingtalk.calendar_1_0 import models as calendar_models
from alibabacloud_dingtalk.calendar_1_0.client import Client as CalendarClient
from alibabacloud_dingtalk.oauth2_1_0 import models as oauth2_models
from alibabacloud_dingtalk.oauth2_1_0.client import Client as OAuth2Client
from alibabacloud_tea_openapi.models import Config
from alibabacloud_tea_util.models import RuntimeOptions


def configured(url: str) -> Config:
    """Return the SDK configuration for a server."""
    parts = urlsplit(url)
    return Config(protocol=parts.scheme.upper(), endpoint=parts.netloc)


def fetch_token(url: str, client_id: str, client_secret: str) -> str:
    """Get an access token."""
    asked = oauth2_models.GetAccessTokenRequest(app_key=client_id, app_secret=client_secret)
    token: str = OAuth2Client(configured(url)).get_access_token(asked).body.access_token
    return token


def create(client: CalendarClient, token: str, name: str, corp_id: str) -> str:
    """Create a calendar and return its id."""
    headers = calendar_models.CreateSubscribedCalendarHeaders(x_acs_dingtalk_access_token=token)
    scope = calendar_models.CreateSubscribedCalendarRequestSubscribeScope(corp_ids=[corp_id])
    wanted = calendar_models.CreateSubscribedCalendarRequest(name=name, subscribe_scope=scope)
    answer = client.create_subscribed_calendar_with_options("owner", wanted, headers, RuntimeOptions())
    calendar_id: str = answer.body.calendar_id
    return calendar_id


def create_in_tasks(*, url: str, client_id: str, client_secret: str, number: int) -> int:
    """Create calendars as PythonOperators do, each with its own token. Return the number of calendars."""
    ids = {
        create(
            CalendarClient(configured(url)),
            fetch_token(url, client_id, client_secret),
            f"calendar {index}",
            "dingcorp",
        )
        for index in range(number)
    }
    return len(ids)


def create_fast(*, url: str, number: int) -> float:
    """Create calendars with one client and one token. Return the time per calendar in seconds."""
    client = CalendarClient(configured(url))
    begun = time.perf_counter()
    for _ in range(number):
        create(client, "token", "Month-end close", "dingcorp")
    return (time.perf_counter() - begun) / number


def create_events(
    *, url: str, client_id: str, client_secret: str, user: str, events: list[dict[str, str]]
) -> int:
    """Create all-day events, as a hand-written loop does. ``end`` is the day after the last day."""
    client = CalendarClient(configured(url))
    token = fetch_token(url, client_id, client_secret)
    headers = calendar_models.CreateEventHeaders(x_acs_dingtalk_access_token=token)
    for event in events:
        wanted = calendar_models.CreateEventRequest(
            summary=event["summary"],
            is_all_day=True,
            start=calendar_models.CreateEventRequestStart(date=event["start"]),
            end=calendar_models.CreateEventRequestEnd(date=event["end"]),
        )
        client.create_event_with_options(user, "primary", wanted, headers, RuntimeOptions())
    return len(events)


def subscribe(
    *, url: str, client_id: str, client_secret: str, calendar_id: str, users: list[str], threads: int
) -> float:
    """Subscribe users with one client and one token, ignoring throttled calls. Return the time in seconds."""
    begun = time.monotonic()
    token = fetch_token(url, client_id, client_secret)
    client = CalendarClient(configured(url))
    headers = calendar_models.SubscribeCalendarHeaders(x_acs_dingtalk_access_token=token)

    def one(user: str) -> None:
        try:
            # The SDK does not encode the id, which can contain a slash.
            client.subscribe_calendar_with_options(
                user, quote(calendar_id, safe=""), headers, RuntimeOptions()
            )
        except Exception as error:
            if "QpsLimit" not in str(error):
                raise

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(one, users))
    return time.monotonic() - begun


ORDERS: dict[str, Callable[..., Any]] = {
    order.__name__: order for order in (create_in_tasks, create_fast, create_events, subscribe)
}


def main() -> None:
    """Carry out one command for each line of input."""
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(ORDERS[order.pop("do")](**order)), flush=True)


if __name__ == "__main__":
    main()
