"""The rate limit and the monthly quota."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from tests.emulator.conftest import Caller, Clock, error_of

if TYPE_CHECKING:
    from collections.abc import Callable

QPS = (403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi")
QUOTA = (403, "Forbidden.AccessDenied.ApiCountLimitForOrg")
CHINA = timezone(timedelta(hours=8))


def test_the_rate_is_limited_per_api_in_any_second(serve: Callable[..., Caller], clock: Clock) -> None:
    caller = serve(clock=clock, qps_limit=2)
    caller.fetch_token()
    caller.listed()
    clock.now += 0.75
    caller.listed()

    refused = caller.call("GET", "/v1.0/calendar/users/u/calendars")
    assert error_of(refused)[:2] == QPS
    caller.created()
    clock.now += 0.25
    caller.listed()
    assert error_of(caller.call("GET", "/v1.0/calendar/users/u/calendars"))[:2] == QPS
    clock.now += 1
    caller.listed()
    for _ in range(2):
        assert caller.fetch_token().status_code == 200
    assert error_of(caller.fetch_token())[:2] == QPS


def test_the_monthly_quota_covers_all_apis_except_tokens(serve: Callable[..., Caller], clock: Clock) -> None:
    clock.now = datetime(2026, 9, 30, 23, 59, 58, tzinfo=CHINA).timestamp()
    caller = serve(clock=clock, monthly_quota=2)
    for _ in range(5):
        caller.fetch_token()
    caller.listed()
    caller.created()

    assert error_of(caller.create())[:2] == QUOTA
    assert len(caller.emulator.calendars) == 1
    assert caller.fetch_token().status_code == 200
    clock.now += 2
    caller.created()


def test_limits_can_be_switched_off(serve: Callable[..., Caller], clock: Clock) -> None:
    caller = serve(clock=clock, qps_limit=None, monthly_quota=None)
    caller.fetch_token()

    for _ in range(30):
        caller.listed()


def test_twenty_calls_a_second_are_the_default(serve: Callable[..., Caller], clock: Clock) -> None:
    caller = serve(clock=clock)
    caller.fetch_token()

    for _ in range(20):
        caller.listed()
    assert error_of(caller.call("GET", "/v1.0/calendar/users/u/calendars"))[:2] == QPS
