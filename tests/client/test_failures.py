"""Every documented failure has one class and one meaning."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar import exceptions as errors
from airflow_provider_dingtalk_calendar.client import Calendar, endpoints
from airflow_provider_dingtalk_calendar.client.failures import read
from tests.client.story import NOT_SENT, UNKNOWN, answer, refusal

CREATE = endpoints.CREATE_SUBSCRIBED_CALENDAR
ACCESS = "Forbidden.AccessDenied."


@pytest.mark.parametrize(
    ("outcome", "kind", "retry_after"),
    [
        (NOT_SENT, errors.RequestNotSentError, 1.0),
        (UNKNOWN, errors.OutcomeUnknownError, 1.0),
        (refusal(400, "InvalidAuthentication"), errors.InvalidTokenError, None),
        (refusal(400, "invalidClientIdOrSecret"), errors.InvalidCredentialsError, None),
        (
            refusal(400, "invalidParameter", "calendar name cannot be blank"),
            errors.InvalidParameterError,
            None,
        ),
        (refusal(400, "invalidParameter", "current user must in range"), errors.CreatorNotInRangeError, None),
        (refusal(400, "invalidParameter.subscribed.invalid"), errors.InvalidParameterError, None),
        (refusal(403, "permissionDenied", "permission denied"), errors.PermissionDeniedError, None),
        (refusal(400, "permissionDenied"), errors.PermissionDeniedError, None),
        (refusal(403, ACCESS + "AccessTokenPermissionDenied"), errors.MissingPermissionError, None),
        (refusal(403, ACCESS + "IpNotInWhiteList"), errors.IpNotAllowedError, None),
        (refusal(403, ACCESS + "QpsLimitForAppkeyAndApi"), errors.ThrottledError, 1.0),
        (refusal(403, ACCESS + "QpsLimitForApi"), errors.ThrottledError, 1.0),
        (refusal(403, ACCESS + "QpmLimitForAppkeyAndApi"), errors.ThrottledError, 60.0),
        (refusal(403, ACCESS + "ApiCountLimitForOrg"), errors.MonthlyQuotaError, None),
        (refusal(429, "system.busy"), errors.ServerBusyError, 2.0),
        (refusal(429, "systemBusy"), errors.ServerBusyError, 2.0),
        (refusal(429, "anything"), errors.ServerBusyError, 2.0),
        (answer("<html>Bad gateway</html>", 502), errors.ServerBusyError, 2.0),
        (refusal(404, "anything"), errors.NotFoundError, None),
        (refusal(403, "anything"), errors.PermissionDeniedError, None),
        (refusal(400, "exceedSubscribeLimit"), errors.ApiError, None),
        (answer(b"", 400), errors.ApiError, None),
        (
            answer({"status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": "x"}),
            errors.IpBlockedError,
            300.0,
        ),
        (answer(" <!DOCTYPE html><html></html>"), errors.IpBlockedError, 300.0),
        (answer("<html>moved</html>", 302), errors.UnexpectedAnswerError, None),
        (answer({"calendarId": "c"}, 302), errors.UnexpectedAnswerError, None),
        (answer(b""), errors.UnexpectedAnswerError, None),
        (answer(b'{"calendarId": "c'), errors.UnexpectedAnswerError, None),
        (answer([]), errors.UnexpectedAnswerError, None),
        (answer({}), errors.UnexpectedAnswerError, None),
        (answer({"calendarId": None}), errors.UnexpectedAnswerError, None),
        (answer({"calendarId": 7}), errors.UnexpectedAnswerError, None),
        (answer({"errcode": 88, "errmsg": "no"}), errors.UnexpectedAnswerError, None),
        (answer("[" * 200_000), errors.UnexpectedAnswerError, None),
        (answer(b"\xff\xfe"), errors.UnexpectedAnswerError, None),
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
        (refusal(429, "system.busy"), False),
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
        read(endpoints.LIST_CALENDARS, outcome)
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
        (endpoints.GET_SUBSCRIBED_CALENDAR, "Calendar.Calendar.Read"),
        (endpoints.LIST_CALENDARS, "Calendar.Event.Read"),
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
        (endpoints.GET_ACCESS_TOKEN, {"expireIn": 7200}, "no accessToken"),
        (endpoints.GET_SUBSCRIBED_CALENDAR, {"name": "n"}, "no calendarId"),
        (endpoints.LIST_CALENDARS, {"calendars": []}, r"no response\.calendars"),
        (endpoints.LIST_CALENDARS, {"response": None}, r"no response\.calendars"),
        (endpoints.LIST_CALENDARS, {"response": {"calendars": None}}, r"no response\.calendars"),
        (endpoints.LIST_CALENDARS, {"response": {"calendars": ["x"]}}, "holds something that is no calendar"),
        (endpoints.LIST_CALENDARS, {"response": {"calendars": [{"summary": "x"}]}}, "no id"),
        (endpoints.UPDATE_SUBSCRIBED_CALENDARS, {}, "no result"),
        (endpoints.UPDATE_SUBSCRIBED_CALENDARS, {"result": "true"}, "no result"),
        (endpoints.DELETE_SUBSCRIBED_CALENDAR, {"result": False}, "says result: false"),
        (endpoints.UNSUBSCRIBE_CALENDAR, {"result": False}, "says result: false"),
        (endpoints.SUBSCRIBE_CALENDAR, {"result": False}, "says result: false"),
        (endpoints.GET_ACCESS_TOKEN, {"accessToken": " a b "}, "no header can carry"),
        (endpoints.SUBSCRIBE_CALENDAR, {"code": "x"}, r"carries an error code \(code x\)"),
        (endpoints.SUBSCRIBE_CALENDAR, {"errcode": 88}, r"carries an error code \(code 88\)"),
    ],
)
def test_an_answer_without_what_is_promised_is_a_failure(endpoint: Any, body: Any, missing: str) -> None:
    with pytest.raises(errors.UnexpectedAnswerError, match=missing):
        read(endpoint, answer(body))


def test_only_subscribe_may_answer_nothing() -> None:
    assert read(endpoints.SUBSCRIBE_CALENDAR, answer(b"")) is None
    assert read(endpoints.SUBSCRIBE_CALENDAR, answer({})) is None
    with pytest.raises(errors.UnexpectedAnswerError):
        read(endpoints.UNSUBSCRIBE_CALENDAR, answer(b""))


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
    (calendar,) = read(endpoints.LIST_CALENDARS, answer({"response": {"calendars": [{"id": "c"} | entry]}}))
    assert calendar == Calendar("c")
    fields = dict.fromkeys(["name", "description", "author"], odd)
    body = {"calendarId": "c", "managers": "abc", "subscribeScope": {"corpIds": odd, "unionIds": ["u", odd]}}
    found = read(endpoints.GET_SUBSCRIBED_CALENDAR, answer(body | fields))
    assert found.name is found.author is None
    assert (found.managers, found.subscribe_scope.union_ids) == ((), ("u",))


def test_values_that_are_not_documented_do_no_harm() -> None:
    calendars = read(
        endpoints.LIST_CALENDARS,
        answer(
            {"response": {"calendars": [{"id": "c", "type": "new", "privilege": "VIEW_DETAIL", "more": 1}]}}
        ),
    )
    assert (calendars[0].id, calendars[0].type, calendars[0].privilege) == ("c", "new", "VIEW_DETAIL")
    calendar = read(endpoints.GET_SUBSCRIBED_CALENDAR, answer({"calendarId": "c", "managers": None}))
    assert (calendar.managers, calendar.subscribe_scope.corp_ids) == ((), ())
