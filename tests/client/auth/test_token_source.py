"""The token source, tested without I/O: every app type, stored strings, and shared tokens."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_dingtalk_calendar.client import (
    CorpCredentials,
    Credentials,
    InternalAppCredentials,
    SuiteCredentials,
    UserCredentials,
)
from airflow_provider_dingtalk_calendar.client.auth.access_token import AccessToken
from airflow_provider_dingtalk_calendar.client.auth.token_memory import TokenMemory
from airflow_provider_dingtalk_calendar.client.engine.effects import Exclusive
from airflow_provider_dingtalk_calendar.client.engine.secrets import Secret
from airflow_provider_dingtalk_calendar.client.session import TOKEN_HEADER
from airflow_provider_dingtalk_calendar.exceptions import (
    ApiError,
    ConfigurationError,
    DingTalkError,
    InvalidCredentialsError,
    InvalidSuiteTicketError,
    NotAuthorizedError,
    StoreError,
    ThrottledError,
    UnexpectedAnswerError,
)
from tests.client.story import SETTINGS, UNKNOWN, Operations, Story, answer, refusal, token

SECRET = SETTINGS.credentials.client_secret
INTERNAL = InternalAppCredentials("client-id", SECRET)
CORP = CorpCredentials("client-id", SECRET, "dingcorp")
SUITE = SuiteCredentials("client-id", SECRET, "dingcorp", suite_ticket_name="a_variable")
USER = UserCredentials("client-id", SECRET, authorization_code="the-code")
API = SETTINGS.api_url
LISTED = answer({"response": {"calendars": []}})
INVALID_TOKEN = refusal(400, "InvalidAuthentication")
WRONG_TICKET = refusal(400, "invalidSuiteTicket")
QPS = refusal(403, "Forbidden.AccessDenied.QpsLimitForApi")
SPENT = refusal(400, "invalidParameter.refreshToken", "no such token")
USER_STATE = USER.held_as(API)


def begin(
    credentials: Credentials, *outcomes: Any, store: dict[str, str] | None = None, **changes: Any
) -> tuple[Story, Operations]:
    story = Story(outcomes, store={} if store is None else store)
    return story, Operations(story, replace(SETTINGS, credentials=credentials, **changes))


def user_token(value: str, refresh_token: str | None) -> Any:
    return token(value, refreshToken=refresh_token, corpId="dingusers")


def sent_bodies(story: Story, path: str) -> list[Any]:
    return [json.loads(r.body or b"") for r in story.sent if r.url.endswith(path)]


def held(story: Story) -> str:
    refresh_token: str = json.loads(story.store[USER_STATE])["refresh_token"]
    return refresh_token


# ---- token requests


def test_an_app_in_a_named_organization_asks_there() -> None:
    corp = replace(CORP, corp_id="ding/corp")
    story, client = begin(corp, answer({"access_token": "t", "expires_in": 7200}), LISTED)
    client.list_calendars("u")
    assert story.sent[0].url == f"{API}/v1.0/oauth2/ding%2Fcorp/token"
    assert sent_bodies(story, "/token") == [
        {"client_id": "client-id", "client_secret": SECRET, "grant_type": "client_credentials"}
    ]
    assert story.sent[1].headers[TOKEN_HEADER] == "t"


def test_a_third_party_app_shows_the_ticket_that_is_held_at_that_moment() -> None:
    story, client = begin(SUITE, token("one"), LISTED, token("two"), LISTED, store={"a_variable": " t-1\n"})
    client.list_calendars("u")
    story.store["a_variable"] = "t-2"
    story.time += 7200
    client.list_calendars("u")
    assert story.sent[0].url == f"{API}/v1.0/oauth2/corpAccessToken"
    body = {"suiteKey": "client-id", "suiteSecret": SECRET, "authCorpId": "dingcorp"}
    assert sent_bodies(story, "corpAccessToken") == [
        body | {"suiteTicket": "t-1"},
        body | {"suiteTicket": "t-2"},
    ]
    assert story.masked == [SECRET, "t-1", "one", "t-2", "two"]


def test_a_ticket_can_be_given_itself() -> None:
    credentials = SuiteCredentials("client-id", SECRET, "dingcorp", suite_ticket="the-ticket")
    story, client = begin(credentials, WRONG_TICKET)
    with pytest.raises(InvalidSuiteTicketError, match="the suite ticket is out of date"):
        client.list_calendars("u")
    assert story.paths == ["corpAccessToken"]
    assert "the-ticket" in story.masked
    assert "the-ticket" not in repr(credentials)


@pytest.mark.parametrize("stored", [{}, {"a_variable": ""}, {"a_variable": " \n"}])
def test_without_a_ticket_nothing_is_sent(stored: dict[str, str]) -> None:
    story, client = begin(SUITE, store=stored)
    with pytest.raises(ConfigurationError, match="names a Variable that does not exist or holds"):
        client.list_calendars("u")
    assert story.sent == []


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("invalidClientIdOrSecret", InvalidCredentialsError),
        ("invalid.client", InvalidCredentialsError),
        ("invalidSuiteKey", InvalidCredentialsError),
        ("invalidAuthInfo", NotAuthorizedError),
        ("unauthorized.client", NotAuthorizedError),
    ],
)
@pytest.mark.parametrize("credentials", [INTERNAL, CORP, SUITE])
def test_refused_credentials_are_asked_for_once(
    credentials: Credentials, code: str, kind: type[DingTalkError]
) -> None:
    story, client = begin(credentials, refusal(400, code, "no"), store={"a_variable": "t"})
    with pytest.raises(kind) as raised:
        client.list_calendars("u")
    assert type(raised.value) is kind
    assert raised.value.retry_after is None
    assert len(story.sent) == 1


# ---- the suite ticket


def test_a_ticket_that_was_replaced_meanwhile_is_read_once_more() -> None:
    story, client = begin(SUITE, WRONG_TICKET, token(), LISTED, store={"a_variable": "old"})
    replace_after(story, 1, lambda: story.store.update(a_variable="new"))
    assert client.list_calendars("u") == []
    assert [body["suiteTicket"] for body in sent_bodies(story, "corpAccessToken")] == ["old", "new"]


def test_a_ticket_that_was_not_replaced_is_not_shown_twice() -> None:
    story, client = begin(SUITE, WRONG_TICKET, store={"a_variable": "old"})
    with pytest.raises(InvalidSuiteTicketError) as raised:
        client.list_calendars("u")
    assert story.events == ["load a_variable", "corpAccessToken", "load a_variable"]
    assert story.waits == []
    assert "old" not in str(raised.value).replace("out of date", "")


def test_a_ticket_is_read_again_once_and_no_more() -> None:
    story, client = begin(SUITE, WRONG_TICKET, WRONG_TICKET, store={"a_variable": "1"})
    replace_after(story, 1, lambda: story.store.update(a_variable="2"))
    replace_after(story, 2, lambda: story.store.update(a_variable="3"))
    with pytest.raises(InvalidSuiteTicketError):
        client.list_calendars("u")
    assert [body["suiteTicket"] for body in sent_bodies(story, "corpAccessToken")] == ["1", "2"]


def replace_after(story: Story, request: int, change: Any) -> None:
    """Run a function after a request is sent and before the client gets the answer.

    :param request: Number of the request, from 1.
    """
    before = iter(story._outcomes)

    def outcomes() -> Any:
        for number, outcome in enumerate(before, 1):
            if number == request:
                change()
            yield outcome

    story._outcomes = outcomes()


# ---- the refresh token


def test_a_user_is_authorized_by_the_code_once_and_then_by_the_refresh_token() -> None:
    store: dict[str, str] = {}
    story, client = begin(USER, user_token("a-1", "r-1"), LISTED, store=store)
    client.list_calendars("u")
    assert sent_bodies(story, "userAccessToken") == [
        {
            "clientId": "client-id",
            "clientSecret": SECRET,
            "grantType": "authorization_code",
            "code": "the-code",
        }
    ]
    later, client = begin(USER, user_token("a-2", "r-2"), LISTED, store=store)
    client.list_calendars("u")
    assert sent_bodies(later, "userAccessToken") == [
        {
            "clientId": "client-id",
            "clientSecret": SECRET,
            "grantType": "refresh_token",
            "refreshToken": "r-1",
        }
    ]
    assert held(later) == "r-2"
    assert {"the-code", "r-1", "a-2", "r-2"} <= set(later.masked)


def test_a_refresh_token_to_begin_with() -> None:
    credentials = UserCredentials("client-id", SECRET, refresh_token="r-0")
    story, client = begin(credentials, user_token("a", "r-1"), LISTED)
    client.list_calendars("u")
    assert sent_bodies(story, "userAccessToken")[0]["refreshToken"] == "r-0"
    assert json.loads(story.store[credentials.held_as(API)]) == {"refresh_token": "r-1"}


def test_the_refresh_token_is_kept_before_the_access_token_is_used() -> None:
    story, client = begin(USER, user_token("a", "r"), LISTED)
    client.list_calendars("u")
    assert story.events == [
        "save dingtalk_write_test",
        f"load {USER_STATE}",
        "userAccessToken",
        f"save {USER_STATE}",
        "calendars",
    ]


def test_writing_the_refresh_token_is_tried_again() -> None:
    story, client = begin(USER, user_token("a", "r"), LISTED)
    replace_after(story, 1, lambda: setattr(story, "broken_saves", 2))
    client.list_calendars("u")
    assert held(story) == "r"


@pytest.mark.parametrize(
    "credentials", [USER, UserCredentials("client-id", SECRET, refresh_token="r-0")], ids=["code", "token"]
)
@pytest.mark.parametrize("fresh", [False, True])
def test_nothing_is_spent_if_the_store_cannot_write(credentials: UserCredentials, fresh: bool) -> None:
    state = credentials.held_as(API)
    store = {state: '{"refresh_token": "r-1"}'}
    story, client = begin(credentials, user_token("a", "r-2"), store=store)
    story.broken_saves = 3
    with pytest.raises(StoreError):
        client.get_access_token(fresh=fresh)
    assert story.sent == []
    client.get_access_token(fresh=fresh)
    assert sent_bodies(story, "userAccessToken")[0]["refreshToken"] == "r-1"
    assert json.loads(store[state]) == {"refresh_token": "r-2"}


def test_the_test_of_the_store_replaces_no_newer_refresh_token() -> None:
    store = {USER_STATE: '{"refresh_token": "r-1"}'}
    story, client = begin(USER, user_token("a", "r-3"), LISTED, store=store)
    story.broken_saves = 1
    # Another worker refreshes while this one waits to write again.
    story.on_wait = lambda: store.update({USER_STATE: '{"refresh_token": "r-2"}'})
    client.list_calendars("u")
    assert sent_bodies(story, "userAccessToken")[0]["refreshToken"] == "r-2"


def test_a_store_that_only_has_to_read_is_not_written_to() -> None:
    story, client = begin(SUITE, token(), LISTED, store={"a_variable": "ticket"})
    story.broken_saves = 99
    client.list_calendars("u")
    assert story.events == ["load a_variable", "corpAccessToken", "calendars"]


def test_a_failed_write_does_not_hide_what_another_worker_writes_later() -> None:
    story, client = begin(
        USER, user_token("a-1", "r-1"), user_token("a-2", "r-2"), user_token("a-3", "r-9"), *[LISTED] * 2
    )
    replace_after(story, 1, lambda: setattr(story, "broken_saves", 3))
    with pytest.raises(StoreError):
        client.get_access_token()
    client.get_access_token()
    assert held(story) == "r-2"
    story.store[USER_STATE] = '{"refresh_token": "r-8"}'
    story.time += 7200
    client.get_access_token()
    bodies = sent_bodies(story, "userAccessToken")
    assert [body.get("refreshToken") for body in bodies] == [None, "r-1", "r-8"]
    assert held(story) == "r-9"


def test_what_was_written_late_is_not_written_over_a_newer_value() -> None:
    refused = refusal(403, "permissionDenied")
    story, client = begin(USER, user_token("a-1", "r-1"), refused, user_token("a-3", "r-9"))
    replace_after(story, 1, lambda: setattr(story, "broken_saves", 3))
    for kind in (StoreError, ApiError):
        with pytest.raises(kind):
            client.get_access_token()
    story.store[USER_STATE] = '{"refresh_token": "r-8"}'
    client.get_access_token()
    bodies = sent_bodies(story, "userAccessToken")
    assert [body.get("refreshToken") for body in bodies] == [None, "r-1", "r-8"]


def test_without_a_kept_refresh_token_the_access_token_is_not_used() -> None:
    story, client = begin(USER, user_token("a", "r"))
    replace_after(story, 1, lambda: setattr(story, "broken_saves", 99))
    with pytest.raises(StoreError):
        client.list_calendars("u")
    assert story.paths == ["userAccessToken"]


def test_a_refresh_token_that_could_not_be_written_is_not_lost() -> None:
    story, client = begin(USER, user_token("a-1", "r-1"), user_token("a-2", "r-2"), LISTED)
    replace_after(story, 1, lambda: setattr(story, "broken_saves", 3))
    with pytest.raises(StoreError):
        client.list_calendars("u")
    assert USER_STATE not in story.store
    client.list_calendars("u")
    assert sent_bodies(story, "userAccessToken")[1]["refreshToken"] == "r-1"
    assert held(story) == "r-2"


def test_a_refresh_token_is_written_again_whatever_patience_is_left() -> None:
    story, client = begin(USER, user_token("a", "r"), LISTED, max_wait=0.0)
    replace_after(story, 1, lambda: setattr(story, "broken_saves", 2))
    client.list_calendars("u")
    assert held(story) == "r"
    assert story.waits == [1.0, 2.0]


def test_looking_for_a_newer_refresh_token_is_within_the_patience_of_the_call() -> None:
    story, client = begin(USER, SPENT, max_wait=0.0)
    with pytest.raises(ApiError):
        client.list_calendars("u")
    assert story.waits == []


def test_a_store_that_fails_does_not_hide_what_dingtalk_said() -> None:
    story, client = begin(SUITE, WRONG_TICKET, store={"a_variable": "old"})
    replace_after(story, 1, lambda: setattr(story, "broken_loads", 9))
    with pytest.raises(InvalidSuiteTicketError):
        client.list_calendars("u")


@pytest.mark.parametrize("value", [None, "", 7, "a b", "\n"])
def test_a_refresh_token_is_kept_even_if_the_access_token_is_no_good(value: object) -> None:
    story, client = begin(USER, user_token(value, "r"))  # type: ignore[arg-type]
    with pytest.raises(UnexpectedAnswerError, match="no accessToken that fits into a header"):
        client.list_calendars("u")
    assert held(story) == "r"
    assert story.paths == ["userAccessToken"]


@pytest.mark.parametrize("value", ["", "  ", 7, "ä", "a b"])
def test_a_refresh_token_that_is_no_good_replaces_nothing(value: object) -> None:
    store = {USER_STATE: '{"refresh_token": "r-1"}'}
    story, client = begin(USER, user_token("a", value), LISTED, store=store)  # type: ignore[arg-type]
    client.list_calendars("u")
    assert held(story) == "r-1"


@pytest.mark.parametrize("credentials", [SUITE, USER])
def test_an_exception_repeats_nothing_of_the_request(credentials: Credentials) -> None:
    secret = "the-ticket" if credentials is SUITE else "the-code"
    echo = refusal(403, "permissionDenied", f"not with {secret} and not with {SECRET}")
    _story, client = begin(credentials, echo, store={"a_variable": "the-ticket"})
    with pytest.raises(ApiError, match=r"not with \*\*\* and not with \*\*\*") as raised:
        client.list_calendars("u")
    assert secret not in f"{vars(raised.value)}"


def test_an_answer_without_a_refresh_token_leaves_the_one_that_is_held() -> None:
    store = {USER_STATE: '{"refresh_token": "r-1"}'}
    story, client = begin(USER, user_token("a", None), LISTED, store=store)
    client.list_calendars("u")
    assert held(story) == "r-1"


def test_a_refresh_token_that_another_task_has_spent_is_replaced_by_the_one_it_kept() -> None:
    store = {USER_STATE: '{"refresh_token": "r-1"}'}
    story, client = begin(USER, SPENT, user_token("a", "r-3"), LISTED, store=store)
    replace_after(story, 1, lambda: store.update({USER_STATE: '{"refresh_token": "r-2"}'}))
    client.list_calendars("u")
    assert [body["refreshToken"] for body in sent_bodies(story, "userAccessToken")] == ["r-1", "r-2"]
    assert held(story) == "r-3"


def test_another_task_is_given_time_to_keep_its_refresh_token() -> None:
    story, client = begin(USER, SPENT, user_token("a", "r-3"), LISTED)
    kept = '{"refresh_token": "r-2"}'
    story.on_wait = lambda: story.store.setdefault(USER_STATE, kept) if len(story.waits) == 2 else None
    client.list_calendars("u")
    assert story.waits == [0.5, 1.0]
    assert held(story) == "r-3"


def test_a_spent_authorization_is_explained() -> None:
    story, client = begin(USER, SPENT)
    with pytest.raises(ApiError, match="have the user authorize the app anew") as raised:
        client.list_calendars("u")
    assert sum(story.waits) < 10
    assert raised.value.retry_after is None
    assert "the-code" not in str(raised.value)


@pytest.mark.parametrize("code", ["Forbidden.AccessDenied.IpNotInWhiteList", "permissionDenied"])
def test_what_a_newer_refresh_token_cannot_explain_is_raised_at_once(code: str) -> None:
    story, client = begin(USER, refusal(403, code))
    with pytest.raises(ApiError):
        client.list_calendars("u")
    assert story.waits == []


@pytest.mark.parametrize("text", ["", "null", "[]", "7", "{", '{"refresh_token": 7}', "{}"])
def test_what_somebody_wrote_by_hand_does_no_harm(text: str) -> None:
    story, client = begin(USER, user_token("a", "r"), LISTED, store={USER_STATE: text})
    client.list_calendars("u")
    assert sent_bodies(story, "userAccessToken")[0]["grantType"] == "authorization_code"


def test_a_new_authorization_begins_anew() -> None:
    anew = replace(USER, authorization_code="another-code")
    assert anew.held_as(API) != USER.held_as(API)
    assert anew.held_as("https://elsewhere.example") != anew.held_as(API)
    assert replace(USER, client_id="other").held_as(API) != USER.held_as(API)
    # DingTalk recommends renewing the Client Secret now and then. The user need not authorize the app again.
    assert replace(USER, client_secret="renewed").held_as(API) == USER.held_as(API)
    assert "the-code" not in USER.held_as(API)


@pytest.mark.parametrize("given", [{}, {"authorization_code": "c", "refresh_token": "r"}])
def test_one_of_code_and_refresh_token_has_to_be_given(given: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="authorization_code, refresh_token"):
        UserCredentials("client-id", SECRET, **given)


@given(st.lists(st.sampled_from(["spent", "unknown", "other refreshes", "save fails"]), max_size=6))
def test_whatever_happens_the_newest_refresh_token_is_in_the_store(happenings: list[str]) -> None:
    store: dict[str, str] = {USER_STATE: '{"refresh_token": "r-0"}'}
    newest = ["r-0"]

    def granted() -> Any:
        newest.append(f"r-{len(newest)}")
        return user_token("a", newest[-1])

    def outcomes() -> Any:
        for happening in happenings:
            if happening == "spent":
                yield SPENT
            elif happening == "unknown":
                yield UNKNOWN
            elif happening == "other refreshes":
                newest.append(f"r-{len(newest)}")
                store[USER_STATE] = json.dumps({"refresh_token": newest[-1]})
                yield SPENT
            else:
                story.broken_saves = 1
        while True:
            yield granted() if story.paths[-1] == "userAccessToken" else LISTED

    story, client = begin(USER, store=store, max_wait=100.0)
    story._outcomes = outcomes()
    try:
        client.list_calendars("u")
    except ApiError:
        # The stored token was refused and not replaced, so no newer token can be lost.
        assert story.paths[-1] == "userAccessToken"
    assert held(story) == newest[-1]


# ---- sharing the token


def shared_name(credentials: Credentials, api_url: str = API) -> str:
    return f"dingtalk_access_token_{credentials.cache_key(api_url)}"


EVERY = [
    (INTERNAL, token("the-token")),
    (CORP, answer({"access_token": "the-token", "expires_in": 7200})),
    (SUITE, token("the-token")),
    (USER, user_token("the-token", "r")),
]


@pytest.mark.parametrize(("credentials", "granted"), EVERY)
def test_a_shared_token_is_asked_for_once(credentials: Credentials, granted: Any) -> None:
    store = {"a_variable": "ticket"}
    _, first = begin(credentials, granted, LISTED, store=store, share_token=True)
    first.list_calendars("u")
    story, second = begin(credentials, LISTED, LISTED, store=store, share_token=True)
    second.list_calendars("u")
    second.list_calendars("u")
    assert story.paths == ["calendars", "calendars"]
    assert story.sent[0].headers[TOKEN_HEADER] == "the-token"
    assert "the-token" in story.masked
    assert story.events.count(f"load {shared_name(credentials)}") == 1, "the second time, it is in memory"


@pytest.mark.parametrize(("credentials", "granted"), EVERY)
def test_a_token_is_not_shared_unless_that_is_wanted(credentials: Credentials, granted: Any) -> None:
    story, client = begin(credentials, granted, LISTED, store={"a_variable": "ticket"})
    client.list_calendars("u")
    assert not any("access_token" in event for event in story.events)


def share(credentials: Credentials, granted: Any, **store: str) -> dict[str, str]:
    _, client = begin(credentials, granted, LISTED, store=store, share_token=True)
    client.list_calendars("u")
    return store


def test_an_expired_token_is_not_served() -> None:
    store = share(INTERNAL, token("old"))
    story, client = begin(INTERNAL, token("new"), LISTED, store=store, share_token=True)
    story.time += 7200 - 300
    client.list_calendars("u")
    assert story.sent[-1].headers[TOKEN_HEADER] == "new"
    assert "new" in store[shared_name(INTERNAL)]


def test_a_clock_that_jumps_costs_one_token_request_at_most() -> None:
    story, client = begin(INTERNAL, token("1"), LISTED, token("2"), LISTED, LISTED, token("3"), LISTED)
    client.list_calendars("u")
    story.time -= 100_000
    client.list_calendars("u")
    story.time -= 200
    client.list_calendars("u")
    story.time += 500_000
    client.list_calendars("u")
    assert [r.headers.get(TOKEN_HEADER) for r in story.sent] == [None, "1", None, "2", "2", None, "3"]


DIFFERENT = [
    (INTERNAL, API),
    (INTERNAL, "https://api.dingtalk.com"),
    (replace(INTERNAL, client_id="other"), API),
    (replace(INTERNAL, client_secret="other"), API),
    (CORP, API),
    (replace(CORP, corp_id="other"), API),
    (SUITE, API),
    (USER, API),
    (replace(USER, authorization_code="other"), API),
]


def test_a_token_of_another_host_app_organization_or_user_is_never_served() -> None:
    assert len({credentials.cache_key(api_url) for credentials, api_url in DIFFERENT}) == len(DIFFERENT)
    foreign = share(INTERNAL, token("foreign"))[shared_name(INTERNAL)]
    for credentials, api_url in DIFFERENT:
        # Even if somebody saves the foreign token under the right name, the token is not used.
        served = AccessToken.from_text(Secret(foreign), credentials.cache_key(api_url))
        assert (served is None) == ((credentials, api_url) != (INTERNAL, API))


def test_the_name_of_a_shared_token_gives_no_secret_away() -> None:
    for credentials, _ in EVERY:
        key = credentials.cache_key(API)
        assert not any(secret in key for secret in credentials.secrets)
        assert len(key) == 32


def test_a_revoked_token_is_replaced_for_all_after_the_first_failure() -> None:
    store: dict[str, str] = {}
    first_story, first = begin(
        INTERNAL, token("1"), LISTED, INVALID_TOKEN, token("2"), LISTED, store=store, share_token=True
    )
    second_story, second = begin(INTERNAL, LISTED, INVALID_TOKEN, LISTED, store=store, share_token=True)
    first.list_calendars("u")
    second.list_calendars("u")
    first.list_calendars("u")
    second.list_calendars("u")
    assert first_story.paths.count("accessToken") == 2
    assert second_story.paths == ["calendars"] * 3
    assert second_story.sent[-1].headers[TOKEN_HEADER] == "2"


def life(**changes: Any) -> str:
    key = INTERNAL.cache_key(API)
    good = {"access_token": "t", "key": key, "granted_at": 1_000_000.0, "refresh_at": 1_006_900.0}
    return json.dumps(good | changes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "7",
        "{}",
        '{"key": 7}',
        life(access_token=7),
        life(access_token="a b"),
        life(access_token="ä"),
        life(key="another"),
        life(granted_at=None),
        life(granted_at=float("nan")),
        life(granted_at=-1e9),
        life(refresh_at="soon"),
        life(refresh_at=float("inf")),
        life(refresh_at=0),
        life(granted_at=2_000_000.0, refresh_at=2_006_900.0),
    ],
)
def test_a_shared_text_that_is_no_good_token_counts_as_none(text: str) -> None:
    store = {shared_name(INTERNAL): text}
    story, client = begin(INTERNAL, token("mine"), LISTED, store=store, share_token=True)
    client.list_calendars("u")
    assert story.sent[-1].headers[TOKEN_HEADER] == "mine"
    assert AccessToken.from_text(Secret(store[shared_name(INTERNAL)]), INTERNAL.cache_key(API)) is not None


def test_a_shared_token_is_masked_as_it_is_and_as_a_url_shows_it() -> None:
    store = {shared_name(INTERNAL): life(access_token="a/b+c=")}
    story, client = begin(INTERNAL, store=store, share_token=True)
    assert client.get_access_token().value == "a/b+c="
    assert {"a/b+c=", "a%2Fb%2Bc%3D"} <= set(story.masked)


def test_a_good_shared_text_is_served() -> None:
    story, client = begin(INTERNAL, LISTED, store={shared_name(INTERNAL): life()}, share_token=True)
    client.list_calendars("u")
    assert story.sent[-1].headers[TOKEN_HEADER] == "t"


def test_where_nothing_can_be_shared_each_asks_for_a_token_of_its_own() -> None:
    story, client = begin(INTERNAL, token("mine"), LISTED, share_token=True)
    story.broken_saves = story.broken_loads = 99
    client.list_calendars("u")
    assert story.sent[-1].headers[TOKEN_HEADER] == "mine"


def test_of_many_that_refresh_at_once_one_does_and_the_others_use_its_token() -> None:
    store = {USER_STATE: '{"refresh_token": "r-1"}'}
    story, client = begin(USER, SPENT, LISTED, store=store, share_token=True)
    replace_after(story, 1, lambda: store.update(share(USER, user_token("theirs", "r-2"), **store)))
    client.list_calendars("u")
    assert story.paths == ["userAccessToken", "calendars"]
    assert story.sent[-1].headers[TOKEN_HEADER] == "theirs"
    assert held(story) == "r-2"


def test_a_fresh_token_is_asked_for_whatever_is_at_hand() -> None:
    store = share(INTERNAL, token("shared"))
    story, client = begin(INTERNAL, token("fresh"), LISTED, store=store, share_token=True)
    assert client.get_access_token(fresh=True).value == "fresh"
    client.list_calendars("u")
    assert story.sent[-1].headers[TOKEN_HEADER] == "fresh"
    assert "shared" in store[shared_name(INTERNAL)], "a fresh token is not shared"


@pytest.mark.parametrize(
    ("credentials", "refused"), [(SUITE, WRONG_TICKET), (USER, SPENT)], ids=["ticket", "refresh token"]
)
def test_a_fresh_token_is_asked_for_once_even_if_what_is_held_has_changed(
    credentials: Credentials, refused: Any
) -> None:
    store = {"a_variable": "ticket", USER_STATE: '{"refresh_token": "r-1"}'}
    story, client = begin(credentials, refused, store=store, share_token=True)
    replace_after(
        story, 1, lambda: store.update({"a_variable": "new", USER_STATE: '{"refresh_token": "r-2"}'})
    )
    with pytest.raises(ApiError):
        client.get_access_token(fresh=True)
    assert len(story.sent) == 1
    assert story.waits == []


def test_a_failure_is_shared_with_those_that_waited_for_it() -> None:
    story, client = begin(
        INTERNAL, *[refusal(403, "Forbidden.AccessDenied.QpsLimitForApi")] * 9, max_wait=3.0
    )
    other = Operations(story, client._calls.settings, memory=client._calls._tokens._memory)
    memory = client._calls._tokens._memory
    waiting = other._calls.token()
    action = next(waiting)
    while not isinstance(action, Exclusive):
        action = waiting.send(story._perform(action))
    with pytest.raises(ThrottledError):
        client.list_calendars("u")
    asked = len(story.sent)
    with pytest.raises(ThrottledError) as raised:
        story.play(action.flow)
    assert len(story.sent) == asked
    assert raised.value is not memory.failures[INTERNAL.cache_key(API)]
    with pytest.raises(ThrottledError):
        client.list_calendars("u")
    assert len(story.sent) > asked, "a later call requests a token again"


def test_clients_may_have_their_tokens_in_common() -> None:
    memory = TokenMemory()
    story = Story([token("one"), LISTED, LISTED])
    Operations(story, memory=memory).list_calendars("u")
    Operations(story, memory=memory).list_calendars("u")
    assert story.paths == ["accessToken", "calendars", "calendars"]
    elsewhere = Story([token("two"), LISTED])
    Operations(elsewhere, replace(SETTINGS, api_url="https://x.example"), memory=memory).list_calendars("u")
    assert elsewhere.paths == ["accessToken", "calendars"]


@pytest.mark.parametrize(("credentials", "granted"), EVERY)
def test_no_repr_shows_a_secret(credentials: Credentials, granted: Any) -> None:
    story, client = begin(credentials, granted, store={"a_variable": "the-ticket"}, share_token=True)
    got = client.get_access_token()
    request = credentials.token_request(Secret("the-ticket"))
    shown = repr((credentials, client._calls.settings, got, request, story.sent))
    for secret in (*credentials.secrets, *request.secrets, "the-token", "the-ticket"):
        assert secret not in shown
