"""The trigger behind calendar_asset, against the emulator, with a clock that the tests move."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import datetime, timezone
from typing import Any

import pytest
from airflow.serialization.serialized_objects import BaseSerialization

from airflow_provider_dingtalk_calendar.client import EventMatch
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.exceptions import InvalidArgumentError
from airflow_provider_dingtalk_calendar.hooks.dingtalk import DingTalkHook
from airflow_provider_dingtalk_calendar.triggers.calendar import CalendarStateTrigger
from airflow_provider_dingtalk_calendar.triggers.events import CalendarEventTrigger
from tools.moved_clock import MovedClock

from .freeze import Freeze
from .watcher import Watcher

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


class Store:
    """The state store of an asset, as Airflow 3.3 gives it to a watcher."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.is_broken = False

    async def aget(self, key: str) -> Any:
        return json.loads(self.values[key]) if key in self.values else None

    async def aset(self, key: str, value: Any) -> None:
        if self.is_broken:
            raise ConnectionError
        self.values[key] = json.dumps(value)


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def looks(emulator: DingTalkEmulator) -> int:
    return emulator.journal.operations.count("ListEventsView")


def delete(freeze: Freeze) -> None:
    with DingTalkHook().get_conn() as client:
        client.delete_event("u", "primary", freeze.id)


def test_each_start_fires_once_and_costs_no_look(clock: MovedClock, emulator: DingTalkEmulator) -> None:
    freezes = [Freeze(clock, 0.1 + number / 60, 9, f"Freeze {number}") for number in range(20)]

    async def story() -> None:
        watcher = Watcher(match="freeze")
        await clock.move(5 * MINUTE)
        assert watcher.seen == []
        await clock.move(2 * MINUTE)
        assert watcher.seen == [("start", "Freeze 0"), ("start", "Freeze 1")]
        await clock.move(2 * HOUR)
        assert [one["event_id"] for one in watcher.payloads] == [freeze.id for freeze in freezes]
        await watcher.stop()

    run(story())
    assert looks(emulator) == 1 + 4


def test_only_what_matches_fires(clock: MovedClock, emulator: DingTalkEmulator) -> None:
    Freeze(clock, 0.1, 9, "Standup")
    Freeze(clock, 0.2, 9, "Code freeze")

    async def story() -> None:
        watchers = [Watcher(match=match) for match in ("freeze", EventMatch(pattern="^S"), None)]
        await clock.move(HOUR)
        assert [len(watcher.payloads) for watcher in watchers] == [1, 1, 2]
        for watcher in watchers:
            await watcher.stop()

    run(story())
    assert looks(emulator) == 3


def test_ends_fire(clock: MovedClock, emulator: DingTalkEmulator) -> None:
    Freeze(clock, -1, 0.5)

    async def story() -> None:
        watcher = Watcher(on="end")
        await clock.move(29 * MINUTE)
        assert watcher.seen == []
        await clock.move(MINUTE)
        assert watcher.seen == [("end", "Freeze")]
        await watcher.stop()

    run(story())
    assert looks(emulator) == 2


def test_changes_fire(clock: MovedClock, emulator: DingTalkEmulator) -> None:
    moved, gone = Freeze(clock, 5, 6, "Moved"), Freeze(clock, 7, 8, "Gone")

    async def story() -> None:
        watcher = Watcher(on="change")
        await clock.settle()
        moved.end_at(5, 9)
        delete(gone)
        Freeze(clock, 10, 11, "New")
        await clock.move(29 * MINUTE)
        assert watcher.seen == []
        await clock.move(MINUTE)
        assert watcher.seen == [("changed", "Moved"), ("removed", "Gone"), ("added", "New")]
        await clock.move(DAY)
        assert len(watcher.payloads) == 3
        await watcher.stop()

    run(story())
    assert looks(emulator) == 2 + 48


def test_a_start_that_a_look_finds_late_fires(clock: MovedClock, emulator: DingTalkEmulator) -> None:
    async def story() -> None:
        watcher = Watcher()
        await clock.move(10 * MINUTE)
        Freeze(clock, 0.1, 1)
        await clock.move(25 * MINUTE)
        assert watcher.seen == [("start", "Freeze")]
        await watcher.stop()

    run(story())
    assert looks(emulator) == 2


