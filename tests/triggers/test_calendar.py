"""The trigger and the reader behind it, against the emulator, with a clock that the tests move."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from airflow.serialization.serialized_objects import BaseSerialization
from airflow.triggers.base import TaskSuccessEvent

from airflow_provider_dingtalk_calendar.client import EventMatch
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
from airflow_provider_dingtalk_calendar.triggers import reader
from airflow_provider_dingtalk_calendar.triggers.calendar import CalendarStateTrigger
from tests.effort import ONE_IN, effort
from tools.moved_clock import MovedClock

from .freeze import Freeze
from .watcher import Watcher

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
RECHECK = 30 * MINUTE


@pytest.fixture
def warnings(logged: Callable[[], str]) -> Callable[[], list[str]]:
    """Return a function that returns the triggers' warnings."""
    return lambda: [line for line in logged().splitlines() if "is unknown" in line]


def trigger(**changes: Any) -> CalendarStateTrigger:
    arguments: dict[str, Any] = {"union_id": "u", "calendar_id": "primary", "recheck": RECHECK} | changes
    return CalendarStateTrigger(**arguments)


async def fired(waiting: CalendarStateTrigger) -> Any:
    """Run a trigger to its end, as the triggerer does, and return the payload of its only event."""
    (event,) = [event async for event in waiting.run()]
    return event.payload


def start(number: int, **changes: Any) -> list[asyncio.Task[Any]]:
    return [asyncio.ensure_future(fired(trigger(**changes))) for _ in range(number)]


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def looks(emulator: DingTalkEmulator) -> int:
    return emulator.journal.operations.count("ListEventsView")


async def ends(tasks: list[asyncio.Task[Any]], clock: MovedClock) -> set[tuple[bool, str]]:
    """Let time pass until all triggers have fired. Return what they found."""
    moving = asyncio.ensure_future(clock.run())
    done = await asyncio.wait_for(asyncio.gather(*tasks), 120)
    moving.cancel()
    return {(state["is_open"], state["reason"]) for state in done}


@pytest.mark.usefixtures("clock")
def test_an_open_calendar_fires_at_once(emulator: DingTalkEmulator) -> None:
    async def story() -> None:
        assert await fired(trigger()) == {
            "is_open": True,
            "reason": "no event is running",
            "next_change": None,
            "events": [],
        }

    run(story())
    assert looks(emulator) == 1


@pytest.mark.usefixtures("clock", "emulator")
def test_it_ends_the_task() -> None:
    async def story() -> None:
        (event,) = [event async for event in trigger(end_from_trigger=True).run()]
        assert isinstance(event, TaskSuccessEvent)
        assert event.xcoms is not None
        assert event.xcoms["return_value"]["reason"] == "no event is running"

    run(story())


def test_it_sleeps_until_the_freeze_ends_and_looks_again(
    clock: MovedClock, emulator: DingTalkEmulator
) -> None:
    Freeze(clock, -1, 2 + 10 / 60)

    async def story() -> None:
        (task,), first = start(1), clock.now
        await clock.move(2 * HOUR + 9 * MINUTE)
        assert not task.done()
        assert looks(emulator) == 5
        assert await ends([task], clock) == {(True, "no event is running")}
        assert clock.now == first + 2 * HOUR + 10 * MINUTE

    run(story())
    # The first look, four rechecks, and the look at the end.
    assert looks(emulator) == 6


def test_it_waits_for_the_calendar_to_close(clock: MovedClock, emulator: DingTalkEmulator) -> None:
    Freeze(clock, 0.25, 1)

    async def story() -> None:
        tasks, first = start(1, until="closed", deny="freeze"), clock.now
        assert await ends(tasks, clock) == {(False, '"Freeze" is running')}
        assert clock.now == first + 15 * MINUTE

    run(story())
    assert looks(emulator) == 2


def test_a_thousand_waits_share_their_looks(clock: MovedClock, emulator: DingTalkEmulator) -> None:
    Freeze(clock, -1, 3.75)

    async def story() -> None:
        tasks = start(1000)
        assert await ends(tasks, clock) == {(True, "no event is running")}

    run(story())
    assert looks(emulator) == 1 + 7 + 1
    assert emulator.journal.operations.count("GetAccessToken") <= 1


def test_an_event_that_people_move_is_followed(clock: MovedClock, emulator: DingTalkEmulator) -> None:
    freeze = Freeze(clock, -1, 1)

    async def story() -> None:
        (task,), first = start(1), clock.now
        await clock.move(40 * MINUTE)
        freeze.end_at(-1, 2.75)
        await clock.move(HOUR)
        assert not task.done()
        freeze.end_at(-1, 1.75)
        await ends([task], clock)
        # The look at the first end has found the second end, and a recheck has found the third end.
        assert clock.now == first + 2 * HOUR

    run(story())
    assert looks(emulator) == 5


