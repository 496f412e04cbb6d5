"""Each documented failure raises the right class of error with the right meaning."""

from __future__ import annotations

import pickle
from datetime import datetime
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar import exceptions as errors
from airflow_provider_dingtalk_calendar.client import Calendar
from airflow_provider_dingtalk_calendar.client.auth.grants import GET_ACCESS_TOKEN, GET_TOKEN
from airflow_provider_dingtalk_calendar.client.engine.error_codes import BY_CODE
from airflow_provider_dingtalk_calendar.client.engine.outcomes import read
from airflow_provider_dingtalk_calendar.client.resources.calendars import (
    CREATE_SUBSCRIBED_CALENDAR,
    DELETE_SUBSCRIBED_CALENDAR,
    GET_SUBSCRIBED_CALENDAR,
    LIST_CALENDARS,
    SUBSCRIBE_CALENDAR,
    UNSUBSCRIBE_CALENDAR,
    UPDATE_SUBSCRIBED_CALENDARS,
)
from airflow_provider_dingtalk_calendar.client.resources.directory import (
    CONVERT_TO_OPEN_CONVERSATION_ID,
    CREATE_SCENE_GROUP,
    GET_USER,
    GET_USER_BY_MOBILE,
    LIST_DEPARTMENT_USERS,
)
from airflow_provider_dingtalk_calendar.client.resources.events.lists import LIST_EVENTS
from airflow_provider_dingtalk_calendar.client.resources.events.single import DELETE_EVENT
from tests.client.story import NOT_SENT, UNKNOWN, Operations, Story, answer, refusal, token

CREATE = CREATE_SUBSCRIBED_CALENDAR
ACCESS = "Forbidden.AccessDenied."


#: Every documented code, with its documented HTTP status.
DOCUMENTED: list[tuple[int, str, type[errors.DingTalkError], float | None]] = [
    (400, "InvalidAuthentication", errors.InvalidTokenError, None),
    (400, "invalidClientIdOrSecret", errors.InvalidCredentialsError, None),
    (400, "invalid.client", errors.InvalidCredentialsError, None),
    (400, "unsupported.grant.type", errors.InvalidParameterError, None),
    (401, "unauthorized.client", errors.NotAuthorizedError, None),
    (500, "server.error", errors.ServerBusyError, 2.0),
    (400, "invalidSuiteKey", errors.InvalidCredentialsError, None),
    (400, "invalidSuiteTicket", errors.InvalidSuiteTicketError, None),
    (400, "invalidAuthInfo", errors.NotAuthorizedError, None),
    (400, "invalidParameter", errors.InvalidParameterError, None),
    (400, "permissionDenied", errors.PermissionDeniedError, None),
    (400, "calendar type invalid", errors.InvalidParameterError, None),
    (400, "exceedSubscribeLimit", errors.PermissionDeniedError, None),
    (403, "permissionDenied", errors.PermissionDeniedError, None),
    (403, ACCESS + "QpsLimitForAppkeyAndApi", errors.QpsLimitError, 1.0),
    (403, ACCESS + "QpsLimitForApi", errors.QpsLimitError, 1.0),
    (403, ACCESS + "QpmLimitForAppkeyAndApi", errors.QpmLimitError, 60.0),
    (403, ACCESS + "QpmLimitForSuitekeyAndOrgAndApi", errors.QpmLimitError, 60.0),
    (403, ACCESS + "QpsLimitForSuitekeyAndOrgAndApi", errors.QpmLimitError, 60.0),
    (403, ACCESS + "ApiCountLimitForOrg", errors.MonthlyQuotaError, None),
    (400, "flowLimit", errors.DailyEventLimitError, 86400.0),
    (429, "system.busy", errors.ServerBusyError, 2.0),
    (429, "systemBusy", errors.ServerBusyError, 2.0),
    (500, "systemBusy", errors.ServerBusyError, 2.0),
    (403, ACCESS + "AccessTokenPermissionDenied", errors.MissingPermissionError, None),
    (403, ACCESS + "IpNotInWhiteList", errors.IpNotAllowedError, None),
    (404, "invalidParameter.user.notFound", errors.NotFoundError, None),
    (400, "invalidParameter.subscribed.invalid", errors.InvalidParameterError, None),
    (400, "idempotencyProcessing", errors.ServerBusyError, 2.0),
    (400, "permissionDeny", errors.PermissionDeniedError, None),
    (400, "paramIllegal", errors.InvalidParameterError, None),
    (404, "itemNotFound", errors.NotFoundError, None),
    (404, "instanceNotExist", errors.NotFoundError, None),
]

