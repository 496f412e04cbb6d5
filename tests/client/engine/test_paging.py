"""Iterators over paged lists, on both clients."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from airflow_provider_dingtalk_calendar.client import AsyncDingTalkClient, DingTalkClient
from airflow_provider_dingtalk_calendar.client.engine.paging import Course
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.exceptions import (
    DingTalkError,
    InvalidArgumentError,
    UnexpectedAnswerError,
)

NINE = datetime(2027, 1, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
LIST = "ListEvents"


@pytest.fixture
def events(call: Any, dingtalk_emulator: DingTalkEmulator) -> list[str]:
    """Create seven events and return their ids."""
    ids = [
        call("create_event", "u", summary=f"e{number}", start=NINE, end=NINE + timedelta(hours=1)).id
        for number in range(7)
    ]
    dingtalk_emulator.journal.clear()
    return ids


class Taken:
    """Reads an iterator of either client step by step."""

    def __init__(self, call: Any, method: str, *args: Any, limit: int | None = None, **kwargs: Any) -> None:
        self._call = call
        self.items = getattr(call.client, method)(*args, **kwargs)
        if limit is not None:
            assert self.items.limit(limit) is self.items

    def take(self, number: int | None = None) -> list[Any]:
        """Take the given number of items, or all if the number is None."""
        found: list[Any] = []
        if isinstance(self.items, Iterator):
            while number is None or len(found) < number:
                try:
                    found.append(next(self.items))
                except StopIteration:
                    break
            return found

        async def take() -> None:
            while number is None or len(found) < number:
                try:
                    found.append(await anext(self.items))
                except StopAsyncIteration:
                    break

        self._call.loop.run_until_complete(take())
        return found

    def ids(self, number: int | None = None) -> list[str]:
        return [item.id for item in self.take(number)]


def pages_asked_for(emulator: DingTalkEmulator, operation: str = LIST) -> int:
    return emulator.journal.operations.count(operation)


def page(*ids: str, **fields: Any) -> Fault:
    return Fault.answer(200, {"events": [{"id": one} for one in ids], **fields}).on(LIST)


def test_all_items_of_all_pages_come_in_order(
    call: Any, events: list[str], dingtalk_emulator: DingTalkEmulator
) -> None:
    taken = Taken(call, "iter_events", "u", max_results=3)
    assert taken.ids() == events
    assert pages_asked_for(dingtalk_emulator) == 3
    assert taken.ids() == []
    assert pages_asked_for(dingtalk_emulator) == 3


def test_a_page_is_as_large_as_it_may_be(
    call: Any, events: list[str], dingtalk_emulator: DingTalkEmulator
) -> None:
    assert Taken(call, "iter_events", "u").ids() == events
    assert Taken(call, "iter_events", "u", max_results=None).ids() == events
    targets = [entry.target for entry in dingtalk_emulator.journal]
    assert [target.partition("?")[2] for target in targets] == ["maxResults=100"] * 2


def test_a_page_is_asked_for_when_it_is_needed(
    call: Any, events: list[str], dingtalk_emulator: DingTalkEmulator
) -> None:
    taken = Taken(call, "iter_events", "u", max_results=3)
    assert pages_asked_for(dingtalk_emulator) == 0
    assert taken.ids(3) == events[:3]
    assert pages_asked_for(dingtalk_emulator) == 1
    assert taken.items.sync_token is None
    assert taken.ids(1) == events[3:4]
    assert pages_asked_for(dingtalk_emulator) == 2


@pytest.mark.parametrize(("limit", "pages"), [(0, 0), (1, 1), (3, 1), (4, 2), (6, 2), (7, 3), (100, 3)])
def test_a_limit_asks_for_no_page_too_many(
    limit: int, pages: int, call: Any, events: list[str], dingtalk_emulator: DingTalkEmulator
) -> None:
    taken = Taken(call, "iter_events", "u", max_results=3, limit=limit)
    assert taken.ids() == events[:limit]
    assert taken.ids() == []
    assert pages_asked_for(dingtalk_emulator) == pages


def test_a_limit_that_leaves_items_gives_no_sync_token(call: Any, events: list[str]) -> None:
    assert len(events) == 7
    # With a limit of 5, two items of the last page are not taken, and only that page has the token.
    for limit in (2, 4, 5, 6):
        taken = Taken(call, "iter_events", "u", max_results=4, limit=limit)
        assert len(taken.ids()) == limit
        assert taken.items.sync_token is None
    taken = Taken(call, "iter_events", "u", max_results=4, limit=7)
    assert len(taken.ids()) == 7
    assert taken.items.sync_token is not None


def test_a_sync_token_on_a_page_before_the_last_one_is_not_given_out(
    call: Any, dingtalk_emulator: DingTalkEmulator
) -> None:
    dingtalk_emulator.order(page("a", nextToken="1", syncToken="early"))
    dingtalk_emulator.order(page("b", syncToken="late"))
    taken = Taken(call, "iter_events", "u")
    assert taken.ids(1) == ["a"]
    assert taken.items.sync_token is None
    assert taken.ids() == ["b"]
    assert taken.items.sync_token == "late"


def test_an_iterator_takes_no_client_token(call: Any) -> None:
    with pytest.raises(TypeError, match=r"^client_token must not be given: iter_events_view_by_me"):
        call.client.iter_events_view_by_me(client_token="t")


@pytest.mark.parametrize("limit", [-1, True, None, 1.0, "1"])
def test_a_limit_is_a_number(limit: Any, call: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="limit must be a whole number"):
        call.client.iter_events("u").limit(limit)


def test_the_sync_token_is_known_at_the_end_and_asks_for_what_has_changed(
    call: Any, events: list[str], dingtalk_emulator: DingTalkEmulator
) -> None:
    taken = Taken(call, "iter_events", "u", max_results=3)
    taken.take()
    token = taken.items.sync_token
    assert token
    call("patch_event", "u", "primary", events[5], summary="changed")
    changed = Taken(call, "iter_events", "u", sync_token=token)
    assert [event.summary for event in changed.take()] == ["changed"]
    assert changed.items.sync_token not in {None, token}
    # Every page request carries the sync token.
    for event_id in events:
        call("patch_event", "u", "primary", event_id, summary="changed")
    dingtalk_emulator.journal.clear()
    assert len(Taken(call, "iter_events", "u", sync_token=token, max_results=3).take()) == 7
    assert all("syncToken=" in entry.target for entry in dingtalk_emulator.journal)
    assert pages_asked_for(dingtalk_emulator) == 3


def test_it_begins_where_it_is_told_to(call: Any, events: list[str]) -> None:
    first = call("list_events", "u", max_results=3)
    assert [event.id for event in first.items] == events[:3]
    assert Taken(call, "iter_events", "u", max_results=3, next_token=first.next_token).ids() == events[3:]


def test_pages_with_nothing_on_them_are_passed_over(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    for fault in (
        page(nextToken="1"),
        page("a", nextToken="2"),
        page(nextToken="3"),
        page(nextToken="4"),
        page("b", "c", nextToken="5"),
        page(syncToken="s"),
    ):
        dingtalk_emulator.order(fault)
    taken = Taken(call, "iter_events", "u")
    assert taken.ids() == ["a", "b", "c"]
    assert taken.items.sync_token == "s"
    queries = [entry.target.partition("?")[2] for entry in dingtalk_emulator.journal.of(LIST)]
    assert queries == ["maxResults=100", *(f"maxResults=100&nextToken={number}" for number in range(1, 6))]


@pytest.mark.parametrize(
    ("first", "tokens"), [(None, ["1", "1"]), (None, ["1", "2", "1"]), ("1", ["2", "1"]), ("1", ["1"])]
)
def test_a_list_that_leads_back_ends_with_an_error(
    first: str | None, tokens: list[str], call: Any, dingtalk_emulator: DingTalkEmulator
) -> None:
    for number, token in enumerate([*tokens, *["9"] * 3]):
        dingtalk_emulator.order(page(f"e{number}", nextToken=token))
    taken = Taken(call, "iter_events", "u", next_token=first)
    before = len(tokens) - 1
    assert taken.ids(before) == [f"e{number}" for number in range(before)]
    with pytest.raises(UnexpectedAnswerError, match="would never end"):
        taken.take()
    assert pages_asked_for(dingtalk_emulator) == len(tokens)
    assert len(taken.take()) <= 1
    assert pages_asked_for(dingtalk_emulator) == len(tokens)


def test_a_list_of_ever_new_pages_without_an_item_ends(
    call: Any, dingtalk_emulator: DingTalkEmulator
) -> None:
    dingtalk_emulator.order(page("a", nextToken="0"))
    for number in range(1, 30):
        dingtalk_emulator.order(page(nextToken=str(number)))
    taken = Taken(call, "iter_events", "u")
    with pytest.raises(UnexpectedAnswerError, match="the last 20 pages had no item"):
        taken.take()
    assert pages_asked_for(dingtalk_emulator) == 21
    assert taken.take() == []


def test_pages_without_an_item_count_only_in_a_row(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    for number in range(0, 40, 20):
        for empty in range(number, number + 19):
            dingtalk_emulator.order(page(nextToken=f"t{empty}"))
        dingtalk_emulator.order(page(f"e{number}", nextToken=f"t{number + 19}"))
    dingtalk_emulator.order(page())
    assert Taken(call, "iter_events", "u").ids() == ["e0", "e20"]


def test_no_list_has_more_than_10_000_pages() -> None:
    course = Course()
    course.ask(0)
    for number in range(1, 10_000):
        course.check(1, number)
        course.ask(number)
    with pytest.raises(UnexpectedAnswerError, match=r"^10,000 pages have been read"):
        course.check(1, 10_000)


def test_the_last_page_may_be_the_last_that_is_allowed() -> None:
    course = Course()
    for number in range(10_000):
        course.ask(number)
    course.check(1, None)


def test_a_page_that_cannot_be_had_can_be_asked_for_again(
    call: Any, events: list[str], dingtalk_emulator: DingTalkEmulator
) -> None:
    taken = Taken(call, "iter_events", "u", max_results=3)
    assert taken.ids(3) == events[:3]
    dingtalk_emulator.order(Fault.error(400, "invalidParameter").on(LIST))
    with pytest.raises(DingTalkError, match="invalidParameter"):
        taken.take()
    assert taken.ids() == events[3:]


def test_an_argument_that_is_none_is_refused_by_the_first_page(call: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="time_min must be"):
        Taken(call, "iter_events", "u", time_min="yesterday").take()


def test_every_list_has_its_iterator(
    call: Any, events: list[str], dingtalk_emulator: DingTalkEmulator
) -> None:
    people = [f"p{number}" for number in range(5)]
    call("add_attendee", "u", "primary", events[0], attendees_to_add=people)
    window = {"time_min": NINE - timedelta(days=1), "time_max": NINE + timedelta(days=30)}
    assert sorted(Taken(call, "iter_events_view", "u", **window, max_results=2).ids()) == sorted(events)
    attendees = Taken(call, "iter_attendees", "u", "primary", events[0], max_results=2)
    assert attendees.ids() == people
    from airflow_provider_dingtalk_calendar.client.resources.events.records import Recurrence

    series = call(
        "create_event", "u", summary="s", start=NINE, end=NINE, recurrence=Recurrence("daily", occurrences=5)
    )
    instances = Taken(call, "iter_instances", "u", "primary", series.id, **window, max_results=2).take()
    assert [one.start.value for one in instances] == [NINE + timedelta(days=number) for number in range(5)]
    assert {one.series_master_id for one in instances} == {series.id}
    for method in ("iter_sign_in_list", "iter_sign_out_list"):
        users = Taken(call, method, "u", "primary", events[0]).take()
        assert users
        assert all(user.user_id for user in users)
    counted = {
        name: dingtalk_emulator.journal.operations.count(name) for name in ("ListEventsView", "ListInstances")
    }
    assert counted == {"ListEventsView": 4, "ListInstances": 3}
    assert dingtalk_emulator.journal.operations.count("ListAttendees") == 3


def test_events_of_the_user_of_the_token(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    answer = {"events": [{"id": "a"}]}
    dingtalk_emulator.order(Fault.answer(200, answer).on("ListEventsViewByMe"))
    assert Taken(call, "iter_events_view_by_me").ids() == ["a"]


def test_both_clients_share_one_definition() -> None:
    assert DingTalkClient.iter_events is AsyncDingTalkClient.iter_events
    assert "list_events" in (DingTalkClient.iter_events.__doc__ or "")


def test_a_for_loop_reads_all_items(dingtalk_emulator: DingTalkEmulator) -> None:
    from tests.client.both import settings_for

    dingtalk_emulator.order(page("a", "b", nextToken="1"))
    dingtalk_emulator.order(page("c"))
    with DingTalkClient(settings_for(dingtalk_emulator)) as client:
        assert [event.id for event in client.iter_events("u")] == ["a", "b", "c"]

    async def read() -> list[str]:
        dingtalk_emulator.order(page("a", "b", nextToken="1"))
        dingtalk_emulator.order(page("c"))
        async with AsyncDingTalkClient(settings_for(dingtalk_emulator)) as client:
            events = client.iter_events("u")
            assert isinstance(events, AsyncIterator)
            return [event.id async for event in events]

    assert asyncio.run(read()) == ["a", "b", "c"]
