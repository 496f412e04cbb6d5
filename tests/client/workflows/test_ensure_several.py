"""Ensuring several calendars of one owner: one list for all, and a failure of one leaves the others alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.client import EnsuredCalendar, SubscribeScope
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.exceptions import (
    DingTalkError,
    InvalidArgumentError,
    InvalidParameterError,
    MissingPermissionError,
    MonthlyQuotaError,
    OutcomeUnknownError,
    PartialFailureError,
    UnexpectedAnswerError,
)
from tests.client.both import CALLERS, settings_for
from tests.client.story import UNKNOWN, Operations, Story, answer, refusal, token

SCOPE = {"corp_ids": ["corp"]}
LOST = Fault.drop().on("CreateSubscribedCalendar")
INVALID = refusal(400, "invalidParameter")
QUOTA = refusal(403, "Forbidden.AccessDenied.ApiCountLimitForOrg")


def listed(*names: str, **more: Any) -> Any:
    base = {"type": "subscribed", "privilege": "owner"}
    calendars = [base | {"id": f"id of {name}", "summary": name} | more for name in names]
    return answer({"response": {"calendars": calendars}})


def created(name: str) -> Any:
    return answer({"calendarId": f"id of {name}"})


def calendars(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "subscribe_scope": SCOPE} for name in names]


def ensure(story: Story, *names: str, **arguments: Any) -> dict[str, EnsuredCalendar]:
    found = Operations(story).ensure_subscribed_calendars("u", calendars=calendars(*names), **arguments)
    assert isinstance(found, dict)
    return found


class Store:
    def __init__(self, value: object = None) -> None:
        self.value = value

    def read(self) -> object:
        return self.value

    def write(self, value: dict[str, Any]) -> None:
        self.value = json.loads(json.dumps(value))


def names_created(story: Story) -> list[str]:
    bodies = [json.loads(one.body or b"{}") for one in story.sent if one.url.endswith("/subscribedCalendars")]
    return [body["name"] for body in bodies]


def test_one_list_serves_all_calendars() -> None:
    story = Story([token(), listed("B"), created("A"), created("C")])
    assert ensure(story, "A", "B", "C") == {
        "A": EnsuredCalendar("id of A", created=True),
        "B": EnsuredCalendar("id of B", created=False),
        "C": EnsuredCalendar("id of C", created=True),
    }
    assert story.paths == ["accessToken", "calendars", *["subscribedCalendars"] * 2]
    story = Story([token(), listed("A", "B", "C")])
    assert list(ensure(story, "C", "A", "B")) == ["C", "A", "B"]
    assert story.paths == ["accessToken", "calendars"]


def test_an_empty_list_of_calendars_sends_nothing() -> None:
    story = Story()
    assert ensure(story) == {}
    assert story.sent == []


def test_if_one_calendar_fails_the_others_go_on_and_the_error_names_it() -> None:
    story = Story([token(), listed(), INVALID, created("B"), INVALID, created("D")])
    with pytest.raises(
        PartialFailureError, match=r"^2 of 4 failed \(A, C\); first failure, for A: "
    ) as raised:
        ensure(story, "A", "B", "C", "D")
    assert names_created(story) == ["A", "B", "C", "D"]
    assert raised.value.retry_after is None


def test_a_failure_that_would_end_every_call_stops_the_rest() -> None:
    story = Story([token(), listed(), created("A"), QUOTA])
    with pytest.raises(PartialFailureError, match=r"^4 of 5 failed \(B, C, D, E\); first failure, for B: "):
        ensure(story, "A", "B", "C", "D", "E")
    assert names_created(story) == ["A", "B"]


def test_the_error_of_a_single_calendar_is_its_own() -> None:
    with pytest.raises(InvalidParameterError):
        ensure(Story([token(), listed(), INVALID]), "A")


@pytest.mark.parametrize(
    ("refused", "kind"),
    [
        (QUOTA, MonthlyQuotaError),
        (refusal(403, "Forbidden.AccessDenied.AccessTokenPermissionDenied"), MissingPermissionError),
    ],
)
def test_without_the_list_nothing_is_created(refused: Any, kind: type[DingTalkError]) -> None:
    story = Story([token(), refused])
    with pytest.raises(kind) as raised:
        ensure(story, "A", "B")
    assert story.paths == ["accessToken", "calendars"]
    assert "if_exists" not in str(raised.value)


def test_a_damaged_entry_stops_only_the_calendar_that_it_may_be() -> None:
    broken = listed("A", id=5)
    story = Story([token(), broken, broken, broken, created("B")])
    with pytest.raises(PartialFailureError, match=r"^1 of 2 failed \(A\)") as raised:
        ensure(story, "A", "B")
    assert names_created(story) == ["B"]
    assert raised.value.retry_after == UnexpectedAnswerError.default_retry_after


def test_the_list_that_follows_a_lost_answer_serves_the_calendars_after_it() -> None:
    story = Story([token(), listed(), UNKNOWN, listed("A", "B")])
    ensured = ensure(story, "A", "B")
    assert ensured["A"] == EnsuredCalendar("id of A", created=True, recovered=True)
    assert ensured["B"] == EnsuredCalendar("id of B", created=False)


def test_a_retry_knows_of_each_calendar_what_became_of_it() -> None:
    store = Store()
    story = Story([token(), listed(), created("A"), UNKNOWN, *[listed()] * 4, created("C")])
    with pytest.raises(PartialFailureError, match=r"^1 of 3 failed \(B\)") as raised:
        ensure(story, "A", "B", "C", memory=store)
    assert raised.value.may_have_taken_effect
    assert raised.value.retry_after == OutcomeUnknownError.default_retry_after
    # A and C are not listed yet, so each is read. B is listed now.
    details = [answer({"calendarId": f"id of {name}", "author": "u"}) for name in "AC"]
    again = Story([token(), listed("B"), *details])
    ensured = ensure(again, "A", "B", "C", memory=store, retried=True)
    assert {name: (one.calendar_id, one.recovered) for name, one in ensured.items()} == {
        name: (f"id of {name}", True) for name in "ABC"
    }
    # Calendars that are listed need no call of their own.
    last = Story([token(), listed("A", "B", "C")])
    assert [one.calendar_id for one in ensure(last, "A", "B", "C", memory=store).values()] == [
        f"id of {name}" for name in "ABC"
    ]


@pytest.mark.parametrize("damaged", [5, {}, {"calendars": 5}, {"calendars": {}}, {"version": 1}])
def test_a_damaged_memory_proves_nothing_and_is_replaced(damaged: object) -> None:
    store = Store(damaged)
    # B might have been created earlier, so the list is read once more after the create.
    story = Story([token(), listed("A"), created("B"), listed("A", "B")])
    ensured = ensure(story, "A", "B", memory=store, retried=True)
    assert {one.calendar_id for one in ensured.values()} == {"id of A", "id of B"}
    assert isinstance(store.value, Mapping)
    assert len(store.value["calendars"]) == 1


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (None, "calendars must be a list of mappings, not NoneType"),
        ("[]", "calendars must be a list of mappings, not str"),
        ({"name": "A"}, "calendars must be a list of mappings, not dict"),
        (["A"], r"calendars\[0\] must be a mapping with name, .*, not str"),
        ([{"name": "A"}], r"calendars\[0\]\.subscribe_scope must be a mapping, not NoneType"),
        ([{"subscribe_scope": SCOPE}], r"calendars\[0\]\.name must be a string, not NoneType"),
        (
            [*calendars("A"), {"name": "B", "subscribe_scope": SCOPE, "managers": "m"}],
            r"calendars\[1\]\.managers must be a list",
        ),
        (
            [{"name": "A", "subscribe_scope": SCOPE, "if_exists": "update"}],
            r"calendars\[0\] has an unknown field 'if_exists'; the fields are name, subscribe_scope, desc",
        ),
        (
            calendars("A", "B", " A "),
            r"calendars\[2\]\.name must differ from calendars\[0\]\.name; both are ' A '",
        ),
    ],
)
def test_a_wrong_calendar_is_an_error_before_anything_is_sent(bad: Any, message: str) -> None:
    story = Story()
    with pytest.raises(InvalidArgumentError, match=message):
        Operations(story).ensure_subscribed_calendars("u", calendars=bad)
    assert story.sent == []


@pytest.mark.parametrize("kind", CALLERS)
def test_both_clients_create_what_is_missing(dingtalk_emulator: DingTalkEmulator, kind: str) -> None:
    call = CALLERS[kind](settings_for(dingtalk_emulator))
    dingtalk_emulator.order(LOST.after_effect())
    declared = [
        {"name": "A", "subscribe_scope": SubscribeScope(corp_ids=("corp",)), "description": "first"},
        {"name": "B", "subscribe_scope": SCOPE, "managers": ["m"]},
    ]
    for _ in range(2):
        ensured = call("ensure_subscribed_calendars", "u", calendars=declared)
        assert {name: one.calendar_id for name, one in ensured.items()} == {
            one.name: one.calendar_id for one in dingtalk_emulator.calendars
        }
    assert [(one.name, one.description, one.managers) for one in dingtalk_emulator.calendars] == [
        ("A", "first", ()),
        ("B", "", ("m",)),
    ]
    call.close()
