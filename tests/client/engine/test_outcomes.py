"""Each documented failure raises the right class of error with the right meaning."""

from __future__ import annotations

import pickle
from datetime import datetime
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar import exceptions as errors
from airflow_provider_dingtalk_calendar.client import Calendar
from airflow_provider_dingtalk_calendar.client.auth.grants import GET_ACCESS_TOKEN
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
    (41099, errors.ApiError, None),
]


@pytest.mark.parametrize(("status", "code", "kind", "retry_after"), DOCUMENTED)
def test_every_documented_code_has_its_class(
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


def test_no_class_stands_for_a_code_that_is_not_documented() -> None:
    documented = {code for _, code, _, _ in DOCUMENTED} | {str(code) for code, _, _ in LEGACY}
    assert set(BY_CODE) - documented == {"InvalidAction.NotFound"}


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
        (refusal(404, "anything"), errors.NotFoundError, None),
        (refusal(403, "anything"), errors.PermissionDeniedError, None),
        (refusal(400, "anything"), errors.ApiError, None),
        (answer(b"", 400), errors.ApiError, None),
        (
            answer({"status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": "x"}),
            errors.IpBlockedError,
            300.0,
        ),
        (answer(" <!DOCTYPE html><html></html>"), errors.IpBlockedError, 300.0),
        (answer("<html>moved</html>", 302), errors.UnexpectedAnswerError, 5.0),
        (answer({"calendarId": "c"}, 302), errors.UnexpectedAnswerError, 5.0),
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
        (answer({}), True),
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


@pytest.mark.parametrize(
    ("endpoint", "body", "missing"),
    [
        (GET_ACCESS_TOKEN, {"expireIn": 7200}, "no accessToken"),
        (GET_SUBSCRIBED_CALENDAR, {"name": "n"}, "no calendarId"),
        (LIST_CALENDARS, {"calendars": []}, "no response"),
        (LIST_CALENDARS, {"response": None}, "no response"),
        (LIST_CALENDARS, {"response": {"calendars": None}}, "no calendars"),
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