#: Codes of the legacy API, which sends them with HTTP status 200.
LEGACY: list[tuple[int, type[errors.DingTalkError], float | None]] = [
    (40014, errors.InvalidTokenError, None),
    (42001, errors.InvalidTokenError, None),
    # https://help.dingtalk.io/open/development/query-user-details
    (60011, errors.MissingPermissionError, None),
    (90018, errors.QpsLimitError, 1.0),
    (90002, errors.QpsLimitError, 1.0),
    (90020, errors.MonthlyQuotaError, None),
    (33012, errors.NotFoundError, None),
    (60121, errors.NotFoundError, None),
    (40104, errors.NotFoundError, None),
    (400002, errors.InvalidParameterError, None),
    (-1, errors.ServerBusyError, 2.0),
    # https://help.dingtalk.io/open/development/server-api-error-codes-1
    (60020, errors.IpNotAllowedError, None),
    (50002, errors.ContactScopeError, None),
    (50004, errors.ContactScopeError, None),
    *((code, errors.ThrottledError, 1.0) for code in (90001, *range(90003, 90009), 90017, 90019)),
    (41099, errors.ApiError, None),
]

#: Codes that no page lists, and spellings that differ from those on the pages.
UNDOCUMENTED: list[tuple[int, str, type[errors.DingTalkError], float | None]] = [
    (404, "InvalidAction.NotFound", errors.ApiError, None),
    (400, "system.error", errors.ServerBusyError, 2.0),
    (400, "unknownError", errors.ServerBusyError, 2.0),
    (500, "unknownError", errors.ServerBusyError, 2.0),
    (400, "Missingbody", errors.InvalidParameterError, None),
    (400, "MissingBody", errors.InvalidParameterError, None),
    (400, "InvalidParameter", errors.InvalidParameterError, None),
    (400, "InvalidParameter.ParsedISO8601TimestampError", errors.InvalidParameterError, None),
    (404, "InvalidParameter.User.NotFound", errors.NotFoundError, None),
    (403, "PermissionDenied", errors.PermissionDeniedError, None),
    (403, "forbidden.accessdenied.qpslimitforsomethingnew", errors.QpsLimitError, 1.0),
]


@pytest.mark.parametrize(("status", "code", "kind", "retry_after"), [*DOCUMENTED, *UNDOCUMENTED])
def test_every_known_code_has_its_class(
    status: int, code: str, kind: type, retry_after: float | None
) -> None:
    with pytest.raises(errors.ApiError) as raised:
        read(CREATE, refusal(status, code, "said"))
    error = raised.value
    assert (type(error), error.retry_after) == (kind, retry_after)
    assert (error.operation, error.status, error.code, error.message, error.request_id) == (
        "CreateSubscribedCalendar",
        status,
        code,
        "said",
        "REQUEST-1",
    )
    assert error.may_have_taken_effect is (kind is errors.ServerBusyError)


def test_every_code_of_the_table_is_tested() -> None:
    tested = {code for _, code, _, _ in [*DOCUMENTED, *UNDOCUMENTED]} | {str(code) for code, _, _ in LEGACY}
    assert set(BY_CODE) <= tested


@pytest.mark.parametrize(("code", "kind", "retry_after"), LEGACY)
@pytest.mark.parametrize("as_text", [False, True])
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_code_of_the_legacy_api_has_its_class(
    code: int, kind: type, retry_after: float | None, as_text: bool, wrapped: bool
) -> None:
    given = str(code) if as_text else code
    body: dict[str, object] = {"errcode": given, "errmsg": "said", "request_id": "r"}
    if wrapped:
        body = {"errcode": 88, "errmsg": "wrapped", "sub_code": given, "sub_msg": "said", "request_id": "r"}
    with pytest.raises(errors.ApiError) as raised:
        read(CREATE, answer(body))
    error = raised.value
    assert (type(error), error.retry_after, error.status) == (kind, retry_after, 200)
    assert (error.code, error.message, error.request_id) == (str(code), "said", "r")
    assert error.may_have_taken_effect is (kind is errors.ServerBusyError)


