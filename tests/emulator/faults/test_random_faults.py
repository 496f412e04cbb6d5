"""Random faults: their rate, their seed, and the requests they hit."""

from __future__ import annotations

import contextlib
import math
from collections import Counter
from typing import TYPE_CHECKING

import pytest
import requests

from airflow_provider_dingtalk_calendar.emulator import Fault
from airflow_provider_dingtalk_calendar.emulator.faults.random_faults import RANDOM_FAULTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_provider_dingtalk_calendar.emulator import RecordedRequest
    from tests.emulator.conftest import Caller, Clock


def creations(caller: Caller, count: int) -> list[RecordedRequest]:
    """Create the given number of calendars and return their requests from the journal."""
    for _ in range(count):
        with contextlib.suppress(requests.RequestException):
            caller.create()
    return caller.emulator.journal.of("CreateSubscribedCalendar")[-count:]


def is_failure(caller: Caller) -> bool:
    """Try to create one calendar, and return whether the client gets no id."""
    try:
        return "calendarId" not in caller.create().json()
    except requests.RequestException:
        return True


def test_at_rate_one_every_request_fails_in_every_way(caller: Caller) -> None:
    caller.emulator.fail_at_random(1, seed=1)

    assert all(is_failure(caller) for _ in range(60))
    entries = caller.emulator.journal.of("CreateSubscribedCalendar")
    faults = [entry.fault for entry in entries if entry.fault]
    seen = {(fault.kind, fault.status, fault.is_after_effect) for fault in faults}
    assert seen == {
        (fault.kind, fault.status, after_effect)
        for fault in RANDOM_FAULTS
        for after_effect in ({False} if fault.status in {403, 429} else {False, True})
    }
    assert [entry.effect for entry in entries] == [fault.is_after_effect for fault in faults]


def test_rate_zero_ends_random_failures(caller: Caller) -> None:
    caller.emulator.fail_at_random(1)
    assert is_failure(caller)
    caller.emulator.fail_at_random(0)

    assert [entry.fault for entry in creations(caller, 40)] == [None] * 40


def test_the_share_of_failures_is_near_the_rate_and_half_of_them_took_effect(caller: Caller) -> None:
    caller.emulator.fail_at_random(0.3, [Fault.empty()], seed=7)

    hit = [entry for entry in creations(caller, 400) if entry.fault is not None]
    assert 0.25 < len(hit) / 400 < 0.35
    assert 0.4 < sum(entry.effect for entry in hit) / len(hit) < 0.6
    assert len(caller.emulator.calendars) == 400 - sum(not entry.effect for entry in hit)


def test_a_refusal_never_takes_effect_and_a_server_error_may(caller: Caller) -> None:
    caller.emulator.fail_at_random(1, [Fault.error(403, "x"), Fault.error(429, "x"), Fault.error(499, "x")])
    assert Counter(entry.effect for entry in creations(caller, 60)) == {False: 60}
    assert caller.emulator.calendars == []

    caller.emulator.fail_at_random(1, [Fault.error(500, "x")], seed=3)
    assert set(Counter(entry.effect for entry in creations(caller, 60))) == {False, True}


def test_the_same_seed_gives_the_same_faults(serve: Callable[..., Caller]) -> None:
    def faults(seed: int) -> list[Fault | None]:
        caller = serve(qps_limit=None)
        caller.fetch_token()
        caller.emulator.fail_at_random(0.5, [Fault.empty(), Fault.not_json()], seed)
        return [entry.fault for entry in creations(caller, 40)]

    first = faults(1)
    assert len(set(first)) == 5
    assert faults(1) == first
    assert faults(2) != first


def test_without_a_seed_the_faults_vary(caller: Caller) -> None:
    def faults() -> list[Fault | None]:
        caller.emulator.fail_at_random(0.5, [Fault.empty(), Fault.not_json()])
        return [entry.fault for entry in creations(caller, 40)]

    assert faults() != faults()


def test_a_fault_for_one_operation_hits_no_other(caller: Caller) -> None:
    caller.emulator.fail_at_random(
        1, [Fault.error(500, "x").on("ListCalendars"), Fault.empty().on("GetToken")]
    )

    for _ in range(20):
        assert caller.call("GET", "/v1.0/calendar/users/u/calendars").status_code == 500
        caller.created()


def test_a_request_that_names_no_operation_is_not_hit(caller: Caller) -> None:
    caller.emulator.fail_at_random(1)

    assert caller.call("GET", "/nowhere").json()["code"] == "InvalidAction.NotFound"
    assert caller.session.get(f"{caller.emulator.url}/_emulator/calendars", timeout=10).status_code == 200


def test_ordered_faults_come_first(caller: Caller) -> None:
    caller.emulator.fail_at_random(1, [Fault.error(500, "chance")])
    caller.emulator.order(Fault.error(501, "ordered").on("CreateSubscribedCalendar"))

    assert caller.fetch_token().json()["code"] == "chance"
    assert [caller.create().json()["code"] for _ in range(3)] == ["ordered", "chance", "chance"]


def test_a_fault_keeps_its_time_before_or_after_the_effect(
    serve: Callable[..., Caller], clock: Clock
) -> None:
    caller = serve(clock=clock, qps_limit=None)
    caller.fetch_token()
    caller.emulator.fail_at_random(1, [Fault.empty().after_effect()])
    assert {entry.effect for entry in creations(caller, 20)} == {True}

    caller.emulator.fail_at_random(1, [Fault.empty().late_effect(2)])
    assert {entry.effect for entry in creations(caller, 20)} == {False}
    assert len(caller.emulator.calendars) == 20
    clock.now += 2
    assert len(caller.emulator.calendars) == 40


def test_a_reset_ends_random_failures(caller: Caller) -> None:
    caller.emulator.fail_at_random(1)
    caller.emulator.reset()

    for _ in range(20):
        assert caller.fetch_token().status_code == 200


@pytest.mark.parametrize("rate", [-0.1, 1.1, math.nan])
def test_a_rate_is_between_zero_and_one(caller: Caller, rate: float) -> None:
    with pytest.raises(ValueError, match=f"a rate is from 0 to 1, not {rate}"):
        caller.emulator.fail_at_random(rate)


def test_a_fault_for_an_operation_that_does_not_exist_is_refused(caller: Caller) -> None:
    with pytest.raises(ValueError, match="no operation 'Create'; there are GetAccessToken, "):
        caller.emulator.fail_at_random(1, [Fault.drop(), Fault.drop().on("Create")])