def test_watchers_and_sensors_share_their_looks(clock: MovedClock, emulator: DingTalkEmulator) -> None:
    Freeze(clock, -1, 30)

    async def story() -> None:
        watchers = [Watcher(name=f"asset {number}") for number in range(50)]
        sensor = CalendarStateTrigger(union_id="u", calendar_id="primary")
        waiting = asyncio.ensure_future(anext(sensor.run()))
        await clock.move(DAY - MINUTE)
        assert looks(emulator) == 48
        waiting.cancel()
        for watcher in watchers:
            await watcher.stop()

    run(story())


@pytest.mark.parametrize("code", ["permissionDenied", "Forbidden.AccessDenied.ApiCountLimitForOrg"])
def test_a_refusal_ends_no_watch_and_delays_no_known_start(
    clock: MovedClock, emulator: DingTalkEmulator, code: str
) -> None:
    clock.now = datetime(2026, 10, 12, tzinfo=timezone.utc).timestamp()
    Freeze(clock, 20, 40)

    async def story() -> None:
        watcher = Watcher()
        await clock.settle()
        emulator.order(Fault.error(403, code).on("ListEventsView").times(10_000))
        await clock.move(20 * HOUR - MINUTE)
        assert watcher.seen == []
        await clock.move(MINUTE)
        assert watcher.seen == [("start", "Freeze")]
        await watcher.stop()

    run(story())
    assert looks(emulator) == 1 + (40 if code == "permissionDenied" else 1)


def test_a_later_watcher_goes_on_where_the_store_says(clock: MovedClock, emulator: DingTalkEmulator) -> None:
    for minutes in (10, 20, 30, 100):
        Freeze(clock, minutes / 60, 9, str(minutes))
    store = Store()

    async def story() -> None:
        watcher = Watcher(store)
        await clock.move(15 * MINUTE)
        assert watcher.seen == [("start", "10")]
        await watcher.stop()
        await clock.settle(readers=0)
        clock.now += 20 * MINUTE
        watcher = Watcher(store)
        await clock.settle()
        assert watcher.seen == [("start", "20"), ("start", "30")]
        await watcher.stop()
        await clock.settle(readers=0)
        # The start after 100 minutes is now more than an hour ago.
        clock.now += 130 * MINUTE
        watcher = Watcher(store)
        await clock.settle()
        assert watcher.seen == []
        await watcher.stop()

    run(story())
    assert looks(emulator) == 3


@pytest.mark.usefixtures("emulator")
def test_a_kill_before_the_triggerer_has_saved_an_event_repeats_it(clock: MovedClock) -> None:
    Freeze(clock, 0.5, 9)
    store = Store()

    async def story() -> None:
        for seconds, again in ((9.0, True), (11.0, False)):
            watcher = Watcher(store)
            await clock.move(30 * MINUTE + seconds if again else seconds)
            assert watcher.seen == [("start", "Freeze")]
            await watcher.stop()
            await clock.settle(readers=0)
        watcher = Watcher(store)
        await clock.move(MINUTE)
        assert watcher.seen == []
        await watcher.stop()

    run(story())


@pytest.mark.usefixtures("emulator")
def test_without_a_store_a_watcher_begins_when_it_starts(clock: MovedClock) -> None:
    Freeze(clock, 0.1, 9, "before")
    Freeze(clock, 0.5, 9, "after")

    async def story() -> None:
        for seen in ([("start", "before")], [], [("start", "after")]):
            watcher = Watcher()
            await clock.move(10 * MINUTE)
            assert watcher.seen == seen
            await watcher.stop()
            await clock.settle(readers=0)
            clock.now += 4 * MINUTE

    run(story())


@pytest.mark.usefixtures("emulator")
@pytest.mark.parametrize(
    "rubbish",
    ['"text"', "[]", "{}", '{"watched": 1}'],
)
def test_rubbish_in_the_store_is_not_believed(clock: MovedClock, rubbish: str) -> None:
    Freeze(clock, 0.5, 9)
    store = Store()
    store.values["dingtalk_events"] = rubbish

    async def story() -> None:
        watcher = Watcher(store)
        await clock.move(HOUR)
        assert watcher.seen == [("start", "Freeze")]
        await watcher.stop()

    run(story())