def test_errcode_0_is_no_failure() -> None:
    assert read(CREATE, answer({"errcode": 0, "errmsg": "ok", "calendarId": "c"})) == "c"


@pytest.mark.parametrize(
    ("moment", "first"),
    [
        ("2026-02-03T00:00:00+00:00", "2026-03-01"),
        ("2026-12-31T15:59:59+00:00", "2027-01-01"),
        ("2026-12-31T16:00:00+00:00", "2027-02-01"),
        ("2024-01-31T12:00:00+00:00", "2024-02-01"),
    ],
)
def test_a_used_up_month_says_until_when(moment: str, first: str) -> None:
    outcomes = [token(), refusal(403, ACCESS + "ApiCountLimitForOrg", "used up")]
    story = Story(outcomes, time=datetime.fromisoformat(moment).timestamp())
    with pytest.raises(errors.MonthlyQuotaError, match=f"no call before {first} ") as raised:
        Operations(story).list_calendars("u")
    assert (raised.value.retry_after, story.waits) == (None, [])


@pytest.mark.parametrize(
    ("outcome", "kind", "retry_after"),
    [
        (NOT_SENT, errors.RequestNotSentError, 1.0),
        (UNKNOWN, errors.OutcomeUnknownError, 1.0),
        (refusal(400, "invalidParameter", "current user must in range"), errors.CreatorNotInRangeError, None),
        (refusal(400, "invalidParameter.new"), errors.InvalidParameterError, None),
        (refusal(403, ACCESS + "QpsLimitForSomethingNew"), errors.QpsLimitError, 1.0),
        (refusal(403, ACCESS + "QpmLimitForSomethingNew"), errors.QpmLimitError, 60.0),
        (refusal(404, "InvalidAction.NotFound"), errors.ApiError, None),
        (refusal(429, "anything"), errors.ServerBusyError, 2.0),
        (answer("stream timeout", 408), errors.ServerBusyError, 2.0),
        (answer("", 499), errors.ServerBusyError, 2.0),
        (answer("<html>Bad gateway</html>", 502), errors.ServerBusyError, 2.0),
        (answer("<html>x5 1111 punish</html>", 502), errors.ServerBusyError, 2.0),
        (answer({"status": 1111}, 503), errors.ServerBusyError, 2.0),
        (refusal(404, "anything"), errors.NotFoundError, None),
        (refusal(403, "anything"), errors.PermissionDeniedError, None),
        (refusal(400, "anything"), errors.ApiError, None),
        (answer("<html>moved</html>", 302), errors.UnexpectedAnswerError, 5.0),
        (answer({"calendarId": "c"}, 302), errors.UnexpectedAnswerError, 5.0),
        (answer({"errcode": 90018, "errmsg": "limit"}, 302), errors.UnexpectedAnswerError, 5.0),
        (refusal(302, "permissionDenied"), errors.UnexpectedAnswerError, 5.0),
        (answer({"status": 1111, "punish": "deny"}, 302), errors.UnexpectedAnswerError, 5.0),
        (answer(b""), errors.UnexpectedAnswerError, 5.0),
        (answer(b'{"calendarId": "c'), errors.UnexpectedAnswerError, 5.0),
        (answer([]), errors.UnexpectedAnswerError, 5.0),
        (answer({}), errors.UnexpectedAnswerError, 5.0),
        (answer({"calendarId": None}), errors.UnexpectedAnswerError, 5.0),
        (answer({"calendarId": 7}), errors.UnexpectedAnswerError, 5.0),
        (answer("[" * 200_000), errors.UnexpectedAnswerError, 5.0),
        (answer(b"\xff\xfe"), errors.UnexpectedAnswerError, 5.0),
    ],
)
def test_each_outcome_has_its_class(outcome: Any, kind: type, retry_after: float | None) -> None:
    with pytest.raises(errors.DingTalkError) as raised:
        read(CREATE, outcome)
    error = raised.value
    assert type(error) is kind
    assert error.retry_after == retry_after
    assert error.operation == "CreateSubscribedCalendar"
    assert str(error).startswith("CreateSubscribedCalendar: ")


