"""Groups: looking them up, creating them, and the rights of their members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from airflow_provider_dingtalk_calendar.emulator import Fault
from tests.emulator.api.test_directory import ask, failure_of
from tests.emulator.conftest import Caller, error_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

CREATE = "/v1.0/im/sceneGroup/create"
CREATE_LEGACY = "/topapi/im/chat/scenegroup/create"
GROUP = {"title": "Release watchers", "template_id": "template", "owner_user_id": "alice"}


@pytest.fixture
def people(caller: Caller) -> Caller:
    for name in ("alice", "bob", "carol"):
        caller.emulator.add_user(userid=name, union_id=f"u-{name}")
    return caller


def create(caller: Caller, **body: Any) -> requests.Response:
    return caller.call("POST", CREATE, json={**GROUP, **body})


def create_legacy(caller: Caller, **body: Any) -> requests.Response:
    return ask(caller, CREATE_LEGACY, {**GROUP, **body})


def test_a_chat_is_found_by_its_chat_id(people: Caller) -> None:
    people.emulator.add_chat("chat/1", "cid+1==")

    found = people.call("POST", "/v1.0/im/chat/chat%2F1/convertToOpenConversationId")
    assert (found.status_code, found.json()) == (200, {"openConversationId": "cid+1=="})
    unknown = people.call("POST", "/v1.0/im/chat/chat/convertToOpenConversationId")
    assert error_of(unknown) == (400, "invalideChatId", "不合法的chatId")


@pytest.mark.parametrize(
    ("make", "members"),
    [
        (lambda caller: create(caller, user_ids=["bob"], subadmin_ids=["bob"]).json(), "array"),
        (lambda caller: create_legacy(caller, user_ids="bob,", subadmin_ids="bob").json()["result"], "text"),
    ],
)
def test_the_members_of_a_new_group_count(
    people: Caller, make: Callable[[Caller], dict[str, str]], members: str
) -> None:
    group = make(people)
    assert people.emulator.journal[-1].effect is True, members

    scope = {"openConversationIds": [group["open_conversation_id"]]}
    for member in ("u-alice", "u-bob"):
        calendar_id = people.created(member, subscribeScope=scope)
    assert error_of(people.create("u-carol", subscribeScope=scope))[2] == "current user must in range"
    assert people.subscription("subscribe", calendar_id, "u-alice").status_code == 200
    assert people.subscription("subscribe", calendar_id, "u-carol").status_code == 400
    path = f"/v1.0/im/chat/{group['chat_id']}/convertToOpenConversationId"
    assert people.call("POST", path).json() == {"openConversationId": group["open_conversation_id"]}


def test_the_legacy_answer_has_the_documented_fields(people: Caller) -> None:
    answer = create_legacy(people).json()

    assert set(answer) == {"errcode", "errmsg", "request_id", "result", "success"}
    assert (answer["errcode"], answer["success"]) == (0, True)
    assert set(answer["result"]) == {"open_conversation_id", "chat_id"}


def test_a_uuid_means_one_group_in_both_operations(people: Caller) -> None:
    people.emulator.order(Fault.error(500, "system.error").on("CreateSceneGroup").after_effect())
    assert create(people, uuid="once").status_code == 500
    first = create(people, uuid="once")

    assert people.emulator.journal[-1].effect is False
    assert create_legacy(people, uuid="once").json()["result"] == first.json()
    assert create(people, uuid="twice").json() != first.json()
    unnamed = [create(people).json()["chat_id"] for _ in range(2)]
    assert len({*unnamed, first.json()["chat_id"]}) == 3


@pytest.mark.parametrize(
    ("change", "error", "failure"),
    [
        ({"title": ""}, "parameter.invalid", 40035),
        ({"title": "x" * 31}, "parameter.invalid", 40035),
        ({"title": 1}, "parameter.invalid", 40035),
        ({"template_id": None}, "parameter.invalid", 40035),
        ({"owner_user_id": None}, "parameter.invalid", 40035),
        ({"owner_user_id": "u-alice"}, "member.notFound", 660041),
        ({"uuid": 1}, "parameter.invalid", 40035),
        ({"user_ids": 1}, "parameter.invalid", 40035),
    ],
)
def test_a_faulty_group_is_refused_in_the_documented_words(
    people: Caller, change: dict[str, Any], error: str, failure: int
) -> None:
    assert error_of(create(people, **change))[:2] == (400, error)
    assert failure_of(create_legacy(people, **change))[0] == failure
    assert people.emulator.journal[-1].effect is False


def test_members_are_at_most_999_as_a_list_or_as_a_text(people: Caller) -> None:
    assert create(people, user_ids=["bob"] * 999).status_code == 200
    assert error_of(create(people, user_ids=["bob"] * 1000))[1] == "member.exceed"
    assert failure_of(create_legacy(people, user_ids="bob," * 1000))[0] == 665033
    assert error_of(create(people, user_ids="bob"))[1] == "parameter.invalid"
    assert error_of(create(people, user_ids=[1]))[1] == "parameter.invalid"
    assert failure_of(create_legacy(people, user_ids=["bob"]))[0] == 40035
    assert failure_of(create_legacy(people, user_ids="dave"))[0] == 660041
    assert error_of(people.call("POST", CREATE, data=b"[]"))[1] == "parameter.invalid"


def test_a_reset_forgets_created_groups_only(people: Caller) -> None:
    people.emulator.add_chat("chat-1", "cid-1")
    group = create(people, uuid="once").json()

    people.emulator.reset()
    people.fetch_token()

    path = "/v1.0/im/chat/{}/convertToOpenConversationId"
    assert people.call("POST", path.format("chat-1")).json() == {"openConversationId": "cid-1"}
    assert people.call("POST", path.format(group["chat_id"])).status_code == 400
    assert create(people, uuid="once").json() != group
