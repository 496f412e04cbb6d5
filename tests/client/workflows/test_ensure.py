"""Ensuring a calendar: the lookup before the create request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.client import EnsuredCalendar
from airflow_provider_dingtalk_calendar.client.resources.calendars import definition_to_wire
from airflow_provider_dingtalk_calendar.exceptions import (
    ApiError,
    CalendarExistsError,
    InvalidArgumentError,
    MissingPermissionError,
    OutcomeUnknownError,
    UnexpectedAnswerError,
)
from tests.client.story import UNKNOWN, Operations, Story, answer, refusal, token

SCOPE = {"corp_ids": ["corp"]}
CREATED = answer({"calendarId": "new"})
NO_PERMISSION = refusal(403, "Forbidden.AccessDenied.AccessTokenPermissionDenied", "no permission")


def listed(*calendars: dict[str, Any]) -> Any:
    base = {"type": "subscribed", "privilege": "owner", "summary": "Releases"}
    return answer({"response": {"calendars": [base | calendar for calendar in calendars]}})


def ensure(story: Story, name: str = "Releases", **arguments: Any) -> EnsuredCalendar:
    result = Operations(story).ensure_subscribed_calendar("u", name=name, subscribe_scope=SCOPE, **arguments)
    assert isinstance(result, EnsuredCalendar)
    return result


def test_reuse_returns_an_existing_calendar() -> None:
    story = Story([token(), listed({"id": "there"})])
    assert ensure(story) == EnsuredCalendar("there", created=False)
    assert story.paths == ["accessToken", "calendars"]


@pytest.mark.parametrize(
    "other",
    [
        {"type": "primary"},
        {"type": "SHARED"},
        {"privilege": "Writer"},
        {"type": "shared"},
        {"type": "unknown"},
        {"privilege": "writer"},
        {"privilege": "reader"},
        {"summary": "releases"},
        {"summary": "Releases 2"},
        {"summary": ""},
        {"summary": None},
        {"type": None},
    ],
)
def test_reuse_creates_if_no_listed_calendar_matches(other: dict[str, Any]) -> None:
    story = Story([token(), listed({"id": "other"} | other), CREATED])
    assert ensure(story) == EnsuredCalendar("new", created=True)


@pytest.mark.parametrize("spelling", [str.upper, str.title])
def test_type_and_privilege_are_compared_without_case(spelling: Callable[[str], str]) -> None:
    entry = {"id": "there", "type": spelling("subscribed"), "privilege": spelling("owner")}
    assert ensure(Story([token(), listed(entry)])) == EnsuredCalendar("there", created=False)


NULLS = dict.fromkeys(["id", "summary", "type", "privilege"])


@pytest.mark.parametrize("empty", [None, [], [NULLS]])
def test_an_empty_list_in_any_form_leads_to_a_create(empty: object) -> None:
    story = Story([token(), answer({"response": {"calendars": empty}}), CREATED])
    assert ensure(story) == EnsuredCalendar("new", created=True)


@pytest.mark.parametrize(
    "damaged",
    [
        {"summary": "Another", "type": "subscribed"},
        {"summary": "Releases", "type": "primary"},
        {"summary": "Another", "id": "\0"},
        {"type": "shared", "id": 5},
    ],
)
def test_a_damaged_entry_that_is_not_the_calendar_is_ignored(damaged: dict[str, Any]) -> None:
    there = {"id": "there", "type": "subscribed", "privilege": "owner", "summary": "Releases"}
    story = Story([token(), answer({"response": {"calendars": [damaged, there, damaged]}})])
    assert ensure(story) == EnsuredCalendar("there", created=False)
    story = Story([token(), answer({"response": {"calendars": [damaged, damaged]}}), CREATED])
    assert ensure(story) == EnsuredCalendar("new", created=True)


@pytest.mark.parametrize(
    "damaged",
    [
        {"summary": " Releases", "type": "Subscribed"},
        {"summary": "Releases", "type": "subscribed", "id": "x" * 1025},
        {"summary": "Releases", "type": None},
        {"summary": None, "type": "subscribed"},
        {"type": 5},
        {},
        NULLS,
        "not an object",
        None,
    ],
)
@pytest.mark.parametrize("if_exists", ["reuse", "fail"])
def test_a_damaged_entry_that_may_be_the_calendar_stops_the_look_up(damaged: Any, if_exists: str) -> None:
    other = {"id": "other", "type": "subscribed", "privilege": "owner", "summary": "Another"}
    broken = answer({"response": {"calendars": [other, damaged]}})
    story = Story([token(), broken, broken])
    with pytest.raises(UnexpectedAnswerError):
        ensure(story, if_exists=if_exists)
    assert "subscribedCalendars" not in story.paths


def test_white_space_at_either_end_of_a_name_is_ignored() -> None:
    assert ensure(Story([token(), listed({"id": "there"})]), name=" Releases ").calendar_id == "there"


def test_the_smallest_of_several_ids_is_taken_and_the_others_are_duplicates() -> None:
    story = Story([token(), listed({"id": "b"}, {"id": "c"}, {"id": "a"}, {"id": "a"})])
    assert ensure(story) == EnsuredCalendar("a", created=False, duplicates=("b", "c"))


@pytest.mark.parametrize(("author", "found"), [("u", True), ("someone else", False), (None, False)])
def test_an_undocumented_privilege_is_settled_by_the_author(author: str | None, found: bool) -> None:
    details = answer({"calendarId": "there", "name": "Releases", "author": author})
    story = Story([token(), listed({"id": "there", "privilege": "VIEW_DETAIL"}), details, CREATED])
    assert ensure(story).calendar_id == ("there" if found else "new")


@pytest.mark.parametrize(
    "refused", [refusal(403, "permissionDenied", "permission denied"), refusal(404, "whatever")]
)
def test_a_user_who_may_not_see_the_author_is_not_the_author(refused: Any) -> None:
    story = Story([token(), listed({"id": "there", "privilege": "VIEW_DETAIL"}), refused, CREATED])
    assert ensure(story) == EnsuredCalendar("new", created=True)


@pytest.mark.parametrize(
    "refused",
    [
        refusal(403, "Forbidden.AccessDenied.IpNotInWhiteList"),
        refusal(403, "SomethingNew"),
        refusal(403, ""),
        answer("<title>Sign in</title>", 404),
        refusal(400, "invalidParameter"),
    ],
)
def test_after_a_refusal_that_does_not_settle_the_owner_nothing_is_created(refused: Any) -> None:
    story = Story([token(), listed({"id": "there", "privilege": "VIEW_DETAIL"}), refused, refused, CREATED])
    with pytest.raises(ApiError):
        ensure(story)
    assert "subscribedCalendars" not in story.paths


def test_a_missing_permission_to_ask_for_the_author_is_an_error() -> None:
    story = Story([token(), listed({"id": "there", "privilege": "VIEW_DETAIL"}), NO_PERMISSION])
    with pytest.raises(MissingPermissionError, match=r"Calendar\.Calendar\.Read.*if_exists=.create."):
        ensure(story)


def test_fail_names_existing_calendars_and_creates_nothing() -> None:
    story = Story([token(), listed({"id": "b"}, {"id": "a"})])
    with pytest.raises(
        CalendarExistsError, match="'u' already owns a calendar named 'Releases': a, b"
    ) as raised:
        ensure(story, if_exists="fail")
    assert raised.value.calendar_ids == ("a", "b")
    assert raised.value.retry_after is None


def test_fail_creates_if_there_is_none() -> None:
    assert ensure(Story([token(), listed(), CREATED]), if_exists="fail").created


def test_create_does_not_look() -> None:
    story = Story([token(), CREATED])
    assert ensure(story, if_exists="create") == EnsuredCalendar("new", created=True)
    assert story.paths == ["accessToken", "subscribedCalendars"]


def test_a_look_up_without_permission_names_the_permission_and_the_way_out() -> None:
    story = Story([token(), NO_PERMISSION])
    with pytest.raises(MissingPermissionError) as raised:
        ensure(story)
    text = str(raised.value)
    assert "Calendar.Event.Read" in text
    assert 'if_exists="create"' in text
    assert "needs only Calendar.Calendar.Write" in text
    assert "REQUEST-1" in text


def test_a_create_without_permission_names_the_permission_of_create() -> None:
    with pytest.raises(
        MissingPermissionError, match=r"request the permission Calendar\.Calendar\.Write"
    ) as raised:
        ensure(Story([token(), listed(), NO_PERMISSION]))
    assert "if_exists" not in str(raised.value)


def test_without_a_list_nothing_is_created() -> None:
    story = Story([token(), *[UNKNOWN] * 4])
    with pytest.raises(OutcomeUnknownError) as raised:
        ensure(story)
    assert not raised.value.may_have_taken_effect
    assert "subscribedCalendars" not in story.paths


@pytest.mark.parametrize(
    "if_exists", ["Reuse", "", None, 1, pytest.param(10**5000, id="a long int"), "x" * 41]
)
def test_another_if_exists_is_rejected_before_anything_is_sent(if_exists: object) -> None:
    story = Story()
    with pytest.raises(
        InvalidArgumentError, match="if_exists must be one of 'reuse', 'update', 'create', 'fail'"
    ):
        ensure(story, if_exists=if_exists)
    assert story.sent == []


@pytest.mark.parametrize(
    ("declared", "listed_as", "differs"),
    [
        ("Closing dates", "Closing days", ("description",)),
        ("Closing dates", "", ("description",)),
        ("", "Closing dates", ("description",)),
        ("Closing dates", "Closing dates", ()),
        # The task declares no description, or the list does not show it.
        (None, "Closing dates", ()),
        ("Closing dates", None, ()),
        # DingTalk does not document that it returns a description unchanged.
        (" R&D: a < b\nOps ", "R&amp;D: a &lt; b Ops", ()),
    ],
)
def test_a_reused_calendar_is_compared_with_the_declaration_without_another_call(
    declared: str | None, listed_as: str | None, differs: tuple[str, ...]
) -> None:
    shown = {"id": "there"} | ({} if listed_as is None else {"description": listed_as})
    story = Story([token(), listed(shown)])
    assert ensure(story, description=declared) == EnsuredCalendar("there", created=False, differs=differs)
    assert story.paths == ["accessToken", "calendars"]


SHOWN = {
    "calendarId": "there",
    "name": "Releases",
    "description": "R&amp;D  dates",
    "author": "u",
    "managers": ["m-2", "m-1"],
    "subscribeScope": {"unionIds": [], "openConversationIds": ["g-2", "g-1"], "corpIds": ["corp"]},
}
WIDE_SCOPE = {"corp_ids": ["corp"], "open_conversation_ids": ["g-1", "g-2"]}
DONE = answer({"result": True})


def update(story: Story, **arguments: Any) -> Any:
    arguments = {"name": "Releases", "subscribe_scope": WIDE_SCOPE, "if_exists": "update"} | arguments
    return Operations(story).ensure_subscribed_calendar("u", **arguments)


@pytest.mark.parametrize(
    "same",
    [
        {},
        {"description": "R&D dates "},
        {"managers": ["m-1", "m-2", "m-1"]},
        {"name": " Releases "},
        {"subscribe_scope": {"open_conversation_ids": ["g-2", "g-1", "g-1"], "corp_ids": ["corp"]}},
    ],
)
def test_update_leaves_a_calendar_that_matches_after_one_more_call(same: dict[str, Any]) -> None:
    story = Story([token(), listed({"id": "there", "description": "other"}), answer(SHOWN)])
    assert update(story, **same) == EnsuredCalendar("there", created=False)
    assert story.paths == ["accessToken", "calendars", "there"]


@pytest.mark.parametrize(
    ("declared", "updated"),
    [
        ({"description": "R&D"}, ("description",)),
        ({"description": ""}, ("description",)),
        ({"managers": ["m-1"]}, ("managers",)),
        ({"managers": []}, ("managers",)),
        ({"subscribe_scope": SCOPE}, ("subscribe_scope",)),
        ({"description": "", "managers": [], "subscribe_scope": SCOPE},) * 2,
    ],
)
def test_update_brings_a_calendar_to_what_is_declared_and_names_what_it_changed(
    declared: dict[str, Any], updated: Iterable[str]
) -> None:
    story = Story([token(), listed({"id": "there"}), answer(SHOWN), DONE])
    ensured = update(story, **declared)
    assert ensured == EnsuredCalendar("there", created=False, updated=tuple(updated))
    assert [request.method for request in story.sent] == ["POST", "GET", "GET", "PUT"]
    sent = json.loads(story.sent[-1].body or b"")
    whole = {"name": "Releases", "subscribe_scope": WIDE_SCOPE} | declared
    assert sent == definition_to_wire(**({"description": None, "managers": None} | whole))


def test_update_creates_a_calendar_that_is_missing_and_reads_it_only_in_doubt() -> None:
    story = Story([token(), listed(), CREATED])
    assert update(story) == EnsuredCalendar("new", created=True)
    assert story.paths == ["accessToken", "calendars", "subscribedCalendars"]
    # The calendar that appears after a lost answer might come from another request.
    story = Story([token(), listed(), UNKNOWN, listed({"id": "there"}), answer(SHOWN), DONE])
    ensured = update(story, description="Dates")
    assert ensured == EnsuredCalendar("there", created=True, recovered=True, updated=("description",))


def test_update_reads_the_calendar_once_though_the_look_up_needs_it_too() -> None:
    story = Story([token(), listed({"id": "there", "privilege": "VIEW_DETAIL"}), answer(SHOWN), DONE])
    assert update(story, description="Dates").updated == ("description",)
    assert story.paths == ["accessToken", "calendars", "there", "there"]


def test_a_change_whose_answer_is_lost_is_sent_again() -> None:
    story = Story([token(), listed({"id": "there"}), answer(SHOWN), UNKNOWN, DONE])
    assert update(story, description="Dates").updated == ("description",)
    assert story.sent[-1] == story.sent[-2]


def test_update_without_the_permission_to_read_the_calendar_is_an_error() -> None:
    story = Story([token(), listed({"id": "there"}), NO_PERMISSION])
    with pytest.raises(MissingPermissionError, match=r"request the permission Calendar\.Calendar\.Read"):
        update(story)
