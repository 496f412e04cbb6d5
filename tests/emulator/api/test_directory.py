"""Looking up people and departments, mostly through the legacy API."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
import requests

from airflow_provider_dingtalk_calendar.emulator import Fault
from airflow_provider_dingtalk_calendar.emulator.__main__ import main
from tests.emulator.conftest import Caller, Clock, error_of
from tests.emulator.test_command_line import Screen, exported, token_request

if TYPE_CHECKING:
    from collections.abc import Callable

GET = "/topapi/v2/user/get"
BY_MOBILE = "/topapi/v2/user/getbymobile"
BY_UNION_ID = "/topapi/user/getbyunionid"
LIST_ID = "/topapi/user/listid"
LIST = "/topapi/v2/user/list"


def ask(caller: Caller, path: str, body: Any, **options: Any) -> requests.Response:
    """Call the legacy API, which takes the token in the query."""
    options = {"params": {"access_token": caller.token}, "json": body, "headers": {}, **options}
    return caller.call("POST", path, **options)


def failure_of(response: requests.Response) -> tuple[int, str]:
    """Check the status and fields of a failed response. Return its errcode and errmsg."""
    body = response.json()
    assert response.status_code == 200
    assert set(body) - {"sub_code", "sub_msg"} == {"errcode", "errmsg", "request_id"}
    assert body["request_id"] == response.headers["x-acs-request-id"]
    return body["errcode"], body["errmsg"]


@pytest.fixture
def people(caller: Caller) -> Caller:
    caller.emulator.add_user(userid="alice", union_id="u/alice==", mobile="13800000001", name="Alice")
    caller.emulator.add_user(userid="bob", union_id="u-bob")
    caller.emulator.add_department(7, ["alice", "bob"])
    caller.emulator.add_department(8, [])
    return caller


def test_a_person_is_found_by_userid_mobile_and_union_id(people: Caller) -> None:
    details = ask(people, GET, {"userid": "alice", "language": "en_US"})

    assert details.json() == {
        "errcode": 0,
        "errmsg": "ok",
        "result": {
            "userid": "alice",
            "unionid": "u/alice==",
            "name": "Alice",
            "mobile": "13800000001",
            "active": True,
            "dept_id_list": [7],
        },
        "request_id": details.headers["x-acs-request-id"],
    }
    bob = ask(people, GET, {"userid": "bob"}).json()["result"]
    assert (bob["name"], "mobile" in bob) == ("bob", False)
    assert ask(people, BY_MOBILE, {"mobile": "13800000001"}).json()["result"] == {"userid": "alice"}
    found = ask(people, BY_UNION_ID, {"unionid": "u/alice=="}).json()["result"]
    assert found == {"contact_type": 0, "userid": "alice"}


def test_a_department_has_its_people(people: Caller) -> None:
    assert ask(people, LIST_ID, {"dept_id": 7}).json()["result"] == {"userid_list": ["alice", "bob"]}
    assert ask(people, LIST_ID, {"dept_id": 8}).json()["result"] == {"userid_list": []}
    assert failure_of(ask(people, LIST_ID, {"dept_id": 9})) == (60003, "部门不存在")


@pytest.mark.parametrize(
    ("path", "body", "failure"),
    [
        (GET, {"userid": "carol"}, (33012, "无效的userId")),
        (GET, {"userid": 1}, (400002, "无效的参数")),
        (GET, {}, (400002, "无效的参数")),
        (GET, [], (400002, "无效的参数")),
        (BY_MOBILE, {"mobile": "13800000002"}, (60121, "未找到该用户")),
        (BY_MOBILE, {"mobile": "alice"}, (40104, "企业中无效的手机号")),
        (BY_MOBILE, {"mobile": ""}, (400002, "无效的参数")),
        (BY_UNION_ID, {"unionid": "alice"}, (60121, "未找到对应员工")),
        (LIST_ID, {"dept_id": True}, (400002, "无效的参数")),
        (LIST_ID, {"dept_id": "seven"}, (400002, "无效的参数")),
    ],
)
def test_an_unknown_person_or_department_has_the_documented_code(
    people: Caller, path: str, body: Any, failure: tuple[int, str]
) -> None:
    assert failure_of(ask(people, path, body)) == failure


def test_the_members_of_a_department_come_in_pages(people: Caller) -> None:
    def page(cursor: int, size: int) -> Any:
        return ask(people, LIST, {"dept_id": 7, "cursor": cursor, "size": size}).json()["result"]

    first, second = page(0, 1), page(1, 1)
    assert first == {
        "has_more": True,
        "next_cursor": 1,
        "list": [{"userid": "alice", "unionid": "u/alice==", "name": "Alice"}],
    }
    assert (second["has_more"], [user["unionid"] for user in second["list"]]) == (False, ["u-bob"])
    for body in (
        {"dept_id": 9, "cursor": 0, "size": 1},
        {"dept_id": 7, "cursor": 0, "size": 101},
        {"dept_id": 7, "cursor": 0},
        {"dept_id": 7, "cursor": -1, "size": 1},
    ):
        assert failure_of(ask(people, LIST, body))[0] != 0


def test_a_form_is_read_and_the_journal_keeps_form_and_query(people: Caller) -> None:
    answer = ask(people, LIST_ID, None, data={"dept_id": "7", "access_token": "in the wrong place"})

    assert answer.json()["result"] == {"userid_list": ["alice", "bob"]}
    entry = people.emulator.journal[-1]
    assert entry.operation == "OapiUserListid"
    assert entry.target == f"{LIST_ID}?access_token={people.token}"
    assert entry.body == {"dept_id": "7", "access_token": "in the wrong place"}
    shown = entry.redacted()
    assert shown["target"] == f"{LIST_ID}?access_token=***"
    assert shown["body"] == {"dept_id": "7", "access_token": "***"}
    as_json = ask(
        people,
        LIST_ID,
        None,
        data=b'{"dept_id": 7}',
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert as_json.json()["errcode"] == 0


def test_the_token_is_taken_from_the_query_only(people: Caller) -> None:
    header = {"x-acs-dingtalk-access-token": people.token}

    assert failure_of(ask(people, GET, {"userid": "bob"}, params={}, headers=header))[0] == 40014
    unknown = ask(people, GET, {"userid": "bob"}, params={"access_token": "made-up"})
    assert failure_of(unknown) == (40014, "不合法的access_token")
    people.emulator.expire_tokens()
    assert failure_of(ask(people, GET, {"userid": "bob"})) == (42001, "access_token超时")
    people.emulator.revoke_tokens()
    assert failure_of(ask(people, GET, {"userid": "bob"}))[0] == 40014
    twice = {"access_token": ["a", "b"]}
    assert failure_of(ask(people, GET, {"userid": "bob"}, params=twice))[0] == 400002


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        (GET, "qyapi_get_member"),
        (BY_UNION_ID, "qyapi_get_member"),
        (LIST_ID, "qyapi_get_member"),
        (BY_MOBILE, "qyapi_get_member_by_mobile"),
    ],
)
def test_a_missing_permission_is_wrapped(serve: Callable[..., Caller], path: str, missing: str) -> None:
    denied = serve(permissions={"qyapi_get_member", "qyapi_get_member_by_mobile"} - {missing})
    denied.fetch_token()
    granted = serve(permissions=[missing])
    granted.fetch_token()

    refused = ask(denied, path, {})
    assert failure_of(refused)[0] == 88
    assert (refused.json()["sub_code"], refused.json()["sub_msg"]) == ("60011", "没有调用该接口的权限")
    assert failure_of(ask(granted, path, {}))[0] == 400002


def test_look_ups_count_for_the_rate_but_not_for_the_quota(
    serve: Callable[..., Caller], clock: Clock
) -> None:
    caller = serve(clock=clock, qps_limit=2, monthly_quota=0)
    caller.emulator.add_user(userid="bob", union_id="u-bob")
    caller.fetch_token()

    for _ in range(2):
        assert ask(caller, GET, {"userid": "bob"}).json()["errcode"] == 0
    assert failure_of(ask(caller, GET, {"userid": "bob"}))[0] == 90018
    assert "ApiCountLimitForOrg" in caller.create().text


@pytest.mark.parametrize(
    ("fault", "status", "errcode"),
    [
        (Fault.error(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"), 200, 90018),
        (Fault.error(403, "Forbidden.AccessDenied.ApiCountLimitForOrg"), 200, 90020),
        (Fault.error(400, "InvalidAuthentication"), 200, 40014),
        (Fault.error(200, "90002", "限流"), 200, 90002),
        (Fault.error(200, "-1", "系统繁忙"), 200, -1),
        (Fault.error(429, "system.busy"), 200, -1),
        (Fault.error(500, "internalError"), 500, -1),
        (Fault.error(503, "systemBusy"), 503, -1),
    ],
)
def test_an_ordered_error_has_the_legacy_form(
    people: Caller, fault: Fault, status: int, errcode: int
) -> None:
    people.emulator.order(fault.on("OapiV2UserGet"))
    answer = ask(people, GET, {"userid": "bob"})

    assert (answer.status_code, answer.json()["errcode"]) == (status, errcode)
    assert answer.json()["request_id"] == people.emulator.journal[-1].request_id
    assert ask(people, GET, {"userid": "bob"}).json()["errcode"] == 0


def test_an_unknown_legacy_path_has_the_legacy_form(people: Caller) -> None:
    assert failure_of(ask(people, "/topapi/v3/user/get", {})) == (404, "请求的URI地址不存在")


def personal(serve: Callable[..., Caller]) -> Caller:
    return serve(app_type="third_party_personal", qps_limit=None)


def sign_in(caller: Caller, code: str) -> None:
    body = {
        "clientId": caller.emulator.client_id,
        "clientSecret": caller.emulator.client_secret,
        "grantType": "authorization_code",
        "code": code,
    }
    caller.token = caller.call("POST", "/v1.0/oauth2/userAccessToken", json=body).json()["accessToken"]


def test_a_user_who_signed_in_can_look_themselves_up(serve: Callable[..., Caller]) -> None:
    caller = personal(serve)
    caller.emulator.add_user(userid="alice", union_id="u-alice", mobile="13800000001", name="Alice")
    sign_in(caller, caller.emulator.authorize("u-alice"))

    me = caller.call("GET", "/v1.0/contact/users/me").json()
    assert me == {
        "nick": "Alice",
        "unionId": "u-alice",
        "openId": "openId-u-alice",
        "mobile": "13800000001",
    }
    assert caller.call("GET", "/v1.0/contact/users/u-alice").json() == me
    absent = caller.call("GET", "/v1.0/contact/users/u-bob")
    assert error_of(absent) == (404, "invalidParameter.user.notFound", "找不到该用户")
    sign_in(caller, caller.emulator.authorization_code)
    assert caller.call("GET", "/v1.0/contact/users/me").json()["unionId"] == "emulatedunionid"


def test_the_token_of_an_app_belongs_to_no_user(people: Caller) -> None:
    assert error_of(people.call("GET", "/v1.0/contact/users/me"))[0] == 404


def test_a_personal_app_may_not_look_people_up(serve: Callable[..., Caller]) -> None:
    caller = personal(serve)
    sign_in(caller, caller.emulator.authorization_code)

    assert failure_of(ask(caller, GET, {"userid": "bob"}))[0] == 88


def test_people_outlive_a_reset(people: Caller) -> None:
    people.emulator.reset()
    people.fetch_token()

    assert ask(people, GET, {"userid": "bob"}).json()["result"]["unionid"] == "u-bob"


@pytest.mark.usefixtures("signal_handlers")
def test_the_command_line_adds_people_and_departments(monkeypatch: pytest.MonkeyPatch) -> None:
    started = threading.Event()
    screen = Screen(lambda text: started.set() if "export " in text else None)
    monkeypatch.setattr(sys, "stdout", screen)
    found: list[Any] = []

    def use() -> None:
        started.wait()
        connection = exported(screen.text)
        url = connection["host"]
        token = {"access_token": token_request(url, connection).json()["accessToken"]}
        for path, body in QUESTIONS:
            answer = requests.post(f"{url}{path}", params=token, json=body, timeout=10)
            found.append(answer.json()["result"])
        os.kill(os.getpid(), signal.SIGTERM)

    user = threading.Thread(target=use)
    user.start()
    people = ["--user", "alice:u-alice:13800000001", "--user=bob:u-bob", "--department", "7:alice,bob"]
    assert main(people) == 0
    user.join()

    assert found == [
        {"userid": "alice"},
        {"contact_type": 0, "userid": "bob"},
        {"userid_list": ["alice", "bob"]},
    ]


QUESTIONS = (
    (BY_MOBILE, {"mobile": "13800000001"}),
    (BY_UNION_ID, {"unionid": "u-bob"}),
    (LIST_ID, {"dept_id": 7}),
)


@pytest.mark.parametrize("option", ["--user=alice", "--user=:u-alice", "--department=seven:alice"])
def test_a_malformed_person_or_department_is_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([option])

    assert caught.value.code == 2
    assert repr(option.partition("=")[2]) in capsys.readouterr().err
