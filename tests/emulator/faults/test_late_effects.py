"""Requests that seem to fail at first and take effect later."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
import requests

from airflow_provider_dingtalk_calendar.emulator import Fault
from tests.emulator.conftest import error_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.emulator.conftest import Caller, Clock


def seen_in_process(caller: Caller) -> int:
    return len(caller.emulator.calendars)


def seen_by_control(caller: Caller) -> int:
    response = caller.session.get(f"{caller.emulator.url}/_emulator/calendars", timeout=10)
    return len(response.json()["calendars"])


def seen_by_list(caller: Caller) -> int:
    return len(caller.listed()) - 1


@pytest.fixture
def caller(serve: Callable[..., Caller], clock: Clock) -> Caller:
    caller = serve(clock=clock, qps_limit=None)
    caller.fetch_token()
    return caller


def names(caller: Caller) -> list[str]:
    return [calendar.name for calendar in caller.emulator.calendars]


@pytest.mark.parametrize("seen", [seen_in_process, seen_by_control, seen_by_list])
def test_a_request_is_carried_out_when_due_and_not_before(
    caller: Caller, clock: Clock, seen: Callable[[Caller], int]
) -> None:
    caller.emulator.order(Fault.drop().on("CreateSubscribedCalendar").late_effect(3))

    with pytest.raises(requests.ConnectionError):
        caller.create()
    assert seen(caller) == 0
    clock.now += 2.75
    assert seen(caller) == 0
    clock.now += 0.25
    assert seen(caller) == 1
    clock.now += 3
    assert seen(caller) == 1
    (entry,) = caller.emulator.journal.of("CreateSubscribedCalendar")
    assert (entry.status, entry.effect, entry.fault and entry.fault.effect_delay) == (None, False, 3)


@pytest.mark.parametrize(
    ("fault", "status"),
    [(Fault.error(503, "busy"), 503), (Fault.not_json(), 200), (Fault.empty(), 200)],
)
def test_the_client_gets_its_answer_at_once(caller: Caller, clock: Clock, fault: Fault, status: int) -> None:
    caller.emulator.order(fault.late_effect(3).times(2))

    assert [caller.create(name=name).status_code for name in ("a", "b")] == [status] * 2
    assert caller.created(name="c")
    clock.now += 60
    assert names(caller) == ["c", "a", "b"]


def test_late_requests_are_carried_out_in_order(caller: Caller, clock: Clock) -> None:
    for name, seconds in (("second", 5), ("first", 2), ("third", 5)):
        caller.emulator.order(Fault.empty().late_effect(seconds))
        caller.create(name=name)

    clock.now += 60
    assert names(caller) == ["first", "second", "third"]


def test_a_request_sees_the_effects_due_before_it(caller: Caller, clock: Clock) -> None:
    calendar_id = caller.created()
    caller.emulator.order(Fault.empty().late_effect(2))
    caller.one("DELETE", calendar_id)

    assert caller.one("GET", calendar_id).status_code == 200
    clock.now += 2
    assert error_of(caller.one("GET", calendar_id))[:2] == (404, "notFound")
    assert caller.emulator.journal[-1].effect is False


def test_access_is_checked_on_arrival(caller: Caller, clock: Clock) -> None:
    caller.emulator.order(Fault.empty().late_effect(2))
    caller.create(name="allowed")
    caller.emulator.revoke_tokens()
    caller.emulator.order(Fault.empty().late_effect(2).times(2))
    assert caller.create(name="not allowed").content == b""
    assert caller.call("POST", "/nowhere").content == b""
    caller.fetch_token()

    clock.now += 2
    assert names(caller) == ["allowed"]


def test_limits_count_a_late_request_on_arrival(serve: Callable[..., Caller], clock: Clock) -> None:
    caller = serve(clock=clock, qps_limit=1)
    caller.fetch_token()
    caller.emulator.order(Fault.empty().late_effect(5).times(2))
    caller.create(name="admitted")
    caller.create(name="over the limit")
    clock.now += 5

    assert names(caller) == ["admitted"]
    assert caller.created()


def test_everything_else_is_checked_when_it_is_carried_out(caller: Caller, clock: Clock) -> None:
    calendar_id = caller.created(name="old")
    caller.emulator.order(Fault.empty().late_effect(2).times(3))
    caller.create(name="out of range")
    caller.one("PUT", calendar_id, json={"name": "new"})
    caller.one("DELETE", calendar_id)
    caller.emulator.add_group("cid-team", [])
    assert caller.one("DELETE", calendar_id).status_code == 200

    clock.now += 2
    assert names(caller) == []
    assert len(caller.listed()) == 1


def test_a_method_of_the_emulator_comes_after_what_was_due(caller: Caller, clock: Clock) -> None:
    caller.emulator.order(Fault.empty().late_effect(2))
    caller.create(name="in range")
    clock.now += 2
    caller.emulator.add_group("cid-team", [])

    assert names(caller) == ["in range"]


def test_a_late_token_is_valid_from_its_due_time(serve: Callable[..., Caller], clock: Clock) -> None:
    caller = serve(clock=clock, token_lifetime=100)
    caller.fetch_token()
    caller.emulator.order(Fault.empty().late_effect(50))
    caller.call(
        "POST",
        "/v1.0/oauth2/accessToken",
        json={"appKey": caller.emulator.client_id, "appSecret": caller.emulator.client_secret},
    )

    clock.now += 149
    assert len(caller.listed()) == 1
    clock.now += 1
    assert error_of(caller.create())[:2] == (400, "InvalidAuthentication")


def test_a_reset_forgets_late_requests(caller: Caller, clock: Clock) -> None:
    caller.emulator.order(Fault.empty().late_effect(2))
    caller.create()
    caller.emulator.reset()

    clock.now += 2
    assert names(caller) == []


def test_with_the_real_clock_it_happens_by_itself(serve: Callable[..., Caller]) -> None:
    caller = serve()
    caller.fetch_token()
    caller.emulator.order(Fault.empty().late_effect(1e-6))
    caller.create()

    assert caller.created() == caller.emulator.calendars[1].calendar_id


@pytest.mark.parametrize(
    "narrow",
    [lambda fault: fault.after_effect().late_effect(1), lambda fault: fault.late_effect(1).after_effect()],
)
def test_after_effect_and_late_effect_exclude_each_other(narrow: Callable[[Fault], Fault]) -> None:
    with pytest.raises(ValueError, match="not both"):
        narrow(Fault.drop())


@pytest.mark.parametrize("seconds", [0, -1.5, math.nan])
def test_a_late_effect_needs_a_positive_delay(seconds: float) -> None:
    with pytest.raises(ValueError, match=f"more than 0 seconds late, not {seconds}"):
        Fault.drop().late_effect(seconds)


def test_late_effect_returns_a_new_fault() -> None:
    plain = Fault.drop()
    narrowed = plain.late_effect(3.5)

    assert plain == Fault.drop()
    assert (narrowed.effect_delay, narrowed.is_after_effect) == (3.5, False)
