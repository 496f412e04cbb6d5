"""The header ``x-client-token``, and faults that hit the operations on events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from airflow_provider_dingtalk_calendar.emulator import Fault
from airflow_provider_dingtalk_calendar.emulator.api import sharing
from airflow_provider_dingtalk_calendar.emulator.api.events import attendees, free_busy, lists, single
from tests.emulator.conftest import Caller, Clock, error_of
from tests.emulator.event_calls import (
    PARAMETER,
    create,
    created,
    done,
    got,
    ids,
    listed,
    one,
    people,
    responses,
    timed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = 24 * 3600
EVENT_ROUTES = (
    *single.ROUTES,
    *lists.ROUTES,
    *attendees.ROUTES,
    *free_busy.ROUTES,
    *sharing.ROUTES,
)
PROCESSING = (400, "idempotencyProcessing", "Idempotency processing")


@pytest.fixture
def timely(serve: Callable[..., Caller], clock: Clock) -> Caller:
    caller = serve(clock=clock, qps_limit=None, token_lifetime=3 * DAY)
    caller.fetch_token()
    return caller


def test_a_token_means_one_creation_for_a_day(timely: Caller, clock: Clock) -> None:
    first = create(timely, token="t-1")
    clock.now += DAY - 1
    again = create(timely, timed(summary="Another body"), token="t-1")

    assert again.json() == first.json()
    assert len(timely.emulator.events) == 1
    assert [entry.effect for entry in timely.emulator.journal.of("CreateEvent")] == [True, False]
    assert create(timely, token="t-2").json()["id"] != first.json()["id"]
    clock.now += 1
    assert create(timely, token="t-1").json()["id"] != first.json()["id"]
    assert len(timely.emulator.events) == 3


def test_without_a_token_every_request_creates(caller: Caller) -> None:
    assert created(caller) != created(caller)
    assert create(caller, token="").json()["id"] != create(caller, token="").json()["id"]
    assert len(caller.emulator.events) == 4


def test_a_repeated_creation_does_not_count_for_the_day(serve: Callable[..., Caller]) -> None:
    caller = serve(daily_event_limit=1)
    caller.fetch_token()

    assert [create(caller, token="t").status_code for _ in range(3)] == [200, 200, 200]
    assert error_of(create(caller, token="u"))[1] == "flowLimit"


def test_a_token_means_one_update(caller: Caller) -> None:
    event_id = created(caller)

    first = one(caller, "PUT", event_id, token="t", json={"id": event_id, "summary": "First"})
    again = one(caller, "PUT", event_id, token="t", json={"id": event_id, "summary": "Second"})

    assert again.json() == first.json()
    assert got(caller, event_id)["summary"] == "First"


def test_a_token_means_one_deletion(caller: Caller) -> None:
    event_id = created(caller)

    done(one(caller, "DELETE", event_id, token="t"))
    done(one(caller, "DELETE", event_id, token="t"))

    assert error_of(one(caller, "DELETE", event_id, token="u"))[1] == "itemNotFound"


def test_a_token_means_one_invitation(caller: Caller) -> None:
    event_id = created(caller)

    def call(*rest: str, **body: Any) -> None:
        done(one(caller, "POST", event_id, *rest, token="t", json=body))

    call("attendees", attendeesToAdd=people("one", "two"))
    call("attendees", "batchRemove", attendeesToRemove=people("two"))
    call("attendees", attendeesToAdd=people("two"))
    call("attendees", "batchRemove", attendeesToRemove=people("one"))

    assert list(responses(got(caller, event_id))) == ["one"]


def test_an_error_may_be_corrected_with_the_same_token(caller: Caller) -> None:
    assert error_of(create(caller, timed(last="09:00"), token="t")) == PARAMETER

    assert create(caller, token="t").status_code == 200


def test_a_reset_forgets_client_tokens(caller: Caller) -> None:
    first = create(caller, token="t").json()["id"]
    caller.emulator.reset()
    caller.fetch_token()

    assert create(caller, token="t").json()["id"] != first


def test_a_lost_answer_and_a_retry_with_the_token_make_one_event(caller: Caller) -> None:
    caller.emulator.order(Fault.drop().on("CreateEvent").after_effect())
    with pytest.raises(requests.ConnectionError):
        create(caller, token="t")

    event_id = create(caller, token="t").json()["id"]

    assert [event.event_id for event in caller.emulator.events] == [event_id]
    assert [entry.effect for entry in caller.emulator.journal.of("CreateEvent")] == [True, False]


def test_a_request_is_refused_while_its_first_try_is_in_progress(timely: Caller, clock: Clock) -> None:
    timely.emulator.order(Fault.error(504, "timeout").on("CreateEvent").late_effect(30))

    assert create(timely, token="t").status_code == 504
    assert error_of(create(timely, token="t")) == PROCESSING
    assert timely.emulator.events == []
    created(timely)
    clock.now += 30
    event_id = create(timely, token="t").json()["id"]

    assert {event.event_id for event in timely.emulator.events} >= {event_id}
    assert len(timely.emulator.events) == 2


def test_a_late_creation_happens_at_its_time(timely: Caller, clock: Clock) -> None:
    timely.emulator.order(Fault.drop().on("CreateEvent").late_effect(60))
    with pytest.raises(requests.ConnectionError):
        create(timely)
    assert listed(timely)["events"] == []
    clock.now += 60

    (event,) = timely.emulator.events
    assert event.created_at == clock.now
    assert ids(listed(timely)) == [event.event_id]


def test_a_fault_before_the_effect_leaves_the_event_unchanged(caller: Caller) -> None:
    event_id = created(caller)
    for operation, method, options in (
        ("PatchEvent", "PUT", {"json": {"id": event_id, "summary": "Other"}}),
        ("DeleteEvent", "DELETE", {}),
    ):
        caller.emulator.order(Fault.error(503, "systemBusy").on(operation))
        assert one(caller, method, event_id, **options).status_code == 503
    assert caller.emulator.events[0].summary == "Release"


def test_events_survive_random_faults_with_tokens_and_retries(serve: Callable[..., Caller]) -> None:
    caller = serve(qps_limit=None, monthly_quota=None)
    caller.fetch_token()
    caller.emulator.fail_at_random(0.6, [Fault.drop(), Fault.error(500, "internalError")], seed=7)

    def insist(call: Callable[[], requests.Response]) -> requests.Response:
        for _ in range(100):
            try:
                response = call()
            except requests.ConnectionError:
                continue
            if response.status_code == 200:
                return response
        raise AssertionError

    made = {insist(lambda token=f"t-{n}": create(caller, token=token)).json()["id"] for n in range(20)}

    assert {event.event_id for event in caller.emulator.events} == made
    assert len(made) == 20
    assert len(caller.emulator.journal.of("CreateEvent")) > 30


@pytest.mark.parametrize("route", EVENT_ROUTES, ids=lambda route: route.operation)
def test_an_operation_on_events_needs_its_permission(serve: Callable[..., Caller], route: Any) -> None:
    every = {route.permission for route in EVENT_ROUTES}
    caller = serve(permissions=every - {route.permission})
    caller.fetch_token()
    target = route.template.format(userId="u", calendarId="primary", eventId="e", aclId="a")

    response = caller.call(route.method, target, json={})

    assert error_of(response)[:2] == (403, "Forbidden.AccessDenied.AccessTokenPermissionDenied")
    assert response.json()["accessdenieddetail"] == {"requiredScopes": [route.permission]}
    granted = serve(permissions=[route.permission])
    granted.fetch_token()
    assert "AccessTokenPermissionDenied" not in granted.call(route.method, target, json={}).text


def test_the_permissions_are_those_on_the_pages() -> None:
    needed = {route.operation: route.permission for route in EVENT_ROUTES}

    for permission, operations in {
        "Calendar.Event.Write": "CreateEvent PatchEvent DeleteEvent RespondEvent AddAttendee RemoveAttendee",
        "Calendar.Event.Read": "GetEvent ListEvents ListEventsView ListAttendees",
        "Calendar.EventSchedule.Read": "GetSchedule",
        "Calendar.Acl.Write": "CreateAcls DeleteAcl",
        "Calendar.Acl.Read": "ListAcls",
    }.items():
        assert {needed[operation] for operation in operations.split()} == {permission}
