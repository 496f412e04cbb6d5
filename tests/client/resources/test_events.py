"""Events, sharing, people and groups, with both clients against the emulator."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from airflow_provider_dingtalk_calendar import exceptions as errors
from airflow_provider_dingtalk_calendar.client import UserCredentials
from airflow_provider_dingtalk_calendar.client.resources.directory import Group, Member, Profile
from airflow_provider_dingtalk_calendar.client.resources.events.records import (
    Attendee,
    EventTime,
    NewAttendee,
    Recurrence,
)
from airflow_provider_dingtalk_calendar.client.wire.records import Page
from airflow_provider_dingtalk_calendar.emulator import DingTalkEmulator, Fault
from tests.client.both import settings_for
from tests.client.samples import GROUP, NINE, SCOPE, TEN, WINDOW

EVENT = {"summary": "Release", "start": NINE, "end": TEN}
EIGHT = timezone(timedelta(hours=8))


def responses(attendees: Any) -> dict[str, str]:
    return {one.id: one.response_status for one in attendees}


def test_the_life_of_an_event(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    invited = ["v", NewAttendee("w", is_optional=True)]
    event = call("create_event", "u", **EVENT, attendees=invited, location="Room 7", reminders=[5])
    assert (event.summary, event.start.value, event.end.value) == ("Release", NINE, TEN)
    assert event.organizer.id == "u"
    assert [one.is_optional for one in event.attendees] == [False, True]
    on_event = ("u", "primary", event.id)

    got = call("get_event", *on_event)
    assert (got.id, got.status, got.is_all_day) == (event.id, "confirmed", False)
    assert got.wire["location"] == {"displayName": "Room 7"}
    assert got.wire["reminders"] == [{"method": "dingtalk", "minutes": "5"}]
    assert len(call("get_event", *on_event, max_attendees=1).attendees) == 1

    assert call("patch_event", *on_event, summary="Moved", end=TEN + timedelta(hours=1)).summary == "Moved"
    assert [(one.id, one.summary) for one in call("list_events", "u").items] == [(event.id, "Moved")]
    viewed = call("list_events_view", "v", **WINDOW)
    assert [(one.id, one.end.value) for one in viewed.items] == [(event.id, TEN + timedelta(hours=1))]

    assert call("respond_event", "v", "primary", event.id, response_status="accepted") is None
    assert call("add_attendee", *on_event, attendees_to_add=["x"]) is None
    assert call("remove_attendee", *on_event, attendees_to_remove=["w"]) is None
    listed = call("list_attendees", *on_event)
    assert listed == Page((Attendee("v", "v", "accepted"), Attendee("x", "x", "needsAction")))

    busy = call("get_schedule", "u", user_ids=["u", "v", "nobody"], start_time=NINE, end_time=TEN)
    assert [one.user_id for one in busy] == ["u", "v", "nobody"]
    assert [[item.status for item in one.schedule_items] for one in busy] == [["BUSY"], ["BUSY"], []]
    assert busy[0].schedule_items[0].start.value == NINE

    assert call("delete_event", *on_event) is True
    assert call("delete_event", *on_event) is False
    assert dingtalk_emulator.events == []
    with pytest.raises(errors.NotFoundError):
        call("get_event", *on_event)
    assert [one.status for one in call("list_events", "u", show_deleted=True).items] == ["cancelled"]


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (EventTime(date="20260301"), date(2026, 3, 1)),
        (
            EventTime(date_time="2026-03-01T23:08:53+0800"),
            datetime(2026, 3, 1, 23, 8, 53, tzinfo=EIGHT),
        ),
        (
            EventTime(date_time="2026-03-01T23:08:53.1234567+08:00"),
            datetime(2026, 3, 1, 23, 8, 53, 123456, tzinfo=EIGHT),
        ),
        (EventTime(date_time="20260301T150853Z"), datetime(2026, 3, 1, 23, 8, 53, tzinfo=EIGHT)),
        (EventTime(date="March 1"), None),
    ],
)
def test_a_time_reads_the_same_on_every_python_version(time: EventTime, expected: object) -> None:
    assert (time.value, type(time.value)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (EventTime(date="2028-03-01"), date(2028, 2, 29)),
        (EventTime(date="0001-01-01"), None),
        (EventTime(date="March 1"), None),
        (EventTime(date_time="2026-03-01T00:00:00+08:00"), None),
        (EventTime(), None),
    ],
)
def test_the_last_day_is_the_day_before_the_end(time: EventTime, expected: date | None) -> None:
    assert time.last_day == expected


@pytest.mark.parametrize(
    ("method", "arguments", "message"),
    [
        ("list_events", {"time_min": TEN, "time_max": NINE}, "time_max must not come before time_min"),
        ("list_events_view", {"time_min": TEN, "time_max": NINE}, "time_max must not come before time_min"),
        ("list_events_view_by_me", {"time_min": TEN, "time_max": NINE}, "time_max must not come before"),
        ("list_instances", {"time_min": TEN, "time_max": NINE}, "time_max must not come before time_min"),
        (
            "list_events",
            {"time_min": NINE, "time_max": NINE + timedelta(days=366)},
            r"time_max must not come after 2028-01-20T09:00:00\+08:00, .* not 2028-01-21T09:00:00\+08:00",
        ),
        (
            "get_schedule",
            {"user_ids": ["u"], "start_time": TEN, "end_time": NINE},
            "end_time must not come before start_time",
        ),
        (
            "get_meeting_rooms_schedule",
            {"room_ids": ["r"], "start_time": TEN, "end_time": NINE},
            "end_time must not come before start_time",
        ),
        (
            "get_meeting_rooms_schedule",
            {"room_ids": ["r"], "start_time": NINE, "end_time": NINE + timedelta(days=90, hours=1)},
            r"end_time must not come after 2027-04-20T09:00:00\+08:00",
        ),
    ],
)
def test_a_wrong_period_is_refused_before_anything_is_sent(
    method: str, arguments: dict[str, Any], message: str, call: Any, dingtalk_emulator: DingTalkEmulator
) -> None:
    path = {"list_instances": ("u", "primary", "e"), "list_events_view_by_me": ()}.get(method, ("u",))
    with pytest.raises(errors.InvalidArgumentError, match=f"^{message}"):
        call(method, *path, **arguments)
    assert list(dingtalk_emulator.journal) == []


def test_an_all_day_event_gets_hours_and_back(call: Any) -> None:
    first, last = date(2027, 1, 20), date(2027, 1, 22)
    event = call("create_event", "u", summary="Freeze", start=first, end=last)
    assert (event.is_all_day, event.start.value, event.end.value) == (True, first, date(2027, 1, 23))
    assert (event.end.last_day, call("get_event", "u", "primary", event.id).end.last_day) == (last, last)
    changed = call("patch_event", "u", "primary", event.id, start=NINE, end=TEN)
    assert (changed.is_all_day, changed.start.value, changed.end.value) == (False, NINE, TEN)
    assert changed.end.last_day is None
    day = date(2027, 1, 21)
    changed = call("patch_event", "u", "primary", event.id, start=day, end=day)
    assert (changed.is_all_day, changed.end.value) == (True, date(2027, 1, 22))


def test_a_new_first_day_keeps_the_last_one(call: Any) -> None:
    first, second, last = (date(2027, 1, day) for day in (20, 21, 22))
    event = call("create_event", "u", summary="Freeze", start=first, end=last)
    changed = call("patch_event", "u", "primary", event.id, start=second)
    assert (changed.start.value, changed.end.value) == (second, date(2027, 1, 23))


def test_one_instance_is_cancelled_and_then_the_whole_series(call: Any) -> None:
    series = call("create_event", "u", **EVENT, recurrence=Recurrence("daily", occurrences=3))
    days = [NINE + timedelta(days=number) for number in range(3)]
    window = {"time_min": NINE, "time_max": NINE + timedelta(days=9)}
    instances = call("list_instances", "u", "primary", series.id, **window).items
    assert [one.start.value for one in instances] == days
    assert {one.series_master_id for one in instances} == {series.id}
    of_series = call("list_events_instances", "u", series_master_id=series.id).items
    assert [one.id for one in of_series] == [one.id for one in instances]
    assert call("cancel_event", "u", "primary", instances[1].id) is None
    left = call("list_events_view", "u", **window).items
    assert [one.start.value for one in left] == [days[0], days[2]]
    assert call("cancel_event", "u", "primary", series.id) is None
    assert call("get_event", "u", "primary", series.id).status == "cancelled"


def test_an_event_gets_a_new_organizer(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    event = call("create_event", "u", **EVENT)
    assert call("transfer_event", "u", "primary", event.id, new_organizer_id="v") is None
    assert [one.organizer for one in dingtalk_emulator.events] == ["v"]
    with pytest.raises(errors.DingTalkError):
        call("patch_event", "u", "primary", event.id, summary="no longer")
    assert call("patch_event", "v", "primary", event.id, summary="now").summary == "now"


def test_a_calendar_is_shared_and_then_not(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    call("create_event", "u", **EVENT)
    acl = call("create_acls", "u", "primary", privilege="reader", scope="v")
    assert (acl.privilege, acl.scope.scope_type, acl.scope.user_id) == ("reader", "user", "v")
    assert call("list_acls", "u", "primary") == [acl]
    (shared,) = [one.id for one in call("list_calendars", "v") if one.type == "shared"]
    assert [one.summary for one in call("list_events", "v", shared).items] == ["Release"]
    assert call("delete_acl", "u", "primary", acl.acl_id) is None
    assert dingtalk_emulator.acls == []
    assert call("list_acls", "u", "primary") == []


def test_an_event_of_a_subscribed_calendar(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    calendar_id = call("create_subscribed_calendar", "u", name="Releases", subscribe_scope=SCOPE)
    event = call("create_event", "u", calendar_id, **EVENT)
    call("subscribe_calendar", "v", calendar_id)
    assert [one.id for one in call("list_events", "v", calendar_id).items] == [event.id]
    what = "which has no attendees, responses or meeting rooms"
    with pytest.raises(
        errors.InvalidParameterError, match=f"; '{re.escape(calendar_id)}' is a subscribed .*, {what}"
    ):
        call("create_event", "u", calendar_id, **EVENT, attendees=["v"])
    assert len(dingtalk_emulator.events) == 1


def test_operations_with_recorded_answers(call: Any) -> None:
    on_event = ("u", "primary", "e")
    for method in ("check_in", "sign_in", "sign_out"):
        assert call(method, *on_event) == 1632304130862
    first = call("get_sign_in_list", *on_event)
    assert (first.items[0].user_id, first.items[0].check_in_time) == ("iiiP35sJaxxx", 1632304130862)
    assert call("get_sign_in_list", *on_event, next_token=first.next_token).next_token is None
    assert call("get_sign_out_list", *on_event).items[0].check_out_time == 1632304130862
    for method in ("get_sign_in_link", "get_sign_out_link"):
        assert call(method, *on_event).startswith("http://qr.dingtalk.com/")
    assert call("add_meeting_rooms", *on_event, meeting_rooms_to_add=["r"]) is None
    assert call("remove_meeting_rooms", *on_event, meeting_rooms_to_remove=["r"]) is None
    assert call("meeting_room_respond", *on_event, "r", response_status="accepted") is None
    (room,) = call("get_meeting_rooms_schedule", "u", room_ids=["r"], start_time=NINE, end_time=TEN)
    assert (room.room_id, room.error, room.schedule_items[0].event_id) == (
        "4002f89xxxxx",
        "无权限",
        "UzZvxxxxx",
    )
    assert call("convert_legacy_event_id", "u", legacy_event_ids=["1"]).keys() == {"legacyEventId"}
    assert [one.open_category_id for one in call("list_categories")] == ["emulated-category"]
    assert [one.minutes_id for one in call("list_ai_minutes", *on_event)] == ["emulated-minutes"]
    (plugin,) = call("list_org_plugins")
    assert (plugin.plugin_id, plugin.subscribers.dept_ids) == ("emulated-plugin", ("1",))
    assert call("update_org_plugin_subscribers", "p", union_ids=["u"]) is None
    account = call("generate_caldav_account", "u", device="d")
    assert (account.username, account.password) == ("u_emulated", "emulated-caldav-password")
    with pytest.raises(errors.DingTalkError, match="Maximum allowed:5"):
        call("add_meeting_rooms", *on_event, meeting_rooms_to_add=["r"] * 6)


def test_operations_of_the_user_who_owns_the_token(open_client: Callable[..., Any]) -> None:
    with DingTalkEmulator(app_type="third_party_personal") as emulator:
        emulator.add_user(userid="manager", union_id="u", name="U")
        credentials = UserCredentials(emulator.client_id, emulator.client_secret, emulator.authorize("u"))
        call = open_client(**vars(settings_for(emulator, credentials=credentials)))
        event = call("create_event_by_me", **EVENT)
        assert [one.organizer for one in emulator.events] == ["u"]
        assert [one.id for one in call("list_events_view_by_me", **WINDOW).items] == [event.id]
        (busy,) = call("get_schedule_by_me", user_ids=["u"], start_time=NINE, end_time=TEN)
        assert [item.status for item in busy.schedule_items] == ["BUSY"]
        assert call("get_contact_user") == Profile("u", nick="U", open_id="openId-u")
        assert call("get_contact_user", "u") == call("get_contact_user", "me")


def test_people_and_groups_are_looked_up(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    emulator = dingtalk_emulator
    emulator.add_user(userid="manager", union_id="u", mobile="+86-1")
    emulator.add_chat("chat/1", "cid-1")
    assert call("get_union_id", "manager") == "u"
    assert call("get_userid", "u") == "manager"
    assert call("get_userid_by_mobile", "+86-1") == "manager"
    assert call("get_open_conversation_id", "chat/1") == "cid-1"
    for method in ("create_scene_group", "create_scene_group_legacy"):
        group = call(method, **GROUP | {"uuid": method}, user_ids=["manager"])
        assert isinstance(group, Group)
        # The same uuid means the same group, so the client can repeat the request.
        emulator.order(Fault.drop().after_effect())
        assert call(method, **GROUP | {"uuid": method}) == group
        assert call("get_open_conversation_id", group.chat_id) == group.open_conversation_id


def test_all_pages_of_a_department_are_read(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    call("get_access_token")
    pages = [
        {"list": [{"userid": "a", "unionid": "ua", "name": "A"}], "has_more": True, "next_cursor": 10},
        {"list": [], "has_more": "true", "next_cursor": 20},
        {"list": [{"userid": "b", "unionid": "ub"}], "has_more": "false", "next_cursor": 30},
    ]
    for page in pages:
        dingtalk_emulator.order(Fault.answer(200, {"errcode": 0, "result": page}))
    assert call("list_department_users", "1") == [Member("a", "ua", "A"), Member("b", "ub")]
    bodies: list[Any] = [entry.body for entry in dingtalk_emulator.journal[1:]]
    assert [(body["dept_id"], body["cursor"]) for body in bodies] == [(1, 0), (1, 10), (1, 20)]
    for cursor in (10, 20, 10):
        page = pages[0] | {"next_cursor": cursor}
        dingtalk_emulator.order(Fault.answer(200, {"errcode": 0, "result": page}))
    with pytest.raises(errors.UnexpectedAnswerError, match="would never end"):
        call("list_department_users", 1)


@pytest.mark.parametrize("cursor", [{}, *({"next_cursor": one} for one in (None, "x", [], {}, 1e400, True))])
def test_a_department_is_not_cut_off_where_a_page_has_no_cursor(
    cursor: dict[str, Any], open_client: Any, dingtalk_emulator: DingTalkEmulator
) -> None:
    call = open_client(max_wait=0.0)
    call("get_access_token")
    page: dict[str, Any] = {"list": [{"userid": "a", "unionid": "ua"}], "has_more": True}
    dingtalk_emulator.order(Fault.answer(200, {"errcode": 0, "result": page | cursor}))
    with pytest.raises(errors.UnexpectedAnswerError, match="the answer has no next_cursor"):
        call("list_department_users", 1)
    for has_more in ([], {}, None, "x"):
        dingtalk_emulator.order(
            Fault.answer(200, {"errcode": 0, "result": page | cursor | {"has_more": has_more}})
        )
        assert call("list_department_users", 1) == [Member("a", "ua")]


@pytest.mark.parametrize("fault", [Fault.drop(), Fault.error(502, "x")], ids=lambda fault: fault.kind)
@pytest.mark.parametrize("happened", [True, False])
def test_an_event_whose_answer_is_lost_exists_once(
    fault: Fault, happened: bool, call: Any, dingtalk_emulator: DingTalkEmulator
) -> None:
    dingtalk_emulator.order((fault.after_effect() if happened else fault).on("CreateEvent"))
    event = call("create_event", "u", **EVENT)
    assert [one.event_id for one in dingtalk_emulator.events] == [event.id]
    entries = dingtalk_emulator.journal.of("CreateEvent")
    tokens = {entry.headers["x-client-token"] for entry in entries}
    assert (len(entries), len(tokens)) == (2, 1)


def test_a_change_whose_answer_is_lost_is_made_once(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    event = call("create_event", "u", **EVENT)
    on_event = ("u", "primary", event.id)
    for name in ("PatchEvent", "AddAttendee", "RemoveAttendee", "DeleteEvent"):
        dingtalk_emulator.order(Fault.drop().after_effect().on(name))
    assert call("patch_event", *on_event, summary="t").summary == "t"
    call("add_attendee", *on_event, attendees_to_add=["v"])
    call("remove_attendee", *on_event, attendees_to_remove=["v"])
    # Without the client token, the repeated request would find no event to delete.
    assert call("delete_event", *on_event) is True
    for name in ("PatchEvent", "AddAttendee", "RemoveAttendee", "DeleteEvent"):
        entries = dingtalk_emulator.journal.of(name)
        assert [entry.effect for entry in entries] == [True, False]
        assert len({entry.headers["x-client-token"] for entry in entries}) == 1


def test_calls_with_one_client_token_create_one_event(call: Any, dingtalk_emulator: DingTalkEmulator) -> None:
    first, again = (call("create_event", "u", **EVENT, client_token="run-1") for _ in range(2))
    other = call("create_event", "u", **EVENT, client_token="run-2")
    without = [call("create_event", "u", **EVENT) for _ in range(2)]
    assert first == again
    ids = [first.id, other.id, *(one.id for one in without)]
    assert [one.event_id for one in dingtalk_emulator.events] == ids
    tokens = [entry.headers["x-client-token"] for entry in dingtalk_emulator.journal.of("CreateEvent")]
    assert tokens[:3] == ["run-1", "run-1", "run-2"]
    assert len(set(tokens)) == 4


@pytest.mark.parametrize(
    ("method", "arguments", "name"),
    [
        ("create_event_by_me", {**EVENT}, "CreateEventByMe"),
        ("cancel_event", {}, "CancelEvent"),
        ("transfer_event", {"new_organizer_id": "v"}, "TransferEvent"),
        ("sign_in", {}, "SignIn"),
        ("add_meeting_rooms", {"meeting_rooms_to_add": ["r"]}, "AddMeetingRooms"),
    ],
)
def test_without_a_documented_client_token_a_lost_request_is_not_repeated(
    method: str, arguments: Any, name: str, call: Any, dingtalk_emulator: DingTalkEmulator
) -> None:
    event = call("create_event", "u", **EVENT)
    dingtalk_emulator.order(Fault.drop().on(name))
    path = () if method.endswith("by_me") else ("u", "primary", event.id)
    with pytest.raises(errors.OutcomeUnknownError) as raised:
        call(method, *path, **arguments)
    assert raised.value.may_have_taken_effect
    (entry,) = dingtalk_emulator.journal.of(name)
    assert "x-client-token" not in entry.headers