@pytest.mark.parametrize(
    ("outcome", "maybe"),
    [
        (NOT_SENT, False),
        (UNKNOWN, True),
        (refusal(400, "invalidParameter"), False),
        (refusal(429, "system.busy"), True),
        (answer({}, 500), True),
        (answer("<html>x5 1111 punish</html>", 502), True),
        (answer({}), True),
        (refusal(400, "system.error"), True),
        (refusal(400, "unknownError"), True),
        (answer({"errcode": 90018}, 302), True),
        (answer({"status": 1111, "punish": "deny"}), False),
    ],
)
def test_whether_a_create_may_have_taken_effect(outcome: Any, maybe: bool) -> None:
    with pytest.raises(errors.DingTalkError) as raised:
        read(CREATE, outcome)
    assert raised.value.may_have_taken_effect is maybe
    with pytest.raises(errors.DingTalkError) as raised:
        read(LIST_CALENDARS, outcome)
    assert raised.value.may_have_taken_effect is False


STRANGER = "something between this machine and DingTalk may have answered"
SIGN_IN = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Misuse is punishable.</body></html>"


@pytest.mark.parametrize("status", [200, 403, 429])
@pytest.mark.parametrize(
    "body",
    [
        {"status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": "x"},
        {"status": 1111, "wait": 5},
        {"status": "1111", "wait": 5},
        {"punish": "deny"},
        {"source": "x5"},
        "<html><body>status: 1111</body></html>",
        " <!DOCTYPE html><html><script>location='/_____tmd_____/punish?uuid=1'</script></html>",
        "<HTML><BODY>PUNISH</BODY></HTML>",
        '<html><script>var source = "x5";</script></html>',
        "<html><img src='/_____tmd_____/?x5secdata=abc&x5step=1'></html>",
        "blocked: 1111",
    ],
)
def test_a_block_names_1111_punish_or_x5(body: object, status: int) -> None:
    with pytest.raises(errors.IpBlockedError, match="blocks this public IP address for 5 minutes") as raised:
        read(CREATE, answer(body, status))
    assert (raised.value.retry_after, raised.value.may_have_taken_effect) == (300.0, False)


@pytest.mark.parametrize("status", [200, 201, 400, 401, 403, 404, 405, 407, 413, 418, 302])
@pytest.mark.parametrize(
    "body",
    [
        "",
        "Forbidden",
        SIGN_IN,
        " <!DOCTYPE html><html></html>",
        "<html>Request 21111, tel. +49-1111, color #1111, logo 8wC/x5+aQ, 0x5, ax5, X509, punished</html>",
        {"error": "login_required"},
        {"status": 11110, "message": "1111 punish x5"},
        {"code": "", "message": "denied"},
        {"code": None},
        {"code": True, "message": "denied"},
        [],
        ["punish", 1111],
        "1111.0" + "[" * 200_000,
        f"<html>{' ' * 100_000}1111 punish x5<title>Far away</title>",
    ],
)
def test_what_somebody_else_may_have_answered_has_an_unknown_outcome(body: object, status: int) -> None:
    for endpoint in (CREATE, LIST_CALENDARS, GET_ACCESS_TOKEN, SUBSCRIBE_CALENDAR):
        if endpoint is SUBSCRIBE_CALENDAR and status < 300 and (body == "" or isinstance(body, dict)):
            continue
        with pytest.raises(errors.DingTalkError) as raised:
            read(endpoint, answer(body, status))
        error = raised.value
        assert type(error) is errors.UnexpectedAnswerError
        assert (error.status, error.retry_after, error.code) == (status, 5.0, None)
        assert error.may_have_taken_effect is (endpoint in {CREATE, SUBSCRIBE_CALENDAR})
        if status >= 300 or not isinstance(body, dict):
            assert STRANGER in str(error)


def test_a_code_that_repeats_the_status_is_not_one_of_dingtalks() -> None:
    for code in (403, "403"):
        with pytest.raises(errors.UnexpectedAnswerError, match=STRANGER) as raised:
            read(CREATE, answer({"code": code, "message": "blocked by policy"}, 403))
        assert "blocked by policy" in str(raised.value)
        assert raised.value.may_have_taken_effect


