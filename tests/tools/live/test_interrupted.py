"""Runs that a signal stops: the run's own cleanup, and the cleanup by the next run."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator

import pytest

from airflow_provider_dingtalk_calendar.client import ClientSettings, DingTalkClient
from airflow_provider_dingtalk_calendar.emulator import RecordedRequest
from tools.live import __main__ as program
from tools.live.configuration import read_configuration
from tools.live.run import MARKER

from .conftest import CORP_ID, OWNER, Ended, Stage

#: The delay of each answer in seconds. The delay lets the signal arrive before the answer.
LATENCY = 0.1
#: The first request that creates an event in the primary calendar. Only there do events outlive the calendar.
IN_PRIMARY = ("CreateEvent", 4)


def end(stage: Stage, operation: str, which: int, number: signal.Signals) -> Ended:
    """Run the program, and send it a signal after a request has taken effect but before the answer."""
    seen = []

    def when(entry: RecordedRequest, process: int) -> None:
        if entry.operation == operation:
            seen.append(entry)
            if len(seen) == which:
                os.kill(process, number)

    stage.when = when
    ended = stage.run()
    stage.when = lambda *_: None
    assert len(seen) >= which
    return ended


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(
    ("operation", "which"),
    [
        ("CreateSubscribedCalendar", 1),
        ("UnsubscribeCalendar", 1),
        IN_PRIMARY,
        ("CreateSubscribedCalendar", 3),
        # This is the first request of the cleanup.
        ("DeleteSubscribedCalendar", 4),
    ],
)
def test_an_interrupted_run_deletes_what_it_made(
    make_stage: Callable[..., Stage], number: signal.Signals, operation: str, which: int
) -> None:
    stage = make_stage(latency=LATENCY)

    ended = end(stage, operation, which, number)

    assert (ended.status, stage.is_empty) == (128 + number, True), ended.output
    assert "Nothing is left behind." in ended.output
    assert "result: " in ended.report
    if operation != "DeleteSubscribedCalendar":
        assert "not answered: interrupted" in ended.report
        assert ended.answer("ids look like") == "not answered: the run ended before"


@pytest.fixture
def leftovers(make_stage: Callable[..., Stage]) -> Stage:
    """Provide a stage with the leftovers from two killed runs: two calendars and an event."""
    stage = make_stage(latency=LATENCY)
    for operation, which in (("CreateSubscribedCalendar", 1), IN_PRIMARY):
        assert end(stage, operation, which, signal.SIGKILL).status == -signal.SIGKILL
    assert [len(stage.emulator.calendars), len(stage.emulator.events)] == [2, 1]
    return stage


def test_the_next_run_deletes_what_a_killed_run_left(leftovers: Stage) -> None:
    ended = leftovers.run("--leftover-age", "0")

    answer = ended.answer("left something behind")
    assert answer == "yes: 2 calendars and 1 events, now deleted"
    assert (ended.status, leftovers.is_empty) == (0, True), ended.output


def test_recent_items_may_belong_to_an_active_run_and_stay(leftovers: Stage) -> None:
    before = leftovers.emulator.calendars, leftovers.emulator.events

    ended = leftovers.run()

    assert ended.answer("left something behind") == "no"
    assert (leftovers.emulator.calendars, leftovers.emulator.events) == before


def test_items_of_others_or_with_other_names_stay(stage: Stage) -> None:
    old = f"{MARKER} 20200101T000000Z-0a1b2c3d"
    scope = {"corp_ids": [CORP_ID]}
    with DingTalkClient(_settings(stage)) as client:
        client.create_subscribed_calendar(OWNER, name=old, subscribe_scope=scope)
        for name, owner in ((old, "anotherUser"), ("Releases", OWNER), (f"{MARKER} by hand", OWNER)):
            client.create_subscribed_calendar(owner, name=name, subscribe_scope=scope, managers=[OWNER])
    kept = stage.emulator.calendars[1:]

    ended = stage.run("--leftover-age", "0")

    assert ended.answer("left something behind") == "yes: 1 calendars and 0 events, now deleted"
    assert stage.emulator.calendars == kept


def _settings(stage: Stage) -> ClientSettings:
    return read_configuration(stage.environment).settings


@pytest.fixture
def signals(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[float], None]]:
    """Return a function that delivers a signal at a given time."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    now = [0.0]
    monkeypatch.setattr(program.time, "monotonic", lambda: now[0])
    made = program.Signals()

    def deliver(at: float, *, cleaning: bool = False) -> None:
        now[0] = at
        if cleaning:
            made.cleaning()
        signal.raise_signal(signal.SIGTERM)

    yield deliver
    for number, handler in before.items():
        signal.signal(number, handler)


def test_two_signals_close_together_count_as_one(signals: Callable[..., None]) -> None:
    with pytest.raises(KeyboardInterrupt):
        signals(10.0)
    signals(10.5, cleaning=True)


def test_the_second_signal_during_the_cleanup_stops_it(signals: Callable[..., None]) -> None:
    with pytest.raises(KeyboardInterrupt):
        signals(10.0)
    signals(20.0, cleaning=True)
    with pytest.raises(KeyboardInterrupt):
        signals(30.0, cleaning=True)