@pytest.mark.usefixtures("emulator")
def test_a_memory_that_cannot_be_read_is_not_believed(clock: MovedClock) -> None:
    Freeze(clock, 0.5, 9)
    store = Store()

    async def story() -> None:
        watcher = Watcher(store)
        await clock.move(MINUTE)
        await watcher.stop()
        saved = json.loads(store.values["dingtalk_events"])
        store.values["dingtalk_events"] = json.dumps(saved | {"memory": {"reported": 5}})
        watcher = Watcher(store)
        await clock.move(HOUR)
        assert watcher.seen == [("start", "Freeze")]
        await watcher.stop()

    run(story())


@pytest.mark.usefixtures("emulator")
def test_other_events_to_watch_begin_anew(clock: MovedClock) -> None:
    store = Store()
    Freeze(clock, 5, 6)

    async def story() -> None:
        watcher = Watcher(store, on="change", match="nothing")
        await clock.move(MINUTE)
        await watcher.stop()
        watcher = Watcher(store, on="change")
        await clock.move(HOUR)
        assert watcher.seen == []
        await watcher.stop()

    run(story())


def test_a_store_that_fails_ends_no_watch(clock: MovedClock, emulator: DingTalkEmulator) -> None:
    store = Store()
    store.is_broken = True

    async def story() -> None:
        watcher = Watcher(store)
        await clock.move(MINUTE)
        assert store.values == {}
        store.is_broken = False
        await clock.move(MINUTE)
        assert store.values != {}
        await watcher.stop()

    run(story())
    assert looks(emulator) == 1


@pytest.mark.usefixtures("emulator")
def test_a_short_recheck_is_taken_with_a_warning(clock: MovedClock, logged: Callable[[], str]) -> None:
    async def story() -> None:
        watcher = Watcher(recheck=60.0)
        await clock.settle()
        await watcher.stop()

    run(story())
    assert "A look every 60 s costs up to 43,200 metered calls in 30 days" in logged()


def test_the_arguments_are_plain_json() -> None:
    made = CalendarEventTrigger(
        name="freezes",
        union_id="u",
        calendar_id="c",
        on="end",
        match=["freeze", '{"all_day":true,"pattern":"a|b"}'],
        time_zone="Asia/Shanghai",
        recheck=60.0,
        dingtalk_conn_id="other",
    )
    path, arguments = made.serialize()
    assert path == "airflow_provider_dingtalk_calendar.triggers.events.CalendarEventTrigger"
    assert BaseSerialization.deserialize(BaseSerialization.serialize(arguments)) == arguments
    assert CalendarEventTrigger(**arguments).serialize() == (path, arguments)
    assert json.loads(json.dumps(arguments)) == {
        "name": "freezes",
        "union_id": "u",
        "calendar_id": "c",
        "on": "end",
        "match": ["freeze", '{"all_day":true,"pattern":"a|b"}'],
        "time_zone": "Asia/Shanghai",
        "recheck": 60.0,
        "dingtalk_conn_id": "other",
    }


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"on": "later"}, "on must be one of 'start', 'end', 'change', not 'later'"),
        ({"recheck": 0.5}, "recheck must be a number of seconds from 1 to 604800, not 0.5"),
        ({"time_zone": "Nowhere/Land"}, "time_zone must be a TZ database name"),
        ({"match": "freeze"}, "match must be a list of strings, not str"),
        ({"match": [{"title": "freeze"}]}, r"match\[0\] must be a string, not dict"),
        ({"recheck": "60"}, "recheck must be a number of seconds from 1 to 604800, not '60'"),
        ({"dingtalk_conn_id": ""}, "dingtalk_conn_id must not be blank"),
        ({"match": [""]}, r"match\[0\] must not be blank"),
        ({"match": ["{}"]}, "must have at least one of title, pattern, organizer, all_day, but has none"),
        ({"match": ["{"]}, "match must be titles or JSON objects"),
        ({"calendar_id": ".."}, "calendar_id must not be '..'"),
        ({"union_id": ""}, "union_id must not be blank"),
        ({"name": ""}, "name must not be blank"),
    ],
)
def test_a_wrong_argument_is_refused(wrong: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {"name": "n", "union_id": "u", "calendar_id": "c"} | wrong
    with pytest.raises(InvalidArgumentError, match=message):
        CalendarEventTrigger(**arguments)
