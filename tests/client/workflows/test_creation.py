"""Lost answers and retries, request by request: how a try uses the memo of an earlier try."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.client import EnsuredCalendar
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from airflow_provider_dingtalk_calendar.exceptions import (
    AmbiguousOutcomeError,
    ApiError,
    CalendarExistsError,
    InvalidArgumentError,
    MissingPermissionError,
    OutcomeUnknownError,
    PermissionDeniedError,
    QpsLimitError,
    RequestNotSentError,
    StoreError,
)
from tests.client.story import NOT_SENT, SETTINGS, UNKNOWN, Operations, Story, answer, refusal, token
from tests.client.workflows.test_ensure import CREATED, NO_PERMISSION, SCOPE, listed

CREATE = "CreateSubscribedCalendar"
LIST, POST, LOOK = "calendars", "subscribedCalendars", "calendars"
QPS = refusal(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi")


class Memory:
    """The state store of one task."""

    def __init__(self, value: Any = None, *, broken: bool = False) -> None:
        self.value = value
        self.broken = broken
        self.written: list[dict[str, Any]] = []

    def read(self) -> object:
        return self.value

    def write(self, value: dict[str, Any]) -> None:
        if self.broken:
            raise StoreError
        self.value = value
        self.written.append(value)


def ensure(story: Story, **arguments: Any) -> EnsuredCalendar:
    arguments = {"name": "Releases", "subscribe_scope": SCOPE} | arguments
    result = Operations(story).ensure_subscribed_calendar("u", **arguments)
    assert isinstance(result, EnsuredCalendar)
    return result


def remembered(memory: Memory, **arguments: Any) -> Memory:
    """Return the memory after a try in which the answer was lost and no list showed the calendar."""
    outcomes = [token(), listed(), UNKNOWN, *[listed()] * 4]
    if arguments.get("if_exists") == "create" and not arguments.get("look_first"):
        del outcomes[1]
    with pytest.raises(OutcomeUnknownError):
        ensure(Story(outcomes), memory=memory, **arguments)
    return memory


def test_intent_and_id_are_written_before_and_after_the_request() -> None:
    memory = Memory()
    assert ensure(Story([token(), listed(), CREATED]), memory=memory) == EnsuredCalendar("new", created=True)
    intent, done = memory.written
    assert (intent["calendar_id"], intent["sent_at"] is not None, intent["others"]) == (None, True, [])
    assert done["calendar_id"] == "new"
    assert set(intent) == {"version", "calendar", "definition", "others", "sent_at", "calendar_id", "told"}
    assert "Releases" not in str(memory.written)


@pytest.mark.parametrize("union_id", ["", "..", "\ud800", 7, None])
def test_a_wrong_union_id_is_rejected_before_the_memory_is_used(union_id: Any) -> None:
    story, memory = Story([token(), CREATED]), Memory()
    with pytest.raises(InvalidArgumentError, match=r"^union_id "):
        Operations(story).ensure_subscribed_calendar(
            union_id, name="Releases", subscribe_scope=SCOPE, if_exists="create", memory=memory
        )
    assert (story.sent, memory.written) == ([], [])


def test_an_id_in_the_memory_that_no_url_can_carry_is_not_sent() -> None:
    memory = Memory()
    ensure(Story([token(), CREATED]), memory=memory, if_exists="create")
    memory.value = memory.value | {"calendar_id": ".."}
    story = Story([token()])
    with pytest.raises(InvalidArgumentError, match=r"^calendar_id must not be '\.\.'"):
        ensure(story, memory=memory, if_exists="create")
    assert story.sent == []


@pytest.mark.parametrize("if_exists", ["reuse", "fail", "create"])
def test_one_request_checks_that_a_known_id_still_exists(if_exists: str) -> None:
    memory = Memory()
    ensure(Story([token(), listed(), CREATED]), memory=memory, if_exists=if_exists, look_first=True)
    story = Story([token(), answer({"calendarId": "new"})])
    again = ensure(story, memory=memory, if_exists=if_exists)
    assert again == EnsuredCalendar("new", created=False, recovered=True)
    assert story.paths == ["accessToken", "new"]


def test_a_known_id_is_trusted_if_the_app_may_not_ask() -> None:
    memory = Memory()
    ensure(Story([token(), CREATED]), memory=memory, if_exists="create")
    assert ensure(Story([token(), NO_PERMISSION]), memory=memory, if_exists="create").calendar_id == "new"


@pytest.mark.parametrize("if_exists", ["reuse", "fail", "create"])
def test_a_calendar_deleted_meanwhile_is_created_again(if_exists: str) -> None:
    memory = Memory()
    ensure(Story([token(), listed(), CREATED]), memory=memory, if_exists=if_exists, look_first=True)
    story = Story([token(), refusal(404, "notFound"), listed(), answer({"calendarId": "newer"})])
    again = ensure(story, memory=memory, if_exists=if_exists, look_first=True)
    assert again == EnsuredCalendar("newer", created=True)


def test_a_task_with_a_changed_definition_creates_another_calendar() -> None:
    memory = Memory()
    ensure(Story([token(), CREATED]), memory=memory, if_exists="create")
    story = Story([token(), answer({"calendarId": "other"})])
    other = ensure(story, memory=memory, if_exists="create", description="changed")
    assert other == EnsuredCalendar("other", created=True)


@pytest.mark.parametrize("if_exists", ["reuse", "fail", "create"])
def test_a_lost_answer_is_looked_for_and_found(if_exists: str) -> None:
    other = if_exists == "create"
    before = [listed({"id": "old"})] if other else [listed()]
    after = listed({"id": "old"}, {"id": "a"}) if other else listed({"id": "a"})
    story = Story([token(), *before, UNKNOWN, *before, after])
    found = ensure(story, if_exists=if_exists, look_first=True)
    assert found == EnsuredCalendar("a", created=True, recovered=True)
    assert story.paths == ["accessToken", LIST, POST, LOOK, LOOK]
    assert story.waits == [1.0]


@pytest.mark.parametrize(
    "lost",
    [
        UNKNOWN,
        answer({}, 500),
        answer(b""),
        answer("not JSON"),
        answer({}),
        answer("", 302),
        answer("<title>Sign in</title>"),
        answer("<title>Forbidden</title>", 403),
        answer("", 404),
        refusal(400, "system.error"),
        answer({"calendarId": "x" * 1025}),
    ],
)
def test_a_calendar_not_found_in_time_is_left_to_the_next_try(lost: Any) -> None:
    story = Story([token(), listed(), lost, *[listed()] * 4])
    with pytest.raises(OutcomeUnknownError, match="the owner's list does not show it so far") as raised:
        ensure(story)
    assert (raised.value.may_have_taken_effect, raised.value.retry_after) == (True, 1.0)
    assert story.waits == [1.0, 2.0, 4.0]
    assert story.paths.count(POST) == 1


def test_the_error_says_why_looking_failed() -> None:
    story = Story([token(), answer("", 500), NO_PERMISSION])
    with pytest.raises(OutcomeUnknownError, match=r"looking for it failed: .*Calendar\.Event\.Read"):
        ensure(story, if_exists="create")
    assert story.paths == ["accessToken", POST, LOOK]


def test_looking_continues_after_a_failed_look() -> None:
    story = Story([token(), listed(), UNKNOWN, *[UNKNOWN] * 4, listed({"id": "a"})])
    assert ensure(story).calendar_id == "a"


def test_without_a_look_before_any_calendar_of_the_name_is_ambiguous() -> None:
    story = Story([token(), UNKNOWN, *[listed({"id": "b"})] * 3, listed({"id": "b"}, {"id": "a"})])
    with pytest.raises(AmbiguousOutcomeError, match="one that is not listed yet: a, b; check them") as raised:
        ensure(story, if_exists="create")
    assert raised.value.candidate_ids == ("a", "b")
    assert raised.value.retry_after is None
    assert raised.value.may_have_taken_effect


@pytest.mark.parametrize("if_exists", ["fail", "create"])
def test_two_new_calendars_are_ambiguous(if_exists: str) -> None:
    story = Story([token(), listed(), UNKNOWN, *[listed({"id": "b"}, {"id": "a"})] * 4])
    with pytest.raises(AmbiguousOutcomeError):
        ensure(story, if_exists=if_exists, look_first=True)


def test_with_reuse_the_second_new_calendar_is_a_duplicate() -> None:
    story = Story([token(), listed(), UNKNOWN, listed({"id": "b"}, {"id": "a"})])
    assert ensure(story) == EnsuredCalendar("a", created=True, duplicates=("b",), recovered=True)


@pytest.mark.parametrize("if_exists", ["reuse", "fail", "create"])
def test_the_next_try_takes_a_calendar_that_appeared_meanwhile(if_exists: str) -> None:
    memory = remembered(Memory(), if_exists=if_exists)
    story = Story([token(), listed({"id": "late"})], time=2_000_000.0)
    found = ensure(story, if_exists=if_exists, memory=memory, retried=True)
    assert found == EnsuredCalendar("late", created=False, recovered=True)


def test_the_next_try_creates_if_none_appeared_and_reports_one_that_appears_too_late() -> None:
    memory = remembered(Memory())
    outcomes = [token(), listed(), CREATED, listed({"id": "new"}, {"id": "late"})]
    made = ensure(Story(outcomes, time=2_000_000.0), memory=memory, retried=True)
    assert made == EnsuredCalendar("new", created=True, duplicates=("late",))


def test_a_try_right_after_a_lost_request_looks_more_than_once() -> None:
    memory = remembered(Memory())
    story = Story([token(), listed(), listed(), listed({"id": "late"})])
    assert ensure(story, memory=memory).calendar_id == "late"
    assert story.waits == [1.0, 2.0]


def test_without_a_memory_a_retry_cannot_tell() -> None:
    there = listed({"id": "a"})
    with pytest.raises(CalendarExistsError, match="a; an earlier try of this task may have created it"):
        ensure(Story([token(), there]), if_exists="fail", retried=True)
    with pytest.raises(AmbiguousOutcomeError):
        ensure(Story([token(), there]), if_exists="create", retried=True)
    assert ensure(Story([token(), there]), retried=True).calendar_id == "a"


@pytest.mark.parametrize(
    "rubbish",
    [
        "text",
        7,
        [],
        {},
        {"version": 99, "calendar_id": "x"},
        {"version": 1},
        {"version": 1, "calendar": 1, "definition": 2},
        {
            "version": 1,
            "calendar": "c",
            "definition": "d",
            "others": None,
            "sent_at": 1.0,
            "calendar_id": "x",
        },
    ],
)
def test_a_value_that_is_not_a_memo_of_this_calendar_is_ignored(rubbish: object) -> None:
    memory = Memory(rubbish)
    assert ensure(Story([token(), listed(), CREATED]), memory=memory) == EnsuredCalendar("new", created=True)
    assert memory.written[-1]["calendar_id"] == "new"


@pytest.mark.parametrize(
    "damage",
    [
        {"calendar_id": " "},
        {"calendar_id": 5},
        {"others": "abc"},
        {"others": [1]},
        {"sent_at": "now"},
        {"sent_at": True},
        {"sent_at": 10**400},
        {"definition": None},
    ],
)
def test_a_damaged_memo_is_ignored(damage: dict[str, object]) -> None:
    memory = remembered(Memory())
    memory.value = memory.value | damage
    with pytest.raises(CalendarExistsError):
        ensure(Story([token(), listed({"id": "a"})]), if_exists="fail", memory=memory, retried=True)


def test_nothing_is_sent_if_the_memo_cannot_be_written() -> None:
    story = Story([token(), listed()])
    with pytest.raises(StoreError):
        ensure(story, memory=Memory(broken=True))
    assert POST not in story.paths


def test_an_app_that_may_not_look_still_creates() -> None:
    story = Story([token(), NO_PERMISSION, CREATED])
    assert ensure(story, if_exists="create", look_first=True).created
    with pytest.raises(MissingPermissionError):
        ensure(Story([token(), NO_PERMISSION]))


def test_a_refused_create_is_repeated_after_a_look_and_an_unsent_one_without() -> None:
    story = Story([token(), listed(), NOT_SENT, CREATED])
    assert ensure(story).created
    assert story.paths == ["accessToken", LIST, POST, POST]
    story = Story([token(), listed(), QPS, listed(), CREATED])
    assert ensure(story).created
    assert story.paths == ["accessToken", LIST, POST, LOOK, POST]
    story = Story([token(), QPS, CREATED])
    assert ensure(story, if_exists="create").created
    assert story.paths == ["accessToken", POST, POST]


@pytest.mark.parametrize(
    ("refused", "times", "kind"),
    [(refusal(403, "permissionDenied"), 1, PermissionDeniedError), (QPS, 4, QpsLimitError)],
)
def test_after_a_certain_refusal_the_next_try_has_no_doubt(
    refused: Any, times: int, kind: type[Exception]
) -> None:
    memory = Memory()
    with pytest.raises(kind):
        ensure(Story([token(), *[refused] * times]), if_exists="create", memory=memory)
    story = Story([token(), CREATED])
    assert ensure(story, if_exists="create", memory=memory, retried=True).created
    assert story.paths == ["accessToken", POST]


@pytest.mark.parametrize("if_exists", ["create", "fail"])
def test_after_a_refusal_a_calendar_of_another_run_is_not_ours(if_exists: str) -> None:
    story = Story([token(), listed(), QPS, CREATED])
    assert ensure(story, if_exists=if_exists, look_first=True) == EnsuredCalendar("new", created=True)
    assert story.paths == ["accessToken", LIST, POST, POST]
    for refused, kind in (([NOT_SENT] * 4, RequestNotSentError), ([QPS] * 4, QpsLimitError)):
        memory = Memory()
        with pytest.raises(kind):
            ensure(Story([token(), listed(), *refused]), if_exists=if_exists, look_first=True, memory=memory)
        story = Story([token(), listed({"id": "another"}), CREATED])
        again = {"if_exists": if_exists, "look_first": True, "memory": memory, "retried": True}
        if if_exists == "fail":
            with pytest.raises(CalendarExistsError):
                ensure(story, **again)
        else:
            assert ensure(story, **again) == EnsuredCalendar("new", created=True)


def test_a_task_changed_from_create_takes_an_existing_calendar() -> None:
    def memory() -> Memory:
        memory, old = Memory(), listed({"id": "old"})
        with pytest.raises(OutcomeUnknownError):
            ensure(
                Story([token(), old, UNKNOWN, *[old] * 4]), memory=memory, if_exists="create", look_first=True
            )
        return memory

    found = ensure(Story([token(), listed({"id": "old"})]), memory=memory())
    assert (found.calendar_id, found.created) == ("old", False)
    with pytest.raises(CalendarExistsError):
        ensure(Story([token(), listed({"id": "old"})]), memory=memory(), if_exists="fail")
    both = listed({"id": "old"}, {"id": "ours"})
    assert ensure(Story([token(), both]), memory=memory()).calendar_id == "ours"


def test_clearing_a_task_after_an_ambiguous_outcome_starts_over() -> None:
    memory, there = Memory(), listed({"id": "yesterday"})
    with pytest.raises(AmbiguousOutcomeError):
        ensure(Story([token(), UNKNOWN, *[there] * 4]), if_exists="create", memory=memory)
    with pytest.raises(AmbiguousOutcomeError):
        ensure(Story([token(), *[there] * 4]), if_exists="create", memory=memory, retried=True)
    story = Story([token(), CREATED])
    assert ensure(story, if_exists="create", memory=memory) == EnsuredCalendar("new", created=True)


def test_a_retry_with_another_definition_makes_no_second_calendar() -> None:
    memory = Memory()
    ensure(Story([token(), CREATED]), if_exists="create", memory=memory, description="try 1")
    story = Story([token(), answer({"calendarId": "new"})])
    again = ensure(story, if_exists="create", memory=memory, description="try 2", retried=True)
    assert again == EnsuredCalendar("new", created=False, recovered=True)


@pytest.mark.parametrize("if_exists", ["reuse", "fail", "create"])
@pytest.mark.parametrize("refused", [[refusal(400, "invalidParameter")], [QPS, listed()] * 3 + [QPS]])
def test_a_refusal_does_not_end_the_doubt_about_an_earlier_request(if_exists: str, refused: Any) -> None:
    """The first try loses its answer, the second is refused, and the calendar of the first appears late."""
    memory = remembered(Memory(), if_exists=if_exists, look_first=True)
    again: dict[str, Any] = {"if_exists": if_exists, "memory": memory, "retried": True, "look_first": True}
    with pytest.raises(ApiError):
        ensure(Story([token(), listed(), *refused], time=2_000_000.0), **again)
    story = Story([token(), listed({"id": "late"})], time=3_000_000.0)
    assert ensure(story, **again) == EnsuredCalendar("late", created=False, recovered=True)
    assert POST not in story.paths


@pytest.mark.parametrize("if_exists", ["reuse", "fail", "create"])
@pytest.mark.parametrize(
    "changed", [{"name": "Another"}, {"union_id": "v"}, {"api_url": "https://a.example"}]
)
def test_a_retry_does_not_take_the_memo_of_another_calendar(if_exists: str, changed: dict[str, str]) -> None:
    memory = Memory()
    arguments: dict[str, Any] = {"subscribe_scope": SCOPE, "if_exists": if_exists, "memory": memory}
    arguments["look_first"] = True
    Operations(Story([token(), listed(), CREATED])).ensure_subscribed_calendar(
        "u", name="Releases", **arguments
    )
    settings = replace(SETTINGS, api_url=changed.get("api_url", SETTINGS.api_url))
    story = Story([token(), listed(), answer({"calendarId": "other"}), listed()])
    made = Operations(story, settings).ensure_subscribed_calendar(
        changed.get("union_id", "u"), name=changed.get("name", "Releases"), retried=True, **arguments
    )
    assert made == EnsuredCalendar("other", created=True)
    assert story.paths == ["accessToken", LIST, POST, LOOK]


@pytest.mark.parametrize("if_exists", ["reuse", "fail", "create"])
def test_an_open_memo_of_another_calendar_says_nothing_about_this_one(if_exists: str) -> None:
    memory = remembered(Memory(), if_exists=if_exists, look_first=True)
    story = Story([token(), listed({"id": "there", "summary": "Another"}), answer({"calendarId": "other"})])
    arguments: dict[str, Any] = {"if_exists": if_exists, "look_first": True, "memory": memory}
    if if_exists == "reuse":
        assert ensure(story, name="Another", **arguments) == EnsuredCalendar("there", created=False)
    elif if_exists == "fail":
        with pytest.raises(CalendarExistsError):
            ensure(story, name="Another", **arguments)
    else:
        assert ensure(story, name="Another", **arguments) == EnsuredCalendar("other", created=True)


def test_even_with_no_time_to_wait_there_is_one_look() -> None:
    story = Story([token(), UNKNOWN, listed()])
    with pytest.raises(OutcomeUnknownError):
        Operations(story, replace(SETTINGS, max_wait=-1.0)).ensure_subscribed_calendar(
            "u", name="Releases", subscribe_scope=SCOPE, if_exists="create"
        )
    assert story.paths == ["accessToken", POST, LOOK]


@pytest.mark.parametrize("status", [200, 400, 403, 404, 407])
@pytest.mark.parametrize("happened", [True, False])
@pytest.mark.parametrize("if_exists", ["reuse", "fail", "create"])
def test_a_page_of_a_proxy_leads_to_exactly_one_calendar(
    status: int,
    happened: bool,
    if_exists: str,
    open_client: Callable[..., Any],
    dingtalk_emulator: DingTalkEmulator,
) -> None:
    call = open_client(max_wait=0.0)
    fault = Fault.proxy_page(status).on(CREATE)
    dingtalk_emulator.order(fault.after_effect() if happened else fault)
    arguments = {"name": "n", "subscribe_scope": SCOPE, "if_exists": if_exists, "look_first": True}
    if not happened:
        with pytest.raises(OutcomeUnknownError, match=r"Sign in to the corporate network.*may have answered"):
            call("ensure_subscribed_calendar", "u", **arguments)
    ensured = call("ensure_subscribed_calendar", "u", **arguments, retried=not happened)
    (calendar,) = dingtalk_emulator.calendars
    assert (ensured.calendar_id, ensured.duplicates) == (calendar.calendar_id, ())
    assert ensured.recovered is happened
    assert dingtalk_emulator.journal.operations.count(CREATE) == (1 if happened else 2)