@pytest.mark.parametrize("status", [200, 400, 403, 502])
def test_the_title_of_a_page_is_named(status: int) -> None:
    def said(page: str | bytes) -> str:
        with pytest.raises(errors.DingTalkError) as raised:
            read(CREATE, answer(page, status), ["SECRET&1"])
        assert raised.value.may_have_taken_effect
        assert STRANGER in str(raised.value)
        return str(raised.value)

    assert "(page title: 'Sign in')" in said(SIGN_IN)
    assert "(page title: '400 The plain HTTP request was sent to HTTPS port')" in said(
        "<HTML><TITLE lang=en>400 The plain HTTP request\n was sent to HTTPS port</TITLE></HTML>"
    )
    assert "(page title: 'A & B')" in said("<title>A &amp; B</title>")
    assert "(page title: 'of *** \\U0001f512')" in said("<title>of SECRET&amp;1 \U0001f512</title>").replace(
        "\U0001f512", "\\U0001f512"
    )
    assert "(page title: '登录')" in said("<title>登录</title>".encode("gb18030"))
    assert "title" not in said("<title> </title>")
    assert "title" not in said("<title" * 100_000 + "<title>" * 100_000)
    long = said("<title>" + "x" * 5000 + "\x1b[2J</title>")
    assert len(long) < 300
    assert long.isprintable()


def test_the_request_id_has_three_spellings() -> None:
    for name in ("requestid", "requestId", "request_id"):
        for outcome in (
            answer({"code": "invalidParameter", name: "r-1"}, 400),
            answer({name: "r-1"}),
            answer({"result": False, name: "r-1"}),
            answer({"requestid": None, name: "r-1"}, 502),
        ):
            endpoint = UPDATE_SUBSCRIBED_CALENDARS if b"result" in outcome.body else CREATE
            with pytest.raises(errors.ApiError, match=r"\(request id r-1\)") as raised:
                read(endpoint, outcome)
            assert raised.value.request_id == "r-1"


def test_an_error_carries_what_dingtalk_said() -> None:
    with pytest.raises(errors.InvalidParameterError) as raised:
        read(CREATE, refusal(400, "invalidParameter", "subscribe range cannot be null"))
    error = raised.value
    assert (error.status, error.code, error.message, error.request_id) == (
        400,
        "invalidParameter",
        "subscribe range cannot be null",
        "REQUEST-1",
    )
    assert str(error) == (
        "CreateSubscribedCalendar: HTTP 400 invalidParameter: subscribe range cannot be null "
        "(request id REQUEST-1)"
    )
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), vars(copy)) == (str(error), vars(error))


@pytest.mark.parametrize(
    ("endpoint", "permission"),
    [
        (CREATE, "Calendar.Calendar.Write"),
        (GET_SUBSCRIBED_CALENDAR, "Calendar.Calendar.Read"),
        (LIST_CALENDARS, "Calendar.Event.Read"),
    ],
)
def test_a_missing_permission_is_named(endpoint: Any, permission: str) -> None:
    with pytest.raises(
        errors.MissingPermissionError, match=f"request the permission {permission} for the app"
    ):
        read(endpoint, refusal(403, ACCESS + "AccessTokenPermissionDenied", "denied"))


def test_the_permissions_that_the_answer_requires_are_named_first() -> None:
    def said(detail: object, endpoint: Any = CREATE) -> str:
        body = {"code": ACCESS + "AccessTokenPermissionDenied", "accessdenieddetail": detail}
        with pytest.raises(errors.MissingPermissionError) as raised:
            read(endpoint, answer(body, 403), ["SECRET"])
        return str(raised.value)

    app = "for the app in the developer console"
    both = said({"requiredScopes": ["Calendar.Acl.Write", 5, "", "x SECRET\n"]})
    assert f"request the permission Calendar.Acl.Write, x *** {app} (the documentation names " in both
    assert both.endswith("names Calendar.Calendar.Write)")
    one = said({"requiredScopes": ["Calendar.Calendar.Write"]})
    assert one.endswith(f"request the permission Calendar.Calendar.Write {app}")
    assert said({"requiredScopes": ["a.b"]}, GET_ACCESS_TOKEN).endswith(f"the permission a.b {app}")
    many = said({"requiredScopes": [f"scope-{number}" for number in range(1000)]})
    assert "scope-9 for the app" in many
    for odd in (None, [], "x", {}, {"requiredScopes": None}, {"requiredScopes": "Calendar.Acl.Write"}):
        assert said(odd).endswith(f"request the permission Calendar.Calendar.Write {app}")


