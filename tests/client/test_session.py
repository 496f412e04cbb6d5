"""A single call, tested without I/O: how the call gets a token, and which requests the client repeats."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_dingtalk_calendar.client.auth.token_memory import TokenMemory
from airflow_provider_dingtalk_calendar.client.engine.effects import Response
from airflow_provider_dingtalk_calendar.client.engine.endpoint import Replay
from airflow_provider_dingtalk_calendar.client.resources.calendars import CREATE_SUBSCRIBED_CALENDAR
from airflow_provider_dingtalk_calendar.client.session import TOKEN_HEADER, Calls
from airflow_provider_dingtalk_calendar.exceptions import (
    ApiError,
    DingTalkError,
    InvalidTokenError,
    RefusedError,
    RequestNotSentError,
    ThrottledError,
    UnexpectedAnswerError,
)
from tests.client.story import NOT_SENT, SETTINGS, UNKNOWN, Operations, Story, answer, refusal, token

SCOPE = {"corp_ids": ["corp"]}
CREATED = answer({"calendarId": "calendar-1"})
INVALID_TOKEN = refusal(400, "InvalidAuthentication", "不合法的access_token")
QPS = refusal(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi")
QPM = refusal(403, "Forbidden.AccessDenied.QpmLimitForAppkeyAndApi")


def create(*outcomes: object, max_wait: float = 10.0) -> tuple[Story, Operations]:
    story = Story(outcomes)  # type: ignore[arg-type]
    return story, Operations(story, replace(SETTINGS, max_wait=max_wait))


def test_a_create_sends_one_token_request_and_one_post() -> None:
    story, client = create(token(), CREATED)
    assert client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE) == "calendar-1"
    assert story.paths == ["accessToken", "subscribedCalendars"]
    token_request, post = story.sent
    assert json.loads(token_request.body or b"") == {
        "appKey": "client-id",
        "appSecret": "client-secret-of-the-story",
    }
    assert TOKEN_HEADER not in token_request.headers
    assert post.headers[TOKEN_HEADER] == "token-1"
    assert json.loads(post.body or b"") == {"name": "n", "subscribeScope": {"corpIds": ["corp"]}}


def test_the_token_is_masked_before_it_is_used() -> None:
    story, client = create(token("the-token"), CREATED)
    client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
    assert story.masked == ["client-secret-of-the-story", "the-token"]


def test_the_token_is_kept_until_shortly_before_it_expires() -> None:
    story, client = create(
        token("first"),
        CREATED,
        CREATED,
        token("second"),
        CREATED,
        token("third", expireIn=50),
        CREATED,
        CREATED,
    )
    client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
    story.time += 7200 - 301
    client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
    assert story.paths.count("accessToken") == 1
    story.time += 1
    client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
    assert story.sent[-1].headers[TOKEN_HEADER] == "second"
    story.time += 7200
    client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
    story.time += 44
    client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
    assert story.paths.count("accessToken") == 3


@pytest.mark.parametrize("lifetime", [None, 0, -1, "7200", True, [], {}])
def test_a_lifetime_that_makes_no_sense_counts_as_7200_seconds(lifetime: object) -> None:
    story, client = create(token(expireIn=lifetime), CREATED, CREATED, token(expireIn=lifetime), CREATED)
    client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
    story.time += 6899
    client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
    assert story.paths.count("accessToken") == 1
    story.time += 1
    client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
    assert story.paths.count("accessToken") == 2


def test_the_life_of_a_token_counts_from_the_asking() -> None:
    story, client = create(token("first"), CREATED, token("second"), CREATED)
    story.seconds_per_request = 1000.0
    client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
    story.time += 7200 - 300 - 2000
    client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
    assert story.paths.count("accessToken") == 2


def test_a_token_call_and_its_refresh_share_the_budget_of_the_call() -> None:
    story, client = create(QPS, QPS, token("old"), QPS, INVALID_TOKEN, QPS, token("new"), QPS, CREATED)
    client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
    assert story.waits == [1.0, 2.0, 1.0, 1.0, 1.0]
    story, client = create(token("old"), QPS, QPS, INVALID_TOKEN, *[QPS] * 3, token("new"), QPS)
    with pytest.raises(ThrottledError):
        client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
    assert story.waits == [1.0, 2.0, 1.0, 2.0, 4.0]
    story, client = create(*[QPS] * 3, token(), *[QPS] * 3)
    with pytest.raises(ThrottledError):
        client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
    assert story.waits == [1.0, 2.0, 4.0, 1.0, 2.0]


def test_a_refused_token_is_refreshed_once_and_the_call_repeated() -> None:
    story, client = create(token("old"), INVALID_TOKEN, token("new"), CREATED)
    assert client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE) == "calendar-1"
    assert [r.headers.get(TOKEN_HEADER) for r in story.sent] == [None, "old", None, "new"]


def test_a_token_refused_by_a_server_that_broke_down_does_not_lead_to_a_second_create() -> None:
    broken = refusal(500, "InvalidAuthentication")
    story, client = create(token(), broken)
    with pytest.raises(InvalidTokenError) as raised:
        client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
    assert raised.value.may_have_taken_effect
    story, client = create(token(), broken, token("new"), answer({"response": {"calendars": []}}))
    assert client.list_calendars("u") == []
    assert story.paths.count("calendars") == 2


def test_an_exception_repeats_no_token_that_dingtalk_repeats() -> None:
    _story, client = create(token("the-token"), refusal(400, "invalidParameter", "the-token is not for this"))
    with pytest.raises(DingTalkError, match=r"\*\*\* is not for this") as raised:
        client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
    assert "the-token" not in f"{vars(raised.value)}"


@pytest.mark.parametrize("second", ["old", "new"])
def test_a_token_refused_twice_is_an_error_and_no_loop(second: str) -> None:
    story, client = create(token("old"), INVALID_TOKEN, token(second), INVALID_TOKEN)
    with pytest.raises(InvalidTokenError) as raised:
        client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
    assert raised.value.retry_after is None
    assert not raised.value.may_have_taken_effect
    assert len(story.sent) == 4


def test_a_call_over_the_rate_limit_is_repeated_after_a_second() -> None:
    story, client = create(token(), QPS, QPS, CREATED)
    assert client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE) == "calendar-1"
    assert story.waits == [1.0, 2.0]


def test_what_needs_longer_than_the_budget_is_raised_with_its_delay() -> None:
    story, client = create(token(), QPM)
    with pytest.raises(ThrottledError) as raised:
        client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
    assert (raised.value.retry_after, story.waits) == (60.0, [])


def test_the_budget_is_for_all_waits_of_a_call_together() -> None:
    story, client = create(token(), *[NOT_SENT] * 4, max_wait=7.0)
    with pytest.raises(RequestNotSentError):
        client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
    assert story.waits == [1.0, 2.0, 4.0]


@pytest.mark.parametrize("outcome", [UNKNOWN, answer({}, 500), answer({}, 502), answer(b"{"), answer(b"")])
def test_a_create_whose_outcome_is_unknown_is_never_sent_again(outcome: object) -> None:
    story, client = create(token(), outcome)
    with pytest.raises(DingTalkError) as raised:
        client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
    assert raised.value.may_have_taken_effect
    assert story.paths == ["accessToken", "subscribedCalendars"]
    assert story.waits == []


def test_reads_updates_and_token_requests_are_repeated_after_an_unknown_outcome() -> None:
    story, client = create(
        UNKNOWN, token(), UNKNOWN, answer({"response": {"calendars": []}}), UNKNOWN, answer({"result": True})
    )
    assert client.list_calendars("u") == []
    client.update_subscribed_calendars("u", "c", name="new")
    assert story.paths == ["accessToken", "accessToken", "calendars", "calendars", "c", "c"]


def test_a_delete_is_repeated_after_an_unknown_outcome() -> None:
    story, client = create(token(), UNKNOWN, answer({"result": True}))
    assert client.delete_subscribed_calendar("u", "c") is True
    assert (story.paths, story.waits) == (["accessToken", "c", "c"], [1.0])


def test_deleting_what_is_gone_succeeds_and_says_so() -> None:
    _, client = create(token(), refusal(404, "notFound", "calendar not found"))
    assert client.delete_subscribed_calendar("u", "c") is False
    _, client = create(token(), UNKNOWN, refusal(404, "notFound"))
    assert client.delete_subscribed_calendar("u", "c") is False


@pytest.mark.parametrize(
    "other",
    [
        answer("<html>no such page</html>", 404),
        refusal(404, "InvalidAction.NotFound"),
        refusal(403, "permissionDenied"),
        refusal(400, "invalidParameter"),
    ],
)
def test_what_is_not_said_to_be_gone_is_not_taken_for_gone(other: Response) -> None:
    # A web page is not an answer from DingTalk's API, so the request is repeated.
    _, client = create(token(), other, other)
    with pytest.raises(ApiError):
        client.delete_subscribed_calendar("u", "c")


@pytest.mark.parametrize(
    ("operation", "changes"),
    [("delete_subscribed_calendar", {}), ("update_subscribed_calendars", {"name": "new"})],
)
def test_result_false_is_a_failure_and_not_asked_for_again_at_once(
    operation: str, changes: dict[str, Any]
) -> None:
    story, client = create(token(), answer({"result": False}))
    with pytest.raises(RefusedError, match="result: false") as raised:
        getattr(client, operation)("u", "c", **changes)
    assert (raised.value.retry_after, raised.value.may_have_taken_effect) == (60.0, False)
    assert len(story.sent) == 2


def keyed_call(story: Story, client_token: str | None) -> str:
    keyed = replace(CREATE_SUBSCRIBED_CALENDAR, replay=Replay.KEYED)
    calls = Calls(SETTINGS, TokenMemory())
    result = story.play(calls.call(keyed, {"userId": "u"}, b'{"name": "n"}', client_token=client_token))
    assert isinstance(result, str)
    return result


def test_a_client_token_makes_a_create_repeatable_and_stays_the_same() -> None:
    story = Story([token(), UNKNOWN, INVALID_TOKEN, token("new"), answer({}, 500), CREATED])
    assert keyed_call(story, "the-key") == "calendar-1"
    posts = [request for request in story.sent if request.url.endswith("subscribedCalendars")]
    assert [request.headers["x-client-token"] for request in posts] == ["the-key"] * 4
    assert len({request.body for request in posts}) == 1


def test_where_none_is_given_each_call_has_a_client_token_of_its_own() -> None:
    used = []
    for _ in range(2):
        story = Story([token(), UNKNOWN, CREATED])
        assert keyed_call(story, None) == "calendar-1"
        first, second = (request.headers["x-client-token"] for request in story.sent[1:])
        assert first == second
        used.append(first)
    assert used[0] != used[1]


FAILURES = st.sampled_from(
    [
        NOT_SENT,
        UNKNOWN,
        QPS,
        QPM,
        INVALID_TOKEN,
        refusal(500, "InvalidAuthentication"),
        answer({}, 500),
        answer(b"{"),
        answer(b""),
        answer("<html>"),
    ]
)


@given(st.lists(FAILURES, max_size=20), st.booleans())
def test_whatever_happens_a_post_that_may_have_had_an_effect_is_the_last(
    failures: list[object], refusing: bool
) -> None:
    def outcomes(story: Story) -> object:
        for failure in failures:
            while story.paths[-1] == "accessToken":
                yield token(f"token-{len(story.sent)}")
            yield failure
        while True:
            yield token("last") if story.paths[-1] == "accessToken" else (QPM if refusing else CREATED)

    story = Story()
    story._outcomes = outcomes(story)  # type: ignore[assignment]
    client = Operations(story)
    error: DingTalkError | None = None
    try:
        client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
    except DingTalkError as raised:
        error = raised
    posts = story.paths.count("subscribedCalendars")
    harmless = (NOT_SENT, QPS, INVALID_TOKEN)
    repeatable = next((i for i, failure in enumerate(failures) if failure not in harmless), len(failures))
    assert posts <= repeatable + 1
    assert sum(story.waits) <= SETTINGS.max_wait, "max_wait limits the sum of all waits of one call"
    if error is None:
        assert posts == len(failures) + 1
        assert not refusing
    elif error.may_have_taken_effect:
        assert posts == repeatable + 1


def test_an_unknown_failure_kind_is_a_failure_of_the_operation() -> None:
    _story, client = create(token(), answer({"calendarId": ""}))
    with pytest.raises(
        UnexpectedAnswerError, match=r"CreateSubscribedCalendar: HTTP 200, but .*no calendarId"
    ):
        client.create_subscribed_calendar("u", name="n", subscribe_scope=SCOPE)