def test_a_latecomer_needs_no_look_of_its_own(clock: MovedClock, emulator: DingTalkEmulator) -> None:
    Freeze(clock, -1, 0.75)

    async def story() -> None:
        tasks = start(1)
        await clock.move(20 * MINUTE)
        tasks += start(1)
        await clock.move(5 * MINUTE)
        assert looks(emulator) == 1
        await ends(tasks, clock)
        assert looks(emulator) == 3
        clock.now += 59
        await fired(trigger())
        assert looks(emulator) == 3
        clock.now += 61
        await fired(trigger())
        assert looks(emulator) == 4

    run(story())


def test_a_latecomer_sees_a_change_since_the_look(clock: MovedClock, emulator: DingTalkEmulator) -> None:
    Freeze(clock, 0.01, 1)

    async def story() -> None:
        await fired(trigger())
        clock.now += 40
        late = start(1)
        await clock.settle()
        assert (late[0].done(), looks(emulator)) == (False, 1)
        await ends(late, clock)

    run(story())


def test_a_latecomer_does_not_fire_on_an_old_look(clock: MovedClock, emulator: DingTalkEmulator) -> None:
    """Two waits for opposite states of one calendar."""

    async def story() -> None:
        (closing,) = start(1, until="closed")
        await clock.move(20 * MINUTE)
        (opening,) = start(1)
        await clock.settle()
        assert (opening.done(), looks(emulator)) == (True, 2)
        Freeze(clock, 0, 1)
        await ends([closing], clock)

    run(story())


def test_a_clock_that_is_set_back_stops_no_look(clock: MovedClock, emulator: DingTalkEmulator) -> None:
    """Also if the last look has failed, and the next one was planned for the next month."""
    right = clock.now
    clock.now += 20 * DAY
    emulator.order(refused(f"{ACCESS}ApiCountLimitForOrg"))

    async def story() -> None:
        (task,) = start(1)
        await clock.settle()
        assert not task.done()
        clock.now = right
        (sleeping,) = reader.READERS.running()
        sleeping.wake()
        assert (await asyncio.wait_for(task, 60))["is_open"]

    run(story())
    assert looks(emulator) == 2


def test_a_latecomer_does_not_fire_on_a_look_from_the_future(
    clock: MovedClock, emulator: DingTalkEmulator
) -> None:
    async def story() -> None:
        await fired(trigger())
        clock.now -= HOUR
        Freeze(clock, -1, 1)
        (late,) = start(1)
        await clock.settle()
        assert (late.done(), looks(emulator)) == (False, 2)
        await ends([late], clock)

    run(story())