def test_a_refusal_by_the_contact_scope_says_what_to_configure() -> None:
    with pytest.raises(errors.PermissionDeniedError, match="add the user or the department to the app's con"):
        read(GET_USER, answer({"errcode": 50002, "errmsg": "said"}))


@pytest.mark.parametrize("status", [400, 500])
def test_an_unknown_error_of_get_token_says_what_to_check(status: int) -> None:
    with pytest.raises(
        errors.ServerBusyError, match=r"unknownError.*; check corp_id, Client ID and Client Secret"
    ) as raised:
        read(GET_TOKEN, refusal(status, "unknownError", "unknown"))
    assert raised.value.retry_after == 2.0
    with pytest.raises(errors.ServerBusyError) as raised:
        read(GET_TOKEN, refusal(500, "server.error"))
    assert "check" not in str(raised.value)


@pytest.mark.parametrize(
    ("endpoint", "body", "missing"),
    [
        (GET_ACCESS_TOKEN, {"expireIn": 7200}, "no accessToken"),
        (GET_SUBSCRIBED_CALENDAR, {"name": "n"}, "no calendarId"),
        (LIST_CALENDARS, {"calendars": []}, "no response"),
        (LIST_CALENDARS, {"response": None}, "no response"),
        (LIST_CALENDARS, {"response": {}}, "no calendars"),
        (LIST_CALENDARS, {"response": {"calendars": {}}}, "no calendars"),
        (LIST_CALENDARS, {"response": {"calendars": [{}]}}, "no id"),
        (LIST_CALENDARS, {"response": {"calendars": [{"id": None, "summary": "x"}]}}, "no id"),
        (LIST_CALENDARS, {"response": {"calendars": [{"id": "c"}, {"id": None}]}}, "no id"),
        (LIST_DEPARTMENT_USERS, {"result": {}}, "no list"),
        (
            LIST_CALENDARS,
            {"response": {"calendars": ["x"]}},
            "something that is not a JSON object",
        ),
        (LIST_CALENDARS, {"response": {"calendars": [{"summary": "x"}]}}, "no id"),
        (UPDATE_SUBSCRIBED_CALENDARS, {}, "no result"),
        (UPDATE_SUBSCRIBED_CALENDARS, {"result": "true"}, "no result"),
        (GET_ACCESS_TOKEN, {"accessToken": " a b "}, "no header can carry"),
        (SUBSCRIBE_CALENDAR, {"code": "x"}, r"carries an error code \(code x\)"),
    ],
)
def test_an_answer_without_what_is_promised_is_a_failure(endpoint: Any, body: Any, missing: str) -> None:
    with pytest.raises(errors.UnexpectedAnswerError, match=missing):
        read(endpoint, answer(body))


@pytest.mark.parametrize(
    "endpoint",
    [
        UPDATE_SUBSCRIBED_CALENDARS,
        DELETE_SUBSCRIBED_CALENDAR,
        UNSUBSCRIBE_CALENDAR,
        SUBSCRIBE_CALENDAR,
    ],
)
def test_result_false_is_a_refusal(endpoint: Any) -> None:
    with pytest.raises(errors.RefusedError, match="says result: false") as raised:
        read(endpoint, answer({"result": False, "requestid": "r"}))
    assert (raised.value.request_id, raised.value.may_have_taken_effect) == ("r", False)


def test_only_subscribe_may_answer_nothing() -> None:
    assert read(SUBSCRIBE_CALENDAR, answer(b"")) is None
    assert read(SUBSCRIBE_CALENDAR, answer({})) is None
    with pytest.raises(errors.UnexpectedAnswerError):
        read(UNSUBSCRIBE_CALENDAR, answer(b""))


@pytest.mark.parametrize("body", ["ok", "{", b"\xff", "null", "[]", "true", '"text"', SIGN_IN])
def test_a_body_that_is_not_a_json_object_is_never_a_success(body: Any) -> None:
    for endpoint in (SUBSCRIBE_CALENDAR, DELETE_EVENT, CREATE):
        with pytest.raises(errors.UnexpectedAnswerError, match="not a JSON object") as raised:
            read(endpoint, answer(body))
        assert raised.value.may_have_taken_effect


