"""With a list lag, ListCalendars does not show a new calendar at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from airflow_provider_dingtalk_calendar.emulator import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.emulator.conftest import Caller, Clock


def ids(caller: Caller, user: str = "author") -> list[str]:
    return [entry["id"] for entry in caller.listed(user)]


@pytest.fixture
def caller(serve: Callable[..., Caller], clock: Clock) -> Caller:
    caller = serve(clock=clock, list_lag=5)
    caller.fetch_token()
    return caller


def test_the_list_shows_a_calendar_once_it_is_old_enough(caller: Caller, clock: Clock) -> None:
    first = caller.created(managers=["editor"])
    clock.now += 4.75
    second = caller.created()

    assert ids(caller) == ids(caller, "editor") == ["primary"]
    clock.now += 0.25
    assert ids(caller) == ["primary", first]
    assert ids(caller, "editor") == ["primary", first]
    clock.now += 5
    assert ids(caller) == ["primary", first, second]


def test_everything_else_sees_it_at_once(caller: Caller) -> None:
    calendar_id = caller.created()

    assert [calendar.calendar_id for calendar in caller.emulator.calendars] == [calendar_id]
    assert caller.one("GET", calendar_id).status_code == 200
    assert caller.one("PUT", calendar_id, json={"name": "new"}).status_code == 200
    assert caller.subscription("subscribe", calendar_id, "reader").status_code == 200
    assert caller.subscription("unsubscribe", calendar_id, "reader").status_code == 200
    assert ids(caller) == ["primary"]
    assert caller.one("DELETE", calendar_id).status_code == 200


def test_an_update_does_not_hide_a_calendar_again(caller: Caller, clock: Clock) -> None:
    calendar_id = caller.created()
    clock.now += 5
    caller.one("PUT", calendar_id, json={"name": "new"})

    assert [entry["summary"] for entry in caller.listed()] == ["primary", "new"]
    caller.one("DELETE", calendar_id)
    assert ids(caller) == ["primary"]


def test_the_lag_can_be_set_while_it_serves(serve: Callable[..., Caller], clock: Clock) -> None:
    caller = serve(clock=clock)
    caller.fetch_token()
    assert caller.emulator.list_lag == 0
    calendar_id = caller.created()
    assert ids(caller) == ["primary", calendar_id]

    caller.emulator.list_lag = 2.5
    assert caller.emulator.list_lag == 2.5
    assert ids(caller) == ["primary"]
    clock.now += 2.5
    assert ids(caller) == ["primary", calendar_id]


def test_without_a_lag_a_clock_set_back_hides_nothing(serve: Callable[..., Caller], clock: Clock) -> None:
    caller = serve(clock=clock)
    caller.fetch_token()
    calendar_id = caller.created()
    clock.now -= 60

    assert ids(caller) == ["primary", calendar_id]


def test_the_lag_of_a_late_calendar_begins_when_it_is_due(caller: Caller, clock: Clock) -> None:
    caller.emulator.order(Fault.empty().late_effect(3))
    caller.create()
    due = clock.now + 3

    clock.now = due + 4.75
    assert ids(caller) == ["primary"]
    (calendar,) = caller.emulator.calendars
    assert calendar.created_at == due
    clock.now = due + 5
    assert ids(caller) == ["primary", calendar.calendar_id]


def test_the_lag_stays_when_the_emulator_is_reset(caller: Caller) -> None:
    caller.emulator.reset()
    caller.fetch_token()
    caller.created()

    assert ids(caller) == ["primary"]