def test_a_look_that_takes_long_is_not_repeated(
    clock: MovedClock, emulator: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a wait would look again and again, and never end."""
    slow = 2 * reader.FRESH
    monkeypatch.setattr(reader.READERS, "clock", lambda: clock.now + slow * looks(emulator))

    async def story() -> None:
        assert (await asyncio.wait_for(fired(trigger()), 20))["is_open"]

    run(story())
    assert looks(emulator) == 1


def test_the_smallest_recheck_holds(clock: MovedClock, emulator: DingTalkEmulator) -> None:
    Freeze(clock, -1, 24)

    async def story() -> None:
        tasks = start(3) + start(2, recheck=10 * MINUTE)
        await clock.move(HOUR + 1)
        assert looks(emulator) == 1 + 6
        for task in tasks[3:]:
            task.cancel()
        await clock.move(HOUR)
        assert looks(emulator) == 1 + 6 + 2
        for task in tasks:
            task.cancel()

    run(story())


def test_the_last_wait_stops_the_reader(clock: MovedClock, emulator: DingTalkEmulator) -> None:
    Freeze(clock, -1, 24)

    async def story() -> None:
        tasks = start(3)
        await clock.settle()
        for task in tasks:
            task.cancel()
        await clock.settle(readers=0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(story())
    assert looks(emulator) == 1


def test_a_reader_can_be_woken(clock: MovedClock, emulator: DingTalkEmulator) -> None:
    async def story() -> None:
        (task,) = start(1, until="closed")
        await clock.settle()
        Freeze(clock, -1, 1)
        (woken,) = reader.READERS.running()
        woken.wake()
        await asyncio.wait_for(task, 60)

    run(story())
    assert looks(emulator) == 2


def refused(code: str, status: int = 403) -> Fault:
    return Fault.error(status, code).on("ListEventsView")


ACCESS = "Forbidden.AccessDenied."


def test_a_refusal_is_waited_out(
    clock: MovedClock, emulator: DingTalkEmulator, warnings: Callable[[], list[str]]
) -> None:
    emulator.order(refused("permissionDenied").times(3))

    async def story() -> None:
        tasks, first = start(50), clock.now
        assert await ends(tasks, clock) == {(True, "no event is running")}
        assert clock.now == first + 3 * RECHECK

    run(story())
    assert looks(emulator) == 4
    lines = warnings()
    assert len(lines) == 3 * 50
    again = datetime.fromtimestamp(clock.now - 2 * RECHECK, timezone.utc).isoformat()
    assert "calendar 'primary' of 'u' is unknown: PermissionDeniedError: ListEventsView: " in lines[0]
    assert f". The next look is at {again}" in lines[0]


def test_retry_after_is_honoured(
    clock: MovedClock, emulator: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", emulator.airflow_connection(max_wait=0))
    emulator.order(Fault.ip_block().on("ListEventsView"))

    async def story() -> None:
        tasks, first = start(5, recheck=MINUTE), clock.now
        await ends(tasks, clock)
        assert clock.now == first + 300

    run(story())
    assert looks(emulator) == 2


def test_looks_that_fail_become_rare(
    clock: MovedClock, emulator: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", emulator.airflow_connection(max_wait=0))
    emulator.order(refused("systemBusy", 500).times(100))

    async def story() -> None:
        tasks = start(5)
        await clock.move(DAY)
        assert 48 <= looks(emulator) <= 48 + 8
        for task in tasks:
            task.cancel()

    run(story())


def test_after_a_look_that_succeeds_failures_are_counted_anew(
    clock: MovedClock, emulator: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", emulator.airflow_connection(max_wait=0))
    Freeze(clock, -1, 48)
    emulator.order(refused("systemBusy", 500).times(3))

    async def story() -> None:
        (task,) = start(1)
        # Pauses of 15, 30 and 60 seconds.
        await clock.move(110)
        assert looks(emulator) == 4
        emulator.order(refused("systemBusy", 500))
        await clock.move(RECHECK + 15)
        assert looks(emulator) == 6
        task.cancel()

    run(story())


def test_a_used_up_quota_is_slept_out(
    clock: MovedClock, emulator: DingTalkEmulator, warnings: Callable[[], list[str]]
) -> None:
    # Noon of 27 October in China.
    clock.now = datetime(2026, 10, 27, 4, tzinfo=timezone.utc).timestamp()
    emulator.order(refused(f"{ACCESS}ApiCountLimitForOrg").times(5))

    async def story() -> None:
        tasks = start(5)
        await ends(tasks, clock)
        # One look each day, and one at the start of the month.
        assert clock.now == datetime(2026, 10, 31, 16, tzinfo=timezone.utc).timestamp()

    run(story())
    assert looks(emulator) == 6
    lines = warnings()
    assert len(lines) == 5 * 5
    assert "MonthlyQuotaError" in lines[-1]
    assert "The next look is at 2026-10-31T16:00:00+00:00" in lines[-1]


def test_a_latecomer_does_not_break_a_pause(clock: MovedClock, emulator: DingTalkEmulator) -> None:
    emulator.order(refused(f"{ACCESS}ApiCountLimitForOrg").times(100))

    async def story() -> None:
        for _ in range(20):
            (task,) = start(1)
            await clock.move(MINUTE)
            task.cancel()
            await clock.settle(readers=0)
            clock.now += MINUTE

    run(story())
    assert looks(emulator) == 1


def test_a_changed_connection_is_followed(
    clock: MovedClock, emulator: DingTalkEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = emulator.airflow_connection()
    changed = json.loads(right) | {"password": "another-secret"}
    monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", json.dumps(changed))

    async def story() -> None:
        (task,) = start(1)
        await clock.settle()
        monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", right)
        await ends([task], clock)

    run(story())
    assert looks(emulator) == 1


@pytest.mark.usefixtures("airflow_database")
@pytest.mark.parametrize("broken", [None, '{"conn_type": "http"}', '{"conn_type": "dingtalk"}'])
def test_a_connection_that_is_missing_or_wrong_ends_no_wait(
    broken: str | None,
    clock: MovedClock,
    emulator: DingTalkEmulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right = emulator.airflow_connection()
    monkeypatch.delenv("AIRFLOW_CONN_DINGTALK_DEFAULT")
    if broken:
        monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", broken)

    async def story() -> None:
        (task,) = start(1)
        await clock.move(MINUTE)
        monkeypatch.setenv("AIRFLOW_CONN_DINGTALK_DEFAULT", right)
        await ends([task], clock)

    run(story())
    assert looks(emulator) == 1


def test_an_event_that_cannot_be_read_does_not_open(clock: MovedClock, emulator: DingTalkEmulator) -> None:
    unreadable = {"events": [{"id": "e", "summary": "Freeze"}]}
    emulator.order(Fault.answer(200, unreadable).on("ListEventsView"))

    async def story() -> None:
        (strict, other), first = [*start(1), *start(1, deny="maintenance")], clock.now
        await ends([other], clock)
        assert (strict.done(), clock.now) == (False, first)
        await ends([strict], clock)
        assert clock.now == first + RECHECK

    run(story())


@pytest.mark.thorough
def test_a_month_of_three_calendars(
    clock: MovedClock, emulator: DingTalkEmulator, say: Callable[[str], None]
) -> None:
    """A thousand waits and a watcher, for three calendars that are closed for 30 days. A look is refused."""
    users, each, days = ("u", "v", "w"), effort(1000) // 3 + 1, 30 if ONE_IN == 1 else 2
    first = datetime.fromtimestamp(clock.now, timezone.utc)
    for user in users:
        with DingTalkHook().get_conn() as client:
            client.create_event(
                user, summary="Freeze", start=first, end=first + timedelta(days=days), time_zone="UTC"
            )

    async def story() -> None:
        tasks = [task for user in users for task in start(each, union_id=user)]
        watcher = Watcher(on="end")
        await clock.move(days / 2 * DAY, readers=len(users))
        emulator.order(refused("permissionDenied"))
        await clock.move(days / 2 * DAY - MINUTE, readers=len(users))
        assert not any(task.done() for task in tasks)
        moving = asyncio.ensure_future(clock.move(2 * MINUTE, readers=len(users)))
        found = await asyncio.wait_for(asyncio.gather(*tasks), 120)
        moving.cancel()
        assert all(state["is_open"] for state in found)
        assert clock.now == first.timestamp() + days * DAY
        await clock.move(MINUTE)
        assert watcher.seen == [("end", "Freeze")]
        await watcher.stop()

    run(story())
    waits = f"{len(users) * each} waits and a watcher of {len(users)} calendars"
    say(f"{waits} took {looks(emulator)} calls in {days} days")
    # The first look and one every half hour, of which the last is at the end.
    assert looks(emulator) == len(users) * (1 + 48 * days)
    assert emulator.metered_calls["ListEventsView"] == looks(emulator) - 1
    assert 30 * looks(emulator) / days < emulator.options.monthly_quota


def test_the_arguments_are_plain_json() -> None:
    made = trigger(
        allow=[EventMatch(title="window"), {"pattern": "a|b", "all_day": True}],
        deny="freeze",
        time_zone="Asia/Shanghai",
        until="closed",
        end_from_trigger=True,
        dingtalk_conn_id="other",
    )
    path, arguments = made.serialize()
    assert path == "airflow_provider_dingtalk_calendar.triggers.calendar.CalendarStateTrigger"
    assert json.loads(json.dumps(arguments)) == arguments
    assert BaseSerialization.deserialize(BaseSerialization.serialize(arguments)) == arguments
    assert CalendarStateTrigger(**arguments).serialize() == (path, arguments)
    assert arguments == {
        "union_id": "u",
        "calendar_id": "primary",
        "allow": [{"title": "window"}, {"pattern": "a|b", "all_day": True}],
        "deny": [{"title": "freeze"}],
        "time_zone": "Asia/Shanghai",
        "until": "closed",
        "recheck": 1800.0,
        "end_from_trigger": True,
        "dingtalk_conn_id": "other",
    }


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"until": "later"}, "until must be one of 'open', 'closed', not 'later'"),
        ({"recheck": 0.5}, "recheck must be a number of seconds from 1 to 604800, not 0.5"),
        ({"recheck": "x"}, "recheck must be a number of seconds from 1 to 604800, not 'x'"),
        ({"recheck": float("nan")}, "recheck must be a number of seconds from 1 to 604800, not nan"),
        ({"union_id": ""}, "union_id must not be blank"),
        ({"time_zone": "+xx"}, "time_zone must be a TZ database name"),
        ({"time_zone": "-25:00"}, "time_zone must be a TZ database name"),
        ({"time_zone": "Nowhere/Land"}, "time_zone must be a TZ database name"),
        ({"deny": []}, "deny must be None or have at least one entry"),
        ({"allow": {}}, "allow must have at least one of title, pattern, organizer, all_day, but has none"),
    ],
)
def test_a_wrong_argument_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        trigger(**wrong)