def test_an_empty_list_may_be_null_or_one_row_of_nulls() -> None:
    row = dict.fromkeys(["attendees", "categories", "meetingRooms", "reminders"])
    for empty in ([], None, [row]):
        assert read(LIST_CALENDARS, answer({"response": {"calendars": empty}})) == []
        assert read(LIST_EVENTS, answer({"events": empty, "nextToken": "n"})).next_token == "n"
        members = answer({"result": {"list": empty, "has_more": False}})
        assert read(LIST_DEPARTMENT_USERS, members) == ([], None)


BAD_IDS = ["c" * 1025, "c\n", "\0", "a\x7fb", "a\x9fb", "\ud800", "a\udfffb"]
GOOD_IDS = ["c" * 1024, "日" * 1024, "a/b+c==", "a b", ".."]


@pytest.mark.parametrize(
    ("endpoint", "body"),
    [
        (CREATE, lambda given: {"calendarId": given}),
        (GET_SUBSCRIBED_CALENDAR, lambda given: {"calendarId": given}),
        (LIST_CALENDARS, lambda given: {"response": {"calendars": [{"id": given}]}}),
        (LIST_EVENTS, lambda given: {"events": [{"id": given}]}),
        (GET_USER, lambda given: {"result": {"unionid": given}}),
        (GET_USER_BY_MOBILE, lambda given: {"result": {"userid": given}}),
        (LIST_DEPARTMENT_USERS, lambda given: {"result": {"list": [{"userid": "u", "unionid": given}]}}),
        (CREATE_SCENE_GROUP, lambda given: {"open_conversation_id": given}),
        (CONVERT_TO_OPEN_CONVERSATION_ID, lambda given: {"openConversationId": given}),
    ],
)
def test_an_id_that_nobody_could_use_is_an_unexpected_answer(endpoint: Any, body: Any) -> None:
    for given in BAD_IDS:
        with pytest.raises(
            errors.UnexpectedAnswerError, match=r"more than 1024|holds a control character or a lone"
        ) as raised:
            read(endpoint, answer(body(given)))
        assert raised.value.may_have_taken_effect is endpoint.changes
        assert str(raised.value).isprintable()
        assert len(str(raised.value)) < 200
    for given in GOOD_IDS:
        read(endpoint, answer(body(given)))


def test_a_token_may_be_longer_than_an_id() -> None:
    assert read(GET_ACCESS_TOKEN, token("t" * 4000)).value == "t" * 4000


def test_a_text_of_dingtalk_is_one_line_of_reason_without_secrets() -> None:
    said = refusal(400, "a\ncode", "the token SECRET is\nwrong\x1b[2J\0\ud800 令牌 " + "x" * 100_000)
    with pytest.raises(errors.ApiError) as raised:
        read(CREATE, said, ["SECRET", ""])
    text = str(raised.value)
    assert "HTTP 400 a code: the token *** is wrong [2J 令牌 xxx" in text
    assert text.encode()
    assert len(text) < 700
    assert "SECRET" not in f"{vars(raised.value)}"


@pytest.mark.parametrize("odd", [5, ["a"], {"a": 1}, True])
def test_fields_of_the_wrong_type_count_as_absent(odd: Any) -> None:
    entry = dict.fromkeys(["summary", "description", "timeZone", "eTag", "type", "privilege"], odd)
    (calendar,) = read(LIST_CALENDARS, answer({"response": {"calendars": [{"id": "c"} | entry]}}))
    assert calendar == Calendar("c")
    fields = dict.fromkeys(["name", "description", "author"], odd)
    body = {"calendarId": "c", "managers": "abc", "subscribeScope": {"corpIds": odd, "unionIds": ["u", odd]}}
    found = read(GET_SUBSCRIBED_CALENDAR, answer(body | fields))
    assert found.name is found.author is None
    assert (found.managers, found.subscribe_scope.union_ids) == ((), ("u",))


def test_values_that_are_not_documented_do_no_harm() -> None:
    calendars = read(
        LIST_CALENDARS,
        answer(
            {"response": {"calendars": [{"id": "c", "type": "new", "privilege": "VIEW_DETAIL", "more": 1}]}}
        ),
    )
    assert (calendars[0].id, calendars[0].type, calendars[0].privilege) == ("c", "new", "VIEW_DETAIL")
    calendar = read(GET_SUBSCRIBED_CALENDAR, answer({"calendarId": "c", "managers": None}))
    assert (calendar.managers, calendar.subscribe_scope.corp_ids) == ((), ())
