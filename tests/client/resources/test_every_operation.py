"""For every operation, on both clients, the method and ``call`` send the same request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar.client import DingTalkClient, UserCredentials
from airflow_provider_dingtalk_calendar.client.catalog import OPERATIONS
from airflow_provider_dingtalk_calendar.client.engine.both_clients import operation
from airflow_provider_dingtalk_calendar.client.resources.events.records import Recurrence
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator
from tests.client.both import settings_for
from tests.client.hostile import SentSample
from tests.client.samples import ACL, CALENDAR, EVENT, NINE, OF_ME, SAMPLES, SCOPE, TEN, with_ids

#: Methods that do more than call one operation.
WORKFLOWS = {
    "ensure_subscribed_calendar",
    "get_calendar_state",
    "get_events_ahead",
    "list_running_events",
    "sync_events",
}


def test_every_operation_has_a_method_and_a_sample() -> None:
    assert set(SAMPLES) == set(OPERATIONS)
    named = {sample.method for sample in SAMPLES.values()}
    methods = {name for name in dir(DingTalkClient) if isinstance(getattr(DingTalkClient, name), operation)}
    assert methods - WORKFLOWS - {"call", "get_access_token"} == named


@pytest.fixture
def of_user(open_client: Callable[..., Any]) -> Iterator[tuple[Any, DingTalkEmulator]]:
    """Yield a client that holds a token of the user ``u``, and its emulator."""
    with DingTalkEmulator(app_type="third_party_personal") as emulator:
        code = emulator.authorize("u")
        credentials = UserCredentials(emulator.client_id, emulator.client_secret, code)
        yield open_client(**vars(settings_for(emulator, credentials=credentials))), emulator


@pytest.fixture
def found(
    call: Any, dingtalk_emulator: DingTalkEmulator, request: pytest.FixtureRequest
) -> tuple[Any, DingTalkEmulator, dict[str, str]]:
    """Return a client, its emulator, and the ids of an event, a calendar and an ACL entry."""
    if request.node.callspec.params.get("name") in OF_ME:
        call, emulator = request.getfixturevalue("of_user")
        emulator.add_user(userid="manager", union_id="u")
        return call, emulator, {}
    emulator = dingtalk_emulator
    for userid, union_id, mobile in (("manager", "u", "+86-1"), ("other", "v", "")):
        emulator.add_user(userid=userid, union_id=union_id, mobile=mobile)
    emulator.add_chat("chat/1", "cid-1")
    emulator.add_department(1, ["manager", "other"])
    series = Recurrence("daily", occurrences=3)
    ids = {
        EVENT: call(
            "create_event", "u", summary="e", start=NINE, end=TEN, attendees=["v"], recurrence=series
        ).id,
        CALENDAR: call("create_subscribed_calendar", "u", name="c", subscribe_scope=SCOPE),
        ACL: call("create_acls", "u", "primary", privilege="writer", scope="v").acl_id,
    }
    call("subscribe_calendar", "u", ids[CALENDAR])
    emulator.journal.clear()
    return call, emulator, ids


@pytest.mark.parametrize("by_name", [False, True], ids=["by its method", "by its name"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_the_request_is_the_same_by_method_and_by_name(by_name: bool, name: str, found: Any) -> None:
    call, emulator, ids = found
    sample = SAMPLES[name]
    path, query, body = (with_ids(part, ids) for part in (sample.path, sample.query, sample.body))
    if by_name:
        answer = call("call", name, path=path, query=query, body=body)
        assert isinstance(answer, dict)
        OPERATIONS[name].answer(answer)
    else:
        call(sample.method, *with_ids(sample.arguments, ids), **with_ids(sample.named, ids))
    (entry,) = [one for one in emulator.journal if not (one.operation or "").endswith("Token")]
    assert entry.operation == name
    asked = SentSample(name, path, query, body)
    token = f"?access_token={emulator.issued_tokens[-1]}" if asked.is_legacy else ""
    assert (entry.status, entry.method, entry.target) == (200, asked.method, asked.target + token)
    assert entry.body == body
    assert ("x-client-token" in entry.headers) == asked.is_keyed
